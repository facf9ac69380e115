package letterbox

import (
	"io/fs"
	"testing"

	"waylight/internal/forms"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{
		Templates: []fs.FS{templates}, Go: []string{".", "../spool", "../signatures"}, Locale: locale, Shared: []fs.FS{page.Locale(), forms.Locale()},
		Keys: []string{"Something went wrong on our side. Nothing you did caused it.", "There is nothing here that you can open."},
	})
}
