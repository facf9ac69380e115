package guard

import (
	"slices"
	"strings"
	"unicode"
)

// Read says how a place was read in which something was found.
type Read uint8

// The ways of reading.
const (
	Written   Read = iota // as it is written
	Shown                 // as a program shows it: without codes, tags and signs within the words
	Cut                   // pieces of a word put together
	Keyboard              // as if it had been typed with the keyboard in the other language
	Backwards             // from its end
	Host                  // the name of a host whose letters are in a code (xn--)
)

var readNames = [...]string{Written: "", Shown: "shown", Cut: "cut", Keyboard: "keyboard", Backwards: "backwards", Host: "host"}

// Reads lists every way of reading but the plain one.
func Reads() []Read { return []Read{Shown, Cut, Keyboard, Backwards, Host} }

// String is the name of a way of reading, for the pages that put it into words; empty
// for the plain one.
func (r Read) String() string {
	if int(r) < len(readNames) {
		return readNames[r]
	}
	return ""
}

// trust is what a word says alone, when it is no word of the text but what one may stand for.
type trust uint8

const (
	sure   trust = iota // what any other word would
	doubt               // it asks where another would stop
	beside              // nothing: it counts beside another part only
	kin                 // nothing: it counts beside another part only that is read in the same way
)

// The keys of the Russian keyboard and the Latin ones, in the same order, without shift
// and with it. Those of the Ukrainian keyboard stand on the same keys for the same sounds.
const (
	keysRussian = "йцукенгшщзхъфывапролджэячсмитьбюё"
	keysLatin   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
	keysShifted = "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~"
)

// onKey says what stands on the same key of the other keyboard.
var onKey = func() map[rune]rune {
	m := map[rune]rune{'і': 's', 'є': '\'', 'ї': ']', 'ґ': '`'}
	plain, shifted := []rune(keysLatin), []rune(keysShifted)
	for i, r := range []rune(keysRussian) {
		m[r] = plain[i]
		m[plain[i]], m[unicode.ToLower(shifted[i])] = r, r
	}
	return m
}()

// onOther reports a sign of the Latin keyboard that stands for a letter of the Russian one
// and is no letter itself.
func onOther(r rune) bool { return r < 0x80 && strings.ContainsRune("[];',.`{}:\"<>~", r) }

// shortest is how many letters a word in disguise has at the least.
const (
	shortestBack     = 3
	shortestKeyboard = 3
	surestDisguise   = 5 // from here on it says something alone
)

// disguised reads a word of the text backwards, and as if it had been typed with the other
// keyboard.
func (s *scan) disguised(n int, cs []char, w word) {
	letters := w.letters()
	if len(letters) > longestWord {
		return
	}
	s.backwards(n, w, letters)
	if len(letters) >= shortestKeyboard && unicode.Is(unicode.Cyrillic, letters[0]) {
		s.fromRussian(n, w, letters)
		return
	}
	s.fromLatin(n, cs, w)
}

// backwards reads a word from its end. What is written so has its capital at the end.
func (s *scan) backwards(n int, w word, letters []rune) {
	last := w.chars[len(w.chars)-1].upper && !w.chars[0].upper
	if len(letters) < shortestBack || w.hasDigit() {
		return
	}
	key := string(letters)
	found, ok := s.back[key]
	if !ok {
		turned := slices.Clone(letters)
		slices.Reverse(turned)
		found = s.nobody
		if !slices.Equal(turned, letters) {
			found = s.behind(turned, s.nobody)
		}
		s.back[key] = found
	}
	if found.empty() && !last {
		return
	}
	o := occurrence{at: s.at, paragraph: n, start: w.start(), end: w.end(), capital: last || w.capital(), read: Backwards, trust: beside}
	switch {
	case last && len(letters) >= surestDisguise:
		o.trust = sure
	case !last && len(letters) <= surestDisguise:
		o.trust = kin
	}
	s.note(o, found)
	if last {
		turned := slices.Clone(letters)
		slices.Reverse(turned)
		s.note(o, s.byBones(string(turned), turned))
	}
}

// fromRussian reads what was to be Latin and was typed with the Russian keyboard.
func (s *scan) fromRussian(n int, w word, letters []rune) {
	turned := make([]rune, 0, len(letters))
	for _, r := range letters {
		k, ok := onKey[r]
		if !ok || !isLatin(k) && k != '\'' {
			return
		}
		turned = append(turned, k)
	}
	s.typed(n, w.start(), w.end(), w.capital(), turned, 0)
}

// fromLatin reads what was to be Russian and was typed with the Latin keyboard. Some Russian
// letters stand on keys that are no letters here: "{fl;btd" is Хаджиев. What stands behind the
// word may be its last letter, or end the sentence.
func (s *scan) fromLatin(n int, cs []char, w word) {
	begin := w.after - len(w.chars)
	if w.hasDigit() || !isLatin(cs[begin].r) {
		return
	}
	from := begin
	for from > 0 && onOther(cs[from-1].r) {
		from--
	}
	if from > 0 && from < begin && isLatin(cs[from-1].r) {
		return // a word before it has read this one
	}
	end, to := w.after, w.after
	for to < len(cs) && to-begin < longestWord && (isLatin(cs[to].r) || onOther(cs[to].r)) {
		if to++; isLatin(cs[to-1].r) {
			end = to
		}
	}
	from = max(from, begin-2)
	for _, b := range slices.Compact([]int{begin, from}) {
		for _, e := range slices.Compact([]int{end, min(end+1, to), min(end+2, to)}) {
			s.fromKeys(n, cs[b:e])
		}
	}
}

func (s *scan) fromKeys(n int, run []char) {
	more := -1 // words of the text in it, but the first
	turned := make([]rune, 0, len(run))
	for i, c := range run {
		k, ok := onKey[c.r]
		if !ok {
			return
		}
		turned = append(turned, k)
		if c.word && c.r != '\'' && (i == 0 || !run[i-1].word) {
			more++
		}
	}
	if len(turned) >= shortestKeyboard && len(turned) <= longestWord {
		first := run[0]
		s.typed(n, first.start, run[len(run)-1].end, first.upper || strings.ContainsRune("{}:\"<>~", first.r), turned, max(more, 0))
	}
}

// typed notes what letters of the other keyboard may be, which are so many more words of the text.
func (s *scan) typed(n, start, end int, capital bool, letters []rune, more int) {
	if !sayable(letters) {
		return
	}
	key := string(letters)
	found, ok := s.keyed[key]
	if !ok {
		found = s.behind(letters, s.nobody)
		s.keyed[key] = found
	}
	o := occurrence{at: s.at, paragraph: n, start: start, end: end, capital: capital, read: Keyboard, trust: beside}
	switch {
	case capital && len(letters) >= surestDisguise:
		o.trust = sure
	case !capital && len(letters) <= surestDisguise:
		o.trust = kin
	}
	for range min(more, 1) + 1 { // where its first word stands, and its last
		s.note(o, found)
		o.at += more
	}
}

// sayable reports letters that may be a name. What was typed with the right keyboard and
// is read as with the other one has few vowels, in the wrong places.
func sayable(letters []rune) bool {
	const most = 4
	vowels, run := 0, 0
	for _, r := range letters {
		if strings.ContainsRune("аеёиоуыэюяіїєaeiouyьъ'", r) {
			vowels, run = vowels+1, 0
		} else if run++; run > most {
			return false
		}
	}
	return vowels > 0
}

// behind is what letters stand for that were found behind a disguise: parts of names,
// nicknames and places, no numbers; and nothing for which a word stands as it is written.
func (s *scan) behind(letters []rune, but *standing) *standing {
	g := s.gather()
	for _, r := range readWord(letters) {
		g.take(spaceExact, r)
		candidates(r, func(stem string) { g.take(spaceStem, stem) })
	}
	if len(g.all) == 0 {
		return s.nobody
	}
	g.all = slices.DeleteFunc(g.all, func(r ref) bool {
		return r.strength() != Strong && r.strength() != Weak || but.holds(r)
	})
	return g.standing()
}

// holds reports whether a word stands for a part of a term, however many share it.
func (w *standing) holds(r ref) bool {
	for _, list := range [][]ref{w.names, w.words} {
		i, _ := slices.BinarySearch(list, r&^refShared)
		if i < len(list) && list[i]&^refShared == r&^refShared {
			return true
		}
	}
	return false
}
