package chronicle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestLies: no date becomes finer than it was given.
func TestLies(t *testing.T) {
	t.Parallel()
	for d, want := range map[edtf.Date]chronicle.Reach{
		"2017-04-09":            {First: "2017-04-09", SureFrom: "2017-04-09", SureTo: "2017-04-09", Last: "2017-04-09"},
		"2017-04-09~":           {First: "2017-04-09", Last: "2017-04-09", About: true},
		"2017-04":               {First: "2017-04-01", Last: "2017-04-30"},
		"2017-21":               {First: "2017-03-01", Last: "2017-05-31"},
		"2017-02/2017-04":       {First: "2017-02-01", SureFrom: "2017-02-28", SureTo: "2017-04-01", Last: "2017-04-30"},
		"2017-04/2017-04":       {First: "2017-04-01", Last: "2017-04-30"},
		"2017-02-24/..":         {First: "2017-02-24", SureFrom: "2017-02-24", SureTo: "2017-02-24"},
		"../2017-03-01":         {SureFrom: "2017-03-01", SureTo: "2017-03-01", Last: "2017-03-01"},
		"2017-02-24/2017-03-03": {First: "2017-02-24", SureFrom: "2017-02-24", SureTo: "2017-03-03", Last: "2017-03-03"},
		"":                      {},
	} {
		if got := chronicle.Lies(d); got != want {
			t.Errorf("%q: %+v, not %+v", d, got, want)
		}
	}
}

// TestTimeline: everything with a date stands in order, is narrowed by kind, code, place
// and time, comes in pages that miss and repeat nothing, and follows corrections.
func TestTimeline(t *testing.T) {
	t.Parallel()
	g, ctx := desktest.New(t), t.Context()
	dora, cara := g.Member(t, "Dora (invented)", staff.Documenter), g.Member(t, "Cara (invented)", staff.Caseworker)
	ar, ap := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) parties.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	registry := &parties.Registry{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock, HasCode: func(context.Context, string) (bool, error) { return true, nil }}
	c := &chronicle.Chronicle{Reading: store.Reading(g.DB, func(tx *store.Tx) chronicle.Store { return tx })}
	incident, err := archive.AddIncident(ctx, dora, record.Incident{Title: "Detentions (invented)", Span: "2017-02/2017-04", Place: "Город Аргунск (вымышлен)"})
	must(t, err)
	_, err = archive.AddIncident(ctx, dora, record.Incident{Title: "No date (invented)"})
	must(t, err)
	for n := range chronicle.Most + 10 {
		_, err := registry.AddAct(ctx, dora, parties.Act{Incident: incident.ID, Code: "W07", Dated: edtf.Date(fmt.Sprintf("2018-%02d-%02d", 1+n/28, 1+n%28)), Place: "Town B (invented)"})
		must(t, err)
	}
	early, err := registry.AddAct(ctx, dora, parties.Act{Incident: incident.ID, Code: "W01", Dated: "../2016-03"})
	must(t, err)
	_, err = archive.AddStatement(ctx, dora, record.Statement{Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "No."})
	must(t, err)
	deed, err := archive.AddDeed(ctx, dora, record.Deed{Incident: incident.ID, Act: record.Killing})
	must(t, err)
	_, err = archive.Decide(ctx, dora, record.Finding{Deed: deed.ID, Decided: record.Reported, Standard: record.Suspicion, Reasoning: "x"})
	must(t, err)
	look := func(q chronicle.Query) chronicle.Page {
		t.Helper()
		p, err := c.Timeline(ctx, dora, q)
		must(t, err)
		return p
	}
	seen, pages := map[string]int{}, 0
	for q := (chronicle.Query{}); ; pages++ {
		p := look(q)
		for _, e := range p.Entries {
			seen[e.Subject]++
		}
		if pages == 0 && (p.Entries[0].Subject != early.ID || p.Undated != 1) {
			t.Errorf("first: %+v, undated %d", p.Entries[0].Row, p.Undated)
		}
		if q.After = p.Next; p.Next == "" {
			break
		}
	}
	if len(seen) != chronicle.Most+14 || pages != 1 {
		t.Errorf("%d things on %d pages", len(seen), pages+1)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
	for name, x := range map[string]struct {
		q    chronicle.Query
		want int
	}{
		"kind":             {chronicle.Query{Kind: chronicle.Statement}, 1},
		"code":             {chronicle.Query{Codes: []string{"W01"}}, 1},
		"code of a deed":   {chronicle.Query{Codes: []string{record.Killing.HURIDOCS()}}, 1},
		"time":             {chronicle.Query{From: "2017-03-15", To: "2017-04-01"}, 1},
		"an open end":      {chronicle.Query{To: "2016-01-01"}, 1},
		"place of a whole": {chronicle.Query{Place: "аргунск", Kind: chronicle.Finding}, 1},
		"place and time":   {chronicle.Query{Place: "town b", From: "2018-01-05", To: "2018-01-05"}, 1},
		"no such place":    {chronicle.Query{Place: "elsewhere"}, 0},
	} {
		if p := look(x.q); len(p.Entries) != x.want {
			t.Errorf("%s: %d, not %d", name, len(p.Entries), x.want)
		}
	}
	incident.Span, incident.Place = "2019-05", "Elsewhere (invented)"
	must(t, archive.AmendIncident(ctx, dora, incident, 1, "the wrong year (invented)"))
	if p := look(chronicle.Query{Kind: chronicle.Incident, From: "2019-05-01", Place: "elsewhere"}); len(p.Entries) != 1 {
		t.Errorf("a correction is not followed: %+v", p)
	}
	early.Withdrawn = true
	must(t, registry.AmendAct(ctx, dora, early, 1, "no such thing (invented)"))
	if p := look(chronicle.Query{Codes: []string{"W01"}}); len(p.Entries) != 0 {
		t.Error("what was withdrawn stands on the timeline")
	}
	if _, err := c.Timeline(ctx, cara, chronicle.Query{}); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker: %v", err)
	}
	for _, q := range []chronicle.Query{{From: "rubbish"}, {From: "2018-01-01", To: "2017-01-01"}, {Kind: "x"}} {
		if _, err := c.Timeline(ctx, dora, q); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// BenchmarkTimeline measures a page of the timeline and a neighbourhood over many incidents.
func BenchmarkTimeline(b *testing.B) {
	const incidents = 100_000
	g, ctx := desktest.New(b), b.Context()
	dora := g.Member(b, "Dora (invented)", staff.Documenter)
	registry := &parties.Registry{Reading: store.Reading(g.DB, func(tx *store.Tx) parties.Store { return tx }), Clock: g.Clock}
	c := &chronicle.Chronicle{Reading: store.Reading(g.DB, func(tx *store.Tx) chronicle.Store { return tx })}
	start := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	must(b, g.DB.Write(ctx, func(tx *store.Tx) error {
		for n := range 1000 {
			id := fmt.Sprintf("party_%d", n)
			if err := tx.AddParty(ctx, parties.Party{ID: id, Root: id, Version: 1, Kind: parties.Organisation, Called: fmt.Sprintf("Unit %d (invented)", n)}); err != nil {
				return err
			}
		}
		for n := range incidents {
			day := edtf.Of(clock.DayOf(start.AddDate(0, 0, n%10_000)))
			i := record.Incident{ID: fmt.Sprintf("incident_%d", n), Title: "Incident (invented)", Span: day, Place: fmt.Sprintf("Town %d", n%500)}
			if err := tx.AddIncident(ctx, i); err != nil {
				return err
			}
			a := parties.Act{ID: fmt.Sprintf("act_%d", n), Version: 1, Incident: i.ID, Code: fmt.Sprintf("W%02d", 1+n%9), Dated: day, Place: i.Place}
			if err := tx.AddAct(ctx, a); err != nil {
				return err
			}
			if err := tx.AddInvolvement(ctx, parties.Involvement{ID: fmt.Sprintf("involvement_%d", n), Version: 1, Act: a.ID, Party: fmt.Sprintf("party_%d", n%1000), Role: parties.Perpetrator, Claims: []string{}}); err != nil {
				return err
			}
		}
		return nil
	}))
	for name, q := range map[string]chronicle.Query{"all": {}, "late": {From: "2016-01-01", To: "2016-12-31"}, "code": {Codes: []string{"W03"}}, "place": {Place: "town 77"}, "place-late": {Place: "town 77", From: "2016-01-01"}, "kind": {Kind: chronicle.Act, From: "2010-01-01"}} {
		b.Run("timeline-"+name, func(b *testing.B) {
			for b.Loop() {
				p, err := c.Timeline(ctx, dora, q)
				must(b, err)
				if len(p.Entries) == 0 {
					b.Fatal("nothing")
				}
			}
		})
	}
	for name, a := range map[string]parties.Around{"party": {Party: "party_7", Steps: 2}, "party-on": {Party: "party_7", Steps: 2, On: "1995-01-01"}, "incident": {Incident: "incident_5", Steps: 2}} {
		b.Run("neighbourhood-"+name, func(b *testing.B) {
			for b.Loop() {
				w, err := registry.Neighbourhood(ctx, dora, a)
				must(b, err)
				if len(w.Acts) == 0 {
					b.Fatal("nothing")
				}
			}
		})
	}
}
