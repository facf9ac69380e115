package estimate

import "math"

// Chao is the lower bound of Chao 1987 for people who are not equally easy to
// find: n + k·f₁²/(2f₂), k = (t-1)/t, with f₁ and f₂ people on one and on two of
// t lists; without anybody on exactly two, the form corrected for bias. Low is
// the lower end of its log-normal interval; a bound has no High.
func Chao(t Table) Result {
	var once, twice float64
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
	r.Estimate, r.Low = Number(n+missing), Number(n)
	if missing > 0 {
		c := math.Exp(quantileNormal((1+level)/2) * math.Sqrt(math.Log1p(variance/(missing*missing))))
		r.Low = Number(n + missing/c)
	}
	return r
}
