package estimate

import (
	"fmt"
	"math"
	"slices"
)

// Sum adds the answers of one method for parts that share nobody, such as
// places or months: draw k of the sum is the sum of a draw of each part. Parts
// made from one set of lists are independent given who is in which part; what
// they share beyond that (the matching) is carried by [Mix] over sums. A part
// without an interval leaves the sum without one. Give results of one method.
func Sum(parts []Result, seed uint64) Result {
	r := refused(parts[0].Method, "")
	r.Selection, r.Interval, r.Converged = parts[0].Selection, "sum of draws of each part", true
	size, total := 0, 0.0
	for i, p := range parts {
		r.Converged = r.Converged && p.Converged
		total += float64(p.Estimate)
		if i == 0 || len(p.draws) < size {
			size = len(p.draws)
		}
		if !p.Low.Known() {
			r.Warnings = append(r.Warnings, fmt.Sprintf("Part %d has no interval (%s): the sum has none.", i+1, p.Interval))
			size = 0
		}
	}
	r.Estimate = Number(total)
	if !r.Converged {
		r.Estimate = None()
	}
	if size < 100 || !r.Converged {
		r.Interval = "none"
		return r
	}
	r.draws = make([]float64, size)
	for i, p := range parts {
		d := newDice(seed, uint64(i))
		for k, at := range d.Perm(len(p.draws))[:size] {
			r.draws[k] += p.draws[at]
		}
	}
	return r.fromDraws()
}

// each is how many draws of one matching go into a mixture.
const each = 400

// Draws are up to 400 draws behind the interval, sorted and evenly taken, for
// those who pool results of their own.
func (r Result) Draws() []float64 { return evenly(r.draws, each) }

// WithDraws is the result with the draws that Draws gave, as after reading it
// from a file.
func (r Result) WithDraws(sorted []float64) Result {
	r.draws = sorted
	return r
}

// Mix pools the answers of one method to several draws of the matching: the
// posterior is the mixture of theirs, each with the same weight (Sadinle 2018,
// section 4; the variance is then the mean of the variances and the variance of
// the means, as in Rubin 1987). A draw without a number leaves the mixture
// without one when it is more than one in twenty.
func Mix(draws []Result) Result {
	r := refused(draws[0].Method, "")
	r.Selection, r.Interval, r.Converged = draws[0].Selection, "mixture over draws of the matching", true
	without := 0
	for _, d := range draws {
		if len(d.draws) < 100 || !d.Low.Known() {
			without++
			continue
		}
		r.draws = append(r.draws, evenly(d.draws, each)...)
	}
	r.Diagnostics = []Diagnostic{{"matchings", Number(len(draws))}, {"matchings_without_interval", Number(without)}}
	if without*20 > len(draws) || len(r.draws) == 0 {
		r.Converged, r.Interval, r.draws = false, "refused", nil
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d draws of the matching gave no interval: no number is given.", without, len(draws)))
		return r
	}
	r = r.fromDraws()
	within, between := spread(draws)
	r.Diagnostics = append(r.Diagnostics, Diagnostic{"share_of_variance_from_matching", Number(between / (within + between))})
	return r
}

// fromDraws takes estimate and interval from the draws, sorted on the way.
func (r Result) fromDraws() Result {
	slices.Sort(r.draws)
	at := func(q float64) Number { return Number(math.Round(quantile(r.draws, q))) }
	r.Estimate, r.Low, r.High = at(0.5), at((1-level)/2), at((1+level)/2)
	r.Modes = twoModes(0, nil, r.draws)
	r.splitByModes()
	return r
}

// spread is the mean variance of ln N within the draws of the matching, and the
// variance of its means between them.
func spread(draws []Result) (within, between float64) {
	var means []float64
	for _, d := range draws {
		if len(d.draws) == 0 {
			continue
		}
		mean, two := 0.0, 0.0
		for _, v := range d.draws {
			mean += math.Log(v) / float64(len(d.draws))
		}
		for _, v := range d.draws {
			two += (math.Log(v) - mean) * (math.Log(v) - mean) / float64(len(d.draws))
		}
		means = append(means, mean)
		within += two
	}
	grand := 0.0
	for _, m := range means {
		grand += m / float64(len(means))
	}
	for _, m := range means {
		between += (m - grand) * (m - grand) / max(1, float64(len(means)-1))
	}
	return within / float64(len(means)), between
}
