package purseweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func (r *Room) rates(c *ui.Context) error { return r.ratesWith(c, nil) }

func (r *Room) ratesWith(c *ui.Context, wrong error) error {
	all, err := r.Keeper.Rates(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	f := page.Form{Words: c.Words}
	if wrong != nil {
		f = c.Form(wrong)
	}
	v := ratesView(c.Frame(c.T("Rates")), all, names, r.Keeper.Currency, f, c.Actor.Roles.Has(staff.Finance))
	if wrong != nil {
		return c.Invalid(pages, "purse", v)
	}
	return c.Render(pages, "purse", v)
}

func ratesView(frame ui.Frame, all []purse.Rate, names map[string]string, own string, f page.Form, may bool) view {
	v := newView(frame, "/money/rates")
	v.Form = f
	w := frame.Words
	t := &ui.Table{Words: w, Caption: w.T("Rates, the latest day first"), Columns: []ui.Column{{Label: w.T("Currency")}, {Label: w.T("Day")}, {Label: w.T("One unit is worth"), Numeric: true}, {Label: w.T("Source")}, {Label: w.T("Noted by")}},
		Empty: ui.Empty{Title: w.T("There is no rate yet."), Text: w.T("A cost in another currency takes the last rate of its day or before, and keeps it.")}}
	for _, x := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Currency}, {Text: w.Day(x.Day)}, {Text: x.Rate + " " + own}, {Text: x.Source}, {Text: names[x.By]}}})
	}
	if may {
		v.Parts = append(v.Parts, Part{Title: w.T("Note a rate"), Notes: []string{w.T("A rate is never changed. Another one for the same day holds for what is noted after it.")}, Forms: []Sent{{Method: "post", Action: "/money/rates", Button: w.T("Keep the rate"), Main: true, Hidden: []ui.Hidden{born(f, "rate")}, Fields: []page.Field{
			f.Text("currency", w.T("Currency")).Short(),
			f.Date("day", w.T("Day")).Or(string(clock.DayOf(frame.Now))),
			f.Text("rate", w.T("One unit is worth, in %s", own)).Short(),
			f.Text("source", w.T("Source")).Hint(w.T("Such as: European Central Bank, reference rate.")),
		}}}})
	}
	v.Parts = append(v.Parts, Part{Title: w.T("Rates"), Table: t})
	return v
}

func (r *Room) keepRate(c *ui.Context) error {
	x := purse.Rate{ID: c.Text("id"), Currency: c.Text("currency"), Day: c.Day("day"), Rate: strings.ReplaceAll(c.Text("rate"), ",", "."), Source: c.Text("source")}
	err := c.Wrong()
	if err == nil {
		err = r.Keeper.NoteRate(c.Context(), c.Actor, x)
	}
	if again(err) {
		return r.ratesWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/money/rates", "purse.kept")
}

func (r *Room) limits(c *ui.Context) error { return r.limitsWith(c, nil) }

func (r *Room) limitsWith(c *ui.Context, wrong error) error {
	all, err := r.Keeper.SeeLimits(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	f := page.Form{Words: c.Words}
	if wrong != nil {
		f = c.Form(wrong)
	}
	v := limitsView(c.Frame(c.T("Limits")), all, names, c.Actor.ID, f)
	if wrong != nil {
		return c.Invalid(pages, "purse", v)
	}
	return c.Render(pages, "purse", v)
}

func limitsView(frame ui.Frame, all purse.LimitsView, names map[string]string, me string, f page.Form) view {
	v := newView(frame, "/money/limits")
	v.Form = f
	w := frame.Words
	v.Parts = []Part{{Title: w.T("Limits in force"), Notes: []string{w.T("Whoever spends more than this alone needs a second person. A currency without a limit always needs two.")}, Table: limitTable(w, all.Now)}}
	for _, p := range all.Waiting {
		part := Part{ID: p.ID, Title: w.T("Proposed by %s", names[p.By]), Badge: &page.Badge{Text: w.T("Waits"), Tone: page.Wait}, Table: limitTable(w, p.Limits)}
		if p.By == me {
			part.Notes = []string{w.T("Who wrote it cannot approve it. Ask a colleague.")}
		} else {
			part.Forms = voices(w, p.ID, "/money/limits")
		}
		v.Parts = append(v.Parts, part)
	}
	var rows []string
	for _, l := range all.Now {
		rows = append(rows, strings.Join([]string{star(string(l.Role)), star(l.Line), plain(l.Minor, l.Currency), l.Currency}, " "))
	}
	v.Parts = append(v.Parts, Part{Title: w.T("Propose other limits"), Forms: []Sent{{Method: "post", Action: "/money/limits", Button: w.T("Ask a second person"), Main: true, Hidden: []ui.Hidden{born(f, "motion")}, Fields: []page.Field{
		f.Area("limits", w.T("All limits, one in a row")).Or(strings.Join(rows, "\n")).Rows(6).Hint(w.T("Role, line, amount, currency; * is any. Such as: caseworker housing 800.00 EUR. These take the place of all others.")),
	}}}})
	return v
}

func star(s string) string {
	if s == "" {
		return "*"
	}
	return s
}

func unstar(s string) string {
	if s == "*" {
		return ""
	}
	return s
}

func limitTable(w i18n.Words, all []purse.Limit) *ui.Table {
	t := &ui.Table{Words: w, Caption: w.T("What one person may spend alone"), Columns: []ui.Column{{Label: w.T("Role")}, {Label: w.T("Line")}, {Label: w.T("Amount"), Numeric: true}}, Empty: ui.Empty{Title: w.T("Every cost needs two people.")}}
	for _, l := range all {
		role, line := w.T("Whoever"), w.T("Any line")
		if l.Role != "" {
			role = w.T(ui.RoleName(l.Role))
		}
		if l.Line != "" {
			line = w.T(lineWord(l.Line))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: role}, {Text: line}, {Text: money(l.Minor, l.Currency)}}})
	}
	return t
}

// voices are a second person's two buttons.
func voices(w i18n.Words, id, back string) []Sent {
	hidden := func(yes string) []ui.Hidden {
		return []ui.Hidden{{Name: "yes", Value: yes}, {Name: "back", Value: back}}
	}
	return []Sent{{Method: "post", Action: "/money/motions/" + id, Button: w.T("I agree to it"), Main: true, Hidden: hidden("yes")}, {Method: "post", Action: "/money/motions/" + id, Button: w.T("I refuse it"), Hidden: hidden("no")}}
}

func (r *Room) propose(c *ui.Context) error {
	var all []purse.Limit
	var err error
	for row := range strings.Lines(c.Text("limits")) {
		part := strings.Fields(row)
		if len(part) == 0 {
			continue
		}
		var m cases.Money
		if len(part) == 4 {
			m, err = cases.ParseMoney(part[2], part[3])
		}
		if len(part) != 4 || err != nil {
			err = fault.Bad("limits", i18n.Key("Each row needs a role, a line, an amount above 0 and a currency."))
			break
		}
		all = append(all, purse.Limit{Role: staff.Role(unstar(part[0])), Line: unstar(part[1]), Minor: m.Minor, Currency: m.Currency})
	}
	if err == nil {
		err = r.Keeper.ProposeLimits(c.Context(), c.Actor, c.Text("id"), all)
	}
	if again(err) {
		return r.limitsWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/money/limits", "purse.asked")
}

func (r *Room) decide(c *ui.Context) error {
	if err := r.Keeper.Decide(c.Context(), c.Actor, c.ID("motion"), c.Text("yes") == "yes"); err != nil {
		return err
	}
	back := "/money/limits"
	if c.Text("back") == "/money/bills" {
		back = "/money/bills"
	}
	return c.See(back, "purse.decided")
}

func (r *Room) bills(c *ui.Context) error { return r.billsWith(c, nil) }

func (r *Room) billsWith(c *ui.Context, wrong error) error {
	all, err := r.Keeper.Bills(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	var grants []purse.Grant
	if c.Actor.Roles.Has(staff.Finance) {
		if grants, err = r.Keeper.Choices(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	f := page.Form{Words: c.Words}
	if wrong != nil {
		f = c.Form(wrong)
	}
	v := billsView(c.Frame(c.T("Our own bills")), all, grants, names, c.Actor, f)
	if wrong != nil {
		return c.Invalid(pages, "purse", v)
	}
	return c.Render(pages, "purse", v)
}

func billsView(frame ui.Frame, all []purse.Paid, grants []purse.Grant, names map[string]string, me staff.Actor, f page.Form) view {
	v := newView(frame, "/money/bills")
	v.Form = f
	w := frame.Words
	may := me.Roles.Has(staff.Finance)
	if may {
		var pay []page.Option
		for _, g := range grants {
			pay = append(pay, page.Option{Value: g.ID, Label: g.Title})
		}
		v.Parts = append(v.Parts, Part{Title: w.T("Note a bill"), Notes: []string{w.T("For what belongs to no case: work for the public, people on duty, an office. Name nobody who is helped.")}, Forms: []Sent{{Method: "post", Action: "/money/bills", Button: w.T("Keep the bill"), Main: true, Hidden: []ui.Hidden{born(f, "motion")}, Fields: []page.Field{
			f.Text("amount", w.T("Amount")).Short(), f.Text("currency", w.T("Currency")).Or("EUR").Short(), f.Date("day", w.T("Day")).Or(string(clock.DayOf(frame.Now))),
			f.Select("line", w.T("What for?"), lines(w, purse.Lines())), f.Text("what", w.T("In a few words")),
			f.Text("country", w.T("Country (two letters)")).Short().Optional(), f.Select("grant", w.T("Paid by"), none(w.T("No grant"), pay)).Optional(),
		}}}})
	}
	t := &ui.Table{Words: w, Caption: w.T("Bills, the newest first"), Columns: []ui.Column{{Label: w.T("What")}, {Label: w.T("Day")}, {Label: w.T("Amount"), Numeric: true}, {Label: w.T("State")}}, Empty: ui.Empty{Title: w.T("There is no bill yet.")}}
	var more []Part
	for _, p := range all {
		badge := page.Badge{Text: w.T("Counted"), Tone: page.Calm}
		switch {
		case p.Waits():
			badge = page.Badge{Text: w.T("Waits"), Tone: page.Wait}
			part := Part{ID: p.ID, Title: w.T("%s, %s", p.What, p.Money.String()), Notes: []string{w.T("Noted by %s. It counts when a second person agrees.", names[p.By])}}
			if p.By != me.ID {
				part.Forms = voices(w, p.ID, "/money/bills")
			}
			v.Parts = append(v.Parts, part)
		case !p.Holds():
			badge = page.Badge{Text: w.T("Refused")}
		case p.Back:
			badge = page.Badge{Text: w.T("Taken back")}
		case p.Counter == "" && may:
			more = append(more, Part{ID: p.ID, Title: w.T("Take back: %s, %s", p.What, p.Money.String()), Forms: []Sent{{Method: "post", Action: "/money/bills/" + p.ID + "/back", Button: w.T("Take it back"), Hidden: []ui.Hidden{born(page.Form{}, "motion")}, Fields: []page.Field{ided((page.Form{Words: w}).Text("why", w.T("Why is it taken back?")), p.ID)}}}})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: p.What, Sub: w.T(lineWord(p.Line))}, {Text: w.Day(p.Day)}, {Text: p.Money.String()}, {Badge: &badge}}})
	}
	v.Parts = append(v.Parts, Part{Title: w.T("Our own bills"), Table: t})
	v.Parts = append(v.Parts, more[:min(20, len(more))]...)
	return v
}

// ided gives a field an id of its own where a page has several forms.
func ided(f page.Field, id string) page.Field {
	f.ID += "-" + id
	return f
}

func (r *Room) pay(c *ui.Context) error {
	m, err := cases.ParseMoney(c.Text("amount"), c.Text("currency"))
	if err == nil {
		b := purse.Bill{Money: m, Line: c.Text("line"), What: c.Text("what"), Day: c.Day("day"), Country: strings.ToUpper(c.Text("country")), Grant: c.Text("grant")}
		if err = c.Wrong(); err == nil {
			err = r.Keeper.Pay(c.Context(), c.Actor, c.Text("id"), b)
		}
	}
	if again(err) {
		return r.billsWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/money/bills", "purse.kept")
}

func (r *Room) takeBack(c *ui.Context) error {
	err := r.Keeper.TakeBackBill(c.Context(), c.Actor, c.ID("motion"), c.Text("id"), c.Text("why"))
	if again(err) {
		return r.billsWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/money/bills", "purse.kept")
}

func (r *Room) shares(c *ui.Context) error {
	shares := map[string]int{}
	for _, l := range purse.Lines() {
		s := strings.ReplaceAll(c.Text("share-"+l), ",", ".")
		if s == "" {
			continue
		}
		whole, part, _ := strings.Cut(s, ".")
		n, err := strconv.Atoi(whole + (part + "0")[:1])
		if err != nil || len(part) > 1 {
			return r.dashWith(c, fault.Bad("share-"+l, i18n.Key("Give percent with at most one digit after the point, such as 18.5.")))
		}
		shares[l] = n
	}
	err := r.Keeper.PublishShares(c.Context(), c.Actor, c.Text("year"), shares)
	if again(err) {
		return r.dashWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/money?year="+c.Text("year"), "")
}
