package cases_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// dump reads every column of every row, with the desk key and nothing else.
func (o *office) dump() []string {
	o.t.Helper()
	db, err := sqldb.Open(o.ctx, sqldb.Config{Path: filepath.Join(o.Dir, "desk.db"), Key: o.Key, Extend: fts5.Register})
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	var out []string
	err = db.Read(o.ctx, func(s *sqldb.Snapshot) error {
		rows, err := s.Query(o.ctx, `SELECT name FROM sqlite_master WHERE type = 'table'`)
		if err != nil {
			return err
		}
		var tables []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			tables = append(tables, name)
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, table := range tables {
			rows, err := s.Query(o.ctx, `SELECT * FROM "`+table+`"`)
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				cells := make([]any, len(columns))
				for i := range cells {
					cells[i] = new(any)
				}
				if err := rows.Scan(cells...); err != nil {
					return err
				}
				for i, c := range cells {
					out = append(out, fmt.Sprintf("%s.%s=%s", table, columns[i], *c.(*any)))
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func found(dump []string, what string) string {
	i := slices.IndexFunc(dump, func(s string) bool { return strings.Contains(s, what) })
	if i < 0 {
		return ""
	}
	return dump[i]
}

// full makes a case with something in every kind of row.
func (o *office) full() (id string, ids []string) {
	o.t.Helper()
	f := must(o.book.Open(o.ctx, o.anna, cases.Opening{Thread: "thread_planted", Assign: []string{o.anna.ID, o.boris.ID}}))(o.t)
	id = f.ID
	p := o.party(id, "A")
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 5, Status: cases.Available}))(o.t).ID
	leg := o.leg(id, p, false, cases.Spot{Place: place})
	o.travel(leg)
	must(o.book.Note(o.ctx, o.anna, id, "a planted sentence about the aunt"))(o.t)
	must(o.book.Draft(o.ctx, o.anna, id, 0, cases.Plan{Goals: "a planted goal"}))(o.t)
	in := must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "kettle", Duress: "greet your aunt"}, watch.Round{Due: o.Clock.Now(), Pace: watch.Fast}))(o.t).ID
	must(o.book.Sweep(o.ctx))(o.t)
	c := must(o.book.Case(o.ctx, o.anna, id))(o.t)
	return id, []string{id, f.Pseudonym, "thread_planted", p, leg, in, c.Alerts[0].ID}
}

// TestDeskKeyAndAnUnassignedMemberOpenNothing: the database, the desk key and the
// keys of a member who is not assigned, together.
func TestDeskKeyAndAnUnassignedMemberOpenNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, _ := o.full()
	all := o.dump()
	for _, secret := range []string{"Ruslan", "+7 200", "planted sentence", "planted goal", "Invented Street", "old mill", "greet your aunt", "kettle"} {
		if where := found(all, secret); where != "" {
			t.Errorf("%q lies open in %s", secret, where[:40])
		}
	}
	if found(all, "RJ") == "" && found(all, "underway") == "" && found(all, "case_file.state=sheltered") == "" {
		t.Error("the dump does not even show the plain columns: it proves nothing")
	}
	opened := func(a staff.Actor) (n int) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
			grants, err := tx.Grants(o.ctx, id)
			for _, g := range grants {
				if _, err := safe.Open(a.Keys, g); err == nil {
					n++
				}
			}
			return err
		}))
		return n
	}
	if n := opened(o.clara); n != 0 {
		t.Errorf("an unassigned member opens %d grants", n)
	}
	if n := opened(o.anna); n != 1 {
		t.Errorf("the control: an assigned member opens %d grants", n)
	}
}

// TestRemovedMemberKeepsNothing: the old key, kept from before, opens no row as it stands.
func TestRemovedMemberKeepsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, _ := o.full()
	var old safe.Safe
	read := func(f func(tx *store.Tx) error) { o.ok(o.DB.Read(o.ctx, f)) }
	read(func(tx *store.Tx) (err error) {
		g, err := tx.Grant(o.ctx, id, o.boris.ID)
		if err == nil {
			old, err = safe.Open(o.boris.Keys, g)
		}
		return err
	})
	label := func(i cases.Item) string { return fmt.Sprintf("case.%s/%s/%d", i.Kind, i.ID, i.Version) }
	opens := func() (n int) {
		read(func(tx *store.Tx) error {
			items, err := tx.Items(o.ctx, id)
			for _, i := range items {
				if _, err := old.Take(label(i), i.Sealed); err == nil {
					n++
				}
			}
			return err
		})
		return n
	}
	if opens() == 0 {
		t.Fatal("the control: the key opens nothing before")
	}
	o.ok(o.book.Unassign(o.ctx, o.anna, id, o.boris.ID))
	if n := opens(); n != 0 {
		t.Errorf("%d rows open with the key that was kept", n)
	}
	if c := must(o.book.Case(o.ctx, o.anna, id))(t); len(c.Notes) != 1 || len(c.Legs) != 1 {
		t.Error("the others lost something:", len(c.Notes), len(c.Legs))
	}
}

func TestErasureLeavesNoRowThatLeadsBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, ids := o.full()
	other := o.open(o.anna)
	before := o.dump()
	for _, x := range ids {
		if found(before, x) == "" {
			t.Fatalf("%s is nowhere before erasure: the test looks in the wrong place", x)
		}
	}
	o.refused(o.book.Erase(o.ctx, o.anna, id), fault.Conflict, "Close the case first")
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Withdrawn, "They asked us to."))
	o.refused(o.book.Erase(o.ctx, o.clara, id), fault.NotFound, "nothing here")
	o.ok(o.book.Erase(o.ctx, o.anna, id))
	after := o.dump()
	for _, x := range ids {
		if where := found(after, x); where != "" {
			t.Errorf("%s is still in %s", x, where)
		}
	}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(o.ctx) }))
	must(o.book.Case(o.ctx, o.anna, other))(t)
	if p := must(o.book.Places(o.ctx, o.anna))(t); len(p) != 1 || p[0].Inside() != 0 {
		t.Errorf("the place still counts the person: %+v", p)
	}
}

func TestEveryOpeningIsInTheLedger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, _ := o.full()
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	place := c.Legs[0].To.Place
	size := func() (n int64) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) (err error) { n, err = tx.LedgerSize(o.ctx); return err }))
		return n
	}
	for name, read := range map[string]func() error{
		"Case":   func() error { _, err := o.book.Case(o.ctx, o.boris, id); return err },
		"Search": func() error { _, err := o.book.Search(o.ctx, o.boris, "Ruslan"); return err },
		"Leg":    func() error { _, err := o.book.Leg(o.ctx, o.boris, c.Legs[0].ID); return err },
		"Legs":   func() error { _, err := o.book.Legs(o.ctx, o.boris); return err },
		"Place":  func() error { _, err := o.book.Place(o.ctx, o.boris, place); return err },
		"Places": func() error { _, err := o.book.Places(o.ctx, o.boris); return err },
	} {
		before := size()
		o.ok(read())
		if size() != before+1 {
			t.Errorf("%s wrote %d entries", name, size()-before)
		}
	}
	before := size()
	must(o.book.Waiting(o.ctx, o.boris))(t)
	must(o.book.Wall(o.ctx, o.boris))(t)
	must(o.book.Board(o.ctx, o.boris, cases.Filter{}))(t)
	if found := must(o.book.Search(o.ctx, o.boris, "Руслан"))(t); len(found) != 1 {
		t.Error("a second search finds", len(found))
	}
	if size() != before {
		t.Error("what opens nothing wrote an entry")
	}
}

// A change that fails in the middle leaves nothing of itself, not even in the ledger.
func TestNothingHalfSaved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Capacity: 1, Status: cases.Resting}))(t).ID
	before := o.dump()
	_, err := o.book.PlanLeg(o.ctx, o.anna, id, "", 0, cases.Leg{Parties: []string{p}, From: cases.Spot{Words: "x"}, To: cases.Spot{Place: place}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now(), Escort: o.clara.ID})
	o.refused(err, fault.Conflict, "cannot be used")
	if after := o.dump(); len(after) != len(before) {
		t.Errorf("%d cells became %d", len(before), len(after))
	}
}

// TestSweepSurvivesAnything drives check-ins with a clock that jumps both ways,
// restarts, and sweeps that come twice; no escalation is lost or doubled.
func TestSweepSurvivesAnything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			dice := rand.New(rand.NewPCG(seed, 2017))
			id := o.open(o.anna)
			p := o.party(id, "A")
			latest := o.Clock.Now()
			swept := latest // the latest time at which a sweep came by
			for range 60 {
				o.act(dice, id, p, &latest, &swept)
				o.holds(id, swept)
			}
		})
	}
}

func (o *office) act(dice *rand.Rand, id, party string, latest, swept *time.Time) {
	o.t.Helper()
	c := must(o.book.Case(o.ctx, o.anna, id))(o.t)
	var in cases.Sign
	if n := len(c.CheckIns); n > 0 {
		in = c.CheckIns[dice.IntN(n)]
	}
	switch dice.IntN(9) {
	case 0, 1:
		every := time.Duration(dice.IntN(2)) * time.Duration(1+dice.IntN(24)) * time.Hour
		must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: party, Channel: "phone", Sign: "a", Duress: "b"},
			watch.Round{Due: latest.Add(time.Duration(dice.IntN(600)) * time.Minute), Grace: time.Duration(dice.IntN(60)) * time.Minute, Every: every, Pace: []watch.Pace{watch.Steady, watch.Fast}[dice.IntN(2)]}))(o.t)
	case 2, 3, 4:
		o.Clock.Advance(time.Duration(dice.IntN(500)-100) * time.Minute)
	case 5:
		o.Restart(o.t)
		o.begin()
	case 6, 7:
		if in.State == watch.Waiting || in.State == watch.Late || in.State == watch.Missed {
			o.ok(o.book.Hear(o.ctx, o.anna, id, in.Clock.ID, dice.IntN(4) == 0, ""))
		}
	case 8:
		if in.State.Alarmed() {
			o.ok(o.book.Find(o.ctx, o.anna, id, in.Clock.ID, "met"))
		}
	}
	if o.Clock.Now().After(*latest) {
		*latest = o.Clock.Now()
	}
	if dice.IntN(3) > 0 {
		must(o.book.Sweep(o.ctx))(o.t)
		n := len(must(o.book.Case(o.ctx, o.anna, id))(o.t).Alerts)
		must(o.book.Sweep(o.ctx))(o.t)
		if m := len(must(o.book.Case(o.ctx, o.anna, id))(o.t).Alerts); m != n {
			o.t.Fatalf("a second sweep made %d alerts of %d", m, n)
		}
		*swept = o.Clock.Now()
	}
}

// holds checks what must be true at every moment.
func (o *office) holds(id string, swept time.Time) {
	o.t.Helper()
	c := must(o.book.Case(o.ctx, o.anna, id))(o.t)
	for _, w := range c.CheckIns {
		if w.State != watch.OK && w.Next.IsZero() && w.Step < len(watch.Ladder(w.Pace)) {
			o.t.Fatalf("nobody watches %+v", w.Clock)
		}
		var rungs []int
		for _, a := range c.Alerts {
			if a.CheckIn != w.Clock.ID {
				continue
			}
			if a.Due.Equal(w.Due) {
				if a.Duress == (w.State == watch.Duress) {
					rungs = append(rungs, a.Step)
				} else if w.State == watch.Duress && a.Open() {
					o.t.Fatalf("somebody is still asked to call under duress: %+v", a)
				}
			} else if a.Ended.IsZero() {
				o.t.Fatalf("an alert of a round that is over is still open: %+v", a)
			}
			if a.Since.After(a.Raised) {
				o.t.Fatalf("raised before its time: %+v", a)
			}
		}
		if !w.State.Alarmed() {
			continue
		}
		first := 0
		if w.State == watch.Duress {
			first = 1
		}
		for i, r := range rungs {
			if r != first+i {
				o.t.Fatalf("rungs %v of %+v", rungs, w.Clock)
			}
		}
		for i := w.Step; i < len(watch.Ladder(w.Pace)); i++ {
			if at := w.Alarm.Add(watch.Ladder(w.Pace)[i].After); i >= first && !at.After(swept) && !w.Alarm.After(swept) {
				o.t.Fatalf("rung %d was due at %s, a sweep came at %s, and it was not raised: %+v", i, at, swept, w.Clock)
			}
		}
	}
}

// TestLeaverIsLockedOutAtTheNextOpening: what a member who left may have kept
// opens nothing as soon as a colleague has opened the safe again.
func TestLeaverIsLockedOutAtTheNextOpening(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, ids := o.full()
	leg := ids[4]
	place := must(o.book.Leg(o.ctx, o.anna, leg))(t).To.Place
	kept := map[string]safe.Safe{}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		for _, s := range []string{id, leg, place} {
			g, err := tx.Grant(o.ctx, s, o.boris.ID)
			if err != nil {
				return err
			}
			if kept[s], err = safe.Open(o.boris.Keys, g); err != nil {
				return err
			}
		}
		return nil
	}))
	gone := o.boris.Member
	gone.Active = false
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error { return tx.PutMember(o.ctx, gone) }))
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	if slices.Contains(c.Assigned, o.boris.ID) || len(c.Legs) != 1 || len(c.Notes) != 1 {
		t.Fatalf("assigned %v, %d legs, %d notes", c.Assigned, len(c.Legs), len(c.Notes))
	}
	must(o.book.Place(o.ctx, o.anna, place))(t)
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		for s, old := range kept {
			if _, err := tx.Grant(o.ctx, s, o.boris.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a grant of %.5s is still there: %v", s, err)
			}
			items, err := tx.Items(o.ctx, s)
			if err != nil {
				return err
			}
			for _, i := range items {
				if _, err := old.Take(fmt.Sprintf("case.%s/%s/%d", i.Kind, i.ID, i.Version), i.Sealed); err == nil {
					t.Errorf("a %s opens with the key that was kept", i.Kind)
				}
			}
		}
		return nil
	}))
	if known := must(o.book.Place(o.ctx, o.anna, place))(t).Known; len(known) != 2 {
		t.Errorf("the leaver is no longer listed among those who ever knew the place: %d", len(known))
	}
}

// Sweeps that run at the same moment raise each rung once.
func TestSweepsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	p := o.party(id, "A")
	for range 20 {
		must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: o.Clock.Now(), Pace: watch.Fast}))(t)
	}
	o.Clock.Advance(25 * time.Minute)
	failed := make(chan error)
	for range 4 {
		go func() { _, err := o.book.Sweep(o.ctx); failed <- err }()
	}
	for range 4 {
		o.ok(<-failed)
	}
	if n := len(must(o.book.Case(o.ctx, o.anna, id))(t).Alerts); n != 20*3 {
		t.Errorf("%d alerts, want %d", n, 20*3)
	}
}

// The database itself refuses a second alert for one rung of one round, whoever
// asks, and an edition that is changed.
func TestTheStoreRefusesDoublesAndChanges(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, _ := o.full()
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		again := c.Alerts[0]
		again.ID = "alert_again"
		added, err := tx.RaiseAlert(o.ctx, again)
		if added {
			t.Error("a rung was raised twice")
		}
		if err != nil {
			return err
		}
		items, err := tx.Items(o.ctx, id)
		if err != nil {
			return err
		}
		if err := tx.AddItem(o.ctx, items[0]); fault.KindOf(err) != fault.Conflict {
			t.Error("an edition was written over:", err)
		}
		return nil
	}))
}
