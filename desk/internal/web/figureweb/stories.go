package figureweb

import (
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
)

// Stories are the pages of the figures in their states. Sources are invented.
func Stories() []ui.Story {
	return []ui.Story{
		{Name: "figures/list", Set: pages, Template: "list", View: func(w i18n.Words) any { return newList(frame(w, "Figures", "/figures"), rows(), true) }},
		{Name: "figures/list-empty", Set: pages, Template: "list", View: func(w i18n.Words) any { return newList(frame(w, "Figures", "/figures"), nil, true) }},
		{Name: "figures/killed", Set: pages, Template: "figure", View: func(w i18n.Words) any {
			return newSheet(frame(w, "People killed", "/figures/x"), killed(), names{}, "member_example", true)
		}},
		{Name: "figures/checked", Set: pages, Template: "figure", View: func(w i18n.Words) any {
			s := killed()
			s.Stale, s.Last.Reviewer, s.Last.Reviewed = true, "desk", noon
			return newSheet(frame(w, "People killed", "/figures/x"), s, names{}, "member_example", true)
		}},
		{Name: "figures/shaken", Set: pages, Template: "figure", View: func(w i18n.Words) any {
			return newSheet(frame(w, "People detained", "/figures/x"), shaken(), names{}, "member_example", true)
		}},
		{Name: "figures/long", Set: pages, Template: "figure", View: func(w i18n.Words) any {
			s := killed()
			s.Part, s.Parts, s.Last.Used = 1, 500, 100_000
			return newSheet(frame(w, "People killed", "/figures/x"), s, names{}, "member_example", true)
		}},
		{Name: "figures/never", Set: pages, Template: "figure", View: func(w i18n.Words) any {
			return newSheet(frame(w, "People tortured", "/figures/x"), figures.Sheet{Row: figures.Row{Figure: figures.Figure{ID: "figure_b", Key: "tortured", Status: record.Tortured}}}, names{}, "member_example", false)
		}},
		{Name: "figures/new", Set: pages, Template: "form", View: func(w i18n.Words) any {
			return newForm(frame(w, "Begin a figure", "/figures/new"), []record.Incident{{ID: "incident_a", Title: "Detentions in a region (invented)"}})
		}},
	}
}

func frame(w i18n.Words, title, path string) ui.Frame {
	return ui.Example(w, w.T(title), path, staff.Analyst, staff.Editor)
}

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

func source(id, name string, kind record.SourceKind) record.Source {
	return record.Source{ID: id, Key: id, Name: name, Kind: kind, Group: id, Reliability: "C", Named: true}
}

func says(id string, s record.Status, from record.Source, day edtf.Date, b count.Bound) record.Weighed {
	return record.Weighed{Claim: record.Claim{ID: id, Source: from.ID, Status: s, Counts: true, Unit: record.Persons, Bound: b, Asserted: day}, From: from}
}

// sheet reckons a figure from claims, as the Tally does.
func sheet(key string, s record.Status, claims ...record.Weighed) figures.Sheet {
	f := figures.Figure{ID: "figure_" + key, Key: key, Status: s, Unit: record.Persons, Scope: figures.Scope{Incident: "incident_a"}}
	r := figures.Reckon(f, "2017-04-09", claims, nil)
	r.ID, r.Seq, r.At, r.By = "reckoning_"+key, 1, noon, "desk"
	return figures.Sheet{Row: figures.Row{Figure: f, Incident: record.Incident{ID: "incident_a", Title: "Detentions in a region (invented)", Historical: true}, Last: r}, Claims: claims, History: []figures.Reckoning{r}}
}

func killed() figures.Sheet {
	paper := source("source_a", "A newspaper (invented)", record.Media)
	denial := record.Statement{ID: "statement_a", Speaker: "Spokesman of an official (invented)", Kind: record.Denial, Dated: "2017-04-09", Quote: "Such people do not exist here.", Summary: "Denies what is reported."}
	first := says("claim_a", record.Killed, paper, "2017-04-01", count.Bound{Word: count.AtLeast, Value: 3})
	first.Denials = []record.Statement{denial}
	gone := says("claim_c", record.Killed, source("source_c", "A list with names (invented)", record.Document), "2017-04", count.Bound{Word: count.Exactly, Value: 52})
	gone.Judgements = []record.Judgement{{Credibility: 5, Standing: record.Refuted, Reason: "the list held names twice (invented)"}}
	s := sheet("killed", record.Killed, first, says("claim_b", record.Killed, source("source_b", "Independent sources (invented)", record.UnnamedGroup), "2017-04-09", count.Bound{Word: count.UpTo, Value: 20}), gone)
	s.Denials = []record.Statement{denial}
	before := s.Last
	before.ID, before.AsOf, before.Range, before.At = "reckoning_old", "2017-04-01", count.Range{Low: count.Of(3)}, noon.Add(-8*24*time.Hour)
	s.Last.Seq = 2
	s.History = []figures.Reckoning{s.Last, before}
	return s
}

// shaken is a figure under whose estimate a decision was taken back.
func shaken() figures.Sheet {
	s := sheet("detained", record.Detained)
	s.Last.Basis, s.Last.Range = figures.Estimate, count.Range{Low: count.Of(560)}
	s.Shaken, s.Estimates = figures.Shaken{TakenBack: 2, Added: 1}, []figures.Estimated{{ID: "estimate_a", Study: "study_a", Run: "run_a", Form: figures.Floor, Low: 560, TakenBack: 2, Added: 1}}
	return s
}

func rows() []figures.Row {
	paper := source("source_a", "A newspaper (invented)", record.Media)
	detained := sheet("detained", record.Detained, says("claim_d", record.Detained, paper, "2017-04-01", count.Bound{Word: count.MoreThan, Value: 100}))
	detained.Stale, detained.Shaken = true, figures.Shaken{TakenBack: 1}
	exact := sheet("left-the-country", record.LeftCountry, says("claim_h", record.LeftCountry, paper, "2017-04-01", count.Bound{Word: count.Exactly, Value: 88}))
	exact.Last.Reviewer = "desk"
	return []figures.Row{detained.Row, killed().Row, sheet("tortured", record.Tortured, says("claim_e", record.Tortured, paper, "2017-04-01", count.Bound{Word: count.Unknown})).Row,
		sheet("asked-for-help", record.AskedHelp, says("claim_f", record.AskedHelp, paper, "2017-04-01", count.Bound{Word: count.About, Value: 60})).Row,
		sheet("evacuated", record.Evacuated, says("claim_g", record.Evacuated, paper, "2017-04-01", count.Bound{Word: count.UpTo, Value: 40})).Row, exact.Row}
}
