package vault

import (
	"bytes"
	"errors"
	"testing"
)

type full struct{ left int }

var errFull = errors.New("the disk is full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFullDisk: whenever the disk ends, sealing ends too, with that error.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for left := range 8 {
		var b Blob
		if err := b.write(&full{left * blobSealed}, bytes.NewReader(make([]byte, 10*blobChunk))); !errors.Is(err, errFull) {
			t.Errorf("%d: %v", left, err)
		}
	}
}
