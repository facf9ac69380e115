package teamweb

import (
	"strconv"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/team"
	"waylight/desk/internal/web/ui"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// offerView is the form by which a case is offered, or its note is written anew.
type offerView struct {
	ui.Frame
	Crumb, Back string
	Intro       []string
	Known       []page.Fact // what the case says already
	Note        []page.Field
	To          []page.Field
	Hidden      []ui.Hidden
	Action      string
	Button      string
}

func noteFields(f ui.Frame, n team.Note) []page.Field {
	area := func(name, label, hint, have string, rows int) page.Field {
		x := f.Form.Area(name, label).Rows(rows).Hint(hint)
		if have != "" {
			x = x.Or(have)
		}
		return x
	}
	return []page.Field{
		area("situation", f.T("Where they are, how they are"), f.T("In a few sentences, as of now."), n.Situation, 4),
		area("risk", f.T("How grave, and why"), f.T("Who is after them, what changed lately, what would make it worse."), n.Risk, 3),
		area("promised", f.T("What was promised"), f.T("To whom, and until when. If nothing was promised, write so."), n.Promised, 3),
		area("next", f.T("The next contact"), f.T("When, by which way, and who speaks first."), n.Next, 3),
		area("phrases", f.T("Where the agreed sentences are kept"), f.T("Do not repeat the sentences here: say where they stand."), n.Phrases, 2),
		area("never", f.T("What must not happen"), f.T("Numbers not to call, people who must not know, places to avoid."), n.Never, 3),
		area("open", f.T("Begun and not done"), f.T("What you began and nobody sees in the case."), n.Open, 3).Optional(),
	}
}

func known(f ui.Frame, c *cases.Case, tasks []team.Item) []page.Fact {
	open, legs := 0, 0
	for _, t := range tasks {
		if t.State == team.Open {
			open++
		}
	}
	for _, l := range c.Legs {
		if len(l.State.Next()) > 0 {
			legs++
		}
	}
	running := 0
	for _, w := range c.CheckIns {
		if !w.Next.IsZero() {
			running++
		}
	}
	return []page.Fact{{Term: f.T("People"), Text: strconv.Itoa(len(c.Parties))}, {Term: f.T("Check-ins that run"), Text: strconv.Itoa(running)}, {Term: f.T("Legs ahead or on the way"), Text: strconv.Itoa(legs)}, {Term: f.T("Open tasks"), Text: strconv.Itoa(open)}}
}

func makeOffer(f ui.Frame, w team.Work, me string, who people, loads []team.Load, id string) offerView {
	v := offerView{Frame: f, Crumb: f.T("Case %s", w.Case.Pseudonym), Back: "/cases/" + w.Case.ID + "/work", Action: "/cases/" + w.Case.ID + "/handover", Button: f.T("Offer the case"),
		Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(w.Note.Saw())}}, Known: known(f, w.Case, w.Items)}
	v.Intro = []string{f.T("Your colleague can read the case from now on. It stays yours, with every check-in and every alarm, until your colleague has read this note and accepts. Then tasks, alarms and the conversation move in one step, and your right ends.")}
	v.Note = noteFields(f, w.Note.Content())
	var to []page.Option
	for _, l := range loads {
		if l.Member.ID != me {
			to = append(to, page.Option{Value: l.Member.ID, Label: l.Member.Name, Hint: loadHint(f.Words, l)})
		}
	}
	var hours []page.Option
	for _, n := range team.AnswerIn() {
		hours = append(hours, page.Option{Value: strconv.Itoa(n), Label: f.N("%d hour", "%d hours", n)})
	}
	v.To = []page.Field{f.Form.Radios("taker", f.T("Who takes it over"), to), f.Form.Select("hours", f.T("Must answer within"), hours).Or("24"),
		f.Form.Checks("stays", f.T("And you"), []page.Option{{Value: "yes", Label: f.T("I stay assigned as the second person")}}).Optional()}
	return v
}

func (r *Room) drawOffer(c *ui.Context, err error) error {
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
	loads, lerr := r.Board.Loads(c.Context(), c.Actor)
	if lerr != nil {
		return lerr
	}
	f, id := c.Frame(c.T("Hand the case over")), ids.New("handing")
	if err == nil {
		return c.Render(pages, "offer", makeOffer(f, w, c.Actor.ID, who, loads, id))
	}
	f.Form = c.Form(err)
	if sent := c.Text("id"); ids.Valid("handing", sent) {
		id = sent
	}
	return c.Invalid(pages, "offer", makeOffer(f, w, c.Actor.ID, who, loads, id))
}

func (r *Room) offerForm(c *ui.Context) error { return r.drawOffer(c, nil) }

func readNote(c *ui.Context) team.Note {
	return team.Note{Situation: c.Text("situation"), Risk: c.Text("risk"), Promised: c.Text("promised"), Next: c.Text("next"), Phrases: c.Text("phrases"), Never: c.Text("never"), Open: c.Text("open")}
}

func (r *Room) offer(c *ui.Context) error {
	hours, _ := c.Int("hours")
	saw, _ := c.Int("saw")
	h := team.Handing{ID: c.Text("id"), File: c.ID("case"), Taker: c.Text("taker"), Stays: c.Has("stays", "yes")}
	if err := r.Board.Offer(c.Context(), c.Actor, h, int(hours), int(saw), readNote(c)); err != nil {
		return r.drawOffer(c, err)
	}
	return c.See("/handovers/"+h.ID, "handing.offered")
}

// handingView is one handing, for the giver or the taker.
type handingView struct {
	ui.Frame
	Case, Code string
	Crumb      string
	Badge      page.Badge
	Left       *page.TimeLeft
	Late       []line
	Facts      []page.Fact
	Note       noted
	Open       []task
	Escort     []string
	Base       string
	Taker      bool // may answer
	Giver      bool // may take back
	Edition    int
	Back       string // what the taker said
	Answer     []page.Field
	Decline    []page.Field
}

func makeHanding(f ui.Frame, h team.Handing, w team.Work, me string, who people) handingView {
	c := w.Case
	v := handingView{Frame: f, Case: c.ID, Code: c.Pseudonym, Crumb: f.T("Case %s", c.Pseudonym), Base: "/handovers/" + h.ID, Late: alarms(f.Words, c, f.Now), Edition: h.Note, Back: w.Backs[h.ID]}
	v.Badge = page.Badge{Text: f.T(stateWord(h.State))}
	standing := h.State == team.Offered && f.Now.Before(h.Until)
	if standing {
		v.Badge.Tone, v.Left = page.Accent, &page.TimeLeft{Words: f.Words, Due: h.Until, Now: f.Now}
	}
	v.Facts = []page.Fact{{Term: f.T("Given by"), Text: who.name(f.Words, h.Giver), Note: f.Date(h.At)}, {Term: f.T("Taken by"), Text: who.name(f.Words, h.Taker)}}
	if h.Stays {
		v.Facts = append(v.Facts, page.Fact{Term: f.T("Afterwards"), Text: f.T("%s stays assigned as the second person", who.name(f.Words, h.Giver))})
	} else {
		v.Facts = append(v.Facts, page.Fact{Term: f.T("Afterwards"), Text: f.T("%s can open the case no more", who.name(f.Words, h.Giver))})
	}
	v.Facts = append(v.Facts, known(f, c, w.Items)...)
	for _, e := range w.Note.History {
		if e.Version == h.Note {
			v.Note = noted{By: f.T("Edition %d, by %s, %s", e.Version, who.name(f.Words, e.Author), f.Date(e.At)), Facts: noteFacts(f.Words, e.Content)}
		}
	}
	for _, x := range w.Items {
		if x.State == team.Open {
			v.Open = append(v.Open, viewTask(f, x, c, who))
		}
	}
	for _, a := range c.Alerts {
		if a.Member == h.Giver && a.Ended.IsZero() {
			v.Escort = append(v.Escort, f.T("%s acts on an alarm of this case. With the case you take that over.", who.name(f.Words, h.Giver)))
			break
		}
	}
	for _, l := range c.Legs {
		if l.Escort == h.Giver && len(l.State.Next()) > 0 {
			v.Escort = append(v.Escort, f.T("%s is to travel on leg %d and keeps that leg. It becomes a task of yours to decide about it.", who.name(f.Words, h.Giver), l.Number))
		}
	}
	v.Taker, v.Giver = standing && h.Taker == me, standing && h.Giver == me
	v.Answer = []page.Field{
		f.Form.Checks("read", f.T("The handover note"), []page.Option{{Value: strconv.Itoa(h.Note), Label: f.T("I have read the note, edition %d", h.Note)}}),
		f.Form.Area("back", f.T("In your own words: what do you do first, and what must not happen?")).Rows(3).Hint(f.T("Your colleague sees whether you were understood. Sealed in the case.")),
	}
	v.Decline = []page.Field{f.Form.Area("why", f.T("Why you cannot take it")).Rows(2)}
	return v
}

func (r *Room) drawHanding(c *ui.Context, err error) error {
	if !form(err) {
		return err
	}
	h, w, werr := r.Board.Handing(c.Context(), c.Actor, c.ID("handing"))
	if werr != nil {
		return werr
	}
	who, merr := r.Members(c.Context())
	if merr != nil {
		return merr
	}
	f := c.Frame(c.T("Handover of case %s", w.Case.Pseudonym))
	if err == nil {
		return c.Render(pages, "handing", makeHanding(f, h, w, c.Actor.ID, who))
	}
	f.Form = c.Form(err)
	return c.Invalid(pages, "handing", makeHanding(f, h, w, c.Actor.ID, who))
}

func (r *Room) handing(c *ui.Context) error { return r.drawHanding(c, nil) }

func (r *Room) accept(c *ui.Context) error {
	note, _ := c.Int("read")
	if _, err := r.Board.Accept(c.Context(), c.Actor, c.ID("handing"), int(note), c.Text("back")); err != nil {
		return r.drawHanding(c, err)
	}
	h, _, err := r.Board.Handing(c.Context(), c.Actor, c.ID("handing"))
	if err != nil {
		return err
	}
	return c.See("/cases/"+h.File+"/work", "handing.accepted")
}

func (r *Room) decline(c *ui.Context) error {
	if err := r.Board.Decline(c.Context(), c.Actor, c.ID("handing"), c.Text("why")); err != nil {
		return r.drawHanding(c, err)
	}
	return c.See("/handovers", "handing.declined")
}

func (r *Room) withdraw(c *ui.Context) error {
	if err := r.Board.Withdraw(c.Context(), c.Actor, c.ID("handing")); err != nil {
		return r.drawHanding(c, err)
	}
	return c.See("/handovers", "handing.withdrawn")
}

func (r *Room) seen(c *ui.Context) error {
	if err := r.Board.Saw(c.Context(), c.Actor, c.ID("handing")); err != nil {
		return err
	}
	return c.See("/handovers", "handing.seen")
}

func makeNote(f ui.Frame, h team.Handing, w team.Work) offerView {
	v := offerView{Frame: f, Crumb: f.T("Case %s", w.Case.Pseudonym), Back: "/handovers/" + h.ID, Action: "/handovers/" + h.ID + "/note", Button: f.T("Offer the new note"),
		Hidden: []ui.Hidden{{Name: "saw", Value: strconv.Itoa(w.Note.Saw())}}, Known: known(f, w.Case, w.Items)}
	v.Intro = []string{f.T("Your colleague must read the new note before accepting. Earlier editions stay in the case.")}
	v.Note = noteFields(f, w.Note.Content())
	return v
}

func (r *Room) drawNote(c *ui.Context, err error) error {
	if !form(err) {
		return err
	}
	h, w, werr := r.Board.Handing(c.Context(), c.Actor, c.ID("handing"))
	if werr != nil {
		return werr
	}
	f := c.Frame(c.T("The note of the handover"))
	if err == nil {
		return c.Render(pages, "offer", makeNote(f, h, w))
	}
	f.Form = c.Form(err)
	return c.Invalid(pages, "offer", makeNote(f, h, w))
}

func (r *Room) noteForm(c *ui.Context) error { return r.drawNote(c, nil) }

func (r *Room) renote(c *ui.Context) error {
	saw, _ := c.Int("saw")
	if err := r.Board.Renote(c.Context(), c.Actor, c.ID("handing"), int(saw), readNote(c)); err != nil {
		return r.drawNote(c, err)
	}
	return c.See("/handovers/"+c.ID("handing"), "handing.renoted")
}

// listView is everything that the actor gives and takes.
type listView struct {
	ui.Frame
	Unseen []unseen
	Table  ui.Table
}

type unseen struct{ Text, Action string }

func makeList(f ui.Frame, all, ended []team.Handing, me string, who people) listView {
	v := listView{Frame: f}
	for _, h := range ended {
		v.Unseen = append(v.Unseen, unseen{endedSentence(f.Words, h), "/handovers/" + h.ID + "/seen"})
	}
	v.Table = ui.Table{Words: f.Words, Caption: f.T("Cases that go from one to another"), Columns: []ui.Column{{Label: f.T("Case")}, {Label: f.T("Given by")}, {Label: f.T("Taken by")}, {Label: f.T("Where it stands")}, {Label: f.T("Time left")}},
		Empty: ui.Empty{Title: f.T("Nothing is handed over."), Text: f.T("On the page of a case: Tasks and handover.")}}
	for _, h := range all {
		row := ui.Row{Cells: []ui.Cell{{Text: h.Code}, {Text: who.name(f.Words, h.Giver)}, {Text: who.name(f.Words, h.Taker)}, {Text: f.T(stateWord(h.State))}, {}}}
		if h.State == team.Offered {
			row.Href = "/handovers/" + h.ID
			row.Cells[4].Left = &page.TimeLeft{Words: f.Words, Due: h.Until, Now: f.Now}
			if h.Taker == me {
				row.Cells[3] = ui.Cell{Badge: &page.Badge{Text: f.T("waits for you"), Tone: page.Accent}}
			}
		} else {
			row.Cells[4].Text = f.Date(h.Ended)
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	return v
}

func (r *Room) list(c *ui.Context) error {
	all, err := r.Board.Handings(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	ended, err := r.Board.Unseen(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	who, err := r.Members(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "handovers", makeList(c.Frame(c.T("Handovers")), all, ended, c.Actor.ID, who))
}
