// Package vault keeps files: the sealed chunks that senders attached, as they
// came. A chunk is AES-256-GCM under a key that stands only in the message it
// came with, which lies in a safe; the folder alone opens nothing. The hash of
// every chunk is checked against that message whenever it is read.
//
// Names in the folder are the upload's opaque id and an index. It imports the
// ground only.
package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"waylight/internal/envelope"
)

// Chunks is the folder of sealed chunks.
type Chunks struct{ dir string }

// Open opens the folder, making it when it is absent.
func Open(dir string) (*Chunks, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Chunks{dir: dir}, nil
}

func (c *Chunks) path(upload string, index int) (folder, name string, err error) {
	if !envelope.ValidID(upload) || index < 0 {
		return "", "", errors.New("vault: not an upload's id")
	}
	folder = filepath.Join(c.dir, upload[:2], upload)
	return folder, filepath.Join(folder, strconv.Itoa(index)), nil
}

// Has reports whether a chunk is on the disk already.
func (c *Chunks) Has(upload string, index int) bool {
	_, name, err := c.path(upload, index)
	if err != nil {
		return false
	}
	_, err = os.Stat(name)
	return err == nil
}

// Put keeps a chunk: whole and on the disk when it returns, or not at all. A
// chunk that is there already is not replaced.
func (c *Chunks) Put(upload string, index int, sealed []byte) error {
	folder, name, err := c.path(upload, index)
	if err != nil {
		return err
	}
	if c.Has(upload, index) {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // nothing there after the rename
	_, err = tmp.Write(sealed)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	// The name itself must survive a power cut: the upload's folder and the two above it.
	for _, d := range []string{folder, filepath.Dir(folder), c.dir} {
		if err := syncDir(d); err != nil {
			return err
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Remove deletes an upload's chunks.
func (c *Chunks) Remove(upload string) error {
	folder, _, err := c.path(upload, 0)
	if err != nil {
		return err
	}
	return os.RemoveAll(folder)
}

// Copy writes a file's content, checking every chunk against the manifest.
// Memory: one chunk. The error names the chunk that is missing or altered.
func (c *Chunks) Copy(w io.Writer, f envelope.File) error {
	for i := range f.Chunks {
		_, name, err := c.path(f.Upload, i)
		if err != nil {
			return err
		}
		sealed, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("part %d of %d is missing", i+1, len(f.Chunks))
		}
		if err != nil {
			return err
		}
		plain, err := f.OpenChunk(i, sealed)
		if err != nil {
			return fmt.Errorf("part %d of %d was altered: %w", i+1, len(f.Chunks), err)
		}
		if _, err := w.Write(plain); err != nil {
			return err
		}
	}
	return nil
}
