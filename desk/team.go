package desk

import (
	"context"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/teamweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
)

// talk passes on the conversation of a case that goes from one caseworker to another.
type talk struct{ r *rooms }

// Promise implements team.Conversations.
func (t talk) Promise(ctx context.Context, tx team.Store, actor staff.Actor, thread, member string) ([]safe.Grant, error) {
	return t.r.inbox.Promise(ctx, tx.(*store.Tx), actor, thread, member)
}

// Redeem implements team.Conversations.
func (t talk) Redeem(ctx context.Context, tx team.Store, actor staff.Actor, thread, from string, grants []safe.Grant) (int, error) {
	return t.r.inbox.Redeem(ctx, tx.(*store.Tx), actor, thread, from, grants)
}

func (r *rooms) teamRoom() *teamweb.Room {
	return &teamweb.Room{Board: r.team, Members: r.everybody}
}

// beside is what colleagues ask of each other in a case, for the case's own pages.
func (r *rooms) beside(c *ui.Context, k *cases.Case) (caseweb.Beside, error) {
	p, err := r.teamRoom().Panel(c, k)
	b := caseweb.Beside{Link: caseweb.Link{Text: p.Title, Href: p.Href}, Count: p.Count}
	for _, l := range p.Alarm {
		b.Alarm = append(b.Alarm, caseweb.Line{Text: l.Text, Href: l.Href, Left: l.Left, Danger: l.Danger})
	}
	for _, l := range p.Lines {
		b.Todo = append(b.Todo, caseweb.Line{Text: l.Text, Href: l.Href, Left: l.Left, Danger: l.Danger})
	}
	return b, err
}

// taskGroup is what colleagues ask of the actor, on the first page.
func taskGroup(c *ui.Context, all []team.Ask) deskweb.Group {
	g := deskweb.Group{Title: c.T("Tasks and flags"), Href: "/handovers", More: c.T("Handovers")}
	g.Table = ui.Table{Words: c.Words, Caption: c.T("What colleagues ask of you"), Columns: []ui.Column{{Label: c.T("What")}, {Label: c.T("Case")}, {Label: c.T("Time left")}}}
	for _, a := range all[:min(len(all), atMost)] {
		text := c.T("A task")
		if a.Kind == team.Flag {
			text = c.T("A flag waits for your answer")
		}
		row := ui.Row{Href: "/cases/" + a.File + "/work", Cells: []ui.Cell{{Text: text}, {Text: a.Code}, {Left: &page.TimeLeft{Words: c.Words, Due: a.Due, Now: c.Now(), Danger: a.Grave}}}}
		if a.Grave {
			row.Cells[0].Badge = &page.Badge{Text: c.T("Grave"), Tone: page.Accent}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return g
}
