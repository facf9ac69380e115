// Package submissionweb is the pages of submissions to bodies of nations, courts
// and prosecutors: a list, a guided form beside the report of what is missing,
// the people with what each agreed to, and the frozen package.
//
// A handler reads a form, calls one verb of submission.Registry and sends the
// person on; views are made by plain functions. It refuses rules. It imports
// submission, staff, ui, page and the ground.
package submissionweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/submission"
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

// Room serves the pages of submissions.
type Room struct {
	Registry *submission.Registry
	// Members lists those who can be let in.
	Members func(ctx context.Context) ([]staff.Member, error)
	// Inspect says which of the texts the leak guard stops, by their places; nil: nothing is shown, and the gate still holds.
	Inspect func(ctx context.Context, a staff.Actor, id string, texts []string) ([]int, error)

	set *page.Set
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"submission.begun":   i18n.Key("The draft is begun. What the record knows stands in it."),
		"submission.written": i18n.Key("Kept and checked."),
		"submission.person":  i18n.Key("The person stands in the draft. Note now what they agreed to."),
		"submission.removed": i18n.Key("The person is taken out of the draft."),
		"submission.agreed":  i18n.Key("The consent is noted."),
		"submission.taken":   i18n.Key("The consents are ended as of today."),
		"submission.let-in":  i18n.Key("Your colleague can open it now."),
		"submission.filed":   i18n.Key("Filed. The package is frozen; take it to the body by the body's own way."),
	})
	m.Notices(map[string]string{
		"submission.followed": i18n.Key("Noted."),
		"submission.halted":   i18n.Key("The consent is ended as of today. The package does not leave any more."),
	})
	who := []staff.Role{staff.Advocate, staff.Editor}
	m.Get("/submissions", r.list, who...)
	m.Post("/submissions", r.begin, who...)
	m.Get("/submissions/{submission}", r.draft, who...)
	m.Post("/submissions/{submission}", r.write, who...)
	m.Post("/submissions/{submission}/people", r.addPerson, who...)
	m.Post("/submissions/{submission}/consent", r.agree, who...)
	m.Post("/submissions/{submission}/people/{person}/withdraw", r.takeBack, who...)
	m.Post("/submissions/{submission}/people/{person}/remove", r.removePerson, who...)
	m.Post("/submissions/{submission}/members", r.admit, who...)
	m.Post("/submissions/{submission}/file", r.file, who...)
	m.Post("/submissions/{submission}/after", r.after, who...)
	m.Get("/submissions/{submission}/pdf", r.pdf, who...)
	m.Get("/submissions/{submission}/text", r.text, who...)
}

func (r *Room) list(c *ui.Context) error { return r.listWith(c, nil) }

func (r *Room) listWith(c *ui.Context, wrong error) error {
	all, err := r.Registry.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	incidents, err := r.Registry.Incidents(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	members, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	var choices []page.Option
	for _, i := range incidents {
		choices = append(choices, page.Option{Value: i.ID, Label: i.Title})
	}
	frame := c.Frame(c.T("Submissions"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "submissions", listPage(frame, all, choices, members))
	}
	return c.Render(r.set, "submissions", listPage(frame, all, choices, members))
}

func (r *Room) begin(c *ui.Context) error {
	id, err := r.Registry.Begin(c.Context(), c.Actor, c.Text("procedure"), c.Text("incident"), c.Text("lang"))
	if fault.KindOf(err) == fault.Invalid {
		return r.listWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/submissions/"+id, "submission.begun")
}

func (r *Room) draft(c *ui.Context) error { return r.draftWith(c, nil) }

func (r *Room) draftWith(c *ui.Context, wrong error) error {
	o, err := r.Registry.Open(c.Context(), c.Actor, c.ID("submission"))
	if err != nil {
		return err
	}
	stopped, err := r.stopped(c, o)
	if err != nil {
		return err
	}
	members, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	frame := c.GuardFrame(c.T(o.Rules.Title))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "submission", draftPage(frame, o, stopped, members, c.Actor.ID))
	}
	return c.Render(r.set, "submission", draftPage(frame, o, stopped, members, c.Actor.ID))
}

// stopped are the parts of a draft that the leak guard stops.
func (r *Room) stopped(c *ui.Context, o submission.Open) ([]submission.Part, error) {
	if r.Inspect == nil || o.Filed {
		return nil, nil
	}
	parts := submission.Parts(o.Rules, o.Form, r.Registry.Today())
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.Text)
	}
	at, err := r.Inspect(c.Context(), c.Actor, o.ID, texts)
	var out []submission.Part
	for _, i := range at {
		out = append(out, parts[i])
	}
	return out, err
}

// done sends the person on, or shows the page again with what is wrong.
func (r *Room) done(c *ui.Context, err error, anchor, notice string) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict: // what was typed stays on the page
		return r.draftWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/submissions/"+c.ID("submission")+anchor, notice)
}

func (r *Room) write(c *ui.Context) error {
	o, err := r.Registry.Open(c.Context(), c.Actor, c.ID("submission"))
	if err != nil {
		return err
	}
	answers, reasons := map[string]string{}, map[string]string{}
	for _, e := range o.Rules.Elements {
		if v := c.Text("e-" + e.ID); v != "" {
			answers[e.ID] = v
		}
		if v := c.Text("why-" + e.ID); v != "" && e.Explain {
			reasons[e.ID] = v
		}
	}
	revision, _ := c.Int("revision")
	err = r.Registry.Write(c.Context(), c.Actor, c.ID("submission"), int(revision), c.Text("lang"), c.Text("group"), answers, reasons)
	return r.done(c, err, "", "submission.written")
}

func (r *Room) addPerson(c *ui.Context) error {
	p := submission.Person{Name: c.Text("name"), Born: c.Text("born"), About: c.Text("about")}
	return r.done(c, r.Registry.AddPerson(c.Context(), c.Actor, c.ID("submission"), p), "#people", "submission.person")
}

func (r *Room) agree(c *ui.Context) error {
	given, until := c.Day("given"), c.Day("until")
	err := c.Wrong()
	if err == nil {
		var scopes []submission.Scope
		for _, s := range c.Values("scope") {
			scopes = append(scopes, submission.Scope(s))
		}
		err = r.Registry.Agree(c.Context(), c.Actor, c.ID("submission"), c.Text("person"), scopes, submission.Consent{Given: given, Until: until, How: c.Text("how")})
	}
	return r.done(c, err, "#people", "submission.agreed")
}

func (r *Room) takeBack(c *ui.Context) error {
	d, err := r.Registry.Open(c.Context(), c.Actor, c.ID("submission"))
	if err != nil {
		return err
	}
	notice := "submission.taken"
	if d.Filed {
		notice = "submission.halted"
	}
	return r.done(c, r.Registry.TakeBack(c.Context(), c.Actor, d.ID, c.ID("person")), "", notice)
}

func (r *Room) removePerson(c *ui.Context) error {
	return r.done(c, r.Registry.RemovePerson(c.Context(), c.Actor, c.ID("submission"), c.ID("person")), "#people", "submission.removed")
}

func (r *Room) admit(c *ui.Context) error {
	return r.done(c, r.Registry.Admit(c.Context(), c.Actor, c.ID("submission"), c.Text("member")), "", "submission.let-in")
}

func (r *Room) file(c *ui.Context) error {
	revision, _ := c.Int("revision")
	return r.done(c, r.Registry.File(c.Context(), c.Actor, c.ID("submission"), int(revision)), "", "submission.filed")
}

// after notes what happened once it was filed.
func (r *Room) after(c *ui.Context) error {
	x, next := submission.After{Step: submission.Step(c.Text("step")), Day: c.Day("day"), Words: c.Text("words")}, c.Day("next")
	err := c.Wrong()
	if err == nil {
		err = r.Registry.Note(c.Context(), c.Actor, c.ID("submission"), x, next)
	}
	return r.done(c, err, "#after", "submission.followed")
}

func (r *Room) pdf(c *ui.Context) error {
	p, err := r.Registry.Fetch(c.Context(), c.Actor, c.ID("submission"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/pdf", "submission.pdf", p.PDF)
}

func (r *Room) text(c *ui.Context) error {
	p, err := r.Registry.Fetch(c.Context(), c.Actor, c.ID("submission"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, "text/plain; charset=utf-8", "submission.txt", []byte(p.Text))
}
