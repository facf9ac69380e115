package recordweb

import (
	"strconv"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// doubt is a pair of sources under an act that may repeat one another, what
// deciding it would change, and the form that decides.
type doubt struct {
	i18n.Words
	Title   string
	Items   []page.Fact
	Reasons []string
	Shared  string
	Change  string
	May     bool
	Hidden  []ui.Hidden
	Fields  []page.Field
}

func newDoubt(f ui.Frame, x record.Doubt, now record.Grade, n int, may bool) doubt {
	w := f.Words
	v := doubt{Words: w, Title: x.A.Name + " · " + x.B.Name, Shared: x.Shared, May: may, Change: w.T("Whichever is decided, the claims go on proposing the same grade."),
		Items: []page.Fact{{Term: x.A.Name, Text: x.ItemA.Title, Href: "/record/items/" + x.ItemA.ID, Note: when(w, x.ItemA.Dated)}, {Term: x.B.Name, Text: x.ItemB.Title, Href: "/record/items/" + x.ItemB.ID, Note: when(w, x.ItemB.Dated)}}}
	if x.Apart != now {
		v.Change = w.T("If they are independent, the claims propose: %s. If they share an origin, it stays as it is.", w.T(x.Apart.Label()))
	}
	for _, r := range x.Likeness.Reasons {
		v.Reasons = append(v.Reasons, r.In(w))
	}
	if !may {
		return v
	}
	v.Hidden = []ui.Hidden{{Name: "one", Value: x.A.ID}, {Name: "other", Value: x.B.ID}}
	form, again := page.Form{Words: w}, f.Form.Values.Get("one") == x.A.ID && f.Form.Values.Get("other") == x.B.ID
	if again {
		form.Values, form.Errors = f.Form.Values, f.Form.Errors
	}
	v.Fields = []page.Field{form.Radios("same", w.T("Your decision"), []page.Option{{Value: "yes", Label: w.T("They share one origin")}, {Value: "no", Label: w.T("They are independent")}}),
		form.Text("whysame", w.T("Why"))}
	for i := range v.Fields {
		if !again { // the one that is shown again keeps the ids to which its errors lead
			v.Fields[i].ID += "-" + strconv.Itoa(n)
		}
	}
	return v
}

// origin keeps what was decided about two sources, on the page of the act that waits for it.
func (r *Room) origin(c *ui.Context) error {
	if s := c.Text("same"); s != "yes" && s != "no" {
		c.Bad("same", "Choose one.")
	}
	if c.Text("whysame") == "" {
		c.Bad("whysame", "Write why. Another person will read it.")
	}
	err := c.Wrong()
	if err == nil {
		err = r.Archive.DecideOrigin(c.Context(), c.Actor, record.Kinship{A: c.Text("one"), B: c.Text("other"), Same: c.Text("same") == "yes", Reason: c.Text("whysame")})
	}
	return r.found(c, err, "record.origin")
}
