package linkage

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// A Draw is one way in which the records may fall into people, as the figures
// need it: how many people have each pattern of lists.
type Draw struct {
	People int    `json:"people"`
	Cells  []Cell `json:"cells"` // by pattern, rising
}

// A Cell counts the people who are on the same lists. Bit i of the pattern is
// the i-th list, as [Result.Lists] names them.
type Cell struct {
	Pattern uint64 `json:"pattern"`
	Count   int    `json:"count"`
}

// The sampler of draws.
const (
	possible  = -4.6 // log of odds, 1 in 100, under which a pair joins in no draw
	burnIn    = 20   // rounds before the first draw
	thinning  = 5    // rounds between draws
	mostDraws = 10_000
	byTree    = 0.75 // share of a group's weight that its strongest links have
)

// Lists names the lists in their order.
func (res *Result) Lists() []string {
	var out []string
	for _, l := range res.run.lists {
		out = append(out, l.Name)
	}
	return out
}

// Draws gives n ways in which the records may fall into people, drawn by their
// probability, to carry the doubt of linkage into an estimate (Sadinle, "Bayesian
// propagation of record linkage uncertainty into population size estimation of
// human rights violations", 2018). The same seed gives the same draws.
//
// A group of m records counts as m-1 links, not as m(m-1)/2, for its pairs share
// their errors (a composite likelihood; Varin, Reid and Firth 2011): three quarters
// of its log weight are the log odds of the strongest links that hold it together,
// a quarter is m-1 times the mean of all its pairs, each held between -15 and 15.
// For two records that is the probability of the pair. The sampler goes through the records and gives each a group anew, by
// Gibbs, keeping every constraint. Pairs under 1 in 100 never join. What the model
// learnt is taken as known: the doubt about it is not in the draws.
//
// The error is ctx's, or a [*Problem] where there are more than 64 lists or n is
// out of bounds.
func (res *Result) Draws(ctx context.Context, n int, seed uint64) ([]Draw, error) {
	r := res.run
	if len(r.lists) > 64 {
		return nil, &Problem{List: "input", What: "draws count patterns of at most 64 lists", Todo: "put lists together"}
	}
	if n < 1 || n > mostDraws {
		return nil, &Problem{List: "settings", What: fmt.Sprintf("%d draws; between 1 and %d can be made", n, mostDraws), Todo: "ask for 100"}
	}
	hang, forest := r.components(res.edges, possible)
	defer hang.end()
	defer free(r.scratch, forest)
	part := room[int32](r.scratch, r.n) // of a root, from 1
	defer free(r.scratch, part)
	for i := range hang.len() {
		part[forest.root(hang.part(i)[0].a)] = int32(i + 1)
	}
	ends := room[uint32](r.scratch, hang.len()+1) // of the records of each part, one place on
	defer free(r.scratch, ends)
	for rec := range r.n {
		ends[part[forest.root(uint32(rec))]]++
	}
	ends[0] = 0
	for i := range hang.len() {
		ends[i+1] += ends[i]
	}
	recs := room[uint32](r.scratch, int(ends[hang.len()]))
	defer free(r.scratch, recs)
	for rec := r.n - 1; rec >= 0; rec-- {
		if p := part[forest.root(uint32(rec))]; p > 0 {
			ends[p]--
			recs[ends[p]] = uint32(rec)
		}
	}
	counts := make([][]map[uint64]int, r.workers)
	for w := range counts {
		counts[w] = make([]map[uint64]int, n)
		for d := range n {
			counts[w][d] = map[uint64]int{}
		}
	}
	comparers, w := r.comparers(), r.weights(math.Inf(-1))
	const step = 64
	eachBy((hang.len()+step-1)/step, r.workers, func(worker, k int) {
		for i := k * step; i < min(hang.len(), (k+1)*step) && ctx.Err() == nil; i++ {
			edges := hang.part(i)
			// What counting left are beginnings.
			from, to := ends[i+1], uint32(len(recs))
			if i+2 < len(ends) {
				to = ends[i+2]
			}
			s := newSampler(res, w, comparers[worker], recs[from:to], edges, rand.New(rand.NewPCG(seed, uint64(edges[0].a)<<32|uint64(edges[0].b))))
			s.draw(counts[worker])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	always := map[uint64]int{}
	var m []uint32
	for x := range res.cl.size {
		// A person of whom no record is in doubt is in every draw.
		if m = res.cl.members(int32(x), m[:0]); len(m) > 0 && part[forest.root(m[0])] == 0 {
			always[r.pattern(m)]++
		}
	}
	out := make([]Draw, n)
	for d := range out {
		sum := map[uint64]int{}
		for p, c := range always {
			sum[p] += c
		}
		for _, c := range counts {
			for p, k := range c[d] {
				sum[p] += k
			}
		}
		for p, c := range sum {
			out[d].People += c
			out[d].Cells = append(out[d].Cells, Cell{p, c})
		}
		slices.SortFunc(out[d].Cells, func(a, b Cell) int { return map[bool]int{true: -1, false: 1}[a.Pattern < b.Pattern] })
	}
	return out, nil
}

// pattern is the lists of some records.
func (r *run) pattern(recs []uint32) (p uint64) {
	for _, rec := range recs {
		p |= 1 << r.list[rec]
	}
	return p
}

// A sampler goes through the records that hang together. Records that must be
// one person are one node.
type sampler struct {
	r     *run
	w     *weights
	c     *comparer
	rnd   *rand.Rand
	nodes [][]uint32 // records
	near  [][]int    // nodes with a pair that is possible
	group []int      // of a node
	in    [][]int    // nodes of a group
	known map[uint64]float64
}

func newSampler(res *Result, w *weights, c *comparer, recs []uint32, edges []edge, rnd *rand.Rand) *sampler {
	r := res.run
	s := &sampler{r: r, w: w, c: c, rnd: rnd, known: map[uint64]float64{}}
	for _, e := range edges {
		s.known[uint64(e.a)<<32|uint64(e.b)] = float64(e.weight)
	}
	bound := newForest(nil, len(recs))
	at := map[uint32]int{}
	for i, rec := range recs {
		at[rec] = i
	}
	for _, m := range r.must {
		a, ok := at[uint32(m[0])]
		if b, ok2 := at[uint32(m[1])]; ok && ok2 {
			bound.join(uint32(a), uint32(b))
		}
	}
	node := make([]int, len(recs))
	groups := map[int32]int{}
	for i, rec := range recs {
		if root := bound.root(uint32(i)); int(root) != i {
			node[i] = node[root]
			s.nodes[node[i]] = append(s.nodes[node[i]], rec)
			continue
		}
		node[i] = len(s.nodes)
		s.nodes = append(s.nodes, []uint32{rec})
		g, ok := groups[res.Person[rec]]
		if !ok {
			g = len(s.in)
			groups[res.Person[rec]] = g
			s.in = append(s.in, nil)
		}
		s.group = append(s.group, g)
		s.in[g] = append(s.in[g], node[i])
	}
	s.near = make([][]int, len(s.nodes))
	for _, e := range edges {
		a, b := node[at[e.a]], node[at[e.b]]
		if a != b {
			s.near[a], s.near[b] = append(s.near[a], b), append(s.near[b], a)
		}
	}
	for i := range s.near {
		slices.Sort(s.near[i])
		s.near[i] = slices.Compact(s.near[i])
	}
	return s
}

// draw runs the chain and adds each draw to its counts.
func (s *sampler) draw(counts []map[uint64]int) {
	for range burnIn {
		s.round()
	}
	for d := range counts {
		for range thinning {
			s.round()
		}
		for _, nodes := range s.in {
			if len(nodes) > 0 {
				p := uint64(0)
				for _, n := range nodes {
					p |= s.r.pattern(s.nodes[n])
				}
				counts[d][p]++
			}
		}
	}
}

// pair is the log of odds of two records.
func (s *sampler) pair(a, b uint32) float64 {
	key := uint64(min(a, b))<<32 | uint64(max(a, b))
	x, ok := s.known[key]
	if !ok {
		var l [maxFields]uint8
		s.c.levels(&l, a, b)
		x = s.w.of(pack(&l, len(s.r.fields)), a, b)
		s.known[key] = x
	}
	return min(15, max(-15, x))
}

// worth is the log weight of a group.
func (s *sampler) worth(recs []uint32) float64 {
	m := len(recs)
	if m < 2 {
		return 0
	}
	// The strongest tree, after Prim, and the mean of all pairs on the way.
	best := make([]float64, m)
	for i := range best {
		best[i] = math.Inf(-1)
	}
	tree, sum, at := 0.0, 0.0, 0
	left := make([]int, m-1)
	for i := range left {
		left[i] = i + 1
	}
	for len(left) > 0 {
		next := 0
		for k, o := range left {
			x := s.pair(recs[at], recs[o])
			sum += x
			if best[o] = max(best[o], x); best[o] > best[left[next]] {
				next = k
			}
		}
		at = left[next]
		tree += best[at]
		left = slices.Delete(left, next, next+1)
	}
	return byTree*tree + (1-byTree)*sum*2/float64(m)
}

func (s *sampler) records(nodes []int) (out []uint32) {
	for _, n := range nodes {
		out = append(out, s.nodes[n]...)
	}
	return out
}

// round gives every node a group anew.
func (s *sampler) round() {
	for n := range s.nodes {
		s.move(n)
	}
}

func (s *sampler) move(n int) {
	from := s.group[n]
	s.in[from] = slices.DeleteFunc(s.in[from], func(x int) bool { return x == n })
	free := -1
	if len(s.in[from]) == 0 {
		free = from
	}
	var groups []int
	for _, o := range s.near[n] {
		if g := s.group[o]; g != free && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	own := s.worth(s.nodes[n])
	logs := []float64{0}
	kept := groups[:0]
	for _, g := range groups {
		recs := s.records(s.in[g])
		if s.r.refuses(recs, s.nodes[n]) {
			continue
		}
		kept = append(kept, g)
		logs = append(logs, s.worth(append(slices.Clone(recs), s.nodes[n]...))-s.worth(recs)-own)
	}
	g := -1
	if k := s.pick(logs); k > 0 {
		g = kept[k-1]
	} else if free >= 0 {
		g = free
	} else if g = slices.IndexFunc(s.in, func(x []int) bool { return len(x) == 0 }); g < 0 {
		g = len(s.in)
		s.in = append(s.in, nil)
	}
	s.group[n] = g
	s.in[g] = append(s.in[g], n)
}

// pick draws an index by its log weight.
func (s *sampler) pick(logs []float64) int {
	top := slices.Max(logs)
	sum := 0.0
	for i, l := range logs {
		logs[i] = math.Exp(l - top)
		sum += logs[i]
	}
	x := s.rnd.Float64() * sum
	for i, l := range logs {
		if x -= l; x < 0 {
			return i
		}
	}
	return len(logs) - 1
}
