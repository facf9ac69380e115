package guard

import (
	"encoding/base64"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// unwrapped is a text as a program that shows it would: entities, percent signs and
// escapes read, tags and emphasis taken out of words, what a program read in wrong
// letters read in the right ones. Each byte knows which bytes of the text it is of.
type unwrapped struct {
	text     strings.Builder
	from, to []int
	how      []Read // of each byte
	changed  bool
	last     rune // the last sign that was written
	seam     Read // how what was left out before the next sign was read
}

func (u *unwrapped) put(s string, from, to int, how Read) {
	if s == "" {
		u.seam = how
	}
	u.text.WriteString(s)
	for range len(s) {
		u.from, u.to, u.how = append(u.from, from), append(u.to, to), append(u.how, max(how, u.seam))
		u.seam = Written
	}
	u.changed = u.changed || how != Written
	if r, n := utf8.DecodeLastRuneInString(s); n > 0 {
		u.last = r
	}
}

// wrappings are the signs at which something may begin that unwrap reads.
const wrappings = "&%=\\<*_~\u202e\"'`+"

// unwrap reads a text; nil when it is the same.
func unwrap(text string) *unwrapped {
	plain := true
	for _, r := range text {
		if r >= 0x80 && (joiner(r) || moji(r)) || strings.ContainsRune(wrappings, r) || r >= 0x2000 && r < 0x2070 {
			plain = false
			break
		}
	}
	if plain && !strings.Contains(text, " underscore ") && !strings.Contains(text, "черкивание ") && !strings.Contains(text, "чёркивание ") && !hasBase64(text) && !hasHost(text) {
		return nil
	}
	u := &unwrapped{}
	for i := 0; i < len(text); {
		if s, n := wrapped(text[i:], u.last); n > 0 {
			u.put(s, i, i+n, Shown)
			i += n
			continue
		}
		if s, n := host(text[i:]); n > 0 && !isLatin(u.last) {
			u.put(s, i, i+n, Host)
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		u.put(text[i:i+n], i, i+n, Written)
		i += n
	}
	if !u.changed {
		return nil
	}
	return u
}

// wrapped reads what is wrapped at the beginning of a text, and how many bytes it took; 0: nothing is.
func wrapped(text string, before rune) (string, int) {
	r, _ := utf8.DecodeRuneInString(text)
	switch r {
	case '&':
		end := strings.IndexByte(text[:min(len(text), 12)], ';')
		if end > 1 {
			if s := html.UnescapeString(text[:end+1]); s != text[:end+1] {
				return s, end + 1
			}
		}
	case '%', '=':
		if s, n := hexed(text, byte(r)); n > 0 {
			return s, n
		}
	case '\\':
		return escaped(text)
	case '<':
		if n := tagAt(text); n > 0 {
			name := strings.ToLower(strings.TrimLeft(strings.FieldsFunc(text[1:n], func(r rune) bool { return r == ' ' || r == '>' || r == '/' })[0], "/"))
			if slices.Contains([]string{"a", "b", "i", "u", "s", "em", "strong", "span", "font", "abbr", "q", "mark", "small", "sup", "sub", "wbr", "tspan", "big", "ins", "del"}, name) {
				return "", n
			}
			return "\n", n
		}
	case '\u202e':
		return reversed(text)
	case ' ':
		for _, s := range []string{" underscore ", " подчёркивание ", " подчеркивание ", " нижнее подчёркивание ", " нижнее подчеркивание "} {
			if strings.HasPrefix(text, s) {
				return "_", len(s)
			}
		}
	}
	if moji(r) && !isLatin(before) {
		if s, n := misread(text); n > 0 {
			return s, n
		}
	}
	if unicode.IsLetter(before) {
		if n := seam(text); n > 0 {
			return "", n
		}
	} else if s, n := packed(text); n > 0 && !unicode.IsDigit(before) {
		return " " + s + " ", n
	}
	return "", 0
}

// hexed reads bytes that are written as %D0%90 or, in mails, as =D0=90.
func hexed(text string, sign byte) (string, int) {
	n := 0
	for n+2 < len(text) && text[n] == sign && isHex(text[n+1]) && isHex(text[n+2]) {
		n += 3
	}
	if n == 0 || sign == '=' && n < 6 {
		return "", 0
	}
	s, err := url.PathUnescape(strings.ReplaceAll(text[:n], "=", "%"))
	if err != nil || !utf8.ValidString(s) {
		return "", 0
	}
	return s, n
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// escaped reads \u0410 and \x41 as programs write them.
func escaped(text string) (string, int) {
	at := func(i int) (rune, int) {
		for _, kind := range []struct {
			sign   string
			digits int
		}{{`\u`, 4}, {`\x`, 2}} {
			if rest, ok := strings.CutPrefix(text[i:], kind.sign); ok && len(rest) >= kind.digits {
				if v, err := strconv.ParseUint(rest[:kind.digits], 16, 32); err == nil {
					return rune(v), 2 + kind.digits
				}
			}
		}
		return 0, 0
	}
	r, n := at(0)
	if n == 0 {
		return "", 0
	}
	if utf16.IsSurrogate(r) {
		if low, m := at(n); m > 0 {
			return string(utf16.DecodeRune(r, low)), n + m
		}
	}
	return string(r), n
}

// tagAt is the length of a tag at the beginning; 0: there is none.
func tagAt(text string) int {
	if len(text) < 3 || !(text[1] == '/' && isLatin(rune(text[2])) || isLatin(rune(text[1]))) {
		return 0
	}
	end := strings.IndexAny(text[1:min(len(text), 1024)], "<>")
	if end < 0 || text[end+1] == '<' {
		return 0
	}
	return end + 2
}

// reversed reads what a sign turns round, as far as the line or the sign that ends it.
func reversed(text string) (string, int) {
	const mark = len("\u202e")
	end := strings.IndexAny(text[mark:], "\u202c\u2069\n")
	if end < 0 {
		end = len(text) - mark
	}
	rs := []rune(text[mark : mark+end])
	slices.Reverse(rs)
	return string(rs), mark + end
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// moji reports a sign of the Latin letters in which Russian stands that was read wrongly.
func moji(r rune) bool { return r >= 0xc0 && r <= 0xff || r == 0xa8 || r == 0xb8 }

// windows are the signs of Windows-1252 that stand for bytes from 0x80 on.
const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

// misread reads Russian in UTF-8 or Windows-1251 that a program took for Latin letters.
func misread(text string) (string, int) {
	var bytesOf []byte
	n, high := 0, 0
	for _, r := range text {
		switch {
		case r >= 0x80 && r <= 0xff:
			bytesOf = append(bytesOf, byte(r))
		case r >= 0x100 && strings.ContainsRune(windows, r):
			bytesOf = append(bytesOf, byte(0x80+len([]rune(windows[:strings.IndexRune(windows, r)]))))
		default:
			r = 0
		}
		if r == 0 {
			break
		}
		if moji(r) {
			high++
		}
		n += utf8.RuneLen(r)
	}
	if high < 3 || isLatin(firstRune(text[n:])) {
		return "", 0
	}
	if utf8.Valid(bytesOf) {
		return string(bytesOf), n
	}
	out := make([]rune, 0, len(bytesOf))
	for _, b := range bytesOf {
		switch {
		case b >= 0xc0:
			out = append(out, 'А'+rune(b-0xc0))
		case b == 0xa8:
			out = append(out, 'Ё')
		case b == 0xb8:
			out = append(out, 'ё')
		default:
			return "", 0
		}
	}
	return string(out), n
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// joiner reports signs that are no letters and may stand within a word without parting it.
func joiner(r rune) bool {
	switch r {
	case '*', '_', '~', '`', '·', '•', '∙', '⋅', '・':
		return true
	}
	return r > 0xa0 && unicode.In(r, unicode.So, unicode.Sk)
}

// seam is how many bytes stand between two letters of one word: emphasis, dots,
// pictures, or the seam of a formula that puts texts together.
func seam(text string) int {
	for _, s := range []string{`"&"`, `""&""`, `" & "`, `"+"`, `" + "`, `'+'`, `' + '`} {
		if rest, ok := strings.CutPrefix(text, s); ok && unicode.IsLetter(firstRune(rest)) {
			return len(s)
		}
	}
	signs := 0
	for i, r := range text {
		switch {
		case joiner(r) || signs > 0 && hidden(r):
			if signs++; signs > 4 {
				return 0
			}
		case signs > 0 && unicode.IsLetter(r):
			return i
		default:
			return 0
		}
	}
	return 0
}

// leastPacked is how many signs of base64 are taken for packed text at the least.
const leastPacked = 16

func base64Rune(c byte) bool {
	return c >= '0' && c <= '9' || isLatin(rune(c)) || c == '+' || c == '/'
}

// packed reads base64 that holds text.
func packed(text string) (string, int) {
	n, line := 0, 0
	for n < len(text) {
		if base64Rune(text[n]) {
			n, line = n+1, line+1
			continue
		}
		end := n // a mail breaks its lines after 76 signs
		for end < len(text) && strings.IndexByte(" \r\n", text[end]) >= 0 {
			end++
		}
		if !strings.Contains(text[n:end], "\n") || line < 60 || end == len(text) || !base64Rune(text[end]) {
			break
		}
		n, line = end, 0
	}
	if n < leastPacked {
		return "", 0
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(text[:n]))
	if err != nil || !utf8.Valid(b) || slices.ContainsFunc(b, func(c byte) bool { return c < 0x20 && c != '\n' && c != '\r' && c != '\t' }) {
		return "", 0
	}
	for n < len(text) && text[n] == '=' {
		n++
	}
	return string(b), n
}

// hasBase64 reports a run of signs that may be packed text: capitals and digits among small letters.
func hasBase64(text string) bool {
	n, mixed := 0, 0
	for i := range len(text) {
		if !base64Rune(text[i]) {
			n, mixed = 0, 0
			continue
		}
		n++
		if c := text[i]; n > 1 && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
			mixed++
		}
		if n >= leastPacked && mixed > 2 {
			return true
		}
	}
	return false
}

// checkUnwrapped looks at what is wrapped in some of the paragraphs, with the paragraphs
// beside them.
func (x *Index) checkUnwrapped(paragraphs []string) []Finding {
	views := make([]*unwrapped, len(paragraphs))
	any := false
	for i, text := range paragraphs {
		views[i] = unwrap(text)
		any = any || views[i] != nil
	}
	if !any {
		return nil
	}
	s := newScan(x)
	near := func(i int) bool { return i >= 0 && i < len(views) && views[i] != nil }
	for i, text := range paragraphs {
		switch {
		case views[i] != nil:
			s.paragraph(i, views[i].text.String())
		case near(i-1) || near(i+1):
			s.paragraph(i, text)
		default:
			s.paragraph(i, "")
		}
	}
	s.judge()
	for i, f := range s.out {
		if v := views[f.Paragraph]; v != nil {
			s.out[i].Start, s.out[i].End = v.from[f.Start], v.to[f.End-1]
			if how := slices.Max(v.how[f.Start:f.End]); how != Written {
				s.out[i].Read = how
			}
		}
	}
	return s.out
}
