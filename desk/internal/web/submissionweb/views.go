package submissionweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/submission"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// formView is one short form.
type formView struct {
	i18n.Words
	Action, Button string
	Main           bool
	Hidden         []ui.Hidden
	Fields         []page.Field
}

type listView struct {
	ui.Frame
	Table ui.Table
	New   formView
}

func languages(w i18n.Words) []page.Option {
	return []page.Option{{Value: "en", Label: w.T("English")}, {Value: "fr", Label: w.T("French")}, {Value: "es", Label: w.T("Spanish")}, {Value: "ru", Label: w.T("Russian")}}
}

func listPage(f ui.Frame, all []submission.Draft, incidents []page.Option, members []staff.Member) listView {
	w := f.Words
	v := listView{Frame: f, Table: ui.Table{
		Words: w, Caption: w.T("Submissions"), Columns: []ui.Column{{Label: w.T("To which body")}, {Label: w.T("Begun on")}, {Label: w.T("State")}, {Label: w.T("Next date")}},
		Empty: ui.Empty{Title: w.T("No submission yet"), Text: w.T("A submission begins below: choose the body and the incident.")},
	}}
	for _, d := range all {
		p, _ := submission.Find(d.Procedure, d.Edition)
		badge, due := standing(w, d), ui.Cell{}
		if d.Filed && d.Due != "" {
			due = ui.Cell{Text: w.Day(d.Due), Sub: w.T(p.Due)}
			if d.Alarm() {
				due.Sub = w.T("Tell the body that somebody took their consent back.")
			}
		}
		row, title := "/submissions/"+d.ID, ui.Cell{Text: w.T(p.Title)}
		if d.Shut {
			row, title.Sub = "", w.T("Closed to you. %s can let you in.", ui.NameOf(members, d.Author))
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: row, Cells: []ui.Cell{title, {Text: w.Day(clock.DayOf(d.At))}, {Badge: &badge}, due}})
	}
	var bodies []page.Option
	for _, p := range submission.Current() {
		bodies = append(bodies, page.Option{Value: p.ID, Label: w.T(p.Title), Hint: w.T(p.Intro)})
	}
	none := page.Option{Value: "", Label: w.T("No incident of the record")}
	v.New = formView{Words: w, Action: "/submissions", Button: w.T("Begin the draft"), Main: true, Fields: []page.Field{
		f.Form.Radios("procedure", w.T("To which body"), bodies),
		f.Form.Select("incident", w.T("About which incident"), append([]page.Option{none}, incidents...)),
		f.Form.Select("lang", w.T("Language of the submission"), languages(w)),
	}}
	return v
}

// standing says how far a submission has come.
func standing(w i18n.Words, d submission.Draft) page.Badge {
	switch {
	case !d.Filed:
		return page.Badge{Text: w.T("Draft"), Tone: page.Accent}
	case d.Alarm():
		return page.Badge{Text: w.T("consent taken back: tell the body"), Tone: page.Danger}
	case d.Halted != "":
		return page.Badge{Text: w.T("consent taken back"), Tone: page.Wait}
	case d.Closed != "":
		return page.Badge{Text: w.T("Ended")}
	case d.Handed == "":
		return page.Badge{Text: w.T("Filed, not handed over"), Tone: page.Accent}
	}
	return page.Badge{Text: w.T("Handed over"), Tone: page.Calm}
}

// stepName says what happened once it was filed.
func stepName(w i18n.Words, s submission.Step) string {
	switch s {
	case submission.Handed:
		return w.T("It was handed over")
	case submission.Answered:
		return w.T("An answer came")
	case submission.Told:
		return w.T("The body was told that a consent was taken back")
	case submission.Closed:
		return w.T("Nothing more is expected")
	}
	return w.T("Somebody took their consent back")
}

// line is one verdict as it is shown.
type line struct {
	Badge page.Badge
	Text  string
	Say   string
	Href  string
}

type personView struct {
	Head, About string
	Lines       []line
	Take, Out   string // addresses
	Agreed      bool
}

type draftView struct {
	ui.Frame
	Head, Intro string
	Facts       []page.Fact
	Moved       bool
	Stops       int
	Lines       []line
	Edit        formView
	People      []personView
	Add, Agree  formView
	LetIn       formView
	File        ui.Confirm
	MayFile     bool
	WhyNot      string
	Filed       bool
	PDF, Text   string
	Rests       []string
	Halt        string // what must be done because a consent was taken back
	After       []page.Event
	Note        formView
	Draft       submission.Draft
}

func badge(w i18n.Words, v submission.Verdict) page.Badge {
	switch {
	case v.Stops && v.State == submission.Refused:
		return page.Badge{Text: w.T("not admissible"), Tone: page.Wait}
	case v.Stops:
		return page.Badge{Text: w.T("missing"), Tone: page.Wait}
	case v.State == submission.Missing:
		return page.Badge{Text: w.T("would help"), Tone: page.Plain}
	case v.State == submission.Noted:
		return page.Badge{Text: w.T("look at it"), Tone: page.Accent}
	case v.State == submission.Explained:
		return page.Badge{Text: w.T("explained"), Tone: page.Accent}
	}
	return page.Badge{Text: w.T("given"), Tone: page.Calm}
}

// weight sorts verdicts: what stops first.
func weight(v submission.Verdict) int {
	switch {
	case v.Stops:
		return 0
	case v.State == submission.Noted:
		return 1
	case v.State == submission.Missing:
		return 2
	}
	return 3
}

func lines(w i18n.Words, r submission.Report) []line {
	all := slices.DeleteFunc(slices.Clone(r.Verdicts), func(v submission.Verdict) bool { return v.Label == "" && v.Say == "" })
	slices.SortStableFunc(all, func(a, b submission.Verdict) int { return weight(a) - weight(b) })
	var out []line
	for _, v := range all {
		l := line{Badge: badge(w, v), Say: v.Say}
		if l.Say != "" {
			l.Say = w.T(v.Say)
		}
		switch {
		case v.Element != "":
			l.Text, l.Href = numbered(w, v.Number, v.Label), "#f-e-"+v.Element
		case v.Person > 0:
			l.Text, l.Href = w.T("Person %d", v.Person), "#people"
		case v.Label != "":
			l.Text, l.Href = numbered(w, v.Number, v.Label), "#people"
		default:
			l.Text = w.T("The whole")
		}
		if v.Rests != "" {
			l.Say += " (" + w.T(v.Rests) + ")"
		}
		out = append(out, l)
	}
	return out
}

// guardLines says where the leak guard stops a draft.
func guardLines(w i18n.Words, p submission.Procedure, stopped []submission.Part) []line {
	var out []line
	for _, s := range stopped {
		l := line{Badge: page.Badge{Text: w.T("not admissible"), Tone: page.Wait}, Text: w.T("The whole"), Say: w.T("The leak guard stops it: this names somebody whom the Desk protects and who has not agreed.")}
		switch i := slices.IndexFunc(p.Elements, func(e submission.Element) bool { return e.ID == s.Element }); {
		case i >= 0:
			l.Text, l.Href = numbered(w, p.Elements[i].Number, p.Elements[i].Label), "#f-e-"+s.Element
		case s.Person > 0:
			l.Text, l.Href = w.T("Person %d", s.Person), "#people"
		}
		out = append(out, l)
	}
	return out
}

func numbered(w i18n.Words, number, label string) string {
	if number == "" {
		return w.T(label)
	}
	return number + ". " + w.T(label)
}

// ScopeName is what a scope asks of a person.
func ScopeName(s submission.Scope) string {
	switch s {
	case submission.Government:
		return i18n.Key("The government may learn the name")
	case submission.Public:
		return i18n.Key("A public report may give the name")
	}
	return i18n.Key("The body may get it")
}

func draftPage(f ui.Frame, o submission.Open, stopped []submission.Part, members []staff.Member, me string) draftView {
	w := f.Words
	base := "/submissions/" + o.ID
	v := draftView{Frame: f, Head: w.T(o.Rules.Title), Intro: w.T(o.Rules.Intro), Moved: o.Moved, Stops: len(o.Report.Stops()) + len(stopped), Lines: append(guardLines(w, o.Rules, stopped), lines(w, o.Report)...), Filed: o.Filed, PDF: base + "/pdf", Text: base + "/text", Draft: o.Draft}
	v.Facts = []page.Fact{{Term: w.T("Rules"), Text: w.T("edition %s", o.Edition)}}
	if o.Form.Basis.Title != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("From the record"), Text: o.Form.Basis.Title, Href: "/record/incidents/" + o.Incident, Note: w.N("%d claim", "%d claims", o.Form.Basis.Claims)})
	}
	for _, s := range o.Rules.Rests {
		v.Rests = append(v.Rests, w.T(s))
	}
	if o.Filed {
		v.filed(f, o, members)
	}
	for _, p := range o.Form.People {
		v.People = append(v.People, personOf(w, base, o, p))
	}
	if o.Filed {
		return v
	}
	v.Edit, v.Add, v.Agree = editForm(f, base, o), personForm(f, base), consentForm(f, base, o)
	v.LetIn = letInForm(f, base, o, members, me)
	v.MayFile = v.Stops == 0 && o.Last != me
	switch {
	case v.Stops > 0:
		v.WhyNot = w.N("It cannot be filed: %d point must be mended.", "It cannot be filed: %d points must be mended.", v.Stops)
	case o.Last == me:
		v.WhyNot = w.T("You changed this last. Let a colleague in, who reads it and files it.")
	}
	v.File = ui.Confirm{Words: w, Title: w.T("File it"), Action: base + "/file", Button: w.T("Freeze the package"), Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(o.Revision)}}, Sentences: []string{
		w.T("Rules, consents and the leak guard are looked at once more. Then the package is frozen with its hash and never changed."),
		w.T("Nothing is sent from here: take the package to the body by the body's own way."),
	}}
	return v
}

// filed adds what is shown of a submission that was filed.
func (v *draftView) filed(f ui.Frame, o submission.Open, members []staff.Member) {
	w := f.Words
	state := standing(w, o.Draft)
	v.Facts = append(v.Facts, page.Fact{Term: w.T("State"), Text: state.Text}, page.Fact{Term: w.T("Filed"), Text: w.Date(o.FiledAt), Note: ui.NameOf(members, o.FiledBy)})
	if o.Due != "" && !o.Alarm() {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Next date"), Text: w.Day(o.Due), Note: w.T(o.Rules.Due)})
	}
	v.Facts = append(v.Facts, page.Fact{Term: w.T("SHA-256 of the package's text"), Text: o.Digest})
	switch {
	case o.Alarm():
		v.Halt = w.T("Somebody took their consent back on %s, and the body has their name. Tell the body today, by its own way, that it must not use the name any more; ask it to confirm. Then note it below.", w.Day(o.Halted))
	case o.Halted != "" && o.Handed == "":
		v.Halt = w.T("Somebody took their consent back on %s, before it was handed over. The package does not leave any more. Destroy the copies that were downloaded, and begin a new one without this person.", w.Day(o.Halted))
	case o.Halted != "":
		v.Halt = w.T("Somebody took their consent back on %s. The body was told on %s. The package does not leave any more.", w.Day(o.Halted), w.Day(o.Told))
	}
	for _, x := range slices.Backward(o.Form.After) {
		v.After = append(v.After, page.Event{When: w.Day(x.Day), Who: ui.NameOf(members, x.By), Title: stepName(w, x.Step), Text: x.Words})
	}
	var steps []page.Option
	for _, s := range submission.Steps() {
		if s != submission.Told || o.Halted != "" {
			steps = append(steps, page.Option{Value: string(s), Label: stepName(w, s)})
		}
	}
	v.Note = formView{Words: w, Action: "/submissions/" + o.ID + "/after", Button: w.T("Note it"), Fields: []page.Field{
		f.Form.Radios("step", w.T("What happened"), steps), f.Form.Date("day", w.T("On which day")),
		f.Form.Area("words", w.T("How, by whom, and the body's number")).Rows(2).Hint(w.T("Without names of people in danger.")),
		f.Form.Date("next", w.T("Look at it again on")).Optional().Hint(w.T("After handing over, empty means the body's own time: %d days.", o.Rules.AnswerDays)),
	}}
}

func editForm(f ui.Frame, base string, o submission.Open) formView {
	w := f.Words
	v := formView{Words: w, Action: base, Button: w.T("Keep and check"), Main: true, Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(o.Revision)}}, Fields: []page.Field{
		f.Form.Select("lang", w.T("Language of the submission"), languages(w)).Or(o.Form.Lang),
	}}
	for _, e := range o.Rules.Elements {
		name, label, hint := "e-"+e.ID, numbered(w, e.Number, e.Label), w.T(e.Ask)
		var x page.Field
		switch e.Kind {
		case submission.Words:
			x = f.Form.Area(name, label).Rows(4).Hint(hint)
		case submission.Yes:
			x = f.Form.Checks(name, label, []page.Option{{Value: "yes", Label: w.T("Yes, we stand behind this")}}).Hint(hint)
		case submission.Date:
			x = f.Form.Text(name, label).Short().Hint(hint)
		default:
			x = f.Form.Text(name, label).Hint(hint)
		}
		if !e.Required {
			x = x.Optional()
		}
		if a := o.Form.Answers[e.ID]; a != "" {
			x = x.Or(a)
		}
		v.Fields = append(v.Fields, x)
		if e.Explain {
			v.Fields = append(v.Fields, f.Form.Text("why-"+e.ID, w.T("If this cannot be given: why not")).Optional().Or(o.Form.Reasons[e.ID]))
		}
	}
	if o.Rules.Group {
		v.Fields = append(v.Fields, f.Form.Area("group", w.T("A defined group, where nobody can be named")).Rows(2).Optional().Or(o.Form.Group))
	}
	return v
}

func personForm(f ui.Frame, base string) formView {
	w := f.Words
	return formView{Words: w, Action: base + "/people", Button: w.T("Add the person"), Fields: []page.Field{
		f.Form.Text("name", w.T("Full name")).Hint(w.T("As the family writes it.")),
		f.Form.Text("born", w.T("Born")).Optional().Short(),
		f.Form.Area("about", w.T("Sex, nationality, papers, work, last address")).Rows(3).Optional().Hint(w.T("Only what the person or the family wants to be told.")),
	}}
}

func consentForm(f ui.Frame, base string, o submission.Open) formView {
	w := f.Words
	var people, scopes []page.Option
	for _, p := range o.Form.People {
		people = append(people, page.Option{Value: p.ID, Label: w.T("Person %d", p.Number) + ": " + p.Name})
	}
	for _, s := range submission.Scopes() {
		scopes = append(scopes, page.Option{Value: string(s), Label: w.T(ScopeName(s))})
	}
	return formView{Words: w, Action: base + "/consent", Button: w.T("Note the consent"), Fields: []page.Field{
		f.Form.Select("person", w.T("Who agreed"), people),
		f.Form.Checks("scope", w.T("What they agreed to"), scopes).Hint(w.T("Ask for each by itself, and say what may follow from it.")),
		f.Form.Date("given", w.T("On which day")),
		f.Form.Date("until", w.T("Until")).Optional(),
		f.Form.Area("how", w.T("Who asked, how, and who answered")).Rows(2),
	}}
}

func letInForm(f ui.Frame, base string, o submission.Open, members []staff.Member, me string) formView {
	w := f.Words
	var options []page.Option
	for _, m := range members {
		if m.Active && m.ID != me && m.Roles.Any(staff.Advocate, staff.Editor) && !slices.Contains(o.Holders, m.ID) {
			options = append(options, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	if len(options) == 0 {
		return formView{}
	}
	return formView{Words: w, Action: base + "/members", Button: w.T("Let them in"), Fields: []page.Field{f.Form.Select("member", w.T("A colleague who reads it and files it"), options)}}
}

func personOf(w i18n.Words, base string, o submission.Open, p submission.Person) personView {
	at := base + "/people/" + p.ID
	v := personView{Head: w.T("Person %d", p.Number) + ": " + p.Name, About: p.About, Take: at + "/withdraw", Out: at + "/remove"}
	for _, c := range p.Consents {
		l := line{Badge: page.Badge{Text: w.T("agreed"), Tone: page.Calm}, Text: w.T(ScopeName(c.Scope)), Say: w.Day(c.Given) + " · " + c.How}
		switch {
		case c.Withdrawn != "":
			l.Badge = page.Badge{Text: w.T("taken back"), Tone: page.Wait}
		default:
			v.Agreed = true
			if c.Until != "" {
				l.Say += " · " + w.T("until %s", w.Day(c.Until))
			}
		}
		v.Lines = append(v.Lines, l)
	}
	return v
}
