package deskweb

import (
	"slices"
	"strconv"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// Outsider stands for a keeper who is no member: whose name is written nowhere.
const Outsider = "outside"

// Papers is what a member has to do with papers.
type Papers struct {
	Members []staff.Member
	Sets    []staff.PaperSet // the member's own, those that they keep; for security officers all
	Uses    []staff.PaperUse // that they have not said to have seen
	Waits   []PaperWait      // their own; for security officers all
}

// PaperWait is a passphrase that waits, as one member sees it.
type PaperWait struct {
	staff.PaperWait
	Until     time.Time // the earliest
	MayHasten bool      // this member may let it work at once
}

// The answers to a passphrase that waits.
const (
	PapersStop = "stop" // it was not the member
	PapersMine = "mine" // the member: it was I
	PapersNow  = "now"  // a security officer, who has spoken with the member
)

// Recovered is what papers led to where one signs in.
type Recovered struct {
	Now   bool      // three: the new passphrase works
	Until time.Time // two: from then on, at the earliest
	Held  bool      // the member came with their own passphrase and has not answered
}

// Sheet is one paper as it is printed.
type Sheet struct{ Title, Text, Keeper string }

type papersView struct {
	ui.Frame
	Waits  []waitPanel
	Uses   []use
	Own    []page.Fact
	Others ui.Table
	Check  []page.Field
	Make   []page.Field
	ID     string
}

type use struct {
	Text, Action string
	Todo         string // when papers may be in wrong hands
}

// waitPanel shows a passphrase that waits, with the answers that are this member's.
type waitPanel struct {
	Title   string
	Text    []string
	Answers []waitAnswer
	Words   string // what the answers mean
}

type waitAnswer struct{ Action, Label, Class string }

type waitsView struct {
	ui.Frame
	Recovered
	Ends string
}

type sheetsView struct {
	ui.Frame
	Sheets []Sheet
}

type recoverView struct {
	ui.Frame
	Fields []page.Field
}

func nameOf(f ui.Frame, all []staff.Member, id string) string {
	if id == "" || id == Outsider {
		return f.T("somebody outside the team")
	}
	for _, m := range all {
		if m.ID == id {
			return m.Name
		}
	}
	return f.T("a member who left")
}

// PaperUseText tells of one thing that papers led to.
func PaperUseText(w i18n.Words, u staff.PaperUse, name string) string {
	switch u.What {
	case "waits":
		return w.T("Two papers of %s were used for a new passphrase, which waits: %s.", name, w.Date(u.At))
	case "three":
		return w.T("Three papers gave %s a new passphrase at once, on %s.", name, w.Date(u.At))
	case "hastened":
		return w.T("Two papers and a security officer gave %s a new passphrase at once, on %s.", name, w.Date(u.At))
	case "stopped":
		return w.T("The new passphrase that two papers had set for %s was stopped on %s.", name, w.Date(u.At))
	case "fell":
		return w.T("The new passphrase that two papers had set for %s fell on %s: the member changed theirs, made new papers, or left.", name, w.Date(u.At))
	case "gone":
		return w.T("The new passphrase that waited for %s was not in the key file any more on %s: somebody put another file in its place.", name, w.Date(u.At))
	}
	return w.T("Two papers gave %s a new passphrase on %s.", name, w.Date(u.At))
}

// paperUseTodo is what to do when it may have been somebody else.
func paperUseTodo(w i18n.Words, what string) string {
	switch what {
	case "waits", "fell":
		return ""
	case "stopped":
		return w.T("Speak with the member by voice. If it was they who stopped it, two papers are in wrong hands: ask both keepers. If not, somebody else knows their passphrase: remove the member and add them again.")
	case "gone":
		return w.T("Ask who was at the machine, and speak with the member.")
	}
	return w.T("If the member did not do this, two papers are in wrong hands: remove the member now, and ask who was at the Desk.")
}

// panelOf shows what waits to the member or to a security officer.
func panelOf(f ui.Frame, p Papers, w PaperWait, me staff.Member) waitPanel {
	answer := func(which, label, class string) waitAnswer {
		return waitAnswer{"/account/papers/" + w.ID + "/" + which, label, class}
	}
	until := f.T("It takes the place of the old one on %s at the earliest; until then it opens nothing, and the old one works. Hours in which the Desk's program does not run do not count.", f.Date(w.Until))
	if w.Member == me.ID {
		v := waitPanel{Title: f.T("Were your papers used by you?"), Text: []string{f.T("On %s two of your three papers were put together and set a new passphrase for you.", f.Date(w.Used)), until}}
		v.Answers = []waitAnswer{answer(PapersStop, f.T("It was not I: stop it"), "danger")}
		v.Words = f.T("Stopping ends it at once and makes your three papers worthless; every security officer is told. Stop it, too, when you know your old passphrase again.")
		if w.Let {
			v.Text = append(v.Text, f.T("You said that it was you."))
			return v
		}
		v.Answers = append(v.Answers, answer(PapersMine, f.T("It was I: let it wait on"), ""))
		v.Text = append(v.Text, f.T("Whoever comes in with the old passphrase holds it up: without an answer it never takes effect."))
		return v
	}
	name := nameOf(f, p.Members, w.Member)
	v := waitPanel{Title: f.T("Papers of %s were used", name), Text: []string{f.T("On %s two of the three papers of %s were put together and set a new passphrase.", f.Date(w.Used), name), until},
		Answers: []waitAnswer{answer(PapersStop, f.T("It was not they: stop it"), "danger")}}
	if w.Let {
		v.Text = append(v.Text, f.T("Somebody who is signed in as this member said that it was they."))
	}
	v.Words = f.T("Speak with this member first, by voice. If it was they and they are needed now, let it work at once. If not, or if somebody forces them, stop it: the three papers are worth nothing then.")
	if w.MayHasten {
		v.Answers = append(v.Answers, answer(PapersNow, f.T("I spoke with them: let it work now"), ""))
	} else {
		v.Text = append(v.Text, f.T("You keep one of the two papers: only another security officer can let it work at once."))
	}
	return v
}

func papersPage(f ui.Frame, p Papers, me staff.Member, id string) papersView {
	v := papersView{Frame: f, ID: id}
	for _, w := range p.Waits {
		v.Waits = append(v.Waits, panelOf(f, p, w, me))
	}
	for _, u := range p.Uses {
		seen := "/account/papers/" + u.ID + "/seen"
		i := slices.IndexFunc(p.Waits, func(w PaperWait) bool { return w.Member == u.Member })
		switch {
		case u.What != "waits" || i < 0:
			v.Uses = append(v.Uses, use{PaperUseText(f.Words, u, nameOf(f, p.Members, u.Member)), seen, paperUseTodo(f.Words, u.What)})
		case u.Member != me.ID || p.Waits[i].Let: // of the member it is asked, and rings until they answer
			v.Waits[i].Answers = append(v.Waits[i].Answers, waitAnswer{seen, f.T("I have seen this"), ""})
		}
	}
	v.Others = ui.Table{Words: f.Words, Caption: f.T("Papers that you keep or look after"), Columns: []ui.Column{{Label: f.T("Of whom")}, {Label: f.T("Paper")}, {Label: f.T("Kept by")}, {Label: f.T("Last read")}, {Label: f.T("To be read by")}},
		Empty: ui.Empty{Title: f.T("You keep no paper.")}}
	var whose []page.Option
	for _, s := range p.Sets {
		whose = append(whose, page.Option{Value: s.Member, Label: nameOf(f, p.Members, s.Member)})
		for i, k := range s.Keepers {
			read := f.T("never")
			if !s.Checked[i].IsZero() {
				read = f.Date(s.Checked[i])
			}
			number := f.T("Paper %d of 3", i+1)
			if s.Member == me.ID {
				v.Own = append(v.Own, page.Fact{Term: number, Text: nameOf(f, p.Members, k), Note: f.T("last read: %s", read)})
			}
			if k != me.ID && !me.Roles.Has(staff.Security) {
				continue
			}
			due := s.Due(i)
			v.Others.Rows = append(v.Others.Rows, ui.Row{Cells: []ui.Cell{{Text: nameOf(f, p.Members, s.Member)}, {Text: number}, {Text: nameOf(f, p.Members, k)}, {Text: read}, {Left: &page.TimeLeft{Words: f.Words, Due: due, Now: f.Now}}}})
		}
	}
	if len(whose) > 0 {
		v.Check = []page.Field{f.Form.Select("member", f.T("Whose paper"), whose), f.Form.Area("paper", f.T("What stands on the paper")).Rows(3).Hint(f.T("Type all groups. One paper alone opens nothing; it is not kept."))}
	}
	keepers := []page.Option{{Value: "", Label: f.T("choose")}}
	for _, m := range p.Members {
		if m.Active && m.ID != me.ID {
			keepers = append(keepers, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	keepers = append(keepers, page.Option{Value: Outsider, Label: f.T("somebody outside the team")})
	v.Make = []page.Field{f.Form.Input("password", "passphrase", f.T("Your passphrase")).Complete("current-password")}
	for i := range 3 {
		v.Make = append(v.Make, f.Form.Select("keeper"+strconv.Itoa(i+1), f.T("Who keeps paper %d", i+1), keepers))
	}
	return v
}

func (d doors) drawPapers(c *ui.Context, err error) error {
	if err != nil && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Conflict {
		return err
	}
	p, perr := d.cfg.Papers(c.Context(), c.Actor)
	if perr != nil {
		return perr
	}
	f := c.Frame(c.T("Papers for a lost passphrase"))
	if err == nil {
		return c.Render(d.set, "papers", papersPage(f, p, c.Actor.Member, ids.New("papers")))
	}
	f.Form = c.Form(err)
	f.Form.Values.Del("passphrase")
	f.Form.Values.Del("paper")
	return c.Invalid(d.set, "papers", papersPage(f, p, c.Actor.Member, ids.New("papers")))
}

func (d doors) papers(c *ui.Context) error { return d.drawPapers(c, nil) }

// makePapers shows the papers in the answer itself: they are written nowhere, so there is
// no page to send the person to.
func (d doors) makePapers(c *ui.Context) error {
	id := c.Text("id")
	if !ids.Valid("papers", id) {
		return d.drawPapers(c, fault.New(fault.Invalid, "This form is out of date. Load the page again."))
	}
	keepers := []string{c.Text("keeper1"), c.Text("keeper2"), c.Text("keeper3")}
	made, err := d.cfg.MakePapers(c.Context(), c.Actor, id, c.R.PostFormValue("passphrase"), keepers)
	if err != nil {
		return d.drawPapers(c, err)
	}
	p, err := d.cfg.Papers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := sheetsView{Frame: c.Frame(c.T("Print these three papers now"))}
	for i, text := range made {
		v.Sheets = append(v.Sheets, Sheet{c.T("Paper %d of 3", i+1), text, nameOf(v.Frame, p.Members, keepers[i])})
	}
	return c.Render(d.set, "sheets", v)
}

func (d doors) checkPaper(c *ui.Context) error {
	if _, err := d.cfg.CheckPaper(c.Context(), c.Actor, c.Text("member"), c.Text("paper")); err != nil {
		return d.drawPapers(c, err)
	}
	return c.See("/account/papers", "papers.checked")
}

func (d doors) sawPapers(c *ui.Context) error {
	if err := d.cfg.SawPapers(c.Context(), c.Actor, c.ID("use")); err != nil {
		return err
	}
	return c.See("/account/papers", "papers.seen")
}

// answerPapers ends or lets wait what two papers set.
func (d doors) answerPapers(c *ui.Context) error {
	answer := c.R.PathValue("answer")
	if err := d.cfg.AnswerPapers(c.Context(), c.Actor, c.ID("wait"), answer); err != nil {
		return err
	}
	return c.See("/account/papers", "papers."+answer)
}

func recoverPage(f ui.Frame) recoverView {
	return recoverView{f, []page.Field{
		f.Form.Text("login", f.T("Name for signing in")).Complete("username"),
		f.Form.Area("one", f.T("What stands on the first paper")).Rows(3), f.Form.Area("two", f.T("What stands on the second paper")).Rows(3),
		f.Form.Area("three", f.T("What stands on the third paper")).Rows(3).Optional().Hint(f.T("With all three the new passphrase works at once.")),
		f.Form.Input("password", "fresh", f.T("New passphrase")).Hint(f.T("At least 16 characters: four or five words that can be remembered.")).Complete("new-password"),
		f.Form.Input("password", "again", f.T("New passphrase, once more")).Complete("new-password"),
	}}
}

func (d doors) recoverForm(c *ui.Context) error {
	return c.Render(d.set, "recover", recoverPage(c.Frame(c.T("A new passphrase from two papers"))))
}

func (d doors) recovered(c *ui.Context) error {
	fresh := c.R.PostFormValue("fresh")
	login := c.Need("login", i18n.Key("Write your name for signing in."))
	if c.R.PostFormValue("again") != fresh {
		c.Bad("again", i18n.Key("This is not the same as above. Type the new passphrase again."))
	}
	err := c.Wrong()
	var done Recovered
	if err == nil {
		form := c.R.PostFormValue
		done, err = d.cfg.Recover(c.Context(), login, [3]string{form("one"), form("two"), form("three")}, fresh)
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict:
		f := c.Frame(c.T("A new passphrase from two papers"))
		f.Form = c.Form(err)
		for _, field := range []string{"fresh", "again"} {
			f.Form.Values.Del(field)
		}
		if err != nil {
			return c.Invalid(d.set, "recover", recoverPage(f))
		}
	}
	if err != nil {
		return err
	}
	if done.Now {
		return c.See("/sign-in", "papers.used")
	}
	return c.Render(d.set, "waits", waitsPage(c.Frame(c.T("Your new passphrase waits")), done))
}

// waitsPage is the answer itself: only whoever has two papers may see until when it waits,
// so it has no address.
func waitsPage(f ui.Frame, r Recovered) waitsView { return waitsView{f, r, f.Date(r.Until)} }
