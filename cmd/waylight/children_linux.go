package main

import (
	"os"
	"syscall"
)

// children are told to end when the demo itself is killed, and do not get the
// terminal's Ctrl-C twice.
func children() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// mostMemory is the most memory that a process that ended had, in MiB.
func mostMemory(p *os.ProcessState) float64 {
	if use, ok := p.SysUsage().(*syscall.Rusage); ok {
		return float64(use.Maxrss) / 1024
	}
	return 0
}
