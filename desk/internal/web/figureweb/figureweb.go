// Package figureweb is the pages of the figures: every number as a range with its
// ends, its claims and the denials beside it, and what was said before.
//
// From a number to its claims and their sources it is one click. Views are made
// by plain functions from what figures.Tally gave. It refuses rules: what a figure
// is, is reckoned in figures. It imports figures, record, edtf, staff, ui, page
// and the ground.
package figureweb

import (
	"context"
	"embed"
	"io/fs"
	"strconv"

	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
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

// Room serves the pages of the figures.
type Room struct {
	Tally *figures.Tally
	// Incidents lists what figures can be about.
	Incidents func(ctx context.Context, by staff.Actor) ([]record.Incident, error)
	// Members names colleagues by id.
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"figure.added":    i18n.Key("The figure is kept and was reckoned."),
		"figure.reckoned": i18n.Key("The figure was reckoned anew. What it was before stands below."),
		"figure.excluded": i18n.Key("Your decision is kept, and the figure was reckoned anew."),
		"figure.reviewed": i18n.Key("Your check is kept."),
	})
	read, work := record.Readers(), figures.Counters()
	m.Get("/figures", r.list, read...)
	m.Get("/figures/new", r.newFigure, work...)
	m.Post("/figures/new", r.addFigure, work...)
	m.Get("/figures/{figure}", r.figure, read...)
	m.Post("/figures/{figure}/reckon", r.reckon, work...)
	m.Post("/figures/{figure}/leave", r.exclude, work...)
	m.Post("/figures/{figure}/check", r.review, work...)
}

func counts(c *ui.Context) bool { return c.Actor.Roles.Any(figures.Counters()...) }

func (r *Room) names(ctx context.Context) (names, error) {
	n := names{}
	if r.Members == nil {
		return n, nil
	}
	all, err := r.Members(ctx)
	for _, m := range all {
		n[m.ID] = m.Name
	}
	return n, err
}

type names map[string]string

func (n names) of(w i18n.Words, id string) string {
	if s := n[id]; s != "" {
		return s
	}
	if id == "desk" || id == "" {
		return w.T("by itself")
	}
	return w.T("a member who left")
}

func (r *Room) list(c *ui.Context) error {
	rows, err := r.Tally.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newList(c.Frame(c.T("Figures")), rows, counts(c)))
}

func (r *Room) sheet(c *ui.Context, f page.Form) (sheetView, error) {
	part, _ := strconv.Atoi(c.R.URL.Query().Get("part")) // what is no number is the first
	s, err := r.Tally.SheetPart(c.Context(), c.Actor, c.ID("figure"), part)
	if err != nil {
		return sheetView{}, err
	}
	n, err := r.names(c.Context())
	if err != nil {
		return sheetView{}, err
	}
	frame := c.Frame(c.T(s.Figure.Label()))
	if f.Values != nil {
		frame.Form = f
	}
	return newSheet(frame, s, n, c.Actor.ID, counts(c)), nil
}

func (r *Room) figure(c *ui.Context) error {
	v, err := r.sheet(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "figure", v)
}

func (r *Room) done(c *ui.Context, err error, notice string) error {
	if fault.KindOf(err) == fault.Invalid {
		v, verr := r.sheet(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "figure", v)
	}
	if err != nil {
		return err
	}
	return c.See("/figures/"+c.ID("figure"), notice)
}

func (r *Room) reckon(c *ui.Context) error {
	day := c.Day("asof")
	if day == "" {
		c.Bad("asof", "Say as of which day.")
	}
	err := c.Wrong()
	if err == nil {
		_, err = r.Tally.Reckon(c.Context(), c.Actor, c.ID("figure"), day)
	}
	return r.done(c, err, "figure.reckoned")
}

func (r *Room) exclude(c *ui.Context) error {
	c.Need("claim", "Choose the claim.")
	err := c.Wrong()
	if err == nil {
		err = r.Tally.Exclude(c.Context(), c.Actor, figures.Exclusion{Figure: c.ID("figure"), Claim: c.Text("claim"), Out: c.Text("what") != "in", Reason: c.Text("reason")})
	}
	return r.done(c, err, "figure.excluded")
}

func (r *Room) review(c *ui.Context) error {
	return r.done(c, r.Tally.Review(c.Context(), c.Actor, c.ID("figure"), c.Text("reckoning")), "figure.reviewed")
}

func (r *Room) form(c *ui.Context, f page.Form) (formView, error) {
	all, err := r.Incidents(c.Context(), c.Actor)
	if err != nil {
		return formView{}, err
	}
	frame := c.Frame(c.T("Begin a figure"))
	if f.Values != nil {
		frame.Form = f
	}
	return newForm(frame, all), nil
}

func (r *Room) newFigure(c *ui.Context) error {
	v, err := r.form(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) addFigure(c *ui.Context) error {
	status := record.Status(c.Text("status"))
	f, err := r.Tally.Add(c.Context(), c.Actor, figures.Figure{Status: status, Unit: record.Unit(c.Text("unit")), Population: c.Text("population"),
		Scope: figures.Scope{Incident: c.Text("incident")}, Running: status.OfHelp(), Basis: figures.Basis(c.Text("basis"))})
	if fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict {
		v, verr := r.form(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	return c.See("/figures/"+f.ID, "figure.added")
}
