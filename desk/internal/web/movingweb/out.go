package movingweb

import (
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// overview is where one begins: what may come in, what may leave, and who was asked.
type overview struct {
	ui.Frame
	Ways  []way
	Exits []exitRow
}

type way struct{ Title, Text, Href string }

// exitRow is one thing that was asked to leave.
type exitRow struct {
	Title  string
	Badge  page.Badge
	Facts  []page.Fact
	Answer string // where a second person answers; empty: not this one
	Fetch  string
}

func overviewView(f ui.Frame, all []cases.Exit, me staff.Member, names map[string]string) overview {
	w := f.Words
	v := overview{Frame: f}
	if me.Roles.Has(staff.Caseworker) {
		v.Ways = []way{
			{w.T("A table comes in"), w.T("Cases, people, papers and notes from a spreadsheet."), "/moving/tables"},
			{w.T("Cases from Primero"), w.T("JSON, with what could not be taken over listed."), "/moving/primero"},
			{w.T("A package of another Desk"), w.T("Everything that a Desk gave for moving away."), "/moving/package"},
			{w.T("Something leaves"), w.T("A table of your cases, or all of them, after a second person's yes."), "/moving/out"},
		}
	}
	for _, e := range all {
		v.Exits = append(v.Exits, exitOf(w, e, me.ID, names, f.Now))
	}
	return v
}

func exitOf(w i18n.Words, e cases.Exit, me string, names map[string]string, now time.Time) exitRow {
	name := func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return w.T("a member who left")
	}
	x := exitRow{Title: w.T("Everything, for moving away")}
	if e.Kind == cases.ExitTable {
		x.Title = w.T("Table: %s", w.T(tableWord(e.Table))) + " (" + strings.ToUpper(string(e.Format)) + ")"
	}
	x.Facts = []page.Fact{{Term: w.T("Asked by"), Text: name(e.By), Note: w.Date(e.At)}, {Term: w.T("Why"), Text: e.Reason}}
	if e.Recipient != "" {
		x.Facts = append(x.Facts, page.Fact{Term: w.T("Sealed to"), Text: short(e.Recipient)})
	} else {
		x.Facts = append(x.Facts, page.Fact{Term: w.T("Sealed to"), Text: w.T("nobody: whoever has the file can read it")})
	}
	if e.Second != "" {
		x.Facts = append(x.Facts, page.Fact{Term: w.T("Answered by"), Text: name(e.Second), Note: w.Date(e.Answered)})
	}
	if e.Fetched > 0 {
		x.Facts = append(x.Facts, page.Fact{Term: w.T("Fetched"), Text: w.N("%d time", "%d times", e.Fetched)})
	}
	base := "/moving/exits/" + e.ID
	switch e.Stand(now) {
	case cases.ExitAsked:
		x.Badge = page.Badge{Text: w.T("Waits for a second person"), Tone: page.Accent}
		if e.By != me {
			x.Answer = base + "/answer"
		}
	case cases.ExitOpen:
		x.Badge = page.Badge{Text: w.T("May be fetched"), Tone: page.Calm}
		if e.By == me {
			x.Fetch = base + "/fetch"
		}
	case cases.ExitRefused:
		x.Badge = page.Badge{Text: w.T("Refused")}
	default:
		x.Badge = page.Badge{Text: w.T("Over")}
	}
	return x
}

// short shows as much of a recipient as two people need to compare it.
func short(r string) string {
	if len(r) <= 28 {
		return r
	}
	return r[:16] + " … " + r[len(r)-8:]
}

func (r *Room) overview(c *ui.Context) error {
	all, err := r.Book.Exits(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "moving", overviewView(c.Frame(c.T("Cases come in and go out")), all, c.Actor.Member, names))
}

func outView(f ui.Frame, id string) formView {
	w := f.Words
	what := []page.Option{{Value: "all", Label: w.T("Everything I may open, for moving away"), Hint: w.T("Cases with every version, legs, places, check-ins, files: sealed only.")}}
	for _, o := range tableOptions(w) {
		what = append(what, page.Option{Value: o.Value, Label: w.T("Table: %s", o.Label)})
	}
	return formView{Frame: f, Action: "/moving/out", Button: w.T("Ask a second person"), Hidden: []ui.Hidden{{Name: "exit", Value: id}},
		Intro: []string{w.T("What leaves names people and places. A second person must say yes; then you can fetch it for one day. Who asked, who allowed it, and each case that was opened stand in the ledger.")},
		Fields: []page.Field{
			f.Form.Radios("what", w.T("What is to leave?"), what),
			f.Form.Radios("format", w.T("A table as"), []page.Option{{Value: string(table.CSV), Label: w.T("CSV")}, {Value: string(table.XLSX), Label: w.T("Spreadsheet (XLSX)")}}).Or(string(table.CSV)),
			f.Form.Area("reason", w.T("Why, and where will it lie?")).Rows(2).Hint(w.T("Without names: the second person decides by it.")),
			f.Form.Text("recipient", w.T("Sealed to this age recipient")).Optional().Hint(w.T("It begins with age1. A table may leave without; think of who finds the laptop.")),
		}}
}

func (r *Room) out(c *ui.Context) error {
	return c.Render(pages, "form", outView(c.Frame(c.T("Something leaves")), newExit()))
}

func (r *Room) ask(c *ui.Context) error {
	e := cases.Exit{ID: c.Text("exit"), Kind: cases.ExitTable, Table: cases.Table(c.Text("what")), Format: table.Format(c.Text("format")), Reason: c.Text("reason"), Recipient: c.Text("recipient")}
	if c.Text("what") == "all" {
		e.Kind = cases.ExitAll
	}
	err := r.Book.AskExit(c.Context(), c.Actor, e)
	if err == nil {
		return c.See("/moving", "moving.asked")
	}
	if !again(err) {
		return err
	}
	f := c.Frame(c.T("Something leaves"))
	f.Form = c.Form(err)
	for i, x := range f.Form.Errors {
		if x.Name == "table" {
			f.Form.Errors[i].Name = "what"
		}
	}
	return c.Invalid(pages, "form", outView(f, e.ID))
}

func (r *Room) answer(c *ui.Context) error {
	if err := r.Book.AnswerExit(c.Context(), c.Actor, c.ID("exit"), c.Text("yes") == "yes"); err != nil {
		return err
	}
	return c.See("/moving", "moving.answered")
}

// fetch hands out what two people let leave. It is a form and no link: it leaves a trace.
func (r *Room) fetch(c *ui.Context) error {
	p, err := r.Book.Fetch(c.Context(), c.Actor, c.ID("exit"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, p.Type, p.Name, p.Bytes)
}
