package cases_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// TestWorkflowHolds drives three people, two places and an escort through random
// plans, voices, steps, restarts and clock jumps. Refusals are part of the game;
// what is accepted must keep the invariants, and every accepted step is in the ledger.
func TestWorkflowHolds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			w := &walk{office: o, dice: rand.New(rand.NewPCG(seed, 4)), id: o.open(o.anna, o.boris)}
			for _, code := range []string{"A", "B", "C"} {
				w.parties = append(w.parties, o.party(w.id, code))
			}
			for _, code := range []string{"Mill", "Harbour"} {
				w.places = append(w.places, must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: code, Kind: "flat", Capacity: 2, Status: cases.Available}))(t).ID)
			}
			for range 60 {
				w.act()
				w.holds()
			}
			if w.arrived == 0 {
				t.Error("nobody arrived: the walk proves nothing")
			}
			o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(o.ctx) }))
		})
	}
}

type walk struct {
	*office
	dice            *rand.Rand
	id              string
	parties, places []string
	arrived         int
}

func (w *walk) spot() cases.Spot {
	if w.dice.IntN(3) == 0 {
		return cases.Spot{Words: "a meeting point"}
	}
	return cases.Spot{Place: w.places[w.dice.IntN(2)], Words: "a place"}
}

// tried accepts a refusal by a rule and nothing else.
func (w *walk) tried(err error) bool {
	w.t.Helper()
	if err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Invalid {
		w.t.Fatal(err)
	}
	return err == nil
}

func (w *walk) act() {
	w.t.Helper()
	o := w.office
	actor := []staff.Actor{o.anna, o.boris, o.clara}[w.dice.IntN(3)]
	c := must(o.book.Case(o.ctx, o.anna, w.id))(w.t)
	leg := cases.Movement{ID: "leg_none"}
	var live []cases.Movement
	for _, l := range c.Legs {
		if len(l.State.Next()) > 0 {
			live = append(live, l)
		}
	}
	what := w.dice.IntN(12)
	if n := len(live); n > 0 {
		leg = live[w.dice.IntN(n)]
	}
	if len(live) == 0 || what < 2 && len(live) > 3 {
		what = 2 * min(1, len(live))
	}
	switch what {
	case 0, 1:
		l := cases.Leg{Parties: []string{w.parties[w.dice.IntN(3)]}, From: w.spot(), To: w.spot(), Mode: "car", Earliest: o.Clock.Now().Add(-time.Hour), Latest: o.Clock.Now().Add(1000 * time.Hour)}
		if p := w.parties[w.dice.IntN(3)]; p != l.Parties[0] {
			l.Parties = append(l.Parties, p)
		}
		if w.dice.IntN(2) == 0 {
			l.Escort = o.clara.ID
		}
		id, saw := "", 0
		if w.dice.IntN(4) == 0 && leg.ID != "leg_none" {
			id, saw = leg.ID, w.dice.IntN(leg.Sheet.Saw()+1)
		}
		_, err := o.book.PlanLeg(o.ctx, o.anna, w.id, id, saw, l)
		w.tried(err)
	case 2, 3, 4, 5:
		w.tried(o.book.Go(o.ctx, actor, leg.ID, leg.Sheet.Current.Version, w.dice.IntN(12) > 0))
		if w.dice.IntN(2) == 0 {
			w.tried(o.book.Go(o.ctx, o.boris, leg.ID, leg.Sheet.Current.Version, true))
		}
	case 6, 7, 8, 9, 10:
		to := []cases.LegState{cases.LegUnderWay, cases.LegUnderWay, cases.LegUnderWay, cases.LegArrived, cases.LegArrived, cases.LegArrived, cases.LegLost, cases.LegAborted}[w.dice.IntN(8)]
		if w.tried(o.book.Step(o.ctx, actor, leg.ID, to, "because")) && to == cases.LegArrived {
			w.arrived++
		}
	case 11:
		o.Clock.Advance(time.Duration(w.dice.IntN(300)-100) * time.Minute)
		if w.dice.IntN(4) == 0 {
			o.Restart(w.t)
			o.begin()
		}
	}
}

// holds checks the invariants after a caseworker has opened the case.
func (w *walk) holds() {
	w.t.Helper()
	o := w.office
	c := must(o.book.Case(o.ctx, o.boris, w.id))(w.t)
	out := map[string]int{}
	for _, l := range c.Legs {
		if l.State == cases.LegUnderWay || l.State == cases.LegLost {
			for _, p := range l.Parties {
				out[p]++
			}
		}
		for _, s := range l.Steps {
			if s.Content.To == cases.LegUnderWay && (len(l.Go.Yes) < 2 || len(l.Go.No) > 0) {
				w.t.Fatalf("a leg began with %d yes and %d no", len(l.Go.Yes), len(l.Go.No))
			}
		}
	}
	in := map[string]int{}
	for _, id := range w.places {
		for _, s := range must(o.book.Place(o.ctx, o.anna, id))(w.t).Stays {
			if s.Content().To.IsZero() {
				in[s.Content().Party]++
			}
		}
	}
	for _, p := range w.parties {
		where := cases.WhereIs(c.Legs, p)
		if out[p] > 1 || in[p] > 1 || out[p]+in[p] > 1 {
			w.t.Fatalf("one person on %d legs and in %d places", out[p], in[p])
		}
		if settled := where.At.Place != "" && !where.OnTheWay && !where.Lost; settled != (in[p] == 1) {
			w.t.Fatalf("in a place by the legs: %v; noted there: %d", settled, in[p])
		}
		if (where.OnTheWay || where.Lost) != (out[p] == 1) {
			w.t.Fatalf("on the way: %v, legs under way: %d", where.OnTheWay, out[p])
		}
	}
	if moving := c.State == cases.Moving; moving && len(out) == 0 {
		w.t.Fatal("the case moves and nobody does")
	}
}
