//go:build !linux

package snare

import (
	"errors"
	"os/exec"
)

// Fenced reports why no browser can be fenced here.
func Fenced() error {
	return errors.New("only Linux can fence the browser in: it could read the Desk's files, so pages are taken without it")
}

func start(*exec.Cmd, string, uint16) (func() error, error) { return nil, Fenced() }

func kill(c *exec.Cmd) { c.Process.Kill() } //nolint:errcheck // it may be gone already
