package guard

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A skeleton is a word in a small alphabet that is the same for every script and
// transliteration: s stands for с, з; ts for ц; q for ч; w for ш; wq for щ; j for
// ж; h for х; i for и, й, ы. Soft and hard signs and the palochka are dropped, an
// i that touches another vowel is dropped, doubled letters become one.

// maxReadings bounds how many ways one Latin word may be read.
const maxReadings = 96

// minStem is the length below which a stem is not looked for with any ending:
// its forms are listed one by one instead.
const minStem = 3

var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "j", 'з': "s", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "h",
	'ц': "ts", 'ч': "q", 'ш': "w", 'щ': "wq", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'ӏ': "", 'Ӏ': "",
	'і': "i", 'ї': "i", 'є': "e", 'ў': "u", 'ә': "a", 'ө': "o", 'ү': "u", 'ұ': "u", 'қ': "k", 'ғ': "g", 'ң': "n", 'һ': "h", 'ј': "i", 'ѕ': "s",
	'ӣ': "i", 'ӯ': "u", 'ҳ': "h", 'ҷ': "q", 'җ': "j", 'ѓ': "g", 'ќ': "k", 'љ': "l", 'њ': "n", 'ђ': "j", 'ћ': "q", 'џ': "j",
}

// pattern is a group of Latin letters and what it may stand for.
type pattern struct {
	from string
	to   []string
}

// latin lists the groups, longest first. A group hides its letters unless one of
// its outputs names the boundary ("sh" may be с+х in Исхаков).
var latin = []pattern{
	{"schtsch", []string{"wq"}}, {"chtch", []string{"wq"}}, {"shch", []string{"wq"}}, {"tsch", []string{"q", "tw"}}, {"stch", []string{"wq", "sq"}},
	{"tch", []string{"q", "tq"}}, {"štš", []string{"wq"}}, {"tš", []string{"q", "tw"}}, {"sch", []string{"w", "wq", "j", "sh", "sq"}}, {"shh", []string{"wq", "wh"}}, {"you", []string{"u", "ou"}}, {"iou", []string{"u", "ou"}},
	{"skh", []string{"sh", "skh"}},
	{"ch", []string{"q", "h", "w"}}, {"sh", []string{"w", "sh", "j"}}, {"zh", []string{"j", "sh"}}, {"kh", []string{"h", "kh"}},
	{"cz", []string{"q", "ts"}}, {"sz", []string{"w", "s", "sts"}}, {"ph", []string{"f", "ph"}}, {"gh", []string{"g", "gh"}}, {"th", []string{"t", "th"}},
	{"ff", []string{"f", "v"}}, {"oo", []string{"u", "o"}}, {"ee", []string{"i", "e"}}, {"ou", []string{"u", "ou"}}, {"ck", []string{"k", "tsk"}},
	{"yo", []string{"o", "e"}}, {"io", []string{"o", "e"}}, {"jo", []string{"o", "e", "jo", "djo", "ho"}},
	{"a", []string{"a"}}, {"b", []string{"b"}}, {"c", []string{"k", "ts", "dj"}}, {"d", []string{"d"}}, {"e", []string{"e"}}, {"f", []string{"f"}},
	{"g", []string{"g"}}, {"h", []string{"h"}}, {"i", []string{"i"}}, {"j", []string{"j", "i", "dj", "h"}}, {"k", []string{"k"}}, {"l", []string{"l"}},
	{"m", []string{"m"}}, {"n", []string{"n"}}, {"o", []string{"o"}}, {"p", []string{"p"}}, {"q", []string{"k"}}, {"r", []string{"r"}},
	{"s", []string{"s"}}, {"t", []string{"t"}}, {"u", []string{"u"}}, {"v", []string{"v"}}, {"w", []string{"v", "w"}}, {"x", []string{"h", "ks"}},
	{"y", []string{"i"}}, {"z", []string{"s", "ts"}},
	// letters with signs, as the learned transliterations write them
	{"č", []string{"q"}}, {"ć", []string{"q"}}, {"ç", []string{"q"}}, {"ĉ", []string{"q"}}, {"š", []string{"w"}}, {"ş", []string{"w"}}, {"ș", []string{"w"}},
	{"ŝ", []string{"wq"}}, {"ž", []string{"j"}}, {"ż", []string{"j"}}, {"ƶ", []string{"j"}}, {"ğ", []string{"g"}}, {"ẋ", []string{"h"}}, {"ı", []string{"i"}},
	{"ë", []string{"e", "o"}}, {"ß", []string{"s"}}, {"ł", []string{"l"}}, {"ø", []string{"o"}}, {"æ", []string{"e", "ae"}}, {"œ", []string{"e", "oe"}}, {"đ", []string{"d", "j"}},
	{"ə", []string{"a", "e"}}, {"õ", []string{"i", "o"}}, {"'", []string{""}},
	// digits that stand for letters in chats
	{"4", []string{"a", "q"}}, {"6", []string{"w", "b"}},
}

// byFirst indexes latin by its first letter.
var byFirst = sync.OnceValue(func() map[rune][]pattern {
	m := map[rune][]pattern{}
	for _, p := range slices.Concat(latin, sounds(armenian), sounds(georgian), sounds(greekSounds)) {
		r, _ := utf8.DecodeRuneInString(p.from)
		m[r] = append(m[r], p)
	}
	return m
})

// readCyrillic gives the skeletons of a Cyrillic word; ё is read both ways.
func readCyrillic(rs []rune) []string {
	out := []string{""}
	for _, r := range rs {
		s, ok := cyrillic[r]
		if !ok {
			if r == '\'' {
				continue
			}
			return nil
		}
		if r == 'ё' && len(out) < 8 {
			n := len(out)
			for i := range n {
				out = append(out, out[i]+"o")
				out[i] += "e"
			}
			continue
		}
		for i := range out {
			out[i] += s
		}
	}
	return settled(out)
}

// readLatin gives the skeletons of a Latin word: every way to read its groups.
func readLatin(rs []rune) []string {
	out := []string{""}
	text := string(rs)
	for len(text) > 0 {
		p, ok := match(text)
		if !ok {
			return nil
		}
		to := p.to
		if p.from == "f" && len(text) == 1 {
			to = []string{"f", "v"}
		}
		next := out
		if len(to) > 1 && len(out)*len(to) <= maxReadings {
			next = make([]string, 0, len(out)*len(to))
			for _, o := range out {
				for _, t := range to {
					next = append(next, o+t)
				}
			}
		} else {
			for i := range next {
				next[i] += to[0]
			}
		}
		out = next
		text = text[len(p.from):]
	}
	return settled(out)
}

func match(text string) (pattern, bool) {
	r, _ := utf8.DecodeRuneInString(text)
	for _, p := range byFirst()[r] {
		if strings.HasPrefix(text, p.from) {
			return p, true
		}
	}
	return pattern{}, false
}

func settled(raw []string) []string {
	out := make([]string, 0, len(raw))
	for _, r := range raw {
		if s := settle(r); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// settle drops an i that touches another vowel and makes doubles one letter.
func settle(s string) string {
	if !strings.ContainsRune(s, 'i') && !doubled(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c == 'i' {
			// Look past other i's: in "iia" all of them touch the a.
			l, r := i-1, i+1
			for l >= 0 && s[l] == 'i' {
				l--
			}
			for r < len(s) && s[r] == 'i' {
				r++
			}
			if l >= 0 && vowel(s[l]) || r < len(s) && vowel(s[r]) {
				continue
			}
		}
		if len(out) > 0 && out[len(out)-1] == c {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func doubled(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] {
			return true
		}
	}
	return false
}

func vowel(c byte) bool { return c == 'a' || c == 'e' || c == 'o' || c == 'u' }

// endings are the inflections of names, as skeletons: -ой is o, -ею is eu, -ых is ih.
var endings = []string{"", "a", "u", "e", "i", "o", "s", "om", "em", "im", "ou", "eu", "ih", "oe", "am", "ah", "ov", "ev", "es", "ami", "imi", "ogo", "ego", "omu", "emu"}

// stems gives what stays of a name in all its inflections: the word itself, the
// word without its last vowel, and both without a fleeting vowel (Павел, Павла).
func stems(r string) []string {
	out := []string{r}
	add := func(s string) {
		if len(s) >= 2 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if n := len(r); n > 2 && (vowel(r[n-1]) || r[n-1] == 'i') {
		add(r[:n-1])
	}
	// An adjective's ending is two letters in the neuter and feminine: -ая, -ое.
	if n := len(r); n > 2 && !vowel(r[n-1]) {
		cut := n - 1
		if strings.HasSuffix(r, "ts") {
			cut = n - 2
		}
		if cut > 1 && (r[cut-1] == 'e' || r[cut-1] == 'o') && !vowel(r[cut-2]) && r[cut-2] != 'i' {
			add(r[:cut-1] + r[cut:])
		}
	}
	return out
}

// candidates gives the stems that a word in a text may be a form of.
func candidates(r string, f func(stem string)) {
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(r, e); ok && len(stem) >= minStem {
			f(stem)
		}
	}
}
