//go:build !linux

package tornet

import (
	"os/exec"
	"testing"
)

// namespace starts programs as they are: on the machine's own loopback.
func namespace(testing.TB) (start func(*exec.Cmd) error, alone bool) { return (*exec.Cmd).Start, false }
