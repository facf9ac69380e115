// Package opinionweb is the pages of opinions by clinicians and forensic experts:
// the guided forms, signing, the page to be printed.
//
// What a person told, what was examined and what is concluded stand in panels of
// their own. The package refuses rules; it imports opinion, staff, ui, page and the
// ground.
package opinionweb

import (
	"context"
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"waylight/desk/internal/opinion"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
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
	Surgery *opinion.Surgery
	Names   func(ctx context.Context) (map[string]string, error) // members' names by id
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"opinion.begun":     i18n.Key("The opinion is begun. Only you can open it; let a colleague in when you want one to read."),
		"opinion.kept":      i18n.Key("What you wrote is kept, sealed."),
		"opinion.signed":    i18n.Key("The edition is signed and frozen. Go on writing, and sign again, when something must be added."),
		"opinion.taken":     i18n.Key("The consents end today. Nothing more is signed, and no edition may be handed out."),
		"opinion.destroyed": i18n.Key("The opinion is destroyed. Nobody can read it any more."),
		"opinion.bound":     i18n.Key("The opinion is bound to this case. Whoever can open it is asked to agree."),
		"opinion.agreed":    i18n.Key("It ends with the case."),
		"opinion.refused":   i18n.Key("It is bound to no case any more. The case's page says so."),
		"opinion.untied":    i18n.Key("The opinion is untied. It does not end with this case."),
		"opinion.admitted":  i18n.Key("Your colleague can read it from now on."),
	})
	who := staff.Documenter
	m.Get("/record/opinions", r.list, who)
	m.Post("/record/opinions", r.begin, who)
	m.Get("/record/opinions/{opinion}", r.opinion, who)
	m.Post("/record/opinions/{opinion}", r.save, who)
	m.Post("/record/opinions/{opinion}/sign", r.sign, who)
	m.Get("/record/opinions/{opinion}/editions/{number}", r.edition, who)
	m.Post("/record/opinions/{opinion}/take-back", r.takeBack, who)
	m.Post("/record/opinions/{opinion}/members", r.admit, who)
	m.Post("/record/opinions/{opinion}/destroy", r.destroy, who)
	m.Post("/record/opinions/{opinion}/agree", r.agree, who)
	m.Post("/record/opinions/{opinion}/refuse", r.refuse, who)
	m.Get("/cases/{case}/opinions", r.ties, staff.Caseworker)
	m.Post("/cases/{case}/opinions", r.bind, staff.Caseworker)
	m.Post("/cases/{case}/opinions/{item}/untie", r.untie, staff.Caseworker)
}

func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict || k == fault.Denied)
}

func (r *Room) listWith(c *ui.Context, wrong error) error {
	all, err := r.Surgery.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Opinions of experts"))
	if wrong == nil {
		return c.Render(pages, "opinions", newList(frame, all, names, ids.New("opinion")))
	}
	frame.Form = c.Form(wrong)
	return c.Invalid(pages, "opinions", newList(frame, all, names, ids.New("opinion")))
}

func (r *Room) list(c *ui.Context) error { return r.listWith(c, nil) }

func (r *Room) begin(c *ui.Context) error {
	id := c.Text("id")
	err := r.Surgery.Begin(c.Context(), c.Actor, id, c.Text("form"))
	if again(err) {
		return r.listWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/record/opinions/"+id, "opinion.begun")
}

// opinionWith shows the form; with n, what was typed instead of what is kept.
func (r *Room) opinionWith(c *ui.Context, wrong error) error {
	o, err := r.Surgery.Open(c.Context(), c.Actor, c.ID("opinion"))
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	members, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Opinion of an expert"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
	}
	v := newOpinion(frame, o, names, members, c.Actor.ID)
	if wrong != nil {
		return c.Invalid(pages, "opinion", v)
	}
	return c.Render(pages, "opinion", v)
}

func (r *Room) opinion(c *ui.Context) error { return r.opinionWith(c, nil) }

// maxFindings of one form.
const maxFindings = 40

func read(c *ui.Context, f opinion.Form) opinion.Content {
	n := opinion.Content{Who: c.Text("who"), Code: c.Text("code"), Files: strings.Fields(c.Text("files")), Claims: strings.Fields(c.Text("claims")), Answers: map[string]string{}, Unasked: c.Text("unasked"),
		Expert: opinion.Expert{Name: c.Text("expert_name"), Role: c.Text("expert_role"), Qualification: c.Text("expert_qualification")}}
	for _, e := range f.Elements {
		if v := c.Text(e.ID); v != "" {
			n.Answers[e.ID] = v
		}
	}
	for i := range maxFindings {
		at := strconv.Itoa(i)
		n.Findings = append(n.Findings, opinion.Finding{What: c.Text("what_" + at), From: c.Text("from_" + at), Degree: c.Text("degree_" + at), Why: c.Text("why_" + at)})
	}
	for _, s := range opinion.Scopes() {
		n.Consents = append(n.Consents, opinion.Consent{Scope: s, Given: clock.Day(c.Text("given_" + string(s))), By: c.Text("by_" + string(s)), How: c.Text("how_" + string(s))})
	}
	return n
}

func (r *Room) save(c *ui.Context) error {
	f, ok := opinion.Find(c.Text("form"), c.Text("edition"))
	if !ok {
		return fault.New(fault.Conflict, "The questions of this opinion are not here any more. Begin a new one.")
	}
	revision, _ := c.Int("revision")
	err := c.Wrong()
	if err == nil {
		err = r.Surgery.Save(c.Context(), c.Actor, c.ID("opinion"), int(max(revision, 1)), read(c, f))
	}
	if again(err) {
		return r.opinionWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/record/opinions/"+c.ID("opinion"), "opinion.kept")
}

// after answers a short form of the page.
func (r *Room) after(c *ui.Context, err error, to, notice string) error {
	if again(err) {
		return r.opinionWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(to, notice)
}

func (r *Room) sign(c *ui.Context) error {
	revision, _ := c.Int("revision")
	err := c.Wrong()
	if err == nil {
		err = r.Surgery.Sign(c.Context(), c.Actor, c.ID("opinion"), int(max(revision, 1)), c.Has("sure", "yes"))
	}
	return r.after(c, err, "/record/opinions/"+c.ID("opinion"), "opinion.signed")
}

func (r *Room) takeBack(c *ui.Context) error {
	return r.after(c, r.Surgery.TakeBack(c.Context(), c.Actor, c.ID("opinion")), "/record/opinions/"+c.ID("opinion"), "opinion.taken")
}

func (r *Room) admit(c *ui.Context) error {
	return r.after(c, r.Surgery.Admit(c.Context(), c.Actor, c.ID("opinion"), c.Text("member")), "/record/opinions/"+c.ID("opinion"), "opinion.admitted")
}

func (r *Room) destroy(c *ui.Context) error {
	return r.after(c, r.Surgery.Destroy(c.Context(), c.Actor, c.ID("opinion"), c.Has("destroy", "yes")), "/record/opinions", "opinion.destroyed")
}

func (r *Room) agree(c *ui.Context) error {
	return r.after(c, r.Surgery.Agree(c.Context(), c.Actor, c.ID("opinion")), "/record/opinions", "opinion.agreed")
}

func (r *Room) refuse(c *ui.Context) error {
	return r.after(c, r.Surgery.Refuse(c.Context(), c.Actor, c.ID("opinion"), c.Text("refusal")), "/record/opinions/"+c.ID("opinion"), "opinion.refused")
}

// tiesWith shows the opinions that a case is bound to.
func (r *Room) tiesWith(c *ui.Context, wrong error) error {
	k, all, err := r.Surgery.Ties(c.Context(), c.Actor, c.ID("case"))
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Opinions of experts"))
	if wrong == nil {
		return c.Render(pages, "ties", newTies(frame, k.File, all, ids.New("expertise"), c.Now()))
	}
	frame.Form = c.Form(wrong)
	return c.Invalid(pages, "ties", newTies(frame, k.File, all, ids.New("expertise"), c.Now()))
}

func (r *Room) ties(c *ui.Context) error { return r.tiesWith(c, nil) }

// afterTie answers a form of the case's page.
func (r *Room) afterTie(c *ui.Context, err error, notice string) error {
	if again(err) {
		return r.tiesWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/opinions", notice)
}

func (r *Room) bind(c *ui.Context) error {
	return r.afterTie(c, r.Surgery.Bind(c.Context(), c.Actor, c.ID("case"), c.Text("item"), strings.TrimSpace(c.Text("opinion"))), "opinion.bound")
}

func (r *Room) untie(c *ui.Context) error {
	return r.afterTie(c, r.Surgery.Untie(c.Context(), c.Actor, c.ID("case"), c.ID("item")), "opinion.untied")
}

func (r *Room) edition(c *ui.Context) error {
	n, err := strconv.Atoi(c.ID("number"))
	if err != nil {
		return fault.Missing()
	}
	e, err := r.Surgery.Edition(c.Context(), c.Actor, c.ID("opinion"), n)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "edition", newEdition(c.Frame(c.T("Signed opinion")), e, names))
}
