package movingweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/movingweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

// TestWords: the sentences of the cases' room are caseweb's; what only these pages say is here.
func TestWords(t *testing.T) {
	t.Parallel()
	keys := []string{"A table of cases may have 1,000 rows. Send it in parts."}
	for _, m := range cases.PrimeroMap() {
		keys = append(keys, m.To)
	}
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{movingweb.Templates()}, Go: []string{"."}, Keys: keys,
		Locale: movingweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), caseweb.Locale()}})
}
