package partyweb

import (
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

// graphView shows who did what to whom around something, as a picture and as a table.
type graphView struct {
	ui.Frame
	Back, BackText string
	Hidden         []ui.Hidden
	Fields         []page.Field
	Picture        *drawing
	Table          ui.Table
	None           ui.Empty
	More           bool
	Stood          string // the day whose state is shown
}

func (r *Room) graph(c *ui.Context) error {
	a := parties.Around{Party: c.Text("party"), Incident: c.Text("incident"), On: clock.Day(c.Text("on")), Steps: 1}
	if s := c.Text("steps"); s == "2" || s == "" && a.Party == "" { // the chain of command over an incident is what one looks for
		a.Steps = 2
	}
	frame := c.Frame(c.T("Who did what to whom"))
	if d, err := edtf.Parse(string(a.On)); a.On != "" && (err != nil || d.Precision() != "day") {
		frame.Form = c.Form(fault.Bad("on", "Write the day as 2017-04-09."))
		a.On = ""
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	g, err := r.Registry.Neighbourhood(c.Context(), c.Actor, a)
	if err != nil {
		return err
	}
	v := newGraph(frame, b, g, a)
	if a.Party != "" {
		for _, p := range g.Parties {
			if p.ID == g.Centre {
				v.Back, v.BackText = "/record/parties/"+a.Party, p.Called
			}
		}
	} else {
		p, err := r.Archive.Where(c.Context(), c.Actor, a.Incident)
		if err != nil {
			return err
		}
		v.Back, v.BackText = "/record/incidents/"+p.Incident.ID, p.Incident.Title
	}
	if frame.Form.Failed() {
		return c.Invalid(pages, "graph", v)
	}
	return c.Render(pages, "graph", v)
}

func newGraph(f ui.Frame, b vocabulary.Book, g parties.Web, a parties.Around) graphView {
	w := f.Words
	v := graphView{Frame: f, More: g.More, Picture: draw(w, b, g), None: ui.Empty{Title: w.T("Nothing hangs together here yet"), Text: w.T("Acts, those who had a part in them and their relations are drawn here.")}}
	v.Hidden = []ui.Hidden{{Name: "party", Value: a.Party}, {Name: "incident", Value: a.Incident}}
	steps := "1"
	if a.Steps == 2 {
		steps = "2"
	}
	v.Fields = []page.Field{f.Form.Date("on", w.T("As it stood on")).Optional().Or(string(a.On)),
		f.Form.Select("steps", w.T("How far"), []page.Option{{Value: "1", Label: w.T("what hangs together with it")}, {Value: "2", Label: w.T("one step more")}}).Or(steps)}
	if a.On != "" {
		v.Stood = w.Day(a.On)
	}
	acts, who := map[string]parties.Act{}, map[string]parties.Party{}
	for _, x := range g.Acts {
		acts[x.ID] = x
	}
	for _, p := range g.Parties {
		who[p.ID] = p
	}
	v.Table = ui.Table{Words: w, Caption: w.T("The same as a table"), Columns: []ui.Column{{Label: w.T("Party")}, {Label: w.T("stands to it so")}, {Label: w.T("Act or other party")}, {Label: w.T("When")}, {Label: w.T("Claims"), Numeric: true}}, Empty: v.None}
	for _, i := range g.Involvements {
		a := acts[i.Act]
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/record/parts/" + i.ID, Cells: []ui.Cell{{Text: who[i.Party].Called}, {Text: word(w, roles(), i.Role), Sub: word(w, degrees(), i.Degree)}, {Text: ActName(w, b, a)}, {Text: recordweb.When(w, a.Dated)}, {Text: w.Number(int64(len(i.Claims)))}}})
	}
	for _, x := range g.Relations {
		when := lasting(w, x)
		if when == "" {
			when = "—"
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/record/relations/" + x.ID, Cells: []ui.Cell{{Text: who[x.One].Called}, {Text: word(w, ties(), x.Tie), Sub: x.Capacity}, {Text: who[x.Other].Called}, {Text: when}, {Text: w.Number(int64(len(x.Claims)))}}})
	}
	return v
}
