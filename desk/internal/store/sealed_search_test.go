package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// kept is something of an invented record, as a plain look at it knows it.
type kept struct {
	record.Doc
	year string
	open map[string]bool // words that lie in no safe
}

// TestSealedAmongOpen: over random records, what a query finds in open words together
// with what was found in sealed ones is what looking at each thing gives, in the order
// of coming, however it is narrowed; and each is counted once.
func TestSealedAmongOpen(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 5))
		db := reopen(t, ctx, filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32), clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)))
		var all []kept
		if err := db.Write(ctx, func(tx *Tx) (err error) { all, err = invent(ctx, tx, r); return err }); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(tx *Tx) error {
			for range 80 {
				q := record.Query{Text: pickFrom(r, inventedWords), Kind: pickFrom(r, []record.FoundKind{"", "", record.FoundClaim, record.FoundItem, record.FoundIncident}), Year: pickFrom(r, []string{"", "", "2010", "2012"}),
					Act: pickFrom(r, []record.Act{"", "", record.Acts()[0]}), Incident: pickFrom(r, []string{"", "", "", "incident_3"})}
				if r.IntN(3) == 0 {
					q.Text += " " + pickFrom(r, inventedWords)
				}
				for _, k := range all {
					if r.IntN(5) == 0 {
						q.Sealed = append(q.Sealed, k.ID)
					}
				}
				limit := 1 + r.IntN(60)
				found, kinds := look(all, q)
				docs, err := tx.Found(ctx, q, limit)
				if err != nil {
					return err
				}
				var got []string
				for _, d := range docs {
					got = append(got, d.ID)
				}
				if !slices.Equal(got, found[:min(limit, len(found))]) {
					t.Errorf("seed %d, %+v:\n%v\n%v", seed, q, got, found)
				}
				facets, more, err := tx.Facets(ctx, q, 1000)
				if err != nil || more || len(kinds)+len(facets["kind"]) > 0 && !reflect.DeepEqual(facets["kind"], kinds) {
					t.Errorf("seed %d, %+v: %v, not %v; %v, %v", seed, q, facets["kind"], kinds, more, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

var inventedWords = []string{"taken", "quarry", "bridge", "market"}

// invent writes incidents, items and claims with random words, in the order in which they are given.
func invent(ctx context.Context, tx *Tx, r *rand.Rand) (all []kept, err error) {
	words := func() (string, map[string]bool) {
		has := map[string]bool{}
		for range r.IntN(4) {
			has[pickFrom(r, inventedWords)] = true
		}
		return strings.Join(append(slices.Sorted(func(yield func(string) bool) {
			for w := range has {
				if !yield(w) {
					return
				}
			}
		}), "(invented)"), " "), has
	}
	if err := tx.AddSource(ctx, record.Source{ID: "source_a", Name: "Paper (invented)"}); err != nil {
		return nil, err
	}
	for n := range 60 {
		year := fmt.Sprint(2010 + r.IntN(4))
		text, has := words()
		k := kept{Doc: record.Doc{ID: fmt.Sprint("incident_", n), Kind: record.FoundIncident, Incident: fmt.Sprint("incident_", n)}, year: year, open: has}
		if err := tx.AddIncident(ctx, record.Incident{ID: k.ID, Title: text, Span: edtf.Date(year)}); err != nil {
			return nil, err
		}
		all = append(all, k)
		text, has = words()
		k = kept{Doc: record.Doc{ID: fmt.Sprint("item_", n), Kind: record.FoundItem}, year: year, open: has}
		if err := tx.AddRecordItem(ctx, record.Item{ID: k.ID, Source: "source_a", Title: text, Dated: edtf.Date(year)}); err != nil {
			return nil, err
		}
		all = append(all, k)
		text, has = words()
		in, act := fmt.Sprint("incident_", r.IntN(n+1)), pickFrom(r, record.Acts()[:2])
		k = kept{Doc: record.Doc{ID: fmt.Sprint("claim_", n), Kind: record.FoundClaim, Incident: in, Act: act}, year: year, open: has}
		if err := tx.AddClaim(ctx, record.Claim{ID: k.ID, Item: fmt.Sprint("item_", n), Source: "source_a", Incident: in, Act: act, Verbatim: text, Asserted: edtf.Date(year)}); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// look answers a query by looking at each thing.
func look(all []kept, q record.Query) (found []string, kinds []record.Facet) {
	n := map[string]int{}
	for _, k := range slices.Backward(all) {
		open := true
		for _, w := range strings.Fields(q.Text) {
			open = open && k.open[w]
		}
		if !open && !slices.Contains(q.Sealed, k.ID) || q.Kind != "" && k.Kind != q.Kind || q.Act != "" && k.Act != q.Act || q.Year != "" && k.year != q.Year || q.Incident != "" && k.Incident != q.Incident {
			continue
		}
		found = append(found, k.ID)
		n[string(k.Kind)]++
	}
	for kind, n := range n {
		kinds = append(kinds, record.Facet{Value: kind, N: n})
	}
	slices.SortFunc(kinds, func(a, b record.Facet) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	return found, kinds
}

// TestSealedLead: whatever a query is narrowed by, what was found in sealed words is
// looked up by its id, and not looked for in all of a kind or year.
func TestSealedLead(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := reopen(t, ctx, filepath.Join(t.TempDir(), "desk.db"), make([]byte, 32), clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)))
	defer db.Close()
	for _, q := range []record.Query{{}, {Kind: record.FoundClaim}, {Year: "2010"}, {Kind: record.FoundClaim, Year: "2010"}, {Act: record.Killing}, {Incident: "incident_1"}, {Act: record.Killing, Codes: []string{"W01"}}} {
		q.Text, q.Sealed = "taken", []string{"item_1"}
		n := sealedToo(q)
		if err := db.Read(ctx, func(tx *Tx) error {
			plan, err := all(ctx, tx, func(r scanner) (s string, err error) {
				var a, b, c int
				return s, r.Scan(&a, &b, &c, &s)
			}, `EXPLAIN QUERY PLAN SELECT f.doc FROM `+n.from+n.where, n.args...)
			if err == nil && !slices.ContainsFunc(plan, func(s string) bool { return strings.HasPrefix(s, "SEARCH f ") && strings.Contains(s, "(subject=?)") }) {
				t.Errorf("%+v: %q", q, plan)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
