// Package ledger is the append-only record of who did what: changes, reads of
// sealed fields, exports, approvals, custody.
//
// Each entry becomes a leaf of a Merkle tree (RFC 6962 hashing by
// golang.org/x/mod/sumdb/tlog), kept in the Desk's own database so that entry,
// business row and tree commit together. The leaf is a digest; the content lies
// beside it under a key that can be destroyed, which leaves the proof that
// something existed and was not altered, and nothing else. It imports the
// ground only; it never sees SQL.
package ledger

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Desk is the actor of what the Desk does by itself, such as a clock that ran out.
const Desk = "desk"

// Entry is one thing that somebody did. It carries ids, never names or words of
// a person's story: the fields that changed, not what they say.
type Entry struct {
	Actor   string // member id, or Desk
	Action  string // "case.opened": noun of the room, then what was done
	Subject string // the id of what it was done to
	Scope   string // what the content dies with: a case or thread id; empty: kept as long as the ledger
	Detail  any    // small struct of ids, states and counts; may be nil
}

// An Appender takes entries inside the transaction of the change they describe.
type Appender interface {
	Append(ctx context.Context, e Entry) error
}

// Record is an entry as it is hashed and kept.
type Record struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor"`
	Action  string          `json:"action"`
	Subject string          `json:"subject"`
	Scope   string          `json:"scope,omitempty"`
	Detail  json.RawMessage `json:"detail,omitempty"`
	Salt    []byte          `json:"salt"` // 16 random bytes: a digest cannot be guessed from a likely entry
}

// NewRecord gives the record of e as number seq at a time.
func NewRecord(seq int64, at time.Time, e Entry) (Record, error) {
	r := Record{Seq: seq, At: at, Actor: e.Actor, Action: e.Action, Subject: e.Subject, Scope: e.Scope, Salt: make([]byte, 16)}
	rand.Read(r.Salt)
	if e.Detail != nil {
		d, err := json.Marshal(e.Detail)
		if err != nil {
			return Record{}, fmt.Errorf("ledger: detail of %s: %w", e.Action, err)
		}
		r.Detail = d
	}
	return r, nil
}

// Encode gives the bytes that are kept and hashed.
func (r Record) Encode() ([]byte, error) { return json.Marshal(r) }

// Digest is what stays of a record for ever: SHA-256 under a domain tag.
func Digest(encoded []byte) [32]byte {
	return sha256.Sum256(append([]byte("waylight/v1/ledger\n"), encoded...))
}

// Leaf is the tree's leaf hash of a digest.
func Leaf(digest [32]byte) tlog.Hash { return tlog.RecordHash(digest[:]) }

// Root computes the tree's root over all digests, without the stored tree, and
// hands every node to stored in the order in which the tree keeps them
// (tlog.StoredHashIndex). Memory grows with the logarithm.
func Root(digests func(yield func([32]byte) bool), stored func(tlog.Hash)) (tlog.Hash, int64, error) {
	var stack []tlog.Hash // one complete subtree for each bit of n
	var n int64
	for d := range digests {
		h := Leaf(d)
		stored(h)
		for m := n; m&1 == 1; m >>= 1 {
			h = tlog.NodeHash(stack[len(stack)-1], h)
			stack = stack[:len(stack)-1]
			stored(h)
		}
		stack = append(stack, h)
		n++
	}
	if n == 0 {
		h, err := tlog.TreeHash(0, nil)
		return h, 0, err
	}
	h := stack[len(stack)-1]
	for i := len(stack) - 2; i >= 0; i-- {
		h = tlog.NodeHash(stack[i], h)
	}
	return h, n, nil
}
