package pathwayweb

import (
	"strconv"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

// desk is what the forms of one case are drawn with.
type desk struct {
	ui.Frame
	f      page.Form
	l      pathways.Look
	names  map[string]string
	ways   []pathways.Edition
	offers []pathways.Offered
}

func (r *Room) desk(c *ui.Context, title string, wrong error) (d desk, err error) {
	if d.l, err = r.Guide.Look(c.Context(), c.Actor, c.ID("case")); err != nil {
		return d, err
	}
	if d.names, err = r.Names(c.Context()); err != nil {
		return d, err
	}
	if d.ways, err = r.Guide.List(c.Context(), c.Actor); err != nil {
		return d, err
	}
	d.offers, err = r.Guide.Offers(c.Context(), c.Actor)
	d.Frame, d.f = c.Frame(title), form(c, wrong)
	d.Frame.Form = d.f
	return d, err
}

func (d desk) base() string { return "/cases/" + d.l.Case.ID }

func (d desk) people() []page.Option {
	var out []page.Option
	for _, p := range d.l.Case.Parties {
		out = append(out, page.Option{Value: p.ID, Label: party(d.Frame, p.Content())})
	}
	return out
}

func party(f ui.Frame, p cases.Party) string {
	if p.Minor {
		return f.T("%s (a minor)", p.Code)
	}
	return p.Code
}

func (d desk) members() []page.Option {
	var out []page.Option
	for _, id := range d.l.Case.Assigned {
		out = append(out, page.Option{Value: id, Label: d.names[id]})
	}
	return out
}

// formOf is a page with one form of a case.
func (d desk) formOf(id string, saw int, button string, groups ...Group) view {
	v := caseView(d.Frame, d.l.Case)
	v.Parts = []Part{{Forms: []Sent{{Words: d.Words, Method: "post", Action: d.Path, Main: true, Button: button, Back: d.base() + "/ways", Groups: groups,
		Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(saw)}}}}}}
	return v
}

// item is the id that a form keeps: of its page, or the one that it brought.
func item(c *ui.Context) string {
	if id := c.ID("item"); id != "" {
		return id
	}
	return c.Text("id")
}

func (r *Room) newJourney(c *ui.Context) error { return r.journeyAgain(c, nil, nil) }

func (r *Room) journeyAgain(c *ui.Context, sent *pathways.Application, wrong error) error {
	d, err := r.desk(c, c.T("An application"), wrong)
	if err != nil {
		return err
	}
	var j pathways.Journey
	if id := c.ID("item"); id != "" {
		var ok bool
		if j, ok = d.l.Journey(id); !ok {
			return fault.Missing()
		}
	}
	saw := j.Saw()
	if sent != nil {
		saw = number(c, "saw")
		sent.Pathway, sent.Title, sent.Country = pick(sent.Pathway, j.Pathway), j.Title, j.Country
		j.Application = *sent
	}
	way := c.Text("pathway")
	return answer(c, journeyForm(d, j, saw, way), wrong)
}

func pick(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// moreRows is how many rows a form offers beyond those it has.
const moreRows = 2

func journeyForm(d desk, j pathways.Journey, saw int, way string) view {
	w, f := d.Words, d.f
	id := j.ID
	if id == "" {
		id = born(f, string(pathways.KindApplication))
	}
	first := Group{Fields: []page.Field{f.Checks("parties", w.T("Who applies?"), d.people()).Or(j.Parties...)}}
	if j.ID == "" {
		var by []page.Option
		for _, x := range d.ways {
			if x.Ended == "" {
				by = append(by, page.Option{Value: x.ID, Label: countryIn(w, x.Country) + ": " + x.Title})
			}
		}
		first.Fields = append(first.Fields, f.Select("pathway", w.T("Along which pathway?"), by).Or(pick(j.Pathway, way)).Hint(w.T("Its steps are copied, each with a day by its usual time; change them afterwards.")))
	}
	var offers []page.Option
	today := clock.DayOf(d.Now)
	for _, o := range d.offers {
		if o.Holds(today) || o.ID == j.Offer {
			offers = append(offers, page.Option{Value: o.ID, Label: w.T("%s: %s (%d left)", countryIn(w, o.Country), o.By, o.Left())})
		}
	}
	first.Fields = append(first.Fields,
		f.Select("offer", w.T("Does it take places of an offer?"), none(w.T("No"), offers)).Or(j.Offer).Hint(w.T("As many as there are people. They are held from now on, and given back when it is refused or given up.")),
		f.Select("lead", w.T("Who sees to it?"), none(w.T("Nobody yet"), d.members())).Or(j.Lead),
		f.Text("reference", w.T("The office's number")).Or(j.Reference).Optional(),
		f.Area("words", w.T("What colleagues must know")).Or(j.Words).Rows(3).Optional())
	groups := []Group{first}
	if j.ID != "" {
		for n := range len(j.Steps) + moreRows {
			var s pathways.Stage
			if n < len(j.Steps) {
				s = j.Steps[n]
			}
			x := "-" + strconv.Itoa(n)
			groups = append(groups, Group{Row: true, Legend: w.T("Step %d", n+1), Fields: []page.Field{f.Text("what"+x, w.T("What")).Or(s.What), f.Date("due"+x, w.T("By")).Or(string(s.Due)), f.Date("done"+x, w.T("Done on")).Or(string(s.Done)), f.Text("note"+x, w.T("In words")).Or(s.Words)}})
		}
		for n := range len(j.Papers) + moreRows {
			var h pathways.Handed
			if n < len(j.Papers) {
				h = j.Papers[n]
			}
			x := "-" + strconv.Itoa(n)
			groups = append(groups, Group{Row: true, Legend: w.T("Paper %d", n+1), Fields: []page.Field{f.Text("paper"+x, w.T("Which paper")).Or(h.What), f.Select("holder"+x, w.T("Who holds it now?"), options(w, pathways.Holders(), holderWord)).Or(h.Holder), f.Date("since"+x, w.T("Since")).Or(string(h.Since)), f.Text("paper-note"+x, w.T("In words")).Or(h.Words)}})
		}
		groups = append(groups, Group{Legend: w.T("The end"), Fields: []page.Field{f.Text("ended", w.T("If it is given up: why?")).Or(j.Ended).Optional()}})
	}
	v := d.formOf(id, saw, w.T("Keep the application"), groups...)
	if len(j.Rivals) > 0 {
		v.Intro = append(v.Intro, w.T("Two versions exist. What you keep now replaces them; both stay in the history."))
	}
	return v
}

func applicationOf(c *ui.Context) pathways.Application {
	p := pathways.Application{Parties: c.Values("parties"), Pathway: c.Text("pathway"), Offer: c.Text("offer"), Lead: c.Text("lead"), Reference: c.Text("reference"), Words: c.Text("words"), Ended: c.Text("ended")}
	for n := range 200 {
		x := "-" + strconv.Itoa(n)
		s := pathways.Stage{What: c.Text("what" + x), Due: c.Day("due" + x), Done: c.Day("done" + x), Words: c.Text("note" + x)}
		if s != (pathways.Stage{}) {
			p.Steps = append(p.Steps, s)
		}
		if h := (pathways.Handed{What: c.Text("paper" + x), Holder: c.Text("holder" + x), Since: c.Day("since" + x), Words: c.Text("paper-note" + x)}); h.What != "" || h.Since != "" || h.Words != "" {
			p.Papers = append(p.Papers, h)
		}
	}
	return p
}

func (r *Room) keepJourney(c *ui.Context) error {
	p := applicationOf(c)
	var s cases.Saved
	err := c.Wrong()
	if err == nil {
		s, err = r.Guide.Apply(c.Context(), c.Actor, c.ID("case"), item(c), number(c, "saw"), p)
	}
	if again(err) {
		return r.journeyAgain(c, &p, err)
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/ways#"+item(c), kept(s))
}

func (r *Room) newVisit(c *ui.Context) error { return r.visitAgain(c, nil, nil) }

func (r *Room) visitAgain(c *ui.Context, sent *pathways.Appointment, wrong error) error {
	d, err := r.desk(c, c.T("An appointment"), wrong)
	if err != nil {
		return err
	}
	v := pathways.Visit{Appointment: pathways.Appointment{Application: c.Text("application"), Remind: 48}}
	if j, ok := d.l.Journey(v.Application); ok {
		v.Parties = j.Parties
	}
	if id := c.ID("item"); id != "" {
		var ok bool
		if v, ok = d.l.Visit(id); !ok {
			return fault.Missing()
		}
	}
	saw := v.Saw()
	if sent != nil {
		saw, sent.CheckIn = number(c, "saw"), v.CheckIn
		v.Appointment = *sent
	}
	return answer(c, visitForm(d, v, saw), wrong)
}

func visitForm(d desk, v pathways.Visit, saw int) view {
	w, f := d.Words, d.f
	id := v.ID
	if id == "" {
		id = born(f, string(pathways.KindAppointment))
	}
	var journeys []page.Option
	for _, j := range d.l.Journeys {
		journeys = append(journeys, page.Option{Value: j.ID, Label: countryIn(w, j.Country) + ": " + j.Title})
	}
	var remind []page.Option
	for _, h := range pathways.Remind() {
		remind = append(remind, page.Option{Value: strconv.Itoa(h), Label: w.Span(time.Duration(h) * time.Hour)})
	}
	at := f.Input("datetime-local", "at", w.T("Day and time, by the clocks there"))
	zone := v.Zone
	if zone == "" {
		zone = w.ZoneName()
	}
	if l := ui.Zone(zone); l != nil && !v.At.IsZero() {
		at = at.Or(v.At.In(l).Format("2006-01-02T15:04"))
	}
	groups := []Group{
		{Fields: []page.Field{f.Checks("parties", w.T("Who goes?"), d.people()).Or(v.Parties...), f.Select("application", w.T("For which application?"), none(w.T("None"), journeys)).Or(v.Application)}},
		{Legend: w.T("When and where"), Row: true, Fields: []page.Field{at, f.Select("at-zone", w.T("Clocks of which place?"), d.Zones()).Or(zone), f.Text("where", w.T("Where: office, street, door")).Or(v.Where), f.Select("remind", w.T("Remind us before"), remind).Or(strconv.Itoa(v.Remind))}},
		{Fields: []page.Field{f.Area("bring", w.T("What to bring")).Or(v.Bring).Rows(2).Optional(), f.Select("escort", w.T("Who of us goes along?"), none(w.T("None"), d.members())).Or(v.Escort), f.Text("with", w.T("Who else goes along?")).Or(v.With).Optional()}},
	}
	if v.CheckIn == "" && v.State == pathways.Planned {
		groups = append(groups, Group{Legend: w.T("Afterwards they report"), Note: w.T("Somebody who goes to an office and does not report is looked for, on the same ladder as after every missed sign of life."), Fields: []page.Field{
			f.Select("hours", w.T("How long after it begins?"), []page.Option{{Value: "1", Label: w.N("%d hour", "%d hours", 1)}, {Value: "3", Label: w.N("%d hour", "%d hours", 3)}, {Value: "6", Label: w.N("%d hour", "%d hours", 6)}, {Value: "12", Label: w.N("%d hour", "%d hours", 12)}, {Value: "0", Label: w.T("Nobody watches")}}).Or("3"),
			f.Select("channel", w.T("How?"), options(w, cases.CheckInChannels(), channelWord)), f.Text("contact", w.T("Under which contact?")).Optional(),
			f.Text("sign", w.T("The sign that all is well")), f.Text("duress", w.T("The sign that somebody forces them")).Hint(w.T("Something that sounds harmless to whoever listens.")),
			f.Radios("pace", w.T("How fast do we act when nothing comes?"), []page.Option{{Value: string(watch.Steady), Label: w.T("Steady")}, {Value: string(watch.Fast), Label: w.T("Fast")}}).Or(string(watch.Steady)),
		}})
	}
	if v.ID != "" {
		groups = append(groups, Group{Legend: w.T("How it went"), Fields: []page.Field{f.Radios("state", w.T("State"), options(w, pathways.AppointmentStates(), visitWord)).Or(v.State), f.Area("result", w.T("What happened")).Or(v.Result).Rows(2).Optional()}})
	}
	out := d.formOf(id, saw, w.T("Keep the appointment"), groups...)
	if v.CheckIn != "" {
		out.Intro = append(out.Intro, w.T("A check-in watches over it. Their sign is answered under Check-ins; when the appointment is moved or cancelled here, that check-in ends, and the new one needs its own signs."))
	}
	return out
}

func visitOf(c *ui.Context) (pathways.Appointment, pathways.After) {
	return pathways.Appointment{Application: c.Text("application"), Parties: c.Values("parties"), At: c.Time("at"), Zone: c.Text("at-zone"), Where: c.Text("where"), Bring: c.Text("bring"), Escort: c.Text("escort"), With: c.Text("with"),
			Remind: number(c, "remind"), State: c.Text("state"), Result: c.Text("result")},
		pathways.After{Hours: number(c, "hours"), Channel: c.Text("channel"), Contact: c.Text("contact"), Sign: c.Text("sign"), Duress: c.Text("duress"), Pace: watch.Pace(c.Text("pace"))}
}

func (r *Room) keepVisit(c *ui.Context) error {
	p, after := visitOf(c)
	var s cases.Saved
	err := c.Wrong()
	if err == nil {
		s, err = r.Guide.Appoint(c.Context(), c.Actor, c.ID("case"), item(c), number(c, "saw"), p, after)
	}
	if again(err) {
		return r.visitAgain(c, &p, err)
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/ways#"+item(c), kept(s))
}

func (r *Room) newDecision(c *ui.Context) error { return r.decisionAgain(c, nil, nil) }

func (r *Room) decisionAgain(c *ui.Context, sent *pathways.Decision, wrong error) error {
	d, err := r.desk(c, c.T("A decision"), wrong)
	if err != nil {
		return err
	}
	x := pathways.Decision{Application: c.Text("application")}
	id, saw := "", 0
	if id = c.ID("item"); id != "" {
		for _, j := range d.l.Journeys {
			for _, s := range j.Decisions {
				if s.ID == id {
					x, saw = s.Content(), s.Saw()
				}
			}
		}
		if saw == 0 {
			return fault.Missing()
		}
	}
	if sent != nil {
		x, saw = *sent, number(c, "saw")
	}
	return answer(c, decisionForm(d, x, id, saw), wrong)
}

func decisionForm(d desk, x pathways.Decision, id string, saw int) view {
	w, f := d.Words, d.f
	if id == "" {
		id = born(f, string(pathways.KindDecision))
	}
	var journeys []page.Option
	for _, j := range d.l.Journeys {
		journeys = append(journeys, page.Option{Value: j.ID, Label: countryIn(w, j.Country) + ": " + j.Title})
	}
	return d.formOf(id, saw, w.T("Keep the decision"),
		Group{Fields: []page.Field{f.Select("application", w.T("For which application?"), journeys).Or(x.Application), f.Radios("outcome", w.T("What was decided?"), options(w, pathways.DecisionOutcomes(), outcomeWord)).Or(x.Outcome), f.Date("day", w.T("On which day did you learn of it?")).Or(string(x.Day))}},
		Group{Legend: w.T("If it must be answered"), Note: w.T("The deadline waits on the home page from two weeks before."), Fields: []page.Field{
			f.Date("by", w.T("Appeal, or hand in more, by")).Or(string(x.By)).Optional(), f.Date("answered", w.T("Appealed, or handed in, on")).Or(string(x.Answered)).Optional(), f.Text("left", w.T("If nobody will: why?")).Or(x.Left).Optional(),
		}},
		Group{Legend: w.T("What was granted"), Note: w.T("Note the visa or permit itself among the documents of the case: its end is told from there."), Fields: []page.Field{f.Date("from", w.T("Valid from")).Or(string(x.From)).Optional(), f.Date("until", w.T("Valid until")).Or(string(x.Until)).Optional(), f.Area("words", w.T("In words")).Or(x.Words).Rows(3).Optional()}})
}

func (r *Room) keepDecision(c *ui.Context) error {
	x := pathways.Decision{Application: c.Text("application"), Outcome: c.Text("outcome"), Day: c.Day("day"), By: c.Day("by"), Answered: c.Day("answered"), Left: c.Text("left"), From: c.Day("from"), Until: c.Day("until"), Words: c.Text("words")}
	var s cases.Saved
	err := c.Wrong()
	if err == nil {
		s, err = r.Guide.Decide(c.Context(), c.Actor, c.ID("case"), item(c), number(c, "saw"), x)
	}
	if again(err) {
		return r.decisionAgain(c, &x, err)
	}
	if err != nil {
		return err
	}
	return c.See("/cases/"+c.ID("case")+"/ways#"+x.Application, kept(s))
}
