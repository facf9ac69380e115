package partyweb

import (
	"net/url"
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// listView lists parties or acts.
type listView struct {
	ui.Frame
	Back, BackText string
	Lead           string
	Filter         *ui.Filter
	Table          ui.Table
	Links          []page.Fact
	Next           string
}

func (r *Room) list(c *ui.Context) error {
	q := parties.Asked{Text: c.Text("q"), Kind: parties.Kind(c.Text("kind")), After: c.Text("after")}
	all, more, err := r.Registry.List(c.Context(), c.Actor, q)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newList(c.Frame(c.T("Parties")), all, more, q, documenter(c)))
}

func newList(f ui.Frame, all []parties.Party, more bool, q parties.Asked, may bool) listView {
	w := f.Words
	v := listView{Frame: f, Lead: w.T("Who did something, to whom it was done, who saw it. A person stands here under a pseudonym; who it is lies sealed.")}
	form := page.Form{Words: w}
	v.Filter = &ui.Filter{Words: w, Action: "/record/parties", Active: q.Text != "" || q.Kind != "", Fields: []page.Field{
		form.Text("q", w.T("Name")).Or(q.Text).Hint(w.T("sealed names are not looked through")), form.Select("kind", w.T("Kind"), append([]page.Option{{Value: "", Label: w.T("any kind")}}, options(w, kinds())...)).Or(string(q.Kind))}}
	v.Table = ui.Table{Words: w, Caption: w.T("Parties, the newest first"), Columns: []ui.Column{{Label: w.T("Called")}, {Label: w.T("Kind")}, {Label: w.T("In public")}, {Label: w.T("How many")}},
		Empty: ui.Empty{Title: w.T("No party here"), Text: w.T("A party is a person, a group or an organisation that had a part in an act.")}}
	for _, p := range all {
		public := p.Public()
		if public == "" {
			public = w.T("not named")
		}
		called := ui.Cell{Text: p.Called, Sub: strings.Join(p.Names, " · ")}
		if p.Root != p.ID {
			called.Sub = w.T("found to be the same as another")
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/record/parties/" + p.ID, Cells: []ui.Cell{called, {Text: word(w, kinds(), p.Kind)}, {Text: public}, {Text: size(w, p.Size)}}})
	}
	if more {
		u := url.Values{"q": {q.Text}, "kind": {string(q.Kind)}, "after": {all[len(all)-1].ID}}
		v.Next = "/record/parties?" + u.Encode()
	}
	if may {
		v.Links = []page.Fact{{Text: w.T("Add a party"), Href: "/record/parties/new"}, {Text: w.T("Who may be the same"), Href: "/record/same"}}
	}
	return v
}

func partyFields(w i18n.Words, f page.Form, p parties.Party, human bool, fresh bool) []page.Field {
	number := func(n count.Number) string {
		if !n.Known {
			return ""
		}
		return strconv.FormatInt(n.N, 10)
	}
	out := []page.Field{
		f.Select("kind", w.T("What it is"), choose(w, options(w, kinds()))).Or(string(p.Kind)),
		f.Text("called", w.T("Called")).Hint(w.T("for a person a pseudonym; for a group a neutral word; for an organisation its name")).Or(p.Called),
	}
	if fresh || !human {
		out = append(out, f.Area("names", w.T("Other names")).Rows(2).Optional().Hint(w.T("of a group or organisation, one a line, in any script; they are not hidden")).Or(strings.Join(p.Names, "\n")),
			f.Input("number", "low", w.T("How many, at least")).Short().Optional().Hint(w.T("of a group")).Or(number(p.Size.Low)), f.Input("number", "best", w.T("How many, probably")).Short().Optional().Or(number(p.Size.Best)), f.Input("number", "high", w.T("How many, at most")).Short().Optional().Or(number(p.Size.High)))
	}
	if fresh {
		out = append(out, f.Area("real", w.T("Real names of the person")).Rows(3).Optional().Hint(w.T("one a line, for each script and spelling; sealed for the documenters, and the leak guard stops them")),
			f.Area("other", w.T("What else identifies the person")).Rows(2).Optional().Hint(w.T("telephones, addresses, papers, one a line; sealed too")))
	}
	if fresh || human {
		out = append(out, f.Text("published", w.T("Name that may be published")).Optional().Hint(w.T("of a person; empty: nobody may name them")).Or(p.Published), f.Text("why", w.T("By what right")).Optional().Hint(w.T("their own consent and where it stands, or a public office")).Or(p.Why))
	}
	return append(out, f.Area("note", w.T("Note")).Rows(2).Optional().Hint(w.T("It must name nobody.")).Or(p.Note))
}

// partyOf reads the form of a party.
func partyOf(c *ui.Context) parties.Party {
	p := parties.Party{Kind: parties.Kind(c.Text("kind")), Called: c.Text("called"), Names: parties.Lines(c.Text("names")), Published: c.Text("published"), Why: c.Text("why"), Note: c.Text("note")}
	for name, to := range map[string]*count.Number{"low": &p.Size.Low, "best": &p.Size.Best, "high": &p.Size.High} {
		if n, ok := c.Int(name); ok {
			*to = count.Of(n)
		}
	}
	return p
}

func (r *Room) partyForm(c *ui.Context, f page.Form) (formView, error) {
	v := begin(c, c.T("Add a party"), f)
	v.Back, v.BackText, v.Action, v.Button = "/record/parties", c.T("Parties"), "/record/parties/new", c.T("Keep the party")
	v.Hidden = []ui.Hidden{hidden(f, "id", ids.New("party"))}
	v.Fields = partyFields(c.Words, v.Form, parties.Party{}, false, true)
	return v, nil
}

func (r *Room) newParty(c *ui.Context) error {
	v, err := r.partyForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) addParty(c *ui.Context) error {
	p := partyOf(c)
	p.ID = c.Text("id")
	err := c.Wrong()
	if err == nil {
		p, err = r.Registry.AddParty(c.Context(), c.Actor, p, parties.Identity{Names: parties.Lines(c.Text("real")), Other: parties.Lines(c.Text("other"))})
	}
	return answer(c, err, "/record/parties/"+p.ID, "party.added", func(f page.Form) (formView, error) { return r.partyForm(c, f) })
}

// partyView is the page of one party.
type partyView struct {
	ui.Frame
	Facts    []page.Fact
	Note     string
	Links    []page.Fact
	May      bool
	Human    bool
	Sealed   bool // there are names to be opened
	Gone     bool
	Names    []page.Fact // opened just now
	Seal     []page.Field
	Hidden   []ui.Hidden
	Action   string
	Destroy  *ui.Confirm
	Same     []page.Fact
	Part     ui.Table
	Ties     ui.Table
	Claims   []page.Fact
	Decided  []page.Event
	History  []page.Event
	More     bool
	ShowSeal bool
}

func (r *Room) party(c *ui.Context) error {
	v, err := r.partyPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "party", v)
}

func (r *Room) partyPage(c *ui.Context, f page.Form) (partyView, error) {
	p, err := r.Registry.Party(c.Context(), c.Actor, c.ID("party"))
	if err != nil {
		return partyView{}, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return partyView{}, err
	}
	h, err := r.history(c, p.Editions)
	if err != nil {
		return partyView{}, err
	}
	n, err := r.Names(c.Context())
	if err != nil {
		return partyView{}, err
	}
	frame := c.Frame(p.Party.Called)
	if f.Values != nil {
		frame.Form = f
	}
	return newParty(frame, p, b, n, h, documenter(c)), nil
}

// ActName is what an act is called: its own words, or those of its code.
func ActName(w i18n.Words, b vocabulary.Book, a parties.Act) string {
	name := a.Code
	if t, ok := b.Term(vocabulary.Acts, a.Code); ok {
		name = t.In(w.Tag())
	} else if s := a.Short(); s != "" {
		name = w.T(s.Label())
	}
	if a.Title != "" {
		return name + ": " + a.Title
	}
	return name
}

func newParty(f ui.Frame, p parties.PartyPage, b vocabulary.Book, members map[string]string, history []page.Event, may bool) partyView {
	w, x := f.Words, p.Party
	at := "/record/parties/" + x.ID
	v := partyView{Frame: f, Note: x.Note, May: may, Human: x.Human(), Sealed: p.Sealed && !p.Gone, Gone: p.Gone, Action: at, History: history, More: p.More}
	v.Facts = []page.Fact{{Term: w.T("Kind"), Text: word(w, kinds(), x.Kind)}}
	for _, y := range []page.Fact{{Term: w.T("Other names"), Text: strings.Join(x.Names, " · ")}, {Term: w.T("How many"), Text: size(w, x.Size)}} {
		if y.Text != "" {
			v.Facts = append(v.Facts, y)
		}
	}
	public := page.Fact{Term: w.T("In public"), Text: x.Public(), Note: x.Why}
	if public.Text == "" {
		public.Text = w.T("not named")
	}
	v.Facts = append(v.Facts, public)
	if v.Human {
		names := page.Fact{Term: w.T("Names"), Text: w.T("none kept")}
		switch {
		case p.Gone:
			names.Text = w.T("destroyed")
		case p.Sealed:
			names.Text = w.T("in a safe, for the documenters")
		}
		v.Facts = append(v.Facts, names)
	}
	v.Links = []page.Fact{{Text: w.T("What hangs together with it"), Href: "/record/graph?party=" + x.ID}}
	if may {
		v.Links = append(v.Links, page.Fact{Text: w.T("Add a relation"), Href: at + "/relate"}, page.Fact{Text: w.T("Correct"), Href: at + "/correct"})
	}
	for _, s := range p.Same {
		v.Same = append(v.Same, page.Fact{Term: word(w, kinds(), s.Kind), Text: s.Called, Href: "/record/parties/" + s.ID})
	}
	v.Part = partTable(w, b, p)
	v.Ties = tieTable(w, p)
	for _, k := range p.Claims {
		v.Claims = append(v.Claims, recordweb.ClaimFact(w, k))
	}
	for _, d := range p.Decided {
		e := page.Event{When: w.Date(d.At), Who: members[d.By], Title: w.T("%s and %s: the same", p.Others[d.A].Called, p.Others[d.B].Called), Text: d.Reason}
		if !d.Same {
			e.Title = w.T("%s and %s: not the same", p.Others[d.A].Called, p.Others[d.B].Called)
		}
		v.Decided = append(v.Decided, e)
	}
	if may && v.Human && !p.Gone {
		v.Seal = []page.Field{f.Form.Area("real", w.T("Real names of the person")).Rows(3).Hint(w.T("one a line, for each script and spelling; sealed for the documenters, and the leak guard stops them")),
			f.Form.Area("other", w.T("What else identifies the person")).Rows(2).Optional().Hint(w.T("telephones, addresses, papers, one a line; sealed too"))}
		v.Hidden, v.ShowSeal = []ui.Hidden{hidden(f.Form, "seen", "0")}, !p.Sealed || f.Form.Failed()
		if p.Sealed {
			v.Destroy = &ui.Confirm{Words: w, Title: w.T("Destroy the names"), Sentences: []string{w.T("Nobody can ever read them again, here or in a backup that is made from now on. It cannot be undone."), w.T("The party stays under its pseudonym, with its part in acts.")},
				Action: at + "/destroy", Button: w.T("Destroy the names"), Fields: []page.Field{f.Form.Area("reason", w.T("Why")).Rows(2)}}
		}
	}
	return v
}

func partTable(w i18n.Words, b vocabulary.Book, p parties.PartyPage) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Part in acts"), Columns: []ui.Column{{Label: w.T("Part")}, {Label: w.T("Act")}, {Label: w.T("When")}, {Label: w.T("Incident")}},
		Empty: ui.Empty{Title: w.T("No part in an act yet"), Text: w.T("On the page of an act you say who had what part in it, and on which claims that rests.")}}
	for _, i := range p.Part {
		a := p.Acts[i.Act]
		t.Rows = append(t.Rows, ui.Row{Href: "/record/parts/" + i.ID, Cells: []ui.Cell{{Text: word(w, roles(), i.Role), Sub: word(w, degrees(), i.Degree)}, {Text: ActName(w, b, a), Sub: i.Capacity}, {Text: recordweb.When(w, a.Dated)}, {Text: p.Incidents[a.Incident].Title}}})
	}
	return t
}

func tieTable(w i18n.Words, p parties.PartyPage) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("Relations"), Columns: []ui.Column{{Label: w.T("Relation")}, {Label: w.T("Since")}, {Label: w.T("Until when")}, {Label: w.T("Claims"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("No relation yet"), Text: w.T("Who commands whom, who belongs to what, who is kin: each with the claims on which it rests.")}}
	for _, x := range p.Ties {
		t.Rows = append(t.Rows, ui.Row{Href: "/record/relations/" + x.ID, Cells: []ui.Cell{{Text: p.Others[x.One].Called + " " + word(w, ties(), x.Tie) + " " + p.Others[x.Other].Called, Sub: x.Capacity}, {Text: endWords(w, string(x.Since))}, {Text: endWords(w, string(x.Until))}, {Text: w.Number(int64(len(x.Claims)))}}})
	}
	return t
}

// showNames shows who a party is, once, in answer to a form: the reading is a change
// of the ledger, and nothing of it stays in an address.
func (r *Room) showNames(c *ui.Context) error {
	who, version, err := r.Registry.Names(c.Context(), c.Actor, c.ID("party"))
	if err != nil {
		return err
	}
	v, err := r.partyPage(c, page.Form{})
	if err != nil {
		return err
	}
	v.opened(who, version)
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(pages, "party", v)
}

// opened puts opened names on the page, and into the form that would replace them.
func (v *partyView) opened(who parties.Identity, version int) {
	w := v.Words
	for _, n := range who.Names {
		v.Names = append(v.Names, page.Fact{Term: w.T("Name"), Text: n, Note: script(w, n)})
	}
	for _, o := range who.Other {
		v.Names = append(v.Names, page.Fact{Term: w.T("Identifies too"), Text: o})
	}
	v.Sealed, v.ShowSeal, v.Hidden = false, true, []ui.Hidden{{Name: "seen", Value: strconv.Itoa(version)}}
	if len(v.Seal) == 2 {
		v.Seal[0], v.Seal[1] = v.Seal[0].Or(strings.Join(who.Names, "\n")), v.Seal[1].Or(strings.Join(who.Other, "\n"))
	}
}

func (r *Room) sealNames(c *ui.Context) error {
	err := r.Registry.SealNames(c.Context(), c.Actor, c.ID("party"), seen(c), parties.Identity{Names: parties.Lines(c.Text("real")), Other: parties.Lines(c.Text("other"))})
	return r.onParty(c, err, "party.sealed")
}

func (r *Room) destroyNames(c *ui.Context) error {
	return r.onParty(c, r.Registry.Destroy(c.Context(), c.Actor, c.ID("party"), c.Text("reason")), "party.destroyed")
}

func (r *Room) onParty(c *ui.Context, err error, notice string) error {
	if again(err) {
		v, verr := r.partyPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "party", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/parties/"+c.ID("party"), notice)
}

func (r *Room) correctPartyForm(c *ui.Context, f page.Form) (formView, error) {
	p, err := r.Registry.Party(c.Context(), c.Actor, c.ID("party"))
	if err != nil {
		return formView{}, err
	}
	v := begin(c, c.T("Correct: %s", p.Party.Called), f)
	v.Back, v.BackText, v.Action, v.Button = "/record/parties/"+p.Party.ID, p.Party.Called, "/record/parties/"+p.Party.ID+"/correct", c.T("Keep the correction")
	v.Hidden = []ui.Hidden{hidden(f, "seen", strconv.Itoa(p.Party.Version))}
	v.Fields = append(partyFields(c.Words, v.Form, p.Party, p.Party.Human(), false), reason(c.Words, v.Form))
	v.Corrects = true
	v.History, err = r.history(c, p.Editions)
	return v, err
}

func reason(w i18n.Words, f page.Form) page.Field {
	return f.Area("reason", w.T("Why it is corrected")).Rows(2).Hint(w.T("It must name nobody."))
}

func (r *Room) correctPartyPage(c *ui.Context) error {
	v, err := r.correctPartyForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) correctParty(c *ui.Context) error {
	p := partyOf(c)
	p.ID = c.ID("party")
	err := c.Wrong()
	if err == nil {
		err = r.Registry.AmendParty(c.Context(), c.Actor, p, seen(c), c.Text("reason"))
	}
	return answer(c, err, "/record/parties/"+p.ID, "party.corrected", func(f page.Form) (formView, error) { return r.correctPartyForm(c, f) })
}

// partyChoice offers parties that a search finds, for a form without a script.
func (r *Room) partyChoice(c *ui.Context, but string) ([]page.Option, error) {
	all, _, err := r.Registry.List(c.Context(), c.Actor, parties.Asked{Text: c.Text("q")})
	if err != nil {
		return nil, err
	}
	var out []page.Option
	for _, p := range all {
		if p.ID != but {
			out = append(out, page.Option{Value: p.ID, Label: p.Called, Hint: word(c.Words, kinds(), p.Kind)})
		}
	}
	return out, nil
}

// finder is the search above a form that offers parties.
func finder(c *ui.Context, action string) *ui.Filter {
	q := c.Text("q")
	return &ui.Filter{Words: c.Words, Action: action, Active: q != "", Fields: []page.Field{page.Form{Words: c.Words}.Text("q", c.T("Find a party by its name")).Or(q).Hint(c.T("without a name the newest are offered"))}}
}
