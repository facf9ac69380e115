package cases_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/agekey"
	"waylight/internal/fault"
	"waylight/internal/shamir"
)

// TestOnePartOpensNothing: the database, the desk key, the keys of a member who is
// not assigned, and that member's part of the spare key, together. Two parts do open it.
func TestOnePartOpensNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	dina := o.Member(t, "Dina (invented)", staff.Documenter)
	as := func(tx *store.Tx) glass.Store { return tx }
	pane := &glass.Pane{Within: store.Within(o.DB, as), Reading: store.Reading(o.DB, as), Clock: o.Clock, Book: o.book}
	before := o.open(o.anna)
	o.ok(pane.Split(o.ctx, hanna, []string{o.clara.ID, dina.ID, hanna.ID}))
	id, ids := o.full()
	for _, secret := range []string{"Ruslan", "+7 200", "Invented Street", "old mill"} {
		if where := found(o.dump(), secret); where != "" {
			t.Errorf("%q lies open in %.40s", secret, where)
		}
	}
	parts := func(who ...staff.Actor) (out []shamir.Part) {
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
			p, err := tx.Spare(o.ctx)
			if err != nil {
				return err
			}
			all, err := tx.GlassShares(o.ctx, p.ID)
			for _, s := range all {
				for _, a := range who { // each tries every part
					if b, err := a.Keys.Unwrap(s.Sealed); err == nil {
						out = append(out, shamir.Part{X: b[0], Y: b[1:]})
					}
				}
			}
			return err
		}))
		return out
	}
	place := must(o.book.Leg(o.ctx, o.anna, ids[4]))(t).To.Place
	opens := func(seed []byte) (n int) {
		identity, err := agekey.Identity(seed)
		o.ok(err)
		o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
			for _, s := range []string{id, ids[4], place} {
				g, err := tx.SpareGrant(o.ctx, s)
				if err != nil {
					return fmt.Errorf("the %.5s has no spare grant: %w", s, err)
				}
				opened, err := safe.Open(unwrap{identity}, g)
				if err != nil {
					continue
				}
				items, err := tx.Items(o.ctx, s)
				for _, i := range items {
					if _, err := opened.Take(fmt.Sprintf("case.%s/%s/%d", i.Kind, i.ID, i.Version), i.Sealed); err == nil {
						n++
					}
				}
				if err != nil {
					return err
				}
			}
			return nil
		}))
		return n
	}
	one := parts(o.clara)
	if len(one) != 1 {
		t.Fatalf("clara opens %d parts, want her own alone", len(one))
	}
	if n := opens(one[0].Y); n != 0 {
		t.Errorf("one part opens %d rows", n)
	}
	if _, err := shamir.Combine(one...); err == nil {
		t.Error("one part gives something")
	}
	two := parts(o.clara, dina)
	seed, err := shamir.Combine(two...)
	o.ok(err)
	if n := opens(seed); n < 5 {
		t.Errorf("the control: two parts open %d rows", n)
	}
	// A case of before is covered at its first opening.
	covered := func(file string) bool {
		err := o.DB.Read(o.ctx, func(tx *store.Tx) error { _, err := tx.SpareGrant(o.ctx, file); return err })
		return err == nil
	}
	if covered(before) {
		t.Error("covered before anybody opened it")
	}
	must(o.book.Case(o.ctx, o.anna, before))(t)
	if !covered(before) {
		t.Error("not covered by being opened")
	}
	// An erased case opens for nobody.
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Withdrawn, "They asked us to."))
	o.ok(o.book.Erase(o.ctx, o.anna, id))
	if covered(id) || covered(ids[4]) {
		t.Error("an erased case can still be opened by two")
	}
}

// unwrap opens grants with an identity that was put together.
type unwrap struct{ id age.Identity }

func (u unwrap) Unwrap(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), u.id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// TestLentCaseGetsNewKeys: what a colleague kept of a case that was lent opens no row after the time, with
// nobody there at the end, over a restart; and a longer time, or no end, can be given meanwhile.
func TestLentCaseGetsNewKeys(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	o.party(id, "A")
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.boris.ID, o.Clock.Now().Add(time.Hour)))
	o.refused(o.book.AssignUntil(o.ctx, o.boris, id, o.boris.ID, time.Time{}), fault.Conflict, "assigned already")
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.boris.ID, o.Clock.Now().Add(3*time.Hour)))
	var kept safe.Safe
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		g, err := tx.Grant(o.ctx, id, o.boris.ID)
		if err == nil {
			kept, err = safe.Open(o.boris.Keys, g)
		}
		return err
	}))
	o.Clock.Advance(2 * time.Hour)
	if n := must(o.book.EndTimed(o.ctx, nil))(t); n != 0 {
		t.Fatalf("%d ended before their time", n)
	}
	o.Clock.Advance(time.Hour)
	o.Restart(t)
	o.begin()
	if n := must(o.book.EndTimed(o.ctx, nil))(t); n != 1 {
		t.Fatalf("%d ended", n)
	}
	_, err := o.book.Case(o.ctx, o.boris, id)
	o.refused(err, fault.NotFound, "nothing here")
	must(o.book.Case(o.ctx, o.anna, id))(t) // changes the key
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error {
		items, err := tx.Items(o.ctx, id)
		for _, i := range items {
			if _, err := kept.Take(fmt.Sprintf("case.%s/%s/%d", i.Kind, i.ID, i.Version), i.Sealed); err == nil {
				t.Errorf("a %s opens with the key that was kept", i.Kind)
			}
		}
		return err
	}))
	// For good means for good.
	o.ok(o.book.AssignUntil(o.ctx, o.anna, id, o.boris.ID, o.Clock.Now().Add(time.Hour)))
	o.ok(o.book.Assign(o.ctx, o.anna, id, o.boris.ID))
	o.Clock.Advance(48 * time.Hour)
	must(o.book.EndTimed(o.ctx, nil))(t)
	must(o.book.Case(o.ctx, o.boris, id))(t)
}
