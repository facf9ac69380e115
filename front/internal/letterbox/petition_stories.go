package letterbox

import (
	"net/url"
	"strings"

	"waylight/front/internal/signatures"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/petition"
)

// petitionStories are the states of the pages about petitions. Nobody in them is real.
func petitionStories(set *page.Set, view func(i18n.Words, string) page.View) []page.Story {
	story := func(name, template string, v func(i18n.Words) any) page.Story {
		return page.Story{Name: "petition/" + name, Set: set, Template: template, View: v}
	}
	sign := func(counts map[string]int, today string, typed url.Values, errs []fault.Field, change func(*petitionView)) func(i18n.Words) any {
		return func(w i18n.Words) any {
			base := view(w, "Petition")
			base.Form.Values, base.Form.Errors = typed, errs
			p := exampleStatement()
			v := showPetition(base, p, petition.Public("2017-05-02", counts), "2017-05-02", "https://front.example")
			if today > string(p.Until) {
				v.Open = false
			}
			change(&v)
			return v
		}
	}
	same := func(*petitionView) {}
	many := map[string]int{"DE": 1204, "FR": 311, "RU": 57, "LT": 3, "GB": 2}
	code := petition.Code("0123456789ABCDEFGHJK")
	press := func(change func(*pressView)) func(i18n.Words) any {
		return func(w i18n.Words) any {
			v := pressView{View: view(w, "Confirm"), Code: code.Groups(), Head: "Let them pass (invented)"}
			v.Prefix = prefix(v.View)
			v.Field = v.Form.Text("code", w.T("The code from the message")).Hint(w.T("20 letters and digits. Blanks and hyphens do not matter."))
			change(&v)
			return v
		}
	}
	leave := func(change func(*leaveView)) func(i18n.Words) any {
		return func(w i18n.Words) any {
			v := leaveView{View: view(w, "Your signature"), Head: "Let them pass (invented)", Action: "/en/leave/" + string(code)}
			v.Prefix = prefix(v.View)
			change(&v)
			return v
		}
	}
	return []page.Story{
		story("none", "petitions", func(w i18n.Words) any { return petitionsView{View: view(w, "Petitions"), Prefix: "/" + w.Tag()} }),
		story("list", "petitions", func(w i18n.Words) any {
			return petitionsView{View: view(w, "Petitions"), Prefix: "/" + w.Tag(), List: []petitionLine{
				{"#", "Let them pass (invented)", "The ministers of an invented union", howMany(w, 1577)},
				{"#", strings.Repeat("Averylongwordwithoutanyspace", 4), "An office", howMany(w, 3)},
			}}
		}),
		story("open", "petition", sign(many, "2017-05-02", nil, nil, same)),
		story("wrong", "petition", sign(nil, "2017-05-02", url.Values{"name": {"www.invented.example"}, "email": {"nobody"}, "country": {"DE"}, "wish": {"updates"}},
			[]fault.Field{{Name: "name", Message: "Write your name on one line, without the address of a page."}, {Name: "email", Message: "Write an e-mail address, such as name@example.org."}}, same)),
		story("signed", "petition", sign(many, "2017-05-02", nil, nil, func(v *petitionView) { v.Done = true })),
		story("closed", "petition", sign(many, "2018-05-02", nil, nil, same)),
		story("letter", "letter", func(w i18n.Words) any { return showLetter(view(w, "Letter"), exampleStatement().Statement, "") }),
		story("letter-shown", "letter", func(w i18n.Words) any { return showLetter(view(w, "Letter"), exampleStatement().Statement, "DE") }),
		story("letter-none", "letter", func(w i18n.Words) any { return showLetter(view(w, "Letter"), exampleStatement().Statement, "FR") }),
		story("press", "press", press(func(*pressView) {})),
		story("typed", "press", press(func(v *pressView) {
			v.Code = ""
			v.Form.Message = signatures.ErrCode.Message
		})),
		story("pressed", "press", press(func(v *pressView) { v.Done, v.Share = true, "#" })),
		story("leave", "leave", leave(func(*leaveView) {})),
		story("stopped", "leave", leave(func(v *leaveView) { v.Stopped = true })),
		story("erased", "leave", leave(func(v *leaveView) { v.Erased = true })),
	}
}

func exampleStatement() signatures.Statement {
	return signatures.Statement{Statement: petition.Statement{
		Name: map[string]string{"en": "Invented Harbour", "ru": "Выдуманная гавань"}, ID: strings.Repeat("a", 32), Slug: "safe-passage", Recipient: "age1pq1", Until: "2017-12-31", Goal: 5000,
		Words: map[string]petition.Words{
			"en": {Title: "Let them pass (invented)", To: "The ministers of an invented union", Paragraphs: []string{"We ask for visas.", "Nobody shall wait where he is hunted."}},
			"ru": {Title: "Дайте им проехать (вымышлено)", To: "Министрам вымышленного союза", Paragraphs: []string{"Мы просим виз.", "Никто не должен ждать там, где за ним охотятся."}},
		},
		Letters: []petition.Letter{{Country: "DE", Office: "The Minister of an invented country", Email: "office@gov.example.org", Lang: "en", Subject: "Visas", Body: "Dear Minister,\n\nplease give them visas."}},
		Tally:   &petition.Tally{Day: "2017-05-01", Total: 1500},
	}}
}
