package store

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/desk/internal/ledger"
	"waylight/internal/fault"
)

// Append writes one entry and its part of the tree.
func (t *Tx) Append(ctx context.Context, e ledger.Entry) error {
	if t.w == nil {
		return errReading
	}
	size, err := t.LedgerSize(ctx)
	if err != nil {
		return err
	}
	rec, err := ledger.NewRecord(size, t.clock.Now(), e)
	if err != nil {
		return err
	}
	plain, err := rec.Encode()
	if err != nil {
		return err
	}
	aead, err := t.ledgerKey(ctx, e.Scope)
	if err != nil {
		return err
	}
	digest := ledger.Digest(plain)
	if _, err := t.exec(ctx, `INSERT INTO ledger (seq, digest, subject, scope, sealed) VALUES ($1, $2, $3, $4, $5)`,
		size, digest[:], e.Subject, e.Scope, aead.Seal(nil, nil, plain, digest[:])); err != nil {
		return err
	}
	hashes, err := tlog.StoredHashesForRecordHash(size, ledger.Leaf(digest), tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
		return t.ledgerHashes(ctx, idx)
	}))
	if err != nil {
		return err
	}
	base := tlog.StoredHashCount(size)
	for i, h := range hashes {
		if _, err := t.exec(ctx, `INSERT INTO ledger_hash (idx, hash) VALUES ($1, $2)`, base+int64(i), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// LedgerSize is the number of entries.
func (t *Tx) LedgerSize(ctx context.Context) (int64, error) {
	var n int64
	err := t.q.QueryRow(ctx, `SELECT COALESCE(MAX(seq) + 1, 0) FROM ledger`).Scan(&n)
	return n, err
}

// LedgerLast is when the latest entry was written whose content still exists; zero: there is none.
func (t *Tx) LedgerLast(ctx context.Context) (time.Time, error) {
	size, err := t.LedgerSize(ctx)
	for ; err == nil && size > 0; size -= 100 {
		var records []ledger.Record
		records, err = t.LedgerRecords(ctx, "", max(0, size-100), 100)
		for _, r := range slices.Backward(records) {
			if !r.At.IsZero() {
				return r.At, err
			}
		}
	}
	return time.Time{}, err
}

func (t *Tx) ledgerHashes(ctx context.Context, idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		var b []byte
		if err := t.q.QueryRow(ctx, `SELECT hash FROM ledger_hash WHERE idx = $1`, x).Scan(&b); err != nil {
			return nil, err
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// LedgerRoot is the root of the stored tree.
func (t *Tx) LedgerRoot(ctx context.Context) (tlog.Hash, int64, error) {
	n, err := t.LedgerSize(ctx)
	if err != nil {
		return tlog.Hash{}, 0, err
	}
	h, err := t.LedgerRootAt(ctx, n)
	return h, n, err
}

// LedgerRootAt is the root that the tree had when it held n entries.
func (t *Tx) LedgerRootAt(ctx context.Context, n int64) (tlog.Hash, error) {
	return tlog.TreeHash(n, tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) { return t.ledgerHashes(ctx, idx) }))
}

// ledgerKey returns the cipher for a scope's content, making its key at the first use.
func (t *Tx) ledgerKey(ctx context.Context, scope string) (cipher.AEAD, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	if t.w != nil {
		if _, err := t.exec(ctx, `INSERT INTO ledger_key (scope, key) VALUES ($1, $2) ON CONFLICT DO NOTHING`, scope, fresh); err != nil {
			return nil, err
		}
	}
	var key []byte
	if err := t.q.QueryRow(ctx, `SELECT key FROM ledger_key WHERE scope = $1`, scope).Scan(&key); err != nil {
		return nil, err
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

// ShredLedger destroys the content of a scope's entries; the digests and the tree stay.
func (t *Tx) ShredLedger(ctx context.Context, scope string) error {
	if scope == "" {
		return errors.New("store: the ledger as a whole is never shredded")
	}
	if _, err := t.exec(ctx, `DELETE FROM ledger_key WHERE scope = $1`, scope); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE ledger SET sealed = NULL, subject = '', scope = '' WHERE scope = $1 AND scope <> ''`, scope)
	return err
}

// LedgerRecords returns up to limit records from seq on, oldest first; those
// whose content was destroyed carry only their number. A subject narrows it.
func (t *Tx) LedgerRecords(ctx context.Context, subject string, from int64, limit int) ([]ledger.Record, error) {
	type row struct {
		seq            int64
		digest, sealed []byte
		scope          string
	}
	rows, err := all(ctx, t, func(s scanner) (row, error) {
		var r row
		err := s.Scan(&r.seq, &r.digest, &r.scope, &r.sealed)
		return r, err
	}, `SELECT seq, digest, scope, sealed FROM ledger WHERE ($1 = '' OR subject = $1) AND seq >= $2 ORDER BY seq LIMIT $3`, subject, from, limit)
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Record, len(rows))
	for i, r := range rows {
		out[i].Seq = r.seq
		if r.sealed == nil {
			continue
		}
		aead, err := t.ledgerKey(ctx, r.scope)
		if err != nil {
			return nil, err
		}
		plain, err := aead.Open(nil, nil, r.sealed, r.digest)
		if err != nil || ledger.Digest(plain) != [32]byte(r.digest) {
			return nil, fmt.Errorf("store: ledger entry %d was altered", r.seq)
		}
		if err := json.Unmarshal(plain, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// errLedger says that the ledger is not what was written.
var errLedger = fault.New(fault.Conflict, "The ledger does not match its tree: an entry was altered, removed or moved. Stop, and restore from a signed backup.")

// VerifyLedger recomputes the whole tree from the digests, compares it node by
// node with the stored one, and checks each content against its digest. That the
// last entries were cut off together with their nodes shows only against a
// checkpoint kept elsewhere.
func (t *Tx) VerifyLedger(ctx context.Context) error {
	nodes := &nodes{t: t}
	var failed error
	same := func(h tlog.Hash) {
		if failed != nil {
			return
		}
		stored, err := nodes.next(ctx)
		if failed = err; err == nil && !bytes.Equal(stored, h[:]) {
			failed = errLedger
		}
	}
	contents := newContents()
	_, _, err := ledger.Root(func(yield func([32]byte) bool) { failed = errors.Join(t.digests(ctx, contents, yield), failed) }, same)
	if err := errors.Join(contents.end(), err, failed); err != nil {
		return err
	}
	if n, err := nodes.next(ctx); n != nil || err != nil {
		return errors.Join(errLedger, err) // the last entries are missing
	}
	return nil
}

// nodes reads the stored tree in order, a thousand at once: row by row, handing each
// over took longer than hashing it.
type nodes struct {
	t    *Tx
	at   int64 // the next to be read
	left []byte
}

const nodesAtOnce = 1000

// next gives the next node, nil behind the last.
func (n *nodes) next(ctx context.Context) ([]byte, error) {
	if len(n.left) == 0 {
		var count, odd int64
		if err := n.t.q.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(length(hash) <> 32), 0), group_concat(hash, '') FROM (SELECT hash FROM ledger_hash WHERE idx >= $1 AND idx < $2 ORDER BY idx)`, n.at, n.at+nodesAtOnce).Scan(&count, &odd, &n.left); err != nil {
			return nil, err
		}
		n.at += nodesAtOnce
		if odd > 0 || int64(len(n.left)) != count*32 {
			return nil, errLedger
		}
		if count == 0 {
			return nil, nil //nolint:nilnil // the end
		}
	}
	h := n.left[:32]
	n.left = n.left[32:]
	return h, nil
}

// contents opens what entries say, in a goroutine of its own, while the tree is
// built from their digests.
type contents struct {
	keys  map[string]cipher.AEAD // thousands of entries share a scope
	batch []content
	todo  chan []content
	done  chan error
}

type content struct {
	seq            int64
	digest, sealed []byte
	key            cipher.AEAD
}

func newContents() *contents {
	c := &contents{keys: map[string]cipher.AEAD{}, todo: make(chan []content, 4), done: make(chan error, 1)}
	go func() {
		var failed error
		var plain []byte
		for batch := range c.todo {
			for _, x := range batch {
				var err error
				if plain, err = x.key.Open(plain[:0], nil, x.sealed, x.digest); failed == nil && (err != nil || ledger.Digest(plain) != [32]byte(x.digest)) {
					failed = fmt.Errorf("store: ledger entry %d was altered", x.seq)
				}
			}
		}
		c.done <- failed
	}()
	return c
}

func (c *contents) add(ctx context.Context, t *Tx, x content, scope []byte) (err error) {
	if x.sealed == nil {
		return nil // destroyed; its digest stays
	}
	key, ok := c.keys[string(scope)]
	if !ok {
		if key, err = t.ledgerKey(ctx, string(scope)); err != nil {
			return err
		}
		c.keys[string(scope)] = key
	}
	x.key = key
	if c.batch = append(c.batch, x); len(c.batch) == 512 {
		c.todo <- c.batch
		c.batch = make([]content, 0, 512)
	}
	return nil
}

// end waits for the last content and says whether all were as they were written.
func (c *contents) end() error {
	c.todo <- c.batch
	close(c.todo)
	return <-c.done
}

// digests reads every entry in order and checks that no number is missing.
func (t *Tx) digests(ctx context.Context, contents *contents, yield func([32]byte) bool) error {
	rows, err := t.q.Query(ctx, `SELECT seq, digest, CAST(scope AS BLOB), sealed FROM ledger ORDER BY seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := int64(0); rows.Next(); n++ {
		var x content
		var scope []byte
		if err := rows.Scan(&x.seq, &x.digest, &scope, &x.sealed); err != nil {
			return err
		}
		if x.seq != n || len(x.digest) != 32 {
			return errLedger
		}
		if err := contents.add(ctx, t, x, scope); err != nil {
			return err
		}
		if !yield([32]byte(x.digest)) {
			return nil
		}
	}
	return rows.Err()
}

var _ ledger.Appender = (*Tx)(nil)
