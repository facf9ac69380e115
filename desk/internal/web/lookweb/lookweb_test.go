package lookweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/lookweb"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	keys := []string{record.ChangedMeanwhile}
	for _, a := range record.Acts() {
		keys = append(keys, a.Label())
	}
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{lookweb.Templates()}, Go: []string{".", "../../chronicle", "../../gazetteer"}, Keys: keys,
		Locale: lookweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale(), recordweb.Locale(), partyweb.Locale()}})
}
