package figures_test

import (
	"fmt"
	"reflect"
	"testing"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
)

// TestManyClaimsStepByStep: a figure of very many claims follows each claim that comes,
// is judged, replaced, denied, left out or rated by its source, says what reckoning from
// all claims says, keeps all parts of itself in which nothing changed, and its history
// stays as it was.
func TestManyClaimsStepByStep(t *testing.T) {
	t.Parallel()
	h := found(t)
	ctx := h.ctx
	i, err := h.archive.AddIncident(ctx, h.dora, record.Incident{Title: "An incident (invented)"})
	h.ok(err)
	var items []record.Item
	for n := range 3 {
		s, err := h.archive.AddSource(ctx, h.dora, record.Source{Name: fmt.Sprintf("Paper %d (invented)", n), Kind: record.Media}, "")
		h.ok(err)
		item, err := h.archive.AddItem(ctx, h.dora, record.Item{Source: s.ID, Title: "An article", Material: record.Press})
		h.ok(err)
		items = append(items, item)
	}
	var claims []record.Claim
	add := func(value int64, asserted string) {
		n := len(claims)
		c := record.Claim{Item: items[n%2].ID, Incident: i.ID, Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.AtLeast, Value: value}, Hand: record.Relayed, Asserted: edtf.Date(asserted)}
		c, err := h.archive.AddClaim(ctx, h.dora, c)
		h.ok(err)
		claims = append(claims, c)
	}
	for n := range 2*figures.Long + 50 {
		add(int64(20+n%30), fmt.Sprintf("2017-%02d-%02d", 1+n%3, 1+n%28))
	}
	f, err := h.tally.Add(ctx, h.dora, figures.Figure{Status: record.Killed, Unit: record.Persons, Scope: figures.Scope{Incident: i.ID}})
	h.ok(err)
	said := map[string]figures.Reckoning{}
	pages := func(r figures.Reckoning) map[string]bool {
		ids := map[string]bool{}
		h.ok(h.DB.Read(ctx, func(tx *store.Tx) error {
			p, ok, err := tx.PagesOf(ctx, r.ID)
			if !ok {
				t.Fatal("there are no pages")
			}
			for _, x := range p.List {
				ids[x.ID] = true
			}
			return err
		}))
		return ids
	}
	whole := func() figures.Reckoning {
		t.Helper()
		s, err := h.tally.Sheet(ctx, h.dora, f.ID)
		h.ok(err)
		out := map[string]figures.Exclusion{}
		for _, x := range s.Exclusions {
			out[x.Claim] = x
		}
		want := figures.Reckon(f, s.Last.AsOf, s.Claims, out)
		if !reflect.DeepEqual(s.Last.Uses, want.Uses) || s.Last.Range != want.Range || s.Last.Basis != want.Basis || !reflect.DeepEqual([]figures.Rule{s.Last.Low, s.Last.Best, s.Last.High}, []figures.Rule{want.Low, want.Best, want.High}) || !reflect.DeepEqual(s.Last.Denials, want.Denials) || s.Last.Used != want.Used || s.Last.Left != want.Left {
			t.Fatalf("%+v, %d used\n%+v, %d used", s.Last.Range, s.Last.Used, want.Range, want.Used)
		}
		for _, r := range s.History {
			if old, ok := said[r.ID]; ok && (old.Range != r.Range || !reflect.DeepEqual(old.Uses, r.Uses)) {
				t.Fatal("what was reckoned before changed")
			}
			said[r.ID] = r
		}
		seen := 0
		for part := range 100 {
			s, err := h.tally.SheetPart(ctx, h.dora, f.ID, part)
			h.ok(err)
			if part >= s.Parts {
				break
			}
			seen += len(s.Last.Uses)
		}
		if seen != want.Used+want.Left {
			t.Fatalf("the parts show %d of %d claims", seen, want.Used+want.Left)
		}
		return s.Last
	}
	before := whole()
	today := clock.DayOf(h.Clock.Now())
	for n, change := range []func(){
		func() { add(3, "2017-02-11") },
		func() {
			h.ok(h.archive.Judge(ctx, h.dora, record.Judgement{Claim: claims[len(claims)-1].ID, Credibility: 4, Standing: record.Refuted, Reason: "invented"}))
		},
		func() {
			h.ok(h.archive.Link(ctx, h.dora, record.Link{From: claims[100].ID, Kind: record.Supersedes, To: claims[200].ID, Reason: "invented"}))
		},
		func() {
			_, err := h.archive.AddStatement(ctx, h.dora, record.Statement{Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "No.", Incident: i.ID, Contradicts: []string{claims[7].ID}})
			h.ok(err)
		},
	} {
		change()
		s, err := h.tally.SheetPart(ctx, h.dora, f.ID, 0)
		h.ok(err)
		if !s.Stale {
			t.Fatalf("change %d: the figure does not know that its claims say something else", n)
		}
		_, err = h.tally.Reckon(ctx, h.dora, f.ID, today)
		h.ok(err)
		now := whole()
		had, fresh := pages(before), 0
		for id := range pages(now) {
			if !had[id] {
				fresh++
			}
		}
		if fresh == 0 || fresh > 2 {
			t.Fatalf("change %d: %d parts were kept anew", n, fresh)
		}
		if s, err = h.tally.SheetPart(ctx, h.dora, f.ID, 0); err != nil || s.Stale {
			t.Fatalf("change %d: it is said to be old: %v", n, err)
		}
		before = now
	}
	h.ok(h.tally.Exclude(ctx, h.dora, figures.Exclusion{Figure: f.ID, Claim: claims[3].ID, Out: true, Reason: "invented"}))
	whole()
	h.ok(h.tally.Exclude(ctx, h.dora, figures.Exclusion{Figure: f.ID, Claim: claims[3].ID, Reason: "invented"}))
	whole()
	_, err = h.tally.Reckon(ctx, h.dora, f.ID, "2017-02-15") // back in time, and forward again
	h.ok(err)
	whole()
	_, err = h.tally.Reckon(ctx, h.dora, f.ID, today)
	h.ok(err)
	whole()
}
