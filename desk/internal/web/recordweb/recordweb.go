// Package recordweb is the pages of the record: sources, what came from them,
// claims made from words, incidents as reading rooms, statements made for
// quoting, findings with the grade that the claims propose.
//
// A handler reads a form, calls one verb of record.Archive, and sends the person
// on. Views are made by plain functions from what the Archive gave, so that the
// storybook renders them from literals. It refuses rules: what holds is decided in
// record. It imports record, scenario, count, edtf, staff, ui, page and the ground.
package recordweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
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

// Room serves the pages of the record.
type Room struct {
	Archive *record.Archive
	// Import takes a file of facts into every room that has a part in it, in one
	// transaction. Nil leaves the page out.
	Import func(ctx context.Context, by staff.Actor, d scenario.Document) (record.Imported, error)
	// Members names colleagues by id.
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	read, work := record.Readers(), staff.Documenter
	m.Get("/record", r.home, read...)
	m.Get("/record/sources", r.sources, read...)
	m.Get("/record/sources/new", r.newSource, work)
	m.Post("/record/sources/new", r.addSource, work)
	m.Get("/record/sources/{source}", r.source, read...)
	m.Post("/record/sources/{source}/rate", r.rate, work)
	m.Post("/record/sources/{source}/identity", r.identity, work)
	m.Get("/record/items", r.items, read...)
	m.Get("/record/items/new", r.newItem, work)
	m.Post("/record/items/new", r.addItem, work)
	m.Get("/record/items/{item}", r.item, read...)
	m.Post("/record/items/{item}", r.addClaim, work)
	m.Post("/record/items/{item}/destroy", r.destroy, work)
	m.Get("/record/claims/{claim}", r.claim, read...)
	m.Post("/record/claims/{claim}/judge", r.judge, work)
	m.Post("/record/claims/{claim}/tie", r.tie, work)
	m.Get("/record/incidents/new", r.newIncident, work)
	m.Post("/record/incidents/new", r.addIncident, work)
	m.Get("/record/incidents/{incident}", r.incident, read...)
	m.Post("/record/incidents/{incident}/deeds", r.addDeed, work)
	m.Post("/record/incidents/{incident}/facts", r.addFact, work)
	m.Get("/record/statements", r.statements, read...)
	m.Get("/record/statements/new", r.newStatement, work)
	m.Post("/record/statements/new", r.addStatement, work)
	m.Get("/record/deeds/{deed}", r.deed, read...)
	m.Post("/record/deeds/{deed}", r.decide, work)
	m.Post("/record/deeds/{deed}/review", r.review, work)
	r.registerCorrections(m)
	m.Post("/record/deeds/{deed}/origin", r.origin, work)
	if r.Import != nil {
		m.Get("/record/import", r.importPage, work, staff.Analyst)
		m.Post("/record/import", r.importFile, work, staff.Analyst)
	}
}

func notices() map[string]string {
	return map[string]string{
		"record.source":    i18n.Key("The source is kept."),
		"record.rated":     i18n.Key("What we think of the source is kept."),
		"record.item":      i18n.Key("What came is kept. It cannot be changed any more."),
		"record.claim":     i18n.Key("The claim is kept. It cannot be changed any more; a better reading is a new claim."),
		"record.judged":    i18n.Key("Your judgement is kept beside the claim."),
		"record.tied":      i18n.Key("The two claims are tied."),
		"record.incident":  i18n.Key("The incident is kept."),
		"record.deed":      i18n.Key("The act is kept."),
		"record.fact":      i18n.Key("The fact is kept, with its date."),
		"record.statement": i18n.Key("The statement is kept."),
		"record.finding":   i18n.Key("Your finding is kept. A second person must look at it."),
		"record.reviewed":  i18n.Key("Your answer is kept beside the finding."),
		"record.corrected": i18n.Key("The correction is kept. How it stood before stands below the form."),
		"record.origin":    i18n.Key("Your decision about the two sources is kept. What the claims propose follows from it."),
		"record.gone":      i18n.Key("The words are destroyed. Nobody can read them any more."),
		"record.imported":  i18n.Key("The file is in the record, whole."),
		"record.again":     i18n.Key("This very file was imported before. Nothing was changed."),
	}
}

// names gives the name of a member by id.
func (r *Room) names(ctx context.Context) (names, error) {
	n := names{}
	if r.Members == nil {
		return n, nil
	}
	all, err := r.Members(ctx)
	for _, m := range all {
		n[m.ID] = m.Name
	}
	return n, err
}

type names map[string]string

func (n names) of(w i18n.Words, id string) string {
	if s := n[id]; s != "" {
		return s
	}
	if id == "desk" || id == "" {
		return w.T("by itself")
	}
	return w.T("a member who left")
}
