package estimate

import "math"

// pool draws the prior of the chances, Beta(yes, no), which all lists and
// classes share, with the chances integrated out: its mean is uniform and its
// strength s = yes+no has density 1/(1+s)² (Gelman and others 2013, section
// 5.3). A chance that is as likely to be 0.9 as 0.01 is a strong statement
// about many lists together: 25 of them would miss one in 2^25. Where there are
// many lists, they themselves tell how chances are spread.
func (l *latent) pool() {
	now := l.poolWeight(l.yes, l.no)
	for range 2 {
		width := [...]float64{0.1, 0.5}[l.d.IntN(2)]
		odds := l.yes / l.no * math.Exp(width*l.d.NormFloat64())
		strength := (l.yes + l.no) * math.Exp(width*l.d.NormFloat64())
		yes, no := strength*odds/(1+odds), strength/(1+odds)
		if !(yes > 1e-6 && no > 1e-6 && strength < 1e6) {
			continue
		}
		if next := l.poolWeight(yes, no); math.Log(1-l.d.Float64()) < next-now {
			l.yes, l.no, now = yes, no, next
		}
	}
}

// poolWeight is the logarithm of the weight of a prior, in its log odds and
// the logarithm of its strength, given who is in which class.
func (l *latent) poolWeight(yes, no float64) float64 {
	s := yes + no
	w := math.Log(yes*no/(s*s)) + math.Log(s) - 2*math.Log1p(s)
	one := lnGammaOf(s) - lnGammaOf(yes) - lnGammaOf(no)
	for c := range l.k {
		n := l.seen[c] + l.unseen[c]
		if n == 0 {
			continue
		}
		for j := range l.lists {
			y := l.on[j*l.k+c]
			w += lnGammaOf(yes+y) + lnGammaOf(no+n-y)
		}
		w += float64(l.lists) * (one - lnGammaOf(s+n))
	}
	return w
}
