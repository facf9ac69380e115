package guard

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Few is how many protected people may fit a combination of facts before it says
// nothing: the k of k-anonymity, less one.
const Few = 4

// factWindow is how many words on the facts of one person may stand.
const factWindow = 25

// census holds the facts of all protected people: what the index needs to tell how many
// fit a combination. Nothing in it is a fact itself; a value is its fingerprint.
type census struct {
	values  map[Print]int32 // number of a value
	is      []Fact          // by value
	bearers [][]int32       // by value: people, in order
	has     [][]int32       // by person: values, in order
	cases   []int32         // by person: the case, so that one case counts once
	last    []owned         // by person: the term that was noted last, which a decision is about
	people  map[string]int32
	numbers map[string]int32  // of cases
	parties map[int32][]int32 // by case: its people that are parties
	shared  map[int32][]int32 // by case: values that are true of everybody in it
	terms   int
}

type owned struct {
	term  int64
	owner string
}

func newCensus() *census {
	return &census{values: map[Print]int32{}, people: map[string]int32{}, numbers: map[string]int32{}, parties: map[int32][]int32{}, shared: map[int32][]int32{}}
}

// add takes in what a term tells of its owner. A party of a case is a person; what else
// was written into a case is one more person, and where and when it was is true of its
// parties too.
func (c *census) add(t Term) {
	c.terms++
	file, item, isItem := strings.Cut(t.Owner, "/")
	key, party := file, isItem && strings.HasPrefix(item, "party_")
	if party {
		key = t.Owner
	}
	number, ok := c.numbers[file]
	if !ok {
		number = int32(len(c.numbers))
		c.numbers[file] = number
	}
	p, ok := c.people[key]
	if !ok {
		p = int32(len(c.has))
		c.people[key] = p
		c.has, c.cases, c.last = append(c.has, nil), append(c.cases, number), append(c.last, owned{})
		if party {
			c.parties[number] = append(c.parties[number], p)
			for _, v := range c.shared[number] {
				c.bear(p, v)
			}
		}
	}
	c.last[p] = owned{t.ID, t.Owner}
	for _, m := range t.Marks {
		v, ok := c.values[m.Print]
		if !ok {
			v = int32(len(c.is))
			c.values[m.Print] = v
			c.is, c.bearers = append(c.is, Fact(m.Part)), append(c.bearers, nil)
		}
		c.bear(p, v)
		if !party && isItem && 1<<m.Part&sharedFacts != 0 {
			c.shared[number] = append(c.shared[number], v)
			for _, o := range c.parties[number] {
				c.bear(o, v)
			}
		}
	}
}

// bear notes that a value is true of a person.
func (c *census) bear(p, v int32) {
	if i, ok := slices.BinarySearch(c.has[p], v); !ok {
		c.has[p] = slices.Insert(c.has[p], i, v)
	}
	if i, ok := slices.BinarySearch(c.bearers[v], p); !ok {
		c.bearers[v] = slices.Insert(c.bearers[v], i, p)
	}
}

// told is a mention of a value that somebody protected bears; -1: nobody needs to.
type told struct {
	mention
	value int32
}

// facts looks for combinations in a paragraph.
func (s *scan) facts(n int, cs []char, ws []word) {
	c := s.x.census
	if c == nil {
		return
	}
	var all []told
	for _, m := range factsIn(cs, ws) {
		if m.is == Sole {
			all = append(all, told{m, -1})
		} else if v, ok := s.factValue(m.fact); ok {
			all = append(all, told{m, v})
		}
	}
	if !slices.ContainsFunc(all, func(t told) bool { return 1<<t.is&personalFacts != 0 }) {
		return
	}
	for i, w := range ws {
		if !w.capital() || w.hasDigit() {
			continue
		}
		for _, v := range s.spot(w) {
			all = append(all, told{mention{i, w.start(), w.end(), fact{is: Spot}}, v})
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Compare(a.at, b.at) })
	best := map[int32]Finding{} // by person: the gravest of the paragraph
	from := 0
	for i, t := range all {
		if 1<<t.is&personalFacts == 0 {
			continue
		}
		for all[from].at < t.at-factWindow {
			from++
		}
		to := i
		for to < len(all) && all[to].at <= t.at+factWindow {
			to++
		}
		s.combine(n, all[from:to], i-from, best)
	}
	for _, f := range best {
		s.out = append(s.out, f)
	}
}

// factValue is the number of a value, looked up once for each text.
func (s *scan) factValue(f fact) (int32, bool) {
	v, ok := s.told[f]
	if !ok {
		v = -1
		if n, found := s.x.census.values[s.p.print(spaceFact+strconv.Itoa(int(f.is))+":", f.value)]; found {
			v = n
		}
		s.told[f] = v
	}
	return v, v >= 0
}

// spot lists the places that a word may name.
func (s *scan) spot(w word) []int32 {
	key := string(w.letters())
	out, ok := s.spots[key]
	if !ok {
		for _, stem := range spots(w, false) {
			if n, found := s.x.census.values[s.p.print(spaceFact+strconv.Itoa(int(Spot))+":", stem)]; found && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
		s.spots[key] = out
	}
	return out
}

// combine looks who fits what is told near one personal fact, and how few.
func (s *scan) combine(n int, near []told, anchor int, best map[int32]Finding) {
	c := s.x.census
	a := near[anchor]
	fits := map[int32]uint64{} // by person: which of the mentions are true of them
	for _, b := range near {
		if b.value < 0 || b.is == a.is || 1<<b.is&weakFacts != 0 {
			continue
		}
		for _, p := range s.both(a.value, b.value) {
			fits[p] = 0
		}
	}
	if len(fits) == 0 {
		return
	}
	near = near[max(0, anchor-31):]
	near = near[:min(len(near), 64)]
	for p := range fits {
		for i, b := range near {
			if _, ok := slices.BinarySearch(c.has[p], b.value); ok || b.value < 0 {
				fits[p] |= 1 << i
			}
		}
	}
	sets := map[uint64]bool{}
	for _, m := range fits {
		sets[m] = true
	}
	for m := range sets {
		cases := map[int32]bool{}
		for p, o := range fits {
			if o&m == m {
				cases[c.cases[p]] = true
			}
			if len(cases) > Few {
				break
			}
		}
		if len(cases) > Few {
			continue
		}
		f := Finding{Paragraph: n, Start: 1 << 30, Level: Ask, Kind: Facts, Why: FewFit}
		for i, b := range near {
			if m>>i&1 == 1 {
				f.Gap |= 1 << b.is
				f.Start, f.End = min(f.Start, b.start), max(f.End, b.end)
			}
		}
		if len(cases) == 1 && bits.OnesCount(uint(f.Gap)&^(1<<Sex|1<<Act)) >= 3 { // half of all are women
			f.Level, f.Why = Block, OneFits
		}
		for p, o := range fits {
			if o != m {
				continue // what is true of them besides is told on its own
			}
			f.Owner, f.Term = c.last[p].owner, c.last[p].term
			if old, ok := best[p]; !ok || graver(f, old) {
				best[p] = f
			}
		}
	}
}

func graver(a, b Finding) bool {
	return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(bits.OnesCount(uint(a.Gap)), bits.OnesCount(uint(b.Gap))), cmp.Compare(b.Start, a.Start), cmp.Compare(b.End-b.Start, a.End-a.Start)) > 0
}

// both lists the people of whom two values are true, once for each two in a text.
func (s *scan) both(a, b int32) []int32 {
	k := [2]int32{min(a, b), max(a, b)}
	out, ok := s.pairs[k]
	if ok {
		return out
	}
	x, y := s.x.census.bearers[a], s.x.census.bearers[b]
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, p := range x {
		i, found := slices.BinarySearch(y, p)
		if found {
			out = append(out, p)
		}
		y = y[i:]
	}
	s.pairs[k] = out
	return out
}
