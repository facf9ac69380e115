//go:build !linux

package main

import (
	"os"
	"syscall"
)

// children are ended by the demo when it ends.
func children() *syscall.SysProcAttr { return nil }

// mostMemory is not known here.
func mostMemory(*os.ProcessState) float64 { return 0 }

// asNobody runs as we are.
func asNobody(string, string) (*syscall.SysProcAttr, error) { return children(), nil }
