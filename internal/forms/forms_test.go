package forms_test

import (
	"testing"

	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n/i18ntest"
)

// Every sentence of every question is translated. (They are collected from the
// data, because an option's label is a plain string there.)
func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Go: []string{"."}, Locale: forms.Locale()})
}

func TestQuestionsAskNoNameAndCanAllBeSkipped(t *testing.T) {
	t.Parallel()
	for _, f := range forms.All() {
		text, answers, err := f.Read(func(string) []string { return nil })
		if err != nil || text != "" || forms.Said(text, answers) {
			t.Errorf("%s: nothing typed gives %q, %v", f.ID, text, err)
		}
		for _, a := range answers {
			if !a.Skipped {
				t.Errorf("%s: %s was not asked to be skipped and is not", f.ID, a.Question)
			}
		}
		seen := map[string]bool{}
		for _, q := range f.Questions {
			if seen[q.ID] || q.ID == "" || q.Text == "" {
				t.Errorf("%s: question %q", f.ID, q.ID)
			}
			seen[q.ID] = true
		}
		if !seen[forms.TextID] {
			t.Errorf("%s has no question for the text", f.ID)
		}
	}
	if forms.Help().Questions[0].ID != "danger" {
		t.Error("the first question is not whether the person is in danger now")
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"q.danger": "something else", "text": "\xc3\x28", "q.people.words": string(make([]byte, forms.MaxField+1)),
	} {
		_, _, err := forms.Help().Read(func(n string) []string {
			if n == name {
				return []string{value}
			}
			return nil
		})
		f, ok := err.(*fault.Error)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}
