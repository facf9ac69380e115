package cases_test

import (
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/proposer"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// TestProposeAndTake: a family of three with a minor over two stops in two
// countries: what is proposed keeps every rule, out of the places that the asking
// member knows alone; what is taken stands in the plan once, as drafts without a go.
func TestProposeAndTake(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	now := o.Clock.Now()
	a, b := o.party(id, "A"), o.party(id, "B")
	kid := must(o.book.KeepParty(o.ctx, o.anna, id, "", 0, cases.Party{Code: "C", Minor: true, Interest: "stays with A"}))(t).ID
	for _, p := range []string{a, b, kid} {
		must(o.book.KeepPaper(o.ctx, o.anna, id, "", 0, cases.Paper{Party: p, Kind: "passport", Country: "XA", Status: cases.PaperHeld, From: "2015-01-01", Until: clock.DayOf(now.AddDate(1, 0, 0))}))(t)
	}
	place := func(code string, c int, lat float64, tr cases.Trait) string {
		return must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: code, Kind: "flat", Address: "Invented Lane " + code, Capacity: c, Status: cases.Available, Point: &cases.Point{Lat: lat, Lon: 13, Within: 5}, Trait: tr}))(t).ID
	}
	mill := place("Mill", 3, 43, cases.Trait{Country: "XA", Suits: []string{"minor"}})
	small := place("Attic", 2, 43.1, cases.Trait{Country: "XA", Suits: []string{"minor"}})
	adults := place("Inn", 9, 43.2, cases.Trait{Country: "XB"})
	orchard := place("Orchard", 4, 45, cases.Trait{Country: "XB", Suits: []string{"minor"}, Papers: []string{"passport"}})
	theirs := must(o.book.KeepPlace(o.ctx, o.clara, "", 0, cases.Place{Code: "Hidden", Kind: "flat", Capacity: 9, Status: cases.Available, Trait: cases.Trait{Country: "XB", Suits: []string{"minor"}}}))(t).ID

	w := cases.Wish{Parties: []string{a, b, kid}, From: cases.Spot{Words: "the station", Point: &cases.Point{Lat: 42, Lon: 13, Within: 5}}, Stops: 2, Nights: 1, Country: "XB", Earliest: now, Latest: now.Add(100 * time.Hour)}
	got := must(o.book.Propose(o.ctx, o.anna, id, w))(t)
	if len(got.Proposals) == 0 || got.Short {
		t.Fatalf("%+v", got.Answer)
	}
	for _, p := range got.Proposals {
		for _, l := range p.Legs {
			if l.To == theirs || l.To == small || l.To == adults || len(l.People) != 3 {
				t.Errorf("a proposal that breaks a rule, or knows too much: %+v", l)
			}
		}
	}
	best := got.Proposals[0]
	if len(best.Legs) != 2 || best.Legs[0].To != mill || best.Legs[1].To != orchard {
		t.Fatalf("%+v", best)
	}
	told := map[proposer.Rule]bool{}
	for _, x := range got.Bars {
		told[x.Rule] = true
		if x.Place == theirs {
			t.Error("a place that the member does not know is told of")
		}
	}
	if !told[proposer.RuleRoom] || !told[proposer.RuleNeeds] || !told[proposer.RuleCountry] {
		t.Errorf("%+v", got.Bars)
	}

	var legs []cases.DraftLeg
	for _, l := range best.Legs {
		from := cases.Spot{Place: l.From}
		if l.From == "" {
			from = w.From
		}
		at := now.Add(time.Duration(l.After) * time.Hour)
		legs = append(legs, cases.DraftLeg{ID: ids.New("leg"), Leg: cases.Leg{Parties: l.People, From: from, To: cases.Spot{Place: l.To}, Mode: "car", Earliest: at, Latest: at.Add(6 * time.Hour)}})
	}
	broken := append([]cases.DraftLeg{}, legs...)
	broken[1].Leg.To = cases.Spot{Place: small}
	o.refused(o.book.Take(o.ctx, o.anna, id, broken), fault.Conflict, "room")
	if c := must(o.book.Case(o.ctx, o.anna, id))(t); len(c.Legs) != 0 {
		t.Fatal("half of a proposal was taken")
	}
	for range 2 { // the same form twice
		o.ok(o.book.Take(o.ctx, o.anna, id, legs))
	}
	c := must(o.book.Case(o.ctx, o.boris, id))(t)
	if len(c.Legs) != 2 || c.Legs[0].State != cases.LegPlanned || c.Legs[0].Go.Missing != 2 || c.Legs[1].Number != 2 || c.Legs[1].To.Words != "Invented Lane Orchard" {
		t.Fatalf("%+v", c.Legs)
	}
	o.travel(c.Legs[0].ID)

	// Without a right to the case, or with a form of one's own making, nothing is planned.
	_, err := o.book.Propose(o.ctx, o.clara, id, w)
	o.refused(err, fault.NotFound, "")
	o.refused(o.book.Take(o.ctx, o.clara, id, legs), fault.NotFound, "")
	other := o.open(o.anna)
	o.refused(o.book.Take(o.ctx, o.anna, other, legs), fault.Invalid, "")
	o.refused(o.book.Take(o.ctx, o.anna, id, []cases.DraftLeg{{ID: "leg_1"}}), fault.Invalid, "")
	for _, spoil := range []func(*cases.Wish){func(w *cases.Wish) { w.Parties = nil }, func(w *cases.Wish) { w.Parties = []string{"party_x"} }, func(w *cases.Wish) { w.Stops = 9 }, func(w *cases.Wish) { w.Country = "xx1" }, func(w *cases.Wish) { w.Avoid = []string{"A-Z"} },
		func(w *cases.Wish) { w.Earliest = time.Time{} }, func(w *cases.Wish) { w.Latest = now.Add(-time.Hour) }, func(w *cases.Wish) { w.Nights = -1 }, func(w *cases.Wish) { w.Reach = -1 }} {
		bad := w
		spoil(&bad)
		_, err := o.book.Propose(o.ctx, o.anna, id, bad)
		o.refused(err, fault.Invalid, "")
	}
}
