package redressweb

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../redress"}, Keys: []string{"Somebody changed this meanwhile. Look at it again."}, Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}
