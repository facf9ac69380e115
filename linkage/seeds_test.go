package linkage

import (
	"bytes"
	"testing"

	"waylight/linkage/invented"
)

func census(t testing.TB, seed uint64, records int) *List {
	t.Helper()
	var b bytes.Buffer
	if err := (invented.Census{Seed: seed, Records: records}).Write(&b); err != nil {
		t.Fatal(err)
	}
	l, err := Read(&b, "census")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestSeeds: no target hangs on one seed. The invented lists have other people
// and other errors with each.
func TestSeeds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("forty lists take a minute")
	}
	fewest := map[string]Kind{"age": Ignore, "phone_number": Ignore}
	for k, v := range few {
		fewest[k] = v
	}
	for _, c := range []struct {
		name  string
		list  func(seed uint64) *List
		set   map[string]Kind
		seeds uint64
		least float64
	}{
		{"scripts", func(seed uint64) *List { return scripts(t, seed, 400) }, nil, 24, 0.97},
		{"census", func(seed uint64) *List { return census(t, seed, 2000) }, nil, 20, 0.98},
		{"census, few columns", func(seed uint64) *List { return census(t, seed, 2000) }, fewest, 20, 0.80},
	} {
		worst, sum := 1.0, 0.0
		for seed := range c.seeds {
			res := linked(t, []*List{c.list(100 + seed)}, Settings{Columns: c.set, Seed: seed})
			s := judge(res, func(l *List, i int) string { return number(l.ID(i)) }, false)
			worst, sum = min(worst, s.f1), sum+s.f1
			if s.f1 < c.least {
				t.Errorf("%s, seed %d: F1 %.4f (precision %.4f, recall %.4f, blocking %.4f), want at least %.2f", c.name, seed, s.f1, s.precision, s.recall, s.blocking, c.least)
			}
		}
		t.Logf("%s: worst F1 %.4f, mean %.4f over %d seeds", c.name, worst, sum/float64(c.seeds), c.seeds)
	}
}

// TestKeysAsked: settings can name keys of every sort, and the plan keeps to them.
func TestKeysAsked(t *testing.T) {
	t.Parallel()
	l := census(t, 1, 2000)
	set := Settings{Blocks: [][]string{{"surname q-grams", "date_of_birth"}, {"sorted: surname", "given_name"}, {"sorted from the end: suburb"}, {"soc_sec_id first half"}}}
	res := linked(t, []*List{l}, set)
	s := judge(res, func(l *List, i int) string { return number(l.ID(i)) }, false)
	if len(res.Passes()) != 4 || s.blocking < 0.8 {
		t.Errorf("keys %q bring %.3f of the matches together", res.Passes(), s.blocking)
	}
	// What is learnt can be given back.
	free := linked(t, []*List{l}, Settings{})
	if free.Found() < 0.95 {
		t.Errorf("the keys learnt say that they find %.3f", free.Found())
	}
	var back [][]string
	for _, p := range free.Passes() {
		back = append(back, []string{p})
	}
	again := linked(t, []*List{l}, Settings{Blocks: back})
	if len(again.Passes()) != len(free.Passes()) {
		t.Errorf("%d keys were given back, %d are used", len(back), len(again.Passes()))
	}
	// No pair is brought twice, and the plan knows what it brought.
	seen := map[[2]uint32]bool{}
	res.run.plan.pairs(1, 1, func() bool { return false }, func(_, _ int, a, b uint32) {
		p := [2]uint32{min(a, b), max(a, b)}
		if seen[p] || !res.run.plan.blocked(int(a), int(b)) {
			t.Fatalf("pair %v came twice, or is unknown to the plan", p)
		}
		seen[p] = true
	})
}
