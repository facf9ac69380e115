package intakeweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/wording"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

type thread = intake.Thread

// templateLangs are the languages that a template's form asks for.
func templateLangs() []string { return []string{"ru", "en", "ce"} }

type wordingsView struct {
	ui.Frame
	Table ui.Table
}

type wordingView struct {
	ui.Frame
	ID       string
	Once     string // the id that a new one will have
	Version  int
	Fields   []page.Field
	Versions []page.Event
	CanWrite bool
}

func (r *Room) wordings(c *ui.Context) error {
	all, err := r.Shelf.All(c.Context())
	if err != nil {
		return err
	}
	v := wordingsView{Frame: c.Frame(c.T("Templates"))}
	v.Table = wordingTable(c.Words, all)
	return c.Render(pages, "wordings", v)
}

func wordingTable(w i18n.Words, all []wording.Template) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Templates of answers"), Columns: []ui.Column{{Label: w.T("Template")}, {Label: w.T("Languages")}, {Label: w.T("Missing")}, {Label: w.T("Version"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("No template yet"), Text: w.T("A template is an answer that is given often, written once and with care, in each language by somebody who speaks it."), Href: "/templates/new", Action: w.T("Write the first template")}}
	for _, x := range all {
		var have []string
		for _, l := range templateLangs() {
			if x.Usable(l) {
				have = append(have, strings.ToUpper(l))
			}
		}
		missing := ui.Cell{}
		if !x.Usable("ru") {
			missing.Badge = &page.Badge{Text: w.T("no Russian by a person"), Tone: page.Accent}
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/templates/" + x.ID, Cells: []ui.Cell{{Text: x.Title}, {Text: strings.Join(have, ", ")}, missing, {Text: w.Number(int64(x.Version))}}})
	}
	return t
}

func (r *Room) wording(c *ui.Context) error {
	v, err := r.wordingView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "wording", v)
}

func (r *Room) wordingView(c *ui.Context, f page.Form) (wordingView, error) {
	v := wordingView{Frame: c.Frame(c.T("A template")), ID: c.ID("wording"), CanWrite: c.Actor.Roles.Any(staff.Intake, staff.Caseworker)}
	switch v.ID {
	case "new":
		v.ID = ""
	case "":
		v.ID = c.Text("id") // a form that was refused goes on with the same template
	}
	if v.Once = c.Text("once"); v.Once == "" {
		v.Once = ids.New("wording")
	}
	v.Form = f
	var now wording.Template
	if v.ID != "" {
		names, err := r.Names(c.Context())
		if err != nil {
			return v, err
		}
		all, err := r.Shelf.Versions(c.Context(), v.ID)
		if err != nil {
			return v, err
		}
		now = all[0]
		v.Version = now.Version
		for _, x := range all {
			v.Versions = append(v.Versions, page.Event{When: c.Date(x.At), Who: names[x.Author], Title: c.T("Version %d", x.Version), Text: x.Texts["ru"].Words})
		}
	}
	v.Fields = wordingFields(c.Words, f, now)
	return v, nil
}

func wordingFields(w i18n.Words, f page.Form, t wording.Template) []page.Field {
	out := []page.Field{f.Text("title", w.T("Title")).Hint(w.T("For colleagues: what the answer is for.")).Or(t.Title)}
	labels := map[string]string{"ru": w.T("Text in Russian"), "en": w.T("Text in English"), "ce": w.T("Text in Chechen")}
	for _, l := range templateLangs() {
		machine := []string{}
		if t.Texts[l].Machine {
			machine = append(machine, l)
		}
		out = append(out, f.Area("text-"+l, labels[l]).Rows(5).Optional().Hint(w.T("What changes from answer to answer stands in braces, such as {day}.")).Or(t.Texts[l].Words),
			f.Checks("machine-"+l, w.T("Who answers for it"), []page.Option{{Value: l, Label: w.T("A machine made it, and nobody who speaks the language has read it yet")}}).Or(machine...))
	}
	return out
}

func (r *Room) keepWording(c *ui.Context) error {
	version, _ := c.Int("version")
	t := wording.Template{ID: c.Text("id"), Title: c.Text("title"), Texts: map[string]wording.Text{}}
	for _, l := range templateLangs() {
		t.Texts[l] = wording.Text{Words: c.Text("text-" + l), Machine: c.Has("machine-"+l, l)}
	}
	if t.ID == "" {
		t.ID = c.Text("once")
	}
	_, err := r.Shelf.Keep(c.Context(), c.Actor, t, int(version))
	if err == nil {
		return c.See("/templates", "template")
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.wordingView(c, c.Form(err))
	if loadErr != nil {
		return loadErr
	}
	return c.Invalid(pages, "wording", v)
}

func (r *Room) retireWording(c *ui.Context) error {
	version, _ := c.Int("version")
	if err := r.Shelf.Retire(c.Context(), c.Actor, c.ID("wording"), int(version)); err != nil {
		return err
	}
	return c.See("/templates", "template-gone")
}

type keepingView struct {
	ui.Frame
	Fields []page.Field
	CanSet bool
	Table  ui.Table
}

// dryDays is how far ahead the page looks at what the clock would erase.
const dryDays = 30

func (r *Room) keeping(c *ui.Context) error {
	v, err := r.keepingView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "keeping", v)
}

func (r *Room) keepingView(c *ui.Context, f page.Form) (keepingView, error) {
	v := keepingView{Frame: c.Frame(c.T("How long conversations are kept")), CanSet: c.Actor.Roles.Has(staff.Security)}
	v.Form = f
	k, err := r.Inbox.Keeping(c.Context())
	if err != nil {
		return v, err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return v, err
	}
	due, err := r.Inbox.Expiring(c.Context(), c.Actor, clock.DayOf(c.Now().AddDate(0, 0, dryDays)))
	if err != nil {
		return v, err
	}
	v.Fields = keepingFields(c.Words, f, k)
	v.Table = leavingTable(c.Words, due, channels)
	return v, nil
}

func keepingFields(w i18n.Words, f page.Form, k intake.Keeping) []page.Field {
	return []page.Field{
		f.Input("number", "closed", w.T("Days after a conversation was closed")).Short().Hint(w.T("0: they are kept until somebody erases them.")).Or(strconv.Itoa(k.Closed)),
		f.Input("number", "aside", w.T("Days after it was set aside")).Short().Hint(w.T("0: they are kept until somebody erases them.")).Or(strconv.Itoa(k.Aside)),
	}
}

func leavingTable(w i18n.Words, due []intake.Leaving, channels map[string]string) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("What the clock would erase within %d days", dryDays), Columns: []ui.Column{{Label: w.T("Erased on")}, {Label: w.T("Channel")}, {Label: w.T("Language")}, {Label: w.T("Arrived")}, {Label: w.T("State")}},
		Empty: ui.Empty{Title: w.T("Nothing would be erased"), Text: w.T("What a case, a lawyer or evidence holds is never erased by the clock, and nothing in which it is our turn.")}}
	for _, x := range due {
		t.Rows = append(t.Rows, ui.Row{Href: "/requests/" + x.ID, Cells: []ui.Cell{{Text: w.Day(x.Day)}, {Text: channels[x.Channel]}, {Text: strings.ToUpper(x.Lang)}, {Text: w.Date(x.Arrived)}, {Badge: stateBadge(w, x.State())}}})
	}
	return t
}

func (r *Room) setKeeping(c *ui.Context) error {
	closed, _ := c.Int("closed")
	aside, _ := c.Int("aside")
	err := c.Wrong()
	if err == nil {
		err = r.Inbox.SetKeeping(c.Context(), c.Actor, intake.Keeping{Closed: int(closed), Aside: int(aside)})
	}
	if err == nil {
		return c.See("/requests/keeping", "keeping")
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.keepingView(c, c.Form(err))
	if loadErr != nil {
		return loadErr
	}
	return c.Invalid(pages, "keeping", v)
}
