package spool_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"waylight/front/internal/spool"
	"waylight/internal/sqldb"
)

// An envelope that was stored before the bytes lay apart is still handed to the
// Desk, is known when it comes again, and goes when the Desk holds it.
func TestOpensAnOldSpool(t *testing.T) {
	t.Parallel()
	ctx, folder := context.Background(), t.TempDir()
	old := fstest.MapFS{}
	for _, name := range []string{"0001_spool.sql", "0002_shared.sql"} {
		text, err := os.ReadFile(filepath.Join("migrations", name))
		if err != nil {
			t.Fatal(err)
		}
		old[name] = &fstest.MapFile{Data: text}
	}
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(folder, "spool.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx, old); err != nil {
		t.Fatal(err)
	}
	id, key, sealed := bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 32), []byte("sealed before")
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO envelope (id, channel, mailbox, sign_key, day, class, digest, sealed) VALUES ($1, 'help', $2, $3, '2017-04-01', 4096, $4, $5)`,
			id, id, key, key, sealed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err := spool.Open(ctx, spool.Config{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	batch, more, err := s.Pull(ctx, []string{"help"}, spool.ID{}, 10)
	if err != nil || more || len(batch) != 1 || !bytes.Equal(batch[0].Sealed, sealed) {
		t.Fatalf("%+v, %v, %v", batch, more, err)
	}
	if err := s.Confirm(ctx, []string{"help"}, []spool.ID{spool.ID(id)}); err != nil {
		t.Fatal(err)
	}
	if batch, _, err := s.Pull(ctx, []string{"help"}, spool.ID{}, 10); err != nil || len(batch) > 0 {
		t.Errorf("still there: %+v, %v", batch, err)
	}
}
