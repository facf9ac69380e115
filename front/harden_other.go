//go:build !linux

package front

import "log/slog"

func harden(log *slog.Logger) {
	log.Warn("this system's memory protections are not used: run the Front on Linux")
}
