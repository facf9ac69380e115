package main

import (
	"os"
	"os/user"
	"strconv"
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

// asNobody gives a folder to a user without rights when we are root, because some
// servers refuse to run as root, and returns how to run as that user.
func asNobody(name, folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return children(), nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(folder, uid, gid); err != nil {
		return nil, err
	}
	a := children()
	a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return a, nil
}
