package purse

import "slices"

// Protect withholds further cells until none that is withheld can be computed from
// the rows and columns. With r rows and c columns (totals too) every row and every
// column is one equation between its cells. Draw each withheld cell as a line from
// its row to its column: a cell can be computed exactly when its line is a bridge,
// on no closed way. So a way round is closed for every bridge by withholding the
// smallest cell that does it; the total of all is taken last.
func (t Table) Protect() {
	for range len(t) * len(t[0]) {
		i, j, found := t.bridge()
		if !found {
			return
		}
		if !t.close(i, j) {
			return // every cell is withheld already
		}
	}
}

// bridge finds a withheld cell that the others give away.
func (t Table) bridge() (int, int, bool) {
	for i := range t {
		for j := range t[i] {
			if t[i][j].Withheld && !t.round(i, j) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// round reports whether a way over other withheld cells leads from row i to column j.
func (t Table) round(i, j int) bool {
	side := t.side(i, j)
	return slices.Contains(side, len(t)+j)
}

// side lists the rows and columns (after the rows) that are tied to row i without the cell i, j.
func (t Table) side(i, j int) []int {
	seen, next := []int{i}, []int{i}
	for len(next) > 0 {
		n := next[0]
		next = next[1:]
		for r := range t {
			for c := range t[r] {
				if !t[r][c].Withheld || r == i && c == j {
					continue
				}
				to := -1
				switch n {
				case r:
					to = len(t) + c
				case len(t) + c:
					to = r
				}
				if to >= 0 && !slices.Contains(seen, to) {
					seen, next = append(seen, to), append(next, to)
				}
			}
		}
	}
	return seen
}

// close withholds the cheapest cells that lead round a bridge. Two are needed when
// a row or a column has no other withheld cell; the search looks at every way of up
// to three more cells: row i to a column, to a row, to column j.
func (t Table) close(i, j int) bool {
	best, at := int64(-1), [3][2]int{}
	for c := range t[i] {
		for r := range t {
			if c == j || r == i {
				continue
			}
			way := [3][2]int{{i, c}, {r, c}, {r, j}}
			cost := int64(0)
			for _, x := range way {
				cost += t.cost(x[0], x[1])
			}
			if best < 0 || cost < best {
				best, at = cost, way
			}
		}
	}
	if best < 0 {
		return false
	}
	for _, x := range at {
		t[x[0]][x[1]].Withheld = true
	}
	return true
}

// cost is what it costs to withhold a cell: its amount; the grand total above all,
// and an empty cell more than a full one, because everybody would guess it.
func (t Table) cost(i, j int) int64 {
	c := t[i][j]
	switch {
	case c.Withheld:
		return 0
	case i == len(t)-1 && j == len(t[i])-1:
		return 1 << 60
	case c.Base == 0:
		return 1 << 50
	case i == len(t)-1 || j == len(t[i])-1:
		return 1<<40 + max(c.Base, -c.Base)>>20
	}
	return min(max(c.Base, -c.Base), 1<<39)
}
