package cases_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// TestNobodyKeepsItForTheOther: two who have a case for a time prolong it neither for each
// other nor for anybody else, by the case or by a place; what they give ends with their
// own time, and the ledger says until when. Who has it for good can.
func TestNobodyKeepsItForTheOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dina := o.Member(t, "Dina (invented)", staff.Caseworker)
	id := o.open(o.anna)
	now := o.Clock.Now()
	short, long := now.Add(2*time.Hour), now.Add(6*time.Hour)
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.boris.ID, short))
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.clara.ID, long))
	const no = "for a time only"
	o.refused(o.book.AssignUntil(o.ctx, o.boris, id, o.clara.ID, time.Time{}), fault.Invalid, no)
	o.refused(o.book.AssignUntil(o.ctx, o.boris, id, o.clara.ID, long.Add(time.Hour)), fault.Invalid, no)
	o.refused(o.book.AssignUntil(o.ctx, o.clara, id, o.boris.ID, time.Time{}), fault.Invalid, no)
	o.refused(o.book.AssignUntil(o.ctx, o.clara, id, o.boris.ID, long.Add(time.Minute)), fault.Invalid, no)
	o.refused(o.book.Assign(o.ctx, o.boris, id, dina.ID), fault.Invalid, no)
	o.refused(o.book.AssignUntil(o.ctx, o.boris, id, dina.ID, short.Add(time.Second)), fault.Invalid, no)
	o.ok(o.book.AssignUntil(o.ctx, o.clara, id, o.boris.ID, short.Add(time.Hour))) // within clara's own
	o.ok(o.book.AssignUntil(o.ctx, o.boris, id, dina.ID, short))

	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 1, Status: cases.Available}))(t)
	o.ok(o.book.ShowPlace(o.ctx, o.anna, place.ID, o.boris.ID))
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		return tx.PutTimed(o.ctx, cases.Timed{Safe: place.ID, Member: o.boris.ID, Until: short})
	}))
	o.ok(o.book.ShowPlace(o.ctx, o.boris, place.ID, o.clara.ID))
	o.ok(o.book.ShowPlace(o.ctx, o.clara, place.ID, o.boris.ID))
	o.ok(o.book.Assign(o.ctx, o.anna, id, dina.ID)) // for good, by whoever has it for good

	o.Clock.Advance(12 * time.Hour)
	must(o.book.EndTimed(o.ctx, nil))(t)
	for _, who := range []staff.Actor{o.boris, o.clara} {
		_, err := o.book.Case(o.ctx, who, id)
		o.refused(err, fault.NotFound, "nothing here")
		_, err = o.book.Place(o.ctx, who, place.ID)
		o.refused(err, fault.NotFound, "nothing here")
	}
	must(o.book.Case(o.ctx, dina, id))(t)
	var ends [][]byte
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(o.ctx, id, 0, 1000)
		for _, r := range all {
			if r.Action == "case.assigned" {
				ends = append(ends, r.Detail)
			}
		}
		return err
	}))
	until := func(t time.Time) string { return `"until":"` + t.UTC().Format(time.RFC3339) + `"` }
	for i, want := range []string{until(short), until(long), until(short.Add(time.Hour)), until(short), ""} {
		if i >= len(ends) || !strings.Contains(string(ends[i]), want) || want == "" && bytes.Contains(ends[i], []byte("until")) {
			t.Fatalf("entry %d of %s does not say %q", i, slices.Concat(ends...), want)
		}
	}
}

// TestNobodyIsLeftAlone: when nobody who is here has the case for good, as after its
// caseworkers left, whoever opened it for a time can let a newcomer in for good. The ledger
// says that it was beyond their own. Nobody's own time grows by it.
func TestNobodyIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	end := o.Clock.Now().Add(2 * time.Hour)
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.boris.ID, end))
	o.ok(o.DB.Write(o.ctx, func(tx *store.Tx) error {
		m, err := tx.Member(o.ctx, o.anna.ID)
		if err != nil {
			return err
		}
		m.Active = false
		return tx.PutMember(o.ctx, m)
	}))
	o.refused(o.book.AssignUntil(o.ctx, o.boris, id, o.boris.ID, time.Time{}), fault.Conflict, "assigned already")
	o.ok(o.book.Assign(o.ctx, o.boris, id, o.clara.ID))
	var last string
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		all, err := tx.LedgerRecords(o.ctx, id, 0, 1000)
		for _, r := range all {
			if r.Action == "case.assigned" {
				last = string(r.Detail)
			}
		}
		return err
	}))
	if !strings.Contains(last, `"beyond":true`) || !strings.Contains(last, o.clara.ID) {
		t.Fatalf("the ledger says %s", last)
	}
	o.Clock.Advance(3 * time.Hour)
	must(o.book.EndTimed(o.ctx, nil))(t)
	_, err := o.book.Case(o.ctx, o.boris, id)
	o.refused(err, fault.NotFound, "nothing here")
	must(o.book.Case(o.ctx, o.clara, id))(t)
}
