package estimate

import (
	"context"
	"math"
	"testing"
)

// TestCalibration: the sampler draws from the model that it says, or the ranks
// of the truth would heap up. docs/bench/estimate.md keeps a longer run.
func TestCalibration(t *testing.T) {
	t.Parallel()
	for _, prior := range []Prior{Uniform, Pooled} {
		c, err := Calibrate(context.Background(), 96, 4, 60, prior, 11)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range c.Ranks {
			t.Logf("%s: %s %v chi2 %.1f p %.3f (%d skipped)", prior, r.Quantity, r.Bins, r.Chi2, r.Chance, c.Skipped)
			if r.Chance < 1e-4 || c.Skipped > 10 {
				t.Errorf("%s: the ranks of %s are not uniform: %v", prior, r.Quantity, r.Bins)
			}
		}
	}
}

func TestUpperGamma(t *testing.T) {
	t.Parallel()
	// The 5 % and 0.1 % points of chi-squared with 15 degrees, from any table.
	six(t, upperGamma(7.5, 24.99579/2), 0.05, 1e-6)
	six(t, upperGamma(7.5, 37.69730/2), 0.001, 1e-7)
	six(t, upperGamma(1, 0.3), math.Exp(-0.3), 1e-9)
	for _, x := range []float64{0.01, 0.5, 1, 3.7, 7.9, 8, 40, 1e3, 1e9} {
		want, _ := math.Lgamma(x)
		six(t, lnGammaOf(x), want, 1e-9*(1+math.Abs(want)))
	}
}
