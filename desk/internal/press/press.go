// Package press sets what is published: an edition becomes pages in two
// languages, data and tables, the same bytes for the same edition.
//
// The pages need no script and nothing from another place: their stylesheet
// travels with them. A range is written in words and drawn; a denial stands
// beside what contradicts it; small cells are not shown. The package refuses to
// decide anything and to know a clock. It imports publish, campaign, figures, page and i18n.
package press

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the catalogue of the published pages.
func Locale() fs.FS { return locale }

// Press renders editions.
type Press struct {
	set *page.Set
	cat *i18n.Catalogue

	mu   sync.Mutex // guards what was set last: the same edition is asked for again and again
	last []setting
}

// setting is an edition as it was set.
type setting struct {
	key   [32]byte
	files []publish.File
}

// remembered is how many settings are kept.
const remembered = 4

// New makes a press. The catalogue must hold page.Locale() and Locale().
func New(cat *i18n.Catalogue) (*Press, error) {
	set, err := page.Parse(templates)
	if err != nil {
		return nil, err
	}
	return &Press{set: set, cat: cat}, nil
}

var langs = []i18n.Lang{i18n.English, i18n.Russian}

// Link leads to another file of the edition.
type Link struct {
	Label, Href, Lang string
	Current           bool
}

// Document is the base of the published pages.
type Document struct {
	i18n.Words
	Title      string
	Style      string // the stylesheet's file name
	By         string
	Number     int
	AsOf       clock.Day
	Historical bool
	Languages  []Link
	Others     []Link // scoreboard or report, data
	Latest     string // always leads to the newest version
	Feed       string // the feed in this language
	Earlier    []versionView
	Taken      clock.Day // the day on which a name was taken out; empty: none was
}

// Section is a heading with paragraphs.
type Section struct {
	ID, Title  string
	Paragraphs []string
}

// FigureView is one figure on the page.
type FigureView struct {
	page.Range
	Text       string // the range in words
	Suppressed bool
	Despite    string // why it is published although its estimate is overtaken
	AsOf       string
	Method     []string
	Sources    []SourceView
	Denials    []DenialView
}

// SourceView is one claim under a figure.
type SourceView struct {
	Name, Day, Says, Why string
	Used                 bool
}

// DenialView is a denial beside what it contradicts.
type DenialView struct {
	Speaker, Day, Words string
	Quoted              bool
	Against             []string
}

type reportView struct {
	Document
	Summary []string
	Changed []string
	Figures []FigureView
	Denials []DenialView
	Map     *mapView
	Board   boardView
	Reader  []string
	Help    []string
	Limits  []string
	// Memory leads to the names of those who may be named; Names is how many they are.
	Memory   string
	Names    int
	Contacts []string
	Licence  []string
}

type boardView struct {
	i18n.Words
	AsOf    string
	Demands []string
	Rows    []rowView
	Href    string // of the whole board; empty on it
}

type rowView struct {
	Target string
	Places string // how many it offered in public; empty: none
	Cells  []cellView
}

type cellView struct {
	Demand, State, Note string
	Badge               page.Badge
	Evidence            string
}

type scoreboardView struct {
	Document
	Board  boardView
	Proofs []proofView
}

// proofView is the evidence of one cell.
type proofView struct {
	Target string
	cellView
}

func proofs(b boardView) []proofView {
	var out []proofView
	for _, r := range b.Rows {
		for _, c := range r.Cells {
			if c.Evidence != "" {
				out = append(out, proofView{r.Target, c})
			}
		}
	}
	return out
}

// Report renders an edition: the newest-version names first, then the lasting ones.
func (p *Press) Report(e publish.Edition) ([]publish.File, error) {
	b, err := json.Marshal(struct {
		Slug   string
		Number int
		Report publish.Report
	}{e.Slug, e.Number, e.Report})
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(b)
	p.mu.Lock()
	i := slices.IndexFunc(p.last, func(s setting) bool { return s.key == key })
	if i >= 0 {
		files := slices.Clone(p.last[i].files)
		p.mu.Unlock()
		return files, nil
	}
	p.mu.Unlock()
	files, err := p.render(e)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = append([]setting{{key, slices.Clone(files)}}, p.last...)
	p.last = p.last[:min(len(p.last), remembered)]
	return files, nil
}

func (p *Press) render(e publish.Edition) ([]publish.File, error) {
	n := names{slug: e.Slug, number: e.Number}
	var pages, memorials []publish.File
	for _, l := range langs {
		w := p.cat.For(l)
		body, err := p.page("report", p.report(w, n, e))
		if err != nil {
			return nil, err
		}
		rows := boardOf(w, e.Report.Board, "")
		board, err := p.page("scoreboard", scoreboardView{Document: p.document(w, n, e, "scoreboard."), Board: rows, Proofs: proofs(rows)})
		if err != nil {
			return nil, err
		}
		if len(e.Report.Memorial) > 0 {
			body, err := p.page("memorial", memorialView{Document: p.document(w, n, e, "memorial."), Names: remember(w, e.Report.Memorial)})
			if err != nil {
				return nil, err
			}
			memorials = append(memorials, publish.File{Path: ".memorial." + string(l) + ".html", Lang: string(l), Type: "text/html; charset=utf-8", Body: body})
		}
		pages = append(pages, publish.File{Path: "." + string(l) + ".html", Lang: string(l), Type: "text/html; charset=utf-8", Body: body},
			publish.File{Path: ".scoreboard." + string(l) + ".html", Lang: string(l), Type: "text/html; charset=utf-8", Body: board})
	}
	data, err := dataOf(e)
	if err != nil {
		return nil, err
	}
	pages = append(pages,
		publish.File{Path: ".json", Type: "application/json", Body: data},
		publish.File{Path: ".figures.csv", Type: "text/csv; charset=utf-8", Body: figuresCSV(e)},
		publish.File{Path: ".scoreboard.csv", Type: "text/csv; charset=utf-8", Body: boardCSV(e)})
	if e.Report.Map != nil {
		pages = append(pages, publish.File{Path: ".map.csv", Type: "text/csv; charset=utf-8", Body: mapCSV(e.Report.Map)})
	}
	pages = append(pages, memorials...)
	heavy, err := p.heavy(n, e, pages)
	if err != nil {
		return nil, err
	}
	pages = append(pages, heavy...)
	var out []publish.File
	for _, prefix := range []string{n.latest(), n.lasting()} {
		for _, f := range pages {
			f.Path = "report/" + prefix + f.Path
			out = append(out, f)
		}
	}
	out = append(out, publish.File{Path: "report/" + n.lasting() + ".css", Type: "text/css; charset=utf-8", Body: page.Ground().Bytes("waylight.css")})
	return out, nil
}

func (p *Press) page(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.set.Render(&b, name, view); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// names are the file names of an edition.
type names struct {
	slug   string
	number int
}

func (n names) latest() string  { return n.slug }
func (n names) lasting() string { return n.slug + ".v" + strconv.Itoa(n.number) }

func (p *Press) document(w i18n.Words, n names, e publish.Edition, part string) Document {
	lang := w.Tag()
	d := Document{
		Words: w, Title: e.Report.Title.In(lang), Style: n.lasting() + ".css", By: e.Report.By, Number: e.Number, AsOf: e.Report.AsOf, Historical: e.Report.Historical, Taken: e.Report.Taken,
		Latest: n.latest() + "." + part + lang + ".html", Feed: feedName(lang, "atom"),
	}
	for _, l := range langs {
		name := map[i18n.Lang]string{i18n.English: "English", i18n.Russian: "Русский"}[l]
		d.Languages = append(d.Languages, Link{Label: name, Href: n.lasting() + "." + part + string(l) + ".html", Lang: string(l), Current: string(l) == lang})
	}
	if part != "" {
		d.Others = append(d.Others, Link{Label: w.T("The report"), Href: n.lasting() + "." + lang + ".html"})
	} else {
		d.Others = append(d.Others, Link{Label: w.T("Who was asked and what they did"), Href: n.lasting() + ".scoreboard." + lang + ".html"})
	}
	d.Others = append(d.Others,
		Link{Label: w.T("Figures as a table (CSV)"), Href: n.lasting() + ".figures.csv"},
		Link{Label: w.T("Answers as a table (CSV)"), Href: n.lasting() + ".scoreboard.csv"},
		Link{Label: w.T("All of it as data (JSON)"), Href: n.lasting() + ".json"},
		Link{Label: w.T("For printing (PDF)"), Href: n.lasting() + "." + lang + ".pdf"},
		Link{Label: w.T("For the press: all of it with charts (ZIP)"), Href: n.lasting() + ".press.zip"})
	if e.Report.Map != nil {
		d.Others = append(d.Others, Link{Label: w.T("The map as a table (CSV)"), Href: n.lasting() + ".map.csv"})
	}
	if len(e.Report.Memorial) > 0 && part != "memorial." {
		d.Others = append(d.Others, Link{Label: w.T("In memory"), Href: n.lasting() + ".memorial." + lang + ".html"})
	}
	for i := range e.Report.History {
		v := e.Report.History[i]
		d.Earlier = append(d.Earlier, versionView{Number: v.Number, AsOf: w.Day(v.AsOf), Href: names{n.slug, v.Number}.lasting() + "." + lang + ".html", Changed: in(lang, v.Changed)})
	}
	return d
}

func (p *Press) report(w i18n.Words, n names, e publish.Edition) reportView {
	r, lang := e.Report, w.Tag()
	v := reportView{
		Document: p.document(w, n, e, ""), Summary: in(lang, r.Summary), Changed: in(lang, r.Changed), Reader: in(lang, r.Reader), Help: in(lang, r.Help), Limits: in(lang, r.Limits),
		Denials: denials(w, r.Denials), Map: drawMap(w, r.Map), Board: boardOf(w, r.Board, n.lasting()+".scoreboard."+lang+".html"),
	}
	v.Contacts, v.Licence, v.Names = in(lang, r.Contacts), in(lang, r.Licence), len(r.Memorial)
	if v.Names > 0 {
		v.Memory = n.lasting() + ".memorial." + lang + ".html"
	}
	for i, f := range r.Figures {
		v.Figures = append(v.Figures, figureOf(w, i, f))
	}
	return v
}

func in(lang string, texts []publish.Text) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if s := t.In(lang); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func figureOf(w i18n.Words, i int, f publish.Figure) FigureView {
	lang := w.Tag()
	v := FigureView{
		Range: page.Range{Words: w, ID: "figure" + strconv.Itoa(i+1), Label: f.Label.In(lang), Low: f.Low, Best: f.Best, High: f.High},
		Text:  f.Says.In(lang), Suppressed: f.Suppressed, AsOf: w.Day(f.AsOf), Method: in(lang, f.Method), Denials: denials(w, f.Denials), Despite: f.Despite.In(lang),
	}
	if f.Suppressed {
		return v
	}
	for _, s := range f.Sources {
		v.Sources = append(v.Sources, SourceView{Name: s.Name.In(lang), Day: w.Day(clock.Day(s.Day)), Says: s.Says.In(lang), Why: s.Why.In(lang), Used: s.Used})
	}
	return v
}

func denials(w i18n.Words, ds []publish.Denial) []DenialView {
	lang := w.Tag()
	var out []DenialView
	for _, d := range ds {
		out = append(out, DenialView{Speaker: d.Speaker.In(lang), Day: w.Day(clock.Day(d.Day)), Words: d.Words.In(lang), Quoted: d.Quoted, Against: in(lang, d.Against)})
	}
	return out
}

// StateName is the word for a state on the board.
func StateName(state string) string {
	switch state {
	case "acknowledged":
		return i18n.Key("acknowledged")
	case "declined":
		return i18n.Key("declined")
	case "denied":
		return i18n.Key("denied")
	case "statement":
		return i18n.Key("statement")
	case "commitment":
		return i18n.Key("commitment")
	case "action":
		return i18n.Key("action")
	case "result":
		return i18n.Key("result")
	}
	return i18n.Key("no answer known")
}

// tone is a state's colour, the same as inside; its word says the same.
func tone(state string) page.Tone {
	switch state {
	case "statement", "commitment":
		return page.Accent
	case "action", "result":
		return page.Calm
	case "none":
		return page.Wait
	}
	return page.Plain
}

func boardOf(w i18n.Words, b publish.Board, href string) boardView {
	lang := w.Tag()
	v := boardView{Words: w, AsOf: w.Day(b.AsOf), Demands: in(lang, b.Demands), Href: href}
	for _, row := range b.Rows {
		r := rowView{Target: row.Target.In(lang)}
		if row.Places > 0 {
			r.Places = w.N("%d place offered", "%d places offered", row.Places)
		}
		for i, c := range row.Cells {
			x := cellView{State: c.State, Badge: page.Badge{Text: w.T(StateName(c.State)), Tone: tone(c.State)}, Evidence: c.Evidence}
			if i < len(v.Demands) {
				x.Demand = v.Demands[i]
			}
			switch {
			case c.State == "none" && c.Asked == 0:
				x.State, x.Badge = "unasked", page.Badge{Text: w.T("not asked"), Tone: page.Wait}
			case c.Silence > 0:
				x.Note = w.N("silent for %d day", "silent for %d days", c.Silence)
			case c.Since != "":
				x.Note = w.Day(c.Since)
			}
			r.Cells = append(r.Cells, x)
		}
		v.Rows = append(v.Rows, r)
	}
	return v
}

// data is the JSON of an edition.
type data struct {
	Format  string         `json:"format"`
	Slug    string         `json:"slug"`
	Version int            `json:"version"`
	Report  publish.Report `json:"report"`
}

func dataOf(e publish.Edition) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	e.Report.Memorial = slices.Clone(e.Report.Memorial)
	for i := range e.Report.Memorial {
		e.Report.Memorial[i].Of = "" // ours, not the reader's
	}
	err := enc.Encode(data{Format: "waylight/v1/report", Slug: e.Slug, Version: e.Number, Report: e.Report})
	return b.Bytes(), err
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// figuresCSV has a second row of HXL hashtags, which relief tools read.
func figuresCSV(e publish.Edition) []byte {
	rows := [][]string{
		{"key", "label_en", "label_ru", "as_of", "low", "best", "high", "says_en", "says_ru", "sources"},
		{"#indicator+code", "#indicator+name+v_en", "#indicator+name+v_ru", "#date", "#indicator+num+min", "#indicator+num+best", "#indicator+num+max", "#description+v_en", "#description+v_ru", "#meta+source"},
	}
	for _, f := range e.Report.Figures {
		var sources []string
		for _, s := range f.Sources {
			sources = append(sources, s.Name.EN)
		}
		rows = append(rows, []string{f.Key, f.Label.EN, f.Label.RU, string(f.AsOf), number(f.Low), number(f.Best), number(f.High), f.Says.EN, f.Says.RU, strings.Join(sources, "; ")})
	}
	return table(rows)
}

func boardCSV(e publish.Edition) []byte {
	rows := [][]string{{"target_en", "target_ru", "kind", "count", "demand_en", "demand_ru", "state", "since", "asked", "silence_days", "evidence", "as_of"}}
	b := e.Report.Board
	for _, r := range b.Rows {
		for i, c := range r.Cells {
			rows = append(rows, []string{r.Target.EN, r.Target.RU, r.Kind, strconv.Itoa(r.Count), b.Demands[i].EN, b.Demands[i].RU, c.State, string(c.Since), strconv.Itoa(c.Asked), strconv.Itoa(c.Silence), c.Evidence, string(b.AsOf)})
		}
	}
	return table(rows)
}

// table writes CSV; a cell that a spreadsheet would take for a formula is quoted.
func table(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i, row := range rows {
		for j, cell := range row {
			if i > 0 && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[j] = "'" + cell
			}
		}
		_ = w.Write(row) // a bytes.Buffer takes everything
	}
	w.Flush()
	return b.Bytes()
}
