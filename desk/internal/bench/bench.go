// Package bench measures what caseworkers wait for, on synthetic cases in a
// database of its own: the board, the search, a case's page, the sweep of signs of
// life, the question who is touched when a place or a number has become known.
//
// Everybody in it is invented, by a table and a counter. It writes into the folder
// it is given and nowhere else, and is no part of a running Desk.
package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

// The organisation that is measured.
const (
	workers  = 200 // caseworkers; each case has one of them, and the coordinator
	perPlace = 40  // people in the history of the place that becomes known
	tries    = 20
	batch    = 250
)

// Result is one measurement: the middle and the slowest of some tries.
type Result struct {
	What             string
	Median, P99, Max time.Duration
	N                int // rows or steps that came back
}

// Report is all of one size.
type Report struct {
	Cases   int
	Made    time.Duration // how long it took to write them
	Results []Result
	Memory  uint64 // bytes that the program holds after it
	Disk    int64
}

// machine is the clock by which is measured; what is measured has one that stands still.
var machine = clock.System()

// Limit is what one answer may take.
const Limit = 50 * time.Millisecond

type bench struct {
	db    *store.DB
	clock *clock.Manual
	book  *cases.Book
	boss  staff.Actor // assigned to every case
	anna  staff.Actor // assigned to one in workers
	team  []staff.Member
	place string
	ids   []string
}

// Protection writes n synthetic cases into dir and measures.
func Protection(ctx context.Context, dir string, n int, progress io.Writer) (r Report, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	b := &bench{clock: clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))}
	if b.db, err = store.Open(ctx, filepath.Join(dir, "bench.db"), key, b.clock); err != nil {
		return r, err
	}
	defer b.db.Close()
	as := func(tx *store.Tx) cases.Store { return tx }
	b.book = cases.NewBook(store.Within(b.db, as), store.Reading(b.db, as), b.clock, cases.Options{})
	begun := machine.Now()
	if err := b.sow(ctx, n, progress); err != nil {
		return r, err
	}
	r.Cases, r.Made = n, machine.Now().Sub(begun)
	if r.Results, err = b.measure(ctx); err != nil {
		return r, err
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.Memory = m.Sys - m.HeapReleased
	runtime.KeepAlive(b)
	r.Disk, err = size(dir)
	return r, err
}

func (b *bench) sow(ctx context.Context, n int, progress io.Writer) error {
	for i := range workers + 1 {
		a, err := hire(i)
		if err != nil {
			return err
		}
		if err := b.db.Write(ctx, func(tx *store.Tx) error { return tx.PutMember(ctx, a.Member) }); err != nil {
			return err
		}
		switch i {
		case 0:
			b.boss = a
		case 1:
			b.anna = a
			fallthrough
		default:
			b.team = append(b.team, a.Member)
		}
	}
	p, err := b.book.KeepPlace(ctx, b.boss, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "an invented address", Capacity: 999, Status: cases.Available})
	if err != nil {
		return err
	}
	b.place = p.ID
	for done := 0; done < n; {
		end := min(n, done+batch)
		if err := b.db.Write(ctx, func(tx *store.Tx) error {
			for i := done; i < end; i++ {
				id, err := cases.Sow(ctx, tx, b.boss, b.plant(i, n), b.clock.Now())
				if err != nil {
					return err
				}
				b.ids = append(b.ids, id)
			}
			return nil
		}); err != nil {
			return err
		}
		if done = end; done%10_000 == 0 {
			fmt.Fprintf(progress, "%d of %d cases are written\n", done, n)
		}
	}
	return nil
}

// plant makes the i-th invented case.
func (b *bench) plant(i, n int) cases.Plant {
	now := b.clock.Now()
	p := cases.Plant{Assign: []staff.Member{b.boss.Member, b.team[i%workers]}, Note: fmt.Sprintf("An invented note, number %d.", i),
		Person: cases.Party{Code: "A", Name: given[i/3%len(given)] + " " + family[i/7%len(family)] + fmt.Sprint(i%977), Contact: fmt.Sprintf("+7 200 %07d", i)},
		Risk:   cases.Risk{Threats: []cases.Threat{{By: "state", What: "invented", Likelihood: 1 + i/11%5, Impact: 1 + i/13%5}}, Until: "2017-06-01"},
		Leg:    cases.Leg{From: cases.Spot{Words: "a bus station"}, To: cases.Spot{Words: "a flat"}, Mode: "car", Earliest: now, Latest: now.Add(time.Hour)},
		Due:    watch.Round{Due: now.Add(time.Duration(1+i%1440) * time.Minute), Grace: 10 * time.Minute, Every: 24 * time.Hour, Pace: watch.Steady}}
	if i%max(1, n/perPlace) == 0 {
		p.Place = b.place
	}
	return p
}

func (b *bench) measure(ctx context.Context) (all []Result, err error) {
	after := func(before func() error, what string, times int, f func(i int) (int, error)) {
		if err != nil {
			return
		}
		r := Result{What: what}
		var took []time.Duration
		for i := range times {
			if err = before(); err != nil {
				return
			}
			begun := machine.Now()
			if r.N, err = f(i); err != nil {
				err = fmt.Errorf("%s: %w", what, err)
				return
			}
			took = append(took, machine.Now().Sub(begun))
		}
		slices.Sort(took)
		r.Median, r.Max = took[len(took)/2], took[len(took)-1]
		all = append(all, r)
	}
	run := func(what string, times int, f func(i int) (int, error)) {
		after(func() error { return nil }, what, times, f)
	}
	board := func(a staff.Actor, s cases.Show) func(int) (int, error) {
		return func(int) (int, error) {
			l, err := b.book.Board(ctx, a, cases.Filter{Show: s})
			return len(l.Rows), err
		}
	}
	search := func(a staff.Actor) func(int) (int, error) {
		return func(i int) (int, error) {
			rows, err := b.book.Search(ctx, a, []string{"Магомед", "mohamed example", "200 00000", "Dmitry", "ruslan"}[i%5])
			return len(rows), err
		}
	}
	run("board, a caseworker", tries, board(b.anna, cases.ShowOpen))
	run("board, at risk, a caseworker", tries, board(b.anna, cases.ShowRisk))
	run("board, who is assigned to all", tries, board(b.boss, cases.ShowOpen))
	for _, x := range []struct {
		what string
		f    cases.Filter
	}{{"by code", cases.Filter{Order: cases.ByCode}}, {"by sign of life, the latest first", cases.Filter{Order: cases.BySign, Desc: true}}, {"of extreme risk", cases.Filter{Level: cases.LevelExtreme}}} {
		run("list "+x.what+", who is assigned to all", tries, func(int) (int, error) {
			l, err := b.book.Board(ctx, b.boss, x.f)
			return len(l.Rows), err
		})
	}
	forget := func() error {
		b.book.Forget(b.anna.ID)
		return nil
	}
	warm := func() error {
		b.book.Forget(b.anna.ID)
		return b.book.Warm(ctx, b.anna)
	}
	after(forget, "search, the first, at once after signing in, a caseworker", 3, search(b.anna))
	after(warm, "search, the first, once the cases were opened ahead, a caseworker", 3, search(b.anna))
	run("search, a caseworker", tries, search(b.anna))
	month := cases.Span{From: b.clock.Now().Truncate(24 * time.Hour), Until: b.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, 31)}
	run("calendar of a month, a caseworker", tries, func(int) (int, error) {
		c, err := b.book.Calendar(ctx, b.anna, month)
		return len(c.Dates), err
	})
	run("calendar of a day, who is assigned to all", tries, func(int) (int, error) {
		c, err := b.book.Calendar(ctx, b.boss, cases.Span{From: month.From, Until: month.From.AddDate(0, 0, 1)})
		return len(c.Dates), err
	})
	run("proposer: 12 people, 200 places, 3 stops", 5, func(int) (int, error) { return len(proposer.Propose(hard()).Proposals), nil })
	run("a case's page", tries, func(i int) (int, error) {
		_, err := b.book.Case(ctx, b.anna, b.ids[(i*workers)%len(b.ids)])
		return 1, err
	})
	run("home page: what waits, a caseworker", tries, func(int) (int, error) {
		w, err := b.book.Waiting(ctx, b.anna)
		return len(w), err
	})
	run("next six hours, a caseworker", tries, func(int) (int, error) {
		w, err := b.book.Wall(ctx, b.anna)
		return len(w.Due), err
	})
	run("sweep, nothing due", tries, func(int) (int, error) { return b.book.Sweep(ctx) })
	run("sweep, one minute's signs of life", tries, func(int) (int, error) {
		b.clock.Advance(time.Minute)
		return b.book.Sweep(ctx)
	})
	run("who is touched by a number", tries, func(i int) (int, error) {
		return b.expose(ctx, cases.Leak{Kind: exposure.Number, Number: fmt.Sprintf("8 (200) %07d", i), Since: b.clock.Now(), Words: "invented"})
	})
	run(fmt.Sprintf("who is touched by a place with %d people", perPlace), 5, func(int) (int, error) {
		return b.expose(ctx, cases.Leak{Kind: exposure.Place, Place: b.place, Since: b.clock.Now(), Words: "invented"})
	})
	return all, err
}

func (b *bench) expose(ctx context.Context, l cases.Leak) (n int, err error) {
	id, err := b.book.Expose(ctx, b.boss, l)
	if err != nil {
		return 0, err
	}
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		t, err := tx.TasksOf(ctx, id)
		n = len(t)
		return err
	})
	return n, err
}
