// Package letterbox is the Front's public face: the pages that a frightened
// person sees, the two roads by which a message comes in, and the mailbox.
//
// With the page's script everything is sealed in the sender's browser and only
// the protocol's paths (/w/v1/, docs/formats/front-protocol.md) are used. Without
// it the form posts here: the message is sealed in memory while it is read, the
// code is made, shown once and forgotten. Nothing unsealed touches disk, log or
// temporary file. There are no cookies, no sessions and no access log; errors
// never repeat what was typed. GET changes nothing. It imports forms, spool,
// noticeboard, signatures, petition, seal, mailbox, receipt, envelope, wire, page, serve and i18n; it
// can open replies while their owner waits, and nothing that was sealed to a Desk.
package letterbox

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"waylight/front/internal/noticeboard"
	"waylight/front/internal/signatures"
	"waylight/front/internal/spool"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/mailbox"
	"waylight/internal/page"
	"waylight/internal/serve"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static/*
var static embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the catalogue of this room's pages.
func Locale() fs.FS { return locale }

// Config is what the operator decides.
type Config struct {
	Spool     *spool.Spool
	Board     *noticeboard.View // what is shown on the pages
	Channel   *noticeboard.View // what may be written to; nil: Board
	Petitions *signatures.View  // what can be signed; nil: nothing
	Base      string            // below which path of the server the pages stand: "/harbour"; empty: at its root
	Clock     clock.Clock
	Log       *slog.Logger
	Salt      mailbox.Salt      // public
	Channels  map[string]string // form id to the channel that its messages go to
	Title     string            // on every page; says nothing about the cause. Empty: "Contact"
	Exit      string            // where the quick exit leads; empty: a calendar on this server
	Urgent    string            // whom to call in danger now; empty: nothing is shown
	Ways      []string          // other safe ways, one line each
	MaxForm   int64             // bytes of one posted form with its files; 0: 256 MiB
	Effort    [32]byte          // key of the tasks that are set under a flood; the same on all Fronts of one store
	HTTPS     bool              // served over TLS
	Mirror    bool              // also the pages in made-up words from right to left, below /x-rtl/: for those who test or translate
}

// Box is the letterbox.
type Box struct {
	Config
	words     *i18n.Catalogue
	pages     *page.Set
	assets    *page.Assets
	languages []i18n.Lang // below which paths pages stand
	site      serve.Site
	gate      gate
	slow      *lane // forms without the script, while strangers press
	crowd     gate  // of those who sign petitions: they press on nobody who needs help
	queue     *lane
	room      chan struct{} // one for each form that is being read: bounds memory
}

// Languages that the pages speak.
var languages = []i18n.Lang{i18n.English, i18n.Russian}

var names = map[i18n.Lang]string{i18n.English: "English", i18n.Russian: "Русский"}

// parsed holds templates and words; they are the same for every Box.
type parsed struct {
	words  *i18n.Catalogue
	pages  *page.Set
	assets *page.Assets
}

var load = sync.OnceValues(func() (parsed, error) {
	words, err := i18n.Load(page.Locale(), forms.Locale(), locale)
	if err != nil {
		return parsed{}, err
	}
	assets, err := page.LoadAssets(static)
	if err != nil {
		return parsed{}, err
	}
	set, err := page.Base{Assets: []*page.Assets{assets}}.Parse(templates)
	return parsed{words, set, assets}, err
})

// New makes a letterbox.
func New(c Config) (*Box, error) {
	p, err := load()
	if err != nil {
		return nil, err
	}
	if c.Channel == nil {
		c.Channel = c.Board
	}
	if c.MaxForm == 0 {
		c.MaxForm = 256 << 20
	}
	b := &Box{
		Config: c, words: p.words, pages: p.pages, assets: p.assets, languages: languages,
		room: make(chan struct{}, 1024), slow: newLane(8), queue: newLane(8),
	}
	if c.Mirror {
		b.languages = append(slices.Clone(languages), i18n.Mirror)
	}
	b.site = serve.Site{Log: c.Log, Terse: true, Page: b.problem}
	return b, nil
}

// Handler serves pages and protocol with the security headers. The noticeboard's
// and the hatch's routes are added by the caller, to mux.
func (b *Box) Handler(mux *http.ServeMux) http.Handler {
	b.protocol(mux)
	b.petitionProtocol(mux)
	get := func(pattern string, h serve.Handler) { mux.Handle("GET "+pattern, serve.Squeeze(b.site.Wrap(h))) }
	post := func(pattern string, h serve.Handler) { mux.Handle("POST "+pattern, b.site.Wrap(h)) }
	get("/{$}", b.home)
	get("/calendar", b.calendar)
	for _, path := range unprefixed {
		get(path, b.toLanguage)
	}
	for _, l := range b.languages {
		at := "/" + string(l)
		get(at+"/{$}", b.home)
		get(at+"/safety", b.safety)
		get(at+"/help", b.form("help"))
		post(at+"/help", b.send("help"))
		get(at+"/information", b.form("information"))
		post(at+"/information", b.send("information"))
		get(at+"/papers", b.papers)
		get(at+"/mailbox", b.mailbox)
		post(at+"/mailbox", b.open)
		get(at+"/lost", b.lost)
		post(at+"/mailbox/message", b.more((*Box).further))
		post(at+"/mailbox/check-in", b.more((*Box).checkIn))
		post(at+"/mailbox/arrange", b.more((*Box).arrange))
		post(at+"/mailbox/signs", b.signs)
		post(at+"/mailbox/erase", b.erase)
		b.petitionRoutes(at, get, post)
	}
	mux.Handle("GET "+page.Prefix, page.Serve(true, page.Ground(), b.assets))
	mux.Handle("/", b.Missing())
	return b.quick(timeless(serve.Headers(serve.Policy{Connect: true, HTTPS: b.HTTPS}, mux)))
}

// unprefixed are addresses as people say and print them: without a language.
var unprefixed = []string{"/help", "/information", "/mailbox", "/safety", "/lost"}

// toLanguage leads such an address to the page in the visitor's language.
func (b *Box) toLanguage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept-Language")
	http.Redirect(w, r, b.Base+"/"+string(b.lang(r))+r.URL.Path, http.StatusSeeOther)
	return nil
}

// Missing answers for what is not there.
func (b *Box) Missing() http.Handler {
	return b.site.Wrap(func(http.ResponseWriter, *http.Request) error { return fault.Missing() })
}

// timeless leaves the exact time out of every answer: nobody needs it, and a
// copy of one would say when somebody was here.
func timeless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		next.ServeHTTP(w, r)
	})
}

// lang is the language of a request: the one in the path, or the best that the
// browser asks for.
func (b *Box) lang(r *http.Request) i18n.Lang {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if l := i18n.Lang(first); slices.Contains(b.languages, l) {
		return l
	}
	return i18n.Match(r.Header.Get("Accept-Language"), languages)
}

// view is the frame of a page. rest is the path below the language; on answers
// to a form it is empty, because the language switch would lose what was typed.
func (b *Box) view(r *http.Request, title, rest string, switchable bool) page.View {
	l := b.lang(r)
	w := b.words.For(l)
	return frame(w, b.Base, title, rest, b.Title, b.Exit, switchable)
}

// frame makes a view from literals, for pages and stories alike.
func frame(w i18n.Words, base, title, rest, site, exit string, switchable bool) page.View {
	l := w.Lang
	if l == "" {
		l = i18n.English
	}
	if site == "" {
		site = w.T("Contact")
	}
	if exit == "" {
		exit = "/calendar"
	}
	v := page.View{Words: w, Title: title, Site: site, Path: base + "/" + string(l) + "/" + rest, Exit: exit, Home: base + "/" + string(l) + "/"}
	if switchable {
		for _, other := range languages {
			v.Languages = append(v.Languages, page.Language{Lang: other, Name: names[other], Href: base + "/" + string(other) + "/" + rest, Current: other == l})
		}
	}
	v.Form = page.Form{Words: w}
	return v
}

// render writes a page that nobody may keep.
func (b *Box) render(w http.ResponseWriter, status int, name string, view any) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if name == "sheet" || name == "mailbox" { // the pages with a voice message
		serve.AllowRecording(w.Header())
	}
	return b.pages.Render(statusWriter{w, status}, name, view)
}

// statusWriter sends the status with the first byte: when rendering fails there
// is none, and the error's own status can still be sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s statusWriter) Write(p []byte) (int, error) {
	s.WriteHeader(s.status)
	return s.ResponseWriter.Write(p)
}

// detached lets a submission finish when the sender's line breaks: it is stored
// or not, never half, and the sender will ask again.
func detached(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }
