package vault_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"waylight/desk/internal/vault"
)

func content(n int) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte{1})
	_, _ = src.Read(b) // never fails
	return b
}

func TestBlob(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	const chunk = 256 << 10
	for _, n := range []int{0, 1, 511, chunk - 1, chunk, chunk + 1, 5*chunk + 7, 6 * chunk} {
		want := content(n)
		b, err := c.Seal(iotest.HalfReader(bytes.NewReader(want)))
		if err != nil {
			t.Fatal(err)
		}
		if b.Size != int64(n) || b.SHA256 != sha256.Sum256(want) || len(b.Sums) != 32*max(1, (n+chunk-1)/chunk) {
			t.Errorf("%d bytes: size %d, %d sums", n, b.Size, len(b.Sums))
		}
		if err := c.Check(b.ID, b.Sums); err != nil {
			t.Error(n, err)
		}
		r, err := c.Open(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, want); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if n > 0 {
			sealed, err := os.ReadFile(filepath.Join(dir, b.ID[:2], b.ID, "0"))
			if err != nil || bytes.Contains(sealed, want[:min(n, 16)]) && n > 15 {
				t.Errorf("%d bytes: the content lies open: %v", n, err)
			}
		}
	}
}

// TestBlobAltered: a byte changed, chunks exchanged, the end cut off, the file gone.
func TestBlobAltered(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(b []byte) []byte{
		"a byte":  func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"the end": func(b []byte) []byte { return b[:len(b)-(256<<10)-16] },
		"exchanged": func(b []byte) []byte {
			n := 256<<10 + 16
			return append(append(bytes.Clone(b[n:2*n]), b[:n]...), b[2*n:]...)
		},
		"gone": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c, err := vault.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			b, err := c.Seal(bytes.NewReader(content(700 << 10)))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, b.ID[:2], b.ID, "0")
			want := vault.ErrAltered
			if change == nil {
				want = vault.ErrMissing
				err = os.Remove(path)
			} else {
				var sealed []byte
				if sealed, err = os.ReadFile(path); err == nil {
					err = os.WriteFile(path, change(sealed), 0o600)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Check(b.ID, b.Sums); !errors.Is(err, want) {
				t.Errorf("Check: %v", err)
			}
			r, err := c.Open(b)
			if err == nil {
				_, err = io.Copy(io.Discard, r)
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			}
			if !errors.Is(err, want) {
				t.Errorf("reading: %v", err)
			}
		})
	}
}

// TestBlobBreaksOff: an upload that fails leaves nothing behind.
func TestBlobBreaksOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 100, 3 << 20} {
		for _, broken := range []error{errors.New("the line broke"), io.ErrUnexpectedEOF} { // the second is what a cut upload gives
			if _, err := c.Seal(io.MultiReader(bytes.NewReader(content(n)), iotest.ErrReader(broken))); !errors.Is(err, broken) {
				t.Errorf("after %d bytes: %v", n, err)
			}
		}
	}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
