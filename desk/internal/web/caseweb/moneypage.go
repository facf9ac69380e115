package caseweb

import (
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/page"
)

// money draws what is needed, what is given, and what it costs.
func (s show) money() []Block {
	blocks := append([]Block{s.needs()}, s.sums())
	return append(blocks, s.costs()...)
}

// needs draws each need with its deliveries.
func (s show) needs() Block {
	t := &ui.Table{Words: s.Words, Caption: s.T("What is needed, and what is given"), Columns: []ui.Column{{Label: s.T("What")}, {Label: s.T("By when")}, {Label: s.T("Who gives it")}, {Label: s.T("State")}},
		Empty: ui.Empty{Title: s.T("Nobody noted a need yet."), Text: s.T("Note what somebody needs and how urgent it is; then who gives it, by when, and how it went.")}}
	b := Block{Title: s.T("Needs"), Links: []Link{{s.T("Note a need"), s.url("/needs/new")}}, Table: t}
	if len(s.c.Needs) > 0 {
		b.Links = append(b.Links, Link{s.T("Note a delivery"), s.url("/given/new")})
	}
	for _, x := range s.c.Needs {
		n := x.Content()
		state := cases.StateOfNeed(x, s.c.Given, clock.DayOf(s.now))
		t.Rows = append(t.Rows, ui.Row{Href: s.url("/needs/" + x.ID + "/edit"), Cells: []ui.Cell{{Text: n.Words, Sub: s.T(needKindWord(n.Kind))}, {Text: s.T(priorityWord(n.Urgency))}, {}, {Badge: &page.Badge{Text: s.T(needStateWord(state)), Tone: needTone(state)}}}})
		for _, g := range s.c.Given {
			d := g.Content()
			if d.Need != x.ID {
				continue
			}
			who := s.T("We ourselves")
			if d.Provider != "" {
				if who = s.names[d.Provider]; who == "" {
					who = s.T("A provider whom you cannot see")
				}
			}
			badge, sub := page.Badge{Text: s.T("Agreed"), Tone: page.Wait}, ""
			switch {
			case d.Outcome != "":
				badge, sub = page.Badge{Text: s.T(outcomeOf(d.Outcome)), Tone: page.Calm}, d.Words
				if d.Outcome != "good" {
					badge.Tone = page.Wait
				}
			case d.Due < clock.DayOf(s.now):
				badge = page.Badge{Text: s.T("Overdue"), Tone: page.Accent}
			}
			t.Rows = append(t.Rows, ui.Row{Href: s.url("/given/" + g.ID + "/edit"), Cells: []ui.Cell{{Text: s.T("Delivery: %s", d.What)}, {Text: s.Day(d.Due)}, {Text: who}, {Badge: &badge, Sub: sub}}})
		}
	}
	return b
}

func needTone(state cases.NeedState) page.Tone {
	switch state {
	case cases.NeedMet, cases.NeedEnded:
		return page.Calm
	case cases.NeedOverdue, cases.NeedFailed:
		return page.Accent
	}
	return page.Wait
}

// sums draws the totals, each currency for itself.
func (s show) sums() Block {
	spent, waiting := cases.Totals(s.c.Costs)
	sum := Block{Title: s.T("Money"), Links: []Link{{s.T("Note a cost"), s.url("/money/new")}}}
	for _, m := range sorted(spent) {
		sum.Facts = append(sum.Facts, page.Fact{Term: s.T("Spent"), Text: m})
	}
	for _, m := range sorted(waiting) {
		sum.Facts = append(sum.Facts, page.Fact{Term: s.T("Waits for a second person"), Text: m})
	}
	t := &ui.Table{Words: s.Words, Caption: s.T("Costs"), Columns: []ui.Column{{Label: s.T("What")}, {Label: s.T("Day")}, {Label: s.T("Amount"), Numeric: true}, {Label: s.T("State")}},
		Empty: ui.Empty{Title: s.T("Nothing was spent yet."), Text: s.T("Each cost has a line, an amount and a currency; over the limit a second person approves it.")}}
	for _, x := range s.c.Costs {
		k := x.Content()
		badge := page.Badge{Text: s.T("Counted"), Tone: page.Calm}
		switch {
		case len(x.Approval.No) > 0:
			badge = page.Badge{Text: s.T("Refused")}
		case !x.Counts():
			badge = page.Badge{Text: s.T("Waits"), Tone: page.Wait}
		}
		amount := ui.Cell{Text: k.Money.String()}
		if p := x.Price(); p.Known && p.Base.Currency != k.Currency {
			amount.Sub = s.T("%s by the rate of %s", p.Base.String(), s.Day(p.Day))
		}
		label := k.What
		if k.Counter != "" {
			label = s.T("Taken back: %s", k.What)
		}
		t.Rows = append(t.Rows, ui.Row{Href: "#" + x.ID, Cells: []ui.Cell{{Text: label, Sub: s.T(lineWord(k.Line))}, {Text: s.Day(k.Day)}, amount, {Badge: &badge}}})
	}
	sum.Table = t
	return sum
}

// costs draws each cost with what can be done about it, the latest first.
func (s show) costs() (out []Block) {
	for _, x := range slices.Backward(s.c.Costs) {
		k := x.Content()
		b := Block{ID: x.ID, Title: s.T("%s, %s", k.What, k.Money.String()), Note: s.stamp(x.Current.Author, x.Current.At)}
		if !x.Counts() {
			a := s.approvals(s.T("Approval: %s, %s", k.What, k.Money.String()), x.Approval, x.Current.Version, s.url("/money/"+x.ID+"/approve"), x.Current.Author)
			out = append(out, Block{ID: x.ID + "-ask", Approvals: a, Form: s.refusal(a, x.Current.Version)})
		}
		if len(x.Approval.No) > 0 {
			b.Badge = &page.Badge{Text: s.T("Refused")}
			b.Note = s.T("%s said no to it.", s.who(x.Approval.No[0].Member))
		}
		b.Facts = s.costFacts(x)
		if k.Counter == "" && len(x.Approval.No) == 0 {
			if x.Counts() && x.Back < k.Minor {
				b.Links = append(b.Links, Link{s.T("Take it back"), s.url("/money/" + x.ID + "/back")})
			}
			if x.Back == 0 {
				b.Links = append(b.Links, Link{s.T("Choose a grant"), s.url("/money/" + x.ID + "/grant")})
			}
			b.Form = &Inline{Words: s.Words, Action: s.url("/money/" + x.ID + "/receipt"), Files: true, Button: s.T("Keep the receipt"), Fields: []page.Field{ided((page.Form{Words: s.Words}).File("file", s.T("A receipt (at most 25 MB)")), x.ID)}}
		}
		out = append(out, b)
		for _, e := range x.Receipts {
			r := e.Content
			out = append(out, Block{ID: e.ID, Note: s.T("Receipt: %s, %s, SHA-256 %s", r.Name, s.stamp(e.Author, e.At), r.Hash()),
				Form: &Inline{Words: s.Words, Action: s.url("/money/" + e.ID + "/file"), Button: s.T("Open the receipt “%s”", r.Name)}})
		}
	}
	return out
}

func (s show) costFacts(x cases.Spend) (out []page.Fact) {
	k := x.Content()
	add := func(term, text string) {
		if text != "" {
			out = append(out, page.Fact{Term: term, Text: text})
		}
	}
	add(s.T("What for?"), s.T(lineWord(k.Line)))
	if n, ok := find(s.c.Needs, k.Need); ok {
		add(s.T("Need"), n.Content().Words)
	}
	if d, ok := find(s.c.Given, k.Delivery); ok {
		add(s.T("Delivery"), d.Content().What)
	}
	add(s.T("Country"), k.Country)
	if k.People > 0 {
		add(s.T("People"), num(k.People))
	}
	switch p := x.Price(); {
	case !p.Known:
		add(s.T("Rate"), s.T("There is no rate for this day: it is in no total of our own currency yet."))
	case p.Base.Currency != k.Currency:
		out = append(out, page.Fact{Term: s.T("Rate"), Text: s.T("1 %s = %s %s", k.Currency, p.Rate, p.Base.Currency), Note: s.T("%s, %s", s.Day(p.Day), p.Source)})
	}
	if a := x.Allot.Content(); a.Grant != "" {
		add(s.T("Paid by a grant"), a.Takes.String())
	}
	if x.Back > 0 {
		add(s.T("Taken back"), cases.Money{Minor: x.Back, Currency: k.Currency}.String())
	}
	switch n := len(x.Receipts); {
	case k.Counter != "":
	case n == 0:
		add(s.T("Receipts"), s.T("None yet"))
	default:
		add(s.T("Receipts"), num(n))
	}
	return out
}

func sorted(by map[string]int64) []string {
	var out []string
	for c, n := range by {
		out = append(out, cases.Money{Minor: n, Currency: c}.String())
	}
	slices.Sort(out)
	return out
}
