package letterbox

import (
	"net/url"
	"strings"
	"time"

	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Assets are the files that this room's pages name.
func Assets() (*page.Assets, error) {
	p, err := load()
	return p.assets, err
}

// Stories are the states of every page, for the storybook. People and places in
// them are invented.
func Stories() ([]page.Story, error) {
	p, err := load()
	if err != nil {
		return nil, err
	}
	team := func(w i18n.Words) string {
		return teamName(map[string]string{"en": "Invented Harbour", "ru": "Выдуманная гавань"}, w.Tag())
	}
	view := func(w i18n.Words, title string) page.View { return frame(w, "", w.T(title), "", "", "", true) }
	form := func(w i18n.Words, f forms.Form, typed url.Values, errs ...fault.Field) any {
		v := view(w, "Write to us")
		v.Form.Values, v.Form.Errors = typed, errs
		s := sheet(v, f)
		s.Team, s.Channel = team(w), f.ID
		return s
	}
	story := func(name, template string, view func(i18n.Words) any) page.Story {
		return page.Story{Name: name, Set: p.pages, Template: template, View: view}
	}
	all := []page.Story{
		story("home/open", "home", func(w i18n.Words) any {
			return homeView{View: view(w, "Write to us"), Prefix: "/" + w.Tag(), Team: team(w), Report: "/p/en/situation"}
		}),
		story("home/urgent", "home", func(w i18n.Words) any {
			return homeView{View: view(w, "Write to us"), Prefix: "/" + w.Tag(), Team: team(w), Urgent: "000 (invented), day and night"}
		}),
		story("help/first", "sheet", func(w i18n.Words) any { return form(w, forms.Help(), nil) }),
		story("help/wrong", "sheet", func(w i18n.Words) any {
			typed := url.Values{"text": {strings.Repeat("Long words stay as they were. ", 8)}, "q.people": {"2-5"}, "q.place.later": {"1"}}
			return form(w, forms.Help(), typed, fault.Field{Name: "q.danger", Message: "Please choose one of the answers, or none."})
		}),
		story("help/closed", "sheet", func(w i18n.Words) any { return sheet(view(w, "Write to us"), forms.Help()) }),
		story("information/first", "sheet", func(w i18n.Words) any { return form(w, forms.Information(), nil) }),
		story("code/shown", "code", func(w i18n.Words) any {
			return codeView{View: view(w, "Your code"), Prefix: "/" + w.Tag(), Team: team(w), Groups: [8]string{"1234", "5678", "9012", "3456", "7890", "1234", "5678", "9012"}, Listed: "bread 12.34\nmilk 56.78\ntea 90.12\nsugar 34.56\nrice 78.90\nsoap 12.34\noil 56.78\nsalt 90.12\n", Second: [8]string{"0987", "6543", "2109", "8765", "4321", "0987", "6543", "2109"}, Signs: asks(page.Form{Words: w}, forms.Signs())}
		}),
		story("lost/told", "lost", func(w i18n.Words) any {
			v := homeView{View: view(w, "If a code is lost or somebody took it")}
			v.Prefix = prefix(v.View)
			return v
		}),
		story("mailbox/ask", "mailbox", func(w i18n.Words) any { return mailboxView{View: view(w, "Read an answer"), Prefix: "/" + w.Tag()} }),
		story("mailbox/wrong", "mailbox", func(w i18n.Words) any {
			v := view(w, "Read an answer")
			v.Form.Values = url.Values{"code": {"1234 5678 9"}}
			v.Form.Errors = []fault.Field{{Name: "code", Message: "The code has 32 digits. Some are missing."}}
			return mailboxView{View: v, Prefix: "/" + w.Tag()}
		}),
		story("erased/done", "erased", func(w i18n.Words) any { return homeView{View: view(w, "Erased"), Prefix: "/" + w.Tag()} }),
		story("problem/ours", "problem", func(w i18n.Words) any {
			return problemView{View: view(w, "This did not work"), Prefix: "/" + w.Tag(), Text: w.T("Something went wrong on our side. Nothing you did caused it."), ID: "problem_abcdefghijklmnopqrstuvwxyz"}
		}),
		story("safety/full", "safety", func(w i18n.Words) any {
			return safetyView{View: view(w, "How we protect you"), Prefix: "/" + w.Tag(), Team: team(w), Ways: []string{"inventedinventedinventedinventedinventedinventedinvented.onion"},
				Fingerprint: []string{"01234", "12345", "23456", "34567", "45678", "56789", "00001", "00002"}}
		}),
		story("calendar/month", "calendar", func(w i18n.Words) any { return month(w, time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)) }),
	}
	return append(append(all, conversations(p.pages, view)...), petitionStories(p.pages, view)...), nil
}

func conversations(set *page.Set, view func(i18n.Words, string) page.View) []page.Story {
	talk := func(w i18n.Words, sent bool, list ...message) any {
		return conversationView{View: view(w, "Answers"), Prefix: "/" + w.Tag(), CanWrite: true, Sent: sent, Messages: list, Arrange: asks(page.Form{Words: w}, forms.Arrange()), Arranging: sent}
	}
	one := message{From: "team", Day: "9 April 2017", Text: "We have read your message.\nCan you wait until tomorrow evening?"}
	return []page.Story{
		{Name: "conversation/empty", Set: set, Template: "conversation", View: func(w i18n.Words) any { return talk(w, false) }},
		{Name: "conversation/unused", Set: set, Template: "conversation", View: func(w i18n.Words) any {
			return conversationView{View: view(w, "Answers"), Prefix: "/" + w.Tag(), CanWrite: true, Unused: true, Arrange: asks(page.Form{Words: w}, forms.Arrange())}
		}},
		{Name: "conversation/lost", Set: set, Template: "conversation", View: func(w i18n.Words) any {
			return conversationView{View: view(w, "Answers"), Prefix: "/" + w.Tag(), CanWrite: true, Lost: true, Arrange: asks(page.Form{Words: w}, forms.Arrange())}
		}},
		{Name: "conversation/one", Set: set, Template: "conversation", View: func(w i18n.Words) any { return talk(w, true, one) }},
		{Name: "conversation/many", Set: set, Template: "conversation", View: func(w i18n.Words) any {
			long := message{From: "team", Day: "11 April 2017", Text: strings.Repeat("Averylongwordwithoutanyspace", 12)}
			return talk(w, false, message{Day: "8 April 2017", Mark: true}, one, long, message{Unopened: true})
		}},
	}
}
