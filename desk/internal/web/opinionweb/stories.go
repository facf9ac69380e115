package opinionweb

import (
	"net/url"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

// Stories are the pages of opinions in their states. Everything in them is invented.
func Stories() []ui.Story {
	one := func(form string, change func(*opinion.Opened), me string, f page.Form) func(i18n.Words) any {
		return func(w i18n.Words) any {
			o := example(form)
			change(&o)
			v := frame(w, "Opinion of an expert")
			f.Words = w
			v.Form = f
			return newOpinion(v, o, people(), members(), me)
		}
	}
	as := func(*opinion.Opened) {}
	empty := func(o *opinion.Opened) { o.Content, o.Editions = opinion.Content{}, nil }
	taken := func(o *opinion.Opened) {
		o.Consents = []opinion.Consent{{Scope: opinion.Examine, Given: "2017-04-08", By: "An invented person", How: "asked in Russian", Withdrawn: "2017-04-09"}}
	}
	wrong := page.Form{Values: url.Values{"who": {"A person (invented)"}, "day": {"yesterday"}, "files": {"evidence_x"}, "revision": {"2"}}, Errors: []fault.Field{
		{Name: "day", Message: "Write the day as 2017-04-09. It cannot lie ahead."}, {Name: "files", Message: "One of these is no file of evidence. Copy its number from the end of its page's address."}}}
	edition := func(form string, change func(*opinion.Read)) func(i18n.Words) any {
		return func(w i18n.Words) any {
			o := example(form)
			r := opinion.Read{Opinion: o.Opinion, Signed: o.Editions[0], Frozen: opinion.Frozen{Form: form, Edition: opinion.Edition, Content: o.Content}, Good: true, Newest: 1}
			change(&r)
			return newEdition(frame(w, "Signed opinion"), r, people())
		}
	}
	rows := func(w i18n.Words) any {
		open, closed, gone := example("istanbul").Opinion, example("minnesota").Opinion, example("minnesota").Opinion
		return newList(frame(w, "Opinions of experts"), []opinion.Row{{Opinion: open, Open: true}, {Opinion: closed}, {Opinion: gone, Gone: true}}, people(), "opinion_new")
	}
	return []ui.Story{
		{Name: "opinion/list", Set: pages, Template: "opinions", View: rows},
		{Name: "opinion/list-empty", Set: pages, Template: "opinions", View: func(w i18n.Words) any { return newList(frame(w, "Opinions of experts"), nil, people(), "opinion_new") }},
		{Name: "opinion/form-istanbul", Set: pages, Template: "opinion", View: one("istanbul", as, "member_a", page.Form{})},
		{Name: "opinion/form-minnesota-empty", Set: pages, Template: "opinion", View: one("minnesota", empty, "member_a", page.Form{})},
		{Name: "opinion/form-error", Set: pages, Template: "opinion", View: one("istanbul", as, "member_a", wrong)},
		{Name: "opinion/form-taken-back", Set: pages, Template: "opinion", View: one("istanbul", taken, "member_a", page.Form{})},
		{Name: "opinion/bound", Set: pages, Template: "opinion", View: one("istanbul", func(o *opinion.Opened) { o.Bound, o.Agreed = true, true }, "member_a", page.Form{})},
		{Name: "opinion/asked", Set: pages, Template: "opinion", View: one("istanbul", func(o *opinion.Opened) {
			o.Bound, o.AskedBy, o.Asked = true, "member_b", time.Date(2017, 4, 10, 9, 0, 0, 0, time.UTC)
		}, "member_a", page.Form{})},
		{Name: "opinion/from-elsewhere", Set: pages, Template: "opinion", View: one("istanbul", func(o *opinion.Opened) { o.Author = "member_elsewhere" }, "member_a", page.Form{})},
		{Name: "opinion/edition-from-elsewhere", Set: pages, Template: "edition", View: edition("istanbul", func(r *opinion.Read) { r.Signer = make([]byte, 32) })},
		{Name: "opinion/ties", Set: pages, Template: "ties", View: tied(page.Form{})},
		{Name: "opinion/ties-wrong", Set: pages, Template: "ties", View: tied(page.Form{Values: url.Values{"opinion": {"opinion_x"}}, Errors: []fault.Field{{Name: "opinion", Message: "There is no opinion with this number. Copy it from the opinion's page."}}})},
		{Name: "opinion/ties-none", Set: pages, Template: "ties", View: func(w i18n.Words) any {
			v := frame(w, "Opinions of experts")
			return newTies(v, cases.File{ID: "case_a", Pseudonym: "Grey Heron"}, nil, "expertise_a", v.Now)
		}},
		{Name: "opinion/reader", Set: pages, Template: "opinion", View: one("istanbul", as, "member_b", page.Form{})},
		{Name: "opinion/edition", Set: pages, Template: "edition", View: edition("istanbul", func(*opinion.Read) {})},
		{Name: "opinion/edition-death", Set: pages, Template: "edition", View: edition("minnesota", func(r *opinion.Read) { r.Newest = 2 })},
		{Name: "opinion/edition-wrong", Set: pages, Template: "edition", View: edition("istanbul", func(r *opinion.Read) { r.Good, r.TakenBack = false, "2017-04-09" })},
	}
}

func tied(f page.Form) func(i18n.Words) any {
	return func(w i18n.Words) any {
		v := frame(w, "Opinions of experts")
		f.Words = w
		v.Form = f
		return newTies(v, cases.File{ID: "case_a", Pseudonym: "Grey Heron"}, []opinion.Tie{{Item: "expertise_b", Opinion: opinion.Opinion{ID: "opinion_a", Form: "istanbul", Edition: opinion.Edition, Bound: true}},
			{Item: "expertise_c", Opinion: opinion.Opinion{ID: "opinion_b", Form: "minnesota", Edition: opinion.Edition}, Gone: true}, {Item: "expertise_d", Opinion: opinion.Opinion{ID: "opinion_c", Form: "minnesota", Edition: opinion.Edition}, Not: true}}, "expertise_a", v.Now)
	}
}

func frame(w i18n.Words, title string) ui.Frame {
	return ui.Example(w, w.T(title), "/record/opinions/x", staff.Documenter)
}

func people() map[string]string {
	return map[string]string{"member_a": "Dr Dora (invented)", "member_b": "Daniel (invented)"}
}

func members() []staff.Member {
	return []staff.Member{{ID: "member_a", Name: "Dr Dora (invented)", Active: true, Roles: staff.Roles{staff.Documenter}}, {ID: "member_b", Name: "Daniel (invented)", Active: true, Roles: staff.Roles{staff.Documenter}}}
}

// example is a whole opinion; every word of it is invented.
func example(form string) opinion.Opened {
	f, _ := opinion.Find(form, opinion.Edition)
	c := opinion.Content{Who: "A person (invented)", Code: "Person K7", Files: []string{"evidence_a"}, Claims: []string{"claim_a"}, Answers: map[string]string{}, Expert: opinion.Expert{Name: "Dr Dora (invented)", Role: "Physician", Qualification: "Twelve invented years of forensic medicine."}}
	for _, e := range f.Elements {
		switch e.Kind {
		case opinion.Date:
			c.Answers[e.ID] = "2017-04-08"
		case opinion.Choice:
			c.Answers[e.ID] = e.Options[len(e.Options)-1].ID
		default:
			c.Answers[e.ID] = "Invented words of an answer."
		}
	}
	c.Findings = []opinion.Finding{{What: "Two parallel marks on the back of the left hand, 4 cm long (invented).", From: "A cable (invented).", Degree: f.Degrees[2].ID, Why: "Form and distance (invented)."}}
	for _, s := range opinion.Scopes() {
		c.Consents = append(c.Consents, opinion.Consent{Scope: s, Given: "2017-04-08", By: "A person (invented)", How: "asked by Dr Dora in Russian"})
	}
	return opinion.Opened{Opinion: opinion.Opinion{ID: "opinion_a", Form: form, Edition: opinion.Edition, Author: "member_a", At: noon, Revision: 2, Signed: 1}, Content: c, Holders: []string{"member_a", "member_b"},
		Editions: []opinion.Signed{{Opinion: "opinion_a", Number: 1, By: "member_a", At: noon, Digest: strings.Repeat("5891b5b5", 8), Note: []byte("waylight/v1/opinion\n{…}\n\n— invented AAAA…")}}}
}
