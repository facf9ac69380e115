package recordweb

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// card is one claim as pages show it, beside others or alone.
type card struct {
	i18n.Words
	Href, About, Says          string
	Source, SourceHref, Public string
	When, Hand, Locator        string
	Verbatim, Translation      string
	Closed                     bool // its words lie in a safe that this member cannot open
	Grade                      string
	Out                        string // why it cannot be used; "" it can
	Denied                     []said
	Item, ItemHref             string
	Confirms, Perpetrator      string
}

// said is a statement as pages quote it.
type said struct {
	i18n.Words
	Speaker, Kind, When string
	Quote, Summary      string
	Also                []string
}

func newCard(w i18n.Words, c record.Weighed) card {
	k := card{Words: w, Href: "/record/claims/" + c.ID, About: w.T(c.Status.Label()), Says: says(w, c.Claim), Source: c.From.Name, SourceHref: "/record/sources/" + c.Source, Public: publicName(w, c.From),
		When: saidOn(w, c.Claim), Hand: word(w, hands(), c.Hand), Locator: c.Locator, Verbatim: c.Verbatim, Translation: c.Translation,
		Closed: c.Safe != "" && c.Verbatim == "" && c.Translation == "", Grade: admiralty(c), ItemHref: "/record/items/" + c.Item, Perpetrator: c.Perpetrator}
	if ok, why := c.Standing(); !ok {
		k.Out = why.In(w)
	}
	for _, s := range c.Denials {
		k.Denied = append(k.Denied, newSaid(w, s))
	}
	return k
}

func cards(w i18n.Words, cs []record.Weighed) []card {
	out := make([]card, len(cs))
	for i, c := range cs {
		out[i] = newCard(w, c)
	}
	return out
}

func newSaid(w i18n.Words, s record.Statement) said {
	v := said{Words: w, Speaker: s.Speaker, Kind: word(w, speeches(), s.Kind), When: when(w, s.Dated), Quote: s.Quote, Summary: s.Summary}
	for _, a := range s.Also {
		v.Also = append(v.Also, w.T(a))
	}
	if v.Summary != "" {
		v.Summary = w.T(v.Summary)
	}
	return v
}

type homeView struct {
	ui.Frame
	Stats     []ui.Stat
	Unjudged  ui.Table
	Findings  ui.Table
	Incidents ui.Table
	Items     ui.Table
	May       bool
	Imports   bool
}

func newHome(f ui.Frame, d record.Desk, documenter, imports bool) homeView {
	w := f.Words
	v := homeView{Frame: f, May: documenter, Imports: imports}
	v.Stats = []ui.Stat{
		{Label: w.T("Claims to weigh"), Value: w.Number(int64(d.Waits))},
		{Label: w.T("Findings without a second person"), Value: w.Number(int64(len(d.Unreviewed)))},
		{Label: w.T("Reviews due"), Value: w.Number(int64(len(d.Due)))},
		{Label: w.T("Items"), Value: w.Number(int64(d.Came)), Href: "/record/items"},
	}
	v.Unjudged = ui.Table{Words: w, Caption: w.T("Claims that nobody has weighed"), Columns: columns(w.T("Claim"), w.T("Says"), w.T("Source"), w.T("Said on")),
		Empty: ui.Empty{Title: w.T("Every claim is weighed"), Text: w.T("A new claim stands here until somebody has said how credible it is, and why.")}}
	for _, c := range d.Unjudged {
		v.Unjudged.Rows = append(v.Unjudged.Rows, ui.Row{Href: "/record/claims/" + c.ID, Cells: []ui.Cell{{Text: w.T(c.Status.Label())}, {Text: says(w, c.Claim)}, {Text: c.From.Name}, {Text: saidOn(w, c.Claim)}}})
	}
	v.Findings = ui.Table{Words: w, Caption: w.T("Findings that wait"), Columns: columns(w.T("Act"), w.T("Grade"), w.T("Waits for"), w.T("Review on")),
		Empty: ui.Empty{Title: w.T("No finding waits"), Text: w.T("A finding stands here until a second person has looked at it, and again when its review is due.")}}
	for _, x := range d.Unreviewed {
		v.Findings.Rows = append(v.Findings.Rows, findingRow(w, x, w.T("a second person")))
	}
	for _, x := range d.Due {
		v.Findings.Rows = append(v.Findings.Rows, findingRow(w, x, w.T("its review")))
	}
	v.Incidents = ui.Table{Words: w, Caption: w.T("Incidents"), Columns: columns(w.T("Incident"), w.T("Place"), w.T("When")),
		Empty: ui.Empty{Title: w.T("No incident yet"), Text: w.T("An incident is what happened, under a neutral title. Acts, claims and findings belong to it.")}}
	for _, i := range d.Incidents {
		c := ui.Cell{Text: i.Title}
		if i.Historical {
			c.Sub = w.T("historical; never to be shown as current")
		}
		v.Incidents.Rows = append(v.Incidents.Rows, ui.Row{Href: "/record/incidents/" + i.ID, Cells: []ui.Cell{c, {Text: i.Place}, {Text: when(w, i.Span)}}})
	}
	v.Items = itemTable(w, d.Items[:min(len(d.Items), 8)])
	return v
}

func findingRow(w i18n.Words, x record.DueFinding, waits string) ui.Row {
	due := "—"
	if x.Finding.Due != "" {
		due = w.Day(x.Finding.Due)
	}
	return ui.Row{Href: "/record/deeds/" + x.Deed.ID, Cells: []ui.Cell{{Text: w.T(x.Deed.Act.Label())}, {Text: w.T(x.Finding.Decided.Label())}, {Text: waits}, {Text: due}}}
}

func columns(labels ...string) []ui.Column {
	out := make([]ui.Column, len(labels))
	for i, l := range labels {
		out[i].Label = l
	}
	return out
}

// ofSource is the item table of one source, whose name need not stand in each row.
func ofSource(w i18n.Words, items []record.ItemPage) ui.Table {
	t := itemTable(w, items)
	t.Columns = slices.Delete(t.Columns, 1, 2)
	for i := range t.Rows {
		t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, 1, 2)
	}
	return t
}

func itemTable(w i18n.Words, items []record.ItemPage) ui.Table {
	t := ui.Table{Words: w, Caption: w.T("What came, the newest first"), Columns: columns(w.T("Item"), w.T("Source"), w.T("Kind"), w.T("Dated"), w.T("Claims")),
		Empty: ui.Empty{Title: w.T("Nothing came yet"), Text: w.T("Testimonies that a person lets us record arrive here by themselves. Add reports, articles and documents by hand.")}}
	t.Columns[4].Numeric = true
	for _, i := range items {
		first := ui.Cell{Text: i.Item.Title}
		if i.Item.Safe != "" {
			first.Sub = w.T("in a safe")
		}
		n := ui.Cell{Text: w.Number(int64(len(i.Claims)))}
		if len(i.Claims) == 0 {
			n = ui.Cell{Badge: &page.Badge{Text: w.T("no claim yet"), Tone: page.Accent}}
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/record/items/" + i.Item.ID, Cells: []ui.Cell{first, {Text: i.From.Name}, {Text: word(w, materials(), i.Item.Material)}, {Text: when(w, i.Item.Dated)}, n}})
	}
	return t
}

// listView is a page with one table and a way to add to it.
type listView struct {
	ui.Frame
	Lead  string
	Table ui.Table
	Add   string // address; "" this member cannot
	Label string
	turn
}

func newSources(f ui.Frame, all []record.Source, may bool) listView {
	w := f.Words
	t := ui.Table{Words: w, Caption: w.T("Sources by name"), Columns: columns(w.T("Source"), w.T("Kind"), w.T("Reliability"), w.T("Origin"), w.T("Public name")),
		Empty: ui.Empty{Title: w.T("No source yet"), Text: w.T("A source is who says something. Who it really is lies in a safe, or nowhere.")}}
	for _, s := range all {
		t.Rows = append(t.Rows, ui.Row{Href: "/record/sources/" + s.ID, Cells: []ui.Cell{{Text: s.Name}, {Text: word(w, kinds(), s.Kind)}, {Text: word(w, reliabilities(), s.Reliability)}, {Text: origin(w, s)}, {Text: publicName(w, s)}}})
	}
	v := listView{Frame: f, Lead: w.T("Sources with one origin count as one, however many there are."), Table: t}
	if may {
		v.Add, v.Label = "/record/sources/new", w.T("Add a source")
	}
	return v
}

func origin(w i18n.Words, s record.Source) string {
	if s.Group == s.ID || s.Group == s.Key {
		return w.T("its own")
	}
	return s.Group
}

func publicName(w i18n.Words, s record.Source) string {
	if s.Named {
		return s.Name
	}
	return w.T(s.Public())
}

func newItems(f ui.Frame, all []record.ItemPage, may bool) listView {
	v := listView{Frame: f, Lead: f.T("What came is never changed. What it says is put down as claims; what we think of it stands beside."), Table: itemTable(f.Words, all)}
	if may {
		v.Add, v.Label = "/record/items/new", f.T("Add an item")
	}
	return v
}

type sourceView struct {
	ui.Frame
	More        bool // older items are not shown
	Facts       []page.Fact
	Kin         []page.Fact
	Items       ui.Table
	May         bool
	Action      string
	AddItem     string
	OpenAction  string
	Reliability page.Field
	Origin      page.Field
	Named       page.Field
	MayOpen     bool   // there is an identity, and this member may ask for it
	Identity    string // opened just now
}

func newSource(f ui.Frame, p record.SourcePage, may bool) sourceView {
	w, s := f.Words, p.Source
	v := sourceView{Frame: f, May: may, More: p.More, MayOpen: may && s.Safe != "", Action: "/record/sources/" + s.ID + "/rate", AddItem: "/record/items/new?source=" + s.ID, OpenAction: "/record/sources/" + s.ID + "/identity", Items: ofSource(w, p.Items)}
	identity := w.T("not kept")
	if s.Safe != "" {
		identity = w.T("in a safe, for the documenters")
	}
	v.Facts = []page.Fact{
		{Term: w.T("Kind"), Text: word(w, kinds(), s.Kind)}, {Term: w.T("Reliability"), Text: word(w, reliabilities(), s.Reliability)}, {Term: w.T("Origin"), Text: origin(w, s)},
		{Term: w.T("Public name"), Text: publicName(w, s)}, {Term: w.T("Identity"), Text: identity},
	}
	if s.Place != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Place"), Text: s.Place})
	}
	for _, k := range p.Kin {
		v.Kin = append(v.Kin, page.Fact{Term: word(w, kinds(), k.Kind), Text: k.Name, Href: "/record/sources/" + k.ID})
	}
	group := s.Group
	if s.Group == s.ID {
		group = ""
	}
	v.Reliability = f.Form.Select("reliability", w.T("Reliability"), options(w, reliabilities())).Or(string(s.Reliability))
	v.Origin = f.Form.Text("group", w.T("Origin")).Hint(w.T("Sources that repeat one another, or know from the same person, get the same word here.")).Optional().Or(group)
	v.Named = f.Form.Checks("named", w.T("In public"), []page.Option{{Value: "yes", Label: w.T("The source may be named in public")}})
	if s.Named {
		v.Named = v.Named.Or("yes")
	}
	return v
}

// formView is a page with one form.
type formView struct {
	ui.Frame
	Intro  []string
	Fields []page.Field
	Hidden []ui.Hidden
	Action string
	Button string
	Back   string
	Broken []string // errors of an imported file, each with its place
}

type itemView struct {
	ui.Frame
	Back     string
	Facts    []page.Fact
	Text     string
	Language string
	Closed   bool
	Gone     bool
	None     bool // the item has no words: its facts were restated
	Claims   []card
	May      bool
	Action   string
	New      string // the id of the claim that the form makes
	After    string // the claim that was just made from it: its page
	Parts    []taken
	Quote    page.Field
	Form2    []page.Field // what the words assert
	Number   []page.Field
	Rest     []page.Field
	Destroy  *ui.Confirm // for sealed words
}

// taken is a sentence of the item that can be taken as it stands, without a script.
type taken struct{ Text, Href string }

// sentences cuts a text after full stops, question and exclamation marks and at line
// ends, so that each piece stands in it letter for letter.
func sentences(text string) (out []string) {
	from := 0
	runes := []rune(text)
	for i, r := range runes {
		end := i+1 == len(runes) || r == '\n' || strings.ContainsRune(".!?…؟。", r) && unicode.IsSpace(runes[i+1])
		if !end {
			continue
		}
		if s := strings.TrimSpace(string(runes[from : i+1])); s != "" {
			out = append(out, s)
		}
		from = i + 1
	}
	return out
}

// begin fills the form for the next claim: with a sentence that was chosen, and with
// what the claim before it said of the same item, so that nothing is typed twice.
func (v *itemView) begin(p record.ItemPage, take, after string) {
	if n, err := strconv.Atoi(take); err == nil && n >= 0 {
		if all := sentences(p.Words); n < len(all) {
			v.Quote = v.Quote.Or(all[n])
		}
	}
	at := slices.IndexFunc(p.Claims, func(c record.Weighed) bool { return c.ID == after })
	if at < 0 {
		return
	}
	last := p.Claims[at]
	v.After = "/record/claims/" + last.ID
	v.Form2[1], v.Form2[2] = v.Form2[1].Or(string(last.Hand)), v.Form2[2].Or(last.Incident)
	v.Rest[0], v.Rest[1], v.Rest[4] = v.Rest[0].Or(string(last.Asserted)), v.Rest[1].Or(string(last.Counted)), v.Rest[4].Or(last.Perpetrator)
	for i := range v.Parts {
		v.Parts[i].Href += "&after=" + last.ID
	}
}

func newItem(f ui.Frame, p record.ItemPage, incidents []record.Incident, may bool) itemView {
	w, i := f.Words, p.Item
	v := itemView{Frame: f, Text: p.Words, Language: i.Language, Closed: !p.Readable && !p.Gone, Gone: p.Gone, None: p.Readable && p.Words == "", Claims: cards(w, p.Claims), May: may && p.Readable, Action: "/record/items/" + i.ID}
	v.Facts = []page.Fact{{Term: w.T("Source"), Text: p.From.Name, Href: "/record/sources/" + p.From.ID}, {Term: w.T("Kind"), Text: word(w, materials(), i.Material)},
		{Term: w.T("Dated"), Text: when(w, i.Dated)}, {Term: w.T("Received on"), Text: w.Day(clock.DayOf(i.Received))}}
	for _, x := range []page.Fact{{Term: w.T("How it was obtained"), Text: i.How}, {Term: w.T("Consent"), Text: i.Consent}, {Term: w.T("Language"), Text: i.Language}} {
		if x.Text != "" {
			v.Facts = append(v.Facts, x)
		}
	}
	v.Quote = f.Form.Area("verbatim", w.T("The words")).Rows(3).Hint(w.T("Mark them in the text, take a sentence below it, or copy them letter for letter."))
	if v.New = f.Form.Values.Get("id"); v.May && v.New == "" {
		v.New = ids.New("claim")
	}
	if v.May {
		for n, s := range sentences(p.Words) {
			v.Parts = append(v.Parts, taken{s, v.Action + "?take=" + strconv.Itoa(n)})
		}
	}
	if v.None {
		v.Quote = f.Form.Area("verbatim", w.T("The words")).Rows(2).Optional().Hint(w.T("As the source said them. Leave this empty when you do not have the very words."))
	}
	choose := []page.Option{{Value: "", Label: w.T("Choose")}}
	where := []page.Option{{Value: "", Label: w.T("none yet")}}
	for _, x := range incidents {
		where = append(where, page.Option{Value: x.ID, Label: x.Title})
	}
	at := ""
	if len(incidents) == 1 {
		at = incidents[0].ID
	}
	v.Form2 = []page.Field{
		f.Form.Select("status", w.T("They are about"), append(choose, options(w, counted())...)),
		f.Form.Select("hand", w.T("How near the source was"), append(choose, options(w, hands())...)),
		f.Form.Select("incident", w.T("Incident"), where).Or(at),
	}
	v.Number = []page.Field{
		f.Form.Select("bound", w.T("How the number is meant"), append([]page.Option{{Value: "", Label: w.T("the words give no number")}}, options(w, bounds())...)),
		f.Form.Input("number", "value", w.T("The count")).Short().Optional(),
		f.Form.Input("number", "to", w.T("and at most")).Short().Optional().Hint(w.T("only for “between”")),
		f.Form.Select("unit", w.T("Unit"), options(w, units())).Or(string(record.Persons)),
	}
	v.Rest = []page.Field{
		f.Form.Text("asserted", w.T("Said on")).Short().Hint(w.T("2017-04-09, 2017-04, 2017 or 2017~ for “about”")).Or(string(i.Dated)),
		f.Form.Text("counted", w.T("Counted up to")).Short().Optional().Hint(w.T("for running totals of help")),
		f.Form.Text("population", w.T("Only a part of the people")).Optional().Hint(w.T("such as “minors”; empty: all whom the words are about")),
		f.Form.Area("translation", w.T("Translation")).Rows(2).Optional(),
		f.Form.Text("perpetrator", w.T("Done by, as the source says")).Optional(),
	}
	if v.May && i.Safe != "" {
		v.Destroy = &ui.Confirm{Words: w, Title: w.T("Destroy the words"), Sentences: []string{w.T("Nobody can ever read these words again, here or in a backup that is made from now on. It cannot be undone."), w.T("Do this when the person takes back their consent. The claims stay, without words.")},
			Action: v.Action + "/destroy", Button: w.T("Destroy the words"), Fields: []page.Field{f.Form.Area("reason", w.T("Why")).Rows(2),
				f.Form.Checks("claims", w.T("The claims made from them"), []page.Option{{Value: "yes", Label: w.T("The person takes them back too: note them as withdrawn")}}).Optional()}}
	}
	return v
}

type claimView struct {
	ui.Frame
	Back     string
	BackText string
	Card     card
	Facts    []page.Fact
	Ties     []tied
	Judged   []page.Event
	May      bool
	Judge    []page.Field
	Tie      []page.Field
	Action   string
}

// tied is a link in words, seen from the claim whose page it is.
type tied struct {
	i18n.Words
	Verb   string
	Card   card
	Reason string
}

func newClaim(f ui.Frame, p record.ClaimPage, n names, may bool) claimView {
	w, c := f.Words, p.Claim
	v := claimView{Frame: f, Back: "/record/items/" + c.Item, BackText: p.Item.Title, Card: newCard(w, c), May: may, Action: "/record/claims/" + c.ID}
	v.Facts = []page.Fact{{Term: w.T("Taken from"), Text: p.Item.Title, Href: "/record/items/" + c.Item, Note: c.Locator}, {Term: w.T("Source"), Text: c.From.Name, Href: "/record/sources/" + c.Source},
		{Term: w.T("Said on"), Text: when(w, c.Asserted)}, {Term: w.T("How near"), Text: word(w, hands(), c.Hand)}, {Term: w.T("Grade"), Text: admiralty(c), Note: word(w, credibilities(), strconv.Itoa(c.Judgement().Credibility))}}
	if p.Incident.ID != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Incident"), Text: p.Incident.Title, Href: "/record/incidents/" + p.Incident.ID})
	}
	if c.Counted != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Counted up to"), Text: when(w, c.Counted)})
	}
	for _, x := range []page.Fact{{Term: w.T("Done by"), Text: c.Perpetrator, Note: w.T("as the source says")}, {Term: w.T("Motive"), Text: c.Motive, Note: w.T("as the source says")}} {
		if x.Text != "" {
			v.Facts = append(v.Facts, x)
		}
	}
	v.Facts = append(v.Facts, page.Fact{Term: w.T("Put down by"), Text: n.of(w, c.By), Note: w.Day(clock.DayOf(c.At))})
	for _, l := range c.Links {
		verb, other := word(w, ties(), l.Kind), l.To
		if l.To == c.ID {
			verb, other = "", l.From
			switch l.Kind {
			case record.Confirms:
				verb = w.T("is confirmed by")
			case record.Supports:
				verb = w.T("is supported by")
			case record.Contradicts:
				verb = w.T("is contradicted by")
			case record.Supersedes:
				verb = w.T("was replaced by")
			}
		}
		v.Ties = append(v.Ties, tied{Words: w, Verb: verb, Card: newCard(w, p.Tied[other]), Reason: l.Reason})
	}
	for _, j := range c.Judgements {
		v.Judged = append(v.Judged, page.Event{When: w.Date(j.At), Who: n.of(w, j.By), Title: word(w, credibilities(), strconv.Itoa(j.Credibility)) + " · " + word(w, standings(), j.Standing), Text: j.Reason})
	}
	last := c.Judgement()
	v.Judge = []page.Field{
		f.Form.Select("credibility", w.T("How credible it is"), options(w, credibilities())).Or(strconv.Itoa(last.Credibility)),
		f.Form.Select("standing", w.T("Whether it stands"), options(w, standings())).Or(string(last.Standing)),
		f.Form.Area("reason", w.T("Why")).Rows(2),
	}
	if len(p.Others) > 0 {
		others := []page.Option{{Value: "", Label: w.T("Choose")}}
		for _, o := range p.Others {
			others = append(others, page.Option{Value: o.ID, Label: o.From.Name + ", " + saidOn(w, o.Claim) + ": " + says(w, o.Claim)})
		}
		v.Tie = []page.Field{f.Form.Select("kind", w.T("This claim"), options(w, ties())), f.Form.Select("to", w.T("the claim"), others), f.Form.Text("tiereason", w.T("Why, if it needs a word")).Optional()}
	}
	return v
}
