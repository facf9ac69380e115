package guard

import (
	"strings"
)

// Bounds of words that are cut into pieces.
const (
	longestGap    = 3  // signs between two pieces
	longestCut    = 20 // letters of the whole
	shortestCut   = 4
	shortPiece    = 4 // pieces of so many letters may be of one word, written small
	mostPieces    = 8
	mostSingle    = 2_000 // single letters of a text from each of which on words are looked for
	shortestSpelt = 3
	mostDull      = 100_000 // letters of a text that are remembered to be nothing
)

// cut reads words that were cut into pieces, by spaces, full stops or other signs: "Маго мед",
// "Ma/go/med", "М а г о м е д".
func (s *scan) cut(n int, cs []char, ws []word) {
	first := s.at - len(ws)
	s.spaced(n, first, cs, ws)
	for i := 0; i+1 < len(ws); i++ {
		if !piece(ws[i]) {
			continue
		}
		odd := false
		total := letterCount(ws[i])
		for j := i + 1; j < len(ws) && j-i < mostPieces && piece(ws[j]); j++ {
			gap := gapOf(cs, ws[j-1], ws[j])
			if gap == gapWide {
				break
			}
			if j == i+1 {
				odd = gap == gapOdd
			}
			total += letterCount(ws[j])
			if total > longestCut || !goesOn(ws[i:j+1], gap, odd) {
				break
			}
			if total >= shortestCut && total > j-i+1 && !(ordinary(ws[i:j+1]) && !odd) {
				s.joined(n, first+i, ws[i:j+1])
			}
		}
	}
}

// goesOn says whether the last of some words may be a piece of the word that the first begins.
func goesOn(ws []word, gap gapKind, odd bool) bool {
	last := ws[len(ws)-1]
	small := !last.chars[0].upper || ws[0].chars[len(ws[0].chars)-1].upper && len(ws[0].chars) > 1
	switch {
	case !small:
		return false
	case odd:
		return gap == gapOdd
	case gap == gapOdd:
		return false
	case len(ws) == 2 && ws[0].chars[0].upper && !last.chars[0].upper:
		return true
	}
	return letterCount(last) <= shortPiece && (len(ws) > 2 || letterCount(ws[0]) <= shortPiece)
}

func piece(w word) bool { return len(w.chars) <= longestCut && !w.hasDigit() }

func letterCount(w word) int {
	n := 0
	for _, c := range w.chars {
		if c.word {
			n++
		}
	}
	return n
}

// gapKind is what stands between two words.
type gapKind uint8

const (
	gapPlain gapKind = iota // a space
	gapOdd                  // signs that part no words: a full stop without a space, a stroke, many spaces
	gapWide                 // what parts words and sentences, or too much
)

func gapOf(cs []char, a, b word) gapKind {
	from, to := a.after, b.after-len(b.chars)
	if to-from > longestGap || to <= from {
		return gapWide
	}
	if to-from == 1 {
		if cs[from].r == ' ' {
			return gapPlain
		}
		return gapOdd
	}
	spaced := false
	for _, c := range cs[from:to] {
		spaced = spaced || c.r == ' ' || c.r == '\n'
	}
	if !spaced {
		return gapOdd
	}
	if strings.ContainsRune(",;:.!?)»\"'…", cs[from].r) || strings.ContainsRune("(«\"'", cs[to-1].r) {
		return gapWide
	}
	return gapOdd
}

// smallWords are short words of which texts are full: two pieces are looked up where one
// of them is none of these.
var smallWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`а без бы был была было были в во вот все всех все всё где да для до его ее её если есть ещё же за и из или им их как когда к ко кто ли мы на над не нет но о об он она они оно от по под при про раз с со так там то тот том ту ты у уже чем что эта эти это этой этом я
		a all also an and are as at be been but by can did do for from had has have he her him his how i if in is it its just may me more my new no not now of off on one only or our out over own said same she so some such than that the them then they this to too two up us use very was way we were what when who will with you`) {
		m[w] = true
	}
	return m
}()

// ordinary reports pieces most of which are small words of their own.
func ordinary(ws []word) bool {
	small := 0
	for _, w := range ws {
		if smallWords[runesOf(w.chars)] {
			small++
		}
	}
	return 2*small > len(ws) && !ws[0].capital() || small == len(ws) || len(ws) == 2 && letterCount(ws[0]) > shortPiece && smallWords[runesOf(ws[1].chars)]
}

// joined looks up pieces as one word.
func (s *scan) joined(n, at int, ws []word) {
	but := s.nobody // what a word says that is no piece it need not say again with the next one
	if whole := s.memo[string(ws[0].letters())]; whole != nil && letterCount(ws[0]) > shortPiece {
		but = whole
	}
	letters := joinWords(ws)
	key := string(letters)
	if s.dull[key] {
		return
	}
	found := s.behind(letters, but)
	if but.empty() && found.empty() {
		s.bore(key)
	}
	s.pieced(n, at, ws, doubt, found)
}

// bore remembers letters that are nothing, of which a text may be full.
func (s *scan) bore(key string) {
	if len(s.dull) < mostDull {
		s.dull[key] = true
	}
}

// pieced notes what pieces together stand for. It stands where the first of them does, and
// where the last does, so that it is beside its neighbours on both sides.
func (s *scan) pieced(n, at int, ws []word, t trust, found *standing) {
	if found.empty() {
		return
	}
	o := occurrence{at: at, paragraph: n, start: ws[0].start(), end: ws[len(ws)-1].end(), capital: ws[0].capital() || t == sure, read: Cut, trust: t}
	s.note(o, found)
	o.at += len(ws) - 1
	s.note(o, found)
}

// spaced reads rows of single letters as the words that they spell: И с а е в. In a text of
// very many of them words are looked for only where one may begin: behind a wider gap, at a
// capital, at the beginning.
func (s *scan) spaced(n, first int, cs []char, ws []word) {
	single := func(w word) bool { return letterCount(w) == 1 && !w.hasDigit() }
	gap := func(j int) int { return ws[j].after - len(ws[j].chars) - ws[j-1].after }
	for i := 0; i < len(ws); {
		j := i
		for j < len(ws) && single(ws[j]) && (j == i || gap(j) <= longestGap+1) {
			j++
		}
		if j-i < shortestSpelt {
			i = max(j, i+1)
			continue
		}
		for a := i; a+shortestSpelt <= j; a++ {
			begins := a == i || gap(a) > gap(a+1) || ws[a].chars[0].upper && !ws[a-1].chars[0].upper
			if s.single++; s.single > mostSingle && !begins {
				continue
			}
			for b := a + shortestSpelt; b <= min(j, a+longestCut); b++ {
				ends := b == j || gap(b) > gap(a+1) || ws[b].chars[0].upper
				if s.single <= mostSingle || ends {
					s.spelt(n, first+a, ws[a:b], begins && ends)
				}
			}
		}
		i = j
	}
}

// spelt looks up single letters as one word; in a row of them it is as sure as any other.
func (s *scan) spelt(n, at int, ws []word, bounded bool) {
	letters := joinWords(ws)
	key := string(letters)
	found, ok := s.memo[key]
	if !ok && !s.dull[key] {
		if found = s.look(key, readWord(letters)); !found.empty() {
			s.memo[key] = found
		} else {
			s.bore(key)
		}
	}
	if found == nil {
		found = s.nobody
	}
	s.pieced(n, at, ws, sure, found)
	if bounded {
		s.pieced(n, at, ws, sure, s.lookBones(letters))
	}
}
