package caseweb

import (
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// exposures lists what became known, as far as the member was told.
func (r *Room) exposures(c *ui.Context) error {
	all, err := r.Book.Breaches(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	n, _, err := r.names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", exposuresView(c.Frame(c.T("What became known")), all, n))
}

func exposuresView(f ui.Frame, all []cases.Breach, n names) blocksView {
	t := &ui.Table{Words: f.Words, Caption: f.T("What became known"), Columns: []ui.Column{{Label: f.T("What")}, {Label: f.T("Noted")}, {Label: f.T("By")}},
		Empty: ui.Empty{Title: f.T("Nothing was noted."), Text: f.T("When a place, a number, a document, a colleague or a person may have become known to those from whom people hide, note it at once. Everyone whose cases are touched is told what to do, and by when.")}}
	for _, b := range all {
		t.Rows = append(t.Rows, ui.Row{Href: "/exposures/" + b.ID, Cells: []ui.Cell{{Text: f.T(leakWord(b.Kind))}, {Text: f.Date(b.At)}, {Text: n.of(f.Words, b.By)}}})
	}
	v := blocksView{Frame: f, Head: head{Title: f.T("What became known"), Tabs: ui.ProtectionTabs(f.Words, "/exposures")}}
	v.Main = []Block{{Table: t, Links: []Link{{f.T("Something became known"), "/exposures/new"}}}}
	return v
}

func (r *Room) newExposure(c *ui.Context) error {
	v, err := r.exposureForm(c, page.Form{Words: c.Words, Values: c.R.URL.Query()})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

// exposureForm asks what became known. The places are those that the member knows;
// a person is chosen on the page of their case.
func (r *Room) exposureForm(c *ui.Context, f page.Form) (formView, error) {
	known, err := r.Book.Places(c.Context(), c.Actor)
	if err != nil {
		return formView{}, err
	}
	_, active, err := r.names(c.Context())
	if err != nil {
		return formView{}, err
	}
	places, members := []page.Option{{Label: "—"}}, []page.Option{{Label: "—"}} // nothing is chosen by not choosing
	for _, p := range known {
		places = append(places, page.Option{Value: p.ID, Label: p.Code})
	}
	for _, m := range active {
		members = append(members, page.Option{Value: m.ID, Label: m.Name})
	}
	var packs []page.Option
	if r.Packs != nil {
		if packs, err = r.Packs(c.Context(), c.Words); err != nil {
			return formView{}, err
		}
	}
	return exposureFormView(c.Frame(c.T("Something became known")), f, places, members, packs...), nil
}

func exposureFormView(fr ui.Frame, f page.Form, places, members []page.Option, packs ...page.Option) formView {
	file, party := f.Values.Get("case"), f.Values.Get("party")
	kinds := []exposure.Kind{exposure.Place, exposure.Number, exposure.Member}
	first := exposure.Place
	if len(packs) > 0 {
		kinds = append(kinds, exposure.Laptop)
	}
	if file != "" && party != "" {
		kinds, first = []exposure.Kind{exposure.Person}, exposure.Person
	}
	v := formView{Frame: fr, Action: "/exposures/new", Back: "/exposures", Button: fr.T("Note it and tell everyone concerned"), Danger: true,
		Intro: []string{fr.T("At once, everyone whose cases are touched gets steps with a time for each. They read what you write here; they learn nothing of your cases, and you nothing of theirs."),
			fr.T("If people can be harmed by waiting, act first and write afterwards.")}}
	v.Groups = []Group{{Fields: []page.Field{f.Radios("kind", fr.T("What has become known?"), options(fr.Words, kinds, leakWord)).Or(string(first))}}}
	if first == exposure.Person {
		v.Hidden = []ui.Hidden{{Name: "case", Value: file}, {Name: "party", Value: party}}
	} else {
		v.Groups = append(v.Groups, Group{Fields: []page.Field{
			f.Select("place", fr.T("Which place?"), places).Optional().Hint(fr.T("It is set to exposed, and nobody is sent there any more.")),
			f.Text("number", fr.T("Which number, address, account or document?")).Optional().Hint(fr.T("In any spelling. Cases are found by fingerprints; none is opened.")),
			f.Select("member", fr.T("Which colleague, or whose device?"), members).Optional(),
		}})
	}
	if len(packs) > 0 && first != exposure.Person {
		v.Groups = append(v.Groups, Group{Fields: []page.Field{f.Select("pack", fr.T("Which travel pack?"), none(fr.Words, "—", packs)).Optional().Hint(fr.T("Everybody whose case lies in it, and its places, count as known."))}})
	}
	v.Groups = append(v.Groups, Group{Fields: []page.Field{
		f.Moment("since", fr.T("Since when?"), time.Time{}).Hint(fr.T("When in doubt, the earlier time.")),
		f.Area("words", fr.T("What happened, and how do we know?")).Rows(4),
	}})
	v.Form = f
	return v
}

func (r *Room) keepExposure(c *ui.Context) error {
	l := cases.Leak{Kind: exposure.Kind(c.Text("kind")), Number: c.Text("number"), Since: c.Time("since"), Words: c.Text("words"), Case: c.Text("case"), Party: c.Text("party")}
	switch l.Kind {
	case exposure.Place:
		l.Place, l.Number = c.Text("place"), ""
	case exposure.Member:
		l.Member, l.Number = c.Text("member"), ""
	case exposure.Laptop:
		l.Pack, l.Number = c.Text("pack"), ""
	}
	err := c.Wrong()
	id := ""
	if err == nil {
		id, err = r.Book.Expose(c.Context(), c.Actor, l)
	}
	if invalid(err) {
		v, verr := r.exposureForm(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "form", v)
	}
	return r.done(c, err, "/exposures/"+id, "exposure.noted")
}

func (r *Room) exposure(c *ui.Context) error {
	rep, err := r.Book.ExposureReport(c.Context(), c.Actor, c.ID("leak"))
	if err != nil {
		return err
	}
	n, _, err := r.names(c.Context())
	if err != nil {
		return err
	}
	f := c.Frame(c.T(leakWord(rep.Breach.Kind)))
	return c.Render(pages, "blocks", exposureView(f, rep, n))
}

func exposureView(f ui.Frame, r cases.Report, n names) blocksView {
	s := show{Words: f.Words, names: n, now: f.Now}
	v := blocksView{Frame: f, Head: head{Title: f.T(leakWord(r.Breach.Kind)), Sub: s.stamp(r.By, r.At), Tabs: ui.ProtectionTabs(f.Words, "/exposures")}}
	grave := 0
	for _, k := range r.Steps {
		if k.Done.IsZero() && (exposure.Grave(k.What) || k.Due.Before(f.Now)) {
			grave++
		}
	}
	if grave > 0 {
		v.Head.Alarm = []Line{{Text: f.N("%d step cannot wait", "%d steps cannot wait", grave), Danger: true}}
	}
	about := Block{Title: f.T("What happened"), Facts: []page.Fact{{Term: f.T("Since"), Text: f.Date(r.Since)}, {Term: f.T("In words"), Text: r.Words}}}
	if r.PlaceCode != "" {
		about.Facts = append(about.Facts, page.Fact{Term: f.T("Place"), Text: r.PlaceCode})
	}
	if r.Member != "" {
		about.Facts = append(about.Facts, page.Fact{Term: f.T("Colleague"), Text: n.of(f.Words, r.Member)})
	}
	v.Aside = []Block{about}
	told := Block{Title: f.T("Colleagues"), Note: f.T("No case of a colleague is touched.")}
	if r.Others > 0 {
		told.Note = f.N("%d case of a colleague is touched. They have their own steps.", "%d cases of colleagues are touched. They have their own steps.", r.Others)
	}
	told.Facts = []page.Fact{{Term: f.T("Steps still to be done, by everybody"), Text: num(r.Open)}}
	v.Aside = append(v.Aside, told)
	if len(r.Knew) > 0 {
		knew := Block{Title: f.T("Everyone who ever knew it")}
		for _, m := range r.Knew {
			knew.Events = append(knew.Events, page.Event{Title: s.who(m)})
		}
		v.Aside = append(v.Aside, knew)
	}
	v.Main = exposureSteps(s, f, r)
	return v
}

// exposureSteps are one block for each case or place, with a form for each step.
func exposureSteps(s show, f ui.Frame, r cases.Report) []Block {
	if len(r.Steps) == 0 {
		return []Block{{Title: f.T("Your steps"), Empty: &ui.Empty{Title: f.T("None of your cases is touched.")}}}
	}
	var blocks []Block
	for i, k := range r.Steps {
		title := k.Pseudonym
		if title == "" {
			title = f.T("Place %s", k.Place)
		}
		b := Block{Title: f.T("%s: %s", title, f.T(actionWord(k.What)))}
		if !k.Done.IsZero() {
			b.Badge = &page.Badge{Text: f.T("Done"), Tone: page.Calm}
			b.Note = s.stamp(k.Member, k.Done)
			blocks = append(blocks, b)
			continue
		}
		danger := exposure.Grave(k.What) || k.Due.Before(f.Now)
		href := ""
		if k.Pseudonym != "" {
			href = "/cases/" + k.Subject
		}
		b.Todo = []Line{{Text: f.T(howWord(k.How)), Href: href, Left: s.left(k.Due, danger), Danger: danger}}
		if len(k.Who) > 0 {
			b.Facts = []page.Fact{{Term: f.T("Who"), Text: strings.Join(k.Who, ", ")}}
		}
		if danger {
			b.Tone = page.Danger
		}
		b.Form = &Inline{Words: f.Words, Action: "/exposures/" + r.Breach.ID + "/step", Hidden: []ui.Hidden{{Name: "task", Value: k.ID}}, Button: f.T("Done"),
			Fields: []page.Field{page.Form{Words: f.Words}.Text("words", f.T("What was done, in a few words")).In(strconv.Itoa(i))}}
		blocks = append(blocks, b)
	}
	return blocks
}

func (r *Room) doStep(c *ui.Context) error {
	id, err := r.Book.DoStep(c.Context(), c.Actor, c.Text("task"), c.Text("words"))
	return r.done(c, err, "/exposures/"+id, "case.kept")
}

func leakWord(k exposure.Kind) string {
	switch k {
	case exposure.Place:
		return i18n.Key("A place became known")
	case exposure.Number:
		return i18n.Key("A number or document became known")
	case exposure.Member:
		return i18n.Key("A colleague or their device fell")
	case exposure.Laptop:
		return i18n.Key("A laptop with a travel pack is in other hands")
	}
	return i18n.Key("A person was taken, or their phone was")
}

func howWord(h exposure.How) string {
	switch h {
	case exposure.Inside:
		return i18n.Key("Somebody is there now")
	case exposure.Travelling:
		return i18n.Key("Somebody is on the way there or from there")
	case exposure.Heading:
		return i18n.Key("A leg there or from there is planned")
	case exposure.Stayed:
		return i18n.Key("Somebody was there since")
	case exposure.Reached:
		return i18n.Key("It stands in this case")
	case exposure.Carried:
		return i18n.Key("It lies in the travel pack")
	case exposure.Known:
		return i18n.Key("The colleague could open it")
	}
	return i18n.Key("The person's own case")
}

func actionWord(what string) string {
	switch what {
	case exposure.Move:
		return i18n.Key("Move them out")
	case exposure.Stop:
		return i18n.Key("Stop the leg: turn back or meet elsewhere")
	case exposure.Replan:
		return i18n.Key("Plan the leg anew")
	case exposure.Contact:
		return i18n.Key("Use this contact no more; agree on another")
	case exposure.Signs:
		return i18n.Key("Agree on new signs of life and of duress")
	case exposure.Warn:
		return i18n.Key("Tell the person what is known")
	case exposure.Rekey:
		return i18n.Key("Take the colleague off, so that the keys change")
	case exposure.Rest:
		return i18n.Key("Send nobody there; tell the host")
	}
	return i18n.Key("Assess the risk again")
}
