// Package harvestweb is the pages on which rows of other programs come into the
// record, and on which the whole record leaves and comes in.
//
// A handler reads a form and calls one verb of harvest.Barn. It refuses rules, and
// keeps no file. It imports harvest, takeout, foreign, record, count, table, vault for what
// it holds, staff, ui, page and the ground.
package harvestweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/harvest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/takeout"
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
type Room struct {
	Barn   *harvest.Barn
	Office *takeout.Office
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
}

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

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
	m.Get("/record/takeout", r.takeouts, work, staff.Security)
	m.Post("/record/takeout", r.ask, work)
	m.Upload("/record/takeout/in", maxWhole+1<<20, r.takeWhole, work)
	m.Post("/record/takeout/{takeout}/answer", r.answer, work, staff.Security)
	m.Post("/record/takeout/{takeout}/fetch", r.fetch, work)
}

func notices() map[string]string {
	return map[string]string{
		"harvest.taken":    i18n.Key("All rows are in the record."),
		"harvest.part":     i18n.Key("The rows that were right are in the record. The others wait here: fetch them, mend them, and bring them again under the same collection."),
		"takeout.asked":    i18n.Key("It is asked. With sealed words a second person must say yes; then you can fetch it for one day."),
		"takeout.answered": i18n.Key("Your answer is kept."),
		"takeout.taken":    i18n.Key("The record is taken in, whole."),
		"harvest.dropped":  i18n.Key("It is thrown away."),
	}
}
