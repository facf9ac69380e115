package submission

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/clock"
)

const today = clock.Day("2017-05-02")

// whole is a form that leaves nothing out. Nobody in it is real.
func whole(p Procedure) Form {
	f := Form{Lang: "en", Answers: map[string]string{}, Reasons: map[string]string{}, Basis: Basis{Title: "An invented incident", Claims: 2}}
	for _, e := range p.Elements {
		switch e.Kind {
		case Yes:
			f.Answers[e.ID] = "yes"
		case Date:
			f.Answers[e.ID] = "2017-04"
		default:
			f.Answers[e.ID] = "something that is invented"
		}
	}
	f.Answers["state"] = "XX"
	f.People = []Person{person(1, p.Consents...)}
	return f
}

func person(n int, scopes ...Scope) Person {
	p := Person{ID: "person_" + string(rune('a'+n)), Number: n, Name: "Vymyshlen Nikto (invented)"}
	for _, s := range scopes {
		p.Consents = append(p.Consents, Consent{Scope: s, Given: "2017-04-20", How: "asked, answered"})
	}
	return p
}

func TestEveryElementIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, p := range Current() {
		if stops := Judge(p, whole(p), today).Stops(); len(stops) != 0 {
			t.Errorf("%s: a whole form is stopped: %+v", p.ID, stops)
		}
		for _, e := range p.Elements {
			f := whole(p)
			delete(f.Answers, e.ID)
			stops := Judge(p, f, today).Stops()
			if got := len(stops) == 1 && stops[0].Element == e.ID; got != e.Required {
				t.Errorf("%s without %s: %+v", p.ID, e.ID, stops)
			}
			f.Reasons[e.ID] = "nobody knows"
			if e.Required && e.Explain == (len(Judge(p, f, today).Stops()) > 0) {
				t.Errorf("%s without %s, with a reason: %+v", p.ID, e.ID, Judge(p, f, today).Stops())
			}
		}
	}
}

func TestInadmissible(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		procedure string
		change    func(*Form)
		say       string // "": nothing stops it
	}{
		"press only":                  {"un-urgent", func(f *Form) { f.Basis.MediaOnly = true }, says["media"]},
		"press only, Working Group":   {"wgeid", func(f *Form) { f.Basis.MediaOnly = true }, ""},
		"a language of no form":       {"wgeid", func(f *Form) { f.Lang = "ru" }, says["lang"]},
		"a year is not enough":        {"wgeid", func(f *Form) { f.Answers["date"] = "2017" }, says["month"]},
		"a year is enough elsewhere":  {"un-urgent", func(f *Form) { f.Answers["date"] = "2017" }, ""},
		"not a date":                  {"un-urgent", func(f *Form) { f.Answers["date"] = "in spring" }, says["date"]},
		"a day that lies ahead":       {"un-urgent", func(f *Form) { f.Answers["date"] = "2017-05-03" }, says["future"]},
		"not a party":                 {"ced", func(f *Form) { f.Answers["state"] = "ru " }, says["not-party"]},
		"a party of then":             {"echr39", func(f *Form) { f.Answers["state"] = "RU" }, ""},
		"nobody named":                {"wgeid", func(f *Form) { f.People = nil }, says["nobody"]},
		"a group where names must be": {"wgeid", func(f *Form) { f.People, f.Group = nil, "ten men of one town" }, says["nobody"]},
		"a group":                     {"un-urgent", func(f *Form) { f.People, f.Group = nil, "ten men of one town" }, ""},
		"nobody and no group":         {"un-urgent", func(f *Form) { f.People = nil }, says["group"]},
		"a dossier names no victim":   {"sanctions", func(f *Form) { f.People = nil }, ""},
		"the government may not know": {"un-urgent", func(f *Form) { f.People[0] = person(1, Send) }, says["government"]},
		"one of two has not agreed":   {"un-urgent", func(f *Form) { f.People = append(f.People, person(2, Government)) }, says["send"]},
		"taken back":                  {"un-urgent", func(f *Form) { f.People[0].Consents[0].Withdrawn = "2017-05-01" }, says["send"]},
		"run out":                     {"un-urgent", func(f *Form) { f.People[0].Consents[0].Until = "2017-05-01" }, says["send"]},
		"not yet given":               {"un-urgent", func(f *Form) { f.People[0].Consents[0].Given = "2017-05-03" }, says["send"]},
		"two in one form":             {"wgeid", func(f *Form) { f.People = append(f.People, person(2, Send, Government)) }, says["single"]},
		"a name of blanks":            {"un-urgent", func(f *Form) { f.People[0].Name = "  " }, says["name"]},
	} {
		p, ok := Find(c.procedure, Edition)
		if !ok {
			t.Fatal(c.procedure)
		}
		f := whole(p)
		c.change(&f)
		stops := Judge(p, f, today).Stops()
		if c.say == "" && len(stops) > 0 || c.say != "" && (len(stops) != 1 || stops[0].Say != c.say) {
			t.Errorf("%s: %+v, want %q", name, stops, c.say)
		}
	}
	p, _ := Find("echr39", Edition)
	f := whole(p)
	f.Answers["state"], f.Answers["date"] = "RU", "2022-09-17"
	if stops := Judge(p, f, "2023-01-01").Stops(); len(stops) != 1 || stops[0].Say != says["too-late"] {
		t.Errorf("after the treaty: %+v", stops)
	}
	w, _ := Find("wgeid", Edition)
	if r := Judge(w, whole(w), "2017-09-01"); len(r.Stops()) > 0 || !slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.Say == says["old"] }) {
		t.Errorf("an old case: %+v", r)
	}
}

// TestNobodyIsNamedWithoutConsent: whoever the people are and whatever they
// agreed to, nothing can be filed while one of them has not agreed to all that
// the body needs, and the guard reads the sheets of exactly those.
func TestNobodyIsNamedWithoutConsent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(Current()).Draw(t, "procedure")
		f := whole(p)
		f.People = nil
		all, most := true, 4
		if p.Single {
			most = 1
		}
		var closed []string
		for n := range rapid.IntRange(1, most).Draw(t, "people") {
			scopes := rapid.SliceOfDistinct(rapid.SampledFrom(Scopes()), func(s Scope) Scope { return s }).Draw(t, "scopes")
			one := person(n+1, scopes...)
			one.Name = "Nikto" + strings.Repeat("x", n+1) + "y"
			f.People = append(f.People, one)
			if slices.ContainsFunc(p.Consents, func(s Scope) bool { return !slices.Contains(scopes, s) }) {
				all, closed = false, append(closed, one.Name)
			}
		}
		if got := len(Judge(p, f, today).Stops()) == 0; got != all {
			t.Fatalf("may be filed: %v, everybody agreed: %v", got, all)
		}
		for _, one := range f.People {
			if read := slices.Contains(Guarded(p, f, today), one.Name); read != slices.Contains(closed, one.Name) {
				t.Fatalf("the guard reads %s: %v", one.Name, read)
			}
		}
	})
}

// TestEverySentenceHasWords: a rule whose sentence is empty would be shown as nothing.
func TestEverySentenceHasWords(t *testing.T) {
	t.Parallel()
	for _, p := range Current() {
		if p.Title == "" || p.Intro == "" || p.Due == "" || p.AnswerDays == 0 {
			t.Errorf("%s is not complete", p.ID)
		}
		seen := map[string]bool{}
		for _, e := range p.Elements {
			if e.Label == "" || e.Ask == "" || seen[e.ID] {
				t.Errorf("%s: element %q is empty or stands twice", p.ID, e.ID)
			}
			seen[e.ID] = true
		}
	}
}

// TestRulesSayOnWhatTheyRest: each procedure names the texts that it restates, each
// State of the treaties' table its source, and the Working Group's six elements are
// all asked for under their numbers.
func TestRulesSayOnWhatTheyRest(t *testing.T) {
	t.Parallel()
	for _, p := range Current() {
		if len(p.Rests) == 0 {
			t.Errorf("%s rests on nothing", p.ID)
		}
	}
	for _, p := range treaties {
		if p.source == "" {
			t.Errorf("%s, %s: no source", p.state, p.instrument)
		}
	}
	p, _ := Find("wgeid", Edition)
	f := whole(p)
	f.People, f.Answers = nil, map[string]string{}
	numbers := map[string]bool{}
	for _, v := range Judge(p, f, today).Stops() {
		numbers[v.Number] = true
	}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		if !numbers[n] {
			t.Errorf("the Working Group's element %s is not asked for: %v", n, numbers)
		}
	}
}
