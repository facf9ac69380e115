package harvestweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/takeout"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	frame := func(w i18n.Words, title string, v url.Values) ui.Frame {
		f := ui.Example(w, title, "/record/harvest", staff.Documenter)
		f.Form = page.Form{Words: w, Values: v}
		return f
	}
	home := func(name string, loads []harvest.Load, bad ...table.Wrong) ui.Story {
		return ui.Story{Name: "harvest/" + name, Set: pages, Template: "home", View: func(w i18n.Words) any {
			return newHome(frame(w, w.T("From other programs"), url.Values{"load": {"load_a"}}), loads, bad)
		}}
	}
	load := func(name string, report *harvest.Report, errs ...fault.Field) ui.Story {
		return ui.Story{Name: "harvest/" + name, Set: pages, Template: "load", View: func(w i18n.Words) any {
			o := example()
			f := frame(w, o.Load.Collection, asForm(o))
			f.Form.Errors = errs
			return newLoad(f, o, report)
		}}
	}
	wishes := exampleWishes()
	whole := func(name string, may bool, all []takeout.Wish, t *takeout.Taken) ui.Story {
		return ui.Story{Name: "harvest/" + name, Set: pages, Template: "takeout", View: func(w i18n.Words) any {
			return newTakeout(frame(w, w.T("The whole record, out and in"), url.Values{"takeout": {"takeout_a"}}), all, "member_anna", may, map[string]string{"member_anna": "Anna (invented)", "member_boris": "Boris (invented)"}, t)
		}}
	}
	at := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	return []ui.Story{
		home("home-empty", nil),
		home("home", []harvest.Load{{ID: "load_a", Kind: foreign.Kobo, Collection: "Interviews, spring form (invented)", At: at}, {ID: "load_b", Kind: foreign.Uwazi, Collection: "Judgments (invented)", At: at}}),
		home("home-broken", nil, table.Wrong{What: foreign.Sentences()[5]}),
		whole("takeout", true, wishes, nil),
		whole("takeout-empty", true, nil, nil),
		whole("takeout-security", false, wishes, nil),
		whole("takeout-tried", true, nil, &takeout.Taken{WholeReport: record.WholeReport{Created: 120, Same: 14, Left: 3}}),
		whole("takeout-wrong", true, nil, &takeout.Taken{WholeReport: record.WholeReport{Wrong: []record.WholeWrong{{Entity: record.WholeClaims, Line: 7, What: "Something else is kept under this id."}}}}),
		load("load", nil),
		load("load-tried", &harvest.Report{Created: 2, Changed: 1, Same: 40, Sources: 2, Claims: 1, Files: 3, Box: &harvest.Box{South: 43.1, North: 43.4, West: 45.2, East: 45.9}}),
		load("load-wrong", &harvest.Report{Created: 1, Wrong: []table.Wrong{{Line: 2, Column: "_geolocation", What: "The latitude lies beyond 90: latitude and longitude seem to be exchanged."}, {Line: 3, What: "Another row of the file has the same id."}}}),
		load("load-error", nil, fault.Field{Name: "source", Message: "Choose the source."}),
	}
}

func example() harvest.Opened {
	s := foreign.Sheet{Kind: foreign.Kobo, Columns: []string{"_uuid", "respondent/name", "what", "how_many", "_geolocation", "deviceid"}, Notes: []string{"This is one page of several: the program has more submissions than the file."},
		Rows: []foreign.Row{{Line: 1, Cells: map[string]string{"_uuid": "aaaa-1", "respondent/name": "Zelim Invented", "what": "They took three men in a white car, and it was said that nobody would ever see them again.", "how_many": "3", "_geolocation": "43.32, 45.69", "deviceid": "ee.x:1"}}}}
	return harvest.Opened{Load: harvest.Load{ID: "load_a", Kind: foreign.Kobo, Collection: "Interviews, spring form (invented)"}, Sheet: s, Mapping: harvest.Propose(s), Kept: true,
		Sources: []record.Source{{ID: "source_a", Name: "An archive (invented)"}}, Places: []record.Incident{{ID: "incident_a", Title: "Detentions in a region (invented)"}}}
}

func exampleWishes() []takeout.Wish {
	now := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
	return []takeout.Wish{
		{ID: "takeout_a", By: "member_boris", At: now.Add(-2 * time.Hour), Sealed: true, Reason: "For the archive abroad; it lies on the laptop without a network.", Recipient: "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq"},
		{ID: "takeout_b", By: "member_anna", At: now.Add(-3 * time.Hour), Reason: "For work in a spreadsheet."},
		{ID: "takeout_c", By: "member_anna", At: now.Add(-50 * time.Hour), Sealed: true, Reason: "x", Second: "member_boris", Answered: now.Add(-49 * time.Hour)},
	}
}
