package guard

import (
	"slices"
	"strings"
	"unicode"
)

// hit is one word of the text that is a part of a term.
type hit struct {
	occurrence
	ref     ref
	sharers int // owners who have this print
}

// occurrence is a word of the text, with what it may be.
type occurrence struct {
	at         int // number of the word in the whole text
	paragraph  int
	start, end int
	capital    bool
}

// seen is an occurrence with what its word stands for.
type seen struct {
	occurrence
	word *standing
}

// standing is what a word may stand for, once for all its occurrences.
type standing struct {
	found  []found
	beside []found // what says something only beside an initial of the name
	pruned bool
}

type found struct {
	ref     ref
	sharers int
}

type nearWord struct {
	occurrence
	letters []rune
}

// scan is the state of one check. A word of the text may stand for a part of
// thousands of terms, so that what it stands for is kept once for each word; only
// terms of which a second part is in the text too are looked at word by word.
type scan struct {
	x     *Index
	p     *printer
	memo  map[string]*standing
	bones map[string]*standing
	fuzzy map[string]*standing
	*bench
	empty map[string]bool // what was looked up whole and stands for nothing
	seen  []seen
	near  []nearWord
	names map[int]bool    // numbers of words that may be part of a name
	first map[int][]Print // initials, by the word's number
	out   []Finding
	at    int
}

func newScan(x *Index) *scan {
	return &scan{x: x, p: newPrinter(x.key), bench: x.bench(), memo: map[string]*standing{}, bones: map[string]*standing{}, fuzzy: map[string]*standing{}, empty: map[string]bool{}, names: map[int]bool{}, first: map[int][]Print{}}
}

// bench is what a check needs for each term of the index. It is used again by the next
// check: to make and clear it for each draft takes longer than a short draft.
type bench struct {
	parts   []uint16 // by term: a bit for each part that is somewhere in the text
	stamp   []uint64 // by term: the word that was looked up last, and which of its parts that word was
	place   []int32  // by term: one more than its place among the hits
	touched []int32  // terms that have parts in the text
	words   uint64   // that were looked up, by all checks
}

// bench gives a check its table.
func (x *Index) bench() *bench {
	b, ok := x.benches.Get().(*bench)
	if !ok {
		b = &bench{}
	}
	if n := len(x.terms) - len(b.parts); n > 0 { // terms were added since
		b.parts, b.stamp, b.place = append(b.parts, make([]uint16, n)...), append(b.stamp, make([]uint64, n)...), append(b.place, make([]int32, n)...)
	}
	return b
}

// done clears the table for the next check. Stamps stay: each word has a number of its own.
func (x *Index) done(b *bench) {
	for _, t := range b.touched {
		b.parts[t], b.place[t] = 0, 0
	}
	b.touched = b.touched[:0]
	x.benches.Put(b)
}

// in notes that a part of a term is in the text.
func (b *bench) in(r ref) {
	if b.parts[r.term] == 0 {
		b.touched = append(b.touched, r.term)
	}
	b.parts[r.term] |= r.bit()
}

func (s *scan) paragraph(n int, text string) {
	cs := fold(text)
	ws := words(cs)
	said := phrases(ws)
	s.numbers(n, cs, ws, said)
	for _, ph := range said { // the house of an address, said in words
		s.note(occurrence{s.at + ph.first, n, ws[ph.first].start(), ws[ph.last].end(), false}, s.look(ph.digits, nil))
	}
	s.mails(n, cs)
	s.handles(n, cs)
	s.codes(n, ws)
	for i, w := range ws {
		s.word(n, s.at, w, w.capital(), glued(cs, w))
		s.initial(cs, w)
		for _, piece := range w.pieces() {
			s.word(n, s.at, piece, piece.capital(), glued(cs, w))
		}
		// "Саид Ахмед" for Саидахмед.
		if i > 0 && w.capital() && ws[i-1].capital() && len(w.chars)+len(ws[i-1].chars) < 24 && w.start()-ws[i-1].end() <= 2 && cs[ws[i-1].after].r != '.' {
			joined := word{chars: append(slices.Clone(ws[i-1].chars), w.chars...)}
			s.exact(n, s.at, joined)
		}
		s.at++
	}
	s.spaced(n, ws)
	s.at++ // the end of a paragraph counts as a word
}

// glued reports a word that stands in a file's name or an address: such are not
// written as names are.
func glued(cs []char, w word) bool {
	from := w.after - len(w.chars)
	return w.after < len(cs) && strings.ContainsRune("._-@/", cs[w.after].r) && w.after+1 < len(cs) && wordRune(cs[w.after+1].r) ||
		from > 1 && strings.ContainsRune("._-@/", cs[from-1].r) && wordRune(cs[from-2].r)
}

// initial notes a letter with a full stop, which may stand for a given name.
func (s *scan) initial(cs []char, w word) {
	if len(w.chars) > 4 || !w.capital() || w.after >= len(cs) || cs[w.after].r != '.' {
		return
	}
	for _, r := range w.readings() {
		if r == firstSound(r) {
			s.first[s.at] = append(s.first[s.at], s.p.print(spaceFirst, r))
		}
	}
}

// word notes what parts of terms a word may be.
func (s *scan) word(n, at int, w word, capital, glued bool) {
	letters := w.letters()
	key := string(letters)
	found := s.known(key, letters)
	o := occurrence{at, n, w.start(), w.end(), capital}
	s.note(o, found)
	if len(found.found) == 0 && capital && len(letters) >= 5 {
		s.near = append(s.near, nearWord{o, letters})
	}
	if capital || glued {
		o.capital = true
		s.note(o, s.byBones(key, letters))
	}
}

// exact notes what two words may be that were one: no consonants, no errors.
func (s *scan) exact(n, at int, w word) {
	letters := w.letters()
	s.note(occurrence{at, n, w.start(), w.end(), true}, s.known(string(letters), letters))
}

// known is what a word stands for, looked up once.
func (s *scan) known(key string, letters []rune) *standing {
	out, ok := s.memo[key]
	if !ok {
		out = s.look(key, readWord(letters))
		s.memo[key] = out
	}
	return out
}

func (s *scan) note(o occurrence, w *standing) {
	if len(w.found) == 0 {
		return
	}
	s.seen = append(s.seen, seen{o, w})
	s.names[o.at] = true
}

// bit is a part of a term among its parts; the sixteenth and all behind it count as two.
func (r ref) bit() uint16 {
	if r.part >= 15 {
		return 1<<15 | 1<<14
	}
	return 1 << r.part
}

// look hashes the candidates of one word.
func (s *scan) look(raw string, readings []string) *standing {
	g := s.gather()
	for _, r := range readings {
		g.take(spaceExact, r)
		candidates(r, func(stem string) { g.take(spaceStem, stem) })
	}
	if hasDigit(raw) || len([]rune(raw)) == 1 {
		g.take(spaceToken, likeLatin(raw))
	}
	return &g.standing
}

// byBones looks for names between Arabic and other letters.
func (s *scan) byBones(raw string, letters []rune) *standing {
	out, ok := s.bones[raw]
	if ok {
		return out
	}
	g := s.gather()
	if b := arabicBones(letters, true); len(b) > 0 {
		for _, x := range b {
			g.take(spaceBones, x)
		}
	} else {
		seen := map[string]bool{"": true}
		for _, r := range readWord(letters) {
			candidates(r, func(stem string) {
				if x := bones(stem); !seen[x] {
					seen[x] = true
					g.take(spaceRasm, x)
				}
			})
		}
	}
	s.bones[raw] = &g.standing
	return &g.standing
}

// gather collects what the prints of one word stand for.
type gather struct {
	standing
	s *scan
}

func (s *scan) gather() *gather {
	s.words++
	return &gather{s: s}
}

func (g *gather) take(space, skeleton string) {
	p, sharers := g.s.p.print(space, skeleton), 0
	g.s.x.each(p, func(r ref) bool {
		if sharers == 0 {
			sharers = g.s.owners(p)
		}
		if r.next = none; !g.had(r) {
			g.found = append(g.found, found{r, sharers})
			g.s.in(r)
		}
		return true
	})
}

// had notes that the word stands for a part of a term, and says whether it was noted
// before. A word's number and a part fit into one number; a word that is several parts
// of one term is looked for among what was found.
func (g *gather) had(r ref) bool {
	mine := g.s.words<<16 | uint64(r.part)<<8 | uint64(r.strength)
	old := g.s.stamp[r.term]
	g.s.stamp[r.term] = mine
	return old == mine || old>>16 == g.s.words && slices.ContainsFunc(g.found, func(f found) bool { return f.ref == r })
}

// owners counts whose a print is, as far as it matters.
func (s *scan) owners(p Print) int {
	var seen []string
	s.x.each(p, func(r ref) bool {
		if o := s.x.terms[r.term].owner; !slices.Contains(seen, o) {
			seen = append(seen, o)
		}
		return len(seen) <= common
	})
	return len(seen)
}

// spaced reads rows of single letters as the words that they spell: И с а е в.
func (s *scan) spaced(n int, ws []word) {
	for i := 0; i < len(ws); {
		j := i
		for j < len(ws) && len(ws[j].letters()) == 1 && !ws[j].hasDigit() && (j == i || ws[j].start()-ws[j-1].end() <= 4) {
			j++
		}
		if j-i < 3 {
			i = max(j, i+1)
			continue
		}
		run := ws[i:min(j, i+48)]
		for a := range run {
			for b := a + 3; b <= min(len(run), a+20); b++ {
				joined := word{}
				for _, w := range run[a:b] {
					joined.chars = append(joined.chars, w.chars...)
				}
				s.word(n, s.at-len(ws)+i+a, joined, true, false)
			}
		}
		i = j
	}
}

func (s *scan) whole(n int, space, skeleton string, start, end int, hint Level) {
	key := space + skeleton
	if s.empty[key] {
		return
	}
	p := s.p.print(space, skeleton)
	if _, ok := s.x.heads[p]; !ok {
		s.empty[key] = true
		return
	}
	s.x.each(p, func(r ref) bool {
		level := Block
		switch r.strength {
		case Whole:
		case Hint:
			level = hint
		default: // a house's number is no whole address
			return true
		}
		t := s.x.terms[r.term]
		s.out = append(s.out, Finding{Paragraph: n, Start: start, End: end, Level: level, Kind: t.kind, Owner: t.owner, Term: t.id})
		return true
	})
}

// numbers matches rows of digits, at any offset, in the lengths of phones and documents.
func (s *scan) numbers(n int, cs []char, ws []word, said []phrase) {
	runs, places := digitRuns(cs, ws, said)
	for k, run := range runs {
		for i := range run {
			for l := 5; l <= min(14, len(run)-i); l++ {
				from, to := places[k][i].from, places[k][i+l-1].to
				s.whole(n, spaceDigit, string(run[i:i+l]), cs[from].start, cs[to-1].end, Ask)
			}
		}
	}
}

func (s *scan) mails(n int, cs []char) {
	for _, m := range mails(cs) {
		s.whole(n, spaceMail, mailKey(likeLatin(m.local), likeLatin(m.domain)), cs[m.from].start, cs[m.to-1].end, Ask)
	}
}

// handles matches account names: runs of letters, digits, dots and underscores.
func (s *scan) handles(n int, cs []char) {
	ok := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.' || r == '-'
	}
	for i := 0; i < len(cs); {
		if !ok(cs[i].r) {
			i++
			continue
		}
		j := i
		for j < len(cs) && ok(cs[j].r) {
			j++
		}
		if h := handleKey(runesOf(cs[i:j])); len(h) >= 4 {
			s.whole(n, spaceUser, h, cs[i].start, cs[j-1].end, Ask)
		}
		i = j
	}
}

// codes matches numbers of letters and digits in up to five groups.
func (s *scan) codes(n int, ws []word) {
	for i := range ws {
		joined, digits := "", false
		for j := i; j < min(len(ws), i+5); j++ {
			if j > i && ws[j].start()-ws[j-1].end() > 3 {
				break
			}
			raw := string(ws[j].letters())
			digits = digits || hasDigit(raw)
			joined += raw
			if len(joined) > 32 {
				break
			}
			if digits && len(joined) >= 3 {
				s.whole(n, spaceToken, likeLatin(joined), ws[i].start(), ws[j].end(), Ask)
				if h := handleKey(joined); j > i && len(h) >= 6 {
					s.whole(n, spaceUser, h, ws[i].start(), ws[j].end(), Ask) // an account with spaces for its signs
				}
			}
		}
	}
}
