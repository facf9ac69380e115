package estimate

import "math"

// predict draws the lists anew from the chain's parameters and notes whether
// they lie farther from what the parameters expect than the lists do, by
// Freeman and Tukey's measure over the filled patterns and all others together
// (Gelman, Meng & Stern 1996).
func (l *latent) predict() {
	if l.expected == nil {
		l.expected, l.again = make([]float64, len(l.cells)+1), make([]float64, len(l.cells)+1)
	}
	some := 0.0
	for c := range l.k {
		some += l.base[c] * math.Exp(-l.lnNone[c]) * -math.Expm1(l.lnNone[c])
	}
	rest := some
	for m, cell := range l.cells {
		w := 0.0
		for c := range l.k {
			v := l.base[c]
			for on := cell.On; on != 0; on &= on - 1 {
				v *= l.odds[lowest(on)*l.k+c]
			}
			w += v
		}
		l.expected[m] = w / some
		rest -= w
	}
	last := len(l.cells)
	l.expected[last] = max(0, rest/some)
	total := 0.0
	for _, e := range l.expected {
		total += e
	}
	l.d.multinomial(l.n, l.expected, total, l.again)
	ours, theirs := 0.0, 0.0
	for m, e := range l.expected {
		e = math.Sqrt(l.n * e)
		x := 0.0
		if m < last {
			x = float64(l.cells[m].Count)
		}
		ours += (math.Sqrt(x) - e) * (math.Sqrt(x) - e)
		theirs += (math.Sqrt(l.again[m]) - e) * (math.Sqrt(l.again[m]) - e)
	}
	l.predicted++
	if theirs >= ours {
		l.farther++
	}
}

// fits is the share of drawn lists that lie as far off as the lists do: under
// 0.01 the model does not reproduce them.
func fits(chains []*latent) Number {
	farther, all := 0, 0
	for _, l := range chains {
		farther, all = farther+l.farther, all+l.predicted
	}
	return Number(float64(farther) / float64(all))
}
