package harvest

import (
	"errors"
	"io"
	"sync"
)

// window reads a sealed file at any place, as a zip's reader wants it.
type window struct {
	mu sync.Mutex
	r  io.ReadSeeker
}

// ReadAt reads from a place.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(w.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
