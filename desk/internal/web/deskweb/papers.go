package deskweb

import (
	"strconv"

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
}

// Sheet is one paper as it is printed.
type Sheet struct{ Title, Text, Keeper string }

type papersView struct {
	ui.Frame
	Uses   []use
	Own    []page.Fact
	Others ui.Table
	Check  []page.Field
	Make   []page.Field
	ID     string
}

type use struct{ Text, Action string }

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

func papersPage(f ui.Frame, p Papers, me staff.Member, id string) papersView {
	v := papersView{Frame: f, ID: id}
	for _, u := range p.Uses {
		v.Uses = append(v.Uses, use{f.T("Two papers gave %s a new passphrase on %s.", nameOf(f, p.Members, u.Member), f.Date(u.At)), "/account/papers/" + u.ID + "/seen"})
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

func recoverPage(f ui.Frame) recoverView {
	return recoverView{f, []page.Field{
		f.Form.Text("login", f.T("Name for signing in")).Complete("username"),
		f.Form.Area("one", f.T("What stands on the first paper")).Rows(3), f.Form.Area("two", f.T("What stands on the second paper")).Rows(3),
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
	if err == nil {
		err = d.cfg.Recover(c.Context(), login, c.R.PostFormValue("one"), c.R.PostFormValue("two"), fresh)
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Denied, fault.NotFound:
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
	return c.See("/sign-in", "papers.used")
}
