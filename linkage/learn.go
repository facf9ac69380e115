package linkage

import (
	"cmp"
	"math/bits"
	"slices"
)

// How passes are learnt. In a sample of the records every key, and every two of
// two fields, is tried; pairs that it brings together are weighed by a plain
// guess. Passes are then taken one by one: the one that finds most of the likely
// matches not yet found for the pairs that it costs.
const (
	maxGroup     = 400  // records of one key that may make pairs
	maxPasses    = 64   // bounds the memory of a plan: eight bytes a record and pass
	perPass      = 1500 // pairs of a pass that are looked at
	maxLikely    = 8000 // likely matches by which passes are judged
	sampleSmall  = 60_000
	sampleLarge  = 500_000
	neighbours   = 10
	fewRecords   = 600    // up to which every pair is looked at
	mostRecords  = 30_000 // up to which settings may ask for that
	fixedPerPass = 1.5    // what a pass costs whatever it finds, in pairs a record
	again        = 0.15   // what finding a match once more is worth: the next list has others that only one key finds
	leastGain    = 1e-5   // share of the matches that a pair a record must bring
)

// A trial is a pass under trial, in several sizes.
type trial struct {
	pass
	sizes []size
	rate  float64 // share of its keys from which pairs were taken
	rank  []uint32
}

type size struct {
	cap    int     // as of the pass
	count  int     // the same in the sample
	pairs  float64 // in all records
	covers []uint64
}

// learner holds the sample.
type learner struct {
	r      *run
	parts  []*part
	recs   []uint32
	share  float64    // of the records that are in the sample
	keys   [][]uint32 // by part and record of the sample
	trials []*trial
}

func (r *run) learn() ([]*pass, float64, error) {
	le := &learner{r: r}
	for i, f := range r.fields {
		le.parts = append(le.parts, partsOf(i, f)...)
	}
	if len(r.set.Blocks) > 0 {
		passes, err := asked(le.parts, r.set.Blocks)
		if err != nil {
			return nil, 0, err
		}
		if r.n > mostRecords && slices.ContainsFunc(passes, func(p *pass) bool { return len(p.parts) == 0 }) {
			return nil, 0, &Problem{List: "settings", What: "every pair of so many records cannot be looked at", Todo: "name other keys in blocks"}
		}
		le.hash(passes)
		return passes, 0, nil
	}
	if r.n <= fewRecords {
		return []*pass{{cap: r.n}}, 1, nil
	}
	le.sample()
	le.propose()
	found := make([][][2]uint32, len(le.trials))
	each(len(le.trials), r.workers, func(i int) { found[i] = le.weigh(le.trials[i]) })
	likely, weights := le.likely(found)
	each(len(le.trials), r.workers, func(i int) { le.cover(le.trials[i], likely) })
	passes, share := le.choose(likely, weights)
	for _, k := range le.keys {
		free(r.scratch, k)
	}
	le.hash(passes)
	return passes, share, nil
}

// hash makes the keys of every value for the parts that passes use.
func (le *learner) hash(passes []*pass) {
	var used []*part
	for _, p := range passes {
		if p.sorted {
			continue
		}
		for _, t := range p.parts {
			if !slices.Contains(used, t) {
				used = append(used, t)
			}
		}
	}
	each(len(used), le.r.workers, func(i int) { used[i].hashes(le.r.scratch, le.r.fields[used[i].field]) })
}

func (le *learner) sample() {
	n := le.r.n
	want := min(n, max(sampleSmall, min(sampleLarge, n/10)))
	limit := uint64(float64(want) / float64(n) * (1 << 32))
	for i := range n {
		if want == n || mix((uint64(i)+le.r.set.Seed<<32)*0x9e3779b97f4a7c15)>>32 < limit {
			le.recs = append(le.recs, uint32(i))
		}
	}
	le.share = float64(len(le.recs)) / float64(n)
	le.keys = make([][]uint32, len(le.parts))
	wide := len(le.r.fields)
	each(len(le.parts), le.r.workers, func(i int) {
		p := le.parts[i]
		f := le.r.fields[p.field]
		keys := room[uint32](le.r.scratch, len(le.recs))
		for k, rec := range le.recs {
			if c := le.r.rows[int(rec)*wide+p.field]; c != 0 {
				v := f.value(c)
				keys[k] = p.key(&v)
			}
		}
		le.keys[i] = keys
	})
}

// propose lists the passes to try.
func (le *learner) propose() {
	var firsts []*part
	for i, a := range le.parts {
		if i == 0 || le.parts[i-1].field != a.field {
			firsts = append(firsts, a)
		}
		le.trials = append(le.trials, &trial{pass: pass{parts: []*part{a}}})
		for _, b := range le.parts[i+1:] {
			if a.field != b.field {
				le.trials = append(le.trials, &trial{pass: pass{parts: []*part{a, b}}})
			}
		}
	}
	added := 0
	for i, a := range firsts {
		kind := le.r.fields[a.field].kind
		if kind == Number || kind == Category || kind == Age || len(le.recs) < 3 {
			continue
		}
		for _, back := range []bool{false, true} {
			if added == 8 || back && (kind == Date || kind == ID || kind == Phone) {
				break
			}
			b := firsts[(i+1)%len(firsts)]
			p := pass{parts: []*part{a}, sorted: true, backward: back}
			if b != a {
				p.parts = append(p.parts, b)
			}
			le.trials = append(le.trials, &trial{pass: p})
			added++
		}
	}
}

// grouped sorts the sample by the key of a pass: key above, record below.
func (le *learner) grouped(t *trial) []uint64 {
	rows := make([]uint64, 0, len(le.recs))
	a := le.keys[slices.Index(le.parts, t.parts[0])]
	if len(t.parts) == 1 {
		for i, k := range a {
			if k != 0 {
				rows = append(rows, uint64(k)<<32|uint64(i))
			}
		}
		return radix(rows, 32)
	}
	b := le.keys[slices.Index(le.parts, t.parts[1])]
	for i, k := range a {
		if k := joinKeys(k, b[i]); k != 0 {
			rows = append(rows, uint64(k)<<32|uint64(i))
		}
	}
	return radix(rows, 32)
}

func runs(rows []uint64, each func(from, to int)) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to]>>32 == rows[from]>>32 {
			to++
		}
		each(from, to)
		from = to
	}
}

// weigh counts the pairs of a pass at several sizes of group, and gives some.
func (le *learner) weigh(t *trial) (found [][2]uint32) {
	n := float64(le.r.n)
	if t.sorted {
		le.line(t)
		return nil
	}
	rows := le.grouped(t)
	top := max(4, int(maxGroup*le.share))
	pairs := make([]float64, top+1)
	runs(rows, func(from, to int) {
		if c := to - from; c <= top {
			pairs[c] += float64(c*(c-1)/2) / (le.share * le.share)
		}
	})
	for _, perRecord := range []float64{0.7, 3, 12} {
		sum, c := 0.0, 1
		for c < top && (sum+pairs[c+1] <= perRecord*n || float64(c+1) < 5*le.share) {
			c++
			sum += pairs[c]
		}
		cap := max(2, int(float64(c)/le.share))
		if c == 1 || sum == 0 || len(t.sizes) > 0 && t.sizes[len(t.sizes)-1].count == c || sum > 20*n {
			continue
		}
		t.sizes = append(t.sizes, size{cap: min(cap, maxGroup), count: c, pairs: sum})
	}
	if len(t.sizes) == 0 {
		return nil
	}
	last := t.sizes[len(t.sizes)-1]
	t.rate = min(1, perPass/max(1, last.pairs*le.share*le.share))
	runs(rows, func(from, to int) {
		if c := to - from; c < 2 || c > last.count || !taken(rows[from]>>32, t.rate) {
			return
		}
		for i, a := range rows[from:to] {
			for _, b := range rows[from+i+1 : to] {
				if x, y := uint32(a), uint32(b); le.r.allowed(le.recs[x], le.recs[y]) {
					found = append(found, [2]uint32{x, y})
				}
			}
		}
	})
	return found
}

func taken(key uint64, rate float64) bool {
	return float64(mix(key*0x9e3779b97f4a7c15)&0xffffffff) < rate*(1<<32)
}

// line tries a sorted order over all records.
func (le *learner) line(t *trial) {
	t.cap = neighbours
	t.pass.line(le.r)
	t.rank = room[uint32](le.r.scratch, len(le.recs))
	at := room[uint32](le.r.scratch, le.r.n)
	defer free(le.r.scratch, at)
	for place, rec := range t.order {
		at[rec] = uint32(place + 1)
	}
	for i, rec := range le.recs {
		t.rank[i] = at[rec]
	}
	for _, w := range []int{3, neighbours} {
		t.sizes = append(t.sizes, size{cap: w, pairs: float64(w * len(t.order))})
	}
	free(le.r.scratch, t.order)
	t.order = nil
}

// likely weighs the pairs found by a plain guess, and keeps those that look like
// one person, each with the number that it stands for.
func (le *learner) likely(found [][][2]uint32) ([][2]uint32, []float64) {
	r := le.r
	var all []uint64
	for _, pairs := range found {
		for _, p := range pairs {
			all = append(all, uint64(p[0])<<32|uint64(p[1]))
		}
	}
	all = radix(radixLow(all), 32)
	all = slices.Compact(all)
	random := r.random(60_000)
	guess := start(r.fields, r.total(), float64(r.n))
	guess.measure(random, len(r.fields))
	w := r.weightsOf(guess, 0)
	weight := make([]float64, len(all))
	r.parted(len(all), func(c *comparer, i int) {
		_, weight[i], _ = w.above(c, le.recs[all[i]>>32], le.recs[uint32(all[i])])
	})
	type one struct {
		hash   uint64
		pair   [2]uint32
		chance float64
	}
	var good []one
	for i, p := range all {
		if weight[i] > 0 {
			good = append(good, one{mix(p * 0x9e3779b97f4a7c15), [2]uint32{uint32(p >> 32), uint32(p)}, chance(weight[i])})
		}
	}
	slices.SortFunc(good, func(a, b one) int { return cmp.Compare(a.hash, b.hash) })
	good = good[:min(len(good), maxLikely)]
	pairs, weights := make([][2]uint32, len(good)), make([]float64, len(good))
	for i, g := range good {
		pairs[i], weights[i] = g.pair, g.chance
	}
	return pairs, weights
}

func radixLow(rows []uint64) []uint64 {
	for i, x := range rows {
		rows[i] = bits.RotateLeft64(x, 32)
	}
	rows = radix(rows, 32)
	for i, x := range rows {
		rows[i] = bits.RotateLeft64(x, 32)
	}
	return rows
}

// cover notes which of the likely matches a pass finds at each size.
func (le *learner) cover(t *trial, likely [][2]uint32) {
	if len(t.sizes) == 0 {
		return
	}
	words := (len(likely) + 63) / 64
	for i := range t.sizes {
		t.sizes[i].covers = make([]uint64, words)
	}
	if t.sorted {
		for i, p := range likely {
			x, y := t.rank[p[0]], t.rank[p[1]]
			for k := range t.sizes {
				if x != 0 && y != 0 && int(max(x, y)-min(x, y)) <= t.sizes[k].cap {
					t.sizes[k].covers[i/64] |= 1 << (i % 64)
				}
			}
		}
		free(le.r.scratch, t.rank)
		t.rank = nil
		return
	}
	group := make([]uint32, len(le.recs)) // which, and how large
	count := make([]uint16, len(le.recs))
	rows := le.grouped(t)
	runs(rows, func(from, to int) {
		for _, x := range rows[from:to] {
			group[uint32(x)] = uint32(x >> 32)
			count[uint32(x)] = uint16(min(to-from, 1<<16-1))
		}
	})
	for i, p := range likely {
		if g := group[p[0]]; g == 0 || g != group[p[1]] {
			continue
		}
		for k := range t.sizes {
			if int(count[p[0]]) <= t.sizes[k].count {
				t.sizes[k].covers[i/64] |= 1 << (i % 64)
			}
		}
	}
}

// choose takes passes greedily. It gives them with the share of the likely
// matches that they find together.
func (le *learner) choose(likely [][2]uint32, weights []float64) ([]*pass, float64) {
	n := float64(le.r.n)
	// A match that many passes find was found more easily: it stands for fewer.
	missed := make([]float64, len(likely))
	for _, t := range le.trials {
		if len(t.sizes) == 0 || t.sorted {
			continue
		}
		c := t.sizes[len(t.sizes)-1].covers
		for i := range likely {
			if c[i/64]>>(i%64)&1 != 0 {
				missed[i] += t.rate
			}
		}
	}
	all := 0.0
	for i := range weights {
		weights[i] /= max(1e-3, min(1, missed[i]))
		all += weights[i]
	}
	left := slices.Clone(weights)
	seen := make([]uint64, (len(likely)+63)/64)
	budget := n * min(160, max(12, 3e6/n))
	least := leastGain * min(10, max(1, n/20_000)) * all / n // time counts where there are many
	var chosen []*pass
	spent, rest := 0.0, all
	used := map[*trial]bool{}
	for len(chosen) < maxPasses {
		var best *trial
		var size size
		most := 0.0
		for _, t := range le.trials {
			if used[t] {
				continue
			}
			for _, s := range t.sizes {
				gain := 0.0
				for w, x := range s.covers {
					for ; x != 0; x &= x - 1 {
						gain += left[w*64+bits.TrailingZeros64(x)]
					}
				}
				if v := gain / (s.pairs + fixedPerPass*n); v > most && spent+s.pairs <= budget {
					most, best, size = v, t, s
				}
			}
		}
		if best == nil || most < least {
			break
		}
		used[best] = true
		for w, x := range size.covers {
			for ; x != 0; x &= x - 1 {
				i := w*64 + bits.TrailingZeros64(x)
				if seen[i/64]>>(i%64)&1 == 0 {
					rest -= weights[i]
				}
				left[i] *= again
			}
		}
		for w, x := range size.covers {
			seen[w] |= x
		}
		best.pass.cap, best.pass.pairs = size.cap, int(size.pairs)
		spent += size.pairs
		chosen = append(chosen, &best.pass)
	}
	if n <= sampleSmall/20 {
		chosen = le.fill(chosen, used, min(budget-spent, 60*n))
	}
	slices.SortStableFunc(chosen, func(a, b *pass) int {
		if a.sorted != b.sorted {
			if b.sorted {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.pairs, b.pairs)
	})
	return chosen, 1 - rest/max(1e-9, all)
}

// fill adds the cheapest passes that are left: where there are few records, and
// few matches to learn from, more keys cost little.
func (le *learner) fill(chosen []*pass, used map[*trial]bool, budget float64) []*pass {
	var left []*trial
	for _, t := range le.trials {
		if !used[t] && len(t.sizes) > 0 && !t.sorted {
			left = append(left, t)
		}
	}
	slices.SortStableFunc(left, func(a, b *trial) int {
		return cmp.Or(cmp.Compare(len(a.parts), len(b.parts)), cmp.Compare(a.sizes[len(a.sizes)-1].pairs, b.sizes[len(b.sizes)-1].pairs))
	})
	for _, t := range left {
		s := t.sizes[len(t.sizes)-1]
		if budget -= s.pairs; budget < 0 || len(chosen) == maxPasses {
			break
		}
		t.pass.cap, t.pass.pairs = s.cap, int(s.pairs)
		chosen = append(chosen, &t.pass)
	}
	return chosen
}
