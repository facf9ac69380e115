package cases_test

import (
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/ids"
)

// BenchmarkBoard lists 100 cases of one caseworker, each with a person, a risk,
// a leg and a check-in.
func BenchmarkBoard(b *testing.B) {
	o := newOffice(b)
	for range 100 {
		o.busy()
	}
	for b.Loop() {
		if all, err := o.book.Board(o.ctx, o.anna, cases.Filter{}); err != nil || len(all.Rows) != 100 {
			b.Fatal(len(all.Rows), err)
		}
	}
}

// BenchmarkCase opens one case.
func BenchmarkCase(b *testing.B) {
	o := newOffice(b)
	id := o.busy()
	for b.Loop() {
		if _, err := o.book.Case(o.ctx, o.anna, id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSweep lets 200 check-ins become late and missed.
func BenchmarkSweep(b *testing.B) {
	o := newOffice(b)
	id := o.open(o.anna)
	var all []watch.Clock
	for range 200 {
		w, err := watch.New(ids.New("checkin"), id, watch.Round{Due: o.Clock.Now(), Pace: watch.Steady})
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, w)
	}
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		for _, w := range all {
			if err := tx.AddWatch(o.ctx, w); err != nil {
				return err
			}
		}
		return nil
	}))
	for b.Loop() {
		b.StopTimer()
		o.Clock.Advance(48 * time.Hour)
		o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
			for _, w := range all {
				w.Due, w.Next = o.Clock.Now(), o.Clock.Now()
				if err := tx.SaveWatch(o.ctx, w); err != nil {
					return err
				}
			}
			return nil
		}))
		b.StartTimer()
		if n, err := o.book.Sweep(o.ctx); err != nil || n != 200 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkWaiting is what every page of the Desk asks: 100 cases, 100 check-ins.
func BenchmarkWaiting(b *testing.B) {
	o := newOffice(b)
	for range 100 {
		o.busy()
	}
	o.Clock.Advance(2 * time.Hour)
	must(o.book.Sweep(o.ctx))(b)
	for b.Loop() {
		if _, err := o.book.Waiting(o.ctx, o.anna); err != nil {
			b.Fatal(err)
		}
	}
}

func (o *office) busy() string {
	o.t.Helper()
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	must(o.book.Assess(o.ctx, o.anna, id, 0, cases.Risk{Threats: []cases.Threat{{By: "state", What: "search", Likelihood: 4, Impact: 4}}, Until: "2017-05-01"}))(o.t)
	o.leg(id, p, false, cases.Spot{Words: "there"})
	must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: o.Clock.Now().Add(time.Hour), Pace: watch.Steady}))(o.t)
	return id
}
