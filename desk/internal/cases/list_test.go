package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// TestListSortsAndNarrows: every order is the one of the same rows sorted here, both
// ways, and every filter keeps exactly what it says; by SQL and in a search alike.
func TestListSortsAndNarrows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 12 {
		id := o.open(o.anna)
		for p := range i % 4 {
			o.party(id, string(rune('A'+p)))
		}
		if i%3 > 0 {
			must(o.book.Assess(o.ctx, o.anna, id, 0, cases.Risk{Threats: []cases.Threat{{By: "state", What: "search", Likelihood: 1 + i%5, Impact: 1 + i%5}}, Until: clock.DayOf(o.Clock.Now().AddDate(0, 0, 30-i))}))(t)
		}
		if i%4 == 1 {
			p := o.party(id, "W")
			must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: o.Clock.Now().Add(time.Duration(20-i) * time.Hour), Pace: watch.Steady}))(t)
		}
		o.Clock.Advance(25 * time.Hour / 10)
	}
	rows := func(f cases.Filter) []cases.Row { return must(o.book.Board(o.ctx, o.anna, f))(t).Rows }
	every := rows(cases.Filter{})
	if len(every) != 12 {
		t.Fatal(len(every))
	}
	key := func(by cases.Sorting, r cases.Row) string {
		switch by {
		case cases.ByCode:
			return r.Pseudonym
		case cases.ByLevel:
			return fmt.Sprint(1 + slices.Index(cases.AllLevels(), r.Level))
		case cases.ByPeople:
			return fmt.Sprint(r.People)
		case cases.ByOpened:
			return string(r.Opened)
		case cases.BySign:
			if r.CheckIn.IsZero() {
				return "~"
			}
			return r.CheckIn.Format(time.RFC3339)
		}
		if r.Review == "" {
			return "~"
		}
		return string(r.Review)
	}
	for _, by := range cases.AllOrders()[1:] {
		for _, desc := range []bool{false, true} {
			got := rows(cases.Filter{Order: by, Desc: desc})
			var keys []string
			last := 0
			for _, r := range got {
				k := key(by, r)
				if k == "~" {
					last++ // what has none stands last, both ways
					continue
				}
				if last > 0 {
					t.Errorf("%s: one with a value stands behind one without", by)
				}
				keys = append(keys, k)
			}
			if desc {
				slices.Reverse(keys)
			}
			if len(got) != 12 || !slices.IsSorted(keys) {
				t.Errorf("by %s, descending %v: %v", by, desc, keys)
			}
		}
	}
	for _, f := range []cases.Filter{{Level: cases.LevelHigh}, {Level: cases.LevelLow}, {State: cases.Assessed}, {State: cases.Received}, {Todo: "party"}, {Todo: "triage"}, {Priority: cases.Hours}, {State: cases.Assessed, Level: cases.LevelExtreme}} {
		var want []string
		for _, r := range every {
			if (f.Level == "" || r.Level == f.Level) && (f.State == "" || r.State == f.State) && (f.Todo == "" || r.Todo == f.Todo) && (f.Priority == "" || r.Priority == f.Priority) {
				want = append(want, r.ID)
			}
		}
		var got []string
		for _, r := range rows(f) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %d cases, want %d", f, len(got), len(want))
		}
		f.Words = "Ruslan"
		for _, r := range rows(f) {
			if !slices.Contains(want, r.ID) || r.People == 0 {
				t.Errorf("%+v finds a case that it must not", f)
			}
		}
	}
	// Rubbish in an address counts as nothing.
	if got := rows(cases.Filter{Show: "x'; --", Order: "1;", State: "'", Level: "\"", Todo: "%", Page: -4}); len(got) != 12 {
		t.Error("rubbish filters something:", len(got))
	}
	if got := rows(cases.Filter{Page: 1 << 40}); len(got) != 0 {
		t.Error(len(got))
	}
}

// TestViewsAreTheMembersOwn: a kept filter is sealed, kept once, seen by nobody
// else, and goes with the member.
func TestViewsAreTheMembersOwn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	o.party(id, "A")
	v := cases.View{ID: ids.New("view"), Name: "Zelenodolsk family", Filter: cases.Filter{Show: cases.ShowAll, Words: "Ruslan Exampel", Page: 3}}
	o.ok(o.book.KeepView(o.ctx, o.anna, v))
	o.ok(o.book.KeepView(o.ctx, o.anna, v)) // the same form again
	all := must(o.book.Views(o.ctx, o.anna))(t)
	if len(all) != 1 || all[0].Name != v.Name || all[0].Filter.Words != v.Filter.Words || all[0].Filter.Page != 0 {
		t.Fatalf("%+v", all)
	}
	if others := must(o.book.Views(o.ctx, o.boris))(t); len(others) != 0 {
		t.Fatal("a colleague sees", others)
	}
	_, err := o.book.View(o.ctx, o.boris, v.ID)
	o.refused(err, fault.NotFound, "")
	for _, word := range []string{"Zelenodolsk", "Exampel"} {
		if where := found(o.dump(), word); where != "" {
			t.Errorf("%q lies open in %.40s", word, where)
		}
	}
	o.refused(o.book.KeepView(o.ctx, o.anna, cases.View{ID: ids.New("view")}), fault.Invalid, "")
	o.refused(o.book.KeepView(o.ctx, o.anna, cases.View{ID: "view_x", Name: "x"}), fault.Invalid, "not from here")
	if got := must(o.book.Board(o.ctx, o.anna, must(o.book.View(o.ctx, o.anna, v.ID))(t).Filter))(t); len(got.Rows) != 1 {
		t.Error("the view finds", len(got.Rows))
	}
	// What a member keeps for themselves never stands in the way of their leaving, and goes with them.
	chief := o.Member(t, "Sonja (invented)", staff.Security)
	o.ok(admin.RemoveMember(o.ctx, o.DB, chief, o.anna.ID, false, o.Clock))
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		if list := must(tx.SafesOf(o.ctx, "drawer", o.anna.ID))(t); len(list) != 0 {
			t.Error("the drawer is still there")
		}
		return nil
	}))
	if where := found(o.dump(), "=view"); where != "" {
		t.Errorf("an edition is still there: %.40s", where)
	}
}

// TestSeveralAtOnce: each case for itself, told one by one, and nothing twice.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one, two, theirs := o.open(o.anna), o.open(o.anna, o.clara), must(o.book.Open(o.ctx, o.boris, cases.Opening{Assign: []string{o.boris.ID}}))(t).ID
	act := cases.Act{Deed: cases.DeedAssign, Member: o.clara.ID}
	tell := func(all []cases.Outcome) map[string]cases.Outcome {
		m := map[string]cases.Outcome{}
		for _, x := range all {
			m[x.Case] = x
		}
		return m
	}
	got := tell(must(o.book.Several(o.ctx, o.anna, []string{one, two, theirs, one, "rubbish"}, act))(t))
	if len(got) != 4 || got[one].Problem != nil || got[one].Same || !got[two].Same || got[theirs].Problem == nil || got[theirs].Problem.Kind != fault.NotFound || got[theirs].Pseudonym != "" || got["rubbish"].Problem == nil {
		t.Fatalf("%+v", got)
	}
	if c := must(o.book.Case(o.ctx, o.clara, one))(t); len(c.Assigned) != 2 {
		t.Fatal(c.Assigned)
	}
	note := cases.Act{Deed: cases.DeedNote, Words: "The road by the river is closed.", ID: ids.New("note")}
	for range 2 { // the same form twice
		for id, x := range tell(must(o.book.Several(o.ctx, o.anna, []string{one, two}, note))(t)) {
			if c := must(o.book.Case(o.ctx, o.anna, id))(t); x.Problem != nil || len(c.Notes) != 1 || c.Notes[0].Content.Words != note.Words {
				t.Fatalf("%+v %+v", x, c.Notes)
			}
		}
	}
	// The last one on a case cannot be taken off; on the other it is done.
	alone := o.open(o.anna)
	got = tell(must(o.book.Several(o.ctx, o.anna, []string{alone, one}, cases.Act{Deed: cases.DeedTake, Member: o.anna.ID}))(t))
	if got[alone].Problem == nil || !strings.Contains(got[alone].Problem.Message, "last caseworker") || got[one].Problem != nil {
		t.Fatalf("%+v", got)
	}
	_, err := o.book.Case(o.ctx, o.anna, one)
	o.refused(err, fault.NotFound, "")
	for _, bad := range []cases.Act{{}, {Deed: "shred"}, {Deed: cases.DeedAssign}, {Deed: cases.DeedNote, ID: note.ID}, {Deed: cases.DeedNote, Words: "x", ID: "note_1"}} {
		_, err := o.book.Several(o.ctx, o.anna, []string{two}, bad)
		o.refused(err, fault.Invalid, "")
	}
	_, err = o.book.Several(o.ctx, o.anna, nil, act)
	o.refused(err, fault.Invalid, "")
}

// TestCalendarAndChart: what is due stands in it, plain and sealed, for those who are
// assigned and nobody else, in the zone that is asked for; and nothing lies open.
func TestCalendarAndChart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	now := o.Clock.Now()
	must(o.book.Judge(o.ctx, o.anna, id, 0, cases.Triage{Imminence: 2, Severity: 2, Words: "Invented."}))(t)
	must(o.book.Assess(o.ctx, o.anna, id, 0, cases.Risk{Threats: []cases.Threat{{By: "state", What: "search", Likelihood: 5, Impact: 5}}, Until: clock.DayOf(now.AddDate(0, 0, 2))}))(t)
	must(o.book.Agree(o.ctx, o.anna, id, "", 0, cases.Consent{Party: p, Purpose: cases.ForHelp, Recipient: "Invented", Data: "name", How: "spoken", Language: "ru", Given: clock.DayOf(now), Expires: clock.DayOf(now.AddDate(0, 0, 3))}))(t)
	must(o.book.Draft(o.ctx, o.anna, id, 0, cases.Plan{Goals: "Out.", Actions: []cases.Action{{What: "embassy appointment", Owner: o.boris.ID, Due: now.Add(30 * time.Hour)}, {What: "done already", Due: now.Add(time.Hour), Done: true}, {What: "without a time"}}}))(t)
	must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: now.Add(time.Hour), Every: 12 * time.Hour, Pace: watch.Steady}))(t)
	mill := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "Invented Lane 7", Capacity: 2, Status: cases.Available, Point: &cases.Point{Lat: 42.5, Lon: 13.25, Within: 20}}))(t).ID
	leg := o.leg(id, p, false, cases.Spot{Place: mill})
	must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Number, Number: "+7 200 000 00 01", Since: now.Add(-time.Hour), Words: "A phone was taken (invented)."}))(t)

	week := cases.Span{From: now.Truncate(24 * time.Hour), Until: now.Truncate(24*time.Hour).AddDate(0, 0, 7)}
	count := func(a staff.Actor, s cases.Span) map[cases.DateKind]int {
		n := map[cases.DateKind]int{}
		for _, d := range must(o.book.Calendar(o.ctx, a, s))(t).Dates {
			n[d.Kind]++
			if d.Pseudonym == "" {
				t.Errorf("%s without a case", d.Kind)
			}
		}
		return n
	}
	want := map[cases.DateKind]int{cases.DateCheckIn: 13, cases.DateDecide: 1, cases.DateLeg: 1, cases.DateAction: 1, cases.DateConsent: 1, cases.DateReview: 1}
	for _, a := range []staff.Actor{o.anna, o.boris} {
		got := count(a, week)
		for k, n := range want {
			if got[k] != n {
				t.Errorf("%s: %d of %s, want %d", a.Name, got[k], k, n)
			}
		}
		if got[cases.DateStep] == 0 {
			t.Errorf("%s sees no step of what became known", a.Name)
		}
	}
	if got := count(o.clara, week); len(got) != 0 {
		t.Error("a colleague sees", got)
	}
	// In a zone ahead the same moments stand on other days: the span is of moments, whole days are of the zone.
	far := time.FixedZone("", 14*3600)
	begin := time.Date(2017, 4, 12, 0, 0, 0, 0, far)
	if got := count(o.anna, cases.Span{From: begin, Until: begin.AddDate(0, 0, 1), Zone: far}); got[cases.DateConsent] != 1 || got[cases.DateReview] != 0 {
		t.Error("the consent of 12 April stands on another day:", got)
	}
	_, err := o.book.Calendar(o.ctx, o.anna, cases.Span{From: now, Until: now.AddDate(1, 0, 0)})
	o.refused(err, fault.Invalid, "45 days")

	chart := must(o.book.Chart(o.ctx, o.anna))(t)
	if len(chart.Places) != 1 || chart.Places[0].Point == nil || len(chart.Legs) != 1 || chart.Legs[0].State != cases.LegPlanned || chart.People != 1 || chart.Other != 1 {
		t.Fatalf("%+v", chart)
	}
	o.travel(leg) // a change in the leg's own safe alone: the index must notice
	if chart = must(o.book.Chart(o.ctx, o.boris))(t); chart.Inside != 1 || chart.Legs[0].State != cases.LegArrived {
		t.Fatalf("%+v", chart)
	}
	if got := count(o.anna, week); got[cases.DateLeg] != 0 {
		t.Error("a leg that is over is still due")
	}
	if c := must(o.book.Chart(o.ctx, o.clara))(t); len(c.Places)+len(c.Legs)+c.People != 0 {
		t.Errorf("a colleague sees %+v", c)
	}
	for _, word := range []string{"embassy", "42.5", "13.25"} {
		if where := found(o.dump(), word); where != "" {
			t.Errorf("%q lies open in %.40s", word, where)
		}
	}
	// Who is taken off sees nothing of it, though the index still held it.
	o.ok(o.book.Unassign(o.ctx, o.boris, id, o.anna.ID))
	if got := count(o.anna, week); len(got) != 0 {
		t.Error("who was taken off sees", got)
	}
}
