package estimate

import "math"

// A latent is one chain of the latent-class sampler of Manrique-Vallier 2016
// (section 3.2 and its appendix): people fall into at most K classes with a
// stick-breaking prior; within a class the lists are independent, each chance
// Beta(1,1), or with a Beta prior learnt from the lists (pool); alpha ~
// Gamma(1/4, rate 1/4); N has weight 1/N. Draws are from exact conditionals,
// helped by the moves of glide, stretch and exchange. There is no cap on the number of
// unlisted people.
type latent struct {
	d                  dice
	lists, k           int
	n                  float64
	cells              []Cell
	lambda, odds       []float64 // list by class: chance, and chance over its complement
	base               []float64 // by class: its share times the chance to be on no list
	lnNone             []float64 // by class: ln of the chance to be on no list
	lnV, lnRest        []float64 // sticks
	on                 []float64 // list by class: seen people
	seen, unseen       []float64 // by class
	p, draw            []float64
	alpha, hidden      float64
	yes, no            float64   // the prior of a chance: Beta(yes, no)
	pooled             bool      // the prior is learnt from the lists
	lost               bool      // the number of unlisted grew past all measure
	expected, again    []float64 // of predict
	predicted, farther int
	slide              *glide
	warming            bool // steps are still being tuned
}

// beyond is where a chain is given up and reported, never cut off in silence.
const beyond = 1e15

// newLatent starts a chain far out: with hidden unlisted people, chances to be
// listed to match, spread over the classes.
func newLatent(t Table, classes int, seed, stream uint64, hidden float64, pooled bool) *latent {
	j := len(t.Lists)
	l := &latent{d: newDice(seed, stream), lists: j, k: classes, n: float64(t.Observed()), cells: t.Cells, alpha: 0.3, hidden: hidden, yes: 1, no: 1, pooled: pooled,
		lambda: make([]float64, j*classes), odds: make([]float64, j*classes), base: make([]float64, classes), lnNone: make([]float64, classes),
		lnV: make([]float64, classes), lnRest: make([]float64, classes), on: make([]float64, j*classes),
		seen: make([]float64, classes), unseen: make([]float64, classes), p: make([]float64, classes), draw: make([]float64, classes)}
	for i := range t.Lists {
		share := float64(t.onList(i)) / (l.n + hidden)
		for c := range classes {
			l.lambda[i*classes+c] = min(0.95, share*math.Exp(l.d.NormFloat64()/2))
		}
	}
	for c := range classes {
		l.lnV[c], l.lnRest[c] = math.Log(0.5), math.Log(0.5)
	}
	l.lnV[classes-1], l.lnRest[classes-1] = 0, math.Inf(-1)
	l.shares()
	l.spread()
	l.slide, l.warming = newGlide(l), true
	return l
}

// shares brings base, odds and lnNone up to date with lambda and the sticks.
func (l *latent) shares() {
	left := 0.0
	for c := range l.k {
		none := 1.0
		for i := range l.lists {
			x := l.lambda[i*l.k+c]
			none *= 1 - x
			l.odds[i*l.k+c] = x / (1 - x)
		}
		l.lnNone[c] = math.Log(none)
		l.base[c] = math.Exp(l.lnV[c]+left) * none
		left += l.lnRest[c]
	}
}

// spread draws the classes of the unseen (step 5).
func (l *latent) spread() {
	total := 0.0
	for _, b := range l.base {
		total += b
	}
	l.d.multinomial(l.hidden, l.base, total, l.unseen)
}

// sweep draws everything once.
func (l *latent) sweep() {
	l.glide()
	l.missing()
	l.spread()
	l.classes()
	l.exchange()
	l.stretch()
	l.concentrate()
	if l.pooled {
		l.pool()
	}
	l.chances()
	l.sticks()
	l.shares()
	left := 0.0
	for _, r := range l.lnRest[:l.k-1] {
		left += r
	}
	l.alpha = max(1e-300, l.d.gamma(0.25+float64(l.k-1))/(0.25-left))
}

// chances draws lambda (step 2).
func (l *latent) chances() {
	for i := range l.lists {
		for c := range l.k {
			yes := l.on[i*l.k+c]
			a, b := l.d.gamma(l.yes+yes), l.d.gamma(l.no+l.seen[c]-yes+l.unseen[c])
			x := a / (a + b)
			if a+b == 0 && l.d.Float64()*(l.yes+l.no) > l.yes { // both underflowed: an end of the scale
				x = 0
			}
			l.lambda[i*l.k+c] = nearOne(x)
		}
	}
}

// nearOne keeps a chance under 1; what is not a number becomes that too.
func nearOne(x float64) float64 {
	if x < 1-1e-15 {
		return x
	}
	return 1 - 1e-15
}

// classes shares the people of each cell among the classes (step 1).
func (l *latent) classes() {
	clear(l.on)
	clear(l.seen)
	for _, cell := range l.cells {
		total := 0.0
		for c := range l.k {
			w := l.base[c]
			for on := cell.On; on != 0; on &= on - 1 {
				w *= l.odds[lowest(on)*l.k+c]
			}
			l.p[c] = w
			total += w
		}
		l.d.multinomial(float64(cell.Count), l.p, total, l.draw)
		for c, m := range l.draw {
			if m == 0 {
				continue
			}
			l.seen[c] += m
			for on := cell.On; on != 0; on &= on - 1 {
				l.on[lowest(on)*l.k+c] += m
			}
		}
	}
}

// sticks draws V_k ~ Beta(1 + n_k, alpha + n_(k+1) + …) in logarithms: with a
// small alpha the last ones underflow (step 3).
func (l *latent) sticks() {
	after := l.n + l.hidden
	for c := range l.k - 1 {
		here := l.seen[c] + l.unseen[c]
		after -= here
		l.lnV[c], l.lnRest[c] = l.d.lnBeta(1+here, l.alpha+max(0, after))
	}
}

// missing draws the number of unlisted people: negative binomial with the
// chance of being on no list (step 4).
func (l *latent) missing() {
	none, some, left := 0.0, 0.0, 0.0
	for c := range l.k {
		share := math.Exp(l.lnV[c] + left)
		none += share * math.Exp(l.lnNone[c])
		some -= share * math.Expm1(l.lnNone[c])
		left += l.lnRest[c]
	}
	mean := l.d.gamma(l.n) * none / some
	if !(mean < beyond) {
		l.lost, mean = true, beyond
	}
	l.hidden = l.d.poisson(mean)
}

// exchange proposes to swap two classes in the order of the sticks, of which
// the data know nothing (Papaspiliopoulos & Roberts 2008, section 3.4): two of
// any, with the shares staying; then two neighbours, with their sticks.
func (l *latent) exchange() {
	a, b := l.d.IntN(l.k), l.d.IntN(l.k)
	na, nb := l.seen[a]+l.unseen[a], l.seen[b]+l.unseen[b]
	lnShare := func(c int) float64 {
		s := l.lnV[c]
		for _, r := range l.lnRest[:c] {
			s += r
		}
		return s
	}
	if a != b && na != nb && math.Log(1-l.d.Float64()) < (lnShare(a)-lnShare(b))*(nb-na) {
		l.swap(a, b)
	}
	c := l.d.IntN(l.k - 1)
	if c+1 == l.k-1 {
		return // the last stick is the rest
	}
	nc, nd := l.seen[c]+l.unseen[c], l.seen[c+1]+l.unseen[c+1]
	if math.Log(1-l.d.Float64()) < nc*l.lnRest[c+1]-nd*l.lnRest[c] {
		l.swap(c, c+1)
		l.lnV[c], l.lnV[c+1] = l.lnV[c+1], l.lnV[c]
		l.lnRest[c], l.lnRest[c+1] = l.lnRest[c+1], l.lnRest[c]
	}
}

func (l *latent) swap(a, b int) {
	for i := range l.lists {
		r := i * l.k
		l.on[r+a], l.on[r+b] = l.on[r+b], l.on[r+a]
	}
	l.seen[a], l.seen[b] = l.seen[b], l.seen[a]
	l.unseen[a], l.unseen[b] = l.unseen[b], l.unseen[a]
}
