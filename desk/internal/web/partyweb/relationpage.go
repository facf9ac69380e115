package partyweb

import (
	"strconv"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// endWords says one end of a relation; a dash when it is not known.
func endWords(w i18n.Words, d string) string {
	if d == "" {
		return "—"
	}
	return recordweb.When(w, edtf.Date(d))
}

func relationFields(w i18n.Words, f page.Form, x parties.Relation, choice []record.Weighed) []page.Field {
	dates := w.T("2017-04-09, 2017-04 or 2017; empty: not known")
	out := []page.Field{
		f.Select("tie", w.T("Relation"), choose(w, options(w, ties()))).Or(string(x.Tie)),
		f.Text("since", w.T("Since")).Short().Optional().Hint(dates).Or(string(x.Since)),
		f.Text("until", w.T("Until when")).Short().Optional().Hint(dates).Or(string(x.Until)),
		f.Text("capacity", w.T("As what")).Optional().Hint(w.T("“as deputy”; it must name nobody")).Or(x.Capacity),
	}
	return append(out, claimFields(w, f, choice, x.Claims)...)
}

func relationOf(c *ui.Context) parties.Relation {
	return parties.Relation{Tie: parties.Tie(c.Text("tie")), Since: edtf.Date(c.Text("since")), Until: edtf.Date(c.Text("until")), Capacity: c.Text("capacity"), Claims: claims(c)}
}

func (r *Room) relationForm(c *ui.Context, f page.Form) (formView, error) {
	p, err := r.Registry.Party(c.Context(), c.Actor, c.ID("party"))
	if err != nil {
		return formView{}, err
	}
	choice, err := r.Registry.ClaimsAround(c.Context(), c.Actor, p.Party.ID)
	if err != nil {
		return formView{}, err
	}
	who, err := r.partyChoice(c, p.Party.ID)
	if err != nil {
		return formView{}, err
	}
	v := begin(c, c.T("Add a relation"), f)
	at := "/record/parties/" + p.Party.ID
	v.Back, v.BackText, v.Action, v.Button = at, p.Party.Called, at+"/relate", c.T("Keep the relation")
	v.Intro = []string{c.T("How %s stands to another party, read from left to right.", p.Party.Called)}
	v.Search = finder(c, v.Action)
	if len(who) == 0 {
		v.Missing = c.T("No other party is called so. Add it first.")
	}
	v.Hidden = []ui.Hidden{hidden(f, "id", ids.New("relation")), {Name: "q", Value: c.Text("q")}}
	fields := relationFields(c.Words, v.Form, parties.Relation{}, choice)
	turned := v.Form.Checks("turned", c.T("Direction"), []page.Option{{Value: "yes", Label: c.T("The other way round: the other party is the first")}}).Optional()
	v.Fields = append([]page.Field{fields[0], v.Form.Radios("other", c.T("The other party"), who), turned}, fields[1:]...)
	return v, nil
}

func (r *Room) newRelation(c *ui.Context) error {
	v, err := r.relationForm(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) addRelation(c *ui.Context) error {
	x := relationOf(c)
	x.ID, x.One, x.Other = c.Text("id"), c.ID("party"), c.Need("other", "Choose the party.")
	if c.Has("turned", "yes") {
		x.One, x.Other = x.Other, x.One
	}
	err := c.Wrong()
	if err == nil {
		x, err = r.Registry.Relate(c.Context(), c.Actor, x)
	}
	return answer(c, err, "/record/parties/"+c.ID("party"), "party.relation", func(f page.Form) (formView, error) { return r.relationForm(c, f) })
}

func (r *Room) oneRelation(c *ui.Context, f page.Form) (formView, error) {
	x, two, editions, err := r.Registry.Relation(c.Context(), c.Actor, c.ID("relation"))
	if err != nil {
		return formView{}, err
	}
	called := map[string]string{}
	for _, p := range two {
		called[p.ID] = p.Called
	}
	v := begin(c, called[x.One]+" "+word(c.Words, ties(), x.Tie)+" "+called[x.Other], f)
	v.Back, v.BackText, v.Corrects = "/record/parties/"+x.One, called[x.One], true
	if documenter(c) {
		choice, err := r.Registry.ClaimsAround(c.Context(), c.Actor, x.One)
		if err != nil {
			return v, err
		}
		v.Action, v.Button, v.Hidden = "/record/relations/"+x.ID, c.T("Keep the correction"), []ui.Hidden{hidden(f, "seen", strconv.Itoa(x.Version))}
		v.Fields = append(relationFields(c.Words, v.Form, x, choice), withdraw(c.Words, v.Form, x.Withdrawn), reason(c.Words, v.Form))
	}
	v.History, err = r.history(c, editions)
	return v, err
}

func (r *Room) relation(c *ui.Context) error {
	v, err := r.oneRelation(c, page.Form{})
	return show(c, v, err)
}

func (r *Room) correctRelation(c *ui.Context) error {
	x := relationOf(c)
	x.ID, x.Withdrawn = c.ID("relation"), c.Has("withdrawn", "yes")
	err := r.Registry.AmendRelation(c.Context(), c.Actor, x, seen(c), c.Text("reason"))
	return answer(c, err, "/record/relations/"+x.ID, "party.corrected", func(f page.Form) (formView, error) { return r.oneRelation(c, f) })
}

// sameView shows which parties may be the same.
type sameView struct {
	ui.Frame
	Looked bool
	Pairs  []pair
	By     []page.Field // for a pair that nobody proposed
	Search *ui.Filter
}

type pair struct {
	i18n.Words
	Title   string
	Two     []page.Fact
	Reasons []string
	Hidden  []ui.Hidden
	Fields  []page.Field
}

func (r *Room) same(c *ui.Context) error {
	v, err := r.samePage(c, nil, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "same", v)
}

// lookForSame opens names to compare them, which the ledger notes: so it is a form.
func (r *Room) lookForSame(c *ui.Context) error {
	found, err := r.Registry.Likely(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v, err := r.samePage(c, found, page.Form{})
	if err != nil {
		return err
	}
	v.Looked = true
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(pages, "same", v)
}

func (r *Room) samePage(c *ui.Context, found []parties.Likeness, f page.Form) (sameView, error) {
	who, err := r.partyChoice(c, "")
	if err != nil {
		return sameView{}, err
	}
	frame := c.Frame(c.T("Who may be the same"))
	if f.Values != nil {
		frame.Form = f
	}
	v := newSame(frame, found, who)
	v.Search = finder(c, "/record/same")
	return v, nil
}

func decision(w i18n.Words, f page.Form, place string) []page.Field {
	return []page.Field{f.Radios("same", w.T("Your decision"), []page.Option{{Value: "yes", Label: w.T("They are one and the same"), Hint: w.T("They are read as one from now on. Nothing of them is changed, and it can be undone.")}, {Value: "no", Label: w.T("They are not the same"), Hint: w.T("This also undoes an earlier yes.")}}).In(place),
		f.Text("reason", w.T("Why")).Hint(w.T("It must name nobody.")).In(place)}
}

func newSame(f ui.Frame, found []parties.Likeness, who []page.Option) sameView {
	w := f.Words
	v := sameView{Frame: f}
	for n, l := range found {
		form := page.Form{Words: w}
		p := pair{Words: w, Title: l.A.Called + " · " + l.B.Called, Hidden: []ui.Hidden{{Name: "one", Value: l.A.ID}, {Name: "other", Value: l.B.ID}}, Fields: decision(w, form, strconv.Itoa(n)),
			Two: []page.Fact{{Term: word(w, kinds(), l.A.Kind), Text: l.A.Called, Href: "/record/parties/" + l.A.ID, Note: l.A.Note}, {Term: word(w, kinds(), l.B.Kind), Text: l.B.Called, Href: "/record/parties/" + l.B.ID, Note: l.B.Note}}}
		if l.Sealed {
			p.Reasons = append(p.Reasons, w.T("Their sealed names are alike, perhaps in another script or spelling."))
		}
		if l.Other {
			p.Reasons = append(p.Reasons, w.T("Something else that identifies is the same with both."))
		}
		if len(p.Reasons) == 0 {
			p.Reasons = append(p.Reasons, w.T("They are called alike."))
		}
		for i := range p.Fields {
			p.Fields[i].ID += "-" + strconv.Itoa(n)
		}
		v.Pairs = append(v.Pairs, p)
	}
	choice := choose(w, who)
	v.By = append([]page.Field{f.Form.Select("one", w.T("One party"), choice), f.Form.Select("other", w.T("The other party"), choice)}, decision(w, f.Form, "")...)
	return v
}

func (r *Room) decideSame(c *ui.Context) error {
	d := parties.Decision{A: c.Need("one", "Choose the party."), B: c.Need("other", "Choose the party."), Same: c.Text("same") == "yes", Reason: c.Text("reason")}
	if s := c.Text("same"); s != "yes" && s != "no" {
		c.Bad("same", "Choose one.")
	}
	err := c.Wrong()
	if err == nil {
		err = r.Registry.Decide(c.Context(), c.Actor, d)
	}
	if again(err) {
		v, verr := r.samePage(c, nil, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "same", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/parties/"+d.A, "party.decided")
}
