package listsweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/listsweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{listsweb.Templates()}, Go: []string{".", "../../lists"},
		Locale: listsweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale(), recordweb.Locale(), figureweb.Locale()}})
}
