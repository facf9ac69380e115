package estimate

import "math/bits"

// A graph is decomposable: its marginal likelihood is that of its cliques over
// that of its separators (Lauritzen 1996, proposition 2.17).
type graph struct {
	edges      uint32 // bit of pairs(lists)
	cliques    []Pattern
	separators []Pattern // the empty one left out: its term is 1
}

// decomposable lists every decomposable graph on the lists: 2, 8, 61, 822 and
// 18,154 of them for 2 to 6 lists.
func decomposable(lists int) []graph {
	two := pairs(lists)
	var out []graph
	near := make([]Pattern, lists)
	for e := range uint32(1) << len(two) {
		clear(near)
		for i, p := range two {
			if e>>i&1 == 1 {
				a := bits.TrailingZeros32(uint32(p))
				b := 31 - bits.LeadingZeros32(uint32(p))
				near[a] |= 1 << b
				near[b] |= 1 << a
			}
		}
		if g, ok := cliquesOf(near); ok {
			g.edges = e
			out = append(out, g)
		}
	}
	return out
}

// cliquesOf numbers the vertices by maximum cardinality search and reads
// cliques and separators off the order (Tarjan & Yannakakis 1984; Blair &
// Peyton 1993, figure 4.2); false when the graph is not chordal.
func cliquesOf(near []Pattern) (graph, bool) {
	var g graph
	var done, clique Pattern
	before := -1
	for range near {
		next, most := -1, -1
		for v := range near {
			if done>>v&1 == 0 && (near[v]&done).size() > most {
				next, most = v, (near[v] & done).size()
			}
		}
		earlier := near[next] & done
		for v := range near {
			if earlier>>v&1 == 1 && earlier&^near[v]&^(1<<v) != 0 {
				return g, false
			}
		}
		if most <= before || before < 0 {
			if before >= 0 {
				g.cliques = append(g.cliques, clique)
				if earlier != 0 {
					g.separators = append(g.separators, earlier)
				}
			}
			clique = earlier
		}
		clique |= 1 << next
		done |= 1 << next
		before = most
	}
	g.cliques = append(g.cliques, clique)
	return g, true
}
