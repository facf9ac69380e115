// Package teamweb is the pages on which colleagues ask something of each other in a
// case and hand cases on.
//
// It refuses rules: those are team's. It imports team, cases, watch, staff, ui, page
// and the ground.
package teamweb

import (
	"context"
	"embed"
	"io/fs"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/team"
	"waylight/desk/internal/watch"
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

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	Board   *team.Board
	Members func(ctx context.Context) ([]staff.Member, error) // also former ones
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"task.asked":        i18n.Key("Kept. Whoever it is for sees it on their first page."),
		"task.done":         i18n.Key("Kept as done."),
		"task.dropped":      i18n.Key("Dropped. Nobody need do it any more."),
		"task.passed":       i18n.Key("Changed."),
		"handing.offered":   i18n.Key("Offered. The case stays yours until your colleague accepts it."),
		"handing.renoted":   i18n.Key("The new note is offered. Your colleague must read it before accepting."),
		"handing.accepted":  i18n.Key("The case is yours. Look at its check-ins now."),
		"handing.declined":  i18n.Key("Declined. The case stays with your colleague."),
		"handing.withdrawn": i18n.Key("Taken back. The case is yours as before."),
		"handing.seen":      i18n.Key("Noted that you have seen it."),
		"leave.noted":       i18n.Key("The leave is noted."),
		"leave.ended":       i18n.Key("The leave has ended. What was lent for it has ended too."),
	})
	w := staff.Caseworker
	m.Get("/cases/{case}/work", r.work, w)
	m.Post("/cases/{case}/work", r.ask, w)
	m.Post("/tasks/{task}/finish", r.finish, w)
	m.Post("/tasks/{task}/pass", r.pass, w)
	m.Get("/cases/{case}/handover", r.offerForm, w)
	m.Post("/cases/{case}/handover", r.offer, w)
	m.Get("/handovers", r.list, w)
	m.Get("/handovers/{handing}", r.handing, w)
	m.Get("/handovers/{handing}/note", r.noteForm, w)
	m.Post("/handovers/{handing}/note", r.renote, w)
	m.Urgent("/handovers/{handing}/accept", r.accept, w)
	m.Post("/handovers/{handing}/decline", r.decline, w)
	m.Post("/handovers/{handing}/withdraw", r.withdraw, w)
	m.Post("/handovers/{handing}/seen", r.seen, w)
	m.Get("/leave", r.leave)
	m.Post("/leave", r.absent)
	m.Post("/leave/{leave}/back", r.back)
	m.Get("/load", r.load, w, staff.Security)
}

// people are the members by id.
type people []staff.Member

func (p people) name(w i18n.Words, id string) string {
	if id == "desk" {
		return w.T("the Desk itself")
	}
	if id == "" {
		return w.T("everybody who is assigned")
	}
	for _, m := range p {
		if m.ID == id {
			return m.Name
		}
	}
	return w.T("a member who left")
}

// line is one sentence that leads somewhere.
type line struct {
	Text, Href string
	Left       *page.TimeLeft
	Danger     bool
}

// workView is the page of one case.
type workView struct {
	ui.Frame
	Case    string
	Code    string
	Late    []line
	Open    []task
	Ended   []task
	Add     []page.Field
	ID      string
	Offered *line
	May     bool // the case can be handed over
	Note    *noted
	Past    []page.Fact
}

// task is one task or flag as it is drawn.
type task struct {
	Title  string
	What   string
	Badges []page.Badge
	Left   *page.TimeLeft
	Facts  []page.Fact
	Answer string
	Finish string // address; empty: it has ended
	Pass   string
	Fields []page.Field
	Change []page.Field
	Flag   bool
}

// noted is the note with which a case was handed on.
type noted struct {
	By    string
	Facts []page.Fact
}

// Sentence puts the words of a task into the reader's language when the Desk made it.
func sentence(w i18n.Words, what string) string {
	if rest, ok := cut(what, team.TookAction); ok {
		return w.T("An action of the plan was your colleague's. Take it over in the plan: %s", rest)
	}
	if rest, ok := cut(what, team.TookLeg); ok {
		return w.T("Your colleague is to travel on leg %s. Decide whether they still do.", rest)
	}
	if what == team.TookTalk {
		return w.T("The conversation with the person has a new key. Ask a colleague who can open it to share it with you.")
	}
	return what
}

func cut(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

func viewTask(f ui.Frame, x team.Item, c *cases.Case, who people) task {
	w := f.Words
	t := task{Title: w.T("Task"), What: sentence(w, x.What), Flag: x.Kind == team.Flag, Answer: x.Answer}
	if t.Flag {
		t.Title = w.T("Flag")
	}
	owner := x.Owner
	if x.State == team.Open {
		owner = x.Whose(c.Assigned)
	}
	t.Facts = []page.Fact{{Term: w.T("Whose"), Text: who.name(w, owner)}, {Term: w.T("Asked for by"), Text: who.name(w, x.By), Note: w.Date(x.At)}}
	if x.Grave {
		t.Badges = append(t.Badges, page.Badge{Text: w.T("Grave"), Tone: page.Accent})
	}
	switch {
	case x.State == team.Done:
		t.Badges = append(t.Badges, page.Badge{Text: w.T("Done"), Tone: page.Calm})
	case x.State == team.Dropped:
		t.Badges = append(t.Badges, page.Badge{Text: w.T("Dropped")})
	case x.Late(f.Now):
		t.Badges = append(t.Badges, page.Badge{Text: w.T("Overdue"), Tone: late(x.Grave)})
	}
	if x.State != team.Open {
		t.Facts = append(t.Facts, page.Fact{Term: w.T("Ended"), Text: w.Date(x.Ended), Note: who.name(w, x.EndedBy)})
		return t
	}
	if !x.Due.IsZero() {
		t.Left = &page.TimeLeft{Words: w, Due: x.Due, Now: f.Now, Danger: x.Grave}
	}
	form := page.Form{Words: w}
	own := func(p page.Field) page.Field { p.ID += "-" + x.ID; return p }
	t.Finish, t.Pass = "/tasks/"+x.ID+"/finish", "/tasks/"+x.ID+"/pass"
	label := w.T("What was done")
	if t.Flag {
		label = w.T("Your answer")
	}
	a := form.Area("answer", label).Rows(3)
	if !t.Flag {
		a = a.Optional()
	}
	t.Fields = []page.Field{own(a)}
	t.Change = []page.Field{own(form.Select("owner", w.T("Who"), owners(w, c, who, !t.Flag)).Or(owner)), own(form.Moment("due", w.T("Until"), x.Due).Optional()), own(form.Checks("grave", w.T("Weight"), grave(w)).Optional().Or(yes(x.Grave)...))}
	return t
}

func late(grave bool) page.Tone {
	if grave {
		return page.Danger
	}
	return page.Accent
}

func yes(b bool) []string {
	if b {
		return []string{"yes"}
	}
	return nil
}

func grave(w i18n.Words) []page.Option {
	return []page.Option{{Value: "yes", Label: w.T("Grave: somebody may come to harm when it is late"), Hint: w.T("Then it rings on every page of whoever it is for, until it is done.")}}
}

func owners(w i18n.Words, c *cases.Case, who people, nobody bool) []page.Option {
	var out []page.Option
	if nobody {
		out = append(out, page.Option{Value: "", Label: w.T("everybody who is assigned")})
	}
	for _, id := range c.Assigned {
		out = append(out, page.Option{Value: id, Label: who.name(w, id)})
	}
	return out
}

func noteFacts(w i18n.Words, n team.Note) []page.Fact {
	var out []page.Fact
	for _, f := range []page.Fact{{Term: w.T("Where they are, how they are"), Text: n.Situation}, {Term: w.T("How grave, and why"), Text: n.Risk}, {Term: w.T("What was promised"), Text: n.Promised},
		{Term: w.T("The next contact"), Text: n.Next}, {Term: w.T("Where the agreed sentences are kept"), Text: n.Phrases}, {Term: w.T("What must not happen"), Text: n.Never}, {Term: w.T("Begun and not done"), Text: n.Open}} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

// alarms are the check-ins that are late or missed, and what nobody has answered.
func alarms(w i18n.Words, c *cases.Case, now time.Time) (out []line) {
	for _, x := range c.Late() {
		text := w.T("%s: the check-in is late.", c.Party(x.Content().Party).Code)
		switch x.State {
		case watch.Missed:
			text = w.T("%s: no sign of life. The ladder runs.", c.Party(x.Content().Party).Code)
		case watch.Duress:
			text = w.T("%s gave the sign of duress. Do not call them. The ladder runs.", c.Party(x.Content().Party).Code)
		}
		out = append(out, line{Text: text, Href: "/cases/" + c.ID + "/watch/" + x.Clock.ID + "/answer", Left: &page.TimeLeft{Words: w, Due: x.Due, Now: now, Danger: x.State.Alarmed()}, Danger: x.State.Alarmed()})
	}
	return out
}

func makeWork(f ui.Frame, w team.Work, me string, who people, id string) workView {
	v := workView{Frame: f, Case: w.Case.ID, Code: w.Case.Pseudonym, ID: id, Late: alarms(f.Words, w.Case, f.Now)}
	for _, x := range w.Items {
		t := viewTask(f, x, w.Case, who)
		if t.Finish != "" {
			v.Open = append(v.Open, t)
		} else {
			v.Ended = append(v.Ended, t)
		}
	}
	over := w.Case.State.Over()
	if !over {
		v.Add = []page.Field{
			f.Form.Radios("kind", f.T("Task or flag?"), []page.Option{{Value: string(team.Task), Label: f.T("Something to do")}, {Value: string(team.Flag), Label: f.T("A flag: a colleague is to look at it and to answer")}}).Or(string(team.Task)),
			f.Form.Area("what", f.T("What, and why")).Rows(3).Hint(f.T("Sealed in the case.")),
			f.Form.Select("owner", f.T("Who"), owners(f.Words, w.Case, who, true)),
			f.Form.Moment("due", f.T("Until"), time.Time{}).Optional(),
			f.Form.Checks("grave", f.T("Weight"), grave(f.Words)).Optional(),
		}
	}
	if h, ok := w.Offered(); ok {
		v.Offered = &line{Text: f.T("Offered to %s by %s", who.name(f.Words, h.Taker), who.name(f.Words, h.Giver)), Href: "/handovers/" + h.ID, Left: &page.TimeLeft{Words: f.Words, Due: h.Until, Now: f.Now}}
	}
	v.May = !over && v.Offered == nil && w.Case.Until[me].IsZero()
	if w.Note.Exists() {
		e := w.Note.Current
		v.Note = &noted{By: f.T("Edition %d, by %s, %s", e.Version, who.name(f.Words, e.Author), f.Date(e.At)), Facts: noteFacts(f.Words, e.Content)}
	}
	for _, h := range w.Handings {
		if h.State != team.Offered {
			v.Past = append(v.Past, page.Fact{Term: f.Date(h.Ended), Text: f.T("From %s to %s: %s", who.name(f.Words, h.Giver), who.name(f.Words, h.Taker), f.T(stateWord(h.State))), Note: w.Backs[h.ID]})
		}
	}
	return v
}

func stateWord(s team.HandingState) string {
	switch s {
	case team.Accepted:
		return i18n.Key("was accepted")
	case team.Declined:
		return i18n.Key("was declined")
	case team.Withdrawn:
		return i18n.Key("was taken back")
	case team.Lapsed:
		return i18n.Key("nobody answered in time")
	}
	return i18n.Key("waits for an answer")
}

// form shows a page again when a form was wrong; other faults go to their own page.
func form(err error) bool {
	return err == nil || fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict
}

func (r *Room) drawWork(c *ui.Context, err error) error {
	if !form(err) {
		return err
	}
	w, werr := r.Board.Work(c.Context(), c.Actor, c.ID("case"))
	if werr != nil {
		return werr
	}
	who, merr := r.Members(c.Context())
	if merr != nil {
		return merr
	}
	f, id := c.Frame(c.T("Case %s: tasks and handover", w.Case.Pseudonym)), ids.New("task")
	if err == nil {
		return c.Render(pages, "work", makeWork(f, w, c.Actor.ID, who, id))
	}
	f.Form = c.Form(err)
	if sent := c.Text("id"); ids.Valid("task", sent) {
		id = sent
	}
	return c.Invalid(pages, "work", makeWork(f, w, c.Actor.ID, who, id))
}

func (r *Room) work(c *ui.Context) error { return r.drawWork(c, nil) }

func (r *Room) ask(c *ui.Context) error {
	a := team.Ask{ID: c.Text("id"), File: c.ID("case"), Kind: team.Kind(c.Text("kind")), Owner: c.Text("owner"), Due: c.Time("due"), Grave: c.Has("grave", "yes")}
	if err := c.Wrong(); err != nil {
		return r.drawWork(c, err)
	}
	if err := r.Board.Ask(c.Context(), c.Actor, a, c.Text("what")); err != nil {
		return r.drawWork(c, err)
	}
	return c.See("/cases/"+a.File+"/work", "task.asked")
}

func (r *Room) finish(c *ui.Context) error {
	to := team.State(c.Text("state"))
	file, err := r.Board.FileOf(c.Context(), c.Actor, c.ID("task"))
	if err == nil {
		err = r.Board.Finish(c.Context(), c.Actor, c.ID("task"), to, c.Text("answer"))
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+file+"/work", "task."+string(to))
}

func (r *Room) pass(c *ui.Context) error {
	due := c.Time("due")
	err := c.Wrong()
	var file string
	if err == nil {
		file, err = r.Board.FileOf(c.Context(), c.Actor, c.ID("task"))
	}
	if err == nil {
		err = r.Board.Pass(c.Context(), c.Actor, c.ID("task"), c.Text("owner"), due, c.Has("grave", "yes"))
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+file+"/work", "task.passed")
}

// Mine lists what colleagues ask of the actor, for the first page. It opens nothing.
func (r *Room) Mine(c *ui.Context) ([]team.Ask, error) {
	if !c.Actor.Roles.Has(staff.Caseworker) {
		return []team.Ask{}, nil
	}
	all, err := r.Board.Waiting(c.Context(), c.Actor)
	slices.SortStableFunc(all, func(a, b team.Ask) int {
		if x, y := a.Late(c.Now()) && a.Grave, b.Late(c.Now()) && b.Grave; x != y {
			if x {
				return -1
			}
			return 1
		}
		return 0
	})
	return all, err
}

// Panel is what stands on a case's own pages.
type Panel struct {
	Title, Href string
	Count       int
	Alarm       []Line
	Lines       []Line
}

// Line is one sentence that leads somewhere.
type Line = line

// Panel tells what is asked in a case that was opened, from plain rows.
func (r *Room) Panel(c *ui.Context, k *cases.Case) (p Panel, err error) {
	tasks, handings, err := r.Board.Glance(c.Context(), c.Actor, k.ID)
	if err != nil {
		return p, err
	}
	p = Panel{Title: c.T("Tasks and handover"), Href: "/cases/" + k.ID + "/work"}
	for _, a := range tasks {
		if a.State != team.Open || k.State.Over() {
			continue
		}
		p.Count++
		l := line{Text: c.T("A task"), Href: p.Href, Danger: a.Grave && a.Late(c.Now())}
		if a.Kind == team.Flag {
			l.Text = c.T("A flag")
		}
		if !a.Due.IsZero() {
			l.Left = &page.TimeLeft{Words: c.Words, Due: a.Due, Now: c.Now(), Danger: a.Grave}
		}
		p.Lines = append(p.Lines, l)
	}
	gaps, err := r.Board.Gaps(c.Context(), c.Actor)
	if err != nil {
		return p, err
	}
	gaps = slices.DeleteFunc(gaps, func(g team.Gap) bool { return g.File != k.ID })
	p.Alarm = gapLines(c.Words, gaps, c.Now())
	if len(k.Assigned)-len(k.Until) == 1 && !k.State.Over() {
		p.Alarm = append(p.Alarm, line{Text: c.T("Only one person is assigned for good. If they are gone, the case is lost to all others: assign a second."), Href: "/cases/" + k.ID + "/team"})
	}
	for _, h := range handings {
		if h.State == team.Offered {
			p.Alarm = append(p.Alarm, line{Text: c.T("This case is offered to a colleague and not accepted yet."), Href: "/handovers/" + h.ID, Left: &page.TimeLeft{Words: c.Words, Due: h.Until, Now: c.Now()}})
		}
	}
	return p, nil
}
