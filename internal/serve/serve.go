// Package serve is how both zones answer over HTTP: time limits, headers, one
// place where an error becomes an answer, and a log that knows nothing of people.
//
// A Handler returns an error; a fault becomes a page with the fault's sentence,
// anything else a log line under an id and a sentence with that id. There is no
// access log. The package refuses cookies, sessions and templates: how a problem
// looks is a function that the zone gives. It imports fault and ids.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Handler answers a request or says why not. It must not have written when it returns an error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Problem is an error as a person may see it.
type Problem struct {
	Status  int
	Kind    fault.Kind
	Message string // English sentence, key of its translation
	Args    []any
	Fields  []fault.Field
	ID      string // of the log line; empty when there is none
}

// Site turns a zone's errors into answers.
type Site struct {
	Log   *slog.Logger
	Terse bool // log an error's type only: on the Front an error's text may hold a request's
	Page  func(w http.ResponseWriter, r *http.Request, p Problem)
}

// Status is the HTTP status that answers a kind of fault.
func Status(k fault.Kind) int {
	switch k {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Denied:
		return http.StatusForbidden
	case fault.Locked:
		return http.StatusLocked
	case fault.Busy:
		return http.StatusServiceUnavailable
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// Wrap makes an http.Handler of h. A panic is answered like an error.
func (s Site) Wrap(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
				panic(v)
			}
			err := fmt.Errorf("panic: %T", v)
			if !s.Terse {
				err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
			s.Answer(w, r, err)
		}()
		if err := h(w, r); err != nil {
			s.Answer(w, r, err)
		}
	})
}

// Answer answers with an error's page.
func (s Site) Answer(w http.ResponseWriter, r *http.Request, err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = fault.New(fault.TooLarge, "This is larger than can be received here.")
	}
	p := Problem{Kind: fault.KindOf(err), Status: Status(fault.KindOf(err))}
	var f *fault.Error
	if errors.As(err, &f) {
		p.Message, p.Args, p.Fields = f.Message, f.Args, f.Fields
	}
	if p.Kind == fault.Internal {
		p.ID = ids.New("problem")
		p.Message, p.Args = fault.New(fault.Internal, "Something went wrong on our side. Nothing you did caused it.").Message, nil
		s.log(p.ID, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	s.Page(w, r, p)
}

func (s Site) log(id string, err error) {
	if s.Log == nil {
		return
	}
	if s.Terse {
		s.Log.Error("a request failed", "id", id, "type", fmt.Sprintf("%T", err))
		return
	}
	s.Log.Error("a request failed", "id", id, "error", err.Error())
}

// Policy says what a zone's pages may do.
type Policy struct {
	Connect bool // the page's script may talk to this server
	HTTPS   bool // served over TLS: tell browsers never to come back without
}

// Headers sets the security headers and refuses forms that other sites send.
func Headers(p Policy, next http.Handler) http.Handler {
	csp := "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if p.Connect {
		csp += "; connect-src 'self'"
	}
	fixed := http.Header{ // made once; a handler replaces a value and never changes it
		"Content-Security-Policy":      {csp},
		"Referrer-Policy":              {"same-origin"}, // no-referrer gets a person's own form refused on plain HTTP by name
		"X-Content-Type-Options":       {"nosniff"},
		"X-Frame-Options":              {"DENY"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), browsing-topics=(), interest-cohort=()"},
		"Cache-Control":                {"no-store"},
		"X-Robots-Tag":                 {"noindex, nofollow"},
	}
	if p.HTTPS {
		fixed["Strict-Transport-Security"] = []string{"max-age=31536000"}
	}
	guarded := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), fixed)
		guarded.ServeHTTP(w, r)
	})
}

// AllowRecording lets one page, and no other, use the microphone after the
// person has said yes to their browser, and play back what was recorded.
func AllowRecording(h http.Header) {
	h.Set("Permissions-Policy", strings.Replace(h.Get("Permissions-Policy"), "microphone=()", "microphone=(self)", 1))
	AllowSound(h, "blob:")
}

// AllowSound lets one page play sound from a source: "blob:" or "'self'".
func AllowSound(h http.Header, source string) {
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; media-src "+source)
}

// Server has the time limits of a public server; bodies may take long, because lines are slow.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		WriteTimeout:      30 * time.Minute,
		ReadTimeout:       30 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // it would log addresses
	}
}

// Finish is how long running requests may take when a server ends.
const Finish = 20 * time.Second

// Run serves on l until ctx ends, then lets running requests finish.
func Run(ctx context.Context, l net.Listener, s *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), Finish)
	defer cancel()
	if err := s.Shutdown(limit); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}
