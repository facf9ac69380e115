package pathwayweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the pages' states, with invented people.
func Stories() []ui.Story {
	one := func(name, title, path string, draw func(ui.Frame) view) ui.Story {
		return ui.Story{Name: "ways/" + name, Set: pages, Template: "ways", View: func(w i18n.Words) any {
			f := ui.Example(w, w.T(title), path, staff.Caseworker, staff.Advocate)
			f.Form = page.Form{Words: w}
			return draw(f)
		}}
	}
	names := map[string]string{"member_a": "Anna (invented)", "member_b": "Lena (invented)"}
	way, stale := storyWay(), storyWay()
	stale.ID, stale.Title, stale.Kind, stale.Country, stale.Review, stale.Papers, stale.Steps = "pathway_y", "A programme with a very long name that somebody at an office thought of on a very long afternoon", "evacuation", "DE", "2017-01-01", nil, nil
	ended := stale
	ended.ID, ended.Title, ended.Ended = "pathway_z", "Asylum at the airport", "The flight was cancelled for good (invented)."
	all := []pathways.Edition{way, stale, ended}
	wrong := func(f ui.Frame, x fault.Field) page.Form {
		return page.Form{Words: f.Words, Errors: []fault.Field{x}, Message: "Please mend what is marked."}
	}
	return []ui.Story{
		one("pathways-empty", i18n.Key("Pathways"), "/pathways", func(f ui.Frame) view { return listView(f, nil, "", "") }),
		one("pathways", i18n.Key("Pathways"), "/pathways", func(f ui.Frame) view { return listView(f, all, "", "") }),
		one("pathway", i18n.Key("A pathway"), "/pathways/pathway_x", func(f ui.Frame) view { return pathwayView(f, []pathways.Edition{way}, names, 0) }),
		one("pathway-stale", i18n.Key("A pathway"), "/pathways/pathway_y", func(f ui.Frame) view { return pathwayView(f, []pathways.Edition{stale}, names, 0) }),
		one("pathway-form", i18n.Key("A pathway"), "/pathways/new", func(f ui.Frame) view {
			return pathwayForm(f, pathways.Edition{}, wrong(f, fault.Field{Name: "qualifies", Message: "Say who qualifies."}))
		}),
		one("offers-empty", i18n.Key("Places offered"), "/offers", func(f ui.Frame) view { return offersView(f, nil, nil, names, "member_a") }),
		one("offers", i18n.Key("Places offered"), "/offers", func(f ui.Frame) view { return offersView(f, storyOffers(), all, names, "member_a") }),
		one("offer-form", i18n.Key("Places offered"), "/offers/new", func(f ui.Frame) view {
			return offerForm(f, storyOffers()[0], 1, all, nil, f.Form)
		}),
		one("case-empty", i18n.Key("Applications and appointments"), "/cases/case_x/ways", func(f ui.Frame) view {
			d := storyDesk(f, names, all)
			d.l.Ways = pathways.Ways{}
			return waysView(d)
		}),
		one("case", i18n.Key("Applications and appointments"), "/cases/case_x/ways", func(f ui.Frame) view { return waysView(storyDesk(f, names, all)) }),
		one("application-form", i18n.Key("An application"), "/cases/case_x/ways/application_x/edit", func(f ui.Frame) view {
			d := storyDesk(f, names, all)
			return journeyForm(d, d.l.Journeys[0], 1, "")
		}),
		one("appointment-form", i18n.Key("An appointment"), "/cases/case_x/appointments/new", func(f ui.Frame) view {
			d := storyDesk(f, names, all)
			d.f = wrong(f, fault.Field{Name: "where", Message: "Say where it is."})
			d.Frame.Form = d.f
			return visitForm(d, pathways.Visit{Appointment: pathways.Appointment{Remind: 48}}, 0)
		}),
		one("decision-form", i18n.Key("A decision"), "/cases/case_x/decisions/new", func(f ui.Frame) view {
			return decisionForm(storyDesk(f, names, all), pathways.Decision{}, "", 0)
		}),
		one("fit", i18n.Key("Which pathways fit?"), "/cases/case_x/ways/fit", func(f ui.Frame) view {
			d := storyDesk(f, names, all)
			return fitView(d, &pathways.Compared{Look: d.l, Fits: []pathways.Fit{
				{Edition: way, Offers: storyOffers()[:1], For: []pathways.Reason{{What: "paper", Party: "party_a", Paper: "passport"}, {What: "places", N: 2}}, Open: []pathways.Reason{{What: "usual-paper", Party: "party_b", Paper: "police"}}},
				{Edition: stale, Against: []pathways.Reason{{What: "valid", Party: "party_a", Paper: "passport", Day: "2017-05-01", N: 90}, {What: "minor-with", Party: "party_b"}, {What: "outside"}}, Open: []pathways.Reason{{What: "stale", Day: "2017-01-01"}}},
			}})
		}),
	}
}

func storyWay() pathways.Edition {
	return pathways.Edition{ID: "pathway_x", Version: 1, By: "member_b", At: time.Date(2017, 4, 7, 9, 0, 0, 0, time.UTC), Pathway: pathways.Pathway{Country: "LT", Kind: "humanitarian", Title: "Visa on humanitarian grounds (invented)", From: []string{"GE", "AM"}, Door: "consulate", Minors: "with", Valid: 90,
		Papers: []pathways.Paper{{Kind: "passport", Must: true}, {Kind: "police"}}, Steps: []pathways.Step{{What: "We write to the ministry", Least: 2, Most: 5}, {What: "The consulate invites them", Least: 5, Most: 20}, {What: "The visa is put into the passport"}},
		Parts: map[string]pathways.Part{"qualifies": {Words: "Whoever is in danger for who they are, and has no other way.", Source: "an invented notice", Day: "2017-04-07"}, "deadends": {Words: "Asking at the counter without our letter.", Source: "told by a colleague (invented)", Day: "2015-04-01"}}, Review: "2032-06-01"}}
}

func storyOffers() []pathways.Offered {
	sheet := func(o pathways.Offer, by string) cases.Folder[pathways.Offer] {
		e := cases.Edition[pathways.Offer]{ID: "offer_x", Version: 1, Author: by, At: time.Date(2017, 4, 8, 9, 0, 0, 0, time.UTC), Content: o}
		return cases.Folder[pathways.Offer]{Sheet: cases.Sheet[pathways.Offer]{ID: "offer_x", Current: e, History: []cases.Edition[pathways.Offer]{e}}}
	}
	quiet := pathways.Offer{Country: "LT", Pathway: "pathway_x", By: "An office (invented)", Places: 6, Conditions: "Two at a time; nobody may write of it.", From: "2017-04-08", Given: []pathways.Share{{To: "A partner (invented)", N: 1}}}
	open := pathways.Offer{Country: "DE", By: "A ministry (invented)", Places: 10, From: "2017-04-08", Until: "2017-12-31", Public: true, Evidence: "https://example.org/notice"}
	return []pathways.Offered{{ID: "offer_x", Offer: quiet, Folder: sheet(quiet, "member_b"), Use: pathways.Use{Held: 2, Taken: 1}}, {ID: "offer_y", Offer: open, Folder: sheet(open, "member_b")}, {ID: "offer_z", Offer: open, Folder: sheet(open, "member_b"), Told: pathways.Public{Second: "member_a"}}}
}

func storyDesk(f ui.Frame, names map[string]string, ways []pathways.Edition) desk {
	person := func(id, code string, minor bool) cases.Sheet[cases.Party] {
		e := cases.Edition[cases.Party]{ID: id, Version: 1, Content: cases.Party{Code: code, Minor: minor}}
		return cases.Sheet[cases.Party]{ID: id, Current: e, History: []cases.Edition[cases.Party]{e}}
	}
	c := &cases.Case{File: cases.File{ID: "case_x", Pseudonym: "RJ-4071"}, Parties: []cases.Sheet[cases.Party]{person("party_a", "A", false), person("party_b", "B", true)}, Assigned: []string{"member_a"}}
	j := pathways.Journey{ID: "application_x", State: pathways.MoreAsked, Application: pathways.Application{Parties: []string{"party_a", "party_b"}, Pathway: "pathway_x", Version: 1, Title: "Visa on humanitarian grounds (invented)", Country: "LT", Offer: "offer_x", Lead: "member_a", Reference: "XX 0000 0000",
		Steps:  []pathways.Stage{{What: "We write to the ministry", Done: "2017-04-08"}, {What: "The consulate invites them", Due: "2017-04-28"}},
		Papers: []pathways.Handed{{What: "A's passport", Holder: "office", Since: "2017-04-08", Words: "against a receipt"}}}}
	e := cases.Edition[pathways.Decision]{ID: "decision_x", Author: "member_a", Content: pathways.Decision{Application: j.ID, Outcome: pathways.More, Day: "2017-04-08", By: "2017-04-20", Words: "A certificate of the police."}}
	j.Decisions = []cases.Sheet[pathways.Decision]{{ID: "decision_x", Current: e, History: []cases.Edition[pathways.Decision]{e}}}
	j.Appointments = []pathways.Visit{
		{ID: "appointment_x", Appointment: pathways.Appointment{Parties: j.Parties, At: f.Now.Add(30 * time.Hour), Zone: "Europe/Vilnius", Where: "An office, second floor (invented)", Bring: "two photographs", Escort: "member_a", CheckIn: "checkin_x"}},
		{ID: "appointment_y", Appointment: pathways.Appointment{Parties: j.Parties[:1], At: f.Now.Add(-30 * time.Hour), Zone: "UTC", Where: "An office, second floor (invented)"}},
	}
	return desk{Frame: f, f: f.Form, names: names, ways: ways, offers: storyOffers(), l: pathways.Look{Case: c, Ways: pathways.Ways{Journeys: []pathways.Journey{j}}}}
}
