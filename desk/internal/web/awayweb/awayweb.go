// Package awayweb is the pages of a travel pack on the laptop: the cases in it,
// what is due, and the forms for what happens there.
//
// Everything that is written goes into the journal, which is on the disk before the
// page says so; nothing is changed in the pack. There is no Desk, no line and no
// other member here: the wiring gives an opened pack and takes entries. It imports
// travel, cases, the words and the risk form of caseweb, staff, ui, page and the ground.
package awayweb

import (
	"embed"
	"io/fs"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	// Bag is the opened pack with what was written so far.
	Bag func() *travel.Bag
	// Write keeps an entry: when it returns nil, the entry is on the disk.
	Write func(kind string, e travel.Entry) error
	// Shut closes the pack; the program ends.
	Shut func()
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{"away.kept": i18n.Key("It is in the journal on this laptop.")})
	m.Get("/", r.list)
	m.Get("/cases/{case}", r.show)
	m.Post("/cases/{case}/note", r.note)
	m.Post("/cases/{case}/heard/{item}", r.heard)
	m.Post("/cases/{case}/legs/{item}", r.moved)
	m.Get("/cases/{case}/risk", r.risk)
	m.Post("/cases/{case}/risk", r.judge)
	m.Post("/shut", r.shut)
}

// frame begins a page; the Desk's own sections are not here.
func frame(f ui.Frame, b *travel.Bag) ui.Frame {
	f.Nav, f.Member = nil, ""
	f.Site = b.Load.Organisation
	return f
}

// listView is the first page.
type listView struct {
	ui.Frame
	Left    page.TimeLeft
	Name    string
	Written string
	Due     ui.Table
	Cases   ui.Table
}

func (r *Room) list(c *ui.Context) error {
	return c.Render(pages, "list", listOf(c.Frame(c.T("Travel pack")), r.Bag()))
}

func listOf(f ui.Frame, b *travel.Bag) listView {
	w := f.Words
	v := listView{Frame: frame(f, b), Name: b.Load.Name, Left: page.TimeLeft{Words: w, Due: b.Pack.Until, Now: f.Now}}
	n := len(slices.DeleteFunc(slices.Clone(b.Line), func(x travel.Written) bool { return x.Kind == travel.Opened }))
	v.Written = w.N("%d entry was written on the way. The journal is the file beside the pack that ends in .journal: bring it home.", "%d entries were written on the way. The journal is the file beside the pack that ends in .journal: bring it home.", n)
	v.Cases = ui.Table{Words: w, Caption: w.T("Cases in this pack"), Columns: []ui.Column{{Label: w.T("Case")}, {Label: w.T("People")}, {Label: w.T("Risk")}}}
	v.Due = ui.Table{Words: w, Caption: w.T("Check-ins, as they were when the pack was taken"), Columns: []ui.Column{{Label: w.T("Who")}, {Label: w.T("Due")}, {Label: w.T("Noted")}}, Empty: ui.Empty{Title: w.T("No check-in runs in these cases."), Text: w.T("What is planned at the Desk is not seen here.")}}
	type row struct {
		due travel.Due
		ui.Row
	}
	var due []row
	for _, x := range b.Cases() {
		risk := caseweb.LevelBadge(w, x.Level)
		v.Cases.Rows = append(v.Cases.Rows, ui.Row{Href: "/cases/" + x.ID, Cells: []ui.Cell{{Text: x.Pseudonym}, {Text: w.Number(int64(len(x.People)))}, {Badge: &risk}}})
		for _, d := range x.CheckIns {
			noted := ui.Cell{Text: "—"}
			for _, e := range b.Of(x.ID) {
				if e.Kind == travel.Heard && e.Item == d.ID {
					noted = ui.Cell{Text: w.T(heardWord(e.What)), Sub: w.Date(e.At)}
					break
				}
			}
			due = append(due, row{d, ui.Row{Href: "/cases/" + x.ID + "#" + d.ID, Cells: []ui.Cell{{Text: x.Pseudonym + " · " + code(x, d.Party)}, {Left: &page.TimeLeft{Words: w, Due: d.Due, Now: f.Now}, Sub: w.Date(d.Due)}, noted}}})
		}
	}
	slices.SortStableFunc(due, func(a, b row) int { return a.due.Due.Compare(b.due.Due) })
	for _, d := range due {
		v.Due.Rows = append(v.Due.Rows, d.Row)
	}
	return v
}

func code(c travel.Carried, party string) string {
	for _, p := range c.People {
		if p.ID == party {
			return p.Code
		}
	}
	return ""
}

func heardWord(what string) string {
	switch what {
	case "ok":
		return i18n.Key("They gave the sign that all is well")
	case "duress":
		return i18n.Key("They gave the sign of duress")
	}
	return i18n.Key("There was no answer")
}

// write keeps an entry of a form, once, and sends the person on; a wrong one shows the case again.
func (r *Room) write(c *ui.Context, kind string, e travel.Entry, to string) error {
	b := r.Bag()
	e.Case, e.Form = c.ID("case"), c.Text("form")
	err := c.Wrong()
	if err == nil && !ids.Valid("form", e.Form) {
		err = fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	if err == nil && b.Has(e.Form) {
		return c.See(to, "away.kept") // the form sent twice
	}
	if err == nil {
		err = b.Check(kind, e)
	}
	if err == nil {
		err = r.Write(kind, e)
	}
	if err == nil {
		return c.See(to, "away.kept")
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := c.Form(err)
	f.Values["form"] = nil
	if kind == travel.Judged {
		return r.riskPage(c, f, c.Invalid)
	}
	f.Values["at"] = []string{e.Item}
	return r.casePage(c, f, c.Invalid)
}

func (r *Room) note(c *ui.Context) error {
	return r.write(c, travel.Noted, travel.Entry{Words: c.Text("words")}, "/cases/"+c.ID("case")+"#written")
}

func (r *Room) heard(c *ui.Context) error {
	return r.write(c, travel.Heard, travel.Entry{Item: c.ID("item"), What: c.Text("what"), Words: c.Text("words")}, "/cases/"+c.ID("case")+"#"+c.ID("item"))
}

func (r *Room) moved(c *ui.Context) error {
	return r.write(c, travel.Moved, travel.Entry{Item: c.ID("item"), What: c.Text("what"), Words: c.Text("words")}, "/cases/"+c.ID("case")+"#"+c.ID("item"))
}

func (r *Room) judge(c *ui.Context) error {
	risk, err := caseweb.ReadRisk(c)
	if err != nil {
		return r.riskPage(c, c.Form(err), c.Invalid)
	}
	x, err := r.Bag().Case(c.ID("case"))
	if err != nil {
		return err
	}
	return r.write(c, travel.Judged, travel.Entry{Risk: &risk, Saw: x.RiskSaw}, "/cases/"+x.ID+"#risk")
}

func (r *Room) risk(c *ui.Context) error {
	return r.riskPage(c, page.Form{Words: c.Words}, c.Render)
}

// riskView is the form of an assessment.
type riskView struct {
	ui.Frame
	Case   string
	Href   string
	Groups []caseweb.Group
	Hidden []ui.Hidden
}

func (r *Room) riskPage(c *ui.Context, f page.Form, render func(*page.Set, string, any) error) error {
	x, err := r.Bag().Case(c.ID("case"))
	if err != nil {
		return err
	}
	return render(pages, "risk", riskOf(c.Frame(c.T("Risk assessment")), r.Bag(), x, f))
}

func riskOf(fr ui.Frame, b *travel.Bag, x travel.Carried, f page.Form) riskView {
	v := riskView{Frame: frame(fr, b), Case: x.Pseudonym, Href: "/cases/" + x.ID, Hidden: []ui.Hidden{formID()}}
	v.Groups = caseweb.RiskGroups(fr.Words, &f, x.Risk)
	v.Form = f
	return v
}

// formID makes a form's own id: sent twice, it is written once.
func formID() ui.Hidden { return ui.Hidden{Name: "form", Value: ids.New("form")} }

func (r *Room) show(c *ui.Context) error {
	return r.casePage(c, page.Form{Words: c.Words}, c.Render)
}

func (r *Room) casePage(c *ui.Context, f page.Form, render func(*page.Set, string, any) error) error {
	x, err := r.Bag().Case(c.ID("case"))
	if err != nil {
		return err
	}
	return render(pages, "case", caseOf(c.Frame(c.T("Case %s", x.Pseudonym)), r.Bag(), x, f))
}

func (r *Room) shut(c *ui.Context) error {
	r.Shut()
	return c.Render(pages, "shut", frame(c.Frame(c.T("The pack is closed")), r.Bag()))
}

// caseView is one case.
type caseView struct {
	ui.Frame
	Case     travel.Carried
	Level    page.Badge
	People   []part
	CheckIns []part
	Legs     []part
	Plan     []page.Fact
	Risk     []page.Fact
	Notes    []page.Event
	Written  []page.Event
	Note     []page.Field
	Hidden   []ui.Hidden
}

// part is one thing of a case, with its form.
type part struct {
	ID, Title string
	Badge     *page.Badge
	Left      *page.TimeLeft
	Facts     []page.Fact
	Action    string
	Fields    []page.Field
	Hidden    []ui.Hidden
	Button    string
}

func caseOf(fr ui.Frame, b *travel.Bag, x travel.Carried, f page.Form) caseView {
	w := fr.Words
	v := caseView{Frame: frame(fr, b), Case: x, Level: caseweb.LevelBadge(w, x.Level), Hidden: []ui.Hidden{formID()}}
	v.Form = f
	blank := page.Form{Words: w}
	mine := func(item string) page.Form { // only the form that was sent shows what was typed
		if at := f.Values["at"]; len(at) > 0 && at[0] == item {
			return f
		}
		return blank
	}
	for _, p := range x.People {
		v.People = append(v.People, part{ID: p.ID, Title: p.Code, Facts: caseweb.PartyFacts(w, p.Party)})
	}
	for _, d := range x.CheckIns {
		v.CheckIns = append(v.CheckIns, checkIn(fr, x, d, mine(d.ID)))
	}
	for _, l := range x.Legs {
		v.Legs = append(v.Legs, legPart(w, x, l, mine(l.ID)))
	}
	if x.Plan != nil {
		v.Plan = caseweb.PlanFacts(w, *x.Plan, b.Load.Names, fr.Now)
	}
	if len(x.Risk.Threats) > 0 {
		v.Risk = caseweb.RiskFacts(w, x.Risk)
	}
	for _, n := range slices.Backward(x.Notes) {
		v.Notes = append(v.Notes, page.Event{When: w.Date(n.At), Who: b.Load.Names[n.By], Text: n.Words})
	}
	for _, e := range b.Of(x.ID) {
		v.Written = append(v.Written, page.Event{When: w.Date(e.At), Title: entryTitle(w, e), Text: e.Words})
	}
	v.Note = []page.Field{mine("").Area("words", w.T("A note for colleagues")).Rows(3)}
	return v
}

func entryTitle(w i18n.Words, e travel.Written) string {
	switch e.Kind {
	case travel.Heard:
		return w.T(heardWord(e.What))
	case travel.Moved:
		return w.T(caseweb.LegWord(cases.LegState(e.What)))
	case travel.Judged:
		return w.T("Risk assessment")
	}
	return w.T("Note")
}

func checkIn(f ui.Frame, x travel.Carried, d travel.Due, form page.Form) part {
	w := f.Words
	p := part{ID: d.ID, Title: code(x, d.Party) + " · " + w.T(caseweb.ChannelWord(d.Channel)), Left: &page.TimeLeft{Words: w, Due: d.Due, Now: f.Now, Danger: d.State.Alarmed()},
		Facts:  []page.Fact{{Term: w.T("All is well"), Text: d.Sign}, {Term: w.T("Duress"), Text: d.Duress}},
		Action: "/cases/" + x.ID + "/heard/" + d.ID, Hidden: []ui.Hidden{formID()}, Button: w.T("Note it")}
	if d.Contact != "" {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Contact"), Text: d.Contact})
	}
	if d.Every > 0 {
		p.Facts = append(p.Facts, page.Fact{Term: w.T("Again every"), Text: w.Span(d.Every)})
	}
	b := caseweb.WatchBadge(w, d.State)
	p.Badge = &b
	p.Fields = own(d.ID, form.Radios("what", w.T("What did you hear?"), []page.Option{{Value: "ok", Label: w.T(heardWord("ok"))}, {Value: "duress", Label: w.T(heardWord("duress")), Hint: w.T("Reach the Desk by any way that you have: this laptop calls nobody.")}, {Value: "none", Label: w.T(heardWord("none"))}}),
		form.Area("words", w.T("How do we know?")).Rows(2).Optional())
	return p
}

func legPart(w i18n.Words, x travel.Carried, l travel.Leg, form page.Form) part {
	b := caseweb.LegBadge(w, l.State)
	p := part{ID: l.ID, Title: w.T("Leg %d", l.Number), Badge: &b, Facts: caseweb.LegFacts(w, l.Leg), Action: "/cases/" + x.ID + "/legs/" + l.ID, Hidden: []ui.Hidden{formID()}, Button: w.T("Note it")}
	var options []page.Option
	for _, s := range l.State.Next() {
		options = append(options, page.Option{Value: string(s), Label: w.T(caseweb.LegWord(s))})
	}
	if len(options) > 0 {
		p.Fields = own(l.ID, form.Radios("what", w.T("What happened?"), options), form.Area("words", w.T("In a few words")).Rows(2).Optional())
	}
	return p
}

// own gives fields ids of their own: the page has several forms with the same names.
func own(id string, all ...page.Field) []page.Field {
	for i := range all {
		all[i].ID += "-" + id
	}
	return all
}
