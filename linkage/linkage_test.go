package linkage

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"waylight/linkage/invented"
)

// scripts gives an invented list, and the person of each record.
func scripts(t testing.TB, seed uint64, people int) *List {
	t.Helper()
	var b bytes.Buffer
	if err := invented.Write(&b, invented.Make(seed, people)); err != nil {
		t.Fatal(err)
	}
	l, err := Read(&b, "invented")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestScripts(t *testing.T) {
	t.Parallel()
	res, err := Link(context.Background(), []*List{scripts(t, 3, 2000)}, Settings{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := judge(res, func(l *List, i int) string { return number(l.ID(i)) }, false)
	t.Logf("precision %.4f recall %.4f F1 %.4f blocking %.4f", s.precision, s.recall, s.f1, s.blocking)
	if s.f1 < 0.97 {
		t.Errorf("F1 %.4f, want at least 0.97", s.f1)
	}
	q := res.Quality()
	t.Logf("expected %+v", q)
	if math.Abs(q.Precision.Value-s.precision) > 0.05 {
		t.Errorf("the model expects a precision of %.3f; it is %.3f", q.Precision.Value, s.precision)
	}
	p := res.Pairs(0.5)[0]
	sum := 0.0
	for _, g := range res.Explain(p.Left, p.Right) {
		sum += g.Bits
	}
	if math.Abs(chance(sum*math.Ln2)-p.Chance) > 1e-4 {
		t.Errorf("the evidence adds up to %.2f bits, the pair says %.6f", sum, p.Chance)
	}
}

// TestSame: seed and workers do not bend the answer.
func TestSame(t *testing.T) {
	t.Parallel()
	var first string
	for _, workers := range []int{1, 3} {
		res, err := Link(context.Background(), []*List{scripts(t, 5, 300)}, Settings{Seed: 9, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := errors.Join(res.WriteClusters(&b), res.WritePairs(&b, 0.01)); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = b.String()
		} else if first != b.String() {
			t.Error("another number of workers gives another answer")
		}
	}
}

func TestConstraints(t *testing.T) {
	t.Parallel()
	l := scripts(t, 5, 300)
	free, err := Link(context.Background(), []*List{l}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	p := free.Pairs(0.99)[0]
	far := 0
	for free.Person[far] == free.Person[p.Left] {
		far++
	}
	ref := func(rec int) Ref { return Ref{"invented", l.ID(rec)} }
	held, err := Link(context.Background(), []*List{l}, Settings{Cannot: [][2]Ref{{ref(p.Left), ref(p.Right)}}, Must: [][2]Ref{{ref(far), ref(p.Left)}}})
	if err != nil {
		t.Fatal(err)
	}
	if held.Person[p.Left] == held.Person[p.Right] {
		t.Error("two records that cannot be one person are")
	}
	if held.Person[p.Left] != held.Person[far] {
		t.Error("two records that must be one person are not")
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":         {"", "the file is empty"},
		"no record":     {"id,name\n", "no record"},
		"old encoding":  {"name\n\xcf\xe5\xf2\xf0 \xc8\xe2\xe0\xed\xee\xe2\n", "not text in UTF-8"},
		"two bytes":     {"\xff\xfen\x00a\x00m\x00e\x00\n\x00", "not text in UTF-8"},
		"doubled id":    {"record_id,name\n1,Anna\n1,Boris\n", "already stands"},
		"no id":         {"record_id,name\n1,Anna\n,Boris\n", "no id"},
		"same column":   {"name,name\na,b\n", "two columns"},
		"short line":    {"id,name\n1,Anna\n2\n", "1 cells where"},
		"open quote":    {"id,name\n1,\"Anna\n", "quotes"},
		"million":       {strings.Repeat("x,", 1_000_000) + "x\n", "KiB"},
		"many columns":  {strings.Repeat("x,", 600) + "x\n", "columns"},
		"nothing usual": {"record_id\n1\n2\n", "no column can be used"},
		"one record":    {"name\nAnna\n", "one record only"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Read(strings.NewReader(c.text), "list")
			if err == nil {
				_, err = Link(context.Background(), []*List{l}, Settings{})
			}
			var p *Problem
			if !errors.As(err, &p) || !strings.Contains(err.Error(), c.want) || p.Todo == "" {
				t.Errorf("got %v, want a problem with %q and what to do", err, c.want)
			}
		})
	}
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", 0.9611}, {"dwayne", "duane", 0.84}, {"dixon", "dicksonx", 0.8133}, {"мария", "мария", 1}, {"", "x", 0}} {
		if got := JaroWinkler(c.a, c.b); math.Abs(got-c.want) > 5e-4 {
			t.Errorf("JaroWinkler(%s, %s) = %.4f, want %.4f", c.a, c.b, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"ab", "ba", 1}, {"ca", "abc", 3}, {"Иванов", "Ивнаов", 1}, {"", "abc", 3}} {
		if got := DamerauLevenshtein(c.a, c.b); got != c.want {
			t.Errorf("DamerauLevenshtein(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	for _, names := range [][]string{{"Евгений", "Yevgeniy", "Evgenii", "Evgenij"}, {"Юлия", "Yulia", "Iuliia", "Julija"}, {"Хамзаев", "Khamzaev", "Hamzaev"}} {
		for _, n := range names {
			if Skeleton(Fold(n)) != Skeleton(Fold(names[0])) {
				t.Errorf("%s and %s: skeletons %s and %s", names[0], n, Skeleton(Fold(names[0])), Skeleton(Fold(n)))
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("id,name,born\n1,Анна,1980-02-03\n2,Anna,03.02.1980\n")
	f.Add("a;b\n\"x;y\";z\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Read(strings.NewReader(text), "list")
		if err != nil {
			return
		}
		for _, c := range l.Columns {
			if len(c.Code) != l.Len {
				t.Fatalf("%d cells in a column of %d", len(c.Code), l.Len)
			}
			for i := range l.Len {
				if !utf8.ValidString(c.Cell(i)) {
					t.Fatal("a cell that is not text was taken")
				}
			}
		}
	})
}

func BenchmarkLink(b *testing.B) {
	for _, people := range []int{1000, 4000, 16000} {
		l := scripts(b, 1, people)
		b.Run(map[int]string{1000: "1k", 4000: "4k", 16000: "16k"}[people], func(b *testing.B) {
			for b.Loop() {
				if _, err := Link(context.Background(), []*List{l}, Settings{Seed: 1}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(l.Len)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// TestSpend: letting go of the cells changes no answer, and the ids stay.
func TestSpend(t *testing.T) {
	t.Parallel()
	written := func(spend bool) string {
		l := scripts(t, 5, 300)
		res, err := Link(context.Background(), []*List{l}, Settings{Seed: 9, Spend: spend})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range l.Columns {
			if gone := c.Values == nil; gone != (spend && c != l.ids) {
				t.Errorf("spend %v: the cells of a column are gone: %v", spend, gone)
			}
		}
		var b bytes.Buffer
		if err := errors.Join(res.WriteClusters(&b), res.WritePairs(&b, 0.05)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if written(true) != written(false) {
		t.Error("another answer")
	}
}
