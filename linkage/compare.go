package linkage

import (
	"strconv"
	"strings"
)

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

// compare gives the level of two different told values of one kind; in is empty
// and left so.
func compare(kind Kind, a, b *value, in *places) uint8 {
	switch kind {
	case Date:
		return compareDates(a, b, in)
	case ID, Phone, Number, Category:
		return compareCodes(a, b, in)
	case Age:
		return compareNumbers(a, b, in)
	case FullName, Address:
		return min(compareWords(a.words, b.words, in), compareNames(a, b, in))
	}
	return compareNames(a, b, in)
}

// short tells whether the fast ways of comparing can do two words.
func short(a, b string) bool {
	return len(a) <= 64 && len(b) <= 64 && len(b) > 0 && ascii(a) && ascii(b)
}

func edited(x, y *value, in *places) int {
	a, b := x.plain, y.plain
	if !x.short || !y.short {
		return DamerauLevenshtein(a, b)
	}
	in.set(b)
	n := editsASCII(a, b, in)
	in.clear(b)
	return n
}

func compareCodes(a, b *value, in *places) uint8 {
	if a.plain == b.plain {
		return equal
	}
	switch d, long := edited(a, b, in), max(len(a.plain), len(b.plain)); {
	case d == 1 && long > 1:
		return oneEdit
	case d == 2 && long > 3:
		return near
	case d == 3 && long > 5:
		return nearby
	}
	return differ
}

func compareNumbers(a, b *value, in *places) uint8 {
	x, _ := strconv.Atoi(a.plain)
	y, _ := strconv.Atoi(b.plain)
	if x == y {
		return equal
	}
	switch d := max(x-y, y-x); {
	case d == 1:
		return oneEdit
	case edited(a, b, in) == 1:
		return near
	case d <= 5:
		return some
	}
	return differ
}

// compareDates knows the slips of dates: a digit, day and month swapped, a part
// wrong, the year near, a part not told.
func compareDates(x, y *value, in *places) uint8 {
	a, b := x.plain, y.plain
	if a == b {
		return equal
	}
	const no = "00"
	ya, ma, da, yb, mb, db := a[:4], a[4:6], a[6:], b[:4], b[4:6], b[6:]
	if ya == yb && (ma == db && da == mb || ma == no || mb == no || ma == mb && (da == no || db == no)) {
		return alike
	}
	parts := 0
	for _, same := range [...]bool{ya == yb, ma == mb, da == db} {
		if same {
			parts++
		}
	}
	edits := edited(x, y, in)
	switch {
	case edits == 1:
		return oneEdit
	case parts == 2:
		return near
	case edits == 2:
		return nearby
	case ya == yb || edits == 3 && parts == 1:
		return some
	}
	return differ
}

// unlike is the likeness under which two names differ, however near their edits.
const unlike = 0.6

// compareNames looks at a word in its own script where both share it, and by
// its skeleton where they do not.
func compareNames(a, b *value, in *places) uint8 {
	if a.sound == b.sound && a.sound != 0 || a.plain == b.plain {
		return alike
	}
	x, y := a.plain, b.plain
	if a.latin != b.latin {
		x, y = a.skel, b.skel
	}
	if a.latin != b.latin && !short(x, y) || a.latin == b.latin && !(a.short && b.short) || y == "" {
		return nameLevel(a, b, x, y, JaroWinkler(x, y), nil)
	}
	in.set(y)
	defer in.clear(y)
	return nameLevel(a, b, x, y, jaroWinkler(x, y, in), in)
}

func nameLevel(a, b *value, x, y string, like float64, in *places) uint8 {
	if like < unlike {
		return differ
	}
	edits := 0
	if in != nil {
		edits = editsASCII(x, y, in)
	} else {
		edits = DamerauLevenshtein(x, y)
	}
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
func compareWords(a, b string, in *places) uint8 {
	many, few := strings.Count(a, " ")+1, strings.Count(b, " ")+1
	if many < 2 && few < 2 {
		return differ
	}
	if a == b {
		return alike
	}
	if few > many {
		a, b, few, many = b, a, many, few
	}
	sum := 0.0
	for w := range strings.SplitSeq(b, " ") {
		best := 0.0
		for x := range strings.SplitSeq(a, " ") {
			best = max(best, wordLikeness(x, w, in))
		}
		if best > 0.75 {
			sum += best
		}
	}
	like := sum / (float64(few+many) / 2)
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

func wordLikeness(x, w string, in *places) float64 {
	switch {
	case x == w:
		return 1
	case len(w) == 1 && len(x) > 1 && w[0] == x[0]:
		return 0.8
	case !short(x, w):
		return JaroWinkler(x, w)
	case min(len(x), len(w))*3 < max(len(x), len(w)):
		return 0 // too unlike in length to count
	}
	in.set(w)
	l := jaroWinkler(x, w, in)
	in.clear(w)
	return l
}

// A comparer compares records; each worker has its own, for its memory of
// values that it met.
type comparer struct {
	fields []*field
	r      *run
	wide   int
	in     places
	memo   [][]met
}

type met struct {
	pair  uint64
	level uint8
}

const memory = 1 << 13

func newComparer(r *run) *comparer {
	c := &comparer{fields: r.fields, r: r, wide: len(r.fields), memo: make([][]met, len(r.fields))}
	for i, f := range r.fields {
		if f.kind == FullName || f.kind == Address {
			c.memo[i] = make([]met, memory)
		}
	}
	return c
}

// row is the values of a record.
func (c *comparer) row(a uint32) []uint32 {
	at := int(a) * c.wide
	return c.r.rows[at : at+c.wide : at+c.wide]
}

func (c *comparer) marks(a uint32) []uint64 {
	at := int(a) * c.wide
	return c.r.marks[at : at+c.wide : at+c.wide]
}

// levels fills the level of each field for records a and b.
func (c *comparer) levels(to *[maxFields]uint8, a, b uint32) {
	x, y := c.row(a), c.row(b)
	u, v := c.marks(a), c.marks(b)
	for i := range x {
		to[i] = c.level(i, x[i], y[i], u[i], v[i])
	}
	c.cross(to, x, y, u, v)
}

// cross finds pairs of fields whose values stand in each other's place.
func (c *comparer) cross(to *[maxFields]uint8, x, y []uint32, u, v []uint64) {
	for i, f := range c.fields {
		if f.partner > i && crossable(i, f.partner, u, v) {
			c.crossOne(to, i, x, y)
		}
	}
}

// crossable tells from their marks whether the values of two fields may stand in
// each other's place.
func crossable(i, j int, u, v []uint64) bool { return mayCross(u[i], v[j]) && mayCross(v[i], u[j]) }

func (c *comparer) crossOne(to *[maxFields]uint8, i int, x, y []uint32) {
	f := c.fields[i]
	j := f.partner
	if to[i] <= nearby || to[j] <= nearby || to[i] == notTold || to[j] == notTold {
		return
	}
	g := c.fields[j]
	a, b := f.value(x[i]), g.value(y[j])
	if !quick(&a, &b) || across(f.kind, a, b, &c.in) > near {
		return
	}
	if across(f.kind, f.value(y[i]), g.value(x[j]), &c.in) <= near {
		to[i], to[j] = crossed, crossed
	}
}

// across compares values of two fields, whose numbers of sounds are not the same.
func across(kind Kind, a, b value, in *places) uint8 {
	if a.sound, b.sound = 1, 1; a.skel != b.skel {
		b.sound = 2
	}
	return compare(kind, &a, &b, in)
}

// level compares two values of a field, whose marks are u and v.
func (c *comparer) level(i int, a, b uint32, u, v uint64) uint8 {
	switch {
	case a == 0 || b == 0:
		return notTold
	case a == b:
		return equal
	case a > b:
		a, b = b, a
	}
	f := c.fields[i]
	if l := glance(f.kind, u, v); l != unknown {
		return l
	}
	memo := c.memo[i]
	if memo == nil {
		x, y := f.value(a), f.value(b)
		return compare(f.kind, &x, &y, &c.in)
	}
	pair := uint64(a)<<32 | uint64(b)
	m := &memo[(pair*0x9e3779b97f4a7c15)>>51]
	if m.pair != pair {
		x, y := f.value(a), f.value(b)
		m.pair, m.level = pair, compare(f.kind, &x, &y, &c.in)
	}
	return m.level
}

// quick tells whether two values begin alike or are as long, so that it is worth
// comparing them across fields.
func quick(a, b *value) bool {
	return a.skel != "" && b.skel != "" && (a.skel[0] == b.skel[0] || len(a.skel) == len(b.skel))
}
