package sqldb_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"waylight/internal/sqldb"
)

func TestEncryptedFileHoldsNoPlaintext(t *testing.T) {
	t.Parallel()
	const secret = "a sentence that must not be on the disk"
	for _, c := range []struct {
		name string
		key  []byte
		want bool
	}{{"encrypted", bytes.Repeat([]byte{7}, 32), false}, {"plain control", nil, true}} {
		t.Run(c.name, func(t *testing.T) {
			ctx, dir := context.Background(), t.TempDir()
			db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "x.db"), Key: c.key})
			if err != nil {
				t.Fatal(err)
			}
			m := fstest.MapFS{"0001_a.sql": {Data: []byte(`CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT NOT NULL); CREATE INDEX a_t ON a (t);`)}}
			for range 2 { // the second time nothing is applied
				if err := db.Migrate(ctx, m); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Write(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO a (t, id) VALUES ($2, $1)`, 5, secret)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Read(ctx, func(s *sqldb.Snapshot) error {
				var got string
				if err := s.QueryRow(ctx, `SELECT t FROM a WHERE id = $1`, 5).Scan(&got); err != nil {
					return err
				}
				if got != secret {
					t.Errorf("read %q", got)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			found := false
			files, _ := filepath.Glob(filepath.Join(dir, "*"))
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				found = found || bytes.Contains(b, []byte(secret)) || bytes.Contains(b, []byte("SQLite format 3"))
			}
			if found != c.want {
				t.Errorf("plaintext found: %v, want %v", found, c.want)
			}
			db.Close()
			if c.key != nil {
				if _, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "x.db"), Key: bytes.Repeat([]byte{8}, 32)}); err == nil {
					t.Error("a wrong key opened the database")
				}
			}
		})
	}
}
