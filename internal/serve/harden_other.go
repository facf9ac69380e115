//go:build !linux

package serve

import "log/slog"

// Harden says that there is nothing to switch on.
func Harden(log *slog.Logger) {
	log.Warn("this system's memory protections are not used: run it on Linux")
}
