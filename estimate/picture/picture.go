// Package picture draws what stands behind an estimate, as SVG: which lists
// overlap and by how much ([UpSet]), and the answers of several methods with
// their ranges ([Ranges]).
//
// Pure functions from numbers to bytes: no style or script that a strict page
// would refuse, no font of its own, colours that differ in lightness too. Each
// picture has a title and a description for those who do not see it, and
// [Table] gives the same numbers as rows. It refuses nothing and imports
// package estimate only.
package picture

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"slices"

	"waylight/estimate"
)

// Words are what stands on a picture, in the reader's language. %d and %s as
// in the fields of English.
type Words struct {
	Overlaps, OverlapsAre string // title, description
	Ranges, RangesAre     string
	People                string // of an axis
	Others                string // "%d other patterns, %d people"
}

// English are the words in English.
func English() Words {
	return Words{
		Overlaps: "Who is on which lists", OverlapsAre: "A bar for each pattern of lists, the most frequent first, with the number of people; below it the lists of the pattern are marked.",
		Ranges: "Answers and their ranges", RangesAre: "For each method the estimate and its range of 95 percent; a method without a range has none drawn.",
		People: "people", Others: "%d other patterns, %d people",
	}
}

// Russian are the words in Russian.
func Russian() Words {
	return Words{
		Overlaps: "Кто в каких списках", OverlapsAre: "Столбец для каждого сочетания списков, сначала самые частые, с числом людей; под ним отмечены списки этого сочетания.",
		Ranges: "Ответы и их промежутки", RangesAre: "Для каждого метода — оценка и промежуток 95 процентов; если промежутка нет, он не нарисован.",
		People: "человек", Others: "других сочетаний: %d, в них людей: %d",
	}
}

// A Row is one pattern of the plot.
type Row struct {
	Lists []string
	Count int
}

// Table is what UpSet shows, the most frequent pattern first.
func Table(t estimate.Table) []Row {
	out := make([]Row, 0, len(t.Cells))
	for _, c := range ordered(t) {
		r := Row{Count: c.Count}
		for j, l := range t.Lists {
			if c.On>>j&1 == 1 {
				r.Lists = append(r.Lists, l)
			}
		}
		out = append(out, r)
	}
	return out
}

func ordered(t estimate.Table) []estimate.Cell {
	cells := slices.Clone(t.Cells)
	slices.SortStableFunc(cells, func(a, b estimate.Cell) int { return cmp.Compare(b.Count, a.Count) })
	return cells
}

const (
	mostBars = 30
	left     = 150 // room for names
	step     = 22
	tall     = 160 // of the longest bar
	ink      = "#1b3a4b"
	faint    = "#c9d3d8"
	second   = "#a4561f"
)

// UpSet draws the patterns of lists (Lex, Gehlenborg, Strobelt, Vuillemot &
// Pfister 2014), the 30 most frequent of them.
func UpSet(t estimate.Table, w Words) []byte {
	cells := ordered(t)
	rest, people := 0, 0
	if len(cells) > mostBars {
		for _, c := range cells[mostBars:] {
			rest, people = rest+1, people+c.Count
		}
		cells = cells[:mostBars]
	}
	most := 1
	for _, c := range cells {
		most = max(most, c.Count)
	}
	width, height := left+step*len(cells)+30, 50+tall+step*len(t.Lists)+40
	p := begin(width, height, w.Overlaps, w.OverlapsAre)
	base := 40 + tall
	for i, c := range cells {
		x := left + step*i + step/2
		h := math.Round(float64(tall)*float64(c.Count)/float64(most)*10) / 10
		p.f(`<rect x="%d" y="%g" width="14" height="%g" fill="%s"/>`, x-7, float64(base)-h, h, ink)
		p.f(`<text x="%d" y="%g" font-size="9" text-anchor="middle" fill="%s">%d</text>`, x, float64(base)-h-4, ink, c.Count)
		first, last := -1, -1
		for j := range t.Lists {
			y := base + step*j + step
			colour := faint
			if c.On>>j&1 == 1 {
				colour = ink
				if first < 0 {
					first = y
				}
				last = y
			}
			p.f(`<circle cx="%d" cy="%d" r="6" fill="%s"/>`, x, y, colour)
		}
		if last > first {
			p.f(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"/>`, x, first, x, last, ink)
		}
	}
	for j, l := range t.Lists {
		p.f(`<text x="%d" y="%d" font-size="12" text-anchor="end" fill="%s">%s</text>`, left-10, base+step*j+step+4, ink, text(l, 20))
	}
	if rest > 0 {
		p.f(`<text x="%d" y="%d" font-size="11" fill="%s">%s</text>`, left, height-10, ink, text(fmt.Sprintf(w.Others, rest, people), 200))
	}
	return p.end()
}

// Ranges draws the estimates of a report with their intervals, and the count of
// the named as a line.
func Ranges(r estimate.Report, w Words) []byte {
	high := float64(r.Observed)
	for _, e := range r.Estimates {
		for _, v := range []estimate.Number{e.Estimate, e.High} {
			if v.Known() {
				high = max(high, float64(v))
			}
		}
	}
	const plot = 420
	x := func(v float64) float64 { return math.Round((left+40+plot*v/high)*10) / 10 }
	height := 70 + 30*len(r.Estimates)
	p := begin(left+40+plot+60, height, w.Ranges, w.RangesAre)
	p.f(`<line x1="%g" y1="30" x2="%g" y2="%d" stroke="%s" stroke-dasharray="4 3"/>`, x(float64(r.Observed)), x(float64(r.Observed)), height-30, second)
	p.f(`<text x="%g" y="24" font-size="11" text-anchor="middle" fill="%s">%d</text>`, x(float64(r.Observed)), second, r.Observed)
	for i, e := range r.Estimates {
		y := 50 + 30*i
		p.f(`<text x="%d" y="%d" font-size="11" text-anchor="end" fill="%s">%s</text>`, left+30, y+4, ink, text(e.Title(), 30))
		if e.Low.Known() && e.High.Known() {
			p.f(`<line x1="%g" y1="%d" x2="%g" y2="%d" stroke="%s" stroke-width="4"/>`, x(float64(e.Low)), y, x(float64(e.High)), y, ink)
			p.f(`<text x="%g" y="%d" font-size="10" text-anchor="middle" fill="%s">%.0f – %.0f</text>`, x(float64(e.Low+e.High)/2), y-7, ink, float64(e.Low), float64(e.High))
		}
		if e.Estimate.Known() {
			p.f(`<circle cx="%g" cy="%d" r="5" fill="%s" stroke="#ffffff"/>`, x(float64(e.Estimate)), y, second)
		}
	}
	p.f(`<text x="%d" y="%d" font-size="11" text-anchor="end" fill="%s">%s</text>`, left+40+plot, height-8, ink, text(fmt.Sprintf("0 – %.0f %s", high, w.People), 60))
	return p.end()
}

type page struct{ b bytes.Buffer }

func begin(width, height int, title, description string) *page {
	p := &page{}
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="sans-serif">`, width, height, width, height)
	p.f(`<title>%s</title><desc>%s</desc><rect width="%d" height="%d" fill="#ffffff"/>`, text(title, 200), text(description, 400), width, height)
	return p
}

func (p *page) f(format string, args ...any) {
	fmt.Fprintf(&p.b, format, args...)
	p.b.WriteByte('\n')
}

func (p *page) end() []byte {
	p.f(`</svg>`)
	return p.b.Bytes()
}

// text is safe inside an element, and cut to a length that fits.
func text(s string, most int) string {
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
