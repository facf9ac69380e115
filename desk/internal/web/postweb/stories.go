package postweb

import (
	"errors"

	"waylight/desk/internal/post"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the page in its states. The account is invented.
func Stories() []ui.Story {
	set := ui.Must(ui.Parse(templates))
	story := func(name string, view func(w i18n.Words) any) ui.Story {
		return ui.Story{Name: "mail/" + name, Set: set, Template: "mail", View: view}
	}
	frame := func(w i18n.Words) ui.Frame { return ui.Example(w, w.T("E-mail account"), "/mail", staff.Security) }
	channels := []Channel{{"help", "Help"}}
	account := post.Account{Address: "help@example.org", SMTP: post.Server{Host: "mail.example.org", Port: 465}, IMAP: post.Server{Host: "mail.example.org", Port: 993}, User: "help", Password: "x", Channel: "help", Proxy: "socks5h://127.0.0.1:9050"}
	return []ui.Story{
		story("none", func(w i18n.Words) any { return mailPage(frame(w), ours, known{channels: channels}) }),
		story("set", func(w i18n.Words) any {
			return mailPage(frame(w), ours, known{account: account, isSet: true, channels: channels})
		}),
		story("tried", func(w i18n.Words) any {
			return mailPage(frame(w), ours, known{account: account, isSet: true, channels: channels, tried: results(w, nil, errors.New("post: the mailbox does not open with this name and password"))})
		}),
		story("supporters-none", func(w i18n.Words) any {
			return mailPage(ui.Example(w, title(w, supporters), "/mail", staff.Security), supporters, known{channels: channels})
		}),
		story("supporters", func(w i18n.Words) any {
			many := account
			many.Address, many.User, many.PerHour = "news@example.net", "news", 500
			return mailPage(ui.Example(w, title(w, supporters), "/mail", staff.Security), supporters, known{account: many, isSet: true, channels: channels, tally: post.Tally{Waiting: 1204, Handed: 500, Returned: 17}})
		}),
		{Name: "mail/notices", Set: set, Template: "notices", View: func(w i18n.Words) any {
			return noticePage(ui.Example(w, w.T("Notices to me"), "/notices", staff.Intake), post.Wish{On: true, Address: "member.invented@example.net", Lang: "ru"})
		}},
		story("errors", func(w i18n.Words) any {
			f := frame(w)
			f.Form.Errors = []fault.Field{{Name: "address", Message: "Write an e-mail address, such as help@example.org."}, {Name: "smtp-port", Message: "Write a number between 1 and 65535."}}
			return mailPage(f, ours, known{account: account, isSet: true, channels: channels})
		}),
	}
}
