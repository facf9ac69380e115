package purseweb

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func asked(c *ui.Context) purse.Ask {
	year := strconv.Itoa(c.Now().Year())
	a := purse.Ask{Grant: c.Text("grant"), From: c.Text("from"), To: c.Text("to"), Months: c.Text("by") == "months"}
	if a.From == "" {
		a.From = year + "-01"
	}
	if a.To == "" {
		a.To = year + "-12"
	}
	return a
}

func (r *Room) report(c *ui.Context) error {
	a := asked(c)
	grants, err := r.Keeper.Grants(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	rep, err := r.Keeper.DonorReport(c.Context(), c.Actor, a)
	if again(err) {
		v := askView(c.GuardFrame(c.T("Donor report")), a, grants, c.Form(err))
		return c.Invalid(pages, "purse", v)
	}
	if err != nil {
		return err
	}
	v := askView(c.GuardFrame(c.T("Donor report")), a, grants, page.Form{Words: c.Words})
	return c.Render(pages, "purse", reportView(v, rep, c.Actor.Roles.Has(staff.Finance)))
}

func askView(frame ui.Frame, a purse.Ask, grants []purse.Burn, f page.Form) view {
	v := newView(frame, "/money/report")
	v.Form = f
	w := frame.Words
	var pay []page.Option
	for _, g := range grants {
		pay = append(pay, page.Option{Value: g.ID, Label: g.Title})
	}
	by := "quarters"
	if a.Months {
		by = "months"
	}
	v.Parts = []Part{{Title: w.T("Which report?"), Forms: []Sent{{Method: "get", Action: "/money/report", Button: w.T("Show the report"), Fields: []page.Field{
		f.Select("grant", w.T("Grant"), none(w.T("All money"), pay)).Or(a.Grant).Optional(),
		f.Text("from", w.T("First month")).Or(a.From).Short(), f.Text("to", w.T("Last month")).Or(a.To).Short(),
		f.Radios("by", w.T("Columns"), []page.Option{{Value: "quarters", Label: w.T("Quarters")}, {Value: "months", Label: w.T("Months")}}).Or(by),
	}}}}}
	return v
}

// told writes a cell, or that it is withheld.
func told(w i18n.Words, c purse.Cell, currency string) string {
	if c.Withheld {
		return w.T("withheld")
	}
	return plain(c.Base, currency)
}

func band(w i18n.Words, b purse.Band) string {
	switch {
	case b.To == 0 && b.From == 0:
		return "0"
	case b.To == 0:
		return w.T("%d or more", b.From)
	case b.To < purse.Few:
		return w.T("fewer than %d", purse.Few)
	}
	return w.T("%d to %d", b.From, b.To)
}

func place(w i18n.Words, c string) string {
	switch c {
	case "":
		return w.T("Not said")
	case purse.Others:
		return w.T("Other countries")
	}
	return c
}

func reportView(v view, r purse.Report, may bool) view {
	w := v.Words
	title := w.T("All money, %s to %s", r.From, r.To)
	if r.Title != "" {
		title = w.T("%s, %s to %s", r.Title, r.From, r.To)
	}
	t := &ui.Table{Words: w, Caption: w.T("Spent, in %s", r.Currency), Columns: []ui.Column{{Label: w.T("Line")}}, Empty: ui.Empty{Title: w.T("Nothing was spent in this time.")}}
	for _, s := range r.Spans {
		t.Columns = append(t.Columns, ui.Column{Label: s, Numeric: true})
	}
	t.Columns = append(t.Columns, ui.Column{Label: w.T("Together"), Numeric: true}, ui.Column{Label: w.T("Share"), Numeric: true})
	for i, row := range r.Spent {
		if len(r.Lines) == 0 {
			break
		}
		name := w.T("Together")
		if i < len(r.Lines) {
			name = w.T(lineWord(r.Lines[i]))
		}
		cells := []ui.Cell{{Text: name}}
		for _, c := range row {
			cells = append(cells, ui.Cell{Text: told(w, c, r.Currency)})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(cells, ui.Cell{Text: share(r, row[len(row)-1])})})
	}
	p := Part{ID: "report", Title: title, Notes: []string{w.T("Totals only. A number about fewer than %d people is withheld, and with it others from which it could be computed.", purse.Few)}, Facts: []page.Fact{}, Table: t}
	if r.Donor != "" {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Donor"), Text: r.Donor}, page.Fact{Term: w.T("Granted"), Text: money(r.Granted, r.Currency)})
	}
	if !r.Hidden() {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Spent"), Text: money(r.Total, r.Currency)})
	}
	if !r.Any() && r.Total != 0 {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("With a receipt"), Text: percent(int(cases.Share(1000, r.Proven, r.Total)))})
	}
	for _, m := range r.Unpriced {
		if !r.Any() {
			p.Facts = append(p.Facts, page.Fact{Term: w.T("Without a rate"), Text: m.String()})
		}
	}
	v.Parts = append(v.Parts, p, peoplePart(w, r))
	if !r.Hidden() && len(r.Countries) > 0 {
		c := &ui.Table{Words: w, Caption: w.T("Where it was spent, in %s", r.Currency), Columns: []ui.Column{{Label: w.T("Country")}, {Label: w.T("Spent"), Numeric: true}}}
		for i, name := range r.Countries {
			c.Rows = append(c.Rows, ui.Row{Cells: []ui.Cell{{Text: place(w, name)}, {Text: told(w, r.Country[i][0], r.Currency)}}})
		}
		v.Parts = append(v.Parts, Part{Title: w.T("Countries"), Table: c})
	}
	if may {
		hidden := []ui.Hidden{{Name: "grant", Value: r.Grant}, {Name: "from", Value: r.From}, {Name: "to", Value: r.To}}
		if r.Months {
			hidden = append(hidden, ui.Hidden{Name: "by", Value: "months"})
		}
		v.Parts = append(v.Parts, Part{Title: w.T("Hand it over"), Notes: []string{w.T("Its words pass the leak guard first. That it left stands in the ledger.")}, Forms: []Sent{
			{Method: "post", Action: "/money/report/pdf", Button: w.T("As PDF, to print"), Hidden: hidden}, {Method: "post", Action: "/money/report/csv", Button: w.T("As a table (CSV)"), Hidden: hidden}}})
	}
	return v
}

func share(r purse.Report, c purse.Cell) string {
	if c.Withheld || r.Hidden() || r.Total == 0 {
		return "—"
	}
	return percent(int(cases.Share(1000, c.Base, r.Total)))
}

func peoplePart(w i18n.Words, r purse.Report) Part {
	t := &ui.Table{Words: w, Caption: w.T("For how many people something was spent"), Columns: []ui.Column{{Label: w.T("When")}, {Label: w.T("People"), Numeric: true}}}
	for _, b := range r.People {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: b.Span}, {Text: band(w, b)}}})
	}
	return Part{Title: w.T("People"), Notes: []string{w.T("One person can stand in several rows.")}, Table: t}
}

// rows are the report as a table and as lines, for what leaves.
func rows(w i18n.Words, r purse.Report) [][]string {
	head := append([]string{w.T("Line")}, append(r.Spans, w.T("Together"), w.T("Share"))...)
	out := [][]string{{w.T("Currency"), r.Currency}, {w.T("Donor"), safeCell(r.Donor)}, {w.T("Grant"), safeCell(r.Title)}, head}
	for i, row := range r.Spent {
		name := w.T("Together")
		if i < len(r.Lines) {
			name = w.T(lineWord(r.Lines[i]))
		}
		line := []string{name}
		for _, c := range row {
			line = append(line, told(w, c, r.Currency))
		}
		out = append(out, append(line, share(r, row[len(row)-1])))
	}
	if !r.Hidden() {
		for i, name := range r.Countries {
			out = append(out, []string{w.T("Country"), place(w, name), told(w, r.Country[i][0], r.Currency)})
		}
	}
	for _, b := range r.People {
		out = append(out, []string{w.T("People"), b.Span, band(w, b)})
	}
	return out
}

// safeCell keeps a spreadsheet from taking a word for a formula.
func safeCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// table hands the report over as CSV: it passed the gate in Keeper.Hand.
func (r *Room) table(c *ui.Context) error {
	rep, err := r.Keeper.Hand(c.Context(), c.Actor, asked(c), "csv")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows(c.Words, rep)); err != nil {
		return err
	}
	return ui.Give(c.W, "text/csv; charset=utf-8", "donor-report.csv", b.Bytes())
}

// pdf hands the report over to be printed: it passed the gate in Keeper.Hand.
func (r *Room) pdf(c *ui.Context) error {
	rep, err := r.Keeper.Hand(c.Context(), c.Actor, asked(c), "pdf")
	if err != nil {
		return err
	}
	lang := "en"
	if c.Words.Tag() == "ru" {
		lang = "ru"
	}
	b, err := r.PDF(lang, c.T("Donor report, %s to %s", rep.From, rep.To), paper(c.Words, rep))
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/pdf", "donor-report.pdf", b)
}

// paper is the report in paragraphs, to be printed.
func paper(w i18n.Words, r purse.Report) (out []string) {
	out = append(out, w.T("Totals only. A number about fewer than %d people is withheld, and with it others from which it could be computed.", purse.Few))
	if r.Donor != "" {
		out = append(out, w.T("%s: %s", r.Donor, r.Title), w.T("Granted: %s", money(r.Granted, r.Currency)))
	}
	if !r.Hidden() {
		out = append(out, w.T("Spent: %s", money(r.Total, r.Currency)))
	}
	for i, row := range r.Spent {
		name := w.T("Together")
		if i < len(r.Lines) {
			name = w.T(lineWord(r.Lines[i]))
		}
		text := name + "\n"
		for j, c := range row {
			span := w.T("Together")
			if j < len(r.Spans) {
				span = r.Spans[j]
			}
			text += "— " + span + ": " + told(w, c, r.Currency) + "\n"
		}
		out = append(out, text)
	}
	if !r.Hidden() && len(r.Countries) > 0 {
		text := w.T("Where it was spent, in %s", r.Currency) + "\n"
		for i, name := range r.Countries {
			text += "— " + place(w, name) + ": " + told(w, r.Country[i][0], r.Currency) + "\n"
		}
		out = append(out, text)
	}
	text := w.T("For how many people something was spent") + "\n"
	for _, b := range r.People {
		text += "— " + b.Span + ": " + band(w, b) + "\n"
	}
	return append(out, text)
}
