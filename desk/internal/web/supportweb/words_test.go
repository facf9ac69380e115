package supportweb

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/supporters"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../supporters"}, Keys: supporters.Sentences(), Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}
