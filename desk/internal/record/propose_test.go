package record_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
	"waylight/desk/internal/record"
)

func said(id, group string, hand record.Hand, b count.Bound) record.Weighed {
	return record.Weighed{Claim: record.Claim{ID: id, Source: "s" + id, Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: b, Hand: hand},
		From: record.Source{ID: "s" + id, Group: group, Reliability: "F"}, Material: record.Press}
}

func TestPropose(t *testing.T) {
	t.Parallel()
	three, twenty, two := count.Bound{Word: count.AtLeast, Value: 3}, count.Bound{Word: count.UpTo, Value: 20}, count.Bound{Word: count.UpTo, Value: 2}
	with := func(w record.Weighed, f func(*record.Weighed)) record.Weighed { f(&w); return w }
	refuted := func(w *record.Weighed) {
		w.Judgements = []record.Judgement{{Credibility: 5, Standing: record.Refuted, Reason: "shown false"}}
	}
	for _, c := range []struct {
		name   string
		claims []record.Weighed
		want   record.Grade
	}{
		{"nothing", nil, record.Reported},
		{"one relayed", []record.Weighed{said("1", "a", record.Relayed, three)}, record.Reported},
		{"one who was there", []record.Weighed{said("1", "a", record.FirstHand, three)}, record.Direct},
		{"three outlets of one origin", []record.Weighed{said("1", "a", record.Relayed, three), said("2", "a", record.Relayed, three), said("3", "a", record.Relayed, three)}, record.Consistent},
		{"a fourth independent one", []record.Weighed{said("1", "a", record.Relayed, three), said("2", "a", record.Relayed, three), said("3", "a", record.Relayed, three), said("4", "b", record.Relayed, twenty)}, record.Corroborated},
		{"numbers that cannot be true at once", []record.Weighed{said("1", "a", record.Relayed, three), said("2", "b", record.Relayed, two)}, record.Consistent},
		{"with a photograph", []record.Weighed{said("1", "a", record.Relayed, three), with(said("2", "b", record.FirstHand, twenty), func(w *record.Weighed) { w.Material = record.Photograph })}, record.Strong},
		{"with an admission", []record.Weighed{said("1", "a", record.Relayed, three), with(said("2", "b", record.FirstHand, twenty), func(w *record.Weighed) { w.Admissions = []record.Statement{{ID: "x"}} })}, record.Strong},
		{"a denial is no evidence", []record.Weighed{said("1", "a", record.Relayed, three), with(said("2", "b", record.Relayed, twenty), func(w *record.Weighed) { w.Denials = []record.Statement{{ID: "x"}} })}, record.Corroborated},
		{"an open contradiction", []record.Weighed{said("1", "a", record.Relayed, three), with(said("2", "b", record.Relayed, twenty), func(w *record.Weighed) { w.Links = []record.Link{{From: "2", Kind: record.Contradicts, To: "1"}} })}, record.Contested},
		{"the contradicting claim was refuted", []record.Weighed{said("1", "a", record.FirstHand, three), with(with(said("2", "b", record.Relayed, twenty), func(w *record.Weighed) { w.Links = []record.Link{{From: "2", Kind: record.Contradicts, To: "1"}} }), refuted)}, record.Direct},
		{"all refuted", []record.Weighed{with(said("1", "a", record.FirstHand, three), refuted)}, record.Disproved},
		{"an unreliable source", []record.Weighed{said("1", "a", record.FirstHand, three), with(said("2", "b", record.FirstHand, three), func(w *record.Weighed) { w.From.Reliability = "E" })}, record.Direct},
	} {
		p := record.Propose(c.claims)
		if p.Grade != c.want || len(p.Reasons) == 0 {
			t.Errorf("%s: %s with %d reasons, want %s", c.name, p.Grade, len(p.Reasons), c.want)
		}
	}
}

func TestProposeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "claims")
		claims := make([]record.Weighed, n)
		for i := range claims {
			claims[i] = said(strconv.Itoa(i), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "group"), rapid.SampledFrom(record.Hands()).Draw(t, "hand"),
				count.Bound{Word: count.AtLeast, Value: rapid.Int64Range(0, 50).Draw(t, "value")})
		}
		p := record.Propose(claims)
		rand.Shuffle(n, func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
		if again := record.Propose(claims); again.Grade != p.Grade {
			t.Fatalf("order matters: %s and %s", p.Grade, again.Grade)
		}
		if n == 0 {
			return
		}
		echo := claims[0] // another outlet of an origin that spoke already
		echo.ID, echo.Source, echo.Hand = "echo", "secho", record.Relayed
		if more := record.Propose(append(claims, echo)); more.Grade >= record.Corroborated && p.Grade < record.Corroborated {
			t.Fatalf("an echo raised the grade from %s to %s", p.Grade, more.Grade)
		}
	})
}
