package recordweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// correctView is the page on which something that was entered is corrected, with what it was before.
type correctView struct {
	formView
	BackText string
	History  []page.Event
}

// fieldNames are the names that fields have in an edition, in words.
func fieldNames() []phrase {
	return []phrase{
		{"Title", i18n.Key("Title")}, {"Place", i18n.Key("Place")}, {"PlaceRough", i18n.Key("a region, not a spot")}, {"Span", i18n.Key("When")}, {"Wave", i18n.Key("Operation")}, {"Narrative", i18n.Key("What is known")}, {"Historical", i18n.Key("historical")},
		{"Attribution", i18n.Key("Done by, as the claims say")}, {"Motive", i18n.Key("Motive")},
		{"Speaker", i18n.Key("Who spoke")}, {"Kind", i18n.Key("Kind")}, {"Dated", i18n.Key("Said on")}, {"Quote", i18n.Key("The very words")}, {"Summary", i18n.Key("Summary")}, {"Incident", i18n.Key("Incident")}, {"Contradicts", i18n.Key("It contradicts")}, {"Supports", i18n.Key("It supports")},
	}
}

// FieldName is what a field of an edition is called; "" one that is not shown.
func FieldName(w i18n.Words, field string) string {
	for _, p := range fieldNames() {
		if p.code == field {
			return w.T(p.words)
		}
	}
	return ""
}

func (r *Room) registerCorrections(m *ui.Mux) {
	read, work := record.Readers(), staff.Documenter
	m.Get("/record/incidents/{incident}/correct", r.showIncident, read...)
	m.Post("/record/incidents/{incident}/correct", r.correctIncident, work)
	m.Get("/record/deeds/{deed}/correct", r.showDeed, read...)
	m.Post("/record/deeds/{deed}/correct", r.correctDeed, work)
	m.Get("/record/statements/{statement}/correct", r.showStatement, read...)
	m.Post("/record/statements/{statement}/correct", r.correctStatement, work)
}

// correctable begins the page of a correction: what every one of them has.
func (r *Room) correctable(c *ui.Context, title, subject string, f page.Form) (v correctView, err error) {
	v.Frame = c.Frame(title)
	if f.Values != nil {
		v.Form = f
	}
	all, err := r.Archive.History(c.Context(), c.Actor, subject)
	if err != nil {
		return v, err
	}
	changes, err := record.Changes(all)
	if err != nil {
		return v, err
	}
	n, err := r.names(c.Context())
	if err != nil {
		return v, err
	}
	v.History = History(c.Words, changes, n, func(s string) string { return FieldName(c.Words, s) })
	v.Intro = []string{c.T("A correction keeps what stood before. It is for what was put down wrongly; what a source said is never changed.")}
	v.Button = c.T("Keep the correction")
	seen := strconv.Itoa(max(1, len(all)))
	if had := f.Values.Get("seen"); had != "" {
		seen = had
	}
	v.Hidden = []ui.Hidden{{Name: "seen", Value: seen}}
	return v, nil
}

func why(c *ui.Context, f page.Form) page.Field {
	return f.Area("reason", c.T("Why it is corrected")).Rows(2).Hint(c.T("It must name nobody."))
}

func seen(c *ui.Context) int {
	n, err := strconv.Atoi(c.Text("seen"))
	if err != nil {
		return 0
	}
	return n
}

// corrected answers a form of a correction.
func (r *Room) corrected(c *ui.Context, err error, to string, again func(*ui.Context, page.Form) (correctView, error)) error {
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		v, verr := again(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "correct", v)
	}
	if err != nil {
		return err
	}
	return c.See(to, "record.corrected")
}

func (r *Room) showIncident(c *ui.Context) error {
	v, err := r.incidentCorrection(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "correct", v)
}

func (r *Room) incidentCorrection(c *ui.Context, f page.Form) (correctView, error) {
	p, err := r.Archive.Where(c.Context(), c.Actor, c.ID("incident"))
	if err != nil {
		return correctView{}, err
	}
	v, err := r.correctable(c, c.T("Correct the incident"), p.Incident.ID, f)
	if err != nil {
		return v, err
	}
	return newIncidentCorrection(v, p.Incident, documenter(c)), nil
}

func newIncidentCorrection(v correctView, i record.Incident, may bool) correctView {
	w := v.Frame.Words
	v.Back, v.BackText, v.Action = "/record/incidents/"+i.ID, i.Title, "/record/incidents/"+i.ID+"/correct"
	if !may {
		return v
	}
	rough, past := v.Form.Checks("rough", w.T("How exactly"), []page.Option{{Value: "yes", Label: w.T("a region, not a spot")}}), v.Form.Checks("historical", w.T("Past"), []page.Option{{Value: "yes", Label: w.T("historical; never to be shown as current")}})
	if i.PlaceRough {
		rough = rough.Or("yes")
	}
	if i.Historical {
		past = past.Or("yes")
	}
	v.Fields = []page.Field{
		v.Form.Text("title", w.T("Title")).Hint(w.T("It must name nobody.")).Or(i.Title), v.Form.Text("place", w.T("Place")).Optional().Or(i.Place), rough.Optional(),
		v.Form.Text("span", w.T("When")).Optional().Hint(w.T("2017-04-09, 2017-04, or 2017-02/2017-04 for a span")).Or(string(i.Span)), v.Form.Text("wave", w.T("Operation")).Optional().Or(i.Wave),
		v.Form.Area("narrative", w.T("What is known")).Optional().Or(i.Narrative), past.Optional(), v.Form.Area("reason", w.T("Why it is corrected")).Rows(2).Hint(w.T("It must name nobody.")),
	}
	return v
}

func (r *Room) correctIncident(c *ui.Context) error {
	i := record.Incident{ID: c.ID("incident"), Title: c.Text("title"), Place: c.Text("place"), PlaceRough: c.Has("rough", "yes"), Span: edtf.Date(c.Text("span")), Wave: c.Text("wave"), Narrative: c.Text("narrative"), Historical: c.Has("historical", "yes")}
	err := r.Archive.AmendIncident(c.Context(), c.Actor, i, seen(c), c.Text("reason"))
	return r.corrected(c, err, "/record/incidents/"+i.ID, r.incidentCorrection)
}

func (r *Room) showDeed(c *ui.Context) error {
	v, err := r.deedCorrection(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "correct", v)
}

func (r *Room) deedCorrection(c *ui.Context, f page.Form) (correctView, error) {
	d, i, err := r.Archive.Deed(c.Context(), c.Actor, c.ID("deed"), 0)
	if err != nil {
		return correctView{}, err
	}
	v, err := r.correctable(c, c.T("Correct the act"), d.Deed.ID, f)
	if err != nil {
		return v, err
	}
	v.Back, v.BackText, v.Action = "/record/deeds/"+d.Deed.ID, c.T(d.Deed.Act.Label())+" · "+i.Title, "/record/deeds/"+d.Deed.ID+"/correct"
	if documenter(c) {
		v.Fields = []page.Field{v.Form.Text("attribution", c.T("Done by, as the claims say")).Optional().Or(d.Deed.Attribution), v.Form.Text("motive", c.T("Motive")).Optional().Or(d.Deed.Motive), why(c, v.Form)}
	}
	return v, nil
}

func (r *Room) correctDeed(c *ui.Context) error {
	d := record.Deed{ID: c.ID("deed"), Attribution: c.Text("attribution"), Motive: c.Text("motive")}
	return r.corrected(c, r.Archive.AmendDeed(c.Context(), c.Actor, d, seen(c), c.Text("reason")), "/record/deeds/"+d.ID, r.deedCorrection)
}

func (r *Room) showStatement(c *ui.Context) error {
	v, err := r.statementCorrection(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "correct", v)
}

func (r *Room) statementCorrection(c *ui.Context, f page.Form) (correctView, error) {
	s, err := r.Archive.Said(c.Context(), c.Actor, c.ID("statement"))
	if err != nil {
		return correctView{}, err
	}
	v, err := r.correctable(c, c.T("Correct the statement"), s.ID, f)
	if err != nil {
		return v, err
	}
	v.Back, v.BackText, v.Action = "/record/statements#"+s.ID, s.Speaker, "/record/statements/"+s.ID+"/correct"
	if !documenter(c) {
		return v, nil
	}
	form, err := r.statementForm(c, f)
	if err != nil {
		return v, err
	}
	v.Fields = form.Fields
	for n, x := range v.Fields {
		now := map[string][]string{"speaker": {s.Speaker}, "kind": {string(s.Kind)}, "dated": {string(s.Dated)}, "quote": {s.Quote}, "summary": {s.Summary}, "incident": {s.Incident}, "contradicts": s.Contradicts, "supports": s.Supports}[x.Name]
		if f.Values == nil {
			v.Fields[n].Values = slices.Clone(now)
		}
	}
	v.Fields = append(v.Fields, why(c, v.Form))
	return v, nil
}

func (r *Room) correctStatement(c *ui.Context) error {
	s := record.Statement{ID: c.ID("statement"), Speaker: c.Text("speaker"), Kind: record.StatementKind(c.Text("kind")), Dated: edtf.Date(c.Text("dated")),
		Quote: c.Text("quote"), Summary: c.Text("summary"), Incident: c.Text("incident"), Contradicts: c.Values("contradicts"), Supports: c.Values("supports")}
	return r.corrected(c, r.Archive.AmendStatement(c.Context(), c.Actor, s, seen(c), c.Text("reason")), "/record/statements#"+s.ID, r.statementCorrection)
}
