package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"waylight/internal/sqldb"
	"waylight/internal/wire"
)

// bareTables are the Front's, as far as a report without files is written to them.
const bareTables = `
CREATE TABLE mailbox (id BLOB NOT NULL PRIMARY KEY, sign_key BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE envelope (id BLOB NOT NULL PRIMARY KEY, channel TEXT NOT NULL, mailbox BLOB NOT NULL, sign_key BLOB NOT NULL,
  day TEXT NOT NULL, class INTEGER NOT NULL, digest BLOB NOT NULL, sealed BLOB NOT NULL, body INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE body (number INTEGER NOT NULL PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
`

// bareRow is what the database keeps of one report.
type bareRow struct {
	id, mailbox, signKey, digest, sealed []byte
	number                               int64
}

func bareRowOf(e wire.Envelope) (r bareRow, err error) {
	r = bareRow{signKey: e.SignKey, sealed: e.Sealed, digest: make([]byte, 32)}
	rand.Read(r.digest)
	r.number = int64(binary.BigEndian.Uint64(r.digest) >> 1)
	if r.id, err = hex.DecodeString(e.ID); err == nil {
		r.mailbox, err = hex.DecodeString(e.Mailbox)
	}
	return r, err
}

func (r bareRow) insert(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO mailbox (id, sign_key) VALUES ($1, $2)`, r.mailbox, r.signKey)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO envelope (id, channel, mailbox, sign_key, day, class, digest, sealed, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.id, "help", r.mailbox, r.signKey, "2017-04-01", len(r.sealed), r.digest, []byte{}, r.number)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO body (number, sealed) VALUES ($1, $2)`, r.number, r.sealed)
	return err
}

// bareWork is one writer's report and its answer.
type bareWork struct {
	row  bareRow
	done chan error
}

// bareEngine writes the same rows and bytes as the Front into the same tables,
// with the same settings and a sync before each answer; those that wait share a
// transaction. Writers and database are one process: nothing is looked up,
// checked or sent over a line.
type bareEngine struct{ db *sqldb.DB }

func openEngine(ctx context.Context, path string) (*bareEngine, error) {
	db, err := sqldb.Open(ctx, sqldb.Config{Path: path})
	if err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, bareTables)
		return err
	})
	return &bareEngine{db}, err
}

func (b *bareEngine) close() { b.db.Close() }

// run returns reports per second.
func (b *bareEngine) run(ctx context.Context, writers int, reports []wire.Envelope) (_ float64, err error) {
	rows := make([]bareRow, len(reports))
	for i, e := range reports {
		if rows[i], err = bareRowOf(e); err != nil {
			return 0, err
		}
	}
	queue := make(chan bareWork, 256)
	go commitBare(ctx, b.db, queue)
	began := time.Now()
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(rows)); i = next.Add(1) - 1 {
				w := bareWork{rows[i], make(chan error, 1)}
				queue <- w
				if <-w.done != nil {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	close(queue)
	if n := failed.Load(); n > 0 {
		return 0, fmt.Errorf("the bare engine refused %d reports", n)
	}
	return float64(len(rows)) / took.Seconds(), nil
}

// commitBare takes what waits, as the Front's committer does.
func commitBare(ctx context.Context, db *sqldb.DB, queue <-chan bareWork) {
	for first := range queue {
		batch := []bareWork{first}
		for len(batch) < 256 && len(queue) > 0 {
			batch = append(batch, <-queue)
		}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			for _, w := range batch {
				if err := w.row.insert(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		for _, w := range batch {
			w.done <- err
		}
	}
}
