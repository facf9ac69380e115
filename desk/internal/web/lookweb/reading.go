package lookweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

func (r *Room) history(c *ui.Context, all []record.Edition) ([]page.Event, error) {
	changes, err := record.Changes(all)
	if err != nil {
		return nil, err
	}
	n, err := r.Names(c.Context())
	if err != nil {
		return nil, err
	}
	return recordweb.History(c.Words, changes, n, func(s string) string { return fieldName(c.Words, s) }), nil
}

// fieldName is what a field of an edition is called here.
func fieldName(w i18n.Words, field string) string {
	switch field {
	case "Name":
		return w.T("Place")
	case "Lat":
		return w.T("Degrees north")
	case "Lon":
		return w.T("Degrees east")
	case "Within":
		return w.T("Known to, in metres")
	}
	return recordweb.FieldName(w, field)
}

// dossier is everything about one incident that a member may see.
type dossier struct {
	Room     record.Room
	Web      parties.Web
	Acts     []parties.Act
	Spot     gazetteer.Dot
	Figures  []figures.Row
	Files    []evidence.Opened
	Items    map[string]record.Item
	Left     int // items whose files were not looked through
	Editions []record.Edition
}

// mostItems is how many items' files a page lists.
const mostItems = 40

// readingView is the reading room of one incident.
type readingView struct {
	ui.Frame
	Back, BackText string
	Facts          []page.Fact
	Narrative      string
	Historical     bool
	Links          []page.Fact
	Acts           ui.Table
	Parties        ui.Table
	Relations      ui.Table
	Deeds          []deedPart
	Against        []page.Event
	Figures        ui.Table
	Files          ui.Table
	Left           string
	More           bool
	History        []page.Event
	Printed        string
}

// deedPart is one kind of act: its claims side by side and what was found.
type deedPart struct {
	i18n.Words
	Title, Href string
	Claims      ui.Table
	Rest        string // says how many of the claims stand here, when not all do
	Found       []page.Event
	None        string
}

func (r *Room) reading(c *ui.Context) error {
	d, err := r.gather(c)
	if err != nil {
		return err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	n, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	h, err := r.history(c, d.Editions)
	if err != nil {
		return err
	}
	return c.Render(pages, "reading", newReading(c.Frame(d.Room.Incident.Title), b, d, n, h))
}

// gather asks each room as the member who looks.
func (r *Room) gather(c *ui.Context) (d dossier, err error) {
	ctx, by, id := c.Context(), c.Actor, c.ID("incident")
	if d.Room, err = r.Archive.Incident(ctx, by, id); err != nil {
		return d, err
	}
	if d.Web, err = r.Registry.Neighbourhood(ctx, by, parties.Around{Incident: id, Steps: 2}); err != nil {
		return d, err
	}
	if d.Acts, err = r.Registry.Acts(ctx, by, id); err != nil {
		return d, err
	}
	if d.Spot, _, _, err = r.Atlas.Where(ctx, by, id); err != nil {
		return d, err
	}
	if d.Editions, err = r.Archive.History(ctx, by, id); err != nil {
		return d, err
	}
	if r.Tally != nil {
		rows, err := r.Tally.List(ctx, by)
		if err != nil {
			return d, err
		}
		d.Figures = slices.DeleteFunc(rows, func(x figures.Row) bool { return x.Figure.Scope.Incident != id })
	}
	return d, r.files(ctx, by, &d)
}

// files lists the files of the items from which something was claimed, those that the member may know.
func (r *Room) files(ctx context.Context, by staff.Actor, d *dossier) error {
	d.Items = map[string]record.Item{}
	if r.Evidence == nil {
		return nil
	}
	var items []string
	for _, x := range d.Room.Deeds {
		for _, k := range x.Claims {
			if !slices.Contains(items, k.Item) {
				items = append(items, k.Item)
			}
		}
	}
	if len(items) > mostItems {
		d.Left, items = len(items)-mostItems, items[:mostItems]
	}
	for _, id := range items {
		i, list, err := r.Evidence.List(ctx, by, id)
		if k := fault.KindOf(err); err != nil && (k == fault.Denied || k == fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		d.Items[id], d.Files = i, append(d.Files, list...)
	}
	return nil
}

func newReading(f ui.Frame, b vocabulary.Book, d dossier, members map[string]string, history []page.Event) readingView {
	w, i := f.Words, d.Room.Incident
	at := "/record/incidents/" + i.ID
	v := readingView{Frame: f, Back: at, BackText: w.T("Incident"), Narrative: i.Narrative, Historical: i.Historical, More: d.Web.More, History: history, Printed: w.Date(f.Now)}
	v.Facts = []page.Fact{{Term: w.T("When"), Text: recordweb.When(w, i.Span)}, {Term: w.T("Place"), Text: i.Place}}
	if d.Spot.Version > 0 {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("On the map"), Text: d.Spot.Name + " " + degrees(d.Spot.Lat, d.Spot.Lon), Note: metres(w, d.Spot.Within)})
	}
	v.Links = []page.Fact{{Text: w.T("Who did what to whom"), Href: "/record/graph?incident=" + i.ID}, {Text: w.T("Timeline"), Href: "/record/timeline?incident=" + i.ID}, {Text: w.T("On the map"), Href: "/record/places/" + i.ID}}
	v.people(b, d)
	for _, x := range d.Room.Deeds {
		v.Deeds = append(v.Deeds, newDeed(w, x, members))
	}
	for _, s := range d.Room.Statements {
		e := page.Event{When: recordweb.When(w, s.Dated), Who: s.Speaker, Title: recordweb.Speech(w, s.Kind), Text: strings.TrimSpace(s.Quote + "\n" + s.Summary), Href: "/record/statements#" + s.ID, Quoted: s.Summary == ""}
		v.Against = append(v.Against, e)
	}
	v.Figures = ui.Table{Words: w, Caption: w.T("Figures that rest on it"), Columns: []ui.Column{{Label: w.T("What is counted")}, {Label: w.T("How many")}, {Label: w.T("As of the day")}, {Label: w.T("Reviewed")}},
		Empty: ui.Empty{Title: w.T("No figure rests on it"), Text: w.T("A figure counts what the claims of an incident say.")}}
	for _, x := range d.Figures {
		many, asOf, reviewed := w.T("never reckoned"), "—", w.T("no")
		if x.Last.ID != "" {
			many, asOf = figures.Say(x.Last.Range).In(w), w.Day(x.Last.AsOf)
		}
		if x.Last.Reviewer != "" {
			reviewed = w.T("yes")
		}
		c := ui.Cell{Text: w.T(x.Figure.Label()), Sub: x.Figure.Population}
		if x.Stale {
			c.Sub = strings.TrimSpace(c.Sub + " " + w.T("the claims say something else now"))
		}
		v.Figures.Rows = append(v.Figures.Rows, ui.Row{Href: "/figures/" + x.Figure.ID, Cells: []ui.Cell{c, {Text: many}, {Text: asOf}, {Text: reviewed}}})
	}
	v.files(d)
	return v
}

// people puts acts, those who had a part in them, and relations on the page.
func (v *readingView) people(b vocabulary.Book, d dossier) {
	w := v.Words
	v.Acts = ui.Table{Words: w, Caption: w.T("Acts by date"), Columns: []ui.Column{{Label: w.T("Act")}, {Label: w.T("When")}, {Label: w.T("Place")}, {Label: w.T("Motive")}}, Empty: ui.Empty{Title: w.T("No act yet"), Text: w.T("An act is one thing that was done to somebody: taken from home, beaten, held.")}}
	acts, who := map[string]parties.Act{}, map[string]parties.Party{}
	for _, a := range d.Acts {
		if a.Withdrawn {
			continue
		}
		acts[a.ID] = a
		v.Acts.Rows = append(v.Acts.Rows, ui.Row{Href: "/record/acts/" + a.ID, Cells: []ui.Cell{{Text: partyweb.ActName(w, b, a), Sub: a.Method}, {Text: recordweb.When(w, a.Dated)}, {Text: a.Place}, {Text: a.Motive}}})
	}
	for _, p := range d.Web.Parties {
		who[p.ID] = p
	}
	v.Parties = ui.Table{Words: w, Caption: w.T("Who had a part in it"), Columns: []ui.Column{{Label: w.T("Party")}, {Label: w.T("Part")}, {Label: w.T("Act")}, {Label: w.T("Claims"), Numeric: true}}, Empty: ui.Empty{Title: w.T("Nobody is named yet"), Text: w.T("Say who did it, to whom it was done, who saw it: each with the claims on which that rests.")}}
	for _, i := range d.Web.Involvements {
		a, ours := acts[i.Act]
		if !ours {
			continue
		}
		v.Parties.Rows = append(v.Parties.Rows, ui.Row{Href: "/record/parts/" + i.ID, Cells: []ui.Cell{{Text: who[i.Party].Called, Sub: partyweb.Size(w, who[i.Party].Size)}, {Text: partyweb.Part(w, i), Sub: i.Capacity}, {Text: partyweb.ActName(w, b, a)}, {Text: w.Number(int64(len(i.Claims)))}}})
	}
	v.Relations = ui.Table{Words: w, Caption: w.T("Relations"), Columns: []ui.Column{{Label: w.T("Relation")}, {Label: w.T("When")}, {Label: w.T("Claims"), Numeric: true}}, Empty: ui.Empty{Title: w.T("No relation yet"), Text: w.T("Who commands whom, who belongs to what, who is kin: each with the claims on which it rests.")}}
	for _, x := range d.Web.Relations {
		v.Relations.Rows = append(v.Relations.Rows, ui.Row{Href: "/record/relations/" + x.ID, Cells: []ui.Cell{{Text: partyweb.Sentence(w, x, who), Sub: x.Capacity}, {Text: partyweb.Lasting(w, x)}, {Text: w.Number(int64(len(x.Claims)))}}})
	}
}

func newDeed(w i18n.Words, d record.DeedView, members map[string]string) deedPart {
	p := deedPart{Words: w, Title: w.T(d.Deed.Act.Label()), Href: "/record/deeds/" + d.Deed.ID}
	p.Claims = ui.Table{Words: w, Caption: w.T("Claims side by side"), Columns: []ui.Column{{Label: w.T("Says")}, {Label: w.T("Source")}, {Label: w.T("Grade")}, {Label: w.T("How near")}, {Label: w.T("The words")}}, Empty: ui.Empty{Title: w.T("No claim yet."), Text: w.T("A claim is one assertion of one source.")}}
	for _, c := range d.Claims {
		line := recordweb.ClaimFact(w, c)
		words := c.Verbatim
		if c.Safe != "" && words == "" {
			words = w.T("sealed from you")
		}
		p.Claims.Rows = append(p.Claims.Rows, ui.Row{Href: line.Href, Cells: []ui.Cell{{Text: line.Text, Sub: line.Note}, {Text: c.From.Name, Sub: recordweb.Source(w, c.From.Kind)}, {Text: string(c.From.Reliability) + strconv.Itoa(c.Judgement().Credibility)}, {Text: recordweb.Hand(w, c.Hand)}, {Text: words, Sub: c.Translation}}})
	}
	if len(d.Claims) < d.N {
		p.Rest = w.T("%s of %s shown", w.Number(int64(len(d.Claims))), w.Number(int64(d.N)))
	}
	for _, f := range d.Findings {
		e := page.Event{When: w.Day(clock.DayOf(f.At)), Who: members[f.By], Title: w.T(f.Decided.Label()) + " · " + recordweb.Proof(w, f.Standard), Text: f.Reasoning}
		for _, x := range f.Reviews {
			says := w.T("A second person agrees.")
			if !x.Agrees {
				says = w.T("A second person sees it differently: %s", x.Note)
			}
			e.Text += "\n" + says
		}
		p.Found = append(p.Found, e)
	}
	switch {
	case len(p.Found) == 0 && !d.Proposed:
		p.None = w.T("So many claims are weighed on the act’s own page.")
	case len(p.Found) == 0:
		p.None = w.T("Nothing was found yet. The claims propose: %s.", w.T(d.Proposal.Grade.Label()))
	}
	return p
}

func (v *readingView) files(d dossier) {
	w := v.Words
	v.Files = ui.Table{Words: w, Caption: w.T("Evidence"), Columns: []ui.Column{{Label: w.T("File")}, {Label: w.T("Of the item")}, {Label: w.T("What it shows")}}, Empty: ui.Empty{Title: w.T("No file that you may know of"), Text: w.T("Files belong to the items from which something was claimed.")}}
	for _, x := range d.Files {
		name, shows := w.T("sealed from you"), ""
		switch {
		case x.Gone:
			name = w.T("destroyed")
		case x.Open:
			name, shows = x.Facts.Type, x.Facts.Description
		}
		v.Files.Rows = append(v.Files.Rows, ui.Row{Href: "/evidence/files/" + x.ID, Cells: []ui.Cell{{Text: name}, {Text: d.Items[x.Item].Title}, {Text: shows}}})
	}
	if d.Left > 0 {
		v.Left = w.T("Items whose files are not listed here: %s.", w.Number(int64(d.Left)))
	}
}
