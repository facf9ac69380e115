package linkage

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func linked(t *testing.T, lists []*List, set Settings) *Result {
	t.Helper()
	res, err := Link(context.Background(), lists, set)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// parts gives the records of one invented list as several lists.
func parts(t *testing.T, l *List, names ...string) (out []*List) {
	t.Helper()
	for k, name := range names {
		var b bytes.Buffer
		for i, c := range l.Columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(c.Header)
		}
		b.WriteByte('\n')
		for rec := range l.Len {
			if rec%len(names) != k {
				continue
			}
			for i, c := range l.Columns {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(c.Cell(rec))
			}
			b.WriteByte('\n')
		}
		part, err := Read(&b, name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part)
	}
	return out
}

// TestIdsStay: when a list is added, clusters keep their ids, and what split and
// merged is said.
func TestIdsStay(t *testing.T) {
	t.Parallel()
	lists := parts(t, scripts(t, 11, 600), "first", "second", "third")
	before := linked(t, lists[:2], Settings{Seed: 1})
	var file bytes.Buffer
	if err := before.WriteClusters(&file); err != nil {
		t.Fatal(err)
	}
	previous, err := ReadClusters(&file, "clusters")
	if err != nil {
		t.Fatal(err)
	}
	after := linked(t, lists, Settings{Seed: 1, Previous: previous})
	same, moved := 0, 0
	rec := 0
	for _, l := range lists[:2] {
		for i := range l.Len {
			if after.Cluster(rec) == previous[Ref{l.Name, l.ID(i)}] {
				same++
			} else {
				moved++
			}
			rec++
		}
	}
	ch := after.Changes()
	if moved > same/20 {
		t.Errorf("%d records have another id, %d the same", moved, same)
	}
	ids := map[string]int32{}
	for rec := range after.Person {
		id := after.Cluster(rec)
		if p, ok := ids[id]; ok && p != after.Person[rec] {
			t.Fatalf("two clusters are named %s", id)
		}
		ids[id] = after.Person[rec]
	}
	if len(ids) != after.People || ch.Kept+ch.New != after.People {
		t.Errorf("%d ids for %d people; %d kept and %d new", len(ids), after.People, ch.Kept, ch.New)
	}
	for _, g := range ch.Gone {
		if _, ok := ids[g]; ok {
			t.Errorf("%s is said to be gone", g)
		}
	}
	// A split and a merge that we force.
	p := before.Pairs(0.99)[0]
	a, b := before.ref(p.Left), before.ref(p.Right)
	far := 0
	for before.Person[far] == before.Person[p.Left] || before.allowed(far, p.Left) != nil {
		far++
	}
	forced := linked(t, lists[:2], Settings{Seed: 1, Previous: previous, Cannot: [][2]Ref{{a, b}}, Must: [][2]Ref{{before.ref(far), a}}})
	ch = forced.Changes()
	if !slices.ContainsFunc(ch.Split, func(c Change) bool { return c.Cluster == previous[a] && len(c.With) > 1 }) {
		t.Errorf("the split of %s is not told: %+v", previous[a], ch.Split)
	}
	if !slices.ContainsFunc(ch.Merged, func(c Change) bool { return slices.Contains(c.With, previous[before.ref(far)]) }) {
		t.Errorf("the merge is not told: %+v", ch.Merged)
	}
	// The same lists again change nothing.
	again := linked(t, lists[:2], Settings{Seed: 1, Previous: previous})
	if ch := again.Changes(); ch.New != 0 || len(ch.Gone)+len(ch.Split)+len(ch.Merged) != 0 {
		t.Errorf("nothing changed, and %+v is told", ch)
	}
}

func (res *Result) ref(rec int) Ref {
	l, i := res.at(rec)
	return Ref{l.Name, l.ID(i)}
}

func (res *Result) allowed(a, b int) error {
	if !res.run.allowed(uint32(a), uint32(b)) {
		return errors.New("both on a list without doubles")
	}
	return nil
}

// TestReviewed: what reviewers say is kept to, and brings the estimate of
// precision and recall nearer to the truth.
func TestReviewed(t *testing.T) {
	t.Parallel()
	truth := func(l *List, i int) string { return number(l.ID(i)) }
	l := scripts(t, 21, 1500)
	free := linked(t, []*List{l}, Settings{Seed: 1})
	var rows strings.Builder
	rows.WriteString("left,right,same\n")
	for _, q := range free.Questions(150) {
		verdict := "no"
		if truth(l, q.Left) == truth(l, q.Right) {
			verdict = "да"
		}
		rows.WriteString(free.Name(q.Left) + "," + free.Name(q.Right) + "," + verdict + "\n")
	}
	reviews, err := ReadReviewed(strings.NewReader(rows.String()), "reviewed")
	if err != nil {
		t.Fatal(err)
	}
	if len(reviews) < 50 {
		t.Fatalf("%d pairs to review; the list is too easy", len(reviews))
	}
	taught := linked(t, []*List{l}, Settings{Seed: 1, Reviewed: reviews})
	at := map[string]int{}
	for i := range l.Len {
		at[l.ID(i)] = i
	}
	for _, v := range reviews {
		if (taught.Person[at[v.Left.Record]] == taught.Person[at[v.Right.Record]]) != v.Same {
			t.Errorf("%s and %s: the verdict is %v", v.Left.Record, v.Right.Record, v.Same)
		}
	}
	before, after := judge(free, truth, false), judge(taught, truth, false)
	t.Logf("F1 %.4f without, %.4f with %d reviewed pairs", before.f1, after.f1, len(reviews))
	if after.f1 < before.f1 {
		t.Errorf("F1 fell from %.4f to %.4f", before.f1, after.f1)
	}
	if free.run.model.m == taught.run.model.m {
		t.Error("the model learnt nothing from reviewed pairs")
	}
	q := taught.Quality()
	t.Logf("expected %+v", q)
	if q.Reviewed != len(reviews) || math.Abs(q.Precision.Value-after.precision) > 0.03 {
		t.Errorf("precision %.4f is expected after %d reviews, and is %.4f", q.Precision.Value, q.Reviewed, after.precision)
	}
	for _, x := range taught.Questions(1000) {
		if slices.ContainsFunc(reviews, func(v Review) bool {
			return at[v.Left.Record] == x.Left && at[v.Right.Record] == x.Right
		}) {
			t.Error("a reviewed pair is asked again")
		}
	}
}

func TestReviewedProblems(t *testing.T) {
	t.Parallel()
	l := scripts(t, 5, 50)
	id := l.Columns[0].Cell
	for name, c := range map[string]struct{ text, want string }{
		"no column":    {"a,b\n1,2\n", "no column left"},
		"no verdict":   {"left,right,same\ninvented:1-1,invented:2-2,maybe\n", "line 2"},
		"no list":      {"left,right,same\n1-1,2-2,yes\n", "LIST:ID"},
		"no record":    {"left,right,same\ninvented:x,invented:y,yes\n", "that no list has"},
		"both":         {"left,right,same\ninvented:" + id(0) + ",invented:" + id(1) + ",yes\ninvented:" + id(1) + ",invented:" + id(0) + ",no\n", "contradict"},
		"round a ring": {"left,right,same\ninvented:" + id(0) + ",invented:" + id(1) + ",1\ninvented:" + id(1) + ",invented:" + id(2) + ",1\ninvented:" + id(0) + ",invented:" + id(2) + ",0\n", "contradict"},
	} {
		t.Run(name, func(t *testing.T) {
			reviews, err := ReadReviewed(strings.NewReader(c.text), "reviewed")
			if err == nil {
				_, err = Link(context.Background(), []*List{l}, Settings{Reviewed: reviews})
			}
			var p *Problem
			if !errors.As(err, &p) || !strings.Contains(err.Error(), c.want) || p.Todo == "" {
				t.Errorf("got %v, want a problem with %q", err, c.want)
			}
		})
	}
}

// TestDraws: the draws keep to the constraints, agree on what is sure, follow the
// chance of a pair, and are the same for one seed.
func TestDraws(t *testing.T) {
	t.Parallel()
	lists := parts(t, scripts(t, 31, 900), "first", "second", "third")
	res := linked(t, lists, Settings{Seed: 1})
	draws, err := res.Draws(context.Background(), 40, 7)
	if err != nil {
		t.Fatal(err)
	}
	sum, low, high := 0.0, math.MaxInt, 0
	for _, d := range draws {
		people := 0
		for _, c := range d.Cells {
			people += c.Count
			if c.Pattern == 0 || c.Pattern >= 8 || c.Count < 1 {
				t.Fatalf("cell %+v", c)
			}
		}
		if people != d.People {
			t.Fatalf("%d people in the cells, %d said", people, d.People)
		}
		sum += float64(people)
		low, high = min(low, people), max(high, people)
	}
	t.Logf("%d people; the draws have %.1f, %d to %d; the truth is 900", res.People, sum/40, low, high)
	if math.Abs(sum/40-float64(res.People)) > 0.02*float64(res.People) || low == high {
		t.Errorf("the draws have %.1f people (%d to %d), the clusters %d", sum/40, low, high, res.People)
	}
	again := linked(t, lists, Settings{Seed: 1, Workers: 3})
	same, err := again.Draws(context.Background(), 40, 7)
	if err != nil {
		t.Fatal(err)
	}
	for i := range same {
		if !slices.Equal(same[i].Cells, draws[i].Cells) {
			t.Fatal("the same seed gives other draws with other workers")
		}
	}
	var file bytes.Buffer
	if err := res.WriteDraws(&file, draws); err != nil || !strings.HasPrefix(file.String(), "draw,first,second,third,count\n1,1,0,0,") {
		t.Errorf("%v %.60q", err, file.String())
	}
	for _, n := range []int{0, -1, 1_000_000} {
		var p *Problem
		if _, err := res.Draws(context.Background(), n, 1); !errors.As(err, &p) {
			t.Errorf("%d draws: %v", n, err)
		}
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := res.Draws(stopped, 5, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped run gives %v", err)
	}
}

// TestDrawsFollowTheChance: two records are one person in as many draws as their
// chance says, and never where they cannot be.
func TestDrawsFollowTheChance(t *testing.T) {
	t.Parallel()
	lists := parts(t, scripts(t, 31, 900), "first", "second", "third")
	res := linked(t, lists, Settings{Seed: 1})
	near := map[int]int{}
	pairs := res.Pairs(0.005)
	for _, p := range pairs {
		near[p.Left]++
		near[p.Right]++
	}
	w, tested := res.run.weights(math.Inf(-1)), 0
	for _, e := range res.edges {
		p := chance(float64(e.weight))
		if near[int(e.a)] != 1 || near[int(e.b)] != 1 || p < 0.05 || p > 0.95 {
			continue
		}
		tested++
		const n = 3000
		s := newSampler(res, w, newComparer(res.run), []uint32{min(e.a, e.b), max(e.a, e.b)}, []edge{e}, dice(uint64(tested)))
		together := 0
		for range n {
			s.round()
			if s.group[0] == s.group[1] {
				together++
			}
		}
		if got := float64(together) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("together in %.3f of the draws, the chance is %.3f", got, p)
		}
	}
	if tested == 0 {
		t.Fatal("no pair in doubt stands alone; take another seed")
	}
	t.Logf("%d pairs", tested)
}

func dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }
