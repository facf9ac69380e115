package intakeweb

import (
	"time"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/wording"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func storyTwo(w i18n.Words, mine bool) threadView {
	v := storyThread(w, false)
	v.Answer.NeedsTwo = true
	d := draft{ID: "draft_a", Who: "Second Operator", When: w.Date(storyNow.Add(-8 * time.Minute)), Text: "Выдуманный пример. Мы прочитали и напишем до вечера.", Ours: "Invented example. We have read it and will write before the evening.", Revision: 2, Asked: true, Mine: mine}
	d.Approvals = ui.Approvals{Words: w, Title: w.T("An answer of two people"), Need: 2, Given: []ui.Approval{{Name: "Second Operator", When: storyNow.Add(-8 * time.Minute)}},
		Who: w.T("a colleague who can open this conversation and did not write it"), Button: w.T("Agree and send it"), WhyNot: w.T("It is your own draft.")}
	if !mine {
		d.Approvals.Action = "/requests/thread_a/approve"
	}
	v.Drafts = []draft{d}
	return v
}

func storyJoined(w i18n.Words) any {
	v := storyThread(w, false)
	v.Join, v.Joined = nil, []joined{{"thread_b", w.T("Another code, first used on %s", w.Date(storyNow))}}
	v.Said[1].Thread = "thread_b"
	to := v.Form.Checks("recipient", w.T("To which of their codes"), []page.Option{{Value: "thread_a", Label: w.T("the first code")}, {Value: "thread_b", Label: w.T("the other code"), Hint: v.Joined[0].Text}}).
		Hint(w.T("If one of the codes may be in other hands, write to the other one only.")).Or("thread_b")
	v.Answer.To = &to
	v.Aside, v.Second, v.Leaves = true, true, w.T("The clock erases this conversation on %s.", w.Day("2017-05-12"))
	return v
}

// storyConflict is an answer that was refused because somebody wrote meanwhile: the words are still there.
func storyConflict(w i18n.Words) any {
	v := storyThread(w, false)
	v.Form.Message = "Somebody wrote in this conversation meanwhile. Read it, then send or change your answer; it is still here."
	v.Answer.Text = v.Answer.Text.Or("Выдуманный пример ответа, который не пропал.")
	v.Bells = []ui.Bell{{Text: w.T("Somebody says that they are in danger now, and nobody has read it."), Href: "/requests/thread_z", Who: w.T("Called: %s", "Example Operator, Second Operator"), You: true,
		Left: page.TimeLeft{Words: w, Due: storyNow.Add(4 * time.Minute), Now: storyNow, Danger: true}}}
	return v
}

func storyCall(w i18n.Words, id string) callView {
	v := callView{Frame: ui.Example(w, w.T("A phone call"), "/requests/call", staff.Intake), ID: id}
	v.Fields = callFields(w, v.Form)
	if id == "" {
		v.Fields = append(v.Fields, callerFields(w, v.Form, []page.Option{{Value: "help", Label: w.T("Channel")}})...)
		return v
	}
	v.Said = []said{{When: w.Date(storyNow.Add(-2 * time.Minute)), Text: "Invented example: speaks quietly, somebody is in the next room."},
		{When: w.Date(storyNow.Add(-time.Minute)), Text: "Invented example: asks whether a lawyer can be called tomorrow.", Answers: []answer{{w.T("They want to be called back"), "+7 200 000-00-00"}}}}
	return v
}

func storyRota(w i18n.Words, full bool) rotaView {
	v := rotaView{Frame: ui.Example(w, w.T("Who is on duty"), "/requests/rota", staff.Intake)}
	members := []staff.Member{{ID: "a", Name: "Example Operator", Active: true, Roles: staff.Roles{staff.Intake}}, {ID: "b", Name: "Second Operator", Active: true, OnDuty: true, Roles: staff.Roles{staff.Intake}},
		{ID: "c", Name: "Example Officer", Active: true, Roles: staff.Roles{staff.Security}},
		{ID: "d", Name: "Example Caseworker", Active: true, Roles: staff.Roles{staff.Caseworker}}}
	var shifts []duty.Shift
	away := map[string]string{}
	if full {
		away["a"] = "b"
		shifts = []duty.Shift{{ID: "1", Member: "a", Rank: duty.Operator, From: storyNow.Add(-time.Hour), Until: storyNow.Add(7 * time.Hour)},
			{ID: "2", Member: "b", Rank: duty.Second, Channel: "help", Lang: "ru", From: storyNow.Add(-time.Hour), Until: storyNow.Add(7 * time.Hour)},
			{ID: "3", Member: "b", Rank: duty.Operator, From: storyNow.Add(7 * time.Hour), Until: storyNow.Add(15 * time.Hour)},
			{ID: "4", Member: "d", Role: staff.Caseworker, Rank: duty.Operator, From: storyNow.Add(-time.Hour), Until: storyNow.Add(7 * time.Hour)}}
	}
	v.fill(w, shifts, members, storyNames(), storyChannels(), away, staff.Actor{Member: members[0]}, storyNow)
	v.Fields = shiftFields(w, v.Form, []page.Option{{Value: "a", Label: "Example Operator"}}, []page.Option{{Value: "help", Label: "Help"}}, staff.Roles{staff.Security})
	return v
}

func storyAlarms(w i18n.Words, some bool) bellsView {
	v := bellsView{Frame: ui.Example(w, w.T("What rings now"), "/requests/alarms", staff.Intake)}
	if !some {
		return v
	}
	at := func(k duty.Kind, ago time.Duration, step int) duty.Bell {
		return duty.Bell{Alarm: duty.Alarm{Round: duty.Round{Subject: "thread_a", Kind: k}, From: storyNow.Add(-ago), Step: step}, Rung: []string{"a", "b"}}
	}
	calls := []duty.Bell{at(duty.Forced, time.Minute, 0)}
	v.Bells = alarming(w, []intake.Alarm{
		{Thread: "thread_a", Lead: "thread_a", Kind: intake.Watched, At: storyNow.Add(-time.Minute)},
		{Thread: "thread_b", Lead: "thread_b", Kind: intake.Help, At: storyNow.Add(-time.Hour), Member: "a", Acked: storyNow.Add(-time.Hour)},
	}, calls, storyNames())
	v.Bells[0].Href, v.Bells[1].Href = "/requests/thread_a", ""
	for i, b := range []duty.Bell{at(duty.Unread, 17*time.Minute, 2), at(duty.Unanswered, 20*time.Minute, 0), at(duty.Sealed, 16*time.Minute, 1)} {
		x := ringing(w, b, storyNames(), storyNow)
		if i < 2 {
			x.Href = "/requests/thread_a"
		}
		v.Bells = append(v.Bells, x)
	}
	return v
}

func storyTemplates() []wording.Template {
	return []wording.Template{
		{ID: "wording_a", Version: 3, Title: "Invented: first answer", Texts: map[string]wording.Text{"ru": {Words: "Мы прочитали. Напишем до {day}.", Reader: "a"}, "en": {Words: "We have read it. We write before {day}.", Reader: "a"}}},
		{ID: "wording_b", Version: 1, Title: "Invented: no place tonight", Texts: map[string]wording.Text{"en": {Words: "There is no place tonight.", Reader: "b"}, "ru": {Words: "Сегодня места нет.", Machine: true}}},
	}
}

func storyWordings(w i18n.Words, all []wording.Template) wordingsView {
	v := wordingsView{Frame: ui.Example(w, w.T("Templates"), "/templates", staff.Intake)}
	v.Table = wordingTable(w, all)
	return v
}

func storyWording(w i18n.Words) any {
	v := wordingView{Frame: ui.Example(w, w.T("A template"), "/templates/wording_a", staff.Intake), ID: "wording_a", Version: 3, CanWrite: true}
	v.Form = page.Form{Words: w, Errors: []fault.Field{{Name: "text-en", Message: "The words in braces must be the same in every language."}}}
	v.Fields = wordingFields(w, v.Form, storyTemplates()[0])
	v.Versions = []page.Event{{When: w.Date(storyNow), Who: "Example Operator", Title: w.T("Version %d", 3), Text: "Мы прочитали. Напишем до {day}."}}
	return v
}

func storyKeeping(w i18n.Words, some bool) keepingView {
	v := keepingView{Frame: ui.Example(w, w.T("How long conversations are kept"), "/requests/keeping", staff.Security), CanSet: true}
	v.Fields = keepingFields(w, v.Form, intake.Keeping{Closed: 90})
	var due []intake.Leaving
	if some {
		for _, t := range storyThreads() {
			if t.State() == intake.Closed {
				due = append(due, intake.Leaving{Thread: t, Day: clock.Day("2017-05-02")})
			}
		}
	}
	v.Table = leavingTable(w, due, storyChannels())
	return v
}

// storyMail is a conversation by e-mail. It is invented.
func storyMail(w i18n.Words) any {
	v := storyThread(w, false)
	v.IsMail, v.MailWaits, v.MailFailed = true, 1, 1
	f := inviteField(w, v.Form)
	v.Answer.Invite = &f
	v.Facts[0].Note = viaName(w, envelope.Email)
	for _, a := range []envelope.Answer{{Question: intake.QuestionMailFrom, Words: "somebody.invented@example.net"}, {Question: intake.QuestionMailSubject, Words: "Выдуманная тема"}, {Question: intake.QuestionMail, Values: []string{"html", "trouble"}}} {
		q, text := asked(w, nil, a)
		v.Said[0].Answers = append(v.Said[0].Answers, answer{q, text + a.Words})
	}
	return v
}
