package supportweb

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"waylight/desk/internal/supporters"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// handView is the page on which a petition is handed over, and lists come and go.
type handView struct {
	ui.Frame
	Head, Back string
	Table      ui.Table
	Make       *formView
	Open       *formView
	Out        []page.Option
	In         *formView
	Report     []page.Fact
	Wrong      []string
}

// hand is what the page is made of.
type hand struct {
	file     supporters.File
	packs    []supporters.Delivery
	names    map[string]string
	id, text string
	report   *supporters.Imported
	tried    bool
}

func (r *Room) handover(c *ui.Context) error { return r.handWith(c, nil, nil, false) }

func (r *Room) handWith(c *ui.Context, wrong error, report *supporters.Imported, tried bool) error {
	f, err := r.Roll.Open(c.Context(), c.Actor, c.ID("petition"))
	if err != nil {
		return err
	}
	packs, err := r.Roll.Deliveries(c.Context(), c.Actor, f.ID)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	h := hand{file: f, packs: packs, names: names, id: supporters.NewDelivery(), text: c.Text("list"), report: report, tried: tried}
	frame := c.Frame(c.T("Handing over"))
	if wrong != nil || report != nil && len(report.Wrong) > 0 {
		frame.Form = c.Form(wrong)
		if sent := c.Text("id"); sent != "" {
			h.id = sent
		}
		return c.Invalid(r.set, "handover", handPage(frame, h))
	}
	if report != nil {
		frame.Form = c.Form(nil)
	}
	return c.Render(r.set, "handover", handPage(frame, h))
}

func handPage(f ui.Frame, h hand) handView {
	w := f.Words
	base := "/petitions/" + h.file.ID
	v := handView{Frame: f, Head: h.file.Content.Title.In(w.Tag()), Back: base, Table: ui.Table{
		Words: w, Caption: w.T("Packages"), Columns: []ui.Column{{Label: w.T("Made on")}, {Label: w.T("Signatures"), Numeric: true}, {Label: w.T("Names in it"), Numeric: true}, {Label: w.T("SHA-256 of the file")}},
		Empty: ui.Empty{Title: w.T("No package yet"), Text: w.T("A package is signed and can be counted and checked by whoever gets it, without a name in the clear.")},
	}}
	var packs []page.Option
	for _, d := range h.packs {
		named := w.Number(int64(d.Named))
		sub := ""
		if d.Kept > 0 {
			sub = w.T("the leak guard kept back %d", d.Kept)
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: base + "/packages/" + d.ID, Cells: []ui.Cell{{Text: w.Date(d.At), Sub: h.names[d.By]}, {Text: w.Number(int64(d.Count))}, {Text: named, Sub: sub}, {Text: d.Digest}}})
		packs = append(packs, page.Option{Value: d.ID, Label: w.Date(d.At) + ", " + w.Number(int64(d.Count))})
	}
	v.Make = &formView{Words: w, Action: base + "/packages", Button: w.T("Make the package"), Main: true, Hidden: []ui.Hidden{{Name: "id", Value: h.id}}, Fields: []page.Field{
		f.Form.Text("recipient", w.T("Key of the recipient (age)")).Optional().Hint(w.T("With it, the names of those who agreed to be shown are locked for the recipient. Without it no name is in the package.")),
	}}
	if len(packs) > 0 {
		v.Open = &formView{Words: w, Action: base + "/lines", Button: w.T("Open these lines"), Fields: []page.Field{
			f.Form.Select("package", w.T("Of which package"), packs),
			f.Form.Text("numbers", w.T("Which lines")).Hint(w.T("The numbers that the recipient asks for, with blanks or commas between them.")),
		}}
	}
	v.Out = []page.Option{{Value: base + "/export/csv", Label: w.T("CSV")}, {Value: base + "/export/osdi", Label: w.T("Open Supporter Data Interface (JSON)")}}
	list := f.Form.Area("list", w.T("Or its text")).Rows(6).Optional()
	if h.text != "" {
		list = list.Or(h.text)
	}
	v.In = &formView{Words: w, Action: base + "/import", Button: w.T("Go on"), Fields: []page.Field{
		f.Form.File("file", w.T("The list as a file")).Optional().Hint(w.T("CSV or XLSX with the columns %s, or JSON of the Open Supporter Data Interface.", strings.Join(supporters.Columns(), ", "))), list,
		f.Form.Radios("how", w.T("Did they confirm?"), []page.Option{{Value: "ask", Label: w.T("Ask each by mail to confirm")}, {Value: "elsewhere", Label: w.T("They confirmed on paper or elsewhere, and we can show it"), Hint: w.T("They count at once.")}}).Or("ask"),
		f.Form.Radios("try", w.T("What to do with it"), []page.Option{{Value: "yes", Label: w.T("Only try it: tell me what it would do")}, {Value: "no", Label: w.T("Take it in")}}).Or("yes"),
	}}
	v.report(h)
	return v
}

func (v *handView) report(h hand) {
	if h.report == nil {
		return
	}
	w := v.Words
	for _, x := range h.report.Wrong {
		where := ""
		if x.Line > 0 {
			where = w.T("Row %d", x.Line)
		}
		if x.Column != "" {
			where += ", " + x.Column
		}
		v.Wrong = append(v.Wrong, strings.TrimPrefix(where+": "+w.T(x.What), ": "))
	}
	if len(v.Wrong) == 0 {
		state := w.T("Taken in")
		if h.tried {
			state = w.T("This is what it would do")
		}
		v.Report = []page.Fact{{Term: state}, {Term: w.T("New"), Text: strconv.Itoa(h.report.New)}, {Term: w.T("Had signed before"), Text: strconv.Itoa(h.report.Known)}}
	}
}

func (r *Room) pack(c *ui.Context) error {
	err := r.Roll.Deliver(c.Context(), c.Actor, c.ID("petition"), c.Text("id"), c.Text("recipient"))
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return r.handWith(c, err, nil, false)
	}
	if err != nil {
		return err
	}
	return c.See("/petitions/"+c.ID("petition")+"/handover", "petition.packed")
}

func (r *Room) fetchPack(c *ui.Context) error {
	d, err := r.Roll.FetchDelivery(c.Context(), c.Actor, c.ID("petition"), c.ID("package"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/zip", "petition.zip", d.Body)
}

// lines opens lines of a package for a recipient who asks for them.
func (r *Room) lines(c *ui.Context) error {
	var numbers []int
	for _, word := range strings.FieldsFunc(c.Text("numbers"), func(x rune) bool { return x == ',' || x == ' ' || x == ';' || x == '\n' || x == '\r' }) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return r.handWith(c, fault.Bad("numbers", i18n.Key("Write up to 200 numbers, with blanks or commas between them.")), nil, false)
		}
		numbers = append(numbers, n)
	}
	out, err := r.Roll.OpenLines(c.Context(), c.Actor, c.ID("petition"), c.Text("package"), numbers)
	if fault.KindOf(err) == fault.Invalid {
		return r.handWith(c, err, nil, false)
	}
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/json", "lines.json", body)
}

func (r *Room) export(c *ui.Context) error {
	f := supporters.Format(c.ID("format"))
	body, err := r.Roll.Export(c.Context(), c.Actor, c.ID("petition"), f)
	if err != nil {
		return err
	}
	if f == supporters.OSDI {
		return ui.Give(c.W, "application/json", "signatures.json", body)
	}
	return ui.Give(c.W, "text/csv; charset=utf-8", "signatures.csv", body)
}

func (r *Room) importList(c *ui.Context) error {
	raw := c.File("file")
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte(c.Text("list"))
	}
	if err := c.Wrong(); err != nil {
		return r.handWith(c, err, nil, false)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return r.handWith(c, fault.Bad("list", i18n.Key("Choose a file, or paste its text.")), nil, false)
	}
	try := c.Text("try") != "no"
	out, err := r.Roll.Import(c.Context(), c.Actor, c.ID("petition"), raw, c.Text("how") == "elsewhere", try)
	if fault.KindOf(err) == fault.Conflict {
		return r.handWith(c, err, nil, false)
	}
	if err != nil {
		return err
	}
	if len(out.Wrong) > 0 || try {
		return r.handWith(c, nil, &out, try)
	}
	return c.See("/petitions/"+c.ID("petition"), "petition.imported")
}
