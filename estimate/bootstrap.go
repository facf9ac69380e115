package estimate

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// parallel runs work(worker state, i) for i in 0..n-1 on all cores. Each i must
// write only what is its own: the result does not depend on the order.
func parallel[S any](ctx context.Context, n int, state func() S, work func(S, int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			s := state()
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				work(s, i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// A chooser picks models for the loaded table and returns one estimate of ln n0
// for each way of choosing; NaN where none has a finite estimate.
type chooser func(f *fitter, n float64) []float64

// replicates are what a chooser said of resampled tables and of tables with
// one person less.
type replicates struct {
	boot  [][]float64 // by way of choosing: N of each resample, sorted, failures left out
	lost  []int       // by way of choosing: resamples without a finite estimate
	accel []float64   // the acceleration of BCa
}

// resample draws b multinomial samples from the observed cells and repeats the
// choice in each; it also takes one person out of each cell for the
// acceleration (DiCiccio & Efron 1996, equations 6.6 and 6.7; Chan, Silverman
// & Vincent 2021, section 4).
func resample(ctx context.Context, t Table, ways, b int, seed uint64, choose chooser) (replicates, error) {
	n := float64(t.Observed())
	weights := make([]float64, len(t.Cells))
	for i, c := range t.Cells {
		weights[i] = float64(c.Count)
	}
	out := make([][]float64, b+len(t.Cells))
	type desk struct {
		f       *fitter
		y, draw []float64
	}
	err := parallel(ctx, len(out), func() desk {
		return desk{newFitter(len(t.Lists)), make([]float64, 1<<len(t.Lists)), make([]float64, len(t.Cells))}
	}, func(d desk, i int) {
		people := n
		if i < b {
			newDice(seed, uint64(i)).multinomial(n, weights, n, d.draw)
		} else {
			copy(d.draw, weights)
			d.draw[i-b]--
			people--
		}
		for k, c := range t.Cells {
			d.y[c.On] = d.draw[k]
		}
		d.f.load(d.y)
		out[i] = choose(d.f, people)
		for k := range out[i] {
			out[i][k] = people + math.Exp(out[i][k])
		}
	})
	if err != nil {
		return replicates{}, err
	}
	r := replicates{boot: make([][]float64, ways), lost: make([]int, ways), accel: make([]float64, ways)}
	for k := range ways {
		for _, o := range out[:b] {
			if math.IsNaN(o[k]) || math.IsInf(o[k], 0) {
				r.lost[k]++
				continue
			}
			r.boot[k] = append(r.boot[k], o[k])
		}
		slices.Sort(r.boot[k])
		r.accel[k] = acceleration(out[b:], weights, k)
	}
	return r, nil
}

func acceleration(out [][]float64, weights []float64, way int) float64 {
	sum, people := 0.0, 0.0
	for i, o := range out {
		if !math.IsNaN(o[way]) && !math.IsInf(o[way], 0) {
			sum += weights[i] * o[way]
			people += weights[i]
		}
	}
	two, three := 0.0, 0.0
	for i, o := range out {
		if !math.IsNaN(o[way]) && !math.IsInf(o[way], 0) {
			d := sum/people - o[way]
			two += weights[i] * d * d
			three += weights[i] * d * d * d
		}
	}
	if two == 0 {
		return 0
	}
	return three / (6 * math.Pow(two, 1.5))
}

// bca is the interval of DiCiccio & Efron 1996, equation 2.3. It is missing
// when all resamples lie on one side of the estimate.
func bca(sorted []float64, point, accel, level float64) (low, high Number) {
	under := 0
	for _, v := range sorted {
		if v < point {
			under++
		}
	}
	if under == 0 || under == len(sorted) {
		return None(), None()
	}
	z0 := quantileNormal(float64(under) / float64(len(sorted)))
	end := func(alpha float64) Number {
		z := z0 + quantileNormal(alpha)
		return Number(quantile(sorted, cumulativeNormal(z0+z/(1-accel*z))))
	}
	return end((1 - level) / 2), end((1 + level) / 2)
}

func cumulativeNormal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
func quantileNormal(p float64) float64   { return -math.Sqrt2 * math.Erfcinv(2*p) }

// quantile interpolates between the sorted values (R's type 7).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-2)
	if i < 0 {
		return sorted[0]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// kernels finds the modes of a mixture of bells on ln N: answers that stand
// apart, with a valley under 0.7 of the lower of two peaks, and weigh 5 % or more.
func kernels(centre, weight, sd []float64) []Mode {
	const points = 800
	low, high := math.Inf(1), math.Inf(-1)
	for i, c := range centre {
		low, high = min(low, c-4*sd[i]), max(high, c+4*sd[i])
	}
	density := make([]float64, points)
	total := 0.0
	for k := range density {
		x := low + (high-low)*float64(k)/(points-1)
		for i, c := range centre {
			z := (x - c) / sd[i]
			if z*z < 60 {
				density[k] += weight[i] / sd[i] * math.Exp(-z*z/2)
			}
		}
		total += density[k]
	}
	var out []Mode
	for _, h := range hills(density) {
		mass, at := 0.0, h[0]
		for k := h[0]; k < h[1]; k++ {
			mass += density[k]
			if density[k] > density[at] {
				at = k
			}
		}
		if mass >= 0.05*total {
			out = append(out, Mode{math.Exp(low + (high-low)*float64(at)/(points-1)), mass / total})
		}
	}
	return out
}

// hills splits a curve at its deep valleys into [from, to) ranges.
func hills(v []float64) [][2]int {
	var out [][2]int
	from, peak, valley := 0, 0.0, -1
	for k, x := range v {
		switch {
		case valley >= 0 && x*0.7 > v[valley] && peak*0.7 > v[valley]:
			out = append(out, [2]int{from, valley})
			from, peak, valley = valley, x, -1
		case valley < 0 && x > peak:
			peak = x
		case valley < 0 || x < v[valley]:
			valley = k
		}
		if x > peak {
			peak, valley = x, -1
		}
	}
	return append(out, [2]int{from, len(v)})
}
