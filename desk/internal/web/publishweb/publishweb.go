// Package publishweb is the pages of publication: drafts, the proof of a draft
// with what the leak guard found, approvals, versions, and what is public now.
//
// A handler reads a form, calls one verb of publish.Gateway and sends the person
// on. What it shows of an identity is what the gateway lets this member see. It
// refuses rules. It imports publish, guard, staff, ui, page and the ground.
package publishweb

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
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

// Room serves the pages of publication.
type Room struct {
	Gateway *publish.Gateway
	// Compose drafts a report of a campaign from the record as it stands, and names its slug;
	// with a map of areas of so many kilometres, or without one (0).
	Compose func(ctx context.Context, a staff.Actor, campaign string, day clock.Day, km int) (slug string, r publish.Report, err error)
	// Campaigns lists what can be reported on, by id and title.
	Campaigns func(ctx context.Context, a staff.Actor) ([]Choice, error)
	// SetFacts decides whether the leak guard keeps facts.
	SetFacts func(ctx context.Context, a staff.Actor, on bool) error
	// Letters lists the languages in which letters in pictures are read, as Tesseract names them.
	Letters func() []string
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
	// Front is the public address of the published pages, such as "https://…/p/"; empty: no link is shown.
	Front string

	set *page.Set
}

// Choice is one campaign on which a report can be written.
type Choice struct{ ID, Title string }

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(map[string]string{
		"publish.begun":    i18n.Key("The draft is begun from the record as it stands. Read every word."),
		"publish.kept":     i18n.Key("Kept. Who had agreed must agree again."),
		"publish.approved": i18n.Key("Your yes is kept. It holds for exactly these words."),
		"publish.out":      i18n.Key("Published. The signed pages are on their way to the Front."),
		"publish.waits":    i18n.Key("Agreed. It goes out by itself when the embargo ends."),
		"publish.held":     i18n.Key("Held back. It is a draft again."),
		"publish.removed":  i18n.Key("Taken down. The Front is told at once."),
		"publish.seen":     i18n.Key("Noted: you have seen to it."),
		"publish.facts":    i18n.Key("It is so from now on. It stands in the ledger."),
		"publish.decided":  i18n.Key("The decision is kept with your name."),
	})
	write, read := []staff.Role{staff.Editor}, []staff.Role{staff.Editor, staff.Security, staff.Advocate}
	m.Get("/publish", r.list, read...)
	m.Post("/publish", r.begin, write...)
	m.Post("/publish/taken/{taken}/seen", r.saw, staff.Editor, staff.Security)
	m.Get("/publish/guard", r.guard, read...)
	m.Post("/publish/guard", r.setFacts, staff.Security)
	m.Get("/publish/{edition}", r.proof, read...)
	m.Get("/publish/{edition}/edit", r.editForm, write...)
	m.Post("/publish/{edition}/edit", r.edit, write...)
	m.Get("/publish/{edition}/look", r.editForm, write...) // reloaded
	m.Post("/publish/{edition}/look", r.look, write...)
	m.Post("/publish/{edition}/approve", r.approve, read...)
	m.Post("/publish/{edition}/publish", r.publish, write...)
	m.Post("/publish/{edition}/hold", r.hold, staff.Editor, staff.Security)
	m.Post("/publish/{edition}/remove", r.remove, staff.Editor, staff.Security)
	m.Post("/publish/{edition}/decide", r.decide, staff.Security)
	m.Get("/publish/{edition}/preview/{file}", r.preview, read...)
}

// Waiting counts the drafts that this member's yes would help.
func Waiting(ctx context.Context, g *publish.Gateway, a staff.Actor) (int, error) {
	if !a.Roles.Any(staff.Editor, staff.Security, staff.Advocate) {
		return 0, nil
	}
	all, err := g.Editions(ctx, a)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range all {
		if e.State == publish.Draft && (e.MayApprove(a.ID) == nil || e.Agreed() && a.Roles.Has(staff.Editor)) {
			n++
		}
	}
	if a.Roles.Any(staff.Editor, staff.Security) {
		taken, err := g.Takings(ctx, a)
		return n + len(taken), err
	}
	return n, nil
}

// Taken counts what was taken back from the public and waits for an editor.
func Taken(ctx context.Context, g *publish.Gateway, a staff.Actor) (int, error) {
	if !a.Roles.Any(staff.Editor, staff.Security) {
		return 0, nil
	}
	all, err := g.Takings(ctx, a)
	return len(all), err
}

func stateBadge(w i18n.Words, e publish.Edition) page.Badge {
	switch e.State {
	case publish.Published:
		return page.Badge{Text: w.T("Public"), Tone: page.Calm}
	case publish.Scheduled:
		return page.Badge{Text: w.T("Waits for its embargo"), Tone: page.Wait}
	case publish.Superseded:
		return page.Badge{Text: w.T("Older version, public")}
	case publish.Removed:
		return page.Badge{Text: w.T("Taken down")}
	}
	return page.Badge{Text: w.T("Draft"), Tone: page.Accent}
}

type listView struct {
	ui.Frame
	Public ui.Table
	Drafts ui.Table
	Begin  []page.Field
	May    bool
	Taken  []takenView
}

// takenView is one thing that was taken back, with what is left to do.
type takenView struct {
	What, Do, When string
	Report         Link
	Seen           string // where "seen to" is sent; empty: this member may not
}

func takenOf(w i18n.Words, t publish.Taken, all []publish.Edition, may bool) takenView {
	v := takenView{When: w.Date(t.At), Report: Link{Text: w.T("A petition"), Href: "/petitions/" + t.Subject}}
	if i := slices.IndexFunc(all, func(e publish.Edition) bool { return e.ID == t.Subject }); i >= 0 {
		v.Report = Link{Text: w.T("%s, version %d", all[i].Report.Title.In(w.Tag()), all[i].Number), Href: "/publish/" + t.Subject}
	}
	switch t.What {
	case publish.TookName:
		v.What, v.Do = w.T("A name was taken out; the rest is public as before."), w.T("Read the pages once more: somebody could be known by other words. Ask those who have copies to take the name out.")
	case publish.TookPage:
		v.What, v.Do = w.T("This version was taken down: it names somebody who does not agree any longer. A page without a name says so."), w.T("Begin a new version without them. If it is another person of the same name, begin it with the same words: the security officer decides.")
	case publish.TookDraft:
		v.What, v.Do = w.T("This draft names somebody who does not agree any longer. A name on its memorial was taken out."), w.T("Read what the leak guard stops, and write it without them. Who had agreed must agree again.")
	default:
		v.What, v.Do = w.T("This petition was taken down: it names somebody who does not agree any longer."), w.T("Tell those who carry it. Begin a new one without the name. Who signed stays in the old one until somebody erases it.")
	}
	if may {
		v.Seen = "/publish/taken/" + t.ID + "/seen"
	}
	return v
}

func listPage(f ui.Frame, all []publish.Edition, choices []Choice, may bool, today clock.Day) listView {
	w := f.Words
	columns := []ui.Column{{Label: w.T("Report")}, {Label: w.T("Version"), Numeric: true}, {Label: w.T("State as of")}, {Label: w.T("State")}}
	v := listView{Frame: f, May: may && len(choices) > 0,
		Drafts: ui.Table{Words: w, Caption: w.T("Drafts"), Columns: columns, Empty: ui.Empty{Title: w.T("No draft"), Text: w.T("A draft is begun from the record and the campaign as they stand. Two people must agree before it is public.")}},
		Public: ui.Table{Words: w, Caption: w.T("What is public, and what was"), Columns: columns, Empty: ui.Empty{Title: w.T("Nothing is public yet"), Text: w.T("What was published stands here with all its versions.")}},
	}
	for _, e := range all {
		badge := stateBadge(w, e)
		row := ui.Row{Href: "/publish/" + e.ID, Cells: []ui.Cell{{Text: e.Report.Title.In(w.Tag())}, {Text: strconv.Itoa(e.Number)}, {Text: w.Day(e.Report.AsOf)}, {Badge: &badge}}}
		if e.State == publish.Draft || e.State == publish.Scheduled {
			row.Cells[3].Sub = w.N("%d person has agreed", "%d people have agreed", len(e.Given()))
			v.Drafts.Rows = append(v.Drafts.Rows, row)
			continue
		}
		if e.State == publish.Published {
			row.Cells[3].Sub = w.Date(e.Published)
		}
		v.Public.Rows = append(v.Public.Rows, row)
	}
	var options []page.Option
	for _, c := range choices {
		options = append(options, page.Option{Value: c.ID, Label: c.Title})
	}
	v.Begin = []page.Field{f.Form.Select("campaign", w.T("About"), options), f.Form.Date("day", w.T("What was known on")).Or(string(today)).Hint(w.T("Figures and answers are taken as they stood on that day.")),
		f.Form.Select("map", w.T("Map of incidents"), sizes(w)).Hint(w.T("Areas with fewer than five incidents are never shown. Choose the same size in each version: two sizes together say more than each. Where few people live, even a large area can point at somebody."))}
	return v
}

func (r *Room) list(c *ui.Context) error { return r.listWith(c, nil) }

func (r *Room) listWith(c *ui.Context, wrong error) error {
	all, err := r.Gateway.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var choices []Choice
	may := c.Actor.Roles.Has(staff.Editor)
	if may && r.Campaigns != nil {
		if choices, err = r.Campaigns(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	taken, err := r.Gateway.Takings(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	f := c.GuardFrame(c.T("Publish"))
	if wrong != nil {
		f.Form = c.Form(wrong)
	}
	v := listPage(f, all, choices, may, clock.DayOf(c.Now()))
	for _, t := range taken {
		v.Taken = append(v.Taken, takenOf(c.Words, t, all, c.Actor.Roles.Any(staff.Editor, staff.Security)))
	}
	if wrong != nil {
		return c.Invalid(r.set, "list", v)
	}
	return c.Render(r.set, "list", v)
}

// saw notes that an editor has seen to what was taken back.
func (r *Room) saw(c *ui.Context) error {
	if err := r.Gateway.Saw(c.Context(), c.Actor, c.ID("taken")); err != nil {
		return err
	}
	return c.See("/publish", "publish.seen")
}

// sizes are how coarse the map of a report is.
func sizes(w i18n.Words) []page.Option {
	out := []page.Option{{Value: "", Label: w.T("no map")}}
	for _, km := range publish.AreaSizes() {
		out = append(out, page.Option{Value: strconv.Itoa(km), Label: w.T("areas of %s km or more", strconv.Itoa(km))})
	}
	return out
}

func (r *Room) begin(c *ui.Context) error {
	day := c.Day("day")
	if err := c.Wrong(); err != nil {
		return r.listWith(c, err)
	}
	if day == "" {
		day = clock.DayOf(c.Now())
	}
	km, err := strconv.Atoi(c.Text("map"))
	if err != nil || !slices.Contains(publish.AreaSizes(), km) {
		km = 0
	}
	slug, report, err := r.Compose(c.Context(), c.Actor, c.Text("campaign"), day, km)
	if err != nil {
		return err
	}
	id, err := r.Gateway.Begin(c.Context(), c.Actor, slug, report)
	if k := fault.KindOf(err); err != nil && (k == fault.Conflict || k == fault.Invalid) {
		return r.listWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/publish/"+id, "publish.begun")
}

// preview shows a rendered page inside the Desk, as it will look outside.
func (r *Room) preview(c *ui.Context) error {
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Files, func(f publish.File) bool { return path.Base(f.Path) == c.ID("file") })
	if i < 0 {
		return fault.Missing()
	}
	f := p.Files[i]
	if !strings.HasPrefix(f.Type, "text/html") && !strings.HasPrefix(f.Type, "text/css") && publish.Blocked(p.Hits) {
		return fault.New(fault.Conflict, "The leak guard stops this text. Data files are given out only when it is mended.")
	}
	c.W.Header().Set("Content-Type", f.Type)
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, _ = c.W.Write(f.Body) // the person went away
	return nil
}

func (r *Room) approve(c *ui.Context) error {
	return r.after(c, r.Gateway.Approve(c.Context(), c.Actor, c.ID("edition"), c.Text("digest")), "publish.approved")
}

func (r *Room) publish(c *ui.Context) error {
	err := r.Gateway.Publish(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return r.after(c, err, "")
	}
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err == nil && p.Edition.State == publish.Scheduled {
		return r.after(c, nil, "publish.waits")
	}
	return r.after(c, err, "publish.out")
}

func (r *Room) hold(c *ui.Context) error {
	return r.after(c, r.Gateway.Hold(c.Context(), c.Actor, c.ID("edition")), "publish.held")
}

func (r *Room) remove(c *ui.Context) error {
	return r.after(c, r.Gateway.Remove(c.Context(), c.Actor, c.ID("edition"), c.Text("reason")), "publish.removed")
}

func (r *Room) decide(c *ui.Context) error {
	term, _ := c.Int("term")
	return r.after(c, r.Gateway.Decide(c.Context(), c.Actor, c.ID("edition"), term, c.Text("why")), "publish.decided")
}

// after sends the person on, or shows the proof again with what stands in the way.
func (r *Room) after(c *ui.Context, err error, notice string) error {
	if k := fault.KindOf(err); err != nil && (k == fault.Conflict || k == fault.Invalid) {
		return r.proofWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/publish/"+c.ID("edition"), notice)
}
