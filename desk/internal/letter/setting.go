package letter

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// sheet sets text on the page, in either direction.
type sheet struct {
	*fpdf.Fpdf
	arabic bool // the letter is written from right to left
	style  string
	size   float64
}

func (s *sheet) font(style string, size float64) {
	s.style, s.size = style, size
	s.SetFont("serif", style, size)
}

// towards gives "L" for the side where lines begin and "R" for the other, as they lie on the page.
func (s *sheet) towards(align string) string {
	if s.arabic {
		return map[string]string{"L": "R", "R": "L"}[align] + strings.Trim(align, "LR")
	}
	return align
}

// block sets a text with line breaks where they are needed. align is "L" where lines
// begin, "R" where they end, "C" between.
func (s *sheet) block(height float64, text, align string) {
	if !s.arabic && !strings.ContainsFunc(text, isArabic) {
		s.MultiCell(0, height, text, "", align, false)
		return
	}
	gap := s.GetCellMargin()
	s.SetCellMargin(0)
	defer s.SetCellMargin(gap)
	page, _ := s.GetPageSize()
	left, _, right, _ := s.GetMargins()
	room := page - left - right - 2*gap
	for part := range strings.Lines(text) {
		part = strings.TrimSpace(part)
		back := fromTheRight(part, s.arabic)
		for _, line := range s.lines(part, room, back) {
			drawn := visual(line, back)
			switch s.towards(align) {
			case "R":
				s.SetX(page - right - gap - s.wide(drawn))
			case "C":
				s.SetX(left + gap + (room-s.wide(drawn))/2)
			default:
				s.SetX(left + gap)
			}
			s.each(drawn, func(run string, width float64) { s.CellFormat(width, height, run, "", 0, "L", false, 0, "") })
			s.Ln(height)
		}
	}
	s.SetFont("serif", s.style, s.size)
}

// lines cuts a text, in the order in which it is read, into what has room in a line;
// back: it runs from right to left.
func (s *sheet) lines(text string, room float64, back bool) []string {
	var out []string
	now := ""
	for word := range strings.FieldsSeq(text) {
		for longer := []rune(word); s.wide(visual(string(longer), back)) > room; { // nothing to break at
			n := 1
			for n < len(longer) && s.wide(visual(string(longer[:n+1]), back)) <= room {
				n++
			}
			if now != "" {
				out, now = append(out, now), ""
			}
			out, longer = append(out, string(longer[:n])), longer[n:]
			word = string(longer)
		}
		if next := strings.TrimSpace(now + " " + word); now == "" || s.wide(visual(next, back)) <= room {
			now = next
			continue
		}
		out, now = append(out, now), word
	}
	return append(out, now)
}

// each gives what stands in one typeface, from left to right, with its width; the
// typeface is the current one meanwhile.
func (s *sheet) each(drawn string, do func(run string, width float64)) {
	text := []rune(drawn)
	for from := 0; from < len(text); {
		to, arabic := from, isArabic(text[from])
		for to < len(text) && isArabic(text[to]) == arabic {
			to++
		}
		family := "serif"
		if arabic {
			family = "naskh"
		}
		s.SetFont(family, s.style, s.size)
		run := string(text[from:to])
		do(run, s.GetStringWidth(run))
		from = to
	}
}

func (s *sheet) wide(drawn string) (sum float64) {
	s.each(drawn, func(_ string, width float64) { sum += width })
	return sum
}
