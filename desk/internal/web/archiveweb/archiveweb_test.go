package archiveweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

// TestWords: the record's own words are recordweb's; what only these pages say is here.
func TestWords(t *testing.T) {
	t.Parallel()
	acts := []string{"This code stands here already."}
	for _, a := range record.Acts() {
		acts = append(acts, a.Label())
	}
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{archiveweb.Templates()}, Go: []string{".", "../../vocabulary"}, Keys: acts,
		Locale: archiveweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale(), recordweb.Locale()}})
}
