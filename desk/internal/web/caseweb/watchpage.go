package caseweb

import (
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func (s show) watch() []Block {
	c := s.c
	top := Block{Title: s.T("Check-ins"), Links: []Link{{s.T("Plan a check-in"), s.url("/watch/new")}}}
	if len(c.CheckIns) == 0 {
		top.Empty = &ui.Empty{Title: s.T("Nobody watches over them."), Text: s.T("Agree on a time and on two signs: one that all is well, one that somebody forces them.")}
	}
	blocks := []Block{top}
	for _, w := range slices.Backward(c.CheckIns) {
		in := w.Content()
		title := s.T("%s · %s", partyLabel(s.Words, c.Party(in.Party)), s.T(channelWord(in.Channel)))
		if in.Channel == "" { // raised by the mailbox itself: nothing was agreed before
			title = s.T("An alarm from the mailbox")
		}
		b := Block{ID: w.Clock.ID, Title: title, Badge: &page.Badge{Text: s.T(watchWord(w.State)), Tone: watchTone(w.State)}}
		if w.State.Alarmed() {
			b.Tone = page.Danger
		}
		if w.State != watch.OK && w.State != watch.Stopped {
			b.Todo = []Line{{Text: s.T("Due %s", s.Date(w.Due)), Left: s.left(w.Due, w.State.Alarmed()), Danger: w.State.Alarmed()}}
			b.Links = []Link{{s.T("Note what we know"), s.url("/watch/" + w.Clock.ID + "/answer")}}
			b.Facts = []page.Fact{{Term: s.T("All is well"), Text: in.Sign}, {Term: s.T("Duress"), Text: in.Duress}}
			if in.Contact != "" {
				b.Facts = append(b.Facts, page.Fact{Term: s.T("Contact"), Text: in.Contact})
			}
		}
		b.Table = s.ladder(w)
		for _, e := range slices.Backward(c.Contacts) {
			if e.Content.About == w.Clock.ID || s.raised(e.Content.About, w.Clock.ID) {
				b.Events = append(b.Events, page.Event{When: s.Date(e.At), Who: s.who(e.Author), Title: strings.TrimSpace(s.T(contactWord(e.Content.What)) + " " + s.away(e.Content.Away)), Text: e.Content.Words})
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// raised reports whether an alert belongs to a check-in.
func (s show) raised(alert, checkin string) bool {
	return slices.ContainsFunc(s.c.Alerts, func(a watch.Alert) bool { return a.ID == alert && a.CheckIn == checkin })
}

func contactWord(what string) string {
	switch what {
	case "ok":
		return i18n.Key("All is well")
	case "duress":
		return i18n.Key("Sign of duress")
	case "heard":
		return i18n.Key("Heard that all is well; it moves no clock")
	case "none":
		return i18n.Key("No answer")
	case "found":
		return i18n.Key("Found")
	case "stopped":
		return i18n.Key("Stopped")
	}
	return i18n.Key("Alert answered")
}

// ladder shows the rungs of an alarm: raised, answered, and those that are still to come.
func (s show) ladder(w cases.Sign) *ui.Table {
	t := &ui.Table{Words: s.Words, Caption: s.T("Ladder of the alarm"), Columns: []ui.Column{{Label: s.T("Step")}, {Label: s.T("When")}, {Label: s.T("Who acts")}}}
	for _, a := range s.c.Alerts {
		if a.CheckIn != w.Clock.ID || !a.Due.Equal(w.Due) && !a.Open() {
			continue
		}
		who := ui.Cell{Badge: &page.Badge{Text: s.T("Nobody yet"), Tone: page.Danger}}
		switch {
		case !a.Acked.IsZero():
			who = ui.Cell{Text: s.who(a.Member), Sub: s.T(doneWord(a.Done))}
		case !a.Ended.IsZero():
			who = ui.Cell{Text: s.T("ended")}
		}
		row := ui.Row{Cells: []ui.Cell{{Text: s.T(rungWord(a.Rung))}, {Text: s.Date(a.Since)}, who}}
		if a.Open() {
			row.Href = "/alerts/" + a.ID
		}
		t.Rows = append(t.Rows, row)
	}
	if w.State.Alarmed() {
		for i, r := range watch.Ladder(w.Pace) {
			if i >= w.Step {
				t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: s.T(rungWord(r.Name))}, {Left: s.left(w.Alarm.Add(r.After), false)}, {Text: s.T(ui.RoleName(r.Role))}}})
			}
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}
