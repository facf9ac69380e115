package estimate

import "math"

// A fitter fits Poisson log-linear models to one table by Newton's method,
// which for these is IRLS (Bishop, Fienberg & Holland 1975, chapter 6).
//
// Terms and cells are patterns: the term {i,j} stands in the cells that
// contain it. Sums over "all cells that contain a term" are then one pass of
// the zeta transform, so that a step costs lists·2^lists and the solving of a
// small system. A fitter keeps its working space and is not safe to share.
type fitter struct {
	lists int
	y     []float64 // by pattern; y[0] is not known and stays 0
	above []float64 // above[t]: people whose pattern contains t
	full  bool      // no cell is empty
	live  []bool    // cells that the model can fill
	mu    []float64
	sum   []float64
	beta  []float64
	score []float64
	info  []float64
	step  []float64
	last  []float64
	work  []float64
	terms []Pattern // the fitted ones: the empty term first
}

func newFitter(lists int) *fitter {
	n := 1 << lists
	return &fitter{lists: lists, y: make([]float64, n), above: make([]float64, n), live: make([]bool, n), mu: make([]float64, n), sum: make([]float64, n)}
}

func (f *fitter) load(y []float64) {
	copy(f.y, y)
	copy(f.above, y)
	superset(f.above, f.lists)
	f.full = true
	for _, v := range y[1:] {
		f.full = f.full && v > 0
	}
}

// superset replaces each v[t] by the sum of v over the patterns that contain t.
func superset(v []float64, lists int) {
	for j := range lists {
		bit := 1 << j
		for s := range v {
			if s&bit == 0 {
				v[s] += v[s|bit]
			}
		}
	}
}

// subset replaces each v[s] by the sum of v over the patterns within s.
func subset(v []float64, lists int) {
	for j := range lists {
		bit := 1 << j
		for s := range v {
			if s&bit != 0 {
				v[s] += v[s&^bit]
			}
		}
	}
}

// prepare drops what an empty overlap sends to minus infinity: the cells that
// contain it and the terms that contain it. This is the extended maximum
// likelihood estimate of Chan, Silverman & Vincent 2021, section 3.
func (f *fitter) prepare(model []Pattern) {
	f.terms = append(f.terms[:0], 0)
	for s := range f.live {
		f.live[s] = s != 0
	}
	for _, t := range model {
		if f.above[t] > 0 {
			f.terms = append(f.terms, t)
			continue
		}
		for s := range f.live {
			if Pattern(s)&t == t {
				f.live[s] = false
			}
		}
	}
}

// fit fits the model (terms besides the intercept, closed downwards). It
// returns ln n0, its variance and the log-likelihood; false when no fit was
// reached. Call prepare and check existence before.
func (f *fitter) fit(model []Pattern) (fitted, bool) {
	f.prepare(model)
	p := len(f.terms)
	f.beta, f.score, f.step = resize(f.beta, p), resize(f.score, p), resize(f.step, p)
	f.info = resize(f.info, p*p)
	f.begin()
	if !f.solve(f.beta) {
		return fitted{}, false
	}
	like := f.refresh()
	for range 200 {
		copy(f.sum, f.mu)
		superset(f.sum, f.lists)
		worst := 0.0
		for i, t := range f.terms {
			f.score[i] = f.above[t] - f.sum[t]
			worst = max(worst, math.Abs(f.score[i])/(1+f.above[t]))
		}
		f.fillInfo()
		if worst < 1e-10 {
			break
		}
		if !f.solve(f.step) {
			return fitted{}, false
		}
		next, ok := f.walk(like)
		if !ok && worst > 1e-7 {
			return fitted{}, false
		}
		if !ok {
			break
		}
		like = next
	}
	f.fillInfo()
	variance, ok := f.firstVariance()
	return fitted{lnMissing: f.beta[0], variance: variance, like: like}, ok && !math.IsNaN(like)
}

// fitted is what remains of a fit.
type fitted struct{ lnMissing, variance, like float64 }

func resize(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}

// begin sets the working response at mu = y + 0.1, as glm in R does.
func (f *fitter) begin() {
	z := resize(f.work, len(f.y))
	f.work = z
	for s := range f.mu {
		f.mu[s], z[s] = 0, 0
		if f.live[s] {
			m := f.y[s] + 0.1
			f.mu[s], z[s] = m, m*math.Log(m)+f.y[s]-m
		}
	}
	copy(f.sum, f.mu)
	superset(f.sum, f.lists)
	superset(z, f.lists)
	for i, t := range f.terms {
		f.score[i] = z[t]
	}
	f.fillInfo()
}

// fillInfo takes the information matrix from the sums: the cells that contain
// two terms are those that contain their union.
func (f *fitter) fillInfo() {
	p := len(f.terms)
	for i, a := range f.terms {
		for j, b := range f.terms[:i+1] {
			f.info[i*p+j] = f.sum[a|b]
		}
	}
}

// refresh computes mu at beta and returns the log-likelihood.
func (f *fitter) refresh() float64 {
	clear(f.mu)
	for i, t := range f.terms {
		f.mu[t] = f.beta[i]
	}
	subset(f.mu, f.lists)
	like := 0.0
	for s := range f.mu {
		if !f.live[s] {
			f.mu[s] = 0
			continue
		}
		eta := f.mu[s]
		f.mu[s] = math.Exp(eta)
		like -= f.mu[s]
		if f.y[s] > 0 {
			like += f.y[s] * eta
		}
	}
	return like
}

// walk goes the step, halved until the likelihood does not fall.
func (f *fitter) walk(like float64) (float64, bool) {
	before := append(f.last[:0], f.beta...)
	f.last = before
	for scale := 1.0; scale > 1e-9; scale /= 2 {
		for i := range f.beta {
			f.beta[i] = before[i] + scale*f.step[i]
		}
		if next := f.refresh(); next >= like-1e-12*math.Abs(like) {
			return next, true
		}
	}
	copy(f.beta, before)
	f.refresh()
	return like, false
}

// solve solves info·x = score by Cholesky, in place in info.
func (f *fitter) solve(x []float64) bool {
	p := len(f.terms)
	if !cholesky(f.info, p) {
		return false
	}
	copy(x, f.score)
	backSolve(f.info, x, p)
	return true
}

// firstVariance is the variance of the intercept: ln n0.
func (f *fitter) firstVariance() (float64, bool) {
	p := len(f.terms)
	if !cholesky(f.info, p) {
		return 0, false
	}
	clear(f.step)
	f.step[0] = 1
	backSolve(f.info, f.step, p)
	return f.step[0], true
}

func cholesky(a []float64, p int) bool {
	for i := range p {
		row := a[i*p : i*p+i+1]
		for j := range i {
			other := a[j*p : j*p+j+1]
			s := row[j]
			for k := range j {
				s -= row[k] * other[k]
			}
			row[j] = s / other[j]
		}
		d := row[i]
		for k := range i {
			d -= row[k] * row[k]
		}
		if !(d > 1e-13*row[i]) {
			return false
		}
		row[i] = math.Sqrt(d)
	}
	return true
}

func backSolve(l, x []float64, p int) {
	for i := range p {
		s := x[i]
		for k := range i {
			s -= l[i*p+k] * x[k]
		}
		x[i] = s / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		s := x[i]
		for k := i + 1; k < p; k++ {
			s -= l[k*p+i] * x[k]
		}
		x[i] = s / l[i*p+i]
	}
}
