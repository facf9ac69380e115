package desk

import (
	"context"
	"slices"
	"strconv"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/web/campaignweb"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/publishweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
)

// counts says how much waits for an actor in each part of the Desk.
func (r *rooms) counts(ctx context.Context, a staff.Actor) (map[string]int, error) {
	out := map[string]int{}
	threads, err := r.inbox.List(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, t := range threads {
		if !t.Due().IsZero() {
			out["/requests"]++
		}
	}
	waits, err := r.book.Waiting(ctx, a)
	if err != nil {
		return nil, err
	}
	out["/cases"] = len(waits)
	w, err := r.archive.Waiting(ctx, a)
	if err != nil {
		return nil, err
	}
	if out["/campaign"], err = campaignweb.Waiting(ctx, r.board, a); err != nil {
		return nil, err
	}
	due, _, err := r.filing.Waiting(ctx, a)
	if err != nil {
		return nil, err
	}
	out["/campaign"] += due
	if out["/publish"], err = publishweb.Waiting(ctx, r.gateway, a); err != nil {
		return nil, err
	}
	altered, err := r.locker.Alarms(ctx, a)
	if err != nil {
		return nil, err
	}
	out["/record"] = w.Unjudged + w.Unreviewed + w.Due + len(altered)
	if a.Roles.Any(exchange.Carriers()...) {
		if out["/partners"], err = r.liaison.Waiting(ctx, a); err != nil {
			return nil, err
		}
	}
	f, err := r.tally.Waiting(ctx, a)
	out["/figures"] = f.Stale + f.Unreviewed
	return out, err
}

// waiting gathers what waits for the actor: people first, then paper.
func (r *rooms) waiting(c *ui.Context) (deskweb.Waiting, error) {
	var w deskweb.Waiting
	seen, err := r.outsideSeen(c.Context())
	if err != nil {
		return w, err
	}
	if s, alarm := deskweb.OutsideStat(c, seen); alarm {
		w.Stats = append(w.Stats, s)
	}
	if s, alarm := deskweb.FetchStat(c, r.fetching.now()); alarm {
		w.Stats = append(w.Stats, s)
	}
	if !r.bell.broken().IsZero() {
		w.Stats = append(w.Stats, ui.Stat{Label: c.T("The outer bell could not be rung"), Value: c.T("at %s", c.Date(r.bell.broken())), Note: c.T("Nobody outside is called. Tell whoever runs the Desk now."), Tone: page.Danger})
	}
	waits, err := r.caseRoom().Waiting(c)
	if err != nil {
		return w, err
	}
	if len(waits) > 0 {
		w.Groups = append(w.Groups, caseGroup(c, waits))
	}
	asked, err := r.teamRoom().Mine(c)
	if err != nil {
		return w, err
	}
	if len(asked) > 0 {
		w.Groups = append(w.Groups, taskGroup(c, asked))
	}
	if c.Actor.Roles.Has(staff.Caseworker) {
		single, err := r.team.Single(c.Context(), c.Actor)
		if err != nil {
			return w, err
		}
		if single > 0 {
			w.Stats = append(w.Stats, ui.Stat{Label: c.T("Cases in which you are alone"), Value: strconv.Itoa(single), Href: "/load", Note: c.T("Assign a second.")})
		}
	}
	r.warnOfDisk(c, &w)
	threads, err := r.inbox.List(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	alarms, err := r.inbox.OpenAlarms(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	if len(alarms) > 0 {
		w.Groups = append([]deskweb.Group{alarmGroup(c, alarms, threads)}, w.Groups...)
	}
	altered, err := r.locker.Alarms(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	if len(altered) > 0 {
		w.Groups = append(w.Groups, alteredGroup(c, altered))
	}
	open := slices.DeleteFunc(slices.Clone(threads), func(t intake.Thread) bool { return t.Due().IsZero() })
	if len(open) > 0 {
		w.Groups = append(w.Groups, threadGroup(c, open))
	}
	rec, err := r.archive.Waiting(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	figs, err := r.tally.Waiting(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	pressed, err := campaignweb.Waiting(c.Context(), r.board, c.Actor)
	if err != nil {
		return w, err
	}
	drafts, err := publishweb.Waiting(c.Context(), r.gateway, c.Actor)
	if err != nil {
		return w, err
	}
	taken, err := publishweb.Taken(c.Context(), r.gateway, c.Actor)
	if err != nil {
		return w, err
	}
	if taken > 0 {
		w.Stats = append(w.Stats, ui.Stat{Label: c.T("Publications that were taken back at once"), Value: strconv.Itoa(taken), Href: "/publish", Note: c.T("Somebody does not agree any longer to be named. See what is left to do."), Tone: page.Danger})
	}
	due, untold, err := r.filing.Waiting(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	if untold > 0 {
		w.Stats = append(w.Stats, ui.Stat{Label: c.T("Submissions whose body must be told that a consent was taken back"), Value: strconv.Itoa(untold), Href: "/submissions", Tone: page.Danger})
	}
	packs, petitions, err := r.seconds(c)
	if err != nil {
		return w, err
	}
	papers, err := r.papers(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	bound, err := r.surgery.Asked(c.Context(), c.Actor)
	if err != nil {
		return w, err
	}
	for _, s := range []struct {
		n    int
		text string
		href string
	}{
		{packs, c.T("Travel packs that wait for your yes or no"), "/travel"},
		{bound, c.T("Opinions that somebody bound to a case: is it so?"), "/record/opinions"},
		{rec.Unjudged, c.T("Claims that nobody has weighed"), "/record"},
		{rec.Unreviewed, c.T("Findings that need a second person"), "/record"},
		{rec.Due, c.T("Findings to look at again"), "/record"},
		{figs.Stale, c.T("Figures whose claims changed"), "/figures"},
		{figs.Unreviewed, c.T("Figures that need a second person"), "/figures"},
		{pressed, c.T("Answers and deadlines of the campaign"), "/campaign"},
		{due - untold, c.T("Submissions to hand over or to look at"), "/submissions"},
		{drafts, c.T("Drafts that wait for your yes"), "/publish"},
		{petitions, c.T("Petitions whose words wait for your yes"), "/petitions"},
		{staff.Unread(papers.Sets, c.Actor.ID, c.Now()), c.T("Papers for a lost passphrase to be read"), "/account/papers"},
	} {
		if s.n > 0 {
			w.Stats = append(w.Stats, ui.Stat{Label: s.text, Value: strconv.Itoa(s.n), Href: s.href})
		}
	}
	return w, nil
}

// seconds counts what waits for this member as the second person and is shown by no
// group of its own: travel packs of colleagues, and the words of petitions.
func (r *rooms) seconds(c *ui.Context) (packs, petitions int, err error) {
	if c.Actor.Roles.Has(staff.Caseworker) {
		_, asked, _, err := r.luggage.Packs(c.Context(), c.Actor)
		if err != nil {
			return 0, 0, err
		}
		packs = len(asked)
	}
	if !c.Actor.Roles.Any(supporters.Approvers()...) {
		return packs, 0, nil
	}
	all, err := r.roll.List(c.Context(), c.Actor)
	for _, p := range all {
		if p.MayApprove(c.Actor.ID) == nil {
			petitions++
		}
	}
	return packs, petitions, err
}

// atMost is how many rows of one kind stand on the home page.
const atMost = 8

func threadGroup(c *ui.Context, open []intake.Thread) deskweb.Group {
	g := deskweb.Group{Title: c.T("Messages"), Href: "/requests", More: c.T("All conversations")}
	g.Table = ui.Table{Words: c.Words, Caption: c.T("Messages that wait for an answer"), Columns: []ui.Column{{Label: c.T("Message")}, {Label: c.T("Waits for us")}, {Label: c.T("Language")}}}
	for _, t := range open[:min(len(open), atMost)] {
		title := c.T("Not read yet")
		if t.State() == intake.Ours {
			title = c.T("Needs an answer")
		}
		cell := ui.Cell{Text: title}
		if t.Urgency == intake.Now {
			cell.Badge = &page.Badge{Text: c.T("In danger now"), Tone: page.Danger}
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Href: "/requests/" + t.ID, Cells: []ui.Cell{cell,
			{Left: &page.TimeLeft{Words: c.Words, Due: t.Due(), Now: c.Now(), Danger: t.Urgency == intake.Now}}, {Text: t.Lang}}})
	}
	return g
}

// alteredGroup tells of sealed files that are not as they were written.
func alteredGroup(c *ui.Context, files []evidence.File) deskweb.Group {
	g := deskweb.Group{Title: c.T("Evidence is altered or missing"), Href: "/record", More: c.T("Record")}
	g.Table = ui.Table{Words: c.Words, Caption: c.T("Files that are not as they came. Look for a backup now."), Columns: []ui.Column{{Label: c.T("File")}}}
	for _, f := range files[:min(len(files), atMost)] {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Href: "/record/evidence/" + f.ID, Cells: []ui.Cell{{Text: f.ID, Badge: &page.Badge{Text: c.T("altered or missing"), Tone: page.Danger}}}})
	}
	return g
}

func caseGroup(c *ui.Context, waits []caseweb.Waiting) deskweb.Group {
	g := deskweb.Group{Title: c.T("Cases"), Href: "/cases", More: c.T("All my cases")}
	g.Table = ui.Table{Words: c.Words, Caption: c.T("What cases need from you"), Columns: []ui.Column{{Label: c.T("What")}, {Label: c.T("Case")}, {Label: c.T("Time left")}}}
	for _, x := range waits[:min(len(waits), atMost)] {
		row := ui.Row{Href: x.Href, Cells: []ui.Cell{{Text: x.Text}, {Text: x.Case}, {Left: &x.Due}}}
		if x.Danger {
			row.Cells[0].Badge = &page.Badge{Text: c.T("Danger"), Tone: page.Danger}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return g
}
