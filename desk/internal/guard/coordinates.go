package guard

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// finestArea is how many kilometres an area of a report's map has at the least. A spot that
// a text gives more finely than that asks to be looked at, whoever is there: the guard keeps
// no coordinates of anybody, since every square of the earth could be tried against them.
const finestArea = 25.0

// degree is how many kilometres a degree of latitude has.
const degree = 111.0

// Patterns of the notations of a spot. Each has its numbers in groups.
const (
	deg     = `(-?\d{1,3}(?:\.\d{1,15})?)`
	apart2  = `(?:,|;|%2c|%3b|\+|%20|\s){1,3}`
	mark    = `\s{0,2}(?:°|º|˚|∘|deg\b|degrees?\b|град(?:\.|\pL{0,5}))\s{0,2}`
	minute  = `(?:(\d{1,2}(?:[.,]\d{1,10})?)\s?(?:['’′ʹ´‘]|min\b|minutes?\b|мин(?:\.|\pL{0,4}))?\s{0,2}(?:(\d{1,2}(?:[.,]\d{1,8})?)\s?(?:["”″“]|''|’’|′′|sec\b|seconds?\b|сек(?:\.|\pL{0,5}))?\s{0,2})?)?`
	compass = `([nsew]\b|[сювз]\.?\s?[шд]\.?|(?-i:[СЮВЗ])(?:[\s,;.)]|$)|north\b|south\b|east\b|west\b|сев\pL{0,7}\.?(?:\s?шир\pL{0,3})?|южн\pL{0,3}(?:\s?шир\pL{0,3})?|вост\pL{0,7}(?:\s?долг\pL{0,3})?|зап\pL{0,7}(?:\s?долг\pL{0,3})?)`
)

var (
	// Signs by which a text may hold a spot at all.
	spotHint = regexp.MustCompile(`\d[.,]\d|\d\s?[°º˚∘]|\d\s?(?:deg|град)|(?i)\d\d?\+[2-9cfghjmpqrvwx]{2}|[2-9cfghjmpqrvwx]{4}\+|///|what3words|w3w\.co|geohash\.org|\d{1,2}[c-x]\s?[a-z]{2}\s?\d|\d\s\d{2}\s`)

	// Addresses of map services, geo: and data: a latitude and a longitude, in either order.
	spotLinks = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\bgeo:` + deg + `,` + deg),
		regexp.MustCompile(`(?i)@` + deg + `,` + deg),
		regexp.MustCompile(`(?i)[?&#](?:q|ll|sll|query|center|centre|daddr|saddr|destination|origin|cbll|viewpoint|loc|pt|point|cp|coordinates|geo|whatshere(?:\[|%5b)point(?:\]|%5d))=(?:loc:|point:|[a-z]{1,8}:)?` + deg + `(?:,|~|%2c|\+)` + deg),
		regexp.MustCompile(`(?i)[#&?]map=\d{1,2}(?:\.\d+)?/` + deg + `/` + deg),
		regexp.MustCompile(`(?i)mlat=` + deg + `&(?:amp;)?mlon=` + deg),
		regexp.MustCompile(`(?i)!3d` + deg + `!4d` + deg),
		regexp.MustCompile(`(?i)!2d` + deg + `!3d` + deg),
		regexp.MustCompile(`(?i)/(?:geo|place|dir|search|maps?)/(?:[^\s/]{1,40}/)?` + deg + `(?:,|%2c)` + deg),
	}
	// Numbers that are said to be a latitude and a longitude.
	spotNamed = []*regexp.Regexp{
		regexp.MustCompile(`(?i)(?:\blat(?:itude)?\b|широт\pL{0,2}|шир\.)[^\d\pL-]{0,6}(-?\d{1,3}(?:[.,]\d{1,15})?)[^\d-]{1,24}(?:\blo?ng?(?:itude)?\b|\blongitude\b|долгот\pL{0,2}|долг\.)[^\d\pL-]{0,6}(-?\d{1,3}(?:[.,]\d{1,15})?)`),
		regexp.MustCompile(`(?i)(?:\blo?ng?(?:itude)?\b|долгот\pL{0,2}|долг\.)[^\d\pL-]{0,6}(-?\d{1,3}(?:[.,]\d{1,15})?)[^\d-]{1,24}(?:\blat(?:itude)?\b|широт\pL{0,2}|шир\.)[^\d\pL-]{0,6}(-?\d{1,3}(?:[.,]\d{1,15})?)`),
	}
	// Two bare numbers, so fine that they are little else.
	spotBare = []*regexp.Regexp{
		regexp.MustCompile(`(-?\d{1,3}\.\d{3,15})` + `(?:` + apart2 + `|\s?[/|]\s?)` + `(-?\d{1,3}\.\d{3,15})`),
		regexp.MustCompile(`(-?\d{1,3},\d{4,15})(?:\s|;\s?|\s?[/|]\s?)(-?\d{1,3},\d{4,15})`),
	}
	// An angle with its marks, and one with its side of the world before or behind it.
	spotAngle = regexp.MustCompile(`(?i)(?:\b([nsew])\s{0,2})?(\d{1,3}(?:[.,]\d{1,15})?)` + mark + minute + compass + `?`)
	spotSide  = regexp.MustCompile(`(?i)\b(\d{1,3}(?:[.,]\d{1,15})?)(?:[\s:-](\d{1,2}(?:[.,]\d{1,10})?)(?:[\s:-](\d{1,2}(?:[.,]\d{1,8})?))?)?\s?` + compass)
	spotFront = regexp.MustCompile(`(?i)\b([nsew])\s?(\d{1,3}(?:[.,]\d{1,15})?)(?:[\s:-](\d{1,2}(?:[.,]\d{1,10})?)(?:[\s:-](\d{1,2}(?:[.,]\d{1,8})?))?)?`)

	// Squares and words that stand for a spot.
	spotCodes = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b[2-9cfghjmpqrvwx]{6}(?:[2-9cfghjmpqrvwx]{2}|00)\+(?:[2-9cfghjmpqrvwx]{2,7}\b|\B)?`), // a plus code
		regexp.MustCompile(`(?i)\b[2-9cfghjmpqrvwx]{4}\+[2-9cfghjmpqrvwx]{2,3}\b`),                                    // a short one
		regexp.MustCompile(`(?i)(?:///|what3words\.com/|w3w\.co/)\pL{2,30}\.\pL{2,30}\.\pL{2,30}`),
		regexp.MustCompile(`(?i)\bgeohash\.org/[0-9b-hjkmnp-z]{5,12}\b`),
		regexp.MustCompile(`\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{2}){2,5}\b|\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s\d{2,5}\s\d{2,5}\b`), // MGRS
		regexp.MustCompile(`\b\d{1,2}[C-HJ-NP-X]\s\d{6}(?:\.\d+)?\s\d{7}\b`),                                                                     // UTM
	}
)

// coordinates finds places that a text gives by coordinates, more finely than a report's map does.
func (s *scan) coordinates(n int, text string) {
	if !strings.ContainsFunc(text, unicode.IsDigit) && !strings.Contains(text, "///") && !strings.Contains(text, "what3words") {
		return
	}
	text, back := plainDigits(text)
	if !spotHint.MatchString(text) {
		return
	}
	var out [][2]int
	for _, list := range [][]*regexp.Regexp{spotLinks, spotNamed, spotBare} {
		for _, p := range list {
			for _, m := range p.FindAllStringSubmatchIndex(text, -1) {
				a, b := text[m[2]:m[3]], text[m[4]:m[5]]
				if fine(a, b) && (!slices.Contains(spotBare, p) || alone(text, m[2], m[5]) && bare(a, b)) {
					out = append(out, [2]int{m[2], m[5]})
				}
			}
		}
	}
	for _, p := range spotCodes {
		for _, m := range p.FindAllStringIndex(text, -1) {
			if strings.ContainsFunc(text[m[0]:m[1]], unicode.IsLetter) {
				out = append(out, [2]int{m[0], m[1]})
			}
		}
	}
	out = append(out, pairs(angles(text))...)
	slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
	end := 0
	for _, at := range out {
		if at[0] < end {
			continue
		}
		end = at[1]
		f := Finding{Paragraph: n, Start: back(at[0]), End: back(at[1]), Level: Ask, Kind: Coordinates, Why: Fine}
		s.out = append(s.out, f)
	}
}

// fine reports two numbers that are a latitude and a longitude, in either order, and one of
// them finer than a report's map.
func fine(a, b string) bool {
	x, y := number(a), number(b)
	if !(x <= 90 && y <= 180 || x <= 180 && y <= 90) {
		return false
	}
	return min(step(a), step(b)) < finestArea
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		return math.Inf(1)
	}
	return math.Abs(v)
}

// step is how many kilometres the last digit of degrees stands for.
func step(s string) float64 {
	i := strings.IndexAny(s, ".,")
	if i < 0 {
		return degree
	}
	return degree / math.Pow10(len(s)-i-1)
}

// bare reports two numbers that are a spot though nothing says so: four decimals, or three
// and no small number.
func bare(a, b string) bool {
	decimals := func(s string) int { return len(s) - strings.IndexAny(s, ".,") - 1 }
	return min(decimals(a), decimals(b)) >= 4 || min(number(a), number(b)) >= 10
}

// alone reports numbers that are no part of longer ones, such as versions and sums of money.
func alone(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, n := utf8.DecodeRuneInString(text[to:])
	next, _ := utf8.DecodeRuneInString(text[to+n:])
	return !unicode.IsDigit(before) && !(before == '.' || before == ',') && !unicode.IsDigit(after) && !((after == '.' || after == ',') && unicode.IsDigit(next)) && after != '%'
}

// angle is one angle of a text.
type angle struct {
	at     [2]int
	fine   bool
	sided  bool // it says on which side of the world it lies
	marked bool // it has minutes
	most   bool // no latitude
}

// angles finds angles with a mark or a side, in order.
func angles(text string) []angle {
	var out []angle
	add := func(m []int, degrees, minutes, seconds, front, behind int) {
		d := text[m[2*degrees]:m[2*degrees+1]]
		has := func(g int) bool { return g >= 0 && m[2*g] >= 0 }
		if number(d) > 180 || has(minutes) && number(text[m[2*minutes]:m[2*minutes+1]]) >= 60 || has(seconds) && number(text[m[2*seconds]:m[2*seconds+1]]) >= 60 {
			return
		}
		out = append(out, angle{[2]int{m[0], m[1]}, has(minutes) || step(d) < finestArea, has(front) || has(behind), has(minutes), number(d) > 90})
	}
	for _, m := range spotAngle.FindAllStringSubmatchIndex(text, -1) {
		add(m, 2, 3, 4, 1, 5)
	}
	for _, m := range spotSide.FindAllStringSubmatchIndex(text, -1) {
		add(m, 1, 2, 3, -1, 4)
	}
	for _, m := range spotFront.FindAllStringSubmatchIndex(text, -1) {
		add(m, 2, 3, 4, 1, -1)
	}
	slices.SortFunc(out, func(a, b angle) int { return a.at[0] - b.at[0] })
	for i := range out { // not the space behind them
		out[i].at[1] = out[i].at[0] + len(strings.TrimRight(text[out[i].at[0]:out[i].at[1]], " \t\r\n"))
	}
	return out
}

// between2 is how many bytes stand between the two angles of a spot at the most.
const between2 = 24

// pairs are two angles that stand together: of which both say their side, or both have
// minutes.
func pairs(all []angle) [][2]int {
	var out [][2]int
	for i, a := range all {
		for j := i + 1; j < len(all) && all[j].at[0]-a.at[1] <= between2; j++ {
			b := all[j]
			if b.at[0] >= a.at[1] && (a.fine || b.fine) && !(a.most && b.most) && (a.sided && b.sided || a.marked && b.marked) {
				out = append(out, [2]int{a.at[0], b.at[1]})
				break
			}
		}
	}
	return out
}

// plainDigits writes the digits of every script as ours, and says where a byte stood.
func plainDigits(text string) (string, func(int) int) {
	same := func(i int) int { return i }
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && unicode.IsDigit(r) || r == '−' }) {
		return text, same
	}
	u := &unwrapped{}
	for i, r := range text {
		n := utf8.RuneLen(r)
		if n < 0 || !utf8.ValidString(text[i:i+1]) && r == utf8.RuneError {
			n = 1
		}
		switch {
		case r == '−':
			u.put("-", i, i+n, Shown)
		case unicode.IsDigit(r):
			u.put(string(digit(r)), i, i+n, Shown)
		default:
			u.put(text[i:i+n], i, i+n, Written)
		}
	}
	return u.text.String(), func(i int) int {
		if i < len(u.from) {
			return u.from[i]
		}
		return len(text)
	}
}
