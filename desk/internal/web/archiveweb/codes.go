package archiveweb

import (
	"strings"

	"waylight/desk/internal/record"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// codesView is the page on which an incident or an act is filed under codes.
type codesView struct {
	ui.Frame
	Back, BackText string
	Codes          []coded
	May            bool
	Action         string
	Plain          ui.Filter
	Plainly        []ui.Hidden // what was asked, kept when a form is shown again
	Asked          bool
	Choose         page.Field
	None           bool // plain words led nowhere
	Note           page.Field
}

type coded struct {
	i18n.Words
	Name, Above, Code, List, Note string
	Remark                        string
	Action                        string
	May                           bool
}

func (r *Room) codes(c *ui.Context) error {
	v, err := r.codesPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "codes", v)
}

func (r *Room) codesPage(c *ui.Context, f page.Form) (codesView, error) {
	subject := c.ID("subject")
	p, err := r.Archive.Where(c.Context(), c.Actor, subject)
	if err != nil {
		return codesView{}, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return codesView{}, err
	}
	have, err := r.Lexicon.CodingsOf(c.Context(), subject)
	if err != nil {
		return codesView{}, err
	}
	frame := c.Frame(c.T("Codes"))
	if f.Values != nil {
		frame.Form = f
	}
	return newCodes(frame, b, subject, p, have, asked{List: c.Text("list"), Plain: c.Text("plain")}, r.Lexicon.Today(), documenter(c)), nil
}

func newCodes(f ui.Frame, b vocabulary.Book, subject string, p record.Place, have []vocabulary.Coding, a asked, today clock.Day, may bool) codesView {
	w := f.Words
	v := codesView{Frame: f, Back: "/record/incidents/" + p.Incident.ID, BackText: p.Incident.Title, May: may, Action: "/record/codes/" + subject}
	if p.Act != "" {
		v.Back, v.BackText = "/record/deeds/"+subject, w.T(p.Act.Label())+" · "+p.Incident.Title
	}
	filed := map[string]bool{}
	for _, x := range have {
		t, ok := b.Term(x.List, x.Code)
		k := coded{Words: w, Code: x.Code, List: x.List, Note: x.Note, Action: v.Action + "/remove", May: may, Name: x.Code}
		if ok {
			k.Name, k.Above, k.Remark = t.In(w.Tag()), above(w, b, t), remark(w, t, today)
		}
		filed[x.List+"/"+x.Code] = true
		v.Codes = append(v.Codes, k)
	}
	if a.List == "" {
		a.List = vocabulary.Acts
	}
	lists := []page.Option{}
	for _, l := range b.Lists() {
		lists = append(lists, page.Option{Value: l.No, Label: l.No + " " + l.Name})
	}
	plain := page.Form{Words: w}
	v.Plain = ui.Filter{Words: w, Action: v.Action, Active: a.Plain != "", Fields: []page.Field{
		plain.Text("plain", w.T("What happened, in plain words")).Or(a.Plain).Hint(w.T("“they burned his passport”, in any of the languages")), plain.Select("list", w.T("List"), lists).Or(a.List)}}
	if a.Plain == "" || !may {
		return v
	}
	v.Asked, v.Plainly = true, []ui.Hidden{{Name: "plain", Value: a.Plain}, {Name: "list", Value: a.List}}
	var options []page.Option
	for _, x := range b.Propose(a.List, a.Plain, today, 8) {
		if !filed[x.Term.List+"/"+x.Term.Code] {
			options = append(options, page.Option{Value: x.Term.Code, Label: x.Term.In(w.Tag()), Hint: strings.TrimPrefix(strings.Join([]string{remark(w, x.Term, today), above(w, b, x.Term), x.Term.Code}, " · "), " · ")})
		}
	}
	v.None = len(options) == 0
	v.Choose = f.Form.Radios("code", w.T("Which of these is meant"), options)
	v.Note = f.Form.Text("note", w.T("What the code does not say")).Optional().Hint(w.T("It must name nobody."))
	return v
}

func (r *Room) addCode(c *ui.Context) error {
	k := vocabulary.Coding{Subject: c.ID("subject"), List: c.Text("list"), Code: c.Need("code", "Choose one."), Note: c.Text("note")}
	err := c.Wrong()
	if err == nil {
		err = r.Lexicon.Code(c.Context(), c.Actor, k)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		v, verr := r.codesPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "codes", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/codes/"+k.Subject, "archive.coded")
}

func (r *Room) removeCode(c *ui.Context) error {
	if err := r.Lexicon.Uncode(c.Context(), c.Actor, c.ID("subject"), c.Text("list"), c.Text("code")); err != nil {
		return err
	}
	return c.See("/record/codes/"+c.ID("subject"), "archive.uncoded")
}
