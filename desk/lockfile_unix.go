//go:build unix

package desk

import (
	"errors"
	"os"
	"syscall"
)

// lockFile keeps a second program from writing the same file; the lock ends with the process, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("this pack is open in another program: close it there"), f.Close())
	}
	return f.Close, nil
}
