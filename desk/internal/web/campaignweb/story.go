package campaignweb

import (
	"waylight/desk/internal/campaign"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// storyRoutes are the timeline, the tasks and the account for donors.
func (r *Room) storyRoutes(m *ui.Mux) {
	who := []staff.Role{staff.Advocate, staff.Editor}
	m.Get("/campaign/{campaign}/timeline", r.timeline, who...)
	m.Get("/campaign/{campaign}/account", r.account, who...)
	m.Post("/campaign/{campaign}/account", r.giveAccount, who...)
	m.Post("/campaign/{campaign}/tasks", r.addTask, who...)
	m.Post("/campaign/{campaign}/tasks/{task}", r.changeTask, who...)
}

type storyView struct {
	headView
	Events []page.Event
}

func happeningTitle(w i18n.Words, h campaign.Happening) string {
	switch h.What {
	case "asked":
		return w.T("Asked by %s", w.T(wayName(h.Way)))
	case "answered":
		return w.T(StateName(h.State))
	case "promised":
		return w.T("Day of a promise")
	case "letter":
		return w.T("A letter was sent")
	case "task":
		return w.T("Done")
	case "ended":
		return w.T("Not demanded any more")
	}
	return w.T("The campaign begins")
}

func storyPage(f ui.Frame, file campaign.File, letters []campaign.Letter, names map[string]string, today clock.Day) storyView {
	w := f.Words
	v := storyView{headView: head(f, file, "/timeline", today)}
	all := file.Story(letters)
	for i := len(all) - 1; i >= 0; i-- {
		h := all[i]
		e := page.Event{When: w.Day(h.Day), Who: names[h.Who], Title: happeningTitle(w, h), Text: h.Words.In(w.Tag())}
		if h.Target != "" {
			e.Title = file.Target(h.Target).Label(w.Tag()) + " · " + e.Title
			e.Href = v.Base + "/targets/" + h.Target
			if h.Demand != "" {
				e.Href += "#" + h.Demand
			}
		}
		if d := file.Demand(h.Demand).Text.In(w.Tag()); d != "" && h.What != "ended" {
			if e.Text != "" {
				e.Text = "\n" + e.Text
			}
			e.Text = d + e.Text
		}
		if h.What == "answered" {
			e.Tone = tone(h.State)
			if !h.Public {
				e.Title += " · " + w.T("not public yet")
			}
		}
		v.Events = append(v.Events, e)
	}
	return v
}

func (r *Room) timeline(c *ui.Context) error {
	f, letters, names, err := r.told(c)
	if err != nil {
		return err
	}
	return c.Render(r.set, "timeline", storyPage(c.Frame(c.T("Timeline")), f, letters, names, clock.DayOf(c.Now())))
}

func (r *Room) told(c *ui.Context) (f campaign.File, letters []campaign.Letter, names map[string]string, err error) {
	if f, err = r.open(c); err != nil {
		return f, nil, nil, err
	}
	if letters, err = r.Board.Letters(c.Context(), c.Actor, f.Campaign.ID); err != nil {
		return f, nil, nil, err
	}
	names = map[string]string{}
	if r.Names != nil {
		names, err = r.Names(c.Context())
	}
	return f, letters, names, err
}

type accountView struct {
	headView
	Stats []ui.Stat
	Sent  formView
	Out   formView
}

func accountPage(f ui.Frame, file campaign.File, letters []campaign.Letter, from, until, today clock.Day) accountView {
	w := f.Words
	v := accountView{headView: head(f, file, "/account", today)}
	acc := file.Reckon(letters, from, until)
	asked, answers := 0, 0
	for _, n := range acc.Asked {
		asked += n
	}
	for s, n := range acc.Answers {
		if s.Substantive() {
			answers += n
		}
	}
	note := ""
	if acc.Waiting > 0 {
		note = w.N("%d more waits for a second person and is left out", "%d more wait for a second person and are left out", acc.Waiting)
	}
	v.Stats = []ui.Stat{{Label: w.T("Times asked"), Value: w.Number(int64(asked)), Note: w.N("of %d target", "of %d targets", acc.Targets)}, {Label: w.T("Letters sent"), Value: w.Number(int64(acc.Letters))},
		{Label: w.T("Meetings and calls"), Value: w.Number(int64(acc.Asked[campaign.ByMeeting] + acc.Asked[campaign.ByCall]))},
		{Label: w.T("Answers that two people confirmed"), Value: w.Number(int64(answers)), Note: note},
		{Label: w.T("Results"), Value: w.Number(int64(acc.Answers[campaign.Resulted]))}, {Label: w.T("Promises kept"), Value: w.Number(int64(acc.Promises[campaign.Kept]))}}
	v.Sent = formView{Words: w, Action: v.Base + "/account", Button: w.T("Count"), Fields: []page.Field{f.Form.Date("from", w.T("First day")).Or(string(from)), f.Form.Date("until", w.T("Last day")).Or(string(until))}}
	v.Out = formView{Words: w, Action: v.Base + "/account", Button: w.T("Download"), Main: true, Hidden: []ui.Hidden{{Name: "from", Value: string(from)}, {Name: "until", Value: string(until)}},
		Fields: []page.Field{f.Form.Select("format", w.T("As"), []page.Option{{Value: "docx", Label: w.T("A report to work on (DOCX)")}, {Value: "pdf", Label: w.T("A report to read (PDF)")}, {Value: "xlsx", Label: w.T("Spreadsheet (XLSX)")}, {Value: "csv", Label: "CSV"}}).Or("xlsx").Short()}}
	return v
}

func (r *Room) account(c *ui.Context) error { return r.accountWith(c, nil) }

func (r *Room) accountWith(c *ui.Context, wrong error) error {
	f, letters, _, err := r.told(c)
	if err != nil {
		return err
	}
	today := clock.DayOf(c.Now())
	from, until := c.Day("from"), c.Day("until")
	if from == "" {
		from = f.Campaign.AsOf
	}
	if until == "" {
		until = today
	}
	frame := c.Frame(c.T("For a donor report"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "account", accountPage(frame, f, letters, from, until, today))
	}
	return c.Render(r.set, "account", accountPage(frame, f, letters, from, until, today))
}

func (r *Room) giveAccount(c *ui.Context) error {
	from, until := c.Day("from"), c.Day("until")
	err := c.Wrong()
	if format := c.Text("format"); err == nil && (format == "pdf" || format == "docx") {
		return r.tellAccount(c, from, until, format)
	}
	var rows [][]string
	if err == nil {
		rows, err = r.Board.Export(c.Context(), c.Actor, c.ID("campaign"), c.Tag(), from, until)
	}
	if typed(err) {
		return r.accountWith(c, err)
	}
	if err != nil {
		return err
	}
	return tableOut(c, rows)
}

// tableOut gives out rows that have passed the gate.
func tableOut(c *ui.Context, rows [][]string) error {
	f := table.XLSX
	if c.Text("format") == string(table.CSV) {
		f = table.CSV
	}
	body, err := table.Write(f, "campaign", campaign.AccountHead(), rows)
	if err != nil {
		return err
	}
	return ui.Give(c.W, f.Type(), "campaign."+string(f), body)
}

// taskForm is the form by which somebody takes on what is next.
func taskForm(f ui.Frame, file campaign.File, members []page.Option, me string, today clock.Day) formView {
	w := f.Words
	none := []page.Option{{Value: "", Label: w.T("None of them")}}
	return formView{Words: w, Action: "/campaign/" + file.Campaign.ID + "/tasks", Button: w.T("Note it"), Hidden: []ui.Hidden{{Name: "id", Value: born(f.Form, "todo")}}, Fields: []page.Field{
		f.Form.Text("what", w.T("What is to be done")).Hint(w.T("Without names of people in danger.")), f.Form.Select("who", w.T("Who does it"), members).Or(me), f.Form.Date("due", w.T("Until")).Or(string(today)),
		f.Form.Select("target", w.T("It is about whom"), append(none, targetOptions(w, file)...)).Optional(), f.Form.Select("demand", w.T("It is about which demand"), append(none, demandOptions(w, file)...)).Optional()}}
}

func (r *Room) members(c *ui.Context) ([]page.Option, error) {
	if r.Members == nil {
		return []page.Option{{Value: c.Actor.ID, Label: c.Actor.Name}}, nil
	}
	all, err := r.Members(c.Context())
	var out []page.Option
	for _, m := range all {
		if m.Active && m.Roles.Any(staff.Advocate, staff.Editor) {
			out = append(out, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	return out, err
}

func (r *Room) addTask(c *ui.Context) error {
	t := campaign.Task{ID: c.Text("id"), Campaign: c.ID("campaign"), What: c.Text("what"), Who: c.Text("who"), Due: c.Day("due"), Demand: c.Text("demand"), Target: c.Text("target")}
	err := c.Wrong()
	if err == nil {
		err = r.Board.Plan(c.Context(), c.Actor, t)
	}
	if typed(err) {
		return r.nextWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+t.Campaign+"/next", "campaign.kept")
}

func (r *Room) changeTask(c *ui.Context) error {
	err := error(nil)
	if c.Text("do") == "pass" {
		err = r.Board.Pass(c.Context(), c.Actor, c.ID("campaign"), c.ID("task"), c.Text("who"))
	} else {
		err = r.Board.Finish(c.Context(), c.Actor, c.ID("campaign"), c.ID("task"), c.Text("outcome"))
	}
	if typed(err) {
		return r.nextWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/next", "campaign.kept")
}
