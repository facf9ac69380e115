package caseweb

import (
	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// legs lists what the actor was given to travel or to approve.
func (r *Room) legs(c *ui.Context) error {
	all, err := r.Book.Legs(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", legsView(c.Frame(c.T("My legs")), all, c.Actor.Roles.Has(staff.Caseworker)))
}

func legsView(f ui.Frame, all []cases.Movement, caseworker bool) blocksView {
	t := &ui.Table{Words: f.Words, Caption: f.T("Legs that I can open"), Columns: []ui.Column{{Label: f.T("Leg")}, {Label: f.T("State")}, {Label: f.T("How many people")}, {Label: f.T("Leaves at the latest")}},
		Empty: ui.Empty{Title: f.T("No leg is shared with you."), Text: f.T("When you are the escort of a leg, it appears here, and nothing else of the case.")}}
	for _, l := range all {
		badge := page.Badge{Text: f.T(legWord(l.State)), Tone: legTone(l.State)}
		when := ui.Cell{Text: f.Date(l.Latest)}
		if l.State == cases.LegPlanned || l.State == cases.LegReady {
			when = ui.Cell{Left: &page.TimeLeft{Words: f.Words, Due: l.Latest, Now: f.Now}}
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/legs/" + l.ID, Cells: []ui.Cell{{Text: f.T("%s → %s", l.From.Words, l.To.Words), Sub: f.T(modeWord(l.Mode))}, {Badge: &badge}, {Text: num(l.People)}, when}})
	}
	v := blocksView{Frame: f, Head: head{Title: f.T("My legs")}, Main: []Block{{Table: t}}}
	if caseworker {
		v.Head.Tabs = ui.ProtectionTabs(f.Words, "/legs")
	}
	return v
}

func (r *Room) leg(c *ui.Context) error {
	m, err := r.Book.Leg(c.Context(), c.Actor, c.ID("leg"))
	if err != nil {
		return err
	}
	n, _, err := r.names(c.Context())
	if err != nil {
		return err
	}
	back := ""
	if file, err := r.Book.CaseOfLeg(c.Context(), c.Actor, m.ID); err == nil {
		back = file
	}
	v := legView(c.Frame(c.T("Leg %d", m.Number)), m, n, c.Actor.ID, back, page.Form{Words: c.Words})
	if err := r.cautions(c, &v, m, back); err != nil {
		return err
	}
	return c.Render(pages, "blocks", v)
}

// cautions say of papers what the reader may know: which, to who can open the case; that there is one, to the escort.
func (r *Room) cautions(c *ui.Context, v *blocksView, m cases.Movement, file string) error {
	switch {
	case len(m.State.Next()) == 0:
	case file != "":
		k, err := r.Book.Case(c.Context(), c.Actor, file)
		if err != nil {
			return err
		}
		v.Head.Alarm = append(v.Head.Alarm, cautionLines(c.Words, k, m.Leg)...)
	case m.Warned:
		v.Head.Alarm = append(v.Head.Alarm, escortCaution(c.Words))
	}
	return nil
}

// escortCaution is what an escort who holds the leg alone may know.
func escortCaution(w i18n.Words) Line {
	return Line{Text: w.T("A paper of somebody who travels ends before this leg does. Ask the caseworker before you set out."), Danger: true}
}

// cautionLines warn, over the go and no-go, of papers that do not last until the leg has ended.
func cautionLines(w i18n.Words, k *cases.Case, l cases.Leg) (all []Line) {
	for _, x := range cases.Cautions(k, l) {
		all = append(all, Line{Text: w.T("%s: %s runs out on %s, before this leg has ended.", k.Party(x.Party).Code, w.T(ui.PaperName(x.Paper)), w.Day(x.Until)), Href: "/cases/" + k.ID + "/people#documents", Danger: true})
	}
	return all
}

// legView draws one leg. File is the case's id when the member may open it, else empty.
func legView(f ui.Frame, m cases.Movement, n names, me, file string, form page.Form) blocksView {
	s := show{Words: f.Words, names: n, me: me, now: f.Now}
	v := blocksView{Frame: f, Head: head{Title: f.T("Leg %d: %s → %s", m.Number, m.From.Words, m.To.Words), Badges: []page.Badge{{Text: f.T(legWord(m.State)), Tone: legTone(m.State)}}}}
	if m.State == cases.LegPlanned || m.State == cases.LegReady {
		v.Head.Sub, v.Head.Left = f.T("Leaves at the latest:"), s.left(m.Latest, false)
	}
	v.Form = form
	what := Block{Title: f.T("What the escort must know"), Facts: legFacts(s, m.Leg)}
	if file != "" {
		what.Links = []Link{{f.T("The case"), "/cases/" + file + "/plan"}}
		if len(m.Steps) == 0 {
			what.Links = append(what.Links, Link{f.T("Change the leg"), "/cases/" + file + "/legs/" + m.ID + "/edit"})
		}
	}
	if len(m.State.Next()) > 0 {
		what.Links = append(what.Links, Link{f.T("A card to print"), "/legs/" + m.ID + "/card"})
	}
	v.Main = []Block{what}
	if len(m.Steps) == 0 {
		goes := s.approvals(f.T("Go of two different people"), m.Go, m.Sheet.Current.Version, "/legs/"+m.ID+"/go", "")
		goes.Button = f.T("Go")
		all := goes.Action != "" && m.Warned && m.Reason(me) == ""
		if all {
			goes.Action, goes.WhyNot = "", f.T("A paper of somebody who travels runs out before this leg has ended. Say below why they go all the same.")
		}
		v.Main = append(v.Main, Block{ID: "go", Approvals: goes})
		if all {
			v.Main = append(v.Main, Block{ID: "why", Form: &Inline{Words: f.Words, Action: "/legs/" + m.ID + "/go", Hidden: []ui.Hidden{{Name: "version", Value: num(m.Sheet.Current.Version)}, {Name: "yes", Value: "yes"}}, Button: f.T("Go all the same"),
				Fields: []page.Field{form.Area("why", f.T("Why do they go although a paper runs out?")).Rows(2)}}})
		}
		if !m.Go.Said(me) {
			v.Main = append(v.Main, Block{Form: &Inline{Words: f.Words, Action: "/legs/" + m.ID + "/go", Hidden: []ui.Hidden{{Name: "version", Value: num(m.Sheet.Current.Version)}, {Name: "yes", Value: "no"}}, Button: f.T("No: this leg must not go like this")}})
		}
	}
	if next := m.State.Next(); len(next) > 0 {
		b := Block{ID: "step", Title: f.T("What happens now?")}
		var choices []page.Option
		for _, to := range next {
			choices = append(choices, page.Option{Value: string(to), Label: f.T(stepWord(to))})
		}
		b.Form = &Inline{Words: f.Words, Action: "/legs/" + m.ID + "/step", Button: f.T("Keep the step"), Fields: []page.Field{
			form.Radios("to", f.T("Step"), choices), form.Area("reason", f.T("What happened, or why now")).Rows(2).Optional()}}
		v.Main = append(v.Main, b)
	}
	people := Block{Title: f.T("Who can open this leg")}
	for _, id := range m.Known {
		people.Todo = append(people.Todo, Line{Text: s.who(id)})
	}
	v.Aside = append(v.Aside, people)
	if len(m.Whys) > 0 {
		b := Block{Title: f.T("Why go, although a paper runs out")}
		for _, e := range m.Whys {
			b.Events = append(b.Events, page.Event{When: f.Date(e.At), Who: s.who(e.Author), Title: f.T("Go"), Text: e.Content.Words})
		}
		v.Aside = append(v.Aside, b)
	}
	if len(m.Steps) > 0 {
		b := Block{Title: f.T("What happened")}
		for _, e := range m.Steps {
			b.Events = append(b.Events, page.Event{When: f.Date(e.At), Who: s.who(e.Author), Title: f.T(legWord(e.Content.To)), Text: e.Content.Reason, Tone: legTone(e.Content.To)})
		}
		v.Aside = append(v.Aside, b)
	}
	return v
}

func (r *Room) voice(c *ui.Context) error {
	version, _ := c.Int("version")
	err := r.Book.GoBecause(c.Context(), c.Actor, c.ID("leg"), int(version), c.Text("yes") == "yes", c.Text("why"))
	if !invalid(err) {
		return r.done(c, err, "/legs/"+c.ID("leg"), "case.agreed")
	}
	return r.wrongLeg(c, err)
}

// wrongLeg shows the leg again with what was typed.
func (r *Room) wrongLeg(c *ui.Context, wrong error) error {
	m, err := r.Book.Leg(c.Context(), c.Actor, c.ID("leg"))
	if err != nil {
		return err
	}
	n, _, err := r.names(c.Context())
	if err != nil {
		return err
	}
	file, err := r.Book.CaseOfLeg(c.Context(), c.Actor, m.ID)
	if err != nil {
		file = ""
	}
	v := legView(c.Frame(c.T("Leg %d", m.Number)), m, n, c.Actor.ID, file, c.Form(wrong))
	if err := r.cautions(c, &v, m, file); err != nil {
		return err
	}
	return c.Invalid(pages, "blocks", v)
}

func (r *Room) step(c *ui.Context) error {
	err := r.Book.Step(c.Context(), c.Actor, c.ID("leg"), cases.LegState(c.Text("to")), c.Text("reason"))
	if !invalid(err) {
		return r.done(c, err, "/legs/"+c.ID("leg"), "case.step")
	}
	return r.wrongLeg(c, err)
}

func (r *Room) places(c *ui.Context) error {
	all, err := r.Book.Places(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", placesView(c.Frame(c.T("Places")), all, c.Actor.Roles.Has(staff.Caseworker)))
}

func placesView(f ui.Frame, all []cases.Refuge, caseworker bool) blocksView {
	t := &ui.Table{Words: f.Words, Caption: f.T("Places that I know"), Columns: []ui.Column{{Label: f.T("Place")}, {Label: f.T("State")}, {Label: f.T("People in it")}, {Label: f.T("Known to")}},
		Empty: ui.Empty{Title: f.T("You know no place."), Text: f.T("A place is known to whom it was shown, and to nobody else. Everyone who ever knew it is listed.")}}
	for _, p := range all {
		badge := page.Badge{Text: f.T(placeStatusWord(p.Status)), Tone: placeTone(p.Status)}
		row := ui.Row{Href: "/places/" + p.ID, Cells: []ui.Cell{{Text: p.Code, Sub: f.T(placeKindWord(p.Kind))}, {Badge: &badge}, {Text: f.T("%d of %d", p.Inside(), p.Capacity)}, {Text: f.N("%d member", "%d members", len(p.Known))}}}
		if p.Status == cases.Exposed && p.Inside() > 0 {
			row.Tone = page.Danger
		}
		t.Rows = append(t.Rows, row)
	}
	v := blocksView{Frame: f, Head: head{Title: f.T("Places")}, Main: []Block{{Table: t}}}
	if caseworker {
		v.Head.Tabs = ui.ProtectionTabs(f.Words, "/places")
		v.Main[0].Links = []Link{{f.T("Add a place"), "/places/new"}}
	}
	return v
}

func (r *Room) place(c *ui.Context) error {
	p, err := r.Book.Place(c.Context(), c.Actor, c.ID("place"))
	if err != nil {
		return err
	}
	n, active, err := r.names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", placeView(c.Frame(c.T("Place %s", p.Code)), p, n, active, c.Actor.Roles.Has(staff.Caseworker)))
}

func placeView(f ui.Frame, p cases.Refuge, n names, active []staff.Member, caseworker bool) blocksView {
	s := show{Words: f.Words, names: n, now: f.Now}
	v := blocksView{Frame: f, Head: head{Title: f.T("Place %s", p.Code), Badges: []page.Badge{{Text: f.T(placeStatusWord(p.Status)), Tone: placeTone(p.Status)}}}}
	if p.Status == cases.Exposed && p.Inside() > 0 {
		v.Head.Alarm = []Line{{Text: f.N("%d person is in an exposed place. Move them.", "%d people are in an exposed place. Move them.", p.Inside()), Danger: true}}
	}
	about := Block{Title: f.T("About the place"), Facts: placeFacts(s, p.Place)}
	about.Facts = append(about.Facts, page.Fact{Term: f.T("People in it"), Text: f.T("%d of %d", p.Inside(), p.Capacity)})
	stays := &ui.Table{Words: f.Words, Caption: f.T("Stays"), Columns: []ui.Column{{Label: f.T("Came")}, {Label: f.T("Left")}}, Empty: ui.Empty{Title: f.T("Nobody has stayed here.")}}
	for _, x := range p.Stays {
		to := f.T("still there")
		if !x.Content().To.IsZero() {
			to = f.Date(x.Content().To)
		}
		stays.Rows = append(stays.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Date(x.Content().From)}, {Text: to}}})
	}
	known := Block{Title: f.T("Everyone who ever knew it")}
	for _, k := range p.Known {
		known.Events = append(known.Events, page.Event{When: f.Date(k.Content.Since), Title: s.who(k.Content.Member)})
	}
	v.Main = []Block{about, {Table: stays}}
	v.Aside = []Block{known}
	if caseworker {
		v.Main[0].Links = []Link{{f.T("Change the place"), "/places/" + p.ID + "/edit"}, {f.T("This place became known"), "/exposures/new?place=" + p.ID}}
		var more []page.Option
		for _, m := range active {
			if !contains(p.Open, m.ID) {
				more = append(more, page.Option{Value: m.ID, Label: m.Name})
			}
		}
		if len(more) > 0 {
			v.Aside = append(v.Aside, Block{Title: f.T("Show it to one more person"), Note: f.T("It cannot be unlearnt."), Form: &Inline{Words: f.Words, Action: "/places/" + p.ID + "/show", Button: f.T("Show"), Fields: []page.Field{f.Form.Select("member", f.T("Member"), more)}}})
		}
	}
	return v
}

func placeFacts(s show, p cases.Place) []page.Fact {
	f := []page.Fact{{Term: s.T("Kind"), Text: s.T(placeKindWord(p.Kind))}}
	for _, x := range []page.Fact{{Term: s.T("Address"), Text: p.Address}, {Term: s.T("Contact"), Text: p.Contact}, {Term: s.T("Suited for"), Text: p.Suitability}, {Term: s.T("House rules"), Text: p.Rules}, {Term: s.T("Reason of the state"), Text: p.Reason}} {
		if x.Text != "" {
			f = append(f, x)
		}
	}
	return append(f, traitFacts(s, p)...)
}

func (r *Room) newPlace(c *ui.Context) error {
	var p cases.Refuge
	if id := c.ID("place"); id != "" {
		var err error
		if p, err = r.Book.Place(c.Context(), c.Actor, id); err != nil {
			return err
		}
	}
	return c.Render(pages, "form", placeForm(c, p, page.Form{Words: c.Words}))
}

func placeForm(c *ui.Context, p cases.Refuge, f page.Form) formView {
	status := p.Status
	if status == "" {
		status = cases.Available
	}
	capacity := ""
	if p.Capacity > 0 {
		capacity = num(p.Capacity)
	}
	v := formView{Frame: c.Frame(c.T("A place")), Action: "/places/new", Back: "/places", Button: c.T("Keep"), Hidden: []ui.Hidden{saw(p.Sheet.Saw())},
		Intro: []string{c.T("Only you will know this place until you show it to somebody, or plan a leg to it.")},
		Groups: []Group{{Fields: []page.Field{
			f.Text("code", c.T("Code")).Or(p.Code).Short().Hint(c.T("What colleagues call it. It must not tell where it is.")),
			f.Select("kind", c.T("Kind"), options(c.Words, cases.PlaceKinds(), placeKindWord)).Or(p.Kind),
			f.Area("address", c.T("Address and how to get in")).Or(p.Address).Rows(2),
			f.Input("number", "capacity", c.T("For how many people?")).Or(capacity).Short(),
			f.Text("contact", c.T("Contact")).Or(p.Contact).Optional(),
			f.Area("suitability", c.T("For whom is it suited, for whom not?")).Or(p.Suitability).Rows(2).Optional(),
			f.Area("rules", c.T("House rules")).Or(p.Rules).Rows(2).Optional(),
			f.Radios("status", c.T("Can it be used?"), options(c.Words, cases.AllPlaceStatuses(), placeStatusWord)).Or(string(status)),
			f.Area("reason", c.T("Why?")).Or(p.Reason).Rows(2).Optional(),
		}}, traitGroup(c.Words, f, p.Place)}}
	if p.ID != "" {
		v.Back = "/places/" + p.ID
		v.Action = v.Back + "/edit"
		v.Intro = nil
	}
	v.Form = f
	if sent := f.Values["saw"]; len(sent) > 0 {
		v.Hidden = resaw(v.Hidden, sent[0])
	}
	return v
}

func (r *Room) keepPlace(c *ui.Context) error {
	capacity, _ := c.Int("capacity")
	seen, _ := c.Int("saw")
	p := cases.Place{Code: c.Text("code"), Kind: c.Text("kind"), Address: c.Text("address"), Capacity: int(capacity), Contact: c.Text("contact"),
		Point: r.pointOf(c, "point"), Trait: traitOf(c), Suitability: c.Text("suitability"), Rules: c.Text("rules"), Status: cases.PlaceStatus(c.Text("status")), Reason: c.Text("reason")}
	var s cases.Saved
	err := c.Wrong()
	if err == nil {
		s, err = r.Book.KeepPlace(c.Context(), c.Actor, c.ID("place"), int(seen), p)
	}
	if !invalid(err) {
		n, err := kept(s, "case.kept", err)
		if err == nil && n == rival {
			return c.See("/places/"+s.ID+settlePath, n)
		}
		return r.done(c, err, "/places/"+s.ID, n)
	}
	old := cases.Refuge{ID: c.ID("place")}
	if old.ID != "" {
		var lerr error
		if old, lerr = r.Book.Place(c.Context(), c.Actor, old.ID); lerr != nil {
			return lerr
		}
	}
	return c.Invalid(pages, "form", placeForm(c, old, c.Form(err)))
}

func (r *Room) showPlace(c *ui.Context) error {
	err := r.Book.ShowPlace(c.Context(), c.Actor, c.ID("place"), c.Text("member"))
	return r.done(c, err, "/places/"+c.ID("place"), "case.shared")
}
