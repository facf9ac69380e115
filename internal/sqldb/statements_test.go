package sqldb_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"waylight/internal/sqldb"
)

// Statements are kept: one may run inside the same one, more texts than are kept
// do no harm, and a table that changed is seen as it is.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(t.TempDir(), "a.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	const all = `SELECT * FROM a WHERE id >= $1 ORDER BY id`
	steps := []func(*sqldb.Tx) error{
		func(tx *sqldb.Tx) error { _, err := tx.Exec(ctx, `CREATE TABLE a (id INTEGER)`); return err },
		func(tx *sqldb.Tx) error {
			for i := range 3 {
				if _, err := tx.Exec(ctx, `INSERT INTO a (id) VALUES ($1)`, i); err != nil {
					return err
				}
			}
			return nil
		},
		func(tx *sqldb.Tx) error { // the same text within itself
			outer, err := tx.Query(ctx, all, 0)
			if err != nil {
				return err
			}
			defer outer.Close()
			seen := 0
			for outer.Next() {
				var id int
				if err := outer.Scan(&id); err != nil {
					return err
				}
				inner, err := tx.Query(ctx, all, id)
				if err != nil {
					return err
				}
				for inner.Next() {
					seen++
				}
				inner.Close()
			}
			if seen != 6 {
				t.Errorf("%d rows instead of 3+2+1", seen)
			}
			return outer.Err()
		},
		func(tx *sqldb.Tx) error { _, err := tx.Exec(ctx, `ALTER TABLE a ADD COLUMN b TEXT`); return err },
		func(tx *sqldb.Tx) error {
			rows, err := tx.Query(ctx, all, 2)
			if err != nil {
				return err
			}
			defer rows.Close()
			if names, err := rows.Columns(); err != nil || len(names) != 2 {
				t.Errorf("columns %v, %v", names, err)
			}
			return nil
		},
		func(tx *sqldb.Tx) error {
			for i := range 600 {
				var one int
				if err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT %d + $1`, i), 1).Scan(&one); err != nil || one != i+1 {
					return fmt.Errorf("%d: %d, %w", i, one, err)
				}
			}
			return nil
		},
	}
	for i, step := range steps {
		if err := db.Write(ctx, step); err != nil {
			t.Errorf("step %d: %v", i, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}
