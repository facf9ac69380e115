package linkage

import (
	"context"
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
	Seed      uint64          `json:"seed,omitempty"`
	Workers   int             `json:"-"` // 0 takes the machine's cores, at most eight
}

// A Ref names a record.
type Ref struct {
	List   string `json:"list"`
	Record string `json:"record"`
}

// run is one linkage at work.
type run struct {
	lists   []*List
	fields  []*field
	n       int
	list    []int32 // of a record
	single  []bool  // lists without doubles
	plan    *plan
	model   *model
	set     Settings
	workers int
	must    [][2]int
	cannot  map[[2]int]bool
	bars    map[int][]int
}

func (r *run) allowed(a, b int) bool {
	la, lb := r.list[a], r.list[b]
	return la != lb || !r.single[la]
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
	perRecord := min(160, max(40, 6e6/float64(r.n)))
	if r.plan, err = learn(r.fields, r.n, set.Blocks, perRecord, r.workers); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.train()
	edges := r.score(-9)
	cl := r.cluster(edges)
	if r.judgeDoubles(cl) {
		r.train()
		edges = r.again(edges)
		cl = r.cluster(edges)
	}
	for range 2 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		person, _ := cl.numbered()
		r.model.count(r.fields, person)
		edges = r.again(edges)
		cl = r.cluster(edges)
	}
	return r.result(readings, edges, cl), nil
}

func begin(lists []*List, set Settings) (*run, []Reading, error) {
	if len(lists) == 0 {
		return nil, nil, &Problem{List: "input", What: "no list was given", Todo: "name at least one CSV file"}
	}
	r := &run{lists: lists, set: set, workers: cores(set.Workers), single: make([]bool, len(lists))}
	names := map[string]int{}
	for i, l := range lists {
		if _, ok := names[l.Name]; ok {
			return nil, nil, &Problem{List: l.Name, What: "two lists have this name", Todo: "rename one of the files"}
		}
		names[l.Name] = i
		for range l.Len {
			r.list = append(r.list, int32(i))
		}
		r.n += l.Len
	}
	if r.n < 2 {
		return nil, nil, &Problem{List: lists[0].Name, What: "there is one record only", Todo: "give at least two records"}
	}
	readings, fields, err := understand(lists, set.Columns)
	if err != nil {
		return nil, nil, err
	}
	r.fields = fields
	for i, f := range fields {
		f.load(lists)
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
	return r, readings, r.bind(names)
}

// train draws random pairs, counts the levels of the candidates that may be one
// person, and fits.
func (r *run) train() {
	n := len(r.fields)
	random := randomPairs(r.fields, r.n, 200_000, r.allowed, r.set.Seed, r.workers)
	r.model = start(r.fields, r.total(), float64(r.n))
	r.model.measure(random, n)
	size := 0.0
	for _, p := range r.plan.passes {
		size += float64(p.pairs)
	}
	rate := min(1, 2e6/max(1, size))
	limit := uint64(rate * math.MaxUint32)
	counts := make([]map[pattern]float64, r.workers)
	comparers := make([]*comparer, r.workers)
	for w := range counts {
		counts[w], comparers[w] = map[pattern]float64{}, newComparer(r.fields)
	}
	first := r.model.table()
	r.plan.pairs(r.workers, func(w, a, b int) {
		if !r.allowed(a, b) || mix((uint64(a)<<32|uint64(b))*0x9e3779b97f4a7c15+r.set.Seed)>>32 > limit {
			return
		}
		var l [maxFields]uint8
		comparers[w].levels(&l, a, b)
		if p := pack(&l, n); first.weight(p, n) > hopeless {
			counts[w][p]++
		}
	})
	candidates := sorted(counts)
	for i := range candidates {
		candidates[i].n /= rate
	}
	r.model.fit(r.fields, candidates, random, 60)
}

// hopeless is the log of odds, as a plain guess weighs it, under which a pair
// teaches EM nothing.
const hopeless = -8

// weigh is the log of odds of a pair, with the frequency of its values.
func (r *run) weigh(c *comparer, a, b int) float64 {
	var l [maxFields]uint8
	c.levels(&l, a, b)
	w := math.Log(r.model.lambda / (1 - r.model.lambda))
	for i := range r.fields {
		w += r.evidence(i, l[i], a, b)
	}
	return w
}

// evidence is what one field says, in natural log.
func (r *run) evidence(i int, l uint8, a, b int) float64 {
	if l == notTold {
		return 0
	}
	mo, f := r.model, r.fields[i]
	w := math.Log(mo.m[i][l] / mo.u[i][l])
	fr := &mo.rare[i]
	if fr.of == nil || l > nearby {
		return w
	}
	// Term frequency: a rare value that agrees says more (Winkler 2000). For
	// near values the more frequent of the two tells, by half.
	often := max(fr.of[f.code[a]], fr.of[f.code[b]])
	if often <= 0 || fr.mean <= 0 {
		return w
	}
	if l == equal {
		return math.Log(mo.m[i][l] / often)
	}
	return w - 0.5*min(4, max(-4, math.Log(often/fr.mean)))
}

// bounds is the most that each field can say when its values are not equal.
func (r *run) bounds() (most [maxFields]float64) {
	for i := range r.fields {
		for l := alike; l < crossed; l++ {
			more := 0.0
			if l <= nearby && r.model.rare[i].of != nil {
				more = 2
			}
			most[i] = max(most[i], math.Log(r.model.m[i][l]/r.model.u[i][l])+more)
		}
	}
	return most
}

// weighAbove weighs a pair and stops as soon as it cannot reach least. Fields
// that may be swapped are looked at first, together.
func (r *run) weighAbove(c *comparer, most [maxFields]float64, least float64, a, b int) (float64, bool) {
	w := math.Log(r.model.lambda / (1 - r.model.lambda))
	var l [maxFields]uint8
	for i, f := range r.fields {
		l[i] = unknown
		switch x, y := f.code[a], f.code[b]; {
		case x == 0 || y == 0:
			l[i] = notTold
		case x == y:
			l[i] = equal
			w += r.evidence(i, equal, a, b)
		case f.partner >= 0:
		default:
			w += most[i]
		}
	}
	for i, f := range r.fields {
		if j := f.partner; l[i] == unknown && j >= 0 {
			l[i] = c.level(i, f, f, f.code[a], f.code[b])
		}
	}
	c.cross(&l, a, b)
	for i, f := range r.fields {
		if f.partner >= 0 && l[i] != equal {
			w += r.evidence(i, l[i], a, b)
		}
	}
	for i, f := range r.fields {
		if w < least {
			return 0, false
		}
		if l[i] == unknown {
			l[i] = c.level(i, f, f, f.code[a], f.code[b])
			w += r.evidence(i, l[i], a, b) - most[i]
		}
	}
	return w, w >= least
}

// unknown marks a level not looked at yet.
const unknown = 14

// score keeps the pairs whose log of odds is at least least.
func (r *run) score(least float64) []edge {
	kept := make([][]edge, r.workers)
	comparers := make([]*comparer, r.workers)
	for w := range comparers {
		comparers[w] = newComparer(r.fields)
	}
	bounds := r.bounds()
	r.plan.pairs(r.workers, func(w, a, b int) {
		if !r.allowed(a, b) {
			return
		}
		if x, ok := r.weighAbove(comparers[w], bounds, least, a, b); ok {
			kept[w] = append(kept[w], edge{uint32(min(a, b)), uint32(max(a, b)), float32(x)})
		}
	})
	var all []edge
	for _, k := range kept {
		all = append(all, k...)
	}
	return all
}

// again weighs anew the pairs that were kept, with what was learnt since.
func (r *run) again(edges []edge) []edge {
	comparers := make([]*comparer, r.workers)
	for w := range comparers {
		comparers[w] = newComparer(r.fields)
	}
	const step = 4096
	eachBy((len(edges)+step-1)/step, r.workers, func(w, c int) {
		for i := c * step; i < min(len(edges), (c+1)*step); i++ {
			edges[i].weight = float32(r.weigh(comparers[w], int(edges[i].a), int(edges[i].b)))
		}
	})
	return slices.DeleteFunc(edges, func(e edge) bool { return !r.allowed(int(e.a), int(e.b)) })
}

func (r *run) threshold() float64 {
	t := r.set.Threshold
	if t <= 0 || t >= 1 {
		t = 0.5
	}
	return math.Log(t / (1 - t))
}
