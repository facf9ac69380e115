package sqldb_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"waylight/internal/sqldb"
)

func count(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(s *sqldb.Snapshot) error { return s.QueryRow(t.Context(), `SELECT COUNT(*) FROM a`).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCopyAndRekey moves a database while others write: nothing that was
// committed is missing, the old key opens nothing of the new file, and a move
// that could not be made final leaves everything as it was.
func TestCopyAndRekey(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	old, fresh := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "old.db"), Key: old})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	add := func(ctx context.Context) error {
		return db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO a (t) VALUES ('x')`)
			return err
		})
	}
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT NOT NULL)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no")
	if err := db.Rekey(ctx, filepath.Join(dir, "never.db"), fresh, func() error { return failed }); !errors.Is(err, failed) {
		t.Fatalf("a move that is not final: %v", err)
	}
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 25 {
				if err := add(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if err := db.Copy(ctx, filepath.Join(dir, "copy.db"), old); err != nil {
		t.Fatal(err)
	}
	if err := db.Rekey(ctx, filepath.Join(dir, "new.db"), fresh, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	writers.Wait()
	if n := count(t, db); n != 100 {
		t.Errorf("%d of 100 rows after the move", n)
	}
	if _, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "new.db"), Key: old}); err == nil {
		t.Error("the old key opens the new file")
	}
	kept, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "copy.db"), Key: old})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if n := count(t, kept); n > 100 {
		t.Errorf("the copy holds %d rows", n)
	}
}
