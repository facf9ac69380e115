// Package movingweb is the pages on which cases come in and go out: tables,
// cases of another system, packages of another Desk, and what two people let
// leave the house.
//
// A handler reads a form and calls one verb of cases.Book. What was refused stays
// with the person. It refuses rules, and keeps no file. It imports cases, table,
// staff, ui, page and the ground.
package movingweb

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	Book *cases.Book
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
}

// maxPackage is the largest package that comes in through a form.
const maxPackage = 256 << 20

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	w := staff.Caseworker
	m.Get("/moving", r.overview, w, staff.Security)
	m.Get("/moving/tables", r.tables, w)
	m.Post("/moving/tables", r.takeTable, w)
	m.Get("/moving/primero", r.primero, w)
	m.Post("/moving/primero", r.takePrimero, w)
	m.Get("/moving/package", r.parcel, w)
	m.Upload("/moving/package", maxPackage, r.takeParcel, w)
	m.Get("/moving/out", r.out, w)
	m.Post("/moving/out", r.ask, w)
	m.Get("/retention", r.retention, w, staff.Security)
	m.Post("/retention", r.setRetention, staff.Security)
	m.Post("/retention/{case}/hold", r.askHold, w)
	m.Post("/retention/{case}/holds/{hold}/agree", r.agreeHold, w, staff.Security)
	m.Post("/retention/{case}/holds/{hold}/end", r.endHold, w, staff.Security)
	m.Post("/moving/exits/{exit}/answer", r.answer, w, staff.Security)
	m.Post("/moving/exits/{exit}/fetch", r.fetch, w)
}

func notices() map[string]string {
	return map[string]string{
		"moving.table":     i18n.Key("The table is kept, whole."),
		"moving.primero":   i18n.Key("The cases are kept, whole."),
		"moving.package":   i18n.Key("The package is kept, whole. Its cases are yours now: assign a second person to each."),
		"moving.asked":     i18n.Key("Asked. A second person must say yes."),
		"moving.retention": i18n.Key("Kept."),
		"moving.answered":  i18n.Key("Your answer is kept."),
	}
}

// again shows a form a second time when err is about its fields or its order.
func again(err error) bool {
	k := fault.KindOf(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

// formView is a page with one form, and above it what the last try would do.
type formView struct {
	ui.Frame
	Intro   []string
	Wrong   []string
	Report  []page.Fact
	Left    []string // what could not be taken over
	Fields  []page.Field
	Hidden  []ui.Hidden
	Action  string
	Button  string
	Files   bool
	Aside   []page.Fact // columns, or what becomes what
	Heading string      // of Aside
}

func tries(f page.Form, w i18n.Words) page.Field {
	return f.Radios("try", w.T("What to do with it"), []page.Option{{Value: "yes", Label: w.T("Only try it: tell me what it would do")}, {Value: "no", Label: w.T("Take it in")}}).Or("yes")
}

func tableWord(t cases.Table) string {
	switch t {
	case cases.CaseTable:
		return i18n.Key("Cases")
	case cases.PeopleTable:
		return i18n.Key("People")
	case cases.PaperTable:
		return i18n.Key("Papers")
	}
	return i18n.Key("Notes")
}

func tableOptions(w i18n.Words) (all []page.Option) {
	for _, t := range cases.Tables() {
		all = append(all, page.Option{Value: string(t), Label: w.T(tableWord(t))})
	}
	return all
}

// sent is what came with a form: the file, or the text.
func sent(c *ui.Context) []byte {
	if raw := c.File("sheet"); len(raw) > 0 {
		return raw
	}
	return []byte(c.Text("file"))
}

func wrongLines(w i18n.Words, all []table.Wrong) (out []string) {
	for _, x := range all {
		head := ""
		switch {
		case x.Line > 0 && x.Column != "":
			head = w.T("Line %s, %s: ", strconv.Itoa(x.Line), x.Column)
		case x.Line > 0:
			head = w.T("Line %s: ", strconv.Itoa(x.Line))
		}
		out = append(out, head+w.T(x.What))
	}
	return out
}

func tablesView(f ui.Frame, r *cases.TableReport) formView {
	w := f.Words
	v := formView{Frame: f, Action: "/moving/tables", Button: w.T("Send the table"), Files: true, Heading: w.T("Columns")}
	v.Intro = []string{w.T("A row without an id is new; with an id it becomes the next version of what it names, unless somebody changed that since the table was written. Write new 1 under “case” to open a case, the same words for people of the same case. It goes in whole or not at all.")}
	v.Fields = []page.Field{
		f.Form.Select("table", w.T("What the rows are"), tableOptions(w)),
		f.Form.File("sheet", w.T("The table as a file")).Optional().Hint(w.T("CSV or XLSX. The letters may be UTF-8, UTF-16 or Windows-1251.")),
		f.Form.Area("file", w.T("Or its text")).Rows(10).Optional().Hint(w.T("Paste all of it, the head too. A file that was refused stands here, to be mended.")),
		tries(f.Form, w),
	}
	for _, t := range cases.Tables() {
		v.Aside = append(v.Aside, page.Fact{Term: w.T(tableWord(t)), Text: strings.Join(t.Columns(), ", ")})
	}
	if r == nil {
		return v
	}
	v.Wrong = wrongLines(w, r.Wrong)
	if len(r.Wrong) == 0 {
		v.Report = []page.Fact{{Term: w.T("New rows"), Text: w.Number(int64(r.Created))}, {Term: w.T("Changed rows"), Text: w.Number(int64(r.Changed))}, {Term: w.T("Rows as they were"), Text: w.Number(int64(r.Same))}, {Term: w.T("New cases"), Text: w.Number(int64(len(r.Opened)))}}
	}
	return v
}

func (r *Room) tables(c *ui.Context) error {
	return c.Render(pages, "form", tablesView(c.Frame(c.T("A table comes in")), nil))
}

func (r *Room) takeTable(c *ui.Context) error {
	try := c.Text("try") != "no"
	raw, report, err := sent(c), cases.TableReport{}, c.Wrong()
	if err == nil {
		report, err = r.Book.TakeTable(c.Context(), c.Actor, cases.Table(c.Text("table")), raw, try)
	}
	if err != nil && !again(err) {
		return err
	}
	if err == nil && !try && len(report.Wrong) == 0 {
		return c.See("/moving", "moving.table")
	}
	f := c.Frame(c.T("A table comes in"))
	f.Form = c.Form(err)
	f.Form.Values["file"] = []string{table.AsCSV(raw)}
	if err != nil || len(report.Wrong) > 0 {
		return c.Invalid(pages, "form", tablesView(f, &report))
	}
	return c.Render(pages, "form", tablesView(f, &report))
}

func primeroView(f ui.Frame, r *cases.Foreign) formView {
	w := f.Words
	v := formView{Frame: f, Action: "/moving/primero", Button: w.T("Send the file"), Files: true, Heading: w.T("What becomes what")}
	v.Intro = []string{w.T("One case, a list of cases, or an answer of Primero's interface, as JSON. What has no place of its own here is kept word for word in a note of its case, and listed. A case that came in before is left as it is.")}
	v.Fields = []page.Field{
		f.Form.File("sheet", w.T("The file")).Optional().Hint(w.T("JSON, as Primero exports it.")),
		f.Form.Area("file", w.T("Or its text")).Rows(10).Optional(),
		tries(f.Form, w),
	}
	for _, m := range cases.PrimeroMap() {
		v.Aside = append(v.Aside, page.Fact{Term: m.Field, Text: w.T(m.To)})
	}
	if r == nil {
		return v
	}
	for _, x := range r.Wrong {
		head := w.T("Case %s of the file: ", strconv.Itoa(x.Line))
		if x.Column != "" {
			head += x.Column + ": "
		}
		v.Wrong = append(v.Wrong, head+w.T(x.What))
	}
	if len(r.Wrong) > 0 {
		return v
	}
	for i, x := range r.Cases {
		name := x.Theirs
		if name == "" {
			name = w.T("Case %s of the file", strconv.Itoa(i+1))
		}
		text := w.N("%d person", "%d people", x.People) + ", " + w.N("%d note", "%d notes", x.Notes)
		if x.Known {
			text = w.T("came in before; nothing is done")
		}
		v.Report = append(v.Report, page.Fact{Term: name, Text: text})
		for _, l := range x.Left {
			v.Left = append(v.Left, name+": "+l)
		}
	}
	return v
}

func (r *Room) primero(c *ui.Context) error {
	return c.Render(pages, "form", primeroView(c.Frame(c.T("Cases from Primero")), nil))
}

func (r *Room) takePrimero(c *ui.Context) error {
	try := c.Text("try") != "no"
	raw, report, err := sent(c), cases.Foreign{}, c.Wrong()
	if err == nil {
		report, err = r.Book.TakePrimero(c.Context(), c.Actor, raw, try)
	}
	if err != nil && !again(err) {
		return err
	}
	if err == nil && !try && len(report.Wrong) == 0 {
		return c.See("/moving", "moving.primero")
	}
	f := c.Frame(c.T("Cases from Primero"))
	f.Form = c.Form(err)
	text, _ := table.Decode(raw)
	f.Form.Values["file"] = []string{text}
	if err != nil || len(report.Wrong) > 0 {
		return c.Invalid(pages, "form", primeroView(f, &report))
	}
	return c.Render(pages, "form", primeroView(f, &report))
}

func parcelView(f ui.Frame) formView {
	w := f.Words
	return formView{Frame: f, Action: "/moving/package", Button: w.T("Take the package in"), Files: true,
		Intro:  []string{w.T("What another Desk gave for moving away: cases, legs, places, check-ins and files, with every version, author and time as they were. They become yours alone; assign a second person then. It goes in whole or not at all.")},
		Fields: []page.Field{f.Form.File("package", w.T("The package")).Hint(w.T("A file that ends in .zip.age")), f.Form.Area("identity", w.T("The secret key to which it was sealed")).Rows(2).Hint(w.T("The line that begins with AGE-SECRET-KEY. It is used once and not kept."))}}
}

func (r *Room) parcel(c *ui.Context) error {
	return c.Render(pages, "form", parcelView(c.Frame(c.T("A package of another Desk"))))
}

func (r *Room) takeParcel(c *ui.Context) error {
	// All of it in memory: nothing of a package may lie on the disk unsealed.
	var raw []byte
	err := c.R.ParseMultipartForm(maxPackage)
	if err == nil {
		if f, _, ferr := c.R.FormFile("package"); ferr == nil {
			defer f.Close()
			raw, err = io.ReadAll(f)
		}
	}
	if err != nil {
		err = fault.Bad("package", i18n.Key("The file could not be read, or is larger than 256 MB. Please send it again."))
	} else {
		_, err = r.Book.Arrive(c.Context(), c.Actor, raw, c.Text("identity"))
	}
	if err == nil {
		return c.See("/moving", "moving.package")
	}
	if !again(err) {
		return err
	}
	f := c.Frame(c.T("A package of another Desk"))
	f.Form = c.Form(err)
	delete(f.Form.Values, "identity") // a secret is not sent back
	for i, x := range f.Form.Errors {
		if x.Name == "file" {
			f.Form.Errors[i].Name = "package"
		}
	}
	return c.Invalid(pages, "form", parcelView(f))
}

func newExit() string { return ids.New("exit") }
