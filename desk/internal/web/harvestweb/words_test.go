package harvestweb_test

import (
	"io/fs"
	"slices"
	"testing"

	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/harvestweb"
	"waylight/desk/internal/web/movingweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

// TestWords: the record's own words are recordweb's; what only these pages say is here.
func TestWords(t *testing.T) {
	t.Parallel()
	keys := slices.Concat([]string{"Something else is kept under this id.", "The row is not as this program writes it."}, foreign.Sentences(), harvest.Sentences())
	for _, s := range record.Statuses() {
		keys = append(keys, s.Label())
	}
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{harvestweb.Templates()}, Go: []string{".", "../../harvest", "../../takeout"}, Keys: keys,
		Locale: harvestweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale(), recordweb.Locale(), archiveweb.Locale(), evidenceweb.Locale(), movingweb.Locale()}})
}
