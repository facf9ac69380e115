package estimate

import "math"

// A glide moves all sticks and chances of a chain at once, with everything else
// integrated out: who is in which class, how many are unlisted, and alpha. What
// is left of the model is, up to a factor,
//
//	Π_m q_m^{x_m} / (Σ_k s_k)^n · Π_{k<K} V_k / (1/4 - Σ ln(1-V_k))^{K-3/4} · Π_jk λ^a (1-λ)^b
//
// in the logits of V and λ, where pattern m has x_m people and the chance q_m,
// and s_k is the share of class k that is on a list. The moves are Hamiltonian
// trajectories (Neal 2011, section 3): people would have to change class one
// pattern at a time to go as far, and hardly ever do.
type glide struct {
	lists, k         int
	n, yes, no       float64
	x                []float64 // people, by cell
	from             []int     // by cell: an earlier cell with one list less, or -1
	first            []int     // by cell: one list that it has beyond that one
	rest             []Pattern // by cell: the others, if any
	q, r             []float64 // by cell: its chance; people over chance
	parts            []float64 // by class and cell: the part of q that is this class's
	at, slope, speed []float64 // sticks, then chances by class and list, as logits

	stick, none, some []float64 // by class: V; the share on no list, and on some
	lambda            []float64 // by class and list
	odds              []float64 // by list, of the class in hand
	step              float64
	tuned             float64 // trajectories that the step was tuned on
}

const (
	strideSteps = 15 // steps of a trajectory, on average
	accepted    = 0.8
	// Logits past these are left to the other moves: a glide neither begins
	// nor ends there.
	leastLogit, mostLogit = -600, 34
)

func newGlide(l *latent) *glide {
	cells, chances := len(l.cells), l.k*l.lists
	dim := l.k - 1 + chances
	f := func(n int) []float64 { return make([]float64, n) }
	g := &glide{lists: l.lists, k: l.k, n: l.n, x: f(cells), from: make([]int, cells), first: make([]int, cells), rest: make([]Pattern, cells), q: f(cells), r: f(cells), parts: f(cells * l.k),
		at: f(dim), slope: f(dim), speed: f(dim), stick: f(l.k), none: f(l.k), some: f(l.k), lambda: f(chances), odds: f(l.lists), step: 0.05}
	known := map[Pattern]int{}
	for i, c := range l.cells {
		g.x[i] = float64(c.Count)
		g.from[i], g.first[i], g.rest[i] = -1, lowest(c.On), c.On&(c.On-1)
		for on := c.On; on != 0; on &= on - 1 {
			if p, ok := known[c.On&^(on&-on)]; ok {
				g.from[i], g.first[i], g.rest[i] = p, lowest(on), 0
				break
			}
		}
		known[c.On] = i
	}
	return g
}

// glide moves the chain, and tunes the length of the steps while it warms up.
func (l *latent) glide() {
	g := l.slide
	g.yes, g.no = l.yes, l.no
	for c := range l.k - 1 {
		g.at[c] = l.lnV[c] - l.lnRest[c]
	}
	for c := range l.k {
		for j := range l.lists {
			g.at[l.k-1+c*l.lists+j] = math.Log(l.odds[j*l.k+c])
		}
	}
	if !g.inside() {
		return
	}
	chance := g.trajectory(l.d)
	if l.warming {
		g.tuned++
		g.step *= math.Exp((chance - accepted) / math.Pow(g.tuned, 0.6))
	}
	if l.d.Float64() >= chance {
		return // everything stays
	}
	rest := 0.25
	for c := range l.k - 1 {
		l.lnV[c], l.lnRest[c] = -lnOnePlus(-g.at[c]), -lnOnePlus(g.at[c])
		rest -= l.lnRest[c]
	}
	for c := range l.k {
		for j := range l.lists {
			l.lambda[j*l.k+c] = nearOne(1 / (1 + math.Exp(-g.at[l.k-1+c*l.lists+j])))
		}
	}
	l.shares()
	l.alpha = max(1e-300, l.d.gamma(0.25+float64(l.k-1))/rest)
}

// lnOnePlus is ln(1 + e^y).
func lnOnePlus(y float64) float64 {
	if y > 0 {
		return y + math.Log1p(math.Exp(-y))
	}
	return math.Log1p(math.Exp(y))
}

func (g *glide) inside() bool {
	for _, y := range g.at[g.k-1:] {
		if !(y > leastLogit && y < mostLogit) {
			return false
		}
	}
	return true
}

// trajectory lets the chain slide for a random time and returns the chance with
// which it may stay there.
func (g *glide) trajectory(d dice) float64 {
	before := g.climb(true)
	for i := range g.speed {
		g.speed[i] = d.NormFloat64()
		before -= g.speed[i] * g.speed[i] / 2
	}
	step := g.step * (0.6 + 0.6*d.Float64())
	steps := 1 + d.IntN(2*strideSteps-1)
	after := 0.0
	for s := range steps {
		for i, v := range g.slope {
			g.speed[i] += step / 2 * v
			g.at[i] += step * g.speed[i]
		}
		after = g.climb(s == steps-1)
		for i, v := range g.slope {
			g.speed[i] += step / 2 * v
		}
	}
	for _, v := range g.speed {
		after -= v * v / 2
	}
	if gain := after - before; gain > -700 && g.inside() { // false for what is not a number
		return min(1, math.Exp(gain))
	}
	return 0
}

// climb finds the slope of the logarithm of the weight and, if asked, the
// logarithm itself.
func (g *glide) climb(height bool) float64 {
	clear(g.q)
	ln, left, lnLeft, all := 0.0, 1.0, 0.0, 0.0
	for c := range g.k {
		share := left
		if c < g.k-1 {
			e := math.Exp(-math.Abs(g.at[c]))
			v, rest := 1/(1+e), e/(1+e)
			if g.at[c] < 0 {
				v, rest = rest, v
			}
			g.stick[c] = v
			share, left = left*v, left*rest
			if left < 1e-200 { // ln(1-V) of so many that their product would underflow
				lnLeft = 0
				for _, y := range g.at[:c+1] {
					lnLeft -= lnOnePlus(y)
				}
			} else if c == g.k-2 {
				lnLeft = math.Log(left)
			}
			if height {
				ln -= lnOnePlus(-g.at[c])
			}
		}
		ln += g.class(c, share, height)
		all += g.some[c]
	}
	rest := 0.25 - lnLeft
	if height {
		for i, x := range g.x {
			ln += x * math.Log(g.q[i])
		}
		ln -= g.n*math.Log(all) + (float64(g.k)-0.75)*math.Log(rest)
	}
	g.slopes(g.n/all, (float64(g.k)-0.75)/rest)
	return ln
}

// class adds a class with this share to the chances of the cells. It returns
// the logarithm of the prior of its chances, if asked.
func (g *glide) class(c int, share float64, height bool) float64 {
	at := g.at[g.k-1+c*g.lists : g.k-1+(c+1)*g.lists]
	lambda := g.lambda[c*g.lists : (c+1)*g.lists]
	more, sum := 0.0, 0.0 // the odds to be on some list
	for j, y := range at {
		o := math.Exp(y)
		g.odds[j] = o
		lambda[j] = o / (1 + o)
		more += o + more*o
		sum += y
	}
	none := share / (1 + more)
	g.none[c], g.some[c] = none, none*more
	n := len(g.from)
	parts, first, rest, q := g.parts[c*n:(c+1)*n], g.first[:n], g.rest[:n], g.q[:n]
	for i, from := range g.from {
		v := none
		if from >= 0 {
			v = parts[from]
		}
		v *= g.odds[first[i]]
		for on := rest[i]; on != 0; on &= on - 1 {
			v *= g.odds[lowest(on)]
		}
		parts[i] = v
		q[i] += v
	}
	if !height {
		return 0
	}
	return g.yes*sum - (g.yes+g.no)*math.Log1p(more)
}

// slopes turns what climb found into slopes; scale is n over the chance to be
// on a list, alpha the expected alpha.
func (g *glide) slopes(scale, alpha float64) {
	for i, x := range g.x {
		g.r[i] = x / g.q[i]
	}
	after := 0.0
	n := len(g.from)
	for c := g.k - 1; c >= 0; c-- {
		slope := g.slope[g.k-1+c*g.lists : g.k-1+(c+1)*g.lists]
		clear(slope)
		here := 0.0
		sums, first, rest := g.parts[c*n:(c+1)*n], g.first[:n], g.rest[:n]
		for i, r := range g.r[:n] {
			sums[i] *= r
			here += sums[i]
		}
		for i := n - 1; i >= 0; i-- { // a cell's lists are those of the cells on its way
			w := sums[i]
			if from := g.from[i]; from >= 0 {
				sums[from] += w
			}
			slope[first[i]] += w
			for on := rest[i]; on != 0; on &= on - 1 {
				slope[lowest(on)] += w
			}
		}
		people := here + g.none[c]*scale + g.yes + g.no
		for j, v := range g.lambda[c*g.lists : (c+1)*g.lists] {
			slope[j] += g.yes - v*people
		}
		gain := here - scale*g.some[c]
		if c < g.k-1 {
			v := g.stick[c]
			g.slope[c] = (1-v)*(gain+1) - v*(after+alpha)
		}
		after += gain
	}
}
