package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

// GrantsIn lists the member's grants of the safes with these ids.
func (t *Tx) GrantsIn(ctx context.Context, member string, ids []string) ([]safe.Grant, error) {
	return all(ctx, t, scanGrant, `SELECT safe, member, sealed FROM safe_grant WHERE safe IN (SELECT value FROM json_each($1)) AND member = $2`, among(ids), member)
}

// ItemsIn lists the editions in the safes with these ids, of each in the order in which they came.
func (t *Tx) ItemsIn(ctx context.Context, ids []string) ([]cases.Item, error) {
	return all(ctx, t, scanItem, `SELECT seq, safe, id, kind, version, base, author, at_us, sealed FROM case_item WHERE safe IN (SELECT value FROM json_each($1)) ORDER BY seq`, among(ids))
}

// LegsIn lists the legs of the cases with these ids, of each in the order in which they were planned.
func (t *Tx) LegsIn(ctx context.Context, files []string) ([]cases.Tied, error) {
	return all(ctx, t, func(s scanner) (x cases.Tied, err error) { return x, s.Scan(&x.Leg, &x.Case) },
		`SELECT id, file FROM case_leg WHERE file IN (SELECT value FROM json_each($1)) ORDER BY rowid`, among(files))
}

// VoicesAmong lists the answers about what lies in the safes with these ids, the oldest first.
func (t *Tx) VoicesAmong(ctx context.Context, ids []string) ([]cases.Voice, error) {
	return all(ctx, t, scanVoice, `SELECT safe, item, version, member, yes, at_us FROM case_voice WHERE safe IN (SELECT value FROM json_each($1)) ORDER BY at_us, member`, among(ids))
}

// Unsettled lists which of the safes wait for a new key, because a holder has left or
// lost a role, or for a grant to the newest spare key.
func (t *Tx) Unsettled(ctx context.Context, ids []string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT value FROM json_each($1) w
		WHERE EXISTS (SELECT 1 FROM safe_due d WHERE d.safe = w.value)
		OR EXISTS (SELECT 1 FROM safe_grant g JOIN member m ON m.id = g.member WHERE g.safe = w.value AND m.active = 0)
		OR EXISTS (SELECT 1 FROM glass_key) AND NOT EXISTS (SELECT 1 FROM spare_grant p WHERE p.safe = w.value AND p.glass = (SELECT id FROM glass_key ORDER BY rowid DESC LIMIT 1))`, among(ids))
}

// AppendAll writes entries and their part of the tree in few statements, as Append
// would write them one by one.
func (t *Tx) AppendAll(ctx context.Context, entries []ledger.Entry) error {
	if t.w == nil {
		return errReading
	}
	if len(entries) == 0 {
		return nil
	}
	keys, err := t.ledgerKeys(ctx, entries)
	if err != nil {
		return err
	}
	first, err := t.LedgerSize(ctx)
	if err != nil {
		return err
	}
	rows, nodes := batch{cols: 5}, batch{cols: 2}
	fresh := map[int64]tlog.Hash{} // what of the tree is new and not in the database yet
	reader := tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) { return t.hashesWith(ctx, idx, fresh) })
	for i, e := range entries {
		seq := first + int64(i)
		rec, err := ledger.NewRecord(seq, t.clock.Now(), e)
		if err != nil {
			return err
		}
		plain, err := rec.Encode()
		if err != nil {
			return err
		}
		digest := ledger.Digest(plain)
		rows.add(seq, digest[:], e.Subject, e.Scope, keys[e.Scope].Seal(nil, nil, plain, digest[:]))
		hashes, err := tlog.StoredHashesForRecordHash(seq, ledger.Leaf(digest), reader)
		if err != nil {
			return err
		}
		for k, h := range hashes {
			idx := tlog.StoredHashCount(seq) + int64(k)
			fresh[idx] = h
			nodes.add(idx, h[:])
		}
	}
	if err := rows.write(ctx, t, `INSERT INTO ledger (seq, digest, subject, scope, sealed) VALUES `); err != nil {
		return err
	}
	return nodes.write(ctx, t, `INSERT INTO ledger_hash (idx, hash) VALUES `)
}

// hashesWith reads nodes of the tree, those that are not written yet from fresh.
func (t *Tx) hashesWith(ctx context.Context, idx []int64, fresh map[int64]tlog.Hash) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		h, ok := fresh[x]
		if !ok {
			old, err := t.ledgerHashes(ctx, []int64{x})
			if err != nil {
				return nil, err
			}
			h = old[0]
		}
		out[i] = h
	}
	return out, nil
}

// ledgerKeys gives the ciphers of the entries' scopes, making keys at the first use.
func (t *Tx) ledgerKeys(ctx context.Context, entries []ledger.Entry) (map[string]cipher.AEAD, error) {
	type scoped struct {
		scope string
		key   []byte
	}
	fresh, scopes, seen := batch{cols: 2}, []string{}, map[string]bool{}
	for _, e := range entries {
		if seen[e.Scope] {
			continue
		}
		seen[e.Scope] = true
		key := make([]byte, 32)
		rand.Read(key)
		fresh.add(e.Scope, key)
		scopes = append(scopes, e.Scope)
	}
	if err := fresh.write(ctx, t, `INSERT OR IGNORE INTO ledger_key (scope, key) VALUES `); err != nil {
		return nil, err
	}
	kept, err := all(ctx, t, func(s scanner) (x scoped, err error) { return x, s.Scan(&x.scope, &x.key) },
		`SELECT scope, key FROM ledger_key WHERE scope IN (SELECT value FROM json_each($1))`, among(scopes))
	if err != nil {
		return nil, err
	}
	keys := make(map[string]cipher.AEAD, len(kept))
	for _, x := range kept {
		b, err := aes.NewCipher(x.key)
		if err != nil {
			return nil, err
		}
		if keys[x.scope], err = cipher.NewGCMWithRandomNonce(b); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func scanVoice(s scanner) (v cases.Voice, err error) {
	var at int64
	err = s.Scan(&v.Safe, &v.Item, &v.Version, &v.Member, &v.Yes, &at)
	v.At = clock.FromMicros(at)
	return v, err
}

// batch collects rows that go in by few statements. So many a statement, that its
// text is one that the connection keeps prepared.
type batch struct {
	cols int
	args []any
}

const batchRows = 50

func (b *batch) add(row ...any) { b.args = append(b.args, row...) }

func (b *batch) write(ctx context.Context, t *Tx, insert string) error {
	for part := range slices.Chunk(b.args, batchRows*b.cols) {
		var q strings.Builder
		q.WriteString(insert)
		for i := range part {
			switch {
			case i == 0:
				q.WriteByte('(')
			case i%b.cols == 0:
				q.WriteString("), (")
			default:
				q.WriteString(", ")
			}
			q.WriteString("$" + strconv.Itoa(i+1))
		}
		q.WriteByte(')')
		if _, err := t.exec(ctx, q.String(), part...); err != nil {
			return err
		}
	}
	return nil
}
