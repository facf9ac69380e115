package cases_test

import (
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
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
