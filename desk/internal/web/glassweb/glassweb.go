// Package glassweb is the page on which two named people open a case that nobody
// who is assigned can open, and the alarm that tells everybody concerned.
//
// It refuses rules: those are glass's. It imports glass, staff, ui, page and the ground.
package glassweb

import (
	"context"
	"embed"
	"io/fs"
	"strconv"
	"time"

	"waylight/desk/internal/glass"
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

// Room serves the pages.
type Room struct {
	Pane    *glass.Pane
	Names   func(ctx context.Context) (map[string]string, error)
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes. A holder may have any role; the verbs ask further.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"glass.split":   i18n.Key("The parts are given. Each case is covered when somebody opens it next."),
		"glass.asked":   i18n.Key("Asked. The second person sees it on every page."),
		"glass.opened":  i18n.Key("The case is open for your colleague. Everybody concerned is told."),
		"glass.refused": i18n.Key("Refused. Nothing was opened."),
		"glass.ended":   i18n.Key("Ended. The case has new keys."),
		"glass.seen":    i18n.Key("Noted that you have seen it."),
	})
	m.Get("/break-glass", r.show)
	m.Post("/break-glass/holders", r.split, staff.Security)
	m.Post("/break-glass/ask", r.ask, staff.Caseworker)
	m.Urgent("/break-glass/{opening}/answer", r.answer)
	m.Post("/break-glass/{opening}/end", r.end)
	m.Post("/break-glass/{opening}/seen", r.seen)
}

// view is the page.
type view struct {
	ui.Frame
	Holders []string
	Gone    []string
	Older   int
	Alone   bool // there is a key, but the actor holds no part
	Ask     []page.Field
	Choose  []page.Field
	ID      string
	List    []row
}

// row is one opening.
type row struct {
	Title             string
	Badge             page.Badge
	Facts             []page.Fact
	Left              *page.TimeLeft
	Answer, End, Seen string // where to act; empty: not this one
}

func makeView(f ui.Frame, s glass.Standing, me staff.Member, members []staff.Member, names map[string]string, id string) view {
	w := f.Words
	v := view{Frame: f, Older: s.Older, ID: id, Alone: len(s.Holders) > 0 && !s.Mine}
	name := func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return w.T("a member who left")
	}
	var seconds, all []page.Option
	for _, h := range s.Holders {
		v.Holders = append(v.Holders, name(h))
		if h != me.ID && !contains(s.Gone, h) {
			seconds = append(seconds, page.Option{Value: h, Label: name(h)})
		}
	}
	for _, g := range s.Gone {
		v.Gone = append(v.Gone, name(g))
	}
	for _, m := range members {
		o := page.Option{Value: m.ID, Label: m.Name}
		if m.Roles.Has(staff.Caseworker) {
			o.Hint = w.T("caseworker")
		}
		all = append(all, o)
	}
	if s.Mine && me.Roles.Has(staff.Caseworker) {
		v.Ask = []page.Field{
			f.Form.Text("code", w.T("Code of the case")).Short().Hint(w.T("Such as RJ-4071.")),
			f.Form.Area("reason", w.T("Why it must be opened")).Rows(4).Hint(w.T("The second person, everybody who is assigned and the security officers read this.")),
			f.Form.Radios("second", w.T("Who decides with you"), seconds),
			f.Form.Input("number", "hours", w.T("For how many hours")).Short().Hint(w.T("From 1 to 72. Then the case gets new keys.")).Or("8"),
		}
	}
	if me.Roles.Has(staff.Security) {
		v.Choose = []page.Field{f.Form.Checks("holders", w.T("Who holds a part"), all).Hint(w.T("At least three, one of them a caseworker. Any two of them can open any case together; one alone cannot.")).Or(s.Holders...)}
	}
	for _, o := range s.List {
		v.List = append(v.List, rowOf(w, o, me, name, f.Now))
	}
	return v
}

func rowOf(w i18n.Words, o glass.Shown, me staff.Member, name func(string) string, now time.Time) row {
	x := row{Title: w.T("Case %s", o.Code)}
	why := o.Why
	if why == "" {
		why = w.T("sealed to others")
	}
	x.Facts = []page.Fact{{Term: w.T("Asked by"), Text: name(o.By), Note: w.Date(o.At)}, {Term: w.T("Why"), Text: why}, {Term: w.T("Second person"), Text: name(o.Second)},
		{Term: w.T("Time"), Text: w.N("%d hour", "%d hours", o.Hours)}}
	base := "/break-glass/" + o.ID
	running := false
	switch {
	case o.State == glass.Asked && !now.Before(o.At.Add(glass.Answer)), o.State == glass.Lapsed:
		x.Badge = page.Badge{Text: w.T("Nobody answered in time")}
	case o.State == glass.Asked:
		x.Badge = page.Badge{Text: w.T("Waits for the second person"), Tone: page.Accent}
		x.Left = &page.TimeLeft{Words: w, Due: o.At.Add(glass.Answer), Now: now}
		if o.Second == me.ID {
			x.Answer = base + "/answer"
		}
	case o.State == glass.Refused:
		x.Badge = page.Badge{Text: w.T("Refused")}
	case now.Before(o.Until):
		running = true
		x.Badge = page.Badge{Text: w.T("Open now"), Tone: page.Danger}
		x.Left = &page.TimeLeft{Words: w, Due: o.Until, Now: now}
	default:
		x.Badge = page.Badge{Text: w.T("Over")}
		x.Facts = append(x.Facts, page.Fact{Term: w.T("It was open until"), Text: w.Date(o.Until)})
	}
	if running && (o.By == me.ID || o.Second == me.ID || me.Roles.Has(staff.Security)) {
		x.End = base + "/end"
	}
	if !o.Seen && x.Answer == "" && o.By != me.ID {
		x.Seen = base + "/seen"
	}
	return x
}

func contains(all []string, one string) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

// draw shows the page, with what was typed when err is about a form.
func (r *Room) draw(c *ui.Context, err error) error {
	if err != nil && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Conflict {
		return err
	}
	s, serr := r.Pane.Stand(c.Context(), c.Actor)
	if serr != nil {
		return serr
	}
	names, nerr := r.Names(c.Context())
	if nerr != nil {
		return nerr
	}
	members, merr := r.Members(c.Context())
	if merr != nil {
		return merr
	}
	f, id := c.Frame(c.T("Open a case that nobody can open")), ids.New("opening")
	if err == nil {
		return c.Render(pages, "glass", makeView(f, s, c.Actor.Member, members, names, id))
	}
	f.Form = c.Form(err)
	if sent := c.Text("id"); ids.Valid("opening", sent) {
		id = sent
	}
	return c.Invalid(pages, "glass", makeView(f, s, c.Actor.Member, members, names, id))
}

func (r *Room) show(c *ui.Context) error { return r.draw(c, nil) }

func (r *Room) split(c *ui.Context) error {
	if err := r.Pane.Split(c.Context(), c.Actor, c.Values("holders")); err != nil {
		return r.draw(c, err)
	}
	return c.See("/break-glass", "glass.split")
}

func (r *Room) ask(c *ui.Context) error {
	hours, err := strconv.Atoi(c.Text("hours"))
	if err != nil {
		hours = 0
	}
	if err := r.Pane.Ask(c.Context(), c.Actor, c.Text("id"), c.Text("code"), c.Text("second"), hours, c.Text("reason")); err != nil {
		return r.draw(c, err)
	}
	return c.See("/break-glass", "glass.asked")
}

func (r *Room) answer(c *ui.Context) error {
	yes := c.Text("yes")
	if yes != "yes" && yes != "no" {
		return fault.New(fault.Invalid, "Agree or refuse. Nothing was done yet.")
	}
	if err := r.Pane.Answer(c.Context(), c.Actor, c.ID("opening"), yes == "yes"); err != nil {
		return err
	}
	if yes == "yes" {
		return c.See("/break-glass", "glass.opened")
	}
	return c.See("/break-glass", "glass.refused")
}

func (r *Room) end(c *ui.Context) error {
	if err := r.Pane.End(c.Context(), c.Actor, c.ID("opening")); err != nil {
		return err
	}
	return c.See("/break-glass", "glass.ended")
}

func (r *Room) seen(c *ui.Context) error {
	if err := r.Pane.Saw(c.Context(), c.Actor, c.ID("opening")); err != nil {
		return err
	}
	return c.See("/break-glass", "glass.seen")
}

// Bells gives the lines of the bar that stands over every page.
func (r *Room) Bells(c ui.Ringing) ([]ui.Bell, error) {
	all, err := r.Pane.Alarms(c.Context, c.Actor)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	names, err := r.Names(c.Context)
	var out []ui.Bell
	for _, o := range all {
		b := ui.Bell{Href: "/break-glass", Who: c.T("Asked by %s, second person %s", names[o.By], names[o.Second])}
		switch o.State {
		case glass.Asked:
			b.Text = c.T("Case %s is asked to be opened by two people who are not assigned.", o.Code)
			b.You, b.Left = o.Second == c.Actor.ID, page.TimeLeft{Words: c.Words, Due: o.At.Add(glass.Answer), Now: c.Now}
		case glass.Opened:
			b.Text = c.T("Case %s was opened by two people who were not assigned.", o.Code)
			b.Left = page.TimeLeft{Words: c.Words, Due: o.Until, Now: c.Now}
		default:
			b.Text = c.T("Somebody asked to open case %s; it was not opened.", o.Code)
		}
		out = append(out, b)
	}
	return out, err
}
