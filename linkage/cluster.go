package linkage

import (
	"cmp"
	"slices"
)

// An edge is a scored pair.
type edge struct {
	a, b   uint32
	weight float32 // log of odds
}

// A cluster grows by its strongest pairs and keeps to the constraints.
type clusters struct {
	of      []int32 // cluster of a record
	members [][]uint32
	score   func(a, b int) float64
	refuses func(x, y []uint32) bool
}

func newClusters(n int, score func(a, b int) float64, refuses func(x, y []uint32) bool) *clusters {
	c := &clusters{of: make([]int32, n), members: make([][]uint32, n), score: score, refuses: refuses}
	single := make([]uint32, n)
	for i := range n {
		c.of[i], single[i] = int32(i), uint32(i)
		c.members[i] = single[i : i+1 : i+1]
	}
	return c
}

// join merges by pairs from the strongest down to least. Two groups join when
// the mean over their pairs of the log odds, each held within bounds, is above
// the limit: one strong pair carries a few that are damaged, and does not carry
// many that speak against it.
func (c *clusters) join(edges []edge, least, limit float64) {
	slices.SortFunc(edges, func(x, y edge) int {
		if d := cmp.Compare(y.weight, x.weight); d != 0 {
			return d
		}
		if d := cmp.Compare(x.a, y.a); d != 0 {
			return d
		}
		return cmp.Compare(x.b, y.b)
	})
	for _, e := range edges {
		if float64(e.weight) < least {
			break
		}
		x, y := c.of[e.a], c.of[e.b]
		if x == y || c.refuses(c.members[x], c.members[y]) {
			continue
		}
		if len(c.members[x])+len(c.members[y]) > 2 && c.mean(x, y) < limit {
			continue
		}
		c.merge(x, y)
	}
}

func (c *clusters) mean(x, y int32) float64 {
	sum, n := 0.0, 0
	for _, a := range spread(c.members[x]) {
		for _, b := range spread(c.members[y]) {
			sum += min(15, max(-15, c.score(int(a), int(b))))
			n++
		}
	}
	return sum / float64(n)
}

// spread takes at most eight members, evenly.
func spread(m []uint32) []uint32 {
	if len(m) <= 8 {
		return m
	}
	out := make([]uint32, 8)
	for i := range out {
		out[i] = m[i*len(m)/8]
	}
	return out
}

func (c *clusters) merge(x, y int32) {
	if len(c.members[x]) < len(c.members[y]) || len(c.members[x]) == len(c.members[y]) && y < x {
		x, y = y, x
	}
	for _, r := range c.members[y] {
		c.of[r] = x
	}
	c.members[x] = append(c.members[x], c.members[y]...)
	c.members[y] = nil
}

// numbered gives each record its cluster's number, in the order in which the
// records stand.
func (c *clusters) numbered() ([]int32, int) {
	out, names, next := make([]int32, len(c.of)), make(map[int32]int32, len(c.of)), int32(0)
	for r, x := range c.of {
		n, ok := names[x]
		if !ok {
			n = next
			next++
			names[x] = n
		}
		out[r] = n
	}
	return out, int(next)
}
