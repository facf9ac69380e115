package caseweb

import (
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func today(now time.Time) string { return string(clock.DayOf(now)) }

func contains(all []string, s string) bool { return slices.Contains(all, s) }

func find[T any](all []cases.Sheet[T], id string) (cases.Sheet[T], bool) {
	for _, s := range all {
		if s.ID == id {
			return s, true
		}
	}
	return cases.Sheet[T]{}, false
}

// actionRows is how many actions a plan's form offers beyond those it has.
const actionRows = 3

func planForm(k *kit) formView {
	p, f := k.c.Plan.Content(), k.f
	v := formView{
		Intro:  []string{k.T("After each change a second person must approve the plan.")},
		Rivals: rivalBlocks(k, k.c.Plan, planFacts),
		Groups: []Group{{Fields: []page.Field{f.Area("goals", k.T("What do we want to reach?")).Or(p.Goals).Rows(3)}}},
		Hidden: []ui.Hidden{saw(k.c.Plan.Saw())},
		Back:   "/plan",
	}
	for i := range len(p.Actions) + actionRows {
		var a cases.Action
		if i < len(p.Actions) {
			a = p.Actions[i]
		}
		n := num(i)
		if sent := f.Values[rowKey+n]; len(sent) > 0 {
			a.Key = sent[0]
		}
		switch {
		case a.Key == "" && i < len(p.Actions):
			a.Key = "old" + n
		case a.Key == "":
			a.Key = ids.New("action") // two who add an action at once have added two
		}
		v.Hidden = append(v.Hidden, ui.Hidden{Name: rowKey + n, Value: a.Key})
		v.Groups = append(v.Groups, Group{Legend: k.T("Action %d", i+1), Row: true, Fields: []page.Field{
			f.Text("what-"+n, k.T("What")).Or(a.What),
			f.Select("owner-"+n, k.T("Who"), none(k.Words, k.T("Nobody yet"), k.people())).Or(a.Owner),
			f.Moment("due-"+n, k.T("Until"), a.Due),
			k.tick("done-"+n, k.T("Done"), a.Done),
		}})
	}
	v.Hidden = append(v.Hidden, ui.Hidden{Name: "actions", Value: num(len(p.Actions) + actionRows)})
	v.Groups = append(v.Groups, Group{Legend: k.T("If something happens"), Fields: []page.Field{
		f.Area("nocontact", k.T("If we hear nothing")).Or(p.NoContact).Rows(2).Optional(),
		f.Area("arrest", k.T("If somebody is taken")).Or(p.Arrest).Rows(2).Optional(),
		f.Area("device", k.T("Phones and accounts: what stays behind")).Or(p.Device).Rows(2).Optional(),
	}})
	return v
}

func keepPlan(k *kit) (string, string, error) {
	p := cases.Plan{Goals: k.Text("goals"), NoContact: k.Text("nocontact"), Arrest: k.Text("arrest"), Device: k.Text("device")}
	for i := range min(k.number("actions"), 200) {
		n := num(i)
		a := cases.Action{Key: k.Text(rowKey + n), What: k.Text("what-" + n), Owner: k.Text("owner-" + n), Due: k.Time("due-" + n), Done: k.Has("done-"+n, "yes")}
		if a.What != "" {
			p.Actions = append(p.Actions, a)
		}
	}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Draft(k.Context.Context(), k.Actor, k.ID("case"), k.sawn(), p)
	n, err := kept(s, "case.asked", err)
	return "/plan", n, err
}

func legForm(k *kit) formView {
	var m cases.Movement
	for _, l := range k.c.Legs {
		if l.ID == k.item {
			m = l
		}
	}
	l, f := m.Leg, k.f
	var places []page.Option
	for _, p := range k.places {
		if p.Status == cases.Available || p.ID == l.From.Place || p.ID == l.To.Place { // people also leave from one that is exposed
			places = append(places, page.Option{Value: p.ID, Label: k.T("%s (room for %d)", p.Code, max(0, p.Capacity-p.Inside()))})
		}
	}
	spot := func(name, legend string, s cases.Spot) Group {
		return Group{Legend: legend, Row: true, Fields: []page.Field{
			f.Select(name+"-place", k.T("A place we keep"), none(k.Words, k.T("None: a meeting point"), places)).Or(s.Place),
			f.Text(name, k.T("In words")).Or(s.Words),
			f.Text(name+"-point", k.T("Roughly where: degrees north, east, and within how many km")).Or(pointText(s.Point)).Short().Optional(),
		}}
	}
	return formView{
		Intro: []string{
			k.T("An escort sees this leg and nothing else of the case. Whoever can open the leg learns of its places, and cannot unlearn it."),
			k.T("After each change two different people must say go."),
		},
		Rivals: rivalBlocks(k, m.Sheet, legFacts),
		Groups: []Group{
			{Fields: []page.Field{f.Checks("parties", k.T("Who travels?"), k.parties()).Or(l.Parties...)}},
			spot("from", k.T("From"), l.From),
			spot("to", k.T("To"), l.To),
			{Legend: k.T("When"), Row: true, Fields: []page.Field{
				f.Moment("earliest", k.T("At the earliest"), l.Earliest),
				f.Moment("latest", k.T("At the latest"), l.Latest),
			}},
			{Legend: k.T("How"), Fields: []page.Field{
				f.Select("mode", k.T("Way of travelling"), options(k.Words, cases.AllModes(), modeWord)).Or(string(l.Mode)),
				escortField(k, l),
				f.Text("names", k.T("What the escort may know of them")).Or(l.Names).Optional().Hint(k.T("A code, a sign. No name if it is not needed.")),
				f.Text("papers", k.T("Papers needed")).Or(l.Papers).Optional(),
				f.Area("contingency", k.T("If it goes wrong")).Or(l.Contingency).Rows(2).Optional(),
				k.tick("abroad", k.T("It leaves the country that they flee in"), l.Abroad),
				k.tick("final", k.T("The journey ends here: they stay"), l.Final),
			}},
		},
		Hidden: []ui.Hidden{saw(m.Sheet.Saw())},
		Button: k.T("Keep and ask for the go"),
		Back:   "/plan",
	}
}

// escortField chooses the escort, and says what it means to whoever has the case for a time.
func escortField(k *kit, l cases.Leg) page.Field {
	e := k.f.Select("escort", k.T("Escort"), none(k.Words, k.T("None"), k.people())).Or(l.Escort)
	if until := k.c.Until[k.Actor.ID]; !until.IsZero() {
		return e.Hint(k.T("You have this case until %s, and a leg that you escort no longer than that. A colleague who has the case for good can let you keep the leg to its end, by choosing you here.", k.Date(until)))
	}
	return e
}

func keepLeg(k *kit) (string, string, error) {
	l := cases.Leg{
		Parties: k.Values("parties"), Names: k.Text("names"), Mode: cases.Mode(k.Text("mode")),
		From:     cases.Spot{Place: k.Text("from-place"), Words: k.Text("from"), Point: k.room.pointOf(k.Context, "from-point")},
		To:       cases.Spot{Place: k.Text("to-place"), Words: k.Text("to"), Point: k.room.pointOf(k.Context, "to-point")},
		Earliest: k.Time("earliest"), Latest: k.Time("latest"), Escort: k.Text("escort"), Papers: k.Text("papers"),
		Contingency: k.Text("contingency"), Final: k.Has("final", "yes"), Abroad: k.Has("abroad", "yes"),
	}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.PlanLeg(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.sawn(), l)
	n, err := kept(s, "case.asked", err)
	return "/plan", n, err
}

func everyOptions(w i18n.Words) []page.Option {
	out := []page.Option{{Value: "0", Label: w.T("Once")}}
	for _, h := range []int{1, 3, 6, 12, 24} {
		out = append(out, page.Option{Value: num(h * 60), Label: w.N("Every %d hour", "Every %d hours", h)})
	}
	return out
}

func graceOptions(w i18n.Words) []page.Option {
	var out []page.Option
	for _, m := range []int{0, 5, 10, 15, 30, 60, 120, 360} {
		out = append(out, page.Option{Value: num(m), Label: w.Span(time.Duration(m) * time.Minute)})
	}
	out[0].Label = w.T("Not at all")
	return out
}

func watchForm(k *kit) formView {
	f := k.f
	return formView{
		Intro: []string{k.T("The clock runs while the Desk is unlocked, also when nobody is signed in. If no sign comes, an alarm stands on the pages of one person after the other until the person is found. Nobody is telephoned: somebody must look.")},
		Groups: []Group{
			{Fields: []page.Field{
				f.Radios("party", k.T("Who reports?"), k.parties()),
				f.Select("channel", k.T("How?"), options(k.Words, cases.CheckInChannels(), channelWord)),
				f.Text("contact", k.T("Under which contact?")).Optional(),
				f.Text("sign", k.T("The sign that all is well")),
				f.Text("duress", k.T("The sign that somebody forces them")).Hint(k.T("Something that sounds harmless to whoever listens.")),
			}},
			{Legend: k.T("When"), Row: true, Fields: []page.Field{
				f.Moment("due", k.T("First sign of life"), time.Time{}),
				f.Select("grace", k.T("How long do we wait?"), graceOptions(k.Words)).Or("10"),
				f.Select("every", k.T("How often?"), everyOptions(k.Words)),
			}},
			{Fields: []page.Field{
				f.Radios("pace", k.T("How fast do we act when nothing comes?"), []page.Option{
					{Value: string(watch.Steady), Label: k.T("Steady"), Hint: k.T("The lawyer after 1 hour, a public alert is decided after 24 hours.")},
					{Value: string(watch.Fast), Label: k.T("Fast"), Hint: k.T("The lawyer after 20 minutes, a public alert is decided after 12 hours.")},
				}).Or(string(watch.Steady)),
			}},
		},
		Button: k.T("Start the clock"),
		Back:   "/watch",
	}
}

func keepWatch(k *kit) (string, string, error) {
	c := cases.CheckIn{Party: k.Text("party"), Channel: k.Text("channel"), Contact: k.Text("contact"), Sign: k.Text("sign"), Duress: k.Text("duress")}
	r := watch.Round{Due: k.Time("due"), Grace: time.Duration(k.number("grace")) * time.Minute, Every: time.Duration(k.number("every")) * time.Minute, Pace: watch.Pace(k.Text("pace"))}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Watch(k.Context.Context(), k.Actor, k.ID("case"), c, r)
	n, err := kept(s, "case.kept", err)
	return "/watch", n, err
}

func answerForm(k *kit) formView {
	var w cases.Sign
	for _, x := range k.c.CheckIns {
		if x.Clock.ID == k.item {
			w = x
		}
	}
	in := w.Content()
	choices := []page.Option{
		{Value: "ok", Label: k.T("They gave the sign that all is well"), Hint: in.Sign},
		{Value: "duress", Label: k.T("They gave the sign of duress"), Hint: in.Duress},
	}
	if w.State.Alarmed() || w.State == watch.Late {
		choices = append(choices, page.Option{Value: "found", Label: k.T("They were found and are well"), Hint: k.T("This ends the alarm.")})
	}
	if w.State == watch.Duress {
		choices = choices[2:]
	}
	choices = append(choices, page.Option{Value: "stop", Label: k.T("Nobody needs to watch any more"), Hint: k.T("This ends the check-in for good.")})
	return formView{
		Intro: []string{k.T("%s · %s. Due: %s.", partyLabel(k.Words, k.c.Party(in.Party)), k.T(channelWord(in.Channel)), k.Date(w.Due))},
		Groups: []Group{{Fields: []page.Field{
			k.f.Radios("what", k.T("What do we know?"), choices),
			k.f.Area("words", k.T("How do we know?")).Rows(3).Optional(),
		}}},
		Back: "/watch",
	}
}

func keepAnswer(k *kit) (string, string, error) {
	ctx, b, id, words := k.Context.Context(), k.room.Book, k.ID("case"), k.Text("words")
	switch k.Text("what") {
	case "ok":
		return "/watch", "case.well", b.Hear(ctx, k.Actor, id, k.item, false, words)
	case "duress":
		return "/watch", "case.duress", b.Hear(ctx, k.Actor, id, k.item, true, words)
	case "found":
		return "/watch", "case.well", b.Find(ctx, k.Actor, id, k.item, words)
	case "stop":
		return "/watch", "case.kept", b.Stop(ctx, k.Actor, id, k.item, words)
	}
	return "", "", fault.Bad("what", "Choose what we know.")
}
