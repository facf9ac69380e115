package team_test

import (
	"slices"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/team"
	"waylight/internal/ids"
)

// A leave that would leave a case without anybody is refused; with a deputy to whom the
// cases are lent it is not, the tasks go to the deputy while it lasts, and what was lent
// ends with it.
func TestLeaveLeavesNobodyAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	alone, two := h.open(h.anna), h.open(h.anna, h.clara)
	h.watch(h.anna, alone)
	h.ok(h.board.Ask(h.ctx, h.anna, team.Ask{ID: ids.New("task"), File: alone, Kind: team.Task, Owner: h.anna.ID}, "Invented."))
	now := h.Clock.Now()
	l := team.Leave{ID: ids.New("leave"), Member: h.anna.ID, Deputy: h.boris.ID, From: now.Add(48 * time.Hour), Until: now.Add(240 * time.Hour)}
	absent := func(a staff.Actor, l team.Leave, lend, anyway bool) error {
		return second(h.board.Absent(h.ctx, a, l, lend, anyway))
	}
	h.refused(absent(h.boris, l, true, false), "your own leave")
	bare, err := h.board.Absent(h.ctx, h.anna, l, false, false)
	h.refused(err, "nobody could open")
	if len(bare) != 1 || bare[0].File != alone {
		t.Fatalf("alone: %+v", bare)
	}
	wrong := l
	wrong.Deputy = h.hanna.ID
	h.refused(absent(h.anna, wrong, false, false), "Only a caseworker")
	h.ok(absent(h.anna, l, true, false))
	h.ok(absent(h.anna, l, true, false)) // sent twice
	again := l
	again.ID = ids.New("leave")
	h.refused(absent(h.anna, again, true, false), "noted already")
	if !h.opens(h.boris, alone) || !h.opens(h.boris, two) {
		t.Fatal("the cases were not lent to the deputy")
	}
	if gaps, err := h.board.Gaps(h.ctx, h.hanna); err != nil || len(gaps) != 0 {
		t.Fatal("gaps:", gaps, err)
	}
	waits := func(a staff.Actor) int {
		t.Helper()
		all, err := h.board.Waiting(h.ctx, a)
		h.ok(err)
		return len(all)
	}
	if waits(h.boris) != 0 {
		t.Error("a task waits for the deputy before the leave begins")
	}
	h.Clock.Advance(50 * time.Hour)
	if waits(h.boris) != 1 || waits(h.anna) != 1 {
		t.Error("a task does not wait for the deputy while the leave lasts")
	}
	loads, err := h.board.Loads(h.ctx, h.boris)
	h.ok(err)
	if last := loads[len(loads)-1]; last.Member.ID != h.anna.ID || last.Away.ID != l.ID || last.Cases != 2 || last.Tasks != 1 {
		t.Errorf("who is away: %+v", last)
	}
	h.refused(h.board.Offer(h.ctx, h.clara, team.Handing{ID: ids.New("handing"), File: two, Taker: h.anna.ID}, 4, 0, note()), "is away")
	// The deputy falls ill: now nobody is there, and it rings at the security officer.
	ill := team.Leave{ID: ids.New("leave"), Member: h.boris.ID, From: h.Clock.Now(), Until: h.Clock.Now().Add(72 * time.Hour)}
	h.refused(absent(h.hanna, ill, false, false), "nobody could open")
	h.ok(absent(h.hanna, ill, false, true))
	gaps, err := h.board.Gaps(h.ctx, h.hanna)
	h.ok(err)
	if len(gaps) != 1 || gaps[0].File != alone || gaps[0].Mine {
		t.Fatalf("gaps: %+v", gaps)
	}
	h.ok(h.board.Back(h.ctx, h.hanna, ill.ID))
	h.ok(h.board.Back(h.ctx, h.anna, l.ID))
	if h.opens(h.boris, alone) || !h.opens(h.anna, alone) {
		t.Error("what was lent for a leave outlives it, or the owner lost it")
	}
	n, err := h.board.Single(h.ctx, h.anna)
	h.ok(err)
	if n != 1 {
		t.Errorf("%d cases with one caseworker, want 1", n)
	}
}

// Covers is a plain function: who is away does not watch, nor does who was lent a case
// that has ended by then.
func TestCovers(t *testing.T) {
	t.Parallel()
	now := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	holds := []team.Hold{{File: "a", Code: "A", Member: "anna"}, {File: "a", Code: "A", Member: "boris", Until: now.Add(time.Hour)}, {File: "b", Code: "B", Level: cases.LevelHigh, Member: "boris"}}
	leaves := []team.Leave{{Member: "anna", From: now, Until: now.Add(10 * time.Hour)}}
	for _, c := range []struct {
		at   time.Duration
		bare bool
	}{{-time.Minute, false}, {0, false}, {2 * time.Hour, true}, {10 * time.Hour, false}} {
		got := team.Covers(holds, leaves, now.Add(c.at))
		if len(got) != 2 || got[0].Bare() != c.bare || got[1].Bare() || !got[0].Single() {
			t.Errorf("after %v: %+v", c.at, got)
		}
	}
}

// TestAwayEscortsNobody: who noted a leave is not proposed as an escort for its time,
// and is again when they came back before.
func TestAwayEscortsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.open(h.anna, h.boris)
	party, err := h.book.KeepParty(h.ctx, h.anna, file, "", 0, cases.Party{Code: "A"})
	h.ok(err)
	_, err = h.book.KeepPlace(h.ctx, h.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 3, Status: cases.Available})
	h.ok(err)
	h.ok(h.book.KeepGuide(h.ctx, h.boris, 0, cases.Guide{Ready: true, Speaks: []string{"ru"}}))
	barred := func() bool {
		t.Helper()
		p, err := h.book.Propose(h.ctx, h.anna, file, cases.Wish{Parties: []string{party.ID}, From: cases.Spot{Words: "the market"}, Stops: 1, Earliest: h.Clock.Now().Add(time.Hour)})
		h.ok(err)
		if len(p.Answer.Proposals) == 0 || len(p.Answer.Proposals[0].Legs) == 0 {
			t.Fatalf("nothing is proposed: %+v", p.Answer)
		}
		for _, e := range p.Answer.Proposals[0].Legs[0].Escorts {
			if e.ID == h.boris.ID {
				return slices.ContainsFunc(e.Bars, func(w proposer.Word) bool { return w.What == "away" })
			}
		}
		t.Fatal("boris is not looked at")
		return false
	}
	if barred() {
		t.Error("away without a leave")
	}
	now := h.Clock.Now()
	l := team.Leave{ID: ids.New("leave"), Member: h.boris.ID, From: now, Until: now.Add(72 * time.Hour)}
	h.ok(second(h.board.Absent(h.ctx, h.boris, l, false, true)))
	if !barred() {
		t.Error("who is away is proposed as an escort")
	}
	h.ok(h.board.Back(h.ctx, h.boris, l.ID))
	if barred() {
		t.Error("still away after they came back")
	}
}
