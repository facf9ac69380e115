package sqldb

import (
	"database/sql/driver"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// A kept statement is planned once, however many snapshots use it, before and after
// a copy; and nothing writes through a snapshot.
func TestPlannedOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := t.TempDir()
	db, err := Open(ctx, Config{Path: filepath.Join(dir, "a.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE a (id INTEGER)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	const q = `SELECT count(*) FROM a WHERE id > $1`
	read := func() {
		t.Helper()
		if err := db.Read(ctx, func(s *Snapshot) error {
			var n int
			return s.QueryRow(ctx, q, 0).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
	}
	planned := func() (again int) {
		t.Helper()
		c, err := db.read.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		err = c.Raw(func(conn any) error {
			s, err := conn.(*keeper).PrepareContext(ctx, sqlite.query(q))
			if err != nil {
				return err
			}
			again = s.(*keptStmt).Stmt.(interface {
				driver.Stmt
				Status(op sqlite3.StmtStatus, reset bool) int
			}).Status(sqlite3.STMTSTATUS_REPREPARE, false)
			return s.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		return again
	}
	for range 5 {
		read()
	}
	if n := planned(); n != 0 {
		t.Errorf("it was planned anew %d times in five snapshots", n)
	}
	if err := db.Copy(ctx, filepath.Join(dir, "b.db"), nil); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		read()
	}
	if n := planned(); n > 1 {
		t.Errorf("it was planned anew %d times after a copy", n)
	}
	if err := db.Read(ctx, func(s *Snapshot) error {
		_, err := s.tx.ExecContext(ctx, `INSERT INTO a VALUES (1)`)
		return err
	}); err == nil {
		t.Error("a snapshot was written through")
	}
}

// BenchmarkSnapshot reads one row in a snapshot of its own, of a database with as many
// tables as the Desk has; the yardstick is the same row in one snapshot.
func BenchmarkSnapshot(b *testing.B) {
	ctx := b.Context()
	db, err := Open(ctx, Config{Path: filepath.Join(b.TempDir(), "a.db"), Readers: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE a (id INTEGER PRIMARY KEY, words TEXT)`)
		if err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO a VALUES (1, 'words')`)
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	one := func(s *Snapshot) error {
		var words string
		return s.QueryRow(ctx, `SELECT x.words FROM a AS x LEFT JOIN a AS y ON y.id = x.id + 1 WHERE x.id = $1`, 1).Scan(&words)
	}
	b.Run("one", func(b *testing.B) {
		if err := db.Read(ctx, func(s *Snapshot) error {
			for b.Loop() {
				if err := one(s); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("each", func(b *testing.B) {
		for b.Loop() {
			if err := db.Read(ctx, func(s *Snapshot) error { return one(s) }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
