package caseweb

import (
	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// paperKindWord says what an entry about papers and ways is, in the history.
func paperKindWord(k cases.Kind) string {
	switch k {
	case cases.KindPaper:
		return i18n.Key("Document")
	case cases.KindForm:
		return i18n.Key("Paper to sign")
	case cases.KindHold:
		return i18n.Key("Hold against erasure")
	case cases.KindHeed:
		return i18n.Key("Seen that a document runs out")
	case "application":
		return i18n.Key("Application")
	case "appointment":
		return i18n.Key("Appointment")
	case "decision":
		return i18n.Key("Decision of an office")
	case "expertise":
		return i18n.Key("Opinion of an expert")
	}
	return string(k)
}

func visaWord(k string) string {
	switch k {
	case "humanitarian":
		return i18n.Key("humanitarian")
	case "national":
		return i18n.Key("national, long stay")
	case "short-stay":
		return i18n.Key("short stay")
	case "transit":
		return i18n.Key("transit")
	case "study":
		return i18n.Key("study")
	case "work":
		return i18n.Key("work")
	case "family":
		return i18n.Key("family")
	case "exit":
		return i18n.Key("exit")
	}
	return i18n.Key("it is no visa")
}

func documentStatusWord(s cases.PaperStatus) string {
	switch s {
	case cases.PaperHeld:
		return i18n.Key("They hold it")
	case cases.PaperNeeded:
		return i18n.Key("They need it")
	case cases.PaperApplied:
		return i18n.Key("Asked for, not there yet")
	case cases.PaperTaken:
		return i18n.Key("Taken from them")
	case cases.PaperDestroyed:
		return i18n.Key("Destroyed")
	}
	return i18n.Key("Lost")
}

// documents lists what papers the people of the case hold, need and lost.
func (s show) documents() Block {
	t := &ui.Table{Words: s.Words, Caption: s.T("Documents that people hold, need or lost"), Columns: []ui.Column{{Label: s.T("Document")}, {Label: s.T("Who")}, {Label: s.T("State")}, {Label: s.T("Valid until")}},
		Empty: ui.Empty{Title: s.T("No document is noted yet."), Text: s.T("What somebody holds and needs decides which borders are open to them.")}}
	today := clock.DayOf(s.now)
	for _, x := range s.c.Papers {
		p := x.Content()
		title := s.T(ui.PaperName(p.Kind))
		if p.Visa != "" {
			title += ", " + s.T(visaWord(p.Visa))
		}
		if p.Country != "" {
			title += ", " + p.Country
		}
		tone := page.Plain
		switch {
		case p.Good(today):
			tone = page.Calm
		case p.Status == cases.PaperTaken || p.Status == cases.PaperHeld:
			tone = page.Danger
		}
		badge := page.Badge{Text: s.T(documentStatusWord(p.Status)), Tone: tone}
		if p.Status == cases.PaperHeld && !p.Good(today) {
			badge.Text = s.T("Held, not valid today")
		}
		until := ui.Cell{Text: "—"}
		if p.Until != "" {
			until.Text = s.Day(p.Until)
		}
		t.Rows = append(t.Rows, ui.Row{Href: s.url("/papers/" + x.ID + "/edit"), Cells: []ui.Cell{{Text: title, Sub: p.Number}, {Text: partyLabel(s.Words, s.c.Party(p.Party))}, {Badge: &badge, Sub: p.Words}, until}})
	}
	return Block{ID: "documents", Title: s.T("Documents"), Links: []Link{{s.T("Note a document"), s.url("/papers/new")}}, Table: t}
}

// ending lists the papers that run out soon, each with the button that says it was seen.
func (s show) ending() (all []Block) {
	if s.c.State.Over() {
		return nil
	}
	for _, r := range cases.PaperReminders(s.c.Papers, s.c.Heeds) {
		if s.now.Before(r.From) {
			continue
		}
		x, _ := find(s.c.Papers, r.Item)
		p := x.Content()
		all = append(all, Block{Title: s.T("%s: %s runs out", s.c.Party(p.Party).Code, s.T(ui.PaperName(p.Kind))), Tone: page.Wait, Note: s.T("Valid until %s. You are told 180, 90 and 30 days before, and on the day.", s.Day(p.Until)),
			Form: &Inline{Words: s.Words, Action: s.url("/papers/" + r.Item + "/seen"), Button: s.T("Seen; tell us again nearer to the day")}})
	}
	return all
}

// heed says that the end of a paper was seen.
func (r *Room) heed(c *ui.Context) error {
	return r.done(c, r.Book.Heed(c.Context(), c.Actor, c.ID("case"), c.ID("item")), "/cases/"+c.ID("case")+"/people#documents", "case.kept")
}

func documentForm(k *kit) formView {
	f := k.f
	var p cases.Paper
	seen, id := 0, ids.New("paper")
	for _, x := range k.c.Papers {
		if x.ID == k.item {
			p, seen, id = x.Content(), x.Saw(), x.ID
		}
	}
	if sent := f.Values["paper"]; len(sent) > 0 && ids.Valid("paper", sent[0]) {
		id = sent[0]
	}
	return formView{
		Groups: []Group{{Fields: []page.Field{
			f.Radios("party", k.T("Whose document is it?"), k.parties()).Or(p.Party),
			f.Select("kind", k.T("What is it?"), options(k.Words, cases.PaperKinds(), ui.PaperName)).Or(p.Kind),
			f.Select("visa", k.T("What kind of visa?"), options(k.Words, cases.VisaKinds(), visaWord)).Or(p.Visa),
			f.Radios("status", k.T("Where is it?"), options(k.Words, cases.AllPaperStatuses(), documentStatusWord)).Or(string(p.Status)),
			f.Text("country", k.T("Issued by which country?")).Short().Or(p.Country).Optional().Hint(k.T("Two letters, such as FR.")),
			f.Text("number", k.T("Number")).Or(p.Number).Optional(),
			f.Date("from", k.T("Valid from")).Or(string(p.From)).Optional(),
			f.Date("until", k.T("Valid until")).Or(string(p.Until)).Optional(),
			f.Area("words", k.T("Who has it, what is missing, what was done")).Rows(3).Or(p.Words).Optional(),
		}}},
		Hidden: []ui.Hidden{saw(seen), {Name: "paper", Value: id}}, Back: "/people",
	}
}

func keepDocument(k *kit) (string, string, error) {
	p := cases.Paper{Party: k.Text("party"), Kind: k.Text("kind"), Visa: k.Text("visa"), Status: cases.PaperStatus(k.Text("status")), Country: k.Text("country"), Number: k.Text("number"), From: k.Day("from"), Until: k.Day("until"), Words: k.Text("words")}
	item := k.item
	if item == "" {
		item = k.Text("paper")
	}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.KeepPaper(k.Context.Context(), k.Actor, k.ID("case"), item, k.sawn(), p)
	n, err := kept(s, "case.kept", err)
	return "/people", n, err
}
