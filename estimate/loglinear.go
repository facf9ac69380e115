package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// Settings are what a method can be told. The zero value is the usual one.
type Settings struct {
	Seed       uint64
	Bootstraps int     // resamples of a log-linear model; 1000
	Threshold  float64 // of the stepwise choice; 0.02
	Best       int     // models tried anew in each resample at five lists; 60
	Delta      float64 // prior count of a cell for decomposable graphs; 2^-lists
	Bound      int     // largest number of unlisted, as a multiple of the observed; 20
	Chains     int     // of the latent-class sampler; 4
	Classes    int     // largest number of latent classes; 10
	Sweeps     int     // of each chain after warming up, before any extension; 4000
	Prior      Prior   // of the latent classes' chances
	Memory     int64   // bytes that decomposable graphs may hold; 0 is 1 GiB

	doublings int // times that the chains are made twice as long; 5
}

func (s Settings) filled() Settings {
	s.Bootstraps = cmp.Or(s.Bootstraps, 1000)
	s.Threshold = cmp.Or(s.Threshold, 0.02)
	s.Best = cmp.Or(s.Best, 60)
	s.Bound = cmp.Or(s.Bound, 20)
	s.Chains = max(2, cmp.Or(s.Chains, 4))
	s.Classes = max(2, cmp.Or(s.Classes, 10))
	s.doublings = cmp.Or(s.doublings, 5)
	s.Memory = cmp.Or(s.Memory, 1<<30)
	s.Sweeps = max(400, cmp.Or(s.Sweeps, 4000))
	return s
}

// level is that of every interval.
const level = 0.95

// maxLogLinear is how many lists log-linear models take: a table of 2^lists cells.
const maxLogLinear = 10

// LogLinear fits log-linear models. With up to five lists the best of all
// hierarchical models by BIC and by AIC are two results; with any number the
// stepwise choice of pairs is one more. The interval is BCa from multinomial
// resamples in which the choice is repeated; with five lists it is repeated
// among the best models only (Silverman, Chan & Vincent 2024). The error is the
// context's.
func LogLinear(ctx context.Context, t Table, s Settings) ([]Result, error) {
	s = s.filled()
	if len(t.Lists) > maxLogLinear {
		return []Result{refused("loglinear", fmt.Sprintf("Log-linear models take at most %d lists: merge lists of one origin.", maxLogLinear))}, nil
	}
	var out []Result
	around, tried, failed, err := survey(ctx, t)
	if err != nil {
		return nil, err
	}
	if len(t.Lists) <= 5 {
		both, err := byCriterion(ctx, t, s, around)
		if err != nil {
			return nil, err
		}
		out = both
	}
	step, err := byStep(ctx, t, s, around)
	if err != nil {
		return nil, err
	}
	out = append(out, step)
	for i := range out {
		if tried > 0 {
			out[i].Diagnostics = append(out[i].Diagnostics, Diagnostic{"models_fitted", Number(tried - failed)}, Diagnostic{"models_without_finite_estimate", Number(failed)})
		}
		if len(t.Lists) == 2 {
			out[i].Warnings = append(out[i].Warnings, "With two lists nothing can be known about how they depend on each other.")
		}
	}
	return out, nil
}

// survey fits all hierarchical models of up to five lists, all pairwise ones of
// six, and none of more. It returns those with an estimate, the best BIC first.
func survey(ctx context.Context, t Table) (fits []candidate, tried, failed int, err error) {
	var models [][]Pattern
	switch {
	case len(t.Lists) <= 5:
		models = hierarchical(len(t.Lists))
	case len(t.Lists) == 6:
		models = pairwise(6)
	default:
		return nil, 0, 0, nil
	}
	n, y := float64(t.Observed()), t.counts()
	all := make([]candidate, len(models))
	did := make([]bool, len(models))
	err = parallel(ctx, len(models), func() *fitter {
		f := newFitter(len(t.Lists))
		f.load(y)
		return f
	}, func(f *fitter, i int) { all[i], did[i] = f.try(models[i], n) })
	if err != nil {
		return nil, 0, 0, err
	}
	for i, c := range all {
		if did[i] {
			fits = append(fits, c)
		}
	}
	slices.SortStableFunc(fits, func(a, b candidate) int { return cmp.Compare(a.bic, b.bic) })
	return fits, len(all), len(all) - len(fits), nil
}

func byCriterion(ctx context.Context, t Table, s Settings, fits []candidate) ([]Result, error) {
	if len(fits) == 0 {
		return []Result{refused("loglinear", "No model has a finite estimate on these lists.")}, nil
	}
	byAIC := slices.Clone(fits)
	slices.SortStableFunc(byAIC, func(a, b candidate) int { return cmp.Compare(a.aic, b.aic) })
	var models [][]Pattern
	for i := range fits {
		if len(t.Lists) < 5 || i < s.Best/2 {
			models = append(models, fits[i].model)
		}
		if len(t.Lists) == 5 && i < s.Best-s.Best/2 && !slices.ContainsFunc(models, func(m []Pattern) bool { return slices.Equal(m, byAIC[i].model) }) {
			models = append(models, byAIC[i].model)
		}
	}
	rep, err := resample(ctx, t, 2, s.Bootstraps, s.Seed, func(f *fitter, n float64) []float64 {
		bic, aic := candidate{bic: math.Inf(1)}, candidate{aic: math.Inf(1)}
		bic.fit.lnMissing, aic.fit.lnMissing = math.NaN(), math.NaN()
		for _, m := range models {
			c, ok := f.try(m, n)
			if ok && c.bic < bic.bic {
				bic = c
			}
			if ok && c.aic < aic.aic {
				aic = c
			}
		}
		return []float64{bic.fit.lnMissing, aic.fit.lnMissing}
	})
	if err != nil {
		return nil, err
	}
	return []Result{
		chosen(t, "bic", fits[0].model, fits[0].fit, rep, 0, fits),
		chosen(t, "aic", byAIC[0].model, byAIC[0].fit, rep, 1, fits),
	}, nil
}

func byStep(ctx context.Context, t Table, s Settings, fits []candidate) (Result, error) {
	f := newFitter(len(t.Lists))
	f.load(t.counts())
	model, fit, ok := f.stepwise(s.Threshold)
	if !ok {
		r := refused("loglinear", "The model of independent lists has no finite estimate.")
		r.Selection = "stepwise"
		return r, nil
	}
	rep, err := resample(ctx, t, 1, s.Bootstraps, s.Seed, func(f *fitter, _ float64) []float64 {
		_, fit, ok := f.stepwise(s.Threshold)
		if !ok {
			return []float64{math.NaN()}
		}
		return []float64{fit.lnMissing}
	})
	return chosen(t, "stepwise", model, fit, rep, 0, fits), err
}

// chosen puts a result together.
func chosen(t Table, selection string, model []Pattern, fit fitted, rep replicates, way int, fits []candidate) Result {
	n := float64(t.Observed())
	r := refused("loglinear", "")
	r.Selection, r.Model, r.Converged, r.Interval = selection, t.written(model), true, "BCa bootstrap, selection repeated"
	r.Estimate = Number(n + math.Exp(fit.lnMissing))
	tried := len(rep.boot[way]) + rep.lost[way]
	if len(rep.boot[way]) > 1 {
		r.Low, r.High = bca(rep.boot[way], float64(r.Estimate), rep.accel[way], level)
	}
	if !r.Low.Known() {
		r.Interval = "none"
		r.Warnings = append(r.Warnings, "Resampled tables all lie on one side of the estimate: no interval can be given.")
	}
	if rep.lost[way]*20 > tried {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d resampled tables had no finite estimate: the interval leaves them out and is too short.", rep.lost[way], tried))
	}
	for _, p := range model {
		if p.size() == 2 && t.together(p) == 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("Nobody is on both %s: the model says that nobody could be.", t.named(p)))
		}
	}
	r.Diagnostics = append(r.Diagnostics, Diagnostic{"unlisted_share", Number(1 - n/float64(r.Estimate))}, Diagnostic{"resamples_without_estimate", Number(rep.lost[way])})
	if share := 1 - n/float64(r.Estimate); share > 0.9 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%.0f %% of the number are people whom nobody saw.", 100*share))
	}
	r.Modes = twoModes(n, fits, rep.boot[way])
	r.splitByModes()
	r.draws = rep.boot[way]
	return r
}

func (t Table) together(p Pattern) int {
	n := 0
	for _, c := range t.Cells {
		if c.On&p == p {
			n += c.Count
		}
	}
	return n
}

// twoModes looks for answers that fit alike: among the models within 10 of the
// best BIC, weighted by exp(-ΔBIC/2) (Raftery 1995), then among the resamples.
func twoModes(n float64, fits []candidate, boot []float64) []Mode {
	var centre, weight, sd []float64
	for _, c := range fits {
		if c.bic > fits[0].bic+10 {
			break
		}
		missing := math.Exp(c.fit.lnMissing)
		centre = append(centre, math.Log(n+missing))
		weight = append(weight, math.Exp((fits[0].bic-c.bic)/2))
		sd = append(sd, max(0.01, math.Sqrt(c.fit.variance)*missing/(n+missing)))
	}
	if len(centre) > 1 {
		if m := kernels(centre, weight, sd); len(m) > 1 {
			return m
		}
	}
	centre, weight, sd = nil, nil, nil
	if len(boot) < 100 {
		return nil
	}
	boot = evenly(boot, 1000) // enough to see a valley
	logs := make([]float64, len(boot))
	for i, v := range boot {
		logs[i] = math.Log(v)
	}
	// Half of Silverman's rule of thumb, so that valleys are seen.
	width := max(0.02, 0.45*(quantile(logs, 0.75)-quantile(logs, 0.25))/1.34*math.Pow(float64(len(logs)), -0.2))
	for _, v := range logs {
		centre, weight, sd = append(centre, v), append(weight, 1), append(sd, width)
	}
	if m := kernels(centre, weight, sd); len(m) > 1 {
		return m
	}
	return nil
}

// evenly takes at most n of the sorted values, evenly.
func evenly(sorted []float64, n int) []float64 {
	if len(sorted) <= n {
		return sorted
	}
	out := make([]float64, n)
	for k := range out {
		out[k] = quantile(sorted, (float64(k)+0.5)/float64(n))
	}
	return out
}

// splitByModes takes an interval away that shows one of two answers as the
// only one. A mode that lies past an end by less than a tenth counts as shown.
func (r *Result) splitByModes() {
	if len(r.Modes) < 2 {
		return
	}
	r.Warnings = append(r.Warnings, fmt.Sprintf("There are %d answers that fit about alike. One number alone would mislead.", len(r.Modes)))
	for _, m := range r.Modes {
		if m.Estimate < float64(r.Low)/1.1 || m.Estimate > float64(r.High)*1.1 {
			r.Low, r.High, r.Interval = None(), None(), "refused: it would hide a mode"
			return
		}
	}
}
