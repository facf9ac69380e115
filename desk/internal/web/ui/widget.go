package ui

import (
	"net/url"
	"slices"
	"time"
	"waylight/desk/internal/staff"

	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Table is a list: {{template "table" .Cases}}. Its caption is read aloud and
// shown; an empty one teaches what will stand here.
type Table struct {
	i18n.Words
	Caption string
	Columns []Column
	Rows    []Row
	Sort    string // key of the column in force
	Desc    bool
	Base    string // address of the list; sort links add to its query
	Empty   Empty
	Total   string // one line under the list: "3 of 12 shown"
	Pick    string // name of the boxes by which rows are chosen; empty: none. The table stands in a form then
}

// Column is one column. With a Key its head is a sort link.
type Column struct {
	Label, Key string
	Numeric    bool
}

// Row is one thing in a list; Href makes its first cell a link.
type Row struct {
	Href  string
	Cells []Cell
	Tone  page.Tone
	Pick  string // value of its box
}

// Cell is one value: text, a badge, or a time left; Sub stands under it, smaller.
type Cell struct {
	Text  string
	Sub   string
	Badge *page.Badge
	Left  *page.TimeLeft
}

// SortHref is the address that sorts by a column, or turns its order round.
func (t Table) SortHref(key string) string {
	u, err := url.Parse(t.Base)
	if err != nil {
		return t.Base
	}
	q := u.Query()
	q.Set("sort", key)
	q.Del("desc")
	if t.Sort == key && !t.Desc {
		q.Set("desc", "1")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Order is the value of aria-sort for a column.
func (t Table) Order(key string) string {
	switch {
	case key == "" || t.Sort != key:
		return ""
	case t.Desc:
		return "descending"
	}
	return "ascending"
}

// Label is the label of column i, for narrow screens where each cell says what it is.
func (t Table) Label(i int) string {
	if i < len(t.Columns) {
		return t.Columns[i].Label
	}
	return ""
}

// Numeric reports whether column i holds numbers.
func (t Table) Numeric(i int) bool { return i < len(t.Columns) && t.Columns[i].Numeric }

// Empty says what will stand in an empty place and how it gets there.
type Empty struct {
	Title, Text  string
	Href, Action string
}

// Filter is a bar of fields over a list, sent with GET: {{template "filter" .Filter}}.
type Filter struct {
	i18n.Words
	Action string
	Fields []page.Field
	Active bool // something is filtered: offer to show all
}

// Tabs lead between the pages of one thing: {{template "tabs" .Tabs}}.
type Tabs struct {
	Label string
	Items []Item
	Rest  string // what the rest of a long list is called
	More  []Item // the rest: shown when somebody asks for it
}

// Now reports whether the page that is open stands in the rest.
func (t Tabs) Now() bool { return slices.ContainsFunc(t.More, func(i Item) bool { return i.Current }) }

// ProtectionTabs lead between the lists of the room Protection: first those that are
// looked at every day.
func ProtectionTabs(w i18n.Words, current string) *Tabs {
	t := &Tabs{Label: w.T("Protection"), Rest: w.T("More lists"), Items: []Item{
		{Label: w.T("My cases"), Path: "/cases"}, {Label: w.T("Calendar"), Path: "/cases/calendar"}, {Label: w.T("Map"), Path: "/cases/map"}, {Label: w.T("Next six hours"), Path: "/alerts"}, {Label: w.T("My legs"), Path: "/legs"}, {Label: w.T("Places"), Path: "/places"}, {Label: w.T("What became known"), Path: "/exposures"},
	}, More: []Item{
		{Label: w.T("Providers"), Path: "/providers"}, {Label: w.T("Ways into countries"), Path: "/pathways"}, {Label: w.T("Handovers"), Path: "/handovers"}, {Label: w.T("Load"), Path: "/load"}, {Label: w.T("In and out"), Path: "/moving"}, {Label: w.T("Travel packs"), Path: "/travel"}, {Label: w.T("What is erased when"), Path: "/retention"},
	}}
	t.stand(current)
	return t
}

// RecordTabs lead between the lists of the record: {{template "tabs" .RecordTabs}}.
// What only documenters may open stands there for them alone.
func (f Frame) RecordTabs() Tabs {
	w := f.Words
	t := Tabs{Label: w.T("Record"), Rest: w.T("More lists"), Items: []Item{
		{Label: w.T("Record"), Path: "/record"}, {Label: w.T("Search"), Path: "/record/search"}, {Label: w.T("Items"), Path: "/record/items"}, {Label: w.T("Sources"), Path: "/record/sources"}, {Label: w.T("Statements"), Path: "/record/statements"}, {Label: w.T("Parties"), Path: "/record/parties"}, {Label: w.T("Timeline"), Path: "/record/timeline"}, {Label: w.T("Map"), Path: "/record/map"},
	}, More: []Item{{Label: w.T("Origins"), Path: "/record/origins"}, {Label: w.T("Vocabulary"), Path: "/record/vocabulary"}}}
	if f.roles.Has(staff.Documenter) {
		t.More = append(t.More, Item{Label: w.T("Opinions of experts"), Path: "/record/opinions"}, Item{Label: w.T("Tables in and out"), Path: "/record/tables"}, Item{Label: w.T("From other programs"), Path: "/record/harvest"}, Item{Label: w.T("The whole record, out and in"), Path: "/record/takeout"})
	}
	t.stand(f.Path)
	return t
}

// stand marks the page that is open.
func (t *Tabs) stand(current string) {
	for _, items := range [][]Item{t.Items, t.More} {
		for i := range items {
			items[i].Current = items[i].Path == current
		}
	}
}

// Hidden is a hidden field of a form.
type Hidden struct{ Name, Value string }

// Confirm asks before an action that matters: {{template "confirm" .Close}}. Its
// sentences say in full what will happen, and to whom.
type Confirm struct {
	i18n.Words
	Title     string
	Sentences []string
	Action    string
	Hidden    []Hidden
	Fields    []page.Field // a reason, where it cannot be undone
	Button    string       // a verb: "Close the case"
	Danger    bool         // a person may come to harm
	Back      string
}

// Approvals shows who has agreed and who is missing: {{template "approvals" .Go}}.
type Approvals struct {
	i18n.Words
	Title   string
	Need    int // people
	Given   []Approval
	Who     string // who may still give it: "a second caseworker who did not make the plan"
	Action  string // empty: this member cannot give it now
	Button  string
	Hidden  []Hidden
	Fields  []page.Field
	WhyNot  string // why this member cannot
	Changed string // what a change since made invalid
}

// Approval is one person's yes.
type Approval struct {
	Name string
	When time.Time
}

// Missing is how many are still needed.
func (a Approvals) Missing() int { return max(0, a.Need-len(a.Given)) }

// Stat is one number of a home page: {{template "stat" .}}.
type Stat struct {
	Label, Value, Note, Href string
	Tone                     page.Tone
}

// Copy is a text to be copied: shown whole, selectable, with a button where a script runs.
type Copy struct {
	i18n.Words
	Label, Text string
}

// PaperName is what a kind of paper is called, of those in cases.PaperKinds.
func PaperName(kind string) string {
	switch kind {
	case "passport":
		return i18n.Key("Passport")
	case "internal-passport":
		return i18n.Key("Internal passport")
	case "laissez-passer":
		return i18n.Key("Laissez-passer")
	case "id":
		return i18n.Key("Identity card")
	case "visa":
		return i18n.Key("Visa")
	case "residence":
		return i18n.Key("Residence permit")
	case "birth":
		return i18n.Key("Birth certificate")
	case "marriage":
		return i18n.Key("Marriage certificate")
	case "police":
		return i18n.Key("Police record")
	case "medical":
		return i18n.Key("Medical paper")
	case "invitation":
		return i18n.Key("Invitation")
	}
	return i18n.Key("Another document")
}
