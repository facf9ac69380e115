package estimate

import (
	"context"
	"math"
	"slices"
	"testing"
)

// TestKosovoLatentClass holds to the long run of LCMCR: median 10,444, 95 %
// 9,029 to 13,917. Its seeds have a standard deviation of 100 at an effective
// size near 180; ours is 200 or more.
func TestKosovoLatentClass(t *testing.T) {
	t.Parallel()
	r, err := LatentClass(context.Background(), kosovo(t), Settings{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v %v %v %v", r.Estimate, r.Low, r.High, r.Diagnostics)
	if !r.Converged || math.Abs(float64(r.Estimate)-10444) > 300 {
		t.Errorf("%v, want 10444 within 300: %v", r.Estimate, r.Warnings)
	}
	near(t, "low", r.Low, 9029, 0.05)
	near(t, "high", r.High, 13917, 0.08)
}

// TestNetherlandsLatentClass: one answer with a short interval would be wrong.
func TestNetherlandsLatentClass(t *testing.T) {
	t.Parallel()
	r, err := LatentClass(context.Background(), shared(t, "netherlands5.csv"), Settings{Seed: 1, Sweeps: 400})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v %v %v %v %v", r.Estimate, r.Low, r.High, r.Modes, r.Diagnostics)
	if r.Converged && len(r.Modes) < 2 {
		t.Errorf("one confident answer: %v (%v to %v)", r.Estimate, r.Low, r.High)
	}
}

// TestDiagnostics gives the check chains of which the answer is known.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	d := newDice(5, 5)
	chains := func(shift, rho float64) [][]float64 {
		out := make([][]float64, 4)
		for i := range out {
			x := d.NormFloat64()
			for range 2000 {
				x = rho*x + math.Sqrt(1-rho*rho)*d.NormFloat64()
				out[i] = append(out[i], x+shift*float64(i))
			}
		}
		return out
	}
	if c := check(chains(0, 0)); c.rHat > 1.01 || math.Abs(c.bulk/8000-1) > 0.15 {
		t.Errorf("independent draws: %+v", c)
	}
	// An AR(1) chain has n(1-rho)/(1+rho) effective draws.
	if c := check(chains(0, 0.8)); math.Abs(c.bulk/(8000*0.2/1.8)-1) > 0.25 {
		t.Errorf("dependent draws: %+v", c)
	}
	// One chain is worth a quarter of four.
	if one := EffectiveDraws(chains(0, 0.8)[:1]); math.Abs(one/(2000*0.2/1.8)-1) > 0.35 {
		t.Errorf("one chain: %v", one)
	}
	if c := check(chains(1, 0)); c.agree() || c.rHat < 1.2 {
		t.Errorf("chains apart: %+v", c)
	}
}

// TestLatentCounts: whatever the chain does, its counts are those of the table.
func TestLatentCounts(t *testing.T) {
	t.Parallel()
	tab := kosovo(t)
	l := newLatent(tab, 10, 3, 1, 4400, false)
	for range 500 {
		l.sweep()
		share, left := 0.0, 0.0
		for c := range l.k {
			none := math.Exp(l.lnV[c] + left)
			for i := range l.lists {
				none *= 1 - l.lambda[i*l.k+c]
			}
			share, left = share+math.Abs(l.base[c]-none), left+l.lnRest[c]
		}
		if share > 1e-12 {
			t.Fatal("after the exchange of classes the shares are not those of the chances")
		}
		seen, unseen := 0.0, 0.0
		for c := range l.k {
			seen, unseen = seen+l.seen[c], unseen+l.unseen[c]
		}
		if seen != 4400 || unseen != l.hidden || l.lost {
			t.Fatalf("%v seen, %v of %v unseen", seen, unseen, l.hidden)
		}
	}
}

func BenchmarkSweep(b *testing.B) {
	l := newLatent(kosovo(b), 10, 1, 1, 4400, false)
	for b.Loop() {
		l.sweep()
	}
}

// TestSlopes holds the slopes of the glide against differences of its height.
func TestSlopes(t *testing.T) {
	t.Parallel()
	for _, spread := range []float64{1, 8} {
		l := newLatent(kosovo(t), 5, 1, 1, 4400, false)
		g := l.slide
		g.yes, g.no = 0.7, 1.9
		for i := range g.at {
			g.at[i] = spread * l.d.NormFloat64()
		}
		g.climb(true)
		slope := slices.Clone(g.slope)
		for i, s := range slope {
			const h = 1e-5
			at := g.at[i]
			g.at[i] = at + h
			above := g.climb(true)
			g.at[i] = at - h
			below := g.climb(true)
			g.at[i] = at
			six(t, (above-below)/(2*h), s, 1e-3*(1+math.Abs(s)))
		}
	}
}
