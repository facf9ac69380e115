package campaignweb

import (
	"strconv"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

const storyDay = clock.Day("2018-11-12")

// Stories are the room's pages in their states. Nobody in them is real; the
// governments' answers are invented.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "campaign/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words, title string) ui.Frame {
		return ui.Example(w, title, "/campaign", staff.Advocate, staff.Editor)
	}
	return append(planStories(story, frame), []ui.Story{
		story("none", "campaigns", func(w i18n.Words) any { return campaignsPage(frame(w, w.T("Campaign")), nil) }),
		story("board", "board", func(w i18n.Words) any {
			f := example()
			v := boardPage(frame(w, f.Campaign.Title.In(w.Tag())), f, map[string][]campaign.Shift{"demand_c": exampleShifts(f)}, storyDay, false)
			v.Offers = true
			return v
		}),
		story("board-public", "board", func(w i18n.Words) any {
			f := example()
			return boardPage(frame(w, f.Campaign.Title.In(w.Tag())), f, nil, storyDay, true)
		}),
		story("next", "next", func(w i18n.Words) any {
			f := example()
			f.Tasks = []campaign.Task{{ID: "todo_1", What: "Telephone the office", Who: "member_a", Due: "2018-10-01", Target: "target_1", Demand: "demand_a"}}
			return nextPage(frame(w, w.T("What is next")), f, storyMembers(), map[string]string{"member_a": "Example Member"}, "member_a", storyDay)
		}),
		story("next-empty", "next", func(w i18n.Words) any {
			return nextPage(frame(w, w.T("What is next")), campaign.File{Campaign: example().Campaign}, storyMembers(), nil, "member_a", storyDay)
		}),
		story("answers", "answers", func(w i18n.Words) any {
			v := answersPage(frame(w, w.T("Answers")), example(), "member_a", storyDay)
			mail := campaign.Mail{ID: "mail_a", Target: "target_1", FoundBy: "reference", Kind: campaign.MailAnswer, Sender: "minister@one.example.org", Subject: "Re: your letter", Words: "An invented answer.", At: time.Date(2018, 10, 1, 9, 0, 0, 0, time.UTC)}
			bounce := mail
			bounce.ID, bounce.Kind, bounce.FoundBy = "mail_b", campaign.MailBounce, "address"
			v.Mails = mailLines(w, example(), []campaign.Mail{mail, bounce})
			return v
		}),
		story("demands", "demands", func(w i18n.Words) any {
			f := example()
			return demandsPage(frame(w, w.T("Demands")), f, []campaign.Letter{exampleLetter(w)}, map[string][]campaign.Shift{"demand_c": exampleShifts(f)}, f.Demands[2].Basis, storyDay)
		}),
		story("target", "target", func(w i18n.Words) any {
			f := example()
			return targetPage(frame(w, "x"), f, f.Targets[1].ID, storyDay)
		}),
		story("target-unnamed", "target", func(w i18n.Words) any {
			f := example()
			return targetPage(frame(w, "x"), f, f.Targets[0].ID, storyDay)
		}),
		story("ask", "form", func(w i18n.Words) any {
			return askPage(frame(w, w.T("Note what was asked")), example(), "demand_a", "", storyDay)
		}),
		story("answer-errors", "form", func(w i18n.Words) any {
			f := frame(w, w.T("Note an answer"))
			f.Form.Errors = []fault.Field{{Name: "state", Message: "Choose what the answer amounts to."}, {Name: "words", Message: "Say in a sentence what was said or done."}}
			return answerPage(f, example(), "", "", storyDay)
		}),
		story("letters", "letters", func(w i18n.Words) any {
			sent := exampleLetter(w)
			sent.ID, sent.Sent = "letter_sent", true
			f, all := example(), []campaign.Letter{exampleLetter(w), sent}
			f.Targets[1].Email = "minister@one.example.org"
			v := lettersPage(frame(w, w.T("Letters")), f, all, "", storyDay)
			v.mail(frame(w, w.T("Letters")), f, all)
			return v
		}),
		story("letter", "letter", func(w i18n.Words) any {
			return letterPage(frame(w, "x"), example(), exampleLetter(w), nil, nil, storyDay)
		}),
		story("letter-stale", "letter", func(w i18n.Words) any {
			l := exampleLetter(w)
			l.Foreign = true
			return letterPage(frame(w, "x"), example(), l, exampleShifts(example()), nil, storyDay)
		}),
		story("letters-left", "letters", func(w i18n.Words) any {
			f := example()
			v := lettersPage(frame(w, w.T("Letters")), f, nil, "", storyDay)
			v.mail(frame(w, w.T("Letters")), f, nil)
			v.Left = unreadyLines(w, f, []campaign.Unready{{Target: "target_0", Lang: "en", Why: campaign.NoName}, {Target: "target_2", Why: campaign.NoLang}, {Target: "target_3", Lang: "ar", Why: campaign.NoTemplate}})
			return v
		}),
		story("templates", "templates", func(w i18n.Words) any {
			f := example()
			f.Targets[2].Lang = "ar"
			return templatesPage(frame(w, "x"), f, []campaign.Template{{Lang: "de", Number: 2, Subject: "Unsere Bitte an Sie"}}, storyDay)
		}),
		story("template", "plan-form", func(w i18n.Words) any {
			return templatePage(frame(w, "x"), example(), campaign.Template{Lang: "de", Subject: "Unsere Bitte an Sie", Body: "[demands]"}, storyDay)
		}),
		story("letter-stopped", "letter", func(w i18n.Words) any {
			return letterPage(frame(w, "x"), example(), exampleLetter(w), nil, []publish.Hit{{Paragraph: 4, Level: guard.Block, Kind: guard.Name, Why: guard.Parts, Gap: 3}, {Paragraph: 5, Level: guard.Ask, Kind: guard.Phone, Why: guard.Piece, Entitled: true, Words: "123-45-67"}}, storyDay)
		}),
		story("letter-sent", "letter", func(w i18n.Words) any {
			l := exampleLetter(w)
			l.Sent, l.Digest = true, l.Sum()
			v := letterPage(frame(w, "x"), example(), l, exampleShifts(example()), nil, storyDay)
			v.mail(w, example(), campaign.Carried{State: "unsure"})
			return v
		}),
	}...)
}

// planStories are the pages on which a campaign is begun, corrected and told.
func planStories(story func(name, template string, view func(w i18n.Words) any) ui.Story, frame func(w i18n.Words, title string) ui.Frame) []ui.Story {
	names := map[string]string{"member_a": "Example Member"}
	editions := []campaign.Edition{{Subject: "demand_a", Number: 1, At: time.Date(2018, 9, 1, 8, 0, 0, 0, time.UTC)}, {Subject: "demand_a", Number: 2, By: "member_a", Why: "A clearer word", At: time.Date(2018, 9, 3, 8, 0, 0, 0, time.UTC)}}
	return []ui.Story{
		story("begin", "plan-form", func(w i18n.Words) any { return beginPage(frame(w, "x"), "campaign_new", storyDay) }),
		story("begin-errors", "plan-form", func(w i18n.Words) any {
			f := frame(w, "x")
			f.Form.Errors = []fault.Field{{Name: "title", Message: "Write the title in English: addresses are made from it."}}
			return beginPage(f, "campaign_new", storyDay)
		}),
		story("plan", "plan", func(w i18n.Words) any { return planPage(frame(w, "x"), example(), editions, names, storyDay) }),
		story("plan-empty", "plan", func(w i18n.Words) any {
			return planPage(frame(w, "x"), campaign.File{Campaign: example().Campaign}, nil, names, storyDay)
		}),
		story("correct", "plan-form", func(w i18n.Words) any { return editPage(frame(w, "x"), example(), editions, names, storyDay) }),
		story("demand-new", "plan-form", func(w i18n.Words) any {
			return demandPage("")(frame(w, "x"), example(), editions, names, storyDay)
		}),
		story("demand-correct", "plan-form", func(w i18n.Words) any {
			return demandPage("demand_a")(frame(w, "x"), example(), editions, names, storyDay)
		}),
		story("who-new", "plan-form", func(w i18n.Words) any { return whoPage("")(frame(w, "x"), example(), editions, names, storyDay) }),
		story("who-correct", "plan-form", func(w i18n.Words) any {
			return whoPage("target_1")(frame(w, "x"), example(), editions, names, storyDay)
		}),
		story("timeline", "timeline", func(w i18n.Words) any { return storyPage(frame(w, "x"), example(), nil, names, storyDay) }),
		story("account", "account", func(w i18n.Words) any {
			return accountPage(frame(w, "x"), example(), nil, "2018-08-01", storyDay, storyDay)
		}),
	}
}

func storyMembers() []page.Option {
	return []page.Option{{Value: "member_a", Label: "Example Member"}, {Value: "member_b", Label: "Another Example"}}
}

func exampleShifts(f campaign.File) []campaign.Shift {
	return []campaign.Shift{{Basis: f.Demands[2].Basis[0], Now: campaign.Text{EN: "detained: at least 140", RU: "задержаны: не менее 140"}},
		{Basis: campaign.Basis{Kind: "finding", Key: "deed_x", Says: campaign.Text{EN: "a finding", RU: "вывод"}}, Gone: true}}
}

func exampleLetter(w i18n.Words) campaign.Letter {
	f := example()
	x, _ := campaign.Given(w.Tag())
	l := campaign.Compose(f, x, f.Targets[1], f.Demands, "2018-10-01", "2018-10-31")
	l.ID, l.Revision = "letter_x", 1
	return l
}

// example is a campaign of four months with every kind of state. It is invented.
func example() campaign.File {
	text := func(en, ru string) campaign.Text { return campaign.Text{EN: en, RU: ru} }
	f := campaign.File{
		Campaign: campaign.Campaign{ID: "campaign_x", Title: text("An invented campaign", "Вымышленная кампания"), By: "Example Organisation", AsOf: "2018-08-30"},
		Demands: []campaign.Demand{
			{ID: "demand_a", Text: text("Condemn the reported abuses", "Осудить преступления, о которых сообщается"), Through: "engage the counterpart"},
			{ID: "demand_b", Text: text("Hold the perpetrators accountable", "Привлечь виновных к ответственности"), Through: "engage the counterpart"},
			{ID: "demand_c", Text: text("Release the detained men at once", "Немедленно освободить задержанных"), Through: "directly",
				Basis: []campaign.Basis{{Kind: "figure", Key: "detained", Version: "1", Says: text("detained: at least 101", "задержаны: не менее 101")}}},
		},
	}
	names := []campaign.Text{{}, text("Exampleland", "Примерия"), text("Republic of Samples and of Rather Long Names", "Республика образцов и довольно длинных названий"), text("A body of nations", "Объединение стран")}
	for i, n := range names {
		t := campaign.Target{ID: "target_" + strconv.Itoa(i), Kind: campaign.Government, Number: i + 1, Name: n, Lang: "en"}
		if i == 3 {
			t.Kind, t.Number = campaign.Institution, 1
		}
		if i == 1 {
			t.Counterpart = "target_2"
			t.Offices = []campaign.Office{{Title: text("Minister of Foreign Affairs", "Министр иностранных дел"), Holder: "A. Example (invented)", From: "2016-01-01", Until: "2018-06-30"}, {Title: text("Minister of Foreign Affairs", "Министр иностранных дел"), Holder: "B. Example (invented)", From: "2018-07-01"}}
			t.Contacts = []campaign.Contact{{Kind: "post", Says: "1 Invented Square, Exampleland"}, {Kind: "page", Says: "https://ministry.example.org/write"}}
		}
		f.Targets = append(f.Targets, t)
		for _, d := range f.Demands[:2] {
			f.Asks = append(f.Asks, campaign.Ask{ID: "ask_" + t.ID + d.ID, Demand: d.ID, Target: t.ID, Way: campaign.ByLetter, Sent: "2018-08-30", Deadline: "2018-09-29"})
		}
	}
	say := func(id, demand, target string, s campaign.State, day clock.Day, evidence, second string) {
		f.Responses = append(f.Responses, campaign.Response{ID: id, Demand: demand, Target: target, State: s, Day: day, Evidence: evidence, Author: "member_a", Second: second,
			Words: text("An invented answer in one sentence.", "Вымышленный ответ в одном предложении."), At: time.Date(2018, 10, 1, 0, 0, 0, 0, time.UTC)})
	}
	say("response_1", "demand_a", "target_1", campaign.Stated, "2018-09-10", "/record/items/item_aaaaaaaaaaaaaaaaaaaaaaaaaa, page 2", "member_b")
	say("response_2", "demand_b", "target_1", campaign.Committed, "2018-09-12", "item 15", "member_b")
	say("response_3", "demand_a", "target_2", campaign.Denied, "2018-10-02", "item_bbbbbbbbbbbbbbbbbbbbbbbbbb", "")
	say("response_4", "demand_b", "target_2", campaign.Acknowledged, "2018-09-04", "receipt of the post", "member_b")
	say("response_5", "demand_b", "target_3", campaign.Resulted, "2018-11-01", "item 31", "member_b")
	say("response_6", "demand_a", "target_3", campaign.Acted, "2018-11-02", "", "")
	f.Commitments = []campaign.Commitment{{ID: "promise_1", Response: "response_2", What: text("Speak to the minister of justice.", "Поговорить с министром юстиции."), Due: "2018-10-15", Outcome: campaign.Open},
		{ID: "promise_2", Response: "response_1", What: text("Ask the ambassador in.", "Пригласить посла."), Outcome: campaign.Kept, Evidence: "item_cccccccccccccccccccccccccc", By: "member_b"}}
	f.Asks[0].Withdrawn = "The letter never left (invented)."
	return f
}
