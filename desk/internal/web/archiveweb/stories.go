package archiveweb

import (
	"net/url"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the pages in their states. Everything in them is invented.
func Stories() []ui.Story {
	terms := func(name string, a asked, form page.Form, terms ...vocabulary.Term) ui.Story {
		return ui.Story{Name: "archive/" + name, Set: pages, Template: "vocabulary", View: func(w i18n.Words) any {
			f := frame(w, "Vocabulary", "/record/vocabulary")
			if form.Values != nil {
				form.Words = w
				f.Form = form
			}
			v, err := newTerms(f, vocabulary.NewBook(terms), a, "2017-04-09", true)
			if err != nil {
				panic(err) // a story without its term
			}
			return v
		}}
	}
	return []ui.Story{
		terms("vocabulary", asked{}, page.Form{}, exampleTerms()...),
		terms("vocabulary-plain", asked{Plain: "they burned his passport, забрали телефон"}, page.Form{}, exampleTerms()...),
		terms("vocabulary-nothing", asked{Plain: "…"}, page.Form{}),
		terms("vocabulary-level", asked{List: vocabulary.Acts, Under: "040000000000"}, page.Form{}, exampleTerms()...),
		terms("vocabulary-own", asked{List: vocabulary.Acts, Under: "X0001"}, page.Form{Values: url.Values{"ru": {"Обыск планшета"}}, Errors: []fault.Field{{Name: "en", Message: "Write the term in English; other languages may follow."}}}, exampleTerms()...),
		{Name: "archive/codes", Set: pages, Template: "codes", View: func(w i18n.Words) any { return codesStory(w, asked{Plain: "his brother threatened to kill him"}, true) }},
		{Name: "archive/codes-read", Set: pages, Template: "codes", View: func(w i18n.Words) any { return codesStory(w, asked{}, false) }},
	}
}

func frame(w i18n.Words, title, path string) ui.Frame {
	return ui.Example(w, w.T(title), path, staff.Documenter, staff.Analyst)
}

func exampleTerms() []vocabulary.Term {
	name := "types_of_acts"
	return []vocabulary.Term{
		{List: vocabulary.Acts, Name: name, Code: "040000000000", Layer: vocabulary.Base, Names: map[string]string{"en": "Violations against the right to privacy", "ru": "Нарушения права на неприкосновенность частной жизни", "fr": "Violations du droit à la vie privée"}},
		{List: vocabulary.Acts, Name: name, Code: "040101000000", Parent: "040000000000", Layer: vocabulary.Base, Names: map[string]string{"en": "Illegal search / raid", "ru": "Незаконный обыск / рейд"}},
		{List: vocabulary.Acts, Name: name, Code: "X0001", Parent: "W07", Layer: vocabulary.Own, Names: map[string]string{"en": "Search of a tablet"}, From: "2017-04-01"},
		{List: "39", Name: "sex", Code: "010000000000", Layer: vocabulary.Base, Names: map[string]string{"en": "Female", "ru": "Женский"}},
	}
}

func exampleIncident() record.Incident {
	return record.Incident{ID: "incident_a", Title: "Detentions in a region (invented)", Place: "A region", Span: "2017-02/2017-04"}
}

func codesStory(w i18n.Words, a asked, may bool) any {
	have := []vocabulary.Coding{{List: vocabulary.Acts, Code: "W07", Note: "at a checkpoint"}, {List: vocabulary.Acts, Code: "X0001"}}
	return newCodes(frame(w, "Codes", "/record/codes/x"), vocabulary.NewBook(exampleTerms()), "deed_a", record.Place{Incident: exampleIncident(), Act: record.Blackmail}, have, a, "2017-04-09", may)
}
