package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// TestMarks: a word narrowed by kind, act, year or incident finds what looking at each
// that has the word finds, and counts it; also after a correction, and in a database
// whose words were kept before there were marks, even when the Desk was stopped while
// it put them in anew.
func TestMarks(t *testing.T) {
	t.Parallel()
	ctx, path, key := t.Context(), filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32)
	now := clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))
	db := reopen(t, ctx, path, key, now)
	unguard(t, db)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.Write(ctx, func(tx *Tx) error {
		if err := tx.AddSource(ctx, record.Source{ID: "source_a", Name: "Paper (invented)"}); err != nil {
			return err
		}
		for n := range 40 {
			i := record.Incident{ID: fmt.Sprint("incident_", n), Title: "Men were taken (invented)", Span: edtf.Date(fmt.Sprint(2010 + n%5))}
			if err := tx.AddIncident(ctx, i); err != nil {
				return err
			}
			item := record.Item{ID: fmt.Sprint("item_", n), Source: "source_a", Title: "Taken at night (invented)", Dated: edtf.Date(fmt.Sprint(2010 + n%7))}
			if err := tx.AddRecordItem(ctx, item); err != nil {
				return err
			}
			c := record.Claim{ID: fmt.Sprint("claim_", n), Item: item.ID, Source: "source_a", Incident: i.ID, Act: record.Acts()[n%3], Verbatim: "They were taken. (Invented.)", Asserted: edtf.Date(fmt.Sprint(2010 + n%4))}
			if err := tx.AddClaim(ctx, c); err != nil {
				return err
			}
			if n%4 == 0 { // the span and the words change
				now := i
				now.Span, now.Title = "2016", "Men were taken to a quarry (invented)"
				if err := tx.SaveIncident(ctx, i, now); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	look := func() {
		t.Helper()
		must(db.Read(ctx, func(tx *Tx) error {
			for _, q := range []record.Query{
				{}, {Kind: record.FoundIncident}, {Kind: record.FoundClaim, Year: "2011"}, {Act: record.Acts()[1]}, {Year: "2016"}, {Incident: "incident_8"}, {Incident: "incident_1"}, {Year: "1900"},
				{Kind: record.FoundClaim, Act: record.Acts()[2], Year: "2012"}, {Kind: record.FoundIncident, Codes: []string{"W01"}},
			} {
				plain, err := all(ctx, tx, func(r scanner) (id string, err error) { return id, r.Scan(&id) }, `SELECT subject FROM found WHERE kind <> 'source' AND ($1 = '' OR kind = $1) AND ($2 = '' OR act = $2) AND ($3 = '' OR year = $3) AND ($4 = '' OR incident = $4) ORDER BY doc DESC`, q.Kind, q.Act, q.Year, q.Incident)
				if err != nil {
					return err
				}
				if len(q.Codes) > 0 {
					plain = nil // nothing has the code
				}
				q.Text = "taken"
				docs, err := tx.Found(ctx, q, 500)
				if err != nil {
					return err
				}
				var got []string
				for _, d := range docs {
					got = append(got, d.ID)
				}
				if !slices.Equal(got, plain) {
					t.Errorf("%+v: %v, not %v", q, got, plain)
				}
				facets, many, err := tx.Facets(ctx, q, 500)
				n := 0
				for _, f := range facets["kind"] {
					n += f.N
				}
				if err != nil || many || n != len(plain) {
					t.Errorf("%+v: %d are counted, not %d: %v", q, n, len(plain), err)
				}
			}
			quarry, err := tx.Found(ctx, record.Query{Text: "quarry", Year: "2016"}, 50)
			if err != nil || len(quarry) != 10 {
				t.Errorf("what was corrected: %d, %v", len(quarry), err)
			}
			// nobody finds a mark by typing it: what stands behind its first letter is a word like others
			typed, err := tx.Found(ctx, record.Query{Text: mark("k", "claim") + " taken"}, 50)
			if err != nil || len(typed) != 0 {
				t.Errorf("a mark that was typed is found: %d, %v", len(typed), err)
			}
			return nil
		}))
	}
	look()
	must(db.Write(ctx, func(tx *Tx) error { // as it was before, and stopped after a part
		for _, q := range []string{`INSERT INTO found_words (found_words) VALUES ('delete-all')`, `UPDATE found_marked SET doc = 0, upto = (SELECT MAX(doc) FROM found)`} {
			if _, err := tx.exec(ctx, q); err != nil {
				return err
			}
		}
		if err := tx.remarkSome(ctx, 0, 30); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE found_marked SET doc = 30`)
		return err
	}))
	must(db.Close())
	db = reopen(t, context.Background(), path, key, now)
	look()
	must(db.Close())
}
