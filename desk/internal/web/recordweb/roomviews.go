package recordweb

import (
	"slices"
	"strings"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// roomView is the reading room of one incident.
type roomView struct {
	ui.Frame
	ID         string
	Facts      []page.Fact
	Narrative  string
	Historical bool
	Deeds      []deedPart
	Others     []said // statements that speak to no claim
	Counts     []card
	Help       []page.Event
	Results    []page.Event
	May        bool
	Action     string
	Codes      string
	Acts       string
	Correct    string
	Reading    string
	Place      string
	Act        page.Field
	New        string // the id of the fact that the form makes
	Fact       []page.Field
	None       ui.Empty
}

// deedPart is one act: what is claimed, what is said against it, what was found.
type deedPart struct {
	i18n.Words
	ID, Title, Href string
	Grade           page.Badge
	State           string
	Proposed        string
	Attribution     string
	Claims          []card
	Rest            string // says how many of the claims stand here, when not all do
	Against         []said
	For             []said
}

func newRoom(f ui.Frame, r record.Room, may bool) roomView {
	w, i := f.Words, r.Incident
	v := roomView{Frame: f, ID: i.ID, Narrative: i.Narrative, Historical: i.Historical, May: may, Action: "/record/incidents/" + i.ID + "/deeds", Codes: "/record/codes/" + i.ID, Acts: "/record/incidents/" + i.ID + "/acts", Correct: "/record/incidents/" + i.ID + "/correct", Reading: "/record/reading/" + i.ID, Place: "/record/places/" + i.ID,
		None: ui.Empty{Title: w.T("No act yet"), Text: w.T("Say which acts happened. Each then shows its claims side by side, and what was found.")}}
	v.Facts = []page.Fact{{Term: w.T("When"), Text: when(w, i.Span)}, {Term: w.T("Place"), Text: i.Place}}
	if i.PlaceRough {
		v.Facts[1].Note = w.T("a region, not a spot")
	}
	spoken := map[string]bool{}
	for _, d := range r.Deeds {
		p := newDeedPart(w, d)
		for _, s := range r.Statements {
			against, speaks := touches(s.Contradicts, r.About, d.Deed.Act), touches(s.Supports, r.About, d.Deed.Act)
			if against {
				p.Against = append(p.Against, newSaid(w, s))
			}
			if speaks {
				p.For = append(p.For, newSaid(w, s))
			}
			spoken[s.ID] = spoken[s.ID] || against || speaks
		}
		v.Deeds = append(v.Deeds, p)
	}
	for _, s := range r.Statements {
		if !spoken[s.ID] {
			v.Others = append(v.Others, newSaid(w, s))
		}
	}
	v.Counts = cards(w, r.Counts)
	for _, m := range r.Milestones {
		e := page.Event{When: when(w, m.Dated), Title: m.Event, Who: m.Source}
		if m.Result {
			e.Text = strings.Join(m.By, ", ")
			v.Results = append(v.Results, e)
		} else {
			v.Help = append(v.Help, e)
		}
	}
	if v.New = f.Form.Values.Get("fact"); v.New == "" {
		v.New = ids.New("milestone")
	}
	v.Fact = []page.Field{
		f.Form.Text("event", w.T("What happened")).Hint(w.T("It must name nobody.")),
		f.Form.Text("factdate", w.T("On")).Short().Hint(w.T("2017-04-09, 2017-04, 2017 or 2017~ for “about”")),
		f.Form.Select("facttype", w.T("What it belongs to"), []page.Option{{Value: "help", Label: w.T("the help")}, {Value: "result", Label: w.T("what governments and institutions did")}}),
		f.Form.Text("bywhom", w.T("Who did it")).Optional().Hint(w.T("states or institutions, with commas between")),
		f.Form.Text("factsource", w.T("Who says so")).Optional(),
	}
	v.Act = f.Form.Select("act", w.T("Act"), append([]page.Option{{Value: "", Label: w.T("Choose")}}, options(w, acts())...))
	return v
}

// touches reports whether one of the claims is about the act.
func touches(claims []string, about map[string]record.Act, act record.Act) bool {
	return slices.ContainsFunc(claims, func(id string) bool {
		of, ok := about[id]
		return ok && of == act
	})
}

func newDeedPart(w i18n.Words, d record.DeedView) deedPart {
	p := deedPart{Words: w, ID: d.Deed.ID, Title: w.T(d.Deed.Act.Label()), Href: "/record/deeds/" + d.Deed.ID, Claims: cards(w, d.Claims), Attribution: d.Deed.Attribution,
		Proposed: w.T(d.Proposal.Grade.Label())}
	if len(d.Claims) < d.N {
		p.Rest = w.T("%s of %s shown", w.Number(int64(len(d.Claims))), w.Number(int64(d.N)))
	}
	last := d.Last()
	switch {
	case last.ID == "" && !d.Proposed:
		p.Grade, p.State = page.Badge{Text: w.T("no finding yet"), Tone: page.Wait}, w.T("So many claims are weighed on the act’s own page.")
	case last.ID == "":
		p.Grade, p.State = page.Badge{Text: w.T("no finding yet"), Tone: page.Wait}, w.T("The claims propose: %s.", p.Proposed)
	case !last.Reviewed():
		p.Grade, p.State = page.Badge{Text: w.T(last.Decided.Label()), Tone: page.Accent}, w.T("A second person has not agreed yet.")
	default:
		p.Grade = page.Badge{Text: w.T(last.Decided.Label()), Tone: page.Calm}
	}
	return p
}

// deedView is the page on which an act is graded.
type deedView struct {
	ui.Frame
	Back, BackText string
	Deed           deedPart
	Code           string
	Grade          string
	Reasons        []string
	Doubts         []doubt
	History        []found
	Last           found
	May            bool
	MayReview      bool
	Own            bool
	Action         string
	Decide         []page.Field
	ReviewFields   []page.Field
	turn           // of the claims
}

// found is one finding in words.
type found struct {
	i18n.Words
	ID, Grade, Proposed, Standard string
	Reasoning, Who, When, Due     string
	Differs                       bool // decided otherwise than proposed
	Reviews                       []page.Event
	Reviewed                      bool
}

func newFound(w i18n.Words, f record.Finding, n names) found {
	v := found{Words: w, ID: f.ID, Grade: w.T(f.Decided.Label()), Proposed: w.T(f.Proposed.Label()), Standard: word(w, standards(), f.Standard), Reasoning: f.Reasoning,
		Who: n.of(w, f.By), When: w.Date(f.At), Differs: f.Decided != f.Proposed, Reviewed: f.Reviewed()}
	if f.Due != "" {
		v.Due = w.Day(f.Due)
	}
	for _, r := range f.Reviews {
		e := page.Event{When: w.Date(r.At), Who: n.of(w, r.By), Title: w.T("agrees"), Text: r.Note, Tone: page.Calm}
		if !r.Agrees {
			e.Title, e.Tone = w.T("sees it differently"), page.Accent
		}
		v.Reviews = append(v.Reviews, e)
	}
	return v
}

func newDeed(f ui.Frame, d record.DeedView, i record.Incident, n names, me string, may bool) deedView {
	w := f.Words
	v := deedView{Frame: f, Back: "/record/incidents/" + i.ID, BackText: i.Title, Deed: newDeedPart(w, d), Code: d.Deed.Act.HURIDOCS(), May: may, Action: "/record/deeds/" + d.Deed.ID,
		Grade: w.T(d.Proposal.Grade.Label())}
	for _, r := range d.Proposal.Reasons {
		v.Reasons = append(v.Reasons, r.In(w))
	}
	for k, x := range d.Proposal.Doubts {
		v.Doubts = append(v.Doubts, newDoubt(f, x, d.Proposal.Grade, k, may))
	}
	for k := len(d.Findings) - 1; k >= 0; k-- {
		v.History = append(v.History, newFound(w, d.Findings[k], n))
	}
	if last := d.Last(); last.ID != "" {
		v.Last, v.History = v.History[0], v.History[1:]
		v.Own = last.By == me
		v.MayReview = may && !v.Own && !last.Reviewed()
	}
	v.Decide = []page.Field{
		f.Form.Radios("decided", w.T("Your grade"), options(w, grades())).Or(string(d.Proposal.Grade)),
		f.Form.Select("standard", w.T("Standard of proof"), options(w, standards())).Or(string(record.Grounds)),
		f.Form.Area("reasoning", w.T("Why")).Rows(4).Hint(w.T("Say what weighs for and against, also when you take the grade that is proposed.")),
		f.Form.Date("due", w.T("Look at it again on")).Optional(),
	}
	v.ReviewFields = []page.Field{
		f.Form.Radios("agrees", w.T("Your answer"), []page.Option{{Value: "yes", Label: w.T("I agree")}, {Value: "no", Label: w.T("I see it differently")}}),
		f.Form.Area("note", w.T("What you see differently")).Rows(3).Optional(),
	}
	return v
}

// statementsView is made for quoting: each statement beside what it contradicts.
type statementsView struct {
	ui.Frame
	List []answered
	May  bool
	None ui.Empty
	turn
}

type answered struct {
	i18n.Words
	ID      string
	Said    said
	Against []card
	For     []card
	Copy    ui.Copy
}

func newStatements(f ui.Frame, all []record.Answered, may bool) statementsView {
	w := f.Words
	v := statementsView{Frame: f, May: may, None: ui.Empty{Title: w.T("No statement yet"), Text: w.T("What officials and organisations say in public stands here, beside the claims that it contradicts.")}}
	for _, a := range all {
		x := answered{Words: w, ID: a.Statement.ID, Said: newSaid(w, a.Statement), Against: cards(w, a.Contradicts), For: cards(w, a.Supports)}
		x.Copy = ui.Copy{Words: w, Label: w.T("To be quoted") + ": " + x.Said.Speaker + ", " + x.Said.When, Text: quotable(w, x)}
		v.List = append(v.List, x)
	}
	return v
}

// quotable puts a statement and what it contradicts into one text with sources and dates.
func quotable(w i18n.Words, a answered) string {
	var b strings.Builder
	b.WriteString(a.Said.Speaker + ", " + a.Said.When + " (" + strings.ToLower(a.Said.Kind) + "): ")
	if a.Said.Quote != "" {
		b.WriteString("“" + a.Said.Quote + "”")
	} else {
		b.WriteString(a.Said.Summary)
	}
	if len(a.Against) > 0 {
		b.WriteString("\n" + w.T("Against this stand:"))
	}
	for _, c := range a.Against {
		b.WriteString("\n– " + c.Public + ", " + c.When + ": " + c.About + ", " + c.Says)
	}
	return b.String()
}
