package supportweb

import (
	"net/url"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/petition"
)

// Stories are the room's pages in their states. Nobody in them is real.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name, template string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "petition/" + name, Set: set, Template: template, View: view}
	}
	frame := func(w i18n.Words) ui.Frame {
		return ui.Example(w, w.T("Petitions"), "/campaign", staff.Advocate, staff.Editor)
	}
	one := func(change func(*known)) func(w i18n.Words) any {
		return func(w i18n.Words) any {
			k := example()
			change(&k)
			f := frame(w)
			if k.error != nil {
				f.Form.Values = url.Values{"title-en": {"A title"}, "until": {"soon"}}
				f.Form.Errors = []fault.Field{{Name: "title", Message: "Write the title in both languages, on one line."}, {Name: "until", Message: "Write the day as 2017-04-09."}}
			}
			return petitionPage(f, k)
		}
	}
	return []ui.Story{
		story("none", "petitions", func(w i18n.Words) any { return listPage(frame(w), nil, nil, "petition_x", true) }),
		story("many", "petitions", func(w i18n.Words) any {
			a, b, c := example().file.Petition, example().file.Petition, example().file.Petition
			b.State, c.State = supporters.Open, supporters.Closed
			b.Content.Title = campaign.Text{EN: strings.Repeat("A very long title of a petition ", 5), RU: strings.Repeat("Очень длинное название обращения ", 5)}
			return listPage(frame(w), []supporters.Petition{a, b, c}, []page.Option{{Value: "campaign_x", Label: "An invented campaign"}}, "petition_x", true)
		}),
		story("draft", "petition", one(func(*known) {})),
		story("wrong", "petition", one(func(k *known) { k.error = fault.Missing() })),
		story("stopped", "petition", one(func(k *known) {
			k.hits = []publish.Hit{{Paragraph: 4, Level: guard.Block, Kind: guard.Name, Why: guard.Parts, Gap: 1, Words: "Zelimkhan"}, {Paragraph: 5, Level: guard.Ask, Kind: guard.Name, Why: guard.Chance}}
		})),
		story("asked", "petition", one(func(k *known) {
			k.hits = []publish.Hit{{Paragraph: 4, Level: guard.Ask, Kind: guard.Name, Why: guard.Shared}, {Paragraph: 1, Level: guard.Block, Lifted: true, Kind: guard.Phone, Why: guard.Own}}
		})),
		story("agreed", "petition", one(func(k *known) {
			k.file.Approvals = []supporters.Approval{{Member: "member_a", Digest: "d"}, {Member: "member_e", Digest: "d"}}
		})),
		story("open", "petition", one(func(k *known) {
			public(k)
			k.held = []supporters.Group{{Key: "x", Domain: "invented.example", Number: 40}, {Key: "trap", Domain: "other.example", Number: 3}}
		})),
		story("other", "petition", one(func(k *known) { public(k); k.me.ID, k.front, k.file.Troubled = "member_s", 990, 2 })),
		story("handover", "handover", func(w i18n.Words) any {
			k := example()
			public(&k)
			return handPage(frame(w), hand{file: k.file, names: k.names, id: "delivery_x", packs: []supporters.Delivery{{ID: "delivery_y", By: "member_a", At: time.Date(2017, 5, 2, 10, 0, 0, 0, time.UTC), Count: 1000, Named: 12, Kept: 1, Digest: strings.Repeat("ab", 32)}}})
		}),
		story("handover-none", "handover", func(w i18n.Words) any {
			k := example()
			public(&k)
			return handPage(frame(w), hand{file: k.file, names: k.names, id: "delivery_x", report: &supporters.Imported{New: 3, Known: 1}, tried: true})
		}),
		story("handover-wrong", "handover", func(w i18n.Words) any {
			k := example()
			public(&k)
			return handPage(frame(w), hand{file: k.file, names: k.names, id: "delivery_x", text: "name,email", report: &supporters.Imported{Wrong: []table.Wrong{{Line: 3, Column: "email", What: "This is not an e-mail address."}, {What: "This is neither a table nor a page of the Open Supporter Data Interface."}}}})
		}),
		story("removed", "petition", one(func(k *known) {
			public(k)
			k.file.State, k.erase = supporters.Removed, supporters.Erasure{Confirmed: 812, Unconfirmed: 40, Unopened: 3, Packages: 1, Signed: 812}
		})),
		story("erased", "petition", one(func(k *known) {
			public(k)
			k.file.State, k.file.Standings = supporters.Removed, map[supporters.Standing]int{}
		})),
		story("closed", "petition", one(func(k *known) { public(k); k.file.State = supporters.Closed })),
	}
}

func public(k *known) {
	k.file.State, k.file.Holders, k.file.Doubles, k.file.Waiting = supporters.Open, []string{"member_a"}, 61, 12
	k.file.Standings = map[supporters.Standing]int{supporters.Confirmed: 1000, supporters.Waiting: 84, supporters.Held: 43}
	k.file.Tally, k.front = &petition.Tally{Day: "2017-05-02", Total: 980}, 1000
}

func example() known {
	return known{
		me: staff.Actor{Member: staff.Member{ID: "member_a", Name: "Anna (invented)", Roles: staff.Roles{staff.Advocate}}}, names: map[string]string{"member_a": "Anna (invented)", "member_e": "Edith (invented)"}, front: -1, once: "news_x",
		address: func(lang, path string) string { return "https://front.example/" + lang + "/" + path },
		file: supporters.File{Petition: supporters.Petition{ID: "petition_x", Public: strings.Repeat("a", 32), Slug: "safe-passage", State: supporters.Draft, Revision: 2, Digest: "d", Authors: []string{"member_e"},
			Content: supporters.Content{Title: campaign.Text{EN: "Let them pass (invented)", RU: "Дайте им проехать (вымышлено)"}, To: campaign.Text{EN: "The ministers of an invented union", RU: "Министрам вымышленного союза"},
				Body: campaign.Text{EN: "We ask for visas.\n\nNobody shall wait where he is hunted.", RU: "Мы просим виз.\n\nНикто не должен ждать там, где за ним охотятся."}, Until: "2017-12-31", Goal: 5000,
				Letters: []petition.Letter{{Country: "DE", Office: "An invented office", Email: "office@gov.example.org", Lang: "en", Subject: "Visas", Body: "Dear Minister,\n\nplease."}}}}},
	}
}
