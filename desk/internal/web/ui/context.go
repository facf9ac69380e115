package ui

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// Context is one request of one member.
type Context struct {
	W     http.ResponseWriter
	R     *http.Request
	Actor staff.Actor // empty on pages registered with Open
	i18n.Words

	mux   *Mux
	check fault.Check
	now   time.Time
}

func (m *Mux) context(w http.ResponseWriter, r *http.Request, a staff.Actor) *Context {
	return &Context{W: w, R: r, Actor: a, Words: m.cfg.Catalogue.For(m.lang(r)).In(zoneOf(r)), mux: m, now: m.cfg.Clock.Now()}
}

// Context is the request's context.
func (c *Context) Context() context.Context { return c.R.Context() }

// Now is the time of this request.
func (c *Context) Now() time.Time { return c.now }

// Render writes a page.
func (c *Context) Render(s *page.Set, name string, view any) error {
	return c.render(http.StatusOK, s, name, view)
}

// Invalid shows a form again with what was typed and what is wrong (422). The
// view's Form comes from c.Form(err).
func (c *Context) Invalid(s *page.Set, name string, view any) error {
	return c.render(http.StatusUnprocessableEntity, s, name, view)
}

func (c *Context) render(status int, s *page.Set, name string, view any) error {
	var b strings.Builder
	if err := s.Render(&b, name, view); err != nil {
		return err
	}
	text := b.String()
	if c.Actor.ID != "" {
		text = tokened(text, rand.Text())
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	c.W.WriteHeader(status)
	_, err := c.W.Write([]byte(text))
	if err != nil {
		return nil //nolint:nilerr // the person went away; the answer has begun
	}
	return nil
}

// See sends the person to a page after a change (303). The notice is a key of the
// table given to Mux.Notices, so that no text travels in an address; it may be empty.
func (c *Context) See(path, notice string) error {
	if notice != "" {
		if _, ok := c.mux.notices[notice]; !ok {
			return fmt.Errorf("ui: no notice is registered as %q", notice)
		}
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		base, fragment, _ := strings.Cut(path, "#")
		path = base + sep + "done=" + url.QueryEscape(notice)
		if fragment != "" {
			path += "#" + fragment
		}
	}
	http.Redirect(c.W, c.R, path, http.StatusSeeOther)
	return nil
}

// ID is a part of the path: /cases/{case}.
func (c *Context) ID(name string) string { return c.R.PathValue(name) }

// values parses the form once; a form that cannot be read counts as empty, and Wrong says so.
func (c *Context) values() url.Values {
	if c.R.Form == nil {
		defer c.mend()
		err := c.R.ParseForm()
		if ct := c.R.Header.Get("Content-Type"); err == nil && strings.HasPrefix(ct, "multipart/") {
			err = c.R.ParseMultipartForm(maxForm)
		}
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			c.Bad("", i18n.Key("This is larger than can be received here."))
		case err != nil:
			c.Bad("", i18n.Key("The form could not be read. Please send it again."))
		}
	}
	if c.R.Method == http.MethodPost {
		return c.R.PostForm
	}
	return c.R.Form
}

// mend makes text of what came: broken UTF-8 and control characters, which no
// person types and no store, letter or search can hold, become the sign for an
// unreadable character. Line breaks and tabs stay, and so does every letter.
func (c *Context) mend() {
	for _, form := range []url.Values{c.R.Form, c.R.PostForm} {
		for _, values := range form {
			for i, s := range values {
				values[i] = strings.Map(func(r rune) rune {
					if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
						return utf8.RuneError
					}
					return r
				}, s)
			}
		}
	}
}

// Text reads a field without the space around it.
func (c *Context) Text(name string) string { return strings.TrimSpace(c.values().Get(name)) }

// File reads a small attached file whole; empty when none was chosen. What is
// larger than a form may be is noted as wrong.
func (c *Context) File(name string) []byte {
	c.values()
	if c.R.MultipartForm == nil {
		return nil
	}
	f, _, err := c.R.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil
	}
	if err == nil {
		defer f.Close()
		var raw []byte
		if raw, err = io.ReadAll(io.LimitReader(f, maxForm+1)); err == nil && len(raw) <= maxForm {
			return raw
		}
	}
	c.Bad(name, i18n.Key("The file could not be read. Please send it again."))
	return nil
}

// Need reads a field that may not be empty.
func (c *Context) Need(name, message string) string {
	s := c.Text(name)
	c.check.Field(s != "", name, message)
	return s
}

// Values reads all values of a field.
func (c *Context) Values(name string) []string {
	return slices.DeleteFunc(slices.Clone(c.values()[name]), func(s string) bool { return s == "" })
}

// Has reports whether a box was ticked with this value.
func (c *Context) Has(name, value string) bool { return slices.Contains(c.values()[name], value) }

// Int reads a whole number; ok is false when the field is empty. A text that is no number is noted as wrong.
func (c *Context) Int(name string) (n int64, ok bool) {
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", "").Replace(c.Text(name))
	if s == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	c.check.Field(err == nil, name, i18n.Key("Write a whole number, such as 12."))
	return n, err == nil
}

// Day reads a calendar day; empty when the field is. A text that is no day is noted as wrong.
func (c *Context) Day(name string) clock.Day {
	s := c.Text(name)
	if s == "" {
		return ""
	}
	t, err := time.Parse(time.DateOnly, s)
	c.check.Field(err == nil, name, i18n.Key("Write the day as 2017-04-09."))
	if err != nil {
		return ""
	}
	return clock.DayOf(t)
}

// Bad notes that a field is wrong.
func (c *Context) Bad(name, message string) { c.check.Field(false, name, message) }

// Wrong is the fault with all wrong fields that the readers met, or nil.
func (c *Context) Wrong() error { return c.check.Err() }

// Form gives the state of the sent form with the errors of err, for Invalid. A
// fault without fields stands over the form; nil gives what was sent.
func (c *Context) Form(err error) page.Form {
	f := page.Form{Words: c.Words, Values: c.values()}
	var e *fault.Error
	if errors.As(err, &e) {
		f.Errors = e.Fields
		f.Message, f.Args = e.Message, e.Args
	}
	return f
}

// AllowSound lets this page play sound from the Desk itself.
func (c *Context) AllowSound() { serve.AllowSound(c.W.Header(), "'self'") }
