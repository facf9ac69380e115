package guard

import (
	"slices"
	"sort"
	"unicode"
)

// Level says what a finding means for the text.
type Level int

// The levels.
const (
	Ask   Level = iota + 1 // look at it: it may be chance
	Block                  // the text may not leave without a consent or a decision
)

// Finding is one place of a text that gives a protected term away.
type Finding struct {
	Paragraph  int // from 0
	Start, End int // bytes in that paragraph
	Level      Level
	Kind       Kind
	Owner      string
	Term       int64
}

// window is how many words two parts of one identity may stand apart.
const window = 12

// bearers is how many people may bear a surname before it alone only asks.
const bearers = 3

type ref struct {
	term     int64
	part     uint8
	strength Strength
}

type known struct {
	owner string
	kind  Kind
	parts int
	words int // parts that are not numbers
}

// Index holds the prints of all terms, ready to be matched. It is not safe for
// concurrent change; Check may run concurrently.
type Index struct {
	key   Key
	refs  map[Print][]ref
	terms map[int64]known
}

// NewIndex returns an empty index for prints made under key.
func NewIndex(key Key) *Index {
	return &Index{key: key, refs: map[Print][]ref{}, terms: map[int64]known{}}
}

// Add puts a term in.
func (x *Index) Add(t Term) {
	k := known{owner: t.Owner, kind: t.Kind}
	numbers := map[int]bool{}
	for _, m := range t.Marks {
		x.refs[m.Print] = append(x.refs[m.Print], ref{term: t.ID, part: uint8(m.Part), strength: m.Strength})
		k.parts = max(k.parts, m.Part+1)
		if m.Strength == Number {
			numbers[m.Part] = true
		}
	}
	k.words = k.parts - len(numbers)
	x.terms[t.ID] = k
}

// Len is the number of terms.
func (x *Index) Len() int { return len(x.terms) }

// hit is one word of the text that is a part of a term.
type hit struct {
	at         int // number of the word in the whole text
	paragraph  int
	start, end int
	capital    bool
	ref        ref
	sharers    int // owners who have this print
}

// scan is the state of one check.
type scan struct {
	x    *Index
	p    *printer
	memo map[string][]found
	hits map[int64][]hit
	out  []Finding
	near []nearWord
	at   int
}

type found struct {
	ref     ref
	sharers int
}

type nearWord struct {
	at, paragraph, start, end int
	letters                   []rune
	refs                      []ref // filled at the first need
	looked                    bool
}

// Check folds the paragraphs and returns every finding, in the order of the text.
func (x *Index) Check(paragraphs ...string) []Finding {
	if len(x.terms) == 0 {
		return nil
	}
	s := &scan{x: x, p: newPrinter(x.key), memo: map[string][]found{}, hits: map[int64][]hit{}}
	for i, text := range paragraphs {
		s.paragraph(i, text)
	}
	s.judge()
	return tidy(s.out)
}

func (s *scan) paragraph(n int, text string) {
	cs := fold(text)
	ws := words(cs)
	s.numbers(n, cs, ws)
	s.mails(n, cs)
	s.handles(n, cs)
	s.codes(n, ws)
	for i, w := range ws {
		s.word(n, s.at, w, w.capital())
		for _, piece := range w.pieces() {
			s.word(n, s.at, piece, piece.capital())
		}
		// "Саид Ахмед" for Саидахмед.
		if i > 0 && w.capital() && ws[i-1].capital() && len(w.chars)+len(ws[i-1].chars) < 24 {
			joined := word{chars: append(slices.Clone(ws[i-1].chars), w.chars...)}
			s.word(n, s.at, joined, true)
		}
		s.at++
	}
	s.spaced(n, ws)
	s.at++ // the end of a paragraph counts as a word
}

// word notes what parts of terms a word may be.
func (s *scan) word(n, at int, w word, capital bool) {
	letters := w.letters()
	key := string(letters)
	found, ok := s.memo[key]
	readings := []string(nil)
	if !ok {
		readings = readWord(letters)
		found = s.look(key, readings)
		s.memo[key] = found
	}
	for _, f := range found {
		s.hits[f.ref.term] = append(s.hits[f.ref.term], hit{at: at, paragraph: n, start: w.start(), end: w.end(), capital: capital, ref: f.ref, sharers: f.sharers})
	}
	if len(found) == 0 && capital && len(letters) >= 5 {
		s.near = append(s.near, nearWord{at: at, paragraph: n, start: w.start(), end: w.end(), letters: letters})
	}
}

// look hashes the candidates of one word.
func (s *scan) look(raw string, readings []string) []found {
	var out []found
	seen := map[ref]bool{}
	take := func(p Print) {
		refs := s.x.refs[p]
		sharers := 0
		if len(refs) > 0 {
			sharers = s.owners(refs)
		}
		for _, r := range refs {
			r := r
			if !seen[r] {
				seen[r] = true
				out = append(out, found{r, sharers})
			}
		}
	}
	for _, r := range readings {
		take(s.p.print(spaceExact, r))
		candidates(r, func(stem string) { take(s.p.print(spaceStem, stem)) })
	}
	if hasDigit(raw) || len([]rune(raw)) == 1 {
		take(s.p.print(spaceToken, likeLatin(raw)))
	}
	return out
}

func (s *scan) owners(refs []ref) int {
	seen := map[string]bool{}
	for _, r := range refs {
		seen[s.x.terms[r.term].owner] = true
	}
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
				s.word(n, s.at-len(ws)+i+a, joined, true)
			}
		}
		i = j
	}
}

func (s *scan) whole(n int, p Print, start, end int, hint Level) {
	for _, r := range s.x.refs[p] {
		level := Block
		if r.strength == Hint {
			level = hint
		}
		t := s.x.terms[r.term]
		s.out = append(s.out, Finding{Paragraph: n, Start: start, End: end, Level: level, Kind: t.kind, Owner: t.owner, Term: r.term})
	}
}

// numbers matches rows of digits, at any offset, in the lengths of phones and documents.
func (s *scan) numbers(n int, cs []char, ws []word) {
	runs, places := digitRuns(cs, ws)
	for k, run := range runs {
		for i := range run {
			for l := 5; l <= min(14, len(run)-i); l++ {
				from, to := places[k][i].from, places[k][i+l-1].to
				s.whole(n, s.p.print(spaceDigit, string(run[i:i+l])), cs[from].start, cs[to-1].end, Ask)
			}
		}
	}
}

func (s *scan) mails(n int, cs []char) {
	for _, sp := range mails(cs) {
		for i := sp.from; i < sp.to; i++ {
			if l := atSign(cs, i); l > 0 {
				key := mailKey(likeLatin(runesOf(cs[sp.from:i])), likeLatin(runesOf(cs[i+l:sp.to])))
				s.whole(n, s.p.print(spaceMail, key), cs[sp.from].start, cs[sp.to-1].end, Ask)
				break
			}
		}
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
			s.whole(n, s.p.print(spaceUser, h), cs[i].start, cs[j-1].end, Ask)
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
				s.whole(n, s.p.print(spaceToken, likeLatin(joined)), ws[i].start(), ws[j].end(), Ask)
			}
		}
	}
}

// judge turns the hits of each term into findings. Every hit is named once
// however many others stand round it, so that a text that repeats one name a
// hundred thousand times costs no more than another of its length.
func (s *scan) judge() {
	byPlace := func(a, b hit) int { return a.at - b.at }
	for id, hits := range s.hits {
		t := s.x.terms[id]
		slices.SortStableFunc(hits, byPlace)
		if near := s.spelled(id, hits); len(near) > 0 {
			hits = append(hits, near...)
			slices.SortStableFunc(hits, byPlace)
		}
		blocked := make([]bool, len(hits))
		for i, h := range hits {
			for j := i + 1; j < len(hits) && hits[j].at-h.at <= window; j++ {
				if other := hits[j]; (!blocked[i] || !blocked[j]) && apart(h, other) && pair(t, h, other) {
					blocked[i], blocked[j] = true, true
				}
			}
			level := judgeOne(t, h)
			if blocked[i] {
				level = Block
			}
			if level != 0 {
				s.out = append(s.out, Finding{h.paragraph, h.start, h.end, level, t.kind, t.owner, id})
			}
		}
	}
}

// apart says whether two hits are different parts that stand in different places.
func apart(a, b hit) bool {
	return a.ref.part != b.ref.part && (a.paragraph != b.paragraph || a.start >= b.end || b.start >= a.end)
}

// judgeOne says what a part of a term is worth alone; 0 is nothing.
func judgeOne(t known, h hit) Level {
	if h.ref.strength == Fuzzy || h.ref.strength == Number {
		return 0
	}
	switch t.kind {
	case Name:
		switch {
		case t.parts == 1 && h.ref.strength == Strong && h.capital, h.ref.strength == Strong && h.capital && h.sharers <= bearers:
			return Block
		case h.capital:
			return Ask
		}
		return 0
	case Alias, Pseudonym, Place:
		if t.parts > 1 {
			return 0
		}
		if h.capital || h.ref.strength == Whole {
			return Block
		}
		return Ask
	}
	if h.ref.strength == Whole {
		return Block
	}
	return 0
}

// pair says whether two parts of one term near each other give it away.
func pair(t known, a, b hit) bool {
	gap := b.at - a.at
	switch t.kind {
	case Name:
		if a.ref.strength == Fuzzy || b.ref.strength == Fuzzy {
			return gap <= 3
		}
		return true
	case Alias, Pseudonym:
		return gap <= 2
	case Address, Place:
		if a.ref.strength == Number && b.ref.strength == Number {
			return false
		}
		if t.kind == Address && t.words < t.parts { // it has numbers: a word and a number are needed
			return gap <= 8 && (a.ref.strength == Number || b.ref.strength == Number)
		}
		return gap <= 8
	}
	return false
}

// spelled looks near the hits of a name, which are in the order of the text, for
// its surname with one letter wrong.
func (s *scan) spelled(id int64, hits []hit) []hit {
	var out []hit
	for i := range s.near {
		w := &s.near[i]
		first, _ := slices.BinarySearchFunc(hits, w.at-3, func(h hit, at int) int { return h.at - at })
		if first == len(hits) || hits[first].at > w.at+3 {
			continue
		}
		s.lookNear(w)
		for _, r := range w.refs {
			if r.term == id {
				out = append(out, hit{at: w.at, paragraph: w.paragraph, start: w.start, end: w.end, capital: true, ref: r})
			}
		}
	}
	return out
}

func (s *scan) lookNear(w *nearWord) {
	if w.looked {
		return
	}
	w.looked = true
	seen := map[string]bool{}
	for _, r := range readWord(w.letters) {
		candidates(r, func(stem string) {
			for _, c := range append(deletions(stem), stem) {
				if !seen[c] {
					seen[c] = true
					w.refs = append(w.refs, s.x.refs[s.p.print(spaceFuzzy, c)]...)
				}
			}
		})
	}
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
		return a.Level > b.Level
	})
	var out []Finding
	for _, f := range fs {
		if n := len(out); n > 0 && out[n-1].Paragraph == f.Paragraph && out[n-1].Start == f.Start && out[n-1].End == f.End && out[n-1].Term == f.Term {
			continue
		}
		out = append(out, f)
	}
	return out
}
