package recordweb

import (
	"errors"
	"slices"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func (r *Room) importForm(c *ui.Context, f page.Form, broken []string) formView {
	v := formView{Frame: c.Frame(c.T("Import facts")), Action: "/record/import", Button: c.T("Import the file"), Back: "/record", Broken: broken}
	if f.Values != nil {
		v.Form = f
	}
	v.Intro = []string{c.T("Paste the text of a scenario file. It goes in whole or not at all: every error is named with its place, and nothing of a file with errors is kept.")}
	v.Fields = []page.Field{v.Form.Area("file", c.T("The file")).Rows(16)}
	return v
}

func (r *Room) importPage(c *ui.Context) error {
	return c.Render(pages, "form", r.importForm(c, page.Form{}, nil))
}

func (r *Room) importFile(c *ui.Context) error {
	d, err := scenario.Parse([]byte(c.Text("file")))
	var broken scenario.Errors
	if errors.As(err, &broken) {
		lines := make([]string, len(broken))
		for i, e := range broken {
			lines[i] = e.Error()
		}
		return c.Invalid(pages, "form", r.importForm(c, c.Form(fault.New(fault.Invalid, "The file was not imported.")), lines))
	}
	if err != nil {
		return err
	}
	out, err := r.Import(c.Context(), c.Actor, d)
	if fault.KindOf(err) == fault.Conflict {
		return c.Invalid(pages, "form", r.importForm(c, c.Form(err), nil))
	}
	if err != nil {
		return err
	}
	if out.Already {
		return c.See("/record", "record.again")
	}
	return c.See("/record/incidents/"+out.Incident.ID, "record.imported")
}

func (r *Room) incidentForm(c *ui.Context, f page.Form) formView {
	v := formView{Frame: c.Frame(c.T("Add an incident")), Action: "/record/incidents/new", Button: c.T("Keep the incident"), Back: "/record"}
	if f.Values != nil {
		v.Form = f
	}
	v.Fields = []page.Field{
		v.Form.Text("title", c.T("Title")).Hint(c.T("It must name nobody.")), v.Form.Text("place", c.T("Place")).Optional(),
		v.Form.Text("span", c.T("When")).Optional().Hint(c.T("2017-04-09, 2017-04, or 2017-02/2017-04 for a span")), v.Form.Area("narrative", c.T("What is known")).Optional(),
	}
	return v
}

func (r *Room) newIncident(c *ui.Context) error {
	return c.Render(pages, "form", r.incidentForm(c, page.Form{}))
}

func (r *Room) addIncident(c *ui.Context) error {
	i, err := r.Archive.AddIncident(c.Context(), c.Actor, record.Incident{Title: c.Text("title"), Place: c.Text("place"), PlaceRough: true, Span: edtf.Date(c.Text("span")), Narrative: c.Text("narrative")})
	if again(err) {
		return c.Invalid(pages, "form", r.incidentForm(c, c.Form(err)))
	}
	if err != nil {
		return err
	}
	return c.See("/record/incidents/"+i.ID, "record.incident")
}

func (r *Room) room(c *ui.Context, f page.Form) (roomView, error) {
	room, err := r.Archive.Incident(c.Context(), c.Actor, c.ID("incident"))
	if err != nil {
		return roomView{}, err
	}
	frame := c.Frame(room.Incident.Title)
	if f.Values != nil {
		frame.Form = f
	}
	return newRoom(frame, room, documenter(c)), nil
}

func (r *Room) incident(c *ui.Context) error {
	v, err := r.room(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "room", v)
}

func (r *Room) addDeed(c *ui.Context) error {
	_, err := r.Archive.AddDeed(c.Context(), c.Actor, record.Deed{Incident: c.ID("incident"), Act: record.Act(c.Text("act"))})
	if again(err) {
		v, verr := r.room(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "room", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/incidents/"+c.ID("incident"), "record.deed")
}

// addFact keeps a dated fact of the response to an incident.
func (r *Room) addFact(c *ui.Context) error {
	m := record.Milestone{ID: c.Text("fact"), Incident: c.ID("incident"), Dated: edtf.Date(c.Text("factdate")), Event: c.Text("event"), Source: c.Text("factsource"), Result: c.Text("facttype") == "result"}
	for name := range strings.SplitSeq(c.Text("bywhom"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			m.By = append(m.By, name)
		}
	}
	err := r.Archive.AddMilestone(c.Context(), c.Actor, m)
	if again(err) {
		v, verr := r.room(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "room", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/incidents/"+c.ID("incident"), "record.fact")
}

func (r *Room) deedPage(c *ui.Context, f page.Form) (deedView, error) {
	at := pageOf(c)
	d, i, err := r.Archive.Deed(c.Context(), c.Actor, c.ID("deed"), at)
	if err != nil {
		return deedView{}, err
	}
	n, err := r.names(c.Context())
	if err != nil {
		return deedView{}, err
	}
	frame := c.Frame(c.T(d.Deed.Act.Label()))
	if f.Values != nil {
		frame.Form = f
	}
	v := newDeed(frame, d, i, n, c.Actor.ID, documenter(c))
	v.turn = turning(v.Action, at, d.More(at))
	return v, nil
}

func (r *Room) deed(c *ui.Context) error {
	v, err := r.deedPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "deed", v)
}

func (r *Room) found(c *ui.Context, err error, notice string) error {
	if again(err) {
		v, verr := r.deedPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "deed", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/deeds/"+c.ID("deed"), notice)
}

func (r *Room) decide(c *ui.Context) error {
	_, err := r.Archive.Decide(c.Context(), c.Actor, record.Finding{Deed: c.ID("deed"), Decided: record.Grade(c.Text("decided")), Standard: record.Standard(c.Text("standard")), Reasoning: c.Text("reasoning"), Due: clock.Day(c.Text("due"))})
	return r.found(c, err, "record.finding")
}

func (r *Room) review(c *ui.Context) error {
	if a := c.Text("agrees"); a != "yes" && a != "no" {
		c.Bad("agrees", "Choose one.")
		return r.found(c, c.Wrong(), "")
	}
	err := r.Archive.Review(c.Context(), c.Actor, record.Review{Finding: c.Text("finding"), Agrees: c.Text("agrees") == "yes", Note: c.Text("note")})
	return r.found(c, err, "record.reviewed")
}

func (r *Room) statements(c *ui.Context) error {
	n := pageOf(c)
	all, more, err := r.Archive.Statements(c.Context(), c.Actor, n)
	if err != nil {
		return err
	}
	v := newStatements(c.Frame(c.T("Statements")), all, documenter(c))
	v.turn = turning("/record/statements", n, more)
	return c.Render(pages, "statements", v)
}

func (r *Room) statementForm(c *ui.Context, f page.Form) (formView, error) {
	v := formView{Frame: c.Frame(c.T("Add a statement")), Action: "/record/statements/new", Button: c.T("Keep the statement"), Back: "/record/statements"}
	if f.Values != nil {
		v.Form = f
	}
	incidents, err := r.Archive.Incidents(c.Context(), c.Actor)
	if err != nil {
		return v, err
	}
	chosen := c.R.URL.Query().Get("incident")
	if chosen == "" && len(incidents) == 1 {
		chosen = incidents[0].ID
	}
	var claims []page.Option
	where := []page.Option{{Value: "", Label: c.T("none")}}
	for n, i := range offered(incidents, chosen) {
		where = append(where, page.Option{Value: i.ID, Label: i.Title})
		if n >= 3 && i.ID != chosen || len(claims) >= 200 {
			continue // who came from an incident finds its claims; of the others the newest are offered
		}
		room, err := r.Archive.Incident(c.Context(), c.Actor, i.ID)
		if err != nil {
			return v, err
		}
		for _, d := range room.Deeds {
			for _, k := range d.Claims {
				claims = append(claims, page.Option{Value: k.ID, Label: c.T(k.Status.Label()) + ": " + says(c.Words, k.Claim), Hint: k.From.Name + ", " + saidOn(c.Words, k.Claim)})
			}
		}
	}
	v.Fields = []page.Field{
		v.Form.Text("speaker", c.T("Who spoke")).Hint(c.T("the office, or the name as published")),
		v.Form.Select("kind", c.T("Kind"), append([]page.Option{{Value: "", Label: c.T("Choose")}}, options(c.Words, speeches())...)),
		v.Form.Text("dated", c.T("Said on")).Short().Hint(c.T("2017-04-09, 2017-04, 2017 or 2017~ for “about”")),
		v.Form.Area("quote", c.T("The very words")).Rows(3).Optional(), v.Form.Area("summary", c.T("Summary")).Rows(2).Optional(),
		v.Form.Select("incident", c.T("Incident"), where),
	}
	v.Fields[5] = v.Fields[5].Or(chosen)
	if len(claims) > 0 {
		v.Fields = append(v.Fields, v.Form.Checks("contradicts", c.T("It contradicts"), claims).Optional(), v.Form.Checks("supports", c.T("It supports"), claims).Optional())
	}
	return v, nil
}

// offered puts the incident that somebody came from first.
func offered(all []record.Incident, chosen string) []record.Incident {
	at := slices.IndexFunc(all, func(i record.Incident) bool { return i.ID == chosen })
	if at < 0 {
		return all
	}
	return slices.Concat(all[at:at+1], all[:at], all[at+1:])
}

func (r *Room) newStatement(c *ui.Context) error {
	v, err := r.statementForm(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) addStatement(c *ui.Context) error {
	_, err := r.Archive.AddStatement(c.Context(), c.Actor, record.Statement{Speaker: c.Text("speaker"), Kind: record.StatementKind(c.Text("kind")), Dated: edtf.Date(c.Text("dated")),
		Quote: c.Text("quote"), Summary: c.Text("summary"), Incident: c.Text("incident"), Contradicts: c.Values("contradicts"), Supports: c.Values("supports")})
	if again(err) {
		v, verr := r.statementForm(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/statements", "record.statement")
}
