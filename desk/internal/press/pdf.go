package press

import (
	"fmt"
	"strings"
	"time"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/typeset"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/pdftag"
)

// Sizes in millimetres and points.
const (
	edge  = 22.0
	body  = 10.5
	small = 8.5
	lead  = 5.3
)

// sheet is a report that is being printed.
type sheet struct {
	*typeset.Sheet
	w     i18n.Words
	width float64 // of the text
}

// pdf sets a report for printing, tagged for screen readers: the same edition gives the
// same bytes, with nothing of the machine or the writer in it.
func (p *Press) pdf(w i18n.Words, n names, e publish.Edition) ([]byte, error) {
	r, lang := e.Report, w.Tag()
	day, err := time.Parse(time.DateOnly, string(r.AsOf))
	if err != nil {
		return nil, err
	}
	s := &sheet{Sheet: typeset.New(pdftag.About{Title: r.Title.In(lang), Author: r.By, Lang: lang, Day: day}), w: w}
	s.SetMargins(edge, 20, edge)
	s.SetAutoPageBreak(true, 24)
	_, s.width = s.Column()
	foot := s.fit(r.By + " · " + w.T("Version %d, as of %s.", e.Number, w.Day(r.AsOf)))
	s.Foot(func() {
		s.Repeated(func() {
			s.SetY(-16)
			s.font("", small, 90)
			s.Set(edge, s.width-20, 4, foot, "L")
			s.SetY(-16)
			s.Set(edge+s.width-20, 20, 4, fmt.Sprint(s.PageNo()), "R")
		})
	})
	s.AddPage()
	s.title(r, e.Number)
	for _, t := range in(lang, r.Summary) {
		s.text(t, body+1)
	}
	s.section(w.T("What has changed since the last version"), in(lang, r.Changed))
	s.heading(w.T("What is known, and how well"))
	s.note(w.T("Each number is a range, because the sources differ. A bar that fades has no known upper end; hatching is unknown. Unknown is not zero. Different counts are never added together."))
	for i, f := range r.Figures {
		s.figure(figureOf(w, i, f))
	}
	if ds := denials(w, r.Denials); len(ds) > 0 {
		s.heading(w.T("What is denied"))
		s.denials(ds)
	}
	s.chart(drawMap(w, r.Map))
	if len(r.Board.Rows) > 0 {
		s.heading(w.T("What is asked, and what each one did"))
		s.board(boardOf(w, r.Board, ""))
	}
	if names := remember(w, r.Memorial); len(names) > 0 {
		s.memorial(names)
	}
	s.section(w.T("What you can do"), in(lang, r.Reader))
	s.section(w.T("How to get help"), in(lang, r.Help))
	s.section(w.T("What we do not know"), in(lang, r.Limits))
	s.section(w.T("For the press"), in(lang, r.Contacts))
	s.section(w.T("How it may be used"), in(lang, r.Licence))
	s.earlier(p.document(w, n, e, "").Earlier)
	return s.Bytes()
}

// fit keeps what the fonts have; words in another script are named, not shown as boxes.
func (s *sheet) fit(t string) string {
	if typeset.Settable(t) {
		return t
	}
	words := strings.Fields(t)
	var out []string
	hidden := false
	for _, x := range words {
		if typeset.Settable(x) {
			out, hidden = append(out, x), false
			continue
		}
		if !hidden {
			out = append(out, "["+s.w.T("words in another script: see the page")+"]")
		}
		hidden = true
	}
	return strings.Join(out, " ")
}

func (s *sheet) font(style string, size float64, grey int) {
	s.Font(style, size)
	s.SetTextColor(grey, grey, grey)
}

// put sets a text as an element of its own, from edge to edge.
func (s *sheet) put(role pdftag.Role, high float64, t string) { s.Block(role, high, s.fit(t), "L") }

func (s *sheet) text(t string, size float64) {
	s.font("", size, 0)
	s.put(pdftag.P, lead*size/body, t)
	s.Ln(1.6)
}

func (s *sheet) note(t string) {
	s.font("", small+0.5, 80)
	s.put(pdftag.P, 4.4, t)
	s.Ln(1.6)
}

func (s *sheet) heading(t string) {
	s.Need(30)
	s.Ln(4)
	s.font("B", 13, 0)
	s.SetTextColor(11, 61, 76)
	s.Bookmark(s.fit(t), 0, -1)
	s.put(pdftag.H2, 6.2, t)
	s.Ln(1.4)
}

func (s *sheet) section(title string, texts []string) {
	if len(texts) == 0 {
		return
	}
	s.heading(title)
	for _, t := range texts {
		s.text(t, body)
	}
}

func (s *sheet) title(r publish.Report, number int) {
	w := s.w
	s.font("", small+1, 80)
	s.put(pdftag.P, 5, r.By)
	s.Aside(func() {
		s.SetDrawColor(18, 84, 103)
		s.SetLineWidth(0.6)
		s.Line(edge, s.GetY()+1.5, edge+s.width, s.GetY()+1.5)
	})
	s.Ln(7)
	s.font("B", 21, 0)
	s.SetTextColor(11, 61, 76)
	s.put(pdftag.H1, 9, r.Title.In(w.Tag()))
	s.Ln(1)
	s.note(w.T("As of %s", w.Day(r.AsOf)) + " · " + w.T("version %d", number))
	if r.Historical {
		t := s.fit(w.T("This describes the past: what was known on %s. Addresses, organisations and laws have changed since.", w.Day(r.AsOf)))
		s.font("", body, 0)
		s.Aside(func() {
			s.SetFillColor(226, 239, 230)
			s.Rect(edge, s.GetY(), s.width, 5.2*float64(s.Lines(s.width, t)), "F")
		})
		s.put(pdftag.P, 5.2, t)
		s.Ln(2)
	}
	s.Ln(1)
}

func (s *sheet) figure(f FigureView) {
	w := s.w
	s.Need(34)
	s.font("B", body+0.5, 0)
	s.put(pdftag.H3, 5.6, f.Label+": "+f.Text)
	if f.Suppressed {
		s.Ln(2)
		return
	}
	top := s.GetY()
	s.In(pdftag.Figure, pdftag.Attr{Alt: f.Label + ": " + f.Range.Says(), Box: [4]float64{edge, top, edge + s.width, top + barHigh}}, func() {
		s.Put(func() { s.bar(f.Range) })
	})
	if f.Despite != "" {
		s.text(w.T("Overtaken: after this estimate was made, something under it was taken back or came in. Why it is published all the same: %s", f.Despite), body)
	}
	s.note(w.T("As of %s", f.AsOf))
	if len(f.Sources) > 0 {
		s.In(pdftag.List, pdftag.Attr{}, func() {
			s.font("", small+0.5, 80)
			for _, x := range f.Sources {
				s.Item("–", 4, 4.4, s.fit(says(w, x)))
				s.Ln(1.2)
			}
		})
	}
	s.denials(f.Denials)
	s.Ln(2)
}

// says is a source in one line.
func says(w i18n.Words, x SourceView) string {
	t := x.Name
	if x.Day != "" {
		t += ", " + x.Day
	}
	t += ": " + x.Says
	if !x.Used {
		t += " (" + w.T("not counted") + ")"
	}
	return t
}

// barHigh is how much room a bar takes with its scale.
const barHigh = 10.2

// bar draws a range: solid where it is known, fading where it is open, hatched
// where nothing is known.
func (s *sheet) bar(r page.Range) {
	const high = 5.0
	b, y := r.Bar(), s.GetY()+1
	x := func(percent float64) float64 { return edge + percent/100*s.width }
	s.SetFillColor(231, 236, 238)
	s.Rect(edge, y, s.width, high, "F")
	s.SetFillColor(18, 84, 103)
	hatch := func(to float64) {
		s.SetDrawColor(107, 119, 128)
		s.SetLineWidth(0.3)
		for at := 0.0; at < to; at += 1.2 {
			s.Line(x(at), y+high, min(x(at)+2.5, x(to)), y)
		}
	}
	switch {
	case b.Unknown:
		hatch(100)
	case b.Floorless:
		hatch(b.W)
	case b.Open:
		const steps = 24
		for i := range steps {
			grey := float64(i) / steps
			mix := func(from, to float64) int { return int(from + (to-from)*grey) }
			s.SetFillColor(mix(18, 231), mix(84, 236), mix(103, 238))
			s.Rect(x(b.X+b.W*float64(i)/steps), y, b.W/steps/100*s.width+0.1, high, "F")
		}
	case !b.Point:
		s.Rect(x(b.X), y, b.W/100*s.width, high, "F")
	}
	s.SetFillColor(11, 61, 76)
	if !b.Unknown && !b.Floorless {
		s.Rect(x(b.X), y-0.8, 0.8, high+1.6, "F")
	}
	if b.HasBest {
		s.Circle(x(b.Best), y+high/2, 1.4, "F")
	}
	s.SetY(y + high + 0.8)
	if r.Scaled() {
		s.font("", small-1, 100)
		below := s.GetY()
		s.Set(edge, s.width, 3.4, "0", "L")
		s.SetY(below)
		s.Set(edge, s.width, 3.4, s.w.Number(r.Top()), "R")
	}
}

// denials stand beside what contradicts them, behind a rule.
func (s *sheet) denials(all []DenialView) {
	for _, d := range all {
		s.Need(22)
		top := s.GetY()
		s.In(pdftag.Section, pdftag.Attr{}, func() {
			s.SetLeftMargin(edge + 5)
			s.SetX(edge + 5)
			s.font("", body, 0)
			s.put(pdftag.P, lead, s.w.T("What is denied")+": "+d.Words)
			s.note(d.Speaker + ", " + d.Day)
			if len(d.Against) > 0 {
				s.note(s.w.T("What contradicts the denial") + ": " + strings.Join(d.Against, "; "))
			}
			s.SetLeftMargin(edge)
			s.SetX(edge)
		})
		if s.GetY() > top {
			s.Aside(func() {
				s.SetDrawColor(150, 160, 166)
				s.SetLineWidth(0.7)
				s.Line(edge+1, top+0.5, edge+1, s.GetY()-1.5)
			})
		}
		s.Ln(1)
	}
}

// board is the scoreboard as a table whose head stands on each page.
func (s *sheet) board(b boardView) {
	first := s.width * 0.3
	each := (s.width - first) / float64(max(1, len(b.Demands)))
	s.note(s.w.T("The best answer for which there is evidence, as of %s", b.AsOf))
	widths := []float64{first}
	head := []string{s.w.T("Who")}
	for _, d := range b.Demands {
		widths, head = append(widths, each), append(head, d)
	}
	s.In(pdftag.Table, pdftag.Attr{}, func() {
		s.row(widths, head, true)
		for _, r := range b.Rows {
			who := r.Target
			if r.Places != "" {
				who += "\n" + r.Places
			}
			cells := []string{who}
			for _, c := range r.Cells {
				t := c.Badge.Text
				if c.Note != "" {
					t += "\n" + c.Note
				}
				cells = append(cells, t)
			}
			if s.high(widths, cells, "") > s.Left() {
				s.AddPage()
				s.Aside(func() { s.row(widths, head, true) }) // a reader of the table has heard it
			}
			s.row(widths, cells, false)
		}
	})
	s.Ln(2)
}

const rowLead = 3.9

func (s *sheet) high(widths []float64, cells []string, style string) float64 {
	s.font(style, small, 0)
	n := 1
	for i, c := range cells {
		n = max(n, s.Lines(widths[i]-3.2, s.fitLines(c)))
	}
	return float64(n)*rowLead + 2.4
}

func (s *sheet) row(widths []float64, cells []string, head bool) {
	style, mode := "", "D"
	if head {
		style, mode = "B", "FD"
	}
	h := s.high(widths, cells, style)
	x, y := edge, s.GetY()
	s.SetDrawColor(190, 198, 203)
	s.SetLineWidth(0.2)
	s.SetFillColor(224, 236, 239)
	s.In(pdftag.Row, pdftag.Attr{}, func() {
		for i, c := range cells {
			role, scope := pdftag.Cell, ""
			switch {
			case head:
				role, scope = pdftag.Head, "Column"
			case i == 0:
				role, scope = pdftag.Head, "Row"
			}
			s.Aside(func() { s.Rect(x, y, widths[i], h, mode) })
			s.SetY(y + 1.2)
			s.In(role, pdftag.Attr{Scope: scope}, func() { s.Set(x+1.6, widths[i]-3.2, rowLead, s.fitLines(c), "L") })
			x += widths[i]
		}
	})
	s.SetXY(edge, y+h)
}

func (s *sheet) fitLines(t string) string {
	var out []string
	for part := range strings.SplitSeq(t, "\n") {
		out = append(out, s.fit(part))
	}
	return strings.Join(out, "\n")
}

// memorial gives each name room.
func (s *sheet) memorial(names []nameView) {
	s.AddPage()
	s.Ln(10)
	s.font("B", 15, 0)
	s.SetTextColor(11, 61, 76)
	s.Bookmark(s.fit(s.w.T("In memory")), 0, -1)
	s.Block(pdftag.H2, 8, s.fit(s.w.T("In memory")), "C")
	s.Ln(3)
	s.font("", body, 80)
	s.Block(pdftag.P, 5.2, s.fit(s.w.T("They lost their lives. Their families have agreed that their names are said, in the words that they chose. All others are counted, without a name, until theirs agree.")), "C")
	s.Ln(8)
	for _, n := range names {
		s.Need(24)
		s.font("B", 12.5, 0)
		s.Block(pdftag.H3, 7, s.fit(n.Name), "C")
		s.font("", body, 40)
		for _, t := range n.Words {
			s.Block(pdftag.P, 5.4, s.fit(t), "C")
		}
		s.Ln(7)
	}
}

func (s *sheet) earlier(all []versionView) {
	if len(all) == 0 {
		return
	}
	s.heading(s.w.T("Earlier versions"))
	for _, v := range all {
		s.note(s.w.T("Version %d, as of %s.", v.Number, v.AsOf) + " " + strings.Join(v.Changed, " "))
	}
}
