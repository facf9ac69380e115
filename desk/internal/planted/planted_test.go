package planted

import (
	"os"
	"strings"
	"testing"

	"waylight/desk/internal/guard"
)

// TestRecall plants the same people as the bench, fewer of them, and holds the guard
// to the bars that it prints. WAYLIGHT_LEAKGUARD=all plants all.
func TestRecall(t *testing.T) {
	t.Parallel()
	plan := Plan{Seed: 3, People: 100, Drafts: 25, Forms: 40, Words: 200}
	if os.Getenv("WAYLIGHT_LEAKGUARD") == "all" {
		plan.People, plan.Drafts = 2000, 500
	}
	r := Run(plan)
	least := map[Group]int{Near: 800, Whole: 800, Hidden: 200, Spot: 200}
	for _, g := range []Group{Near, Whole, Hidden, Spot} {
		planted, found := r.Group(g)
		t.Logf("%s: %d of %d", g, found, planted)
		if planted < least[g] || found*1000 < planted*Bar {
			t.Errorf("%s: %d of %d were found, want %d of 1,000", g, found, planted, Bar)
		}
	}
	if r.Words < 20_000 || r.Alarms*1000 >= r.Words {
		t.Errorf("%d alarms in %d words: %q", r.Alarms, r.Words, r.Examples)
	}
	for _, c := range r.Forms {
		if c.Found*1000 < c.Planted*Bar {
			t.Logf("%s, %s: %d of %d, such as %q", c.Group, c.Form, c.Found, c.Planted, c.Missed)
		}
	}
}

// A guard that knows nobody finds nobody: the measure can fail.
func TestMeasureCanFail(t *testing.T) {
	t.Parallel()
	strangers, of := Index(77, guard.Key{9}, People(77, 50))
	people := People(3, 50)
	all := forms()
	out := Recall{Forms: make([]Count, len(all))}
	for i, f := range all {
		out.Forms[i] = Count{Form: f.name, Group: f.group}
	}
	d := draft{}
	for i, f := range all {
		if words := f.write(rng(3, 1), people[i%50]); words != "" {
			d.plant(rng(3, 2), i%50, i, f.lang, words)
		}
	}
	out.look(d, strangers, people, all, of)
	planted, found := out.Group(Near)
	if planted < 60 || found*10 > planted {
		t.Errorf("%d of %d people were found by a guard that does not know them", found, planted)
	}
}

// The same seed gives the same drafts, another one others, and nobody has a number
// that could ring.
func TestSeed(t *testing.T) {
	t.Parallel()
	all := forms()
	one := func(seed uint64) draft {
		return write(rng(seed, 0), Plan{Seed: seed, Drafts: 1, Forms: 10, Words: 100}, 0, "ru", People(seed, 3), all)
	}
	a, b, c := strings.Join(one(1).paragraphs, "\n"), strings.Join(one(1).paragraphs, "\n"), strings.Join(one(2).paragraphs, "\n")
	if a != b || a == c {
		t.Error("a seed does not give its drafts alone")
	}
	for _, p := range People(1, 100) {
		if strings.HasPrefix(p.Phone, "+7") && !strings.HasPrefix(p.Phone, "+7 200 ") {
			t.Errorf("%s may be somebody's", p.Phone)
		}
	}
}

// TestCombinations: an age, a profession and a village together are found, and people whom nobody
// protects are not stopped for theirs. A guard that knows no facts finds none: the measure can fail.
func TestCombinations(t *testing.T) {
	t.Parallel()
	const n = 3000
	x, _ := Index(5, guard.Key{5}, People(5, n))
	c := Combine(5, x, n, 100)
	if (c.Stopped+c.Asked)*100 < c.Three*95 || c.TwoFound*100 < c.Two*95 || c.Two == 0 {
		t.Errorf("found %d and %d of %d, %d of %d; such as %q", c.Stopped, c.Asked, c.Three, c.TwoFound, c.Two, c.Missed)
	}
	if c.OthersStopped*100 >= c.Others || c.Sole == 0 {
		t.Errorf("%d of %d sentences about others are stopped", c.OthersStopped, c.Others)
	}
	if c := Combine(5, guard.NewIndex(guard.Key{5}), n, 10); c.Stopped+c.Asked+c.TwoFound > 0 || c.Three == 0 {
		t.Errorf("an empty guard finds %d of %d", c.Stopped+c.Asked, c.Three)
	}
}
