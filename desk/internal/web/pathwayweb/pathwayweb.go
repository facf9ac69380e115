// Package pathwayweb is the pages of ways into countries: pathways with their
// editions, places that governments offer, and in a case its applications,
// appointments and decisions, and the comparison of what fits a party.
//
// A handler reads a form, calls one verb of pathways.Guide and sends the person on;
// views are made by plain functions. It refuses rules, and it never puts what is
// asked about a person into an address. It imports pathways, cases, watch, staff,
// ui, page and the ground.
package pathwayweb

import (
	"context"
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/country"
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

// Room serves the pages.
type Room struct {
	Guide *pathways.Guide
	Names func(ctx context.Context) (map[string]string, error)
	// Targets lists the governments of the campaigns, by id and name; nil: there are none.
	Targets func(ctx context.Context) ([]page.Option, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"ways.kept":      i18n.Key("Kept."),
		"ways.rival":     i18n.Key("Somebody else changed this while you wrote. Both versions are kept: please settle them."),
		"ways.confirmed": i18n.Key("Confirmed. The number of this offer may be told in public now."),
	})
	see, w := pathways.Readers(), staff.Caseworker
	m.Get("/pathways", r.list, see...)
	m.Get("/pathways/new", r.newPathway, see...)
	m.Post("/pathways/new", r.keepPathway, see...)
	m.Get("/pathways/{pathway}", r.pathway, see...)
	m.Get("/pathways/{pathway}/edit", r.newPathway, see...)
	m.Post("/pathways/{pathway}/edit", r.keepPathway, see...)
	m.Get("/offers", r.offers, see...)
	m.Get("/offers/new", r.newOffer, see...)
	m.Post("/offers/new", r.keepOffer, see...)
	m.Get("/offers/{offer}/edit", r.newOffer, see...)
	m.Post("/offers/{offer}/edit", r.keepOffer, see...)
	m.Post("/offers/{offer}/confirm", r.confirm, see...)
	m.Get("/cases/{case}/ways", r.ways, w)
	m.Get("/cases/{case}/ways/fit", r.ask, w)
	m.Post("/cases/{case}/ways/fit", r.compare, w)
	m.Get("/cases/{case}/ways/new", r.newJourney, w)
	m.Post("/cases/{case}/ways/new", r.keepJourney, w)
	m.Get("/cases/{case}/ways/{item}/edit", r.newJourney, w)
	m.Post("/cases/{case}/ways/{item}/edit", r.keepJourney, w)
	m.Get("/cases/{case}/appointments/new", r.newVisit, w)
	m.Post("/cases/{case}/appointments/new", r.keepVisit, w)
	m.Get("/cases/{case}/appointments/{item}/edit", r.newVisit, w)
	m.Post("/cases/{case}/appointments/{item}/edit", r.keepVisit, w)
	m.Get("/cases/{case}/decisions/new", r.newDecision, w)
	m.Post("/cases/{case}/decisions/new", r.keepDecision, w)
	m.Get("/cases/{case}/decisions/{item}/edit", r.newDecision, w)
	m.Post("/cases/{case}/decisions/{item}/edit", r.keepDecision, w)
}

// Part is one part of a page. Only what is set is drawn.
type Part struct {
	ID, Title string
	Badge     *page.Badge
	Notes     []string
	Warn      []string
	Facts     []page.Fact
	Lists     []List
	Table     *ui.Table
	Events    []page.Event
	Links     []Link
	Forms     []Sent
}

// List is sentences under a heading.
type List struct {
	Title string
	Items []string
}

// Link leads somewhere.
type Link struct{ Text, Href string }

// Group is some fields under one legend.
type Group struct {
	Legend, Note string
	Row          bool
	Fields       []page.Field
}

// Sent is a form.
type Sent struct {
	i18n.Words
	Method, Action string
	Hidden         []ui.Hidden
	Groups         []Group
	Button, Back   string
	Main           bool
}

type view struct {
	ui.Frame
	Crumb, CrumbHref string
	Tabs             *ui.Tabs
	Intro            []string
	Filter           *ui.Filter
	Parts            []Part
}

// roomView is a page of the pathways and offers.
func roomView(f ui.Frame, current string) view {
	t := &ui.Tabs{Label: f.T("Ways into countries"), Items: []ui.Item{{Label: f.T("Pathways"), Path: "/pathways"}, {Label: f.T("Places offered"), Path: "/offers"}}}
	for n := range t.Items {
		t.Items[n].Current = t.Items[n].Path == current
	}
	return view{Frame: f, Tabs: t}
}

// caseView is a page of one case.
func caseView(f ui.Frame, c *cases.Case) view {
	return view{Frame: f, Crumb: f.T("Case %s", c.Pseudonym), CrumbHref: "/cases/" + c.ID}
}

// born is the hidden id of what a form will make: sent twice it makes it once.
func born(f page.Form, kind string) string {
	if id := f.Values.Get("id"); ids.Valid(kind, id) {
		return id
	}
	return ids.New(kind)
}

// again reports whether a form is to be shown anew with what is wrong.
func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

// form is the form of a page, with what was wrong when something was.
func form(c *ui.Context, wrong error) page.Form {
	if wrong == nil {
		return page.Form{Words: c.Words}
	}
	return c.Form(wrong)
}

// answer draws a form's page, with the status that says whether it was refused.
func answer(c *ui.Context, v view, wrong error) error {
	if wrong != nil {
		return c.Invalid(pages, "ways", v)
	}
	return c.Render(pages, "ways", v)
}

func options(w i18n.Words, all []string, word func(string) string) []page.Option {
	var out []page.Option
	for _, x := range all {
		out = append(out, page.Option{Value: x, Label: w.T(word(x))})
	}
	return out
}

func none(label string, all []page.Option) []page.Option {
	return append([]page.Option{{Value: "", Label: label}}, all...)
}

func num(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func number(c *ui.Context, name string) int {
	n, _ := c.Int(name)
	return int(max(-1, min(n, 1<<20)))
}

// codes reads codes of countries: "GE, AM".
func codes(text string) (out []string) {
	for x := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(", ;\n\r", r) }) {
		if x = strings.ToUpper(x); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// lines are the lines of a field that say something.
func lines(text string) (out []string) {
	for x := range strings.Lines(text) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func countryIn(w i18n.Words, code string) string { return country.Name(code, w.Tag()) }

func day(w i18n.Words, d clock.Day) string {
	if d == "" {
		return w.T("not said")
	}
	return w.Day(d)
}

// kept is the notice for what a change became.
func kept(s cases.Saved) string {
	if s.Rival {
		return "ways.rival"
	}
	return "ways.kept"
}
