// Package typeset sets text on tagged pages: Latin, Cyrillic with the palochka, Greek,
// and Arabic letters from right to left, mixed as they come. Letters and reports are
// set here, so that both are read aloud alike.
//
// What is drawn stands in the file in the order in which it is read, also where lines
// run from the right, and each foreign script is named, so that a screen reader can
// change its voice. It imports pdftag and docx; the fonts are Noto Serif and Noto Naskh
// Arabic (fonts/OFL.txt).
package typeset

import (
	_ "embed"
	"strings"
	"unicode"

	"waylight/internal/docx"
	"waylight/internal/pdftag"
)

//go:embed fonts/NotoSerif-Regular.ttf
var regular []byte

//go:embed fonts/NotoSerif-Bold.ttf
var bold []byte

//go:embed fonts/NotoNaskhArabic-Regular.ttf
var naskh []byte

//go:embed fonts/NotoNaskhArabic-Bold.ttf
var naskhBold []byte

// Sheet sets text, in millimetres; sizes of letters are in points.
type Sheet struct {
	*pdftag.Doc
	back   bool   // the document is written from right to left
	home   string // its script
	style  string
	size   float64
	arabic bool // the Arabic typeface is there
	feet   bool // the foot of a page is being set
}

// New begins a document in the script of its language. The caller sets margins, a font
// and the first page.
func New(a pdftag.About) *Sheet {
	s := &Sheet{Doc: pdftag.New(a), back: docx.RightToLeft(a.Lang), home: scriptOf(a.Lang)}
	s.AddUTF8FontFromBytes("serif", "", regular)
	s.AddUTF8FontFromBytes("serif", "B", bold)
	return s
}

// Font chooses the letters: style is "" or "B", size in points.
func (s *Sheet) Font(style string, size float64) {
	s.style, s.size = style, size
	s.SetFont("serif", style, size)
}

// Foot sets what stands at the bottom of each page. The font and the colour are as
// before when it is done.
func (s *Sheet) Foot(f func()) {
	s.Doc.Foot(func() {
		style, size := s.style, s.size
		r, g, b := s.GetTextColor()
		s.feet = true
		f()
		s.feet = false
		s.SetTextColor(r, g, b)
		s.style, s.size = style, size
	})
}

// Column is where lines may stand: from the left edge of the page, and how wide.
func (s *Sheet) Column() (left, room float64) {
	page, _ := s.GetPageSize()
	left, _, right, _ := s.GetMargins()
	return left, page - left - right
}

// Left is how high the rest of the page is.
func (s *Sheet) Left() float64 {
	_, high := s.GetPageSize()
	_, edge := s.GetAutoPageBreak()
	return high - edge - s.GetY()
}

// Need begins a new page when so much does not fit on this one.
func (s *Sheet) Need(high float64) {
	if !s.feet && s.Left() < high {
		s.AddPage()
	}
}

// Block sets a text as an element of its own, with line breaks where they are needed.
// align is "L" where lines begin, "R" where they end, "C" between.
func (s *Sheet) Block(role pdftag.Role, height float64, text, align string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	left, room := s.Column()
	s.In(role, pdftag.Attr{}, func() { s.Set(left, room, height, text, align) })
}

// Item sets an item of a list: its sign, and its text with its edge so much further in.
func (s *Sheet) Item(sign string, indent, height float64, text string) {
	left, room := s.Column()
	labels := room - indent/3
	from, sideways := left+indent/3, left+indent
	if s.back {
		from, sideways = left, left
	}
	s.Need(height)
	s.In(pdftag.Item, pdftag.Attr{}, func() {
		y := s.GetY()
		s.In(pdftag.Label, pdftag.Attr{}, func() { s.Set(from, labels, height, sign, "L") })
		s.SetY(y)
		s.In(pdftag.Body, pdftag.Attr{}, func() { s.Set(sideways, room-indent, height, text, "L") })
	})
}

// Set sets a text between x and x+room as content of the innermost open element, from
// where the page has come to, and goes on with the next page when this one is full.
func (s *Sheet) Set(x, room, height float64, text, align string) {
	text = strings.TrimRight(text, "\n")
	for part := range strings.Lines(text) {
		more := strings.HasSuffix(part, "\n")
		part = strings.TrimSpace(part)
		back := fromTheRight(part, s.back)
		all := s.lines(part, room, back)
		all[len(all)-1].space = more && part != ""
		for _, l := range all {
			s.Need(height)
			s.line(l, x, room, height, s.towards(align), back)
		}
	}
	s.SetFont("serif", s.style, s.size)
}

// Lines is how many lines a text needs.
func (s *Sheet) Lines(room float64, text string) (n int) {
	for part := range strings.Lines(text) {
		part = strings.TrimSpace(part)
		n += len(s.lines(part, room, fromTheRight(part, s.back)))
	}
	return n
}

// towards gives "L" for the side where lines begin and "R" for the other, as they lie on the page.
func (s *Sheet) towards(align string) string {
	if s.back {
		return map[string]string{"L": "R", "R": "L"}[align] + strings.Trim(align, "LR")
	}
	return align
}

// line draws one line.
func (s *Sheet) line(l line, x, room, height float64, side string, back bool) {
	const millimetres = 25.4 / 72 // of a point
	pieces, wide := s.pieces(l.text, back)
	switch side {
	case "R":
		x += room - wide
	case "C":
		x += (room - wide) / 2
	}
	if l.space { // the words of two lines are not one (ISO 32000-1, 14.8.2.5)
		last, at := pieces[len(pieces)-1], wide
		if back {
			s.SetFont("serif", s.style, s.size)
			at = -s.GetStringWidth(" ")
		}
		pieces = append(pieces, piece{text: " ", at: at, family: "serif", script: last.script})
	}
	foot := s.GetY() + height/2 + 0.3*s.size*millimetres
	draw := func(all []piece) {
		s.Put(func() {
			for _, p := range all {
				s.SetFont(p.family, s.style, s.size)
				if !p.turned {
					s.Text(x+p.at, foot, p.text)
					continue
				}
				s.TransformBegin()
				s.TransformMirrorHorizontal(x + p.at + s.GetStringWidth(p.text)/2)
				s.Text(x+p.at, foot, p.text)
				s.TransformEnd()
			}
		})
	}
	for from := 0; from < len(pieces); {
		to := from
		for to < len(pieces) && pieces[to].script == pieces[from].script {
			to++
		}
		all := pieces[from:to]
		if script := all[0].script; script == s.home {
			draw(all)
		} else {
			s.Again(pdftag.Span, pdftag.Attr{Lang: "und-" + script}, func() { draw(all) })
		}
		from = to
	}
	left, _, _, _ := s.GetMargins()
	s.SetXY(left, s.GetY()+height)
}

// line is what stands in one line, in the order in which it is read; space: the next
// line begins with another word.
type line struct {
	text  string
	space bool
}

// lines cuts a text into what has room in a line; back: it runs from right to left.
func (s *Sheet) lines(text string, room float64, back bool) []line {
	wide := func(text string) float64 { _, w := s.pieces(text, back); return w }
	var out []line
	now := ""
	for word := range strings.FieldsFuncSeq(text, breaks) {
		for longer := []rune(word); wide(string(longer)) > room; { // nothing to break at
			n := 1
			for n < len(longer) && wide(string(longer[:n+1])) <= room {
				n++
			}
			if n == len(longer) {
				break
			}
			if now != "" {
				out, now = append(out, line{now, true}), ""
			}
			out, longer = append(out, line{string(longer[:n]), false}), longer[n:]
			word = string(longer)
		}
		if next := strings.TrimSpace(now + " " + word); now == "" || wide(next) <= room {
			now = next
			continue
		}
		out, now = append(out, line{now, true}), word
	}
	return append(out, line{text: now})
}

// breaks reports whether a line may end at a sign: at spaces, but not at those that
// hold two words together.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != 0xA0 && r != 0x2007 && r != 0x202F }

// piece is what is drawn at once.
type piece struct {
	text   string
	at     float64 // from the left end of the line
	family string
	script string // as ISO 15924 names it
	turned bool   // it is drawn as in a mirror: a bracket that opens to the left still reads as one that opens
}

// pieces gives a line in the order in which it is read, with where each piece stands:
// what runs from right to left letter by letter (ISO 32000-1, 14.8.2.3.3), the rest as
// long as its typeface and its script go.
func (s *Sheet) pieces(text string, back bool) (out []piece, wide float64) {
	runs := order(text, back)
	parts := make([][]piece, len(runs))
	for _, r := range runs {
		var mine []piece
		for _, p := range cut(r) {
			s.SetFont(s.typeface(p.family), s.style, s.size)
			p.at = wide
			wide += s.GetStringWidth(p.text)
			mine = append(mine, p)
		}
		if r.level%2 == 1 {
			for a, b := 0, len(mine)-1; a < b; a, b = a+1, b-1 {
				mine[a], mine[b] = mine[b], mine[a]
			}
		}
		parts[r.read] = mine
	}
	now := s.home
	for _, mine := range parts {
		for _, p := range mine {
			if p.script == "" { // signs of no script go with what stands before
				p.script = now
			}
			now = p.script
			out = append(out, p)
		}
	}
	return out, wide
}

// cut gives the pieces of a run from left to right.
func cut(r run) (out []piece) {
	for from := 0; from < len(r.text); {
		family, script := familyOf(r.text[from]), scriptOfLetter(r.text[from])
		to := from + 1
		for to < len(r.text) {
			next := scriptOfLetter(r.text[to])
			if unicode.Is(unicode.Mn, r.text[to]) && family == familyOf(r.text[to]) {
				to++
				continue
			}
			if r.level%2 == 1 || familyOf(r.text[to]) != family || next != "" && script != "" && next != script {
				break
			}
			if script == "" {
				script = next
			}
			to++
		}
		out = append(out, piece{text: string(r.text[from:to]), family: family, script: script, turned: r.level%2 == 1 && mirrored[r.text[from]]})
		from = to
	}
	return out
}

// typeface makes sure that a typeface is there; most documents never need the second.
func (s *Sheet) typeface(family string) string {
	if family == "naskh" && !s.arabic {
		s.AddUTF8FontFromBytes("naskh", "", naskh)
		s.AddUTF8FontFromBytes("naskh", "B", naskhBold)
		s.arabic = true
	}
	return family
}

func familyOf(r rune) string {
	if isArabic(r) {
		return "naskh"
	}
	return "serif"
}

// scriptOf is the script in which a language is written here (ISO 15924).
func scriptOf(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	switch {
	case docx.RightToLeft(lang):
		return "Arab"
	case base == "ru" || base == "uk" || base == "be" || base == "bg" || base == "ce" || base == "kk" || base == "ky" || base == "tg" || base == "mk" || base == "sr":
		return "Cyrl"
	case base == "el":
		return "Grek"
	}
	return "Latn"
}

func scriptOfLetter(r rune) string {
	switch {
	case !unicode.IsLetter(r):
		return ""
	case unicode.Is(unicode.Cyrillic, r):
		return "Cyrl"
	case unicode.Is(unicode.Latin, r):
		return "Latn"
	case unicode.Is(unicode.Greek, r):
		return "Grek"
	case unicode.Is(unicode.Arabic, r):
		return "Arab"
	}
	return ""
}

// Settable reports whether the fonts have every sign of a text.
func Settable(s string) bool { _, bad := Unsettable(s); return !bad }

// Unsettable finds a sign that the fonts lack, or a letter of a script that cannot be
// set rightly.
func Unsettable(s string) (rune, bool) {
	for _, r := range s {
		if breaks(r) { // it is not drawn
			continue
		}
		foreign := unicode.IsLetter(r) && !isArabic(r) && !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) && !unicode.Is(unicode.Common, r)
		if foreign || !covered()[familyOf(r)][r] {
			return r, true
		}
	}
	return 0, false
}
