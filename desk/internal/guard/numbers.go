package guard

import (
	"strings"
	"unicode"
)

// longestNumber is how many digits of a number are looked at: those of a bank account or
// a criminal case. Of a longer one they are the last.
const longestNumber = 24

// phone marks the last ten digits of a number, whatever its country code looks
// like, its shorter number at home, and its last seven as a hint.
func (m *marker) phone(term string) {
	var b strings.Builder
	for _, r := range foldRunes(term) {
		if unicode.IsDigit(r) {
			b.WriteRune(digit(r))
		}
	}
	all := b.String()
	if len(all) < 6 {
		return
	}
	d := all[max(0, len(all)-10):]
	m.add(0, Whole, spaceDigit, d)
	home := strings.TrimLeft(all, "0")
	if strings.HasPrefix(strings.TrimSpace(term), "+") || strings.HasPrefix(all, "00") {
		home = strings.TrimLeft(home[countryCode(home):], "0")
	}
	if len(home) >= 8 && len(home) < len(d) {
		m.add(0, Whole, spaceDigit, home)
	}
	if len(d) > 7 {
		m.add(0, Hint, spaceDigit, d[len(d)-7:])
	}
}

// countryCode is how many digits of a number without its first zeros are the
// country's, by the plan of numbers of the world.
func countryCode(d string) int {
	const two = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
	switch {
	case len(d) < 4:
		return 0
	case d[0] == '1' || d[0] == '7':
		return 1
	case strings.Contains(two, " "+d[:2]+" "):
		return 2
	}
	return 3
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
		m.add(0, Whole, spaceDigit, s[max(0, len(s)-longestNumber):])
		if len(s) == 10 { // the number of a Russian passport, without its series
			m.add(0, Hint, spaceDigit, s[4:])
		}
	case hasDigit(s):
		m.add(0, Whole, spaceToken, s)
		if z := zeroes(s); z != s {
			m.add(0, Whole, spaceToken, z)
		}
		m.plate(strings.ToLower(b.String()), s)
	default:
		m.phrase(Alias, term)
	}
}

// zeroes writes the letter o as a zero: in a plate nobody can tell them apart.
func zeroes(s string) string { return strings.ReplaceAll(s, "o", "0") }

// plate marks a number plate as one would spell it in Latin letters by their sound,
// and without its region.
func (m *marker) plate(raw, looks string) {
	sounds := strings.Map(func(r rune) rune {
		if i := strings.IndexRune("авекмнорстух", r); i >= 0 {
			return rune("avekmnorstuh"[i/2])
		}
		return r
	}, raw)
	if rs := []rune(raw); len(rs) == 8 || len(rs) == 9 {
		shape := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '0'
			}
			return 'a'
		}, raw[:])
		if strings.HasPrefix(shape, "a000aa00") {
			m.add(0, Whole, spaceToken, looks[:6])
			m.add(0, Whole, spaceToken, likeLatin(sounds)[:6])
		}
	}
	m.add(0, Whole, spaceToken, likeLatin(sounds))
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

// span is a piece of folded text.
type span struct{ from, to int }

type digitAt struct {
	d  byte
	at span
}

// digitRuns finds rows of digits with at most three other signs between groups,
// also said in words, and gives each digit's place. "No." and its like may stand
// between two groups.
func digitRuns(cs []char, ws []word, said []phrase) (runs [][]byte, places [][]span) {
	all, bridge := digitsIn(cs, ws, said)
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && adjoins(cs, bridge, all[j-1].at.to, all[j].at.from) {
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

// digitsIn lists every digit with its place, and the words that may stand between two groups.
func digitsIn(cs []char, ws []word, said []phrase) ([]digitAt, map[int]int) {
	var all []digitAt
	spoken, bridge, mixed := map[int]phrase{}, map[int]int{}, map[int]int{}
	begin := func(w word) int { return w.after - len(w.chars) }
	for _, ph := range said {
		if old, ok := spoken[begin(ws[ph.first])]; ok { // "four-five": two numbers in one word
			ph.digits, ph.first = old.digits+ph.digits, old.first
		}
		spoken[begin(ws[ph.first])] = ph
	}
	for _, w := range ws {
		raw := string(w.letters())
		switch {
		case len(raw) <= 16 && strings.Contains(" no nr num number n code then and with ext номер номером номера код потом затем далее паспорт паспорта паспортом серия серии passport series ", " "+raw+" "):
			bridge[begin(w)] = w.after
		case hasDigit(raw) && strings.IndexFunc(raw, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("oоlзб", r) }) < 0:
			mixed[begin(w)] = w.after
		}
	}
	oddUntil := 0
	for i := 0; i < len(cs); i++ {
		if ph, ok := spoken[i]; ok {
			after := ws[ph.last].after
			for _, d := range ph.digits {
				all = append(all, digitAt{byte(d), span{i, after}})
			}
			i = after - 1
			continue
		}
		oddUntil = max(oddUntil, mixed[i])
		switch r := cs[i].r; {
		case unicode.IsDigit(r):
			all = append(all, digitAt{byte(digit(r)), span{i, i + 1}})
		case i < oddUntil && strings.ContainsRune("oоlзб", r): // 2OO for 200
			all = append(all, digitAt{map[rune]byte{'o': '0', 'о': '0', 'l': '1', 'з': '3', 'б': '6'}[r], span{i, i + 1}})
		}
	}
	return all, bridge
}

// adjoins says whether what stands between two digits lets them be of one number.
func adjoins(cs []char, bridge map[int]int, from, to int) bool {
	most, signs := 3, 0
	for i := from; i < to; i++ {
		if after, ok := bridge[i]; ok && most < 10 {
			most, i = most+3, after-1
			continue
		}
		if cs[i].r == '⌗' {
			most += 2
		}
		if signs++; signs > most || unicode.IsLetter(cs[i].r) {
			return false
		}
	}
	return true
}

// mail is an address in a text, with what stands for dots as dots.
type mail struct {
	span
	local, domain string
}

// mails finds addresses, also with "(at)", "собака" or "[dot]" in them.
func mails(cs []char) []mail {
	var out []mail
	for i := range cs {
		n := signAt(cs, i, "@", "(at)", "[at]", "{at}", "<at>", "-at-", "_at_", " @ ", "@ ", " @", " эт ", "(dog)", " (dog) ", " (at) ", " [at] ", " at ", "(собака)", "[собака]", " (собака) ", " [собака] ", " собака ", "%40")
		if n == 0 {
			continue
		}
		m := mail{span: span{i, i + n}}
		for m.from > 0 {
			if mailRune(cs[m.from-1].r) {
				m.from--
				m.local = string(cs[m.from].r) + m.local
			} else if d := dotBefore(cs, m.from); d > 0 {
				m.from -= d
				m.local = "." + m.local
			} else {
				break
			}
			if i-m.from > longestMail {
				break
			}
		}
		for m.to < len(cs) && m.to-i <= longestMail {
			if mailRune(cs[m.to].r) {
				m.domain += string(cs[m.to].r)
				m.to++
			} else if d := signAt(cs, m.to, dots...); d > 0 {
				m.domain += "."
				m.to += d
			} else {
				break
			}
		}
		if m.local != "" && m.domain != "" {
			out = append(out, m)
		}
	}
	return out
}

// longestMail is how far from its sign an address is read: 64 letters and 255 are allowed.
const longestMail = 256

var dots = []string{" . ", "_dot_", "-dot-", "<dot>", " dot ", "(dot)", "[dot]", " (dot) ", " [dot] ", " точка ", "(точка)", "[точка]", " (точка) ", " [точка] "}

func dotBefore(cs []char, end int) int {
	for _, d := range dots {
		if n := len([]rune(d)); end >= n && hasAt(cs, end-n, d) {
			return n
		}
	}
	return 0
}

func mailRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+", r)
}

// signAt returns the length of the longest of some signs that begins at i, or 0.
func signAt(cs []char, i int, signs ...string) int {
	longest := 0
	for _, s := range signs {
		if hasAt(cs, i, s) {
			longest = max(longest, len([]rune(s)))
		}
	}
	return longest
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
