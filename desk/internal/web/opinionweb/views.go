package opinionweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/bundle"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func partName(p opinion.Part) string {
	switch p {
	case opinion.Told:
		return i18n.Key("What was told")
	case opinion.Examined:
		return i18n.Key("What was examined")
	case opinion.Judged:
		return i18n.Key("What the expert concludes")
	}
	return i18n.Key("The examination")
}

func partHint(p opinion.Part) string {
	switch p {
	case opinion.Told:
		return i18n.Key("Only what others said, as they said it. Nothing of your own.")
	case opinion.Examined:
		return i18n.Key("Only what you saw, measured or read yourself, and what you could not. No conclusion yet.")
	case opinion.Judged:
		return i18n.Key("Only your own conclusion, from what stands above.")
	}
	return i18n.Key("Who asked, who was there, and under which conditions.")
}

func scopeName(s opinion.Scope) string {
	switch s {
	case opinion.Examine:
		return i18n.Key("To be examined and questioned")
	case opinion.Keep:
		return i18n.Key("That the opinion is kept here")
	}
	return i18n.Key("That it is handed to a court or another body")
}

type listView struct {
	ui.Frame
	Rows   ui.Table
	Hidden []ui.Hidden
	Choice page.Field
}

func newList(f ui.Frame, all []opinion.Row, names map[string]string, id string) listView {
	w := f.Words
	v := listView{Frame: f, Hidden: []ui.Hidden{{Name: "id", Value: id}}}
	v.Rows = ui.Table{Words: w, Caption: w.T("Opinions of experts"), Columns: []ui.Column{{Label: w.T("Opinion")}, {Label: w.T("By")}, {Label: w.T("Begun")}, {Label: w.T("Signed editions"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("No opinion yet"), Text: w.T("What a clinician or forensic expert found, and how far it fits what was told.")}}
	for _, o := range all {
		title := o.Form
		if form, ok := opinion.Find(o.Form, o.Edition); ok {
			title = w.T(form.Title)
		}
		cell, row := ui.Cell{Text: title}, ui.Row{}
		switch {
		case o.Gone:
			cell.Badge = &page.Badge{Text: w.T("destroyed")}
		case !o.Open:
			cell.Badge = &page.Badge{Text: w.T("not open to you")}
		default:
			row.Href = "/record/opinions/" + o.ID
			if o.Waits() {
				cell.Badge = &page.Badge{Text: w.T("bound to a case: is it so?"), Tone: page.Wait}
			}
		}
		row.Cells = []ui.Cell{cell, {Text: who(w, names, o.Author)}, {Text: w.Date(o.At)}, {Text: strconv.Itoa(o.Signed)}}
		v.Rows.Rows = append(v.Rows.Rows, row)
	}
	var forms []page.Option
	for _, form := range opinion.Forms() {
		forms = append(forms, page.Option{Value: form.ID, Label: w.T(form.Title), Hint: w.T(form.Intro)})
	}
	v.Choice = v.Form.Radios("form", w.T("Which form"), forms)
	return v
}

func who(w i18n.Words, names map[string]string, id string) string {
	if s := names[id]; s != "" {
		return s
	}
	return w.T("a member who left")
}

type tiesView struct {
	ui.Frame
	Back, BackText, Action string
	Ties                   []tieView
	Hidden                 []ui.Hidden
	Number                 page.Field
}

type tieView struct {
	Title, Number, Untie string
	Says                 string
	Badge                *page.Badge
}

// newTies shows the opinions of a case by form and number, and nothing of what they say.
func newTies(f ui.Frame, file cases.File, all []opinion.Tie, item string, now time.Time) tiesView {
	w, at := f.Words, "/cases/"+file.ID
	v := tiesView{Frame: f, Back: at + "/consent", BackText: file.Pseudonym, Action: at + "/opinions", Hidden: []ui.Hidden{{Name: "item", Value: item}}}
	for _, t := range all {
		x := tieView{Title: w.T("Opinion of an expert"), Number: t.ID, Untie: at + "/opinions/" + t.Item + "/untie"}
		if form, ok := opinion.Find(t.Form, t.Edition); ok {
			x.Title = w.T(form.Title)
		}
		switch {
		case t.Gone:
			x.Badge = &page.Badge{Text: w.T("destroyed, or on another Desk")}
		case t.Not:
			x.Badge = &page.Badge{Text: w.T("not about anybody of this case"), Tone: page.Wait}
			x.Says = w.T("Somebody who can open it said so. It does not end with this case. If they are wrong, speak with them.")
		case t.Waits():
			x.Badge = &page.Badge{Text: w.T("not agreed yet"), Tone: page.Wait}
			x.Says = w.T("Whoever can open it is asked to agree. If the case is erased before they answer, it ends on %s all the same.", w.Date(t.EndsAt(now)))
		}
		v.Ties = append(v.Ties, x)
	}
	v.Number = v.Form.Text("opinion", w.T("Number of the opinion")).Hint(w.T("It begins with opinion_. Whoever can open the opinion finds it on its page."))
	return v
}

type section struct {
	Title, Hint string
	Fields      []page.Field
}

type link struct{ Text, Href string }

type opinionView struct {
	ui.Frame
	Heading, Intro  string
	Href            string
	May             bool // the expert writes; others read
	Tend            bool // the expert, or whoever holds an opinion whose expert is not here
	Hidden          []ui.Hidden
	Sections        []section
	Missing         []string
	Sure            page.Field
	Editions        []link
	Holders         []string
	Member, Destroy page.Field
	TakenBack       string
	Number          string // by which a caseworker binds it
	Bound           bool
	Consented       bool
	Asked           string // a caseworker says that it is about somebody of a case; empty: nobody waits for an answer
	Why             page.Field
	Read            []readSection // for who may not write
	Old             bool          // its questions are not here any more
}

func newOpinion(f ui.Frame, o opinion.Opened, names map[string]string, members []staff.Member, me string) opinionView {
	w := f.Words
	form, ok := opinion.Find(o.Form, o.Edition)
	v := opinionView{Frame: f, Heading: w.T(form.Title), Intro: w.T(form.Intro), Href: "/record/opinions/" + o.ID, May: o.Author == me && ok, Old: !ok}
	v.Hidden = []ui.Hidden{{Name: "revision", Value: strconv.Itoa(o.Revision)}, {Name: "form", Value: o.Form}, {Name: "edition", Value: o.Edition}}
	if r := v.Form.Values.Get("revision"); r != "" && v.Form.Values.Has("who") {
		v.Hidden[0].Value = r // a form that was refused stays at the state it was written for
	}
	for _, e := range slices.Backward(o.Editions) {
		v.Editions = append(v.Editions, link{w.T("Edition %d, signed on %s", e.Number, e.At.UTC().Format("2006-01-02 15:04 UTC")), v.Href + "/editions/" + strconv.Itoa(e.Number)})
	}
	for _, h := range o.Holders {
		v.Holders = append(v.Holders, who(w, names, h))
	}
	v.Number, v.Bound = o.ID, o.Bound
	if o.Waits() {
		v.Asked = w.T("%s bound this opinion to a case, and so says that it is about somebody of it. Then it ends when the case is erased. Ask them, by another way, whom they mean.", who(w, names, o.AskedBy))
		if !o.Ends.IsZero() {
			v.Asked += " " + w.T("The case was erased meanwhile: without an answer the opinion ends on %s.", w.Date(o.Ends))
		}
		v.Why = v.Form.Text("refusal", w.T("Why, without a name"))
	}
	if d := o.TakenBack(); d != "" {
		v.TakenBack = w.T("A consent was taken back on %s. No edition may be handed out.", string(d))
	}
	v.Consented = slices.ContainsFunc(o.Consents, func(c opinion.Consent) bool { return c.Withdrawn == "" })
	if v.Tend = v.May || names[o.Author] == ""; v.Tend {
		v.Destroy = v.Form.Checks("destroy", w.T("Destroy the opinion"), []page.Option{{Value: "yes", Label: w.T("Destroy it with all its editions, for ever")}})
		choices := []page.Option{{Value: "", Label: w.T("Choose")}}
		for _, m := range members {
			if m.ID != me && m.Active && m.Roles.Has(staff.Documenter) && !slices.Contains(o.Holders, m.ID) {
				choices = append(choices, page.Option{Value: m.ID, Label: m.Name})
			}
		}
		v.Member = v.Form.Select("member", w.T("Colleague"), choices)
	}
	if !ok {
		return v
	}
	if !v.May {
		v.Read = readable(w, form, o.Content)
		return v
	}
	v.Sections = sections(w, v.Form, form, o.Content)
	for _, m := range opinion.Judge(form, o.Content) {
		v.Missing = append(v.Missing, w.T(m.Label)+": "+w.T(m.Say))
	}
	v.Sure = v.Form.Checks("sure", w.T("Before you sign"), []page.Option{{Value: "yes", Label: w.T("This is my own opinion, to the best of my knowledge, and nobody told me what to conclude")}})
	return v
}

func sections(w i18n.Words, form page.Form, x opinion.Form, c opinion.Content) (out []section) {
	s := section{Title: w.T("Whom it is about"), Hint: w.T("Bind it to what the record holds by number, so that the opinion and the evidence find each other.")}
	s.Fields = []page.Field{form.Text("who", w.T(x.Person)).Optional().Or(c.Who).Hint(w.T("The name lies sealed, and the leak guard watches it.")), form.Text("code", w.T("Code in a case or in the record")).Optional().Or(c.Code),
		form.Area("files", w.T("Files of evidence")).Rows(2).Optional().Or(strings.Join(c.Files, "\n")).Hint(w.T("Their numbers, such as evidence_…, one in a line.")),
		form.Area("claims", w.T("Claims of the record")).Rows(2).Optional().Or(strings.Join(c.Claims, "\n")).Hint(w.T("Their numbers, such as claim_…, one in a line."))}
	out = append(out, s, consents(w, form, x, c))
	for _, p := range opinion.Parts() {
		s := section{Title: w.T(partName(p)), Hint: w.T(partHint(p))}
		for _, e := range x.Elements {
			if e.Part == p {
				s.Fields = append(s.Fields, field(w, form, e, c.Answers[e.ID]))
			}
		}
		if p == opinion.Judged {
			out = append(out, findings(w, form, x, c))
		}
		out = append(out, s)
	}
	return append(out, section{Title: w.T("The expert"), Hint: w.T("As it stands under the opinion."), Fields: []page.Field{form.Text("expert_name", w.T("Name")).Or(c.Expert.Name), form.Text("expert_role", w.T("Role")).Or(c.Expert.Role),
		form.Area("expert_qualification", w.T("Qualification")).Rows(2).Or(c.Expert.Qualification).Hint(w.T("Training, years, registration, experience with this kind of opinion."))}})
}

func field(w i18n.Words, form page.Form, e opinion.Element, value string) (f page.Field) {
	switch e.Kind {
	case opinion.Words:
		f = form.Area(e.ID, w.T(e.Label)).Rows(4)
	case opinion.Date:
		f = form.Date(e.ID, w.T(e.Label))
	case opinion.Choice:
		f = form.Select(e.ID, w.T(e.Label), options(w, e.Options))
	default:
		f = form.Text(e.ID, w.T(e.Label))
	}
	if !e.Required {
		f = f.Optional()
	}
	if e.Ask != "" {
		f = f.Hint(w.T(e.Ask))
	}
	return f.Or(value)
}

func options(w i18n.Words, all []opinion.Option) []page.Option {
	out := []page.Option{{Value: "", Label: w.T("Choose")}}
	for _, o := range all {
		out = append(out, page.Option{Value: o.ID, Label: w.T(o.Label)})
	}
	return out
}

func consents(w i18n.Words, form page.Form, x opinion.Form, c opinion.Content) section {
	s := section{Title: w.T("Consent"), Hint: w.T(x.ConsentBy)}
	for _, scope := range opinion.Scopes() {
		var had opinion.Consent
		for _, one := range c.Consents {
			if one.Scope == scope && one.Withdrawn == "" {
				had = one
			}
		}
		name, id := w.T(scopeName(scope)), string(scope)
		day := form.Date("given_"+id, w.T("%s: agreed on", name)).Or(string(had.Given))
		by := form.Text("by_"+id, w.T("%s: who agreed, by name", name)).Or(had.By)
		how := form.Text("how_"+id, w.T("%s: who asked, in which language, how", name)).Or(had.How)
		if !slices.Contains(x.Needed, scope) || x.ReasonInPlace {
			day, by, how = day.Optional(), by.Optional(), how.Optional()
		}
		s.Fields = append(s.Fields, day, by, how)
	}
	if x.ReasonInPlace {
		s.Fields = append(s.Fields, form.Area("unasked", w.T("Why nobody could be asked")).Rows(2).Optional().Or(c.Unasked))
	}
	return s
}

// findings shows those that there are and three empty ones.
func findings(w i18n.Words, form page.Form, x opinion.Form, c opinion.Content) section {
	s := section{Title: w.T("Findings"), Hint: w.T("One by one, each with its degree. Keep the form to get more lines.")}
	n := min(len(c.Findings)+3, maxFindings)
	for i := n; i < maxFindings; i++ { // what was typed beyond
		if form.Values.Get("what_"+strconv.Itoa(i)) != "" {
			n = i + 1
		}
	}
	for i := range n {
		var had opinion.Finding
		if i < len(c.Findings) {
			had = c.Findings[i]
		}
		at := strconv.Itoa(i)
		s.Fields = append(s.Fields, form.Area("what_"+at, w.T("Finding %d", i+1)).Rows(2).Optional().Or(had.What), form.Text("from_"+at, w.T("Finding %d", i+1)+": "+w.T(x.FindingLabel)).Optional().Or(had.From),
			form.Select("degree_"+at, w.T("Finding %d", i+1)+": "+w.T(x.DegreeLabel), options(w, x.Degrees)).Optional().Or(had.Degree), form.Text("why_"+at, w.T("Finding %d", i+1)+": "+w.T("Why")).Optional().Or(had.Why))
	}
	return s
}

type readSection struct {
	Title string
	Facts []page.Fact
}

// readable is an opinion to be read: told, examined and concluded, each by itself.
func readable(w i18n.Words, x opinion.Form, c opinion.Content) (out []readSection) {
	about := readSection{Title: w.T("Whom it is about")}
	add := func(s *readSection, term, text string) {
		if text != "" {
			s.Facts = append(s.Facts, page.Fact{Term: term, Text: text})
		}
	}
	add(&about, w.T(x.Person), c.Who)
	add(&about, w.T("Code in a case or in the record"), c.Code)
	add(&about, w.T("Files of evidence"), strings.Join(c.Files, " "))
	add(&about, w.T("Claims of the record"), strings.Join(c.Claims, " "))
	agreed := readSection{Title: w.T("Consent")}
	for _, one := range c.Consents {
		text := string(one.Given) + ", " + one.By + ". " + one.How
		if one.Withdrawn != "" {
			text += " " + w.T("Taken back on %s.", string(one.Withdrawn))
		}
		add(&agreed, w.T(scopeName(one.Scope)), text)
	}
	add(&agreed, w.T("Why nobody could be asked"), c.Unasked)
	out = append(out, about, agreed)
	for _, p := range opinion.Parts() {
		s := readSection{Title: w.T(partName(p))}
		for _, e := range x.Elements {
			if e.Part == p {
				add(&s, w.T(e.Label), answer(w, e.Options, c.Answers[e.ID]))
			}
		}
		if p == opinion.Judged {
			found := readSection{Title: w.T("Findings")}
			for i, one := range c.Findings {
				add(&found, w.T("Finding %d", i+1), one.What)
				add(&found, w.T(x.FindingLabel), one.From)
				add(&found, w.T(x.DegreeLabel), answer(w, x.Degrees, one.Degree))
				add(&found, w.T("Why"), one.Why)
			}
			out = append(out, found)
		}
		out = append(out, s)
	}
	return out
}

func answer(w i18n.Words, all []opinion.Option, value string) string {
	for _, o := range all {
		if o.ID == value {
			return w.T(o.Label)
		}
	}
	return value
}

type editionView struct {
	ui.Frame
	Back, Heading    string
	Good             bool
	TakenBack, Newer string
	Sections         []readSection
	Expert           opinion.Expert
	Signed           []page.Fact
}

func newEdition(f ui.Frame, r opinion.Read, names map[string]string) editionView {
	w := f.Words
	v := editionView{Frame: f, Back: "/record/opinions/" + r.Opinion.ID, Good: r.Good, Expert: r.Content.Expert, Heading: r.Frozen.Form}
	if x, ok := opinion.Find(r.Frozen.Form, r.Frozen.Edition); ok {
		v.Heading, v.Sections = w.T(x.Title), readable(w, x, r.Content)
	}
	if r.TakenBack != "" {
		v.TakenBack = w.T("A consent was taken back on %s. No edition may be handed out.", string(r.TakenBack))
	}
	if r.Number < r.Newest {
		v.Newer = w.T("This is edition %d of %d. Edition %d is the newest.", r.Number, r.Newest, r.Newest)
	}
	by := who(w, names, r.By)
	if len(r.Signer) > 0 {
		by = w.T("an expert of another organisation, whose key has the fingerprint %s", bundle.Fingerprint(r.Signer))
	}
	v.Signed = []page.Fact{{Term: w.T("Signed by"), Text: by}, {Term: w.T("Signed on"), Text: r.Signed.At.UTC().Format("2006-01-02 15:04:05 UTC")}, {Term: w.T("Edition"), Text: strconv.Itoa(r.Number)}, {Term: w.T("Edition of the questions"), Text: r.Frozen.Edition},
		{Term: "SHA-256", Text: r.Digest}, {Term: w.T("Signature of the organisation"), Text: strings.TrimSpace(string(r.Note))}}
	return v
}
