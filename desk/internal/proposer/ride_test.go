package proposer

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func barred(all []Word, what string) bool {
	return slices.ContainsFunc(all, func(w Word) bool { return w.What == what })
}

// TestRides: what keeps a mode out is named with whom it concerns; the first is one that can be.
func TestRides(t *testing.T) {
	t.Parallel()
	q := Question{People: []Person{{ID: "a", Papers: []string{"passport", "visa"}}, {ID: "b", Papers: []string{"internal-passport"}, Needs: []string{"minor", "step-free"}}}}
	by := func(l Leg) map[string]Ride {
		out := map[string]Ride{}
		for _, r := range q.rides(l) {
			out[r.Mode] = r
		}
		return out
	}
	near := by(Leg{People: []string{"a", "b"}, Km: 6, Reckoned: true})
	if len(near["foot"].Bars) != 1 || near["foot"].Bars[0] != (Word{What: "needs", Person: "b", Lack: "step-free"}) || len(near["car"].Bars) != 0 || !barred(near["plane"].Bars, "distance") || !barred(near["train"].Bars, "distance") {
		t.Errorf("%+v", near)
	}
	if all := q.rides(Leg{People: []string{"a"}, Km: 300, Reckoned: true}); all[0].Mode != "car" || len(all[0].Bars) != 0 {
		t.Errorf("%+v", all[0])
	}
	over := by(Leg{People: []string{"a", "b"}, Km: 900, Reckoned: true, Cross: true, Visa: true})
	for mode, r := range over {
		if !slices.Contains(r.Bars, Word{What: "border", Person: "b", Lack: "passport"}) {
			t.Errorf("%s crosses a border without a passport: %+v", mode, r)
		}
		if slices.ContainsFunc(r.Bars, func(w Word) bool { return w.Person == "a" }) {
			t.Errorf("%s: a holds passport and visa: %+v", mode, r.Bars)
		}
	}
	q.People[1].Papers = []string{"passport"}
	if over = by(Leg{People: []string{"a", "b"}, Km: 900, Reckoned: true, Cross: true, Visa: true}); !slices.Contains(over["car"].Bars, Word{What: "border", Person: "b", Lack: "visa"}) {
		t.Errorf("without a visa: %+v", over["car"])
	}
	if over = by(Leg{People: []string{"a", "b"}, Km: 900, Reckoned: true, Cross: true}); len(over["train"].Bars) != 0 || !barred(over["train"].Against, "named") {
		t.Errorf("%+v", over["train"])
	}
}

// TestEscorts: nobody who is away, busy, withheld, not willing, or must not meet a
// traveller comes before one who can; whoever knows the places comes before who does not.
func TestEscorts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		q := Question{People: []Person{{ID: "p"}}, Speak: []string{"ce", "ru"}}
		l := Leg{People: []string{"p"}, From: "x", To: "y", After: 10, Hours: 5}
		for n := range rapid.IntRange(1, 6).Draw(r, "escorts") {
			flag := func(what string) bool { return rapid.IntRange(0, 3).Draw(r, what) == 0 }
			e := Escort{ID: fmt.Sprint("e", n), CanEscort: !flag("not"), Withheld: flag("withheld"), Assigned: flag("assigned"), Exposure: rapid.IntRange(0, 9).Draw(r, "exposure"), Speaks: []string{rapid.SampledFrom([]string{"ce", "en"}).Draw(r, "speaks")}}
			at := rapid.IntRange(0, 20).Draw(r, "at")
			if flag("away") {
				e.Away = []Span{{at, at + 3}}
			}
			if flag("busy") {
				e.Busy = []Span{{at, at + 3}}
			}
			if flag("apart") {
				e.Apart = []string{"p"}
			}
			if flag("knows") {
				e.Knows = []string{"x", "y"}
			}
			q.Escorts = append(q.Escorts, e)
		}
		can := func(e Escort) bool {
			meets := func(all []Span) bool {
				return slices.ContainsFunc(all, func(s Span) bool { return s.From < 15 && s.Until > 10 })
			}
			return e.CanEscort && !e.Withheld && !meets(e.Away) && !meets(e.Busy) && len(e.Apart) == 0
		}
		all := q.picks(l)
		if len(all) != len(q.Escorts) {
			r.Fatal("somebody is left out without a reason")
		}
		over, least := false, -1
		for _, p := range all {
			e := q.Escorts[slices.IndexFunc(q.Escorts, func(e Escort) bool { return e.ID == p.ID })]
			if can(e) != (len(p.Bars) == 0) {
				r.Fatalf("%+v is %+v", e, p)
			}
			if over && len(p.Bars) == 0 {
				r.Fatal("one who can stands behind one who cannot")
			}
			if over = over || len(p.Bars) > 0; !over {
				if p.Score < least {
					r.Fatal("not in order")
				}
				least = p.Score
			}
		}
	})
}
