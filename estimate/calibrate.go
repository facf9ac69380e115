package estimate

import (
	"context"
	"math"
	"slices"
)

// A Calibration is what simulation-based calibration of the latent-class
// sampler found (Talts, Betancourt, Simpson, Vehtari & Gelman 2018): for each
// quantity the ranks of the truth among draws from the posterior. They are
// uniform when the sampler draws from the model that it says.
type Calibration struct {
	Tables  int      `json:"tables"`
	Lists   int      `json:"lists"`
	People  int      `json:"people"` // on the lists of each table
	Prior   Prior    `json:"prior"`
	Ranks   []Ranked `json:"ranks"`
	Skipped int      `json:"skipped"` // tables in which the truth was past all measure
}

// Ranked is how often the rank of one quantity fell into each of the bins.
type Ranked struct {
	Quantity string  `json:"quantity"`
	Bins     []int   `json:"bins"`
	Chi2     float64 `json:"chi2"`    // of uniform bins; len(Bins)-1 degrees of freedom
	Chance   float64 `json:"p_value"` // of a chi2 as large
}

const (
	ranksOf   = 63 // draws that the truth is ranked among: 64 ranks, 16 bins of 4
	rankBins  = 16
	rankThin  = 15
	rankStart = 600
)

// Calibrate draws parameters from the prior, a table of people from them, and
// asks the sampler for the parameters back, tables times. The number of people
// on lists is fixed: under the weight 1/N it says nothing about the other
// parameters, so what is left of the model is a proper one. The error is the
// context's.
func Calibrate(ctx context.Context, tables, lists, people int, prior Prior, seed uint64) (Calibration, error) {
	c := Calibration{Tables: tables, Lists: lists, People: people, Prior: prior}
	pooled := prior == Pooled
	ranks := make([][]int, tables)
	err := parallel(ctx, tables, func() struct{} { return struct{}{} }, func(_ struct{}, i int) {
		l, truth := invent(newDice(seed, uint64(2*i)), lists, people, pooled)
		if l == nil {
			return
		}
		chain := newLatent(*l, 5, seed, uint64(2*i+1), float64(people), pooled)
		for range rankStart {
			chain.sweep()
		}
		chain.warming = false
		rank, ties := make([]int, len(truth)), make([]int, len(truth))
		for range ranksOf {
			for range rankThin {
				chain.sweep()
			}
			for k, v := range chain.quantities() {
				switch {
				case v < truth[k]:
					rank[k]++
				case v == truth[k]:
					ties[k]++
				}
			}
		}
		for k, n := range ties { // the truth stands anywhere among its equals
			rank[k] += chain.d.IntN(n + 1)
		}
		ranks[i] = rank
	})
	if err != nil {
		return c, err
	}
	for k, name := range []string{"unlisted people", "alpha", "chance to be on no list", "largest class"} {
		r := Ranked{Quantity: name, Bins: make([]int, rankBins)}
		for _, rank := range ranks {
			if rank != nil {
				r.Bins[rank[k]*rankBins/(ranksOf+1)]++
			}
		}
		c.Skipped = tables
		for _, b := range r.Bins {
			c.Skipped -= b
		}
		want := float64(tables-c.Skipped) / rankBins
		for _, b := range r.Bins {
			r.Chi2 += (float64(b) - want) * (float64(b) - want) / want
		}
		r.Chance = upperGamma((rankBins-1)/2.0, r.Chi2/2)
		c.Ranks = append(c.Ranks, r)
	}
	return c, nil
}

// quantities are what is ranked.
func (l *latent) quantities() [4]float64 {
	none, left, most := 0.0, 0.0, 0.0
	for c := range l.k {
		share := math.Exp(l.lnV[c] + left)
		most = max(most, share)
		none += share * math.Exp(l.lnNone[c])
		left += l.lnRest[c]
	}
	return [4]float64{l.hidden, l.alpha, none, most}
}

// invent draws parameters from the prior and a table of people from them; nil
// when the number of the unlisted is past all measure.
func invent(d dice, lists, people int, pooled bool) (*Table, []float64) {
	t := Table{Lists: make([]string, lists), Cells: []Cell{{On: 1, Count: people}}}
	l := newLatent(t, 5, 0, 0, float64(people), pooled)
	l.d = d
	if pooled {
		m, u := d.Float64(), d.Float64()
		s := u / (1 - u)
		l.yes, l.no = max(1e-6, s*m), max(1e-6, s*(1-m))
	}
	l.alpha = max(1e-300, d.gamma(0.25)/0.25)
	clear(l.on)
	clear(l.seen)
	clear(l.unseen)
	l.n, l.hidden = 0, 0 // nobody yet: sticks and chances come from the prior
	l.sticks()
	l.chances()
	l.shares()
	l.n = float64(people)
	l.missing()
	if l.lost || l.hidden > 1e12 {
		return nil, nil
	}
	cells := map[Pattern]int{}
	total := 0.0
	for c := range l.k {
		l.p[c] = math.Exp(math.Log(max(1e-300, l.base[c])) - l.lnNone[c])
		total += l.p[c]
	}
	for placed, tried := 0, 0; placed < people; tried++ {
		if tried > 2_000_000 {
			return nil, nil
		}
		at, c := d.Float64()*total, 0
		for ; c < l.k-1 && at >= l.p[c]; c++ {
			at -= l.p[c]
		}
		on := Pattern(0)
		for j := range lists {
			if d.Float64() < l.lambda[j*l.k+c] {
				on |= 1 << j
			}
		}
		if on != 0 {
			cells[on]++
			placed++
		}
	}
	t.Cells = nil
	for on, n := range cells {
		t.Cells = append(t.Cells, Cell{on, n})
	}
	slices.SortFunc(t.Cells, func(a, b Cell) int { return int(a.On) - int(b.On) })
	q := l.quantities()
	return &t, q[:]
}

// upperGamma is the regularised upper incomplete gamma function Q(a, x), by its
// series or its continued fraction (Press and others 2007, section 6.2).
func upperGamma(a, x float64) float64 {
	scale := math.Exp(a*math.Log(x) - x - lnGammaOf(a))
	switch {
	case x <= 0:
		return 1
	case x < a+1:
		sum, term := 1/a, 1/a
		for n := a + 1; term > sum*1e-16; n++ {
			term *= x / n
			sum += term
		}
		return 1 - sum*scale
	}
	b := x + 1 - a
	c, d := 1e300, 1/b
	h := d
	for i := 1.0; i < 1000; i++ {
		an := -i * (i - a)
		b += 2
		d = 1 / (an*d + b)
		c = b + an/c
		h *= c * d
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return scale * h
}
