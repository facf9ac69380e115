package team_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/internal/ids"
)

// during lets helpers of the house fail the run and not the test.
type during struct {
	testing.TB
	run *rapid.T
}

func (d during) Helper()                   {}
func (d during) Fatal(args ...any)         { d.run.Fatal(args...) }
func (d during) Fatalf(s string, a ...any) { d.run.Fatalf(s, a...) }

// machine hands two watched cases to and fro.
type machine struct {
	*house
	who   []staff.Actor
	files []string
}

// TestNobodyIsUnwatched lets three caseworkers hand cases over, answer, take back,
// lend, leave cases, let time pass, and asks after each step that every case has
// somebody who is assigned for good and active, that every running check-in is seen by
// such a person, and that every open task is somebody's who can open the case. Refusals
// are part of the game.
func TestNobodyIsUnwatched(t *testing.T) {
	t.Parallel()
	var runs, failed atomic.Int32
	rapid.Check(t, func(r *rapid.T) {
		if runs.Add(1) > 12 && failed.Load() == 0 {
			return
		}
		defer func() {
			if p := recover(); p != nil {
				failed.Store(1)
				panic(p)
			}
		}()
		h := newHouse(t)
		h.t = during{t, r}
		m := &machine{house: h, who: []staff.Actor{h.anna, h.boris, h.clara}}
		for _, a := range m.who[:2] {
			file := h.open(a)
			h.watch(a, file)
			h.ok(h.board.Ask(h.ctx, a, team.Ask{ID: ids.New("task"), File: file, Kind: team.Task, Owner: a.ID}, "Invented."))
			m.files = append(m.files, file)
		}
		r.Repeat(map[string]func(*rapid.T){
			"":         m.holds,
			"offer":    m.offers,
			"accept":   m.answers(func(a staff.Actor, x team.Handing) { m.board.Accept(m.ctx, a, x.ID, x.Note, back) }),
			"decline":  m.answers(func(a staff.Actor, x team.Handing) { m.board.Decline(m.ctx, a, x.ID, "Invented.") }),
			"withdraw": m.answers(func(a staff.Actor, x team.Handing) { m.board.Withdraw(m.ctx, a, x.ID) }),
			"lend":     m.lends,
			"off":      m.off,
			"time":     m.time,
		})
	})
}

func (m *machine) member(r *rapid.T) staff.Actor {
	return m.who[rapid.IntRange(0, len(m.who)-1).Draw(r, "member")]
}

func (m *machine) file(r *rapid.T) string {
	return m.files[rapid.IntRange(0, len(m.files)-1).Draw(r, "case")]
}

func (m *machine) offers(r *rapid.T) {
	a, b, file := m.member(r), m.member(r), m.file(r)
	saw := 0
	if w, err := m.board.Work(m.ctx, a, file); err == nil {
		saw = w.Note.Saw()
	}
	_ = m.board.Offer(m.ctx, a, team.Handing{ID: ids.New("handing"), File: file, Taker: b.ID, Stays: rapid.Bool().Draw(r, "stays")}, 4, saw, note())
}

func (m *machine) answers(f func(staff.Actor, team.Handing)) func(*rapid.T) {
	return func(r *rapid.T) {
		a := m.member(r)
		all, err := m.board.Handings(m.ctx, a)
		m.ok(err)
		for _, x := range all {
			if x.State == team.Offered {
				f(a, x)
				return
			}
		}
	}
}

func (m *machine) lends(r *rapid.T) {
	_ = m.book.AssignUntil(m.ctx, m.member(r), m.file(r), m.member(r).ID, m.Clock.Now().Add(time.Duration(rapid.IntRange(0, 12).Draw(r, "hours"))*time.Hour))
}

func (m *machine) off(r *rapid.T) { _ = m.book.Unassign(m.ctx, m.member(r), m.file(r), m.member(r).ID) }

func (m *machine) time(r *rapid.T) {
	m.Clock.Advance(time.Duration(rapid.IntRange(1, 300).Draw(r, "minutes")) * time.Minute)
	var here []staff.Actor
	for _, a := range m.who {
		if rapid.Bool().Draw(r, "here") {
			here = append(here, a)
		}
	}
	m.ok(second(m.book.Sweep(m.ctx)))
	m.ok(second(m.book.EndTimed(m.ctx, here)))
	m.ok(m.board.Sweep(m.ctx))
}

func (m *machine) holds(*rapid.T) {
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		for _, file := range m.files {
			grants, err := tx.Grants(m.ctx, file)
			if err != nil {
				return err
			}
			timed, err := tx.TimedIn(m.ctx, file)
			if err != nil {
				return err
			}
			var good, assigned []string
			for _, g := range grants {
				assigned = append(assigned, g.Member)
				if !slices.ContainsFunc(timed, func(t cases.Timed) bool { return t.Member == g.Member }) {
					good = append(good, g.Member)
				}
			}
			if len(good) == 0 {
				m.t.Fatalf("nobody is assigned for good: %v", assigned)
			}
			for _, id := range good {
				seen, err := tx.WatchUntil(m.ctx, id, m.Clock.Now().Add(1000*time.Hour))
				if err != nil {
					return err
				}
				n := 0
				for _, w := range seen {
					if w.Case == file {
						n++
					}
				}
				if n != 1 {
					m.t.Fatalf("a check-in is seen %d times by who is assigned", n)
				}
			}
			tasks, err := tx.ChoresOf(m.ctx, file)
			if err != nil {
				return err
			}
			for _, a := range tasks {
				if a.State != team.Open {
					continue
				}
				held := 0
				for _, who := range m.who {
					mine, err := tx.ChoresFor(m.ctx, who.ID, m.Clock.Now())
					if err != nil {
						return err
					}
					if slices.ContainsFunc(mine, func(x team.Ask) bool { return x.ID == a.ID }) {
						held++
						if !slices.Contains(assigned, who.ID) {
							m.t.Fatalf("a task waits for somebody who cannot open its case")
						}
					}
				}
				if held == 0 {
					m.t.Fatalf("a task waits for nobody")
				}
			}
		}
		return nil
	}))
}
