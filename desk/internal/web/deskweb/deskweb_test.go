package deskweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{
		Templates: []fs.FS{deskweb.Templates()}, Go: []string{".", "../../admin", "../../keyring"},
		Locale: deskweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()},
	})
}
