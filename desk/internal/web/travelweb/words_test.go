package travelweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/travelweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{travelweb.Templates()}, Go: []string{".", "../../travel"}, Locale: travelweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), caseweb.Locale()}})
}
