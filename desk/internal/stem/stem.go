// Package stem turns a text of any language and script into the words by which
// it is found: folded to one form of each letter and cut to their stems.
//
// Scripts decide the rules, not languages, which nobody can tell of three words:
// Cyrillic goes through Snowball's Russian rules, Arabic script through its
// Arabic ones, Latin through its English ones; every other script is folded only.
// Text without spaces between words (Han, kana, Thai and their neighbours) becomes
// pairs of letters. What is asked and what is kept go through the same rules, so a
// wrong stem finds itself. It refuses to guess at meaning and imports nothing of the house.
package stem

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
	"golang.org/x/text/unicode/norm"
)

// longest is how many letters of one word are kept: longer ones are no words.
const longest = 64

// Words gives the stems of a text in their order, repeated as often as they stand in it.
func Words(text string) []string {
	var out []string
	for _, w := range Split(text) {
		out = append(out, of(w)...)
	}
	return out
}

// Split gives the folded words of a text, not cut to stems.
func Split(text string) []string {
	return strings.FieldsFunc(Fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r)
	})
}

// Fold brings letters to one form: small, without accents, with one letter where
// keyboards have several. The Russian й stays: it is a letter of its own.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(text, " ")) {
		r = unicode.ToLower(r)
		if one, ok := same[r]; ok {
			if one != 0 {
				b.WriteRune(one)
			}
			continue
		}
		if r < 0x80 || r == 'й' {
			b.WriteRune(r)
			continue
		}
		for _, p := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, p) || joined(p) {
				b.WriteRune(p)
			}
		}
	}
	return b.String()
}

// joined are marks without which a word of its script is another word: vowels of
// Indic and South-East Asian scripts.
func joined(r rune) bool {
	return r > 0x0900 && r < 0x1000 || r >= 0x1000 && r < 0x1100 || r >= 0x1780 && r < 0x1800 || r >= 0x0e00 && r < 0x0f00
}

// same are letters that people type for one another; 0 leaves one out.
var same = map[rune]rune{
	'ё': 'е', 'ӏ': 'ӏ', 'Ӏ': 'ӏ', 'ґ': 'г',
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ک': 'ك', 'ـ': 0,
	'ß': 's', 'ı': 'i', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'æ': 'e', 'œ': 'e',
	0x200b: 0, 0x200c: 0, 0x200d: 0, 0xad: 0, 0xfeff: 0,
}

// of gives the stems of one folded word: one, or the pairs of a word without spaces.
func of(word string) []string {
	letters := []rune(word)
	if len(letters) > longest {
		letters = letters[:longest]
		word = string(letters)
	}
	if spaceless(letters[0]) {
		if len(letters) == 1 {
			return []string{word}
		}
		out := make([]string, 0, len(letters)-1)
		for i := range len(letters) - 1 {
			out = append(out, string(letters[i:i+2]))
		}
		return out
	}
	return []string{cut(word, letters)}
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func cut(word string, letters []rune) string {
	if len(letters) < 3 {
		return word
	}
	env := snowballstem.NewEnv(word)
	switch {
	case unicode.Is(unicode.Cyrillic, letters[0]):
		// A surname loses one ending of its case, then "ов", which the rules take for one of a noun.
		for before := ""; before != env.Current() && utf8.RuneCountInString(env.Current()) > 3; env.SetCurrent(env.Current()) {
			before = env.Current()
			russian.Stem(env)
		}
	case unicode.Is(unicode.Arabic, letters[0]):
		arabic.Stem(env)
	case unicode.Is(unicode.Latin, letters[0]):
		english.Stem(env)
	default:
		return word
	}
	if env.Current() == "" {
		return word
	}
	return env.Current()
}
