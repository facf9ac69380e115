// Package purseweb is the pages of the organisation's money: the dashboard, grants
// with their burn-down, rates, limits, the organisation's own bills, and the report
// for donors as a page, a table and a PDF.
//
// A handler reads a form, calls one verb of purse.Keeper and sends the person on;
// views are made by plain functions. It refuses rules, and it shows no case. It
// imports purse, cases (for money), staff, ui, page and the ground.
package purseweb

import (
	"context"
	"embed"
	"io/fs"
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
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

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages of money.
type Room struct {
	Keeper *purse.Keeper
	Names  func(ctx context.Context) (map[string]string, error)
	// PDF sets a report: its title, and its lines.
	PDF func(lang, title string, lines []string) ([]byte, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"purse.kept":    i18n.Key("Kept."),
		"purse.asked":   i18n.Key("Kept. Now a second person must agree."),
		"purse.decided": i18n.Key("Your voice is kept."),
	})
	see, keep := []staff.Role{staff.Finance, staff.Security}, staff.Finance
	m.Get("/money", r.dash, see...)
	m.Post("/money/shares", r.shares, keep)
	m.Get("/money/grants", r.grants, see...)
	m.Get("/money/grants/new", r.newGrant, keep)
	m.Post("/money/grants/new", r.keepGrant, keep)
	m.Get("/money/grants/{grant}", r.grant, see...)
	m.Get("/money/grants/{grant}/edit", r.newGrant, keep)
	m.Post("/money/grants/{grant}/edit", r.keepGrant, keep)
	m.Get("/money/rates", r.rates, see...)
	m.Post("/money/rates", r.keepRate, keep)
	m.Get("/money/limits", r.limits, see...)
	m.Post("/money/limits", r.propose, see...)
	m.Get("/money/bills", r.bills, see...)
	m.Post("/money/bills", r.pay, keep)
	m.Post("/money/bills/{motion}/back", r.takeBack, keep)
	m.Post("/money/motions/{motion}", r.decide, see...)
	m.Get("/money/report", r.report, see...)
	m.Post("/money/report/csv", r.table, keep)
	m.Post("/money/report/pdf", r.pdf, keep)
}

// Part is one part of a page. Only what is set is drawn.
type Part struct {
	ID, Title string
	Badge     *page.Badge
	Notes     []string
	Warn      []string
	Facts     []page.Fact
	Chart     *Chart
	Table     *ui.Table
	Links     []Link
	Forms     []Sent
}

// Link leads somewhere.
type Link struct{ Text, Href string }

// Sent is a form.
type Sent struct {
	Method, Action string
	Hidden         []ui.Hidden
	Fields         []page.Field
	Button         string
	Main           bool
}

// Chart is a burn-down: what was left at the end of each month, and what an even pace would leave.
type Chart struct {
	Wide, Tall, Zero int
	Label, Caption   string
	Plan, Left       string
	Dots             []Dot
}

// Dot is a point of a chart.
type Dot struct{ X, Y int }

type view struct {
	ui.Frame
	Tabs  *ui.Tabs
	Stats []ui.Stat
	Parts []Part
}

func newView(f ui.Frame, path string) view {
	t := &ui.Tabs{Label: f.T("Parts of the money"), Items: []ui.Item{
		{Label: f.T("Dashboard"), Path: "/money"}, {Label: f.T("Grants"), Path: "/money/grants"}, {Label: f.T("Our own bills"), Path: "/money/bills"},
		{Label: f.T("Rates"), Path: "/money/rates"}, {Label: f.T("Limits"), Path: "/money/limits"}, {Label: f.T("Donor report"), Path: "/money/report"},
	}}
	for i := range t.Items {
		t.Items[i].Current = t.Items[i].Path == path
	}
	return view{Frame: f, Tabs: t}
}

// born is the hidden id of what a form will make: sent twice it makes it once.
func born(f page.Form, kind string) ui.Hidden {
	id := f.Text("id", "").Value()
	if !ids.Valid(kind, id) {
		id = ids.New(kind)
	}
	return ui.Hidden{Name: "id", Value: id}
}

// again reports whether a form is to be shown anew with what is wrong.
func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

func lines(w i18n.Words, all []string) []page.Option {
	var out []page.Option
	for _, l := range all {
		out = append(out, page.Option{Value: l, Label: w.T(lineWord(l))})
	}
	return out
}

func none(label string, all []page.Option) []page.Option {
	return append([]page.Option{{Value: "", Label: label}}, all...)
}

func lineWord(l string) string {
	switch l {
	case "travel":
		return i18n.Key("Travel")
	case "visa":
		return i18n.Key("Visas")
	case "housing":
		return i18n.Key("Housing")
	case "food":
		return i18n.Key("Food")
	case "medical":
		return i18n.Key("Medical help")
	case "documents":
		return i18n.Key("Documents")
	case "social":
		return i18n.Key("Social work")
	case "advocacy":
		return i18n.Key("Advocacy")
	case "staff":
		return i18n.Key("Staff around the clock")
	}
	return i18n.Key("Other costs")
}

func whomWord(w string) string {
	switch w {
	case "family":
		return i18n.Key("A family with children")
	case "minor":
		return i18n.Key("Minors")
	}
	return i18n.Key("Adults")
}

func whom(w i18n.Words) []page.Option {
	var out []page.Option
	for _, x := range cases.Whom() {
		out = append(out, page.Option{Value: x, Label: w.T(whomWord(x))})
	}
	return out
}

func money(minor int64, currency string) string {
	return cases.Money{Minor: minor, Currency: currency}.String()
}

// plain is an amount without its currency, for a field.
func plain(minor int64, currency string) string {
	s, _, _ := strings.Cut(money(minor, currency), " ")
	return s
}

func words(all []string) []string {
	var out []string
	for _, s := range all {
		for _, x := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '\n' || r == '\r' }) {
			if x = strings.ToUpper(x); !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}
