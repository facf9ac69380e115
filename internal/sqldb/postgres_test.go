package sqldb_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"waylight/internal/pgtest"
	"waylight/internal/sqldb"
)

var counter = fstest.MapFS{"0001_a.sql": {Data: []byte(`-- A TEXT that is STRICT, in a comment; even INTEGER.
CREATE TABLE a (id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 2), name TEXT NOT NULL, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY) STRICT;`)}}

// The same texts run, and writers that read before they write do not lose each
// other's changes.
func TestPostgresKeepsTheSamePromises(t *testing.T) {
	t.Parallel()
	ctx, source := context.Background(), pgtest.Start(t).Database()
	const processes, each = 3, 20
	var open sync.WaitGroup
	var all [processes]*sqldb.DB
	for i := range all {
		open.Go(func() { // migrating at once
			db, err := sqldb.OpenPostgres(ctx, source, 1)
			if err == nil {
				err = db.Migrate(ctx, counter)
			}
			if err != nil {
				t.Error(err)
			}
			all[i] = db
		})
	}
	open.Wait()
	if t.Failed() {
		return
	}
	for _, db := range all {
		t.Cleanup(func() { db.Close() })
	}
	insert := func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO a (id, name, n) VALUES ($2, $1, 0)`, "x", []byte{1, 2})
		return err
	}
	if err := all[0].Write(ctx, insert); err != nil {
		t.Fatal(err)
	}
	if err := all[1].Write(ctx, insert); !sqldb.IsUnique(err) {
		t.Errorf("the same key again: %v", err)
	}
	var writers sync.WaitGroup
	for _, db := range all {
		writers.Go(func() {
			for range each {
				err := db.Write(ctx, func(tx *sqldb.Tx) error {
					var n int64
					if err := tx.QueryRow(ctx, `SELECT n FROM a WHERE id = $1`, []byte{1, 2}).Scan(&n); err != nil {
						return err
					}
					changed, err := tx.Exec(ctx, `UPDATE a SET n = $1 WHERE name = $2`, n+1, "x")
					if err == nil && changed != 1 {
						err = errors.New("nothing was changed")
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if err := all[0].Read(ctx, func(s *sqldb.Snapshot) error {
		var n int
		if err := s.QueryRow(ctx, `SELECT n FROM a`).Scan(&n); err != nil {
			return err
		}
		if n != processes*each {
			t.Errorf("counted %d of %d", n, processes*each)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A refusal names neither the password nor the host.
func TestPostgresErrorsKeepTheAddress(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"postgres://user:hunter2@127.0.0.1:1/name", "postgres://user:hunter2@[bad"} {
		_, err := sqldb.OpenPostgres(context.Background(), source, 1)
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%v", err)
		}
	}
}
