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
	on      *Scratch
	of      []int32  // cluster of a record
	size    []uint32 // of a cluster; 0 is none
	next    []uint32 // the record after this one in its cluster, from 1; 0 is none
	last    []uint32 // record of a cluster; the first has the cluster's number
	refuses func(x, y []uint32) bool
}

func newClusters(on *Scratch, n int, refuses func(x, y []uint32) bool) *clusters {
	c := &clusters{on, room[int32](on, n), room[uint32](on, n), room[uint32](on, n), room[uint32](on, n), refuses}
	for i := range n {
		c.of[i], c.size[i], c.last[i] = int32(i), 1, uint32(i)
	}
	return c
}

func (c *clusters) end() {
	free(c.on, c.of)
	free(c.on, c.size)
	free(c.on, c.next)
	free(c.on, c.last)
}

// members adds the records of a cluster to a list.
func (c *clusters) members(x int32, to []uint32) []uint32 {
	if c.size[x] == 0 {
		return to
	}
	for r := uint32(x); ; r = c.next[r] - 1 {
		if to = append(to, r); c.next[r] == 0 {
			return to
		}
	}
}

// join merges by pairs from the strongest down to least. Two groups join when
// the mean over their pairs of the log odds, each held within bounds, is above
// the limit: one strong pair carries a few that are damaged, and does not carry
// many that speak against it.
func (c *clusters) join(edges []edge, limit float64, score func(a, b uint32) float64) {
	slices.SortFunc(edges, stronger)
	var one, other []uint32
	for _, e := range edges {
		x, y := c.of[e.a], c.of[e.b]
		if x == y {
			continue
		}
		one, other = c.members(x, one[:0]), c.members(y, other[:0])
		if c.refuses(one, other) || len(one)+len(other) > 2 && mean(one, other, score) < limit {
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

func mean(x, y []uint32, score func(a, b uint32) float64) float64 {
	sum, n := 0.0, 0
	for _, a := range spread(x) {
		for _, b := range spread(y) {
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
	if c.size[x] < c.size[y] || c.size[x] == c.size[y] && y < x {
		x, y = y, x
	}
	for r := uint32(y); ; r = c.next[r] - 1 {
		if c.of[r] = x; c.next[r] == 0 {
			break
		}
	}
	c.next[c.last[x]] = uint32(y) + 1
	c.last[x] = c.last[y]
	c.size[x] += c.size[y]
	c.size[y] = 0
}

// numbered gives each record its cluster's number, in the order in which the
// records stand.
func (c *clusters) numbered() ([]int32, int) {
	out, names, next := room[int32](c.on, len(c.of)), room[int32](c.on, len(c.of)), int32(0)
	defer free(c.on, names)
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

func newForest(on *Scratch, n int) forest {
	f := forest(room[uint32](on, n))
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
// Both are to be freed.
func (r *run) components(edges []edge, least float64) (*hanging, forest) {
	f := newForest(r.scratch, r.n)
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
	starts := room[uint32](r.scratch, r.n+1)
	defer free(r.scratch, starts)
	for _, e := range edges {
		if float64(e.weight) >= least {
			starts[f.root(e.a)+1]++
		}
	}
	for i := range r.n {
		starts[i+1] += starts[i]
	}
	sorted := room[edge](r.scratch, strong)
	for _, e := range edges {
		if float64(e.weight) >= least {
			at := f.root(e.a)
			sorted[starts[at]] = e
			starts[at]++
		}
	}
	ends, from := []uint32(nil), uint32(0)
	for i := range r.n {
		if to := starts[i]; to > from {
			ends = push(r.scratch, ends, to)
			from = to
		}
	}
	return &hanging{r.scratch, sorted, ends}, f
}

// hanging are edges that lie together where they hang together.
type hanging struct {
	on    *Scratch
	edges []edge
	ends  []uint32 // of each part
}

func (p *hanging) len() int { return len(p.ends) }

func (p *hanging) part(i int) []edge {
	from := uint32(0)
	if i > 0 {
		from = p.ends[i-1]
	}
	return p.edges[from:p.ends[i]]
}

func (p *hanging) end() {
	free(p.on, p.edges)
	free(p.on, p.ends)
}
