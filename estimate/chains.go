package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

func lowest(p Pattern) int { return bits.TrailingZeros32(uint32(p)) }

const (
	kept    = 1000 // draws of a chain that the diagnostics see
	maxRHat = 1.05
	minSize = 200 // effective draws for an interval
)

// LatentClass runs over-dispersed chains of the latent-class model
// (Manrique-Vallier 2016) side by side, makes them longer until they agree, and
// refuses a number when they do not: rank-normalised split R-hat over 1.05, or
// fewer than 200 effective draws in the bulk or the tails of ln(unlisted)
// (Vehtari and others 2021). The estimate is the posterior median. It takes
// three lists or more. The error is the context's.
func LatentClass(ctx context.Context, t Table, s Settings) (Result, error) {
	s = s.filled()
	if len(t.Lists) < 3 {
		return refused("latent-class", "The latent-class model takes three lists or more."), nil
	}
	chains := make([]*latent, s.Chains)
	for i := range chains {
		start := []float64{0.2, 1, 4, 15}[i%4] * (1 + float64(i/4)) * float64(t.Observed())
		chains[i] = newLatent(t, s.Classes, s.Seed, uint64(i), math.Round(start), s.pooled(len(t.Lists)))
	}
	sweeps := s.Sweeps
	draws, err := advance(ctx, chains, max(1000, sweeps/5), 1)
	for _, c := range chains {
		c.warming = false
	}
	done := 0
	for range s.doublings + 1 {
		if err != nil {
			return Result{}, err
		}
		thin := max(1, sweeps/kept)
		if draws, err = advance(ctx, chains, sweeps, thin); err != nil {
			return Result{}, err
		}
		done = sweeps
		if c := check(draws); c.agree() {
			break
		}
		// What was drawn so far becomes the warming up of twice as many.
		sweeps *= 2
	}
	return settle(t, chains, draws, done), nil
}

// advance makes sweeps in every chain and keeps ln(unlisted + 1/2) of every
// thin-th.
func advance(ctx context.Context, chains []*latent, sweeps, thin int) ([][]float64, error) {
	out := make([][]float64, len(chains))
	err := parallel(ctx, len(chains), func() struct{} { return struct{}{} }, func(_ struct{}, i int) {
		for k := range sweeps {
			if k%512 == 0 && ctx.Err() != nil {
				return
			}
			chains[i].sweep()
			if (k+1)%thin == 0 {
				if (k+1)%(10*thin) == 0 {
					chains[i].predict()
				}
				out[i] = append(out[i], math.Log(chains[i].hidden+0.5))
			}
		}
	})
	return out, err
}

// settle makes a result of the draws, or a refusal.
func settle(t Table, chains []*latent, draws [][]float64, sweeps int) Result {
	n := float64(t.Observed())
	r := refused("latent-class", "")
	c := check(draws)
	r.Model = fmt.Sprintf("at most %d classes, %s prior, %d chains of %d sweeps", chains[0].k, priorName(chains[0].pooled), len(chains), sweeps)
	r.Diagnostics = []Diagnostic{{"r_hat", Number(c.rHat)}, {"effective_draws_bulk", Number(c.bulk)}, {"effective_draws_tail", Number(c.tail)}}
	lost := false
	var all []float64
	for i, d := range draws {
		all = append(all, d...)
		one := slices.Sorted(slices.Values(d))
		r.Diagnostics = append(r.Diagnostics, Diagnostic{fmt.Sprintf("chain_%d_median", i+1), Number(math.Round(n + math.Exp(quantile(one, 0.5)) - 0.5))})
		lost = lost || chains[i].lost
	}
	switch {
	case lost:
		r.Warnings = append(r.Warnings, "The number of unlisted people grew without bound: these lists do not limit it. No number is given.")
		return r
	case !c.agree():
		r.Interval = "refused: the chains disagree"
		r.Warnings = append(r.Warnings, fmt.Sprintf("The chains disagree or moved too little (R-hat %.2f, %.0f effective draws): no number is given.", c.rHat, min(c.bulk, c.tail)))
		return r
	}
	slices.Sort(all)
	at := func(q float64) Number { return Number(n + math.Max(0, math.Round(math.Exp(quantile(all, q))-0.5))) }
	r.Converged, r.Interval = true, "posterior quantiles"
	r.Estimate, r.Low, r.High = at(0.5), at((1-level)/2), at((1+level)/2)
	r.Diagnostics = append(r.Diagnostics, Diagnostic{"unlisted_share", Number(1 - n/float64(r.Estimate))})
	p := fits(chains)
	r.Diagnostics = append(r.Diagnostics, Diagnostic{"posterior_predictive_p", p})
	if p < 0.01 {
		r.Warnings = append(r.Warnings, "The model does not reproduce the lists (posterior predictive check): do not publish its number.")
	}
	r.draws = expand(n, all)
	r.Modes = twoModes(n, nil, r.draws)
	r.splitByModes()
	return r
}

func expand(n float64, logs []float64) []float64 {
	out := make([]float64, len(logs))
	for i, v := range logs {
		out[i] = n + math.Exp(v)
	}
	return out
}

// checked is how far chains agree.
type checked struct{ rHat, bulk, tail float64 }

func (c checked) agree() bool { return c.rHat <= maxRHat && c.bulk >= minSize && c.tail >= minSize }

// EffectiveDraws is how many independent draws chains of one quantity are worth
// in the bulk: what results give as effective_draws_bulk. The chains are of one
// length, eight draws or more. Other samplers are measured by it too.
func EffectiveDraws(chains [][]float64) float64 { return check(chains).bulk }

// check is the rank-normalised split R-hat, the larger of location and scale,
// and the effective sizes of bulk and tails (Vehtari, Gelman, Simpson,
// Carpenter & Bürkner 2021, sections 3.1, 3.2 and 4).
func check(chains [][]float64) checked {
	var halves [][]float64
	var all []float64
	for _, c := range chains {
		h := len(c) / 2
		halves = append(halves, c[:h], c[len(c)-h:])
		all = append(all, c...)
	}
	slices.Sort(all)
	middle := quantile(all, 0.5)
	fold := apply(halves, func(v float64) float64 { return math.Abs(v - middle) })
	ranked := normalised(halves)
	c := checked{rHat: max(rHat(ranked), rHat(normalised(fold))), bulk: effective(ranked), tail: math.Inf(1)}
	for _, q := range []float64{0.05, 0.95} {
		edge := quantile(all, q)
		c.tail = min(c.tail, effective(apply(halves, func(v float64) float64 {
			if v <= edge {
				return 1
			}
			return 0
		})))
	}
	return c
}

func apply(chains [][]float64, f func(float64) float64) [][]float64 {
	out := make([][]float64, len(chains))
	for i, c := range chains {
		for _, v := range c {
			out[i] = append(out[i], f(v))
		}
	}
	return out
}

// normalised replaces values by the normal scores of their ranks, ties sharing
// one.
func normalised(chains [][]float64) [][]float64 {
	type place struct{ chain, at int }
	var order []place
	out := make([][]float64, len(chains))
	for i, c := range chains {
		out[i] = make([]float64, len(c))
		for k := range c {
			order = append(order, place{i, k})
		}
	}
	value := func(p place) float64 { return chains[p.chain][p.at] }
	slices.SortFunc(order, func(a, b place) int { return cmp.Compare(value(a), value(b)) })
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && value(order[to]) == value(order[from]) {
			to++
		}
		rank := float64(from+to+1) / 2
		z := quantileNormal((rank - 3.0/8) / (float64(len(order)) + 1.0/4))
		for _, p := range order[from:to] {
			out[p.chain][p.at] = z
		}
		from = to
	}
	return out
}

// spreads are the mean within-chain variance and the pooled one.
func spreads(chains [][]float64) (within, pooled float64) {
	m, l := float64(len(chains)), float64(len(chains[0]))
	means, grand := make([]float64, len(chains)), 0.0
	for i, c := range chains {
		for _, v := range c {
			means[i] += v / l
		}
		grand += means[i] / m
	}
	between := 0.0
	for i, c := range chains {
		between += (means[i] - grand) * (means[i] - grand) / (m - 1)
		for _, v := range c {
			within += (v - means[i]) * (v - means[i]) / (l - 1) / m
		}
	}
	return within, within*(l-1)/l + between
}

func rHat(chains [][]float64) float64 {
	within, pooled := spreads(chains)
	if within == 0 {
		return math.Inf(1) // nothing moved
	}
	return math.Sqrt(pooled / within)
}

// effective is the effective number of draws by Geyer's initial monotone
// sequence over all chains (equations 10 to 13).
func effective(chains [][]float64) float64 {
	within, pooled := spreads(chains)
	m, l := len(chains), len(chains[0])
	if within == 0 || l < 4 {
		return 0
	}
	rho := func(lag int) float64 {
		sum := 0.0
		for _, c := range chains {
			mean := 0.0
			for _, v := range c {
				mean += v / float64(l)
			}
			for k := lag; k < l; k++ {
				sum += (c[k] - mean) * (c[k-lag] - mean) / float64(l) / float64(m)
			}
		}
		return 1 - (within-sum*float64(l)/float64(l-1))/pooled
	}
	time, last := -1.0, math.Inf(1)
	for lag := 0; lag+1 < l; lag += 2 {
		pair := rho(lag) + rho(lag+1)
		if pair <= 0 {
			break
		}
		last = min(last, pair)
		time += 2 * last
	}
	size := float64(m * l)
	return size / max(time, 1/math.Log10(size))
}
