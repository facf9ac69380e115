package lookweb

import (
	"time"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
)

// Stories are the room's pages in every state, with invented content.
func Stories() []ui.Story {
	b := vocabulary.NewBook(nil)
	one := func(name, template string, view func(i18n.Words) any) ui.Story {
		return ui.Story{Name: "look/" + name, Set: pages, Template: template, View: view}
	}
	return []ui.Story{
		one("timeline", "timeline", func(w i18n.Words) any {
			return newTimeline(frame(w, "Timeline"), b, asked{Place: "Town A"}, chronicle.Page{Entries: exampleEntries(), Next: "2017-05-01/act_z", Undated: 3})
		}),
		one("timeline-empty", "timeline", func(w i18n.Words) any { return newTimeline(frame(w, "Timeline"), b, asked{}, chronicle.Page{}) }),
		one("map", "map", func(w i18n.Words) any { return newMap(frame(w, "Map"), b, exampleChart(), "", "") }),
		one("map-blurred", "map", func(w i18n.Words) any { return newMap(frame(w, "Map"), b, exampleChart(), "", "25") }),
		one("map-empty", "map", func(w i18n.Words) any { return newMap(frame(w, "Map"), b, gazetteer.Chart{}, "", "") }),
		one("place", "place", func(w i18n.Words) any {
			d := exampleChart().Dots[0]
			return newPlace(frame(w, "On the map"), b, d, "town", exampleChart().Towns, 2, nil, true)
		}),
		one("place-new", "place", func(w i18n.Words) any {
			return newPlace(frame(w, "On the map"), b, gazetteer.Dot{Incident: exampleIncident(), Spot: gazetteer.Spot{Subject: "incident_a"}}, "town", nil, 0, nil, true)
		}),
		one("reading", "reading", func(w i18n.Words) any {
			return newReading(frame(w, exampleIncident().Title), b, exampleDossier(), map[string]string{"member_x": "Example Member"}, nil)
		}),
		one("reading-empty", "reading", func(w i18n.Words) any {
			return newReading(frame(w, exampleIncident().Title), b, dossier{Room: record.Room{Incident: exampleIncident()}}, nil, nil)
		}),
	}
}

func frame(w i18n.Words, title string) ui.Frame {
	return ui.Example(w, w.T(title), "/record/timeline", staff.Documenter, staff.Analyst)
}

func exampleIncident() record.Incident {
	return record.Incident{ID: "incident_a", Title: "Detentions in a region (invented)", Place: "Town A (invented)", Span: "2017-02/2017-04", Narrative: "Men were taken from their homes and from work (invented)."}
}

func exampleAct(n string, d edtf.Date) parties.Act {
	return parties.Act{ID: "act_" + n, Incident: "incident_a", Code: "W07", Title: "at a checkpoint", Dated: d, Place: "Town A (invented)", Motive: "who they are"}
}

func exampleEntries() []chronicle.Entry {
	act := func(n string, d edtf.Date) chronicle.Entry {
		return chronicle.Entry{Row: chronicle.Row{Kind: chronicle.Act, Subject: "act_" + n, Incident: "incident_a"}, Dated: d, Of: exampleIncident(), Act: exampleAct(n, d)}
	}
	said := record.Statement{ID: "statement_a", Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "There was nothing of the kind."}
	return []chronicle.Entry{
		{Row: chronicle.Row{Kind: chronicle.Incident, Subject: "incident_a", Incident: "incident_a"}, Dated: "2017-02/2017-04", Of: exampleIncident()},
		act("a", "2017-02~"), act("b", "../2017-03-01"), act("c", "2017-02-24/2017-03-03"), act("d", "2017-21"), act("e", "2017-03-20/.."),
		{Row: chronicle.Row{Kind: chronicle.Statement, Subject: said.ID}, Dated: said.Dated, Statement: said},
		{Row: chronicle.Row{Kind: chronicle.Finding, Subject: "finding_a", Incident: "incident_a"}, Dated: "2017-04-09", Of: exampleIncident(), Finding: record.Finding{Decided: record.Corroborated}, Deed: record.Deed{ID: "deed_a", Act: record.Detention}},
	}
}

func exampleChart() gazetteer.Chart {
	dot := func(id string, lat, lon float64, within int) gazetteer.Dot {
		d := gazetteer.Dot{Spot: gazetteer.Spot{Subject: id, Version: 1, Name: "Town A (invented)", Lat: lat, Lon: lon, Within: within}, Incident: exampleIncident()}
		if id != "incident_a" {
			d.Act = exampleAct(id, "2017-02-24")
		}
		return d
	}
	return gazetteer.Chart{Known: 2, Dots: []gazetteer.Dot{dot("incident_a", 43.1, 45.2, 30_000), dot("act_a", 43.12, 45.31, 2_000), dot("act_b", 43.3, 44.9, 500)},
		Towns: []gazetteer.Place{{Key: "x:1", Name: "Town A (invented)", Names: "Город А,المدينة أ", Country: "XX", Kind: "P.PPL", Lat: 43.1, Lon: 45.2, Population: 20_000, Reach: 900}, {Key: "x:2", Name: "Town B (invented)", Country: "XX", Lat: 43.33, Lon: 44.85, Population: 900, Reach: 500}}}
}

func exampleDossier() dossier {
	claim := record.Weighed{Claim: record.Claim{ID: "claim_a", Item: "item_a", Status: record.Detained, Act: record.Detention, Hand: record.FirstHand, Asserted: "2017-04-01", Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.MoreThan, Value: 100}, Verbatim: "Нас было больше ста.", Translation: "We were more than a hundred."}, From: record.Source{Name: "Person X4QA (invented)", Kind: record.PersonSource, Reliability: "B", Group: "a"}}
	sealed := claim
	sealed.ID, sealed.Verbatim, sealed.Translation, sealed.Safe = "claim_b", "", "", "item_b"
	figure := figures.Figure{ID: "figure_a", Status: record.Detained, Unit: record.Persons}
	group := parties.Party{ID: "party_d", Root: "party_d", Kind: parties.Group, Called: "Men held in the cellar (invented)", Size: count.Range{Low: count.Of(6), High: count.Of(12)}}
	unit := parties.Party{ID: "party_c", Root: "party_c", Kind: parties.Organisation, Called: "Police unit 7 (invented)"}
	return dossier{
		Room: record.Room{Incident: exampleIncident(), Deeds: []record.DeedView{{Deed: record.Deed{ID: "deed_a", Act: record.Detention}, Claims: []record.Weighed{claim, sealed},
			Findings: []record.Finding{{Decided: record.Corroborated, Standard: record.Grounds, Reasoning: "Two who did not know one another (invented).", By: "member_x", At: time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC), Reviews: []record.Review{{Note: "I should wait.", By: "member_y"}}}}}, {Deed: record.Deed{ID: "deed_b", Act: record.Killing}}},
			Statements: []record.Statement{{ID: "statement_a", Speaker: "An office (invented)", Kind: record.Denial, Dated: "2017-04-02", Summary: "There was nothing of the kind."}}},
		Acts: []parties.Act{exampleAct("a", "2017-02-24")}, Spot: exampleChart().Dots[0],
		Web: parties.Web{Parties: []parties.Party{group, unit}, Acts: []parties.Act{exampleAct("a", "2017-02-24")}, Involvements: []parties.Involvement{{ID: "part_a", Act: "act_a", Party: "party_d", Role: parties.Victim, Claims: []string{"x"}}, {ID: "part_b", Act: "act_a", Party: "party_c", Role: parties.Perpetrator, Degree: parties.CarriedOut, Claims: []string{"x"}}},
			Relations: []parties.Relation{{ID: "relation_a", One: "party_c", Tie: parties.Commands, Other: "party_d", Since: "2016"}}},
		Figures: []figures.Row{{Figure: figure, Stale: true, Last: figures.Reckoning{ID: "reckoning_a", Range: count.Range{Low: count.Of(101)}, AsOf: "2017-04-09", Reviewer: "member_x"}}},
		Files:   []evidence.Opened{{File: evidence.File{ID: "evidence_a", Item: "item_a"}, Open: true, Facts: evidence.Facts{Type: "image/jpeg", Description: "a wall (invented)"}}, {File: evidence.File{ID: "evidence_b", Item: "item_a"}}},
		Items:   map[string]record.Item{"item_a": {Title: "Article (invented)"}}, Left: 2,
	}
}
