package envelope

import (
	"strings"
	"unicode"
)

// Bare is a sentence as it is compared with one that was agreed: its letters and
// digits, in small letters, with one space between words; ё counts as е, as people type it.
func Bare(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "ё", "е")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }), " ")
}
