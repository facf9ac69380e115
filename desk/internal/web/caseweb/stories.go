package caseweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// storyCard is a leg whose words are drawn.
func storyCard() cases.Carded {
	leg := storyMoving().Legs[1]
	return cases.Carded{Movement: leg, Version: 1, Card: cases.LegCard{Base: leg.Earliest.Add(-5 * time.Hour), From: 3, To: 11, People: 27, Well: 40, Forced: 46}}
}

// storyNow is the time of ui.Example's frames.
var storyNow = time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)

// Stories are the room's pages in their states, with invented people.
func Stories() []ui.Story {
	blocks := func(name string, f func(i18n.Words) blocksView) ui.Story {
		return ui.Story{Name: "cases/" + name, Set: pages, Template: "blocks", View: func(w i18n.Words) any { return f(w) }}
	}
	forms := func(name string, f func(i18n.Words) formView) ui.Story {
		return ui.Story{Name: "cases/" + name, Set: pages, Template: "form", View: func(w i18n.Words) any { return f(w) }}
	}
	tab := func(name, tab string, c func() *cases.Case) ui.Story {
		return blocks(name, func(w i18n.Words) blocksView {
			k := c()
			return caseView(ui.Example(w, w.T("Case %s", k.Pseudonym), "/cases/"+k.ID, staff.Caseworker), tab, k, storyNames(), "member_anna")
		})
	}
	return []ui.Story{
		blocks("board-empty", func(w i18n.Words) blocksView {
			return boardView(ui.Example(w, w.T("My cases"), "/cases", staff.Caseworker), boardPage{})
		}),
		blocks("board", func(w i18n.Words) blocksView {
			return boardView(ui.Example(w, w.T("My cases"), "/cases", staff.Caseworker), boardPage{Listing: cases.Listing{Rows: storyRows(), Mine: 104, Late: 1, More: true}, Filter: cases.Filter{Show: cases.ShowAll, Order: cases.ByLevel, Desc: true}, Views: storyViews(), Members: []staff.Member{{ID: "member_clara", Name: "Clara Example", Roles: staff.Roles{staff.Caseworker}}}})
		}),
		blocks("board-view", func(w i18n.Words) blocksView {
			v := storyViews()[0]
			return boardView(ui.Example(w, w.T("My cases"), "/cases", staff.Caseworker), boardPage{Listing: cases.Listing{Rows: storyRows()[:1], Mine: 104}, Filter: v.Filter, View: v, Views: storyViews()})
		}),
		blocks("several", func(w i18n.Words) blocksView {
			return outcomesView(ui.Example(w, w.T("With the chosen cases"), "/cases/several", staff.Caseworker), []cases.Outcome{{Case: "case_a", Pseudonym: "RJ-4071"}, {Case: "case_b", Pseudonym: "DU-0007", Same: true},
				{Case: "case_c", Pseudonym: "VZ-1203", Problem: &fault.Error{Kind: fault.Conflict, Message: "The last caseworker cannot be taken off: nobody could open the case. Assign another first."}}})
		}),
		blocks("search", func(w i18n.Words) blocksView {
			return foundView(ui.Example(w, w.T("Search my cases"), "/cases/search", staff.Caseworker), storyRows()[:2], "Ruslan", "view_x")
		}),
		blocks("search-empty", func(w i18n.Words) blocksView {
			return foundView(ui.Example(w, w.T("Search my cases"), "/cases/search", staff.Caseworker), nil, "", "")
		}),
		tab("case-new", "overview", storyNew), tab("case-moving", "overview", storyMoving), tab("case-alarm", "overview", storyAlarm), tab("case-closed", "overview", storyClosed),
		tab("people-rivals", "people", storyMoving), tab("plan", "plan", storyMoving), tab("watch-alarm", "watch", storyAlarm), tab("watch-empty", "watch", storyNew),
		tab("consent", "consent", storyMoving), tab("money", "money", storyMoving), tab("log", "log", storyMoving),
		blocks("leg-escort", func(w i18n.Words) blocksView {
			f := ui.Example(w, w.T("Leg %d", 1), "/legs/leg_x", staff.Documenter)
			return legView(f, storyMoving().Legs[1], storyNames(), "member_clara", "", page.Form{Words: w})
		}),
		blocks("leg-warned", func(w i18n.Words) blocksView {
			m := storyMoving().Legs[1]
			m.Warned = true
			return legView(ui.Example(w, w.T("Leg %d", 2), "/legs/leg_x", staff.Caseworker), m, storyNames(), "member_clara", "case_x", page.Form{Words: w})
		}),
		blocks("leg-card", func(w i18n.Words) blocksView {
			return cardView(ui.Example(w, w.T("Card of leg %d", 2), "/legs/leg_x/card", staff.Caseworker), storyCard())
		}),
		blocks("leg-card-none", func(w i18n.Words) blocksView {
			return cardView(ui.Example(w, w.T("Card of leg %d", 2), "/legs/leg_x/card", staff.Caseworker), cases.Carded{Movement: storyMoving().Legs[1]})
		}),
		{Name: "cases/leg-card-print", Set: pages, Template: "card", View: func(w i18n.Words) any {
			return cardPaperOf(ui.Example(w, w.T("List"), "/legs/leg_x/card/escort", staff.Caseworker), storyCard(), cases.CardEscort)
		}},
		blocks("places", func(w i18n.Words) blocksView {
			return placesView(ui.Example(w, w.T("Places"), "/places", staff.Caseworker), []cases.Refuge{storyPlace(cases.Available), storyPlace(cases.Exposed)}, true)
		}),
		blocks("place-exposed", func(w i18n.Words) blocksView {
			return placeView(ui.Example(w, w.T("Place %s", "Mill"), "/places/place_x", staff.Caseworker), storyPlace(cases.Exposed), storyNames(), []staff.Member{{ID: "member_clara", Name: "Clara Example"}}, true)
		}),
		blocks("exposures", func(w i18n.Words) blocksView {
			return exposuresView(ui.Example(w, w.T("What became known"), "/exposures", staff.Caseworker), []cases.Breach{storyReport().Breach}, storyNames())
		}),
		blocks("exposures-empty", func(w i18n.Words) blocksView {
			return exposuresView(ui.Example(w, w.T("What became known"), "/exposures", staff.Caseworker), nil, storyNames())
		}),
		blocks("exposure", func(w i18n.Words) blocksView {
			return exposureView(ui.Example(w, w.T(leakWord("place")), "/exposures/leak_x", staff.Caseworker), storyReport(), storyNames())
		}),
		forms("exposure-form", func(w i18n.Words) formView {
			f := page.Form{Words: w, Errors: []fault.Field{{Name: "since", Message: "Say since when: a time that has passed. When in doubt, the earlier one."}}}
			return exposureFormView(ui.Example(w, w.T("Something became known"), "/exposures/new", staff.Caseworker), f, []page.Option{{Value: "place_x", Label: "Mill"}}, []page.Option{{Value: "member_clara", Label: "Clara Example"}})
		}),
		forms("exposure-person", func(w i18n.Words) formView {
			f := page.Form{Words: w, Values: map[string][]string{"case": {"case_x"}, "party": {"party_a"}}}
			return exposureFormView(ui.Example(w, w.T("Something became known"), "/exposures/new", staff.Caseworker), f, nil, nil)
		}),
		blocks("wall", func(w i18n.Words) blocksView {
			return wallView(ui.Example(w, w.T("Next six hours"), "/alerts", staff.Caseworker), storyWall(), map[staff.Role]string{staff.Caseworker: "Example Caseworker"}, true)
		}),
		blocks("wall-empty", func(w i18n.Words) blocksView {
			return wallView(ui.Example(w, w.T("Next six hours"), "/alerts", staff.Advocate), cases.Wall{}, nil, false)
		}),
		forms("alert-duty", func(w i18n.Words) formView {
			a := storyWall().Calls[0]
			return alertView(ui.Example(w, w.T(rungWord(a.Rung)), "/alerts/alert_x", staff.Advocate), a, page.Form{Words: w})
		}),
		{Name: "cases/settle", Set: pages, Template: "settle", View: func(w i18n.Words) any {
			return storySettle(w, "risk", storyTwo())
		}},
		{Name: "cases/settle-merged", Set: pages, Template: "settle", View: func(w i18n.Words) any {
			return storySettle(w, "plan/edit", storyTwo())
		}},
		forms("risk-form", func(w i18n.Words) formView { return storyForm(w, "risk", storyMoving()) }),
		forms("leg-form", func(w i18n.Words) formView { return storyForm(w, "legs/new", storyMoving()) }),
		blocks("papers-words", func(w i18n.Words) blocksView {
			return textsPage(ui.Example(w, w.T("The words of the papers"), "/forms", staff.Caseworker), []cases.FormText{{Kind: cases.FormAttorney, Lang: "en", Title: "Power of attorney", Words: "I, {person}, give {attorney} the power to act for me in this:\n\n{acts}"}, {Kind: cases.FormConsent, Lang: "ru", Version: 2, Title: "Согласие", Words: "Я, {person}, соглашаюсь."}})
		}),
		forms("papers-words-form", func(w i18n.Words) formView {
			return textFormView(ui.Example(w, w.T("The words of a paper"), "/forms/new", staff.Caseworker), cases.FormText{Kind: cases.FormConsent, Lang: "ru", Version: 2, Title: "Согласие", Words: "Я, {person}, соглашаюсь."})
		}),
		{Name: "cases/paper-print", Set: pages, Template: "paper", View: func(w i18n.Words) any {
			return newPaper(ui.Example(w, "Согласие", "/cases/case_x/forms/form_a/print", staff.Caseworker), "Example (invented)", cases.Form{Lang: "ru", Words: "Я, Руслан Вымышленный, соглашаюсь.\n\nПодпись: ____________________"})
		}},
		forms("document-form", func(w i18n.Words) formView { return storyForm(w, "papers/new", storyMoving()) }),
		forms("draw-form", func(w i18n.Words) formView { return storyForm(w, "forms/new", storyMoving()) }),
		forms("sign-form", func(w i18n.Words) formView { return storyForm(w, "forms/{item}/sign", storyMoving()) }),
		forms("erase-form", func(w i18n.Words) formView { return storyForm(w, "erase", storyClosed()) }),
	}
}

func storyForm(w i18n.Words, path string, c *cases.Case) formView {
	f := (&Room{}).forms()[path]
	k := &kit{Context: &ui.Context{Words: w}, c: c, names: storyNames(), langs: []string{"en", "ru"}, places: []cases.Refuge{storyPlace(cases.Available)}, f: page.Form{Words: w, Values: url.Values{"signed": {"2017-04-12"}}},
		members: []staff.Member{{ID: "member_anna", Name: "Anna Example"}, {ID: "member_boris", Name: "Boris Example"}}}
	v := f.build(k)
	v.Frame = ui.Example(w, w.T(f.title), "/cases/"+c.ID+"/"+path, staff.Caseworker)
	v.Form, v.Sub, v.Action, v.Back = k.f, w.T("Case %s", c.Pseudonym), "/cases/"+c.ID+"/"+path, "/cases/"+c.ID
	if v.Button == "" {
		v.Button = w.T("Keep")
	}
	return v
}

func storyNames() names {
	return names{"member_anna": "Anna Example", "member_boris": "Boris Example", "member_clara": "Clara Example-With-A-Rather-Long-Surname"}
}

func one[T any](id, author string, ago time.Duration, content T) cases.Sheet[T] {
	e := cases.Edition[T]{ID: id, Version: 1, Author: author, At: storyNow.Add(-ago), Content: content}
	return cases.Sheet[T]{ID: id, Current: e, History: []cases.Edition[T]{e}}
}

func storyFile(code string, s cases.State, p cases.Priority) cases.File {
	return cases.File{ID: "case_" + code, Pseudonym: code, State: s, Priority: p, Opened: "2017-04-09"}
}

func storyNew() *cases.Case {
	f := storyFile("QL-2213", cases.Received, cases.Hours)
	f.Thread, f.DecideBy = "thread_x", storyNow.Add(2*time.Hour+10*time.Minute)
	return &cases.Case{File: f, Assigned: []string{"member_anna"}}
}

func storyMoving() *cases.Case {
	c := &cases.Case{File: storyFile("RJ-4071", cases.Moving, cases.Emergency), Assigned: []string{"member_anna", "member_boris"}}
	c.Parties = []cases.Sheet[cases.Party]{
		one("party_a", "member_anna", 30*time.Hour, cases.Party{Code: "A", Name: "Ruslan Example (invented)", Contact: "through the mailbox", Papers: "internal passport", Medical: "asthma, has an inhaler"}),
		one("party_b", "member_anna", 29*time.Hour, cases.Party{Code: "B", Minor: true, Interest: "Stays with A, his older brother; a lawyer for minors was asked.", Role: "brother"}),
	}
	c.Triage = one("triage", "member_anna", 31*time.Hour, cases.Triage{Imminence: 3, Severity: 2, Feasibility: 2, Decided: true, Words: "We act: out of the region first."})
	threats := []cases.Threat{{By: "state", What: "A search of the home was announced", Likelihood: 4, Impact: 5}, {By: "family", What: "An uncle asks neighbours where they are", Likelihood: 3, Impact: 4}}
	c.Risk = one("risk", "member_anna", 20*time.Hour, cases.Risk{Threats: threats, Vulnerability: 1, Vulnerabilities: "A minor travels with them", Capacity: 2, Capacities: "A friend abroad, some savings", Exposed: true, Digital: "The old phone was read in March", Until: "2017-04-26"})
	rival := c.Risk.Current
	rival.Version, rival.Author = 2, "member_boris"
	c.Risk.History, c.Risk.Rivals = append(c.Risk.History, rival), []cases.Edition[cases.Risk]{rival}
	c.Consents = []cases.Sheet[cases.Consent]{
		one("consent_a", "member_anna", 28*time.Hour, cases.Consent{Party: "party_a", Purpose: cases.ForHelp, Recipient: "the escorts and the place", Data: "what they must know", How: "spoken", Language: "ru", Given: "2017-04-10"}),
		one("consent_b", "member_boris", 8*time.Hour, cases.Consent{Party: "party_a", Purpose: cases.ForRecord, Recipient: "the record of this organisation", Data: "what happened in the detention", How: "through the mailbox", Language: "ru", Given: "2017-04-11", Expires: "2018-04-11"}),
	}
	c.Papers = []cases.Sheet[cases.Paper]{
		one("paper_a", "member_anna", 29*time.Hour, cases.Paper{Party: "party_a", Kind: "passport", Country: "RU", Number: "00 0000000", Status: cases.PaperTaken, Words: "kept by an uncle (invented)"}),
		one("paper_b", "member_anna", 29*time.Hour, cases.Paper{Party: "party_a", Kind: "visa", Visa: "humanitarian", Country: "FR", Status: cases.PaperApplied}),
		one("paper_c", "member_anna", 29*time.Hour, cases.Paper{Party: "party_b", Kind: "birth", Country: "RU", Status: cases.PaperHeld, Until: "2017-01-01"}),
	}
	c.Forms = []cases.Sheet[cases.Form]{
		one("form_a", "member_anna", 27*time.Hour, cases.Form{Kind: cases.FormConsent, Party: "party_a", Lang: "ru", Consent: "consent_b", Day: "2017-04-11", Signed: "2017-04-11", How: "by hand", Copy: cases.Scan{Name: "scan.jpg", SHA256: "x"}, Expires: "2018-04-11"}),
		one("form_b", "member_anna", 26*time.Hour, cases.Form{Kind: cases.FormDeparture, Party: "party_b", Lang: "ru", Day: "2017-04-11"}),
	}
	c.Bridges = []cases.Sheet[cases.Bridge]{one("bridge_a", "member_boris", 7*time.Hour, cases.Bridge{Party: "party_a", Consent: "consent_b"})}
	c.Plan = one("plan", "member_anna", 18*time.Hour, cases.Plan{Goals: "Both are out of the region tonight, and abroad within six weeks.", NoContact: "Boris drives to the meeting point.", Arrest: "Call the lawyer at once.",
		Actions: []cases.Action{{What: "Ask for a humanitarian visa", Owner: "member_boris", Due: storyNow.Add(50 * time.Hour)}, {What: "A phone without history", Owner: "member_anna", Done: true}}})
	c.PlanGo = cases.Approval{Missing: 1}
	leg := func(n int, s cases.LegState, from, to string, goes cases.Approval, steps ...cases.LegState) cases.Movement {
		l := cases.Leg{Number: n, Parties: []string{"party_a", "party_b"}, People: 2, Names: "Two, they ask for the grey umbrella", From: cases.Spot{Words: from}, To: cases.Spot{Words: to}, Mode: "car", Earliest: storyNow.Add(-time.Hour), Latest: storyNow.Add(3 * time.Hour), Escort: "member_clara", Contingency: "Turn back at the second bridge."}
		m := cases.Movement{ID: "leg_" + num(n), Leg: l, Sheet: one("leg_"+num(n), "member_anna", 12*time.Hour, l), Go: goes, State: s, Known: []string{"member_anna", "member_boris", "member_clara"}}
		for i, to := range steps {
			m.Steps = append(m.Steps, cases.Edition[cases.Step]{Seq: int64(i + 1), Author: "member_clara", At: storyNow.Add(-20 * time.Minute), Content: cases.Step{To: to}})
		}
		return m
	}
	c.Legs = []cases.Movement{
		leg(1, cases.LegUnderWay, "the old mill", "a flat in another city", cases.Approval{Yes: []cases.Voice{{Member: "member_anna", At: storyNow.Add(-3 * time.Hour)}, {Member: "member_boris", At: storyNow.Add(-2 * time.Hour)}}}, cases.LegUnderWay),
		leg(2, cases.LegPlanned, "a flat in another city", "a country that opened its door", cases.Approval{Yes: []cases.Voice{{Member: "member_boris", At: storyNow.Add(-2 * time.Hour)}}, Missing: 1}),
	}
	c.Costs = []cases.Spend{
		{Sheet: one("cost_a", "member_anna", 10*time.Hour, cases.Cost{Money: cases.Money{Minor: 12_050, Currency: "EUR"}, Line: "travel", What: "Train for two", Day: "2017-04-11"})},
		{Sheet: one("cost_b", "member_boris", 9*time.Hour, cases.Cost{Money: cases.Money{Minor: 90_000, Currency: "EUR"}, Line: "housing", What: "Rent of the flat, two months", Day: "2017-04-11"}), Needs: true, Approval: cases.Approval{Missing: 1}},
	}
	c.Notes = []cases.Edition[cases.Note]{{ID: "note_a", Version: 1, Author: "member_boris", At: storyNow.Add(-3 * time.Hour), Content: cases.Note{Words: "B asked whether his school will be told. It will not."}}}
	for i, k := range []cases.Kind{cases.KindStep, cases.KindRisk, cases.KindRisk, cases.KindLeg, cases.KindConsent, cases.KindTriage} {
		c.Timeline = append(c.Timeline, cases.Event{At: storyNow.Add(-time.Duration(i+1) * time.Hour), Member: "member_anna", Kind: k, Version: 1 + i%2, Rival: i == 1})
	}
	return c
}

func storyAlarm() *cases.Case {
	c := &cases.Case{File: storyFile("ZD-0917", cases.Sheltered, cases.Urgent), Assigned: []string{"member_anna"}}
	c.Parties = []cases.Sheet[cases.Party]{one("party_c", "member_anna", 90*time.Hour, cases.Party{Code: "C"})}
	c.Triage = one("triage", "member_anna", 91*time.Hour, cases.Triage{Imminence: 2, Severity: 2, Feasibility: 3, Decided: true, Words: "A flat for two weeks."})
	c.Risk = one("risk", "member_anna", 90*time.Hour, cases.Risk{Threats: []cases.Threat{{By: "armed", What: "Searched for in two cities", Likelihood: 4, Impact: 5}}, Until: "2017-04-20"})
	c.Legs = []cases.Movement{{ID: "leg_9", State: cases.LegArrived, Leg: cases.Leg{Number: 1, Parties: []string{"party_c"}, To: cases.Spot{Words: "the flat Mill"}}, Steps: []cases.Edition[cases.Step]{{Seq: 1, Content: cases.Step{To: cases.LegArrived}}}}}
	due := storyNow.Add(-100 * time.Minute)
	c.CheckIns = []cases.Sign{{
		Clock: watch.Clock{ID: "checkin_a", Case: c.ID, Due: due, Grace: 10 * time.Minute, Pace: watch.Steady, State: watch.Missed, Alarm: due.Add(10 * time.Minute), Step: 3, Next: due.Add(190 * time.Minute)},
		Sheet: one("checkin_a", "member_anna", 90*time.Hour, cases.CheckIn{Party: "party_c", Channel: "phone", Contact: "the second phone", Sign: "The kettle is on", Duress: "Greet your aunt"}),
	}}
	for i, r := range watch.Ladder(watch.Steady)[:3] {
		a := watch.Alert{ID: "alert_" + num(i), Case: c.ID, CheckIn: "checkin_a", Due: due, Step: i, Rung: r.Name, Role: r.Role, Since: due.Add(10*time.Minute + r.After)}
		if i < 2 {
			a.Member, a.Acked, a.Done = "member_anna", a.Since.Add(4*time.Minute), "no-answer"
		}
		c.Alerts = append(c.Alerts, a)
	}
	return c
}

func storyClosed() *cases.Case {
	f := storyFile("WN-5538", cases.Closed, cases.Normal)
	f.EraseBy = "2017-06-01"
	c := &cases.Case{File: f, Assigned: []string{"member_anna"}}
	c.Parties = []cases.Sheet[cases.Party]{one("party_d", "member_anna", 900*time.Hour, cases.Party{Code: "D"})}
	c.Closure = one("closure", "member_anna", 40*time.Hour, cases.Closure{Safe: true, Region: "Europe", Needs: "All met", View: "Feels safe", EraseBy: f.EraseBy})
	return c
}

func storyReport() cases.Report {
	at := storyNow.Add(-20 * time.Minute)
	step := func(subject, code, place string, h exposure.How, what string, in, done time.Duration) cases.Told {
		k := cases.Told{Task: cases.Task{ID: "task_" + subject + what, Subject: subject, How: h, What: what, Due: at.Add(in)}, Pseudonym: code, Place: place}
		if done > 0 {
			k.Done, k.Member = at.Add(done), "member_boris"
		}
		return k
	}
	return cases.Report{Breach: cases.Breach{ID: "leak_x", Kind: exposure.Place, By: "member_anna", At: at},
		Leak:      cases.Leak{Kind: exposure.Place, Since: at.Add(-26 * time.Hour), Words: "A neighbour was asked about the tenants."},
		PlaceCode: "Harbour", Others: 2, Open: 9, Knew: []string{"member_anna", "member_boris", "member_clara"},
		Steps: []cases.Told{
			step("place_x", "", "Harbour", exposure.Inside, exposure.Rest, 15*time.Minute, 12*time.Minute),
			step("case_a", "ZD-0917", "", exposure.Inside, exposure.Move, 30*time.Minute, 0),
			step("case_a", "ZD-0917", "", exposure.Inside, exposure.Warn, 30*time.Minute, 0),
			step("case_b", "RJ-4071", "", exposure.Heading, exposure.Replan, 3*time.Hour, 0),
			step("case_a", "ZD-0917", "", exposure.Inside, exposure.Risk, 24*time.Hour, 0),
		}}
}

func storyRows() []cases.Row {
	var rows []cases.Row
	for _, c := range []*cases.Case{storyAlarm(), storyMoving(), storyNew(), storyClosed()} {
		c.Card = cases.CardOf(c, storyNow)
		rows = append(rows, cases.Row{File: c.File, Late: len(c.Late()) > 0})
	}
	return rows
}

func storyPlace(s cases.PlaceStatus) cases.Refuge {
	p := cases.Place{Code: "Mill", Kind: "flat", Address: "An invented address", Capacity: 3, Status: s, Suitability: "Two adults and a child; third floor without a lift", Rules: "No visitors, curtains closed"}
	if s == cases.Exposed {
		p.Code, p.Reason = "Harbour", "A neighbour was asked about the tenants."
	}
	r := cases.Refuge{ID: "place_" + p.Code, Place: p}
	r.Stays = []cases.Sheet[cases.Stay]{one("stay_a", "member_anna", 20*time.Hour, cases.Stay{Party: "party_c", From: storyNow.Add(-20 * time.Hour)})}
	for i, m := range []string{"member_anna", "member_boris"} {
		r.Known = append(r.Known, cases.Edition[cases.Known]{Content: cases.Known{Member: m, Since: storyNow.Add(-time.Duration(40-i*20) * time.Hour)}})
		r.Open = append(r.Open, m)
	}
	return r
}

func storyWall() cases.Wall {
	c := storyAlarm()
	moving := c.CheckIns[0].Clock
	waiting := watch.Clock{ID: "checkin_b", Case: "case_RJ-4071", Due: storyNow.Add(35 * time.Minute), State: watch.Waiting}
	late := watch.Clock{ID: "checkin_c", Case: "case_VF-1180", Due: storyNow.Add(-4 * time.Minute), State: watch.Late}
	return cases.Wall{
		Calls: []cases.Call{{Alert: c.Alerts[2], Pseudonym: c.Pseudonym}},
		Due:   []cases.Hour{{Clock: moving, Pseudonym: c.Pseudonym}, {Clock: late, Pseudonym: "VF-1180"}, {Clock: waiting, Pseudonym: "RJ-4071"}},
	}
}

func storyViews() []cases.View {
	return []cases.View{{ID: "view_a", Name: "Late this week", Filter: cases.Filter{Show: cases.ShowRisk}}, {ID: "view_b", Name: "The family from the coast", Filter: cases.Filter{Show: cases.ShowAll, Words: "Example"}}}
}

// storyTwo is a case in which two wrote at once: into the risk what cannot both
// stand, into the plan what can.
func storyTwo() *cases.Case {
	c := storyMoving()
	was := c.Risk.Current
	theirs, mine := was, was
	theirs.Version, theirs.Base, theirs.Author, theirs.At = 2, 1, "member_clara", storyNow.Add(-50*time.Minute)
	theirs.Content.Vulnerabilities, theirs.Content.Until = "A minor travels with them, and he has a fever since the morning; the nearest doctor who can be asked is two hours away", "2017-04-14"
	mine.Version, mine.Base, mine.At = 3, 1, storyNow.Add(-9*time.Minute)
	mine.Content.Vulnerabilities, mine.Content.Digital, mine.Content.Exposed = "A minor travels with them; they have no money left", "The old phone is destroyed", false
	c.Risk = cases.Sheet[cases.Risk]{ID: "risk", Current: theirs, Rivals: []cases.Edition[cases.Risk]{mine}, History: []cases.Edition[cases.Risk]{was, theirs, mine}}
	plan := c.Plan.Current
	other, own := plan, plan
	other.Version, other.Base, other.Author, other.At = 2, 1, "member_boris", storyNow.Add(-30*time.Minute)
	other.Content.Arrest = "Call the lawyer at once, then the consulate."
	own.Version, own.Base, own.At = 3, 1, storyNow.Add(-4*time.Minute)
	own.Content.Goals = "Both are abroad within six weeks."
	c.Plan = cases.Sheet[cases.Plan]{ID: "plan", Current: other, Rivals: []cases.Edition[cases.Plan]{own}, History: []cases.Edition[cases.Plan]{plan, other, own}}
	return c
}

func storySettle(w i18n.Words, path string, c *cases.Case) settleView {
	f := (&Room{}).forms()[path]
	k := &kit{Context: &ui.Context{Words: w, Actor: staff.Actor{Member: staff.Member{ID: "member_anna"}}}, c: c, names: storyNames(), f: page.Form{Words: w}, members: []staff.Member{{ID: "member_anna", Name: "Anna Example"}, {ID: "member_boris", Name: "Boris Example"}}}
	st, _ := stacks()[path](k)
	s := &settler{Context: k.Context, stack: st, names: k.names, now: storyNow, f: page.Form{Words: w}, draw: func(seed formSeed) formView {
		other := *k
		other.c = seed.c
		return f.build(&other)
	}}
	return s.view(ui.Example(w, w.T("Two versions"), "/cases/"+c.ID, staff.Caseworker), f.title, w.T("Case %s", c.Pseudonym), "/cases/"+c.ID+"/"+path+settlePath, "/cases/"+c.ID)
}
