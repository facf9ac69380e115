package linkage

import "math"

// bind finds the records that the settings name.
func (r *run) bind(names map[string]int) error {
	r.cannot, r.bars = map[[2]int]bool{}, map[int][]int{}
	if len(r.set.Must)+len(r.set.Cannot) == 0 {
		return nil
	}
	at := map[Ref]int{}
	n := 0
	for _, l := range r.lists {
		for i := range l.Len {
			at[Ref{l.Name, l.ID(i)}] = n
			n++
		}
	}
	find := func(p [2]Ref) (x [2]int, err error) {
		for i, ref := range p {
			rec, ok := at[ref]
			if !ok {
				return x, &Problem{List: "settings", What: "a constraint names a record that no list has", Todo: "write list and record as the lists have them"}
			}
			x[i] = rec
		}
		return x, nil
	}
	for _, p := range r.set.Must {
		x, err := find(p)
		if err != nil {
			return err
		}
		r.must = append(r.must, x)
	}
	for _, p := range r.set.Cannot {
		x, err := find(p)
		if err != nil {
			return err
		}
		r.cannot[x], r.cannot[[2]int{x[1], x[0]}] = true, true
		r.bars[x[0]] = append(r.bars[x[0]], x[1])
		r.bars[x[1]] = append(r.bars[x[1]], x[0])
	}
	return nil
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
	cl := newClusters(r.n, r.refuses)
	for _, m := range r.must {
		if x, y := cl.of[m[0]], cl.of[m[1]]; x != y {
			cl.merge(x, y)
		}
	}
	parts := r.components(edges, r.threshold())
	w := r.weights(math.Inf(-1))
	r.parted(len(parts), func(c *comparer, i int) {
		cl.join(parts[i], joinLimit, func(a, b uint32) float64 {
			var l [maxFields]uint8
			c.levels(&l, a, b)
			return w.of(pack(&l, len(r.fields)), a, b)
		})
	})
	return cl
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
	for _, m := range cl.members {
		if len(m) < 2 {
			continue
		}
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
