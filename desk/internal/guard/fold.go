package guard

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// char is one folded letter and where it came from.
type char struct {
	r          rune
	start, end int // bytes of the original text
	upper      bool
	word       bool // it belongs to a word
}

// fold lower-cases a text, composes it (NFKC: full-width, mathematical and
// ligature forms become plain), drops what is not seen, and keeps the offsets.
func fold(text string) []char {
	out := make([]char, 0, len(text))
	text = strings.ReplaceAll(text, "№", numberSign) // its two letters would join what stands round it
	var it norm.Iter
	it.InitString(norm.NFKC, text)
	for !it.Done() {
		start := it.Pos()
		seg := it.Next()
		end := it.Pos()
		for _, r := range string(seg) {
			if hidden(r) {
				continue
			}
			if l, ok := dressed(r); ok {
				out = append(out, char{r: l, start: start, end: end, upper: true, word: true})
				continue
			}
			lower := unicode.ToLower(r)
			plain := plainRune(lower)
			out = append(out, char{r: plain, start: start, end: end, upper: lower != r, word: wordRune(plain)})
		}
	}
	return out
}

// dressed reads letters of which Unicode does not say that they are others in disguise:
// small capitals, letters in black circles and squares, flags, capitals of old Georgian,
// and Cherokee letters that look like Latin ones.
func dressed(r rune) (rune, bool) {
	switch {
	case r < 0x250, r >= 0x300 && r < 0x10a0:
		return 0, false
	case r < 0x10a0 && disguises[r] == 0:
		return 0, false
	case r >= 0x1f150 && r <= 0x1f169:
		return 'a' + r - 0x1f150, true
	case r >= 0x1f170 && r <= 0x1f189:
		return 'a' + r - 0x1f170, true
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return 'a' + r - 0x1f1e6, true
	case r >= 0x10a0 && r <= 0x10c5:
		return 'ა' + r - 0x10a0, true
	case r >= 0x2d00 && r <= 0x2d25:
		return 'ა' + r - 0x2d00, true
	}
	l, ok := disguises[r]
	return l, ok
}

var disguises = func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range [][2]string{
		{"ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"}, {"ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃᏮ", "abcdeghijklmprstvwzb"}, {"ᴦᴧᴨᴫ", "глпл"},
	} {
		to := []rune(pair[1])
		for i, r := range []rune(pair[0]) {
			m[r] = to[i]
		}
	}
	return m
}()

// numberSign stands for №; it is as long.
const numberSign = "⌗"

// hidden reports signs that a reader does not see: zero-width, soft hyphens,
// marks that did not compose (stress accents), blank letters, Arabic tatweel.
func hidden(r rune) bool {
	switch {
	case r < 0x80, r >= 'а' && r <= 'я', r >= 'А' && r <= 'Я': // what most texts are made of
		return false
	}
	switch r {
	case 0x115f, 0x1160, 0x3164, 0xffa0, 0x2800, 0x0640:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me)
}

// plainRune folds dashes, quotes and letters with signs that carry no sound of
// their own here.
func plainRune(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '׳', 'ʹ', '`', '´', 'ʻ', '′', 'ʺ', '”', '″':
		return '\''
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹣':
		return '-'
	case 'ё', 'й':
		return r
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ئ':
		return 'ي'
	case 'ة':
		return 'ه'
	case 'ؤ':
		return 'و'
	}
	if r == 'ⅰ' {
		return 'i'
	}
	if r == 'ѵ' {
		return 'v'
	}
	if r < 0x80 || cyrillic[r] != "" {
		return r
	}
	if _, ok := byFirst()[r]; ok {
		return r
	}
	// é, ñ, ӑ …: the base letter alone.
	for _, base := range norm.NFD.String(string(r)) {
		return base
	}
	return r
}

// greek letters that look like Latin ones.
var greek = map[rune]rune{'α': 'a', 'ο': 'o', 'ρ': 'p', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'τ': 't', 'υ': 'u', 'χ': 'x', 'η': 'n'}

// foldRunes is fold without offsets.
func foldRunes(text string) []rune {
	cs := fold(text)
	out := make([]rune, len(cs))
	for i, c := range cs {
		out[i] = c.r
	}
	return out
}

// word is a run of letters and digits; hyphens inside belong to it.
type word struct {
	chars []char
	after int // index behind the word in the folded text
}

// wordsOf splits a text into words.
func wordsOf(text string) []word { return words(fold(text)) }

func words(cs []char) []word {
	var out []word
	for i := 0; i < len(cs); {
		if !cs[i].word || cs[i].r == '\'' {
			i++
			continue
		}
		j := i
		for j < len(cs) {
			if cs[j].word {
				j++
				continue
			}
			if k := joint(cs, j); k > 0 {
				j = k
				continue
			}
			break
		}
		out = append(out, word{chars: cs[i:j], after: j})
		i = j
	}
	return out
}

// joint returns the index behind a hyphen that joins two halves of a word, also
// over the end of a line, or 0.
func joint(cs []char, j int) int {
	if cs[j].r != '-' {
		return 0
	}
	k := j + 1
	for line := false; k < len(cs); k++ {
		switch {
		case cs[k].r == '\n':
			line = true
		case cs[k].r == ' ' || cs[k].r == '\r' || cs[k].r == '\t':
			if !line && k+1 < len(cs) && cs[k+1].r != '\n' && cs[k+1].r != '\r' && cs[k+1].r != ' ' {
				return 0
			}
		case cs[k].word && cs[k].r != '\'':
			return k
		default:
			return 0
		}
	}
	return 0
}

func wordRune(r rune) bool {
	if r >= 'а' && r <= 'я' || r >= 'a' && r <= 'z' {
		return true
	}
	return r == '\'' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// letters are the word's signs without hyphens and spaces.
func (w word) letters() []rune {
	out := make([]rune, 0, len(w.chars))
	for _, c := range w.chars {
		if c.word {
			out = append(out, c.r)
		}
	}
	return out
}

// capital reports whether a word is written as a name is; in letters that know no
// capitals every word may be one.
func (w word) capital() bool {
	return len(w.chars) > 0 && (w.chars[0].upper || unicode.In(w.chars[0].r, unicode.Georgian, unicode.Arabic, unicode.Hebrew))
}
func (w word) start() int { return w.chars[0].start }
func (w word) end() int   { return w.chars[len(w.chars)-1].end }

func (w word) hasDigit() bool {
	return slices.ContainsFunc(w.chars, func(c char) bool { return unicode.IsDigit(c.r) })
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

// split gives the halves of a hyphenated word, or the word itself.
func (w word) split() []word {
	var out []word
	from := -1
	for i, c := range w.chars {
		switch {
		case c.word && from < 0:
			from = i
		case !c.word && from >= 0:
			out = append(out, word{chars: w.chars[from:i]})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, word{chars: w.chars[from:]})
	}
	return out
}

// pieces gives the parts of a word that hides several: Саид-Ахмед, AnzorIsaev.
func (w word) pieces() []word {
	if !slices.ContainsFunc(w.chars[min(1, len(w.chars)):], func(c char) bool { return c.upper || !c.word }) {
		return nil
	}
	halves := w.split()
	var out []word
	for _, h := range halves {
		from := 0
		for i := 1; i < len(h.chars); i++ {
			if h.chars[i].upper && !h.chars[i-1].upper && !unicode.IsDigit(h.chars[i-1].r) { // also behind a soft sign
				out = append(out, word{chars: h.chars[from:i]})
				from = i
			}
		}
		out = append(out, word{chars: h.chars[from:]})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

func joinWords(ws []word) []rune {
	var out []rune
	for _, w := range ws {
		out = append(out, w.letters()...)
	}
	return out
}

// Look-alikes between the two alphabets, lower case and (by the capital's form) upper.
var (
	toCyrillic = map[rune]rune{'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'i': 'і', 'k': 'к', 'm': 'м', 'n': 'п', 'o': 'о', 'p': 'р', 'r': 'г', 't': 'т', 'u': 'и', 'x': 'х', 'y': 'у', 'l': 'ӏ', 'ë': 'ё', '0': 'о', '3': 'з', '4': 'ч', '6': 'б', '1': 'ӏ', 'j': 'ј', 's': 'ѕ', '\'': '\''}
	toLatin    = map[rune]rune{'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'н': 'h', 'і': 'i', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'т': 't', 'х': 'x', 'у': 'y', 'ӏ': 'l', 'ё': 'ë', 'ј': 'j', 'ѕ': 's', 'г': 'r', 'п': 'n', 'и': 'u', 'ԁ': 'd', 'ɡ': 'g', 'һ': 'h', 'ԛ': 'q', 'ԝ': 'w', '0': 'o', '1': 'i', '3': 'e', '5': 's', '7': 't', '\'': '\''}
)

// likeLatin writes every letter that looks like a Latin one as that: for codes
// and plates, where the alphabet is chance.
func likeLatin(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return digit(r)
		}
		if l, ok := toLatin[r]; ok {
			return l
		}
		if l, ok := greek[r]; ok {
			return l
		}
		return r
	}, s)
}

// digit turns any script's digit into an ASCII one.
func digit(r rune) rune {
	if r < 0x80 {
		return r
	}
	for d := rune(0); d < 10; d++ {
		if !unicode.IsDigit(r-d-1) || d == 9 {
			return '0' + d
		}
	}
	return r
}

// readings gives every skeleton of a word.
func (w word) readings() []string { return readWord(w.letters()) }

// longestWord is how many letters a word of a name has at the most. A longer run
// of letters names nobody, and its skeletons grow with the square of its length:
// one of 100,000 would take the Desk's memory.
const longestWord = 64

func readWord(rs []rune) []string {
	if len(rs) > longestWord {
		return nil
	}
	var lat, cyr, dig, other, sounded int
	if slices.ContainsFunc(rs, isGreek) {
		if out, ok := readGreek(rs); ok {
			return out
		}
		rs = swap(rs, greek, unicode.Latin)
	}
	swapLat, swapCyr := true, true // every foreign letter has a look-alike
	twinLat, twinCyr := true, true // the whole word could be of the other alphabet
	for _, r := range rs {
		switch {
		case r == '\'':
		case unicode.IsDigit(r):
			dig++
		case unicode.Is(unicode.Cyrillic, r):
			cyr++
			swapLat = swapLat && toLatin[r] != 0
			twinCyr = twinCyr && strings.ContainsRune("авсенкмортху", r)
		case unicode.Is(unicode.Latin, r):
			lat++
			swapCyr = swapCyr && toCyrillic[r] != 0
			twinLat = twinLat && strings.ContainsRune("abcehkmoptxy", r)
		case unicode.In(r, unicode.Georgian, unicode.Armenian):
			sounded++
		default:
			other++
		}
	}
	switch {
	case sounded > 0 && lat+cyr+other == 0:
		return append(readLatin(rs), "·"+string(rs))
	case other+sounded > 0:
		return []string{"·" + string(rs)} // another script: compared as it is written
	case lat+cyr == 0:
		return nil
	case dig > lat+cyr:
		return nil
	}
	var out []string
	if cyr == 0 || swapLat && (lat > 0 || twinCyr && cyr > 4) {
		out = append(out, readLatin(swap(rs, toLatin, unicode.Latin))...)
	}
	if lat == 0 || swapCyr && (cyr > 0 || twinLat && lat > 4) {
		for _, r := range readCyrillic(swap(rs, toCyrillic, unicode.Cyrillic)) {
			if !contains(out, r) {
				out = append(out, r)
			}
		}
	}
	if lat > 0 && cyr > 0 && !swapLat && !swapCyr {
		// No single alphabet explains the word: read each letter by its sound.
		mixed := ""
		for _, r := range rs {
			switch {
			case cyrillic[r] != "":
				mixed += cyrillic[r]
			case len(byFirst()[r]) > 0:
				mixed += byFirst()[r][len(byFirst()[r])-1].to[0]
			}
		}
		out = append(out, settled([]string{mixed})...)
	}
	return out
}

func swap(rs []rune, table map[rune]rune, own *unicode.RangeTable) []rune {
	out := make([]rune, len(rs))
	for i, r := range rs {
		out[i] = r
		if t, ok := table[r]; ok && !unicode.Is(own, r) {
			out[i] = t
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
