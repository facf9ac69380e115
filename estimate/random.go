package estimate

import (
	"math"
	"math/rand/v2"
)

// A dice draws from the distributions that the methods need. Each stream of a
// seed is its own, so that parallel work gives the same numbers every time.
type dice struct{ *rand.Rand }

func newDice(seed, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, stream*0x9e3779b97f4a7c15+1))}
}

// gamma draws from Gamma(shape, 1) (Marsaglia & Tsang 2000).
func (d dice) gamma(shape float64) float64 {
	if shape >= 1 {
		return d.gammaOne(shape)
	}
	return math.Exp(d.lnGamma(shape))
}

// lnGamma is the logarithm of such a draw: draws of small shapes underflow.
func (d dice) lnGamma(shape float64) float64 {
	ln := 0.0
	if shape < 1 {
		ln = math.Log(1-d.Float64()) / shape
		shape++
	}
	return ln + math.Log(d.gammaOne(shape))
}

// gammaOne draws from Gamma(shape, 1) for shapes of 1 and more.
func (d dice) gammaOne(shape float64) float64 {
	a := shape - 1.0/3
	c := 1 / math.Sqrt(9*a)
	for {
		x := d.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := 1 - d.Float64()
		if u < 1-0.0331*x*x*x*x || math.Log(u) < x*x/2+a*(1-v+math.Log(v)) {
			return a * v
		}
	}
}

// lnBeta draws from Beta(a, b) and returns the logarithms of it and of its
// complement.
func (d dice) lnBeta(a, b float64) (ln, lnRest float64) {
	x, y := d.lnGamma(a), d.lnGamma(b)
	top := max(x, y)
	sum := top + math.Log(math.Exp(x-top)+math.Exp(y-top))
	return x - sum, y - sum
}

// poisson draws a count with this mean.
func (d dice) poisson(mean float64) float64 {
	// Halve the mean by the order statistics of a gamma until it is small
	// (Ahrens & Dieter 1974).
	n := 0.0
	for mean > 30 {
		m := math.Floor(mean * 7 / 8)
		x := d.gamma(m)
		if x > mean {
			return n + d.binomial(m-1, mean/x)
		}
		n, mean = n+m, mean-x
	}
	limit, p := math.Exp(-mean), 1-d.Float64()
	for ; p > limit; n++ {
		p *= 1 - d.Float64()
	}
	return n
}

// binomial draws how many of n fall, each with probability p: by inversion
// while few are expected, else BTRS (Hörmann 1993).
func (d dice) binomial(n, p float64) float64 {
	switch {
	case p <= 0 || n <= 0:
		return 0
	case p >= 1:
		return n
	case p > 0.5:
		return n - d.binomial(n, 1-p)
	case n*p < 12:
		return d.inversion(n, p)
	}
	q := 1 - p
	root := math.Sqrt(n * p * q)
	b := 1.15 + 2.53*root
	a := -0.0873 + 0.0248*b + 0.01*p
	c := n*p + 0.5
	vr := 0.92 - 4.2/b
	alpha := (2.83 + 5.1/b) * root
	m := math.Floor((n + 1) * p)
	for {
		u, v := d.Float64()-0.5, 1-d.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + c)
		if us >= 0.07 && v <= vr {
			return k
		}
		if !(k >= 0 && k <= n) {
			continue
		}
		v = math.Log(v * alpha / (a/(us*us) + b))
		if v <= lnFactorial(m)+lnFactorial(n-m)-lnFactorial(k)-lnFactorial(n-k)+(k-m)*math.Log(p/q) {
			return k
		}
	}
}

func (d dice) inversion(n, p float64) float64 {
	q := 1 - p
	odds := p / q
	for {
		u := d.Float64()
		if u < 1-n*p {
			return 0 // (1-p)^n is at least that
		}
		term := math.Exp(n * math.Log1p(-p))
		for k := 0.0; k <= n; k++ {
			if u < term {
				return k
			}
			u -= term
			term *= (n - k) / (k + 1) * odds
			if term == 0 && k > n*p {
				break // lost in rounding: draw again
			}
		}
	}
}

// lnFactorial is ln n!.
func lnFactorial(n float64) float64 { return lnGammaOf(n + 1) }

// multinomial shares n among weights that add up to total.
func (d dice) multinomial(n float64, weights []float64, total float64, out []float64) {
	for i, w := range weights {
		switch {
		case n <= 0:
			out[i] = 0
			continue
		case i == len(weights)-1 || w >= total:
			out[i] = n
		default:
			out[i] = d.binomial(n, w/total)
		}
		n -= out[i]
		total -= w
	}
}
