package ui

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A form that is sent twice is one: an impatient finger, a line that broke before the
// answer came, "reload" on an old page. Every form of a page carries a token of that
// page. Who sends the very same form of the same page again is led where the first
// sending led, and nothing is done. A form with other words is another form, also when
// somebody went back in the browser to write them. Sendings are remembered in memory,
// for an hour: after a restart nobody is signed in.

const (
	sending      = "sending" // the field of the token
	sendingLives = time.Hour
	sendingsMost = 4096
)

type sendings struct {
	mu    sync.Mutex
	known map[[32]byte]*sent
	order []*sent // the oldest first
}

type sent struct {
	key  [32]byte
	at   time.Time
	done chan struct{}
	to   string // where it led; "" while it is under way
}

// begin is told of a sending; first is false when the same is known.
func (s *sendings) begin(key [32]byte, now time.Time) (x *sent, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.order) > 0 && (len(s.order) >= sendingsMost || now.Sub(s.order[0].at) > sendingLives) {
		if old := s.order[0]; s.known[old.key] == old {
			delete(s.known, old.key)
		}
		s.order = s.order[1:]
	}
	if x = s.known[key]; x != nil {
		return x, false
	}
	x = &sent{key: key, at: now, done: make(chan struct{})}
	if s.known == nil {
		s.known = map[[32]byte]*sent{}
	}
	s.known[key], s.order = x, append(s.order, x)
	return x, true
}

// end is told where it led. What was refused or failed is forgotten: it may be sent again.
func (s *sendings) end(x *sent, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.to = to; to == "" && s.known[x.key] == x {
		delete(s.known, x.key)
	}
	close(x.done)
}

func (s *sendings) led(x *sent) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return x.to
}

// once is h for forms without files.
func (m *Mux) once(h func(*Context) error) func(*Context) error {
	return func(c *Context) error {
		key, ok, err := c.same()
		if err != nil {
			return err
		}
		if !ok {
			return h(c)
		}
		for {
			x, first := m.sent.begin(key, c.now)
			if first {
				return m.first(c, x, h)
			}
			select {
			case <-x.done:
			case <-c.Context().Done():
				return context.Cause(c.Context())
			}
			if to := m.sent.led(x); to != "" {
				http.Redirect(c.W, c.R, to, http.StatusSeeOther)
				return nil
			}
		}
	}
}

func (m *Mux) first(c *Context, x *sent, h func(*Context) error) error {
	w := &led{ResponseWriter: c.W}
	c.W = w
	defer func() { m.sent.end(x, w.to) }()
	return h(c)
}

// led notes where a form's answer leads.
type led struct {
	http.ResponseWriter
	to string
}

func (w *led) WriteHeader(status int) {
	if status == http.StatusSeeOther {
		w.to = w.Header().Get("Location")
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *led) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// same names a sending: who sent which words of which page to where.
func (c *Context) same() (key [32]byte, ok bool, err error) {
	if kind, _, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" || c.Actor.ID == "" { //nolint:errcheck // what cannot be read is no form
		return key, false, nil
	}
	body, err := io.ReadAll(c.R.Body)
	if err != nil {
		if ctx := c.Context(); ctx.Err() != nil {
			return key, false, context.Cause(ctx)
		}
		c.R.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), broken{err})) // whoever reads it says what is wrong
		return key, false, nil
	}
	c.R.Body = io.NopCloser(bytes.NewReader(body))
	values, err := url.ParseQuery(string(body))
	if token := values.Get(sending); err != nil || token == "" || len(token) > 64 {
		return key, false, nil
	}
	h := sha256.New()
	for _, part := range []string{c.Actor.ID, c.R.URL.RequestURI(), string(body)} {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return [32]byte(h.Sum(nil)), true, nil
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// tokened puts a token into each form of a page that is sent without files.
func tokened(html, token string) string {
	const opens = `<form method="post"`
	var b strings.Builder
	for {
		at := strings.Index(html, opens)
		if at < 0 {
			break
		}
		end := strings.IndexByte(html[at:], '>') // in an attribute it is written &gt;
		if end < 0 {
			break
		}
		end += at + 1
		b.WriteString(html[:end])
		if !strings.Contains(html[at:end], "multipart/form-data") {
			b.WriteString(`<input type="hidden" name="` + sending + `" value="` + token + `">`)
		}
		html = html[end:]
	}
	b.WriteString(html)
	return b.String()
}
