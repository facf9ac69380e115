package caseweb

import (
	"strings"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func (r *Room) newCase(c *ui.Context) error {
	v, err := r.newCaseView(c, page.Form{Words: c.Words, Values: c.R.URL.Query()})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) newCaseView(c *ui.Context, f page.Form) (formView, error) {
	_, active, err := r.names(c.Context())
	var people []page.Option
	for _, m := range active {
		if m.Roles.Has(staff.Caseworker) {
			people = append(people, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	assign := f.Checks("assign", c.T("Who works on it?"), people)
	if c.Actor.Roles.Has(staff.Caseworker) {
		assign = assign.Or(c.Actor.ID)
	}
	v := formView{Frame: c.Frame(c.T("Open a case")), Action: "/cases", Button: c.T("Open the case"), Back: "/cases",
		Intro: []string{c.T("Only the members whom you choose can open this case. It gets a code; nothing in the code comes from the person.")},
		Groups: []Group{{Fields: []page.Field{assign,
			f.Radios("priority", c.T("How urgent is it, as the person says?"), options(c.Words, cases.AllPriorities(), priorityWord)).Or(string(cases.Urgent))}}}}
	if len(f.Values["thread"]) > 0 {
		v.Hidden = []ui.Hidden{{Name: "thread", Value: f.Values["thread"][0]}}
		v.Sub = c.T("From a request")
	}
	v.Form = f
	return v, err
}

func (r *Room) openCase(c *ui.Context) error {
	in := cases.Opening{Thread: c.Text("thread"), Priority: cases.Priority(c.Text("priority")), Assign: c.Values("assign")}
	f, err := r.Book.Open(c.Context(), c.Actor, in)
	if invalid(err) {
		v, err := r.newCaseView(c, c.Form(err))
		if err != nil {
			return err
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	if in.Thread != "" && r.Link != nil {
		// The case row names the conversation already: a link that fails loses nothing.
		if err := r.Link(c.Context(), c.Actor, in.Thread, f.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if !contains(in.Assign, c.Actor.ID) {
		return c.See("/requests", "case.opened")
	}
	return c.See("/cases/"+f.ID, "case.opened")
}

func (r *Room) note(c *ui.Context) error {
	_, err := r.Book.Note(c.Context(), c.Actor, c.ID("case"), c.Text("words"))
	return r.done(c, err, "/cases/"+c.ID("case"), "case.kept")
}

// done goes on after a small form.
func (r *Room) done(c *ui.Context, err error, path, notice string) error {
	if err != nil {
		return err
	}
	return c.See(path, notice)
}

func (r *Room) approvePlan(c *ui.Context) error {
	version, _ := c.Int("version")
	err := r.Book.ApprovePlan(c.Context(), c.Actor, c.ID("case"), int(version), c.Text("yes") == "yes")
	return r.done(c, err, "/cases/"+c.ID("case")+"/plan", "case.agreed")
}

func (r *Room) approveCost(c *ui.Context) error {
	version, _ := c.Int("version")
	err := r.Book.ApproveCost(c.Context(), c.Actor, c.ID("case"), c.ID("item"), int(version), c.Text("yes") == "yes")
	return r.done(c, err, "/cases/"+c.ID("case")+"/money", "case.agreed")
}

func (r *Room) withdraw(c *ui.Context) error {
	err := r.Book.TakeBack(c.Context(), c.Actor, c.ID("case"), c.ID("item"), c.Text("why"), c.Text("handed") == "destroy")
	return r.done(c, err, "/cases/"+c.ID("case")+"/consent", "case.kept")
}

func (r *Room) cut(c *ui.Context) error {
	err := r.Book.Cut(c.Context(), c.Actor, c.ID("case"), c.Text("party"))
	return r.done(c, err, "/cases/"+c.ID("case")+"/consent", "case.cut")
}

// wall shows the next six hours.
func (r *Room) wall(c *ui.Context) error {
	w, err := r.Book.Wall(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	on, err := r.onRota(c, w)
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", wallView(c.Frame(c.T("Next six hours")), w, on, c.Actor.Roles.Has(staff.Caseworker)))
}

// screen is the wall for a screen of its own: it loads itself anew, and names nobody.
func (r *Room) screen(c *ui.Context) error {
	w, err := r.Book.Wall(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	f := c.Frame(c.T("Next six hours"))
	f.Refresh = 30
	v := wallView(f, w, nil, false)
	v.Head.Sub = c.T("Now %s. This page loads itself anew every half minute.", c.Date(f.Now))
	return c.Render(pages, "blocks", v)
}

// onRota gives, for the roles that a wall's alarms call, who is named for them now.
func (r *Room) onRota(c *ui.Context, w cases.Wall) (map[staff.Role]string, error) {
	out := map[staff.Role]string{}
	for _, a := range w.Calls {
		if _, known := out[a.Role]; known || r.Named == nil {
			continue
		}
		names, err := r.Named(c, a.Role)
		if err != nil {
			return nil, err
		}
		out[a.Role] = strings.Join(names, ", ")
	}
	return out, nil
}

// wallView is the wall; on names who is on the rota for a role.
func wallView(f ui.Frame, w cases.Wall, on map[staff.Role]string, caseworker bool) blocksView {
	calls := &ui.Table{Words: f.Words, Caption: f.T("Alarms on which nobody acts yet"), Columns: []ui.Column{{Label: f.T("What to do")}, {Label: f.T("Case")}, {Label: f.T("On duty")}, {Label: f.T("Since")}},
		Empty: ui.Empty{Title: f.T("No alarm is open."), Text: f.T("When a sign of life does not come, who must act appears here, one step after the other.")}}
	for _, a := range w.Calls {
		sub := f.T("No sign of life")
		if a.Duress {
			sub = f.T("Sign of duress: do not call the person")
		}
		calls.Rows = append(calls.Rows, ui.Row{Href: "/alerts/" + a.ID, Tone: page.Danger, Cells: []ui.Cell{{Text: f.T(rungWord(a.Rung)), Sub: sub}, {Text: a.Pseudonym}, {Text: f.T(ui.RoleName(a.Role)), Sub: on[a.Role]}, {Left: &page.TimeLeft{Words: f.Words, Due: a.Since, Now: f.Now, Danger: true}}}})
	}
	due := &ui.Table{Words: f.Words, Caption: f.T("Signs of life that are due"), Columns: []ui.Column{{Label: f.T("Case")}, {Label: f.T("State")}, {Label: f.T("Due")}, {Label: f.T("Time")}},
		Empty: ui.Empty{Title: f.T("Nothing is due in the next six hours.")}}
	for _, h := range w.Due {
		badge := page.Badge{Text: f.T(watchWord(h.State)), Tone: watchTone(h.State)}
		row := ui.Row{Href: "/cases/" + h.Case + "/watch", Cells: []ui.Cell{{Text: h.Pseudonym}, {Badge: &badge}, {Left: &page.TimeLeft{Words: f.Words, Due: h.Clock.Due, Now: f.Now, Danger: h.State.Alarmed()}}, {Text: f.Date(h.Clock.Due)}}}
		if h.State.Alarmed() {
			row.Tone = page.Danger
		}
		due.Rows = append(due.Rows, row)
	}
	v := blocksView{Frame: f, Head: head{Title: f.T("Next six hours")}, Main: []Block{{Table: calls}, {Table: due}}}
	if caseworker {
		v.Head.Tabs = ui.ProtectionTabs(f.Words, "/alerts")
		v.Main[0].Links = []Link{{f.T("For a screen on the wall"), "/wall"}, {f.T("Who is on duty"), "/requests/rota"}}
	}
	return v
}

func (r *Room) alert(c *ui.Context) error {
	a, err := r.Book.Call(c.Context(), c.Actor, c.ID("alert"))
	if err != nil {
		return err
	}
	v := alertView(c.Frame(c.T(rungWord(a.Rung))), a, page.Form{Words: c.Words})
	if r.Named != nil {
		names, err := r.Named(c, a.Role)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			v.Intro = append(v.Intro, c.T("On the rota for this now: %s.", strings.Join(names, ", ")))
		}
	}
	if r.Absent != nil {
		gone, err := r.Absent(c, a.Case, a.Role)
		if err != nil {
			return err
		}
		v.Intro = append(v.Intro, gone...)
	}
	return c.Render(pages, "form", v)
}

func alertView(f ui.Frame, a cases.Call, form page.Form) formView {
	v := formView{Frame: f, Sub: f.T("Case %s", a.Pseudonym), Action: "/alerts/" + a.ID, Back: "/alerts", Button: f.T("I act on this"), Danger: true}
	v.Form = form
	v.Intro = []string{f.T("No sign of life since %s. This step was due %s.", f.Date(a.Due), f.Ago(f.Now.Sub(a.Since)))}
	if a.Duress {
		v.Intro = []string{f.T("A sign of duress came. Do not call the person: somebody may be listening. This step was due %s.", f.Ago(f.Now.Sub(a.Since)))}
	}
	v.Intro = append(v.Intro, f.T("The ladder goes on until somebody has found the person and notes it in the case."))
	for _, step := range playbook(a.Rung, a.Duress) {
		v.Steps = append(v.Steps, f.T(step))
	}
	fields := []page.Field{form.Radios("done", f.T("What was done?"), options(f.Words, watch.AllDone(), doneWord))}
	if a.Mine {
		fields = append(fields, form.Area("words", f.T("In a few words")).Rows(3).Optional())
	} else {
		v.Intro = append(v.Intro, f.T("You are not assigned to this case. Ask an assigned caseworker for what you need to know."))
	}
	v.Groups = []Group{{Fields: fields}}
	return v
}

func (r *Room) acknowledge(c *ui.Context) error {
	a, err := r.Book.Call(c.Context(), c.Actor, c.ID("alert"))
	if err != nil {
		return err
	}
	err = r.Book.Acknowledge(c.Context(), c.Actor, a.ID, c.Text("done"), c.Text("words"))
	if invalid(err) {
		return c.Invalid(pages, "form", alertView(c.Frame(c.T(rungWord(a.Rung))), a, c.Form(err)))
	}
	return r.done(c, err, "/alerts", "case.alert")
}
