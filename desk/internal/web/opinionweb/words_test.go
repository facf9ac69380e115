package opinionweb

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/opinion"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../opinion"}, Keys: opinion.Sentences(), Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale()}})
}
