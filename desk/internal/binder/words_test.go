package binder_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/binder"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{binder.Templates()}, Go: []string{"."}, Locale: binder.Locale(), Shared: []fs.FS{page.Locale(), i18n.Locale()}})
}
