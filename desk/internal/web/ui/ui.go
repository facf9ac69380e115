// Package ui is the Desk's frame: who acts, the navigation, what waits, the form
// readers, and the widgets that every room of the Desk uses.
//
// A web room registers its routes on a Mux with the roles that may come, reads a
// request through a Context, calls one verb of its room, and either renders a typed
// view that embeds Frame or sends the person on with See. Roles are checked before
// a handler runs; the rooms' verbs check again. The package refuses business rules
// and stores. It imports page, i18n, serve, staff and the ground.
package ui

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

//go:embed templates/*.html templates/problem/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

//go:embed static/*
var static embed.FS

// Templates are the Desk's layout and widgets, for i18ntest.
func Templates() fs.FS { return templates }

// Locale is the catalogue of the Desk's layout and widgets.
func Locale() fs.FS { return locale }

// Assets are the Desk's own files: its keys and copy buttons.
func Assets() *page.Assets { return assets() }

var assets = sync.OnceValue(func() *page.Assets {
	a, err := page.LoadAssets(static)
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return a
})

// Parse reads a web room's pages on the Desk's frame. Without patterns it reads templates/*.html.
func Parse(fsys fs.FS, patterns ...string) (*page.Set, error) {
	return page.Base{Templates: []fs.FS{templates}, Assets: []*page.Assets{Assets()}}.Parse(fsys, patterns...)
}

// Must is for sets that are part of the binary and tested.
func Must(s *page.Set, err error) *page.Set { return page.Must(s, err) }

// Story is one state of one page, for the storybook. Views are made with Example.
type Story = page.Story

// Config is what the wiring gives.
type Config struct {
	Catalogue *i18n.Catalogue
	Clock     clock.Clock
	Site      serve.Site // Page may be nil: then ui draws problems
	// Actor finds who is signed in: a fault of kind Denied when nobody is, of
	// kind Locked when the Desk is locked. It leads to SignIn or Unlock.
	Actor  func(r *http.Request) (staff.Actor, error)
	SignIn string // "/sign-in"
	Unlock string // "/unlock"
	// Room answers a fault when the disk has no room for ordinary work. It is asked
	// before every form, but not before those of Urgent. It may be nil.
	Room func() error
	// Full reports whether err says that the disk is full. A page that failed for
	// that is tried once more, because the last room is given free then. It may be nil.
	Full func(err error) bool
	// Waiting counts what waits for this actor, by the path of a section ("/cases": 3). It may be nil.
	Waiting func(ctx context.Context, a staff.Actor) (map[string]int, error)
	// Behind is by how much the machine's clock was set back; every page says so. It may be nil.
	Behind func() time.Duration
	// Bells tells what rings for this actor on every page: people in danger whom nobody has read. It may be nil.
	Bells func(Ringing) ([]Bell, error)
	// Unchecked tells how far the leak guard checks texts for facts, for the pages that
	// show what it says. It may be nil.
	Unchecked func(ctx context.Context) (Unchecked, error)
	// Mirror also offers the pages in made-up words from right to left: for those who test or translate.
	Mirror bool
}

// Unchecked is what the leak guard does not look for.
type Unchecked struct {
	Off  bool // facts that together fit few people
	Lack int  // whose facts it was not told yet
}

// Ringing is one page that asks what rings for its member.
type Ringing struct {
	context.Context
	i18n.Words
	Actor staff.Actor
	Now   time.Time
}

// Bell is one line of the bar over every page.
type Bell struct {
	Text string // a whole sentence, in the person's language
	Href string // where to act
	Who  string // who was called so far
	Left page.TimeLeft
	You  bool // this member is called
}

// Mux routes the Desk's requests.
type Mux struct {
	cfg     Config
	mux     *http.ServeMux
	notices map[string]string
	doors   []Door
	sent    sendings
}

// Door is one registered address and who may come in.
type Door struct {
	Method, Pattern string
	Roles           []staff.Role // one of them; none: any member who is signed in
	Open            bool         // also without signing in
}

// Doors lists every address, so that a test can knock at each.
func (m *Mux) Doors() []Door { return slices.Clone(m.doors) }

// NewMux makes an empty router.
func NewMux(cfg Config) *Mux {
	m := &Mux{cfg: cfg, mux: http.NewServeMux(), notices: map[string]string{}}
	if m.cfg.Clock == nil {
		m.cfg.Clock = clock.System()
	}
	if m.cfg.SignIn == "" {
		m.cfg.SignIn = "/sign-in"
	}
	if m.cfg.Unlock == "" {
		m.cfg.Unlock = m.cfg.SignIn
	}
	if m.cfg.Site.Page == nil {
		m.cfg.Site.Page = m.problem
	}
	m.mux.Handle("GET "+page.Prefix, page.Serve(false, page.Ground(), Assets()))
	m.mux.Handle("POST /language", m.cfg.Site.Wrap(chooseLanguage))
	m.mux.Handle("POST /zone", m.cfg.Site.Wrap(chooseZone))
	m.mux.Handle("/", m.cfg.Site.Wrap(func(http.ResponseWriter, *http.Request) error { return fault.Missing() }))
	return m
}

// ServeHTTP answers with the Desk's headers.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve.Headers(serve.Policy{Connect: true}, m.mux).ServeHTTP(w, r)
}

// maxForm is the largest form without files. A browser sends a Cyrillic letter as
// six bytes: this holds a testimony of 400 pages in Russian.
const maxForm = 8 << 20

// Get registers a page. It must change nothing. No roles: any member who is signed in.
func (m *Mux) Get(pattern string, h func(*Context) error, roles ...staff.Role) {
	m.handle("GET", pattern, maxForm, m.readable(h), roles)
}

// readable is h on a disk that may be full: to open something is noted, and the
// note needs room.
func (m *Mux) readable(h func(*Context) error) func(*Context) error {
	if m.cfg.Full == nil {
		return h
	}
	return func(c *Context) error {
		err := h(c)
		if m.cfg.Full(err) {
			err = h(c)
		}
		if m.cfg.Full(err) {
			return fault.New(fault.Busy, "There is no room left on the Desk's disk, so this page cannot be opened: each opening is noted, and the note needs room. Everything that was kept before is safe. Tell whoever runs the Desk.")
		}
		return err
	}
}

// Urgent is Post for what must go on while the last room on the disk is used up:
// what answers an alarm, tells where somebody is, or locks somebody out.
func (m *Mux) Urgent(pattern string, h func(*Context) error, roles ...staff.Role) {
	m.handle("POST", pattern, maxForm, m.once(h), roles)
}

// roomy is h when there is room on the disk.
func (m *Mux) roomy(h func(*Context) error) func(*Context) error {
	if m.cfg.Room == nil {
		return h
	}
	return func(c *Context) error {
		if err := m.cfg.Room(); err != nil {
			return err
		}
		return h(c)
	}
}

// Post registers a form's target; the form may have up to 8 MB.
func (m *Mux) Post(pattern string, h func(*Context) error, roles ...staff.Role) {
	m.handle("POST", pattern, maxForm, m.once(m.roomy(h)), roles)
}

// Upload registers a form's target that takes files up to max bytes. Its handler
// reads them with c.R.MultipartReader before it uses any form reader.
func (m *Mux) Upload(pattern string, limit int64, h func(*Context) error, roles ...staff.Role) {
	m.handle("POST", pattern, limit, m.roomy(h), roles)
}

// Open registers a page for people who are not signed in, with its method: "GET /sign-in".
func (m *Mux) Open(pattern string, h func(*Context) error) {
	method, path, _ := strings.Cut(pattern, " ")
	m.doors = append(m.doors, Door{Method: method, Pattern: path, Open: true})
	m.mux.Handle(pattern, m.cfg.Site.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		return h(m.context(w, r, staff.Actor{}))
	}))
}

// Notices adds sentences that See may show, by key: {"case.closed": i18n.Key("The case is closed.")}.
func (m *Mux) Notices(table map[string]string) {
	for k, v := range table {
		m.notices[k] = v
	}
}

func (m *Mux) handle(method, pattern string, limit int64, h func(*Context) error, roles []staff.Role) {
	m.doors = append(m.doors, Door{Method: method, Pattern: pattern, Roles: roles})
	m.mux.Handle(method+" "+pattern, m.cfg.Site.Wrap(func(w http.ResponseWriter, r *http.Request) error {
		actor, err := m.cfg.Actor(r)
		switch {
		case fault.KindOf(err) == fault.Locked:
			http.Redirect(w, r, m.cfg.Unlock, http.StatusSeeOther)
			return nil
		case fault.KindOf(err) == fault.Denied:
			http.Redirect(w, r, m.cfg.SignIn, http.StatusSeeOther)
			return nil
		case err != nil:
			return err
		}
		if err := actor.Must(roles...); err != nil {
			return err
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		return h(m.context(w, r, actor))
	}))
}
