// Package snare takes a page of the web as it stands at one moment: every byte
// that was sent and received, the certificates that the servers showed, and, with
// a browser, how the page looks and the page with its parts in one file.
//
// Everything goes through one narrow gate, fetch: no address that is not of the
// public internet is reached, whatever a page, a redirection or a name server
// says. With a browser the gate is a relay on this machine through which all of
// its traffic must pass; the browser runs as a child with a profile that is thrown
// away, behind a fence of the kernel that keeps it from the files of this machine
// and from every connection but the one to the relay. Time and size are bounded,
// and what was cut off is said. The package refuses to decide whether a page may be
// visited, to visit one by itself, and to keep anything. It imports fetch, fault
// and clock.
package snare

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/fetch"
)

// Config says how pages are taken.
type Config struct {
	Fetch   fetch.Config   // what may be reached, and through which proxy
	Roots   *x509.CertPool // nil: the machine's
	Browser string         // Chromium's program; empty: without a browser only
	Scripts bool           // whether a page's scripts may run in it
	Clock   clock.Clock
	Within  time.Duration // one page, in all; 0: 75 s
	Load    time.Duration // of it, until a page with a browser must have come to rest; 0: 30 s
	Most    int64         // bytes of one answer; 0: 32 MiB
	All     int64         // bytes of all answers; 0: 128 MiB
}

// How says with what a page is taken.
type How int

// The ways, from what can do least on this machine.
const (
	Alone   How = iota // without a browser
	Still              // with one that runs no script
	Running            // with one that runs the page's scripts
)

// Snare takes pages, one at a time.
type Snare struct {
	cfg   Config
	gate  *fetch.Fetcher
	turns chan struct{}
}

// Note is something that must be known about what was taken.
type Note string

// The notes.
const (
	CutLength  Note = "cut-length"  // the page was longer than what is kept
	CutTime    Note = "cut-time"    // the page had not ended when the time was over
	Broken     Note = "broken"      // the line broke before the page had ended
	Restless   Note = "restless"    // the page went on loading; it was taken as it stood
	NoPicture  Note = "no-picture"  // the browser could not draw it in time
	NoSingle   Note = "no-single"   // the browser could not write it into one file in time
	PictureCut Note = "picture-cut" // the page is taller than the picture
	PartsCut   Note = "parts-cut"   // parts of the page are missing or cut
	Turned     Note = "turned-away" // the page asked for addresses that are not of the public internet
	Packed     Note = "packed"      // the server packed the page although it was asked not to
)

// Hop is one answer on the way to the page.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

// Taken is what came.
type Taken struct {
	Asked, Final   string // addresses
	Title          string // as the browser shows it; empty without one
	Started, Ended time.Time
	Status         int
	Server         string // number and port that answered; of the proxy's far side nothing is known
	Tool           string
	Hops           []Hop
	Page           []byte // the body of the answer, as it was received
	Type           string // as the server says
	Heads          []byte // text: what was asked and answered, without bodies, and the certificates
	Traffic        []byte // WARC: every request and answer to the byte
	Exchanges      int
	Picture        []byte // PNG; nil without a browser
	Single         []byte // MHTML; nil without a browser
	Certificates   []string
	Turned         []string // addresses that were refused, at most 50
	Notes          []Note
}

// New makes a snare.
func New(cfg Config) (*Snare, error) {
	if cfg.Within == 0 {
		cfg.Within = 75 * time.Second
	}
	if cfg.Load == 0 {
		cfg.Load = 30 * time.Second
	}
	if cfg.Most == 0 {
		cfg.Most = 32 << 20
	}
	if cfg.All == 0 {
		cfg.All = 128 << 20
	}
	cfg.Fetch.Timeout = 20 * time.Second // twice what a connection may take
	gate, err := fetch.New(cfg.Fetch)
	if err != nil {
		return nil, err
	}
	if cfg.Browser != "" {
		if err := Fenced(); err != nil {
			return nil, err
		}
		if err := sweep(cfg.Clock.Now().Add(-10 * cfg.Within)); err != nil {
			return nil, err
		}
	}
	return &Snare{cfg: cfg, gate: gate, turns: make(chan struct{}, 1)}, nil
}

// HasBrowser reports whether pages can be taken with a browser.
func (s *Snare) HasBrowser() bool { return s.cfg.Browser != "" }

// RunsScripts reports whether pages can be taken with their scripts.
func (s *Snare) RunsScripts() bool { return s.HasBrowser() && s.cfg.Scripts }

// Proxied reports whether servers see the proxy instead of this machine.
func (s *Snare) Proxied() bool { return s.cfg.Fetch.Proxy != "" }

// Check refuses an address before anybody is asked to confirm it.
func (s *Snare) Check(address string) error {
	_, err := s.gate.Check(address)
	return inWords(err)
}

// Take visits a page once and returns what came.
func (s *Snare) Take(ctx context.Context, address string, how How) (*Taken, error) {
	u, err := s.gate.Check(address)
	if err != nil {
		return nil, inWords(err)
	}
	if how != Alone && !s.HasBrowser() {
		return nil, fault.New(fault.Conflict, "Pages cannot be taken with a browser here. The administrator can allow it.")
	}
	if how == Running && !s.RunsScripts() {
		return nil, fault.New(fault.Conflict, "The scripts of pages do not run here. Take the page without them, or ask the administrator.")
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Within)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, fault.New(fault.Busy, "Another page is just being taken. Try again in a minute.")
	}
	v := &session{Snare: s, how: how, notes: map[Note]bool{}, turned: map[string]bool{}}
	v.left.Store(s.cfg.All)
	t := &Taken{Asked: u.String(), Started: s.cfg.Clock.Now()}
	if how != Alone {
		err = v.browse(ctx, u, t)
	} else {
		t.Tool = "Waylight, without a browser"
		err = v.walk(ctx, u, t)
	}
	if err != nil {
		return nil, inWords(err)
	}
	t.Ended = s.cfg.Clock.Now()
	return t, v.finish(t)
}

// session is one visit.
type session struct {
	*Snare
	how  How
	left atomic.Int64 // bytes that may still come

	mu     sync.Mutex
	list   []*Exchange
	notes  map[Note]bool
	turned map[string]bool
	first  error // why an address could not be reached, the first time
	tool   string
}

// product notes which browser it is.
func (v *session) product(name string) {
	v.tool = "Waylight, with " + strings.TrimPrefix(name, "Headless")
	if v.how == Still {
		v.tool += ", scripts not run"
	}
}

// fail keeps why an address could not be reached; the browser would only say that it could not.
func (v *session) fail(_ *url.URL, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.first == nil {
		v.first = err
	}
}

func (v *session) failed() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.first
}

func (v *session) note(n Note) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.notes[n] = true
}

// turnAway notes an address that was refused.
func (v *session) turnAway(u *url.URL) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.notes[Turned] = true
	if len(v.turned) < 50 {
		v.turned[u.Scheme+"://"+u.Host] = true
	}
}

// userAgent is what many visitors send: a capture should not stand out.
const userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// walk asks for the page alone and follows redirections.
func (v *session) walk(ctx context.Context, u *url.URL, _ *Taken) error {
	for range 10 {
		req := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{"User-Agent": {userAgent}, "Accept": {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, "Accept-Language": {"en-US,en;q=0.9"}}}
		x, res, err := v.ask(ctx, req)
		if err != nil {
			return err
		}
		v.drain(ctx, x, res.Body)
		next := x.next()
		if next == nil {
			return nil
		}
		if _, err := v.gate.Check(next.String()); err != nil {
			if errors.Is(err, fetch.ErrPrivate) {
				v.turnAway(next)
			}
			return err
		}
		u = next
	}
	return fault.Bad("url", "The address leads on and on, and never to a page. Nothing was kept.")
}

// inWords says what went wrong without naming an address.
func inWords(err error) error {
	var f *fault.Error
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case errors.Is(err, fetch.ErrPrivate):
		return fault.Bad("url", "This address, or one to which it leads, is not of the public internet. It was not visited, and nothing was kept.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errSlow):
		return fault.Bad("url", "The server did not answer in time. Nothing was kept. Try again later, or bring a capture made elsewhere.")
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Busy, "The capture was cut short, because the Desk was locked or stopped. Nothing was kept.")
	case errors.As(err, &dns):
		return fault.Bad("url", "The server's name is not known. Look at the address again. Nothing was kept.")
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid):
		return fault.Bad("url", "The server's certificate does not prove that it is who it says. Somebody may stand between. Nothing was kept.")
	}
	return fault.Bad("url", "The page could not be fetched: the server cannot be reached, or does not answer as a web server. Nothing was kept.")
}
