package archiveweb

import (
	"net/url"
	"time"

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
		{Name: "archive/origins", Set: pages, Template: "origins", View: func(w i18n.Words) any { return originsStory(w) }},
		{Name: "archive/origins-empty", Set: pages, Template: "origins", View: func(w i18n.Words) any {
			return newOrigins(frame(w, "Origins", "/record/origins"), record.Origins{}, nil, false)
		}},
		{Name: "archive/search", Set: pages, Template: "search", View: func(w i18n.Words) any { return searchStory(w, exampleHits()) }},
		{Name: "archive/search-nothing", Set: pages, Template: "search", View: func(w i18n.Words) any { return searchStory(w, record.Hits{}) }},
		{Name: "archive/tables", Set: pages, Template: "tables", View: func(w i18n.Words) any {
			return newTables(frame(w, "Tables in and out", "/record/tables"), "", nil)
		}},
		{Name: "archive/tables-wrong", Set: pages, Template: "tables", View: func(w i18n.Words) any {
			return newTables(frame(w, "Tables in and out", "/record/tables"), "id,name\n,\n", &record.TableReport{Wrong: []record.RowError{{Line: 2, Column: "name", What: "Give the source a name or a pseudonym."}, {Line: 3, What: "The row has another number of fields than the head."}}})
		}},
		{Name: "archive/tables-tried", Set: pages, Template: "tables", View: func(w i18n.Words) any {
			return newTables(frame(w, "Tables in and out", "/record/tables"), "id,name\n", &record.TableReport{Created: 3, Changed: 1, Same: 12})
		}},
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

func originsStory(w i18n.Words) any {
	paper := record.Source{ID: "source_a", Name: "A newspaper (invented)", Kind: record.Media, Group: "source_a"}
	agency := record.Source{ID: "source_b", Name: "An agency with a very long name that nobody has ever shortened for narrow screens (invented)", Kind: record.Media, Group: "source_b"}
	words := "At least three men were killed and more than a hundred detained, a source in the administration told the agency on Saturday evening."
	all := record.Likenesses([]record.Item{{ID: "item_a", Source: "source_a", Title: "Article of 1 April (invented)", Dated: "2017-04-01", Words: words}, {ID: "item_b", Source: "source_b", Title: "Dispatch of 2 April (invented)", Dated: "2017-04-02", Words: "More: " + words}}, []record.Source{paper, agency}, nil)
	f := frame(w, "Origins", "/record/origins")
	f.Form = page.Form{Words: w, Values: url.Values{"one": {"source_a"}, "other": {"source_b"}, "same": {"yes"}}, Errors: []fault.Field{{Name: "reason", Message: "Write why. Another person will read it."}}}
	return newOrigins(f, record.Origins{Open: all, Pairs: 312, Newest: 2_000, Names: map[string]string{"source_a": paper.Name, "source_b": agency.Name},
		Decided: []record.Kinship{{A: "source_a", B: "source_b", Same: true, Reason: "Both print the agency's text (invented).", By: "member_x", At: time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)}}}, map[string]string{"member_x": "Example Member"}, true)
}

func exampleHits() record.Hits {
	return record.Hits{More: true, Newest: 2_000, List: []record.Hit{
		{Doc: record.Doc{ID: "incident_a", Kind: record.FoundIncident, Dated: "2017-02/2017-04"}, Title: exampleIncident().Title, Piece: "… held in a secret place near the town …"},
		{Doc: record.Doc{ID: "claim_a", Kind: record.FoundClaim, Act: record.Killing, Dated: "2017-04-01"}, Claim: record.Claim{Status: record.Killed}, Piece: "Их было пятьдесят два.", From: record.Source{Name: "A newspaper (invented)"}},
		{Doc: record.Doc{ID: "item_a", Kind: record.FoundItem}, Title: "Testimony of Person X4QA", Sealed: true, From: record.Source{Name: "Person X4QA"}}},
		Facets: map[string][]record.Facet{"kind": {{Value: "claim", N: 12}, {Value: "item", N: 1}, {Value: "incident", N: 1}}, "act": {{Value: string(record.Killing), N: 9}}, "year": {{Value: "2017", N: 14}}}}
}

func searchStory(w i18n.Words, h record.Hits) any {
	return newSearch(frame(w, "Search", "/record/search"), vocabulary.NewBook(exampleTerms()), lookedFor{Text: "town", Year: "2017", Code: "040000000000"}, h)
}
