package archiveweb_test

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/record"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

// TestWords: the record's own words are recordweb's; what only these pages say is here.
func TestWords(t *testing.T) {
	t.Parallel()
	acts := []string{"This code stands here already.", // and what is wrong with a table, by row
		"The first line must hold the names of the columns.", "There is no such column in this table.", "This column stands there twice.",
		"The quotation marks of this row do not fit together; what follows cannot be read.", "The table is too long. Send it in parts of 20,000 rows.",
		"The row has another number of fields than the head.", "The letters cannot be read. Save the table as UTF-8."}
	for _, a := range record.Acts() {
		acts = append(acts, a.Label())
	}
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{archiveweb.Templates()}, Go: []string{".", "../../vocabulary"}, Keys: acts,
		Locale: archiveweb.Locale(), Shared: []fs.FS{page.Locale(), ui.Locale(), i18n.Locale(), recordweb.Locale()}})
}
