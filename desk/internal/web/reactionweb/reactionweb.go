// Package reactionweb is the pages of what is said in public: a reader's list, the
// page on which a person reads one statement, the feeds, and the share over time.
//
// A handler reads a form, calls one verb of reactions.Desk and sends the person on;
// views are made by plain functions. Nothing of a feed is shown but as words. It
// refuses rules. It imports reactions, staff, ui, page and the ground.
package reactionweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/reactions"
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
	Desk  *reactions.Desk
	Names func(ctx context.Context) (map[string]string, error)

	set *page.Set
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"reaction.kept":   i18n.Key("It stands in the list."),
		"reaction.read":   i18n.Key("Your reading is kept with your name."),
		"reaction.erased": i18n.Key("Its words are erased. It counts no more."),
		"reaction.source": i18n.Key("The list of feeds is kept."),
	})
	who := []staff.Role{staff.Advocate, staff.Editor}
	m.Get("/reactions", r.list, who...)
	m.Post("/reactions", r.putIn, who...)
	m.Get("/reactions/{reaction}", r.open, who...)
	m.Post("/reactions/{reaction}", r.read, who...)
	m.Post("/reactions/{reaction}/erase", r.erase, who...)
	m.Get("/reaction-feeds", r.feeds, who...)
	m.Post("/reaction-feeds", r.keepFeed, who...)
}

func (r *Room) list(c *ui.Context) error { return r.listWith(c, nil) }

func (r *Room) listWith(c *ui.Context, wrong error) error {
	all, sources, err := r.Desk.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Reactions"))
	show := c.Text("show")
	if wrong != nil {
		f.Form = c.Form(wrong)
		return c.Invalid(r.set, "reactions", listPage(f, all, sources, show, clock.DayOf(c.Now())))
	}
	return c.Render(r.set, "reactions", listPage(f, all, sources, show, clock.DayOf(c.Now())))
}

func (r *Room) putIn(c *ui.Context) error {
	x := reactions.Reaction{ID: c.Text("id"), Way: reactions.Way(c.Text("way")), URL: c.Text("url"), Title: c.Text("title"), Words: c.Text("words"), Speaker: c.Text("speaker"), Day: c.Day("day")}
	err := c.Wrong()
	if err == nil {
		err = r.Desk.PutIn(c.Context(), c.Actor, x)
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.listWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/reactions/"+x.ID, "reaction.kept")
}

func (r *Room) open(c *ui.Context) error { return r.openWith(c, nil) }

func (r *Room) openWith(c *ui.Context, wrong error) error {
	x, err := r.Desk.Open(c.Context(), c.Actor, c.ID("reaction"))
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Reaction"))
	if wrong != nil {
		f.Form = c.Form(wrong)
		return c.Invalid(r.set, "reaction", readPage(f, x, names))
	}
	return c.Render(r.set, "reaction", readPage(f, x, names))
}

func (r *Room) read(c *ui.Context) error {
	x := reactions.Reading{Tone: reactions.Tone(c.Text("tone")), Note: c.Text("note"), Decision: reactions.Decision(c.Text("decision")), Reply: c.Text("reply")}
	for _, h := range c.Values("harm") {
		x.Harms = append(x.Harms, reactions.Harm(h))
	}
	revision, _ := c.Int("revision")
	err := c.Wrong()
	if err == nil {
		err = r.Desk.Read(c.Context(), c.Actor, c.ID("reaction"), x, int(revision))
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.openWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/reactions", "reaction.read")
}

func (r *Room) erase(c *ui.Context) error {
	if err := r.Desk.Erase(c.Context(), c.Actor, c.ID("reaction")); err != nil {
		return err
	}
	return c.See("/reactions", "reaction.erased")
}

func (r *Room) feeds(c *ui.Context) error { return r.feedsWith(c, nil) }

func (r *Room) feedsWith(c *ui.Context, wrong error) error {
	_, sources, err := r.Desk.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Feeds that are read"))
	if wrong != nil {
		f.Form = c.Form(wrong)
		return c.Invalid(r.set, "feeds", feedsPage(f, sources, r.Desk.Fetches()))
	}
	return c.Render(r.set, "feeds", feedsPage(f, sources, r.Desk.Fetches()))
}

func (r *Room) keepFeed(c *ui.Context) error {
	s := reactions.Source{ID: c.Text("id"), Name: c.Text("name"), URL: c.Text("url"), Paused: c.Has("do", "pause")}
	if c.Text("do") != "" { // one of the list: only whether it is read changes
		_, all, err := r.Desk.List(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.ID == s.ID {
				s.Name, s.URL = o.Name, o.URL
			}
		}
	}
	err := r.Desk.KeepSource(c.Context(), c.Actor, s)
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.feedsWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/reaction-feeds", "reaction.source")
}

// born is the hidden id of what a form will make: sent twice it makes it once.
func born(f page.Form, kind string) string {
	if id := f.Values.Get("id"); ids.Valid(kind, id) {
		return id
	}
	return ids.New(kind)
}
