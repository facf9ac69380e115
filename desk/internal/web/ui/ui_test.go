package ui_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/table"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{
		Templates: []fs.FS{ui.Templates()}, Go: []string{".", "../../../../internal/serve", "../../staff", "../../../../internal/fault"}, Keys: table.Sentences(),
		Locale: ui.Locale(), Shared: []fs.FS{page.Locale()},
	})
}
