package desk

import (
	"encoding/hex"
	"io"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/vault"
)

// cabinet keeps the files of cases in the vault.
type cabinet struct{ files *vault.Chunks }

// Keep implements cases.Cabinet.
func (c cabinet) Keep(r io.Reader) (cases.Scan, error) {
	b, err := c.files.Seal(r)
	if err != nil {
		return cases.Scan{}, err
	}
	return cases.Scan{Type: b.Type, ID: b.ID, Key: b.Key[:], Size: b.Size, SHA256: hex.EncodeToString(b.SHA256[:]), Sums: b.Sums}, nil
}

// Open implements cases.Cabinet.
func (c cabinet) Open(s cases.Scan) (io.ReadCloser, error) {
	if len(s.Key) != 32 {
		return nil, vault.ErrMissing
	}
	return c.files.Open(vault.Blob{ID: s.ID, Key: [32]byte(s.Key), Size: s.Size, Type: s.Type, Sums: s.Sums})
}

// Drop implements cases.Cabinet.
func (c cabinet) Drop(id string) error { return c.files.Remove(id) }

// printPaper sets a paper that a person signs.
func (r *rooms) printPaper(f cases.Form) ([]byte, error) {
	return letter.Press{Head: r.organisation().In(f.Lang)}.Letter(campaign.Letter{Lang: f.Lang, Subject: f.Title, Paragraphs: strings.Split(f.Words, "\n\n"), Day: f.Day})
}
