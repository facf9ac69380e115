package linkage

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold lowers a text, strips accents, turns ё to е and anything but letters and
// digits to single blanks.
func Fold(s string) string {
	if ascii(s) {
		return foldASCII(s)
	}
	var b strings.Builder
	blank := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == '\u0306' && strings.HasSuffix(b.String(), "и"): // й taken apart
			t := strings.TrimSuffix(b.String(), "и")
			b.Reset()
			b.WriteString(t + "й")
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == 'ʼ':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			b.WriteRune(unicode.ToLower(r))
		default:
			blank = true
		}
	}
	return b.String()
}

func foldASCII(s string) string {
	b := make([]byte, 0, len(s))
	blank := false
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			if blank && len(b) > 0 {
				b = append(b, ' ')
			}
			blank = false
			b = append(b, c)
		case c != '\'':
			blank = true
		}
	}
	return string(b)
}

// cyrillic is a plain romanisation, near to that of Russian passports (ICAO
// Doc 9303), with Ukrainian, Belarusian and Kazakh letters and the palochka.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o",
	'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e",
	'ю': "iu", 'я': "ia", 'і': "i", 'ї': "i", 'є': "ie", 'ґ': "g", 'ў': "u", 'ә': "a", 'ғ': "g", 'қ': "k", 'ң': "n", 'ө': "o", 'ұ': "u", 'ү': "u", 'һ': "h", 'ӏ': "",
}

// Romanise writes a folded text in Latin letters where it is Cyrillic.
func Romanise(folded string) string {
	if ascii(folded) {
		return folded
	}
	var b strings.Builder
	for _, r := range folded {
		if l, ok := cyrillic[r]; ok {
			b.WriteString(l)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sounds brings the ways to romanise one sound together; longer spellings
// stand first.
var sounds = strings.NewReplacer(
	"shch", "s", "sch", "s", "tsch", "c", "tch", "c", "sh", "s", "ch", "c", "zh", "z", "kh", "h", "gh", "g", "ph", "f", "th", "t", "ck", "k",
	"tz", "z", "ts", "z", "dzh", "z", "dj", "z", "ks", "x", "yo", "e", "jo", "e", "io", "e", "yu", "u", "ju", "u", "iu", "u", "iia", "a", "iya", "a", "ija", "a", "ya", "a", "ja", "a", "ia", "a",
	"ye", "e", "je", "e", "ie", "e", "iy", "i", "ij", "i", "yi", "i", "ey", "ei", "w", "v", "y", "i", "j", "i", "q", "k",
)

// Skeleton is what is left of a name when spellings and scripts that sound
// alike are brought together: Евгений, Yevgeniy and Evgenii share one.
func Skeleton(folded string) string {
	s := sounds.Replace(Romanise(folded))
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last && r != ' ' {
			b.WriteRune(r)
		}
		if last = r; r == ' ' {
			last = 0
		}
	}
	return b.String()
}

// Phonetic is a key of consonant classes of a skeleton, after Soundex (Russell
// 1918) with the classes that mishearing and final devoicing confuse in Russian.
func Phonetic(skeleton string) string {
	var b strings.Builder
	var last byte
	for _, r := range skeleton {
		c := class(r)
		if c == 'a' && b.Len() > 0 {
			last = 0
			continue
		}
		if c != last {
			b.WriteByte(c)
		}
		last = c
		if b.Len() == 6 {
			break
		}
	}
	return b.String()
}

func class(r rune) byte {
	switch r {
	case 'a', 'e', 'i', 'o', 'u':
		return 'a'
	case 'b', 'p':
		return 'b'
	case 'v', 'f':
		return 'f'
	case 'g', 'k', 'h':
		return 'k'
	case 'd', 't':
		return 't'
	case 'z', 's', 'c', 'x':
		return 's'
	case 'm', 'n':
		return 'n'
	case 'l', 'r':
		return byte(r)
	}
	return byte(r&0x3f) | 0x80
}

// latinScript tells whether the letters of a folded text are Latin.
func latinScript(folded string) bool {
	for _, r := range folded {
		if r > unicode.MaxLatin1 {
			return false
		}
	}
	return true
}
