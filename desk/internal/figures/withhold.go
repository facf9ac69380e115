package figures

import (
	"waylight/desk/internal/count"
	"waylight/desk/internal/record"
)

// suppress takes from a public figure all that tells its number.
func (p *Public) suppress() {
	p.Suppressed, p.Range, p.Method, p.Sources, p.Statements = true, count.Range{}, nil, nil, nil
	p.Words = record.Because("not shown, to protect people")
}

// kin are figures between which a reader can reckon: of one thing, one incident and one
// time.
type kin struct {
	status             record.Status
	unit               record.Unit
	incident, span     string
	area, population   string
	areas, populations bool // what the parts differ in; the other is the same in all
}

// withhold suppresses parts until no reader can reckon a group of fewer than Smallest
// people from what is shown: who is in the whole and in none of its parts that stand
// beside it, one part alone or all together. A whole is an incident, or itself a part of
// one with parts of its own (the minors of each district). The smallest part goes first.
//
// The tables of a donor report have every total and no overlap, so that purse reckons with
// equations. Here nobody says whether parts are all that there are, and minors may be
// women too: so a remainder is taken for a group of people whenever it is a small one.
func withhold(fs []Figure, ps []Public) {
	for changed := true; changed; {
		changed = false
		families := map[kin]struct {
			whole int // place in ps, and one more; 0: it is not counted
			parts []int
		}{}
		for i, f := range fs {
			if ps[i].Suppressed {
				continue
			}
			base := kin{status: f.Status, unit: f.Unit, incident: f.Scope.Incident, span: string(f.Scope.Span)}
			put := func(k kin, whole bool) {
				m := families[k]
				if whole {
					m.whole = i + 1
				} else {
					m.parts = append(m.parts, i)
				}
				families[k] = m
			}
			k := base
			k.populations, k.area = true, f.Scope.Area
			put(k, f.Population == "")
			k = base
			k.areas, k.population = true, f.Population
			put(k, f.Scope.Area == "")
		}
		for _, m := range families {
			if m.whole == 0 || ps[m.whole-1].Suppressed {
				continue
			}
			if i := tooNear(ps, m.whole-1, m.parts); i >= 0 {
				ps[i].suppress()
				changed = true
			}
		}
	}
}

// tooNear gives a part to be withheld, because too few people are in the whole and not in
// it, or not in any of the parts; -1 for none.
func tooNear(ps []Public, whole int, parts []int) int {
	least := -1
	for _, i := range parts {
		if ps[i].Suppressed {
			continue
		}
		if few(ps[whole].Range, ps[i].Range) {
			return i
		}
		if least < 0 || size(ps[i].Range) < size(ps[least].Range) || size(ps[i].Range) == size(ps[least].Range) && ps[i].Key < ps[least].Key {
			least = i
		}
	}
	if least < 0 {
		return -1
	}
	var all []count.Range
	for _, i := range parts {
		if !ps[i].Suppressed {
			all = append(all, ps[i].Range)
		}
	}
	if len(all) > 1 && few(ps[whole].Range, all...) {
		return least
	}
	return -1
}

// few reports whether, in any of the bounds, one to Smallest-1 people stay of a whole
// without its parts.
func few(whole count.Range, parts ...count.Range) bool {
	for _, bound := range []func(count.Range) count.Number{func(r count.Range) count.Number { return r.Low }, func(r count.Range) count.Number { return r.Best }, func(r count.Range) count.Number { return r.High }} {
		w := bound(whole)
		known := w.Known
		for _, p := range parts {
			n := bound(p)
			known = known && n.Known
			w.N -= n.N
		}
		if known && w.N > 0 && w.N < Smallest {
			return true
		}
	}
	return false
}

// size orders parts by their numbers, those that are known better first.
func size(r count.Range) int64 {
	for _, n := range []count.Number{r.Best, r.Low, r.High} {
		if n.Known {
			return n.N
		}
	}
	return 0
}
