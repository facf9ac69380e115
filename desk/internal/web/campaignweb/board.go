package campaignweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// headView is what stands over every page of a campaign.
type headView struct {
	ui.Frame
	Head  string
	Sub   string
	Tabs  ui.Tabs
	Base  string
	Crumb string
}

func head(f ui.Frame, file campaign.File, tab string, today clock.Day) headView {
	w := f.Words
	return headView{Frame: f, Head: file.Campaign.Title.In(w.Tag()), Sub: w.T("Led by %s, begun %s", file.Campaign.By, w.Day(file.Campaign.AsOf)), Tabs: tabs(w, file, tab, today), Base: "/campaign/" + file.Campaign.ID}
}

type boardView struct {
	headView
	Public  bool
	AsOf    string
	Demands []demandHead
	Rows    []boardRow
	Sums    []boardSum
	Stats   []ui.Stat
	Offers  bool // who looks may open the places offered
}

type demandHead struct {
	Text    string
	Changed bool // what it rests on has changed
	Href    string
}

type boardRow struct {
	Label, Href, Kind string
	Places            string // offered in public; empty: none
	Cells             []boardCell
}

type boardCell struct {
	Demand  string
	Badge   page.Badge
	Notes   []string
	Late    bool
	Unasked bool
	Href    string // to answer this cell's ask
}

type boardSum struct{ Demand, Text string }

// number of the states that mean something was done or promised.
func moved(t campaign.Totals) int {
	return t.ByState[campaign.Stated] + t.ByState[campaign.Committed] + t.ByState[campaign.Acted] + t.ByState[campaign.Resulted]
}

func boardPage(f ui.Frame, file campaign.File, changed map[string][]campaign.Shift, day clock.Day, public bool) boardView {
	w := f.Words
	s := file.Score(day, public)
	v := boardView{headView: head(f, file, "", day), Public: public, AsOf: w.Day(day)}
	done, asked := 0, 0
	for _, d := range s.Demands {
		v.Demands = append(v.Demands, demandHead{Text: d.Text.In(w.Tag()), Changed: len(changed[d.ID]) > 0, Href: v.Base + "/demands#" + d.ID})
		t := s.Totals[d.ID]
		v.Sums = append(v.Sums, boardSum{d.Text.In(w.Tag()), w.T("%d of %d asked, %d moved", t.Asked, t.Targets, moved(t))})
		done += moved(t)
		asked += t.Asked
	}
	longest := 0
	for _, g := range s.Targets {
		row := boardRow{Label: g.Label(w.Tag()), Href: v.Base + "/targets/" + g.ID, Kind: w.T(kindName(g.Kind))}
		if _, n := file.Offered(g.ID, day); n > 0 {
			row.Places = w.N("%d place offered", "%d places offered", n)
		}
		for i, d := range s.Demands {
			c := s.Cell(d.ID, g.ID)
			longest = max(longest, c.Silence)
			row.Cells = append(row.Cells, cellOf(w, v.Demands[i].Text, c, v.Base+"/targets/"+g.ID+"#"+d.ID))
		}
		v.Rows = append(v.Rows, row)
	}
	waits := 0
	for _, r := range file.Responses {
		if r.Withdrawn == "" && r.Second == "" {
			waits++
		}
	}
	v.Stats = []ui.Stat{
		{Label: w.T("Asks without an answer"), Value: w.Number(int64(max(0, asked-done))), Note: w.T("of %s put to somebody", w.Number(int64(asked)))},
		{Label: w.T("Statement, commitment, action or result"), Value: w.Number(int64(done)), Note: w.T("each with its evidence")},
		{Label: w.T("Longest silence"), Value: w.N("%d day", "%d days", longest)},
		{Label: w.T("Answers that wait for a second person"), Value: strconv.Itoa(waits), Href: v.Base + "/answers"},
	}
	return v
}

func cellOf(w i18n.Words, demand string, c campaign.Cell, href string) boardCell {
	b := boardCell{Demand: demand, Badge: page.Badge{Text: w.T(StateName(c.Best)), Tone: tone(c.Best)}, Late: c.Overdue, Href: href}
	if c.Best == campaign.None && !c.Asks() {
		b.Badge, b.Unasked = page.Badge{Text: w.T("Not asked"), Tone: page.Wait}, true
	}
	if c.Best > campaign.None {
		b.Notes = append(b.Notes, w.Day(c.Since))
	}
	if c.Latest != c.Best && c.Latest > campaign.None {
		b.Notes = append(b.Notes, w.T("last: %s", w.T(StateName(c.Latest))))
	}
	if c.Silence > 0 {
		b.Notes = append(b.Notes, w.N("%d day of silence", "%d days of silence", c.Silence))
	}
	if c.Overdue {
		b.Notes = append(b.Notes, w.T("deadline %s has passed", w.Day(c.Deadline)))
	} else if c.Deadline != "" {
		b.Notes = append(b.Notes, w.T("until %s", w.Day(c.Deadline)))
	}
	if c.Unconfirmed > 0 {
		b.Notes = append(b.Notes, w.T("not public yet"))
	}
	if c.Unproven > 0 {
		b.Notes = append(b.Notes, w.T("an answer without evidence"))
	}
	return b
}

func (r *Room) board(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	changed, err := r.Board.Moved(c.Context(), f)
	if err != nil {
		return err
	}
	v := boardPage(c.Frame(f.Campaign.Title.In(c.Tag())), f, changed, clock.DayOf(c.Now()), c.Text("show") == "public")
	v.Offers = c.Actor.Roles.Has(staff.Advocate) || c.Actor.Roles.Has(staff.Caseworker)
	return c.Render(r.set, "board", v)
}

type nextView struct {
	headView
	Table ui.Table
	Tasks []taskView
	New   formView
}

type taskView struct {
	Text, Sub  string
	Late       bool
	Done, Pass formView
}

func nextPage(f ui.Frame, file campaign.File, members []page.Option, names map[string]string, me string, today clock.Day) nextView {
	w := f.Words
	v := nextView{headView: head(f, file, "/next", today), Table: ui.Table{
		Words: w, Caption: w.T("What must be done next"), Columns: []ui.Column{{Label: w.T("What")}, {Label: w.T("Who")}, {Label: w.T("Demand")}, {Label: w.T("Day")}},
		Empty: ui.Empty{Title: w.T("Nothing is due"), Text: w.T("Deadlines of asks, promises and answers that need evidence or a second person will stand here.")},
	}}
	for _, d := range file.Next(today) {
		if d.What == "task" {
			v.Tasks = append(v.Tasks, taskOf(f, file, d, members, names, v.Base, today))
			continue
		}
		what := map[string]string{"answer": w.T("An answer is due: ask again"), "promise": w.T("A promise is due: look whether it was kept"), "confirm": w.T("Confirm an answer, or what became of a promise"), "prove": w.T("Find evidence for an answer")}[d.What]
		cell := ui.Cell{Text: w.Day(d.Day)}
		if d.Day < today && (d.What == "answer" || d.What == "promise") {
			cell.Badge = &page.Badge{Text: w.T("passed"), Tone: page.Accent}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: v.Base + "/targets/" + d.Target + "#" + d.Demand,
			Cells: []ui.Cell{{Text: what}, {Text: file.Target(d.Target).Label(w.Tag())}, {Text: file.Demand(d.Demand).Text.In(w.Tag())}, cell}})
	}
	v.New = taskForm(f, file, members, me, today)
	return v
}

func taskOf(f ui.Frame, file campaign.File, d campaign.Due, members []page.Option, names map[string]string, base string, today clock.Day) taskView {
	w := f.Words
	who := names[d.Who]
	if who == "" {
		who = w.T("a member who left")
	}
	t := taskView{Text: d.Words, Sub: who + " · " + w.T("until %s", w.Day(d.Day)), Late: d.Day < today}
	if d.Target != "" {
		t.Sub += " · " + file.Target(d.Target).Label(w.Tag())
	}
	if d.Demand != "" {
		t.Sub += " · " + file.Demand(d.Demand).Text.In(w.Tag())
	}
	short := func(x page.Field) page.Field { x.ID += "-" + d.ID; return x }
	t.Done = formView{Words: w, Action: base + "/tasks/" + d.ID, Button: w.T("It is done"), Hidden: []ui.Hidden{{Name: "do", Value: "done"}}, Fields: []page.Field{short(f.Form.Text("outcome", w.T("What came of it")).Optional())}}
	t.Pass = formView{Words: w, Action: base + "/tasks/" + d.ID, Button: w.T("Give it to another"), Hidden: []ui.Hidden{{Name: "do", Value: "pass"}}, Fields: []page.Field{short(f.Form.Select("who", w.T("Who does it"), members).Or(d.Who))}}
	return t
}

func (r *Room) next(c *ui.Context) error { return r.nextWith(c, nil) }

func (r *Room) nextWith(c *ui.Context, wrong error) error {
	f, _, names, err := r.told(c)
	if err != nil {
		return err
	}
	members, err := r.members(c)
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("What is next"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		return c.Invalid(r.set, "next", nextPage(frame, f, members, names, c.Actor.ID, clock.DayOf(c.Now())))
	}
	return c.Render(r.set, "next", nextPage(frame, f, members, names, c.Actor.ID, clock.DayOf(c.Now())))
}

type answersView struct {
	headView
	Waiting []answerLine
	Unsure  []answerLine
	Mails   []mailLine
	Table   ui.Table
}

type answerLine struct {
	ID, Text, Sub, Evidence string
	Item                    string // the page of the record's item that Evidence names
	Own                     bool
	Action                  string
}

// itemIn is the page of the item of the record that a text names, by its address or number.
func itemIn(text string) string {
	const kind, tail = "item", 26
	for {
		_, rest, ok := strings.Cut(text, kind+"_")
		if !ok {
			return ""
		}
		if id := kind + "_" + rest[:min(tail, len(rest))]; ids.Valid(kind, id) {
			return "/record/items/" + id
		}
		text = rest
	}
}

func answerText(w i18n.Words, file campaign.File, r campaign.Response) (text, sub string) {
	text = file.Target(r.Target).Label(w.Tag()) + " · " + w.T(StateName(r.State)) + " · " + w.Day(r.Day)
	return text, file.Demand(r.Demand).Text.In(w.Tag()) + ": " + r.Words.In(w.Tag())
}

func answersPage(f ui.Frame, file campaign.File, me string, today clock.Day) answersView {
	w := f.Words
	v := answersView{headView: head(f, file, "/answers", today), Table: ui.Table{
		Words: w, Caption: w.T("All answers"), Columns: []ui.Column{{Label: w.T("Who")}, {Label: w.T("Demand")}, {Label: w.T("Answer")}, {Label: w.T("Day")}, {Label: w.T("Public")}},
		Empty: ui.Empty{Title: w.T("No answer yet"), Text: w.T("When somebody answers, denies or acts, write it down with what proves it."), Href: v0(file) + "/answer", Action: w.T("Note an answer")},
	}}
	for _, r := range file.Responses {
		text, sub := answerText(w, file, r)
		line := answerLine{ID: r.ID, Text: text, Sub: sub, Evidence: r.Evidence, Item: itemIn(r.Evidence), Own: r.Author == me, Action: v.Base + "/responses/" + r.ID}
		badge := page.Badge{Text: w.T("yes"), Tone: page.Calm}
		switch {
		case r.Withdrawn != "":
			badge = page.Badge{Text: w.T("withdrawn")}
		case r.Evidence == "":
			v.Unsure = append(v.Unsure, line)
			badge = page.Badge{Text: w.T("no evidence"), Tone: page.Wait}
		case r.Second == "":
			v.Waiting = append(v.Waiting, line)
			badge = page.Badge{Text: w.T("waits for a second person"), Tone: page.Accent}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: v.Base + "/targets/" + r.Target + "#" + r.Demand, Cells: []ui.Cell{
			{Text: file.Target(r.Target).Label(w.Tag())}, {Text: file.Demand(r.Demand).Text.In(w.Tag())},
			{Badge: &page.Badge{Text: w.T(StateName(r.State)), Tone: tone(r.State)}, Sub: r.Words.In(w.Tag())}, {Text: w.Day(r.Day)}, {Badge: &badge}}})
	}
	slices.Reverse(v.Table.Rows)
	for _, p := range file.Commitments {
		i := slices.IndexFunc(file.Responses, func(r campaign.Response) bool { return r.ID == p.Response && r.Withdrawn == "" })
		if i < 0 || !p.Waits() {
			continue
		}
		_, sub := answerText(w, file, file.Responses[i])
		v.Waiting = append(v.Waiting, answerLine{ID: p.ID, Text: file.Target(file.Responses[i].Target).Label(w.Tag()) + " · " + promiseText(w, p), Sub: sub, Evidence: p.Evidence, Item: itemIn(p.Evidence), Own: p.By == me})
	}
	return v
}

func v0(file campaign.File) string { return "/campaign/" + file.Campaign.ID }

// Others tells whether somebody else's answers wait: only those can be confirmed.
func (v answersView) Others() bool {
	return slices.ContainsFunc(v.Waiting, func(l answerLine) bool { return !l.Own })
}

func (r *Room) answers(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	mails, err := r.Board.Mails(c.Context(), c.Actor, f.Campaign.ID)
	if err != nil {
		return err
	}
	v := answersPage(c.Frame(c.T("Answers")), f, c.Actor.ID, clock.DayOf(c.Now()))
	v.Mails = mailLines(c.Words, f, mails)
	return c.Render(r.set, "answers", v)
}

func (r *Room) confirm(c *ui.Context) error {
	if err := r.Board.Confirm(c.Context(), c.Actor, c.ID("campaign"), c.Values("response")...); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/answers", "campaign.confirmed")
}

type demandsView struct {
	headView
	Demands []demandView
	CanRest bool
}

type demandView struct {
	ID, Text, Through, Action string
	Basis                     []page.Fact
	Changed                   []string
	Letters                   []letterLine // that say what has changed
	Choose                    page.Field
}

type letterLine struct {
	Text, Href string
	Badge      page.Badge
}

func demandsPage(f ui.Frame, file campaign.File, letters []campaign.Letter, changed map[string][]campaign.Shift, bases []campaign.Basis, today clock.Day) demandsView {
	w := f.Words
	v := demandsView{headView: head(f, file, "/demands", today), CanRest: len(bases) > 0}
	var options []page.Option
	for _, b := range bases {
		options = append(options, page.Option{Value: b.Kind + ":" + b.Key, Label: b.Says.In(w.Tag())})
	}
	for _, d := range file.Demands {
		x := demandView{ID: d.ID, Text: d.Text.In(w.Tag()), Through: w.T("Directly"), Action: v.Base + "/demands/" + d.ID + "/basis"}
		if d.Through != "directly" && d.Through != "" {
			x.Through = w.T("Through the target's own contacts with its counterpart")
		}
		var chosen []string
		for _, b := range d.Basis {
			term := w.T("Figure")
			if b.Kind == "finding" {
				term = w.T("Finding")
			}
			x.Basis = append(x.Basis, page.Fact{Term: term, Text: b.Says.In(w.Tag())})
			chosen = append(chosen, b.Kind+":"+b.Key)
		}
		x.Changed = staleLines(w, changed[d.ID])
		for _, l := range letters {
			if slices.ContainsFunc(changed[d.ID], func(s campaign.Shift) bool { return slices.Contains(l.Basis, s.Basis) }) {
				badge := page.Badge{Text: w.T("Draft"), Tone: page.Accent}
				if l.Sent {
					badge = page.Badge{Text: w.T("Sent"), Tone: page.Calm}
				}
				x.Letters = append(x.Letters, letterLine{file.Target(l.Target).Label(w.Tag()) + ", " + w.Day(l.Day), v.Base + "/letters/" + l.ID, badge})
			}
		}
		x.Choose = f.Form.Checks("basis", w.T("It rests on"), options).Or(chosen...)
		x.Choose.ID = "f-" + d.ID
		v.Demands = append(v.Demands, x)
	}
	return v
}

func (r *Room) demands(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	changed, err := r.Board.Moved(c.Context(), f)
	if err != nil {
		return err
	}
	var bases []campaign.Basis
	if r.Board.Bases != nil {
		if bases, err = r.Board.Bases.Bases(c.Context()); err != nil {
			return err
		}
	}
	letters, err := r.Board.Letters(c.Context(), c.Actor, f.Campaign.ID)
	if err != nil {
		return err
	}
	return c.Render(r.set, "demands", demandsPage(c.Frame(c.T("Demands")), f, letters, changed, bases, clock.DayOf(c.Now())))
}

func (r *Room) freeze(c *ui.Context) error {
	if err := r.Board.Freeze(c.Context(), c.Actor, c.ID("campaign"), c.ID("demand"), c.Values("basis")...); err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/demands#"+c.ID("demand"), "campaign.frozen")
}
