package redressweb

import (
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "followed/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words) ui.Frame {
		return ui.Example(w, "x", "/campaign", staff.Advocate, staff.Editor)
	}
	members := []staff.Member{{ID: "member_a", Name: "Example Member", Active: true, Roles: staff.Roles{staff.Advocate}}, {ID: "member_b", Name: "Another Example", Active: true, Roles: staff.Roles{staff.Editor}}}
	known := []redress.Known{{Incident: "incident_a", Title: "An invented incident", Claims: 4, Followed: 1}, {Incident: "incident_b", Title: "Another invented incident of which nobody has taken care yet", Claims: 2}}
	all := []redress.Matter{
		{ID: "matter_abcdef1", Kind: redress.Release, Incident: "incident_a", People: 30, Stage: "released", Since: "2018-05-01", Confirmed: true},
		{ID: "matter_abcdef2", Kind: redress.Release, People: 4, Stage: "detained", Since: "2018-03-01"},
		{ID: "matter_abcdef3", Kind: redress.Proceeding, People: 1, Stage: "opened", Since: "2018-06-01"},
		{ID: "matter_abcdef4", Kind: redress.Reparation, Form: redress.Rehabilitate, People: 1, Stage: "granted", Since: "2018-09-01", Confirmed: true},
		{ID: "matter_abcdef5", Kind: redress.Memorial, People: 1, Stage: "remembered", Since: "2018-09-01"},
	}
	open := func(m redress.Matter, d redress.Details) redress.Open {
		return redress.Open{Matter: m, Details: d, Holders: []string{"member_a"}}
	}
	asked := redress.Details{Who: "Somebody Invented", Named: true, Where: "The ministry of an invented country", Words: "Two years of treatment.",
		Consents: []redress.Consent{{ID: "consent_a", Scope: redress.ToAsk, Given: "2018-01-02", How: "Asked on the telephone by B., answered by themselves"}},
		Events: []redress.Event{{ID: "event_a", Stage: "asked", Day: "2018-02-01", Words: "Asked by letter.", Evidence: "letter no. 3", By: "member_a", Second: "member_b"},
			{ID: "event_b", Stage: "granted", Day: "2018-09-01", Evidence: "their answer, page 2", By: "member_b"}, {ID: "event_c", Stage: "granted", Day: "2018-09-02", By: "member_a"}}}
	title := func(w i18n.Words) string { return w.T("Memorial") }
	return []ui.Story{
		story("empty", "followed", func(w i18n.Words) any { return listPage(frame(w), "campaign_x", "An invented campaign", nil, nil, nil) }),
		story("list", "followed", func(w i18n.Words) any {
			return listPage(frame(w), "campaign_x", "An invented campaign", all, known, members)
		}),
		story("new-release", "matter-form", func(w i18n.Words) any {
			return formPage(frame(w), title(w), redress.Matter{ID: "matter_x", Kind: redress.Release, Incident: "incident_a"}, redress.Details{}, known, true)
		}),
		story("new-reparation-errors", "matter-form", func(w i18n.Words) any {
			f := frame(w)
			f.Form.Errors = []fault.Field{{Name: "who", Message: "Say who it is about: a name, or a group in words."}, {Name: "form", Message: "Choose which kind of reparation it is."}}
			return formPage(f, title(w), redress.Matter{ID: "matter_x", Kind: redress.Reparation}, redress.Details{}, known, true)
		}),
		story("new-memorial", "matter-form", func(w i18n.Words) any {
			return formPage(frame(w), title(w), redress.Matter{ID: "matter_x", Kind: redress.Memorial}, redress.Details{}, known, true)
		}),
		story("edit-proceeding", "matter-form", func(w i18n.Words) any {
			return formPage(frame(w), title(w), all[2], redress.Details{Who: "Thirty men of one town", Against: "unknown officers"}, known, false)
		}),
		story("reparation", "matter", func(w i18n.Words) any {
			return matterPage(frame(w), title(w), open(all[3], asked), members, "member_a", "2018-11-12")
		}),
		story("release", "matter", func(w i18n.Words) any {
			return matterPage(frame(w), title(w), open(all[1], redress.Details{Who: "Four men of one town", Where: "a former barracks"}), members, "member_a", "2018-11-12")
		}),
		story("memorial", "matter", func(w i18n.Words) any {
			return matterPage(frame(w), title(w), open(all[4], redress.Details{Who: "Somebody Invented", Named: true, Words: "He sang.", WordsRU: "Он пел."}), members, "member_a", "2018-11-12")
		}),
		story("memorial-agreed", "matter", func(w i18n.Words) any {
			d := redress.Details{Who: "Somebody Invented", Named: true, Words: "He sang.", WordsRU: "Он пел.", Consents: []redress.Consent{{ID: "c", Scope: redress.ToPublic, Given: "2018-10-01", Until: "2020-10-01", How: "His sister, in writing"}}}
			return matterPage(frame(w), title(w), open(all[4], d), members, "member_a", "2018-11-12")
		}),
	}
}
