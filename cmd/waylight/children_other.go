//go:build !linux

package main

import "syscall"

// children are ended by the demo when it ends.
func children() *syscall.SysProcAttr { return nil }
