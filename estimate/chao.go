package estimate

import "math"

// Chao is a lower bound for people who are not equally easy to find. From f₁ and
// f₂ people on one and on two of t lists Chao 1987 has n + k·f₁²/(2f₂), k =
// (t-1)/t; that is a bound only while the lists find about as many each. The form
// that lets lists differ (Rivest & Baillargeon 2007) fits each list's own share
// to the people on one and on two lists alone. The smaller of both is given.
// Without anybody on exactly two lists it is Chao's form corrected for bias. Low
// is the lower end of a log-normal interval; where two lists look as if one kept
// people off the other, be it by chance, the smallest of those without either
// too, for a bound in which one of them has no part stays one. A bound has no
// High.
func Chao(t Table) Result {
	r := chao(t)
	if len(t.Lists) < 4 {
		return r
	}
	for _, p := range apartness(t, suspicious) {
		for on := p; on != 0; on &= on - 1 {
			less, err := t.Without(lowest(on))
			if err != nil {
				continue // hardly anybody is on the others
			}
			r.Low = min(r.Low, max(chao(less).Low, Number(t.Observed())))
		}
	}
	return r
}

// chao is the bound with all lists.
func chao(t Table) Result {
	once, twice := 0.0, 0.0
	for _, c := range t.Cells {
		switch c.On.size() {
		case 1:
			once += float64(c.Count)
		case 2:
			twice += float64(c.Count)
		}
	}
	n, k := float64(t.Observed()), float64(len(t.Lists)-1)/float64(len(t.Lists))
	r := refused("chao", "This is a floor, not an estimate: the number may be much higher.")
	r.Converged, r.Interval = true, "log-normal, lower end only"
	missing, variance := k*once*once/(2*twice), 0.0
	if twice > 0 {
		q := once / twice
		variance = twice * (k/2*q*q + k*k*q*q*q + k*k/4*q*q*q*q)
	} else {
		missing = k * once * (once - 1) / 2
		variance = missing + k*once*(2*once-1)*(2*once-1)/4
		r.Warnings = append(r.Warnings, "Nobody is on exactly two lists: the bound rests on almost nothing.")
	}
	low := lowEnd(missing, variance)
	if other, v, ok := byList(t); ok && other < missing {
		r.Diagnostics = append(r.Diagnostics, Diagnostic{"with_lists_alike", Number(n + missing)})
		missing, low = other, min(low, lowEnd(other, v))
	}
	r.Estimate, r.Low = Number(n+missing), Number(n+low)
	return r
}

// lowEnd is the lower end of the log-normal interval of a count.
func lowEnd(count, variance float64) float64 {
	if !(count > 0) {
		return 0
	}
	return count / math.Exp(quantileNormal((1+level)/2)*math.Sqrt(math.Log1p(variance/(count*count))))
}

// byList fits the people on exactly one list and on exactly two by a share of
// each list, and gives those on none by that, with the variance. It is false
// when nobody is on exactly two, or the fit ends nowhere.
func byList(t Table) (missing, variance float64, ok bool) {
	j := len(t.Lists)
	total := make([]float64, j+1) // all, then by list
	twice := 0.0
	for _, c := range t.Cells {
		if c.On.size() > 2 {
			continue
		}
		total[0] += float64(c.Count)
		for on := c.On; on != 0; on &= on - 1 {
			total[lowest(on)+1] += float64(c.Count)
		}
		if c.On.size() == 2 {
			twice += float64(c.Count)
		}
	}
	if twice == 0 {
		return 0, 0, false
	}
	used := []int{0}
	for i := 1; i <= j; i++ {
		if total[i] > 0 {
			used = append(used, i)
		}
	}
	p := len(used)
	beta, step, info := make([]float64, p), make([]float64, p), make([]float64, p*p)
	for i, u := range used[1:] { // as if nobody were missed
		beta[i+1] = math.Log(total[u] / total[0])
	}
	beta[0] = math.Log(total[0])
	for range 500 {
		worst := rasch(beta, step, total, used, info)
		if worst < 1e-9 {
			break
		}
		if !cholesky(info, p) {
			return 0, 0, false
		}
		backSolve(info, step, p)
		longest := 0.0
		for _, s := range step {
			longest = max(longest, math.Abs(s))
		}
		for i, s := range step {
			beta[i] += s / max(1, longest)
		}
	}
	if worst := rasch(beta, step, total, used, info); !(worst < 1e-6) || !cholesky(info, p) {
		return 0, 0, false
	}
	clear(step)
	step[0] = 1
	backSolve(info, step, p)
	missing = math.Exp(beta[0])
	return missing, missing * missing * step[0], !math.IsInf(missing, 0)
}

// rasch puts the slopes of the likelihood into step and its curvature into info,
// and says how far the totals are from those that beta expects, as a share.
func rasch(beta, step, total []float64, used []int, info []float64) (worst float64) {
	p := len(beta)
	clear(info)
	for i, u := range used {
		step[i] = total[u]
	}
	add := func(mu float64, terms ...int) {
		for _, a := range terms {
			step[a] -= mu
			for _, b := range terms {
				info[a*p+b] += mu
			}
		}
	}
	for a := 1; a < p; a++ {
		add(math.Exp(beta[0]+beta[a]), 0, a)
		for b := a + 1; b < p; b++ {
			add(math.Exp(beta[0]+beta[a]+beta[b]), 0, a, b)
		}
	}
	for i, u := range used {
		worst = max(worst, math.Abs(step[i])/(1+total[u]))
	}
	return worst
}

// Standard errors under equal odds from which a pair of lists is suspected to
// keep people apart, and from which there is no floor at all.
const (
	suspicious = 1.2816 // one time in ten by chance
	certain    = 3
)

// apartness are the pairs of lists of which one keeps people off the other: the
// odds of being on both, among people on some other list, with a half added to
// each cell, lie so many standard errors under equal ones. Then Chao's bound may
// be too high.
func apartness(t Table, errors float64) (out []Pattern) {
	for _, p := range pairs(len(t.Lists)) {
		i, j := lowest(p), lowest(p&(p-1))
		cell := [4]float64{0.5, 0.5, 0.5, 0.5}
		for _, c := range t.Cells {
			if c.On&^p != 0 {
				cell[c.On>>i&1|c.On>>j&1<<1] += float64(c.Count)
			}
		}
		spread := math.Sqrt(1/cell[0] + 1/cell[1] + 1/cell[2] + 1/cell[3])
		if math.Log(cell[0]*cell[3]/(cell[1]*cell[2])) < -errors*spread {
			out = append(out, p)
		}
	}
	return out
}
