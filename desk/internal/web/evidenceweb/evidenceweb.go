// Package evidenceweb is the pages of evidence: files of an item, what is known
// of one file, looking at it, redacted copies, and packages for a court.
//
// A file is described before it is shown. It is shown when somebody says what
// for; it opens blurred, grey and without sound, and never as a small picture in
// a list. The bytes are served to that page alone, under a policy that lets them
// run nothing and fetch nothing. The package refuses rules; it imports evidence,
// darkroom, binder for words, record, staff, ui, page and the ground.
package evidenceweb

import (
	"context"
	"embed"
	"io/fs"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
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
	Evidence *evidence.Locker
	Names    func(ctx context.Context) (map[string]string, error) // members' names by id
	Issuer   func() evidence.Issuer
}

// maxUpload is one request: a file of the largest size and what stands around it.
const maxUpload = vault.MaxBlob + 1<<20

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(notices())
	read, work := record.Readers(), staff.Documenter
	m.Get("/record/items/{item}/evidence", r.list, read...)
	m.Upload("/record/items/{item}/evidence", maxUpload, r.receive, work)
	m.Get("/record/evidence/{file}", r.file, read...)
	m.Post("/record/evidence/{file}/look", r.look, read...)
	m.Get("/record/evidence/{file}/look/{view}", r.viewer, read...)
	m.Get("/record/evidence/{file}/look/{view}/bytes", r.bytes, read...)
	m.Get("/record/evidence/{file}/look/{view}/page/{page}", r.pdfPage, read...)
	m.Get("/record/evidence/{file}/look/{view}/grid", r.grid, work)
	m.Post("/record/evidence/{file}/copy", r.copyOut, read...)
	m.Post("/record/evidence/{file}/rehash", r.rehash, read...)
	m.Upload("/record/evidence/{file}/derive", maxUpload, r.derive, work)
	m.Post("/record/evidence/{file}/look/{view}/redact", r.redact, work)
	m.Get("/record/packages", r.packages, work, staff.Security)
	m.Post("/record/items/{item}/package", r.prepare, work)
	m.Get("/record/packages/{package}", r.packagePage, work, staff.Security)
	m.Post("/record/packages/{package}/approve", r.approve, work, staff.Security)
	m.Post("/record/packages/{package}/look", r.lookThrough, work)
	m.Post("/record/packages/{package}/decide", r.decide, staff.Security)
	m.Post("/record/packages/{package}/export", r.export, work)
}

func notices() map[string]string {
	return map[string]string{
		"evidence.kept":     i18n.Key("The file is kept as it came. Its hash was taken while it arrived."),
		"evidence.derived":  i18n.Key("The new file is kept. What it was made from is unchanged."),
		"evidence.good":     i18n.Key("The file was read to its last byte. It is as it came."),
		"evidence.wrong":    i18n.Key("The file is not as it came. The security officer must look at it now; a backup may hold it whole."),
		"evidence.prepared": i18n.Key("The package is prepared. A second person must agree before it leaves."),
		"evidence.looked":   i18n.Key("The files were looked through. What they tell besides stands below."),
		"evidence.decided":  i18n.Key("The decision is kept with your name."),
		"evidence.approved": i18n.Key("You agreed. The package may leave now."),
	}
}
