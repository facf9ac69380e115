package cases_test

import (
	"encoding/json"
	"strings"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/internal/fault"
)

// TestPaperEndsBeforeLeg: an escort who holds the leg alone learns that a paper ends
// before it does, and nothing more; a go needs a reason as long as the warning stands.
func TestPaperEndsBeforeLeg(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	party := o.party(id, "A")
	leg := must(o.book.PlanLeg(o.ctx, o.anna, id, "", 0, cases.Leg{Parties: []string{party}, From: cases.Spot{Words: "here"}, To: cases.Spot{Words: "there"}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(24 * 3600e9), Escort: o.clara.ID}))(t).ID
	warned := func(want bool) cases.Movement {
		t.Helper()
		m := must(o.book.Leg(o.ctx, o.clara, leg))(t)
		if m.Warned != want {
			t.Fatalf("the escort is warned: %v", m.Warned)
		}
		return m
	}
	warned(false)
	o.ok(o.book.Go(o.ctx, o.boris, leg, 1, true))
	passport := cases.Paper{Party: party, Kind: "passport", Country: "RU", Number: "N 777", Status: cases.PaperHeld, Until: "2017-04-10"}
	paper := must(o.book.KeepPaper(o.ctx, o.anna, id, "", 0, passport))(t)
	m := warned(true)
	if raw := string(must(json.Marshal(m))(t)); strings.Contains(raw, "777") || strings.Contains(raw, "passport") || strings.Contains(raw, "2017-04-10\"") {
		t.Error("the leg tells the escort which paper:", raw)
	}
	if _, err := o.book.Case(o.ctx, o.clara, id); fault.KindOf(err) != fault.NotFound {
		t.Error("the escort opens the case:", err)
	}
	o.refused(o.book.Go(o.ctx, o.anna, leg, 1, true), fault.Invalid, "Say why")
	o.refused(o.book.GoBecause(o.ctx, o.anna, leg, 1, true, " \n"), fault.Invalid, "Say why")
	if m := warned(true); m.Go.Agreed(o.anna.ID) || len(m.Whys) != 0 {
		t.Fatal("a go without a reason was kept")
	}
	o.ok(o.book.Go(o.ctx, o.anna, leg, 1, false)) // a no needs none
	o.ok(o.book.GoBecause(o.ctx, o.anna, leg, 1, true, "The consulate waits."))
	o.ok(o.book.GoBecause(o.ctx, o.anna, leg, 1, true, "The consulate waits.")) // sent twice
	if m := warned(true); len(m.Whys) != 1 || m.Reason(o.anna.ID) != "The consulate waits." || m.Reason(o.clara.ID) != "" || m.State != cases.LegReady {
		t.Fatalf("%+v", m)
	}
	// A longer paper ends the warning, and a shorter leg would.
	passport.Until = "2027-04-10"
	must(o.book.KeepPaper(o.ctx, o.anna, id, paper.ID, 1, passport))(t)
	warned(false)
	o.ok(o.book.Go(o.ctx, o.clara, leg, 1, true))
}
