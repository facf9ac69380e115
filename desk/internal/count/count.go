// Package count is the arithmetic of reported numbers.
//
// A source says "more than 100" or "up to 20"; a Bound keeps that as it was
// said, a Range is what it means: a low, a best and a high, each of which may be
// missing. Missing is never zero. Ranges combine in two ways only (design 2,
// Arithmetic): Add for parts that do not overlap, Envelope for reports on the
// same people. The package refuses to estimate and imports the standard library only.
package count

import (
	"errors"
	"fmt"
	"math"
)

// Word says how a reported number is bounded.
type Word string

// The words (design 2, Bounds).
const (
	Exactly  Word = "exactly"
	About    Word = "about"
	AtLeast  Word = "at least"
	MoreThan Word = "more than"
	UpTo     Word = "up to"
	Between  Word = "between"
	Unknown  Word = "unknown"
)

// Words lists the words in the order in which forms show them.
func Words() []Word { return []Word{Exactly, About, AtLeast, MoreThan, UpTo, Between, Unknown} }

// Limit is the greatest number a bound may carry; sums of a million stay exact.
const Limit = 1_000_000_000_000

// Bound is a number as its source gave it. The zero Bound is invalid; use New.
type Bound struct {
	Word  Word
	Value int64 // 0 when unknown
	To    int64 // the upper end of between; otherwise 0
}

// New checks a bound. To is used by Between only.
func New(word Word, value, to int64) (Bound, error) {
	b := Bound{Word: word, Value: value, To: to}
	switch word {
	case Unknown:
		if value != 0 || to != 0 {
			return Bound{}, errors.New("an unknown number carries no value")
		}
		return b, nil
	case Between:
		if to < value {
			return Bound{}, fmt.Errorf("between %d and %d ends before it begins", value, to)
		}
	case Exactly, About, AtLeast, MoreThan, UpTo:
		if to != 0 {
			return Bound{}, fmt.Errorf("%s takes one number, not two", word)
		}
	default:
		return Bound{}, fmt.Errorf("%q is not a bound; use exactly, about, at least, more than, up to, between or unknown", word)
	}
	if value < 0 || value > Limit || to > Limit {
		return Bound{}, fmt.Errorf("a number of people lies between 0 and %d", int64(Limit))
	}
	return b, nil
}

// Range returns what the bound says and nothing more. "About 60" gives a best
// of 60 and neither bound: how far "about" reaches was not said, so no bound is
// invented. "Up to 20" gives no low: 0 was not said either.
func (b Bound) Range() Range {
	n := Number{N: b.Value, Known: true}
	switch b.Word {
	case Exactly:
		return Range{Low: n, Best: n, High: n}
	case About:
		return Range{Best: n}
	case AtLeast:
		return Range{Low: n}
	case MoreThan:
		return Range{Low: Number{N: b.Value + 1, Known: true}}
	case UpTo:
		return Range{High: n}
	case Between:
		return Range{Low: n, High: Number{N: b.To, Known: true}}
	}
	return Range{}
}

// Number is a number that may be missing.
type Number struct {
	N     int64
	Known bool
}

// Of returns a known number.
func Of(n int64) Number { return Number{N: n, Known: true} }

// Range is low, best and high; each may be missing. The zero Range is unknown.
type Range struct{ Low, Best, High Number }

// Unknown reports whether the range says nothing.
func (r Range) Unknown() bool { return !r.Low.Known && !r.Best.Known && !r.High.Known }

// least and most return the smallest and greatest number that the range states.
func (r Range) least() Number {
	return pick(smaller, r.Low, r.Best, r.High)
}

func (r Range) most() Number {
	return pick(greater, r.Low, r.Best, r.High)
}

func smaller(a, b int64) bool { return a < b }
func greater(a, b int64) bool { return a > b }

func pick(better func(a, b int64) bool, of ...Number) Number {
	var best Number
	for _, n := range of {
		if n.Known && (!best.Known || better(n.N, best.N)) {
			best = n
		}
	}
	return best
}

// Contains reports whether every number that other states lies within r.
func (r Range) Contains(other Range) bool {
	if l := other.least(); l.Known && r.Low.Known && l.N < r.Low.N {
		return false
	}
	m := other.most()
	return !m.Known || !r.High.Known || m.N <= r.High.N
}

// Meets reports whether both ranges can be true at once.
func (r Range) Meets(other Range) bool {
	apart := func(a, b Range) bool { return a.Low.Known && b.High.Known && a.Low.N > b.High.N }
	return !apart(r, other) && !apart(other, r)
}

// Envelope returns the range that holds every report on the same people: the
// lowest stated low, the highest stated high. A bound that another report
// contradicts (a low above the highest high, a high below the lowest low) does
// not stand and is missing. Best stands when all that state one agree and no
// report's low or high contradicts it.
func Envelope(reports ...Range) Range {
	var g Gathered
	for _, r := range reports {
		g.Add(r)
	}
	return g.Envelope()
}

// Gathered is what an envelope needs to know of many reports, so that those of several
// groups can be joined without looking at each report again. The zero value has none.
type Gathered struct {
	Low, Best, High Number // the lowest low, a best, the highest high
	Floor, Ceiling  Number // the highest low, the lowest high
	Least, Most     Number // the smallest and the greatest number that is stated
	Differ          bool   // two bests are not the same
}

// Add takes a report in.
func (g *Gathered) Add(r Range) {
	g.Join(Gathered{Low: r.Low, Best: r.Best, High: r.High, Floor: r.Low, Ceiling: r.High, Least: r.least(), Most: r.most()})
}

// Join takes everything in that another one holds. Order does not matter.
func (g *Gathered) Join(o Gathered) {
	g.Differ = g.Differ || o.Differ || g.Best.Known && o.Best.Known && g.Best != o.Best
	g.Low, g.High = pick(smaller, g.Low, o.Low), pick(greater, g.High, o.High)
	g.Floor, g.Ceiling = pick(greater, g.Floor, o.Floor), pick(smaller, g.Ceiling, o.Ceiling)
	g.Least, g.Most = pick(smaller, g.Least, o.Least), pick(greater, g.Most, o.Most)
	if !g.Best.Known {
		g.Best = o.Best
	}
}

// Envelope is the envelope of all reports that were taken in.
func (g *Gathered) Envelope() Range {
	out := Range{Low: g.Low, Best: g.Best, High: g.High}
	if g.Differ || g.Floor.Known && g.Floor.N > g.Best.N || g.Ceiling.Known && g.Ceiling.N < g.Best.N {
		out.Best = Number{}
	}
	if g.Low.Known && g.Least.N < g.Low.N {
		out.Low = Number{}
	}
	if g.High.Known && g.Most.N > g.High.N {
		out.High = Number{}
	}
	return out
}

// ErrTooMany says that a sum left the range of exact numbers.
var ErrTooMany = errors.New("the sum is too great to be exact")

// Add returns the sum of parts that do not overlap: low with low, best with
// best, high with high. A bound that is missing in one part is missing in the
// sum. No parts give the unknown range, not zero.
func Add(parts ...Range) (Range, error) {
	if len(parts) == 0 {
		return Range{}, nil
	}
	out := Range{Low: Of(0), Best: Of(0), High: Of(0)}
	for _, p := range parts {
		for _, x := range []struct {
			sum *Number
			n   Number
		}{{&out.Low, p.Low}, {&out.Best, p.Best}, {&out.High, p.High}} {
			if !x.n.Known || !x.sum.Known {
				*x.sum = Number{}
				continue
			}
			if x.n.N < 0 || x.sum.N > math.MaxInt64-x.n.N {
				return Range{}, ErrTooMany
			}
			x.sum.N += x.n.N
		}
	}
	return out, nil
}
