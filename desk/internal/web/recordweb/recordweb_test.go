package recordweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/founding"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

// codes are the sentences that the record's lists carry, and what an import writes of itself.
func codes() []string {
	var out []string
	for _, a := range record.Acts() {
		out = append(out, a.Label())
	}
	for _, s := range record.Statuses() {
		out = append(out, s.Label())
	}
	for _, g := range record.Grades() {
		out = append(out, g.Label())
	}
	for _, k := range record.SourceKinds() {
		if n := (record.Source{Kind: k}).Public(); n != "" {
			out = append(out, n)
		}
	}
	out = append(append(out, record.Summaries()...), record.RefutedBecause, record.ImprobableBecause)
	d, err := scenario.Parse(founding.Scenario())
	if err != nil {
		panic(err)
	}
	for _, s := range d.Statements {
		out = append(out, s.Also...)
	}
	return out
}

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{recordweb.Templates()}, Go: []string{".", "../../record"}, Keys: codes(),
		Locale: recordweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale()}})
}
