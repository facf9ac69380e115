package redressweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func kindName(k redress.Kind) string {
	switch k {
	case redress.Proceeding:
		return i18n.Key("Proceedings")
	case redress.Reparation:
		return i18n.Key("Reparation")
	case redress.Memorial:
		return i18n.Key("Memorial")
	}
	return i18n.Key("Release")
}

func formName(f redress.Form) string {
	switch f {
	case redress.Restitution:
		return i18n.Key("Restitution: what was taken is given back")
	case redress.Compensation:
		return i18n.Key("Compensation in money")
	case redress.Rehabilitate:
		return i18n.Key("Rehabilitation: medical, psychological, legal and social help")
	case redress.Satisfaction:
		return i18n.Key("Satisfaction: the truth, an apology, remembrance")
	case redress.NonRepetition:
		return i18n.Key("Guarantees that it is not repeated")
	}
	return ""
}

func stageName(s redress.Stage) string {
	switch s {
	case "detained":
		return i18n.Key("Held")
	case "unknown":
		return i18n.Key("Nobody knows where")
	case "moved":
		return i18n.Key("Moved elsewhere")
	case "released":
		return i18n.Key("Free")
	case "died":
		return i18n.Key("Died")
	case "reported":
		return i18n.Key("Reported")
	case "refused":
		return i18n.Key("Turned down")
	case "opened":
		return i18n.Key("Opened")
	case "suspended":
		return i18n.Key("Suspended")
	case "charged":
		return i18n.Key("Charged")
	case "on trial":
		return i18n.Key("On trial")
	case "convicted":
		return i18n.Key("Convicted")
	case "acquitted":
		return i18n.Key("Acquitted")
	case "closed":
		return i18n.Key("Closed without a judgement")
	case "considered":
		return i18n.Key("Being considered")
	case "asked":
		return i18n.Key("Asked for")
	case "granted":
		return i18n.Key("Awarded")
	case "received in part":
		return i18n.Key("Received in part")
	case "received":
		return i18n.Key("Received")
	}
	return i18n.Key("Remembered")
}

func stageBadge(w i18n.Words, m redress.Matter) page.Badge {
	b := page.Badge{Text: w.T(stageName(m.Stage))}
	if m.Stage.Reached() {
		b.Tone = page.Accent
		if m.Confirmed {
			b.Tone = page.Calm
		}
	}
	return b
}

type formView struct {
	i18n.Words
	Action, Button string
	Main           bool
	Hidden         []ui.Hidden
	Fields         []page.Field
}

type headView struct {
	ui.Frame
	Head, Sub   string
	Back, Crumb string
}

type listView struct {
	headView
	Stats   []ui.Stat
	Tables  []ui.Table
	Known   ui.Table
	Actions []link
}

type link struct{ Text, Href string }

func listPage(f ui.Frame, campaign, title string, all []redress.Matter, known []redress.Known, members []staff.Member) listView {
	w := f.Words
	base := "/campaign/" + campaign
	v := listView{headView: headView{Frame: f, Head: w.T("What was reached"), Back: base, Crumb: title}}
	t := redress.Reckon(all)
	n := func(i int) string { return w.Number(int64(i)) }
	v.Stats = []ui.Stat{{Label: w.T("People free"), Value: n(t.PeopleFree), Note: w.N("of %d matter", "of %d matters", t.Released+t.Detained)}, {Label: w.T("Still held, or nobody knows"), Value: n(t.PeopleHeld), Note: w.T("as far as the number is known")},
		{Label: w.T("Proceedings opened"), Value: n(t.Opened), Note: w.N("%d conviction", "%d convictions", t.Convicted)}, {Label: w.T("Reparations asked for"), Value: n(t.Asked), Note: w.T("%d granted, %d received at least in part", t.Granted, t.Paid)},
		{Label: w.T("Wait for a second person"), Value: n(t.Unconfirmed)}}
	titles := map[string]string{}
	for _, k := range known {
		titles[k.Incident] = w.T(k.Title)
	}
	for _, k := range redress.Kinds() {
		v.Actions = append(v.Actions, link{followText(w, k), base + "/follow?kind=" + string(k)})
		table := ui.Table{Words: w, Caption: w.T(kindName(k)), Columns: []ui.Column{{Label: w.T("Matter")}, {Label: w.T("People"), Numeric: true}, {Label: w.T("Stands at")}, {Label: w.T("From which day")}}}
		for _, m := range all {
			if m.Kind != k {
				continue
			}
			name := w.T("No. %s", m.ID[len(m.ID)-6:])
			if m.Form != "" {
				name = w.T(formName(m.Form))
			}
			badge, people := stageBadge(w, m), ""
			if m.People > 0 {
				people = n(m.People)
			}
			cell := ui.Cell{Badge: &badge}
			if m.Stage.Reached() && !m.Confirmed {
				cell.Sub = w.T("not seen by a second person")
			}
			row, first := "/followed/"+m.ID, ui.Cell{Text: name, Sub: titles[m.Incident]}
			if m.Shut {
				row, first.Sub = "", w.T("Closed to you. %s can let you in.", ui.NameOf(members, m.Author))
			}
			table.Rows = append(table.Rows, ui.Row{Href: row, Cells: []ui.Cell{first, {Text: people}, cell, {Text: w.Day(m.Since)}}})
		}
		if len(table.Rows) == 0 {
			continue
		}
		if k == redress.Reparation {
			v.Tables = append(v.Tables, formsTable(w, t))
		}
		v.Tables = append(v.Tables, table)
	}
	v.Known = ui.Table{Words: w, Caption: w.T("Known to the record: people detained or taken"), Columns: []ui.Column{{Label: w.T("Incident")}, {Label: w.T("Claims"), Numeric: true}, {Label: w.T("Followed")}},
		Empty: ui.Empty{Title: w.T("The record knows of nobody detained"), Text: w.T("Incidents with claims of detention, disappearance or abduction stand here, so that none is forgotten.")}}
	for _, k := range known {
		cell := ui.Cell{Text: w.N("%d matter", "%d matters", k.Followed)}
		if k.Followed == 0 {
			cell = ui.Cell{Badge: &page.Badge{Text: w.T("nobody follows it"), Tone: page.Accent}}
		}
		v.Known.Rows = append(v.Known.Rows, ui.Row{Href: base + "/follow?kind=release&incident=" + k.Incident, Cells: []ui.Cell{{Text: w.T(k.Title)}, {Text: n(k.Claims)}, cell}})
	}
	return v
}

// formsTable counts claims by the kinds of the Basic Principles, also those of which there is none.
func formsTable(w i18n.Words, t redress.Tally) ui.Table {
	x := ui.Table{Words: w, Caption: w.T("Reparation by kind: how many claims"), Columns: []ui.Column{{Label: w.T("Kind")}, {Label: w.T("Asked for"), Numeric: true}, {Label: w.T("Awarded"), Numeric: true}, {Label: w.T("Received, at least in part"), Numeric: true}}}
	for _, f := range redress.Forms() {
		c := t.ByForm[f]
		x.Rows = append(x.Rows, ui.Row{Cells: []ui.Cell{{Text: w.T(formName(f))}, {Text: w.Number(int64(c.Asked))}, {Text: w.Number(int64(c.Granted))}, {Text: w.Number(int64(c.Received))}}})
	}
	return x
}

func followText(w i18n.Words, k redress.Kind) string {
	switch k {
	case redress.Proceeding:
		return w.T("Follow a proceeding")
	case redress.Reparation:
		return w.T("Follow a reparation")
	case redress.Memorial:
		return w.T("Remember somebody")
	}
	return w.T("Follow somebody detained")
}

type formPageView struct {
	headView
	Intro string
	Sent  formView
}

func kept(x page.Field, value string) page.Field {
	if value == "" {
		return x
	}
	return x.Or(value)
}

func formPage(f ui.Frame, title string, m redress.Matter, d redress.Details, known []redress.Known, fresh bool) formPageView {
	w := f.Words
	if !slices.Contains(redress.Kinds(), m.Kind) {
		m.Kind = redress.Release
	}
	v := formPageView{headView: headView{Frame: f, Head: followText(w, m.Kind), Back: "/campaign/" + m.Campaign + "/followed", Crumb: title}}
	v.Intro = w.T("Who it is lies in a safe of its own: you can open it, and those whom you let in.")
	v.Sent = formView{Words: w, Action: "/campaign/" + m.Campaign + "/follow", Button: w.T("Follow it"), Main: true, Hidden: []ui.Hidden{{Name: "id", Value: m.ID}, {Name: "kind", Value: string(m.Kind)}}}
	if !fresh {
		v.Head, v.Back = w.T("Correct it"), "/followed/"+m.ID
		v.Sent.Action, v.Sent.Button = "/followed/"+m.ID+"/edit", w.T("Keep")
		v.Sent.Hidden = []ui.Hidden{{Name: "kind", Value: string(m.Kind)}, {Name: "revision", Value: strconv.Itoa(m.Revision)}}
	}
	add := func(x ...page.Field) { v.Sent.Fields = append(v.Sent.Fields, x...) }
	if m.Kind == redress.Memorial {
		v.Intro = w.T("Only the name that the family wants to be said, and words that they chose. It becomes public only when they have agreed, a second person too, and the leak guard has read it.")
		add(kept(f.Form.Text("who", w.T("Name, as the family says it")), d.Who), kept(f.Form.Area("words", w.T("Words that the family chose, in English")).Optional().Rows(4), d.Words), kept(f.Form.Area("words_ru", w.T("The same words in Russian")).Optional().Rows(4), d.WordsRU))
		return v
	}
	if m.Kind == redress.Reparation {
		var forms []page.Option
		for _, x := range redress.Forms() {
			forms = append(forms, page.Option{Value: string(x), Label: w.T(formName(x))})
		}
		add(kept(f.Form.Radios("form", w.T("Which kind"), forms), string(m.Form)))
	}
	add(kept(f.Form.Text("who", w.T("Who it is about")).Hint(w.T("A name, or a group in words, such as: thirty men of one town.")), d.Who))
	named := f.Form.Checks("named", w.T("Is it a name?"), []page.Option{{Value: "yes", Label: w.T("This is the name of a person: the leak guard protects it")}}).Optional()
	if d.Named {
		named = named.Or("yes")
	}
	people := ""
	if m.People > 0 {
		people = strconv.Itoa(m.People)
	}
	add(named, kept(f.Form.Input("number", "people", w.T("How many people")).Optional().Short(), people))
	switch m.Kind {
	case redress.Release:
		add(kept(f.Form.Text("where", w.T("Where they are held, as far as is known")).Optional(), d.Where))
	case redress.Proceeding:
		add(kept(f.Form.Text("against", w.T("Against whom")).Hint(w.T("A person in office, a force, or unknown.")), d.Against), kept(f.Form.Text("where", w.T("Before which body, in which country")).Optional(), d.Where))
	case redress.Reparation:
		add(kept(f.Form.Text("where", w.T("From whom it is asked")).Optional(), d.Where))
	}
	options := []page.Option{{Value: "", Label: w.T("None of the record")}}
	for _, k := range known {
		options = append(options, page.Option{Value: k.Incident, Label: w.T(k.Title)})
	}
	add(f.Form.Select("incident", w.T("Belongs to the incident"), options).Or(m.Incident).Optional(), kept(f.Form.Area("words", w.T("What else is to be known")).Optional().Rows(3), d.Words))
	return v
}

type matterView struct {
	headView
	Badge    page.Badge
	Facts    []page.Fact
	Events   []eventView
	Note     *formView
	Consents []page.Fact
	Agree    *formView
	TakeBack *formView
	Holders  []string
	Admit    *formView
	Edit     string
	Public   string
}

type eventView struct {
	Badge         page.Badge
	When, Who     string
	Words         string
	Evidence      string
	State         string
	Confirm       string
	ConfirmButton string
}

func matterPage(f ui.Frame, title string, o redress.Open, members []staff.Member, me string, today clock.Day) matterView {
	w := f.Words
	v := matterView{headView: headView{Frame: f, Head: o.Who, Sub: w.T(kindName(o.Kind)), Back: "/campaign/" + o.Campaign + "/followed", Crumb: title}, Badge: stageBadge(w, o.Matter), Edit: "/followed/" + o.ID + "/edit"}
	names := map[string]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	fact := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, page.Fact{Term: term, Text: text})
		}
	}
	fact(w.T("Kind of reparation"), w.T(formName(o.Form)))
	if o.People > 0 && o.Kind != redress.Memorial {
		fact(w.T("People"), w.Number(int64(o.People)))
	}
	fact(w.T("Against whom"), o.Against)
	fact(w.T("Where"), o.Where)
	fact(w.T("In words"), o.Words)
	fact(w.T("In Russian"), o.WordsRU)
	base := "/followed/" + o.ID
	if o.Kind != redress.Memorial {
		v.events(w, base, o, names, me)
		v.Note = noteForm(f, base, o, today)
	}
	v.consents(f, base, o, today)
	for _, h := range o.Holders {
		v.Holders = append(v.Holders, names[h])
	}
	var others []page.Option
	for _, m := range members {
		if m.Active && m.Roles.Any(staff.Advocate, staff.Editor) && !slices.Contains(o.Holders, m.ID) {
			others = append(others, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	if len(others) > 0 {
		v.Admit = &formView{Words: w, Action: base + "/members", Button: w.T("Let them in"), Fields: []page.Field{f.Form.Select("member", w.T("A colleague"), others)}}
	}
	return v
}

func (v *matterView) events(w i18n.Words, base string, o redress.Open, names map[string]string, me string) {
	for _, e := range slices.Backward(o.Events) {
		x := eventView{Badge: page.Badge{Text: w.T(stageName(e.Stage))}, When: w.Day(e.Day), Who: names[e.By], Words: e.Words, Evidence: e.Evidence}
		switch {
		case e.Evidence == "":
			x.State = w.T("Without evidence: it counts for nothing.")
		case e.Second != "":
			x.State = w.T("Seen by %s.", names[e.Second])
		case e.By == me:
			x.State = w.T("Somebody else must look at the evidence.")
		default:
			x.State = w.T("No second person has seen it yet.")
			x.Confirm = base + "/events/" + e.ID + "/confirm"
		}
		v.Events = append(v.Events, x)
	}
}

func noteForm(f ui.Frame, base string, o redress.Open, today clock.Day) *formView {
	w := f.Words
	var stages []page.Option
	for _, s := range redress.Stages(o.Kind) {
		stages = append(stages, page.Option{Value: string(s), Label: w.T(stageName(s))})
	}
	id := f.Form.Values.Get("id")
	if !ids.Valid("event", id) {
		id = ids.New("event")
	}
	return &formView{Words: w, Action: base + "/events", Button: w.T("Note what happened"), Main: true, Hidden: []ui.Hidden{{Name: "id", Value: id}}, Fields: []page.Field{
		f.Form.Select("stage", w.T("It stands at"), stages).Or(string(o.Stage)), f.Form.Date("day", w.T("Day")).Or(string(today)), f.Form.Area("said", w.T("What happened")).Rows(3).Optional(),
		f.Form.Text("evidence", w.T("Proven by")).Optional().Hint(w.T("An item of the record, an address, or a document and its page."))}}
}

func (v *matterView) consents(f ui.Frame, base string, o redress.Open, today clock.Day) {
	w := f.Words
	scope := redress.ScopeOf(o.Kind)
	if scope == "" || !o.Named {
		return
	}
	what := w.T("Reparation may be asked for in their name")
	if scope == redress.ToPublic {
		what = w.T("The name may stand in public")
		v.Public = w.T("The family has not agreed: the name is not published, the person is counted.")
	}
	for _, k := range o.Consents {
		x := page.Fact{Term: what, Text: w.T("since %s", w.Day(k.Given)), Note: k.How}
		if k.Until != "" {
			x.Text += ", " + w.T("until %s", w.Day(k.Until))
		}
		if k.Withdrawn != "" {
			x.Text += ", " + w.T("taken back on %s", w.Day(k.Withdrawn))
		}
		v.Consents = append(v.Consents, x)
	}
	if o.Agrees(scope, today) {
		if scope == redress.ToPublic {
			v.Public = w.T("The family has agreed: the next report can carry the name, after two people and the leak guard.")
		}
		v.TakeBack = &formView{Words: w, Action: base + "/take-back", Button: w.T("They have taken it back")}
	}
	v.Agree = &formView{Words: w, Action: base + "/consent", Button: w.T("Note the consent"), Fields: []page.Field{f.Form.Date("given", w.T("They agreed on")).Or(string(today)),
		f.Form.Date("consent_until", w.T("Holds until; empty: until they take it back")).Optional(), f.Form.Area("how", w.T("Who asked, how, and who answered")).Rows(3)}}
}
