package estimate

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// kosovo is the table of Ball, Betts, Scheuren, Dudukovic & Asher 2002: killings
// in Kosovo, March to June 1999, on four lists. It stands in testdata too.
func kosovo(t testing.TB) Table {
	t.Helper()
	return readFile(t, filepath.Join("testdata", "kosovo.csv"))
}

func readFile(t testing.TB, path string) Table {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tab, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// shared reads a table of the shared data; it skips when that is not there.
func shared(t testing.TB, name string) Table {
	t.Helper()
	dir := os.Getenv("WAYLIGHT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(dir, "data", "mse", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the public table %s is not beside this clone (set WAYLIGHT_SHARED)", name)
	}
	return readFile(t, path)
}

func six(t *testing.T, got, want float64, half float64) {
	t.Helper()
	if math.Abs(got-want) > half {
		t.Errorf("got %.4f, want %v ± %v", got, want, half)
	}
}

func TestStepwiseTargets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file       string
		want, half float64
	}{
		{"uk6.csv", 11417.99, 0.005}, {"uk5.csv", 11312.99, 0.005}, {"netherlands6.csv", 111139.4, 0.05}, {"netherlands5.csv", 121521.6, 0.05},
		{"neworleans8.csv", 1183.69, 0.005}, {"neworleans5.csv", 1034.151, 0.0005}, {"western5.csv", 2483.384, 0.0005},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			tab := shared(t, c.file)
			f := newFitter(len(tab.Lists))
			f.load(tab.counts())
			model, fit, ok := f.stepwise(0.02)
			if !ok {
				t.Fatal("no fit")
			}
			t.Log(tab.written(model))
			six(t, float64(tab.Observed())+math.Exp(fit.lnMissing), c.want, c.half)
		})
	}
}

func TestExistence(t *testing.T) {
	t.Parallel()
	tab, err := NewTable([]string{"A", "B", "C"}, []Cell{{1, 40}, {2, 30}, {4, 20}, {3, 6}}) // Chan, Silverman & Vincent 2021, table 2
	if err != nil {
		t.Fatal(err)
	}
	f := newFitter(3)
	f.load(tab.counts())
	for name, c := range map[string]struct {
		model []Pattern
		want  bool
	}{
		"main effects":        {[]Pattern{1, 2, 4}, true},
		"AB has no estimate":  {[]Pattern{1, 2, 4, 3}, false},
		"all pairs: not told": {[]Pattern{1, 2, 4, 3, 5, 6}, false},
	} {
		if got := newLoaded(tab).exists(c.model); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	fit, ok := f.fit([]Pattern{1, 2, 4})
	if !ok {
		t.Fatal("no fit")
	}
	six(t, 96+math.Exp(fit.lnMissing), 539, 0.5)
}

func newLoaded(tab Table) *fitter {
	f := newFitter(len(tab.Lists))
	f.load(tab.counts())
	return f
}

func TestModelCounts(t *testing.T) {
	t.Parallel()
	for lists, want := range map[int]int{2: 1, 3: 8, 4: 113, 5: 6893} {
		if got := len(hierarchical(lists)); got != want {
			t.Errorf("%d lists: %d models, want %d", lists, got, want)
		}
	}
	if got := len(pairwise(5)); got != 1024 {
		t.Errorf("%d pairwise models", got)
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	six(t, tail(0, 2), math.Exp(-2), 1e-15)
	six(t, tail(2, 2), 5*math.Exp(-2), 1e-15)
	six(t, tail(3, 2), 1-5*math.Exp(-2), 1e-15)
}

func TestBestModels(t *testing.T) {
	t.Parallel()
	tab := kosovo(t)
	f := newLoaded(tab)
	var bic, aic candidate
	for i, m := range hierarchical(4) {
		c, ok := f.try(m, float64(tab.Observed()))
		if !ok {
			t.Errorf("%v has no fit", m)
			continue
		}
		if i == 0 || c.bic < bic.bic {
			bic = c
		}
		if i == 0 || c.aic < aic.aic {
			aic = c
		}
	}
	t.Log(tab.written(bic.model), tab.written(aic.model))
	six(t, 4400+math.Exp(bic.fit.lnMissing), 10356.52, 0.005)
	six(t, 4400+math.Exp(aic.fit.lnMissing), 12741, 0.5)
}
