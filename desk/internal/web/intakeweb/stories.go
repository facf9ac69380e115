package intakeweb

import (
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/signs"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in their states. Everything in them is invented.
func Stories() []ui.Story {
	return []ui.Story{
		{Name: "requests/empty", Set: pages, Template: "list", View: func(w i18n.Words) any { return storyList(w, nil) }},
		{Name: "requests/many", Set: pages, Template: "list", View: func(w i18n.Words) any { return storyList(w, storyThreads()) }},
		{Name: "requests/unread", Set: pages, Template: "thread", View: func(w i18n.Words) any { return storyThread(w, true) }},
		{Name: "requests/conversation", Set: pages, Template: "thread", View: func(w i18n.Words) any { return storyThread(w, false) }},
		{Name: "requests/mail", Set: pages, Template: "thread", View: storyMail},
		{Name: "requests/forced", Set: pages, Template: "thread", View: func(w i18n.Words) any {
			v := storyThread(w, false)
			v.Danger = danger(w, v.Form, v.ID, []intake.Alarm{{Kind: intake.Watched, At: storyNow}, {Kind: intake.Written, At: storyNow}}, nil, w.Date)
			return v
		}},
		{Name: "requests/help", Set: pages, Template: "thread", View: func(w i18n.Words) any {
			v := storyThread(w, true)
			v.Danger = danger(w, v.Form, v.ID, []intake.Alarm{{Kind: intake.Help, At: storyNow, Acked: storyNow, Member: "a"}}, map[string]string{"a": "Example Operator"}, w.Date)
			return v
		}},
		{Name: "requests/proxy", Set: pages, Template: "thread", View: func(w i18n.Words) any {
			v := storyThread(w, false)
			v.Card = card(w, v.Form, v.ID, intake.Agreed{Hours: []string{"night"}, Days: []string{"sat", "sun"}, Zone: "180", Never: []string{"call"}, Ours: "Выдуманная фраза: посылка пришла", Relation: "сестра (выдумано)", Knows: "no", Reach: "no\nчерез соседку", Hide: "отец"},
				intake.Card{Proxy: true}, storyNow, []page.Option{{Value: "thread_b", Label: "Example"}})
			return v
		}},
		{Name: "requests/set-aside", Set: pages, Template: "list", View: func(w i18n.Words) any { return storyListOf(w, storyThreads(), query{view: "aside"}) }},
		{Name: "requests/filtered", Set: pages, Template: "list", View: func(w i18n.Words) any {
			return storyListOf(w, storyThreads(), query{view: "all", lang: "ru", sort: "left"})
		}},
		{Name: "requests/two-people", Set: pages, Template: "thread", View: func(w i18n.Words) any { return storyTwo(w, false) }},
		{Name: "requests/two-people-mine", Set: pages, Template: "thread", View: func(w i18n.Words) any { return storyTwo(w, true) }},
		{Name: "requests/joined", Set: pages, Template: "thread", View: storyJoined},
		{Name: "requests/conflict", Set: pages, Template: "thread", View: storyConflict},
		{Name: "requests/call", Set: pages, Template: "call", View: func(w i18n.Words) any { return storyCall(w, "") }},
		{Name: "requests/call-goes-on", Set: pages, Template: "call", View: func(w i18n.Words) any { return storyCall(w, "thread_d") }},
		{Name: "requests/rota", Set: pages, Template: "rota", View: func(w i18n.Words) any { return storyRota(w, true) }},
		{Name: "requests/rota-empty", Set: pages, Template: "rota", View: func(w i18n.Words) any { return storyRota(w, false) }},
		{Name: "requests/alarms", Set: pages, Template: "alarms", View: func(w i18n.Words) any { return storyAlarms(w, true) }},
		{Name: "requests/alarms-none", Set: pages, Template: "alarms", View: func(w i18n.Words) any { return storyAlarms(w, false) }},
		{Name: "requests/templates", Set: pages, Template: "wordings", View: func(w i18n.Words) any { return storyWordings(w, storyTemplates()) }},
		{Name: "requests/templates-empty", Set: pages, Template: "wordings", View: func(w i18n.Words) any { return storyWordings(w, nil) }},
		{Name: "requests/template", Set: pages, Template: "wording", View: storyWording},
		{Name: "requests/keeping", Set: pages, Template: "keeping", View: func(w i18n.Words) any { return storyKeeping(w, true) }},
		{Name: "requests/second-set", Set: pages, Template: "twopeople", View: func(w i18n.Words) any { return storyTwoPeople(w, true) }},
		{Name: "requests/second-read", Set: pages, Template: "twopeople", View: func(w i18n.Words) any { return storyTwoPeople(w, false) }},
		{Name: "requests/keeping-empty", Set: pages, Template: "keeping", View: func(w i18n.Words) any { return storyKeeping(w, false) }},
	}
}

var storyNow = time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)

func storyThreads() []intake.Thread {
	at := func(ago time.Duration) time.Time { return storyNow.Add(-ago) }
	return []intake.Thread{
		{ID: "thread_a", Channel: "help", Lang: "ru", Via: envelope.PageScript, Urgency: intake.Now, Arrived: at(20 * time.Minute), LastIn: at(20 * time.Minute)},
		{ID: "thread_b", Channel: "help", Lang: "ru", Via: envelope.PageForm, Urgency: intake.Days, Arrived: at(3 * time.Hour), LastIn: at(3 * time.Hour), Files: 2},
		{ID: "thread_c", Channel: "information", Lang: "en", Via: envelope.PageScript, Arrived: at(5 * time.Hour), FirstRead: at(4 * time.Hour), LastIn: at(5 * time.Hour), Assignee: "a"},
		{ID: "thread_d", Channel: "help", Lang: "ce", Via: envelope.Phone, Urgency: intake.Days, Arrived: at(30 * time.Hour), FirstRead: at(30 * time.Hour), LastIn: at(30 * time.Hour), LastOut: at(2 * time.Hour), Assignee: "a"},
		{ID: "thread_e", Channel: "information", Lang: "ru", Via: envelope.Command, Urgency: intake.NotNow, Arrived: at(90 * time.Hour), FirstRead: at(90 * time.Hour), LastIn: at(90 * time.Hour), ClosedAt: at(time.Hour), Assignee: "a", Files: 1},
		{ID: "thread_f", Channel: "information", Lang: "en", Via: envelope.PageForm, Arrived: at(9 * time.Hour), FirstRead: at(8 * time.Hour), LastIn: at(9 * time.Hour), Aside: at(time.Hour), AsideWhy: intake.Spam, Assignee: "b"},
	}
}

func storyChannels() map[string]string {
	return map[string]string{"help": "Help", "information": "Information"}
}

func storyNames() map[string]string {
	return map[string]string{"a": "Example Operator", "b": "Second Operator", "c": "Example Officer", "d": "Example Caseworker"}
}

func storyList(w i18n.Words, threads []intake.Thread) listView {
	return storyListOf(w, threads, query{view: "waits"})
}

func storyListOf(w i18n.Words, threads []intake.Thread, q query) listView {
	v := listView{Frame: ui.Example(w, w.T("Requests"), "/requests", staff.Intake), CanCall: true, CanRule: true}
	v.fill(w, threads, q, storyChannels(), storyNames(), "a", storyNow)
	if len(threads) > 0 {
		v.Asked = []link{{"#", w.T("An answer waits for your yes, since %s", w.Date(storyNow.Add(-8*time.Minute)))}}
		v.Mine = []mineView{{"Invented: night, Russian", "/requests?lang=ru"}}
		f := v.Form.Select("member", w.T("Colleague"), []page.Option{{Value: "b", Label: "Second Operator"}})
		v.HandOver = &f
	}
	if len(threads) > 0 {
		v.Alarms = []alarmLine{{Href: "/requests/thread_b", Text: w.Date(storyNow) + " · " + w.T(kindWords(intake.Watched))}}
		if len(v.Table.Rows) > 2 {
			v.Table.Rows[1].Tone, v.Table.Rows[1].Cells[0].Sub = page.Danger, w.T("Alarm")
			v.Table.Rows[2].Cells[0].Sub = w.T("Written by somebody else")
		}
		v.Troubled = []trouble{{ID: "4f1c22a0", Day: w.Day(clock.Day("2017-04-11")), Why: w.T("No key of this channel opens it: it was damaged on the way, or sealed to a key that is gone.")}}
	}
	return v
}

func storyThread(w i18n.Words, unread bool) threadView {
	v := threadView{Frame: ui.Example(w, w.T("Conversation"), "/requests/thread_a", staff.Intake), ID: "thread_a", Unread: unread,
		Urgency: urgencyBadge(w, intake.Now), State: stateBadge(w, intake.Ours), Left: page.TimeLeft{Words: w, Due: storyNow.Add(9 * time.Minute), Now: storyNow, Danger: true},
		CanReply: true, CanClose: true, CanCase: true, CanTestify: true, CanShare: true}
	v.Share = v.Form.Select("member", w.T("Colleague"), []page.Option{{Value: "a", Label: "Example Caseworker"}})
	v.Caseworker = v.Form.Select("caseworker", w.T("Caseworker"), []page.Option{{Value: "a", Label: "Example Caseworker"}})
	v.Facts = []page.Fact{{Term: w.T("Channel"), Text: "Help", Note: viaName(w, envelope.PageScript)}, {Term: w.T("Arrived"), Text: w.Date(storyNow.Add(-6 * time.Minute))}}
	if unread {
		v.State = stateBadge(w, intake.Unread)
		return v
	}
	v.Answer = newAnswer(w, v.Form, false)
	v.Answer.Meant, v.Answer.Saw = meantField(w, v.Form), 1
	v.Answer.templates(w, v.Form, storyTemplates(), "ru")
	v.Hand, v.Why, v.Hold = v.Form.Select("to", w.T("Colleague"), []page.Option{{Value: "b", Label: "Second Operator"}}), whyField(w, v.Form), holdField(w, v.Form)
	v.EraseDay = v.Form.Date("erase-day", w.T("Erase by")).Optional()
	v.Signs = signTexts(w, []signs.Sign{{Kind: signs.Names, Excerpt: "Назовите имена"}, {Kind: signs.SameText, Count: 3}, {Kind: signs.Burst, Count: 12}})
	v.Here = hereText(w, []intake.Here{{Member: "b", Writing: true}}, storyNames())
	join := v.Form.Select("into", w.T("The other conversation"), []page.Option{{Value: "thread_b", Label: "RU"}})
	v.Join = &join
	v.Card = card(w, v.Form, v.ID, intake.Agreed{}, intake.Card{}, storyNow, nil)
	v.Said = []said{
		{ID: "1", Thread: "thread_a", Who: w.T("The sender"), When: w.Date(storyNow.Add(-6 * time.Minute)), Theirs: true, Lang: "ru", Text: "Выдуманный пример. Брату угрожают, он у знакомых и не может вернуться домой.",
			Answers: storyAnswers(w), Files: []attachment{
				attach(w, "#", 0, envelope.File{Name: "photo-1.jpg", Size: 240_000, State: envelope.Cleaned}),
				attach(w, "#", 1, envelope.File{Name: "photo-1-original.jpg", Size: 260_000, State: envelope.Original}),
				attach(w, "#", 2, envelope.File{Kind: envelope.Voice, Type: "audio/webm", Size: 90_000}),
			},
			Beside: []beside{{Who: w.T("Translation by %s, %s", "Second Operator", w.Date(storyNow.Add(-3*time.Minute))), Lang: "en", Text: "Invented example. My brother is threatened, he is with acquaintances and cannot go home."}}},
		{ID: "2", Thread: "thread_a", Who: w.T("%s, to the sender", "Example Operator"), When: w.Date(storyNow.Add(-4 * time.Minute)), Mine: true, Text: "Мы прочитали. Сейчас важно оставаться там, где он есть. Когда безопасно писать вам?"},
		{ID: "3", Thread: "thread_a", Who: w.T("%s, for colleagues only", "Example Operator"), When: w.Date(storyNow.Add(-3 * time.Minute)), Tone: page.Wait, Text: "Invented example: asked the duty caseworker to join."},
	}
	return v
}

func storyAnswers(w i18n.Words) []answer {
	q, text := asked(w, nil, envelope.Answer{Question: "danger", Values: []string{"now"}})
	people, _ := asked(w, nil, envelope.Answer{Question: "people"})
	return []answer{{q, text}, {people, w.T("skipped")}}
}
