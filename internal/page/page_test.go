package page_test

import (
	"io/fs"
	"testing"

	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{page.Templates()}, Go: []string{"."}, Locale: page.Locale()})
}
