package petition

import (
	"cmp"
	"maps"
	"slices"

	"waylight/internal/clock"
)

// Least is the smallest number that is shown in public: fewer could be known to
// each other.
const Least = 5

// Count is how many in one country; an empty code stands for all others.
type Count struct {
	Country string `json:"country"`
	Number  int    `json:"number"`
}

// Tally is a public count: what may be seen of how many signed where.
type Tally struct {
	Day       clock.Day `json:"day,omitempty"` // as of
	Total     int       `json:"total"`         // 0: none, or fewer than Least
	Countries []Count   `json:"countries"`     // the largest first; those that are too small are in the last one, without a code
}

// Public makes a tally that shows no small number, and from which none can be
// reckoned: when those that are too small are together too few, the smallest of
// the others joins them.
func Public(day clock.Day, counts map[string]int) Tally {
	t := Tally{Day: day, Countries: []Count{}}
	var rest, total int
	var shown []Count
	for _, c := range slices.Sorted(maps.Keys(counts)) {
		n := counts[c]
		total += n
		if n < Least || c == "" {
			rest += n
			continue
		}
		shown = append(shown, Count{c, n})
	}
	if total < Least {
		return t
	}
	slices.SortStableFunc(shown, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(a.Country, b.Country))
	})
	for rest > 0 && rest < Least && len(shown) > 0 {
		last := shown[len(shown)-1]
		shown, rest = shown[:len(shown)-1], rest+last.Number
	}
	t.Total, t.Countries = total, append(t.Countries, shown...)
	if rest > 0 {
		t.Countries = append(t.Countries, Count{Number: rest})
	}
	return t
}
