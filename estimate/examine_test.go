package estimate

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestExamine: on the Kosovo table the averaging over graphs is known to move
// with delta from 12,595 to 4,617 (dga 2.0.2), and the examination says so.
func TestExamine(t *testing.T) {
	t.Parallel()
	tab := kosovo(t)
	e, err := Examine(context.Background(), tab, Settings{Seed: 1, Sweeps: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Usual) != 2 || len(e.Sensitivity) != 7 || len(e.Without) != 8 || len(e.Pairs) != 6 {
		t.Fatalf("%+v", e)
	}
	found := false
	for _, v := range e.Sensitivity {
		t.Logf("%+v", v)
		if v.Method == "decomposable" && v.Changed == "delta 1" {
			found = true
			near(t, v.Changed, v.Estimate, 4617, 0.005)
			if !v.Moved {
				t.Error("4,617 instead of 12,595 is not called moved")
			}
		}
	}
	if !found || !slices.ContainsFunc(e.Warnings, func(s string) bool { return strings.Contains(s, "delta 1: 4617") }) {
		t.Errorf("%v", e.Warnings)
	}
	for _, v := range e.Without {
		t.Logf("%+v", v)
	}
	// ABA and OSCE: 217+181+32+27 people on both; with EXH or HRW, or both, known.
	for _, p := range e.Pairs {
		if p.Lists == [2]string{"ABA", "OSCE"} {
			both, neither := 181+32+27+0.5, 1131.0+306+106+0.5
			aba, osce := 177+31+18+0.5, 228+123+42+0.5
			if p.Both != 457 || math.Abs(float64(p.Odds)-both*neither/(aba*osce)) > 1e-9 {
				t.Errorf("%+v", p)
			}
			six(t, float64(p.Two), 1529.0*1787/458-1, 1e-9)
		}
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	tab := kosovo(t)
	less, err := tab.Without(1)
	if err != nil || !slices.Equal(less.Lists, []string{"EXH", "OSCE", "HRW"}) {
		t.Fatal(less, err)
	}
	// 845 are on ABA alone. OSCE alone takes in those on ABA and OSCE.
	if less.Observed() != 4400-845 || less.Cells[1] != (Cell{2, 936 + 217}) {
		t.Errorf("%v", less)
	}
}

// TestSumOfParts: the sum of independent parts has the sum of their variances.
func TestSumOfParts(t *testing.T) {
	t.Parallel()
	part := func(mean, sd float64) Result {
		r := refused("latent-class", "")
		r.Converged = true
		for k := range 4000 {
			r.draws = append(r.draws, mean+sd*quantileNormal((float64(k)+0.5)/4000))
		}
		return r.fromDraws()
	}
	s := Sum([]Result{part(1000, 30), part(2000, 40)}, 1)
	near(t, "estimate", s.Estimate, 3000, 0.002)
	near(t, "width", s.High-s.Low, 2*1.96*50, 0.05)
	none := part(1000, 30)
	none.Low, none.High = None(), None()
	if s := Sum([]Result{none, part(5, 1)}, 1); s.Low.Known() || len(s.Warnings) == 0 {
		t.Errorf("%+v", s)
	}
	// A mixture: the variance within and between (Rubin 1987).
	var draws []Result
	for k := range 50 {
		draws = append(draws, part(1000+50*quantileNormal((float64(k)+0.5)/50), 30))
	}
	m := Mix(draws)
	near(t, "mixture", m.Estimate, 1000, 0.005)
	near(t, "its width", m.High-m.Low, 2*1.96*math.Sqrt(30*30+50*50), 0.06)
	share := diagnosticOf(m, "share_of_variance_from_matching")
	if math.Abs(share-2500.0/3400) > 0.06 {
		t.Errorf("share of the matching %v", share)
	}
	draws[3].Low, draws[9].Low, draws[11].Low = None(), None(), None()
	if m := Mix(draws); m.Estimate.Known() || m.Converged {
		t.Errorf("%+v", m)
	}
}

func diagnosticOf(r Result, name string) float64 {
	for _, d := range r.Diagnostics {
		if d.Name == name {
			return float64(d.Value)
		}
	}
	return math.NaN()
}

// TestPredictive: the latent classes reproduce lists that classes made, and
// not such that no classes of independent lists could make: each person on
// exactly two of four lists.
func TestPredictive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cells []Cell
		least float64
		most  float64
	}{
		"classes":  {[]Cell{{1, 300}, {2, 280}, {4, 310}, {8, 290}, {3, 60}, {5, 62}, {9, 58}, {6, 61}, {10, 57}, {12, 60}, {7, 13}, {11, 12}, {13, 13}, {14, 12}, {15, 3}}, 0.05, 1},
		"two each": {[]Cell{{3, 500}, {5, 500}, {9, 500}, {6, 500}, {10, 500}, {12, 500}}, 0, 0.01},
	} {
		tab, err := NewTable([]string{"A", "B", "C", "D"}, c.cells)
		if err != nil {
			t.Fatal(err)
		}
		l := newLatent(tab, 2, 1, 1, 1000, false)
		for k := range 6000 {
			l.sweep()
			if k > 1000 && k%10 == 0 {
				l.predict()
			}
		}
		if p := float64(fits([]*latent{l})); p < c.least || p > c.most {
			t.Errorf("%s: posterior predictive p %v", name, p)
		}
	}
}
