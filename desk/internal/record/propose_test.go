package record_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
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

// TestUndecidedPairs: sources that may repeat one another count as one until
// somebody decides, and the proposal says what deciding would change.
func TestUndecidedPairs(t *testing.T) {
	t.Parallel()
	three := count.Bound{Word: count.AtLeast, Value: 3}
	a, b, c, d := said("1", "a", record.Relayed, three), said("2", "b", record.Relayed, three), said("3", "c", record.Relayed, three), said("4", "d", record.FirstHand, count.Bound{Word: count.UpTo, Value: 2})
	alike := func(x, y record.Weighed) record.Likeness {
		from := func(w record.Weighed) record.Source { s := w.From; s.ID = w.Source; return s }
		return record.Likeness{A: from(x), B: from(y)}
	}
	for _, x := range []struct {
		name   string
		claims []record.Weighed
		open   []record.Likeness
		want   record.Grade
		apart  []record.Grade
	}{
		{"nothing is open", []record.Weighed{a, b}, nil, record.Corroborated, nil},
		{"the only two", []record.Weighed{a, b}, []record.Likeness{alike(a, b)}, record.Consistent, []record.Grade{record.Corroborated}},
		{"three of which each repeats the next", []record.Weighed{a, b, c}, []record.Likeness{alike(a, b), alike(b, c)}, record.Consistent, []record.Grade{record.Corroborated, record.Corroborated}},
		{"a third that repeats nobody", []record.Weighed{a, b, c}, []record.Likeness{alike(a, b)}, record.Corroborated, []record.Grade{record.Corroborated}},
		{"the third cannot be true with them", []record.Weighed{a, b, d}, []record.Likeness{alike(a, b)}, record.Consistent, []record.Grade{record.Corroborated}},
		{"a pair of which one is not here", []record.Weighed{a, c}, []record.Likeness{alike(a, b), alike(b, c)}, record.Corroborated, nil},
		{"one origin already", []record.Weighed{a, said("9", "a", record.Relayed, three)}, []record.Likeness{alike(a, said("9", "a", record.Relayed, three))}, record.Consistent, nil},
	} {
		p := record.Propose(x.claims, x.open...)
		if p.Grade != x.want || len(p.Doubts) != len(x.apart) {
			t.Errorf("%s: %s with %d doubts", x.name, p.Grade, len(p.Doubts))
			continue
		}
		told := false
		for _, r := range p.Reasons {
			told = told || strings.Contains(r.Text, "nobody has decided")
		}
		if told != (len(x.apart) > 0) {
			t.Errorf("%s: the reasons say %+v", x.name, p.Reasons)
		}
		for n, g := range x.apart {
			if p.Doubts[n].Apart != g {
				t.Errorf("%s: deciding %d gives %s", x.name, n, p.Doubts[n].Apart)
			}
		}
	}
}

// TestUndecidedNeverRaises: whatever is open, it only lowers the number of
// independent origins, in whatever order it stands; deciding that a pair is one
// changes nothing.
func TestUndecidedNeverRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "claims")
		claims := make([]record.Weighed, n)
		for i := range claims {
			claims[i] = said(strconv.Itoa(i), "g"+strconv.Itoa(i), rapid.SampledFrom(record.Hands()).Draw(t, "hand"), count.Bound{Word: rapid.SampledFrom([]count.Word{count.AtLeast, count.UpTo}).Draw(t, "word"), Value: rapid.Int64Range(0, 9).Draw(t, "value")})
			claims[i].From.ID = claims[i].Source
		}
		var open []record.Likeness
		for range rapid.IntRange(0, 5).Draw(t, "pairs") {
			open = append(open, record.Likeness{A: claims[rapid.IntRange(0, n-1).Draw(t, "one")].From, B: claims[rapid.IntRange(0, n-1).Draw(t, "other")].From})
		}
		free, held := record.Propose(claims), record.Propose(claims, open...)
		if held.Grade > free.Grade {
			t.Fatalf("an open pair raised %s to %s", free.Grade, held.Grade)
		}
		slices.Reverse(open)
		rand.Shuffle(n, func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
		if again := record.Propose(claims, open...); again.Grade != held.Grade {
			t.Fatalf("order matters: %s and %s", held.Grade, again.Grade)
		}
		if len(held.Doubts) == 0 {
			return
		}
		pair := held.Doubts[0]
		joined := slices.Clone(claims)
		for i := range joined {
			if joined[i].From.Group == pair.B.Group {
				joined[i].From.Group = pair.A.Group
			}
		}
		rest := slices.Clone(open)
		for i := range rest {
			for _, s := range []*record.Source{&rest[i].A, &rest[i].B} {
				if s.Group == pair.B.Group {
					s.Group = pair.A.Group
				}
			}
		}
		if decided := record.Propose(joined, rest...); decided.Grade != held.Grade {
			t.Fatalf("deciding that they are one changed %s to %s", held.Grade, decided.Grade)
		}
	})
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
