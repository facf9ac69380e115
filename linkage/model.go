package linkage

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A model is what EM learnt: how probable each level of each field is among
// pairs of one person (m) and of two (u), and how rare matches are.
type model struct {
	m, u   [maxFields][levels]float64
	lambda float64 // share of matches among all pairs
	total  float64 // pairs in all
	rare   [maxFields]frequencies
}

// frequencies is how probable it is that another person has a value: for each
// value, smoothed after Good and Turing (Good, Biometrika 1953), in natural log.
type frequencies struct {
	of          []float32 // by value; nil before the first clustering
	mean, least float64
}

// A pattern is the levels of a pair, four bits a field.
type pattern uint64

func pack(l *[maxFields]uint8, n int) pattern {
	var p pattern
	for i := range n {
		p |= pattern(l[i]) << (4 * i)
	}
	return p
}

func (p pattern) level(i int) uint8 { return uint8(p >> (4 * i) & 15) }

// A lesson is a reviewed pair.
type lesson struct {
	pattern pattern
	same    bool
}

type counted struct {
	pattern pattern
	n       float64
}

func sorted(counts []map[pattern]float64) []counted {
	all := map[pattern]float64{}
	for _, c := range counts {
		for p, n := range c {
			all[p] += n
		}
	}
	out := make([]counted, 0, len(all))
	for p, n := range all {
		out = append(out, counted{p, n})
	}
	slices.SortFunc(out, func(a, b counted) int { return cmp.Compare(a.pattern, b.pattern) })
	return out
}

// start is where EM begins: people agree mostly, others as a random pair does.
func start(fields []*field, total, people float64) *model {
	mo := &model{total: total, lambda: min(0.1, 0.3*people/total)}
	first := [levels]float64{.80, .04, .05, .03, .02, .015, .01, .03, .005}
	for i := range fields {
		mo.m[i] = first
	}
	return mo
}

// A table is the log of m over u by field and level, to weigh many patterns.
type table struct {
	prior float64
	log   [maxFields][16]float64
}

func (mo *model) table() *table {
	t := &table{prior: math.Log(mo.lambda / (1 - mo.lambda))}
	for i := range maxFields {
		for l := range int(levels) {
			if mo.u[i][l] > 0 {
				t.log[i][l] = math.Log(mo.m[i][l] / mo.u[i][l])
			}
		}
	}
	return t
}

// weight is the log of odds that a pair with these levels is one person,
// before the frequency of values.
func (t *table) weight(p pattern, fields int) float64 {
	w := t.prior
	for i := range fields {
		w += t.log[i][p.level(i)]
	}
	return w
}

// fit runs EM in the frame of all pairs: candidates are the pairs that blocking
// brought, weighted up to all of them; every other pair counts as unmatched.
// u comes from random pairs, cleaned each round of those that look like one
// person, so that blocking does not bend it. Of reviewed pairs the verdict counts
// in place of the chance (Nigam and others, "Text classification from labeled and
// unlabeled documents using EM", 2000).
func (mo *model) fit(fields []*field, candidates, random []counted, taught []lesson, rounds int) {
	n := len(fields)
	all := levelCounts(random, n)
	for range rounds {
		t := mo.table()
		var m [maxFields][levels]float64
		matches := 0.0
		for _, c := range candidates {
			w := t.weight(c.pattern, n)
			if w < -20 {
				continue
			}
			p := chance(w) * c.n
			matches += p
			for i := range n {
				if l := c.pattern.level(i); l != notTold {
					m[i][l] += p
				}
			}
		}
		for _, c := range taught {
			p := -chance(t.weight(c.pattern, n))
			if c.same {
				p++
			}
			matches += p
			for i := range n {
				if l := c.pattern.level(i); l != notTold {
					m[i][l] += p
				}
			}
		}
		last := mo.m
		for i := range n {
			mo.m[i] = smooth(m[i], fields[i].partner >= 0, 2)
		}
		mo.lambda = min(0.5, max(matches, 0.5)/mo.total)
		mo.clean(all, random, n)
		if change(&last, &mo.m) < 1e-4 {
			break
		}
	}
}

func levelCounts(pairs []counted, n int) (u [maxFields][levels]float64) {
	for _, c := range pairs {
		for i := range n {
			if l := c.pattern.level(i); l != notTold {
				u[i][l] += c.n
			}
		}
	}
	return u
}

// measure takes u from random pairs as they are.
func (mo *model) measure(random []counted, n int) {
	u := levelCounts(random, n)
	for i := range n {
		mo.u[i] = smooth(u[i], true, 1)
	}
}

// clean takes u from random pairs, less what looks like one person.
func (mo *model) clean(all [maxFields][levels]float64, random []counted, n int) {
	t := mo.table()
	for _, c := range random {
		w := t.weight(c.pattern, n)
		if w < -12 {
			continue
		}
		p := chance(w) * c.n
		for i := range n {
			if l := c.pattern.level(i); l != notTold {
				all[i][l] -= p
			}
		}
	}
	for i := range n {
		mo.u[i] = smooth(all[i], true, 1)
	}
}

// smooth turns counts into probabilities that are never nought.
func smooth(counts [levels]float64, cross bool, weight float64) [levels]float64 {
	sum := 0.0
	for l := range counts {
		counts[l] = max(0, counts[l]) + weight*0.1
		if l == int(crossed) {
			counts[l] -= weight * 0.09
			if !cross {
				counts[l] = 1e-9
			}
		}
		sum += counts[l]
	}
	for l := range counts {
		counts[l] /= sum
	}
	return counts
}

func change(a, b *[maxFields][levels]float64) float64 {
	most := 0.0
	for i := range a {
		for l := range a[i] {
			most = max(most, math.Abs(a[i][l]-b[i][l]))
		}
	}
	return most
}

func chance(w float64) float64 {
	if w > 40 {
		return 1
	}
	if w < -40 {
		return 0
	}
	return 1 / (1 + math.Exp(-w))
}

// random counts the levels of pairs drawn at random.
func (r *run) random(draws int) []counted {
	const blocks = 16
	counts := make([]map[pattern]float64, blocks)
	comparers := r.comparers()
	eachBy(blocks, r.workers, func(worker, block int) {
		rnd := rand.New(rand.NewPCG(r.set.Seed, uint64(block)))
		c, to := comparers[worker], map[pattern]float64{}
		var l [maxFields]uint8
		for range draws / blocks {
			a, b := uint32(rnd.IntN(r.n)), uint32(rnd.IntN(r.n))
			if a == b || !r.allowed(a, b) {
				continue
			}
			c.levels(&l, a, b)
			to[pack(&l, len(r.fields))]++
		}
		counts[block] = to
	})
	return sorted(counts)
}

// count measures, for every value, how many other people have it: over people,
// not records, so that a person on six lists does not make a name frequent. As
// long as nobody knows who is who, person is nil and each record is one.
func (mo *model) count(r *run, person []int32, people int) {
	on := r.scratch
	if person == nil {
		person = room[int32](on, people)
		defer free(on, person)
		for i := range person {
			person[i] = int32(i)
		}
	}
	order := byPerson(on, person, people)
	defer free(on, order)
	wide := len(r.fields)
	each(wide, r.workers, func(i int) {
		free(on, mo.rare[i].of)
		holders := room[float32](on, len(r.fields[i].entries))
		last := room[int32](on, len(holders))
		defer free(on, last)
		for v := range last {
			last[v] = -1
		}
		for _, rec := range order {
			if v := r.rows[int(rec)*wide+i]; v != 0 && last[v] != person[rec] {
				last[v] = person[rec]
				holders[v]++
			}
		}
		mo.rare[i] = turing(holders)
	})
}

func byPerson(on *Scratch, person []int32, people int) []uint32 {
	starts := room[uint32](on, people+1)
	defer free(on, starts)
	for _, p := range person {
		starts[p+1]++
	}
	for i := range people {
		starts[i+1] += starts[i]
	}
	order := room[uint32](on, len(person))
	for rec, p := range person {
		order[starts[p]] = uint32(rec)
		starts[p]++
	}
	return order
}

// turing turns counts of holders into the chance that another person holds it.
func turing(holders []float32) frequencies {
	var of [8]float64
	sum := 0.0
	for _, h := range holders {
		sum += float64(h)
		if int(h) < len(of) {
			of[int(h)]++
		}
	}
	sum = max(1, sum)
	fr := frequencies{of: holders}
	mean := 0.0
	for v, held := range holders {
		h := float64(held)
		if h == 0 {
			continue
		}
		r := h
		if int(h) < 6 {
			r = min(h, (h+1)*(of[int(h)+1]+0.3)/(of[int(h)]+1))
		}
		mean += h / sum * r / sum
		fr.of[v] = float32(math.Log(r / sum))
		fr.least = min(fr.least, float64(fr.of[v]))
	}
	if mean > 0 {
		fr.mean = math.Log(mean)
	}
	return fr
}
