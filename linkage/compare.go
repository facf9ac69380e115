package linkage

import "slices"

// The levels of agreement of two values, from equal down. Not every kind uses
// every level. notTold is no level: it is evidence of nothing.
const (
	equal uint8 = iota
	alike       // the same in another spelling or script; day and month swapped
	oneEdit
	near
	nearby
	some
	little
	differ
	crossed // given name and surname stand in each other's place
	levels
	notTold = 15
)

// LevelName is the plain name of a level, for the waterfall of evidence.
func levelName(kind Kind, l uint8) string {
	names := [...]string{"equal", "same sound or script", "one slip", "very near", "near", "somewhat near", "a little alike", "different", "swapped with the other name"}
	if kind == Date {
		names = [...]string{"equal", "day and month swapped, or a part not told", "one slip", "two of three parts equal", "two slips", "a year apart, or the same year", "", "different", ""}
	}
	if l == notTold {
		return "not told"
	}
	return names[l]
}

// compare gives the level of two different told values of one kind.
func compare(kind Kind, a, b *value) uint8 {
	switch kind {
	case Date:
		return compareDates(a.date, b.date)
	case ID, Phone, Number, Category:
		return compareCodes(a.plain, b.plain)
	case Age:
		return compareNumbers(a, b)
	case FullName, Address:
		return min(compareWords(a, b), compareNames(a, b))
	}
	return compareNames(a, b)
}

func compareCodes(a, b string) uint8 {
	if a == b {
		return equal
	}
	if ascii(a) && ascii(b) && apart(a, b) {
		return differ
	}
	switch d := DamerauLevenshtein(a, b); {
	case d == 1 && max(len(a), len(b)) > 1:
		return oneEdit
	case d == 2 && max(len(a), len(b)) > 3:
		return near
	case d == 3 && max(len(a), len(b)) > 5:
		return nearby
	}
	return differ
}

// apart tells quickly that two codes are more than three edits apart: an edit
// changes at most two counts of letters by one.
func apart(a, b string) bool {
	var n [16]int8
	for i := range len(a) {
		n[a[i]&15]++
	}
	for i := range len(b) {
		n[b[i]&15]--
	}
	off := 0
	for _, x := range n {
		off += int(max(x, -x))
	}
	return off > 6
}

func compareNumbers(a, b *value) uint8 {
	if a.number == b.number {
		return equal
	}
	switch d := max(a.number-b.number, b.number-a.number); {
	case d == 1:
		return oneEdit
	case DamerauLevenshtein(a.plain, b.plain) == 1:
		return near
	case d <= 5:
		return some
	}
	return differ
}

// compareDates knows the slips of dates: a digit, day and month swapped, a part
// wrong, the year near, a part not told.
func compareDates(a, b date) uint8 {
	if a == b {
		return equal
	}
	if a.y == b.y && (a.m == b.d && a.d == b.m || a.m*b.m == 0 || a.m == b.m && a.d*b.d == 0) {
		return alike
	}
	edits := DamerauLevenshtein(a.text, b.text)
	parts := 0
	for _, same := range [...]bool{a.y == b.y, a.m == b.m, a.d == b.d} {
		if same {
			parts++
		}
	}
	switch {
	case edits == 1:
		return oneEdit
	case parts == 2:
		return near
	case edits == 2:
		return nearby
	case a.y == b.y || edits == 3 && parts == 1:
		return some
	}
	return differ
}

// compareNames looks at a word in its own script where both share it, and by
// its skeleton where they do not.
func compareNames(a, b *value) uint8 {
	if a.plain == b.plain || a.skel == b.skel {
		return alike
	}
	x, y := a.plain, b.plain
	if a.latin != b.latin {
		x, y = a.skel, b.skel
	}
	like := JaroWinkler(x, y)
	if like < 0.6 {
		return differ
	}
	edits := DamerauLevenshtein(x, y)
	short, long := min(len(x), len(y)), max(len(x), len(y))
	switch {
	case edits == 1 && long > 3:
		return oneEdit
	case like >= 0.92 || edits == 2 && long > 7:
		return near
	case like >= 0.86 || edits <= 2 && long > 4 || a.phon == b.phon && len(a.phon) > 2:
		return nearby
	case short == 1 && x[0] == y[0] || like >= 0.76 || edits == 3 && long > 5:
		return some
	case like >= 0.66:
		return little
	}
	return differ
}

// compareWords compares texts of several words in any order.
func compareWords(a, b *value) uint8 {
	if len(a.words) < 2 && len(b.words) < 2 {
		return differ
	}
	if slices.Equal(a.words, b.words) {
		return alike
	}
	few, many := a.words, b.words
	if len(few) > len(many) {
		few, many = many, few
	}
	sum := 0.0
	for _, w := range few {
		best := 0.0
		for _, x := range many {
			l := JaroWinkler(w, x)
			if len(w) == 1 && len(x) > 1 && w[0] == x[0] {
				l = 0.8
			}
			best = max(best, l)
		}
		if best > 0.75 {
			sum += best
		}
	}
	like := sum / (float64(len(few)+len(many)) / 2)
	switch {
	case like >= 0.95:
		return near
	case like >= 0.85:
		return nearby
	case like >= 0.7:
		return some
	case like >= 0.5:
		return little
	}
	return differ
}

// A comparer compares records; each worker has its own, for its memory of
// values that it met.
type comparer struct {
	fields []*field
	memo   [][]met
}

type met struct {
	pair  uint64
	level uint8
}

const memory = 1 << 15

func newComparer(fields []*field) *comparer {
	c := &comparer{fields: fields, memo: make([][]met, len(fields)*2)}
	for i := range c.memo {
		c.memo[i] = make([]met, memory)
	}
	return c
}

// levels fills the level of each field for records a and b.
func (c *comparer) levels(to *[maxFields]uint8, a, b int) {
	for i, f := range c.fields {
		to[i] = c.level(i, f, f, f.code[a], f.code[b])
	}
	c.cross(to, a, b)
}

// cross finds pairs of fields whose values stand in each other's place.
func (c *comparer) cross(to *[maxFields]uint8, a, b int) {
	for i, f := range c.fields {
		j := f.partner
		if j <= i || to[i] <= nearby || to[j] <= nearby || to[i] == notTold || to[j] == notTold {
			continue
		}
		g := c.fields[j]
		if !quick(&f.values[f.code[a]], &g.values[g.code[b]]) || c.level(i+len(c.fields), f, g, f.code[a], g.code[b]) > near {
			continue
		}
		if c.level(i+len(c.fields), f, g, f.code[b], g.code[a]) <= near {
			to[i], to[j] = crossed, crossed
		}
	}
}

func (c *comparer) level(slot int, f, g *field, a, b uint32) uint8 {
	if a == 0 || b == 0 {
		return notTold
	}
	if f == g {
		if a == b {
			return equal
		}
		if a > b {
			a, b = b, a
		}
	}
	pair := uint64(a)<<32 | uint64(b)
	m := &c.memo[slot][(pair*0x9e3779b97f4a7c15)>>49]
	if m.pair != pair {
		m.pair = pair
		if m.level = equal; f == g || f.values[a].text != g.values[b].text {
			m.level = compare(f.kind, &f.values[a], &g.values[b])
		}
	}
	return m.level
}

// quick tells whether two values begin alike or are as long, so that it is worth
// comparing them across fields.
func quick(a, b *value) bool {
	return a.skel != "" && b.skel != "" && (a.skel[0] == b.skel[0] || len(a.skel) == len(b.skel))
}
