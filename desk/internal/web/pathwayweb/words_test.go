package pathwayweb_test

import (
	"io/fs"
	"os"
	"testing"

	"waylight/desk/internal/web/pathwayweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{
		Templates: []fs.FS{os.DirFS("templates")}, Go: []string{".", "../../pathways"},
		Locale: pathwayweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()},
	})
}
