package listsweb

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"waylight/desk/internal/figures"
	"waylight/desk/internal/lists"
	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/estimate"
	"waylight/estimate/picture"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type listView struct {
	ui.Frame
	Studies ui.Table
	Fields  []page.Field
}

func newList(f ui.Frame, all []lists.Study) listView {
	w := f.Words
	v := listView{Frame: f, Studies: ui.Table{Words: w, Caption: w.T("Studies"), Columns: []ui.Column{{Label: w.T("Title")}, {Label: w.T("Begun")}},
		Empty: ui.Empty{Title: w.T("No study yet"), Text: w.T("A study holds lists about the same people: who stands on several, and how many stand on none.")}}}
	for _, s := range all {
		v.Studies.Rows = append(v.Studies.Rows, ui.Row{Href: "/lists/" + s.ID, Cells: []ui.Cell{{Text: s.Title}, {Text: w.Date(s.At)}}})
	}
	v.Fields = []page.Field{f.Form.Text("title", w.T("Title")).Hint(w.T("What the lists are about, without a person's name."))}
	return v
}

type studyView struct {
	ui.Frame
	Base    string
	Lists   []listPart
	File    page.Field
	Run     *runPart
	CanRun  bool
	CanTell bool // three lists: an estimate can be asked
	Plan    []page.Field
	Found   []page.Fact
	Failed  string
	Weak    []string
	Stale   bool
	Waiting int
	Settled int
	Told    *toldPart
}

type listPart struct {
	i18n.Words
	Name, Line string
	Href, Out  string
	Columns    ui.Table
	Notes      []string
}

type runPart struct {
	i18n.Words
	State    string
	Progress *page.Progress
	Left     string
	Stop     string // where it is stopped; "" it cannot be
	GoOn     string
}

// toldPart is what an estimate comes to.
type toldPart struct {
	i18n.Words
	Verdict   page.Badge
	Sentences []string
	Numbers   ui.Table
	Picture   string
	Overlaps  ui.Table
	Action    string
	RunID     string
	Figure    page.Field
	Refused   string // why it goes into no figure
	NoRange   string // why a floor goes into one, and no range
	Form      page.Field
	NoFigure  bool
}

func newStudy(f ui.Frame, s lists.Sheet, me string, rows []figures.Row) studyView {
	w := f.Words
	v := studyView{Frame: f, Base: "/lists/" + s.Study.ID, File: f.Form.File("file", w.T("List as CSV in UTF-8")).Hint(w.T("One row a record, the names of the columns in the first line. Up to 64 MiB. It is kept sealed, as it came.")), Stale: s.Stale}
	for _, l := range s.Lists {
		v.Lists = append(v.Lists, newListPart(w, v.Base, l))
	}
	if len(s.Runs) > 0 {
		v.Run = newRun(w, v.Base, s.Runs[0])
	}
	if bad := s.Wrong; bad.What != "" {
		v.Failed = w.T("It could not be done: %s. What to do: %s.", w.T(bad.What), w.T(bad.Todo))
	}
	v.CanRun = len(s.In()) > 0 && (len(s.Runs) == 0 || !s.Runs[0].Open())
	v.CanTell = v.CanRun && len(s.In()) > 2
	v.Plan = []page.Field{f.Form.Select("method", w.T("Method"), methods(w)).Or("all").Hint(w.T("Ask all of them, unless the guide gives you a reason. Never choose by the answer.")),
		f.Form.Input("number", "draws", w.T("Matchings to draw")).Short().Or("20").Hint(w.T("Each is one way in which the records may be people: so the doubt of the matching is in the range.")),
		f.Form.Input("number", "seed", w.T("Seed")).Short().Or("1").Hint(w.T("The same seed gives the same answer again."))}
	v.Waiting = len(s.Queue(me))
	for _, p := range s.Pairs {
		if p.State == lists.Settled {
			v.Settled++
		}
	}
	if s.Of.ID != "" {
		v.found(s)
		v.Told = newTold(f, v.Base, s, rows)
	}
	return v
}

func methods(w i18n.Words) []page.Option {
	out := []page.Option{{Value: "all", Label: w.T("all methods")}}
	for _, m := range estimate.Methods() {
		out = append(out, page.Option{Value: m, Label: w.T(methodName(m))})
	}
	return out
}

func methodName(m string) string {
	switch m {
	case "latent-class":
		return i18n.Key("latent classes")
	case "decomposable":
		return i18n.Key("average over decomposable graphs")
	case "loglinear":
		return i18n.Key("log-linear models")
	case "chao":
		return i18n.Key("Chao's lower bound")
	}
	return m
}

// kindName says what a column was understood as.
func kindName(kind string) string {
	switch kind {
	case "given":
		return i18n.Key("given name")
	case "surname":
		return i18n.Key("surname")
	case "patronymic":
		return i18n.Key("patronymic")
	case "name":
		return i18n.Key("full name")
	case "date":
		return i18n.Key("date")
	case "age":
		return i18n.Key("age or year")
	case "id":
		return i18n.Key("number of a person or document")
	case "phone":
		return i18n.Key("telephone")
	case "place":
		return i18n.Key("place")
	case "address":
		return i18n.Key("address")
	case "number":
		return i18n.Key("a number")
	case "category":
		return i18n.Key("one of a few words")
	case "text":
		return i18n.Key("text")
	case "record":
		return i18n.Key("number of the record; no evidence")
	}
	return i18n.Key("left aside")
}

func troubleName(t lists.Trouble) string {
	switch t {
	case lists.NoName:
		return i18n.Key("Rows without a name")
	case lists.Nothing:
		return i18n.Key("Rows in which nothing tells who it is")
	}
	return i18n.Key("Rows that say the same as an earlier one")
}

func newListPart(w i18n.Words, base string, l lists.List) listPart {
	p := listPart{Words: w, Href: base + "/of/" + l.ID, Name: l.Facts.Name, Line: w.N("%d record", "%d records", l.Facts.Records)}
	p.Columns = ui.Table{Words: w, Caption: w.T("How the columns were understood"), Columns: []ui.Column{{Label: w.T("Column")}, {Label: w.T("Taken for")}, {Label: w.T("Filled"), Numeric: true}}}
	for _, c := range l.Facts.Columns {
		taken := ui.Cell{Text: w.T(kindName(l.Taken(c)))}
		if _, said := l.Word.Columns[c.Header]; said {
			taken.Sub = w.T("said by a person")
		}
		p.Columns.Rows = append(p.Columns.Rows, ui.Row{Cells: []ui.Cell{{Text: c.Header}, taken, {Text: w.Number(int64(c.Filled))}}})
	}
	if l.Word.Out {
		p.Out = w.T("left out: %s", l.Word.Why)
	}
	for _, n := range l.Facts.Notes {
		lines := make([]string, len(n.Lines))
		for i, x := range n.Lines {
			lines[i] = fmt.Sprint(x)
		}
		say := w.T(troubleName(n.Trouble)) + ": " + w.Number(int64(n.Rows)) + ". " + w.T("Lines: %s", strings.Join(lines, ", "))
		if n.Rows > len(n.Lines) {
			say += " …"
		}
		p.Notes = append(p.Notes, say)
	}
	return p
}

func stateName(s lists.State) string {
	switch s {
	case lists.Waiting:
		return i18n.Key("The run waits for its turn.")
	case lists.Running:
		return i18n.Key("The run is under way.")
	case lists.Paused:
		return i18n.Key("The run pauses. It goes on when somebody who may open the lists is signed in.")
	case lists.Stopped:
		return i18n.Key("The run is stopped. What is done of it stays.")
	case lists.Failed:
		return i18n.Key("The run could not be done.")
	}
	return i18n.Key("The run is done.")
}

func phaseName(p lists.Phase) string {
	switch p {
	case lists.Reading:
		return i18n.Key("reading the lists")
	case lists.Matching:
		return i18n.Key("matching the records")
	case lists.Drawing:
		return i18n.Key("drawing matchings")
	case lists.Reckoning:
		return i18n.Key("estimating")
	}
	return i18n.Key("asking the same a little differently")
}

func newRun(w i18n.Words, base string, r lists.Run) *runPart {
	p := &runPart{Words: w, State: w.T(stateName(r.State))}
	at := base + "/runs/" + r.ID
	if r.Open() {
		p.Stop = at + "/stop"
	}
	if r.State == lists.Stopped {
		p.GoOn = at + "/go-on"
	}
	if r.State == lists.Done || r.State == lists.Failed {
		return p
	}
	p.Progress = &page.Progress{Words: w, Done: phaseNumber(r), Of: phases(r), Note: w.T(phaseName(r.Phase))}
	if r.Phase == lists.Reckoning {
		p.Progress.Note += ": " + w.T("%d of %d", r.Done, r.Total)
	}
	if left, ok := r.Left(); ok {
		p.Left = w.T("About %s left.", w.Span(left))
	}
	return p
}

func phases(r lists.Run) int {
	if r.Kind == lists.Estimate {
		return 5
	}
	return 2
}

func phaseNumber(r lists.Run) int {
	return slices.Index([]lists.Phase{lists.Reading, lists.Matching, lists.Drawing, lists.Reckoning, lists.Examining}, r.Phase) + 1
}

func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

func (v *studyView) found(s lists.Sheet) {
	w, f := v.Words, s.Found
	q := f.Quality
	v.Found = []page.Fact{{Term: w.T("Records"), Text: w.Number(int64(f.Records))}, {Term: w.T("People"), Text: w.Number(int64(f.People)), Note: w.T("as the records are matched now")},
		{Term: w.T("Links that are right"), Text: percent(q.Precision.Value), Note: w.T("from %s to %s", percent(q.Precision.Low), percent(q.Precision.High))},
		{Term: w.T("Links that were found"), Text: percent(q.Recall.Value), Note: w.T("from %s to %s", percent(q.Recall.Low), percent(q.Recall.High))},
		{Term: w.T("Judged pairs it rests on"), Text: w.Number(int64(q.Reviewed)), Note: w.T("without them the numbers above are the model's own opinion")}}
	if c := f.Changes; c != nil {
		v.Found = append(v.Found, page.Fact{Term: w.T("Since the run before"), Text: w.T("numbers kept: %d, new: %d, gone: %d; fell apart: %d, grew together: %d", c.Kept, c.New, len(c.Gone), len(c.Split), len(c.Merged))})
	}
	for _, b := range f.Bridges {
		v.Weak = append(v.Weak, w.T("%s and %s: %s", b.Left, b.Right, percent(b.Chance)))
	}
	if len(v.Weak) > 10 {
		v.Weak = v.Weak[:10]
	}
}

func newTold(f ui.Frame, base string, s lists.Sheet, rows []figures.Row) *toldPart {
	report, ok := s.Found.Report()
	if !ok {
		return nil
	}
	w := f.Words
	verdict, sentences := report.Read(w.Tag(), s.Found.Examined)
	t := &toldPart{Words: w, Sentences: sentences, Action: base + "/attach", RunID: s.Of.ID, Picture: base + "/runs/" + s.Of.ID + "/overlaps.svg"}
	switch verdict {
	case estimate.Never:
		t.Verdict = page.Badge{Text: w.T("do not publish a number"), Tone: page.Accent}
	case estimate.AtLeast:
		t.Verdict = page.Badge{Text: w.T("at least may be published, no range"), Tone: page.Calm}
	case estimate.Both:
		t.Verdict = page.Badge{Text: w.T("all answers, or none"), Tone: page.Accent}
	default:
		t.Verdict = page.Badge{Text: w.T("the range may be published, with its conditions"), Tone: page.Calm}
	}
	t.Numbers = ui.Table{Words: w, Caption: w.T("What each method says"), Columns: []ui.Column{{Label: w.T("Method")}, {Label: w.T("At least"), Numeric: true}, {Label: w.T("At most"), Numeric: true}, {Label: w.T("Converged")}}}
	for _, e := range report.Estimates {
		name := w.T(methodName(e.Method))
		if e.Selection != "" {
			name += ", " + e.Selection
		}
		yes := w.T("yes")
		if !e.Converged {
			yes = w.T("no: not to be used")
		}
		high := number(w, e.High)
		if e.Method == "chao" {
			high = "—"
		}
		t.Numbers.Rows = append(t.Numbers.Rows, ui.Row{Cells: []ui.Cell{{Text: name}, {Text: number(w, e.Low)}, {Text: high}, {Text: yes}}})
	}
	t.Overlaps = ui.Table{Words: w, Caption: w.T("People by the lists they stand on"), Columns: []ui.Column{{Label: w.T("Lists")}, {Label: w.T("People"), Numeric: true}}}
	for _, r := range picture.Table(*s.Found.Table) {
		t.Overlaps.Rows = append(t.Overlaps.Rows, ui.Row{Cells: []ui.Cell{{Text: strings.Join(r.Lists, ", ")}, {Text: w.Number(int64(r.Count))}}})
	}
	if !t.forms(f, report, s.Found.Examined) {
		return t
	}
	choose := []page.Option{{Value: "", Label: w.T("Choose")}}
	for _, r := range rows {
		if r.Figure.Basis == figures.Estimate && r.Figure.Unit == record.Persons {
			label := w.T(r.Figure.Label())
			if r.Incident.Title != "" {
				label += ", " + r.Incident.Title
			}
			choose = append(choose, page.Option{Value: r.Figure.ID, Label: label})
		}
	}
	t.NoFigure = len(choose) == 1
	t.Figure = f.Form.Select("figure", w.T("Figure"), choose)
	return t
}

// forms offers what may be said in a figure, at least before a range, and says
// why not. It is false when there is nothing to say.
func (t *toldPart) forms(f ui.Frame, report estimate.Report, e *estimate.Examination) bool {
	w := f.Words
	var options []page.Option
	floor, noFloor := figures.Judge(report, e, figures.Floor)
	if noFloor == nil {
		options = append(options, page.Option{Value: string(figures.Floor), Label: w.T("At least %s", w.Number(floor.Low))})
	}
	whole, noRange := figures.Judge(report, e, figures.Whole)
	switch {
	case noRange == nil:
		options = append(options, page.Option{Value: string(figures.Whole), Label: w.T("Between %s and %s: we can say why no group was out of reach of every list", w.Number(whole.Low), w.Number(whole.High))})
	case noFloor == nil:
		t.NoRange = said(w, noRange)
	default:
		t.Refused = said(w, noFloor) + " " + said(w, noRange)
	}
	t.Form = f.Form.Radios("form", w.T("What is said"), options)
	if len(options) > 0 {
		t.Form = t.Form.Or(options[0].Value)
	}
	return len(options) > 0
}

func number(w i18n.Words, n estimate.Number) string {
	if !n.Known() {
		return w.T("refused")
	}
	return w.Number(int64(math.Round(float64(n))))
}
