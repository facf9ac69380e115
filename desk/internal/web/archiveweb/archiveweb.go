// Package archiveweb is the pages that lead through the record and in and out of
// it: the vocabulary and the codes of an incident, what may share an origin, the
// search, tables that come in and go out.
//
// A handler reads a form, calls one verb, and sends the person on. It refuses
// rules, and the record's own pages, which are recordweb's. It imports record,
// vocabulary, count, edtf, staff, ui, page and the ground.
package archiveweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
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
	Archive *record.Archive
	Lexicon *vocabulary.Lexicon
	// Members names colleagues by id.
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	read, work := record.Readers(), staff.Documenter
	m.Get("/record/vocabulary", r.vocabulary, read...)
	m.Post("/record/vocabulary", r.addTerm, work)
	m.Post("/record/vocabulary/retire", r.retireTerm, work)
	m.Get("/record/tables", r.tables, work)
	m.Post("/record/tables", r.takeTable, work)
	m.Post("/record/tables/out", r.giveTable, work)
	m.Get("/record/search", r.search, read...)
	m.Get("/record/origins", r.origins, read...)
	m.Post("/record/origins", r.decideOrigin, work)
	m.Get("/record/codes/{subject}", r.codes, read...)
	m.Post("/record/codes/{subject}", r.addCode, work)
	m.Post("/record/codes/{subject}/remove", r.removeCode, work)
}

func notices() map[string]string {
	return map[string]string{
		"archive.term":    i18n.Key("The term is kept."),
		"archive.retired": i18n.Key("The term is out of use. What was filed under it stays."),
		"archive.origin":  i18n.Key("Your decision is kept. Grades count the sources accordingly from now on."),
		"archive.table":   i18n.Key("The table is in the record, whole."),
		"archive.coded":   i18n.Key("The code is kept."),
		"archive.uncoded": i18n.Key("The code is taken off. The ledger keeps that it was there."),
	}
}

func documenter(c *ui.Context) bool { return c.Actor.Roles.Has(staff.Documenter) }

// again shows a form a second time when err is about its fields.
func again(err error) bool { return err != nil && fault.KindOf(err) == fault.Invalid }
