package pathwayweb

import (
	"strings"

	"waylight/desk/internal/pathways"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/page"
)

// ways shows what is on its way in one case.
func (r *Room) ways(c *ui.Context) error {
	d, err := r.desk(c, c.T("Applications and appointments"), nil)
	if err != nil {
		return err
	}
	return c.Render(pages, "ways", waysView(d))
}

func waysView(d desk) view {
	f, base := d.Frame, d.base()
	v := caseView(f, d.l.Case)
	top := Part{Links: []Link{{f.T("Begin an application"), base + "/ways/new"}, {f.T("Note an appointment"), base + "/appointments/new"}, {f.T("Which pathways fit?"), base + "/ways/fit"}}}
	if len(d.l.Journeys) == 0 {
		top.Notes = append(top.Notes, f.T("No application is noted yet."))
	} else {
		top.Links = append(top.Links, Link{f.T("Note a decision"), base + "/decisions/new"})
	}
	if d.l.Unread > 0 {
		top.Warn = append(top.Warn, f.N("%d entry was written by a newer version and cannot be shown.", "%d entries were written by a newer version and cannot be shown.", d.l.Unread))
	}
	v.Parts = []Part{top}
	for _, j := range d.l.Journeys {
		v.Parts = append(v.Parts, journeyPart(d, j))
	}
	if len(d.l.Others) > 0 {
		v.Parts = append(v.Parts, Part{Title: f.T("Other appointments"), Table: visitTable(d, d.l.Others)})
	}
	return v
}

func (d desk) codes(parties []string) string {
	var out []string
	for _, p := range parties {
		out = append(out, party(d.Frame, d.l.Case.Party(p)))
	}
	return strings.Join(out, ", ")
}

func journeyPart(d desk, j pathways.Journey) Part {
	f, base := d.Frame, d.base()
	p := Part{ID: j.ID, Title: f.T("%s: %s", countryIn(f.Words, j.Country), j.Title), Badge: &page.Badge{Text: f.T(stateWord(j.State)), Tone: stateTone(j.State)}}
	p.Facts = []page.Fact{{Term: f.T("Who"), Text: d.codes(j.Parties)}}
	for _, x := range []page.Fact{{Term: f.T("Who sees to it"), Text: d.names[j.Lead]}, {Term: f.T("The office's number"), Text: j.Reference}, {Term: f.T("What colleagues must know"), Text: j.Words}, {Term: f.T("Given up"), Text: j.Ended}} {
		if x.Text != "" {
			p.Facts = append(p.Facts, x)
		}
	}
	for _, o := range d.offers {
		if o.ID == j.Offer {
			p.Facts = append(p.Facts, page.Fact{Term: f.T("Takes places of"), Text: f.T("%s: %s", countryIn(f.Words, o.Country), o.By), Href: "/offers#" + o.ID})
		}
	}
	for _, e := range d.ways {
		if e.ID == j.Pathway {
			x := page.Fact{Term: f.T("Pathway"), Text: e.Title, Href: "/pathways/" + e.ID}
			if e.Version != j.Version {
				x.Note = f.T("changed since it was begun: look what is different")
			}
			p.Facts = append(p.Facts, x)
			switch {
			case e.Ended != "":
				p.Warn = append(p.Warn, f.T("Nobody can go this way any more: %s", e.Ended))
			case e.Stale(clock.DayOf(f.Now)):
				p.Warn = append(p.Warn, f.T("What is known of this pathway should have been looked at again by %s.", f.Day(e.Review)))
			}
		}
	}
	if len(j.Rivals) > 0 {
		p.Warn = append(p.Warn, f.T("Two versions exist. Settle them by changing it again."))
	}
	p.Lists = journeyLists(f, j)
	if len(j.Appointments) > 0 {
		p.Table = visitTable(d, j.Appointments)
	}
	for _, s := range j.Decisions {
		x := s.Content()
		e := page.Event{When: day(f.Words, x.Day), Who: d.names[s.Current.Author], Title: f.T(outcomeWord(x.Outcome)), Text: x.Words, Href: base + "/decisions/" + s.ID + "/edit", Tone: outcomeTone(x.Outcome)}
		switch {
		case x.Left != "":
			e.Title += " · " + f.T("it is not answered: %s", x.Left)
		case x.Answered != "":
			e.Title += " · " + f.T("answered on %s", f.Day(x.Answered))
		case x.By != "":
			e.Title += " · " + f.T("to be answered by %s", f.Day(x.By))
		}
		p.Events = append(p.Events, e)
	}
	p.Links = []Link{{f.T("Change it, note a step"), base + "/ways/" + j.ID + "/edit"}, {f.T("Note an appointment"), base + "/appointments/new?application=" + j.ID}, {f.T("Note a decision"), base + "/decisions/new?application=" + j.ID}}
	return p
}

func journeyLists(f ui.Frame, j pathways.Journey) (all []List) {
	steps, papers := List{Title: f.T("Steps")}, List{Title: f.T("Papers, and who holds them")}
	for _, s := range j.Steps {
		line := s.What
		switch {
		case s.Done != "":
			line = f.T("%s: done on %s", s.What, f.Day(s.Done))
		case s.Due != "" && s.Due < clock.DayOf(f.Now):
			line = f.T("%s: was to be done by %s", s.What, f.Day(s.Due))
		case s.Due != "":
			line = f.T("%s: by %s", s.What, f.Day(s.Due))
		}
		if s.Words != "" {
			line += " (" + s.Words + ")"
		}
		steps.Items = append(steps.Items, line)
	}
	for _, h := range j.Papers {
		line := f.T("%s: %s, since %s", h.What, f.T(holderWord(h.Holder)), f.Day(h.Since))
		if h.Words != "" {
			line += " (" + h.Words + ")"
		}
		papers.Items = append(papers.Items, line)
	}
	for _, l := range []List{steps, papers} {
		if len(l.Items) > 0 {
			all = append(all, l)
		}
	}
	return all
}

func visitTable(d desk, all []pathways.Visit) *ui.Table {
	f := d.Frame
	t := &ui.Table{Words: f.Words, Caption: f.T("Appointments"), Columns: []ui.Column{{Label: f.T("When")}, {Label: f.T("Where")}, {Label: f.T("Who")}, {Label: f.T("State")}}}
	for _, x := range all {
		when := f.Date(x.At)
		sub := ""
		if l := ui.Zone(x.Zone); l != nil && x.Zone != f.ZoneName() {
			sub = f.T("there: %s (%s)", x.At.In(l).Format("2006-01-02 15:04"), x.Zone)
		}
		state := ui.Cell{Badge: &page.Badge{Text: f.T(visitWord(x.State)), Tone: visitTone(x.State)}, Sub: x.Result}
		switch {
		case x.State == pathways.Planned && f.Now.After(x.At):
			state = ui.Cell{Badge: &page.Badge{Text: f.T("nobody said how it went"), Tone: page.Danger}}
		case x.State == pathways.Planned:
			state = ui.Cell{Left: &page.TimeLeft{Words: f.Words, Due: x.At, Now: f.Now}}
		}
		if x.CheckIn != "" && x.State == pathways.Planned {
			state.Sub = f.T("they report afterwards")
		}
		with := x.With
		if x.Escort != "" {
			with = strings.Trim(d.names[x.Escort]+", "+with, ", ")
		}
		if with != "" {
			with = f.T("with %s", with)
		}
		place := ui.Cell{Text: x.Where}
		if x.Bring != "" {
			place.Sub = f.T("bring: %s", x.Bring)
		}
		t.Rows = append(t.Rows, ui.Row{Href: d.base() + "/appointments/" + x.ID + "/edit", Cells: []ui.Cell{{Text: when, Sub: sub}, place, {Text: d.codes(x.Parties), Sub: with}, state}})
	}
	return t
}

func (r *Room) ask(c *ui.Context) error {
	d, err := r.desk(c, c.T("Which pathways fit?"), nil)
	if err != nil {
		return err
	}
	return c.Render(pages, "ways", fitView(d, nil))
}

// compare answers in the page itself: for whom it is asked must not stand in an
// address. It changes nothing.
func (r *Room) compare(c *ui.Context) error {
	q := pathways.Ask{Parties: c.Values("parties"), Here: strings.ToUpper(c.Text("here")), Left: c.Has("left", "yes")}
	got, err := r.Guide.Compare(c.Context(), c.Actor, c.ID("case"), q)
	if err != nil && !again(err) {
		return err
	}
	d, derr := r.desk(c, c.T("Which pathways fit?"), err)
	if derr != nil {
		return derr
	}
	d.f.Values = c.Form(nil).Values
	if err != nil {
		return answer(c, fitView(d, nil), err)
	}
	return c.Render(pages, "ways", fitView(d, &got))
}

func fitView(d desk, got *pathways.Compared) view {
	f := d.Frame
	v := caseView(f, d.l.Case)
	v.Intro = []string{f.T("This compares what is noted of pathways with what is noted of these people. It knows nothing else, ranks nothing and decides nothing.")}
	ask := Part{Title: f.T("The question"), Forms: []Sent{{Words: f.Words, Method: "post", Action: d.base() + "/ways/fit", Main: true, Button: f.T("Compare"), Back: d.base() + "/ways", Groups: []Group{{Fields: []page.Field{
		d.f.Checks("parties", f.T("Who goes?"), d.people()), d.f.Text("here", f.T("In which country are they now?")).Short().Optional().Hint(f.T("Two letters, such as GE.")),
		d.f.Checks("left", "", []page.Option{{Value: "yes", Label: f.T("They have left the country that they flee")}}),
	}}}}}}
	if got == nil {
		v.Parts = []Part{ask}
		return v
	}
	open, barred := 0, 0
	var free, stopped []Part
	for _, x := range got.Fits {
		p := fitPart(d, x)
		if len(x.Against) == 0 {
			open++
			free = append(free, p)
			continue
		}
		barred++
		stopped = append(stopped, p)
	}
	v.Parts = append(v.Parts, Part{ID: "answer", Title: f.T("Answer"), Notes: []string{f.N("Of %d pathway nothing that is noted stands in the way.", "Of %d pathways nothing that is noted stands in the way.", open), f.N("With %d pathway something that is noted stands in the way.", "With %d pathways something that is noted stands in the way.", barred)}})
	v.Parts = append(append(append(v.Parts, free...), stopped...), ask)
	return v
}

func fitPart(d desk, x pathways.Fit) Part {
	f := d.Frame
	p := Part{ID: x.ID, Title: f.T("%s: %s", countryIn(f.Words, x.Country), x.Title), Badge: &page.Badge{Text: f.T("nothing noted stands in the way"), Tone: page.Calm}}
	if len(x.Against) > 0 {
		p.Badge = &page.Badge{Text: f.T("something stands in the way"), Tone: page.Accent}
	}
	p.Facts = []page.Fact{{Term: f.T("Usual time"), Text: usual(f, x.Pathway)}, {Term: f.T("Where it begins"), Text: f.T(doorWord(x.Door))}}
	if len(x.Offers) > 0 {
		p.Facts = append(p.Facts, page.Fact{Term: f.T("Places left in offers"), Text: f.Number(int64(x.Free()))})
	}
	for _, l := range []struct {
		title string
		all   []pathways.Reason
	}{{f.T("What stands in the way"), x.Against}, {f.T("What is not known"), x.Open}, {f.T("What speaks for it"), x.For}} {
		list := List{Title: l.title}
		for _, r := range l.all {
			list.Items = append(list.Items, d.reason(r, x, l.title == f.T("What stands in the way")))
		}
		if len(list.Items) > 0 {
			p.Lists = append(p.Lists, list)
		}
	}
	p.Links = []Link{{f.T("Read the pathway"), "/pathways/" + x.ID}, {f.T("Begin an application"), d.base() + "/ways/new?pathway=" + x.ID}}
	return p
}

func (d desk) reason(r pathways.Reason, x pathways.Fit, against bool) string {
	f := d.Frame
	who := party(f, d.l.Case.Party(r.Party))
	switch r.What {
	case "paper":
		if against {
			return f.T("%s does not hold: %s", who, f.T(ui.PaperName(r.Paper)))
		}
		return f.T("%s holds: %s", who, f.T(ui.PaperName(r.Paper)))
	case "usual-paper":
		return f.T("%s does not hold what is usually asked for: %s", who, f.T(ui.PaperName(r.Paper)))
	case "valid":
		return f.T("%s: the passport runs out on %s; it must be valid for %d more days", who, day(f.Words, r.Day), r.N)
	case "minor":
		if against {
			return f.T("%s: minors cannot go this way", who)
		}
		return f.T("%s: minors can go this way", who)
	case "minor-with":
		return f.T("%s: minors can go this way with an adult only", who)
	case "minor-unknown":
		return f.T("%s: whether minors can go this way is not known", who)
	case "from":
		var from []string
		for _, y := range x.From {
			from = append(from, countryIn(f.Words, y))
		}
		return f.T("One can apply from: %s", strings.Join(from, ", "))
	case "outside":
		return f.T("Only for people who have left the country that they flee.")
	case "places":
		return f.N("%d place is left", "%d places are left", r.N)
	case "no-places":
		return f.N("Only %d place is left in its offers", "Only %d places are left in its offers", r.N)
	}
	return f.T("It should have been looked at again by %s.", day(f.Words, r.Day))
}
