package linkage

import (
	"math"
	"slices"
)

// bind finds the records that the settings name: constraints, and reviewed pairs,
// which are constraints too.
func (r *run) bind() error {
	r.bars = map[int][]int{}
	must, cannot := slices.Clone(r.set.Must), slices.Clone(r.set.Cannot)
	for _, v := range r.set.Reviewed {
		if p := [2]Ref{v.Left, v.Right}; v.Same {
			must = append(must, p)
		} else {
			cannot = append(cannot, p)
		}
	}
	if len(must)+len(cannot) == 0 {
		return nil
	}
	at := map[Ref]int{}
	for _, p := range slices.Concat(must, cannot) {
		at[p[0]], at[p[1]] = -1, -1
	}
	n := 0
	for _, l := range r.lists {
		for i := range l.Len {
			ref := Ref{l.Name, l.ID(i)}
			if _, ok := at[ref]; ok {
				at[ref] = n
			}
			n++
		}
	}
	bound := newForest(r.scratch, r.n)
	defer free(r.scratch, bound)
	for _, p := range slices.Concat(must, cannot) {
		if at[p[0]] < 0 || at[p[1]] < 0 {
			return &Problem{List: "settings", What: "a constraint or a reviewed pair names a record that no list has", Todo: "write list and record as the lists have them"}
		}
	}
	for _, p := range must {
		a, b := at[p[0]], at[p[1]]
		r.must = append(r.must, [2]int{a, b})
		bound.join(uint32(a), uint32(b))
	}
	for _, p := range cannot {
		a, b := at[p[0]], at[p[1]]
		if bound.root(uint32(a)) == bound.root(uint32(b)) {
			return &Problem{List: "settings", What: "constraints or reviewed pairs contradict each other: two records must be one person, and cannot be", Todo: "look at " + clip(p[0].List+":"+p[0].Record) + " and " + clip(p[1].List+":"+p[1].Record) + " again"}
		}
		r.bars[a] = append(r.bars[a], b)
		r.bars[b] = append(r.bars[b], a)
	}
	for _, v := range r.set.Reviewed {
		r.reviewed = append(r.reviewed, reviewed{uint32(at[v.Left]), uint32(at[v.Right]), v.Same})
	}
	return nil
}

// A reviewed pair, by record.
type reviewed struct {
	a, b uint32
	same bool
}

// refuses tells whether two groups may not be one person.
func (r *run) refuses(x, y []uint32) bool {
	for _, a := range x {
		for _, b := range r.bars[int(a)] {
			for _, c := range y {
				if int(c) == b {
					return true
				}
			}
		}
	}
	for _, a := range x {
		if !r.single[r.list[a]] {
			continue
		}
		for _, b := range y {
			if r.list[a] == r.list[b] {
				return true
			}
		}
	}
	return false
}

// cluster joins what must be joined, then by the pairs.
func (r *run) cluster(edges []edge) *clusters {
	cl := newClusters(r.scratch, r.n, r.refuses)
	for _, m := range r.must {
		if x, y := cl.of[m[0]], cl.of[m[1]]; x != y {
			cl.merge(x, y)
		}
	}
	p, f := r.components(edges, r.threshold())
	free(r.scratch, f)
	defer p.end()
	w := r.weights(math.Inf(-1))
	r.parted(p.len(), func(c *comparer, i int) {
		cl.join(p.part(i), joinLimit, func(a, b uint32) float64 {
			var l [maxFields]uint8
			c.levels(&l, a, b)
			return w.of(pack(&l, len(r.fields)), a, b)
		})
	})
	return cl
}

// recluster clusters anew, and lets go of what was.
func (r *run) recluster(old *clusters, edges []edge) *clusters {
	old.end()
	return r.cluster(edges)
}

// joinLimit is the least mean log of odds between two groups that join.
const joinLimit = -4.0

// fewDoubles is the share of a list's records in doubles under which the list
// is taken to have none.
const fewDoubles = 0.004

// judgeDoubles takes lists that name hardly anybody twice as lists without
// doubles, when there are others to link with. It tells whether one was found.
func (r *run) judgeDoubles(cl *clusters) bool {
	if len(r.lists) < 2 {
		return false
	}
	doubles := make([]int, len(r.lists))
	var m []uint32
	for x, size := range cl.size {
		if size < 2 {
			continue
		}
		m = cl.members(int32(x), m[:0])
		count := map[uint16]int{}
		for _, rec := range m {
			if count[r.list[rec]]++; count[r.list[rec]] > 1 {
				doubles[r.list[rec]]++
			}
		}
	}
	found := false
	for i, l := range r.lists {
		may := false
		for _, name := range r.set.Doubles {
			may = may || name == l.Name
		}
		if !r.single[i] && !may && float64(doubles[i]) <= fewDoubles*float64(l.Len) {
			r.single[i], found = true, true
		}
	}
	return found
}
