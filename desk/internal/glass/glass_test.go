package glass_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

type house struct {
	*desktest.Ground
	t                               *testing.T
	ctx                             context.Context
	book                            *cases.Book
	pane                            *glass.Pane
	anna, boris, clara, dina, hanna staff.Actor
}

func newHouse(t *testing.T) *house {
	g := desktest.New(t)
	h := &house{Ground: g, t: t, ctx: t.Context()}
	as := func(tx *store.Tx) cases.Store { return tx }
	h.book = cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	asGlass := func(tx *store.Tx) glass.Store { return tx }
	h.pane = &glass.Pane{Within: store.Within(g.DB, asGlass), Reading: store.Reading(g.DB, asGlass), Clock: g.Clock, Book: h.book}
	h.anna, h.boris = g.Member(t, "Anna (invented)", staff.Caseworker), g.Member(t, "Boris (invented)", staff.Caseworker)
	h.clara, h.dina = g.Member(t, "Clara (invented)", staff.Caseworker), g.Member(t, "Dina (invented)", staff.Documenter)
	h.hanna = g.Member(t, "Hanna (invented)", staff.Security)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(err error, part string) {
	h.t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		h.t.Fatalf("got %v, want %q", err, part)
	}
}

// orphan is a case with a place whose only caseworker, Anna, has left.
func (h *house) orphan() cases.File {
	h.t.Helper()
	f, err := h.book.Open(h.ctx, h.anna, cases.Opening{Assign: []string{h.anna.ID}})
	h.ok(err)
	p, err := h.book.KeepParty(h.ctx, h.anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example"})
	h.ok(err)
	place, err := h.book.KeepPlace(h.ctx, h.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 2, Status: cases.Available})
	h.ok(err)
	_, err = h.book.PlanLeg(h.ctx, h.anna, f.ID, "", 0, cases.Leg{Parties: []string{p.ID}, From: cases.Spot{Words: "the mill"}, To: cases.Spot{Place: place.ID}, Mode: "car", Earliest: h.Clock.Now(), Latest: h.Clock.Now().Add(time.Hour)})
	h.ok(err)
	gone := h.anna.Member
	gone.Active = false
	h.ok(h.DB.Write(h.ctx, func(tx *store.Tx) error { return tx.PutMember(h.ctx, gone) }))
	return f
}

const why = "The only caseworker is gone; the car comes tonight."

// TestTwoOpenWhatNobodyCan: the story from the holders to the end of the time.
func TestTwoOpenWhatNobodyCan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.refused(h.pane.Split(h.ctx, h.boris, []string{h.boris.ID}), "roles do not allow")
	h.refused(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.dina.ID}), "at least three")
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.hanna.ID}))
	f := h.orphan()
	h.refused(h.pane.Ask(h.ctx, h.clara, ids.New("opening"), f.Pseudonym, h.dina.ID, 8, why), "hold no part")
	h.refused(h.pane.Ask(h.ctx, h.boris, ids.New("opening"), f.Pseudonym, h.boris.ID, 8, why), "another person")
	h.refused(h.pane.Ask(h.ctx, h.boris, ids.New("opening"), "XX-0000", h.dina.ID, 8, why), "no case with this code")
	h.refused(h.pane.Ask(h.ctx, h.boris, ids.New("opening"), f.Pseudonym, h.clara.ID, 8, why), "no part of the same key")
	id := ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.boris, id, strings.ToLower(f.Pseudonym), h.dina.ID, 8, why))
	h.ok(h.pane.Ask(h.ctx, h.boris, id, f.Pseudonym, h.dina.ID, 8, why)) // sent twice
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatal("open before the second agreed:", err)
	}
	h.refused(h.pane.Answer(h.ctx, h.boris, id, true), "nothing here")
	h.refused(h.pane.Answer(h.ctx, h.hanna, id, true), "nothing here")
	s, err := h.pane.Stand(h.ctx, h.dina)
	h.ok(err)
	if len(s.List) != 1 || s.List[0].Why != why {
		t.Fatalf("the second sees %+v", s.List)
	}
	if s, err = h.pane.Stand(h.ctx, h.clara); err != nil || len(s.List) != 0 {
		t.Fatalf("who is not concerned sees %+v, %v", s.List, err)
	}
	h.ok(h.pane.Answer(h.ctx, h.dina, id, true))
	h.ok(h.pane.Answer(h.ctx, h.dina, id, true)) // sent twice
	c, err := h.book.Case(h.ctx, h.boris, f.ID)
	h.ok(err)
	if len(c.Parties) != 1 || c.Parties[0].Content().Name != "Ruslan Example" || len(c.Legs) != 1 || !c.Until[h.boris.ID].Equal(h.Clock.Now().Add(8*time.Hour)) {
		t.Fatalf("the case shows %d people, %d legs, until %v", len(c.Parties), len(c.Legs), c.Until)
	}
	if r, err := h.book.Place(h.ctx, h.boris, c.Legs[0].To.Place); err != nil || r.Address != "12 Invented Street" {
		t.Fatal("the place:", err)
	}
	if _, err := h.book.Case(h.ctx, h.dina, f.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatal("the second can read the case:", err)
	}
	alarms, err := h.pane.Alarms(h.ctx, h.hanna)
	h.ok(err)
	if len(alarms) != 1 || alarms[0].State != glass.Opened {
		t.Fatalf("the security officer is told %+v", alarms)
	}
	h.ok(h.pane.Saw(h.ctx, h.hanna, id))
	if alarms, err = h.pane.Alarms(h.ctx, h.hanna); err != nil || len(alarms) != 0 {
		t.Fatal("it rings on", alarms, err)
	}
	// Over a restart the time ends by itself, though nobody is here.
	h.Clock.Advance(8 * time.Hour)
	if n, err := h.book.EndTimed(h.ctx, nil); err != nil || n != 3 {
		t.Fatalf("%d ended, %v", n, err)
	}
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatal("open after its time:", err)
	}
	// And it is not lost: two can do so again.
	id = ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.boris, id, f.Pseudonym, h.hanna.ID, 1, why))
	h.ok(h.pane.Answer(h.ctx, h.hanna, id, true))
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); err != nil {
		t.Fatal(err)
	}
	h.ok(h.pane.End(h.ctx, h.boris, id))
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatal("open after it was ended:", err)
	}
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		if err := tx.VerifyLedger(h.ctx); err != nil {
			return err
		}
		said := map[string]int{}
		for _, subject := range []string{f.ID, c.Legs[0].ID, c.Legs[0].To.Place} {
			all, err := tx.LedgerRecords(h.ctx, subject, 0, 100)
			if err != nil {
				return err
			}
			for _, e := range all {
				said[e.Action]++
			}
		}
		for action, n := range map[string]int{"glass.asked": 2, "glass.opened": 2, "glass.ended": 1, "glass.reason-read": 1, "safe.time-over": 6, "place.shared": 2} {
			if said[action] != n {
				t.Errorf("%s is in the ledger %d times, want %d", action, said[action], n)
			}
		}
		return nil
	}))
}

func TestRefusedAndLapsed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.hanna.ID}))
	f := h.orphan()
	one, two := ids.New("opening"), ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.boris, one, f.Pseudonym, h.dina.ID, 8, why))
	h.ok(h.pane.Ask(h.ctx, h.boris, two, f.Pseudonym, h.dina.ID, 8, why))
	h.ok(h.pane.Answer(h.ctx, h.dina, one, false))
	h.refused(h.pane.Answer(h.ctx, h.dina, one, true), "was answered")
	h.Clock.Advance(glass.Answer)
	h.refused(h.pane.Answer(h.ctx, h.dina, two, true), "time is over")
	h.ok(h.pane.Sweep(h.ctx))
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		for _, id := range []string{one, two} {
			o, err := tx.Opening(h.ctx, id)
			if err != nil || len(o.Deposit) != 0 || o.State == glass.Asked {
				t.Errorf("%s: %d bytes of a deposit, %v", o.State, len(o.Deposit), err)
			}
		}
		return nil
	}))
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatal("open:", err)
	}
}

// TestAnswersAtOnce: two yeses at the same moment open once.
func TestAnswersAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.hanna.ID}))
	f := h.orphan()
	id := ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.boris, id, f.Pseudonym, h.dina.ID, 8, why))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := h.pane.Answer(h.ctx, h.dina, id, true); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := h.book.Case(h.ctx, h.boris, f.ID); err != nil {
		t.Fatal(err)
	}
}

// TestHoldersChange: what rests on the earlier key opens by its holders until somebody opens it.
func TestHoldersChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.hanna.ID}))
	f := h.orphan()
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.clara.ID, h.boris.ID, h.hanna.ID}))
	s, err := h.pane.Stand(h.ctx, h.hanna)
	h.ok(err)
	if s.Older != 3 {
		t.Fatalf("%d safes rest on the earlier key", s.Older)
	}
	id := ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.clara, id, f.Pseudonym, h.hanna.ID, 8, why))
	h.refused(h.pane.Answer(h.ctx, h.hanna, id, true), "no parts of the same key")
	id = ids.New("opening")
	h.ok(h.pane.Ask(h.ctx, h.boris, id, f.Pseudonym, h.hanna.ID, 8, why))
	h.ok(h.pane.Answer(h.ctx, h.hanna, id, true))
	if s, err = h.pane.Stand(h.ctx, h.hanna); err != nil || s.Older != 0 {
		t.Fatalf("%d safes still rest on the earlier key, %v", s.Older, err)
	}
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		keys, err := tx.GlassKeys(h.ctx)
		if len(keys) != 1 {
			t.Errorf("%d keys are kept", len(keys))
		}
		return err
	}))
}

// TestBreakGlassOpensNothingForGood: what somebody reaches only through break-glass
// ends with it, whatever they do for themselves: escort a leg, plan a new one, lead a
// leg of a case of their own to the place, show themselves the place. A colleague who
// has the case for good can let them keep the leg.
func TestBreakGlassOpensNothingForGood(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ok(h.pane.Split(h.ctx, h.hanna, []string{h.boris.ID, h.dina.ID, h.hanna.ID}))
	f := h.orphan()
	own, err := h.book.Open(h.ctx, h.boris, cases.Opening{Assign: []string{h.boris.ID}})
	h.ok(err)
	other, err := h.book.KeepParty(h.ctx, h.boris, own.ID, "", 0, cases.Party{Code: "A", Name: "Zelim Example (invented)"})
	h.ok(err)
	open := func() (id string, c *cases.Case) {
		t.Helper()
		id = ids.New("opening")
		h.ok(h.pane.Ask(h.ctx, h.boris, id, f.Pseudonym, h.dina.ID, 8, why))
		h.ok(h.pane.Answer(h.ctx, h.dina, id, true))
		c, err := h.book.Case(h.ctx, h.boris, f.ID)
		h.ok(err)
		return id, c
	}
	// Whoever could open it before the end and cannot after it.
	closed := func(safes ...string) {
		t.Helper()
		h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
			for _, id := range safes {
				if _, err := tx.Grant(h.ctx, id, h.boris.ID); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s is open after break-glass has ended: %v", id, err)
				}
			}
			return nil
		}))
	}
	_, c := open()
	leg, place := c.Legs[0], c.Legs[0].To.Place
	mine := leg.Leg
	mine.Escort = h.boris.ID
	_, err = h.book.PlanLeg(h.ctx, h.boris, f.ID, leg.ID, leg.Sheet.Saw(), mine)
	h.ok(err)
	mine.Papers = "none" // and once more, as it is now
	_, err = h.book.PlanLeg(h.ctx, h.boris, f.ID, leg.ID, leg.Sheet.Saw()+1, mine)
	h.ok(err)
	fresh, err := h.book.PlanLeg(h.ctx, h.boris, f.ID, "", 0, mine)
	h.ok(err)
	away := mine
	away.Parties, away.Escort = []string{other.ID}, ""
	_, err = h.book.PlanLeg(h.ctx, h.boris, own.ID, "", 0, away)
	h.ok(err)
	h.refused(h.book.ShowPlace(h.ctx, h.boris, place, h.boris.ID), "for a time only")
	if m, err := h.book.Leg(h.ctx, h.boris, leg.ID); err != nil || m.Escort != h.boris.ID {
		t.Fatal("they cannot escort meanwhile:", err)
	}
	h.Clock.Advance(8 * time.Hour)
	_, err = h.book.EndTimed(h.ctx, nil)
	h.ok(err)
	closed(f.ID, leg.ID, fresh.ID, place)

	id, _ := open()
	h.ok(h.book.Assign(h.ctx, h.boris, f.ID, h.clara.ID))
	saw, err := h.book.Leg(h.ctx, h.clara, leg.ID)
	h.ok(err)
	_, err = h.book.PlanLeg(h.ctx, h.clara, f.ID, leg.ID, saw.Sheet.Saw(), mine) // a colleague, who has it for good
	h.ok(err)
	h.ok(h.pane.End(h.ctx, h.boris, id))
	closed(f.ID, fresh.ID)
	if m, err := h.book.Leg(h.ctx, h.boris, leg.ID); err != nil || m.Escort != h.boris.ID {
		t.Error("the leg that a colleague gave them:", err)
	}
}
