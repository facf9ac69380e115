package caseweb

import (
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// tab shows one of a case's pages.
func (r *Room) tab(name string) func(*ui.Context) error {
	return func(c *ui.Context) error {
		k, err := r.Book.Case(c.Context(), c.Actor, c.ID("case"))
		if err != nil {
			return err
		}
		n, _, err := r.names(c.Context())
		if err != nil {
			return err
		}
		if name == "money" && len(k.Given) > 0 {
			helpers, err := r.Book.Providers(c.Context(), c.Actor)
			if err != nil {
				return err
			}
			for _, h := range helpers {
				n[h.ID] = h.Content().Name
			}
		}
		v := caseView(c.Frame(c.T("Case %s", k.Pseudonym)), name, k, n, c.Actor.ID)
		if r.Beside != nil {
			b, err := r.Beside(c, k)
			if err != nil {
				return err
			}
			v.beside(b, name)
		}
		return c.Render(pages, "blocks", v)
	}
}

// show is what the parts of a case's pages are drawn with.
type show struct {
	i18n.Words
	c     *cases.Case
	names names
	me    string
	now   time.Time
}

func (s show) url(path string) string { return "/cases/" + s.c.ID + path }

func (s show) who(id string) string { return s.names.of(s.Words, id) }

func (s show) left(due time.Time, danger bool) *page.TimeLeft {
	return &page.TimeLeft{Words: s.Words, Due: due, Now: s.now, Danger: danger}
}

func (s show) stamp(member string, at time.Time) string {
	return s.T("%s, %s ago", s.who(member), s.Span(s.now.Sub(at)))
}

// caseView draws one tab of a case.
func caseView(f ui.Frame, tab string, c *cases.Case, n names, me string) blocksView {
	s := show{Words: f.Words, c: c, names: n, me: me, now: f.Now}
	v := blocksView{Frame: f, Head: s.head(tab)}
	switch tab {
	case "overview":
		v.Main, v.Aside = s.overview()
	case "people":
		v.Main = s.people()
	case "plan":
		v.Main = s.plan()
	case "watch":
		v.Main = s.watch()
	case "consent":
		v.Main = s.consent()
	case "money":
		v.Main = s.money()
	case "log":
		v.Main = []Block{{Title: s.T("Everything that happened"), Note: s.T("The latest first. The ledger keeps the same, and who read what."), Events: s.events(len(c.Timeline))}}
	}
	return v
}

func (s show) head(tab string) head {
	c := s.c
	h := head{Title: s.T("Case %s", c.Pseudonym), Badges: []page.Badge{{Text: s.T(stateWord(c.State)), Tone: stateTone(c.State)}}}
	if !c.State.Over() {
		tone := page.Plain
		if c.Priority == cases.Hours {
			tone = page.Accent
		}
		h.Badges = append(h.Badges, page.Badge{Text: s.T(priorityWord(c.Priority)), Tone: tone})
		if c.Risk.Exists() {
			l := c.Danger()
			h.Badges = append(h.Badges, page.Badge{Text: s.T(levelWord(l)), Tone: levelTone(l)})
		}
	}
	if !c.DecideBy.IsZero() {
		h.Sub = s.T("To be decided:")
		h.Left = s.left(c.DecideBy, false)
	}
	for _, w := range c.Late() {
		text := s.T("%s: the check-in is late.", c.Party(w.Content().Party).Code)
		switch w.State {
		case watch.Missed:
			text = s.T("%s: no sign of life. The ladder runs.", c.Party(w.Content().Party).Code)
		case watch.Duress:
			text = s.T("%s gave the sign of duress. Do not call them. The ladder runs.", c.Party(w.Content().Party).Code)
		}
		h.Alarm = append(h.Alarm, Line{Text: text, Href: s.url("/watch/" + w.Clock.ID + "/answer"), Left: s.left(w.Due, w.State.Alarmed()), Danger: w.State.Alarmed()})
	}
	h.Alarm = append(h.Alarm, s.handovers()...)
	late := len(c.Late())
	tabs := []ui.Item{
		{Label: s.T("Overview"), Path: s.url("")},
		{Label: s.T("People and risk"), Path: s.url("/people")},
		{Label: s.T("Plan and legs"), Path: s.url("/plan")},
		{Label: s.T("Check-ins"), Path: s.url("/watch"), Count: late},
		{Label: s.T("Consent"), Path: s.url("/consent")},
		{Label: s.T("Ways and papers"), Path: s.url("/ways")},
		{Label: s.T("Money"), Path: s.url("/money")},
		{Label: s.T("History"), Path: s.url("/log")},
	}
	for i, name := range []string{"overview", "people", "plan", "watch", "consent", "ways", "money", "log"} {
		tabs[i].Current = name == tab
	}
	h.Tabs = &ui.Tabs{Label: s.T("Parts of the case"), Items: tabs}
	return h
}

// todoHref leads from a thing to do to where it is done.
func (s show) todoHref(t cases.Todo) string {
	switch t.What {
	case "triage", "decide":
		return s.url("/triage")
	case "party":
		return s.url("/people/new")
	case "risk", "risk-expired":
		return s.url("/risk")
	case "consent":
		return s.url("/consent/new")
	case "plan":
		return s.url("/plan/edit")
	case "approve":
		if t.Item != "plan" {
			return s.url("/money")
		}
		return s.url("/plan")
	case "go", "depart":
		return "/legs/" + t.Item
	case "watch":
		return s.url("/watch/new")
	case "answer":
		if len(t.Item) > 4 && t.Item[:4] == "leg_" {
			return "/legs/" + t.Item
		}
		return s.url("/watch/" + t.Item + "/answer")
	case "exposed":
		return s.url("/legs/new")
	case "settle":
		return s.settleHref()
	case "appointment", "deadline", "step":
		return s.url("/ways")
	case "search":
		return s.url("#notes")
	case "follow", "close", "erase":
		return s.url("/" + t.What)
	}
	return s.url("")
}

func (s show) overview() (main, aside []Block) {
	c := s.c
	next := Block{Title: s.T("What is next")}
	for _, t := range cases.Next(c, s.now) {
		l := Line{Text: todoWord(s.Words, t), Href: s.todoHref(t), Danger: t.Danger}
		if !t.Due.IsZero() {
			l.Left = s.left(t.Due, t.Danger)
		}
		next.Todo = append(next.Todo, l)
	}
	if len(next.Todo) == 0 {
		next.Empty = &ui.Empty{Title: s.T("Nothing waits."), Text: s.T("What comes next is shown here when something is due.")}
	}
	where := Block{Title: s.T("Where they are")}
	for _, p := range c.Parties {
		where.Facts = append(where.Facts, page.Fact{Term: partyLabel(s.Words, p.Content()), Text: s.whereabouts(p.ID)})
	}
	if len(c.Parties) == 0 {
		where.Empty = &ui.Empty{Title: s.T("No person is noted yet."), Text: s.T("Add the people of this case; a code is enough."), Href: s.url("/people/new"), Action: s.T("Add a person")}
	}
	triage := Block{Title: s.T("Triage"), Links: []Link{{s.T("Judge again"), s.url("/triage")}}}
	if c.State.Over() {
		triage.Links = nil
	}
	if c.Triage.Exists() {
		triage.Note = s.stamp(c.Triage.Current.Author, c.Triage.Current.At)
		triage.Facts = triageFacts(s, c.Triage.Content())
	} else {
		if triage.Links != nil {
			triage.Links[0].Text = s.T("Judge now")
		}
		triage.Note = s.T("Nobody has judged yet how near and how bad the danger is.")
	}
	notes := Block{ID: "notes", Title: s.T("Notes")}
	if !c.State.Over() {
		notes.Form = &Inline{Words: s.Words, Action: s.url("/note"), Fields: []page.Field{(page.Form{Words: s.Words}).Area("words", s.T("A note for colleagues")).Rows(2)}, Button: s.T("Keep the note")}
	}
	for _, n := range slices.Backward(c.Notes) {
		notes.Events = append(notes.Events, page.Event{When: s.Ago(s.now.Sub(n.At)), Who: s.who(n.Author), Title: s.away(n.Content.Away), Text: n.Content.Words})
	}
	main = append(s.after(), next, where, triage)
	if !c.State.Over() || len(c.Notes) > 0 {
		main = append(main, notes)
	}

	team := Block{Title: s.T("Assigned"), Links: []Link{{s.T("Change"), s.url("/team")}}}
	for _, m := range c.Assigned {
		line := Line{Text: s.who(m)}
		if t := c.Until[m]; !t.IsZero() {
			line.Text = s.T("%s, until %s", line.Text, s.Date(t))
			line.Left = &page.TimeLeft{Words: s.Words, Due: t, Now: s.now}
		}
		team.Todo = append(team.Todo, line)
	}
	origin := page.Fact{Term: s.T("Came from"), Text: s.T("opened by hand")}
	if c.Thread != "" {
		origin.Text, origin.Href = s.T("a request"), "/requests/"+c.Thread
	}
	about := Block{Title: s.T("About this case"), Facts: []page.Fact{{Term: s.T("Opened"), Text: s.Day(c.Opened)}, origin}}
	if c.EraseBy != "" {
		about.Facts = append(about.Facts, page.Fact{Term: s.T("To be erased by"), Text: s.Day(c.EraseBy)})
	}
	for _, t := range slices.Backward(c.Turns) {
		if t.Content.Reason != "" {
			about.Facts = append(about.Facts, page.Fact{Term: s.T("Reason of the state"), Text: t.Content.Reason, Note: s.stamp(t.Author, t.At)})
			break
		}
	}
	about.Links = s.ends()
	return main, []Block{team, about}
}

// after shows how the case ended and how the people are since.
func (s show) after() (all []Block) {
	c := s.c
	if c.State == cases.Closed && c.Closure.Exists() {
		k := c.Closure.Content()
		safe := s.T("not sure")
		if k.Safe {
			safe = s.T("yes")
		}
		b := Block{Title: s.T("How it ended"), Note: s.stamp(c.Closure.Current.Author, c.Closure.Current.At), Facts: []page.Fact{{Term: s.T("The person is safe"), Text: safe}}}
		for _, x := range []page.Fact{{Term: s.T("Where"), Text: k.Region}, {Term: s.T("Needs"), Text: k.Needs}, {Term: s.T("The person's own view"), Text: k.View}, {Term: s.T("Open again if"), Text: k.Reopen}} {
			if x.Text != "" {
				b.Facts = append(b.Facts, x)
			}
		}
		all = append(all, b)
	}
	if len(c.FollowUps) == 0 {
		return all
	}
	b := Block{Title: s.T("How they are")}
	for _, e := range slices.Backward(c.FollowUps) {
		tone, title := page.Plain, s.T("Not sure that they are safe")
		if e.Content.Safe {
			tone, title = page.Calm, s.T("They are safe")
		}
		if e.Content.Next != "" {
			title += " · " + s.T("ask again on %s", s.Day(e.Content.Next))
		}
		b.Events = append(b.Events, page.Event{When: s.Date(e.At), Who: s.who(e.Author), Title: title, Text: e.Content.Words, Tone: tone})
	}
	return append(all, b)
}

// refusal is the small form of a no, beside an approval that this member may give.
func (s show) refusal(a *ui.Approvals, version int) *Inline {
	if a.Action == "" {
		return nil
	}
	return &Inline{Words: s.Words, Action: a.Action, Hidden: []ui.Hidden{{Name: "version", Value: num(version)}, {Name: "yes", Value: "no"}}, Button: s.T("No, not like this")}
}

// ends are the ways in which a case changes its course.
func (s show) ends() []Link {
	switch {
	case s.c.State == cases.Closed:
		return []Link{{s.T("Open the case again"), s.url("/reopen")}, {s.T("Erase"), s.url("/erase")}}
	case s.c.State.Over():
		return []Link{{s.T("Set the state"), s.url("/state")}, {s.T("Erase"), s.url("/erase")}}
	}
	all := []Link{{s.T("Set the state"), s.url("/state")}}
	if s.c.State == cases.Relocated || s.c.State == cases.Followed {
		all = append(all, Link{s.T("Follow up"), s.url("/follow")})
	}
	return append(all, Link{s.T("Close"), s.url("/close")})
}

func (s show) whereabouts(party string) string {
	w := cases.WhereIs(s.c.Legs, party)
	switch {
	case w.Lost:
		return s.T("Contact lost on the way")
	case w.OnTheWay:
		for _, l := range s.c.Legs {
			if l.ID == w.Leg {
				return s.T("On leg %d, to: %s", l.Number, l.To.Words)
			}
		}
	case w.At.Words != "":
		return w.At.Words
	}
	return s.T("Where they were when they asked")
}

func (s show) events(limit int) []page.Event {
	var all []page.Event
	said := s.said()
	for _, e := range s.c.Timeline[:min(limit, len(s.c.Timeline))] {
		title, words := s.T(kindWord(e.Kind)), said[e.Item]
		switch {
		case words.Title != "":
			title = s.T("%s: %s", title, words.Title)
		case e.Rival:
			title = s.T("%s: written beside another version (%d)", title, e.Version)
		case e.Version > 1:
			title = s.T("%s: version %d", title, e.Version)
		}
		all = append(all, page.Event{When: s.Date(e.At), Title: title, Who: s.who(e.Member), Text: words.Text, Tone: words.Tone})
	}
	return all
}

// said is what the entries of the timeline say that have one edition only, by their ids.
func (s show) said() map[string]page.Event {
	c, all := s.c, map[string]page.Event{}
	for _, m := range c.Legs {
		for _, e := range m.Steps {
			all[e.ID] = page.Event{Title: s.T(legWord(e.Content.To)), Text: e.Content.Reason, Tone: legTone(e.Content.To)}
		}
	}
	for _, e := range c.Notes {
		all[e.ID] = page.Event{Text: e.Content.Words}
	}
	for _, e := range c.FollowUps {
		all[e.ID] = page.Event{Text: e.Content.Words}
	}
	for _, e := range c.Contacts {
		all[e.ID] = page.Event{Title: s.T(contactWord(e.Content.What)), Text: e.Content.Words}
	}
	for _, e := range c.Turns {
		title := s.T("Back on the road")
		if e.Content.To != "" {
			title = s.T(stateWord(e.Content.To))
		}
		all[e.ID] = page.Event{Title: title, Text: e.Content.Reason}
	}
	return all
}

func (s show) people() []Block {
	c := s.c
	risk := Block{ID: "risk", Title: s.T("Risk"), Links: []Link{{s.T("Assess again"), s.url("/risk")}}}
	if c.Risk.Exists() {
		r := c.Risk.Content()
		risk.Badge = &page.Badge{Text: s.T(levelWord(c.Danger())), Tone: levelTone(c.Danger())}
		risk.Note = s.stamp(c.Risk.Current.Author, c.Risk.Current.At)
		risk.Facts = riskFacts(s, r)
		if len(c.Risk.Rivals) > 0 {
			risk.Note = s.T("Two versions exist. The higher level counts until somebody settles them.")
			risk.Links = append([]Link{{s.T("Settle them field by field"), s.url("/risk" + settlePath)}}, risk.Links...)
		}
	} else {
		risk.Links[0].Text = s.T("Assess the risk")
		risk.Note = s.T("Not assessed yet.")
	}
	add := Block{Title: s.T("People"), Links: []Link{{s.T("Add a person"), s.url("/people/new")}}}
	if len(c.Parties) == 0 {
		add.Note = s.T("No person is noted yet.")
	}
	blocks := []Block{risk, add}
	for _, p := range c.Parties {
		b := Block{ID: p.ID, Title: partyLabel(s.Words, p.Content()), Note: s.stamp(p.Current.Author, p.Current.At), Facts: partyFacts(s, p.Content()), Links: []Link{{s.T("Change"), s.url("/people/" + p.ID + "/edit")}, {s.T("They were taken, or their phone was"), "/exposures/new?case=" + c.ID + "&party=" + p.ID}}}
		if len(p.Rivals) > 0 {
			b.Note = s.T("Two versions exist.")
			b.Links = append([]Link{{s.T("Settle them field by field"), s.url("/people/" + p.ID + "/edit" + settlePath)}}, b.Links...)
		}
		blocks = append(blocks, b)
	}
	blocks = append(append(blocks, s.ending()...), s.documents())
	check := Block{Title: s.T("Credibility"), Note: s.T("Kept apart from the right to emergency help."), Links: []Link{{s.T("Note a check"), s.url("/check")}}}
	for _, v := range slices.Backward(c.Checks) {
		x := v.Content()
		tone := page.Plain
		if x.Outcome == "trap" {
			tone = page.Danger
		}
		text := x.Doubts
		if x.Entrapment != "" {
			text += "\n" + s.T("Signs of a trap: %s", x.Entrapment)
		}
		check.Events = append(check.Events, page.Event{When: s.Date(v.Current.At), Who: s.T(verifierWord(x.Verifier)), Title: s.T(outcomeWord(x.Outcome)) + ": " + x.Method, Text: text, Tone: tone})
	}
	return append(blocks, check)
}

func (s show) plan() []Block {
	c := s.c
	plan := Block{ID: "plan", Title: s.T("Plan"), Links: []Link{{s.T("Change the plan"), s.url("/plan/edit")}}}
	if !c.Plan.Exists() {
		plan.Links[0].Text = s.T("Write the plan")
		plan.Note = s.T("There is no plan yet. In an emergency people may move first: a leg needs two people, not a plan.")
	} else {
		plan.Note = s.stamp(c.Plan.Current.Author, c.Plan.Current.At)
		plan.Facts = planFacts(s, c.Plan.Content())
		if len(c.Plan.Rivals) > 0 {
			plan.Links = append([]Link{{s.T("Settle them field by field"), s.url("/plan/edit" + settlePath)}}, plan.Links...)
			plan.Note = s.T("Two versions exist.")
		}
		plan.Approvals = s.approvals(s.T("Approval of the plan"), c.PlanGo, c.Plan.Current.Version, s.url("/plan/approve"), c.Plan.Current.Author)
		if plan.Approvals.Missing() > 0 {
			plan.Form = s.refusal(plan.Approvals, c.Plan.Current.Version)
		}
	}
	blocks := []Block{plan}
	legs := Block{ID: "legs", Title: s.T("Legs"), Links: []Link{{s.T("Plan a leg"), s.url("/legs/new")}, {s.T("Propose places and legs"), s.url("/propose")}}}
	t := &ui.Table{Words: s.Words, Caption: s.T("Legs of the way"), Columns: []ui.Column{{Label: s.T("Leg")}, {Label: s.T("State")}, {Label: s.T("Who")}, {Label: s.T("Leaves")}, {Label: s.T("Escort")}},
		Empty: ui.Empty{Title: s.T("No leg is planned."), Text: s.T("A leg is one stretch of the way, with a window, an escort and the go of two people.")}}
	for _, l := range c.Legs {
		badge := page.Badge{Text: s.T(legWord(l.State)), Tone: legTone(l.State)}
		cell := ui.Cell{Badge: &badge}
		if len(l.Sheet.Rivals) > 0 {
			legs.Links = append(legs.Links, Link{s.T("Settle leg %d field by field", l.Number), s.url("/legs/" + l.ID + "/edit" + settlePath)})
		}
		if l.State == cases.LegPlanned {
			cell.Sub = s.N("%d more go is missing", "%d more goes are missing", l.Go.Missing)
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/legs/" + l.ID, Cells: []ui.Cell{
			{Text: s.T("%d. %s → %s", l.Number, l.From.Words, l.To.Words), Sub: s.T(modeWord(l.Mode))}, cell, {Text: s.codes(l.Parties)}, s.leaves(l), {Text: s.escort(l)},
		}})
	}
	legs.Table = t
	return append(blocks, legs)
}

func (s show) leaves(l cases.Movement) ui.Cell {
	if len(l.State.Next()) == 0 || l.State == cases.LegUnderWay {
		return ui.Cell{Text: s.Date(l.Earliest)}
	}
	return ui.Cell{Left: s.left(l.Latest, false), Sub: s.Date(l.Earliest)}
}

func (s show) escort(l cases.Movement) string {
	if l.Escort == "" {
		return s.T("none")
	}
	return s.who(l.Escort)
}

func (s show) codes(parties []string) string {
	out := ""
	for _, p := range parties {
		if out != "" {
			out += ", "
		}
		out += partyLabel(s.Words, s.c.Party(p))
	}
	return out
}

// approvals draws who agreed and who is missing; author is empty when everyone may agree.
func (s show) approvals(title string, a cases.Approval, version int, action, author string) *ui.Approvals {
	p := &ui.Approvals{Words: s.Words, Title: title, Need: len(a.Yes) + a.Missing, Button: s.T("I agree to it"), Hidden: []ui.Hidden{{Name: "version", Value: num(version)}, {Name: "yes", Value: "yes"}}}
	for _, v := range a.Yes {
		p.Given = append(p.Given, ui.Approval{Name: s.who(v.Member), When: v.At})
	}
	switch {
	case s.me == author:
		p.WhyNot = s.T("You wrote it, so somebody else must agree.")
	case a.Agreed(s.me):
		p.WhyNot = s.T("You have agreed. Somebody else must agree too.")
	default:
		p.Action = action
	}
	if len(a.No) > 0 {
		p.Changed = s.T("%s said no. Change it and ask again.", s.who(a.No[0].Member))
	}
	return p
}
