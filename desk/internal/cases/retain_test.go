package cases_test

import (
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// closed is a case that is over, with a day of erasure a month from now.
func (o *office) closed(assign ...staff.Actor) string {
	o.t.Helper()
	id := o.open(assign...)
	must(o.book.KeepParty(o.ctx, o.anna, id, "", 0, cases.Party{Code: "A", Name: "Ruslan Example", Minor: true, Interest: "i"}))(o.t)
	must(o.book.Close(o.ctx, o.anna, id, 0, cases.Closure{Safe: true, Needs: "n", View: "v", EraseBy: "2017-05-09"}))(o.t)
	return id
}

// TestHold: from the moment it is asked for nothing is erased; without a second
// yes it falls; who asked cannot end it once a second agreed; its day ends it.
func TestHold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	id := o.closed(o.anna, o.boris)
	o.refused(o.book.AskHold(o.ctx, o.anna, id, "", cases.Hold{Until: "2017-06-01"}), fault.Invalid, "which proceeding")
	o.refused(o.book.AskHold(o.ctx, o.anna, id, "", cases.Hold{Reason: "r", Until: "2017-04-01"}), fault.Invalid, "today or later")
	o.refused(o.book.AskHold(o.ctx, o.clara, id, "", cases.Hold{Reason: "r", Until: "2017-06-01"}), fault.NotFound, "")
	row := func() cases.HoldRow {
		e := must(o.book.Erasures(o.ctx, o.anna))(t)
		h := e.Proposals[0].Holds
		return h[len(h)-1]
	}
	o.ok(o.book.AskHold(o.ctx, o.anna, id, "", cases.Hold{Reason: "A court asked (invented).", Until: "2017-06-01"}))
	o.refused(o.book.Erase(o.ctx, o.anna, id), fault.Conflict, "is held")
	o.Clock.Advance(8 * 24 * time.Hour) // nobody agreed
	o.refused(o.book.AgreeHold(o.ctx, o.boris, id, row().ID), fault.Conflict, "over")
	o.ok(o.book.AskHold(o.ctx, o.anna, id, "", cases.Hold{Reason: "A court asked (invented).", Until: "2017-06-01"}))
	o.refused(o.book.AgreeHold(o.ctx, o.anna, id, row().ID), fault.Conflict, "cannot agree")
	o.refused(o.book.AgreeHold(o.ctx, o.clara, id, row().ID), fault.NotFound, "")
	o.ok(o.book.AgreeHold(o.ctx, hanna, id, row().ID))
	o.refused(o.book.EndHold(o.ctx, o.anna, id, row().ID), fault.Conflict, "cannot end")
	o.refused(o.book.Erase(o.ctx, o.boris, id), fault.Conflict, "is held")
	if c := must(o.book.Case(o.ctx, o.boris, id))(t); c.Holds[row().ID].Reason != "A court asked (invented)." {
		t.Error("the reason is not in the case")
	}
	if where := found(o.dump(), "A court asked"); where != "" {
		t.Error("the reason lies open in", where)
	}
	o.ok(o.book.EndHold(o.ctx, o.boris, id, row().ID))
	o.Clock.Advance(time.Minute)
	o.ok(o.book.AskHold(o.ctx, o.boris, id, "", cases.Hold{Reason: "r", Until: "2017-04-20"}))
	o.ok(o.book.AgreeHold(o.ctx, o.anna, id, row().ID))
	o.Clock.Advance(4 * 24 * time.Hour)
	o.ok(o.book.Erase(o.ctx, o.anna, id))
}

// TestErasures: the dry run names what would go and changes nothing; sums stay, and hold no row of a case.
func TestErasures(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	id, other := o.closed(o.anna), must(o.book.Open(o.ctx, o.boris, cases.Opening{Assign: []string{o.boris.ID}}))(t).ID
	must(o.book.Close(o.ctx, o.boris, other, 0, cases.Closure{Needs: "n", View: "v", EraseBy: "2017-04-10"}))(t)
	size := func() (n int64) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) (err error) { n, err = tx.LedgerSize(o.ctx); return err }))
		return n
	}
	before := size()
	e := must(o.book.Erasures(o.ctx, o.anna))(t)
	if len(e.Proposals) != 1 || e.Proposals[0].File.ID != id || !e.Proposals[0].Mine || e.Proposals[0].Due || e.Proposals[0].Parts["party"] != 1 || e.Proposals[0].Parts["keys"] != 1 || e.Proposals[0].Parts["entries"] == 0 {
		t.Errorf("%+v", e.Proposals)
	}
	if all := must(o.book.Erasures(o.ctx, hanna))(t); len(all.Proposals) != 2 || all.Proposals[0].Mine || size() != before {
		t.Errorf("a security officer sees %d", len(all.Proposals))
	}
	if _, err := o.book.Erasures(o.ctx, staff.Actor{Member: staff.Member{ID: "member_x", Roles: staff.Roles{staff.Intake}}}); fault.KindOf(err) != fault.Denied {
		t.Error(err)
	}
	o.ok(o.book.Erase(o.ctx, o.anna, id))
	e = must(o.book.Erasures(o.ctx, hanna))(t)
	if len(e.Remnants) != 1 || e.Remnants[0] != (cases.Remnant{Year: "2017", State: cases.Closed, Safe: true, Cases: 1, People: 1, Minors: 1}) {
		t.Errorf("%+v", e.Remnants)
	}
}

// TestErasedByItself: only when the organisation set it, after the grace, with an
// assigned member present, and never while held.
func TestErasedByItself(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	id, held := o.closed(o.anna), o.closed(o.anna)
	o.Clock.Advance(365 * 24 * time.Hour)
	o.ok(o.book.AskHold(o.ctx, o.anna, held, "", cases.Hold{Reason: "r", Until: "2019-01-01"}))
	tend := func(here ...staff.Actor) int { t.Helper(); return must(o.book.Tend(o.ctx, here))(t) }
	if tend(o.anna) != 0 {
		t.Fatal("erased without anybody's decision")
	}
	o.refused(o.book.SetRetention(o.ctx, o.anna, cases.Retention{Auto: true, Grace: 30}), fault.Denied, "")
	o.refused(o.book.SetRetention(o.ctx, hanna, cases.Retention{Auto: true, Grace: 1}), fault.Invalid, "7 to 3650")
	o.ok(o.book.SetRetention(o.ctx, hanna, cases.Retention{Auto: true, Grace: 400}))
	if tend(o.anna) != 0 {
		t.Fatal("erased within the grace")
	}
	o.ok(o.book.SetRetention(o.ctx, hanna, cases.Retention{Auto: true, Grace: 30}))
	if tend(hanna, o.boris) != 0 {
		t.Fatal("erased by somebody who cannot open it")
	}
	if tend(o.boris, o.anna) != 1 || tend(o.anna) != 0 {
		t.Fatal("not erased, or twice")
	}
	if _, err := o.book.Case(o.ctx, o.anna, id); fault.KindOf(err) != fault.NotFound {
		t.Error("it is still there:", err)
	}
	must(o.book.Case(o.ctx, o.anna, held))(t)
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(o.ctx) }))
}

// TestErasureOfEveryKind: documents, papers with a signed copy, holds: after
// erasure no row of the database names one of them.
func TestErasureOfEveryKind(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.withRecord()
	id, ids := o.full()
	p := o.party(id, "Q")
	paper := must(o.book.KeepPaper(o.ctx, o.anna, id, "", 0, cases.Paper{Party: p, Kind: "passport", Number: "99 7654321", Status: cases.PaperTaken}))(t).ID
	form := must(o.book.DrawUp(o.ctx, o.anna, id, "", cases.Draw{Kind: cases.FormDeparture, Party: p, Lang: "ru"}))(t)
	must(o.book.Sign(o.ctx, o.anna, id, form.ID, 1, cases.Signing{Day: "2017-04-09", How: "by hand", Name: "scan.png", Copy: png}))(t)
	o.ok(o.book.AskHold(o.ctx, o.anna, id, "", cases.Hold{Reason: "planted reason", Until: "2017-04-10"}))
	e := must(o.book.Case(o.ctx, o.anna, id))(t)
	ids = append(ids, paper, form.ID, p)
	for h := range e.Holds {
		ids = append(ids, h)
		o.ok(o.book.EndHold(o.ctx, o.anna, id, h))
	}
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Withdrawn, "They asked us to."))
	before := strings.Join(o.dump(), "\n")
	for _, x := range ids {
		if !strings.Contains(before, x) {
			t.Fatalf("%s is nowhere before erasure: the search looks in the wrong place", x)
		}
	}
	o.ok(o.book.Erase(o.ctx, o.anna, id))
	after := strings.Join(o.dump(), "\n")
	for _, x := range ids {
		if strings.Contains(after, x) {
			t.Errorf("%s is still in the database", x)
		}
	}
}
