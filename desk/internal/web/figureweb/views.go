package figureweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type listView struct {
	ui.Frame
	Parts []part
	May   bool
	None  ui.Empty
}

// part is figures of harm, or figures of help: the two are never drawn together.
type part struct {
	Title string
	Rows  []row
}

type row struct {
	i18n.Words
	Range  page.Range
	Href   string
	Badges []page.Badge
	Line   string
}

type sheetView struct {
	ui.Frame
	Incident, IncidentHref string
	Range                  page.Range
	Badges                 []page.Badge
	Says                   string
	Rules                  []page.Fact
	Used, Out              []use
	Denials                []denial
	History                ui.Table
	Stale                  bool
	Shaken                 []string // what changed under its estimate
	Study                  string   // where that can be looked at
	Never                  bool
	May                    bool
	Check                  string // id of the reckoning that this member can check; "" none
	Checked                string
	WhyNot                 string
	Action                 string
	AsOf                   page.Field
	Leave                  []page.Field
	Part                   string // which part of very many claims is shown; "" all are
	Newer, Older           string // the parts beside it
}

// use is one claim under the number, with its source one click away.
type use struct {
	i18n.Words
	Href, Says, Why    string
	Source, SourceHref string
	When               string
}

type denial struct {
	i18n.Words
	Speaker, When, Quote, Summary, Href string
}

type formView struct {
	ui.Frame
	Fields []page.Field
}

func end(n count.Number) *int64 {
	if !n.Known {
		return nil
	}
	return page.Number(n.N)
}

// rangeOf draws a reckoning. Its id is made of letters, digits and underscores only.
func rangeOf(w i18n.Words, f figures.Figure, r figures.Reckoning) page.Range {
	v := page.Range{Words: w, ID: "r-" + f.Key, Label: w.T(f.Label()), Low: end(r.Range.Low), Best: end(r.Range.Best), High: end(r.Range.High)}
	if r.ID != "" {
		v.Note = w.T("as of %s", w.Day(r.AsOf))
	}
	return v
}

func badges(w i18n.Words, r figures.Row) []page.Badge {
	var out []page.Badge
	switch {
	case r.Last.ID == "":
		out = append(out, page.Badge{Text: w.T("never reckoned"), Tone: page.Wait})
	case r.Stale:
		out = append(out, page.Badge{Text: w.T("the claims changed since"), Tone: page.Accent})
	}
	if r.Shaken.Any() {
		out = append(out, page.Badge{Text: w.T("the lists under it changed since"), Tone: page.Accent})
	}
	if r.Last.ID != "" && r.Last.Reviewer == "" {
		out = append(out, page.Badge{Text: w.T("nobody checked it yet"), Tone: page.Wait})
	} else if r.Last.ID != "" {
		out = append(out, page.Badge{Text: w.T("checked"), Tone: page.Calm})
	}
	if r.Incident.Historical {
		out = append(out, page.Badge{Text: w.T("historical"), Tone: page.Wait})
	}
	return out
}

func newList(f ui.Frame, rows []figures.Row, may bool) listView {
	w := f.Words
	v := listView{Frame: f, May: may, None: ui.Empty{Title: w.T("No figure yet"), Text: w.T("A figure says how many, with a lower and an upper bound, and shows every claim it rests on. It begins with claims in the record.")}}
	harm, help := part{Title: w.T("Harm that was reported")}, part{Title: w.T("Help that was given")}
	for _, r := range rows {
		x := row{Words: w, Range: rangeOf(w, r.Figure, r.Last), Href: "/figures/" + r.Figure.ID, Badges: badges(w, r), Line: w.N("%d claim", "%d claims", r.Last.Used)}
		if n := len(r.Last.Denials); n > 0 {
			x.Line += " · " + w.N("%d denial beside it", "%d denials beside it", n)
		}
		if r.Figure.Population != "" || r.Figure.Scope.Area != "" {
			x.Line += " · " + strings.Trim(r.Figure.Population+", "+r.Figure.Scope.Area, ", ")
		}
		if r.Figure.Status.OfHelp() {
			help.Rows = append(help.Rows, x)
		} else {
			harm.Rows = append(harm.Rows, x)
		}
	}
	for _, p := range []part{harm, help} {
		if len(p.Rows) > 0 {
			v.Parts = append(v.Parts, p)
		}
	}
	return v
}

func day(w i18n.Words, d edtf.Date) string {
	first, last := d.Span()
	switch {
	case first == "" && last == "":
		return w.T("date unknown")
	case first == last:
		return w.Day(first)
	case first == "":
		return w.T("until %s", w.Day(last))
	case last == "":
		return w.T("since %s", w.Day(first))
	}
	return w.T("%s to %s", w.Day(first), w.Day(last))
}

// saidOn says when a claim was made; for a running total, until when it counts.
func saidOn(w i18n.Words, c record.Weighed) string {
	if c.Counted != "" {
		return w.T("as of %s", day(w, c.Counted))
	}
	return day(w, c.Asserted)
}

func saysOf(w i18n.Words, c record.Weighed) string {
	if !c.Counts {
		return w.T("it happened; no number")
	}
	return figures.SayBound(c.Bound).In(w)
}

// shaken tells what changed in the study since the estimate.
func (v *sheetView) shaken(s figures.Sheet) {
	if n := s.Shaken.TakenBack; n > 0 {
		v.Shaken = append(v.Shaken, v.N("%d decision under its estimate was taken back.", "%d decisions under its estimate were taken back.", n))
	}
	if n := s.Shaken.Added; n > 0 {
		v.Shaken = append(v.Shaken, v.N("%d list came into the study, was left out or is understood otherwise since.", "%d lists came into the study, were left out or are understood otherwise since.", n))
	}
	if len(v.Shaken) > 0 {
		v.Study = "/lists/" + s.Estimates[len(s.Estimates)-1].Study
	}
}

func newSheet(f ui.Frame, s figures.Sheet, n names, me string, may bool) sheetView {
	w := f.Words
	v := sheetView{Frame: f, Incident: s.Incident.Title, IncidentHref: "/record/incidents/" + s.Incident.ID, Range: rangeOf(w, s.Figure, s.Last), Badges: badges(w, s.Row), Stale: s.Stale,
		Never: s.Last.ID == "", May: may, Action: "/figures/" + s.Figure.ID, Says: figures.Say(s.Last.Range).In(w)}
	v.Rules = []page.Fact{{Term: w.T("Lower bound"), Text: s.Last.Low.Reason.In(w)}, {Term: w.T("Best number"), Text: s.Last.Best.Reason.In(w)}, {Term: w.T("Upper bound"), Text: s.Last.High.Reason.In(w)},
		{Term: w.T("Rests on"), Text: basis(w, s.Last.Basis)}, {Term: w.T("Reckoned"), Text: w.Date(s.Last.At), Note: n.of(w, s.Last.By)}}
	if v.Never {
		v.Rules = nil
	}
	v.shaken(s)
	v.uses(s)
	if s.Parts > 1 {
		v.Part = w.T("Part %s of %s of the claims. The number rests on all of them.", w.Number(int64(s.Part+1)), w.Number(int64(s.Parts)))
		if s.Part > 0 {
			v.Newer = v.Action + "?part=" + strconv.Itoa(s.Part-1)
		}
		if s.Part+1 < s.Parts {
			v.Older = v.Action + "?part=" + strconv.Itoa(s.Part+1)
		}
	}
	for _, d := range s.Denials {
		x := denial{Words: w, Speaker: d.Speaker, When: day(w, d.Dated), Quote: d.Quote, Href: "/record/statements#" + d.ID}
		if d.Summary != "" {
			x.Summary = w.T(d.Summary)
		}
		v.Denials = append(v.Denials, x)
	}
	v.history(s, n)
	switch {
	case v.Never || !may:
	case s.Last.Reviewer != "":
		v.Checked = w.T("Checked by %s, %s.", n.of(w, s.Last.Reviewer), w.Date(s.Last.Reviewed))
	case s.Last.By == me:
		v.WhyNot = w.T("You reckoned it, so another person must check it.")
	default:
		v.Check = s.Last.ID
	}
	v.AsOf = f.Form.Date("asof", w.T("As of")).Hint(w.T("Claims that were made until the end of this day.")).Or(string(clock.DayOf(f.Now)))
	claims := []page.Option{{Value: "", Label: w.T("Choose")}}
	for _, c := range s.Claims {
		claims = append(claims, page.Option{Value: c.ID, Label: c.From.Name + ", " + saidOn(w, c) + ": " + saysOf(w, c)})
	}
	v.Leave = []page.Field{f.Form.Select("claim", w.T("Claim"), claims), f.Form.Radios("what", w.T("What to do"), []page.Option{{Value: "out", Label: w.T("Leave it out")}, {Value: "in", Label: w.T("Take it in again")}}).Or("out"), f.Form.Area("reason", w.T("Why")).Rows(2)}
	return v
}

// uses lists every claim, used or not, and puts them behind the drawn range.
func (v *sheetView) uses(s figures.Sheet) {
	w := v.Words
	for _, u := range s.Last.Uses {
		c := s.Claim(u.Claim)
		if c.ID == "" {
			continue
		}
		x := use{Words: w, Href: "/record/claims/" + c.ID, Says: saysOf(w, c), Why: u.Reason.In(w), Source: c.From.Name, SourceHref: "/record/sources/" + c.Source, When: saidOn(w, c)}
		r := c.Range()
		claim := page.RangeClaim{Source: c.From.Name, Says: x.Says, Low: end(r.Low), High: end(r.High), Href: x.Href}
		if u.Used {
			v.Used = append(v.Used, x)
		} else {
			v.Out = append(v.Out, x)
			claim.Excluded = x.Why
		}
		v.Range.Claims = append(v.Range.Claims, claim)
	}
}

func (v *sheetView) history(s figures.Sheet, n names) {
	w := v.Words
	v.History = ui.Table{Words: w, Caption: w.T("What was said, and when"), Columns: []ui.Column{{Label: w.T("As of")}, {Label: w.T("Said")}, {Label: w.T("Claims used"), Numeric: true}, {Label: w.T("Reckoned")}, {Label: w.T("Checked by")}}}
	for _, r := range s.History {
		used := int64(r.Used)
		checked := "—"
		if r.Reviewer != "" {
			checked = n.of(w, r.Reviewer)
		}
		v.History.Rows = append(v.History.Rows, ui.Row{Cells: []ui.Cell{{Text: w.Day(r.AsOf)}, {Text: figures.Say(r.Range).In(w)}, {Text: w.Number(used)}, {Text: w.Date(r.At), Sub: n.of(w, r.By)}, {Text: checked}}})
	}
}

func basis(w i18n.Words, b figures.Basis) string {
	switch b {
	case figures.OneReport:
		return w.T("one report")
	case figures.Reconciled:
		return w.T("several reports, reconciled")
	case figures.NamedList:
		return w.T("a list of names: a floor, never an estimate")
	case figures.Estimate:
		return w.T("an estimate")
	}
	return "—"
}

func newForm(f ui.Frame, incidents []record.Incident) formView {
	w := f.Words
	choose := []page.Option{{Value: "", Label: w.T("Choose")}}
	what := slices.Clone(choose)
	for _, s := range record.Statuses() {
		what = append(what, page.Option{Value: string(s), Label: w.T(s.Label())})
	}
	where := slices.Clone(choose)
	at := ""
	for _, i := range incidents {
		where = append(where, page.Option{Value: i.ID, Label: i.Title})
		at = i.ID
	}
	return formView{Frame: f, Fields: []page.Field{
		f.Form.Select("status", w.T("What is counted"), what), f.Form.Select("incident", w.T("Incident"), where).Or(at),
		f.Form.Select("unit", w.T("Unit"), []page.Option{{Value: string(record.Persons), Label: w.T("people")}, {Value: string(record.Families), Label: w.T("families")}, {Value: string(record.Events), Label: w.T("events")}}),
		f.Form.Text("population", w.T("Only a part of the people")).Optional().Hint(w.T("such as “minors”; a part with few people is not shown in public")),
		f.Form.Select("basis", w.T("What it rests on"), []page.Option{{Value: "", Label: w.T("what the claims are")}, {Value: string(figures.NamedList), Label: w.T("a list of names: a floor, never an estimate")}, {Value: string(figures.Estimate), Label: w.T("an estimate")}}),
	}}
}
