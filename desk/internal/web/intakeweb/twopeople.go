package intakeweb

import (
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// twoPeopleView is where it is set in which channels one person may not answer alone.
type twoPeopleView struct {
	ui.Frame
	CanSet bool
	Field  page.Field
	Table  ui.Table
}

func (v *twoPeopleView) fill(w i18n.Words, f page.Form, all []intake.Channel) {
	var options []page.Option
	var chosen []string
	v.Table = ui.Table{Words: w, Caption: w.T("How many people an answer needs"), Columns: []ui.Column{{Label: w.T("Channel")}, {Label: w.T("Answers")}}}
	for _, c := range all {
		name := c.Names[w.Tag()]
		if name == "" {
			name = c.ID
		}
		options = append(options, page.Option{Value: c.ID, Label: name})
		how := w.T("one person may answer")
		if c.Second {
			how = w.T("a second person must agree")
			chosen = append(chosen, c.ID)
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: name}, {Text: how}}})
	}
	if !f.Failed() {
		f.Values = map[string][]string{"second": chosen}
	}
	v.Form = f
	v.Field = f.Checks("second", w.T("Channels in which every answer needs a second person"), options)
}

func (r *Room) twoPeople(c *ui.Context) error {
	v, err := r.twoPeopleView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "twopeople", v)
}

func (r *Room) twoPeopleView(c *ui.Context, f page.Form) (twoPeopleView, error) {
	v := twoPeopleView{Frame: c.Frame(c.T("Two people for a whole channel")), CanSet: c.Actor.Roles.Has(staff.Security)}
	all, err := r.Channels(c.Context())
	v.fill(c.Words, f, all)
	return v, err
}

func (r *Room) setTwoPeople(c *ui.Context) error {
	err := r.Inbox.SecondFor(c.Context(), c.Actor, c.Values("second"))
	if err == nil {
		return c.See("/requests/two-people", "two-people")
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.twoPeopleView(c, c.Form(err))
	if loadErr != nil {
		return loadErr
	}
	return c.Invalid(pages, "twopeople", v)
}

func storyTwoPeople(w i18n.Words, set bool) twoPeopleView {
	role := staff.Intake
	if set {
		role = staff.Security
	}
	v := twoPeopleView{Frame: ui.Example(w, w.T("Two people for a whole channel"), "/requests/two-people", role), CanSet: set}
	v.fill(w, page.Form{Words: w}, []intake.Channel{
		{ID: "help", Names: map[string]string{"en": "Help (invented)", "ru": "Помощь (вымышлено)"}, Second: true},
		{ID: "information", Names: map[string]string{"en": "Information (invented)", "ru": "Сведения (вымышлено)"}}})
	return v
}
