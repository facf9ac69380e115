// Package boardweb is the pages over many cases at once: the calendar and the map.
//
// Both show what the acting member may open and nothing else. The calendar can be
// printed; it is given out in no other form, because a file of dates on a telephone
// tells who meets when. The map is drawn here, from the places' own coordinates
// and the gazetteer that the team has loaded, without tiles or names from elsewhere: a request for a tile would tell a stranger
// where people hide. It refuses rules: what is due and what may be seen is decided
// in cases. It imports cases, watch, staff, ui, page and the ground.
package boardweb

import (
	"embed"
	"io/fs"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

var pages = ui.Must(ui.Parse(templates))

// Room serves the calendar and the map.
type Room struct {
	Book *cases.Book
	// Towns lists settlements of the team's gazetteer, the largest first; nil: none are drawn.
	Towns func(c *ui.Context, b Box) ([]Town, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Get("/cases/calendar", r.calendar, staff.Caseworker)
	m.Get("/cases/map", r.chart, staff.Caseworker)
}
