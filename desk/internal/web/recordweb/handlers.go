package recordweb

import (
	"errors"
	"strconv"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

// again shows a form a second time when err is about its fields, and gives back any other error.
func again(err error) bool { return fault.KindOf(err) == fault.Invalid }

func (r *Room) home(c *ui.Context) error {
	d, err := r.Archive.Desk(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "home", newHome(c.Frame(c.T("Record")), d, documenter(c), r.Import != nil))
}

func (r *Room) sources(c *ui.Context) error {
	all, err := r.Archive.Sources(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newSources(c.Frame(c.T("Sources")), all, documenter(c)))
}

func (r *Room) items(c *ui.Context) error {
	all, err := r.Archive.Items(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newItems(c.Frame(c.T("Items")), all, documenter(c)))
}

func (r *Room) sourceForm(c *ui.Context, f page.Form) formView {
	v := formView{Frame: c.Frame(c.T("Add a source")), Action: "/record/sources/new", Button: c.T("Keep the source"), Back: "/record/sources"}
	if f.Words.Lang != "" || f.Values != nil {
		v.Form = f
	}
	v.Intro = []string{c.T("Call a person by a pseudonym. Who it really is goes into a safe that only documenters open.")}
	v.Fields = []page.Field{
		v.Form.Text("name", c.T("Name or pseudonym")),
		v.Form.Select("kind", c.T("Kind"), append([]page.Option{{Value: "", Label: c.T("Choose")}}, options(c.Words, kinds())...)),
		v.Form.Text("place", c.T("Place")).Optional(),
		v.Form.Select("reliability", c.T("Reliability"), options(c.Words, reliabilities())).Or("F"),
		v.Form.Text("group", c.T("Origin")).Optional().Hint(c.T("Sources that repeat one another, or know from the same person, get the same word here.")),
		v.Form.Checks("named", c.T("In public"), []page.Option{{Value: "yes", Label: c.T("The source may be named in public")}}),
		v.Form.Area("identity", c.T("Who it really is")).Optional().Rows(2).Hint(c.T("This is sealed. Leave it empty when you need not know it.")),
	}
	return v
}

func (r *Room) newSource(c *ui.Context) error {
	return c.Render(pages, "form", r.sourceForm(c, page.Form{}))
}

func (r *Room) addSource(c *ui.Context) error {
	s := record.Source{Name: c.Text("name"), Kind: record.SourceKind(c.Text("kind")), Place: c.Text("place"), Reliability: record.Reliability(c.Text("reliability")), Group: c.Text("group"), Named: c.Has("named", "yes")}
	s, err := r.Archive.AddSource(c.Context(), c.Actor, s, c.Text("identity"))
	if again(err) {
		return c.Invalid(pages, "form", r.sourceForm(c, c.Form(err)))
	}
	if err != nil {
		return err
	}
	return c.See("/record/sources/"+s.ID, "record.source")
}

func (r *Room) source(c *ui.Context) error {
	p, err := r.Archive.Source(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	return c.Render(pages, "source", newSource(c.Frame(p.Source.Name), p, documenter(c)))
}

// identity shows who a source is, once, in answer to a form: the reading is a
// change of the ledger, and nothing of it stays in an address.
func (r *Room) identity(c *ui.Context) error {
	who, err := r.Archive.Identity(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	p, err := r.Archive.Source(c.Context(), c.Actor, c.ID("source"))
	if err != nil {
		return err
	}
	v := newSource(c.Frame(p.Source.Name), p, documenter(c))
	v.Identity, v.MayOpen = who, false
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(pages, "source", v)
}

func (r *Room) destroy(c *ui.Context) error {
	err := r.Archive.Destroy(c.Context(), c.Actor, c.ID("item"), c.Text("reason"), c.Has("claims", "yes"))
	if again(err) {
		v, verr := r.itemPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "item", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/items/"+c.ID("item"), "record.gone")
}

func (r *Room) rate(c *ui.Context) error {
	err := r.Archive.Rate(c.Context(), c.Actor, c.ID("source"), record.Reliability(c.Text("reliability")), c.Text("group"), c.Has("named", "yes"))
	if err != nil {
		return err
	}
	return c.See("/record/sources/"+c.ID("source"), "record.rated")
}

func (r *Room) itemForm(c *ui.Context, f page.Form) (formView, error) {
	v := formView{Frame: c.Frame(c.T("Add an item")), Action: "/record/items/new", Button: c.T("Keep the item"), Back: "/record/items"}
	all, err := r.Archive.Sources(c.Context(), c.Actor)
	if err != nil {
		return v, err
	}
	if f.Values != nil {
		v.Form = f
	}
	v.Intro = []string{c.T("An item is one thing that came: a report, an article, a letter, words that were said. It is never changed afterwards.")}
	from := []page.Option{{Value: "", Label: c.T("Choose")}}
	for _, s := range all {
		from = append(from, page.Option{Value: s.ID, Label: s.Name})
	}
	v.Fields = []page.Field{
		v.Form.Select("source", c.T("Source"), from).Or(c.R.URL.Query().Get("source")),
		v.Form.Text("title", c.T("Title")).Hint(c.T("It must name nobody.")),
		v.Form.Select("material", c.T("Kind"), append([]page.Option{{Value: "", Label: c.T("Choose")}}, options(c.Words, materials())...)),
		v.Form.Text("dated", c.T("Dated")).Short().Optional().Hint(c.T("2017-04-09, 2017-04, 2017 or 2017~ for “about”")),
		v.Form.Text("language", c.T("Language")).Short().Optional().Hint(c.T("“ru”, “en”")),
		v.Form.Text("how", c.T("How it came to us")).Optional(),
		v.Form.Text("consent", c.T("Consent")).Optional().Hint(c.T("Where it is written down, for what a person said.")),
		v.Form.Area("words", c.T("The text")).Rows(10).Optional().Hint(c.T("What a person said is sealed for the documenters.")),
	}
	return v, nil
}

func (r *Room) newItem(c *ui.Context) error {
	v, err := r.itemForm(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) addItem(c *ui.Context) error {
	i := record.Item{Source: c.Need("source", "Choose the source."), Title: c.Text("title"), Material: record.Material(c.Text("material")), Language: c.Text("language"),
		Dated: edtf.Date(c.Text("dated")), How: c.Text("how"), Consent: c.Text("consent"), Words: c.Text("words")}
	err := c.Wrong()
	if err == nil {
		i, err = r.Archive.AddItem(c.Context(), c.Actor, i)
	}
	if again(err) {
		v, ferr := r.itemForm(c, c.Form(err))
		if ferr != nil {
			return ferr
		}
		return c.Invalid(pages, "form", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/items/"+i.ID, "record.item")
}

func (r *Room) itemPage(c *ui.Context, f page.Form) (itemView, error) {
	p, err := r.Archive.Item(c.Context(), c.Actor, c.ID("item"))
	if err != nil {
		return itemView{}, err
	}
	incidents, err := r.Archive.Incidents(c.Context(), c.Actor)
	if err != nil {
		return itemView{}, err
	}
	frame := c.Frame(p.Item.Title)
	if f.Values != nil {
		frame.Form = f
	}
	return newItem(frame, p, incidents, documenter(c)), nil
}

func (r *Room) item(c *ui.Context) error {
	v, err := r.itemPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "item", v)
}

// claimOf reads the claim form; act and unit follow from what is counted.
func claimOf(c *ui.Context) record.Claim {
	k := record.Claim{Item: c.ID("item"), Incident: c.Text("incident"), Status: record.Status(c.Text("status")), Verbatim: c.Text("verbatim"), Translation: c.Text("translation"),
		Hand: record.Hand(c.Text("hand")), Asserted: edtf.Date(c.Text("asserted")), Counted: edtf.Date(c.Text("counted")), Perpetrator: c.Text("perpetrator"), Population: c.Text("population"), Unit: record.Unit(c.Text("unit"))}
	for _, a := range record.Acts() {
		if a.Status() == k.Status {
			k.Act = a
		}
	}
	if word := count.Word(c.Text("bound")); word != "" {
		k.Counts = true
		value, ok := c.Int("value")
		if !ok && word != count.Unknown && c.Text("value") == "" {
			c.Bad("value", "Write how many, or choose “number unknown”.")
		}
		to, _ := c.Int("to")
		k.Bound = count.Bound{Word: word, Value: value, To: to}
	} else if c.Text("value") != "" {
		c.Bad("bound", "Say how the number is meant: exactly, about, at least …")
	}
	return k
}

func (r *Room) addClaim(c *ui.Context) error {
	k := claimOf(c)
	err := c.Wrong()
	if err == nil {
		k, err = r.Archive.AddClaim(c.Context(), c.Actor, k)
	}
	if again(err) {
		v, verr := r.itemPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "item", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/claims/"+k.ID, "record.claim")
}

func (r *Room) claimPage(c *ui.Context, f page.Form) (claimView, error) {
	p, err := r.Archive.Claim(c.Context(), c.Actor, c.ID("claim"))
	if err != nil {
		return claimView{}, err
	}
	n, err := r.names(c.Context())
	if err != nil {
		return claimView{}, err
	}
	frame := c.Frame(c.T(p.Claim.Status.Label()) + ": " + says(c.Words, p.Claim.Claim))
	if f.Values != nil {
		frame.Form = f
	}
	return newClaim(frame, p, n, documenter(c)), nil
}

func (r *Room) claim(c *ui.Context) error {
	v, err := r.claimPage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "claim", v)
}

// judged answers a small form of the claim's page.
func (r *Room) judged(c *ui.Context, err error, notice string) error {
	if again(err) {
		v, verr := r.claimPage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "claim", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/claims/"+c.ID("claim"), notice)
}

func (r *Room) judge(c *ui.Context) error {
	n, err := strconv.Atoi(c.Text("credibility"))
	if err != nil {
		n = 0 // refused by the rules with a sentence of their own
	}
	return r.judged(c, r.Archive.Judge(c.Context(), c.Actor, record.Judgement{Claim: c.ID("claim"), Credibility: n, Standing: record.Standing(c.Text("standing")), Reason: c.Text("reason")}), "record.judged")
}

func (r *Room) tie(c *ui.Context) error {
	return r.judged(c, r.Archive.Link(c.Context(), c.Actor, record.Link{From: c.ID("claim"), Kind: record.LinkKind(c.Text("kind")), To: c.Text("to"), Reason: c.Text("tiereason")}), "record.tied")
}

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

func (r *Room) deedPage(c *ui.Context, f page.Form) (deedView, error) {
	d, i, err := r.Archive.Deed(c.Context(), c.Actor, c.ID("deed"))
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
	return newDeed(frame, d, i, n, c.Actor.ID, documenter(c)), nil
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
	all, err := r.Archive.Statements(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "statements", newStatements(c.Frame(c.T("Statements")), all, documenter(c)))
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
	var claims []page.Option
	where := []page.Option{{Value: "", Label: c.T("none")}}
	for _, i := range incidents {
		where = append(where, page.Option{Value: i.ID, Label: i.Title})
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
	if len(incidents) == 1 {
		v.Fields[5] = v.Fields[5].Or(incidents[0].ID)
	}
	if len(claims) > 0 {
		v.Fields = append(v.Fields, v.Form.Checks("contradicts", c.T("It contradicts"), claims).Optional(), v.Form.Checks("supports", c.T("It supports"), claims).Optional())
	}
	return v, nil
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
