package archiveweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/record"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// tablesView is the page on which tables come in and go out.
type tablesView struct {
	ui.Frame
	Fields  []page.Field
	Out     []tableOut
	Columns []page.Fact
	Formats []page.Option
	Report  []page.Fact // what a table would do
	Wrong   []string
}

type tableOut struct{ Table, Label string }

func tableNames(w i18n.Words) []page.Option {
	return []page.Option{{Value: string(record.SourceTable), Label: w.T("Sources")}, {Value: string(record.IncidentTable), Label: w.T("Incidents")}, {Value: string(record.ClaimTable), Label: w.T("Claims")}}
}

func newTables(f ui.Frame, text string, report *record.TableReport) tablesView {
	w := f.Words
	v := tablesView{Frame: f, Formats: []page.Option{{Value: string(table.CSV), Label: w.T("CSV")}, {Value: string(table.XLSX), Label: w.T("Spreadsheet (XLSX)")}}}
	v.Fields = []page.Field{
		f.Form.Select("table", w.T("What the rows are"), tableNames(w)),
		f.Form.File("sheet", w.T("The table as a file")).Optional().Hint(w.T("CSV or XLSX. The letters may be UTF-8, UTF-16 or Windows-1251.")),
		f.Form.Area("file", w.T("Or its text")).Rows(12).Or(text).Optional().Hint(w.T("Paste all of it, the head too. A file that was refused stands here, to be mended.")),
		f.Form.Radios("try", w.T("What to do with it"), []page.Option{{Value: "yes", Label: w.T("Only try it: tell me what it would do")}, {Value: "no", Label: w.T("Take it in")}}).Or("yes"),
	}
	for _, t := range tableNames(w) {
		v.Out = append(v.Out, tableOut{t.Value, t.Label})
		v.Columns = append(v.Columns, page.Fact{Term: t.Label, Text: strings.Join(record.Table(t.Value).Columns(), ", ")})
	}
	if report == nil {
		return v
	}
	for _, x := range report.Wrong {
		line := w.T("Line %s: ", strconv.Itoa(x.Line))
		if x.Column != "" {
			line = w.T("Line %s, %s: ", strconv.Itoa(x.Line), x.Column)
		}
		v.Wrong = append(v.Wrong, line+w.T(x.What))
	}
	if len(report.Wrong) == 0 {
		v.Report = []page.Fact{{Term: w.T("New rows"), Text: w.Number(int64(report.Created))}, {Term: w.T("Changed rows"), Text: w.Number(int64(report.Changed))}, {Term: w.T("Rows as they were"), Text: w.Number(int64(report.Same))}}
	}
	return v
}

func (r *Room) tables(c *ui.Context) error {
	return c.Render(pages, "tables", newTables(c.Frame(c.T("Tables in and out")), "", nil))
}

func (r *Room) takeTable(c *ui.Context) error {
	try := c.Text("try") != "no"
	raw := c.File("sheet")
	if len(raw) == 0 {
		raw = []byte(c.Text("file"))
	}
	report, err := record.TableReport{}, c.Wrong()
	if err == nil {
		report, err = r.Archive.TakeTable(c.Context(), c.Actor, record.Table(c.Text("table")), raw, try)
	}
	if err != nil && !again(err) {
		return err
	}
	if err == nil && !try && len(report.Wrong) == 0 {
		return c.See("/record/tables", "archive.table")
	}
	frame := c.Frame(c.T("Tables in and out"))
	frame.Form = c.Form(err)
	frame.Form.Values["file"] = []string{table.AsCSV(raw)} // what was sent stays with the person
	if len(report.Wrong) > 0 || err != nil {
		return c.Invalid(pages, "tables", newTables(frame, "", &report))
	}
	return c.Render(pages, "tables", newTables(frame, "", &report))
}

func (r *Room) giveTable(c *ui.Context) error {
	t, f := record.Table(c.Text("table")), table.CSV
	if c.Text("format") == string(table.XLSX) {
		f = table.XLSX
	}
	out, err := r.Archive.GiveTable(c.Context(), c.Actor, t, f)
	if err != nil {
		return err
	}
	return ui.Give(c.W, f.Type(), string(t)+"."+string(f), out)
}
