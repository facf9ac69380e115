package estimate

import (
	"context"
	"math"
	"testing"
)

func TestGraphCounts(t *testing.T) {
	t.Parallel()
	// Numbers of labelled chordal graphs.
	for lists, want := range map[int]int{2: 2, 3: 8, 4: 61, 5: 822, 6: 18154} {
		if got := len(decomposable(lists)); got != want {
			t.Errorf("%d lists: %d graphs, want %d", lists, got, want)
		}
	}
}

// TestCliques checks that a graph's cliques and separators hold its dimension:
// vertices and edges are counted once by cliques less separators.
func TestCliques(t *testing.T) {
	t.Parallel()
	for _, g := range decomposable(5) {
		vertices, edges := 0, 0
		for _, c := range g.cliques {
			vertices, edges = vertices+c.size(), edges+c.size()*(c.size()-1)/2
		}
		for _, s := range g.separators {
			vertices, edges = vertices-s.size(), edges-s.size()*(s.size()-1)/2
		}
		if want := Pattern(g.edges).size(); vertices != 5 || edges != want {
			t.Errorf("%010b: %v over %v", g.edges, g.cliques, g.separators)
		}
	}
}

// TestDecomposableTargets holds to what dga 2.0.2 says at the same settings.
func TestDecomposableTargets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file                 string
		delta, mid, low, top float64
	}{
		{"kosovo.csv", 0, 12595, 9827, 16544}, {"kosovo.csv", 0.5, 11323, 4500, 14486}, {"kosovo.csv", 1, 4617, 4408, 6860},
		{"uk5.csv", 0, 22990, 10387, 33508}, {"netherlands5.csv", 0, 49385, 41405, 168992}, {"neworleans5.csv", 0, 869, 511, 1758},
		{"western5.csv", 0, 2132, 1343, 3848}, {"rome_hiv4.csv", 0, 11220, 9404, 14095}, {"diabetes4.csv", 0, 2471, 2376, 2589},
		{"allegheny4.csv", 0, 5131, 4635, 5749}, {"congenital5.csv", 0.5, 616, 588, 655}, {"congenital5.csv", 0, 618, 590, 656},
		{"spina_bifida3.csv", 0, 731, 694, 787}, {"spina_bifida3.csv", 1, 732, 682, 800},
	} {
		tab := kosovo(t)
		if c.file != "kosovo.csv" {
			tab = shared(t, c.file)
		}
		r, err := Decomposable(context.Background(), tab, Settings{Delta: c.delta})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %v: %v (%v-%v) %v", c.file, c.delta, r.Estimate, r.Low, r.High, r.Modes)
		near(t, c.file, r.Estimate, c.mid, 0.005)
		near(t, c.file+" low", r.Low, c.low, 0.005)
		near(t, c.file+" high", r.High, c.top, 0.005)
	}
}

// TestPruningLosesNothing compares the posterior with one in which every graph
// is added up.
func TestPruningLosesNothing(t *testing.T) {
	t.Parallel()
	tab := kosovo(t)
	a := newAverage(tab, 0.5, decomposable(4))
	p, err := a.posterior(context.Background(), 5000, 1)
	if err != nil {
		t.Fatal(err)
	}
	terms := make([]float64, len(a.fixed))
	logs := make([]float64, 5000)
	top := math.Inf(-1)
	for u := range logs {
		a.margins(float64(u+1), terms)
		peak, sum := math.Inf(-1), 0.0
		for i := range a.graphs {
			peak = max(peak, a.graphs[i].weigh(terms))
		}
		for i := range a.graphs {
			sum += math.Exp(a.graphs[i].weigh(terms) - peak)
		}
		logs[u] = peak + math.Log(sum) + a.outside(float64(u+1))
		top = max(top, logs[u])
	}
	total := 0.0
	for _, l := range logs {
		total += math.Exp(l - top)
	}
	for u, l := range logs {
		if want := math.Exp(l-top) / total; math.Abs(p.weight[u]-want) > 1e-12 {
			t.Fatalf("at %d: %g, want %g", u+1, p.weight[u], want)
		}
	}
}

func BenchmarkDecomposable(b *testing.B) {
	tab := shared(b, "netherlands5.csv")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decomposable(context.Background(), tab, Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}
