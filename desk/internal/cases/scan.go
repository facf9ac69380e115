package cases

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"

	"waylight/internal/fault"
)

// Scan is a file of a case, sealed in the vault; its key lies with it in the safe.
type Scan struct {
	Name   string // without a path
	Type   string // as sniffed from its first bytes
	ID     string `json:",omitempty"` // of the sealed bytes
	Key    []byte `json:",omitempty"`
	Size   int64
	SHA256 string // of the content, hex
	Sums   []byte `json:",omitempty"`
}

// Exists reports whether there is a file.
func (s Scan) Exists() bool { return s.SHA256 != "" }

// Cabinet keeps the files of cases, sealed. The wiring has the vault behind it.
type Cabinet interface {
	Keep(r io.Reader) (Scan, error)
	Open(s Scan) (io.ReadCloser, error)
	// Drop removes what a transaction that failed had kept.
	Drop(id string) error
}

// maxScan is the largest file of a case.
const maxScan = 7 << 20

// keepScan seals what was sent; nothing is kept without bytes.
func (b *Book) keepScan(name string, raw []byte) (s Scan, err error) {
	if len(raw) == 0 {
		return s, nil
	}
	if b.options.Cabinet == nil {
		return s, fault.New(fault.Conflict, "This Desk keeps no files of cases.")
	}
	if len(raw) > maxScan {
		return s, fault.Bad("copy", "A file of a case may have 7 MB. Make the picture smaller.")
	}
	if s, err = b.options.Cabinet.Keep(bytes.NewReader(raw)); err == nil {
		s.Name = name
	}
	return s, err
}

func (b *Book) readScan(s Scan) ([]byte, error) {
	if b.options.Cabinet == nil || !s.Exists() {
		return nil, fault.Missing()
	}
	r, err := b.options.Cabinet.Open(s)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxScan+1))
}

// packFile takes the file of a form along, and its key and place out of the form.
func (b *Book) packFile(plain []byte, a *archive) ([]byte, error) {
	var f Form
	if err := json.Unmarshal(plain, &f); err != nil || !f.Copy.Exists() {
		return plain, nil
	}
	raw, err := b.readSealed(f.Copy)
	if err != nil {
		return nil, err
	}
	a.files[f.Copy.SHA256] = raw
	f.Copy.ID, f.Copy.Key, f.Copy.Sums = "", nil, nil
	return json.Marshal(f)
}

// unpackFile keeps the file that came with a form, under a new key.
func (b *Book) unpackFile(plain []byte, a *arrival) ([]byte, error) {
	var f Form
	if err := json.Unmarshal(plain, &f); err != nil || !f.Copy.Exists() {
		return plain, nil
	}
	raw, ok := a.files["files/"+f.Copy.SHA256]
	if !ok {
		return nil, fault.Bad("file", "A file that a form names is not in the package. Nothing was kept.")
	}
	s, err := b.keepScan(f.Copy.Name, raw)
	if err != nil {
		return nil, err
	}
	if s.SHA256 != f.Copy.SHA256 {
		return nil, fault.Bad("file", "A file of the package is not what the form says. Nothing was kept.")
	}
	a.kept = append(a.kept, s.ID)
	s.Type = f.Copy.Type
	f.Copy = s
	return json.Marshal(f)
}

// forgetScans has the sealed bytes of a case's files removed once the case is gone.
func (o *open) forgetScans(ctx context.Context) error {
	for _, s := range o.Forms {
		for _, e := range s.History {
			if c := e.Content.Copy; c.ID != "" {
				if err := o.tx.ForgetUpload(ctx, c.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func hexed(sum [32]byte) string { return hex.EncodeToString(sum[:]) }
