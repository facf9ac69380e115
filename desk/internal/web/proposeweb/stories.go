package proposeweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
)

// Stories are the page's states, with invented people.
func Stories() []ui.Story {
	members := []staff.Member{{ID: "member_a", Name: "Anna (invented)", Active: true}, {ID: "member_b", Name: "Boris (invented)", Active: true}}
	story := func(name string, a *proposer.Answer) ui.Story {
		return ui.Story{Name: "propose/" + name, Set: pages, Template: "propose", View: func(w i18n.Words) any {
			k := &cases.Case{File: cases.File{ID: "case_x", Pseudonym: "RJ-4071"}, Parties: []cases.Sheet[cases.Party]{person("party_a", "A", false), person("party_b", "B", true)}}
			places := []cases.Refuge{{ID: "place_a", Place: cases.Place{Code: "Mill"}}, {ID: "place_b", Place: cases.Place{Code: "Lighthouse"}}, {ID: "place_c", Place: cases.Place{Code: "Orchard"}}}
			v := formView(ui.Example(w, w.T("Propose places and legs"), "/cases/case_x/propose", staff.Caseworker), ground{k, places, members})
			if a != nil {
				known := map[string]cases.Refuge{}
				for _, p := range places {
					known[p.ID] = p
				}
				v.answer(cases.Proposed{Answer: *a, Case: k, Places: known, Members: members}, cases.Wish{Earliest: v.Now, From: cases.Spot{Words: "an invented corner"}})
			}
			return v
		}}
	}
	both := []string{"party_a", "party_b"}
	return []ui.Story{
		story("form", nil),
		story("found", &proposer.Answer{Short: true, Proposals: []proposer.Proposal{{Km: 310, Hours: 34, Cost: 4200, Legs: []proposer.Leg{{People: both, To: "place_a", Km: 110, Reckoned: true, Hours: 3, Rides: rides(), Escorts: picks()}, {People: both, From: "place_a", To: "place_c", Km: 200, After: 51, Hours: 5}},
			For: []proposer.Reason{{What: "together"}, {What: "few-know", Place: "place_a", N: 1}}, Against: []proposer.Reason{{What: "many-know", Place: "place_c", N: 6}, {What: "unknown-way", Place: "place_c"}}}}, Bars: bars()}),
		{Name: "escorts", Set: pages, Template: "escorts", View: func(w i18n.Words) any {
			f := ui.Example(w, w.T("Escorts"), "/escorts", staff.Caseworker)
			e := cases.Edition[cases.Guide]{ID: "guide_x", Version: 1, Content: cases.Guide{Member: "member_b", Ready: true, Speaks: []string{"ru", "ce"}, Words: "Not at night (invented)."}}
			return guidesView(f, []cases.Folder[cases.Guide]{{Sheet: cases.Sheet[cases.Guide]{ID: e.ID, Current: e, History: []cases.Edition[cases.Guide]{e}}}}, map[string]string{"member_b": "Boris (invented)"}, "member_a")
		}},
		story("none", &proposer.Answer{Bars: bars(), Would: []proposer.Rule{proposer.RuleRoom, proposer.RulePapers}}),
	}
}

func rides() []proposer.Ride {
	return []proposer.Ride{{Mode: "car", Hours: 3, For: []proposer.Word{{What: "unnamed"}}}, {Mode: "train", Hours: 3, Against: []proposer.Word{{What: "named"}, {What: "seen"}, {What: "minor-alone", Person: "party_b"}}}, {Mode: "plane", Hours: 6, Bars: []proposer.Word{{What: "distance", N: 110}, {What: "ticket", Person: "party_a", Lack: "internal-passport"}}}}
}

func picks() []proposer.Pick {
	return []proposer.Pick{{ID: "member_a", For: []proposer.Word{{What: "knows-places"}, {What: "assigned"}, {What: "speaks", Lack: "ce"}}}, {ID: "member_b", Bars: []proposer.Word{{What: "away"}, {What: "meet", Person: "party_a"}}}}
}

func bars() []proposer.Bar {
	return []proposer.Bar{{Place: "place_b", Rule: proposer.RuleRoom, Beds: 2}, {Place: "place_b", Rule: proposer.RulePapers, Person: "party_a", Lack: "passport"}, {Place: "place_a", Rule: proposer.RuleNeeds, Person: "party_b", Lack: "minor"}}
}

func person(id, code string, minor bool) cases.Sheet[cases.Party] {
	e := cases.Edition[cases.Party]{ID: id, Version: 1, At: time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC), Content: cases.Party{Code: code, Minor: minor}}
	return cases.Sheet[cases.Party]{ID: id, Current: e, History: []cases.Edition[cases.Party]{e}}
}
