package guard

import (
	"slices"
	"strings"
	"unicode"
)

// occurrence is a word of the text, with what it may be.
type occurrence struct {
	at         int // number of the word in the whole text
	paragraph  int
	start, end int
	capital    bool
	read       Read
	trust      trust
}

// seen is an occurrence with what its word stands for.
type seen struct {
	occurrence
	word *standing
}

// standing is what a word may stand for, once for all its occurrences. Every list is
// in order of the terms, and has each part of a term once.
type standing struct {
	names   []ref // parts of names
	words   []ref // words of anything else
	numbers []ref // numbers of anything else
	alone   []ref // of all these, what may say something by itself
	beside  []ref // what says something only beside an initial of the name
	met     []ref // what stands near another part of its term somewhere in the text
	settled bool
	number  int // of the standing in this text, to tell pairs of them apart
}

func (w *standing) empty() bool { return len(w.names)+len(w.words)+len(w.numbers) == 0 }

type nearWord struct {
	occurrence
	letters []rune
}

// scan is the state of one check. A word of the text may stand for a part of thousands
// of terms. What it stands for is looked up once for each word, as lists in the order of
// terms; where two words stand near each other their lists are held against each other,
// once for each two words, and only what both have is looked at place by place.
type scan struct {
	x      *Index
	p      *printer
	memo   map[string]*standing
	bones  map[string]*standing
	fuzzy  map[string]*standing
	parts  map[string]*standing // of names between other letters
	dull   map[string]bool      // letters put together that are nothing
	given  map[string]*standing // given names with a letter wrong
	back   map[string]*standing // words read backwards
	keyed  map[string]*standing // letters of the other keyboard
	empty  map[string]bool      // what was looked up whole and stands for nothing
	seen   []seen
	near   []nearWord
	first  map[int][]Print // initials, by the word's number
	line   []prose         // by the word's number
	out    []Finding
	at     int
	count  int       // of standings
	single int       // letters that stood alone
	nobody *standing // what stands for nothing
	told   map[fact]int32
	spots  map[string][]int32
	pairs  map[[2]int32][]int32
}

// prose is how many sentences end, and how many words are not written as names are,
// before a word of the text.
type prose struct{ ends, small int32 }

func newScan(x *Index) *scan {
	return &scan{x: x, p: newPrinter(x.key), memo: map[string]*standing{}, bones: map[string]*standing{}, fuzzy: map[string]*standing{}, parts: map[string]*standing{}, back: map[string]*standing{}, given: map[string]*standing{}, dull: map[string]bool{}, keyed: map[string]*standing{}, nobody: &standing{}, empty: map[string]bool{}, first: map[int][]Print{},
		told: map[fact]int32{}, spots: map[string][]int32{}, pairs: map[[2]int32][]int32{}}
}

func (s *scan) paragraph(n int, text string) {
	s.coordinates(n, text)
	if s.x.Len() == 0 {
		return
	}
	cs := fold(text)
	ws := words(cs)
	s.facts(n, cs, ws)
	said := phrases(ws)
	account := accounts(cs)
	s.numbers(n, cs, ws, said)
	for _, ph := range said { // the house of an address, said in words
		s.note(occurrence{at: s.at + ph.first, paragraph: n, start: ws[ph.first].start(), end: ws[ph.last].end()}, s.look(ph.digits, nil))
	}
	s.mails(n, cs)
	s.handles(n, cs)
	s.codes(n, ws)
	so := prose{}
	if len(s.line) > 0 {
		so = s.line[len(s.line)-1]
	}
	for i, w := range ws {
		part := glued(cs, w)
		inside := account != nil && account[w.after-1]
		capital := w.capital() || inside || named(cs, ws, i)
		part = part || inside
		s.line = append(s.line, so)
		if !w.capital() && !part && !w.chars[len(w.chars)-1].upper {
			so.small++
		}
		if ends(cs, w) {
			so.ends++
		}
		s.word(n, s.at, w, capital, part)
		s.initial(cs, w)
		for _, piece := range w.pieces() {
			s.word(n, s.at, piece, piece.capital() || inside, part)
		}
		if inside {
			s.glued(n, s.at, w)
		}
		s.disguised(n, cs, w)
		// "Саид Ахмед" for Саидахмед.
		if i > 0 && w.capital() && ws[i-1].capital() && len(w.chars)+len(ws[i-1].chars) < 24 && w.start()-ws[i-1].end() <= 2 && cs[ws[i-1].after].r != '.' {
			joined := word{chars: append(slices.Clone(ws[i-1].chars), w.chars...)}
			s.exact(n, s.at, joined)
		}
		if i > 0 && !w.capital() && ws[i-1].capital() && broken(cs, ws[i-1], w) {
			s.exact(n, s.at, word{chars: append(slices.Clone(ws[i-1].chars), w.chars...)})
		}
		s.at++
	}
	s.cut(n, cs, ws)
	s.at++ // the end of a paragraph counts as a word
	s.line = append(s.line, so)
}

// broken reports two words between which only the end of a line stands: one may have been cut.
func broken(cs []char, a, b word) bool {
	gap := strings.Trim(between(cs, a.after, b.after-len(b.chars)), " \r")
	return gap == "\n"
}

// ends reports a word behind which a sentence ends. A full stop behind one letter or two
// is taken for that of an initial or a short form.
func ends(cs []char, w word) bool {
	for i := w.after; i < len(cs) && !cs[i].word; i++ {
		if strings.ContainsRune(".!?؟۔։", cs[i].r) && (i+1 == len(cs) || !cs[i+1].word) && (cs[i].r != '.' || len(w.chars) > 2) {
			return true
		}
	}
	return false
}

// glued reports a word that stands in a file's name or an address: such are not
// written as names are.
func glued(cs []char, w word) bool {
	from := w.after - len(w.chars)
	return w.after < len(cs) && strings.ContainsRune("._-@/", cs[w.after].r) && w.after+1 < len(cs) && cs[w.after+1].word ||
		from > 1 && strings.ContainsRune("._-@/", cs[from-1].r) && cs[from-2].word
}

// initial notes a letter with a full stop, which may stand for a given name.
func (s *scan) initial(cs []char, w word) {
	if len(w.chars) > 4 || !w.capital() && len(w.chars) > 1 || w.after >= len(cs) || cs[w.after].r != '.' {
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
	o := occurrence{at: at, paragraph: n, start: w.start(), end: w.end(), capital: capital}
	s.note(o, found)
	if found.empty() && capital && len(letters) >= 5 {
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
	s.note(occurrence{at: at, paragraph: n, start: w.start(), end: w.end(), capital: true}, s.known(string(letters), letters))
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
	if !w.empty() {
		s.seen = append(s.seen, seen{o, w})
	}
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
	return g.standing()
}

// byBones looks for names between Arabic and other letters.
func (s *scan) byBones(raw string, letters []rune) *standing {
	out, ok := s.bones[raw]
	if !ok {
		out = s.lookBones(letters)
		s.bones[raw] = out
	}
	return out
}

func (s *scan) lookBones(letters []rune) *standing {
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
	return g.standing()
}

// gather collects what the prints of one word stand for.
type gather struct {
	s   *scan
	all []ref // in order
}

func (s *scan) gather() *gather { return &gather{s: s} }

// take adds what a skeleton stands for. What the word is known to be already keeps the
// number of owners under which it was found first.
func (g *gather) take(space, skeleton string) {
	var one [1]ref
	list := g.s.x.list(g.s.p.print(space, skeleton), &one)
	if len(list) > 0 {
		g.all = merge(g.all, list, g.s.x.sharers(list))
	}
}

// merge joins two ordered lists, the second shared by so many owners.
func merge(a, b []ref, sharers ref) []ref {
	out := make([]ref, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0]&^refShared, b[0]
		switch {
		case x <= y:
			out, a = append(out, a[0]), a[1:]
			if x == y {
				b = b[1:]
			}
		default:
			out, b = append(out, y|sharers), b[1:]
		}
	}
	out = append(out, a...)
	for _, y := range b {
		out = append(out, y|sharers)
	}
	return out
}

// standing sorts what was found by what it can meet, and by what it says alone.
func (g *gather) standing() *standing {
	w := &standing{number: g.s.count}
	g.s.count++
	for _, r := range g.all {
		switch {
		case r.kind() == kindName:
			w.names = append(w.names, r)
		case r.strength() == Number:
			w.numbers = append(w.numbers, r)
		default:
			w.words = append(w.words, r)
		}
		// At best: written as a name is. No other writing says more.
		switch level, _ := judgeOne(r, true); {
		case level == Block, level == Ask && r.sharers() <= common:
			w.alone = append(w.alone, r)
		case level == Ask && r.strength() == Strong:
			w.beside = append(w.beside, r)
		}
	}
	return w
}

// find notes a finding.
func (s *scan) find(o occurrence, r ref, level Level, why Reason, gap int) {
	t := s.x.terms[r.term()]
	s.out = append(s.out, Finding{o.paragraph, o.start, o.end, level, s.x.kinds[t.kind], s.x.owners[t.owner], t.id, why, gap, o.read})
}

func (s *scan) whole(n int, space, skeleton string, start, end int, hint Level) {
	key := space + skeleton
	if s.empty[key] {
		return
	}
	var one [1]ref
	list := s.x.list(s.p.print(space, skeleton), &one)
	if len(list) == 0 {
		s.empty[key] = true
	}
	for _, r := range list {
		switch r.strength() {
		case Whole:
			s.find(occurrence{paragraph: n, start: start, end: end}, r, Block, Own, 0)
		case Hint:
			s.find(occurrence{paragraph: n, start: start, end: end}, r, hint, Piece, 0)
		default: // a house's number is no whole address
		}
	}
}

// numbers matches rows of digits, at any offset, in the lengths of phones and documents.
func (s *scan) numbers(n int, cs []char, ws []word, said []phrase) {
	runs, places := digitRuns(cs, ws, said)
	for k, run := range runs {
		for i := range run {
			for l := 5; l <= min(longestNumber, len(run)-i); l++ {
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
		for from, k := i, i; k <= j; k++ { // an account as a part of an address: name.example.org
			if k < j && cs[k].r != '.' {
				continue
			}
			if h := handleKey(runesOf(cs[from:k])); k-from < j-i && len(h) >= 6 {
				s.whole(n, spaceUser, h, cs[from].start, cs[k-1].end, Ask)
			}
			from = k + 1
		}
		i = j
	}
}

// codes matches numbers of letters and digits in up to five groups.
func (s *scan) codes(n int, ws []word) {
	const groups = 5
	next, nearest := make([]int, len(ws)), len(ws) // by word: where the next with a digit in it stands
	for i := len(ws) - 1; i >= 0; i-- {
		if ws[i].hasDigit() {
			nearest = i
		}
		next[i] = nearest
	}
	for i := range ws {
		if next[i] >= i+groups {
			continue
		}
		joined := ""
		for j := i; j < min(len(ws), i+groups); j++ {
			if j > i && ws[j].start()-ws[j-1].end() > 3 {
				break
			}
			joined += string(ws[j].letters())
			if len(joined) > 32 {
				break
			}
			if next[i] <= j && len(joined) >= 3 {
				code := likeLatin(joined)
				s.whole(n, spaceToken, code, ws[i].start(), ws[j].end(), Ask)
				if z := zeroes(code); z != code {
					s.whole(n, spaceToken, z, ws[i].start(), ws[j].end(), Ask)
				}
				if h := handleKey(joined); j > i && len(h) >= 6 {
					s.whole(n, spaceUser, h, ws[i].start(), ws[j].end(), Ask) // an account with spaces for its signs
				}
			}
		}
	}
}
