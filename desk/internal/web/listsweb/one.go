package listsweb

import (
	"maps"
	"slices"

	"waylight/desk/internal/lists"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/page"
	"waylight/linkage"
)

// oneView is one list: how its columns are understood, and whether it is left out.
type oneView struct {
	ui.Frame
	Base, Study string
	StudyHref   string
	Line        string
	Columns     []page.Field
	Leave       []page.Field
	Said        string
}

func newOne(f ui.Frame, s lists.Sheet, l lists.List, who map[string]string) oneView {
	w := f.Words
	v := oneView{Frame: f, Base: "/lists/" + s.Study.ID + "/of/" + l.ID, Study: s.Study.Title, StudyHref: "/lists/" + s.Study.ID, Line: w.N("%d record", "%d records", l.Facts.Records)}
	for i, c := range l.Facts.Columns {
		options := []page.Option{{Value: "", Label: w.T("as it was taken: %s", w.T(kindName(c.Kind)))}}
		for _, k := range linkage.Kinds() {
			options = append(options, page.Option{Value: string(k), Label: w.T(kindName(string(k)))})
		}
		v.Columns = append(v.Columns, f.Form.Select(lists.Field(i), c.Header, options).Or(string(l.Word.Columns[c.Header])).Hint(w.T("filled in %d of %d rows", c.Filled, l.Facts.Records)))
	}
	out := ""
	if l.Word.Out {
		out = "yes"
	}
	v.Leave = []page.Field{f.Form.Checks("out", w.T("Is it left out?"), []page.Option{{Value: "yes", Label: w.T("Leave this list out: it is matched with nothing until somebody takes it in again")}}).Or(out),
		f.Form.Text("why", w.T("Why")).Or(l.Word.Why).Hint(w.T("Asked when the list is left out: it was copied from another, its rows turned out to be invented, …"))}
	if l.Said.By != "" {
		v.Said = w.T("Last said by %s, %s.", who[l.Said.By], w.Date(l.Said.At))
	}
	return v
}

func (r *Room) oneView(c *ui.Context, wrong error) (oneView, error) {
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return oneView{}, err
	}
	i := slices.IndexFunc(s.Lists, func(l lists.List) bool { return l.ID == c.ID("list") })
	if i < 0 {
		return oneView{}, fault.Missing()
	}
	who, err := r.Names(c.Context())
	if err != nil {
		return oneView{}, err
	}
	f := c.Frame(s.Lists[i].Facts.Name)
	if wrong != nil {
		f.Form = c.Form(wrong)
	}
	return newOne(f, s, s.Lists[i], who), nil
}

func (r *Room) one(c *ui.Context) error {
	v, err := r.oneView(c, nil)
	if err != nil {
		return err
	}
	return c.Render(pages, "one", v)
}

// say keeps what a person says of a list. The fields of its columns go by their place.
func (r *Room) say(c *ui.Context) error {
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.Lists, func(l lists.List) bool { return l.ID == c.ID("list") })
	if i < 0 {
		return fault.Missing()
	}
	word := lists.Word{Columns: map[string]linkage.Kind{}, Out: c.Text("out") == "yes", Why: c.Text("why")}
	for at, col := range s.Lists[i].Facts.Columns {
		if k := c.Text(lists.Field(at)); k != "" {
			word.Columns[col.Header] = linkage.Kind(k)
		}
	}
	if was := s.Lists[i].Word; maps.Equal(word.Columns, was.Columns) && word.Out == was.Out && word.Why == was.Why {
		return c.See("/lists/"+c.ID("study"), "") // nothing new was said: no run is overtaken
	}
	err = r.Bench.Say(c.Context(), c.Actor, c.ID("study"), c.ID("list"), word)
	if k := fault.KindOf(err); k == fault.Invalid || k == fault.Conflict {
		v, verr := r.oneView(c, err)
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "one", v)
	}
	if err != nil {
		return err
	}
	return c.See("/lists/"+c.ID("study"), "lists.said")
}
