// Package uitest shows every widget of the Desk in its states, as stories. Only
// tests import it. The people and places in it are invented.
package uitest

import (
	"embed"
	"net/url"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

type gallery struct {
	ui.Frame
	Tabs      ui.Tabs
	Filter    ui.Filter
	Table     ui.Table
	None      ui.Table
	Stats     []ui.Stat
	Facts     []page.Fact
	Events    []page.Event
	Ranges    []page.Range
	Badges    []page.Badge
	Lefts     []page.TimeLeft
	Confirm   ui.Confirm
	Danger    ui.Confirm
	Approvals []ui.Approvals
	Copy      ui.Copy
	Step      page.Progress

	Yes, Threats, Ways []page.Option
}

// Stories are the galleries of widgets.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	return []ui.Story{
		{Name: "widgets/lists", Set: set, Template: "lists", View: func(w i18n.Words) any { return lists(w) }},
		{Name: "widgets/numbers", Set: set, Template: "numbers", View: func(w i18n.Words) any { return numbers(w) }},
		{Name: "widgets/decisions", Set: set, Template: "decisions", View: func(w i18n.Words) any { return decisions(w) }},
		{Name: "widgets/form", Set: set, Template: "form", View: func(w i18n.Words) any { return form(w, nil) }},
		{Name: "widgets/form-errors", Set: set, Template: "form", View: func(w i18n.Words) any {
			return form(w, []fault.Field{
				{Name: "summary", Message: "Say in one sentence what happened."},
				{Name: "when", Message: "Write the day as 2017-04-09."},
				{Name: "danger", Message: "Choose one."},
			})
		}},
	}
}

func now() time.Time { return time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC) }

func lists(w i18n.Words) gallery {
	g := gallery{Frame: ui.Example(w, w.T("Cases"), "/cases", staff.Intake, staff.Caseworker, staff.Security)}
	g.Notice = "The case is open. You are its caseworker."
	g.Tabs = ui.Tabs{Label: "Parts of the list", Items: []ui.Item{{Label: "Mine", Path: "/cases", Current: true, Count: 3}, {Label: "All open", Path: "/cases?all=1"}, {Label: "Closed", Path: "/cases?closed=1"}}}
	g.Filter = ui.Filter{Words: w, Action: "/cases", Active: true, Fields: []page.Field{
		g.Form.Text("q", "Pseudonym"),
		g.Form.Select("state", "State", []page.Option{{Value: "", Label: "Any"}, {Value: "moving", Label: "Moving"}, {Value: "sheltered", Label: "Sheltered"}}),
	}}
	left := func(d time.Duration, danger bool) *page.TimeLeft {
		return &page.TimeLeft{Words: w, Now: now(), Due: now().Add(d), Danger: danger}
	}
	g.Table = ui.Table{
		Words: w, Caption: "Cases that you carry", Sort: "due", Base: "/cases?state=moving", Total: "3 of 12 cases shown",
		Columns: []ui.Column{{Label: "Case", Key: "name"}, {Label: "State", Key: "state"}, {Label: "Next", Key: "due"}, {Label: "People", Numeric: true}, {Label: "Spent", Numeric: true}},
		Rows: []ui.Row{
			{Href: "/cases/a", Tone: page.Danger, Cells: []ui.Cell{{Text: "Sparrow", Sub: "invented example"}, {Badge: &page.Badge{Text: "Moving", Tone: page.Accent}}, {Left: left(-25*time.Minute, true), Sub: "Check-in from the road"}, {Text: "2"}, {Text: w.Number(1240) + " EUR"}}},
			{Href: "/cases/b", Cells: []ui.Cell{{Text: "Lantern with a rather long pseudonym"}, {Badge: &page.Badge{Text: "Sheltered", Tone: page.Calm}}, {Left: left(40*time.Minute, false), Sub: "Evening check-in"}, {Text: "1"}, {Text: "310 EUR"}}},
			{Href: "/cases/c", Cells: []ui.Cell{{Text: "Harbour"}, {Badge: &page.Badge{Text: "Waits for consent", Tone: page.Wait}}, {Left: left(51*time.Hour, false), Sub: "Ask again"}, {Text: "4"}, {Text: "0 EUR"}}},
		},
	}
	g.None = ui.Table{Empty: ui.Empty{Title: "No case is open", Text: "A case begins with a request: open one and choose “Make it a case”.", Href: "/requests", Action: "To the requests"}}
	g.Badges = []page.Badge{{Text: "Plain"}, {Text: "Calm", Tone: page.Calm}, {Text: "Accent", Tone: page.Accent}, {Text: "Wait", Tone: page.Wait}, {Text: "In danger now", Tone: page.Danger}}
	g.Lefts = []page.TimeLeft{*left(26*time.Hour, false), *left(20*time.Minute, false), *left(-3*time.Hour, false), *left(-3*time.Minute, true), {Words: w}}
	return g
}

func numbers(w i18n.Words) gallery {
	g := gallery{Frame: ui.Example(w, w.T("Figures"), "/figures", staff.Analyst, staff.Editor)}
	n := page.Number
	g.Stats = []ui.Stat{{Label: "Late check-ins", Value: "1", Note: "the oldest for 25 min", Href: "/cases", Tone: page.Danger}, {Label: "New requests", Value: "4", Note: "the oldest for 2 h", Href: "/requests"}, {Label: "Cases you carry", Value: "3"}, {Label: "Spent this month", Value: w.Number(18420), Note: "EUR of " + w.Number(40000)}}
	g.Ranges = []page.Range{
		{Words: w, ID: "detained", Label: "Detained", Note: "people, up to 9 April 2017", Low: n(101), Claims: []page.RangeClaim{{Source: "Newspaper (invented example)", Says: "“more than a hundred men”", Low: n(101), Href: "/record/a"}}},
		{Words: w, ID: "killed", Label: "Killed", Low: n(3), High: n(20), Claims: []page.RangeClaim{{Source: "Newspaper (invented example)", Says: "“at least three”", Low: n(3)}, {Source: "Witness A", Says: "“up to twenty”", High: n(20)}, {Source: "Witness B", Says: "“I do not know”", Excluded: "says nothing of the number"}}},
		{Words: w, ID: "asked", Label: "Asked for help", Low: n(64), Best: n(75), High: n(90)},
		{Words: w, ID: "upto", Label: "Released", High: n(40), Max: 100},
		{Words: w, ID: "none", Label: "Still held", Max: 100},
		{Words: w, ID: "exact", Label: "Brought to safety", Low: n(27), High: n(27), Best: n(27), Max: 100},
	}
	g.Facts = []page.Fact{{Term: "As of", Text: w.Day("2017-04-09")}, {Term: "Basis", Text: "several reports, reconciled", Note: "method 2"}, {Term: "Reviewed by", Text: "nobody yet"}, {Term: "Rests on", Text: "3 claims of 2 independent sources", Href: "/record"}}
	g.Events = []page.Event{
		{When: w.Ago(20 * time.Minute), Who: "Example Member", Title: "The check-in was missed", Text: "First call made. No answer.", Tone: page.Danger},
		{When: w.Date(now().Add(-8 * time.Hour)), Who: "the person", Title: "A message came", Text: "We are on the way. The driver is calm.\nI will write from the station.", Quoted: true, Tone: page.Accent},
		{When: w.Date(now().Add(-30 * time.Hour)), Title: "Plan approved by two", Tone: page.Calm, Href: "/cases/a"},
		{When: w.Day("2017-04-09"), Title: "The case was opened"},
	}
	g.Copy = ui.Copy{Words: w, Label: "Letter to the ministry", Text: "Dear Minister,\n\nwe ask you to grant a humanitarian visa to the people named in the sealed annex.\n\nYours faithfully"}
	g.Step = page.Progress{Words: w, Done: 2, Of: 5, Note: "you can stop after each"}
	return g
}

func decisions(w i18n.Words) gallery {
	g := gallery{Frame: ui.Example(w, "Decisions", "/cases/x", staff.Caseworker)}
	why := g.Form.Area("why", "Why").Rows(2)
	g.Confirm = ui.Confirm{Words: w, Title: "Close the case", Sentences: []string{"The case leaves everybody's list. What identifies the person is erased on 12 July 2017.", "Until then a caseworker can open it again."}, Action: "/x", Button: "Close the case", Fields: []page.Field{why}, Back: "/cases/x"}
	g.Danger = ui.Confirm{Words: w, Title: "Mark the place as exposed", Sentences: []string{"Two people are there now. Both caseworkers and the person on duty are called at once.", "Nobody can be sent to this place any more."}, Action: "/x", Button: "Mark it and call", Danger: true, Back: "/cases/x"}
	g.Approvals = []ui.Approvals{
		{Words: w, Title: "Go or no-go", Need: 2, Given: []ui.Approval{{Name: "Example Member", When: now().Add(-20 * time.Minute)}}, Who: "a caseworker who did not make the plan", Action: "/x", Button: "I agree: go"},
		{Words: w, Title: "Publication", Need: 2, Who: "an editor and one more member", WhyNot: "You wrote this text, so others must agree.", Changed: "The text was changed after the first approval. Both must agree again."},
		{Words: w, Title: "Spending over 500 EUR", Need: 1, Given: []ui.Approval{{Name: "Another Example", When: now()}}},
	}
	return g
}

func form(w i18n.Words, wrong []fault.Field) gallery {
	g := gallery{Frame: ui.Example(w, "A new thing", "/record/new", staff.Documenter)}
	g.Form.Values = url.Values{"summary": {"A long answer that was typed before and must not be lost when the page comes back"}, "how": {"call"}, "threat": {"family", "online"}}
	g.Form.Errors = wrong
	g.Yes = []page.Option{{Value: "now", Label: "Yes, now"}, {Value: "days", Label: "In some days", Hint: "There is time to plan."}, {Value: "no", Label: "No"}}
	g.Threats = []page.Option{{Value: "state", Label: "Officials"}, {Value: "family", Label: "Relatives"}, {Value: "online", Label: "People on the internet"}}
	g.Ways = []page.Option{{Value: "form", Label: "Form"}, {Value: "call", Label: "Call"}}
	if wrong != nil {
		g.Form.Values.Set("when", "spring")
		g.Form.Values.Del("summary")
	}
	return g
}
