package figures

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
)

// cell is a figure of an invented incident with one number, or with a range.
func cell(area, population string, low, high int64) (Figure, Public) {
	f := Figure{Key: area + "/" + population, Population: population, Scope: Scope{Incident: "incident_x", Area: area}}
	p := Public{Key: f.Key, Range: count.Range{Low: count.Number{Known: true, N: low}, High: count.Number{Known: true, N: high}}, Sources: []PublicSource{{Name: "x"}}}
	if low == high {
		p.Range.Best = p.Range.Low
	}
	if f.Part() && small(p.Range) {
		p.suppress()
	}
	return f, p
}

// table makes figures of "area/population low[-high]" and gives the keys of those that are not shown.
func table(cells ...string) (hidden []string, ps []Public) {
	var fs []Figure
	for _, c := range cells {
		key, n, _ := strings.Cut(c, " ")
		area, population, _ := strings.Cut(key, "/")
		var low, high int64
		if k, _ := fmt.Sscanf(n, "%d-%d", &low, &high); k == 1 {
			high = low
		}
		f, p := cell(area, population, low, high)
		fs, ps = append(fs, f), append(ps, p)
	}
	withhold(fs, ps)
	for _, p := range ps {
		if p.Suppressed {
			hidden = append(hidden, p.Key)
		}
	}
	return hidden, ps
}

// TestWithhold: nobody can reckon a small group from what is shown, and no more is withheld than needed.
func TestWithhold(t *testing.T) {
	t.Parallel()
	for want, cells := range map[string][]string{
		"":                {"/ 30", "/minors 10", "/women 12", "a/ 20"},
		"/minors":         {"/ 30", "/minors 3", "/women 12"},
		"/adults":         {"/ 30", "/adults 27"},                             // three are no adults
		"b/ c/":           {"/ 30", "a/ 18", "b/ 10", "c/ 2"},                 // c could be reckoned
		"a/minors":        {"/ 60", "a/ 30", "b/ 30", "a/minors 28"},          // two of a are none
		"b/minors":        {"/ 60", "/minors 20", "a/minors 9", "b/minors 8"}, // three minors live elsewhere
		"/adults /minors": {"/ 30", "/adults 28-29", "/minors 1-2"},
	} {
		hidden, ps := table(cells...)
		slices.Sort(hidden)
		if got := strings.Join(hidden, " "); got != want {
			t.Errorf("%v: withheld %q, not %q", cells, got, want)
		}
		for _, p := range ps {
			if p.Suppressed && (p.Range != count.Range{} || p.Sources != nil || p.Method != nil) {
				t.Errorf("%s is withheld and still tells its number", p.Key)
			}
		}
	}
	// Figures of another thing, another time or another incident are no parts of this one.
	f, p := cell("", "", 30, 30)
	g, q := cell("", "adults", 27, 27)
	for _, change := range []func(*Figure){func(x *Figure) { x.Status = "killed" }, func(x *Figure) { x.Scope.Incident = "incident_y" }, func(x *Figure) { x.Scope.Span = "2017-03" }} {
		o, ps := g, []Public{p, q}
		change(&o)
		if withhold([]Figure{f, o}, ps); ps[1].Suppressed {
			t.Errorf("%+v is withheld for another's sake", o)
		}
	}
}

// TestWithholdHolds: whatever the table, no remainder of one part or of all parts that are shown is a small group.
func TestWithholdHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "parts")
		numbers := rapid.SliceOfN(rapid.Int64Range(0, 40), n, n).Draw(t, "numbers")
		rest := rapid.Int64Range(0, 8).Draw(t, "rest")
		whole := rest
		var cells []string
		for i, k := range numbers {
			whole += k
			cells = append(cells, fmt.Sprintf("a%d/ %d", i, k))
		}
		cells = append(cells, fmt.Sprintf("/ %d", whole))
		_, ps := table(cells...)
		left, shown := whole, 0
		for i, p := range ps[:n] {
			if p.Suppressed {
				continue
			}
			left, shown = left-numbers[i], shown+1
			if d := whole - numbers[i]; numbers[i] < Smallest || d > 0 && d < Smallest {
				t.Fatalf("%v: %s is shown", cells, p.Key)
			}
		}
		if shown > 0 && left > 0 && left < Smallest {
			t.Fatalf("%v: %d can be reckoned", cells, left)
		}
		if ps[n].Suppressed {
			t.Fatal("the whole is withheld")
		}
	})
}
