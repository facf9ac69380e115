package teamweb

import (
	"slices"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/team"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Bells gives the lines of the bar that stands over every page.
func (r *Room) Bells(c ui.Ringing) ([]ui.Bell, error) {
	if !c.Actor.Roles.Any(staff.Caseworker, staff.Security) {
		return []ui.Bell{}, nil
	}
	out, err := r.gapBells(c)
	if err != nil || !c.Actor.Roles.Has(staff.Caseworker) {
		return out, err
	}
	tasks, err := r.Board.Waiting(c.Context, c.Actor)
	if err != nil {
		return nil, err
	}
	for _, a := range tasks {
		if a.Grave && a.Late(c.Now) {
			out = append(out, ui.Bell{Text: c.T("A grave task in case %s is overdue.", a.Code), Href: "/cases/" + a.File + "/work", Left: page.TimeLeft{Words: c.Words, Due: a.Due, Now: c.Now, Danger: true}, You: a.Owner == c.Actor.ID})
		}
	}
	all, err := r.Board.Handings(c.Context, c.Actor)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		if h.State == team.Offered && h.Taker == c.Actor.ID {
			out = append(out, ui.Bell{Text: c.T("Case %s is offered to you.", h.Code), Href: "/handovers/" + h.ID, Left: page.TimeLeft{Words: c.Words, Due: h.Until, Now: c.Now}, You: true})
		}
	}
	unseen, err := r.Board.Unseen(c.Context, c.Actor)
	for _, h := range unseen {
		out = append(out, ui.Bell{Text: endedSentence(c.Words, h), Href: "/handovers"})
	}
	return out, err
}

// most is how many lines of one kind stand in the bar.
const most = 3

// gapBells ring for cases that nobody who is there can open: now, or within a day.
func (r *Room) gapBells(c ui.Ringing) ([]ui.Bell, error) {
	gaps, err := r.Board.Gaps(c.Context, c.Actor)
	out := []ui.Bell{}
	gaps = slices.DeleteFunc(gaps, func(g team.Gap) bool { return g.Since.After(c.Now.Add(24 * time.Hour)) })
	for _, l := range gapLines(c.Words, gaps[:min(len(gaps), most)], c.Now) {
		out = append(out, ui.Bell{Text: l.Text, Href: "/leave", You: true})
	}
	if len(gaps) > most {
		out = append(out, ui.Bell{Text: c.N("%d more case has nobody.", "%d more cases have nobody.", len(gaps)-most), Href: "/leave"})
	}
	return out, err
}

func endedSentence(w i18n.Words, h team.Handing) string {
	switch h.State {
	case team.Accepted:
		return w.T("Case %s was accepted.", h.Code)
	case team.Declined:
		return w.T("Case %s was declined: it is still yours.", h.Code)
	}
	return w.T("Nobody answered for case %s in time: it is still yours.", h.Code)
}
