package deskweb

import (
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in their states. All people are invented.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "desk/" + name, Set: set, Template: template, View: view}
	}
	return []ui.Story{
		story("sign-in", "signin", func(w i18n.Words) any { return signInPage(outside(w, w.T("Sign in")), false) }),
		story("sign-in-locked", "signin", func(w i18n.Words) any { return signInPage(outside(w, w.T("Sign in")), true) }),
		story("sign-in-wrong", "signin", func(w i18n.Words) any {
			f := outside(w, w.T("Sign in"))
			f.Form.Message = "Name or passphrase is not right. Check the keyboard language and try again."
			f.Form.Values = map[string][]string{"login": {"example"}}
			return signInPage(f, false)
		}),
		story("papers-none", "papers", func(w i18n.Words) any {
			return papersPage(ui.Example(w, w.T("Papers for a lost passphrase"), "/account/papers", staff.Caseworker), Papers{Members: exampleMembers()}, exampleMembers()[0], "papers_x")
		}),
		story("papers-many", "papers", func(w i18n.Words) any {
			m := exampleMembers()
			now := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
			made := now.AddDate(-1, 0, -3)
			sets := []staff.PaperSet{{Member: m[0].ID, Made: made, Keepers: [3]string{m[1].ID, "", m[1].ID}, Checked: [3]time.Time{made, now.AddDate(0, -2, 0), {}}}, {Member: m[1].ID, Made: made, Keepers: [3]string{m[0].ID, "", ""}}}
			return papersPage(ui.Example(w, w.T("Papers for a lost passphrase"), "/account/papers", staff.Security), Papers{Members: m, Sets: sets, Uses: []staff.PaperUse{{ID: "use_a", Member: m[1].ID, At: now}}}, m[0], "papers_x")
		}),
		story("papers-waiting", "papers", func(w i18n.Words) any {
			return papersPage(ui.Example(w, w.T("Papers for a lost passphrase"), "/account/papers", staff.Caseworker), examplePapers(0), exampleMembers()[0], "papers_x")
		}),
		story("papers-waiting-officer", "papers", func(w i18n.Words) any {
			return papersPage(ui.Example(w, w.T("Papers for a lost passphrase"), "/account/papers", staff.Security), examplePapers(0), exampleMembers()[1], "papers_x")
		}),
		story("papers-what-became", "papers", func(w i18n.Words) any {
			p := examplePapers(1)
			p.Waits[0].Let, p.Waits[0].MayHasten = true, false
			for _, what := range []string{"set", "three", "hastened", "stopped", "fell", "gone"} {
				p.Uses = append(p.Uses, staff.PaperUse{ID: "use_" + what, Member: "member_a", At: exampleNow(), What: what})
			}
			return papersPage(ui.Example(w, w.T("Papers for a lost passphrase"), "/account/papers", staff.Security), p, exampleMembers()[0], "papers_x")
		}),
		story("recover-waits", "waits", func(w i18n.Words) any {
			return waitsPage(outside(w, w.T("Your new passphrase waits")), Recovered{Until: exampleNow().AddDate(0, 0, 3), Held: true})
		}),
		story("home-papers", "home", func(w i18n.Words) any {
			v := homePage(ui.Example(w, w.T("What waits for you"), "/"), exampleWaiting(w))
			p := examplePapers(0)
			v.Papers = []waitPanel{panelOf(v.Frame, p, p.Waits[0], exampleMembers()[0])}
			return v
		}),
		story("papers-sheets", "sheets", func(w i18n.Words) any {
			v := sheetsView{Frame: ui.Example(w, w.T("Print these three papers now"), "/account/papers", staff.Caseworker)}
			for i, k := range []string{"Boris (invented)", "Hanna (invented)", w.T("somebody outside the team")} {
				v.Sheets = append(v.Sheets, Sheet{w.T("Paper %d of 3", i+1), "04N8 EXAM PLE0 0000 1111 2222 3333 4444 5555 6666 7777 8888 9999 AAAA BBBB CCCC DDDD EEE", k})
			}
			return v
		}),
		story("recover", "recover", func(w i18n.Words) any { return recoverPage(outside(w, w.T("A new passphrase from two papers"))) }),
		story("recover-wrong", "recover", func(w i18n.Words) any {
			f := outside(w, w.T("A new passphrase from two papers"))
			f.Form.Errors = []fault.Field{{Name: "two", Message: "These two papers do not belong together."}}
			return recoverPage(f)
		}),
		story("locked", "locked", func(w i18n.Words) any { return lockedView{Frame: outside(w, w.T("Locked")), All: true} }),
		story("home-empty", "home", func(w i18n.Words) any {
			return homePage(ui.Example(w, w.T("What waits for you"), "/", staff.Documenter), Waiting{})
		}),
		story("home-many", "home", func(w i18n.Words) any {
			return homePage(ui.Example(w, w.T("What waits for you"), "/"), exampleWaiting(w))
		}),
		story("members", "members", func(w i18n.Words) any {
			v := membersPage(ui.Example(w, w.T("Members"), "/members", staff.Security), exampleMembers(), "member_b")
			v.CanAdd, v.CanRemove, v.CanChange = true, true, true
			return v
		}),
		story("members-pending", "members", func(w i18n.Words) any {
			v := membersPage(ui.Example(w, w.T("Members"), "/members", staff.Security), exampleMembers(), "member_b")
			v.CanAdd, v.CanRemove, v.Pending = true, true, Pending{Safes: 12, Desk: true}
			return v
		}),
		story("member-remove", "leaver", func(w i18n.Words) any {
			return leaverPage(ui.Example(w, w.T("Remove a member"), "/members/member_a/remove", staff.Security), exampleMembers()[0])
		}),
		story("member-remove-refused", "leaver", func(w i18n.Words) any {
			f := ui.Example(w, w.T("Remove a member"), "/members/member_a/remove", staff.Security)
			f.Form.Message = "You cannot remove yourself. Ask another security officer."
			return leaverPage(f, exampleMembers()[0])
		}),
		story("member-new", "newcomer", func(w i18n.Words) any {
			f := ui.Example(w, w.T("Add a member"), "/members/new", staff.Security)
			f.Form.Values = map[string][]string{"name": {"Example"}, "roles": {"intake"}}
			f.Form.Errors = []fault.Field{{Name: "login", Message: "This name for signing in is taken. Choose another."}}
			return newcomerPage(f)
		}),
		story("member-roles", "roles", func(w i18n.Words) any {
			return rolesPage(ui.Example(w, w.T("Change roles"), "/members/member_a/roles", staff.Security), exampleMembers()[0])
		}),
		story("member-roles-refused", "roles", func(w i18n.Words) any {
			f := ui.Example(w, w.T("Change roles"), "/members/member_a/roles", staff.Security)
			f.Form.Message = "This is the last intake operator: nobody could open new messages. Add another one first."
			return rolesPage(f, exampleMembers()[0])
		}),
		story("account", "account", func(w i18n.Words) any {
			return accountPage(ui.Example(w, w.T("Your account"), "/account", staff.Caseworker), staff.Roles{staff.Intake, staff.Caseworker})
		}),
		story("account-wrong", "account", func(w i18n.Words) any {
			f := ui.Example(w, w.T("Your account"), "/account", staff.Caseworker)
			f.Form.Errors = []fault.Field{{Name: "old", Message: "This is not your passphrase. Check the keyboard language and try again."}, {Name: "again", Message: "This is not the same as above. Type the new passphrase again."}}
			return accountPage(f, staff.Roles{staff.Caseworker})
		}),
		story("clock-behind", "clock", func(w i18n.Words) any {
			return clockPage(ui.Example(w, w.T("The clock"), "/clock", staff.Security), 185*time.Minute, true)
		}),
		story("clock-right", "clock", func(w i18n.Words) any {
			return clockPage(ui.Example(w, w.T("The clock"), "/clock", staff.Caseworker), 0, false)
		}),
		story("outside-right", "outside", func(w i18n.Words) any {
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Caseworker), Outside{Address: "https://help.example.org", At: exampleNow()}, false)
		}),
		story("outside-differs", "outside", func(w i18n.Words) any {
			o := Outside{Address: "https://help.example.org", At: exampleNow(), Warns: true, Differs: []Difference{{"script", "script: it changed since the last look"}, {"pages", "page report/index.html: not what was signed (status 200)"}}}
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Security), o, true)
		}),
		story("outside-silent", "outside", func(w i18n.Words) any {
			o := Outside{Address: "https://help.example.org", At: exampleNow().Add(-5 * time.Hour), Silent: exampleNow(), Warns: true}
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Caseworker), o, false)
		}),
		story("outside-unknown", "outside", func(w i18n.Words) any {
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Caseworker), Outside{}, false)
		}),
		story("outside-not-fetched", "outside", func(w i18n.Words) any {
			o := Outside{Address: "https://help.example.org", At: exampleNow(), Fetch: Fetch{Failing: exampleNow(), Left: 2, Oldest: "2017-04-01", Until: "2017-09-28"}}
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Caseworker), o, false)
		}),
		story("outside-full", "outside", func(w i18n.Words) any {
			o := Outside{Address: "https://help.example.org", At: exampleNow(), Fetch: Fetch{Refuses: "all"}}
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Security), o, false)
		}),
		story("outside-no-files", "outside", func(w i18n.Words) any {
			o := Outside{Address: "https://help.example.org", At: exampleNow(), Fetch: Fetch{Refuses: "files"}}
			return outsidePage(ui.Example(w, w.T("The Front, seen from outside"), "/outside", staff.Caseworker), o, false)
		}),
		story("ledger", "ledger", func(w i18n.Words) any {
			return ledgerPage(ui.Example(w, w.T("Ledger"), "/ledger", staff.Security), exampleLog())
		}),
		story("ledger-empty", "ledger", func(w i18n.Words) any {
			return ledgerPage(ui.Example(w, w.T("Ledger"), "/ledger", staff.Security), Log{})
		}),
	}
}

// outside is the frame of somebody who is not signed in.
func outside(w i18n.Words, title string) ui.Frame {
	return ui.Frame{View: page.View{Words: w, Title: title, Site: "Waylight", Path: "/sign-in", Form: page.Form{Words: w}}}
}

func exampleNow() time.Time { return time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC) }

func exampleWaiting(w i18n.Words) Waiting {
	left := func(d time.Duration, danger bool) *page.TimeLeft {
		return &page.TimeLeft{Words: w, Now: exampleNow(), Due: exampleNow().Add(d), Danger: danger}
	}
	columns := []ui.Column{{Label: "What"}, {Label: "How long it can wait"}, {Label: "Since"}}
	return Waiting{
		Stats: []ui.Stat{
			{Label: "Late check-ins", Value: "1", Note: "25 min", Href: "/cases", Tone: page.Danger},
			{Label: "New requests", Value: "2", Href: "/requests"},
			{Label: "Your approval", Value: "1", Href: "/publish"},
		},
		Groups: []Group{
			{Title: "Check-ins", Href: "/cases", More: "All 3 cases", Table: ui.Table{Words: w, Caption: "Check-ins of your cases", Columns: columns, Rows: []ui.Row{
				{Href: "/cases/a", Tone: page.Danger, Cells: []ui.Cell{{Text: "Sparrow", Sub: "call, then a colleague, then the lawyer"}, {Left: left(-25*time.Minute, true)}, {Text: w.Ago(40 * time.Minute)}}},
				{Href: "/cases/b", Cells: []ui.Cell{{Text: "Lantern"}, {Left: left(40*time.Minute, false)}, {Text: w.Ago(3 * time.Hour)}}},
			}}},
			{Title: "Requests", Href: "/requests", More: "All requests", Table: ui.Table{Words: w, Caption: "Nobody has read these yet", Columns: columns, Rows: []ui.Row{
				{Href: "/requests/a", Cells: []ui.Cell{{Badge: &page.Badge{Text: "In danger now", Tone: page.Danger}, Text: "One person"}, {Left: left(12*time.Minute, true)}, {Text: w.Ago(3 * time.Minute)}}},
				{Href: "/requests/b", Cells: []ui.Cell{{Text: "Information, 2 files"}, {Left: left(20*time.Hour, false)}, {Text: w.Ago(4 * time.Hour)}}},
			}}},
		},
	}
}

// examplePapers are papers of one of the example members that were used.
func examplePapers(whose int) Papers {
	m := exampleMembers()
	used := exampleNow().Add(-5 * time.Hour)
	return Papers{Members: m, Waits: []PaperWait{{PaperWait: staff.PaperWait{ID: "wait_a", Member: m[whose].ID, Used: used, Papers: []int{1, 3}}, Until: used.Add(72 * time.Hour), MayHasten: true}},
		Uses: []staff.PaperUse{{ID: "use_a", Member: m[whose].ID, At: used, What: "waits"}}}
}

func exampleMembers() []staff.Member {
	day := exampleNow()
	return []staff.Member{
		{ID: "member_a", Name: "Example Member", Roles: staff.Roles{staff.Intake, staff.Caseworker}, Active: true, OnDuty: true, Joined: day},
		{ID: "member_b", Name: "Another Example with a Long Name", Roles: staff.AllRoles(), Active: true, Joined: day},
		{ID: "member_c", Name: "Former Example", Roles: staff.Roles{staff.Editor}, Joined: day, Left: day},
	}
}

func exampleLog() Log {
	at := exampleNow()
	return Log{Size: 1204, Whole: true, Before: 1201, Root: "3f9a 11c0 77b2 e4d5 90aa 0c1e 58f3 6b27", Entries: []Line{
		{Seq: 1204, At: at, Actor: "Example Member", Action: "case.opened", Subject: "case_bqk3example"},
		{Seq: 1203, At: at.Add(-time.Minute), Actor: "desk", Action: "checkin.missed", Subject: "checkin_77example"},
		{Seq: 1202, At: at.Add(-time.Hour), Actor: "Another Example", Action: "thread.read", Subject: "thread_x9example"},
	}}
}
