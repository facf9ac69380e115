//go:build unix

package admin

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"waylight/internal/fault"
)

// Hold is this process's claim on a Desk's folder: shared while the database is
// open, alone while the database is replaced. It ends with the process.
type Hold struct {
	mu    sync.Mutex
	f     *os.File
	alone bool
}

// errHeld says that another process has the Desk open.
var errHeld = fault.New(fault.Conflict, "The Desk is open in another program. Lock it or stop it first, or do this on its page Members.")

// Take claims a Desk's folder; alone fails when anybody else has it open.
func Take(dir string, alone bool) (*Hold, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	h := &Hold{f: f}
	if err := h.lock(alone); err != nil {
		f.Close()
		return nil, err
	}
	return h, nil
}

func (h *Hold) lock(alone bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	if err := syscall.Flock(int(h.f.Fd()), how|syscall.LOCK_NB); err != nil {
		return errHeld
	}
	h.alone = alone
	return nil
}

// Alone runs f while no other process has the Desk open, or answers a Conflict.
func (h *Hold) Alone(f func() error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.alone { // taken so
		return f()
	}
	if err := h.lock(true); err != nil {
		// A failed change of mind may have let go of the shared claim.
		if again := h.lock(false); again != nil {
			return again
		}
		return err
	}
	err := f()
	if back := h.lock(false); err == nil {
		err = back
	}
	return err
}

// Insist takes the folder alone until it is released, or answers a Conflict.
func (h *Hold) Insist() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lock(true)
}

// Release gives the folder back.
func (h *Hold) Release() error { return h.f.Close() }
