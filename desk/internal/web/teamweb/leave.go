package teamweb

import (
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/team"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// leaveView is who is away, and the form.
type leaveView struct {
	ui.Frame
	Gaps  []line
	Bare  []line // of the leave that was refused
	List  []absence
	Note  []page.Field
	ID    string
	Again bool // the leave was refused: it can be kept anyway
}

type absence struct {
	Title string
	Badge page.Badge
	Facts []page.Fact
	Back  string // where it is ended; empty: not by this member
}

func gapLines(w i18n.Words, gaps []team.Gap, now time.Time) (out []line) {
	for _, g := range gaps {
		l := line{Text: w.T("Case %s has nobody now: everybody who can open it is away.", g.Code), Danger: true}
		if g.Since.After(now) {
			l.Text = w.T("Case %s has nobody from %s: everybody who can open it is away then.", g.Code, w.Date(g.Since))
		}
		if g.Mine {
			l.Href = "/cases/" + g.File + "/handover"
		}
		out = append(out, l)
	}
	return out
}

func makeLeave(f ui.Frame, leaves []team.Leave, gaps []team.Gap, bare []team.Cover, me staff.Member, who people, id string) leaveView {
	v := leaveView{Frame: f, ID: id, Gaps: gapLines(f.Words, gaps, f.Now), Again: len(bare) > 0}
	for _, c := range bare {
		l := line{Text: f.T("Case %s", c.Code)}
		if contains(c.Good, me.ID) {
			l.Href = "/cases/" + c.File + "/handover"
		}
		v.Bare = append(v.Bare, l)
	}
	officer := me.Roles.Has(staff.Security)
	for _, l := range leaves {
		x := absence{Title: who.name(f.Words, l.Member), Badge: page.Badge{Text: f.T("soon")}}
		if l.Away(f.Now) {
			x.Badge = page.Badge{Text: f.T("away"), Tone: page.Accent}
		}
		deputy := f.T("nobody")
		if l.Deputy != "" {
			deputy = who.name(f.Words, l.Deputy)
		}
		x.Facts = []page.Fact{{Term: f.T("Away from"), Text: f.Date(l.From)}, {Term: f.T("Away until"), Text: f.Date(l.Until)}, {Term: f.T("Stands in"), Text: deputy}}
		if l.Bare > 0 {
			x.Facts = append(x.Facts, page.Fact{Term: f.T("Left without anybody"), Text: f.N("%d case, knowingly", "%d cases, knowingly", l.Bare)})
		}
		if l.Member == me.ID || officer {
			x.Back = "/leave/" + l.ID + "/back"
		}
		v.List = append(v.List, x)
	}
	var own, deputies []page.Option
	deputies = append(deputies, page.Option{Value: "", Label: f.T("nobody")})
	for _, m := range who {
		if !m.Active {
			continue
		}
		if m.ID == me.ID || officer {
			own = append(own, page.Option{Value: m.ID, Label: m.Name})
		}
		if m.ID != me.ID || officer {
			deputies = append(deputies, page.Option{Value: m.ID, Label: m.Name})
		}
	}
	v.Note = []page.Field{f.Form.Select("member", f.T("Who is away"), own).Or(me.ID), f.Form.Moment("from", f.T("Away from"), time.Time{}), f.Form.Moment("until", f.T("Away until"), time.Time{}),
		f.Form.Select("deputy", f.T("Stands in"), deputies).Optional().Hint(f.T("Tasks and calls go to this colleague while you are away."))}
	if me.Roles.Has(staff.Caseworker) {
		v.Note = append(v.Note, f.Form.Checks("lend", f.T("My cases"), []page.Option{{Value: "yes", Label: f.T("Lend all my open cases to who stands in, until I am back"), Hint: f.T("From now on: your colleague can read them before you leave. Then it ends by itself, with new keys.")}}).Optional())
	}
	if v.Again {
		v.Note = append(v.Note, f.Form.Checks("anyway", f.T("I know it"), []page.Option{{Value: "yes", Label: f.T("Keep it although these cases have nobody"), Hint: f.T("It rings over every page of the security officers and of everybody assigned.")}}).Optional())
	}
	return v
}

func contains(all []string, one string) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

func (r *Room) drawLeave(c *ui.Context, bare []team.Cover, err error) error {
	if !form(err) {
		return err
	}
	leaves, lerr := r.Board.Leaves(c.Context())
	if lerr != nil {
		return lerr
	}
	gaps, gerr := r.Board.Gaps(c.Context(), c.Actor)
	if gerr != nil {
		return gerr
	}
	who, merr := r.Members(c.Context())
	if merr != nil {
		return merr
	}
	f, id := c.Frame(c.T("Who is away")), ids.New("leave")
	if err == nil {
		return c.Render(pages, "leave", makeLeave(f, leaves, gaps, nil, c.Actor.Member, who, id))
	}
	f.Form = c.Form(err)
	if sent := c.Text("id"); ids.Valid("leave", sent) {
		id = sent
	}
	return c.Invalid(pages, "leave", makeLeave(f, leaves, gaps, bare, c.Actor.Member, who, id))
}

func (r *Room) leave(c *ui.Context) error { return r.drawLeave(c, nil, nil) }

func (r *Room) absent(c *ui.Context) error {
	l := team.Leave{ID: c.Text("id"), Member: c.Text("member"), Deputy: c.Text("deputy"), From: c.Time("from"), Until: c.Time("until")}
	if err := c.Wrong(); err != nil {
		return r.drawLeave(c, nil, err)
	}
	bare, err := r.Board.Absent(c.Context(), c.Actor, l, c.Has("lend", "yes"), c.Has("anyway", "yes"))
	if err != nil {
		return r.drawLeave(c, bare, err)
	}
	return c.See("/leave", "leave.noted")
}

func (r *Room) back(c *ui.Context) error {
	if err := r.Board.Back(c.Context(), c.Actor, c.ID("leave")); err != nil {
		return err
	}
	return c.See("/leave", "leave.ended")
}

// loadView is what each caseworker carries.
type loadView struct {
	ui.Frame
	Single int
	Table  ui.Table
}

func makeLoad(f ui.Frame, loads []team.Load, single int) loadView {
	v := loadView{Frame: f, Single: single}
	v.Table = ui.Table{Words: f.Words, Caption: f.T("Who carries what, least first"), Columns: []ui.Column{{Label: f.T("Caseworker")}, {Label: f.T("Open cases"), Numeric: true}, {Label: f.T("Extreme or high risk"), Numeric: true},
		{Label: f.T("Check-ins in 24 hours"), Numeric: true}, {Label: f.T("Tasks, of them late"), Numeric: true}, {Label: f.T("Nights on duty in a week"), Numeric: true}, {Label: f.T("Away")}},
		Empty: ui.Empty{Title: f.T("There is no caseworker.")}}
	for _, l := range loads {
		away := ui.Cell{}
		switch {
		case l.Away.ID != "":
			away.Badge = &page.Badge{Text: f.T("until %s", f.Date(l.Away.Until)), Tone: page.Accent}
		case l.Next.ID != "":
			away.Text = f.T("from %s", f.Date(l.Next.From))
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Member.Name}, {Text: f.Number(int64(l.Cases))}, {Text: f.Number(int64(l.Levels[cases.LevelExtreme] + l.Levels[cases.LevelHigh]))}, {Text: f.Number(int64(l.CheckIns))},
			{Text: f.T("%d, %d", l.Tasks, l.Late)}, {Text: f.Number(int64(l.Nights))}, away}})
	}
	return v
}

func (r *Room) load(c *ui.Context) error {
	loads, err := r.Board.Loads(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	single := 0
	if c.Actor.Roles.Has(staff.Caseworker) {
		if single, err = r.Board.Single(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	return c.Render(pages, "load", makeLoad(c.Frame(c.T("Load")), loads, single))
}

// loadHint says in a few words what somebody carries, for a choice between colleagues.
func loadHint(w i18n.Words, l team.Load) string {
	if l.Away.ID != "" {
		return w.T("away until %s", w.Date(l.Away.Until))
	}
	parts := []string{w.N("%d open case", "%d open cases", l.Cases)}
	if n := l.Levels[cases.LevelExtreme] + l.Levels[cases.LevelHigh]; n > 0 {
		parts = append(parts, w.N("%d of them of high risk", "%d of them of high risk", n))
	}
	if l.CheckIns > 0 {
		parts = append(parts, w.N("%d check-in in 24 hours", "%d check-ins in 24 hours", l.CheckIns))
	}
	if l.Next.ID != "" {
		parts = append(parts, w.T("away from %s", w.Date(l.Next.From)))
	}
	return strings.Join(parts, ", ")
}

// Hints tells in a few words what each caseworker carries, by id.
func (r *Room) Hints(c *ui.Context) (map[string]string, error) {
	loads, err := r.Board.Loads(c.Context(), c.Actor)
	if fault.KindOf(err) == fault.Denied {
		return map[string]string{}, nil
	}
	out := map[string]string{}
	for _, l := range loads {
		out[l.Member.ID] = loadHint(c.Words, l)
	}
	return out, err
}

// Absent tells who of those whom an alert calls is away, and who stands in.
func (r *Room) Absent(c *ui.Context, file string, role staff.Role) (out []string, err error) {
	leaves, err := r.Board.Leaves(c.Context())
	if err != nil || len(leaves) == 0 {
		return nil, err
	}
	who, err := r.Members(c.Context())
	if err != nil {
		return nil, err
	}
	for _, l := range leaves {
		for _, m := range who {
			if m.ID != l.Member || !l.Away(c.Now()) || !m.Roles.Has(role) {
				continue
			}
			if l.Deputy == "" {
				out = append(out, c.T("%s is away until %s. Nobody stands in.", m.Name, c.Date(l.Until)))
			} else {
				out = append(out, c.T("%s is away until %s. %s stands in.", m.Name, c.Date(l.Until), people(who).name(c.Words, l.Deputy)))
			}
		}
	}
	return out, nil
}
