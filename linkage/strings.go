package linkage

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// JaroWinkler is the likeness of two words by rune, from 0 to 1: Jaro (JASA
// 1989) with Winkler's (1990) bonus of 0.1 for each of at most four equal
// leading runes.
func JaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if ascii(a) && ascii(b) && len(a) <= 64 && len(b) <= 64 {
		var in places
		in.set(b)
		return jaroWinkler(a, b, &in)
	}
	return jaroWinklerRunes([]rune(a), []rune(b))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// places are where each ASCII letter stands in a word of at most 64.
type places [128]uint64

func (p *places) set(s string) {
	for i := range len(s) {
		p[s[i]&127] |= 1 << i
	}
}

func (p *places) clear(s string) {
	for i := range len(s) {
		p[s[i]&127] = 0
	}
}

// jaroWinkler does ASCII words of at most 64 letters without allocating; in are
// the places of b.
func jaroWinkler(a, b string, in *places) float64 {
	la, lb := len(a), len(b)
	if la == 0 || lb == 0 {
		return 0
	}
	reach := max(0, max(la, lb)/2-1)
	var inA, inB uint64
	window := uint64(1)<<(reach+1) - 1
	if reach >= 63 {
		window = math.MaxUint64
	}
	for i := range la {
		if free := in[a[i]&127] & window &^ inB; free != 0 {
			inA |= 1 << i
			inB |= free & -free
		}
		if window <<= 1; i < reach {
			window |= 1
		}
	}
	if inA == 0 {
		return 0
	}
	moved := 0
	for x, y := inA, inB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			moved++
		}
	}
	head := 0
	for head < min(4, la, lb) && a[head] == b[head] {
		head++
	}
	return winkler(bits.OnesCount64(inA), moved, la, lb, head)
}

func winkler(same, moved, la, lb, head int) float64 {
	m := float64(same)
	jaro := (m/float64(la) + m/float64(lb) + (m-float64(moved/2))/m) / 3
	return jaro + float64(head)*0.1*(1-jaro)
}

func jaroWinklerRunes(a, b []rune) float64 {
	la, lb := len(a), len(b)
	if la == 0 || lb == 0 {
		return 0
	}
	reach := max(0, max(la, lb)/2-1)
	inA, inB := make([]bool, la), make([]bool, lb)
	same := 0
	for i := range a {
		for j, end := max(0, i-reach), min(lb, i+reach+1); j < end; j++ {
			if a[i] == b[j] && !inB[j] {
				inA[i], inB[j] = true, true
				same++
				break
			}
		}
	}
	if same == 0 {
		return 0
	}
	moved, j := 0, 0
	for i := range a {
		if !inA[i] {
			continue
		}
		for !inB[j] {
			j++
		}
		if a[i] != b[j] {
			moved++
		}
		j++
	}
	head := 0
	for head < min(4, la, lb) && a[head] == b[head] {
		head++
	}
	return winkler(same, moved, la, lb, head)
}

// DamerauLevenshtein counts the least insertions, deletions, substitutions and
// swaps of neighbours between two words by rune, no part edited twice (optimal
// string alignment; Damerau 1964). Words over 64 runes are cut there.
func DamerauLevenshtein(a, b string) int {
	if a == b {
		return 0
	}
	if ascii(a) && ascii(b) && len(a) <= 64 && len(b) <= 64 && len(b) > 0 {
		var in places
		in.set(b)
		return editsASCII(a, b, &in)
	}
	var ra, rb [64]rune
	return edits(ra[:fillRunes(&ra, a)], rb[:fillRunes(&rb, b)])
}

func fillRunes(to *[64]rune, s string) int {
	n := 0
	for _, r := range s {
		if n == len(to) {
			break
		}
		to[n] = r
		n++
	}
	return n
}

func edits(a, b []rune) int {
	var rows [3][65]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// editsASCII counts the edits of ASCII words of at most 64 letters a column at a
// time (Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
// distances", 2003); in are the places of b, which is not empty.
func editsASCII(a, b string, in *places) int {
	up, down, straight, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	n, last := len(b), uint64(1)<<(len(b)-1)
	for i := range len(a) {
		same := in[a[i]&127]
		swap := (^straight & same) << 1 & before
		straight = ((same & up) + up) ^ up | same | down | swap
		more, less := down|^(straight|up), straight&up
		if more&last != 0 {
			n++
		}
		if less&last != 0 {
			n--
		}
		more, less = more<<1|1, less<<1
		up, down = less|^(straight|more), more&straight
		before = same
	}
	return n
}
