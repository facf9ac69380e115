package purseweb

import (
	"fmt"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func (r *Room) grants(c *ui.Context) error {
	all, err := r.Keeper.Grants(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "purse", grantsView(c.Frame(c.T("Grants")), all, c.Actor.Roles.Has(staff.Finance)))
}

func grantsView(f ui.Frame, all []purse.Burn, may bool) view {
	v := newView(f, "/money/grants")
	t := &ui.Table{Words: f.Words, Caption: f.T("Grants and what is left of them"), Columns: []ui.Column{{Label: f.T("Grant")}, {Label: f.T("Until")}, {Label: f.T("Amount"), Numeric: true}, {Label: f.T("What is left"), Numeric: true}, {Label: f.T("State")}},
		Empty: ui.Empty{Title: f.T("There is no grant yet."), Text: f.T("Note what a donor gives, for how long, and what it may be spent on. Costs that its terms forbid are refused, with the reason.")}}
	for _, b := range all {
		badge := page.Badge{Text: f.T("On its way"), Tone: page.Calm}
		switch {
		case b.Ended:
			badge = page.Badge{Text: f.T("Ended")}
		case b.Overrun:
			badge = page.Badge{Text: f.T("Overspent"), Tone: page.Accent}
		case b.Out != "":
			badge = page.Badge{Text: f.T("Runs out too early"), Tone: page.Accent}
		case b.Under > 0:
			badge = page.Badge{Text: f.T("Will be underspent"), Tone: page.Wait}
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/money/grants/" + b.ID, Cells: []ui.Cell{{Text: b.Title, Sub: b.Donor}, {Text: f.Day(b.To)}, {Text: b.Amount.String()}, {Text: money(b.Left, b.Amount.Currency)}, {Badge: &badge}}})
	}
	p := Part{Title: f.T("Grants"), Table: t}
	if may {
		p.Links = []Link{{f.T("Add a grant"), "/money/grants/new"}}
	}
	v.Parts = []Part{p}
	return v
}

func (r *Room) one(c *ui.Context) (purse.Burn, error) {
	all, err := r.Keeper.Grants(c.Context(), c.Actor)
	if err != nil {
		return purse.Burn{}, err
	}
	for _, b := range all {
		if b.ID == c.ID("grant") {
			return b, nil
		}
	}
	return purse.Burn{}, fault.Missing()
}

func (r *Room) grant(c *ui.Context) error {
	b, err := r.one(c)
	if err != nil {
		return err
	}
	return c.Render(pages, "purse", grantView(c.Frame(b.Title), b, c.Actor.Roles.Has(staff.Finance)))
}

func grantView(f ui.Frame, b purse.Burn, may bool) view {
	v := newView(f, "/money/grants")
	cur := b.Amount.Currency
	v.Stats = []ui.Stat{
		{Label: f.T("Amount"), Value: b.Amount.String(), Note: b.Donor},
		{Label: f.T("What is left"), Value: money(b.Left, cur), Note: f.T("until %s", f.Day(b.To))},
	}
	terms := Part{Title: f.T("What it may be spent on"), Facts: termFacts(f, b)}
	if may {
		terms.Links = []Link{{f.T("Change the grant"), "/money/grants/" + b.ID + "/edit"}}
	}
	burn := Part{Title: f.T("How it is used up"), Chart: chart(f, b)}
	if b.Overrun {
		burn.Warn = append(burn.Warn, f.T("More was spent than this grant has."))
	}
	if b.Out != "" {
		burn.Warn = append(burn.Warn, f.T("At the pace of the last months it runs out in %s, before its end.", b.Out))
	}
	if b.Under > 0 {
		burn.Warn = append(burn.Warn, f.T("At the pace of the last months %s will be left at its end.", money(b.Under, cur)))
	}
	burn.Table = &ui.Table{Words: f.Words, Caption: f.T("Month by month"), Columns: []ui.Column{{Label: f.T("Month")}, {Label: f.T("Used"), Numeric: true}, {Label: f.T("What is left"), Numeric: true}, {Label: f.T("Left at an even pace"), Numeric: true}},
		Empty: ui.Empty{Title: f.T("It has not begun.")}}
	for _, m := range b.Months {
		burn.Table.Rows = append(burn.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: m.Month}, {Text: money(m.Used, cur)}, {Text: money(m.Left, cur)}, {Text: money(m.Plan, cur)}}})
	}
	v.Parts = []Part{burn, terms}
	return v
}

func termFacts(f ui.Frame, b purse.Burn) []page.Fact {
	join := func(all []string, word func(string) string) string {
		var out []string
		for _, x := range all {
			out = append(out, word(x))
		}
		if len(out) == 0 {
			return f.T("No limit")
		}
		return strings.Join(out, ", ")
	}
	facts := []page.Fact{
		{Term: f.T("Period"), Text: f.T("%s to %s", f.Day(b.From), f.Day(b.To))},
		{Term: f.T("Lines"), Text: join(b.Lines, func(s string) string { return f.T(lineWord(s)) })},
		{Term: f.T("Countries"), Text: join(b.Countries, func(s string) string { return s })},
		{Term: f.T("For whom"), Text: join(b.Whom, func(s string) string { return f.T(whomWord(s)) })},
	}
	for _, l := range purse.Lines() {
		if n, ok := b.Ceilings[l]; ok {
			facts = append(facts, page.Fact{Term: f.T("At most for %s", f.T(lineWord(l))), Text: money(n, b.Amount.Currency), Note: f.T("%s used", money(b.Used[l], b.Amount.Currency))})
		}
	}
	return facts
}

// chart draws the burn-down; the table under it says the same.
func chart(f ui.Frame, b purse.Burn) *Chart {
	if len(b.Months) == 0 {
		return nil
	}
	const wide, tall, pad = 640, 220, 10
	c := &Chart{Wide: wide, Tall: tall, Label: f.T("Burn-down of the grant: what is left at the end of each month"), Caption: f.T("Solid: what is left. Dashed: what would be left at an even pace.")}
	low := int64(0)
	for _, m := range b.Months {
		low = min(low, m.Left)
	}
	y := func(n int64) int {
		return pad + int(cases.Share(tall-2*pad, b.Amount.Minor-n, max(1, b.Amount.Minor-low)))
	}
	x := func(n int) int { return pad + (wide-2*pad)*n/max(1, b.Span) }
	c.Zero = y(0)
	plan, left := []string{point(x(0), y(b.Amount.Minor))}, []string{point(x(0), y(b.Amount.Minor))}
	for n := 1; n <= b.Span; n++ {
		plan = append(plan, point(x(n), y(b.Amount.Minor-cases.Share(b.Amount.Minor, int64(n), int64(b.Span)))))
	}
	for n, m := range b.Months {
		left = append(left, point(x(n+1), y(m.Left)))
		c.Dots = append(c.Dots, Dot{x(n + 1), y(m.Left)})
	}
	c.Plan, c.Left = strings.Join(plan, " "), strings.Join(left, " ")
	return c
}

func point(x, y int) string { return fmt.Sprintf("%d,%d", x, y) }

func (r *Room) newGrant(c *ui.Context) error {
	var b purse.Burn
	if c.ID("grant") != "" {
		var err error
		if b, err = r.one(c); err != nil {
			return err
		}
	}
	return c.Render(pages, "purse", grantForm(c.Frame(c.T("A grant")), b.Grant, page.Form{Words: c.Words}))
}

func grantForm(frame ui.Frame, g purse.Grant, f page.Form) view {
	v := newView(frame, "/money/grants")
	v.Form = f
	w := frame.Words
	amount, currency := "", "EUR"
	if g.ID != "" {
		amount, currency = plain(g.Amount.Minor, g.Amount.Currency), g.Amount.Currency
	}
	var tops []string
	for _, l := range purse.Lines() {
		if n, ok := g.Ceilings[l]; ok {
			tops = append(tops, l+" "+plain(n, currency))
		}
	}
	ended := f.Checks("ended", "", []page.Option{{Value: "yes", Label: w.T("It has ended: it pays nothing new")}})
	if g.Ended {
		ended = ended.Or("yes")
	}
	s := Sent{Method: "post", Action: frame.Path, Button: w.T("Keep the grant"), Main: true, Hidden: []ui.Hidden{{Name: "saw", Value: strconv.Itoa(g.Version)}}, Fields: []page.Field{
		f.Text("donor", w.T("Donor")).Or(g.Donor),
		f.Text("title", w.T("Name of the grant")).Or(g.Title).Hint(w.T("Caseworkers and the donor read it. It must name nobody who is helped.")),
		f.Text("amount", w.T("Amount")).Or(amount).Short(),
		f.Text("currency", w.T("Currency")).Or(currency).Short(),
		f.Date("from", w.T("First day")).Or(string(g.From)),
		f.Date("to", w.T("Last day")).Or(string(g.To)),
		f.Checks("lines", w.T("It pays for these lines only; none ticked: any"), lines(w, purse.Lines())).Or(g.Lines...).Optional(),
		f.Text("countries", w.T("It pays in these countries only (two letters each)")).Or(strings.Join(g.Countries, ", ")).Optional(),
		f.Checks("whom", w.T("It pays for these people only; none ticked: anybody"), whom(w)).Or(g.Whom...).Optional(),
		f.Area("ceilings", w.T("At most so much for a line")).Or(strings.Join(tops, "\n")).Rows(3).Optional().Hint(w.T("One line each, such as: housing 5000.00. Lines: %s.", strings.Join(purse.Lines(), ", "))),
		ended,
	}}
	if g.ID == "" {
		s.Hidden = append(s.Hidden, born(f, "grant"))
	}
	v.Parts = []Part{{Forms: []Sent{s}}}
	return v
}

func (r *Room) keepGrant(c *ui.Context) error {
	seen, _ := c.Int("saw")
	id := c.ID("grant")
	if id == "" {
		id = c.Text("id")
	}
	t, err := terms(c)
	if err == nil {
		id, err = r.Keeper.KeepGrant(c.Context(), c.Actor, id, int(seen), t)
	}
	if !again(err) {
		if err != nil {
			return err
		}
		return c.See("/money/grants/"+id, "purse.kept")
	}
	var b purse.Burn
	if c.ID("grant") != "" {
		var lerr error
		if b, lerr = r.one(c); lerr != nil {
			return lerr
		}
	}
	return c.Invalid(pages, "purse", grantForm(c.Frame(c.T("A grant")), b.Grant, c.Form(err)))
}

func terms(c *ui.Context) (purse.Terms, error) {
	m, err := cases.ParseMoney(c.Text("amount"), c.Text("currency"))
	if err != nil {
		return purse.Terms{}, err
	}
	t := purse.Terms{Donor: c.Text("donor"), Title: c.Text("title"), Amount: m, From: c.Day("from"), To: c.Day("to"), Lines: c.Values("lines"), Countries: words([]string{c.Text("countries")}), Whom: c.Values("whom"), Ended: c.Has("ended", "yes")}
	if err := c.Wrong(); err != nil {
		return t, err
	}
	for row := range strings.Lines(c.Text("ceilings")) {
		line, amount, _ := strings.Cut(strings.TrimSpace(row), " ")
		if line == "" {
			continue
		}
		n, err := cases.ParseMoney(amount, m.Currency)
		if err != nil {
			return t, fault.Bad("ceilings", i18n.Key("A ceiling needs a line and an amount."))
		}
		if t.Ceilings == nil {
			t.Ceilings = map[string]int64{}
		}
		t.Ceilings[line] = n.Minor
	}
	return t, nil
}
