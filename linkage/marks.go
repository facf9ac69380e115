package linkage

import (
	"math/bits"
	"strconv"
)

// Marks are 64 bits of a value that lie beside the record, so that most pairs
// that differ are told apart without reading the values. 0 says nothing.

// marksOf: of a code how often it has each letter; of a date its parts and how
// often it has each digit; of a name its letters, its length and its first.
func marksOf(kind Kind, v *value) uint64 {
	switch kind {
	case ID, Phone, Number, Category:
		return drawers(v.plain, 4)
	case Date:
		n, _ := strconv.Atoi(v.plain)
		return uint64(n/10000)<<14 | uint64(n/100%100)<<7 | uint64(n%100) | drawers(v.plain, 3)<<28
	case Age:
		return 0
	}
	if !v.latin || !v.short {
		return 0
	}
	var m uint64
	for i := range len(v.plain) {
		if c := v.plain[i]; 'a' <= c && c <= 'z' {
			at := 2 * (c - 'a')
			m |= (m>>at&1<<1 | 1) << at
		}
	}
	return m | uint64(min(len(v.plain), 63))<<52 | uint64(v.plain[0]&31)<<58 | 1<<63
}

const letters = 1<<52 - 1

// drawers counts letters by their last four bits, in unary up to "deep": two
// words differ in at most twice as many bits as edits part them.
func drawers(s string, deep int) (m uint64) {
	full := uint64(1)<<deep - 1
	for i := range len(s) {
		at := deep * int(s[i]&15)
		if deep == 3 {
			at = 3 * int((s[i]-'0')%10)
		}
		x := m >> at & full
		m |= (x<<1 | 1) & full << at
	}
	return m
}

// glance settles what can be seen from the marks of two different values.
func glance(kind Kind, a, b uint64) uint8 {
	if a == 0 || b == 0 {
		return unknown
	}
	switch kind {
	case ID, Phone, Number, Category:
		if bits.OnesCount64(a^b) > 6 {
			return differ
		}
	case Date:
		x := a ^ b
		if x>>14&(1<<14-1) != 0 && x>>7&127 != 0 && x&127 != 0 && bits.OnesCount64(x>>28) > 4 {
			return differ
		}
	case FullName, Address: // the words may stand in another order
	default:
		if in, la, lb := common(a, b); !likely(in, la, lb, a>>58 == b>>58) {
			return differ
		}
	}
	return unknown
}

// common is the most letters that two names may share, and their lengths.
func common(a, b uint64) (in, la, lb int) {
	la, lb = int(a>>52&63), int(b>>52&63)
	return bits.OnesCount64(a&b&letters) + min(la-bits.OnesCount64(a&letters), lb-bits.OnesCount64(b&letters)), la, lb
}

// mayCross tells whether two names may be the same but for two slips.
func mayCross(a, b uint64) bool {
	if a == 0 || b == 0 {
		return true
	}
	in, la, lb := common(a, b)
	return 5*(in*la+in*lb) >= 7*la*lb // in/la + in/lb of 1.4 at least
}

// likely tells whether two words with so many letters in common can be alike.
func likely(common, long, short int, first bool) bool {
	m := float64(common)
	j := (m/float64(long) + m/float64(short) + 1) / 3
	if first {
		j += 0.4 * (1 - j)
	}
	return common > 0 && j >= unlike
}
