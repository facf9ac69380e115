// Package lookweb is the pages on which the record is looked at: the timeline, the map,
// and the reading room, where everything about one incident stands on one page. All of
// it is drawn without a script, stands beside it as a list, and can be printed.
//
// A handler asks the rooms and draws; what holds is decided there. It refuses whatever
// the member may not see: it asks each room as that member. It imports chronicle,
// gazetteer, parties, record, evidence, figures, vocabulary, edtf, recordweb and
// partyweb for the words of dates, claims and acts, staff, ui, page and the ground.
package lookweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
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
	Chronicle *chronicle.Chronicle
	Atlas     *gazetteer.Atlas
	Registry  *parties.Registry
	Archive   *record.Archive
	Lexicon   *vocabulary.Lexicon
	Evidence  *evidence.Locker // nil: files are left out
	Tally     *figures.Tally   // nil: figures are left out
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{"look.put": i18n.Key("It stands on the map now.")})
	read := record.Readers()
	m.Get("/record/timeline", r.timeline, read...)
	m.Get("/record/map", r.chart, read...)
	m.Get("/record/places/{subject}", r.place, read...)
	m.Post("/record/places/{subject}", r.put, staff.Documenter)
	m.Get("/record/reading/{incident}", r.reading, read...)
}
