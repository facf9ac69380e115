package linkage

import (
	"cmp"
	"slices"
)

// An edge is a scored pair.
type edge struct {
	pattern pattern
	a, b    uint32
	weight  float32 // log of odds
}

// clusters are groups of records that grow by their strongest pairs and keep to
// the constraints.
type clusters struct {
	of      []int32 // cluster of a record
	members [][]uint32
	refuses func(x, y []uint32) bool
}

func newClusters(n int, refuses func(x, y []uint32) bool) *clusters {
	c := &clusters{of: make([]int32, n), members: make([][]uint32, n), refuses: refuses}
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
func (c *clusters) join(edges []edge, limit float64, score func(a, b uint32) float64) {
	slices.SortFunc(edges, stronger)
	for _, e := range edges {
		x, y := c.of[e.a], c.of[e.b]
		if x == y || c.refuses(c.members[x], c.members[y]) {
			continue
		}
		if len(c.members[x])+len(c.members[y]) > 2 && c.mean(x, y, score) < limit {
			continue
		}
		c.merge(x, y)
	}
}

func stronger(x, y edge) int {
	if d := cmp.Compare(y.weight, x.weight); d != 0 {
		return d
	}
	if d := cmp.Compare(x.a, y.a); d != 0 {
		return d
	}
	return cmp.Compare(x.b, y.b)
}

func (c *clusters) mean(x, y int32, score func(a, b uint32) float64) float64 {
	sum, n := 0.0, 0
	for _, a := range spread(c.members[x]) {
		for _, b := range spread(c.members[y]) {
			sum += min(15, max(-15, score(a, b)))
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
	out, names, next := make([]int32, len(c.of)), make([]int32, len(c.of)), int32(0)
	for r, x := range c.of {
		if names[x] == 0 {
			next++
			names[x] = next
		}
		out[r] = names[x] - 1
	}
	return out, int(next)
}

// A forest joins records without weighing anything: which hang together at all.
type forest []uint32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = uint32(i)
	}
	return f
}

func (f forest) root(a uint32) uint32 {
	for f[a] != a {
		f[a] = f[f[a]]
		a = f[a]
	}
	return a
}

func (f forest) join(a, b uint32) {
	a, b = f.root(a), f.root(b)
	f[max(a, b)] = min(a, b)
}

// components parts the edges of at least least into those that hang together,
// so that each part can be clustered apart. Records of one root hang together.
func (r *run) components(edges []edge, least float64) ([][]edge, forest) {
	f := newForest(r.n)
	for _, m := range r.must {
		f.join(uint32(m[0]), uint32(m[1]))
	}
	strong := 0
	for _, e := range edges {
		if float64(e.weight) >= least {
			f.join(e.a, e.b)
			strong++
		}
	}
	starts := make([]uint32, r.n+1)
	for _, e := range edges {
		if float64(e.weight) >= least {
			starts[f.root(e.a)+1]++
		}
	}
	for i := range r.n {
		starts[i+1] += starts[i]
	}
	sorted := make([]edge, strong)
	for _, e := range edges {
		if float64(e.weight) >= least {
			at := f.root(e.a)
			sorted[starts[at]] = e
			starts[at]++
		}
	}
	var parts [][]edge
	from := uint32(0)
	for i := range r.n {
		if to := starts[i]; to > from {
			parts = append(parts, sorted[from:to])
			from = to
		}
	}
	return parts, f
}
