package publishweb

import (
	"time"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in their states. The report in them is invented.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "publish/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words, title string) ui.Frame {
		return ui.Example(w, title, "/publish", staff.Editor, staff.Security)
	}
	proof := func(name string, me string, change func(p *publish.Proof)) ui.Story {
		return story(name, "proof", func(w i18n.Words) any {
			p := exampleProof()
			change(&p)
			a := staff.Actor{Member: staff.Member{ID: me, Roles: staff.Roles{staff.Editor, staff.Security}}}
			return proofPage(frame(w, p.Edition.Report.Title.In(w.Tag())), p, a, map[string]string{"member_a": "Example Member", "member_b": "Another Example"})
		})
	}
	return []ui.Story{
		story("empty", "list", func(w i18n.Words) any {
			return listPage(frame(w, w.T("Publish")), nil, []Choice{{"campaign_x", "An invented campaign"}}, true, "2017-04-12")
		}),
		story("guard", "guard", func(w i18n.Words) any {
			return guardPage(frame(w, w.T("What the leak guard looks for")), publish.FactsWatch{Lack: 12}, []string{"rus", "eng"}, true)
		}),
		story("guard-off", "guard", func(w i18n.Words) any {
			return guardPage(frame(w, w.T("What the leak guard looks for")), publish.FactsWatch{Off: true}, nil, true)
		}),
		story("list", "list", func(w i18n.Words) any {
			draft, public, old := exampleProof().Edition, exampleProof().Edition, exampleProof().Edition
			draft.Number, public.Number = 3, 2
			public.State, public.Published, old.State = publish.Published, time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC), publish.Superseded
			return listPage(frame(w, w.T("Publish")), []publish.Edition{draft, public, old}, nil, true, "2017-04-12")
		}),
		story("taken", "list", func(w i18n.Words) any {
			public := exampleProof().Edition
			public.State = publish.Removed
			v := listPage(frame(w, w.T("Publish")), []publish.Edition{public}, nil, true, "2017-04-12")
			for i, what := range []string{publish.TookName, publish.TookPage, publish.TookDraft, publish.TookPetition} {
				t := publish.Taken{ID: "taken_x", Subject: public.ID, What: what, At: time.Date(2017, 4, 12, 4+i, 0, 0, 0, time.UTC)}
				if what == publish.TookPetition {
					t.Subject = "petition_x"
				}
				v.Taken = append(v.Taken, takenOf(w, t, []publish.Edition{public}, true))
			}
			return v
		}),
		proof("taken-page", "member_a", func(p *publish.Proof) {
			p.Edition.State, p.Edition.Why, p.Files = publish.Removed, publish.WhyTaken, nil
		}),
		proof("taken-name", "member_a", func(p *publish.Proof) {
			p.Edition.State, p.Edition.Report.Taken, p.Edition.Published = publish.Published, "2017-04-13", time.Date(2017, 4, 12, 3, 0, 0, 0, time.UTC)
		}),
		proof("draft", "member_b", func(*publish.Proof) {}),
		proof("stopped", "member_b", func(p *publish.Proof) {
			p.Hits = []publish.Hit{{Paragraph: 3, Level: guard.Block, Kind: guard.Name, Why: guard.Parts, Gap: 3}, {Paragraph: 3, Level: guard.Block, Kind: guard.Phone, Why: guard.Own, Entitled: true, Words: "+7 200 000-00-00", Owner: "case_x", Term: 4}, {Paragraph: 4, Level: guard.Ask, Kind: guard.Name, Why: guard.Chance, Gap: 9}}
			p.Advice = []publish.Advice{{Paragraph: 4, Rule: "people", Words: "the whole people is violent", Why: "x"}}
		}),
		proof("changed", "member_a", func(p *publish.Proof) {
			p.Edition.Approvals = []publish.Approval{{Member: "member_b", Digest: "old"}}
		}),
		proof("ready", "member_a", func(p *publish.Proof) {
			p.Ready = true
			p.Edition.Approvals = append(p.Edition.Approvals, publish.Approval{Member: "member_b", Digest: p.Edition.Digest, At: time.Date(2017, 4, 12, 3, 0, 0, 0, time.UTC)})
		}),
		proof("embargo", "member_a", func(p *publish.Proof) {
			p.Edition.State, p.Edition.Report.NotBefore = publish.Scheduled, "2017-04-13T08:00:00Z"
			p.Edition.Report.Memorial = []publish.Remembered{{Name: "Somebody Invented", Words: publish.Text{EN: "He sang.", RU: "Он пел."}}}
			p.Edition.Report.Contacts = []publish.Text{{EN: "press@example.org", RU: "press@example.org"}}
			p.Paragraphs = p.Edition.Report.Paragraphs()
		}),
		proof("public", "member_a", func(p *publish.Proof) {
			p.Edition.State, p.Edition.Serial, p.Edition.Published = publish.Published, 4, time.Date(2017, 4, 12, 3, 0, 0, 0, time.UTC)
		}),
		story("edit", "edit", func(w i18n.Words) any { return editPage(frame(w, w.T("Edit the draft")), exampleProof()) }),
		story("edit-errors", "edit", func(w i18n.Words) any {
			f := frame(w, w.T("Edit the draft"))
			f.Form.Errors = []fault.Field{{Name: "summary", Message: "Both languages must have the same number of paragraphs."}}
			return editPage(f, exampleProof())
		}),
		story("edit-look", "edit", func(w i18n.Words) any {
			p := exampleProof()
			v := editPage(frame(w, w.T("Edit the draft")), p)
			v.Look = newLook(w, p.Paragraphs, []publish.Hit{{Paragraph: 2, Level: guard.Block, Kind: guard.Name, Why: guard.Surname}, {Paragraph: 4, Level: guard.Ask, Kind: guard.Alias, Why: guard.Word}})
			return v
		}),
		proof("overtaken", "member_b", func(p *publish.Proof) { p.Under = map[int]int{0: 2} }),
		story("edit-overtaken", "edit", func(w i18n.Words) any {
			p := exampleProof()
			p.Under = map[int]int{0: 2}
			return editPage(frame(w, w.T("Edit the draft")), p)
		}),
	}
}

func exampleProof() publish.Proof {
	e := publish.Edition{ID: "edition_x", Slug: "an-invented-report", Number: 1, State: publish.Draft, Revision: 3, Digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Authors: []string{"member_a"},
		Report: publish.Report{
			Title: publish.Text{EN: "An invented report", RU: "Вымышленный доклад"}, AsOf: "2017-04-09", By: "Example Organisation",
			Summary: []publish.Text{{EN: "This is an invented summary of what several sources say.", RU: "Это вымышленное краткое содержание."}, {EN: "A second paragraph that is a little longer, to show how a paragraph looks when it takes more than one line of the page.", RU: "Второй абзац, немного длиннее."}},
			Figures: []publish.Figure{{Key: "killed", Label: publish.Text{EN: "People killed", RU: "Убитые"}, Says: publish.Text{EN: "3 to 20", RU: "от 3 до 20"}, Low: page.Number(3), High: page.Number(20), AsOf: "2017-04-09"}},
			Limits:  []publish.Text{{EN: "Nobody knows the full number.", RU: "Полное число неизвестно."}},
		}}
	e.Approvals = []publish.Approval{{Member: "member_a", Digest: e.Digest, At: time.Date(2017, 4, 12, 2, 0, 0, 0, time.UTC)}}
	return publish.Proof{Edition: e, Paragraphs: e.Report.Paragraphs(), Files: []publish.File{{Path: "report/an-invented-report.v1.en.html", Type: "text/html"}, {Path: "report/an-invented-report.v1.ru.html", Type: "text/html"}, {Path: "report/an-invented-report.v1.scoreboard.en.html", Type: "text/html"}}}
}
