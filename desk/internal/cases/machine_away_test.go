package cases_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/travel"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

// TestAwayHolds is TestEverythingHolds with break-glass and travel packs alone, so
// that both come to their end often: what was opened by two ends, and of a journal
// nothing is lost or doubled, however late and often it comes home.
func TestAwayHolds(t *testing.T) {
	t.Parallel()
	manyRuns(t, 10, func(m *machine) map[string]func(*rapid.T) {
		events := map[string]func(*rapid.T){
			"":        func(*rapid.T) { m.loans(); m.awayHolds() },
			"plan":    m.plan,
			"watch":   m.watch,
			"assign":  m.assign,
			"lend":    m.lend,
			"over":    m.over,
			"restart": m.restart,
		}
		m.awayEvents(events)
		return events
	})
}

// away is what the machine knows of break-glass and of travel packs.
type away struct {
	pane        *glass.Pane
	luggage     *travel.Luggage
	dina, hanna staff.Actor // Dina holds a part and is assigned to nothing; Hanna is a security officer
	asked       []*asking
	bags        []*bag
	shelf       string          // a case that is erased and opened anew
	gone        map[string]bool // cases that were erased
	wrote       int
	look        bool // something came home, was settled, erased or read anew since the journals were compared
}

// asking is a break-glass as the machine remembers it.
type asking struct {
	id, file   string
	by, second staff.Actor
	hours      int
	at, until  time.Time
	state      glass.State
}

// bag is a pack that was downloaded, with the journal on its laptop.
type bag struct {
	id, path string
	owner    staff.Actor
	key      travelpack.JournalKey
	files    []string
	entries  []travel.Entry
	sizes    []int // of the journal after each entry
	home     int   // how many entries came home
	ended    bool
}

func (m *machine) awayEvents(events map[string]func(*rapid.T)) {
	for name, f := range map[string]func(*rapid.T){
		"ask for glass": m.askGlass, "answer": m.answerGlass, "answer now": m.answerGlass, "end glass": m.endGlass, "sweep glass": m.sweepGlass, "why": m.whyGlass, "use glass": m.useGlass,
		"take a pack": m.takePack, "write": m.writeAway, "write more": m.writeAway, "home": m.home, "home late": m.home, "put a pack away": m.endPack, "settle": m.settle, "erase": m.eraseShelf,
	} {
		if _, there := events[name]; there {
			name += " (glass)"
		}
		events[name] = f
	}
}

func (m *machine) startAway(t testing.TB) {
	m.dina, m.hanna = m.Member(t, "Dina (invented)", staff.Caseworker), m.Member(t, "Hanna (invented)", staff.Security)
	for _, a := range []*staff.Actor{&m.dina, &m.hanna} {
		w := &witness{a.Keys, map[[32]byte]bool{}}
		a.Keys, m.seen[a.ID] = w, w
	}
	m.gone = map[string]bool{}
	m.awayAnew()
	m.ok(m.pane.Split(m.ctx, m.hanna, []string{m.boris.ID, m.dina.ID, m.hanna.ID}))
}

// awayAnew makes the rooms as a start of the Desk does.
func (m *machine) awayAnew() {
	m.look = true
	asGlass := func(tx *store.Tx) glass.Store { return tx }
	asTravel := func(tx *store.Tx) travel.Store { return tx }
	m.pane = &glass.Pane{Within: store.Within(m.DB, asGlass), Reading: store.Reading(m.DB, asGlass), Clock: m.steady, Book: m.book}
	m.luggage = &travel.Luggage{Within: store.Within(m.DB, asTravel), Reading: store.Reading(m.DB, asTravel), Clock: m.steady, Book: m.book, Organisation: "Example (invented)"}
}

func (m *machine) has(file, member string) (has bool) {
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		_, err := tx.Grant(m.ctx, file, member)
		has = err == nil
		return nil
	}))
	return has
}

func (m *machine) askGlass(r *rapid.T) {
	file, _ := pick(r, "case", append(slices.Clone(m.files), m.shelf))
	by, _ := pick(r, "by", []staff.Actor{m.dina, m.dina, m.boris, m.clara})
	second, _ := pick(r, "second", []staff.Actor{m.hanna, m.dina, m.boris, m.clara})
	a := &asking{id: ids.New("opening"), file: file, by: by, second: second, hours: rapid.IntRange(0, 12).Draw(r, "hours"), at: m.steady.Now(), state: glass.Asked}
	had, code := m.has(file, by.ID), m.read(file).Pseudonym
	m.maybeTwice(r, "asking for glass", by, func() error {
		err := m.pane.Ask(m.ctx, by, a.id, code, second.ID, a.hours, "An invented reason.")
		if err != nil {
			return err
		}
		if had || by.ID == m.clara.ID || second.ID == m.clara.ID || second.ID == by.ID {
			m.t.Fatal("a case was asked for that must not be")
		}
		if !slices.Contains(m.asked, a) {
			m.asked = append(m.asked, a)
		}
		return nil
	})
}

func (m *machine) answerGlass(r *rapid.T) {
	a, ok := pick(r, "asking", m.asked)
	if !ok {
		r.Skip("nobody asked")
	}
	who, _ := pick(r, "who", []staff.Actor{a.second, a.second, a.second, m.hanna, m.dina, m.boris})
	yes := rapid.IntRange(0, 3).Draw(r, "yes") > 0
	had, now := m.has(a.file, a.by.ID), m.steady.Now()
	m.maybeTwice(r, "answering for glass", who, func() error {
		err := m.pane.Answer(m.ctx, who, a.id, yes)
		if err != nil || a.state != glass.Asked {
			return err
		}
		if who.ID != a.second.ID || !now.Before(a.at.Add(glass.Answer)) {
			m.t.Fatal("it was answered by another, or too late")
		}
		if a.state = glass.Refused; yes {
			a.state, a.until = glass.Opened, now.Add(time.Duration(a.hours)*time.Hour)
			if !had {
				m.lent[loan{a.file, a.by.ID}] = a.until
			}
			m.openedByTwo(a)
		}
		return nil
	})
}

// openedByTwo: the ledger names every safe that the key of two people opened.
func (m *machine) openedByTwo(a *asking) {
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(m.ctx, a.file, 0, 10_000)
		if err != nil {
			return err
		}
		legs, err := tx.LegsOf(m.ctx, a.file)
		said := ""
		for _, e := range all {
			if e.Action == "glass.opened" && strings.Contains(string(e.Detail), a.id) {
				said = string(e.Detail)
			}
		}
		for _, id := range append(legs, a.file) {
			if !strings.Contains(said, id) {
				m.t.Fatalf("two opened a safe and the ledger does not name it: %s", said)
			}
		}
		return err
	}))
}

func (m *machine) endGlass(r *rapid.T) {
	a, ok := pick(r, "asking", m.asked)
	if !ok {
		r.Skip("nobody asked")
	}
	who, _ := pick(r, "who", []staff.Actor{a.by, a.second, m.hanna, m.clara})
	now := m.steady.Now()
	m.maybeTwice(r, "ending glass", who, func() error {
		if err := m.pane.End(m.ctx, who, a.id); err != nil {
			return err
		}
		if who.ID == m.clara.ID {
			m.t.Fatal("it was ended by whom it does not concern")
		}
		if m.ended = now; a.state == glass.Opened && now.Before(a.until) {
			if l := (loan{a.file, a.by.ID}); m.lent[l].Equal(a.until) {
				m.lent[l] = now
			}
			a.until = now
		}
		return nil
	})
}

func (m *machine) sweepGlass(r *rapid.T) {
	if rapid.Bool().Draw(r, "a day later") {
		m.Clock.Advance(glass.Answer)
	}
	m.ok(m.pane.Sweep(m.ctx))
	for _, a := range m.asked {
		if a.state == glass.Asked && !m.steady.Now().Before(a.at.Add(glass.Answer)) {
			a.state = glass.Lapsed
		}
	}
}

// whyGlass reads the reasons: each that is shown is in the ledger.
func (m *machine) whyGlass(r *rapid.T) {
	who, _ := pick(r, "who", []staff.Actor{m.dina, m.hanna, m.boris, m.anna})
	var before int64
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) (err error) { before, err = tx.LedgerSize(m.ctx); return err }))
	_ = m.try("reading why", who, func() error {
		s, err := m.pane.Stand(m.ctx, who)
		shown := 0
		for _, x := range s.List {
			if x.Why != "" {
				shown++
			}
		}
		m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) error {
			all, err := tx.LedgerRecords(m.ctx, "", before, 1000)
			for _, e := range all {
				if e.Action == "glass.reason-read" {
					shown--
				}
			}
			return err
		}))
		if err == nil && shown != 0 {
			m.t.Fatalf("%d reasons were read without an entry", shown)
		}
		return err
	})
}

// useGlass lets whoever asked work with the case.
func (m *machine) useGlass(r *rapid.T) {
	a, ok := pick(r, "asking", m.asked)
	if !ok {
		r.Skip("nobody asked")
	}
	has := m.has(a.file, a.by.ID)
	err := m.try("reading by glass", a.by, func() error { _, err := m.book.Case(m.ctx, a.by, a.file); return err })
	if (err == nil) != has {
		m.t.Fatalf("it opens: %v, and is granted: %v", err == nil, has)
	}
	_ = m.try("a note by glass", a.by, func() error { _, err := m.book.Note(m.ctx, a.by, a.file, "seen"); return err })
}

func (m *machine) takePack(r *rapid.T) {
	who, _ := pick(r, "who", append(slices.Clone(m.team), m.dina))
	w := travel.Wish{ID: ids.New("pack"), Reason: "a visit", Until: m.steady.Now().Add(time.Duration(rapid.IntRange(1, 24).Draw(r, "hours")) * time.Hour)}
	for _, f := range append(slices.Clone(m.files), m.shelf) {
		if m.has(f, who.ID) && rapid.IntRange(0, 3).Draw(r, "take") > 0 {
			w.Cases = append(w.Cases, f)
		}
	}
	m.maybeTwice(r, "asking for a pack", who, func() error { return m.luggage.Ask(m.ctx, who, w) })
	fetch := func() error {
		_, err := m.luggage.Fetch(m.ctx, who, w.ID, "kettle over northern bricks", "kettle over northern bricks")
		return err
	}
	err := m.tryLoosely("fetching a pack", who, fetch)
	if fault.KindOf(err) == fault.Conflict && rapid.IntRange(0, 4).Draw(r, "agreed") > 0 {
		_ = m.try("agreeing to a pack", m.hanna, func() error { return m.luggage.Answer(m.ctx, m.hanna, w.ID, true) })
		err = m.tryLoosely("fetching a pack", who, fetch)
	}
	if err != nil {
		return
	}
	b := &bag{id: w.ID, owner: who, files: w.Cases, path: filepath.Join(m.Dir, w.ID+".journal")}
	for _, f := range w.Cases {
		if until, lent := m.lent[loan{f, who.ID}]; lent && w.Until.After(until) {
			m.t.Fatalf("a case that was lent until %s went into a pack until %s", until, w.Until)
		}
	}
	m.ok(m.DB.Write(m.ctx, func(tx *store.Tx) error {
		s, err := cases.UnlockIn(m.ctx, tx, who, w.ID)
		if err != nil {
			return err
		}
		all, err := cases.ReadIn[struct{ Key *[32]byte }](m.ctx, tx, s, cases.KindPack)
		for _, x := range all {
			if x.Content.Key != nil {
				b.key = travelpack.JournalKey(*x.Content.Key)
			}
		}
		return err
	}))
	m.bags = append(m.bags, b)
}

func (m *machine) writeAway(r *rapid.T) {
	b, ok := pick(r, "pack", m.bags)
	if !ok {
		r.Skip("no pack")
	}
	file, _ := pick(r, "case", b.files)
	m.wrote++
	e := travel.Entry{Form: ids.New("form"), Case: file, Words: fmt.Sprintf("away %d.", m.wrote)}
	kind, _ := pick(r, "kind", []string{travel.Noted, travel.Heard, travel.Moved, travel.Judged})
	var c cases.Case
	if !m.gone[file] {
		c = *m.read(file)
	}
	in, due := pick(r, "check-in", c.CheckIns)
	leg, goes := pick(r, "leg", c.Legs)
	switch {
	case kind == travel.Heard && due:
		e.Item = in.Clock.ID
		e.What, _ = pick(r, "heard", travel.HeardKinds())
	case kind == travel.Moved && goes:
		to, _ := pick(r, "to", append(leg.State.Next(), cases.LegAborted))
		e.Item, e.What = leg.ID, string(to)
	case kind == travel.Judged:
		e.Saw = rapid.IntRange(0, c.Risk.Saw()).Draw(r, "saw")
		e.Risk = &cases.Risk{Threats: []cases.Threat{{By: "state", Likelihood: 2, Impact: 2}}, Digital: e.Words, Until: "2017-06-01"}
	default:
		kind = travel.Noted
	}
	j, _, err := travelpack.OpenJournal(b.path, b.id, b.key)
	m.ok(err)
	body, err := json.Marshal(e)
	m.ok(err)
	m.ok(j.Append(travelpack.Entry{At: m.Clock.Now(), Kind: kind, Body: body}))
	m.ok(j.Close())
	info, err := os.Stat(b.path)
	m.ok(err)
	b.entries, b.sizes = append(b.entries, e), append(b.sizes, int(info.Size()))
}

// home brings a journal home, whole or up to some entry, perhaps twice at once.
func (m *machine) home(r *rapid.T) {
	m.look = true
	b, ok := pick(r, "pack", slices.DeleteFunc(slices.Clone(m.bags), func(b *bag) bool { return len(b.entries) == 0 }))
	if !ok {
		r.Skip("nothing was written")
	}
	raw, err := os.ReadFile(b.path)
	m.ok(err)
	n := len(b.entries)
	if rapid.IntRange(0, 2).Draw(r, "part") == 0 {
		n = rapid.IntRange(1, n).Draw(r, "until")
	}
	raw = raw[:b.sizes[n-1]]
	before := map[string]bool{}
	for _, row := range m.rows(b) {
		before[row.ID] = true
	}
	var rep travel.Report
	if err := m.tryLoosely("coming home", b.owner, func() (err error) { rep, err = m.luggage.Home(m.ctx, b.owner, b.id, raw); return err }); err != nil {
		m.t.Fatalf("a journal was refused: %v", err)
	}
	after := m.rows(b)
	fresh := 0
	for _, row := range after {
		if before[row.ID] {
			continue
		}
		fresh++
		if row.Kind == travel.Judged && (row.Outcome == travel.Kept || row.Outcome == travel.Rival) && row.File != m.shelf {
			m.risks[row.File]++
		}
		if b.ended && row.Outcome != travel.Waits && row.Outcome != travel.Replaced {
			m.t.Fatalf("what came of a pack that had ended went in by itself: %s", row.Outcome)
		}
	}
	if rep.New != fresh || rep.New+rep.Same != n {
		m.t.Fatalf("of %d entries %d are new and %d were known; %d rows came", n, rep.New, rep.Same, fresh)
	}
	b.home = max(b.home, n)
	if rapid.Bool().Draw(r, "again") {
		m.ok(m.tryLoosely("coming home again", b.owner, func() (err error) { rep, err = m.luggage.Home(m.ctx, b.owner, b.id, raw); return err }))
		if rep.New != 0 || rep.Same != n {
			m.t.Fatalf("the same journal again: %+v", rep)
		}
	}
	if b.owner.ID != m.clara.ID {
		if err := m.tryLoosely("coming home by another", m.clara, func() (err error) { _, err = m.luggage.Home(m.ctx, m.clara, b.id, raw); return err }); fault.KindOf(err) != fault.NotFound {
			m.t.Fatal("a colleague brings home what is not theirs:", err)
		}
	}
}

func (m *machine) endPack(r *rapid.T) {
	b, ok := pick(r, "pack", m.bags)
	if !ok {
		r.Skip("no pack")
	}
	how, _ := pick(r, "how", []travel.Ending{travel.EndHome, travel.EndLost, travel.EndUnused})
	m.maybeTwice(r, "putting a pack away", b.owner, func() error { return m.luggage.End(m.ctx, b.owner, b.id, how) })
	b.ended = true
	if err := m.tryLoosely("fetching again", b.owner, func() error {
		_, err := m.luggage.Fetch(m.ctx, b.owner, b.id, "kettle over northern bricks", "kettle over northern bricks")
		return err
	}); err == nil {
		m.t.Fatal("a pack that had ended was downloaded")
	}
}

// settle deals with one entry that waits.
func (m *machine) settle(r *rapid.T) {
	m.look = true
	b, ok := pick(r, "pack", m.bags)
	if !ok {
		r.Skip("no pack")
	}
	row, ok := pick(r, "row", slices.DeleteFunc(m.rows(b), func(x travel.Row) bool { return x.Outcome != travel.Waits }))
	if !ok {
		r.Skip("nothing waits")
	}
	file, _ := pick(r, "into", append(slices.Clone(m.files), m.shelf))
	m.maybeTwice(r, "settling", b.owner, func() error {
		if rapid.IntRange(0, 2).Draw(r, "drop") == 0 {
			return m.luggage.Drop(m.ctx, b.owner, row.ID)
		}
		return m.luggage.AsNote(m.ctx, b.owner, row.ID, file, b.entries[row.Number].Words)
	})
}

// eraseShelf erases a case of which much may be on the way, and opens another.
func (m *machine) eraseShelf(*rapid.T) {
	m.look = true
	c := m.read(m.shelf)
	_ = m.try("closing", m.anna, func() error {
		_, err := m.book.Close(m.ctx, m.anna, m.shelf, c.Closure.Saw(), cases.Closure{Safe: true, Needs: "x", View: "x", EraseBy: "2017-05-01"})
		return err
	})
	m.ok(m.book.Erase(m.ctx, m.anna, m.shelf))
	m.gone[m.shelf] = true
	delete(m.lent, loan{m.shelf, m.dina.ID})
	delete(m.lent, loan{m.shelf, m.clara.ID})
	m.asked = slices.DeleteFunc(m.asked, func(a *asking) bool { return a.file == m.shelf })
	m.shelf = m.office.open(m.anna, m.boris)
}

func (m *machine) rows(b *bag) (all []travel.Row) {
	m.ok(m.DB.Read(m.ctx, func(tx *store.Tx) (err error) { all, err = tx.RowsOf(m.ctx, b.id); return err }))
	return all
}
