package linkage

import (
	"cmp"
	"math"
	"slices"
)

// weights is a model made ready to weigh many pairs, in natural log of odds.
type weights struct {
	r     *run
	model *model
	prior float64
	least float64
	log   [maxFields][16]float64
	equal [maxFields]float64 // log of m where values are equal
	most  [maxFields]float64 // the most that a field can say when its values differ
	cross [maxFields]float64 // the same where they may stand in another's place
	order []int              // fields as they are looked at: the most telling first
	rare  bool
}

func (r *run) weights(least float64) *weights { return r.weightsOf(r.model, least) }

func (r *run) weightsOf(mo *model, least float64) *weights {
	t := mo.table()
	w := &weights{r: r, model: mo, prior: t.prior, least: least, log: t.log, rare: mo.rare[0].of != nil}
	for i := range r.fields {
		w.most[i], w.equal[i] = math.Inf(-1), math.Log(mo.m[i][equal])
		more := 0.0
		if w.rare {
			more = 0.5 * min(4, max(0, mo.rare[i].mean-mo.rare[i].least))
		}
		for l := alike; l < crossed; l++ {
			if l > nearby {
				more = 0
			}
			w.most[i] = max(w.most[i], w.log[i][l]+more)
		}
		w.cross[i] = max(w.most[i], w.log[i][crossed])
		w.order = append(w.order, i)
	}
	tells := func(i int) float64 {
		t := w.most[i] - w.log[i][differ]
		if w.r.fields[i].kind == Address || w.r.fields[i].kind == FullName {
			t /= 4 // words in any order take long to compare
		}
		return t
	}
	slices.SortStableFunc(w.order, func(a, b int) int {
		if x, y := r.fields[a].partner >= 0, r.fields[b].partner >= 0; x != y {
			if y {
				return -1
			}
			return 1
		}
		return cmp.Compare(tells(b), tells(a))
	})
	return w
}

// field is what one field says.
func (w *weights) field(i int, l uint8, x, y uint32) float64 {
	if !w.rare || l > nearby {
		return w.log[i][l]
	}
	// Term frequency: a rare value that agrees says more (Winkler 2000). For
	// near values the more frequent of the two tells, by half.
	fr := &w.model.rare[i]
	often := float64(max(fr.of[x], fr.of[y]))
	if often == 0 || fr.mean == 0 {
		return w.log[i][l]
	}
	if l == equal {
		return w.equal[i] - often
	}
	return w.log[i][l] - 0.5*min(4, max(-4, often-fr.mean))
}

// of weighs a pair whose levels are known.
func (w *weights) of(p pattern, a, b uint32) float64 {
	sum, wide := w.prior, len(w.r.fields)
	x, y := w.r.rows[int(a)*wide:], w.r.rows[int(b)*wide:]
	for i := range wide {
		sum += w.field(i, p.level(i), x[i], y[i])
	}
	return sum
}

// above weighs a pair and stops as soon as it cannot reach least.
func (w *weights) above(c *comparer, a, b uint32) (pattern, float64, bool) {
	x, y := c.row(a), c.row(b)
	y = y[:len(x)]
	u, v := c.marks(a), c.marks(b)
	var l [maxFields]uint8
	sum, most := w.prior, &w.most
	for i, f := range c.fields {
		if j := f.partner; j > i && x[i] != y[i] && x[j] != y[j] && crossable(i, j, u, v) {
			most = &w.cross
		}
	}
	for i, p := range x {
		switch q := y[i]; {
		case p == 0 || q == 0:
			l[i] = notTold
		case p == q:
			l[i] = equal
			sum += w.field(i, equal, p, q)
		default:
			l[i] = unknown
			sum += most[i]
		}
	}
	if sum < w.least {
		return 0, 0, false
	}
	for _, i := range w.order {
		if l[i] != unknown {
			continue
		}
		j := c.fields[i].partner
		l[i] = c.level(i, x[i], y[i], u[i], v[i])
		if j >= 0 {
			if l[j] == unknown {
				continue // the second of the two settles both
			}
			if l[j] != equal && l[j] != notTold {
				if crossable(min(i, j), max(i, j), u, v) {
					c.crossOne(&l, min(i, j), x, y)
				}
				sum += w.field(j, l[j], x[j], y[j]) - most[j]
			}
		}
		sum += w.field(i, l[i], x[i], y[i]) - most[i]
		if sum < w.least {
			return 0, 0, false
		}
	}
	return pack(&l, len(x)), sum, true
}

// unknown marks a level not looked at yet.
const unknown = 14
