package purseweb

import (
	"fmt"
	"strconv"

	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
)

func (r *Room) dash(c *ui.Context) error { return r.dashWith(c, nil) }

func (r *Room) dashWith(c *ui.Context, wrong error) error {
	year := c.Text("year")
	if wrong != nil {
		if _, err := strconv.Atoi(year); err != nil {
			year = ""
		}
	}
	d, err := r.Keeper.Dash(c.Context(), c.Actor, year)
	if err != nil {
		return err
	}
	f := page.Form{Words: c.Words}
	if wrong != nil {
		f = c.Form(wrong)
	}
	v := dashView(c.Frame(c.T("Money")), d, f, c.Actor.Roles.Has(staff.Finance))
	if wrong != nil {
		return c.Invalid(pages, "purse", v)
	}
	return c.Render(pages, "purse", v)
}

// percent writes tenths of a percent: "18.5 %".
func percent(tenths int) string { return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10) }

func tenth(n int) string { return fmt.Sprintf("%d.%d", n/10, n%10) }

func dashView(frame ui.Frame, d purse.Dash, f page.Form, may bool) view {
	v := newView(frame, "/money")
	v.Form = f
	w := frame.Words
	wait := w.T("Nobody yet")
	if d.Wait >= 0 {
		wait = w.N("%d day", "%d days", d.Wait)
	}
	v.Stats = []ui.Stat{
		{Label: w.T("Asked for help"), Value: strconv.Itoa(d.Asked), Note: w.T("people, since the beginning")},
		{Label: w.T("Evacuated"), Value: strconv.Itoa(d.Evacuated)},
		{Label: w.T("Left the country"), Value: strconv.Itoa(d.Left)},
		{Label: w.T("In a safe place now"), Value: strconv.Itoa(d.Safe), Note: w.T("as far as was noted last")},
		{Label: w.T("Contact is lost"), Value: strconv.Itoa(d.Lost)},
		{Label: w.T("From request to safety"), Value: wait, Note: w.T("median")},
		{Label: w.T("Spent in %s", d.Year), Value: money(d.Spent, d.Currency)},
		{Label: w.T("Raised for %s", d.Year), Value: money(d.Raised, d.Currency)},
		{Label: w.T("Spent for each evacuated"), Value: money(d.PerPerson, d.Currency)},
	}
	if d.Support.People > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: w.T("Months of support"), Value: tenth(d.Support.Mean), Note: w.T("mean; from %s to %s", tenth(d.Support.Min), tenth(d.Support.Max))})
	}
	t := &ui.Table{Words: w, Caption: w.T("Where the money of %s went", d.Year), Columns: []ui.Column{{Label: w.T("Line")}, {Label: w.T("Spent"), Numeric: true}, {Label: w.T("Share"), Numeric: true}, {Label: w.T("Published"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("Nothing was spent in this year.")}}
	for _, l := range d.Lines {
		pub := "—"
		if l.Published >= 0 {
			pub = percent(l.Published)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: w.T(lineWord(l.Line))}, {Text: money(l.Base, d.Currency)}, {Text: percent(l.Share)}, {Text: pub}}})
	}
	p := Part{Title: w.T("Spending"), Notes: []string{w.T("Sums of all cases and of our own bills, by the rates of their days. They lead to no case.")}, Table: t}
	if d.Spent != 0 {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("With a receipt"), Text: money(d.Proven, d.Currency)})
	}
	for _, m := range d.Unpriced {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Without a rate"), Text: m.String(), Note: w.T("in no total until somebody notes a rate and books it")})
	}
	for _, m := range d.RaisedMore {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Raised in another currency"), Text: m.String()})
	}
	year := Sent{Method: "get", Action: "/money", Button: w.T("Show the year"), Fields: []page.Field{ided((page.Form{Words: w}).Input("number", "year", w.T("Year")).Or(d.Year).Short(), "show")}}
	v.Parts = []Part{p, {Title: w.T("Another year"), Forms: []Sent{year}}}
	if may {
		s := Sent{Method: "post", Action: "/money/shares", Button: w.T("Keep the shares"), Hidden: []ui.Hidden{{Name: "year", Value: d.Year}}}
		for _, l := range purse.Lines() {
			x := f.Text("share-"+l, w.T(lineWord(l))).Short().Optional()
			for _, have := range d.Lines {
				if have.Line == l && have.Published >= 0 {
					x = x.Or(tenth(have.Published))
				}
			}
			s.Fields = append(s.Fields, x)
		}
		v.Parts = append(v.Parts, Part{Title: w.T("What was published or planned for %s, in percent", d.Year), Forms: []Sent{s}})
	}
	return v
}
