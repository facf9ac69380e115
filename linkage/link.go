package linkage

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
)

// Settings bend a run. The zero value asks the lists themselves.
type Settings struct {
	Columns   map[string]Kind `json:"columns,omitempty"`    // COLUMN or LIST:COLUMN to kind
	Blocks    [][]string      `json:"blocks,omitempty"`     // keys to block on, each one or two parts, instead of learnt ones
	Threshold float64         `json:"threshold,omitempty"`  // chance from which a pair links, default 0.5
	NoDoubles []string        `json:"no_doubles,omitempty"` // lists that name nobody twice; others are judged by their pairs
	Doubles   []string        `json:"doubles,omitempty"`    // lists that may name a person twice, whatever their pairs say
	Must      [][2]Ref        `json:"must,omitempty"`       // one person, whatever the model says
	Cannot    [][2]Ref        `json:"cannot,omitempty"`     // two people, whatever the model says
	Reviewed  []Review        `json:"reviewed,omitempty"`   // pairs that a person judged: constraints, and what the model is taught by
	Previous  Previous        `json:"-"`                    // an earlier answer, whose ids are kept
	Seed      uint64          `json:"seed,omitempty"`
	Scratch   *Scratch        `json:"-"` // where large tables lie; nil: in memory
	Workers   int             `json:"-"` // 0 takes the machine's cores, at most eight
	Spend     bool            `json:"-"` // let go of the lists' cells, but for the ids, as soon as they are understood: nobody else needs them
}

// A Ref names a record.
type Ref struct {
	List   string `json:"list"`
	Record string `json:"record"`
}

// run is one linkage at work.
type run struct {
	lists    []*List
	fields   []*field
	n        int
	rows     []uint32 // the value of each field, record by record
	marks    []uint64 // as rows
	list     []uint16 // of a record
	single   []bool   // lists without doubles
	plan     *plan
	model    *model
	set      Settings
	workers  int
	scratch  *Scratch
	must     [][2]int
	bars     map[int][]int
	reviewed []reviewed
}

func (r *run) allowed(a, b uint32) bool {
	la, lb := r.list[a], r.list[b]
	return la != lb || !r.single[la]
}

// comparers makes one for each worker.
func (r *run) comparers() []*comparer {
	cs := make([]*comparer, r.workers)
	for w := range cs {
		cs[w] = newComparer(r)
	}
	return cs
}

// parted does one thing for 0..n-1, in parts, on every worker.
func (r *run) parted(n int, do func(c *comparer, i int)) {
	comparers := r.comparers()
	const step = 4096
	eachBy((n+step-1)/step, r.workers, func(w, part int) {
		for i := part * step; i < min(n, (part+1)*step); i++ {
			if i%64 == 0 {
				r.scratch.breathe()
			}
			do(comparers[w], i)
		}
	})
}

// total is the number of pairs that may match.
func (r *run) total() float64 {
	sum := float64(r.n) * float64(r.n-1) / 2
	for i, l := range r.lists {
		if r.single[i] {
			sum -= float64(l.Len) * float64(l.Len-1) / 2
		}
	}
	return max(1, sum)
}

// Link finds the records of one person. It stops when ctx is done.
func Link(ctx context.Context, lists []*List, set Settings) (*Result, error) {
	r, readings, err := begin(lists, set)
	if err != nil {
		return nil, err
	}
	passes, share, err := r.learn()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.plan, err = lay(r, passes), r.scratch.Err(); err != nil {
		return nil, err
	}
	r.plan.found = share
	stop := func() bool { return ctx.Err() != nil || r.scratch.Err() != nil }
	r.train(stop)
	r.model.count(r, nil, r.n)
	edges := r.score(leastKept, stop)
	if err := cmp.Or(ctx.Err(), r.scratch.Err()); err != nil {
		return nil, err
	}
	cl := r.cluster(edges)
	if r.judgeDoubles(cl) {
		r.train(stop)
		edges = r.again(edges)
		cl = r.recluster(cl, edges)
	}
	for range 2 {
		if err := cmp.Or(ctx.Err(), r.scratch.Err()); err != nil {
			return nil, err
		}
		person, people := cl.numbered()
		r.model.count(r, person, people)
		free(r.scratch, person)
		edges = r.again(edges)
		cl = r.recluster(cl, edges)
	}
	return r.result(readings, edges, cl), r.scratch.Err()
}

// leastKept is the log of odds from which a pair is kept, to be weighed again
// when more is known.
const leastKept = -6

func begin(lists []*List, set Settings) (*run, []Reading, error) {
	if len(lists) == 0 {
		return nil, nil, &Problem{List: "input", What: "no list was given", Todo: "name at least one CSV file"}
	}
	r := &run{lists: lists, set: set, workers: cores(set.Workers), scratch: set.Scratch, single: make([]bool, len(lists))}
	names := map[string]int{}
	for i, l := range lists {
		if _, ok := names[l.Name]; ok {
			return nil, nil, &Problem{List: l.Name, What: "two lists have this name", Todo: "rename one of the files"}
		}
		if names[l.Name] = i; i > math.MaxUint16 {
			return nil, nil, &Problem{List: "input", What: "more than 65,536 lists", Todo: "put lists together"}
		}
		r.n += l.Len
	}
	if r.n < 2 {
		return nil, nil, &Problem{List: lists[0].Name, What: "there is one record only", Todo: "give at least two records"}
	}
	r.list = room[uint16](r.scratch, r.n)
	rec := 0
	for i, l := range lists {
		for range l.Len {
			r.list[rec] = uint16(i)
			rec++
		}
	}
	readings, fields, err := understand(lists, set.Columns)
	if err != nil {
		return nil, nil, err
	}
	if set.Spend {
		spend(lists, fields)
	}
	r.fields = fields
	r.rows, r.marks = room[uint32](r.scratch, r.n*len(fields)), room[uint64](r.scratch, r.n*len(fields))
	problems := make([]error, len(fields))
	each(len(fields), r.workers, func(i int) {
		problems[i] = fields[i].load(r.scratch, lists, r.rows, r.marks, i, len(fields), set.Spend)
	})
	if err := errors.Join(append(problems, r.scratch.Err())...); err != nil {
		return nil, nil, err
	}
	for i, f := range fields {
		f.partner = -1
		for j, g := range fields {
			if f.kind == Given && g.kind == Surname || f.kind == Surname && g.kind == Given || i != j && f.kind == Address && g.kind == Address {
				f.partner = j
			}
		}
	}
	for _, name := range set.NoDoubles {
		i, ok := names[name]
		if !ok {
			return nil, nil, &Problem{List: "settings", What: "there is no list " + clip(name), Todo: "name a list as it was given"}
		}
		r.single[i] = true
	}
	return r, readings, r.bind()
}

// spend lets go of the columns that are neither compared nor ids.
func spend(lists []*List, fields []*field) {
	for i, l := range lists {
		for _, c := range l.Columns {
			used := func(f *field) bool { return f.columns[i] == c }
			if c != l.ids && !slices.ContainsFunc(fields, used) {
				l.spend(c)
			}
		}
	}
}

// spend lets go of the cells of a column.
func (l *List) spend(c *Column) {
	free(l.scratch, c.Values)
	free(l.scratch, c.Code)
	c.Values, c.Code = nil, nil
}

// train draws random pairs, counts the levels of the candidates that may be one
// person, and fits.
func (r *run) train(stop func() bool) {
	n := len(r.fields)
	random := r.random(min(200_000, 40*r.n*r.n))
	r.model = start(r.fields, r.total(), float64(r.n))
	r.model.measure(random, n)
	rate := min(1, 1e6/max(1, r.plan.size()))
	counts := make([]map[pattern]float64, r.workers)
	for w := range counts {
		counts[w] = map[pattern]float64{}
	}
	comparers := r.comparers()
	w := r.weights(hopeless)
	r.plan.pairs(r.workers, rate, stop, func(worker, _ int, a, b uint32) {
		if !r.allowed(a, b) {
			return
		}
		if p, _, ok := w.above(comparers[worker], a, b); ok {
			counts[worker][p]++
		}
	})
	candidates := sorted(counts)
	for i := range candidates {
		candidates[i].n /= rate
	}
	r.model.fit(r.fields, candidates, random, r.taught(), 60)
}

// taught are the levels of the reviewed pairs.
func (r *run) taught() (out []lesson) {
	c := newComparer(r)
	for _, v := range r.reviewed {
		var l [maxFields]uint8
		c.levels(&l, v.a, v.b)
		out = append(out, lesson{pack(&l, len(r.fields)), v.same})
	}
	return out
}

// hopeless is the log of odds, as a plain guess weighs it, under which a pair
// teaches EM nothing.
const hopeless = -8

// score keeps the pairs whose log of odds is at least least.
func (r *run) score(least float64, stop func() bool) []edge {
	// Each worker keeps its own; they are put together in an order that no worker bends.
	kept := make([][]edge, r.workers)
	type stretch struct{ worker, from, to int }
	of := make([]stretch, len(r.plan.chunks()))
	comparers := r.comparers()
	w := r.weights(least)
	r.plan.pairs(r.workers, 1, stop, func(worker, chunk int, a, b uint32) {
		if !r.allowed(a, b) {
			return
		}
		if p, x, ok := w.above(comparers[worker], a, b); ok {
			if of[chunk].to == 0 {
				of[chunk] = stretch{worker, len(kept[worker]), 0}
			}
			kept[worker] = push(r.scratch, kept[worker], edge{p, min(a, b), max(a, b), float32(x)})
			of[chunk].to = len(kept[worker])
		}
	})
	all := 0
	for _, k := range kept {
		all += len(k)
	}
	edges := room[edge](r.scratch, all)[:0]
	for _, s := range of {
		edges = append(edges, kept[s.worker][s.from:s.to]...)
	}
	for _, k := range kept {
		free(r.scratch, k)
	}
	return edges
}

// again weighs anew the pairs that were kept, with what was learnt since.
func (r *run) again(edges []edge) []edge {
	w := r.weights(math.Inf(-1))
	const step = 1 << 14
	each((len(edges)+step-1)/step, r.workers, func(part int) {
		for i := part * step; i < min(len(edges), (part+1)*step); i++ {
			e := &edges[i]
			e.weight = float32(w.of(e.pattern, e.a, e.b))
		}
	})
	return slices.DeleteFunc(edges, func(e edge) bool { return !r.allowed(e.a, e.b) })
}

func (r *run) threshold() float64 {
	t := r.set.Threshold
	if t <= 0 || t >= 1 {
		t = 0.5
	}
	return math.Log(t / (1 - t))
}
