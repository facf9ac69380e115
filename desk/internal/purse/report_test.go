package purse_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
)

// TestWithheldCannotBeComputed: on random tables no withheld cell follows from the
// others by any combination of rows and columns. The check is linear algebra over
// fractions and knows nothing of how cells were chosen.
func TestWithheldCannotBeComputed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		rows, cols := rapid.IntRange(1, 6).Draw(r, "rows"), rapid.IntRange(1, 6).Draw(r, "cols")
		table := make(purse.Table, rows+1)
		for i := range table {
			table[i] = make([]purse.Cell, cols+1)
		}
		some := false
		for i := range rows {
			for j := range cols {
				n := rapid.Int64Range(0, 5000).Draw(r, "n")
				table[i][j] = purse.Cell{Base: n, Withheld: n > 0 && rapid.IntRange(0, 4).Draw(r, "few") == 0}
				some = some || table[i][j].Withheld
				table[i][cols].Base += n
				table[rows][j].Base += n
				table[rows][cols].Base += n
			}
		}
		table.Protect()
		hidden, told := 0, 0
		for i := range table {
			for j := range table[i] {
				if !table[i][j].Withheld {
					told++
					continue
				}
				hidden++
				if follows(table, i, j) {
					r.Fatalf("cell %d,%d can be computed from the rest: %v", i, j, table)
				}
			}
		}
		if some != (hidden > 0) {
			r.Fatalf("%d cells are withheld", hidden)
		}
		if !some && told != (rows+1)*(cols+1) {
			r.Fatal("something was withheld for nothing")
		}
	})
}

// follows reports whether the unit vector of a cell lies in the span of the
// equations (each row and each column adds up to its total) over withheld cells.
func follows(t purse.Table, i, j int) bool {
	at := map[[2]int]int{}
	for a := range t {
		for b := range t[a] {
			if t[a][b].Withheld {
				at[[2]int{a, b}] = len(at)
			}
		}
	}
	var eqs [][]*big.Rat
	row := func() []*big.Rat {
		v := make([]*big.Rat, len(at))
		for n := range v {
			v[n] = new(big.Rat)
		}
		return v
	}
	last, end := len(t)-1, len(t[0])-1
	sign := func(total bool) *big.Rat {
		if total {
			return big.NewRat(-1, 1)
		}
		return big.NewRat(1, 1)
	}
	for a := range t {
		v := row()
		for b := range t[a] {
			if n, ok := at[[2]int{a, b}]; ok {
				v[n] = sign(b == end)
			}
		}
		eqs = append(eqs, v)
	}
	for b := range t[0] {
		v := row()
		for a := range t {
			if n, ok := at[[2]int{a, b}]; ok {
				v[n] = sign(a == last)
			}
		}
		eqs = append(eqs, v)
	}
	unit := row()
	unit[at[[2]int{i, j}]] = big.NewRat(1, 1)
	return rank(append(eqs, unit)) == rank(eqs)
}

func rank(in [][]*big.Rat) int {
	var m [][]*big.Rat
	for _, v := range in {
		c := make([]*big.Rat, len(v))
		for n := range v {
			c[n] = new(big.Rat).Set(v[n])
		}
		m = append(m, c)
	}
	n := 0
	for col := 0; len(m) > 0 && col < len(m[0]); col++ {
		p := -1
		for r := n; r < len(m); r++ {
			if m[r][col].Sign() != 0 {
				p = r
				break
			}
		}
		if p < 0 {
			continue
		}
		m[n], m[p] = m[p], m[n]
		for r := range m {
			if r == n || m[r][col].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(m[r][col], m[n][col])
			for c := range m[r] {
				m[r][c] = new(big.Rat).Sub(m[r][c], new(big.Rat).Mul(f, m[n][c]))
			}
		}
		n++
	}
	return n
}

// TestRankSees is the control: a table whose one withheld cell is a plain difference is found.
func TestRankSees(t *testing.T) {
	t.Parallel()
	table := purse.Table{{{Base: 3, Withheld: true}, {Base: 4}, {Base: 7}}, {{Base: 1}, {Base: 1}, {Base: 2}}, {{Base: 4}, {Base: 5}, {Base: 9}}}
	if !follows(table, 0, 0) {
		t.Fatal("3 = 7 − 4 was not found")
	}
	// A bridge between two closed ways: every row and column has two withheld cells
	// or none, and the cell between them still follows.
	bridge := make(purse.Table, 5)
	for i := range bridge {
		bridge[i] = make([]purse.Cell, 5)
	}
	for _, x := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 2}, {2, 3}, {3, 2}, {3, 3}} {
		bridge[x[0]][x[1]].Withheld = true
	}
	if !follows(bridge, 1, 2) {
		t.Fatal("a bridge was not found")
	}
	bridge.Protect()
	if follows(bridge, 1, 2) {
		t.Fatal("a bridge was left")
	}
}

// TestReportTellsNoFew: amounts about fewer than five people are not told, and a
// country of few is not named.
func TestReportTellsNoFew(t *testing.T) {
	t.Parallel()
	var sums []cases.Spent
	var heads []cases.Head
	add := func(month, line, country string, n int64, people int) {
		sums = append(sums, cases.Spent{Month: month, Line: line, Currency: "EUR", Country: country, Priced: true, Minor: n, Base: n, N: people})
		heads = append(heads, cases.Head{What: cases.HeadHelped, Span: cases.Quarter(month), Line: line, N: people}, cases.Head{What: cases.HeadWhere, Span: cases.Quarter(month), Line: country, N: people})
	}
	add("2017-04", "travel", "DE", 90_000, 9)
	add("2017-04", "medical", "LT", 7_777, 2)
	add("2017-07", "travel", "DE", 80_000, 8)
	add("2017-07", "medical", "FR", 60_000, 7)
	add("2017-07", "advocacy", "", 50_000, 0)
	heads = append(heads, cases.Head{What: cases.HeadHelped, Span: "2017-Q2", N: 11}, cases.Head{What: cases.HeadHelped, Span: "2017-Q3", N: 15})
	r := purse.Reckon(purse.Ask{From: "2017-04", To: "2017-09"}, purse.Grant{}, "EUR", sums, heads)
	if got := fmt.Sprint(r.Lines, r.Spans); got != "[travel medical advocacy] [2017-Q2 2017-Q3]" {
		t.Fatal(got)
	}
	if !r.Spent[1][0].Withheld || r.Spent[1][0].Base != 7_777 {
		t.Fatalf("medical help of two people: %+v", r.Spent[1][0])
	}
	for i := range r.Spent {
		for j := range r.Spent[i] {
			if r.Spent[i][j].Withheld && follows(r.Spent, i, j) {
				t.Errorf("cell %d,%d can be computed", i, j)
			}
		}
	}
	if r.Hidden() || r.Total != 287_777 || r.Spent[2][1].Withheld && r.Spent[2][1].Base == 0 {
		t.Errorf("%d in all, hidden %v", r.Total, r.Hidden())
	}
	for _, c := range r.Countries {
		if c == "LT" || c == "" {
			t.Errorf("the countries name %q", c)
		}
	}
	total := int64(0)
	for _, row := range r.Country[:len(r.Country)-1] {
		total += row[0].Base
	}
	if total != r.Total {
		t.Errorf("countries add up to %d", total)
	}
	if b := r.People[0]; b.From != 10 || b.To != 19 {
		t.Errorf("11 people stand in the band %+v", b)
	}
}
