package lookweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// timelineView shows what the record holds along time, as a picture and as a list.
type timelineView struct {
	ui.Frame
	Filter  ui.Filter
	Picture *times
	Table   ui.Table
	Next    string
	Undated string
}

// asked is a timeline as it stands in the address.
type asked struct{ Kind, Code, Place, From, To, Incident, After string }

func (a asked) address(after string) string {
	q := url.Values{}
	for k, v := range map[string]string{"kind": a.Kind, "code": a.Code, "place": a.Place, "from": a.From, "to": a.To, "incident": a.Incident, "after": after} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return "/record/timeline?" + q.Encode()
}

func kindNames() []page.Option {
	return []page.Option{{Value: string(chronicle.Incident), Label: i18n.Key("Incident")}, {Value: string(chronicle.Act), Label: i18n.Key("Act")}, {Value: string(chronicle.Statement), Label: i18n.Key("Statement")}, {Value: string(chronicle.Finding), Label: i18n.Key("Finding")}}
}

func kindName(w i18n.Words, k chronicle.Kind) string {
	for _, o := range kindNames() {
		if o.Value == string(k) {
			return w.T(o.Label)
		}
	}
	return string(k)
}

func (r *Room) timeline(c *ui.Context) error {
	a := asked{Kind: c.Text("kind"), Code: c.Text("code"), Place: c.Text("place"), From: c.Text("from"), To: c.Text("to"), Incident: c.Text("incident"), After: c.Text("after")}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	q := chronicle.Query{Kind: chronicle.Kind(a.Kind), Place: a.Place, From: clock.Day(a.From), To: clock.Day(a.To), Incident: a.Incident, After: a.After}
	if a.Code != "" {
		q.Codes = b.Under(vocabulary.Acts, a.Code)
	}
	frame := c.Frame(c.T("Timeline"))
	p, err := r.Chronicle.Timeline(c.Context(), c.Actor, q)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		frame.Form = c.Form(err)
		return c.Invalid(pages, "timeline", newTimeline(frame, b, a, chronicle.Page{}))
	}
	if err != nil {
		return err
	}
	return c.Render(pages, "timeline", newTimeline(frame, b, a, p))
}

// titleOf is what an entry is called.
func titleOf(w i18n.Words, b vocabulary.Book, e chronicle.Entry) (title, sub, href string) {
	switch e.Kind {
	case chronicle.Act:
		return partyweb.ActName(w, b, e.Act), e.Of.Title, "/record/acts/" + e.Subject
	case chronicle.Statement:
		return e.Statement.Speaker, recordweb.Speech(w, e.Statement.Kind), "/record/statements#" + e.Subject
	case chronicle.Finding:
		return w.T(e.Finding.Decided.Label()), w.T(e.Deed.Act.Label()) + " · " + e.Of.Title, "/record/deeds/" + e.Deed.ID
	}
	return e.Of.Title, e.Of.Place, "/record/incidents/" + e.Subject
}

func newTimeline(f ui.Frame, b vocabulary.Book, a asked, p chronicle.Page) timelineView {
	w := f.Words
	v := timelineView{Frame: f, Picture: drawTimes(w, b, p.Entries)}
	var kinds []page.Option
	for _, o := range kindNames() {
		kinds = append(kinds, page.Option{Value: o.Value, Label: w.T(o.Label)})
	}
	codes := []page.Option{{Value: "", Label: w.T("any act")}}
	for _, t := range b.Children(vocabulary.Acts, "") {
		codes = append(codes, page.Option{Value: t.Code, Label: t.In(w.Tag())})
	}
	form := f.Form
	v.Filter = ui.Filter{Words: w, Action: "/record/timeline", Active: a != asked{}, Fields: []page.Field{
		form.Select("kind", w.T("What it is"), append([]page.Option{{Value: "", Label: w.T("everything")}}, kinds...)).Or(a.Kind), form.Select("code", w.T("Kind of act, with everything below it"), codes).Or(a.Code),
		form.Text("place", w.T("Place")).Or(a.Place), form.Date("from", w.T("From the day")).Or(a.From), form.Date("to", w.T("Until the day")).Or(a.To)}}
	v.Table = ui.Table{Words: w, Caption: w.T("By date"), Columns: []ui.Column{{Label: w.T("When")}, {Label: w.T("What it is")}, {Label: w.T("Title")}},
		Empty: ui.Empty{Title: w.T("Nothing lies in this time"), Text: w.T("What has a date stands here: incidents, acts, statements, findings.")}}
	for _, e := range p.Entries {
		title, sub, href := titleOf(w, b, e)
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: href, Cells: []ui.Cell{{Text: recordweb.When(w, e.Dated)}, {Text: kindName(w, e.Kind)}, {Text: title, Sub: sub}}})
	}
	if p.Next != "" {
		v.Next = a.address(p.Next)
	}
	if p.Undated > 0 {
		v.Undated = w.N("%d thing has no date and is not shown.", "%d things have no date and are not shown.", p.Undated)
	}
	return v
}

// Measures of the picture, in units of its own.
const (
	timesWide = 960
	nameWide  = 300
	rowHigh   = 30
	topHigh   = 34
)

// times is a timeline as it is drawn.
type times struct {
	Width, Height int
	Ticks         []tick
	Rows          []timesRow
}

type tick struct {
	X     int
	Label string
}

type timesRow struct {
	Y, TextY, BarY     int
	Name, Full, Class  string
	Striped            bool
	Unsure, Sure, Open []piece
}

// piece is one part of a bar.
type piece struct{ X, Wide, X2, MidY int }

func dayNumber(d clock.Day) (int, bool) {
	t, err := time.Parse("2006-01-02", string(d))
	return int(t.Unix() / 86400), err == nil
}

// drawTimes lays entries on paper; nil when there are none.
func drawTimes(w i18n.Words, b vocabulary.Book, all []chronicle.Entry) *times {
	low, high, any := 0, 0, false
	for _, e := range all {
		r := chronicle.Lies(e.Dated)
		for _, d := range []clock.Day{r.First, r.SureFrom, r.SureTo, r.Last} {
			if n, ok := dayNumber(d); ok {
				if !any {
					low, high, any = n, n, true
				}
				low, high = min(low, n), max(high, n)
			}
		}
	}
	if !any {
		return nil
	}
	pad := max(3, (high-low)/30)
	low, high = low-pad, high+pad
	at := func(n int) int { return nameWide + (n-low)*(timesWide-nameWide-10)/(high-low) }
	t := &times{Width: timesWide, Height: topHigh + rowHigh*len(all) + 10}
	t.ticks(low, high, at)
	for n, e := range all {
		y := topHigh + n*rowHigh
		title, _, _ := titleOf(w, b, e)
		row := timesRow{Y: y, TextY: y + 20, BarY: y + 9, Full: title + ", " + recordweb.When(w, e.Dated), Name: cut(title, 38), Class: string(e.Kind), Striped: n%2 == 1}
		r := chronicle.Lies(e.Dated)
		bar := func(from, to int) piece { // the end of a day counts to it
			x := at(from)
			return piece{X: x, Wide: max(5, at(to+1)-x), X2: at(to + 1), MidY: y + rowHigh/2}
		}
		first, hasFirst := dayNumber(r.First)
		last, hasLast := dayNumber(r.Last)
		from, sure := dayNumber(r.SureFrom)
		to, _ := dayNumber(r.SureTo)
		if hasFirst && hasLast && (!sure || first < from || to < last || r.About) {
			row.Unsure = append(row.Unsure, bar(first, last))
		}
		if sure && !r.About {
			row.Sure = append(row.Sure, bar(from, to))
		}
		if !hasFirst && hasLast {
			row.Open = append(row.Open, piece{X: nameWide, X2: at(last), MidY: y + rowHigh/2})
		}
		if !hasLast && hasFirst {
			row.Open = append(row.Open, piece{X: at(first), X2: timesWide - 10, MidY: y + rowHigh/2})
			if sure && first < from {
				row.Unsure = append(row.Unsure, bar(first, from))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ticks draws days, months, years or decades, as many as fit.
func (t *times) ticks(low, high int, at func(int) int) {
	begin := time.Unix(int64(low)*86400, 0).UTC()
	var step func(time.Time) time.Time
	format := "2006"
	switch days := high - low; {
	case days < 12:
		step, format = func(x time.Time) time.Time { return x.AddDate(0, 0, 1) }, "01-02"
	case days < 60:
		step, format = func(x time.Time) time.Time { return x.AddDate(0, 0, 7) }, "01-02"
	case days < 370:
		begin = time.Date(begin.Year(), begin.Month(), 1, 0, 0, 0, 0, time.UTC)
		step, format = func(x time.Time) time.Time { return x.AddDate(0, 1, 0) }, "2006-01"
	default:
		years := max(1, days/365/10)
		begin = time.Date(begin.Year()/years*years, 1, 1, 0, 0, 0, 0, time.UTC)
		step = func(x time.Time) time.Time { return x.AddDate(years, 0, 0) }
	}
	lastX := -100
	for x := begin; ; x = step(x) {
		n := int(x.Unix() / 86400)
		if n > high {
			return
		}
		if n < low || at(n)-lastX < 52 {
			continue
		}
		lastX = at(n)
		t.Ticks = append(t.Ticks, tick{X: lastX, Label: x.Format(format)})
	}
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
