package movingweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "moving/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words, title, path string) ui.Frame { return ui.Example(w, title, path, staff.Caseworker) }
	now := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
	me := staff.Member{ID: "member_anna", Roles: staff.Roles{staff.Caseworker}}
	names := map[string]string{"member_anna": "Anna (invented)", "member_boris": "Boris (invented)"}
	exits := []cases.Exit{
		{ID: "exit_a", Kind: cases.ExitTable, Table: cases.PeopleTable, Format: table.XLSX, By: "member_boris", At: now.Add(-2 * time.Hour), Reason: "For the lawyers' meeting; it lies on the laptop without a network."},
		{ID: "exit_b", Kind: cases.ExitAll, By: "member_anna", At: now.Add(-5 * time.Hour), Reason: "We move to the other office's Desk.", Recipient: "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq", Second: "member_boris", Answered: now.Add(-3 * time.Hour), Yes: true, Fetched: 1},
		{ID: "exit_c", Kind: cases.ExitTable, Table: cases.NoteTable, Format: table.CSV, By: "member_anna", At: now.Add(-50 * time.Hour), Reason: "x", Second: "member_boris", Answered: now.Add(-49 * time.Hour)},
	}
	return []ui.Story{
		story("overview", "moving", func(w i18n.Words) any {
			return overviewView(frame(w, w.T("Cases come in and go out"), "/moving"), exits, me, names)
		}),
		story("overview-empty", "moving", func(w i18n.Words) any {
			return overviewView(frame(w, w.T("Cases come in and go out"), "/moving"), nil, me, names)
		}),
		story("table", "form", func(w i18n.Words) any { return tablesView(frame(w, w.T("A table comes in"), "/moving/tables"), nil) }),
		story("table-wrong", "form", func(w i18n.Words) any {
			return tablesView(frame(w, w.T("A table comes in"), "/moving/tables"), &cases.TableReport{Wrong: []table.Wrong{{Line: 3, Column: "minor", What: "Write yes or no."}, {Line: 9, What: "The row has another number of fields than the head."}}})
		}),
		story("table-try", "form", func(w i18n.Words) any {
			return tablesView(frame(w, w.T("A table comes in"), "/moving/tables"), &cases.TableReport{Created: 12, Changed: 3, Same: 240, Opened: []string{"RJ-4071"}})
		}),
		story("primero-try", "form", func(w i18n.Words) any {
			return primeroView(frame(w, w.T("Cases from Primero"), "/moving/primero"), &cases.Foreign{Cases: []cases.ForeignCase{
				{Theirs: "9af2210", Ours: "RJ-4071", People: 3, Notes: 2, Left: []string{"consent_for_services", "protection_concerns", "a_field_of_this_organisation_with_a_rather_long_name"}}, {Theirs: "77bc001", Known: true}}})
		}),
		story("package-wrong", "form", func(w i18n.Words) any {
			f := frame(w, w.T("A package of another Desk"), "/moving/package")
			f.Form.Errors = []fault.Field{{Name: "identity", Message: "This key does not open the file, or the file is no age file."}}
			return parcelView(f)
		}),
		story("retention", "retention", func(w i18n.Words) any {
			f := frame(w, w.T("What is erased when"), "/retention")
			hold := cases.HoldRow{ID: "hold_a", Case: "case_b", Until: "2017-12-31", By: "member_boris", At: now}
			return viewRetention(f, cases.Erasures{Set: cases.Retention{Auto: true, Grace: 30}, Proposals: []cases.Proposal{
				{File: cases.File{ID: "case_a", Pseudonym: "RJ-4071", EraseBy: "2017-04-10"}, Mine: true, Due: true, Auto: "2017-05-10", Parts: map[string]int{"party": 2, "leg": 3, "step": 6, "note": 14, "consent": 4, "keys": 8, "entries": 97, "triage": 1, "risk": 1}},
				{File: cases.File{ID: "case_b", Pseudonym: "ZD-0917", EraseBy: "2017-04-01"}, Mine: true, Due: true, Held: true, Holds: []cases.HoldRow{hold}, Parts: map[string]int{"party": 1, "keys": 2}}},
				Remnants: []cases.Remnant{{Year: "2016", State: cases.Closed, Safe: true, Cases: 12, People: 19, Minors: 3}}},
				staff.Member{ID: "member_anna", Roles: staff.Roles{staff.Caseworker, staff.Security}}, names)
		}),
		story("retention-empty", "retention", func(w i18n.Words) any {
			return viewRetention(frame(w, w.T("What is erased when"), "/retention"), cases.Erasures{Set: cases.Retention{Grace: 30}}, me, names)
		}),
		story("out", "form", func(w i18n.Words) any { return outView(frame(w, w.T("Something leaves"), "/moving/out"), "exit_x") }),
	}
}
