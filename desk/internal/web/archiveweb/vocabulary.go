package archiveweb

import (
	"net/url"

	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// termsView is the vocabulary: its lists, or one level of one list.
type termsView struct {
	ui.Frame
	Lead    string
	Path    []page.Fact // from the list to the term above this level
	Plain   ui.Filter
	Found   ui.Table // what plain words may mean
	Asked   bool
	List    ui.Table
	Add     *addTerm
	Retire  *ui.Confirm
	Details []page.Fact // of the term itself
}

type addTerm struct {
	Hidden []ui.Hidden
	Fields []page.Field
}

func listHref(list, code string) string {
	q := url.Values{"list": {list}}
	if code != "" {
		q.Set("under", code)
	}
	return "/record/vocabulary?" + q.Encode()
}

func (r *Room) vocabulary(c *ui.Context) error {
	v, err := r.vocabularyPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "vocabulary", v)
}

func (r *Room) vocabularyPage(c *ui.Context, f page.Form) (termsView, error) {
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return termsView{}, err
	}
	frame := c.Frame(c.T("Vocabulary"))
	if f.Values != nil {
		frame.Form = f
	}
	return newTerms(frame, b, asked{List: c.Text("list"), Under: c.Text("under"), Plain: c.Text("plain")}, r.Lexicon.Today(), documenter(c))
}

// asked is which part of the vocabulary is looked at.
type asked struct{ List, Under, Plain string }

func newTerms(f ui.Frame, b vocabulary.Book, a asked, today clock.Day, may bool) (termsView, error) {
	w := f.Words
	v := termsView{Frame: f, Lead: w.T("Codes make it possible to find, count and exchange what was filed. You need not know them: say in plain words what happened, and take what fits.")}
	list := a.List
	if list == "" {
		list = vocabulary.Acts
	}
	v.Plain = ui.Filter{Words: w, Action: "/record/vocabulary", Active: a.Plain != "", Fields: []page.Field{page.Form{Words: w}.Text("plain", w.T("In plain words")).Or(a.Plain).Hint(w.T("“they burned his passport”, in any of the languages"))}}
	if a.Plain != "" {
		v.Asked, v.Found = true, proposals(w, b, list, a.Plain, today)
		return v, nil
	}
	if a.List == "" {
		v.List = ui.Table{Words: w, Caption: w.T("Lists"), Columns: []ui.Column{{Label: w.T("List")}, {Label: w.T("Number")}, {Label: w.T("Terms"), Numeric: true}}}
		for _, l := range b.Lists() {
			v.List.Rows = append(v.List.Rows, ui.Row{Href: listHref(l.No, ""), Cells: []ui.Cell{{Text: l.Name}, {Text: l.No}, {Text: w.Number(int64(l.Terms))}}})
		}
		return v, nil
	}
	name := ""
	for _, l := range b.Lists() {
		if l.No == a.List {
			name = l.Name
		}
	}
	t, ok := b.Term(a.List, a.Under)
	if name == "" || a.Under != "" && !ok {
		return v, fault.Missing()
	}
	v.Path = []page.Fact{{Text: w.T("Vocabulary"), Href: "/record/vocabulary"}, {Text: name, Href: listHref(a.List, "")}}
	for _, up := range b.Path(a.List, a.Under) {
		v.Path = append(v.Path, page.Fact{Text: up.In(w.Tag()), Href: listHref(a.List, up.Code)})
	}
	v.level(b, t, a, name, today, may)
	return v, nil
}

// level shows the terms right below one, and what can be done with it.
func (v *termsView) level(b vocabulary.Book, t vocabulary.Term, a asked, name string, today clock.Day, may bool) {
	w := v.Words
	caption := name
	if a.Under != "" {
		caption = t.In(w.Tag())
		v.Title = caption
		v.Details = facts(w, t, today)
		if may && t.Layer == vocabulary.Own && t.Valid(today) {
			v.Retire = &ui.Confirm{Words: w, Title: w.T("Take the term out of use"), Sentences: []string{w.T("Nothing new can be filed under it. What was filed under it stays and is found.")},
				Action: "/record/vocabulary/retire", Hidden: []ui.Hidden{{Name: "list", Value: a.List}, {Name: "under", Value: a.Under}}, Button: w.T("Take it out of use")}
		}
	} else {
		v.Title = name
	}
	v.List = ui.Table{Words: w, Caption: caption, Columns: []ui.Column{{Label: w.T("Term")}, {Label: w.T("Code")}, {Label: w.T("Below it"), Numeric: true}},
		Empty: ui.Empty{Title: w.T("Nothing stands below this term")}}
	for _, child := range b.Children(a.List, a.Under) {
		v.List.Rows = append(v.List.Rows, ui.Row{Href: listHref(a.List, child.Code), Cells: []ui.Cell{{Text: child.In(w.Tag()), Sub: remark(w, child, today)}, {Text: child.Code}, {Text: w.Number(int64(len(b.Under(a.List, child.Code)) - 1))}}})
	}
	if may {
		labels := map[string]string{"en": w.T("In English"), "fr": w.T("In French"), "es": w.T("In Spanish"), "ru": w.T("In Russian"), "ar": w.T("In Arabic")}
		v.Add = &addTerm{Hidden: []ui.Hidden{{Name: "list", Value: a.List}, {Name: "under", Value: a.Under}}}
		for _, lang := range vocabulary.Languages() {
			field := v.Form.Text(lang, labels[lang])
			if lang != "en" {
				field = field.Optional()
			}
			v.Add.Fields = append(v.Add.Fields, field)
		}
	}
}

// remark says what is special about a term.
func remark(w i18n.Words, t vocabulary.Term, today clock.Day) string {
	switch {
	case !t.Valid(today):
		return w.T("out of use")
	case t.Layer == vocabulary.Ours:
		return w.T("Waylight's own layer")
	case t.Layer == vocabulary.Own:
		return w.T("the team's own term")
	case t.Draft(w.Tag()):
		return t.Names["en"] // the Russian of the base layer has errors: the English stands beside it
	}
	return ""
}

func facts(w i18n.Words, t vocabulary.Term, today clock.Day) []page.Fact {
	out := []page.Fact{{Term: w.T("Code"), Text: t.Code}}
	layer := map[vocabulary.Layer]string{vocabulary.Base: w.T("HURIDOCS micro-thesauri"), vocabulary.Ours: w.T("Waylight's own layer"), vocabulary.Own: w.T("the team's own term")}
	out = append(out, page.Fact{Term: w.T("Layer"), Text: layer[t.Layer]})
	labels := map[string]string{"en": w.T("In English"), "fr": w.T("In French"), "es": w.T("In Spanish"), "ru": w.T("In Russian"), "ar": w.T("In Arabic")}
	for _, lang := range vocabulary.Languages() {
		if n := t.Names[lang]; n != "" {
			f := page.Fact{Term: labels[lang], Text: n}
			if t.Draft(lang) {
				f.Note = w.T("not read by a person yet; the English counts")
			}
			out = append(out, f)
		}
	}
	if !t.Valid(today) {
		out = append(out, page.Fact{Term: w.T("Until"), Text: w.Day(t.Until), Note: w.T("out of use")})
	}
	return out
}

func proposals(w i18n.Words, b vocabulary.Book, list, plain string, today clock.Day) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("What the words may mean"), Columns: []ui.Column{{Label: w.T("Term")}, {Label: w.T("Stands below")}, {Label: w.T("Code")}},
		Empty: ui.Empty{Title: w.T("No term has these words"), Text: w.T("Try other words, or look through the lists.")}}
	for _, p := range b.Propose(list, plain, today, 12) {
		t.Rows = append(t.Rows, ui.Row{Href: listHref(p.Term.List, p.Term.Code), Cells: []ui.Cell{{Text: p.Term.In(w.Tag()), Sub: remark(w, p.Term, today)}, {Text: above(w, b, p.Term)}, {Text: p.Term.Code}}})
	}
	return t
}

// above names the nearest term above one.
func above(w i18n.Words, b vocabulary.Book, t vocabulary.Term) string {
	path := b.Path(t.List, t.Code)
	if len(path) == 0 {
		return "—"
	}
	return path[len(path)-1].In(w.Tag())
}

func (r *Room) addTerm(c *ui.Context) error {
	t := vocabulary.Term{List: c.Text("list"), Parent: c.Text("under"), Names: map[string]string{}}
	for _, lang := range vocabulary.Languages() {
		t.Names[lang] = c.Text(lang)
	}
	t, err := r.Lexicon.Add(c.Context(), c.Actor, t)
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		v, verr := r.vocabularyPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "vocabulary", v)
	}
	if err != nil {
		return err
	}
	return c.See(listHref(t.List, t.Parent), "archive.term")
}

func (r *Room) retireTerm(c *ui.Context) error {
	if err := r.Lexicon.Retire(c.Context(), c.Actor, c.Text("list"), c.Text("under")); err != nil {
		return err
	}
	return c.See(listHref(c.Text("list"), c.Text("under")), "archive.retired")
}
