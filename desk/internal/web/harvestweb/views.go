package harvestweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func kindName(k foreign.Kind) string {
	switch k {
	case foreign.Uwazi:
		return i18n.Key("Uwazi: CSV, or a zip of CSV and files")
	case foreign.Kobo:
		return i18n.Key("KoboToolbox or ODK: JSON, XLSX or CSV")
	}
	return i18n.Key("GeoJSON: points and areas")
}

func kinds(w i18n.Words) (all []page.Option) {
	for _, k := range foreign.Kinds() {
		all = append(all, page.Option{Value: string(k), Label: w.T(kindName(k))})
	}
	return all
}

type homeView struct {
	ui.Frame
	Hidden []ui.Hidden
	Fields []page.Field
	Rows   []waiting
	Wrong  []string
}

type waiting struct{ Href, Title, Kind, When string }

func newHome(f ui.Frame, loads []harvest.Load, bad []table.Wrong) homeView {
	w := f.Words
	v := homeView{Frame: f, Hidden: []ui.Hidden{{Name: "load", Value: f.Form.Values.Get("load")}}, Wrong: lines(w, bad)}
	v.Fields = []page.Field{
		f.Form.Select("kind", w.T("From which program"), append([]page.Option{{Value: "", Label: w.T("Choose")}}, kinds(w)...)),
		f.Form.Text("collection", w.T("The collection")).Hint(w.T("Such as “Interviews, spring form”. Rows of the same collection are known again, and what you choose for its columns is kept. Name nobody.")),
		f.Form.File("file", w.T("The file with the rows")).Hint(w.T("Up to 2,000 rows. It is sealed for you alone while it arrives.")),
		f.Form.File("extra", w.T("A zip with what was attached")).Optional().Hint(w.T("When pictures and recordings came apart from the rows.")),
	}
	for _, l := range loads {
		v.Rows = append(v.Rows, waiting{"/record/harvest/" + l.ID, l.Collection, w.T(kindName(l.Kind)), w.Date(l.At)})
	}
	return v
}

func lines(w i18n.Words, all []table.Wrong) (out []string) {
	for _, x := range all {
		head := ""
		switch {
		case x.Line > 0 && x.Column != "":
			head = w.T("Row %s, %s: ", strconv.Itoa(x.Line), x.Column)
		case x.Line > 0:
			head = w.T("Row %s: ", strconv.Itoa(x.Line))
		case x.Column != "":
			head = x.Column + ": "
		}
		out = append(out, head+w.T(x.What))
	}
	return out
}

func roleName(r harvest.Role) string {
	switch r {
	case harvest.Own:
		return i18n.Key("its own id")
	case harvest.Title:
		return i18n.Key("title of the item: stands openly")
	case harvest.Dated:
		return i18n.Key("day of the material")
	case harvest.Language:
		return i18n.Key("language of the words")
	case harvest.Sayer:
		return i18n.Key("name or pseudonym of the source")
	case harvest.Identity:
		return i18n.Key("who the source really is: sealed apart")
	case harvest.Consent:
		return i18n.Key("consent")
	case harvest.Incident:
		return i18n.Key("title of the incident: stands openly")
	case harvest.When:
		return i18n.Key("when it happened")
	case harvest.Where:
		return i18n.Key("where it happened: stands openly")
	case harvest.Point:
		return i18n.Key("position")
	case harvest.Lat:
		return i18n.Key("latitude")
	case harvest.Lon:
		return i18n.Key("longitude")
	case harvest.Number:
		return i18n.Key("number of people")
	case harvest.Verbatim:
		return i18n.Key("the very words of the claim")
	case harvest.Attached:
		return i18n.Key("names of files")
	case harvest.Leave:
		return i18n.Key("leave out: not kept")
	}
	return i18n.Key("words, kept as they stand")
}

// column is one column with what stands in it.
type column struct {
	Name, Sample string
	Field        page.Field
}

type loadView struct {
	ui.Frame
	Href    string
	Rows    string
	Columns []column
	Groups  []group
	Notes   []string
	Wrong   []string
	More    string // how many more are wrong
	Report  []page.Fact
	Tried   bool
	Partial bool // some rows are right
	Kept    bool
}

type group struct {
	Title  string
	Fields []page.Field
}

// maxShown is how many wrong rows a page shows; the file to be mended has them all.
const maxShown = 200

func newLoad(f ui.Frame, o harvest.Opened, r *harvest.Report) loadView {
	w := f.Words
	v := loadView{Frame: f, Href: "/record/harvest/" + o.Load.ID, Rows: w.N("%d row", "%d rows", len(o.Sheet.Rows)), Kept: o.Kept}
	roles := make([]page.Option, 0, len(harvest.Roles()))
	for _, x := range harvest.Roles() {
		roles = append(roles, page.Option{Value: string(x), Label: w.T(roleName(x))})
	}
	for i, c := range o.Sheet.Columns {
		v.Columns = append(v.Columns, column{Name: c, Sample: sample(o.Sheet, c), Field: f.Form.Select(harvest.ColumnField(i), c, roles)})
	}
	v.Groups = groups(f, o)
	for _, n := range o.Sheet.Notes {
		v.Notes = append(v.Notes, w.T(n))
	}
	if all := o.Mapping.Untold(o.Sheet); len(all) > 0 {
		v.Notes = append(v.Notes, w.T("It looks as if these columns named people or said how to reach them: %s. As words they are not told to the leak guard. Choose that each row is of its own, and these columns as who that really is; or leave them out.", strings.Join(all, ", ")))
	}
	if r == nil {
		return v
	}
	v.Tried = true
	all := lines(w, r.Wrong)
	if len(all) > maxShown {
		v.More = w.N("and %d more", "and %d more", len(all)-maxShown)
		all = all[:maxShown]
	}
	v.Wrong = all
	v.Partial = len(r.Wrong) > 0 && r.Created+r.Changed > 0
	n := func(term string, n int) {
		if n > 0 {
			v.Report = append(v.Report, page.Fact{Term: term, Text: w.Number(int64(n))})
		}
	}
	n(w.T("New rows"), r.Created)
	n(w.T("Changed rows: another item beside the old"), r.Changed)
	n(w.T("Rows as they were: nothing is done"), r.Same)
	n(w.T("New sources"), r.Sources)
	n(w.T("New incidents"), r.Incidents)
	n(w.T("New claims"), r.Claims)
	n(w.T("Files"), r.Files)
	if r.Box != nil {
		v.Report = append(v.Report, page.Fact{Term: w.T("All positions lie"), Text: w.T("from %s to %s degrees north, from %s to %s degrees east", degrees(r.Box.South), degrees(r.Box.North), degrees(r.Box.West), degrees(r.Box.East)),
			Note: w.T("Is this the right part of the earth? If not, latitude and longitude were exchanged.")})
	}
	return v
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// sample is the first value of a column, cut.
func sample(s foreign.Sheet, c string) string {
	for _, r := range s.Rows {
		if v := []rune(r.Cells[c]); len(v) > 0 {
			if len(v) > 60 {
				return string(v[:59]) + "…"
			}
			return string(v)
		}
	}
	return ""
}

func groups(f ui.Frame, o harvest.Opened) []group {
	w := f.Words
	sources, places := []page.Option{{Value: "", Label: w.T("Choose")}}, []page.Option{{Value: "", Label: w.T("Choose")}}
	for _, s := range o.Sources {
		sources = append(sources, page.Option{Value: s.ID, Label: s.Name})
	}
	for _, i := range o.Places {
		places = append(places, page.Option{Value: i.ID, Label: i.Title})
	}
	statuses := []page.Option{{Value: "", Label: w.T("Nothing: no claims are made")}}
	for _, s := range record.Statuses() {
		statuses = append(statuses, page.Option{Value: string(s), Label: w.T(s.Label())})
	}
	words := []page.Option{{Value: string(count.Exactly), Label: w.T("exactly")}, {Value: string(count.About), Label: w.T("about")}, {Value: string(count.AtLeast), Label: w.T("at least")}, {Value: string(count.MoreThan), Label: w.T("more than")}, {Value: string(count.UpTo), Label: w.T("up to")}, {Value: string(count.Unknown), Label: w.T("number unknown")}}
	return []group{
		{w.T("From whom it is"), []page.Field{
			f.Form.Radios("whom", w.T("The source"), []page.Option{{Value: string(harvest.OneSource), Label: w.T("All rows are from one source of the record")}, {Value: string(harvest.EachOwn), Label: w.T("Each row is from a person of its own"), Hint: w.T("A source without a name is made for each; who they are is sealed, and the leak guard watches it.")}, {Value: string(harvest.ByName), Label: w.T("A column names the source")}}),
			f.Form.Select("source", w.T("Which source, if one"), sources).Optional(),
			f.Form.Select("kind", w.T("What kind of source, if named"), sourceKinds(w)),
			f.Form.Select("material", w.T("What kind of material"), materials(w)),
			f.Form.Text("language", w.T("Language of the words")).Optional().Hint(w.T("A short code, such as ru or en.")),
			f.Form.Text("consent", w.T("Consent, where no column says it")).Optional(),
		}},
		{w.T("What happened"), []page.Field{
			f.Form.Radios("incidents", w.T("Incidents"), []page.Option{{Value: string(harvest.NoIncident), Label: w.T("Rows belong to none yet")}, {Value: string(harvest.OwnIncident), Label: w.T("Each row is an incident of its own"), Hint: w.T("Its title, its day, and its place to about a kilometre stand openly in the record. The very spot stays in the sealed words.")}, {Value: string(harvest.TheIncident), Label: w.T("All rows belong to one incident")}}),
			f.Form.Select("incident", w.T("Which incident, if one"), places).Optional(),
			f.Form.Select("status", w.T("What the number counts"), statuses).Optional(),
			f.Form.Select("word", w.T("How the number is meant"), words),
			f.Form.Select("unit", w.T("Unit"), []page.Option{{Value: string(record.Persons), Label: w.T("people")}, {Value: string(record.Families), Label: w.T("families")}, {Value: string(record.Events), Label: w.T("events")}}),
			f.Form.Select("hand", w.T("How near the source was"), []page.Option{{Value: string(record.FirstHand), Label: w.T("First hand: was there")}, {Value: string(record.Relayed), Label: w.T("Relayed: heard it from others")}, {Value: string(record.Inferred), Label: w.T("Inferred: concludes it")}}),
		}},
		{w.T("How it is written"), []page.Field{
			f.Form.Select("days", w.T("03/04/2017 means"), []page.Option{{Value: "", Label: w.T("no such date is in it, or refuse it")}, {Value: "dmy", Label: w.T("3 April")}, {Value: "mdy", Label: w.T("March 4")}}),
			f.Form.Radios("turned", w.T("A position says first"), []page.Option{{Value: "no", Label: w.T("latitude (north), as Uwazi and Kobo do")}, {Value: "yes", Label: w.T("longitude (east)")}}),
			f.Form.Checks("marks", w.T("Good to know"), []page.Option{{Value: "open", Label: w.T("The words name nobody: let them stand openly"), Hint: w.T("Otherwise they are sealed, and only documenters can open them.")}, {Value: "missing", Label: w.T("Take rows whose files are missing")}}),
		}},
	}
}

func sourceKinds(w i18n.Words) []page.Option {
	return []page.Option{{Value: string(record.Organisation), Label: w.T("An organisation")}, {Value: string(record.Media), Label: w.T("Press, radio, television")}, {Value: string(record.Authority), Label: w.T("An authority")}, {Value: string(record.Document), Label: w.T("A document without a speaker")},
		{Value: string(record.OpenWeb), Label: w.T("The open web")}, {Value: string(record.PersonSource), Label: w.T("A person")}, {Value: string(record.UnnamedGroup), Label: w.T("A group that is not named")}}
}

func materials(w i18n.Words) []page.Option {
	return []page.Option{{Value: string(record.Report), Label: w.T("Report")}, {Value: string(record.Testimony), Label: w.T("Testimony")}, {Value: string(record.Press), Label: w.T("Press article")}, {Value: string(record.Paper), Label: w.T("Paper document")},
		{Value: string(record.Photograph), Label: w.T("Photograph")}, {Value: string(record.Film), Label: w.T("Film")}, {Value: string(record.Recording), Label: w.T("Sound recording")}, {Value: string(record.Medical), Label: w.T("Medical finding")}, {Value: string(record.Restated), Label: w.T("Restated facts")}}
}
