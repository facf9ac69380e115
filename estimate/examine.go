package estimate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Variant is the answer to the same question asked a little differently.
type Variant struct {
	Method   string `json:"method"`
	Changed  string `json:"changed"` // what is different: a prior, K, delta, a list left out
	Estimate Number `json:"estimate"`
	Low      Number `json:"low"`
	High     Number `json:"high"`
	Moved    bool   `json:"moved"`         // more than a quarter from the usual answer, or none at all
	Why      string `json:"why,omitempty"` // why there is no number
}

// An Examination says what an estimate rests on.
type Examination struct {
	Sensitivity []Variant `json:"sensitivity"`       // priors and settings
	Without     []Variant `json:"leave_one_list"`    // each list left out
	Usual       []Variant `json:"usual"`             // what they are compared with
	Warnings    []string  `json:"warnings"`          // what moved
	Pairs       []Overlap `json:"pairs"`             // two lists at a time
	Skipped     []string  `json:"skipped,omitempty"` // methods that cannot be asked of these lists
}

// An Overlap is what two lists have in common, all others left aside.
type Overlap struct {
	Lists [2]string `json:"lists"`
	Both  int       `json:"both"`
	// Odds is the odds ratio of being on both among those on some other list,
	// with a half added to each cell: over 1, being on one goes with being on the
	// other. It is missing with two lists.
	Odds Number `json:"odds_ratio"`
	// Two is the estimate from these two lists alone (Chapman 1951).
	Two Number `json:"two_list_estimate"`
}

// Without leaves list j out. People who are on no other list are gone from the
// table then. The error is a [BadTable].
func (t Table) Without(j int) (Table, error) {
	var cells []Cell
	low := Pattern(1)<<j - 1
	for _, c := range t.Cells {
		on := c.On&low | c.On>>1&^low
		if on != 0 {
			cells = append(cells, Cell{on, c.Count})
		}
	}
	return NewTable(slices.Delete(slices.Clone(t.Lists), j, j+1), cells)
}

// Examine asks the averaging over graphs (three to six lists) and the latent
// classes (three lists and more) again with other priors, other numbers of
// classes, and each list left out. The error is the context's.
func Examine(ctx context.Context, t Table, s Settings) (Examination, error) {
	s = s.filled()
	s.doublings = 2 // many runs: what does not agree by then is said to move
	e := Examination{Sensitivity: []Variant{}, Without: []Variant{}, Usual: []Variant{}, Warnings: []string{}, Pairs: t.overlaps()}
	for _, m := range []asker{graphs{}, classes{}} {
		usual, err := m.ask(ctx, t, s)
		if err != nil {
			return e, err
		}
		if !usual.Estimate.Known() {
			e.Skipped = append(e.Skipped, usual.Method+": "+first(usual.Warnings))
			continue
		}
		e.Usual = append(e.Usual, variant(usual, "as usual", usual))
		for _, v := range m.variants(t, s) {
			r, err := m.ask(ctx, t, v.settings)
			if err != nil {
				return e, err
			}
			e.Sensitivity = append(e.Sensitivity, variant(r, v.name, usual))
		}
		for j, name := range t.Lists {
			r := refused(usual.Method, "")
			less, err := t.Without(j)
			var bad *BadTable
			switch {
			case errors.As(err, &bad):
				r.Warnings = append(r.Warnings, bad.Error())
			case err == nil:
				if r, err = m.ask(ctx, less, s); err != nil {
					return e, err
				}
			}
			e.Without = append(e.Without, variant(r, "without "+name, usual))
		}
	}
	for _, v := range slices.Concat(e.Sensitivity, e.Without) {
		switch {
		case v.Moved && v.Estimate.Known():
			e.Warnings = append(e.Warnings, fmt.Sprintf("%s, %s: %.0f. The answer rests on that.", v.Method, v.Changed, float64(v.Estimate)))
		case v.Moved:
			e.Warnings = append(e.Warnings, fmt.Sprintf("%s, %s: no number.", v.Method, v.Changed))
		}
	}
	return e, nil
}

// an asker is a method with what can be varied in it.
type asker interface {
	ask(ctx context.Context, t Table, s Settings) (Result, error)
	variants(t Table, s Settings) []changed
}

type changed struct {
	name     string
	settings Settings
}

type graphs struct{}

func (graphs) ask(ctx context.Context, t Table, s Settings) (Result, error) {
	return Decomposable(ctx, t, s)
}

func (graphs) variants(t Table, s Settings) []changed {
	var out []changed
	for _, d := range []float64{math.Pow(2, -float64(len(t.Lists))), 0.5, 1} {
		v := s
		v.Delta = d
		out = append(out, changed{fmt.Sprintf("delta %.4g", d), v})
	}
	wide := s
	wide.Bound *= 2
	return append(out, changed{fmt.Sprintf("at most %d times as many unlisted", wide.Bound), wide})
}

type classes struct{}

func (classes) ask(ctx context.Context, t Table, s Settings) (Result, error) {
	return LatentClass(ctx, t, s)
}

func (classes) variants(t Table, s Settings) []changed {
	other := s
	other.Prior = Pooled
	if s.pooled(len(t.Lists)) {
		other.Prior = Uniform
	}
	out := []changed{{string(other.Prior) + " prior", other}}
	for _, k := range []int{5, 20} {
		v := s
		v.Classes = k
		out = append(out, changed{fmt.Sprintf("at most %d classes", k), v})
	}
	return out
}

func variant(r Result, what string, usual Result) Variant {
	v := Variant{Method: r.Method, Changed: what, Estimate: r.Estimate, Low: r.Low, High: r.High}
	ratio := float64(r.Estimate / usual.Estimate)
	v.Moved = !(ratio < 1.25 && ratio > 0.8)
	if !r.Estimate.Known() {
		v.Why = first(r.Warnings)
	}
	return v
}

func first(s []string) string { return append(s, "")[0] }

// overlaps looks at two lists at a time.
func (t Table) overlaps() []Overlap {
	out := []Overlap{}
	for _, p := range pairs(len(t.Lists)) {
		i, j := lowest(p), lowest(p&(p-1))
		o := Overlap{Lists: [2]string{t.Lists[i], t.Lists[j]}, Both: t.together(p), Odds: None()}
		cell := [4]float64{0.5, 0.5, 0.5, 0.5}
		for _, c := range t.Cells {
			if c.On&^p != 0 {
				cell[c.On>>i&1|c.On>>j&1<<1] += float64(c.Count)
			}
		}
		if len(t.Lists) > 2 {
			o.Odds = Number(cell[0] * cell[3] / (cell[1] * cell[2]))
		}
		o.Two = Number(float64(t.onList(i)+1)*float64(t.onList(j)+1)/float64(o.Both+1) - 1)
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Overlap) int { return cmp.Compare(b.Both, a.Both) })
	return out
}
