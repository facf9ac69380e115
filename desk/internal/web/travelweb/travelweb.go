// Package travelweb is the pages on which cases are taken along for a day without
// a line, and on which what was written there comes home.
//
// A handler reads a form and calls one verb of travel.Luggage. It refuses rules,
// and keeps no passphrase: what is typed seals the file of one answer. It imports
// travel, cases, staff, ui, page and the ground.
package travelweb

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
	"waylight/internal/travelpack"
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

// Room serves the pages.
type Room struct {
	Luggage *travel.Luggage
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"travel.asked":    i18n.Key("The pack is noted. What is to be done next stands below."),
		"travel.answered": i18n.Key("Your answer is kept."),
		"travel.ended":    i18n.Key("Noted."),
		"travel.home":     i18n.Key("The journal is taken in. What became of each entry stands below."),
		"travel.again":    i18n.Key("Everything in this journal came home before. Nothing was changed."),
		"travel.altered":  i18n.Key("Only the first part of the journal could be read: what stands behind it was altered. Keep the file, and tell a security officer."),
		"travel.settled":  i18n.Key("Done."),
	})
	w, s := staff.Caseworker, staff.Security
	m.Get("/travel", r.list, w, s)
	m.Post("/travel", r.ask, w)
	m.Get("/travel/{pack}", r.pack, w, s)
	m.Post("/travel/{pack}/answer", r.answer, w, s)
	m.Post("/travel/{pack}/fetch", r.give, w)
	m.Urgent("/travel/{pack}/end", r.end, w, s)
	m.Upload("/travel/{pack}/home", travelpack.MaxJournal+1<<20, r.home, w)
	m.Post("/travel/{pack}/entries/{entry}", r.deal, w)
}

// listView is the list of packs, with the form that takes one.
type listView struct {
	ui.Frame
	Tables []ui.Table
	Take   []page.Field // empty: this member takes none
	Hidden []ui.Hidden
	None   bool // no case can be taken along
}

func (r *Room) listPage(c *ui.Context, f page.Form) (listView, error) {
	mine, asked, all, err := r.Luggage.Packs(c.Context(), c.Actor)
	if err != nil {
		return listView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return listView{}, err
	}
	var files []cases.File
	if c.Actor.Roles.Has(staff.Caseworker) {
		if files, err = r.Luggage.Choices(c.Context(), c.Actor); err != nil {
			return listView{}, err
		}
	}
	return packList(c.Frame(c.T("Travel packs")), f, mine, asked, all, files, names, c.Actor.Roles.Has(staff.Caseworker)), nil
}

func packList(frame ui.Frame, f page.Form, mine, asked, all []travel.Pack, files []cases.File, names map[string]string, takes bool) listView {
	w := frame.Words
	v := listView{Frame: frame, None: takes && len(files) == 0}
	v.Form = f
	if len(asked) > 0 {
		v.Tables = append(v.Tables, packTable(frame, w.T("Waits for your yes or no"), asked, names))
	}
	if takes {
		v.Tables = append(v.Tables, packTable(frame, w.T("My packs"), mine, names))
	}
	if len(all) > 0 {
		v.Tables = append(v.Tables, packTable(frame, w.T("Everybody's packs"), all, names))
	}
	if len(files) == 0 {
		return v
	}
	var options []page.Option
	for _, x := range files {
		o := page.Option{Value: x.ID, Label: x.Pseudonym}
		if x.Level == cases.LevelExtreme {
			o.Hint = w.T("Extreme risk: a second person must agree.")
		}
		options = append(options, o)
	}
	id := ids.New("pack")
	if sent := f.Values["pack"]; len(sent) > 0 && ids.Valid("pack", sent[0]) {
		id = sent[0]
	}
	v.Hidden = []ui.Hidden{{Name: "pack", Value: id}}
	v.Take = []page.Field{
		f.Checks("cases", w.T("Which cases?"), options).Hint(w.T("As few as possible. What lies in a pack that is lost counts as known.")),
		f.Text("reason", w.T("Why, and where to roughly?")),
		f.Moment("until", w.T("Until when?"), frame.Now.Add(24*time.Hour)).Hint(w.T("At most seven days. Then the pack ends by itself; what you wrote stays.")),
	}
	return v
}

func packTable(f ui.Frame, caption string, all []travel.Pack, names map[string]string) ui.Table {
	w := f.Words
	t := ui.Table{Words: w, Caption: caption, Columns: []ui.Column{{Label: w.T("Taken on")}, {Label: w.T("By")}, {Label: w.T("Until")}, {Label: w.T("State")}},
		Empty: ui.Empty{Title: w.T("No pack was taken."), Text: w.T("A pack holds some of your cases, sealed, for a laptop without a line.")}}
	for _, p := range all {
		b := badge(w, p, f.Now)
		t.Rows = append(t.Rows, ui.Row{Href: "/travel/" + p.ID, Cells: []ui.Cell{{Text: w.Date(p.Made)}, {Text: nameOf(w, names, p.Member)}, {Text: w.Date(p.Until)}, {Badge: &b}}})
	}
	return t
}

func nameOf(w i18n.Words, names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return w.T("a member who left")
}

func badge(w i18n.Words, p travel.Pack, now time.Time) page.Badge {
	switch p.Stand(now) {
	case travel.Asked:
		return page.Badge{Text: w.T("Waits for a second person"), Tone: page.Wait}
	case travel.Refused:
		return page.Badge{Text: w.T("Refused")}
	case travel.Ready:
		return page.Badge{Text: w.T("Can be downloaded"), Tone: page.Accent}
	case travel.Away:
		return page.Badge{Text: w.T("Taken along"), Tone: page.Accent}
	case travel.Over:
		return page.Badge{Text: w.T("Its time is over")}
	}
	if p.Ending == travel.EndLost {
		return page.Badge{Text: w.T("Lost"), Tone: page.Danger}
	}
	return page.Badge{Text: w.T("Ended"), Tone: page.Calm}
}

func (r *Room) list(c *ui.Context) error {
	v, err := r.listPage(c, page.Form{Words: c.Words})
	if err != nil {
		return err
	}
	return c.Render(pages, "list", v)
}

func (r *Room) ask(c *ui.Context) error {
	w := travel.Wish{ID: c.Text("pack"), Cases: c.Values("cases"), Reason: c.Text("reason"), Until: c.Time("until")}
	err := c.Wrong()
	if err == nil {
		err = r.Luggage.Ask(c.Context(), c.Actor, w)
	}
	if err == nil {
		return c.See("/travel/"+w.ID, "travel.asked")
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	v, lerr := r.listPage(c, c.Form(err))
	if lerr != nil {
		return lerr
	}
	return c.Invalid(pages, "list", v)
}

func (r *Room) answer(c *ui.Context) error {
	if err := r.Luggage.Answer(c.Context(), c.Actor, c.ID("pack"), c.Text("yes") == "yes"); err != nil {
		return err
	}
	return c.See("/travel", "travel.answered")
}

func (r *Room) end(c *ui.Context) error {
	how := travel.Ending(c.Text("ending"))
	err := r.Luggage.End(c.Context(), c.Actor, c.ID("pack"), how)
	if fault.KindOf(err) == fault.Invalid {
		return r.wrong(c, err)
	}
	if err != nil {
		return err
	}
	if how == travel.EndLost && c.Actor.Roles.Has(staff.Caseworker) {
		return c.See("/exposures/new?kind=laptop&pack="+c.ID("pack"), "travel.ended")
	}
	return c.See("/travel/"+c.ID("pack"), "travel.ended")
}

// give answers with the sealed file.
func (r *Room) give(c *ui.Context) error {
	p, err := r.Luggage.Fetch(c.Context(), c.Actor, c.ID("pack"), c.Text("passphrase"), c.Text("again"))
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.wrong(c, err)
	}
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/octet-stream", p.Name, p.Bytes)
}

func (r *Room) home(c *ui.Context) error {
	var raw []byte
	err := c.R.ParseMultipartForm(travelpack.MaxJournal)
	if err == nil {
		if f, _, ferr := c.R.FormFile("journal"); ferr == nil {
			defer f.Close()
			raw, err = io.ReadAll(f)
		}
	}
	if err != nil || len(raw) == 0 {
		return r.wrong(c, fault.Bad("journal", i18n.Key("Choose the journal: the file beside the pack that ends in .journal.")))
	}
	report, err := r.Luggage.Home(c.Context(), c.Actor, c.ID("pack"), raw)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return r.wrong(c, err)
	case err != nil:
		return err
	case report.Altered:
		return c.See("/travel/"+c.ID("pack")+"#journal", "travel.altered")
	case report.New == 0 && report.Same > 0:
		return c.See("/travel/"+c.ID("pack")+"#journal", "travel.again")
	}
	return c.See("/travel/"+c.ID("pack")+"#journal", "travel.home")
}

func (r *Room) deal(c *ui.Context) error {
	v, err := r.Luggage.Look(c.Context(), c.Actor, c.ID("pack"))
	if err != nil {
		return err
	}
	entry := c.ID("entry")
	if c.Text("do") == "drop" {
		err = r.Luggage.Drop(c.Context(), c.Actor, entry)
	} else {
		e, ok := v.Waiting[entry]
		if !ok {
			return fault.Missing()
		}
		err = r.Luggage.AsNote(c.Context(), c.Actor, entry, c.Text("case"), plain(c.Words, e))
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.wrong(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/travel/"+c.ID("pack")+"#journal", "travel.settled")
}

// wrong shows the pack's page again with what is wrong. What was typed as a
// passphrase is not shown again.
func (r *Room) wrong(c *ui.Context, err error) error {
	f := c.Form(err)
	values := map[string][]string{}
	for k, v := range f.Values {
		if k != "passphrase" && k != "again" {
			values[k] = v
		}
	}
	f.Values = values
	v, lerr := r.packPage(c, f)
	if lerr != nil {
		return lerr
	}
	return c.Invalid(pages, "pack", v)
}

func (r *Room) pack(c *ui.Context) error {
	v, err := r.packPage(c, page.Form{Words: c.Words})
	if err != nil {
		return err
	}
	return c.Render(pages, "pack", v)
}

func (r *Room) packPage(c *ui.Context, f page.Form) (packView, error) {
	s, err := r.Luggage.Look(c.Context(), c.Actor, c.ID("pack"))
	if err != nil {
		return packView{}, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return packView{}, err
	}
	var files []cases.File
	if s.Member == c.Actor.ID {
		if files, err = r.Luggage.Choices(c.Context(), c.Actor); err != nil {
			return packView{}, err
		}
	}
	return sightView(c.Frame(c.T("Travel pack")), f, s, files, names, c.Actor.ID), nil
}
