package estimate

import (
	"fmt"
	"math/bits"
	"slices"
)

// MaxLists is how many lists a table can have.
const MaxLists = 32

// A Pattern says which lists a person is on: bit j for list j.
type Pattern uint32

// size is the number of lists.
func (p Pattern) size() int { return bits.OnesCount32(uint32(p)) }

// A Cell is how many people have one pattern.
type Cell struct {
	On    Pattern
	Count int
}

// A Table is what several lists know together: every pattern that somebody
// has, in rising order, and how many have it. Nobody in it is on no list.
type Table struct {
	Lists []string
	Cells []Cell
}

// NewTable adds the cells up and checks that an estimate can be asked of them.
// The error is a [BadTable].
func NewTable(lists []string, cells []Cell) (Table, error) {
	if err := checkLists(lists); err != nil {
		return Table{}, err
	}
	sum := map[Pattern]int{}
	for _, c := range cells {
		switch {
		case c.Count < 0:
			return Table{}, &BadTable{What: "a count is negative", Todo: "write how many people there are: 0 or more"}
		case c.Count == 0:
			continue
		case c.On == 0:
			return Table{}, &BadTable{What: fmt.Sprintf("%d people are on no list", c.Count), Todo: "leave the row out: how many are on no list is what is asked"}
		case int(c.On)>>len(lists) != 0:
			return Table{}, &BadTable{What: "a pattern names a list that is not there", Todo: "give as many lists as patterns name"}
		case c.Count > maxCount-sum[c.On]:
			return Table{}, &BadTable{What: "there are more people than ever lived", Todo: "check the counts"}
		}
		sum[c.On] += c.Count
	}
	t := Table{Lists: slices.Clone(lists)}
	for on, n := range sum {
		t.Cells = append(t.Cells, Cell{on, n})
	}
	slices.SortFunc(t.Cells, func(a, b Cell) int { return int(a.On) - int(b.On) })
	return t, t.check()
}

// maxCount keeps sums exact in floating point.
const maxCount = 1_000_000_000_000

func checkLists(lists []string) error {
	switch {
	case len(lists) < 2:
		return &BadTable{What: fmt.Sprintf("there are %d lists", len(lists)), Todo: "nothing can be said from fewer than two lists; give one 0/1 column for each"}
	case len(lists) > MaxLists:
		return &BadTable{What: fmt.Sprintf("there are %d lists; at most %d can be read", len(lists), MaxLists), Todo: "merge lists of one origin"}
	}
	seen := map[string]bool{}
	for _, l := range lists {
		if seen[l] {
			return &BadTable{Column: l, What: "two lists have this name", Todo: "give each list its own name"}
		}
		seen[l] = true
	}
	return nil
}

// check refuses tables from which nothing can be learnt.
func (t Table) check() error {
	n := t.Observed()
	if n == 0 {
		return &BadTable{What: "nobody is on any list", Todo: "check that the counts were read"}
	}
	if n > maxCount {
		return &BadTable{What: "there are more people than ever lived", Todo: "check the counts"}
	}
	shared := false
	for _, c := range t.Cells {
		shared = shared || c.On.size() > 1
	}
	for j, l := range t.Lists {
		switch t.onList(j) {
		case 0:
			return &BadTable{Column: l, What: "nobody is on this list", Todo: "leave the list out: it says nothing"}
		case n:
			return &BadTable{Column: l, What: "everybody is on this list: it contains all others", Todo: "leave it out if it was made by joining the others; otherwise nothing can be said about who is missing from it"}
		}
	}
	if !shared {
		return &BadTable{What: "no person is on two lists: nothing can be estimated", Todo: "check that the same person was recognised across the lists; if nobody is shared, publish the count as a floor"}
	}
	return nil
}

// Observed is the number of people on any list.
func (t Table) Observed() int {
	n := 0
	for _, c := range t.Cells {
		n += c.Count
	}
	return n
}

func (t Table) onList(j int) int {
	n := 0
	for _, c := range t.Cells {
		if c.On>>j&1 == 1 {
			n += c.Count
		}
	}
	return n
}

// counts are the cells as a vector of length 2^lists, indexed by pattern.
func (t Table) counts() []float64 {
	y := make([]float64, 1<<len(t.Lists))
	for _, c := range t.Cells {
		y[c.On] = float64(c.Count)
	}
	return y
}

// named writes a pattern with the names of its lists.
func (t Table) named(p Pattern) string {
	s := ""
	for j, l := range t.Lists {
		if p>>j&1 == 0 {
			continue
		}
		if s != "" {
			s += "·"
		}
		s += l
	}
	return s
}
