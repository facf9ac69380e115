package awayweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/travelpack"
)

var storyNow = time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)

func storyBag(full bool) *travel.Bag {
	b := &travel.Bag{Pack: travelpack.Pack{ID: "pack_a", Made: storyNow.Add(-9 * time.Hour), Until: storyNow.Add(39 * time.Hour)}, Load: travel.Load{Organisation: "Example (invented)", Name: "Anna Example", Names: map[string]string{"member_boris": "Boris Example"}}}
	b.Load.Cases = []travel.Carried{{ID: "case_b", Pseudonym: "QL-2213", Priority: cases.Hours}}
	if !full {
		return b
	}
	plan := cases.Plan{Goals: "Both are abroad within six weeks.", NoContact: "Boris drives to the meeting point.", Actions: []cases.Action{{What: "Ask for a visa", Owner: "member_boris", Due: storyNow.Add(50 * time.Hour)}}}
	b.Load.Cases = append(b.Load.Cases, travel.Carried{ID: "case_a", Pseudonym: "RJ-4071", Level: cases.LevelExtreme, RiskSaw: 1,
		People:   []travel.Person{{ID: "party_a", Party: cases.Party{Code: "A", Name: "Ruslan Example (invented)", Contact: "through the mailbox", Medical: "asthma, has an inhaler"}}},
		Risk:     cases.Risk{Threats: []cases.Threat{{By: "state", What: "A search of the home was announced", Likelihood: 4, Impact: 5}}, Vulnerabilities: "A minor travels with them", Until: "2017-04-26"},
		Plan:     &plan,
		Legs:     []travel.Leg{{ID: "leg_a", Leg: cases.Leg{Number: 1, People: 2, From: cases.Spot{Words: "the old mill"}, To: cases.Spot{Words: "a flat in another city"}, Mode: "car", Earliest: storyNow.Add(-time.Hour), Latest: storyNow.Add(3 * time.Hour)}, State: cases.LegUnderWay}},
		CheckIns: []travel.Due{{ID: "checkin_a", CheckIn: cases.CheckIn{Party: "party_a", Channel: "phone", Contact: "the second phone", Sign: "The kettle is on", Duress: "Greet your aunt"}, Due: storyNow.Add(-20 * time.Minute), Every: 6 * time.Hour, State: watch.Waiting}},
		Notes:    []travel.Said{{At: storyNow.Add(-30 * time.Hour), By: "member_boris", Words: "B asked whether his school will be told. It will not."}}})
	b.Line = []travel.Written{{At: storyNow.Add(-8 * time.Hour), Kind: travel.Opened}, {At: storyNow.Add(-10 * time.Minute), Kind: travel.Heard, Entry: travel.Entry{Case: "case_a", Item: "checkin_a", What: "ok", Words: "They rang from the second phone."}}, {At: storyNow.Add(-5 * time.Minute), Kind: travel.Noted, Entry: travel.Entry{Case: "case_a", Words: "The inhaler is nearly empty."}}}
	return b
}

// Stories are the room's pages in their states, with invented people.
func Stories() []ui.Story {
	story := func(name, template string, view func(i18n.Words) any) ui.Story {
		return ui.Story{Name: "away/" + name, Set: pages, Template: template, View: view}
	}
	fr := func(w i18n.Words, title, path string) ui.Frame {
		return ui.Example(w, title, path, staff.Caseworker)
	}
	one := func(full bool, file string, f page.Form) func(i18n.Words) any {
		return func(w i18n.Words) any {
			b := storyBag(full)
			x, _ := b.Case(file)
			f.Words = w
			return caseOf(fr(w, w.T("Case %s", x.Pseudonym), "/cases/"+x.ID), b, x, f)
		}
	}
	return []ui.Story{
		story("list", "list", func(w i18n.Words) any { return listOf(fr(w, w.T("Travel pack"), "/"), storyBag(true)) }),
		story("list-empty", "list", func(w i18n.Words) any { return listOf(fr(w, w.T("Travel pack"), "/"), storyBag(false)) }),
		story("case", "case", one(true, "case_a", page.Form{})),
		story("case-empty", "case", one(false, "case_b", page.Form{})),
		story("case-wrong", "case", one(true, "case_a", page.Form{Values: map[string][]string{"at": {"leg_a"}, "what": {"aborted"}}, Errors: []fault.Field{{Name: "words", Message: "Say what happened."}}})),
		story("risk", "risk", func(w i18n.Words) any {
			b := storyBag(true)
			x, _ := b.Case("case_a")
			return riskOf(fr(w, w.T("Risk assessment"), "/cases/case_a/risk"), b, x, page.Form{Words: w})
		}),
		story("shut", "shut", func(w i18n.Words) any { return frame(fr(w, w.T("The pack is closed"), "/shut"), storyBag(true)) }),
	}
}
