package estimate

import "math"

// strides are the widths of the steps on the logarithm: short ones to move
// within a mode, long ones to leave it.
var strides = [...]float64{0.1, 0.4, 1.2}

// moves of stretch in each sweep: they cost a fifth of its time.
const moves = 10

// stretch moves the number of unseen people of single classes, with chances
// and sticks integrated out: they would hold it near the number that gave rise
// to them. While all else stays, c unseen people in class k weigh
//
//	Γ(N)/c! · Π_l B(1+n_l, α+n_(l+1)+…) · Π_j B(a+seen_jk, b+n_k-seen_jk)
//
// A step is a random walk on ln(c+u) with u uniform, and so reaches numbers of
// any size (Metropolis in a partly collapsed sampler, van Dyk & Park 2008:
// chances and sticks are drawn anew right after).
func (l *latent) stretch() {
	l.hidden = 0
	for _, c := range l.unseen {
		l.hidden += c
	}
	for range moves {
		k := l.d.IntN(l.k)
		if l.d.Float64() < 0.8 { // mostly where people were seen: a step does not change that
			at := l.d.Float64() * l.n
			for k = 0; k < l.k-1 && at >= l.seen[k]; k++ {
				at -= l.seen[k]
			}
		}
		old := l.unseen[k]
		from := old + l.d.Float64()
		to := from * math.Exp(l.d.NormFloat64()*strides[l.d.IntN(len(strides))])
		c := math.Floor(to)
		if c == old || c > beyond {
			continue
		}
		if u := 1 - l.d.Float64(); math.Log(u) < l.gain(k, c)+math.Log(to/from) {
			l.hidden += c - old
			l.unseen[k] = c
		}
	}
}

// concentrate moves alpha with the sticks integrated out, who is in which class
// staying: Gamma(1/4, 1/4) times Π_l alpha·B(1+n_l, alpha+n_(l+1)+…).
func (l *latent) concentrate() {
	weight := func(alpha float64) float64 {
		w := 0.25*math.Log(alpha) - 0.25*alpha + float64(l.k-1)*math.Log(alpha)
		after := l.n + l.hidden
		for c := range l.k - 1 {
			before := after
			after -= l.seen[c] + l.unseen[c]
			if before == 0 { // B(1, alpha) = 1/alpha for each stick that is left
				return w - float64(l.k-1-c)*math.Log(alpha)
			}
			w += lnGammaOf(alpha+after) - lnGammaOf(1+before+alpha)
		}
		return w
	}
	now := weight(l.alpha)
	for _, width := range [...]float64{0.7, 3} {
		alpha := l.alpha * math.Exp(width*l.d.NormFloat64())
		if alpha < 1e-250 || alpha > 1e250 {
			continue
		}
		if next := weight(alpha); math.Log(1-l.d.Float64()) < next-now {
			l.alpha, now = alpha, next
		}
	}
}

// gain is the logarithm of the weight with c unseen people in class k, less
// that of now.
func (l *latent) gain(k int, c float64) float64 {
	old := l.unseen[k]
	here := l.seen[k] + old
	d := c - old
	all := l.n + l.hidden
	g := lnGammaOf(all+d) - lnGammaOf(all) - lnGammaOf(c+1) + lnGammaOf(old+1)
	g -= float64(l.lists) * (lnGammaOf(l.yes+l.no+here+d) - lnGammaOf(l.yes+l.no+here))
	for j := range l.lists {
		not := l.no + here - l.on[j*l.k+k]
		g += lnGammaOf(not+d) - lnGammaOf(not)
	}
	after := all
	for i := range min(k+1, l.k-1) {
		n := l.seen[i] + l.unseen[i]
		after -= n
		if i == k {
			g += lnGammaOf(1+n+d) - lnGammaOf(1+n)
		} else {
			g += lnGammaOf(l.alpha+after+d) - lnGammaOf(l.alpha+after)
		}
		both := 1 + n + l.alpha + after
		g -= lnGammaOf(both+d) - lnGammaOf(both)
	}
	return g
}

// lnGammaOf is ln Γ(x) for x > 0 by Stirling's series, better than 1e-11.
func lnGammaOf(x float64) float64 {
	shift := 0.0
	if x < 8 {
		p := 1.0
		for ; x < 8; x++ {
			p *= x
		}
		shift = math.Log(p)
	}
	r := 1 / (x * x)
	return (x-0.5)*math.Log(x) - x + 0.91893853320467274178 + (1.0/12-r*(1.0/360-r*(1.0/1260-r/1680)))/x - shift
}
