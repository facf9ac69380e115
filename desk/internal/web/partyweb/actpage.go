package partyweb

import (
	"strconv"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func (r *Room) acts(c *ui.Context) error {
	p, err := r.Archive.Where(c.Context(), c.Actor, c.ID("incident"))
	if err != nil {
		return err
	}
	all, err := r.Registry.Acts(c.Context(), c.Actor, p.Incident.ID)
	if err != nil {
		return err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newActs(c.Frame(c.T("Acts")), b, p.Incident, all, documenter(c)))
}

func newActs(f ui.Frame, b vocabulary.Book, i record.Incident, all []parties.Act, may bool) listView {
	w := f.Words
	v := listView{Frame: f, Back: "/record/incidents/" + i.ID, BackText: i.Title, Lead: w.T("What was done in this incident, each thing with its own time and place, and who had what part in it.")}
	v.Table = ui.Table{Words: w, Caption: w.T("Acts by date"), Columns: []ui.Column{{Label: w.T("Act")}, {Label: w.T("When")}, {Label: w.T("Place")}},
		Empty: ui.Empty{Title: w.T("No act yet"), Text: w.T("An act is one thing that was done to somebody: taken from home, beaten, held.")}}
	for _, a := range all {
		name := ui.Cell{Text: ActName(w, b, a)}
		if a.Withdrawn {
			name.Sub = w.T("withdrawn")
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/record/acts/" + a.ID, Cells: []ui.Cell{name, {Text: recordweb.When(w, a.Dated)}, {Text: a.Place}}})
	}
	v.Links = []page.Fact{{Text: w.T("What hangs together with it"), Href: "/record/graph?incident=" + i.ID}}
	if may {
		v.Links = append(v.Links, page.Fact{Text: w.T("Add an act"), Href: "/record/incidents/" + i.ID + "/acts/new"})
	}
	return v
}

// codeChoice offers codes: those that plain words lead to, else our short list.
func codeChoice(w i18n.Words, b vocabulary.Book, plain, now string, r *Room) []page.Option {
	var out []page.Option
	put := func(t vocabulary.Term, hint string) {
		for _, o := range out {
			if o.Value == t.Code {
				return
			}
		}
		out = append(out, page.Option{Value: t.Code, Label: t.In(w.Tag()), Hint: hint})
	}
	if now != "" {
		t, ok := b.Term(vocabulary.Acts, now)
		if !ok {
			t = vocabulary.Term{Code: now, Names: map[string]string{"en": now}}
			for _, a := range record.Acts() {
				if a.HURIDOCS() == now {
					t.Names = map[string]string{"en": w.T(a.Label())}
				}
			}
		}
		put(t, w.T("as it is now"))
	}
	if plain != "" {
		for _, p := range b.Propose(vocabulary.Acts, plain, r.Lexicon.Today(), 8) {
			put(p.Term, p.Term.Code)
		}
		return out
	}
	for _, a := range record.Acts() {
		out2 := page.Option{Value: a.HURIDOCS(), Label: w.T(a.Label()), Hint: a.HURIDOCS()}
		if out2.Value != now {
			out = append(out, out2)
		}
	}
	return out
}

func actFields(w i18n.Words, f page.Form, a parties.Act, codes []page.Option) []page.Field {
	return []page.Field{
		f.Radios("code", w.T("What was done"), codes).Or(a.Code),
		f.Text("title", w.T("In a few words")).Optional().Hint(w.T("It must name nobody.")).Or(a.Title),
		f.Text("dated", w.T("When")).Short().Optional().Hint(w.T("2017-04-09, 2017-04, 2017-21 for spring, 2017~ for “about”, 2017-02/2017-04 for a span, 2017-02/.. for one that is open")).Or(string(a.Dated)),
		f.Text("place", w.T("Place")).Optional().Hint(w.T("a town or district; no address of a person")).Or(a.Place),
		f.Text("method", w.T("How it was done")).Optional().Or(a.Method),
		f.Select("status", w.T("How it stands with them at its end"), append([]page.Option{{Value: "", Label: w.T("not said")}}, options(w, statuses())...)).Or(a.Status),
		f.Text("motive", w.T("Motive")).Optional().Hint(w.T("as the claims say")).Or(a.Motive),
	}
}

func actOf(c *ui.Context) parties.Act {
	return parties.Act{Code: c.Text("code"), Title: c.Text("title"), Dated: edtf.Date(c.Text("dated")), Place: c.Text("place"), Method: c.Text("method"), Status: c.Text("status"), Motive: c.Text("motive"), Withdrawn: c.Has("withdrawn", "yes")}
}

func plainFilter(c *ui.Context, action string) *ui.Filter {
	plain := c.Text("plain")
	return &ui.Filter{Words: c.Words, Action: action, Active: plain != "", Fields: []page.Field{page.Form{Words: c.Words}.Text("plain", c.T("What was done, in plain words")).Or(plain).Hint(c.T("“they burned his passport”, in any of the languages: this leads to other kinds of acts"))}}
}

func (r *Room) actForm(c *ui.Context, f page.Form) (formView, error) {
	v := begin(c, c.T("Add an act"), f)
	p, err := r.Archive.Where(c.Context(), c.Actor, c.ID("incident"))
	if err != nil {
		return v, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return v, err
	}
	at := "/record/incidents/" + p.Incident.ID + "/acts"
	v.Back, v.BackText, v.Action, v.Button = at, p.Incident.Title, at+"/new", c.T("Keep the act")
	v.Hidden = []ui.Hidden{hidden(f, "id", ids.New("act")), {Name: "plain", Value: c.Text("plain")}}
	v.Search = plainFilter(c, v.Action)
	codes := codeChoice(c.Words, b, c.Text("plain"), "", r)
	if len(codes) == 0 {
		v.Missing = c.T("No term has these words. Try others, or look through the vocabulary.")
		codes = codeChoice(c.Words, b, "", "", r)
	}
	v.Fields = actFields(c.Words, v.Form, parties.Act{Dated: p.Incident.Span, Place: p.Incident.Place}, codes)
	return v, nil
}

func (r *Room) newAct(c *ui.Context) error {
	v, err := r.actForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) addAct(c *ui.Context) error {
	a := actOf(c)
	a.ID, a.Incident, a.Withdrawn = c.Text("id"), c.ID("incident"), false
	a, err := r.Registry.AddAct(c.Context(), c.Actor, a)
	return answer(c, err, "/record/acts/"+a.ID, "party.act", func(f page.Form) (formView, error) { return r.actForm(c, f) })
}

// actView is the page of one act.
type actView struct {
	ui.Frame
	Back, BackText string
	Withdrawn      bool
	Facts          []page.Fact
	Links          []page.Fact
	Part           ui.Table
	Claims         []page.Fact
	History        []page.Event
	May            bool
	Search         *ui.Filter
	Hidden         []ui.Hidden
	Fields         []page.Field
	Action         string
	NoParty        bool
}

func (r *Room) act(c *ui.Context) error {
	v, err := r.actPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "act", v)
}

func (r *Room) actPage(c *ui.Context, f page.Form) (actView, error) {
	p, err := r.Registry.Act(c.Context(), c.Actor, c.ID("act"))
	if err != nil {
		return actView{}, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return actView{}, err
	}
	h, err := r.history(c, p.Editions)
	if err != nil {
		return actView{}, err
	}
	frame := c.Frame(ActName(c.Words, b, p.Act))
	if f.Values != nil {
		frame.Form = f
	}
	v := newAct(frame, p, h)
	if !documenter(c) || p.Act.Withdrawn {
		return v, nil
	}
	who, err := r.partyChoice(c, "")
	if err != nil {
		return v, err
	}
	v.offer(p, who, ids.New("involvement"))
	v.Search = finder(c, v.Action)
	return v, nil
}

func newAct(f ui.Frame, p parties.ActPage, history []page.Event) actView {
	w, a := f.Words, p.Act
	v := actView{Frame: f, Back: "/record/incidents/" + a.Incident + "/acts", BackText: p.Incident.Title, Withdrawn: a.Withdrawn, History: history, Action: "/record/acts/" + a.ID}
	v.Facts = []page.Fact{{Term: w.T("When"), Text: recordweb.When(w, a.Dated)}}
	for _, x := range []page.Fact{{Term: w.T("Place"), Text: a.Place}, {Term: w.T("How it was done"), Text: a.Method}, {Term: w.T("How it stands with them at its end"), Text: word(w, statuses(), a.Status)}, {Term: w.T("Motive"), Text: a.Motive, Note: w.T("as the claims say")}, {Term: w.T("Code"), Text: a.Code}} {
		if x.Text != "" {
			v.Facts = append(v.Facts, x)
		}
	}
	if p.Deed != "" {
		v.Links = append(v.Links, page.Fact{Text: w.T("What is claimed and found about such acts"), Href: "/record/deeds/" + p.Deed})
	}
	v.Links = append(v.Links, page.Fact{Text: w.T("What hangs together with it"), Href: "/record/graph?incident=" + a.Incident}, page.Fact{Text: w.T("On the map"), Href: "/record/places/" + a.ID}, page.Fact{Text: w.T("Correct"), Href: v.Action + "/correct"})
	v.Part = ui.Table{Words: w, Caption: w.T("Who had a part in it"), Columns: []ui.Column{{Label: w.T("Party")}, {Label: w.T("Part")}, {Label: w.T("How far answerable")}, {Label: w.T("Claims"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("Nobody is named yet"), Text: w.T("Say who did it, to whom it was done, who saw it: each with the claims on which that rests.")}}
	for _, i := range p.Part {
		v.Part.Rows = append(v.Part.Rows, ui.Row{Href: "/record/parts/" + i.ID, Cells: []ui.Cell{{Text: p.Parties[i.Party].Called, Sub: i.Capacity}, {Text: word(w, roles(), i.Role)}, {Text: word(w, degrees(), i.Degree)}, {Text: w.Number(int64(len(i.Claims)))}}})
	}
	for _, k := range p.Claims {
		v.Claims = append(v.Claims, recordweb.ClaimFact(w, k))
	}
	return v
}

// offer puts the form for one more part on the page.
func (v *actView) offer(p parties.ActPage, who []page.Option, fresh string) {
	w, f := v.Words, v.Form
	v.May, v.NoParty, v.Hidden = true, len(who) == 0, []ui.Hidden{hidden(f, "id", fresh)}
	v.Fields = append([]page.Field{f.Radios("party", w.T("Party"), who)}, partFields(w, f, parties.Involvement{}, p.Choice)...)
}

func partFields(w i18n.Words, f page.Form, i parties.Involvement, choice []record.Weighed) []page.Field {
	out := []page.Field{
		f.Select("role", w.T("Part"), choose(w, options(w, roles()))).Or(string(i.Role)),
		f.Select("degree", w.T("How far answerable"), append([]page.Option{{Value: "", Label: w.T("not said, or not one of those who did it")}}, options(w, degrees())...)).Or(string(i.Degree)),
		f.Text("capacity", w.T("As what")).Optional().Hint(w.T("“as duty officer”; it must name nobody")).Or(i.Capacity),
	}
	return append(out, claimFields(w, f, choice, i.Claims)...)
}

func partOf(c *ui.Context) parties.Involvement {
	return parties.Involvement{Party: c.Text("party"), Role: parties.Role(c.Text("role")), Degree: parties.Degree(c.Text("degree")), Capacity: c.Text("capacity"), Claims: claims(c)}
}

func (r *Room) involve(c *ui.Context) error {
	i := partOf(c)
	i.ID, i.Act = c.Text("id"), c.ID("act")
	_, err := r.Registry.Involve(c.Context(), c.Actor, i)
	if again(err) {
		v, verr := r.actPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "act", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/acts/"+i.Act, "party.part")
}

func withdraw(w i18n.Words, f page.Form, now bool) page.Field {
	x := f.Checks("withdrawn", w.T("Withdraw"), []page.Option{{Value: "yes", Label: w.T("It does not hold any more"), Hint: w.T("It stays here with its history, and is not shown elsewhere.")}}).Optional()
	if now {
		x = x.Or("yes")
	}
	return x
}

func (r *Room) correctActForm(c *ui.Context, f page.Form) (formView, error) {
	p, err := r.Registry.Act(c.Context(), c.Actor, c.ID("act"))
	if err != nil {
		return formView{}, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return formView{}, err
	}
	v := begin(c, c.T("Correct the act"), f)
	v.Back, v.BackText, v.Action, v.Button = "/record/acts/"+p.Act.ID, ActName(c.Words, b, p.Act), "/record/acts/"+p.Act.ID+"/correct", c.T("Keep the correction")
	v.Hidden = []ui.Hidden{hidden(f, "seen", strconv.Itoa(p.Act.Version)), {Name: "plain", Value: c.Text("plain")}}
	v.Search = plainFilter(c, v.Action)
	v.Fields = append(actFields(c.Words, v.Form, p.Act, codeChoice(c.Words, b, c.Text("plain"), p.Act.Code, r)), withdraw(c.Words, v.Form, p.Act.Withdrawn), reason(c.Words, v.Form))
	v.Corrects = true
	v.History, err = r.history(c, p.Editions)
	return v, err
}

func (r *Room) correctActPage(c *ui.Context) error {
	v, err := r.correctActForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) correctAct(c *ui.Context) error {
	a := actOf(c)
	a.ID = c.ID("act")
	err := r.Registry.AmendAct(c.Context(), c.Actor, a, seen(c), c.Text("reason"))
	return answer(c, err, "/record/acts/"+a.ID, "party.corrected", func(f page.Form) (formView, error) { return r.correctActForm(c, f) })
}

func (r *Room) partForm(c *ui.Context, f page.Form) (formView, error) {
	i, editions, err := r.Registry.Involvement(c.Context(), c.Actor, c.ID("part"))
	if err != nil {
		return formView{}, err
	}
	a, err := r.Registry.Act(c.Context(), c.Actor, i.Act)
	if err != nil {
		return formView{}, err
	}
	p, err := r.Registry.Party(c.Context(), c.Actor, i.Party)
	if err != nil {
		return formView{}, err
	}
	v := begin(c, p.Party.Called+": "+word(c.Words, roles(), i.Role), f)
	v.Back, v.BackText, v.Corrects = "/record/acts/"+i.Act, a.Incident.Title, true
	if documenter(c) {
		v.Action, v.Button, v.Hidden = "/record/parts/"+i.ID, c.T("Keep the correction"), []ui.Hidden{hidden(f, "seen", strconv.Itoa(i.Version))}
		v.Fields = append(partFields(c.Words, v.Form, i, a.Choice), withdraw(c.Words, v.Form, i.Withdrawn), reason(c.Words, v.Form))
	}
	v.History, err = r.history(c, editions)
	return v, err
}

func (r *Room) part(c *ui.Context) error {
	v, err := r.partForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) correctPart(c *ui.Context) error {
	i := partOf(c)
	i.ID, i.Withdrawn = c.ID("part"), c.Has("withdrawn", "yes")
	err := r.Registry.AmendInvolvement(c.Context(), c.Actor, i, seen(c), c.Text("reason"))
	return answer(c, err, "/record/parts/"+i.ID, "party.corrected", func(f page.Form) (formView, error) { return r.partForm(c, f) })
}
