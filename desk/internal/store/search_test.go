package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// TestFill: what was kept before there was a search is findable after the Desk
// was opened again, once and not twice.
func TestFill(t *testing.T) {
	t.Parallel()
	ctx, path, key := t.Context(), filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32)
	now := clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))
	db := reopen(t, ctx, path, key, now)
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.AddIncident(ctx, record.Incident{ID: "incident_a", Title: "Обыск у моста", At: now.Now()}); err != nil {
			return err
		}
		for _, q := range []string{`INSERT INTO found_words (found_words) VALUES ('delete-all')`, `DELETE FROM found`, `DELETE FROM found_filled`} {
			if _, err := tx.exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = reopen(t, ctx, path, key, now)
		var got []record.Doc
		if err := db.Read(ctx, func(tx *Tx) (err error) {
			got, err = tx.Found(ctx, record.Query{Text: "мост обыски"}, 10)
			return err
		}); err != nil || len(got) != 1 || got[0].ID != "incident_a" {
			t.Errorf("found %v, %v", got, err)
		}
		var facets map[string][]record.Facet // of all there is: kept ready, also when words are taken out
		if err := db.Read(ctx, func(tx *Tx) (err error) {
			facets, _, err = tx.Facets(ctx, record.Query{}, 10)
			return err
		}); err != nil || len(facets["kind"]) != 1 || facets["kind"][0].N != 1 {
			t.Errorf("facets %v, %v", facets, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, ctx context.Context, path string, key []byte, c clock.Clock) *DB {
	t.Helper()
	db, err := Open(ctx, path, key, c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
