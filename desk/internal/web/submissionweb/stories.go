package submissionweb

import (
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/submission"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

const storyDay = clock.Day("2017-05-02")

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "submission/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words, title string) ui.Frame {
		return ui.Example(w, title, "/campaign", staff.Advocate, staff.Editor)
	}
	members := []staff.Member{{ID: "member_a", Name: "Anna (invented)", Active: true, Roles: staff.Roles{staff.Advocate}}, {ID: "member_e", Name: "Edith (invented)", Active: true, Roles: staff.Roles{staff.Editor}}}
	draft := func(me string, change func(*submission.Open)) func(w i18n.Words) any {
		return func(w i18n.Words) any {
			o := example()
			change(&o)
			o.Report = submission.Judge(o.Rules, o.Form, storyDay)
			return draftPage(frame(w, w.T(o.Rules.Title)), o, nil, members, me)
		}
	}
	return []ui.Story{
		story("none", "submissions", func(w i18n.Words) any { return listPage(frame(w, w.T("Submissions")), nil, nil, nil) }),
		story("list", "submissions", func(w i18n.Words) any {
			filed := example().Draft
			filed.ID, filed.Filed, filed.Due = "submission_2", true, "2017-07-01"
			shut := filed
			shut.Shut, shut.Author = true, "member_e"
			return listPage(frame(w, w.T("Submissions")), []submission.Draft{example().Draft, filed, shut}, []page.Option{{Value: "incident_x", Label: "An invented incident"}}, members)
		}),
		story("refused", "submission", draft("member_a", func(o *submission.Open) {
			o.Moved, o.Form.Basis.MediaOnly, o.Form.Answers["urgency"] = true, true, ""
			o.Form.People[0].Consents = o.Form.People[0].Consents[:1]
		})),
		story("ready", "submission", draft("member_e", func(*submission.Open) {})),
		story("own", "submission", draft("member_a", func(*submission.Open) {})),
		story("wgeid", "submission", draft("member_a", func(o *submission.Open) {
			o.Rules, _ = submission.Find("wgeid", submission.Edition)
			o.Form.People, o.Form.Lang = nil, "ru"
		})),
		story("errors", "submission", func(w i18n.Words) any {
			f, o := frame(w, "x"), example()
			f.Form.Errors = []fault.Field{{Name: "scope", Message: "Choose what the person agreed to."}, {Name: "how", Message: "Say who asked, how, and who answered."}}
			o.Report = submission.Judge(o.Rules, o.Form, storyDay)
			return draftPage(f, o, []submission.Part{{Element: "account"}, {Person: 1}}, members, "member_a")
		}),
		story("filed", "submission", draft("member_a", func(o *submission.Open) {
			o.Filed, o.FiledBy, o.FiledAt, o.Due = true, "member_e", time.Date(2017, 5, 2, 10, 0, 0, 0, time.UTC), "2017-07-01"
			o.Digest = submission.Sum("an invented package")
		})),
		story("taken-back", "submission", draft("member_a", func(o *submission.Open) {
			o.Filed, o.FiledBy, o.FiledAt, o.Handed, o.Halted, o.Due = true, "member_e", time.Date(2017, 4, 28, 10, 0, 0, 0, time.UTC), "2017-04-29", storyDay, storyDay
			o.Digest = submission.Sum("an invented package")
			for i := range o.Form.People[0].Consents {
				o.Form.People[0].Consents[i].Withdrawn = storyDay
			}
			o.Form.After = []submission.After{{Step: submission.Handed, Day: "2017-04-29", Words: "by the body's page, number 12 (invented)", By: "member_e"}, {Step: submission.Taken, Day: storyDay, By: "member_a"}}
		})),
	}
}

// example is an urgent appeal for an invented person, complete.
func example() submission.Open {
	p, _ := submission.Find("un-urgent", submission.Edition)
	return submission.Open{
		Draft: submission.Draft{ID: "submission_1", Procedure: p.ID, Edition: p.Edition, Incident: "incident_x", Author: "member_a", Last: "member_a", At: time.Date(2017, 5, 1, 9, 0, 0, 0, time.UTC), Revision: 3},
		Rules: p, Holders: []string{"member_a", "member_e"},
		Form: submission.Form{
			Lang: "en", Basis: submission.Basis{Title: "An invented incident", Claims: 3},
			Answers: map[string]string{"state": "RU", "date": "2017-04", "place": "a town that is invented", "account": "Person 1 was taken from a workplace by men in uniform and has not been seen since.",
				"urgency": "People who were held in the same place were beaten.", "sender": "Example Organisation (invented)"},
			Reasons: map[string]string{"forces": "The men showed no papers."},
			People: []submission.Person{{ID: "person_1", Number: 1, Name: "Ilya Vymyshlenny (invented)", Born: "1990", About: "Man, driver.", Consents: []submission.Consent{
				{Scope: submission.Send, Given: "2017-04-20", How: "asked by telephone, the mother answered", By: "member_a"},
				{Scope: submission.Government, Given: "2017-04-20", How: "asked by telephone, the mother answered", By: "member_a"},
			}}},
		},
	}
}
