package store_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// fill writes entries of two scopes and one without.
func fill(t *testing.T, g *desktest.Ground, n int) {
	t.Helper()
	ctx := context.Background()
	for i := range n {
		if err := g.DB.Write(ctx, func(tx *store.Tx) error {
			scope := []string{"", "case_a", "case_b"}[i%3]
			return tx.Append(ctx, ledger.Entry{Actor: "member_x", Action: "thing.done", Subject: "thing", Scope: scope})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, g *desktest.Ground) error {
	t.Helper()
	ctx := context.Background()
	return g.DB.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) })
}

func TestLedgerVerifiesAtEverySize(t *testing.T) {
	t.Parallel()
	g := desktest.New(t)
	for range 12 {
		fill(t, g, 1)
		if err := verify(t, g); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLedgerFindsTampering(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]string{
		"a digest changed":  `UPDATE ledger SET digest = zeroblob(32) WHERE seq = 3`,
		"the last removed":  `DELETE FROM ledger WHERE seq = 8`,
		"one removed":       `DELETE FROM ledger WHERE seq = 4; UPDATE ledger SET seq = seq - 1 WHERE seq > 4`,
		"two swapped":       `UPDATE ledger SET seq = 100 WHERE seq = 2; UPDATE ledger SET seq = 2 WHERE seq = 5; UPDATE ledger SET seq = 5 WHERE seq = 100`,
		"content exchanged": `UPDATE ledger SET sealed = (SELECT sealed FROM ledger WHERE seq = 1) WHERE seq = 4`,
		"the tree changed":  `UPDATE ledger_hash SET hash = zeroblob(32) WHERE idx = 6`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := desktest.New(t)
			fill(t, g, 9)
			raw(t, g, attack)
			if err := verify(t, g); err == nil {
				t.Error("not found")
			}
		})
	}
}

// raw runs SQL past the house, as somebody with the desk key could.
func raw(t *testing.T, g *desktest.Ground, q string) {
	t.Helper()
	db, err := driver.Open("file:"+filepath.Join(g.Dir, "desk.db")+"?vfs=adiantum", func(c *sqlite3.Conn) error {
		return c.Exec("PRAGMA hexkey='" + hex.EncodeToString(g.Key) + "'")
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(q); err != nil {
		t.Fatal(err)
	}
}

func TestShreddingLeavesTheProofOnly(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	g := desktest.New(t)
	fill(t, g, 9)
	if err := g.DB.Write(ctx, func(tx *store.Tx) error { return tx.ShredLedger(ctx, "case_a") }); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, g); err != nil {
		t.Errorf("after shredding: %v", err)
	}
	if err := g.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(ctx, "", 0, 100)
		if err != nil {
			return err
		}
		gone := 0
		for _, r := range all {
			if r.Action == "" {
				gone++
			}
			if r.Scope == "case_a" {
				t.Error("content of the shredded scope is still there")
			}
		}
		if len(all) != 9 || gone != 3 {
			t.Errorf("%d records, %d without content; want 9 and 3", len(all), gone)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := g.DB.Write(ctx, func(tx *store.Tx) error { return tx.ShredLedger(ctx, "") }); err == nil {
		t.Error("the whole ledger could be shredded")
	}
}

func TestReadingRefusesChanges(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	g := desktest.New(t)
	if err := g.DB.Read(ctx, func(tx *store.Tx) error { return tx.PutSetting(ctx, "a", []byte("b")) }); err == nil {
		t.Error("a reading transaction changed something")
	}
	if err := g.DB.Read(ctx, func(tx *store.Tx) error { _, err := tx.Setting(ctx, "a"); return err }); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an absent setting: %v", err)
	}
}

func TestDatabaseOnDiskIsSealed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	g := desktest.New(t)
	if err := g.DB.Write(ctx, func(tx *store.Tx) error { return tx.PutSetting(ctx, "note", []byte("unmistakable sentence")) }); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(g.Dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("unmistakable sentence")) {
			t.Errorf("%s shows it", filepath.Base(f))
		}
	}
}
