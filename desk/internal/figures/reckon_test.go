package figures_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
)

var killed = figures.Figure{ID: "figure_x", Key: "killed", Status: record.Killed, Unit: record.Persons}

func drawClaims(t *rapid.T) []record.Weighed {
	n := rapid.IntRange(0, 8).Draw(t, "claims")
	out := make([]record.Weighed, n)
	for i := range out {
		w := rapid.SampledFrom(count.Words()).Draw(t, "word")
		b := count.Bound{Word: w}
		if w != count.Unknown {
			b.Value = rapid.Int64Range(0, 60).Draw(t, "value")
		}
		if w == count.Between {
			b.To = b.Value + rapid.Int64Range(0, 30).Draw(t, "width")
		}
		c := record.Weighed{Claim: record.Claim{ID: strconv.Itoa(i), Status: record.Killed, Counts: true, Unit: record.Persons, Bound: b, Asserted: edtf.Date("2017-04-0" + strconv.Itoa(1+i%9))},
			From: record.Source{ID: "s", Group: "g" + strconv.Itoa(i%3), Reliability: rapid.SampledFrom(record.Reliabilities()).Draw(t, "reliability")}}
		switch rapid.IntRange(0, 5).Draw(t, "fate") {
		case 0:
			c.Judgements = []record.Judgement{{Credibility: 5, Standing: record.Refuted, Reason: "shown false"}}
		case 1:
			c.Links = []record.Link{{From: "other", Kind: record.Supersedes, To: c.ID}}
		case 2:
			c.Status = record.Detained
		}
		out[i] = c
	}
	return out
}

func TestReckonProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		r := figures.Reckon(killed, "2017-04-09", claims, nil)
		if len(r.Uses) != len(claims) {
			t.Fatalf("%d of %d claims are accounted for", len(r.Uses), len(claims))
		}
		stated := false
		for i, u := range r.Uses {
			c := claims[i]
			if u.Claim != c.ID || u.Reason.Text == "" {
				t.Fatalf("a claim without a reason: %+v", u)
			}
			gone := c.Superseded() != "" || c.Judgement().Standing == record.Refuted || c.Status != record.Killed || c.From.Reliability == "E"
			if gone == u.Used {
				t.Fatalf("claim %+v used: %v", c, u.Used)
			}
			if u.Used && !r.Range.Contains(c.Range()) {
				t.Fatalf("%+v does not hold %+v", r.Range, c.Range())
			}
			stated = stated || u.Used && !c.Range().Unknown()
		}
		if !stated && !r.Range.Unknown() {
			t.Fatalf("unknown became %+v", r.Range)
		}
		rand.Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
		if again := figures.Reckon(killed, "2017-04-09", claims, nil); again.Range != r.Range || again.Basis != r.Basis {
			t.Fatalf("order matters: %+v and %+v", r.Range, again.Range)
		}
	})
}

func TestSumProperties(t *testing.T) {
	t.Parallel()
	spans := []edtf.Date{"2017-02", "2017-03", "2017-04", "2017-02/2017-03", "2017", "", "2017-03/.."}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "parts")
		parts, ranges := make([]figures.Figure, n), make([]count.Range, n)
		for i := range parts {
			parts[i] = killed
			parts[i].Scope.Span = rapid.SampledFrom(spans).Draw(t, "span")
			parts[i].Scope.Area = rapid.SampledFrom([]string{"", "north", "south"}).Draw(t, "area")
			ranges[i] = count.Bound{Word: count.AtLeast, Value: 3}.Range()
		}
		overlap := false
		for i := range parts {
			for j := range i {
				a1, a2 := parts[i].Scope.Span.Span()
				b1, b2 := parts[j].Scope.Span.Span()
				apart := a2 != "" && b1 != "" && a2 < b1 || b2 != "" && a1 != "" && b2 < a1
				overlap = overlap || !apart
			}
		}
		sum, err := figures.Sum(parts, ranges)
		if overlap != (err != nil) {
			t.Fatalf("parts %+v: overlap %v, error %v", parts, overlap, err)
		}
		if err == nil && sum.Low.N != int64(3*n) {
			t.Fatalf("sum %+v of %d", sum, n)
		}
	})
	other := killed
	other.Status, other.Scope.Span = record.Detained, "2017-03"
	one := killed
	one.Scope.Span = "2017-02"
	if _, err := figures.Sum([]figures.Figure{one, other}, make([]count.Range, 2)); err == nil {
		t.Error("killed and detained were added")
	}
}

func TestRunningTotals(t *testing.T) {
	t.Parallel()
	f := figures.Figure{Status: record.Evacuated, Unit: record.Persons, Running: true}
	total := func(id string, day edtf.Date, b count.Bound) record.Weighed {
		return record.Weighed{Claim: record.Claim{ID: id, Status: record.Evacuated, Counts: true, Unit: record.Persons, Bound: b, Asserted: day, Counted: day}, From: record.Source{Group: id}}
	}
	claims := []record.Weighed{total("may", "2017-05-11", count.Bound{Word: count.AtLeast, Value: 40}), total("december", "2017-12-31", count.Bound{Word: count.Exactly, Value: 106})}
	if r := figures.Reckon(f, "2017-05-11", claims, nil); r.Range != (count.Range{Low: count.Of(40)}) || r.Uses[1].Used {
		t.Errorf("in May: %+v", r)
	}
	r := figures.Reckon(f, "2017-12-31", claims, nil)
	if r.Range != (count.Range{Low: count.Of(106), Best: count.Of(106), High: count.Of(106)}) || r.Uses[0].Used {
		t.Errorf("in December: %+v", r)
	}
	if r = figures.Reckon(f, "2017-12-31", claims, map[string]figures.Exclusion{"december": {Out: true, Reason: "counted twice"}}); r.Range.Low.N != 40 || r.Range.High.Known {
		t.Errorf("without December: %+v", r)
	}
}

func TestNamedListIsAFloor(t *testing.T) {
	t.Parallel()
	f := killed
	f.Basis = figures.NamedList
	c := record.Weighed{Claim: record.Claim{ID: "a", Status: record.Killed, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.Exactly, Value: 7}}, From: record.Source{Group: "a"}}
	if r := figures.Reckon(f, "2017-04-09", []record.Weighed{c}, nil); r.Range != (count.Range{Low: count.Of(7)}) {
		t.Errorf("a list of seven names became %+v", r.Range)
	}
}
