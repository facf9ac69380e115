package cases_test

import (
	"maps"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
)

// holds checks the invariants.
func (m *machine) holds(*rapid.T) {
	now := m.steady.Now()
	if now.Before(m.told) {
		m.t.Fatalf("the Desk's clock went back from %s to %s", m.told, now)
	}
	m.told = now
	in := map[string]int{}
	for _, id := range m.places {
		var p cases.Refuge
		all := map[string]*cases.Case{}
		for _, f := range m.files {
			all[f] = m.read(f) // makes up for what an escort could not note
		}
		m.ok(m.try("opening a place", m.anna, func() (err error) { p, err = m.book.Place(m.ctx, m.anna, id); return err }))
		for _, s := range p.Stays {
			if s.Content().To.IsZero() {
				in[s.Content().Party]++
			}
		}
	}
	for _, f := range m.files {
		c := m.read(f)
		m.bodies(c, in)
		m.alarms(c)
		m.money(c)
		if c.Risk.Saw() != m.risks[f] {
			m.t.Fatalf("%d editions of the risk were kept of %d", c.Risk.Saw(), m.risks[f])
		}
	}
	m.loans()
	m.awayHolds()
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(m.ctx) }))
}

// loans: what was lent opens until its time, and not after somebody looked whether
// it is over; a leg that its borrower escorts stays theirs to its end.
func (m *machine) loans() {
	for l, until := range m.lent {
		var has bool
		legs := map[string]bool{}
		c := m.read(l.file)
		m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
			_, err := tx.Grant(m.ctx, l.file, l.member)
			has = err == nil
			for _, x := range c.Legs {
				_, err := tx.Grant(m.ctx, x.ID, l.member)
				legs[x.ID] = err == nil
			}
			return nil
		}))
		if over := !until.After(m.ended); has == over {
			m.t.Fatalf("after %s: lent until %s, looked at %s, and opens: %v", m.what, until, m.ended, has)
		} else if !over {
			continue
		}
		for _, x := range c.Legs {
			if legs[x.ID] && x.Escort != l.member {
				m.t.Fatalf("after %s a leg opens to whom its case was lent until %s", m.what, until)
			}
		}
		delete(m.lent, l)
	}
}

// bodies: nobody is in two places, and no leg began without two different people.
func (m *machine) bodies(c *cases.Case, in map[string]int) {
	out := map[string]int{}
	for _, l := range c.Legs {
		for _, s := range l.Steps {
			if s.Content.To == cases.LegUnderWay && (len(l.Go.Yes) < 2 || l.Go.Yes[0].Member == l.Go.Yes[1].Member || len(l.Go.No) > 0) {
				m.t.Fatalf("a leg began with %d yes and %d no", len(l.Go.Yes), len(l.Go.No))
			}
		}
		if l.State == cases.LegUnderWay || l.State == cases.LegLost {
			for _, p := range l.Parties {
				out[p]++
			}
		}
	}
	for _, p := range m.parties[c.ID] {
		where := cases.WhereIs(c.Legs, p)
		settled := where.At.Place != "" && !where.OnTheWay && !where.Lost
		if out[p]+in[p] > 1 || settled != (in[p] == 1) || (where.OnTheWay || where.Lost) != (out[p] == 1) {
			m.t.Fatalf("after %s: on %d legs, in %d places, %+v", m.what, out[p], in[p], where)
		}
	}
}

// alarms: every check-in is watched, no rung is lost, none is raised twice.
func (m *machine) alarms(c *cases.Case) {
	for _, w := range c.CheckIns {
		over := w.State == watch.OK || w.State == watch.Stopped
		if !over && w.Next.IsZero() && w.Step < len(watch.Ladder(w.Pace)) {
			m.t.Fatalf("after %s nobody watches %+v", m.what, w.Clock)
		}
		if over != w.Next.IsZero() && !w.State.Alarmed() {
			m.t.Fatalf("after %s: %+v", m.what, w.Clock)
		}
		type rung struct {
			due  time.Time
			step int
			hard bool
		}
		raised := map[rung]int{}
		calls := map[int]int{}
		for _, a := range c.Alerts {
			if a.CheckIn != w.Clock.ID {
				continue
			}
			raised[rung{a.Due, a.Step, a.Duress}]++
			if a.Open() {
				calls[a.Step]++
				if !w.State.Alarmed() || !a.Due.Equal(w.Due) {
					m.t.Fatalf("after %s an alert is open that belongs to nothing: %+v of %+v", m.what, a, w.Clock)
				}
			}
		}
		for k, n := range raised {
			if n != 1 {
				m.t.Fatalf("rung %+v was raised %d times", k, n)
			}
		}
		for s, n := range calls {
			if n != 1 {
				m.t.Fatalf("rung %d calls %d times at once", s, n)
			}
		}
		if !w.State.Alarmed() {
			if !over && !m.fresh[w.Clock.ID] && !w.Due.Add(w.Grace).After(m.swept) {
				m.t.Fatalf("a sweep at %s passed over %+v", m.swept, w.Clock)
			}
			continue
		}
		for i, l := range watch.Ladder(w.Pace) {
			at := w.Alarm.Add(l.After)
			if i == 0 && w.State == watch.Duress || at.After(m.swept) {
				continue
			}
			if raised[rung{w.Due, i, w.State == watch.Duress}] == 0 {
				m.t.Fatalf("after %s: rung %s was due at %s, a sweep came at %s: %+v", m.what, l.Name, at, m.swept, w.Clock)
			}
		}
	}
}

// money: what the case says was spent, and what waits, is what was accepted.
func (m *machine) money(c *cases.Case) {
	want, waits := map[string]int64{}, map[string]int64{}
	for _, k := range m.costs {
		if k.file != c.ID {
			continue
		}
		needs := k.Currency != "EUR" || k.Minor > 50_000
		delete(k.yes, k.author)
		if !needs || len(k.yes) > 0 && len(k.no) == 0 {
			want[k.Currency] += k.Minor
		} else {
			waits[k.Currency] += k.Minor
		}
	}
	spent, waiting := cases.Totals(c.Costs)
	if !maps.Equal(spent, want) || !maps.Equal(waiting, waits) {
		m.t.Fatalf("after %s the money does not add up: spent %v, want %v; waiting %v, want %v", m.what, spent, want, waiting, waits)
	}
}
