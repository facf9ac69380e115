package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// TestOpenTexts: what is compared is the newest that anybody may read: nothing sealed,
// nothing without words, not the paper that says who a source is.
func TestOpenTexts(t *testing.T) {
	t.Parallel()
	ctx, noon := t.Context(), time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	db := reopen(t, ctx, filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32), clock.NewManual(noon))
	defer db.Close()
	if err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.AddSource(ctx, record.Source{ID: "source_a", Name: "An outlet (invented)", Kind: record.Media, Group: "source_a", Received: noon}); err != nil {
			return err
		}
		for n, i := range []record.Item{{Words: "one"}, {Words: "two"}, {Words: "", Safe: "item_x", Sealed: []byte("sealed")}, {Words: "three"}, {}, {Material: "identity", Words: "who they are"}} {
			i.ID, i.Source, i.Received = fmt.Sprintf("item_%d", n), "source_a", noon.Add(time.Duration(n)*time.Minute)
			if err := tx.AddRecordItem(ctx, i); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{9: "three two one ", 2: "three two "} {
		if err := db.Read(ctx, func(tx *Tx) error {
			all, err := tx.OpenTexts(ctx, limit)
			got := ""
			for _, i := range all {
				got += i.Words + " "
			}
			if got != want {
				t.Errorf("at most %d: %q, want %q", limit, got, want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
