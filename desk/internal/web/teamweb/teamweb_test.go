package teamweb_test

import (
	"io/fs"
	"os"
	"testing"

	"waylight/desk/internal/web/teamweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{os.DirFS("templates")}, Go: []string{".", "../../team"},
		Locale: teamweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}

func TestStories(t *testing.T) {
	t.Parallel()
	storybook.Check(t, storybook.Book{Stories: teamweb.Stories(), Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), teamweb.Locale()))})
}
