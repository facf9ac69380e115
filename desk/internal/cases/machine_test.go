package cases_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// TestEverythingHolds lets three members do what they like with two cases: people,
// legs, check-ins, money, risks, places, assignments, break-glass and travel packs,
// each perhaps twice, with restarts and a clock that is set both ways. Refusals are part of the game; after
// each step the invariants of issue 4 hold.
func TestEverythingHolds(t *testing.T) {
	t.Parallel()
	manyRuns(t, 30, func(m *machine) map[string]func(*rapid.T) {
		events := map[string]func(*rapid.T){
			"":        m.holds,
			"plan":    m.plan,
			"go":      m.goOrNot,
			"depart":  m.step(cases.LegUnderWay),
			"arrive":  m.step(cases.LegArrived),
			"lose":    m.step(cases.LegLost),
			"abort":   m.step(cases.LegAborted),
			"watch":   m.watch,
			"hear":    m.hear,
			"answer":  m.acknowledge,
			"sweep":   m.sweep,
			"spend":   m.spend,
			"approve": m.approve,
			"risk":    m.risk,
			"assign":  m.assign,
			"lend":    m.lend,
			"over":    m.over,
			"place":   m.place,
			"time":    m.time,
			"restart": m.restart,
		}
		m.awayEvents(events)
		return events
	})
}

// TestLoansEnd is the same with lending alone, so that it comes to its end often.
func TestLoansEnd(t *testing.T) {
	t.Parallel()
	manyRuns(t, 40, func(m *machine) map[string]func(*rapid.T) {
		return map[string]func(*rapid.T){
			"":        func(*rapid.T) { m.loans() },
			"plan":    m.plan,
			"assign":  m.assign,
			"lend":    m.lend,
			"over":    m.over,
			"restart": m.restart,
		}
	})
}

// manyRuns plays a machine with random events.
func manyRuns(t *testing.T, most int32, events func(m *machine) map[string]func(*rapid.T)) {
	var runs, failed atomic.Int32
	rapid.Check(t, func(r *rapid.T) {
		// A real database a run: fewer than rapid's hundred are enough for one test
		// run; once one failed, every run counts, so that it can be shrunk.
		if runs.Add(1) > most && failed.Load() == 0 {
			return
		}
		defer func() {
			if p := recover(); p != nil {
				failed.Store(1)
				panic(p)
			}
		}()
		r.Repeat(events(newMachine(t, r)))
	})
}

// during lets helpers of the office fail the run and not the test.
type during struct {
	testing.TB
	run *rapid.T
}

func (d during) Helper()                   {}
func (d during) Fatal(args ...any)         { d.run.Fatal(args...) }
func (d during) Fatalf(s string, a ...any) { d.run.Fatalf(s, a...) }
func (d during) Error(args ...any)         { d.run.Error(args...) }
func (d during) Errorf(s string, a ...any) { d.run.Errorf(s, a...) }

// witness notes which safes a member's keys open.
type witness struct {
	staff.Keys
	opened map[[32]byte]bool
}

func (w *witness) Unwrap(sealed []byte) ([]byte, error) {
	key, err := w.Keys.Unwrap(sealed)
	if err == nil && (len(key) == 64 || len(key) == 96) {
		w.opened[[32]byte(key[32:64])] = true // a grant carries the hash of its safe's id
	}
	return key, err
}

// cost is what the machine itself remembers of a cost.
type cost struct {
	file, id, author string
	cases.Money
	yes, no map[string]bool
}

// loan is a case that a member has for a time.
type loan struct{ file, member string }

type machine struct {
	*office
	team    []staff.Actor
	seen    map[string]*witness
	files   []string
	parties map[string][]string
	places  []string
	costs   []*cost
	risks   map[string]int // accepted editions of a case's risk
	steady  *clock.Steady
	told    time.Time
	swept   time.Time       // when the last sweep came by
	fresh   map[string]bool // check-ins that were planned since
	lent    map[loan]time.Time
	ended   time.Time // when lendings were last looked through
	what    string
	away
}

func newMachine(t *testing.T, r *rapid.T) *machine {
	o := newOffice(t)
	o.t = during{t, r}
	m := &machine{office: o, seen: map[string]*witness{}, parties: map[string][]string{}, risks: map[string]int{}}
	m.anew()
	for _, a := range []*staff.Actor{&o.anna, &o.boris, &o.clara} {
		w := &witness{a.Keys, map[[32]byte]bool{}}
		a.Keys, m.seen[a.ID] = w, w
	}
	m.team = []staff.Actor{o.anna, o.boris, o.clara}
	for _, with := range [][]staff.Actor{{o.anna, o.boris}, {o.anna, o.clara}} {
		id := o.open(with...)
		m.files = append(m.files, id)
		for _, code := range []string{"A", "B"} {
			m.parties[id] = append(m.parties[id], o.party(id, code))
		}
	}
	for _, code := range []string{"Mill", "Harbour"} {
		m.places = append(m.places, must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: code, Kind: "flat", Capacity: 3, Status: cases.Available}))(o.t).ID)
	}
	m.swept, m.fresh = m.steady.Now(), map[string]bool{}
	m.startAway(o.t)
	m.shelf = o.open(o.anna, o.boris)
	m.lent, m.ended = map[loan]time.Time{}, m.steady.Now()
	return m
}

// anew makes clock and Book as a start of the Desk does.
func (m *machine) anew() {
	m.steady = clock.NewSteady(m.Clock)
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		last, err := tx.LedgerLast(m.ctx)
		m.steady.NotBefore(last)
		return err
	}))
	m.beginAt(m.steady)
	m.awayAnew()
}

func pick[T any](r *rapid.T, what string, from []T) (v T, ok bool) {
	if len(from) == 0 {
		return v, false
	}
	return from[rapid.IntRange(0, len(from)-1).Draw(r, what)], true
}

var anyID = regexp.MustCompile(`[a-z]+_[0-9A-Za-z]+`)

// try does something as a member, and checks that every safe that was opened for
// it stands in the ledger. A rule may refuse; then nothing was written.
func (m *machine) try(what string, a staff.Actor, f func() error) error {
	return m.tried(what, a, true, f)
}

// tryLoosely is try for what is done in several transactions: one that was refused may have noted a reading.
func (m *machine) tryLoosely(what string, a staff.Actor, f func() error) error {
	return m.tried(what, a, false, f)
}

func (m *machine) tried(what string, a staff.Actor, strict bool, f func() error) error {
	m.what = what
	var before int64
	size := func() (n int64) {
		m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) (err error) { n, err = tx.LedgerSize(m.ctx); return err }))
		return n
	}
	before = size()
	clear(m.seen[a.ID].opened)
	err := f()
	if err != nil {
		if k := fault.KindOf(err); k != fault.Conflict && k != fault.NotFound && k != fault.Invalid && (k != fault.Denied || !strings.HasPrefix(what, "asking for glass")) {
			m.t.Fatalf("%s: %v", what, err)
		}
		if strict && size() != before {
			m.t.Fatalf("%s was refused and wrote into the ledger", what)
		}
		return err
	}
	covered := map[[32]byte]bool{}
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		records, err := tx.LedgerRecords(m.ctx, "", before, 1000)
		if err != nil {
			return err
		}
		for _, rec := range records {
			for _, id := range append(anyID.FindAllString(string(rec.Detail), -1), rec.Subject, rec.Scope) {
				covered[sha256.Sum256([]byte(id))] = true
				legs, err := tx.LegsOf(m.ctx, id) // who opens a case opens its legs
				if err != nil {
					return err
				}
				for _, l := range legs {
					covered[sha256.Sum256([]byte(l))] = true
				}
			}
		}
		return nil
	}))
	for id := range m.seen[a.ID].opened {
		if !covered[id] {
			m.t.Fatalf("%s opened a safe (%s) without an entry in the ledger", what, m.nameOf(id))
		}
	}
	return nil
}

func (m *machine) nameOf(hash [32]byte) string {
	for n, list := range map[string][]string{"case": m.files, "place": m.places} {
		for _, id := range list {
			if sha256.Sum256([]byte(id)) == hash {
				return n
			}
		}
	}
	return "leg"
}

// maybeTwice does it again, as a form that was sent twice does.
func (m *machine) maybeTwice(r *rapid.T, what string, a staff.Actor, f func() error) {
	err := m.try(what, a, f)
	if err == nil && rapid.IntRange(0, 3).Draw(r, "twice") == 0 {
		_ = m.try(what+" again", a, f)
	}
}

func (m *machine) read(file string) *cases.Case {
	var c *cases.Case
	m.ok(m.try("reading", m.anna, func() (err error) { c, err = m.book.Case(m.ctx, m.anna, file); return err }))
	return c
}

func (m *machine) any(r *rapid.T) (staff.Actor, string, *cases.Case) {
	a, _ := pick(r, "member", m.team)
	f, _ := pick(r, "case", m.files)
	return a, f, m.read(f)
}

func (m *machine) spot(r *rapid.T) cases.Spot {
	if p, _ := pick(r, "spot", append([]string{""}, m.places...)); p != "" {
		return cases.Spot{Place: p}
	}
	return cases.Spot{Words: "a meeting point"}
}

func (m *machine) plan(r *rapid.T) {
	a, f, c := m.any(r)
	l := cases.Leg{Parties: m.parties[f][:1+rapid.IntRange(0, 1).Draw(r, "both")], From: m.spot(r), To: m.spot(r), Mode: "car",
		Earliest: m.steady.Now().Add(-time.Hour), Latest: m.steady.Now().Add(1000 * time.Hour)}
	if rapid.Bool().Draw(r, "escort") {
		l.Escort = m.team[rapid.IntRange(0, 2).Draw(r, "who")].ID
	}
	id, saw := "", 0
	if old, ok := pick(r, "leg", c.Legs); ok && rapid.Bool().Draw(r, "change") {
		id, saw = old.ID, rapid.IntRange(0, old.Sheet.Saw()).Draw(r, "saw")
	}
	_ = m.try("planning", a, func() error { _, err := m.book.PlanLeg(m.ctx, a, f, id, saw, l); return err })
}

func (m *machine) goOrNot(r *rapid.T) {
	_, _, c := m.any(r)
	l, ok := pick(r, "leg", c.Legs)
	if !ok {
		r.Skip("no leg yet")
	}
	for _, a := range m.team { // most of them, so that some legs begin
		if n := rapid.IntRange(0, 9).Draw(r, "voice"); n > 1 {
			m.maybeTwice(r, "a voice", a, func() error { return m.book.Go(m.ctx, a, l.ID, l.Sheet.Current.Version, n > 2) })
		}
	}
}

func (m *machine) step(to cases.LegState) func(*rapid.T) {
	return func(r *rapid.T) {
		a, _, c := m.any(r)
		l, ok := pick(r, "leg", slices.DeleteFunc(slices.Clone(c.Legs), func(l cases.Movement) bool { return !slices.Contains(l.State.Next(), to) }))
		if !ok {
			r.Skip("no leg for it")
		}
		m.maybeTwice(r, "a step", a, func() error { return m.book.Step(m.ctx, a, l.ID, to, "because") })
	}
}

func (m *machine) watch(r *rapid.T) {
	a, f, _ := m.any(r)
	pace, _ := pick(r, "pace", []watch.Pace{watch.Steady, watch.Fast})
	round := watch.Round{Due: m.steady.Now().Add(time.Duration(rapid.IntRange(-30, 600).Draw(r, "due")) * time.Minute), Grace: time.Duration(rapid.IntRange(0, 60).Draw(r, "grace")) * time.Minute,
		Every: time.Duration(rapid.IntRange(0, 2).Draw(r, "every")) * 6 * time.Hour, Pace: pace}
	_ = m.try("watching", a, func() error {
		s, err := m.book.Watch(m.ctx, a, f, cases.CheckIn{Party: m.parties[f][0], Channel: "phone", Sign: "a", Duress: "b"}, round)
		m.fresh[s.ID] = true
		return err
	})
}

func (m *machine) hear(r *rapid.T) {
	a, f, c := m.any(r)
	in, ok := pick(r, "check-in", c.CheckIns)
	if !ok {
		r.Skip("nobody is watched")
	}
	switch rapid.IntRange(0, 4).Draw(r, "what") {
	case 0:
		m.maybeTwice(r, "finding", a, func() error { return m.book.Find(m.ctx, a, f, in.Clock.ID, "met") })
	case 1:
		m.maybeTwice(r, "a duress sign", a, func() error { return m.book.Hear(m.ctx, a, f, in.Clock.ID, true, "") })
	case 2:
		m.maybeTwice(r, "stopping", a, func() error { return m.book.Stop(m.ctx, a, f, in.Clock.ID, "over") })
	default:
		m.maybeTwice(r, "a sign of life", a, func() error { return m.book.Hear(m.ctx, a, f, in.Clock.ID, false, "") })
	}
}

func (m *machine) acknowledge(r *rapid.T) {
	a, _, c := m.any(r)
	alert, ok := pick(r, "alert", c.Alerts)
	if !ok {
		r.Skip("no alert")
	}
	m.maybeTwice(r, "an answer", a, func() error { return m.book.Acknowledge(m.ctx, a, alert.ID, "no-answer", "") })
}

func (m *machine) sweep(*rapid.T) {
	must(m.book.Sweep(m.ctx))(m.t)
	m.swept = m.steady.Now()
	clear(m.fresh)
	if n := must(m.book.Sweep(m.ctx))(m.t); n != 0 {
		m.t.Fatalf("a second sweep moved %d check-ins", n)
	}
}

func (m *machine) spend(r *rapid.T) {
	a, f, _ := m.any(r)
	currency, _ := pick(r, "currency", []string{"EUR", "RUB", "JPY", "KWD"})
	money := cases.Money{Minor: int64(rapid.IntRange(1, 100_000).Draw(r, "minor")), Currency: currency}
	var saved cases.Saved
	if m.try("spending", a, func() (err error) {
		saved, err = m.book.Spend(m.ctx, a, f, "", "", cases.Cost{Money: money, Line: "food", What: "bread", Day: "2017-04-09"})
		return err
	}) == nil {
		m.costs = append(m.costs, &cost{f, saved.ID, a.ID, money, map[string]bool{}, map[string]bool{}})
	}
}

func (m *machine) approve(r *rapid.T) {
	a, _ := pick(r, "member", m.team)
	c, ok := pick(r, "cost", m.costs)
	if !ok {
		r.Skip("no cost")
	}
	yes := rapid.IntRange(0, 4).Draw(r, "yes") > 0
	if m.try("approving", a, func() error { return m.book.ApproveCost(m.ctx, a, c.file, c.id, 1, yes) }) == nil {
		delete(c.yes, a.ID)
		delete(c.no, a.ID)
		map[bool]map[string]bool{true: c.yes, false: c.no}[yes][a.ID] = true
	}
}

func (m *machine) risk(r *rapid.T) {
	a, f, c := m.any(r)
	saw := rapid.IntRange(0, c.Risk.Saw()).Draw(r, "saw")
	words := fmt.Sprintf("assessment %d", m.risks[f]) // the same form sent twice would be one edition
	if m.try("a risk", a, func() error {
		_, err := m.book.Assess(m.ctx, a, f, saw, cases.Risk{Threats: []cases.Threat{{By: "state", Likelihood: 4, Impact: 4}}, Digital: words, Until: "2017-06-01"})
		return err
	}) == nil {
		m.risks[f]++
	}
}

func (m *machine) assign(r *rapid.T) {
	a, f, _ := m.any(r)
	who := m.team[1+rapid.IntRange(0, 1).Draw(r, "who")] // Anna keeps both cases, so that the test can look
	var err error
	if rapid.Bool().Draw(r, "on") {
		err = m.try("assigning", a, func() error { return m.book.Assign(m.ctx, a, f, who.ID) })
	} else {
		err = m.try("taking off", a, func() error { return m.book.Unassign(m.ctx, a, f, who.ID) })
	}
	if err == nil {
		delete(m.lent, loan{f, who.ID})
	}
}

// lend gives a case for a time, or another time to whoever has one.
func (m *machine) lend(r *rapid.T) {
	a, f, _ := m.any(r)
	who := m.team[1+rapid.IntRange(0, 1).Draw(r, "who")]
	if rapid.IntRange(0, 3).Draw(r, "stranger") > 0 { // rather to whom the case was not given at its opening
		who = m.team[2-slices.Index(m.files, f)]
	}
	until := m.steady.Now().Add(time.Duration(rapid.IntRange(-10, 600).Draw(r, "for")) * time.Minute)
	m.maybeTwice(r, "lending", a, func() error {
		err := m.book.AssignUntil(m.ctx, a, f, who.ID, until)
		if err == nil {
			m.lent[loan{f, who.ID}] = until
		}
		return err
	})
}

// over ends what is over, with whoever happens to be there.
func (m *machine) over(r *rapid.T) {
	if rapid.Bool().Draw(r, "later") {
		m.Clock.Advance(time.Duration(rapid.IntRange(60, 600).Draw(r, "minutes")) * time.Minute)
	}
	var there []staff.Actor
	for _, a := range m.team {
		if rapid.Bool().Draw(r, "there") {
			there = append(there, a)
		}
	}
	_ = must(m.book.EndTimed(m.ctx, there))(m.t)
	m.ended = m.steady.Now()
	if n := must(m.book.EndTimed(m.ctx, there))(m.t); n != 0 {
		m.t.Fatalf("%d lendings ended twice", n)
	}
}

func (m *machine) place(r *rapid.T) {
	id, _ := pick(r, "place", m.places)
	status, _ := pick(r, "status", []cases.PlaceStatus{cases.Available, cases.Available, cases.Resting, cases.Exposed})
	var p cases.Refuge
	m.ok(m.try("opening a place", m.anna, func() (err error) { p, err = m.book.Place(m.ctx, m.anna, id); return err }))
	p.Status, p.Reason = status, "because"
	_ = m.try("keeping a place", m.anna, func() error {
		_, err := m.book.KeepPlace(m.ctx, m.anna, id, p.Sheet.Saw(), p.Place)
		return err
	})
}

func (m *machine) time(r *rapid.T) {
	m.Clock.Advance(time.Duration(rapid.IntRange(-900, 900).Draw(r, "minutes")) * time.Minute)
}

func (m *machine) restart(*rapid.T) {
	m.Restart(m.t)
	m.told = time.Time{} // what passed since the last entry is lost to it, and nothing more
	m.anew()
	if now := m.steady.Now(); now.Before(m.swept) {
		m.swept = now
	}
	if now := m.steady.Now(); now.Before(m.ended) {
		m.ended = now
	}
}
