package typeset

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// forms are how a letter is written: alone, at the end of a word's part, at its
// beginning, within. What does not join the next letter has the first two only.
type forms struct{ alone, end, begin, within rune }

func (f forms) joinsNext() bool { return f.begin != 0 }

// shapes and ligatures are read out of Unicode's own data: the presentation forms
// stand in the order alone, end, begin, within, and each says which letter it is of.
var shapes, ligatures = arabicForms()

func arabicForms() (map[rune]forms, map[[2]rune]forms) {
	one, two := map[rune]forms{}, map[[2]rune]forms{}
	put := func(f forms, r rune) forms {
		switch {
		case f.alone == 0:
			f.alone = r
		case f.end == 0:
			f.end = r
		case f.begin == 0:
			f.begin = r
		default:
			f.within = r
		}
		return f
	}
	for _, block := range [][2]rune{{0xFB50, 0xFBB1}, {0xFBD3, 0xFBE7}, {0xFBFC, 0xFBFF}, {0xFE80, 0xFEFC}} { // Arabic Presentation Forms-A and -B
		for r := block[0]; r <= block[1]; r++ {
			switch of := []rune(norm.NFKC.String(string(r))); {
			case len(of) == 1 && of[0] != r:
				one[of[0]] = put(one[of[0]], r)
			case len(of) == 2 && of[0] == 0x0644: // lam with an alef
				two[[2]rune(of)] = put(two[[2]rune(of)], r)
			}
		}
	}
	return one, two
}

const tatweel = 0x0640 // lengthens the line between two letters

// shape writes the letters of Arabic text in the forms that they have beside one
// another (The Unicode Standard, 9.2, cursive joining). Signs over and under the
// letters do not part them.
func shape(text []rune) []rune {
	type letter struct {
		r, alef rune // alef: a lam's, written as one with it
		marks   []rune
	}
	var all []letter
	for _, r := range norm.NFC.String(string(text)) {
		if n := len(all); n > 0 && unicode.Is(unicode.Mn, r) {
			all[n-1].marks = append(all[n-1].marks, r)
			continue
		}
		if n := len(all); n > 0 {
			if _, ok := ligatures[[2]rune{all[n-1].r, r}]; ok && all[n-1].alef == 0 {
				all[n-1].alef = r
				continue
			}
		}
		all = append(all, letter{r: r})
	}
	known := func(n int) (f forms, ok bool) {
		if n < 0 || n >= len(all) {
			return f, false
		}
		if all[n].alef != 0 {
			return ligatures[[2]rune{all[n].r, all[n].alef}], true
		}
		f, ok = shapes[all[n].r]
		return f, ok
	}
	var out []rune
	for n, l := range all {
		f, ok := known(n)
		r := l.r
		if ok {
			before, joined := known(n - 1)
			after := joined && before.joinsNext() || n > 0 && all[n-1].r == tatweel
			next, _ := known(n + 1)
			follows := (next.end != 0 || n+1 < len(all) && all[n+1].r == tatweel) && f.joinsNext()
			switch r = f.alone; {
			case after && follows:
				r = f.within
			case after && f.end != 0:
				r = f.end
			case follows:
				r = f.begin
			}
		}
		out = append(append(out, r), l.marks...)
	}
	return out
}

// levels resolves how deep each letter is turned, even from left to right, odd from
// right to left (UAX #9, rules W1 to W7, N0 to N2, I1, I2, L1, without explicit
// embeddings: a letter has no use for them).
func levels(text []rune, base int) []int {
	class := make([]bidi.Class, len(text))
	for n, r := range text {
		p, _ := bidi.LookupRune(r)
		class[n] = p.Class()
	}
	was := slices.Clone(class)
	edge := bidi.L
	if base == 1 {
		edge = bidi.R
	}
	strong := edge // W1, W2, W3: the last strong one
	for n, c := range class {
		switch c {
		case bidi.NSM:
			if class[n] = edge; n > 0 {
				class[n] = class[n-1]
			}
		case bidi.EN:
			if strong == bidi.AL {
				class[n] = bidi.AN
			}
		case bidi.L, bidi.R, bidi.AL:
			strong = c
		}
	}
	for n, c := range class {
		if c == bidi.AL {
			class[n] = bidi.R
		}
	}
	for n := 1; n+1 < len(class); n++ { // W4: one separator between two numbers
		a, c, b := class[n-1], class[n], class[n+1]
		if a == b && (c == bidi.CS && (a == bidi.EN || a == bidi.AN) || c == bidi.ES && a == bidi.EN) {
			class[n] = a
		}
	}
	for n := 0; n < len(class); n++ { // W5, W6: signs beside a number
		if class[n] != bidi.ET {
			continue
		}
		end := n
		for end < len(class) && class[end] == bidi.ET {
			end++
		}
		of := bidi.ON
		if n > 0 && class[n-1] == bidi.EN || end < len(class) && class[end] == bidi.EN {
			of = bidi.EN
		}
		for ; n < end; n++ {
			class[n] = of
		}
		n--
	}
	strong = edge
	for n, c := range class { // W6, W7
		switch c {
		case bidi.ES, bidi.CS:
			class[n] = bidi.ON
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				class[n] = bidi.L
			}
		}
	}
	pairUp(text, was, class, edge)
	side := func(n int) bidi.Class { // what a neutral has beside it
		if n < 0 || n >= len(class) {
			return edge
		}
		if class[n] == bidi.L {
			return bidi.L
		}
		return bidi.R // numbers too
	}
	firm := func(c bidi.Class) bool { return c == bidi.L || c == bidi.R || c == bidi.EN || c == bidi.AN }
	for n := 0; n < len(class); n++ { // N1, N2
		if firm(class[n]) {
			continue
		}
		end := n
		for end < len(class) && !firm(class[end]) {
			end++
		}
		of := edge
		if a := side(n - 1); a == side(end) {
			of = a
		}
		for ; n < end; n++ {
			class[n] = of
		}
		n--
	}
	out := make([]int, len(text))
	for n, c := range class { // I1, I2
		switch out[n] = base; {
		case base%2 == 0 && c == bidi.R, base%2 == 1 && c != bidi.R:
			out[n]++
		case base%2 == 0 && c != bidi.L:
			out[n] += 2
		}
	}
	for n := len(out) - 1; n >= 0 && (was[n] == bidi.WS || was[n] == bidi.S || was[n] == bidi.B); n-- { // L1
		out[n] = base
	}
	return out
}

// closing is the bracket that closes one.
var closing = map[rune]rune{'(': ')', '[': ']', '{': '}'}

// pairUp gives both brackets of a pair the direction of what stands between or before
// them (N0).
func pairUp(text []rune, was, class []bidi.Class, edge bidi.Class) {
	type open struct {
		at    int
		close rune
	}
	var stack []open
	var pairs [][2]int
	for n, r := range text {
		if class[n] != bidi.ON {
			continue
		}
		if c, ok := closing[r]; ok {
			stack = append(stack, open{n, c})
			continue
		}
		for k := len(stack) - 1; k >= 0; k-- {
			if stack[k].close == r {
				pairs, stack = append(pairs, [2]int{stack[k].at, n}), stack[:k]
				break
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return a[0] - b[0] })
	strong := func(c bidi.Class) (bidi.Class, bool) {
		switch c {
		case bidi.L:
			return bidi.L, true
		case bidi.R, bidi.EN, bidi.AN:
			return bidi.R, true
		}
		return c, false
	}
	for _, p := range pairs {
		same, other := false, false
		for _, c := range class[p[0]+1 : p[1]] {
			if d, ok := strong(c); ok {
				same, other = same || d == edge, other || d != edge
			}
		}
		of := edge
		switch {
		case same:
		case other:
			for n := p[0] - 1; n >= 0; n-- {
				if d, ok := strong(class[n]); ok {
					of = d
					break
				}
			}
		default:
			continue
		}
		for _, n := range p {
			class[n] = of
			for n++; n < len(class) && was[n] == bidi.NSM; n++ { // signs over a bracket go with it
				class[n] = of
			}
		}
	}
}

// fromTheRight reports how a paragraph runs: as its first letter does, or as the letter
// that it is part of (P2, P3).
func fromTheRight(paragraph string, otherwise bool) bool {
	for _, r := range paragraph {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return otherwise
}

// mirrored are the signs that turn with the text (L4).
var mirrored = map[rune]bool{'(': true, ')': true, '[': true, ']': true, '{': true, '}': true, '<': true, '>': true, '«': true, '»': true, '‹': true, '›': true}

// run is a part of a line that is turned alike. Its signs stand as they are drawn, from
// left to right.
type run struct {
	text  []rune
	level int
	read  int // the how-manieth it is when the line is read
}

// order gives one line as it is drawn, from left to right, with its Arabic letters
// shaped (UAX #9, L2 and L3; who draws it turns the brackets, L4). A sign over a letter stays behind its letter.
func order(line string, rightToLeft bool) []run {
	base := 0
	if rightToLeft {
		base = 1
	}
	text := []rune(line)
	deep := levels(text, base)
	// Shape within one level, so that shaping can join and add nothing across.
	var runs []run
	deepest := 0
	for from := 0; from < len(text); {
		to := from
		for to < len(text) && deep[to] == deep[from] {
			to++
		}
		part := slices.Clone(text[from:to])
		if deep[from]%2 == 1 {
			part = shape(part)
			slices.Reverse(part)
			restack(part)
		}
		runs = append(runs, run{text: part, level: deep[from], read: len(runs)})
		deepest = max(deepest, deep[from])
		from = to
	}
	for level := deepest; level > 0; level-- { // L2 over whole runs: each is in its own order already
		for from := 0; from < len(runs); {
			to := from
			for to < len(runs) && runs[to].level >= level {
				to++
			}
			if to > from {
				slices.Reverse(runs[from:to])
			}
			from = to + 1
		}
	}
	return runs
}

// restack puts signs over letters behind their letter again after a run was turned.
func restack(run []rune) {
	for n := 0; n < len(run); {
		end := n
		for end < len(run) && unicode.Is(unicode.Mn, run[end]) {
			end++
		}
		if end > n && end < len(run) {
			slices.Reverse(run[n : end+1])
		}
		n = end + 1
	}
}

// isArabic reports whether a sign is set in the Arabic typeface: the letters that have
// forms, the signs over them, the digits, comma, semicolon and question mark.
func isArabic(r rune) bool {
	if _, ok := shapes[r]; ok || r == tatweel {
		return true
	}
	return r >= 0x064B && r <= 0x0655 || r >= 0x0660 && r <= 0x066C || r >= 0x06F0 && r <= 0x06F9 || r == '،' || r == '؛' || r == '؟' || r == 0x0670 || r == 0x06D4 || unicode.In(r, unicode.Arabic) && r >= 0xFB50
}
