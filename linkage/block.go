package linkage

import (
	"math"
	"runtime"
	"strings"
	"sync"
)

// A pass brings records together: all of them, those with the same key, made of
// one or two parts, or those that stand near one another in a sorted order (Hernández and
// Stolfo, "The merge/purge problem for large databases", 1995). Groups of more
// than cap records make no pairs: passes that join two parts split them.
type pass struct {
	parts    []*part
	sorted   bool // a neighbourhood: the first part's field, ties by the second's
	backward bool // sorted from the last letter
	cap      int  // the largest group, or how far neighbours stand apart
	pairs    int  // before what other passes make too
	order    []uint32
	ends     []uint32 // where each group of order ends; nil in a sorted pass
}

// everyPair names the pass that brings all records together.
const everyPair = "every pair"

func (p *pass) name() string {
	if len(p.parts) == 0 {
		return everyPair
	}
	var names []string
	for _, t := range p.parts {
		names = append(names, t.name)
	}
	switch {
	case p.sorted && p.backward:
		return "sorted from the end: " + strings.Join(names, " + ")
	case p.sorted:
		return "sorted: " + strings.Join(names, " + ")
	}
	return strings.Join(names, " + ")
}

// join makes the key of two parts, 0 where one is not told.
func joinKeys(a, b uint32) uint32 {
	if a == 0 || b == 0 {
		return 0
	}
	return uint32(mix((uint64(a)<<32|uint64(b))*0x9e3779b97f4a7c15)>>16) | 1
}

// keys calls each with the key of every record that has one.
func (p *pass) keys(r *run, each func(rec uint32, key uint32)) {
	wide := len(r.fields)
	if len(p.parts) == 0 {
		for i := range r.n {
			each(uint32(i), 1)
		}
		return
	}
	a := p.parts[0]
	if len(p.parts) == 1 {
		for i, at := 0, a.field; i < r.n; i, at = i+1, at+wide {
			if k := a.hash[r.rows[at]]; k != 0 {
				each(uint32(i), k)
			}
		}
		return
	}
	b := p.parts[1]
	for i, at := 0, 0; i < r.n; i, at = i+1, at+wide {
		if k := joinKeys(a.hash[r.rows[at+a.field]], b.hash[r.rows[at+b.field]]); k != 0 {
			each(uint32(i), k)
		}
	}
}

// fill groups the records.
func (p *pass) fill(r *run) {
	if p.sorted {
		p.line(r)
		return
	}
	rows, other := room[uint64](r.scratch, r.n)[:0], room[uint64](r.scratch, r.n)
	p.keys(r, func(rec, key uint32) { rows = append(rows, uint64(key)<<32|uint64(rec)) })
	sorted := radixInto(rows, other[:len(rows)], 32)
	members, groups := 0, 0
	p.pairs = 0
	may := func(s int) bool { return s > 1 && s <= p.cap }
	runs(sorted, func(from, to int) {
		if s := to - from; may(s) {
			members, groups = members+s, groups+1
			p.pairs += s * (s - 1) / 2
		}
	})
	p.order, p.ends = room[uint32](r.scratch, members)[:0], room[uint32](r.scratch, groups)[:0]
	runs(sorted, func(from, to int) {
		if !may(to - from) {
			return
		}
		for _, x := range sorted[from:to] {
			p.order = append(p.order, uint32(x))
		}
		p.ends = append(p.ends, uint32(len(p.order)))
	})
	free(r.scratch, rows)
	free(r.scratch, other)
}

// line sorts the records that tell the first part's field.
func (p *pass) line(r *run) {
	wide := len(r.fields)
	keys := make([][]uint64, len(p.parts))
	for i, t := range p.parts {
		f := r.fields[t.field]
		keys[i] = room[uint64](r.scratch, len(f.entries))
		defer free(r.scratch, keys[i])
		for c := range keys[i] {
			v := f.value(uint32(c))
			s := v.skel
			if s == "" {
				s = v.plain
			}
			if i == 0 {
				keys[i][c] = order(s, 6, p.backward) << 24
			} else {
				keys[i][c] = order(s, 4, false)
			}
		}
	}
	at := room[uint64](r.scratch, r.n)
	defer free(r.scratch, at)
	p.order = room[uint32](r.scratch, r.n)[:0]
	for i := range r.n {
		row := r.rows[i*wide : i*wide+wide]
		a := row[p.parts[0].field]
		if a == 0 {
			continue
		}
		at[i] = keys[0][a]
		if len(p.parts) > 1 {
			at[i] |= keys[1][row[p.parts[1].field]]
		}
		p.order = append(p.order, uint32(i))
	}
	other := room[uint32](r.scratch, len(p.order))
	defer free(r.scratch, other)
	radixBy(p.order, other, at, 60)
	p.pairs = len(p.order) * p.cap
}

// A plan is the passes of a run and, for each record, its group in each, or its
// place in a sorted order.
type plan struct {
	passes  []*pass
	keyed   int      // the first so many passes go by key, the others are sorted
	group   []uint32 // record-major; 0 is none
	scratch *Scratch
	found   float64 // share of the matches of the learning sample that they find
}

// lay groups the records by every pass.
func lay(r *run, passes []*pass) *plan {
	pl := &plan{passes: passes, scratch: r.scratch, group: room[uint32](r.scratch, r.n*len(passes))}
	w := len(passes)
	for pl.keyed < w && !passes[pl.keyed].sorted {
		pl.keyed++
	}
	each(w, r.workers, func(i int) {
		p := passes[i]
		p.fill(r)
		if p.sorted {
			for place, rec := range p.order {
				pl.group[int(rec)*w+i] = uint32(place + 1)
			}
			return
		}
		from := uint32(0)
		for g, to := range p.ends {
			for _, rec := range p.order[from:to] {
				pl.group[int(rec)*w+i] = uint32(g + 1)
			}
			from = to
		}
	})
	return pl
}

// met tells whether one of the first so many passes brings two records together.
func (pl *plan) met(a, b []uint32, passes int) bool {
	k := min(passes, pl.keyed)
	b = b[:len(a)]
	for i, x := range a[:k] {
		if x == b[i] && x != 0 {
			return true
		}
	}
	for i := k; i < passes; i++ {
		x, y := a[i], b[i]
		if x != 0 && y != 0 && int(max(x, y)-min(x, y)) <= pl.passes[i].cap {
			return true
		}
	}
	return false
}

// blocked tells whether any pass brings two records together.
func (pl *plan) blocked(a, b int) bool {
	w := len(pl.passes)
	return pl.met(pl.group[a*w:a*w+w], pl.group[b*w:b*w+w], w)
}

// size is the number of pairs of all passes, some more than once.
func (pl *plan) size() (sum float64) {
	for _, p := range pl.passes {
		sum += float64(p.pairs)
	}
	return sum
}

// A chunk is a stretch of the groups of a pass, the piece of work of a worker.
type chunk struct{ pass, from, to int }

func (pl *plan) chunks() (out []chunk) {
	for i, p := range pl.passes {
		n := len(p.ends)
		if p.sorted {
			n = len(p.order)
		}
		for from := 0; from < n; from += 2048 {
			out = append(out, chunk{i, from, min(n, from+2048)})
		}
	}
	return out
}

// pairs calls found once for each pair of records that a pass brings together,
// from several workers; worker tells them apart, chunk the pieces of work. Of
// the groups, the share rate is looked at; it ends early when stop says so.
func (pl *plan) pairs(workers int, rate float64, stop func() bool, found func(worker, chunk int, a, b uint32)) {
	chunks := pl.chunks()
	w := len(pl.passes)
	limit := uint64(min(1, rate) * math.MaxUint32)
	eachBy(len(chunks), workers, func(worker, c int) {
		if stop() {
			return
		}
		ch := chunks[c]
		p := pl.passes[ch.pass]
		one := func(a uint32, others []uint32) {
			ra := pl.group[int(a)*w : int(a)*w+w]
			for _, b := range others {
				if !pl.met(ra, pl.group[int(b)*w:int(b)*w+w], ch.pass) {
					found(worker, c, a, b)
				}
			}
		}
		for g := ch.from; g < ch.to; g++ {
			if g%64 == 0 {
				pl.scratch.breathe()
			}
			if rate < 1 && mix(uint64(g)*0x9e3779b97f4a7c15+uint64(ch.pass))&math.MaxUint32 > limit {
				continue
			}
			if p.sorted {
				one(p.order[g], p.order[g+1:min(len(p.order), g+1+p.cap)])
				continue
			}
			from := uint32(0)
			if g > 0 {
				from = p.ends[g-1]
			}
			members := p.order[from:p.ends[g]]
			for i, a := range members {
				one(a, members[i+1:])
			}
		}
	})
}

// each runs do for 0..n-1 on so many workers.
func each(n, workers int, do func(i int)) { eachBy(n, workers, func(_, i int) { do(i) }) }

func eachBy(n, workers int, do func(worker, i int)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := 0
	for w := range max(1, workers) {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				do(w, i)
			}
		})
	}
	wg.Wait()
}

func cores(asked int) int {
	if asked > 0 {
		return asked
	}
	return min(8, runtime.GOMAXPROCS(0))
}
