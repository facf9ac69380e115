package estimate

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Decomposable averages over all decomposable graphs and all numbers of
// unlisted people from 1 to Bound·n (Madigan & York 1997): hyper-Dirichlet prior
// with Delta per cell, every graph alike, N with weight 1/N. The estimate is the
// posterior median. It takes three to six lists. The error is the context's.
//
// It keeps one number for each N, and the terms of the 2^lists margins for a
// short run of N: some MiB, whatever the number of graphs.
func Decomposable(ctx context.Context, t Table, s Settings) (Result, error) {
	s = s.filled()
	lists := len(t.Lists)
	if lists < 3 || lists > 6 {
		return refused("decomposable", "Averaging over graphs takes three to six lists; merge lists of one origin."), nil
	}
	delta := s.Delta
	if delta == 0 {
		delta = math.Pow(2, -float64(lists))
	}
	limit := s.Bound * t.Observed()
	if t.Observed() > maxUnlisted/s.Bound {
		return refused("decomposable", fmt.Sprintf("More than %d numbers would have to be tried: give a smaller bound.", maxUnlisted)), nil
	}
	a := newAverage(t, delta, decomposable(lists))
	stride := 1 + int(8*int64(limit)/max(1, s.Memory/2)) // every number, if they fit into memory
	p, err := a.posterior(ctx, limit, stride)
	if err != nil {
		return Result{}, err
	}
	r := refused("decomposable", "")
	r.Converged = true
	n := float64(t.Observed())
	r.Estimate, r.Low, r.High = Number(n+p.quantile(0.5)), Number(n+p.quantile((1-level)/2)), Number(n+p.quantile((1+level)/2))
	r.Interval = "posterior quantiles"
	r.Model = fmt.Sprintf("%d graphs, delta %.4g, at most %d unlisted", len(a.graphs), delta, limit)
	r.Diagnostics = []Diagnostic{{"unlisted_share", Number(1 - n/float64(r.Estimate))}, {"mean", Number(n + p.mean())}, {"weight_near_bound", Number(p.tail())}, {"numbers_stepped_by", Number(stride)}}
	for _, other := range []float64{math.Pow(2, -float64(lists)), 0.5, 1} {
		q := p
		if other != delta {
			// Every 20,000th part of the range is near enough to tell a prior's pull.
			if q, err = newAverage(t, other, a.graphs).posterior(ctx, limit, max(stride, limit/20000)); err != nil {
				return Result{}, err
			}
		}
		r.Diagnostics = append(r.Diagnostics, Diagnostic{fmt.Sprintf(atDelta+"%.4g", other), Number(n + q.quantile(0.5))})
		if m := n + q.quantile(0.5); m > 1.25*float64(r.Estimate) || m < float64(r.Estimate)/1.25 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("With delta %.4g the answer is %.0f: it rests on the prior.", other, m))
		}
	}
	if p.tail() > 0.01 {
		r.Warnings = append(r.Warnings, "The bound on the number of unlisted people cuts the answer off: the upper end is the bound's, not the lists'.")
	}
	r.draws = p.sample(n, 2000)
	r.Modes = p.modes(n)
	if len(r.Modes) > 1 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("There are %d answers that fit about alike. One number alone would mislead.", len(r.Modes)))
	}
	return r, nil
}

// atDelta begins the names of diagnostics with the answer under another prior.
const atDelta = "estimate_at_delta_"

// maxUnlisted bounds the work: a number for each N is kept.
const maxUnlisted = 50_000_000

// An average holds what does not depend on the number of unlisted people.
type average struct {
	graphs []graph
	n      float64
	fixed  []float64 // by margin: all terms but that of the empty cell, and the constant
	zero   []float64 // by margin: seen people on none of its lists, and delta of its cells
	total  float64   // 2^lists · delta
}

func newAverage(t Table, delta float64, graphs []graph) *average {
	lists := len(t.Lists)
	a := &average{graphs: graphs, n: float64(t.Observed()), fixed: make([]float64, 1<<lists), zero: make([]float64, 1<<lists), total: delta * math.Pow(2, float64(lists))}
	ln := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	for c := Pattern(1); c < 1<<lists; c++ {
		cellDelta := a.total / math.Pow(2, float64(c.size()))
		seen := map[Pattern]float64{}
		for _, cell := range t.Cells {
			seen[cell.On&c] += float64(cell.Count)
		}
		sum := ln(a.total) - ln(cellDelta)
		for s := c; s > 0; s = (s - 1) & c { // every filled cell of the margin but the empty one
			if seen[s] > 0 {
				sum += ln(seen[s]+cellDelta) - ln(cellDelta)
			}
		}
		a.fixed[c], a.zero[c] = sum, seen[0]+cellDelta
	}
	return a
}

// margins are the terms of every margin at one number of unlisted people
// (Dawid & Lauritzen 1993, section 7; Madigan & York 1997, equation 3).
func (a *average) margins(unlisted float64, out []float64) {
	all, _ := math.Lgamma(a.n + unlisted + a.total)
	for c := 1; c < len(out); c++ {
		z, _ := math.Lgamma(a.zero[c] + unlisted)
		out[c] = a.fixed[c] + z - all
	}
}

func (g *graph) weigh(terms []float64) float64 {
	w := 0.0
	for _, c := range g.cliques {
		w += terms[c]
	}
	for _, s := range g.separators {
		w -= terms[s]
	}
	return w
}

// outside is what all graphs share at one number of unlisted people:
// ln N! - ln n0!, and the prior -ln N.
func (a *average) outside(unlisted float64) float64 {
	return lnFactorial(a.n+unlisted) - lnFactorial(unlisted) - math.Log(a.n+unlisted)
}

// A posterior has the weight of 1, 1+stride, … unlisted people; the weights add
// up to 1.
type posterior struct {
	weight []float64
	stride int
}

// posterior first walks a coarse grid to find the peak and the graphs that
// weigh anything (e^-35 of the peak over the whole range is nothing), then adds
// those up at every number.
func (a *average) posterior(ctx context.Context, limit, stride int) (posterior, error) {
	peaks := make([]float64, len(a.graphs))
	for i := range peaks {
		peaks[i] = math.Inf(-1)
	}
	terms := make([]float64, len(a.fixed))
	for u := 1.0; u <= float64(limit); u = math.Max(u+1, math.Floor(u*1.01)) {
		a.margins(u, terms)
		out := a.outside(u)
		for i := range a.graphs {
			peaks[i] = max(peaks[i], a.graphs[i].weigh(terms)+out)
		}
	}
	top := slices.Max(peaks)
	var keep []graph
	for i, p := range peaks {
		if p > top-35-math.Log(float64(limit)) {
			keep = append(keep, a.graphs[i])
		}
	}
	p := posterior{make([]float64, (limit-1)/stride+1), stride}
	const run = 1024
	err := parallel(ctx, (len(p.weight)+run-1)/run, func() []float64 { return make([]float64, len(a.fixed)) }, func(terms []float64, block int) {
		for at := block * run; at < min(len(p.weight), (block+1)*run); at++ {
			u := float64(1 + at*stride)
			a.margins(u, terms)
			out := a.outside(u) - top
			for i := range keep {
				if w := keep[i].weigh(terms) + out; w > -60 {
					p.weight[at] += math.Exp(w)
				}
			}
		}
	})
	if err != nil {
		return p, err
	}
	total := 0.0
	for _, w := range p.weight {
		total += w
	}
	for i := range p.weight {
		p.weight[i] /= total
	}
	return p, nil
}

// quantile is the smallest number of unlisted people whose share reaches q.
func (p posterior) quantile(q float64) float64 {
	sum := 0.0
	for i, w := range p.weight {
		if sum += w; sum >= q {
			return float64(1 + i*p.stride)
		}
	}
	return float64(1 + (len(p.weight)-1)*p.stride)
}

// sample is m evenly spaced quantiles of n plus the unlisted.
func (p posterior) sample(n float64, m int) []float64 {
	out := make([]float64, 0, m)
	sum := 0.0
	for i, w := range p.weight {
		sum += w
		for len(out) < m && (float64(len(out))+0.5)/float64(m) <= sum {
			out = append(out, n+float64(1+i*p.stride))
		}
	}
	return out
}

func (p posterior) mean() float64 {
	m := 0.0
	for i, w := range p.weight {
		m += w * float64(1+i*p.stride)
	}
	return m
}

// tail is the share in the last fortieth below the bound, times forty: about 1
// when the posterior is flat up to the bound.
func (p posterior) tail() float64 {
	sum := 0.0
	for _, w := range p.weight[len(p.weight)*39/40:] {
		sum += w
	}
	return 40 * sum
}

// modes gathers the posterior on a grid of ln N.
func (p posterior) modes(n float64) []Mode {
	const points = 400
	low, high := math.Log(n+1), math.Log(n+float64(len(p.weight)*p.stride))
	grid := make([]float64, points)
	for i, w := range p.weight {
		grid[min(points-1, int((math.Log(n+float64(1+i*p.stride))-low)/(high-low)*points))] += w
	}
	var centre, weight, sd []float64
	for k, w := range grid {
		if w > 1e-9 {
			centre, weight, sd = append(centre, low+(high-low)*(float64(k)+0.5)/points), append(weight, w), append(sd, 2*(high-low)/points)
		}
	}
	return several(kernels(centre, weight, sd))
}

// several are modes when there are two or more.
func several(m []Mode) []Mode {
	if len(m) < 2 {
		return nil
	}
	return m
}
