package estimate

import (
	"math"
	"slices"
	"strings"
)

// mains are the terms of single lists.
func mains(lists int) []Pattern {
	out := make([]Pattern, lists)
	for j := range out {
		out[j] = 1 << j
	}
	return out
}

// pairs are the terms of two lists: 12, 13, …, 23, …
func pairs(lists int) []Pattern {
	var out []Pattern
	for i := range lists {
		for j := i + 1; j < lists; j++ {
			out = append(out, 1<<i|1<<j)
		}
	}
	return out
}

// hierarchical lists every model that holds with a term all terms within it,
// has all main effects and not the term of all lists: 1, 8, 113 and 6,893
// models for 2, 3, 4 and 5 lists.
func hierarchical(lists int) [][]Pattern {
	var rest []Pattern
	for s := Pattern(1); s < 1<<lists-1; s++ {
		if s.size() > 1 {
			rest = append(rest, s)
		}
	}
	slices.SortFunc(rest, func(a, b Pattern) int {
		if a.size() != b.size() {
			return a.size() - b.size()
		}
		return int(a) - int(b)
	})
	var out [][]Pattern
	has := make([]bool, 1<<lists)
	model := mains(lists)
	for _, t := range model {
		has[t] = true
	}
	var grow func(i int)
	grow = func(i int) {
		if i == len(rest) {
			out = append(out, slices.Clone(model))
			return
		}
		grow(i + 1)
		t := rest[i]
		for j := range lists {
			if part := t &^ (1 << j); part != t && !has[part] {
				return
			}
		}
		has[t] = true
		model = append(model, t)
		grow(i + 1)
		model = model[:len(model)-1]
		has[t] = false
	}
	grow(0)
	return out
}

// pairwise lists every model with main effects and some terms of two lists.
func pairwise(lists int) [][]Pattern {
	two := pairs(lists)
	out := make([][]Pattern, 0, 1<<len(two))
	for s := range 1 << len(two) {
		model := mains(lists)
		for i, t := range two {
			if s>>i&1 == 1 {
				model = append(model, t)
			}
		}
		out = append(out, model)
	}
	return out
}

// written writes a model by its largest terms: [A·B·C,C·D].
func (t Table) written(model []Pattern) string {
	var parts []string
	for i := len(model) - 1; i >= 0; i-- {
		inside := slices.ContainsFunc(model, func(o Pattern) bool { return o != model[i] && o&model[i] == model[i] })
		if !inside {
			parts = append(parts, t.named(model[i]))
		}
	}
	slices.Reverse(parts)
	return "[" + strings.Join(parts, ",") + "]"
}

// A candidate is one model with its fit.
type candidate struct {
	model    []Pattern
	fit      fitted
	aic, bic float64
}

// try fits one model if its estimate exists. k counts all terms, those that an
// empty overlap sends to minus infinity too.
func (f *fitter) try(model []Pattern, n float64) (candidate, bool) {
	if !f.exists(model) {
		return candidate{}, false
	}
	fit, ok := f.fit(model)
	if !ok {
		return candidate{}, false
	}
	k := float64(len(model) + 1)
	return candidate{model, fit, 2*k - 2*fit.like, k*math.Log(n) - 2*fit.like}, true
}

// stepwise begins with the main effects and adds, while its probability is
// under the threshold, the pair whose overlap is the least probable under the
// model so far; a pair is passed over when the larger model has no finite
// unique estimate (Chan, Silverman & Vincent 2021, section 3.3).
func (f *fitter) stepwise(threshold float64) ([]Pattern, fitted, bool) {
	model := mains(f.lists)
	left := pairs(f.lists)
	if !f.exists(model) {
		return nil, fitted{}, false
	}
	best, ok := f.fit(model)
	type option struct {
		term Pattern
		p    float64
	}
	for ok && len(left) > 0 {
		copy(f.sum, f.mu)
		superset(f.sum, f.lists)
		var options []option
		for _, t := range left {
			if p := tail(f.above[t], f.sum[t]); p < threshold {
				options = append(options, option{t, p})
			}
		}
		slices.SortStableFunc(options, func(a, b option) int {
			switch {
			case a.p < b.p:
				return -1
			case a.p > b.p:
				return 1
			}
			return 0
		})
		at := slices.IndexFunc(options, func(o option) bool { return f.exists(append(slices.Clone(model), o.term)) })
		if at < 0 {
			break
		}
		t := options[at].term
		next, did := f.fit(append(slices.Clone(model), t))
		if !did {
			break
		}
		model, best = append(model, t), next
		left = slices.DeleteFunc(left, func(o Pattern) bool { return o == t })
	}
	return model, best, ok
}

// tail is the smaller one-sided probability of x under a Poisson mean.
func tail(x, mean float64) float64 {
	if mean <= 0 {
		return 1
	}
	// Sum outwards from x on the side away from the mean; the terms fall.
	lg, _ := math.Lgamma(x + 1)
	first := math.Exp(x*math.Log(mean) - mean - lg)
	sum, term := first, first
	if x <= mean {
		for k := x; k > 0 && term > sum*1e-17; k-- {
			term *= k / mean
			sum += term
		}
	} else {
		for k := x + 1; term > sum*1e-17; k++ {
			term *= mean / k
			sum += term
		}
	}
	return sum
}
