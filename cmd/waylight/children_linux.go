package main

import "syscall"

// children are told to end when the demo itself is killed, and do not get the
// terminal's Ctrl-C twice.
func children() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
