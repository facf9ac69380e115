package publishweb

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type proofView struct {
	ui.Frame
	Head      string
	Badge     page.Badge
	Facts     []page.Fact
	Draft     bool
	Blocked   bool
	Overtaken []string // labels of figures that need a reason
	Hits      []hitView
	Advice    []adviceView
	Pages     []Link
	Approvals ui.Approvals
	Publish   *ui.Confirm
	Hold      *ui.Confirm
	Remove    *ui.Confirm
	Edit      string
	Parts     []partView
}

// Link leads somewhere.
type Link struct{ Text, Href string }

type hitView struct {
	Badge  page.Badge
	Text   string
	Why    string
	Words  string
	Href   string
	Decide *ui.Confirm
}

type adviceView struct{ Text, Words, Href string }

type partView struct {
	Where      string
	Paragraphs []paragraphView
}

type paragraphView struct {
	ID, Lang, Text string
	Number         int
	Marks          []page.Badge
}

// placeName is where a paragraph stands, for people.
func placeName(where string) string {
	switch where {
	case "Title":
		return i18n.Key("Heading")
	case "Summary":
		return i18n.Key("Summary")
	case "What changed":
		return i18n.Key("What has changed")
	case "Figures":
		return i18n.Key("Figures")
	case "What is denied":
		return i18n.Key("Denials")
	case "Map":
		return i18n.Key("Map")
	case "Demands and answers":
		return i18n.Key("Demands and answers")
	case "What you can do":
		return i18n.Key("For the reader")
	case "How to get help":
		return i18n.Key("How to find help")
	case "What is not known":
		return i18n.Key("What is unknown")
	case "Memorial":
		return i18n.Key("In memory of the dead")
	case "Earlier versions":
		return i18n.Key("Earlier versions")
	case "Contacts for the press":
		return i18n.Key("Contacts for the press")
	case "Licence":
		return i18n.Key("Licence")
	}
	return i18n.Key("Published by")
}

func termName(k guard.Kind) string {
	switch k {
	case guard.Name:
		return i18n.Key("name")
	case guard.Alias:
		return i18n.Key("nickname")
	case guard.Pseudonym:
		return i18n.Key("a case's inner name")
	case guard.Place:
		return i18n.Key("place")
	case guard.Address:
		return i18n.Key("address")
	case guard.Phone:
		return i18n.Key("phone number")
	case guard.Email:
		return i18n.Key("e-mail address")
	case guard.Handle:
		return i18n.Key("account name")
	case guard.Facts:
		return i18n.Key("facts that together fit few people")
	case guard.Coordinates:
		return i18n.Key("coordinates")
	}
	return i18n.Key("number of a document")
}

// advice gives the reasons of publish.Advise as keys of this catalogue.
func advice(rule string) string {
	switch rule {
	case "people":
		return i18n.Key("This may blame a people or a faith. Name the institution or the person in office that did it.")
	case "third":
		return i18n.Key("This may name a third party. Ask whether they agreed, or say it without the name.")
	case "route":
		return i18n.Key("This may show a route or a place that people still use.")
	case "method":
		return i18n.Key("This may show how people hide, travel or communicate. Hunters read this too.")
	}
	return i18n.Key("This says more than a range can carry. Give the range, and who says it.")
}

func proofPage(f ui.Frame, p publish.Proof, a staff.Actor, names map[string]string) proofView {
	w, e := f.Words, p.Edition
	base := "/publish/" + e.ID
	v := proofView{Frame: f, Head: e.Report.Title.In(w.Tag()), Badge: stateBadge(w, e), Draft: e.State == publish.Draft, Blocked: publish.Blocked(p.Hits)}
	v.Facts = []page.Fact{{Term: w.T("Version"), Text: strconv.Itoa(e.Number)}, {Term: w.T("State as of"), Text: w.Day(e.Report.AsOf)}, {Term: w.T("SHA-256 of the pages"), Text: e.Digest}}
	if e.Serial > 0 {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Went out"), Text: w.Date(e.Published), Note: w.T("list of pages no. %s", w.Number(int64(e.Serial)))})
	}
	if t := e.Report.Embargo(); !t.IsZero() {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Not public before"), Text: w.Date(t)})
	}
	switch e.Why {
	case "":
	case publish.WhyTaken:
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Why it was taken down"), Text: w.T("Somebody whom it names does not agree to it any longer.")})
	default:
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Why it was taken down"), Text: e.Why})
	}
	if e.Report.Taken != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("A name was taken out on"), Text: w.Day(e.Report.Taken), Note: w.T("The bytes are not those to which two people agreed: less stands in them, nothing else.")})
	}
	for _, file := range p.Files {
		name := path.Base(file.Path)
		if strings.Contains(name, ".v") && (strings.HasSuffix(name, ".html") || !v.Blocked && (strings.HasSuffix(name, ".pdf") || strings.HasSuffix(name, ".press.zip"))) {
			v.Pages = append(v.Pages, Link{Text: pageName(w, name), Href: base + "/preview/" + name})
		}
	}
	if v.Draft {
		for _, i := range p.Overtaken() {
			v.Overtaken = append(v.Overtaken, e.Report.Figures[i].Label.In(w.Tag()))
		}
	}
	marks := v.hits(w, base, p, a)
	for _, x := range p.Advice {
		v.Advice = append(v.Advice, adviceView{Text: w.T(advice(x.Rule)), Words: x.Words, Href: "#p" + strconv.Itoa(x.Paragraph+1)})
		marks[x.Paragraph] = append(marks[x.Paragraph], page.Badge{Text: w.T("advice"), Tone: page.Wait})
	}
	for i, para := range p.Paragraphs {
		where := w.T(placeName(para.Where))
		if n := len(v.Parts); n == 0 || v.Parts[n-1].Where != where {
			v.Parts = append(v.Parts, partView{Where: where})
		}
		part := &v.Parts[len(v.Parts)-1]
		part.Paragraphs = append(part.Paragraphs, paragraphView{ID: "p" + strconv.Itoa(i+1), Number: i + 1, Lang: para.Lang, Text: para.Text, Marks: marks[i]})
	}
	v.decisions(w, base, p, a, names)
	return v
}

func pageName(w i18n.Words, file string) string {
	lang := w.T("in English")
	if strings.HasSuffix(file, ".press.zip") {
		return w.T("All of it for the press, with charts (ZIP)")
	}
	if strings.HasSuffix(file, ".ru.html") || strings.HasSuffix(file, ".ru.pdf") {
		lang = w.T("in Russian")
	}
	if strings.Contains(file, ".scoreboard.") {
		return w.T("Scoreboard") + ", " + lang
	}
	if strings.Contains(file, ".memorial.") {
		return w.T("In memory of the dead") + ", " + lang
	}
	if strings.HasSuffix(file, ".pdf") {
		return w.T("Report for printing (PDF)") + ", " + lang
	}
	return w.T("Report") + ", " + lang
}

// hits fills the findings and returns the marks of each paragraph.
func (v *proofView) hits(w i18n.Words, base string, p publish.Proof, a staff.Actor) map[int][]page.Badge {
	marks := map[int][]page.Badge{}
	seen := map[string]bool{}
	for _, h := range p.Hits {
		x := hitView{Badge: page.Badge{Text: w.T("stops it"), Tone: page.Danger}, Words: h.Words, Why: ui.LeakReason(w, string(h.Kind), h.Why.String(), h.Read.String(), h.Gap)}
		switch {
		case h.Lifted:
			x.Badge = page.Badge{Text: w.T("allowed"), Tone: page.Calm}
		case h.Level == guard.Ask:
			x.Badge = page.Badge{Text: w.T("look at it"), Tone: page.Wait}
		}
		if h.Paragraph < len(p.Paragraphs) {
			n := strconv.Itoa(h.Paragraph + 1)
			x.Href = "#p" + n
			x.Text = w.T("A protected identity (%s) stands in paragraph %d.", w.T(termName(h.Kind)), h.Paragraph+1)
			if h.Kind == guard.Coordinates {
				x.Text = ui.SpotText(w, h.Paragraph)
			}
			marks[h.Paragraph] = append(marks[h.Paragraph], x.Badge)
		} else {
			x.Text = w.T("A protected identity (%s) stands in the finished pages, where two pieces meet.", w.T(termName(h.Kind)))
		}
		if h.Kind == guard.Coordinates && h.Paragraph >= len(p.Paragraphs) {
			continue // the map's areas, drawn by the rule; what people wrote stands in the paragraphs
		}
		// The finished pages repeat the paragraphs: say each thing once.
		key := strconv.FormatInt(h.Term, 10) + string(h.Kind) + x.Badge.Text
		if h.Paragraph >= len(p.Paragraphs) && slices.ContainsFunc(p.Hits, func(o publish.Hit) bool {
			return o.Paragraph < len(p.Paragraphs) && o.Kind == h.Kind && o.Term == h.Term
		}) || seen[key+x.Text+x.Words+x.Why] {
			continue
		}
		seen[key+x.Text+x.Words+x.Why] = true
		if h.Blocks() && h.Term != 0 && a.Roles.Has(staff.Security) && !slices.Contains(p.Edition.Authors, a.ID) && !seen["decide"+key] {
			seen["decide"+key] = true
			why := v.Form.Text("why", w.T("Why this is no danger, without a name"))
			why.ID += "-" + strconv.Itoa(len(v.Hits))
			x.Decide = &ui.Confirm{Words: w, Title: w.T("Another person, or an ordinary word"), Action: base + "/decide", Button: w.T("Let it stand"), Danger: true,
				Hidden: []ui.Hidden{{Name: "term", Value: strconv.FormatInt(h.Term, 10)}}, Fields: []page.Field{why},
				Sentences: []string{w.T("You say that this is not the person whom the Desk protects. If you are wrong, the public learns who they are.")}}
		}
		v.Hits = append(v.Hits, x)
	}
	return marks
}

// decisions fills the panels for approval, publication and removal.
func (v *proofView) decisions(w i18n.Words, base string, p publish.Proof, a staff.Actor, names map[string]string) {
	e := p.Edition
	name := func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return w.T("a member who left")
	}
	v.Approvals = ui.Approvals{Words: w, Title: w.T("Two people must agree"), Need: publish.Need, Who: w.T("one of them must not have written in it"), Button: w.T("I have read these very pages and agree"),
		Hidden: []ui.Hidden{{Name: "digest", Value: e.Digest}}}
	for _, g := range e.Given() {
		v.Approvals.Given = append(v.Approvals.Given, ui.Approval{Name: name(g.Member), When: g.At})
	}
	if v.Draft && e.Void() {
		v.Approvals.Changed = w.T("The text was changed after somebody had agreed. That yes does not hold any more.")
	}
	switch err := e.MayApprove(a.ID); {
	case !v.Draft:
	case p.Stale:
		v.Approvals.WhyNot = w.T("The program sets these pages otherwise than when the draft was kept. Keep the draft once more, then read it.")
	case len(v.Overtaken) > 0:
		v.Approvals.WhyNot = w.T("A figure is overtaken. Its reason must stand beside it first.")
	case v.Blocked:
		v.Approvals.WhyNot = w.T("Nobody can agree while the leak guard stops the text.")
	case fault.KindOf(err) == fault.Denied:
		v.Approvals.WhyNot = w.T("Those who wrote it cannot approve it among themselves. Somebody who did not write must agree.")
	case err != nil:
		v.Approvals.WhyNot = w.T("You have agreed to this already. Another person must agree too.")
	default:
		v.Approvals.Action = base + "/approve"
	}
	if a.Roles.Has(staff.Editor) && v.Draft {
		v.Edit = base + "/edit"
		if p.Ready {
			v.Publish = &ui.Confirm{Words: w, Title: w.T("Publish"), Action: base + "/publish", Button: w.T("Sign and publish"),
				Sentences: []string{w.T("The pages are signed with the organisation's key and brought to the Front. Anybody can read and keep them."), w.T("They can be taken down, but nobody can make people forget them.")}}
		}
	}
	if e.State == publish.Scheduled && a.Roles.Any(staff.Editor, staff.Security) {
		v.Hold = &ui.Confirm{Words: w, Title: w.T("Waits for the end of the embargo"), Action: base + "/hold", Button: w.T("Hold it back"),
			Sentences: []string{w.T("It goes out by itself at %s, while the Desk is unlocked. The leak guard reads it once more then.", w.Date(e.Report.Embargo())), w.T("Held back it is a draft again. One person is enough.")}}
	}
	if (e.State == publish.Published || e.State == publish.Superseded) && a.Roles.Any(staff.Editor, staff.Security) {
		v.Remove = &ui.Confirm{Words: w, Title: w.T("Take it down"), Action: base + "/remove", Button: w.T("Take it down now"), Fields: []page.Field{v.Form.Text("reason", w.T("Why"))},
			Sentences: []string{w.T("All pages of this version disappear from the Front at once. One person is enough. The reason stays inside.")}}
	}
}

func (r *Room) proof(c *ui.Context) error { return r.proofWith(c, nil) }

func (r *Room) proofWith(c *ui.Context, wrong error) error {
	p, err := r.Gateway.Open(c.Context(), c.Actor, c.ID("edition"))
	if err != nil {
		return err
	}
	names := map[string]string{}
	if r.Names != nil {
		if names, err = r.Names(c.Context()); err != nil {
			return err
		}
	}
	f := c.GuardFrame(p.Edition.Report.Title.In(c.Tag()))
	if wrong != nil {
		f.Form = c.Form(wrong)
		return c.Invalid(r.set, "proof", proofPage(f, p, c.Actor, names))
	}
	return c.Render(r.set, "proof", proofPage(f, p, c.Actor, names))
}
