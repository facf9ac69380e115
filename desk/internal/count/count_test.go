package count_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
)

func TestBounds(t *testing.T) {
	t.Parallel()
	n := count.Of
	for _, c := range []struct {
		word      count.Word
		value, to int64
		want      count.Range
	}{
		{count.Exactly, 106, 0, count.Range{Low: n(106), Best: n(106), High: n(106)}},
		{count.Exactly, 0, 0, count.Range{Low: n(0), Best: n(0), High: n(0)}},
		{count.About, 60, 0, count.Range{Best: n(60)}},
		{count.AtLeast, 3, 0, count.Range{Low: n(3)}},
		{count.MoreThan, 100, 0, count.Range{Low: n(101)}},
		{count.UpTo, 20, 0, count.Range{High: n(20)}},
		{count.Between, 3, 20, count.Range{Low: n(3), High: n(20)}},
		{count.Unknown, 0, 0, count.Range{}},
	} {
		b, err := count.New(c.word, c.value, c.to)
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
		}
		if got := b.Range(); got != c.want {
			t.Errorf("%s %d: got %+v, want %+v", c.word, c.value, got, c.want)
		}
	}
	for _, c := range []count.Bound{{Word: "some", Value: 1}, {Word: count.Unknown, Value: 1}, {Word: count.Exactly, Value: -1}, {Word: count.Between, Value: 5, To: 4},
		{Word: count.AtLeast, Value: 1, To: 2}, {Word: count.UpTo, Value: count.Limit + 1}, {}} {
		if _, err := count.New(c.Word, c.Value, c.To); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	r := func(w count.Word, v, to int64) count.Range { return count.Bound{Word: w, Value: v, To: to}.Range() }
	n := count.Of
	for _, c := range []struct {
		name string
		in   []count.Range
		want count.Range
	}{
		{"killed", []count.Range{r(count.AtLeast, 3, 0), r(count.UpTo, 20, 0)}, count.Range{Low: n(3), High: n(20)}},
		{"detained", []count.Range{r(count.MoreThan, 100, 0), {}}, count.Range{Low: n(101)}},
		{"nothing", nil, count.Range{}},
		{"unknown", []count.Range{{}, {}}, count.Range{}},
		{"agreeing", []count.Range{r(count.Exactly, 88, 0), r(count.About, 88, 0)}, count.Range{Low: n(88), Best: n(88), High: n(88)}},
		{"best outside", []count.Range{r(count.Exactly, 88, 0), r(count.About, 90, 0)}, count.Range{Low: n(88)}},
		{"contradiction", []count.Range{r(count.AtLeast, 50, 0), r(count.UpTo, 20, 0)}, count.Range{}},
		{"half contradiction", []count.Range{r(count.AtLeast, 3, 0), r(count.UpTo, 20, 0), r(count.AtLeast, 50, 0)}, count.Range{Low: n(3)}},
		{"two exact", []count.Range{r(count.Exactly, 40, 0), r(count.Exactly, 50, 0)}, count.Range{Low: n(40), High: n(50)}},
	} {
		if got := count.Envelope(c.in...); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// bound draws any valid bound.
func bound(t *rapid.T) count.Bound {
	w := rapid.SampledFrom(count.Words()).Draw(t, "word")
	v := rapid.Int64Range(0, 300).Draw(t, "value")
	to := v + rapid.Int64Range(0, 50).Draw(t, "width")
	switch w {
	case count.Unknown:
		v, to = 0, 0
	case count.Between:
	default:
		to = 0
	}
	b, err := count.New(w, v, to)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ranges(t *rapid.T) []count.Range {
	bs := rapid.SliceOfN(rapid.Custom(bound), 0, 8).Draw(t, "bounds")
	out := make([]count.Range, len(bs))
	for i, b := range bs {
		out[i] = b.Range()
	}
	return out
}

func TestEnvelopeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := ranges(t)
		e := count.Envelope(rs...)
		stated := false
		for _, r := range rs {
			if !e.Contains(r) {
				t.Fatalf("%+v does not hold %+v", e, r)
			}
			stated = stated || !r.Unknown()
		}
		if !stated && !e.Unknown() {
			t.Fatalf("unknown became %+v", e)
		}
		if e.Low.Known && e.High.Known && e.Low.N > e.High.N || e.Best.Known && !(count.Range{Low: e.Low, High: e.High}).Contains(count.Range{Best: e.Best}) {
			t.Fatalf("%+v crosses itself", e)
		}
		rand.Shuffle(len(rs), func(i, j int) { rs[i], rs[j] = rs[j], rs[i] })
		if again := count.Envelope(rs...); again != e {
			t.Fatalf("order matters: %+v and %+v", e, again)
		}
		if more := count.Envelope(append(rs, count.Range{})...); more != e {
			t.Fatalf("an unknown changed %+v to %+v", e, more)
		}
	})
}

func TestAddProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := ranges(t)
		s, err := count.Add(rs...)
		if err != nil {
			t.Fatal(err)
		}
		var low int64
		missing := len(rs) == 0
		for _, r := range rs {
			low += r.Low.N
			missing = missing || !r.Low.Known
		}
		if missing == s.Low.Known || s.Low.Known && s.Low.N != low {
			t.Fatalf("sum of %+v is %+v", rs, s)
		}
		withUnknown, err := count.Add(append(rs, count.Range{})...)
		if err != nil || !withUnknown.Unknown() {
			t.Fatalf("an unknown part counted as zero: %+v", withUnknown)
		}
	})
	if _, err := count.Add(count.Range{Low: count.Of(math.MaxInt64)}, count.Range{Low: count.Of(1)}); err == nil {
		t.Error("a sum overflowed in silence")
	}
}
