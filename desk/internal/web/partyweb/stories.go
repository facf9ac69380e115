package partyweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in every state, with invented people.
func Stories() []ui.Story {
	book := vocabulary.NewBook(nil)
	one := func(name, template string, view func(i18n.Words) any) ui.Story {
		return ui.Story{Name: "party/" + name, Set: pages, Template: template, View: view}
	}
	return []ui.Story{
		one("list-empty", "list", func(w i18n.Words) any {
			return newList(frame(w, "Parties"), nil, false, parties.Asked{Text: "nobody"}, true)
		}),
		one("list", "list", func(w i18n.Words) any {
			return newList(frame(w, "Parties"), exampleParties(), true, parties.Asked{}, true)
		}),
		one("new", "form", func(w i18n.Words) any { return newStory(w, nil) }),
		one("new-wrong", "form", func(w i18n.Words) any {
			return newStory(w, []fault.Field{{Name: "why", Message: "Say by what right the person may be named: their consent, or their public office."}, {Name: "kind", Message: "Choose what the party is."}})
		}),
		one("person", "party", func(w i18n.Words) any {
			return newParty(frame(w, "Person K3 (invented)"), examplePage(), book, members(), history(w), true)
		}),
		one("person-opened", "party", func(w i18n.Words) any {
			v := newParty(frame(w, "Person K3 (invented)"), examplePage(), book, members(), nil, true)
			v.opened(parties.Identity{Names: []string{"Руслан Примеров (вымышлен)", "Ruslan Primerov (invented)", "رسلان بريميروف"}, Other: []string{"12 Invented Street"}}, 2)
			return v
		}),
		one("person-read", "party", func(w i18n.Words) any {
			p := examplePage()
			p.Gone = true
			return newParty(frame(w, "Person K3 (invented)"), p, book, members(), nil, false)
		}),
		one("unit", "party", func(w i18n.Words) any {
			return newParty(frame(w, "Police unit 7 (invented)"), parties.PartyPage{Party: exampleParties()[2]}, book, nil, nil, true)
		}),
		one("acts", "list", func(w i18n.Words) any {
			return newActs(frame(w, "Acts"), book, exampleIncident(), exampleActs(), true)
		}),
		one("act", "act", func(w i18n.Words) any { return actStory(w, true) }),
		one("act-read", "act", func(w i18n.Words) any { return actStory(w, false) }),
		one("same", "same", func(w i18n.Words) any {
			p := exampleParties()
			v := newSame(frame(w, "Who may be the same"), []parties.Likeness{{A: p[0], B: p[1], Sealed: true, Other: true}}, []page.Option{{Value: "party_a", Label: p[0].Called}, {Value: "party_b", Label: p[1].Called}})
			v.Search = &ui.Filter{Words: w, Action: "/record/same", Fields: []page.Field{page.Form{Words: w}.Text("q", w.T("Find a party by its name"))}}
			return v
		}),
		one("graph", "graph", func(w i18n.Words) any {
			v := newGraph(frame(w, "Who did what to whom"), book, exampleWeb(), parties.Around{Incident: "incident_a", On: "2017-04-09", Steps: 2})
			v.Back, v.BackText = "/record/incidents/incident_a", exampleIncident().Title
			return v
		}),
		one("graph-empty", "graph", func(w i18n.Words) any {
			v := newGraph(frame(w, "Who did what to whom"), book, parties.Web{}, parties.Around{Incident: "incident_a"})
			v.Back, v.BackText = "/record/incidents/incident_a", exampleIncident().Title
			return v
		}),
	}
}

func frame(w i18n.Words, title string) ui.Frame {
	return ui.Example(w, w.T(title), "/record/parties", staff.Documenter, staff.Analyst)
}

func members() map[string]string { return map[string]string{"member_x": "Example Member"} }

func exampleParties() []parties.Party {
	return []parties.Party{
		{ID: "party_a", Root: "party_a", Version: 1, Kind: parties.Person, Called: "Person K3 (invented)", Safe: "party_a", Note: "Spoke to two of us."},
		{ID: "party_b", Root: "party_a", Version: 1, Kind: parties.Unnamed, Called: "The driver with a very long description that nobody has shortened (invented)", Safe: "party_b"},
		{ID: "party_c", Root: "party_c", Version: 2, Kind: parties.Organisation, Called: "Police unit 7 (invented)", Names: []string{"Отдел 7 (вымышлен)", "الوحدة 7"}},
		{ID: "party_d", Root: "party_d", Version: 1, Kind: parties.Group, Called: "Men held in the cellar (invented)", Size: count.Range{Low: count.Of(6), Best: count.Of(8), High: count.Of(12)}},
		{ID: "party_e", Root: "party_e", Version: 1, Kind: parties.Person, Called: "Commander B (invented)", Published: "A. Example (invented)", Why: "commander of a unit of the police, by public office", Safe: "party_e"},
	}
}

func exampleIncident() record.Incident {
	return record.Incident{ID: "incident_a", Title: "Detentions in a region (invented)", Place: "A region", Span: "2017-02/2017-04"}
}

func exampleActs() []parties.Act {
	return []parties.Act{
		{ID: "act_a", Incident: "incident_a", Code: record.Detention.HURIDOCS(), Title: "held in a cellar", Dated: "2017-02-24/2017-03-03", Place: "Town A (invented)", Method: "taken from work", Status: "released", Motive: "who they are"},
		{ID: "act_b", Incident: "incident_a", Code: record.Torture.HURIDOCS(), Dated: "2017-02~", Place: "Town A (invented)"},
		{ID: "act_c", Incident: "incident_a", Code: "W07", Dated: "2017-21", Withdrawn: true},
	}
}

func exampleWeb() parties.Web {
	p, a := exampleParties(), exampleActs()
	return parties.Web{Centre: "party_a", Parties: []parties.Party{p[0], p[2], p[3], p[4]}, Acts: a[:2], More: true,
		Involvements: []parties.Involvement{{ID: "part_a", Act: "act_a", Party: "party_d", Role: parties.Victim, Claims: []string{"x"}}, {ID: "part_b", Act: "act_a", Party: "party_c", Role: parties.Perpetrator, Degree: parties.CarriedOut, Claims: []string{"x", "y"}},
			{ID: "part_c", Act: "act_b", Party: "party_a", Role: parties.Victim}, {ID: "part_d", Act: "act_b", Party: "party_c", Role: parties.Perpetrator}},
		Relations: []parties.Relation{{ID: "relation_a", One: "party_e", Tie: parties.Commands, Other: "party_c", Since: "2016-11", Until: "2017-05-02", Claims: []string{"x"}}}}
}

func examplePage() parties.PartyPage {
	p, a := exampleParties(), exampleActs()
	return parties.PartyPage{Party: p[0], Same: p[1:2], Sealed: true, Part: []parties.Involvement{{ID: "part_c", Act: "act_b", Party: "party_a", Role: parties.Victim, Capacity: "taken from work"}},
		Acts: map[string]parties.Act{"act_b": a[1]}, Incidents: map[string]record.Incident{"incident_a": exampleIncident()}, Others: map[string]parties.Party{"party_a": p[0], "party_b": p[1], "party_e": p[4]},
		Ties:    []parties.Relation{{ID: "relation_b", One: "party_e", Tie: parties.Kin, Other: "party_a", Since: "2010~", Claims: []string{"x"}}},
		Claims:  []record.Weighed{exampleClaim()},
		Decided: []parties.Decision{{A: "party_a", B: "party_b", Same: true, Reason: "one story, told twice (invented)", By: "member_x", At: time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)}}}
}

func exampleClaim() record.Weighed {
	return record.Weighed{Claim: record.Claim{ID: "claim_a", Item: "item_a", Source: "source_a", Status: record.Killed, Act: record.Killing, Asserted: "2017-04-01", Hand: record.FirstHand}, From: record.Source{ID: "source_a", Name: "Person X4QA (invented)", Reliability: "B", Group: "source_a"}}
}

func history(w i18n.Words) []page.Event {
	return recordweb.History(w, []record.Change{{Edition: record.Edition{Version: 2, Reason: "the first note was of another day (invented)", By: "member_x", At: time.Date(2017, 4, 10, 9, 0, 0, 0, time.UTC)}, Fields: []record.Changed{{Name: "Called", Was: "Person K2 (invented)", Now: "Person K3 (invented)"}}}}, members(), func(s string) string { return fieldName(w, s) })
}

func newStory(w i18n.Words, wrong []fault.Field) any {
	v := formView{Frame: frame(w, "Add a party"), Back: "/record/parties", BackText: w.T("Parties"), Action: "/record/parties/new", Button: w.T("Keep the party")}
	if wrong != nil {
		v.Form = page.Form{Words: w, Values: url.Values{"called": {"Commander B (invented)"}, "published": {"A. Example (invented)"}}, Errors: wrong}
	}
	v.Fields = partyFields(w, v.Form, parties.Party{}, false, true)
	return v
}

func actStory(w i18n.Words, may bool) any {
	p := parties.ActPage{Act: exampleActs()[0], Incident: exampleIncident(), Deed: "deed_a", Part: exampleWeb().Involvements[:2], Parties: map[string]parties.Party{"party_c": exampleParties()[2], "party_d": exampleParties()[3]}, Claims: []record.Weighed{exampleClaim()}, Choice: []record.Weighed{exampleClaim()}}
	v := newAct(frame(w, "arbitrary detention"), p, history(w))
	if may {
		v.offer(p, []page.Option{{Value: "party_c", Label: "Police unit 7 (invented)"}}, "involvement_x")
		v.Search = &ui.Filter{Words: w, Action: v.Action, Fields: []page.Field{page.Form{Words: w}.Text("q", w.T("Find a party by its name"))}}
	}
	return v
}
