// Package harvestweb is the pages on which rows of other programs come into the
// record: what was brought and waits, what each column is, what taking it in
// would do.
//
// A handler reads a form and calls one verb of harvest.Barn. It refuses rules, and
// keeps no file. It imports harvest, foreign, record, count, table, vault for what
// it holds, staff, ui, page and the ground.
package harvestweb

import (
	"embed"
	"io/fs"

	"waylight/desk/internal/harvest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct{ Barn *harvest.Barn }

// maxUpload is what one parcel may have: rows and what was attached to them.
const maxUpload = 4<<30 + 1<<20

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	work := staff.Documenter
	m.Get("/record/harvest", r.home, work)
	m.Upload("/record/harvest", maxUpload, r.bring, work)
	m.Get("/record/harvest/{load}", r.load, work)
	m.Post("/record/harvest/{load}", r.run, work)
	m.Post("/record/harvest/{load}/mend", r.mend, work)
	m.Post("/record/harvest/{load}/drop", r.drop, work)
}

func notices() map[string]string {
	return map[string]string{
		"harvest.taken":   i18n.Key("All rows are in the record."),
		"harvest.part":    i18n.Key("The rows that were right are in the record. The others wait here: fetch them, mend them, and bring them again under the same collection."),
		"harvest.dropped": i18n.Key("It is thrown away."),
	}
}
