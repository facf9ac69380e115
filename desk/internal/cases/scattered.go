package cases

import (
	"encoding/json"
	"regexp"
	"strings"
)

// What stands in words and can be known for what it is by its form alone. Dates and
// times have digits too: a number counts only with the beginning of a telephone
// number and as many digits as one has.
var (
	phoneIn  = regexp.MustCompile(`(?:\+|\b00|\b[789])[\d\s().\-\x{2010}-\x{2014}]{7,24}\d`)
	emailIn  = regexp.MustCompile(`[\p{L}\p{N}._%+\-]{1,64}@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+`)
	handleIn = regexp.MustCompile(`(?:^|[\s(,;:])@([A-Za-z][A-Za-z0-9_]{4,31})\b|\bt\.me/([A-Za-z][A-Za-z0-9_]{4,31})\b`)
)

// scattered finds telephone numbers, e-mail addresses and account names in every text
// of an item, wherever somebody wrote them: a note, a meeting point, a plan.
func scattered(content any) []secret {
	b, err := json.Marshal(content)
	if err != nil {
		return nil
	}
	var v any
	if json.Unmarshal(b, &v) != nil {
		return nil
	}
	var out []secret
	walk(v, func(text string) {
		for _, m := range emailIn.FindAllString(text, -1) {
			out = append(out, secret{"email", m})
		}
		for _, m := range handleIn.FindAllStringSubmatch(text, -1) {
			out = append(out, secret{"handle", m[1] + m[2]})
		}
		for _, m := range phoneIn.FindAllString(text, -1) {
			if n, ok := telephone(m); ok {
				out = append(out, secret{"phone", n})
			}
		}
	})
	return out
}

// telephone takes the telephone number out of a run of digits and signs, if it has as
// many digits as one with its beginning: international, or Russian with or without its
// 8, which it writes with +7, as the field for contacts mostly has it. Digits behind a whole Russian number belong to something else, such as an hour.
func telephone(s string) (string, bool) {
	d := onlyDigits(s)
	switch {
	case strings.HasPrefix(s, "00"):
		return d, len(d) >= 10 && len(d) <= 17
	case s[0] == '+' && d[0] != '7':
		return "+" + d, len(d) >= 8 && len(d) <= 15
	case s[0] == '9':
		return "+7" + d, len(d) == 10
	}
	if len(d) > 13 && s[0] != '+' { // an account, the number of a document
		return "", false
	}
	if len(d) < 11 {
		return "", false
	}
	return "+7" + d[1:11], true
}

// walk visits every text of a JSON value.
func walk(v any, visit func(string)) {
	switch x := v.(type) {
	case string:
		visit(x)
	case []any:
		for _, e := range x {
			walk(e, visit)
		}
	case map[string]any:
		for _, e := range x {
			walk(e, visit)
		}
	}
}
