package linkage

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A part is one way to group the records by one field.
type part struct {
	field int
	name  string
	key   func(*value) string
	hash  []uint64 // by value of the field; 0 is none
}

// A pass groups records by one or two parts. Only groups of at most cap records
// make pairs: larger ones are split by the passes that join two parts.
type pass struct {
	parts []*part
	cap   int
	pairs int // before what other passes make too
	order []uint32
	ends  []uint32 // where each group of order ends
}

func (p *pass) name() string {
	var names []string
	for _, t := range p.parts {
		names = append(names, t.name)
	}
	return strings.Join(names, " + ")
}

func whole(v *value) string { return v.plain }

func head(n int) func(*value) string {
	return func(v *value) string {
		if len(v.skel) < n {
			return ""
		}
		return v.skel[:n]
	}
}

func tail(n int) func(*value) string {
	return func(v *value) string {
		if len(v.skel) < n {
			return ""
		}
		return v.skel[len(v.skel)-n:]
	}
}

func phonetic(v *value) string {
	if len(v.phon) < 2 {
		return ""
	}
	return v.phon
}

// word gives the n-th longest word of a text of several.
func word(n int) func(*value) string {
	return func(v *value) string {
		w := slices.Clone(v.words)
		slices.SortStableFunc(w, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
		if len(w) <= n {
			return ""
		}
		return Phonetic(w[n])
	}
}

func half(second bool) func(*value) string {
	return func(v *value) string {
		if h := len(v.plain) / 2; h > 1 && !second {
			return v.plain[:h]
		} else if h > 1 {
			return v.plain[len(v.plain)-h:]
		}
		return ""
	}
}

func dateParts(from, to int) func(*value) string {
	return func(v *value) string { return v.date.text[:from] + v.date.text[to:] }
}

// partsOf are the keys of a field: whole, phonetic, first and last letters,
// halves of numbers, two parts of a date of three.
func partsOf(i int, f *field) []*part {
	keys := []*part{{name: "", key: whole}}
	add := func(name string, key func(*value) string) { keys = append(keys, &part{name: name, key: key}) }
	switch f.kind {
	case Date:
		add(" without day", dateParts(6, 8))
		add(" without month", dateParts(4, 6))
		add(" without year", dateParts(0, 4))
	case ID, Phone:
		add(" first half", half(false))
		add(" second half", half(true))
	case Number, Category, Age:
	case FullName, Address:
		add(" longest word", word(0))
		add(" next word", word(1))
	default:
		add(" sound", phonetic)
		add(" first letters", head(4))
		add(" last letters", tail(4))
	}
	seed := func(s string) uint64 {
		h := uint64(14695981039346656037) // FNV-1a: the same on every machine
		for j := range len(s) {
			h = (h ^ uint64(s[j])) * 1099511628211
		}
		return mix(h)
	}
	for _, p := range keys {
		p.field, p.name = i, f.name+p.name
		p.hash = make([]uint64, len(f.values))
		for c := 1; c < len(f.values); c++ {
			if k := p.key(&f.values[c]); k != "" {
				p.hash[c] = seed(k) | 1
			}
		}
	}
	return keys
}

func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return h
}

// key of a record in a pass, 0 where one of its parts is not told.
func (p *pass) key(fields []*field, rec int) uint64 {
	var k uint64
	for _, t := range p.parts {
		h := t.hash[fields[t.field].code[rec]]
		if h == 0 {
			return 0
		}
		k = mix(k*31 + h)
	}
	return k | 1
}

type keyed struct {
	key uint64
	rec uint32
}

// group sorts the records by key and counts the pairs of groups by size. One
// key in every "of" is looked at.
func (p *pass) group(fields []*field, n int, of uint64) []keyed {
	var rows []keyed
	if of <= 1 {
		rows = make([]keyed, 0, n)
	}
	for i := range n {
		if k := p.key(fields, i); k != 0 && (of <= 1 || (k>>1)%of == 0) {
			rows = append(rows, keyed{k, uint32(i)})
		}
	}
	slices.SortFunc(rows, func(a, b keyed) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(a.rec, b.rec)
	})
	return rows
}

func groups(rows []keyed, each func(from, to int)) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].key == rows[from].key {
			to++
		}
		if to > from+1 {
			each(from, to)
		}
		from = to
	}
}

// maxGroup bounds the size of a group that makes pairs.
const maxGroup = 400

// weigh chooses the largest size of group that keeps the pass within budget.
func (p *pass) weigh(fields []*field, n int, budget int) {
	of := uint64(1 + n/200_000)
	var sizes [maxGroup + 1]int
	groups(p.group(fields, n, of), func(from, to int) {
		if s := to - from; s <= maxGroup {
			sizes[s] += s * (s - 1) / 2 * int(of)
		}
	})
	p.cap, p.pairs = 1, 0
	for s := 2; s <= maxGroup; s++ {
		if p.pairs+sizes[s] > budget {
			break
		}
		p.pairs += sizes[s]
		p.cap = s
	}
}

func (p *pass) fill(fields []*field, n int) {
	rows := p.group(fields, n, 1)
	groups(rows, func(from, to int) {
		if to-from > p.cap {
			return
		}
		for _, r := range rows[from:to] {
			p.order = append(p.order, r.rec)
		}
		p.ends = append(p.ends, uint32(len(p.order)))
	})
}

// A plan is the passes of a run and, for each record, its group in each.
type plan struct {
	passes []*pass
	group  []uint32 // record-major
	n      int
}

// learn looks at every part and every two of them, and keeps the passes that
// make the fewest pairs per record, within the budget (pairs per record).
func learn(fields []*field, n int, wanted [][]string, perRecord float64, workers int) (*plan, error) {
	var parts []*part
	for i, f := range fields {
		parts = append(parts, partsOf(i, f)...)
	}
	var all []*pass
	if len(wanted) > 0 {
		var err error
		if all, err = asked(parts, wanted); err != nil {
			return nil, err
		}
	} else {
		for i, a := range parts {
			all = append(all, &pass{parts: []*part{a}})
			for _, b := range parts[i+1:] {
				if a.field != b.field {
					all = append(all, &pass{parts: []*part{a, b}})
				}
			}
		}
	}
	share := max(2, perRecord/20)
	if len(wanted) > 0 {
		share = math.Inf(1)
	}
	each(len(all), workers, func(i int) { all[i].weigh(fields, n, int(min(share*float64(n), 1e12))) })
	if len(wanted) == 0 {
		all = choose(all, n, perRecord)
	}
	each(len(all), workers, func(i int) { all[i].fill(fields, n) })
	pl := &plan{passes: all, n: n, group: make([]uint32, n*len(all))}
	each(len(all), workers, func(i int) {
		from := uint32(0)
		for g, to := range all[i].ends {
			for _, r := range all[i].order[from:to] {
				pl.group[int(r)*len(all)+i] = uint32(g + 1)
			}
			from = to
		}
	})
	return pl, nil
}

// maxPasses bounds the memory of a plan: eight bytes a record and pass.
const maxPasses = 80

func choose(all []*pass, n int, perRecord float64) []*pass {
	all = slices.DeleteFunc(all, func(p *pass) bool { return p.pairs == 0 })
	slices.SortStableFunc(all, func(a, b *pass) int {
		if c := cmp.Compare(len(a.parts), len(b.parts)); c != 0 {
			return c
		}
		return cmp.Compare(a.pairs, b.pairs)
	})
	sum, kept := 0.0, all[:0]
	for _, p := range all {
		if sum += float64(p.pairs); sum > perRecord*float64(n) && len(kept) > 0 || len(kept) == maxPasses {
			break
		}
		kept = append(kept, p)
	}
	return kept
}

// asked turns the names of settings into passes.
func asked(parts []*part, wanted [][]string) ([]*pass, error) {
	var all []*pass
	for _, names := range wanted {
		p := &pass{}
		for _, name := range names {
			i := slices.IndexFunc(parts, func(t *part) bool { return t.name == name })
			if i < 0 {
				var known []string
				for _, t := range parts {
					known = append(known, t.name)
				}
				return nil, &Problem{List: "settings", What: "there is no key " + clip(name) + " to block on", Todo: "the keys are: " + strings.Join(known, ", ")}
			}
			p.parts = append(p.parts, parts[i])
		}
		all = append(all, p)
	}
	return all, nil
}

// pairs calls found once for each pair of records that share a group, from
// several workers; worker tells them apart.
func (pl *plan) pairs(workers int, found func(worker int, a, b int)) {
	type chunk struct{ pass, from, to int }
	var chunks []chunk
	for i, p := range pl.passes {
		for from := 0; from < len(p.ends); from += 2048 {
			chunks = append(chunks, chunk{i, from, min(len(p.ends), from+2048)})
		}
	}
	w := len(pl.passes)
	eachBy(len(chunks), workers, func(worker, c int) {
		ch := chunks[c]
		p := pl.passes[ch.pass]
		for g := ch.from; g < ch.to; g++ {
			from := uint32(0)
			if g > 0 {
				from = p.ends[g-1]
			}
			members := p.order[from:p.ends[g]]
			for i, a := range members {
				ra := pl.group[int(a)*w : int(a)*w+ch.pass]
			next:
				for _, b := range members[i+1:] {
					rb := pl.group[int(b)*w : int(b)*w+ch.pass]
					for k, x := range ra {
						if x != 0 && x == rb[k] {
							continue next
						}
					}
					found(worker, int(a), int(b))
				}
			}
		}
	})
}

// blocked tells whether any pass brings two records together.
func (pl *plan) blocked(a, b int) bool {
	w := len(pl.passes)
	for k, x := range pl.group[a*w : a*w+w] {
		if x != 0 && x == pl.group[b*w+k] {
			return true
		}
	}
	return false
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
