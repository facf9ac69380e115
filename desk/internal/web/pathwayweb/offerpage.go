package pathwayweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/pathways"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func (r *Room) offers(c *ui.Context) error {
	all, err := r.Guide.Offers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	list, err := r.Guide.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	return c.Render(pages, "ways", offersView(c.Frame(c.T("Places offered")), all, list, names, c.Actor.ID))
}

func offersView(f ui.Frame, all []pathways.Offered, ways []pathways.Edition, names map[string]string, me string) view {
	v := roomView(f, "/offers")
	v.Intro = []string{f.T("A confidential offer ends when it is told. No letter and no publication may put the country and its places side by side; the leak guard stops it. Only the number of an offer that was made in public, and that a second person has confirmed, comes on the scoreboard.")}
	titles := map[string]string{}
	for _, w := range ways {
		titles[w.ID] = w.Title
	}
	add := Part{Links: []Link{{f.T("Note an offer"), "/offers/new"}}}
	if len(all) == 0 {
		add.Notes = []string{f.T("No offer is noted yet.")}
	}
	v.Parts = []Part{add}
	today := clock.DayOf(f.Now)
	for _, o := range all {
		v.Parts = append(v.Parts, offerPart(f, o, titles, names, me, today))
	}
	return v
}

func offerPart(f ui.Frame, o pathways.Offered, titles, names map[string]string, me string, today clock.Day) Part {
	p := Part{ID: o.ID, Title: f.T("%s: %s", countryIn(f.Words, o.Country), o.By), Badge: &page.Badge{Text: f.T("confidential"), Tone: page.Danger}}
	p.Facts = []page.Fact{
		{Term: f.T("Places"), Text: strconv.Itoa(o.Places)}, {Term: f.T("Held for somebody"), Text: strconv.Itoa(o.Use.Held)}, {Term: f.T("Taken"), Text: strconv.Itoa(o.Use.Taken)},
		{Term: f.T("Given to others"), Text: strconv.Itoa(o.Passed())}, {Term: f.T("Left"), Text: strconv.Itoa(o.Left())},
		{Term: f.T("Holds"), Text: f.T("from %s until %s", day(f.Words, o.From), day(f.Words, o.Until))},
	}
	for _, s := range o.Given {
		p.Facts = append(p.Facts, page.Fact{Term: f.T("Given to"), Text: s.To, Note: strconv.Itoa(s.N)})
	}
	for _, x := range []page.Fact{{Term: f.T("Pathway"), Text: titles[o.Pathway], Href: "/pathways/" + o.Pathway}, {Term: f.T("Conditions"), Text: o.Conditions}, {Term: f.T("What proves it"), Text: o.Evidence}} {
		if x.Text != "" {
			p.Facts = append(p.Facts, x)
		}
	}
	if e := o.Current; e.Author != "" {
		p.Facts = append(p.Facts, page.Fact{Term: f.T("Noted by"), Text: names[e.Author], Note: f.Date(e.At)})
	}
	switch {
	case o.Ended != "":
		p.Warn = append(p.Warn, f.T("It holds no more: %s", o.Ended))
	case !o.Holds(today) && today > o.From:
		p.Warn = append(p.Warn, f.T("Its last day has passed."))
	}
	switch {
	case o.Told.Second != "":
		p.Badge = &page.Badge{Text: f.T("public, confirmed by a second person"), Tone: page.Calm}
	case o.Public:
		p.Badge = &page.Badge{Text: f.T("public, not confirmed yet"), Tone: page.Wait}
		if o.Current.Author == me {
			p.Notes = append(p.Notes, f.T("Until a second person has seen what proves it, it is treated as confidential. You changed it last, so it cannot be you."))
		} else {
			p.Notes = append(p.Notes, f.T("Until a second person has seen what proves it, it is treated as confidential."))
			p.Forms = []Sent{{Words: f.Words, Method: "post", Action: "/offers/" + o.ID + "/confirm", Button: f.T("I have seen it: it was made in public"), Hidden: []ui.Hidden{{Name: "saw", Value: strconv.Itoa(o.Saw())}}}}
		}
	}
	p.Links = []Link{{f.T("Change it"), "/offers/" + o.ID + "/edit"}}
	return p
}

func (r *Room) confirm(c *ui.Context) error {
	if err := r.Guide.ConfirmOffer(c.Context(), c.Actor, c.ID("offer"), number(c, "saw")); err != nil {
		return err
	}
	return c.See("/offers#"+c.ID("offer"), "ways.confirmed")
}

func (r *Room) newOffer(c *ui.Context) error { return r.offerAgain(c, nil, nil) }

// offerAgain draws the form of an offer, also with what was wrong; sent is what was typed then.
func (r *Room) offerAgain(c *ui.Context, sent *pathways.Offer, wrong error) error {
	var o pathways.Offered
	if id := c.ID("offer"); id != "" {
		all, err := r.Guide.Offers(c.Context(), c.Actor)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.ID == id {
				o = x
			}
		}
		if o.ID == "" {
			return fault.Missing()
		}
	}
	saw := o.Saw()
	if sent != nil {
		o.Offer, saw = *sent, number(c, "saw")
	}
	ways, err := r.Guide.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var targets []page.Option
	if r.Targets != nil {
		if targets, err = r.Targets(c.Context()); err != nil {
			return err
		}
	}
	return answer(c, offerForm(c.Frame(c.T("Places offered")), o, saw, ways, targets, form(c, wrong)), wrong)
}

func offerForm(frame ui.Frame, o pathways.Offered, saw int, ways []pathways.Edition, targets []page.Option, f page.Form) view {
	v := roomView(frame, "/offers")
	v.Form = f
	w := frame.Words
	var by []page.Option
	for _, x := range ways {
		if x.Ended == "" || x.ID == o.Pathway {
			by = append(by, page.Option{Value: x.ID, Label: countryIn(w, x.Country) + ": " + x.Title})
		}
	}
	var given []string
	for _, s := range o.Given {
		given = append(given, s.To+"; "+strconv.Itoa(s.N))
	}
	public := "no"
	if o.Public {
		public = "yes"
	}
	id := o.ID
	if id == "" {
		id = born(f, "offer")
	}
	s := Sent{Words: w, Method: "post", Action: frame.Path, Main: true, Button: w.T("Keep the offer"), Back: "/offers", Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(saw)}}, Groups: []Group{
		{Fields: []page.Field{
			f.Text("country", w.T("Country, in two letters")).Or(o.Country).Short(), f.Text("by", w.T("Who offers it?")).Or(o.By),
			f.Input("number", "places", w.T("For how many people?")).Or(num(o.Places)).Short(),
			f.Select("pathway", w.T("By which pathway do they come?"), none(w.T("Not said yet"), by)).Or(o.Pathway),
			f.Area("conditions", w.T("On what conditions?")).Or(o.Conditions).Rows(3).Optional(),
		}},
		{Row: true, Legend: w.T("How long it holds"), Fields: []page.Field{f.Date("from", w.T("From")).Or(string(o.From)), f.Date("until", w.T("Until")).Or(string(o.Until)).Optional()}},
		{Legend: w.T("Who may know of it"), Fields: []page.Field{
			f.Radios("public", w.T("How was it made?"), []page.Option{
				{Value: "no", Label: w.T("In confidence"), Hint: w.T("Nobody outside may learn of it.")},
				{Value: "yes", Label: w.T("In public"), Hint: w.T("A second person looks at what proves it first.")},
			}).Or(public),
			f.Text("evidence", w.T("What proves it")).Or(o.Evidence).Optional(),
			f.Area("hush", w.T("Names and addresses that would give it away, one on a line")).Or(strings.Join(o.Hush, "\n")).Rows(3).Optional().Hint(w.T("Officials, their e-mail and telephone, the name of a programme. The leak guard stops them in every text that leaves.")),
			f.Select("target", w.T("Government on the campaign's scoreboard"), none(w.T("None"), targets)).Or(o.Target),
		}},
		{Legend: w.T("Where the places went"), Fields: []page.Field{
			f.Area("given", w.T("Given to others, one on a line")).Or(strings.Join(given, "\n")).Rows(2).Optional().Hint(w.T("To whom, a semicolon, how many: “A partner; 3”. Places of our own cases are counted by themselves.")),
			f.Text("ended", w.T("If it holds no more: why?")).Or(o.Ended).Optional(),
		}},
	}}
	v.Parts = []Part{{Forms: []Sent{s}}}
	return v
}

func offerOf(c *ui.Context) pathways.Offer {
	o := pathways.Offer{Country: strings.ToUpper(c.Text("country")), Pathway: c.Text("pathway"), By: c.Text("by"), Target: c.Text("target"), Places: number(c, "places"), Conditions: c.Text("conditions"), From: c.Day("from"), Until: c.Day("until"),
		Public: c.Text("public") == "yes", Evidence: c.Text("evidence"), Hush: lines(c.Text("hush")), Ended: c.Text("ended")}
	for _, x := range lines(c.Text("given")) {
		to, n, _ := strings.Cut(x, ";")
		count, err := strconv.Atoi(strings.TrimSpace(n))
		if err != nil {
			c.Bad("given", "Write one on a line: to whom; how many.")
		}
		o.Given = append(o.Given, pathways.Share{To: strings.TrimSpace(to), N: count})
	}
	return o
}

func (r *Room) keepOffer(c *ui.Context) error {
	o := offerOf(c)
	id := c.ID("offer")
	if id == "" {
		id = c.Text("id")
	}
	err := c.Wrong()
	if err == nil {
		err = r.Guide.KeepOffer(c.Context(), c.Actor, id, number(c, "saw"), o)
	}
	if again(err) {
		return r.offerAgain(c, &o, err)
	}
	if err != nil {
		return err
	}
	return c.See("/offers#"+id, "ways.kept")
}
