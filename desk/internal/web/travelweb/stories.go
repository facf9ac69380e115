package travelweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

var storyNow = time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)

func storyPack(id string, change func(*travel.Pack)) travel.Pack {
	p := travel.Pack{ID: "pack_" + id, Member: "member_anna", Made: storyNow.Add(-20 * time.Hour), Until: storyNow.Add(28 * time.Hour)}
	if change != nil {
		change(&p)
	}
	return p
}

// Stories are the room's pages in their states, with invented people.
func Stories() []ui.Story {
	names := map[string]string{"member_anna": "Anna Example", "member_boris": "Boris Example-With-A-Rather-Long-Surname"}
	files := []cases.File{{ID: "case_a", Pseudonym: "RJ-4071"}, {ID: "case_b", Pseudonym: "ZD-0917", Card: cases.Card{Level: cases.LevelExtreme}}}
	list := func(name string, f func(i18n.Words) listView) ui.Story {
		return ui.Story{Name: "travel/" + name, Set: pages, Template: "list", View: func(w i18n.Words) any { return f(w) }}
	}
	one := func(name string, f page.Form, s travel.Sight, me string) ui.Story {
		return ui.Story{Name: "travel/" + name, Set: pages, Template: "pack", View: func(w i18n.Words) any {
			f.Words = w
			v := sightView(ui.Example(w, w.T("Travel pack"), "/travel/"+s.ID, staff.Caseworker), f, s, files, names, me)
			if v.Suggest != "" {
				v.Suggest = "kotabe lisuro pagine duvomi"
			}
			return v
		}}
	}
	away := storyPack("a", func(p *travel.Pack) { p.Fetched, p.Erased = 1, 1 })
	asked := storyPack("b", func(p *travel.Pack) { p.Needs, p.Member = true, "member_boris" })
	lost := storyPack("c", func(p *travel.Pack) { p.Fetched, p.Ending, p.Until = 2, travel.EndLost, storyNow.Add(-time.Hour) })
	row := func(n int, kind string, o travel.Outcome, file string) travel.Row {
		return travel.Row{ID: "entry_" + string(rune('a'+n)), Pack: away.ID, Number: n, Kind: kind, At: storyNow.Add(-time.Duration(9-n) * time.Hour), Outcome: o, File: file}
	}
	home := travel.Sight{Pack: away, Reason: "Two days at the coast, no line", Files: files[:1], Others: 1,
		Rows:    []travel.Row{row(0, travel.Opened, travel.Kept, ""), row(1, travel.Noted, travel.Kept, "case_a"), row(2, travel.Judged, travel.Rival, "case_a"), row(3, travel.Heard, travel.Told, "case_a"), row(4, travel.Moved, travel.Waits, "case_a"), row(5, travel.Noted, travel.Waits, "")},
		Waiting: map[string]travel.Written{"entry_e": {Kind: travel.Moved, Entry: travel.Entry{What: "arrived", Words: "They sat in the kitchen when I left."}}, "entry_f": {Kind: travel.Noted, Entry: travel.Entry{Words: "Of a case that was erased meanwhile."}}}}
	return []ui.Story{
		list("list", func(w i18n.Words) listView {
			return packList(ui.Example(w, w.T("Travel packs"), "/travel", staff.Caseworker), page.Form{Words: w}, []travel.Pack{away, lost}, []travel.Pack{asked}, nil, files, names, true)
		}),
		list("list-empty", func(w i18n.Words) listView {
			return packList(ui.Example(w, w.T("Travel packs"), "/travel", staff.Caseworker), page.Form{Words: w}, nil, nil, nil, nil, names, true)
		}),
		list("list-wrong", func(w i18n.Words) listView {
			f := page.Form{Words: w, Errors: []fault.Field{{Name: "cases", Message: "Choose at least one case."}, {Name: "until", Message: "Say until when: at most seven days from now. Then the pack ends by itself."}}}
			return packList(ui.Example(w, w.T("Travel packs"), "/travel", staff.Caseworker), f, nil, nil, nil, files, names, true)
		}),
		list("list-officer", func(w i18n.Words) listView {
			return packList(ui.Example(w, w.T("Travel packs"), "/travel", staff.Security), page.Form{Words: w}, nil, []travel.Pack{asked}, []travel.Pack{away, asked, lost}, nil, names, false)
		}),
		one("ready", page.Form{Errors: []fault.Field{{Name: "again", Message: "The two are not the same."}}}, travel.Sight{Pack: storyPack("d", nil), Reason: "A day at the coast", Files: files}, "member_anna"),
		one("asked", page.Form{}, travel.Sight{Pack: asked, Files: files[:1], Others: 2, MayAnswer: true}, "member_anna"),
		one("home", page.Form{}, home, "member_anna"),
		one("lost", page.Form{}, travel.Sight{Pack: lost, Files: files}, "member_anna"),
	}
}
