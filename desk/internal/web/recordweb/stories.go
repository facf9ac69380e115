package recordweb

import (
	"net/url"
	"strings"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the pages of the record in their states. People, sources and words
// in them are invented.
func Stories() []ui.Story {
	return []ui.Story{
		{Name: "record/home", Set: pages, Template: "home", View: func(w i18n.Words) any { return newHome(frame(w, "Record", "/record"), exampleDesk(), true, true) }},
		{Name: "record/home-empty", Set: pages, Template: "home", View: func(w i18n.Words) any { return newHome(frame(w, "Record", "/record"), record.Desk{}, false, false) }},
		{Name: "record/sources", Set: pages, Template: "list", View: func(w i18n.Words) any {
			return newSources(frame(w, "Sources", "/record/sources"), []record.Source{paper(), witness(), long()}, true)
		}},
		{Name: "record/source", Set: pages, Template: "source", View: func(w i18n.Words) any {
			return newSource(frame(w, paper().Name, "/record/sources/x"), record.SourcePage{Source: paper(), Items: exampleItems(), Kin: []record.Source{long()}}, true)
		}},
		{Name: "record/source-person", Set: pages, Template: "source", View: func(w i18n.Words) any {
			v := newSource(frame(w, witness().Name, "/record/sources/x"), record.SourcePage{Source: witness(), Items: exampleItems()[:1]}, true)
			v.MayOpen, v.Identity = false, "Zelim Example (invented), +7 200 000 00 07"
			return v
		}},
		{Name: "record/item-destroyed", Set: pages, Template: "item", View: func(w i18n.Words) any {
			p := exampleItems()[0]
			p.Gone = true
			return newItem(frame(w, p.Item.Title, "/record/items/x"), p, nil, true)
		}},
		{Name: "record/items", Set: pages, Template: "list", View: func(w i18n.Words) any { return newItems(frame(w, "Items", "/record/items"), exampleItems(), true) }},
		{Name: "record/items-many", Set: pages, Template: "list", View: func(w i18n.Words) any {
			v := newItems(frame(w, "Items", "/record/items"), exampleItems(), true)
			v.turn = turning("/record/items", 2, true)
			return v
		}},
		{Name: "record/item", Set: pages, Template: "item", View: func(w i18n.Words) any { return itemStory(w, page.Form{}, true) }},
		{Name: "record/item-closed", Set: pages, Template: "item", View: func(w i18n.Words) any { return itemStory(w, page.Form{}, false) }},
		{Name: "record/item-error", Set: pages, Template: "item", View: func(w i18n.Words) any {
			return itemStory(w, page.Form{Values: url.Values{"verbatim": {"two hundred men"}, "bound": {"at least"}}, Errors: []fault.Field{
				{Name: "verbatim", Message: "These words do not stand in the item. Copy them exactly; put your own wording elsewhere."}, {Name: "value", Message: "Write how many, or choose “number unknown”."}}}, true)
		}},
		{Name: "record/claim", Set: pages, Template: "claim", View: func(w i18n.Words) any { return claimStory(w) }},
		{Name: "record/incident", Set: pages, Template: "room", View: func(w i18n.Words) any {
			return newRoom(frame(w, exampleIncident().Title, "/record/incidents/x"), exampleRoom(), true)
		}},
		{Name: "record/incident-empty", Set: pages, Template: "room", View: func(w i18n.Words) any {
			return newRoom(frame(w, "An incident", "/record/incidents/x"), record.Room{Incident: record.Incident{Title: "An incident"}}, true)
		}},
		{Name: "record/statements", Set: pages, Template: "statements", View: func(w i18n.Words) any {
			return newStatements(frame(w, "Statements", "/record/statements"), []record.Answered{{Statement: denial(), Contradicts: claims()[:2]}, {Statement: record.Statement{ID: "statement_b", Speaker: "An organisation (invented)", Kind: record.Condemnation, Dated: "2017-04", Quote: "We condemn this, and we ask for an inquiry."}}}, true)
		}},
		{Name: "record/incident-of-many-claims", Set: pages, Template: "room", View: func(w i18n.Words) any {
			d := record.DeedView{Deed: record.Deed{ID: "deed_a", Incident: "incident_a", Act: record.Killing}, Claims: claims(), N: 12_345}
			return newRoom(frame(w, "Detentions in a region (invented)", "/record/incidents/a"), record.Room{Incident: exampleIncident(), Deeds: []record.DeedView{d}, Statements: []record.Statement{denial()}, About: map[string]record.Act{"claim_a": record.Killing}}, true)
		}},
		{Name: "record/finding", Set: pages, Template: "deed", View: func(w i18n.Words) any { return deedStory(w, nil) }},
		{Name: "record/finding-made", Set: pages, Template: "deed", View: func(w i18n.Words) any { return deedStory(w, findings()) }},
		{Name: "record/finding-undecided", Set: pages, Template: "deed", View: func(w i18n.Words) any { return undecidedStory(w, true) }},
		{Name: "record/finding-undecided-reader", Set: pages, Template: "deed", View: func(w i18n.Words) any { return undecidedStory(w, false) }},
		{Name: "record/import-errors", Set: pages, Template: "form", View: func(w i18n.Words) any { return importStory(w) }},
	}
}

func frame(w i18n.Words, title, path string) ui.Frame {
	return ui.Example(w, w.T(title), path, staff.Documenter, staff.Analyst)
}

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

func paper() record.Source {
	return record.Source{ID: "source_a", Key: "paper", Name: "A newspaper (invented)", Kind: record.Media, Place: "A capital", Reliability: "B", Group: "paper", Named: true}
}

func witness() record.Source {
	return record.Source{ID: "source_b", Name: "Person X4QA", Kind: record.PersonSource, Reliability: "F", Group: "source_b", Safe: "source_b"}
}

func long() record.Source {
	return record.Source{ID: "source_c", Name: "A network of organisations with a very long name that somebody wrote without any thought of narrow screens (invented)", Kind: record.Organisation, Reliability: "C", Group: "paper", Named: true}
}

func claims() []record.Weighed {
	one := record.Weighed{Claim: record.Claim{ID: "claim_a", Item: "item_a", Source: "source_a", Incident: "incident_a", Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons,
		Bound: count.Bound{Word: count.AtLeast, Value: 3}, Hand: record.Relayed, Asserted: "2017-04-01", Locator: "characters 120–158", Verbatim: "We know of three deaths, and fear that there are more.", Perpetrator: "local authorities", At: noon},
		From: paper(), Denials: []record.Statement{denial()}, Judgements: []record.Judgement{{Credibility: 2, Standing: record.Stands, Reason: "Two reporters spoke to relatives (invented).", At: noon}}}
	two := record.Weighed{Claim: record.Claim{ID: "claim_b", Item: "item_b", Source: "source_b", Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.UpTo, Value: 20},
		Hand: record.FirstHand, Asserted: "2017-04-09", Safe: "item_b"}, From: witness()}
	three := record.Weighed{Claim: record.Claim{ID: "claim_c", Item: "item_c", Source: "source_c", Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.Exactly, Value: 52},
		Hand: record.Inferred, Asserted: "2017-04~", Verbatim: "Их было пятьдесят два.", Translation: "There were fifty-two of them."}, From: long(),
		Judgements: []record.Judgement{{Credibility: 5, Standing: record.Refuted, Reason: "the list held names twice (invented)", At: noon}}}
	one.Links = []record.Link{{From: "claim_b", Kind: record.Confirms, To: "claim_a", Reason: "the same night, the same place"}, {From: "claim_c", Kind: record.Contradicts, To: "claim_a"}}
	return []record.Weighed{one, two, three}
}

func denial() record.Statement {
	return record.Statement{ID: "statement_a", Speaker: "Spokesman of an official (invented)", Kind: record.Denial, Dated: "2017-04-09", Summary: "Denies what is reported.", Also: []string{"suggests that relatives would kill"}, Contradicts: []string{"claim_a"}, Incident: "incident_a"}
}

func exampleItems() []record.ItemPage {
	return []record.ItemPage{
		{Item: record.Item{ID: "item_b", Source: "source_b", Title: "Testimony of Person X4QA", Material: record.Testimony, Dated: "2017-04-09", Received: noon, Safe: "item_b"}, From: witness()},
		{Item: record.Item{ID: "item_a", Source: "source_a", Title: "Article of 1 April (invented)", Material: record.Press, Dated: "2017-04-01", Received: noon}, From: paper(), Claims: claims()[:1]},
	}
}

func exampleIncident() record.Incident {
	return record.Incident{ID: "incident_a", Title: "Detentions in a region (invented)", Place: "A region", PlaceRough: true, Span: "2017-02/2017-04", Historical: true, Narrative: "Assessment on 2017-04-09: extreme danger."}
}

func exampleDesk() record.Desk {
	return record.Desk{Waits: 3, Came: 2, Unjudged: claims(), Items: exampleItems(), Incidents: []record.Incident{exampleIncident()},
		Unreviewed: []record.DueFinding{{Finding: findings()[1], Deed: record.Deed{ID: "deed_a", Act: record.Killing}}}, Due: []record.DueFinding{{Finding: findings()[0], Deed: record.Deed{ID: "deed_b", Act: record.Detention}}}}
}

func itemStory(w i18n.Words, f page.Form, readable bool) any {
	fr := frame(w, "Testimony of Person X4QA", "/record/items/x")
	if f.Values != nil {
		f.Words = w
		fr.Form = f
	}
	p := exampleItems()[0]
	p.Readable, p.Item.Language, p.Item.How, p.Item.Consent = readable, "ru", "told to a caseworker, handed over by consent", "recorded consent, given in writing"
	if readable {
		p.Words = "Нас держали в подвале. Я насчитал сто тридцать человек, в этом я уверен.\nДвоих увели ночью, и больше мы их не видели. (Придумано.)"
	}
	p.Claims = claims()[1:2]
	return newItem(fr, p, []record.Incident{exampleIncident()}, true)
}

func claimStory(w i18n.Words) any {
	all := claims()
	p := record.ClaimPage{Claim: all[0], Item: exampleItems()[1].Item, Readable: true, Incident: exampleIncident(), Tied: map[string]record.Weighed{"claim_b": all[1], "claim_c": all[2]}, Others: all[1:]}
	return newClaim(frame(w, "People killed", "/record/claims/x"), p, names{"": "Example Member"}, true)
}

func findings() []record.Finding {
	return []record.Finding{
		{ID: "finding_a", Deed: "deed_a", Proposed: record.Reported, Decided: record.Reported, Standard: record.Suspicion, Reasoning: "One newspaper, which was not there.", At: noon.Add(-72 * time.Hour), Due: "2017-04-08", By: "desk",
			Reviews: []record.Review{{Agrees: true, At: noon.Add(-48 * time.Hour), By: "desk"}, {Agrees: false, Note: "The newspaper had two witnesses.", At: noon.Add(-40 * time.Hour), By: "desk"}}},
		{ID: "finding_b", Deed: "deed_a", Proposed: record.Corroborated, Decided: record.Consistent, Standard: record.Grounds, Reasoning: "The second source is a person whom we could not ask again.\nThe newspaper's own witness may be the same.", At: noon, By: "desk"},
	}
}

func deedStory(w i18n.Words, fs []record.Finding) any {
	d := record.DeedView{Deed: record.Deed{ID: "deed_a", Incident: "incident_a", Act: record.Killing}, Claims: claims(), Findings: fs}
	d.Proposal = record.Propose(d.Claims)
	return newDeed(frame(w, "Killing", "/record/deeds/x"), d, exampleIncident(), names{}, "member_example", true)
}

// undecidedStory is an act under which two of the sources may repeat one another.
func undecidedStory(w i18n.Words, may bool) any {
	d := record.DeedView{Deed: record.Deed{ID: "deed_a", Incident: "incident_a", Act: record.Killing}, Claims: claims()[:2]}
	d.Claims[1].From = long()
	d.Claims[1].From.Group, d.Claims[1].Source = "network", "source_c"
	l := record.Likeness{A: paper(), B: d.Claims[1].From, ItemA: exampleItems()[1].Item, ItemB: record.Item{ID: "item_c", Title: "A report on the region (invented)", Dated: "2017-04-02"}, Words: 14,
		Shared: "we know of three deaths and fear that there are more in the villages nearby", Reasons: []record.Reason{record.Because("Words in a row that both have: %s.", "14"), record.Because("Days between them: %s.", "1")}}
	d.Proposal = record.Propose(d.Claims, l)
	return newDeed(frame(w, "Killing", "/record/deeds/x"), d, exampleIncident(), names{}, "member_example", may)
}

func exampleRoom() record.Room {
	r := record.Room{Incident: exampleIncident(), Statements: []record.Statement{denial(), {ID: "statement_c", Speaker: "An organisation (invented)", Kind: record.CallFor, Dated: "2017-04-09", Summary: "Calls for those responsible to be held to account."}}}
	killing := record.DeedView{Deed: record.Deed{ID: "deed_a", Act: record.Killing}, Claims: claims(), N: len(claims()), Proposed: true, Findings: findings()}
	torture := record.DeedView{Deed: record.Deed{ID: "deed_b", Act: record.Torture}, Proposed: true}
	killing.Proposal, torture.Proposal = record.Propose(killing.Claims), record.Propose(nil)
	r.Deeds, r.About = []record.DeedView{killing, torture}, map[string]record.Act{"claim_a": record.Killing}
	r.Counts = []record.Weighed{{Claim: record.Claim{ID: "claim_d", Item: "item_d", Status: record.AskedHelp, Counts: true, Unit: record.Persons, Bound: count.Bound{Word: count.About, Value: 60}, Hand: record.Relayed, Asserted: "2017-04-17/..", Counted: "2017-04-17"}, From: long()}}
	r.Milestones = []record.Milestone{{Dated: "2017-03-29", Event: "the help line opens", Source: "An account (invented)"}, {Dated: "2018-11-01", Event: "an inquiry begins", By: []string{"Sixteen states (invented)"}, Result: true}}
	return r
}

func importStory(w i18n.Words) any {
	v := formView{Frame: frame(w, "Import facts", "/record/import"), Action: "/record/import", Button: w.T("Import the file"), Back: "/record",
		Broken: []string{`line 3, as_of: "2017-04-31" does not exist in the calendar.`, `line 28, claims[0].bound: "over" is not a bound; use exactly, about, at least, more than, up to, between or unknown.`, strings.Repeat("line 36, statements[0].contradicts[1]: There is no claim with the key \"c9\" in this file. ", 2)}}
	v.Form = page.Form{Words: w, Message: "The file was not imported.", Values: url.Values{"file": {"{\n  \"scenario\": \"an-invented-one\",\n  \"as_of\": \"2017-04-31\",\n …"}}}
	v.Intro = []string{w.T("Paste the text of a scenario file. It goes in whole or not at all: every error is named with its place, and nothing of a file with errors is kept.")}
	v.Fields = []page.Field{v.Form.Area("file", w.T("The file")).Rows(16)}
	return v
}
