package guard

import (
	"strings"
	"unicode"
)

// digitRun bounds how long a row of digits is looked through.
const digitRun = 64

// phone marks the last ten digits of a number, whatever its country code looks
// like, and its last seven as a hint.
func (m *marker) phone(term string) {
	var b strings.Builder
	for _, r := range foldRunes(term) {
		if unicode.IsDigit(r) {
			b.WriteRune(digit(r))
		}
	}
	d := b.String()
	if len(d) < 6 {
		return
	}
	if len(d) > 10 {
		d = d[len(d)-10:]
	}
	m.add(0, Whole, spaceDigit, d)
	if len(d) > 7 {
		m.add(0, Hint, spaceDigit, d[len(d)-7:])
	}
}

// document marks a number of letters and digits, however it is grouped.
func (m *marker) document(term string) {
	var b strings.Builder
	digits := true
	for _, r := range foldRunes(term) {
		if unicode.IsDigit(r) || unicode.IsLetter(r) {
			b.WriteRune(r)
			digits = digits && unicode.IsDigit(r)
		}
	}
	s := likeLatin(b.String())
	switch {
	case len(s) < 5:
	case digits:
		m.add(0, Whole, spaceDigit, s[max(0, len(s)-digitRun):])
	case hasDigit(s):
		m.add(0, Whole, spaceToken, s)
	default:
		m.phrase(Alias, term)
	}
}

func (m *marker) mail(term string) {
	local, domain, ok := strings.Cut(likeLatin(string(foldRunes(term))), "@")
	if !ok {
		m.handle(term)
		return
	}
	m.add(0, Whole, spaceMail, mailKey(local, domain))
	if h := handleKey(local); len(h) >= 6 {
		m.add(0, Hint, spaceUser, h)
	}
}

func (m *marker) handle(term string) {
	s := string(foldRunes(term))
	if i := strings.LastIndexAny(strings.TrimRight(s, "/"), "/@"); i >= 0 {
		s = s[i+1:]
	}
	if h := handleKey(s); len(h) >= 4 {
		m.add(0, Whole, spaceUser, h)
	}
}

// mailKey is an address without what mail systems ignore: dots and +tags.
func mailKey(local, domain string) string {
	local, _, _ = strings.Cut(local, "+")
	return handleKey(local) + "@" + strings.Trim(strings.Map(keepMail, domain), ".")
}

func keepMail(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' {
		return r
	}
	return -1
}

func handleKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, likeLatin(s))
}

// spoken digits, as one reads out a number.
var digitWords = map[string]rune{
	"zero": '0', "one": '1', "two": '2', "three": '3', "four": '4', "five": '5', "six": '6', "seven": '7', "eight": '8', "nine": '9',
	"ноль": '0', "нуль": '0', "один": '1', "два": '2', "три": '3', "четыре": '4', "пять": '5', "шесть": '6', "семь": '7', "восемь": '8', "девять": '9',
}

// span is a piece of folded text.
type span struct{ from, to int }

// digitRuns finds rows of digits with at most three other signs between groups,
// also written as words, and gives each digit's place.
func digitRuns(cs []char, ws []word) (runs [][]byte, places [][]span) {
	type mark struct {
		d  byte
		at span
	}
	var all []mark
	spokenAt := map[int]word{}
	for _, w := range ws {
		if _, ok := digitWords[string(w.letters())]; ok {
			spokenAt[w.after-len(w.chars)] = w
		}
	}
	for i := 0; i < len(cs); i++ {
		if w, ok := spokenAt[i]; ok {
			all = append(all, mark{byte(digitWords[string(w.letters())]), span{i, w.after}})
			i = w.after - 1
			continue
		}
		if unicode.IsDigit(cs[i].r) {
			all = append(all, mark{byte(digit(cs[i].r)), span{i, i + 1}})
		}
	}
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].at.from-all[j-1].at.to <= 3 && !lettersBetween(cs, all[j-1].at.to, all[j].at.from) {
			j++
		}
		if j-i >= 5 {
			run, place := make([]byte, 0, j-i), make([]span, 0, j-i)
			for _, m := range all[i:j] {
				run, place = append(run, m.d), append(place, m.at)
			}
			runs, places = append(runs, run), append(places, place)
		}
		i = j
	}
	return runs, places
}

func lettersBetween(cs []char, from, to int) bool {
	for _, c := range cs[from:to] {
		if unicode.IsLetter(c.r) {
			return true
		}
	}
	return false
}

// mails finds addresses, also written with "(at)", "[at]" or "собака".
func mails(cs []char) []span {
	var out []span
	for i := range cs {
		n := atSign(cs, i)
		if n == 0 {
			continue
		}
		from, to := i, i+n
		for from > 0 && mailRune(cs[from-1].r) {
			from--
		}
		for to < len(cs) && mailRune(cs[to].r) {
			to++
		}
		if from < i && to > i+n {
			out = append(out, span{from, to})
		}
	}
	return out
}

func mailRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+", r)
}

// atSign returns the length of an at sign that begins at i, or 0.
func atSign(cs []char, i int) int {
	if cs[i].r == '@' {
		return 1
	}
	for _, s := range []string{"(at)", "[at]", " (at) ", " [at] ", "(собака)", " (собака) ", " собака ", "{at}"} {
		if hasAt(cs, i, s) {
			return len([]rune(s))
		}
	}
	return 0
}

func hasAt(cs []char, i int, s string) bool {
	for _, r := range s {
		if i >= len(cs) || cs[i].r != r {
			return false
		}
		i++
	}
	return true
}

func runesOf(cs []char) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteRune(c.r)
	}
	return b.String()
}
