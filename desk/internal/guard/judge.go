package guard

import (
	"cmp"
	"slices"
	"sort"
)

// hit is one word of the text that is a part of a term.
type hit struct {
	*occurrence
	ref ref
}

// judge turns the hits of each term into findings. Every hit is named once
// however many others stand round it, so that a text that repeats one name a
// hundred thousand times costs no more than another of its length.
func (s *scan) judge() {
	slices.SortStableFunc(s.seen, func(a, b seen) int { return a.at - b.at })
	s.spelled()
	slices.SortStableFunc(s.seen, func(a, b seen) int { return a.at - b.at })
	s.meetings()
	for hits := s.worthy(); len(hits) > 0; {
		n := 1
		for n < len(hits) && hits[n].ref.term() == hits[0].ref.term() {
			n++
		}
		s.term(hits[:n])
		hits = hits[n:]
	}
}

// meeting is what the other parts of its term say of a hit that stand near it: the
// gravest, and of these the nearest.
type meeting struct {
	level Level // 0: there is none
	why   Reason
	gap   int // words between the two
}

func (m *meeting) add(o meeting) {
	if cmp.Or(cmp.Compare(m.level, o.level), cmp.Compare(o.gap, m.gap), cmp.Compare(o.why, m.why)) < 0 {
		*m = o
	}
}

// term judges the hits of one term, in the order of the text.
func (s *scan) term(hits []hit) {
	met := make([]meeting, len(hits))
	for i, h := range hits {
		for j := i + 1; j < len(hits) && hits[j].at-h.at <= window; j++ {
			if other := hits[j]; apart(h, other) && pair(h, other) {
				m := s.weigh(h, other)
				met[i].add(m)
				met[j].add(m)
			}
		}
		level, why := h.alone()
		switch m := met[i]; {
		case m.level == Block:
			s.find(*h.occurrence, h.ref, Block, m.why, m.gap)
		case h.ref.kind() == kindName && h.ref.strength() == Strong && h.trust == sure && level < Block && s.initialled(h):
			s.find(*h.occurrence, h.ref, Block, Initialled, 0)
		case level == Block:
			s.find(*h.occurrence, h.ref, Block, why, 0)
		case m.level == Ask:
			s.find(*h.occurrence, h.ref, Ask, m.why, m.gap)
		case level == Ask && h.ref.sharers() <= common:
			s.find(*h.occurrence, h.ref, Ask, why, 0)
		}
	}
}

// weigh says what two parts of a term near each other are worth: whether they may stand
// there by chance. With many identities in the vault, some word is a letter away from a
// surname, or has its consonants, beside nearly every given name; and of two parts that
// many bear, in two sentences, each may be somebody else's. Such ask, and do not stop:
//   - a spelling with an error, or consonants alone, where the two are not written as one
//     name is: a sentence ends between them, or a word stands there that is no name;
//   - parts of a name that more than common owners share, more than farWords apart, with the
//     end of a sentence between them.
//
// Two parts that are spelled as they are kept, in one sentence or side by side, always stop.
func (s *scan) weigh(a, b hit) meeting {
	m := meeting{Block, whyPair(a.ref, b.ref), b.at - a.at}
	if a.ref.kind() != kindName {
		return m
	}
	sentences, small := s.line[b.at].ends > s.line[a.at].ends, m.gap > 1 && s.line[b.at].small > s.line[a.at+1].small
	if m.why == Parts && m.gap > farWords && sentences && a.ref.sharers() > common && b.ref.sharers() > common || m.why != Parts && (sentences || small) {
		m.level, m.why = Ask, Chance
	}
	return m
}

// farWords is how many words on the second of two parts may stand that stop a text over
// the end of a sentence, however many bear them.
const farWords = 3

// whyPair says how two parts are known to be of one term.
func whyPair(a, b ref) Reason {
	why := Parts
	for _, r := range []ref{a, b} {
		switch r.strength() {
		case Fuzzy:
			return Spelling
		case Rough, Coarse, Bare:
			why = Letters
		}
	}
	return why
}

// worthy are the hits of terms of which two parts stand near each other, and those that
// may say something alone, by term and then by place.
func (s *scan) worthy() []hit {
	var out []hit
	for i := range s.seen {
		w := s.seen[i].word
		w.settle()
		take := func(refs []ref) {
			for _, r := range refs {
				out = append(out, hit{&s.seen[i].occurrence, r})
			}
		}
		take(w.met)
		take(w.alone)
		if len(w.beside) > 0 && s.initialNear(s.seen[i].at) {
			take(w.beside)
		}
	}
	slices.SortStableFunc(out, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.ref.term(), b.ref.term()), cmp.Compare(a.at, b.at))
	})
	return out
}

// settle leaves each part once among what met another and what speaks alone.
func (w *standing) settle() {
	if w.settled {
		return
	}
	w.settled = true
	slices.Sort(w.met)
	w.met = slices.Compact(w.met)
	met := func(r ref) bool { _, ok := slices.BinarySearch(w.met, r); return ok }
	if len(w.met) > 0 {
		w.alone, w.beside = slices.DeleteFunc(w.alone, met), slices.DeleteFunc(w.beside, met)
	}
}

// How far apart words of what is no name count at the most, and its numbers.
const (
	phraseWindow = 4
	numberWindow = 1
)

// recent is a standing among the last words, and where it stood last.
type recent struct {
	word        *standing
	at, capital int // of its last place, and of the last that is written as a name is
}

// meetings looks for the parts of terms that stand near other parts of theirs: for each
// word it goes through what stood within the window before it.
func (s *scan) meetings() {
	type two struct{ a, b *standing }
	done := map[two]uint8{}
	var before []recent
	for i := range s.seen {
		o := &s.seen[i]
		before = slices.DeleteFunc(before, func(r recent) bool { return o.at-r.at > window })
		mine := -1
		for j, r := range before {
			if r.word == o.word {
				mine = j
			}
			var near uint8
			gap := o.at - r.at
			if gap <= 1 || gap <= disguisedWindow && o.read != Written || o.capital && o.at-r.capital <= window {
				near |= nearNames
			}
			if gap <= phraseWindow {
				near |= nearWords
			}
			if gap <= numberWindow {
				near |= nearNumbers
			}
			k := two{o.word, r.word}
			if k.a.number > k.b.number {
				k.a, k.b = k.b, k.a
			}
			old := done[k]
			if near &^= old; near != 0 {
				done[k] = old | near
				k.a.meet(k.b, near)
			}
		}
		if mine < 0 {
			mine = len(before)
			before = append(before, recent{word: o.word, capital: o.at - window - 1})
		}
		before[mine].at = o.at
		if o.capital {
			before[mine].capital = o.at
		}
	}
}

// What of two words is held against each other: bits.
const (
	nearNames uint8 = 1 << iota
	nearWords
	nearNumbers
)

// meet notes what two words have in common.
func (w *standing) meet(other *standing, near uint8) {
	both := func(a, b []ref) {
		together(a, b, func(x, y ref) {
			w.met, other.met = append(w.met, x), append(other.met, y)
		})
	}
	if near&nearNames != 0 {
		both(w.names, other.names)
	}
	if near&nearWords != 0 {
		both(w.words, other.words)
		both(w.words, other.numbers)
		if w != other {
			both(w.numbers, other.words)
		}
	}
	if near&nearNumbers != 0 {
		both(w.numbers, other.numbers)
	}
}

// together calls f for every two parts of one term, one in each of two ordered lists.
func together(a, b []ref, f func(x, y ref)) {
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0].term(), b[0].term(); {
		case x < y:
			a = from(a, y)
		case y < x:
			b = from(b, x)
		default:
			i, j := from(a, x+1), from(b, x+1)
			for _, x := range a[:len(a)-len(i)] {
				for _, y := range b[:len(b)-len(j)] {
					if x.part() != y.part() {
						f(x, y)
					}
				}
			}
			a, b = i, j
		}
	}
}

// from is what of an ordered list begins with a term or behind it. It looks in steps that
// grow, since the term is near in a list of the same length and far in a longer one.
func from(list []ref, term int32) []ref {
	low, high := 0, 1
	for high < len(list) && list[high].term() < term {
		low, high = high, 2*high
	}
	high = min(high, len(list))
	n, _ := slices.BinarySearchFunc(list[low:high], term, func(r ref, t int32) int { return cmp.Compare(r.term(), t) })
	return list[low+n:]
}

// initialNear reports whether any initial stands where one of a word would.
func (s *scan) initialNear(at int) bool {
	for i := at - 2; i <= at+2; i++ {
		if len(s.first[i]) > 0 {
			return true
		}
	}
	return false
}

// initialled reports whether an initial of the name stands beside a word.
func (s *scan) initialled(h hit) bool {
	t := &s.x.terms[h.ref.term()]
	mine := s.x.firsts[t.first : t.first+int32(t.firsts)]
	for i := h.at - 2; i <= h.at+2; i++ {
		if slices.ContainsFunc(s.first[i], func(p Print) bool { return slices.Contains(mine, p) }) {
			return true
		}
	}
	return false
}

// apart says whether two hits are different parts that stand in different places.
func apart(a, b hit) bool {
	return a.ref.part() != b.ref.part() && (a.paragraph != b.paragraph || a.start >= b.end || b.start >= a.end)
}

// alone says what a hit is worth by itself.
func (h hit) alone() (Level, Reason) {
	level, why := judgeOne(h.ref, h.capital)
	switch {
	case h.trust >= beside, h.trust == doubt && h.ref.strength() == Weak:
		return 0, 0
	case h.trust == doubt && level == Block:
		return Ask, Word
	}
	return level, why
}

// judgeOne says what a part of a term is worth alone, and why; 0 is nothing.
func judgeOne(r ref, capital bool) (Level, Reason) {
	switch r.strength() {
	case Fuzzy, Number, Rough, Coarse:
		return 0, 0
	case Bare:
		if capital && r.sharers() <= bearers {
			return Block, Surname
		}
		return 0, 0
	}
	switch r.kind() {
	case kindName:
		switch {
		case !capital:
			if r.strength() == Strong && r.sharers() <= bearers { // a surname written small
				return Ask, Word
			}
			return 0, 0
		case r.solo() && r.strength() == Strong:
			return Block, Only
		case r.strength() == Strong && r.sharers() <= bearers:
			return Block, Surname
		}
		return Ask, Shared
	case kindAlias, kindPseudonym, kindPlace:
		switch {
		case !r.solo():
			return 0, 0
		case capital || r.strength() == Whole:
			return Block, Own
		}
		return Ask, Word
	}
	if r.strength() == Whole {
		return Block, Own
	}
	return 0, 0
}

// pair says whether two parts of one term near each other give it away.
func pair(a, b hit) bool {
	if (a.trust == kin || b.trust == kin) && a.read != b.read {
		return false
	}
	gap, numbers := b.at-a.at, 0
	for _, s := range []Strength{a.ref.strength(), b.ref.strength()} {
		if s == Number {
			numbers++
		}
	}
	switch k := a.ref.kind(); k {
	case kindName:
		if a.ref.strength() == Fuzzy && b.ref.strength() == Fuzzy { // an error in each
			return gap <= 1
		}
		return gap <= min(reach(a), reach(b))
	case kindAlias, kindPseudonym:
		if numbers > 0 {
			return gap <= 1
		}
		return gap <= 2
	case kindAddress, kindPlace:
		if numbers == 2 {
			return false
		}
		if k == kindAddress && a.ref.numbered() { // a word and a number are needed
			return gap <= phraseWindow && numbers == 1
		}
		return gap <= 3
	}
	return false
}

// fuzzyWindow is how far a spelling with an error may stand from another part of its name.
const fuzzyWindow = 3

// disguisedWindow is how far apart words written small count that are read otherwise than
// they are written: a patronymic that is not kept may stand between them.
const disguisedWindow = 2

// reach is how far from another part of a name a hit counts. A word that is not
// written as a name is may be any word.
func reach(h hit) int {
	if !h.capital {
		if h.read == Keyboard || h.read == Backwards {
			return disguisedWindow
		}
		return 1
	}
	switch h.ref.strength() {
	case Rough:
		return 2
	case Fuzzy, Coarse:
		return fuzzyWindow
	}
	return window
}

// tidy orders the findings, keeps the gravest of each place and term, and joins doubles.
func tidy(fs []Finding) []Finding {
	sort.Slice(fs, func(i, j int) bool {
		a, b := fs[i], fs[j]
		switch {
		case a.Paragraph != b.Paragraph:
			return a.Paragraph < b.Paragraph
		case a.Start != b.Start:
			return a.Start < b.Start
		case a.End != b.End:
			return a.End < b.End
		case a.Term != b.Term:
			return a.Term < b.Term
		}
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Gap, b.Gap), cmp.Compare(a.Read, b.Read)) < 0
	})
	var out []Finding
	for _, f := range fs {
		if n := len(out); n > 0 && out[n-1].Paragraph == f.Paragraph && out[n-1].Start == f.Start && out[n-1].End == f.End && out[n-1].Term == f.Term {
			continue
		}
		out = append(out, f)
	}
	return whole(out)
}

// whole leaves of pieces that were put together, and of which some are the beginning of
// others, the longest.
func whole(fs []Finding) []Finding {
	if !slices.ContainsFunc(fs, func(f Finding) bool { return f.Read == Cut }) {
		return fs
	}
	longer := map[int64]Level{} // by term: the gravest that begins here and ends later
	var out []Finding
	for i := len(fs) - 1; i >= 0; i-- {
		f := fs[i]
		if i+1 < len(fs) && (fs[i+1].Paragraph != f.Paragraph || fs[i+1].Start != f.Start) {
			clear(longer)
		}
		if f.Read == Cut && longer[f.Term] >= f.Level {
			continue
		}
		if f.Read == Cut {
			longer[f.Term] = f.Level
		}
		out = append(out, f)
	}
	slices.Reverse(out)
	return out
}
