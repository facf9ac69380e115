package reactionweb

import (
	"strconv"

	"waylight/desk/internal/reactions"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func toneName(t reactions.Tone) string {
	switch t {
	case reactions.Support:
		return i18n.Key("Supports the people concerned")
	case reactions.Neutral:
		return i18n.Key("Reports, takes no side")
	case reactions.Hostile:
		return i18n.Key("Against the people concerned")
	case reactions.Aside:
		return i18n.Key("About something else")
	}
	return i18n.Key("Nobody has read it")
}

func toneOf(t reactions.Tone) page.Tone {
	switch t {
	case reactions.Support:
		return page.Calm
	case reactions.Hostile:
		return page.Accent
	case reactions.Unread:
		return page.Wait
	}
	return page.Plain
}

func harmName(h reactions.Harm) string {
	switch h {
	case reactions.Inciting:
		return i18n.Key("Calls for violence, or praises it")
	case reactions.Denying:
		return i18n.Key("Denies what happened")
	case reactions.Blaming:
		return i18n.Key("Blames the victims")
	case reactions.Turning:
		return i18n.Key("Turns it against another people or faith")
	case reactions.Exposing:
		return i18n.Key("Exposes somebody")
	}
	return i18n.Key("Denies that they are human")
}

func decisionName(d reactions.Decision) string {
	switch d {
	case reactions.Answer:
		return i18n.Key("To be answered")
	case reactions.Silence:
		return i18n.Key("No answer: it would only carry it further")
	case reactions.Report:
		return i18n.Key("To be reported to the platform or a prosecutor")
	case reactions.Answered:
		return i18n.Key("Was answered")
	}
	return i18n.Key("Not decided yet")
}

type formView struct {
	i18n.Words
	Action, Button string
	Main           bool
	Hidden         []ui.Hidden
	Fields         []page.Field
}

type listView struct {
	ui.Frame
	Stats  []ui.Stat
	Shares []shareView
	Views  ui.Tabs
	Table  ui.Table
	New    formView
}

// shareView is one month: bars in hundredths of the read ones.
type shareView struct {
	Month, Says               string
	Support, Neutral, Hostile float64
	NeutralAt, HostileAt      float64
	Harmful, Unread           int
}

func shares(w i18n.Words, all []reactions.Reaction) []shareView {
	var out []shareView
	for _, s := range reactions.Shares(all) {
		v := shareView{Month: s.Month, Harmful: s.Harmful, Unread: s.Unread}
		if n := s.Read(); n > 0 {
			part := func(x int) float64 { return float64(x) * 100 / float64(n) }
			v.Support, v.Neutral, v.Hostile = part(s.Support), part(s.Neutral), part(s.Hostile)
			v.NeutralAt, v.HostileAt = v.Support, v.Support+v.Neutral
			v.Says = w.T("%d of %d read support, %d take no side, %d are against", s.Support, n, s.Neutral, s.Hostile)
		} else {
			v.Says = w.T("none of them was read")
		}
		out = append(out, v)
	}
	return out
}

func shown(r reactions.Reaction, show string) bool {
	switch show {
	case "unread":
		return r.Tone == reactions.Unread
	case "harmful":
		return r.Harmful()
	case "answer":
		return r.Decision == reactions.Answer
	case "hostile":
		return r.Tone == reactions.Hostile
	}
	return r.Tone != reactions.Aside
}

func listPage(f ui.Frame, all []reactions.Reaction, sources []reactions.Source, show string, today clock.Day) listView {
	w := f.Words
	v := listView{Frame: f, Shares: shares(w, all)}
	harmful, answer, hostile := 0, 0, 0
	for _, r := range all {
		if r.Harmful() {
			harmful++
		}
		if r.Decision == reactions.Answer {
			answer++
		}
		if r.Tone == reactions.Hostile {
			hostile++
		}
	}
	n := func(i int) string { return w.Number(int64(i)) }
	v.Stats = []ui.Stat{{Label: w.T("Not read"), Value: n(reactions.Waiting(all)), Href: "/reactions?show=unread"}, {Label: w.T("Do harm"), Value: n(harmful), Note: w.T("as a reader found, with the reason"), Href: "/reactions?show=harmful"}, {Label: w.T("Wait for an answer"), Value: n(answer), Href: "/reactions?show=answer"}, {Label: w.T("Feeds"), Value: n(len(sources)), Href: "/reaction-feeds"}}
	v.Views = ui.Tabs{Label: w.T("Which reactions"), Items: []ui.Item{{Label: w.T("All reactions"), Path: "/reactions"}, {Label: w.T("Nobody has read it"), Path: "/reactions?show=unread", Count: reactions.Waiting(all)}, {Label: w.T("Do harm"), Path: "/reactions?show=harmful"},
		{Label: w.T("Against the people concerned"), Path: "/reactions?show=hostile"}, {Label: w.T("To be answered"), Path: "/reactions?show=answer"}}}
	for i := range v.Views.Items {
		want := "/reactions"
		if show != "" {
			want += "?show=" + show
		}
		v.Views.Items[i].Current = v.Views.Items[i].Path == want
	}
	v.Table = ui.Table{Words: w, Caption: w.T("What is being said"), Columns: []ui.Column{{Label: w.T("What")}, {Label: w.T("Who says it")}, {Label: w.T("Day of it")}, {Label: w.T("As somebody read it")}},
		Empty: ui.Empty{Title: w.T("Nothing stands here"), Text: w.T("Statements and press come in from feeds, or you put them in below.")}}
	const most = 300
	for _, r := range all {
		if !shown(r, show) {
			continue
		}
		if len(v.Table.Rows) == most {
			v.Table.Total = w.T("The newest %d are shown.", most)
			break
		}
		title := r.Title
		if title == reactions.KeptBack {
			title = w.T(title)
		}
		if title == "" {
			title = r.Words
			if rs := []rune(title); len(rs) > 120 {
				title = string(rs[:120]) + " …"
			}
		}
		cell := ui.Cell{Badge: &page.Badge{Text: w.T(toneName(r.Tone)), Tone: toneOf(r.Tone)}}
		for _, h := range r.Harms {
			if cell.Sub != "" {
				cell.Sub += "; "
			}
			cell.Sub += w.T(harmName(h))
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/reactions/" + r.ID, Cells: []ui.Cell{{Text: title}, {Text: r.Speaker}, {Text: w.Day(r.Day)}, cell}})
	}
	v.New = formView{Words: w, Action: "/reactions", Button: w.T("Put it in"), Hidden: []ui.Hidden{{Name: "id", Value: born(f.Form, "reaction")}}, Fields: []page.Field{
		f.Form.Select("way", w.T("Where it comes from"), []page.Option{{Value: "link", Label: w.T("A page or a post")}, {Value: "mail", Label: w.T("An e-mail to us")}}).Or("link").Short(),
		f.Form.Text("url", w.T("Its address")).Optional(), f.Form.Text("title", w.T("Title, or what it is")), f.Form.Area("words", w.T("The very words, as far as they matter")).Optional().Rows(4).Hint(w.T("Not the names of people in danger, even if they stand there.")),
		f.Form.Text("speaker", w.T("Who says it, as published")).Optional(), f.Form.Date("day", w.T("On which day")).Or(string(today))}}
	return v
}

type readView struct {
	ui.Frame
	Head, Words string
	Facts       []page.Fact
	Read        formView
	Advice      []adviceView
	Edition     string
	Erase       ui.Confirm
}

type adviceView struct {
	Harm, Does   string
	Helps, Avoid []string
	Here         bool // a reader found this harm
}

func readPage(f ui.Frame, r reactions.Reaction, names map[string]string) readView {
	w := f.Words
	v := readView{Frame: f, Head: r.Title, Words: r.Words, Edition: reactions.AdviceEdition}
	if v.Head == reactions.KeptBack {
		v.Head = w.T(v.Head)
	}
	if v.Head == "" {
		v.Head = w.T("A statement")
	}
	fact := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, page.Fact{Term: term, Text: text})
		}
	}
	fact(w.T("Who says it, as published"), r.Speaker)
	fact(w.T("Day of it"), w.Day(r.Day))
	fact(w.T("Its address"), r.URL)
	if r.Tone != reactions.Unread {
		fact(w.T("Read by"), names[r.Reader]+", "+w.Date(r.ReadAt))
	}
	var tones, harms []page.Option
	for _, t := range reactions.Tones() {
		tones = append(tones, page.Option{Value: string(t), Label: w.T(toneName(t))})
	}
	var chosen []string
	for _, h := range reactions.Harms() {
		harms = append(harms, page.Option{Value: string(h), Label: w.T(harmName(h))})
	}
	for _, h := range r.Harms {
		chosen = append(chosen, string(h))
	}
	decisions := []page.Option{{Value: "", Label: w.T(decisionName(reactions.Open))}}
	for _, d := range reactions.Decisions() {
		decisions = append(decisions, page.Option{Value: string(d), Label: w.T(decisionName(d))})
	}
	or := func(x page.Field, values ...string) page.Field {
		if len(values) == 0 || values[0] == "" {
			return x
		}
		return x.Or(values...)
	}
	v.Read = formView{Words: w, Action: "/reactions/" + r.ID, Button: w.T("Keep my reading"), Main: true, Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(r.Revision)}}, Fields: []page.Field{
		or(f.Form.Radios("tone", w.T("How it speaks of the people concerned"), tones), string(r.Tone)),
		or(f.Form.Checks("harm", w.T("What harm it does"), harms).Optional(), chosen...),
		or(f.Form.Area("note", w.T("What it does, in your own words")).Optional().Rows(3), r.Note),
		or(f.Form.Select("decision", w.T("What is done about it"), decisions).Optional(), string(r.Decision)),
		or(f.Form.Area("reply", w.T("The answer that you propose")).Optional().Rows(4).Hint(w.T("It leaves as a publication or a letter, past the leak guard. Nothing is sent from here.")), r.Reply)}}
	v.Erase = ui.Confirm{Words: w, Title: w.T("Erase its words"), Action: "/reactions/" + r.ID + "/erase", Button: w.T("Erase them"), Sentences: []string{w.T("Title, words, speaker, address and your reading disappear. That it was here stays in the ledger, and a feed does not bring it back.")}}
	for _, a := range reactions.Advices() {
		x := adviceView{Harm: w.T(harmName(a.Harm)), Does: w.T(a.Does)}
		for _, s := range a.Helps {
			x.Helps = append(x.Helps, w.T(s))
		}
		for _, s := range a.Avoid {
			x.Avoid = append(x.Avoid, w.T(s))
		}
		for _, h := range r.Harms {
			x.Here = x.Here || h == a.Harm
		}
		v.Advice = append(v.Advice, x)
	}
	return v
}

type feedsView struct {
	ui.Frame
	Fetches bool
	Feeds   []feedView
	New     formView
}

type feedView struct {
	Name, URL, State, Trouble string
	Change                    formView
}

func feedsPage(f ui.Frame, all []reactions.Source, fetches bool) feedsView {
	w := f.Words
	v := feedsView{Frame: f, Fetches: fetches}
	for _, s := range all {
		x := feedView{Name: s.Name, URL: s.URL, Trouble: s.Trouble, State: w.T("Was not looked at yet.")}
		if !s.Looked.IsZero() {
			x.State = w.T("Looked at %s.", w.Date(s.Looked))
		}
		do, button := "pause", w.T("Do not read it for now")
		if s.Paused {
			do, button, x.State = "go", w.T("Read it again"), w.T("It is not read.")
		}
		x.Change = formView{Words: w, Action: "/reaction-feeds", Button: button, Hidden: []ui.Hidden{{Name: "id", Value: s.ID}, {Name: "do", Value: do}}}
		v.Feeds = append(v.Feeds, x)
	}
	v.New = formView{Words: w, Action: "/reaction-feeds", Button: w.T("Add the feed"), Hidden: []ui.Hidden{{Name: "id", Value: born(f.Form, "feed")}}, Fields: []page.Field{
		f.Form.Text("name", w.T("Name of the source")), f.Form.Text("url", w.T("Address of its feed (RSS or Atom)")).Hint(w.T("Whoever keeps the feed sees that somebody reads it, from the Desk's address or from Tor's."))}}
	return v
}
