package cases_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// TestSearchFindsOnlyWhatTheMemberMayOpen: any spelling, at once after a change,
// never a colleague's case, never one that was taken away, and nothing at rest.
func TestSearchFindsOnlyWhatTheMemberMayOpen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	finds := func(a staff.Actor, query string, want ...string) {
		t.Helper()
		rows := must(o.book.Search(o.ctx, a, query))(t)
		if len(rows) != len(want) {
			t.Fatalf("%q finds %d cases, want %d", query, len(rows), len(want))
		}
		for i, r := range rows {
			if r.ID != want[i] {
				t.Fatalf("%q finds another case", query)
			}
		}
	}
	finds(o.anna, "Магомед")
	one := o.open(o.anna, o.boris)
	p := must(o.book.KeepParty(o.ctx, o.anna, one, "", 0, cases.Party{Code: "A", Name: "Магомед Выдуманный", Contact: "+7 200 000 00 31", Papers: "passport 0000 4711"}))(t)
	two := o.open(o.clara)
	must(o.book.KeepParty(o.ctx, o.clara, two, "", 0, cases.Party{Code: "A", Name: "Mohamed Invented"}))(t)
	for _, q := range []string{"Магомед", "magomed vydumanny", "Muhammad", "200 000 00 31", "4711", "Выдуманый"} {
		finds(o.anna, q, one)
		finds(o.boris, q, one)
	}
	finds(o.clara, "Магомед", two)
	finds(o.clara, "4711")
	f := must(o.book.Case(o.ctx, o.anna, one))(t)
	finds(o.anna, f.Pseudonym, one)

	must(o.book.KeepParty(o.ctx, o.boris, one, p.ID, 1, cases.Party{Code: "A", Name: "Зелимхан Иной"}))(t)
	must(o.book.Note(o.ctx, o.anna, one, "Ask the seamstress about the keys."))(t)
	finds(o.anna, "Zelimkhan", one) // somebody else wrote it
	finds(o.anna, "seamstres", one)
	finds(o.anna, "Магомед", one) // the name that was there before still finds it

	o.ok(o.book.Assign(o.ctx, o.anna, one, o.clara.ID))
	finds(o.clara, "Zelimkhan", one)
	o.ok(o.book.Unassign(o.ctx, o.anna, one, o.clara.ID))
	finds(o.clara, "Zelimkhan")
	o.ok(o.book.Assign(o.ctx, o.clara, two, o.anna.ID)) // as many as before, and another one
	o.ok(o.book.Unassign(o.ctx, o.boris, one, o.anna.ID))
	finds(o.anna, "Zelimkhan")
	finds(o.anna, "Mohamed", two)

	o.book.Forget(o.boris.ID)
	finds(o.boris, "Zelimkhan", one)
	for _, word := range []string{"zelimhan", "zelim", "magomed", "seamst"} {
		if where := found(o.dump(), word); where != "" {
			t.Errorf("%q lies open in %.40s", word, where)
		}
	}
}

// TestBoardOpensNothing lists by plain rows: order, filters, pages, what only time
// changes; and it writes nothing into the ledger (see TestEveryOpeningIsInTheLedger).
func TestBoardOpensNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	calm := o.open(o.anna)
	o.party(calm, "A")
	must(o.book.Judge(o.ctx, o.anna, calm, 0, cases.Triage{Decided: true, Words: "We act."}))(t)
	hot := o.busy()
	board := func(s cases.Show) (list []string) {
		for _, r := range must(o.book.Board(o.ctx, o.anna, cases.Filter{Show: s}))(t).Rows {
			list = append(list, r.ID)
		}
		return list
	}
	if got := board(cases.ShowOpen); len(got) != 2 || got[0] != hot {
		t.Fatal("the one with a clock does not stand first")
	}
	if got := board(cases.ShowRisk); len(got) != 1 || got[0] != hot {
		t.Fatal(got)
	}
	o.Clock.Advance(3 * time.Hour)
	must(o.book.Sweep(o.ctx))(t)
	l := must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t)
	if r := l.Rows[0]; l.Late != 1 || !r.Late || !r.Alarm || r.Todo != "answer" || !r.Danger || r.People != 1 || r.Level != cases.LevelHigh {
		t.Fatalf("%+v", r)
	}
	o.ok(o.book.Turn(o.ctx, o.anna, calm, cases.Withdrawn, "They asked us to."))
	if len(board(cases.ShowOpen)) != 1 || len(board(cases.ShowAll)) != 2 || len(board("nonsense")) != 1 {
		t.Fatal(len(board(cases.ShowOpen)), len(board(cases.ShowAll)))
	}
	if l := must(o.book.Board(o.ctx, o.clara, cases.Filter{Show: cases.ShowAll}))(t); len(l.Rows) != 0 || l.Mine != 0 || l.Late != 0 {
		t.Fatal("a colleague sees", len(l.Rows))
	}
}

// TestCasesAreOpenedAheadOfTheFirstSearch: in memory, by reading alone; the ledger
// hears of each case before anything of it is shown, and never of one that was erased
// or taken off in between; a sign-out leaves nothing.
func TestCasesAreOpenedAheadOfTheFirstSearch(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	size := func() (n int64) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) (err error) {
			n, err = tx.LedgerSize(o.ctx)
			return err
		}))
		return n
	}
	indexed := func() (n int) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
			all, err := tx.LedgerRecords(o.ctx, "", 0, 10_000)
			for _, r := range all {
				if r.Action == "case.indexed" {
					n++
				}
			}
			return errors.Join(err, tx.VerifyLedger(o.ctx))
		}))
		return n
	}
	var all []string
	for range 3 {
		all = append(all, o.busy())
	}
	one := must(o.book.Case(o.ctx, o.anna, all[0]))(t)
	before := size()
	o.ok(o.book.Warm(o.ctx, o.anna))
	if got := size(); got != before {
		t.Fatalf("opening ahead wrote %d entries", got-before)
	}
	rows := must(o.book.Search(o.ctx, o.anna, one.Pseudonym))(t)
	if len(rows) != 1 || rows[0].ID != one.ID || indexed() != 3 {
		t.Fatalf("%d rows, %d entries", len(rows), indexed())
	}
	must(o.book.Search(o.ctx, o.anna, one.Pseudonym))(t)
	if n := indexed(); n != 3 {
		t.Fatalf("a second search told of %d cases", n)
	}

	o.book.Forget(o.anna.ID)
	o.ok(o.book.Warm(o.ctx, o.anna))
	o.ok(o.book.Unassign(o.ctx, o.boris, all[1], o.anna.ID)) // taken off before anything was shown
	two := must(o.book.Case(o.ctx, o.boris, all[1]))(t)
	if rows := must(o.book.Search(o.ctx, o.anna, two.Pseudonym))(t); len(rows) != 0 || indexed() != 5 {
		t.Fatalf("%d rows of a case that was taken off, %d entries", len(rows), indexed())
	}

	o.book.Forget(o.anna.ID)
	gone, stop := context.WithCancel(o.ctx)
	stop()
	if err := o.book.Warm(gone, o.anna); err == nil {
		t.Fatal("opened although nobody waits")
	}
	if rows := must(o.book.Search(o.ctx, o.anna, one.Pseudonym))(t); len(rows) != 1 {
		t.Fatal("what was broken off is not found")
	}
}

// TestIndexOpensLegsThatWaitForANewKey: a leg of somebody who left gets its new key
// when the first search opens it, and not before.
func TestIndexOpensLegsThatWaitForANewKey(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	leg := o.leg(id, o.party(id, "A"), false, cases.Spot{Words: "there"})
	boris := o.boris.Member
	boris.Active = false
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error { return tx.PutMember(o.ctx, boris) }))
	holders := func() (n int) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
			all, err := tx.Grants(o.ctx, leg)
			n = len(all)
			return err
		}))
		return n
	}
	o.ok(o.book.Warm(o.ctx, o.anna))
	if holders() != 2 {
		t.Fatal("reading ahead changed a key")
	}
	c := must(o.book.Calendar(o.ctx, o.anna, cases.Span{From: o.Clock.Now().Add(-time.Hour), Until: o.Clock.Now().Add(24 * time.Hour)}))(t)
	if holders() != 1 {
		t.Fatal("the leg has its old key")
	}
	found := false
	for _, d := range c.Dates {
		found = found || d.Kind == cases.DateLeg && d.Item == leg
	}
	if !found {
		t.Fatal("the calendar lacks the leg")
	}
}
