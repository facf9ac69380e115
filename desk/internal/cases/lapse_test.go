package cases_test

import (
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
)

// TestConsentToBeNamedEnds: the home page tells of it two weeks before its last day; a
// later consent moves the day; after it the house acts once, with every case closed; it
// stays on the page for two weeks more.
func TestConsentToBeNamedEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	a, b := o.party(id, "A"), o.party(id, "B")
	begun := o.Clock.Now()
	day := func(n int) clock.Day { return clock.DayOf(begun.AddDate(0, 0, n)) }
	agree := func(party string, p cases.Purpose, until clock.Day) string {
		t.Helper()
		return must(o.book.Agree(o.ctx, o.anna, id, "", 0, cases.Consent{Party: party, Purpose: p, Recipient: "everybody", Data: "the name", How: "in writing", Given: day(0), Expires: until}))(t).ID
	}
	waits := func(what string) (n int) {
		t.Helper()
		for _, w := range must(o.book.Waiting(o.ctx, o.anna))(t) {
			if w.What == what && w.Case == id && !w.Danger {
				n++
			}
		}
		return n
	}
	at := func(days, hours int) {
		o.Clock.Advance(begun.AddDate(0, 0, days).Truncate(24 * time.Hour).Add(time.Duration(hours) * time.Hour).Sub(o.Clock.Now()))
	}
	lapsed := func(want int) {
		t.Helper()
		if n := must(o.book.EndConsents(o.ctx, clock.DayOf(o.Clock.Now()), nil))(t); n != want {
			t.Fatalf("%d consents were ended on %s, want %d", n, o.Clock.Now(), want)
		}
	}
	agree(a, cases.ForPublic, day(30))
	told := agree(a, cases.ForRecord, day(3)) // of another purpose: nothing public hangs on it
	forever := agree(b, cases.ForPublic, "")
	agree(b, cases.ForPublic, day(3))
	at(15, 23)
	if waits(cases.RemindConsent) != 0 {
		t.Fatal("told too early")
	}
	at(16, 0)
	if waits(cases.RemindConsent) != 1 {
		t.Fatal("not told two weeks before")
	}
	agree(a, cases.ForPublic, day(60)) // asked again
	if waits(cases.RemindConsent) != 0 {
		t.Fatal("told although it was renewed")
	}
	at(31, 0)
	lapsed(0)
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Withdrawn, "They asked us to.")) // what is public stays public
	at(60, 23)
	lapsed(0)
	if waits(cases.RemindConsent) != 1 {
		t.Fatal("not told of a case that is over")
	}
	at(61, 0)
	lapsed(1)
	lapsed(0)
	o.ok(o.book.Withdraw(o.ctx, o.anna, id, told, "")) // a change of the case
	lapsed(0)
	if waits(cases.RemindLapsed) != 1 || waits(cases.RemindConsent) != 0 {
		t.Fatal("the home page does not say that it ended")
	}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(o.ctx, id, 0, 1000)
		n := 0
		for _, r := range all {
			if r.Action == "consent.lapsed" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d entries of the end", n)
		}
		return err
	}))
	at(75, 0)
	if waits(cases.RemindLapsed) != 0 {
		t.Fatal("told for ever")
	}
	o.ok(o.book.Withdraw(o.ctx, o.anna, id, forever, "")) // now the one of B that ended long ago is the last
	lapsed(1)
}
