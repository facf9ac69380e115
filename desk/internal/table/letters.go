package table

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Decode gives the text of a file whose letters are UTF-8, UTF-16 or
// Windows-1251; bad is a sentence that says why it cannot.
func Decode(raw []byte) (text, bad string) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
		if !utf8.Valid(raw) {
			return "", notEight
		}
		return string(raw), ""
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return wide(raw[2:], false)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return wide(raw[2:], true)
	case bytes.IndexByte(raw, 0) >= 0:
		return unmarked(raw)
	case utf8.Valid(raw):
		return string(raw), ""
	}
	return cyrillic(raw)
}

// unmarked reads UTF-16 that does not say so: every other byte of its ASCII is nothing.
func unmarked(raw []byte) (text, bad string) {
	even, odd := 0, 0
	for i, b := range raw {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	switch {
	case odd > 0 && even == 0:
		return wide(raw, false)
	case even > 0 && odd == 0:
		return wide(raw, true)
	}
	return "", noTable
}

func wide(raw []byte, big bool) (text, bad string) {
	if len(raw)%2 != 0 {
		return "", broken
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		a, b := uint16(raw[2*i]), uint16(raw[2*i+1])
		if big {
			a, b = b, a
		}
		units[i] = a | b<<8
	}
	text = string(utf16.Decode(units))
	if strings.ContainsRune(text, utf8.RuneError) {
		return "", broken
	}
	return text, ""
}

// cyrillic reads Windows-1251 when nothing speaks against it: letters of the
// West stand alone among ASCII ones, KOI8 read this way has its capitals inside
// words.
func cyrillic(raw []byte) (text, bad string) {
	out, err := charmap.Windows1251.NewDecoder().Bytes(raw)
	if err != nil || !utf8.Valid(out) {
		return "", unsure
	}
	text = string(out)
	letters, others, mixed, inverted := 0, 0, 0, 0
	last := ' '
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			letters++
			if latin(last) {
				mixed++
			}
			if unicode.IsUpper(r) && unicode.IsLower(last) && unicode.Is(unicode.Cyrillic, last) {
				inverted++
			}
		case latin(r):
			if unicode.Is(unicode.Cyrillic, last) {
				mixed++
			}
		case r > 0x7f && !strings.ContainsRune("«»—–№„“”‘’…\u00a0©®°±§", r):
			others++
		}
		last = r
	}
	switch {
	case letters == 0 || others*10 > letters || mixed*10 > letters:
		return "", unsure
	case inverted*20 > letters:
		return "", koi
	case capitals(text):
		return "", unsure // small letters of KOI8 look like this
	}
	return text, ""
}

func latin(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }

// capitals reports whether most Cyrillic words are written in capitals.
func capitals(text string) bool {
	odd, all := 0, 0
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.Is(unicode.Cyrillic, r) }) {
		rs := []rune(w)
		if len(rs) < 3 {
			continue
		}
		all++
		if unicode.IsUpper(rs[1]) && unicode.IsUpper(rs[2]) {
			odd++
		}
	}
	return all > 0 && odd*10 > all*8
}
