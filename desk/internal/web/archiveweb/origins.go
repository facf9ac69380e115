package archiveweb

import (
	"context"
	"strconv"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// originsView shows which sources may share an origin.
type originsView struct {
	ui.Frame
	Open    []pair
	Bounds  []string // what was not compared or is not shown
	Decided []page.Event
	May     bool
	None    ui.Empty
}

// pair is two sources, what points to one origin, and the form that decides.
type pair struct {
	i18n.Words
	Title   string
	Items   []page.Fact
	Shared  string
	Reasons []string
	May     bool
	Hidden  []ui.Hidden
	Fields  []page.Field
}

func (r *Room) origins(c *ui.Context) error {
	v, err := r.originsPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "origins", v)
}

func (r *Room) originsPage(c *ui.Context, f page.Form) (originsView, error) {
	o, err := r.Archive.Origins(c.Context(), c.Actor)
	if err != nil {
		return originsView{}, err
	}
	members, err := r.names(c.Context())
	if err != nil {
		return originsView{}, err
	}
	frame := c.Frame(c.T("Origins"))
	if f.Values != nil {
		frame.Form = f
	}
	return newOrigins(frame, o, members, documenter(c)), nil
}

func (r *Room) names(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	all, err := r.Members(ctx)
	for _, m := range all {
		out[m.ID] = m.Name
	}
	return out, err
}

func newOrigins(f ui.Frame, o record.Origins, members map[string]string, may bool) originsView {
	w := f.Words
	v := originsView{Frame: f, May: may, None: ui.Empty{Title: w.T("No pair waits for a decision"), Text: w.T("When what came from two sources has the same wording, or one names the other, the pair stands here.")}}
	if o.Newest > 0 {
		v.Bounds = append(v.Bounds, w.T("The newest %s texts are compared here. Texts from which something was claimed about one act are compared on the act’s page too, sixty at most.", w.Number(int64(o.Newest))))
	}
	if o.Pairs > len(o.Open) {
		v.Bounds = append(v.Bounds, w.T("%s of %s shown", w.Number(int64(len(o.Open))), w.Number(int64(o.Pairs))))
	}
	for n, l := range o.Open {
		p := pair{Words: w, Title: l.A.Name + " · " + l.B.Name, Shared: l.Shared, May: may, Hidden: []ui.Hidden{{Name: "one", Value: l.A.ID}, {Name: "other", Value: l.B.ID}},
			Items: []page.Fact{{Term: l.A.Name, Text: l.ItemA.Title, Href: "/record/items/" + l.ItemA.ID, Note: string(l.ItemA.Dated)}, {Term: l.B.Name, Text: l.ItemB.Title, Href: "/record/items/" + l.ItemB.ID, Note: string(l.ItemB.Dated)}}}
		for _, r := range l.Reasons {
			p.Reasons = append(p.Reasons, r.In(w))
		}
		form, again := page.Form{Words: w}, f.Form.Values.Get("one") == l.A.ID && f.Form.Values.Get("other") == l.B.ID
		if again {
			form.Values, form.Errors = f.Form.Values, f.Form.Errors
		}
		p.Fields = []page.Field{form.Radios("same", w.T("Your decision"), []page.Option{
			{Value: "yes", Label: w.T("They share one origin"), Hint: w.T("Together they count as one source from now on.")}, {Value: "no", Label: w.T("They are independent"), Hint: w.T("Each knows it for itself.")}}),
			form.Text("reason", w.T("Why"))}
		for i := range p.Fields {
			if !again { // the one that is shown again keeps the ids to which its errors lead
				p.Fields[i].ID += "-" + strconv.Itoa(n)
			}
		}
		v.Open = append(v.Open, p)
	}
	for _, k := range o.Decided {
		e := page.Event{When: w.Date(k.At), Who: members[k.By], Title: w.T("%s and %s: one origin", o.Names[k.A], o.Names[k.B]), Text: k.Reason}
		if !k.Same {
			e.Title = w.T("%s and %s: independent", o.Names[k.A], o.Names[k.B])
		}
		v.Decided = append(v.Decided, e)
	}
	return v
}

func (r *Room) decideOrigin(c *ui.Context) error {
	k := record.Kinship{A: c.Text("one"), B: c.Text("other"), Same: c.Text("same") == "yes", Reason: c.Text("reason")}
	if s := c.Text("same"); s != "yes" && s != "no" {
		c.Bad("same", "Choose one.")
	}
	err := c.Wrong()
	if err == nil {
		err = r.Archive.DecideOrigin(c.Context(), c.Actor, k)
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		v, verr := r.originsPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "origins", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/origins", "archive.origin")
}
