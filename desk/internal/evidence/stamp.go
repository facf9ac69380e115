package evidence

import (
	"context"
	"crypto"
	"crypto/x509"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/internal/exhibit"
	"waylight/internal/ids"
	"waylight/internal/stamp"
)

// StampEvery is how long files wait for one another before an authority is asked
// about all of them at once.
const StampEvery = time.Hour

// maxBatch bounds one list.
const maxBatch = 10000

// Authority is one that stamps time.
type Authority struct {
	Name  string // as it is kept with its tokens: its address
	Roots *x509.CertPool
	Ask   func(ctx context.Context, query []byte) (answer []byte, err error)
}

// Stamp has an authority stamp every file that it has not stamped yet, with one
// request over a list of salted commitments: it learns of none of them, not even
// how many there are. Sensitive files are left out. It returns how many were
// stamped. The answer is checked in full before it is kept.
func (l *Locker) Stamp(ctx context.Context, a Authority) (int, error) {
	var files []File
	if err := l.Reading(ctx, func(tx Store) (err error) {
		files, err = tx.Unstamped(ctx, a.Name, maxBatch)
		return err
	}); err != nil || len(files) == 0 {
		return 0, err
	}
	b := Batch{ID: ids.New("batch"), Authority: a.Name}
	for _, f := range files {
		b.Files, b.Commits = append(b.Files, f.ID), append(b.Commits, f.Commit)
	}
	tree, err := stamp.NewBatch(b.Commits)
	if err != nil {
		return 0, err
	}
	root, err := tree.Root()
	if err != nil {
		return 0, err
	}
	r := stamp.NewRequest(stamp.Imprint(tree.Size, root))
	query, err := r.Encode()
	if err != nil {
		return 0, err
	}
	answer, err := a.Ask(ctx, query)
	if err != nil {
		return 0, err
	}
	t, err := stamp.ParseResponse(answer)
	if err != nil {
		return 0, err
	}
	s, err := t.Check(stamp.Wanted{Hash: crypto.SHA256, Digest: r.Digest[:], Nonce: r.Nonce, Roots: a.Roots})
	if err != nil {
		return 0, err
	}
	b.Token, b.At = t.Raw, s.Time
	return len(files), l.Within(ctx, func(tx Store) error {
		if err := tx.AddBatch(ctx, b); err != nil {
			return err
		}
		for _, f := range files {
			if err := note(ctx, tx, ledger.Desk, f, "evidence.stamped", exhibit.Detail{}); err != nil {
				return err
			}
		}
		return nil
	})
}
