package teamweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/team"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	now := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
	role := staff.Roles{staff.Caseworker}
	who := people{{ID: "member_anna", Name: "Anna (invented)", Roles: role, Active: true}, {ID: "member_boris", Name: "Boris (invented)", Roles: role, Active: true}, {ID: "member_clara", Name: "Clara with a name of some length (invented)", Roles: role, Active: true}}
	c := func() *cases.Case {
		k := &cases.Case{File: cases.File{ID: "case_a", Pseudonym: "RJ-4071", State: cases.Sheltered}, Assigned: []string{"member_anna", "member_boris"}, Until: map[string]time.Time{}}
		k.Parties = []cases.Sheet[cases.Party]{{ID: "party_a", Current: cases.Edition[cases.Party]{Content: cases.Party{Code: "A"}}}}
		return k
	}
	missed := func(k *cases.Case) *cases.Case {
		s := cases.Sign{Clock: watch.Clock{ID: "checkin_a", Due: now.Add(-40 * time.Minute), State: watch.Missed, Next: now.Add(time.Minute)}}
		s.Current.Content = cases.CheckIn{Party: "party_a"}
		k.CheckIns = append(k.CheckIns, s)
		k.Alerts = append(k.Alerts, watch.Alert{Member: "member_anna", Acked: now.Add(-5 * time.Minute)})
		return k
	}
	item := func(id string, kind team.Kind, what string, due time.Duration, grave bool, state team.State, answer string) team.Item {
		a := team.Ask{ID: id, Kind: kind, Owner: "member_boris", By: "member_anna", At: now.Add(-20 * time.Hour), Grave: grave, State: state}
		if due != 0 {
			a.Due = now.Add(due)
		}
		if state != team.Open {
			a.EndedBy, a.Ended = "member_boris", now.Add(-time.Hour)
		}
		return team.Item{Ask: a, Words: team.Words{What: what, Answer: answer}}
	}
	note := team.Note{Situation: "In the second flat since Sunday. Calm, sleeps badly, eats (invented).", Risk: "High: the brother knows the town and has asked at the bus station.", Promised: "A doctor by Friday; the photograph for the visa today.",
		Next: "Tomorrow at nine, we call first, let it ring twice.", Phrases: "In the check-in of this case, page Check-ins.", Never: "Nobody calls the mother. Nobody says the name of the town on the phone.", Open: "The landlord asked for the second key."}
	sheet := cases.Sheet[team.Note]{ID: "handing", Current: cases.Edition[team.Note]{Version: 1, Author: "member_anna", At: now.Add(-time.Hour), Content: note}}
	sheet.History = []cases.Edition[team.Note]{sheet.Current}
	offered := team.Handing{ID: "handing_a", File: "case_a", Code: "RJ-4071", Giver: "member_anna", Taker: "member_boris", Note: 1, State: team.Offered, At: now.Add(-time.Hour), Until: now.Add(23 * time.Hour), Lent: true}
	ended := func(s team.HandingState) team.Handing {
		h := offered
		h.ID, h.State, h.Ended = "handing_"+string(s), s, now.Add(-30*time.Minute)
		return h
	}
	items := []team.Item{
		item("task_a", team.Flag, "The brother asked around at the bus station (invented). Is the flat still safe?", -2*time.Hour, true, team.Open, ""),
		item("task_b", team.Task, "Bring the photograph for the visa.", 5*time.Hour, false, team.Open, ""),
		item("task_c", team.Task, team.TookAction+"Ask the consulate (invented).", 20*time.Hour, false, team.Open, ""),
		item("task_d", team.Flag, "Does the doctor speak Chechen?", 0, false, team.Done, "Yes, and she knows not to write anything down."),
		item("task_e", team.Task, "Find a second telephone.", 0, false, team.Dropped, "They brought their own."),
	}
	full := team.Work{Case: missed(c()), Items: items, Note: sheet, Handings: []team.Handing{ended(team.Declined)}, Backs: map[string]string{"handing_declined": "I am on the road this week."}}
	waits := team.Work{Case: missed(c()), Items: items[:3], Note: sheet, Handings: []team.Handing{offered}, Backs: map[string]string{}}
	empty := team.Work{Case: c()}
	leaves := []team.Leave{{ID: "leave_a", Member: "member_anna", Deputy: "member_boris", From: now.Add(-24 * time.Hour), Until: now.Add(200 * time.Hour)}, {ID: "leave_b", Member: "member_clara", From: now.Add(48 * time.Hour), Until: now.Add(300 * time.Hour), Bare: 2}}
	gaps := []team.Gap{{Cover: team.Cover{File: "case_a", Code: "RJ-4071"}, Since: now, Mine: true}, {Cover: team.Cover{File: "case_b", Code: "QD-1180"}, Since: now.Add(48 * time.Hour)}}
	loads := []team.Load{{Member: who[1], Cases: 3, CheckIns: 1, Levels: map[cases.Level]int{cases.LevelLow: 3}, Next: leaves[1]}, {Member: who[2], Cases: 14, CheckIns: 9, Tasks: 6, Late: 2, Nights: 4, Levels: map[cases.Level]int{cases.LevelExtreme: 1, cases.LevelHigh: 4}}, {Member: who[0], Cases: 7, Levels: map[cases.Level]int{}, Away: leaves[0]}}
	leave := func(w i18n.Words, roles ...staff.Role) ui.Frame {
		return ui.Example(w, w.T("Who is away"), "/leave", roles...)
	}
	officer := staff.Member{ID: "member_hanna", Name: "Hanna (invented)", Roles: staff.Roles{staff.Security}, Active: true}
	story := func(name, title, template string, view func(ui.Frame) any, change func(*ui.Frame)) ui.Story {
		return ui.Story{Name: "team/" + name, Set: pages, Template: template, View: func(w i18n.Words) any {
			f := ui.Example(w, w.T(title, "RJ-4071"), "/cases/case_a/work", staff.Caseworker)
			if change != nil {
				change(&f)
			}
			return view(f)
		}}
	}
	wrong := func(name, message string) func(*ui.Frame) {
		return func(f *ui.Frame) { f.Form.Errors = []fault.Field{{Name: name, Message: message}} }
	}
	tasks := i18n.Key("Case %s: tasks and handover")
	handover := i18n.Key("Handover of case %s")
	offer := func(w i18n.Words) ui.Frame {
		return ui.Example(w, w.T("Hand the case over"), "/cases/case_a/handover", staff.Caseworker)
	}
	return []ui.Story{
		story("work-empty", tasks, "work", func(f ui.Frame) any { return makeWork(f, empty, "member_anna", who, "task_x") }, nil),
		story("work-many", tasks, "work", func(f ui.Frame) any { return makeWork(f, full, "member_anna", who, "task_x") }, nil),
		story("work-offered", tasks, "work", func(f ui.Frame) any { return makeWork(f, waits, "member_anna", who, "task_x") }, nil),
		story("work-wrong", tasks, "work", func(f ui.Frame) any { return makeWork(f, empty, "member_anna", who, "task_x") }, wrong("what", "Say what is to be done, or what somebody is to look at.")),
		{Name: "team/offer", Set: pages, Template: "offer", View: func(w i18n.Words) any { return makeOffer(offer(w), empty, "member_anna", who, loads, "handing_x") }},
		{Name: "team/offer-wrong", Set: pages, Template: "offer", View: func(w i18n.Words) any {
			f := offer(w)
			wrong("never", "Say what must not happen.")(&f)
			return makeOffer(f, full, "member_anna", who, loads, "handing_x")
		}},
		{Name: "team/note", Set: pages, Template: "offer", View: func(w i18n.Words) any {
			return makeNote(ui.Example(w, w.T("The note of the handover"), "/handovers", staff.Caseworker), offered, waits)
		}},
		story("handing-taker", handover, "handing", func(f ui.Frame) any { return makeHanding(f, offered, waits, "member_boris", who) }, nil),
		story("handing-giver", handover, "handing", func(f ui.Frame) any { return makeHanding(f, offered, waits, "member_anna", who) }, nil),
		story("handing-wrong", handover, "handing", func(f ui.Frame) any { return makeHanding(f, offered, waits, "member_boris", who) }, wrong("read", "Read the note, and say that you have.")),
		{Name: "team/handovers", Set: pages, Template: "handovers", View: func(w i18n.Words) any {
			f := ui.Example(w, w.T("Handovers"), "/handovers", staff.Caseworker)
			return makeList(f, []team.Handing{offered, ended(team.Accepted), ended(team.Declined), ended(team.Withdrawn), ended(team.Lapsed)}, []team.Handing{ended(team.Accepted), ended(team.Declined), ended(team.Lapsed)}, "member_boris", who)
		}},
		{Name: "team/leave-empty", Set: pages, Template: "leave", View: func(w i18n.Words) any {
			return makeLeave(leave(w, staff.Caseworker), nil, nil, nil, who[0], who, "leave_x")
		}},
		{Name: "team/leave-refused", Set: pages, Template: "leave", View: func(w i18n.Words) any {
			f := leave(w, staff.Caseworker)
			f.Form.Message = "While you are away nobody could open some of your cases. They are named below: hand them over, lend them, or say that you know it."
			return makeLeave(f, leaves[:1], nil, []team.Cover{{File: "case_a", Code: "RJ-4071", Good: []string{"member_anna"}}}, who[0], who, "leave_x")
		}},
		{Name: "team/leave-officer", Set: pages, Template: "leave", View: func(w i18n.Words) any {
			return makeLeave(leave(w, staff.Security), leaves, gaps, nil, officer, append(who, officer), "leave_x")
		}},
		{Name: "team/load", Set: pages, Template: "load", View: func(w i18n.Words) any {
			return makeLoad(ui.Example(w, w.T("Load"), "/load", staff.Caseworker), loads, 2)
		}},
		{Name: "team/load-empty", Set: pages, Template: "load", View: func(w i18n.Words) any {
			return makeLoad(ui.Example(w, w.T("Load"), "/load", staff.Security), nil, 0)
		}},
		{Name: "team/handovers-empty", Set: pages, Template: "handovers", View: func(w i18n.Words) any {
			return makeList(ui.Example(w, w.T("Handovers"), "/handovers", staff.Caseworker), nil, nil, "member_boris", who)
		}},
	}
}
