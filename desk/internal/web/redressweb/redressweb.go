// Package redressweb is the pages of what was reached: who is free and who is not,
// proceedings, reparations, and the names of the dead that may be remembered.
//
// A handler reads a form, calls one verb of redress.Docket and sends the person on;
// views are made by plain functions. It refuses rules. It imports redress, staff,
// ui, page and the ground.
package redressweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
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

// Room serves the pages.
type Room struct {
	Docket *redress.Docket
	// Title is a campaign's title in a language; NotFound when there is none.
	Title func(ctx context.Context, a staff.Actor, campaign, lang string) (string, error)
	// Members lists those who can be let in.
	Members func(ctx context.Context) ([]staff.Member, error)

	set *page.Set
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"redress.begun":  i18n.Key("It is followed from now on. Let a colleague in, so that it does not hang on you alone."),
		"redress.kept":   i18n.Key("It is kept."),
		"redress.agreed": i18n.Key("Their consent is noted."),
		"redress.taken":  i18n.Key("The consents end today. What is public and names them was taken back in the same moment; the Front is told with its next call. Copies elsewhere stay."),
	})
	who := []staff.Role{staff.Advocate, staff.Editor}
	m.Get("/campaign/{campaign}/followed", r.list, who...)
	m.Get("/campaign/{campaign}/follow", r.beginForm, who...)
	m.Post("/campaign/{campaign}/follow", r.begin, who...)
	m.Get("/followed/{matter}", r.matter, who...)
	m.Get("/followed/{matter}/edit", r.editForm, who...)
	m.Post("/followed/{matter}/edit", r.edit, who...)
	m.Post("/followed/{matter}/events", r.note, who...)
	m.Post("/followed/{matter}/events/{event}/confirm", r.confirm, who...)
	m.Post("/followed/{matter}/consent", r.agree, who...)
	m.Post("/followed/{matter}/take-back", r.takeBack, who...)
	m.Post("/followed/{matter}/members", r.admit, who...)
}

func (r *Room) list(c *ui.Context) error {
	title, err := r.Title(c.Context(), c.Actor, c.ID("campaign"), c.Tag())
	if err != nil {
		return err
	}
	all, known, err := r.Docket.List(c.Context(), c.Actor, c.ID("campaign"))
	if err != nil {
		return err
	}
	members, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	return c.Render(r.set, "followed", listPage(c.Frame(c.T("What was reached")), c.ID("campaign"), title, all, known, members))
}

func (r *Room) beginForm(c *ui.Context) error { return r.beginWith(c, nil) }

func (r *Room) beginWith(c *ui.Context, wrong error) error {
	title, err := r.Title(c.Context(), c.Actor, c.ID("campaign"), c.Tag())
	if err != nil {
		return err
	}
	_, known, err := r.Docket.List(c.Context(), c.Actor, c.ID("campaign"))
	if err != nil {
		return err
	}
	m := redress.Matter{ID: ids.New("matter"), Campaign: c.ID("campaign"), Kind: redress.Kind(c.Text("kind")), Incident: c.Text("incident")}
	frame := c.Frame(c.T("Follow something"))
	if wrong == nil {
		return c.Render(r.set, "matter-form", formPage(frame, title, m, redress.Details{}, known, true))
	}
	frame.Form = c.Form(wrong)
	if id := c.Text("id"); ids.Valid("matter", id) {
		m.ID = id
	}
	return c.Invalid(r.set, "matter-form", formPage(frame, title, m, redress.Details{}, known, true))
}

// read reads a matter's own fields.
func read(c *ui.Context) (redress.Matter, redress.Details, error) {
	people, _ := c.Int("people")
	m := redress.Matter{ID: c.Text("id"), Campaign: c.ID("campaign"), Kind: redress.Kind(c.Text("kind")), Form: redress.Form(c.Text("form")), Incident: c.Text("incident"), People: int(min(max(people, -1), 1_000_000))}
	d := redress.Details{Who: c.Text("who"), Named: c.Has("named", "yes"), Where: c.Text("where"), Against: c.Text("against"), Words: c.Text("words"), WordsRU: c.Text("words_ru")}
	return m, d, c.Wrong()
}

func (r *Room) begin(c *ui.Context) error {
	m, d, err := read(c)
	if err == nil {
		err = r.Docket.Begin(c.Context(), c.Actor, m, d)
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.beginWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/followed/"+m.ID, "redress.begun")
}

func (r *Room) matter(c *ui.Context) error { return r.matterWith(c, nil) }

func (r *Room) matterWith(c *ui.Context, wrong error) error {
	o, err := r.Docket.Open(c.Context(), c.Actor, c.ID("matter"))
	if err != nil {
		return err
	}
	title, err := r.Title(c.Context(), c.Actor, o.Campaign, c.Tag())
	if err != nil {
		return err
	}
	members, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	frame := c.Frame(c.T(kindName(o.Kind)))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "matter", matterPage(frame, title, o, members, c.Actor.ID, clock.DayOf(c.Now())))
	}
	return c.Render(r.set, "matter", matterPage(frame, title, o, members, c.Actor.ID, clock.DayOf(c.Now())))
}

func (r *Room) editForm(c *ui.Context) error { return r.editWith(c, nil) }

func (r *Room) editWith(c *ui.Context, wrong error) error {
	o, err := r.Docket.Open(c.Context(), c.Actor, c.ID("matter"))
	if err != nil {
		return err
	}
	title, err := r.Title(c.Context(), c.Actor, o.Campaign, c.Tag())
	if err != nil {
		return err
	}
	_, known, err := r.Docket.List(c.Context(), c.Actor, o.Campaign)
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Correct it"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "matter-form", formPage(frame, title, o.Matter, o.Details, known, false))
	}
	return c.Render(r.set, "matter-form", formPage(frame, title, o.Matter, o.Details, known, false))
}

func (r *Room) edit(c *ui.Context) error {
	m, d, err := read(c)
	m.ID = c.ID("matter")
	revision, _ := c.Int("revision")
	if err == nil {
		err = r.Docket.Correct(c.Context(), c.Actor, m, d, int(revision))
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.editWith(c, err)
	}
	return r.done(c, err, "redress.kept")
}

// done sends the person on, or shows the page again with what is wrong.
func (r *Room) done(c *ui.Context, err error, notice string) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		if err != nil {
			return r.matterWith(c, err)
		}
	}
	if err != nil {
		return err
	}
	return c.See("/followed/"+c.ID("matter"), notice)
}

func (r *Room) note(c *ui.Context) error {
	e := redress.Event{ID: c.Text("id"), Stage: redress.Stage(c.Text("stage")), Day: c.Day("day"), Words: c.Text("said"), Evidence: c.Text("evidence")}
	err := c.Wrong()
	if err == nil {
		err = r.Docket.Note(c.Context(), c.Actor, c.ID("matter"), e)
	}
	return r.done(c, err, "redress.kept")
}

func (r *Room) confirm(c *ui.Context) error {
	return r.done(c, r.Docket.Confirm(c.Context(), c.Actor, c.ID("matter"), c.ID("event")), "redress.kept")
}

func (r *Room) agree(c *ui.Context) error {
	k := redress.Consent{Given: c.Day("given"), Until: c.Day("consent_until"), How: c.Text("how")}
	err := c.Wrong()
	if err == nil {
		err = r.Docket.Agree(c.Context(), c.Actor, c.ID("matter"), k)
	}
	return r.done(c, err, "redress.agreed")
}

func (r *Room) takeBack(c *ui.Context) error {
	return r.done(c, r.Docket.TakeBack(c.Context(), c.Actor, c.ID("matter")), "redress.taken")
}

func (r *Room) admit(c *ui.Context) error {
	return r.done(c, r.Docket.Admit(c.Context(), c.Actor, c.ID("matter"), c.Text("member")), "redress.kept")
}
