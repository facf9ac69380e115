package purseweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the room's pages in their states, with invented donors.
func Stories() []ui.Story {
	one := func(name, title, path string, f func(ui.Frame) view) ui.Story {
		return ui.Story{Name: "money/" + name, Set: pages, Template: "purse", View: func(w i18n.Words) any {
			return f(ui.Example(w, w.T(title), path, staff.Finance))
		}}
	}
	form := func(f ui.Frame) page.Form { return page.Form{Words: f.Words} }
	names := map[string]string{"member_a": "Anna Example", "member_b": "Boris Example"}
	me := staff.Actor{Member: staff.Member{ID: "member_b", Roles: staff.Roles{staff.Finance}}}
	rate := purse.Rate{ID: "rate_x", Currency: "RUB", Day: "2017-04-10", Rate: "0.01653", Source: "An invented bank, reference rate", By: "member_a"}
	return []ui.Story{
		one("dash-empty", i18n.Key("Money"), "/money", func(f ui.Frame) view {
			return dashView(f, purse.Dashed("EUR", "2017", nil, nil, nil, nil), form(f), true)
		}),
		one("dash", i18n.Key("Money"), "/money", func(f ui.Frame) view {
			return dashView(f, purse.Dashed("EUR", "2017", []purse.Grant{storyGrant()}, map[string]int{"housing": 300, "travel": 450}, storySums(), storyHeads()), form(f), true)
		}),
		one("grants-empty", i18n.Key("Grants"), "/money/grants", func(f ui.Frame) view { return grantsView(f, nil, true) }),
		one("grants", i18n.Key("Grants"), "/money/grants", func(f ui.Frame) view {
			return grantsView(f, []purse.Burn{storyBurn("2017-08-10"), storyBurn("2017-05-02")}, true)
		}),
		one("grant-out", i18n.Key("A grant"), "/money/grants/grant_x", func(f ui.Frame) view { return grantView(f, storyBurn("2017-08-10"), true) }),
		one("grant-new", i18n.Key("A grant"), "/money/grants/grant_x", func(f ui.Frame) view {
			b := purse.BurnOf(storyGrant(), nil, clock.Day("2017-03-10"))
			return grantView(f, b, false)
		}),
		one("grant-form", i18n.Key("A grant"), "/money/grants/new", func(f ui.Frame) view { return grantForm(f, storyGrant(), form(f)) }),
		one("grant-wrong", i18n.Key("A grant"), "/money/grants/new", func(f ui.Frame) view {
			return grantForm(f, purse.Grant{}, page.Form{Words: f.Words, Errors: []fault.Field{{Name: "donor", Message: "Say who gives it."}}, Message: "Please mend what is marked."})
		}),
		one("rates", i18n.Key("Rates"), "/money/rates", func(f ui.Frame) view {
			return ratesView(f, []purse.Rate{rate}, names, "EUR", form(f), true)
		}),
		one("limits", i18n.Key("Limits"), "/money/limits", func(f ui.Frame) view {
			now := []purse.Limit{{Currency: "EUR", Minor: 500_00}, {Role: staff.Caseworker, Line: "housing", Currency: "EUR", Minor: 800_00}}
			wait := purse.Proposal{Motion: purse.Motion{ID: "motion_x", By: "member_a", Second: true}, Limits: now[:1]}
			return limitsView(f, purse.LimitsView{Now: now, Waiting: []purse.Proposal{wait}}, names, "member_b", form(f))
		}),
		one("bills", i18n.Key("Our own bills"), "/money/bills", func(f ui.Frame) view {
			b := purse.Bill{Money: cases.Money{Minor: 1_200_00, Currency: "EUR"}, Line: "staff", What: "Invented: two nights on duty", Day: "2017-04-10"}
			return billsView(f, []purse.Paid{{Motion: purse.Motion{ID: "motion_w", By: "member_a", Second: true}, Bill: b}, {Motion: purse.Motion{ID: "motion_y", By: "member_a"}, Bill: b}}, []purse.Grant{storyGrant()}, names, me, form(f))
		}),
		one("report-empty", i18n.Key("Donor report"), "/money/report", func(f ui.Frame) view {
			a := purse.Ask{From: "2017-01", To: "2017-12"}
			return reportView(askView(f, a, nil, form(f)), purse.Reckon(a, purse.Grant{}, "EUR", nil, nil), true)
		}),
		one("report", i18n.Key("Donor report"), "/money/report", func(f ui.Frame) view {
			a := purse.Ask{From: "2017-04", To: "2017-12"}
			return reportView(askView(f, a, []purse.Burn{storyBurn("2017-08-10")}, form(f)), purse.Reckon(a, purse.Grant{}, "EUR", storySums(), storyHeads()), true)
		}),
	}
}

func storyGrant() purse.Grant {
	return purse.Grant{ID: "grant_x", Version: 1, By: "member_a", At: time.Date(2017, 4, 1, 9, 0, 0, 0, time.UTC), Terms: purse.Terms{Donor: "Example Foundation (invented)", Title: "Way out", Amount: cases.Money{Minor: 60_000_00, Currency: "EUR"},
		From: "2017-04-01", To: "2018-03-31", Lines: []string{"travel", "housing"}, Countries: []string{"DE", "LT"}, Whom: []string{"adult", "family"}, Ceilings: map[string]int64{"housing": 30_000_00}}}
}

func storyBurn(today clock.Day) purse.Burn { return purse.BurnOf(storyGrant(), storySums(), today) }

func storySums() (out []cases.Spent) {
	for i, m := range []string{"2017-04", "2017-05", "2017-06", "2017-07", "2017-08"} {
		n := int64(i+1) * 2_350_00
		out = append(out, cases.Spent{Month: m, Line: "travel", Currency: "EUR", Grant: "grant_x", Country: "LT", Priced: true, Minor: n, Base: n, Granted: n, Proven: n / 2, N: 8},
			cases.Spent{Month: m, Line: "housing", Currency: "EUR", Grant: "grant_x", Country: "DE", Priced: true, Minor: n + 100_00, Base: n + 100_00, Granted: n + 100_00, N: 8})
	}
	return append(out, cases.Spent{Month: "2017-05", Line: "medical", Currency: "EUR", Country: "DE", Priced: true, Minor: 310_00, Base: 310_00, N: 1}, cases.Spent{Month: "2017-05", Line: "food", Currency: "GEL", Country: "GE", Minor: 90_00, N: 1})
}

func storyHeads() (out []cases.Head) {
	for _, q := range []string{"2017-Q2", "2017-Q3"} {
		for line, n := range map[string]int{"": 24, "travel": 18, "housing": 12} {
			out = append(out, cases.Head{What: cases.HeadHelped, Span: q, Line: line, N: n})
		}
		out = append(out, cases.Head{What: cases.HeadWhere, Span: q, Line: "DE", N: 14}, cases.Head{What: cases.HeadWhere, Span: q, Line: "LT", N: 9})
	}
	return append(out, cases.Head{What: cases.HeadHelped, Span: "2017-Q2", Line: "medical", N: 1},
		cases.Head{What: cases.HeadAsked, Span: "2017-04", N: 61}, cases.Head{What: cases.HeadEvacuated, Span: "2017-04", N: 22}, cases.Head{What: cases.HeadLeft, Span: "2017-06", N: 9},
		cases.Head{What: cases.HeadNow, Span: "safe", N: 20}, cases.Head{What: cases.HeadNow, Span: "lost", N: 2}, cases.Head{What: cases.HeadWait, Span: "0006", N: 22}, cases.Head{What: cases.HeadSupport, Span: "0105", N: 8})
}
