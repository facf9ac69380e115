package supportweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/web/ui"
	"waylight/internal/country"
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
	New   *formView
}

func badge(w i18n.Words, s supporters.State) *page.Badge {
	switch s {
	case supporters.Open:
		return &page.Badge{Text: w.T("can be signed"), Tone: page.Calm}
	case supporters.Closed:
		return &page.Badge{Text: w.T("closed"), Tone: page.Plain}
	case supporters.Removed:
		return &page.Badge{Text: w.T("taken down"), Tone: page.Plain}
	}
	return &page.Badge{Text: w.T("draft"), Tone: page.Accent}
}

func listPage(f ui.Frame, all []supporters.Petition, campaigns []page.Option, id string, writes bool) listView {
	w := f.Words
	v := listView{Frame: f, Table: ui.Table{
		Words: w, Caption: w.T("Petitions"), Columns: []ui.Column{{Label: w.T("Title")}, {Label: w.T("State")}, {Label: w.T("Until")}},
		Empty: ui.Empty{Title: w.T("No petition yet"), Text: w.T("A petition begins below. Two people agree to its words before it is public.")},
	}}
	for _, p := range all {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/petitions/" + p.ID, Cells: []ui.Cell{{Text: p.Content.Title.In(w.Tag()), Sub: p.Slug}, {Badge: badge(w, p.State)}, {Text: w.Day(p.Content.Until)}}})
	}
	if writes {
		fields := []page.Field{f.Form.Text("slug", w.T("Name in the address")).Hint(w.T("Small letters, digits and hyphens, such as safe-passage. It says nothing about anybody."))}
		if len(campaigns) > 0 {
			fields = append(fields, f.Form.Select("campaign", w.T("Part of which campaign"), append([]page.Option{{Value: "", Label: w.T("No campaign")}}, campaigns...)))
		}
		v.New = &formView{Words: w, Action: "/petitions", Button: w.T("Begin the draft"), Main: true, Hidden: []ui.Hidden{{Name: "id", Value: id}}, Fields: append(fields, contentFields(f.Form, supporters.Content{})...)}
	}
	return v
}

// contentFields are the questions about what is public.
func contentFields(f page.Form, c supporters.Content) []page.Field {
	or := func(x page.Field, value string) page.Field {
		if value != "" {
			return x.Or(value)
		}
		return x
	}
	goal := ""
	if c.Goal > 0 {
		goal = strconv.Itoa(c.Goal)
	}
	out := []page.Field{
		or(f.Text("title-en", f.T("Title, in English")), c.Title.EN), or(f.Text("title-ru", f.T("Title, in Russian")), c.Title.RU),
		or(f.Text("to-en", f.T("To whom, in English")), c.To.EN), or(f.Text("to-ru", f.T("To whom, in Russian")), c.To.RU),
		or(f.Area("body-en", f.T("What is asked, in English")).Rows(8).Hint(f.T("An empty line begins a new paragraph.")), c.Body.EN),
		or(f.Area("body-ru", f.T("What is asked, in Russian")).Rows(8), c.Body.RU),
		or(f.Date("until", f.T("Can be signed until")), string(c.Until)),
		or(f.Input("number", "goal", f.T("Goal, in signatures")).Short().Optional(), goal),
	}
	for i := range out {
		out[i].Error = errorOf(f, out[i])
	}
	return out
}

// errorOf finds the error of a field of two languages: it was noted for both.
func errorOf(f page.Form, x page.Field) string {
	if x.Error != "" {
		return x.Error
	}
	for _, e := range f.Errors {
		if e.Name+"-en" == x.Name || e.Name+"-ru" == x.Name {
			return f.T(e.Message)
		}
	}
	return ""
}

// known is what the page of one petition is made of.
type known struct {
	file    supporters.File
	names   map[string]string
	me      staff.Actor
	hits    []publish.Hit
	held    []supporters.Group
	front   int // what the Front counts; -1: unknown
	address func(lang, path string) string
	error   error
	once    string
	erase   supporters.Erasure // of a petition that was taken down: what an erasure would take
}

type heldView struct {
	Text            string
	Release, Remove formView
}

type letterView struct {
	Head, Email, Subject, Body string
	Out                        *formView
}

// hitLine is one finding of the leak guard, as much of it as this member may know.
type hitLine struct {
	Badge            page.Badge
	Text, Words, Why string
}

func hitLines(w i18n.Words, hits []publish.Hit) []hitLine {
	var out []hitLine
	for _, h := range hits {
		l := hitLine{Badge: page.Badge{Text: w.T("stops it"), Tone: page.Danger}, Text: w.T("Paragraph %d gives away somebody whom the Desk protects.", h.Paragraph+1), Words: h.Words, Why: ui.LeakReason(w, string(h.Kind), h.Why.String(), h.Read.String(), h.Gap)}
		switch {
		case h.Lifted:
			l.Badge = page.Badge{Text: w.T("allowed"), Tone: page.Calm}
		case !h.Blocks():
			l.Badge, l.Text = page.Badge{Text: w.T("look at it"), Tone: page.Wait}, w.T("Paragraph %d may give away somebody whom the Desk protects.", h.Paragraph+1)
		}
		if h.Kind == guard.Coordinates {
			l.Text = ui.SpotText(w, h.Paragraph)
		}
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

type petitionView struct {
	ui.Frame
	Head      string
	Badge     page.Badge
	Draft     bool
	Text      []string // in the reader's language
	To        string
	Hits      []hitLine
	Blocked   bool
	Edit      *formView
	Letters   []letterView
	AddLetter *formView
	Approvals ui.Approvals
	Publish   *ui.Confirm
	Stats     []ui.Stat
	Facts     []page.Fact
	Closed    string // why this member cannot open signatures
	Count     *formView
	Again     *ui.Confirm
	Held      []heldView
	Tell      *formView
	Close     *ui.Confirm
	Remove    *ui.Confirm
	Erase     *ui.Confirm
	Hand      string // address of the page on which it is handed over
}

func petitionPage(f ui.Frame, k known) petitionView {
	w, p := f.Words, k.file
	base := "/petitions/" + p.ID
	writes := k.me.Roles.Any(writers...)
	v := petitionView{Frame: f, Head: p.Content.Title.In(w.Tag()), Badge: *badge(w, p.State), Draft: p.State == supporters.Draft, To: p.Content.To.In(w.Tag()), Text: supporters.Paragraphs(p.Content.Body.In(w.Tag()))}
	for i, l := range p.Content.Letters {
		x := letterView{Head: country.Name(l.Country, w.Tag()) + ": " + l.Office, Email: l.Email, Subject: l.Subject, Body: l.Body}
		if v.Draft && writes {
			x.Out = &formView{Words: w, Action: base + "/letters", Button: w.T("Take it out"), Hidden: []ui.Hidden{{Name: "do", Value: "remove"}, {Name: "country", Value: p.Content.Letters[i].Country}, {Name: "revision", Value: strconv.Itoa(p.Revision)}}}
		}
		v.Letters = append(v.Letters, x)
	}
	if v.Draft {
		v.draft(k, base, writes)
		return v
	}
	v.public(k, base, writes)
	return v
}

func (v *petitionView) draft(k known, base string, writes bool) {
	w, p := v.Words, k.file
	v.Hits, v.Blocked = hitLines(w, k.hits), publish.Blocked(k.hits)
	if writes {
		v.Edit = &formView{Words: w, Action: base, Button: w.T("Keep the draft"), Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(p.Revision)}}, Fields: contentFields(v.Form, p.Content)}
		v.AddLetter = letterForm(v.Form, base, p.Revision)
	}
	v.Approvals = ui.Approvals{Words: w, Title: w.T("Two people agree to these words"), Need: supporters.Need, Who: w.T("somebody who did not write it"), Button: w.T("I have read it and agree"), Hidden: []ui.Hidden{{Name: "digest", Value: p.Digest}}}
	for _, m := range p.Given() {
		v.Approvals.Given = append(v.Approvals.Given, ui.Approval{Name: k.names[m]})
	}
	if len(p.Approvals) > len(p.Given()) {
		v.Approvals.Changed = w.T("The words were changed since somebody agreed. That yes does not count any more.")
	}
	if err := p.MayApprove(k.me.ID); err != nil {
		v.Approvals.WhyNot = w.T(err.Error())
	} else if !v.Blocked {
		v.Approvals.Action = base + "/approve"
	}
	if p.Agreed() && writes {
		v.Publish = &ui.Confirm{Words: w, Title: w.T("Make it public"), Action: base + "/publish", Button: w.T("Sign and publish"), Sentences: []string{
			w.T("The petition is signed with the organisation's key and shown on the public server."),
			w.T("From then on its words cannot be changed. Signatures come sealed; advocates can open them."),
		}}
	}
	v.Remove = &ui.Confirm{Words: w, Title: w.T("Throw the draft away"), Action: base + "/remove", Button: w.T("Throw the draft away"), Sentences: []string{w.T("It cannot be taken back. Its name becomes free.")}}
}

func letterForm(f page.Form, base string, revision int) *formView {
	var countries []page.Option
	for _, c := range country.All() {
		countries = append(countries, page.Option{Value: c.Code, Label: country.Name(c.Code, f.Tag())})
	}
	return &formView{Words: f.Words, Action: base + "/letters", Button: f.T("Keep this letter"), Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(revision)}}, Fields: []page.Field{
		f.Select("country", f.T("For people in"), countries),
		f.Text("office", f.T("Office")).Hint(f.T("To whom they write, in the language of the letter, such as: The Minister for Foreign Affairs.")),
		f.Input("email", "email", f.T("Public address of the office")).Optional(),
		f.Select("lang", f.T("Language of the letter"), []page.Option{{Value: "en", Label: f.T("English")}, {Value: "ru", Label: f.T("Russian")}, {Value: "de", Label: f.T("German")}, {Value: "fr", Label: f.T("French")}, {Value: "es", Label: f.T("Spanish")}}),
		f.Text("subject", f.T("Subject")),
		f.Area("words", f.T("Letter")).Rows(8).Hint(f.T("Short, polite, about facts. The supporter sends it; nothing about it is stored.")),
	}}
}

func (v *petitionView) public(k known, base string, writes bool) {
	w, p := v.Words, k.file
	number := func(n int) string { return w.Number(int64(n)) }
	st := p.Standings
	v.Stats = []ui.Stat{{Label: w.T("Confirmed"), Value: number(st[supporters.Confirmed]), Tone: page.Calm}, {Label: w.T("Wait for their press"), Value: number(st[supporters.Waiting])}}
	if p.Waiting > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: w.T("Sealed, not opened yet"), Value: number(p.Waiting), Note: w.T("An advocate who signs in opens them, and the mails go."), Tone: page.Accent})
	}
	if n := st[supporters.Held]; n > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: w.T("Look like machines"), Value: number(n), Tone: page.Accent})
	}
	if p.Doubles > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: w.T("Signed twice, counted once"), Value: number(p.Doubles)})
	}
	if p.Troubled > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: w.T("Could not be opened"), Value: number(p.Troubled), Note: w.T("They are kept as they came. Tell the security officer."), Tone: page.Accent})
	}
	for lang, name := range map[string]string{"en": w.T("Page in English"), "ru": w.T("Page in Russian")} {
		at := k.address(lang, "petitions/"+p.Slug)
		v.Facts = append(v.Facts, page.Fact{Term: name, Text: at})
	}
	slices.SortFunc(v.Facts, func(a, b page.Fact) int { return len(b.Text) - len(a.Text) + cmpText(a.Text, b.Text) })
	v.Facts = append(v.Facts, page.Fact{Term: w.T("Can be signed until"), Text: w.Day(p.Content.Until)})
	if t := p.Tally; t != nil {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Last signed count"), Text: number(t.Total), Note: w.Day(t.Day)})
	}
	if k.front >= 0 {
		note := ""
		if k.front != st[supporters.Confirmed] {
			note = w.T("It differs from ours by what is on its way. If that stays so for a day, tell the security officer.")
		}
		v.Facts = append(v.Facts, page.Fact{Term: w.T("The public server counts"), Text: number(k.front), Note: note})
	}
	v.holder(k, base)
	if writes && p.State == supporters.Open {
		v.Close = &ui.Confirm{Words: w, Title: w.T("Close it"), Action: base + "/close", Button: w.T("Close the petition"), Sentences: []string{w.T("Nobody can sign any more. It stays readable, and messages that were sent can still be confirmed.")}}
	}
	if p.State == supporters.Removed {
		v.gone(k.erase, base)
	} else {
		v.Remove = &ui.Confirm{Words: w, Title: w.T("Take it down"), Action: base + "/remove", Button: w.T("Take the petition down"), Danger: true, Sentences: []string{w.T("Nothing of it is public any more. Do this when it puts somebody in danger; one person suffices.")}}
	}
}

// gone offers to erase those who signed what was taken down, and says before what goes and what stays.
func (v *petitionView) gone(e supporters.Erasure, base string) {
	w := v.Words
	if e.All() == 0 {
		return
	}
	says := []string{w.N("%d signature goes, with its name and address.", "%d signatures go, with their names and addresses.", e.All())}
	if e.Unopened > 0 {
		says = append(says, w.N("Of these %d was never opened.", "Of these %d were never opened.", e.Unopened))
	}
	says = append(says, w.T("What waits to be mailed to them goes too, and the key that would open more."))
	if e.Signed > 0 {
		says = append(says, w.T("The last signed count, %s, stays.", w.Number(int64(e.Signed))))
	}
	if e.Packages > 0 {
		says = append(says, w.N("%d package that was handed over stays; its lines can no longer be opened.", "%d packages that were handed over stay; their lines can no longer be opened.", e.Packages))
	}
	says = append(says, w.T("It cannot be taken back. Copies of the Desk that were made before still hold them."))
	v.Erase = &ui.Confirm{Words: w, Title: w.T("Erase those who signed"), Action: base + "/erase", Button: w.T("Erase everybody who signed"), Danger: true, Sentences: says}
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// holder adds what only somebody who can open the signatures may do.
func (v *petitionView) holder(k known, base string) {
	w, p := v.Words, k.file
	if !slices.Contains(p.Holders, k.me.ID) {
		v.Closed = w.T("You cannot open the signatures. Advocates can.")
		return
	}
	v.Hand = base + "/handover"
	if p.State != supporters.Removed {
		v.Count = &formView{Words: w, Action: base + "/count", Button: w.T("Count and sign the number")}
		v.Again = &ui.Confirm{Words: w, Title: w.T("If the public server has lost it"), Action: base + "/again", Button: w.T("Send it all once more"), Sentences: []string{w.T("The petition and the codes of all who signed go to the public server again. What it has stays as it is; nobody is written to.")}}
	}
	for _, g := range k.held {
		text := w.N("%d signature from %s", "%d signatures from %s", g.Number, g.Domain)
		if g.Key == "trap" {
			text = w.N("%d signature that filled in a field no person sees", "%d signatures that filled in a field no person sees", g.Number)
		}
		hidden := func(do string) []ui.Hidden {
			return []ui.Hidden{{Name: "group", Value: g.Key}, {Name: "do", Value: do}}
		}
		v.Held = append(v.Held, heldView{Text: text,
			Release: formView{Words: w, Action: base + "/held", Button: w.T("These are people: ask them to confirm"), Hidden: hidden("release")},
			Remove:  formView{Words: w, Action: base + "/held", Button: w.T("These are machines: erase them"), Hidden: hidden("discard")}})
	}
	if p.Standings[supporters.Confirmed] > 0 {
		once := k.once
		if once == "" {
			once = supporters.NewNews()
		}
		if sent := v.Form.Values.Get("once"); sent != "" {
			once = sent
		}
		v.Tell = &formView{Words: w, Action: base + "/tell", Button: w.T("Write to them"), Hidden: []ui.Hidden{{Name: "once", Value: once}}, Fields: []page.Field{
			v.Form.Text("subject-en", w.T("Subject, in English")).Hint(w.T("Whoever reads the mailbox sees it: say as little as can be.")), v.Form.Text("subject-ru", w.T("Subject, in Russian")),
			v.Form.Area("news-en", w.T("Words, in English")).Rows(5), v.Form.Area("news-ru", w.T("Words, in Russian")).Rows(5),
		}}
	}
}
