// Package supportweb is the pages of petitions: a list, the draft in two languages
// with its approvals, the proposals for supporters' own letters, and, once it is
// public, how many signed, what waits for a person, and what supporters are told.
//
// A handler reads a form, calls one verb of supporters.Roll and sends the person
// on; views are made by plain functions. It refuses rules, and shows no name of
// anybody who signed. It imports supporters, campaign, publish, petition, staff,
// ui, page and the ground.
package supportweb

import (
	"context"
	"embed"
	"io/fs"
	"slices"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/petition"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Room serves the pages of petitions.
type Room struct {
	Roll      *supporters.Roll
	Campaigns func(ctx context.Context, a staff.Actor) ([]page.Option, error)
	Names     func(ctx context.Context) (map[string]string, error)
	// Inspect says what the leak guard finds in a petition's words.
	Inspect func(ctx context.Context, a staff.Actor, subject, class string, paragraphs []string) ([]publish.Hit, error)
	// Counted is how many the Front counts exactly; nil: it is not asked.
	Counted func(ctx context.Context, public string) (int, error)
	// Address is where visitors find a page of the Front.
	Address func(lang, path string) string

	set *page.Set
}

var (
	writers = []staff.Role{staff.Advocate, staff.Editor}
	readers = []staff.Role{staff.Advocate, staff.Editor, staff.Security}
)

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"petition.begun":     i18n.Key("The draft is begun."),
		"petition.kept":      i18n.Key("The draft is kept. What was agreed before does not count any more."),
		"petition.agreed":    i18n.Key("Your yes is noted."),
		"petition.published": i18n.Key("The petition is signed and on its way to the public server."),
		"petition.closed":    i18n.Key("The petition is closed. Messages that were sent can still be confirmed."),
		"petition.removed":   i18n.Key("The petition is taken down."),
		"petition.erased":    i18n.Key("Those who signed are erased."),
		"petition.counted":   i18n.Key("The count is signed and on its way to the public server."),
		"petition.released":  i18n.Key("They are asked by mail to confirm."),
		"petition.discarded": i18n.Key("They are erased."),
		"petition.again":     i18n.Key("It is on its way to the public server once more."),
		"petition.packed":    i18n.Key("The package is made. Download it from the list."),
		"petition.imported":  i18n.Key("The list is taken in."),
		"petition.told":      i18n.Key("The messages wait in the outbox. They go when nothing more urgent waits."),
	})
	m.Get("/petitions", r.list, readers...)
	m.Post("/petitions", r.begin, writers...)
	m.Get("/petitions/{petition}", r.show, readers...)
	m.Post("/petitions/{petition}", r.revise, writers...)
	m.Post("/petitions/{petition}/letters", r.letter, writers...)
	m.Post("/petitions/{petition}/approve", r.approve, readers...)
	m.Post("/petitions/{petition}/publish", r.publish, writers...)
	m.Post("/petitions/{petition}/close", r.close, writers...)
	m.Post("/petitions/{petition}/remove", r.remove, readers...)
	m.Post("/petitions/{petition}/erase", r.erase, readers...)
	m.Post("/petitions/{petition}/count", r.count, staff.Advocate)
	m.Post("/petitions/{petition}/held", r.held, staff.Advocate)
	m.Post("/petitions/{petition}/again", r.again, staff.Advocate)
	m.Post("/petitions/{petition}/tell", r.tell, staff.Advocate)
	m.Get("/petitions/{petition}/handover", r.handover, staff.Advocate)
	m.Post("/petitions/{petition}/packages", r.pack, staff.Advocate)
	m.Get("/petitions/{petition}/packages/{package}", r.fetchPack, staff.Advocate)
	m.Post("/petitions/{petition}/lines", r.lines, staff.Advocate)
	m.Get("/petitions/{petition}/export/{format}", r.export, staff.Advocate)
	m.Post("/petitions/{petition}/import", r.importList, staff.Advocate)
}

func (r *Room) list(c *ui.Context) error { return r.listWith(c, nil) }

func (r *Room) listWith(c *ui.Context, wrong error) error {
	all, err := r.Roll.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	campaigns, err := r.Campaigns(c.Context(), c.Actor)
	if err != nil && fault.KindOf(err) != fault.Denied {
		return err
	}
	frame := c.Frame(c.T("Petitions"))
	id := supporters.NewID()
	if wrong != nil {
		frame.Form = c.Form(wrong)
		id = c.Text("id")
		return c.Invalid(r.set, "petitions", listPage(frame, all, campaigns, id, c.Actor.Roles.Any(writers...)))
	}
	return c.Render(r.set, "petitions", listPage(frame, all, campaigns, id, c.Actor.Roles.Any(writers...)))
}

// content reads the form of a draft.
func content(c *ui.Context) supporters.Content {
	text := func(name string) campaign.Text {
		return campaign.Text{EN: c.Text(name + "-en"), RU: c.Text(name + "-ru")}
	}
	goal, _ := c.Int("goal")
	return supporters.Content{Title: text("title"), To: text("to"), Body: text("body"), Until: c.Day("until"), Goal: int(goal)}
}

func (r *Room) begin(c *ui.Context) error {
	in := content(c)
	err := c.Wrong()
	if err == nil {
		err = r.Roll.Begin(c.Context(), c.Actor, c.Text("id"), c.Text("slug"), c.Text("campaign"), in)
	}
	if fault.KindOf(err) == fault.Invalid {
		return r.listWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/petitions/"+c.Text("id"), "petition.begun")
}

func (r *Room) show(c *ui.Context) error { return r.showWith(c, nil) }

func (r *Room) showWith(c *ui.Context, wrong error) error {
	f, err := r.Roll.Open(c.Context(), c.Actor, c.ID("petition"))
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	k := known{file: f, names: names, me: c.Actor, address: r.Address, front: -1, error: wrong}
	if f.State == supporters.Draft {
		if k.hits, err = r.Inspect(c.Context(), c.Actor, f.ID, "public", f.Content.Texts()); err != nil {
			return err
		}
	} else if r.Counted != nil {
		if n, err := r.Counted(c.Context(), f.Public); err == nil { // the Front may be out of reach: the page opens all the same
			k.front = n
		}
	}
	if f.State == supporters.Removed {
		if k.erase, err = r.Roll.EraseSigners(c.Context(), c.Actor, f.ID, true); err != nil {
			return err
		}
	}
	if slices.Contains(f.Holders, c.Actor.ID) {
		if k.held, err = r.Roll.Held(c.Context(), c.Actor, f.ID); err != nil {
			return err
		}
	}
	frame := c.GuardFrame(f.Content.Title.In(c.Tag()))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "petition", petitionPage(frame, k))
	}
	return c.Render(r.set, "petition", petitionPage(frame, k))
}

// done sends the person on, or shows the page again with what is wrong.
func (r *Room) done(c *ui.Context, err error, notice string) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict: // what was typed stays on the page
		return r.showWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/petitions/"+c.ID("petition"), notice)
}

func (r *Room) revise(c *ui.Context) error {
	in := content(c)
	revision, _ := c.Int("revision")
	err := c.Wrong()
	if err == nil {
		f, opened := r.Roll.Open(c.Context(), c.Actor, c.ID("petition"))
		if opened != nil {
			return opened
		}
		in.Letters = f.Content.Letters
		err = r.Roll.Revise(c.Context(), c.Actor, c.ID("petition"), in, int(revision))
	}
	return r.done(c, err, "petition.kept")
}

// letter adds, replaces or takes out the proposal for one country.
func (r *Room) letter(c *ui.Context) error {
	f, err := r.Roll.Open(c.Context(), c.Actor, c.ID("petition"))
	if err != nil {
		return err
	}
	revision, _ := c.Int("revision")
	in := f.Content
	country := c.Text("country")
	in.Letters = slices.DeleteFunc(slices.Clone(in.Letters), func(l petition.Letter) bool { return l.Country == country })
	if c.Text("do") != "remove" {
		in.Letters = append(in.Letters, petition.Letter{Country: country, Office: c.Text("office"), Email: c.Text("email"), Lang: c.Text("lang"), Subject: c.Text("subject"), Body: c.Text("words")})
		slices.SortFunc(in.Letters, func(a, b petition.Letter) int {
			if a.Country < b.Country {
				return -1
			}
			return 1
		})
	}
	return r.done(c, r.Roll.Revise(c.Context(), c.Actor, f.ID, in, int(revision)), "petition.kept")
}

func (r *Room) approve(c *ui.Context) error {
	return r.done(c, r.Roll.Approve(c.Context(), c.Actor, c.ID("petition"), c.Text("digest")), "petition.agreed")
}

func (r *Room) publish(c *ui.Context) error {
	return r.done(c, r.Roll.Publish(c.Context(), c.Actor, c.ID("petition")), "petition.published")
}

func (r *Room) close(c *ui.Context) error {
	return r.done(c, r.Roll.Close(c.Context(), c.Actor, c.ID("petition")), "petition.closed")
}

func (r *Room) remove(c *ui.Context) error {
	return r.done(c, r.Roll.Remove(c.Context(), c.Actor, c.ID("petition")), "petition.removed")
}

func (r *Room) erase(c *ui.Context) error {
	_, err := r.Roll.EraseSigners(c.Context(), c.Actor, c.ID("petition"), false)
	return r.done(c, err, "petition.erased")
}

func (r *Room) count(c *ui.Context) error {
	return r.done(c, r.Roll.SignTally(c.Context(), c.Actor, c.ID("petition")), "petition.counted")
}

func (r *Room) again(c *ui.Context) error {
	return r.done(c, r.Roll.SendAgain(c.Context(), c.Actor, c.ID("petition")), "petition.again")
}

func (r *Room) held(c *ui.Context) error {
	if c.Text("do") == "discard" {
		return r.done(c, r.Roll.Discard(c.Context(), c.Actor, c.ID("petition"), c.Text("group")), "petition.discarded")
	}
	return r.done(c, r.Roll.Release(c.Context(), c.Actor, c.ID("petition"), c.Text("group")), "petition.released")
}

func (r *Room) tell(c *ui.Context) error {
	n := supporters.News{Once: c.Text("once"), Subject: campaign.Text{EN: c.Text("subject-en"), RU: c.Text("subject-ru")}, Words: campaign.Text{EN: c.Text("news-en"), RU: c.Text("news-ru")}}
	return r.done(c, r.Roll.Tell(c.Context(), c.Actor, c.ID("petition"), n), "petition.told")
}
