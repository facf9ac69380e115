package estimate

import "math"

// exists says whether the model has a finite and unique maximum likelihood
// estimate on the loaded table (Fienberg & Rinaldo 2012, theorem 3; Chan,
// Silverman & Vincent 2021, section 3).
//
// A direction d of the parameters along which the likelihood never falls is
// one with x·d = 0 in every filled cell and x·d ≤ 0 in every empty one. There
// is a finite unique estimate when d = 0 is the only one. When the filled cells
// have full rank that is certain at once; otherwise a linear programme over
// their null space decides.
func (f *fitter) exists(model []Pattern) bool {
	f.prepare(model)
	if f.full && len(f.terms) == len(model)+1 {
		return true // no empty cell: a closed model keeps full rank
	}
	var filled, empty []Pattern
	for s, live := range f.live {
		switch {
		case live && f.y[s] > 0:
			filled = append(filled, Pattern(s))
		case live:
			empty = append(empty, Pattern(s))
		}
	}
	null := nullSpace(filled, f.terms)
	if len(null) == 0 {
		return true
	}
	rows := make([][]float64, 0, len(empty))
	for _, s := range empty {
		row := make([]float64, len(null))
		for k, v := range null {
			for i, t := range f.terms {
				if s&t == t {
					row[k] += v[i]
				}
			}
		}
		rows = append(rows, row)
	}
	return !falls(rows, len(null))
}

// nullSpace returns a base of the directions that are 0 in all the cells.
func nullSpace(cells, terms []Pattern) [][]float64 {
	p := len(terms)
	var rows [][]float64 // reduced, each with its pivot
	var pivots []int
	row := make([]float64, p)
	for _, s := range cells {
		for i, t := range terms {
			row[i] = 0
			if s&t == t {
				row[i] = 1
			}
		}
		for k, r := range rows {
			if c := row[pivots[k]]; c != 0 {
				for i := range row {
					row[i] -= c * r[i]
				}
			}
		}
		at := -1
		for i, v := range row {
			if math.Abs(v) > 1e-9 && (at < 0 || math.Abs(v) > math.Abs(row[at])) {
				at = i
			}
		}
		if at < 0 {
			continue
		}
		fresh := make([]float64, p)
		for i := range row {
			fresh[i] = row[i] / row[at]
		}
		for _, r := range rows {
			if c := r[at]; c != 0 {
				for i := range r {
					r[i] -= c * fresh[i]
				}
			}
		}
		rows, pivots = append(rows, fresh), append(pivots, at)
		if len(rows) == p {
			return nil
		}
	}
	is := make([]bool, p)
	for _, at := range pivots {
		is[at] = true
	}
	var base [][]float64
	for j := range p {
		if is[j] {
			continue
		}
		v := make([]float64, p)
		v[j] = 1
		for k, r := range rows {
			v[pivots[k]] = -r[j]
		}
		base = append(base, v)
	}
	return base
}

// falls says whether some c ≠ 0 has a·c ≤ 0 in every row: it maximises the sum
// of -a·c under -1 ≤ a·c ≤ 0. When the rows do not have full rank, a direction
// is 0 in every cell and the model cannot be identified.
func falls(a [][]float64, r int) bool {
	if rank(a, r) < r {
		return true
	}
	// Tableau in the free c = u - v with u, v ≥ 0; right-hand sides 0 and 1.
	m := len(a)
	t := make([][]float64, 2*m+1)
	goal := make([]float64, 2*r+1)
	for i, row := range a {
		up, low := make([]float64, 2*r+1), make([]float64, 2*r+1)
		for k, v := range row {
			up[k], up[r+k], low[k], low[r+k] = v, -v, -v, v
			goal[k] += v
			goal[r+k] -= v
		}
		low[2*r] = 1
		t[i], t[m+i] = up, low
	}
	t[2*m] = goal
	return simplex(t) > 1e-7
}

func rank(a [][]float64, r int) int {
	terms := 0
	var rows [][]float64
	var pivots []int
	for _, in := range a {
		row := append([]float64(nil), in...)
		for k, b := range rows {
			if c := row[pivots[k]]; c != 0 {
				for i := range row {
					row[i] -= c * b[i]
				}
			}
		}
		at := 0
		for i, v := range row {
			if math.Abs(v) > math.Abs(row[at]) {
				at = i
			}
		}
		if math.Abs(row[at]) < 1e-9 {
			continue
		}
		c := row[at]
		for i := range row {
			row[i] /= c
		}
		rows, pivots = append(rows, row), append(pivots, at)
		if terms++; terms == r {
			break
		}
	}
	return terms
}

// simplex maximises from a feasible start on a condensed tableau: one row for
// each constraint, the goal (negated) last, the right-hand side in the last
// column. Bland's rule: it cannot turn in a circle.
func simplex(t [][]float64) float64 {
	goal, rows := t[len(t)-1], t[:len(t)-1]
	n := len(goal) - 1
	outside, inside := make([]int, n), make([]int, len(rows))
	for j := range outside {
		outside[j] = j
	}
	for i := range inside {
		inside[i] = n + i
	}
	for range 10000 {
		col := -1
		for j := range n {
			if goal[j] < -1e-9 && (col < 0 || outside[j] < outside[col]) {
				col = j
			}
		}
		if col < 0 {
			break
		}
		at := -1
		for i, row := range rows {
			if row[col] <= 1e-9 {
				continue
			}
			if at < 0 {
				at = i
				continue
			}
			d := row[n]/row[col] - rows[at][n]/rows[at][col]
			if d < -1e-12 || (d <= 1e-12 && inside[i] < inside[at]) {
				at = i
			}
		}
		if at < 0 {
			return math.Inf(1)
		}
		pivot(t, at, col)
		inside[at], outside[col] = outside[col], inside[at]
	}
	return goal[n]
}

func pivot(t [][]float64, at, col int) {
	row := t[at]
	d := row[col]
	for j := range row {
		row[j] /= d
	}
	row[col] = 1 / d
	for i, other := range t {
		c := other[col]
		if i == at || c == 0 {
			continue
		}
		for j := range other {
			if j != col {
				other[j] -= c * row[j]
			}
		}
		other[col] = -c / d
	}
}
