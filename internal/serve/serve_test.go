package serve_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/internal/fault"
	"waylight/internal/serve"
)

func site(log io.Writer, terse bool) serve.Site {
	return serve.Site{Log: slog.New(slog.NewTextHandler(log, nil)), Terse: terse, Page: func(w http.ResponseWriter, _ *http.Request, p serve.Problem) {
		w.WriteHeader(p.Status)
		fmt.Fprintf(w, "%s|%s", p.Message, p.ID)
	}}
}

func TestErrorsBecomeAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
		says   string
		logged bool
	}{
		"missing":   {fault.Missing(), 404, "There is nothing here that you can open.|", false},
		"conflict":  {fmt.Errorf("wrapped: %w", fault.New(fault.Conflict, "Somebody was first.")), 409, "Somebody was first.|", false},
		"denied":    {fault.New(fault.Denied, "No."), 403, "No.|", false},
		"locked":    {fault.New(fault.Locked, "Locked."), 423, "Locked.|", false},
		"busy":      {fault.New(fault.Busy, "Again."), 503, "Again.|", false},
		"too large": {&http.MaxBytesError{Limit: 3}, 413, "This is larger than can be received here.|", false},
		"other":     {errors.New("disk secret-path failed"), 500, "Something went wrong on our side. Nothing you did caused it.|problem_", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, terse := range []bool{false, true} {
				var log bytes.Buffer
				w := httptest.NewRecorder()
				h := site(&log, terse).Wrap(func(http.ResponseWriter, *http.Request) error { return c.err })
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/a-private-path?x=y", nil))
				body := w.Body.String()
				if w.Code != c.status || !strings.HasPrefix(body, c.says) {
					t.Errorf("%d %q", w.Code, body)
				}
				if strings.Contains(body, "secret-path") {
					t.Error("an error's text reached the person")
				}
				if got := log.Len() > 0; got != c.logged {
					t.Errorf("logged %v: %s", got, log.String())
				}
				if c.logged {
					_, id, _ := strings.Cut(body, "|")
					if !strings.Contains(log.String(), id) || strings.Contains(log.String(), "a-private-path") || strings.Contains(log.String(), "secret-path") == terse {
						t.Errorf("terse %v logged %s", terse, log.String())
					}
				}
			}
		})
	}
}

func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := httptest.NewRecorder()
	site(&log, true).Wrap(func(http.ResponseWriter, *http.Request) error { panic("a person's words") }).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(log.String(), "person's") || log.Len() == 0 {
		t.Errorf("%d, log %s", w.Code, log.String())
	}
}

func TestHeadersRefuseOtherSites(t *testing.T) {
	t.Parallel()
	h := serve.Headers(serve.Policy{Connect: true, HTTPS: true}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, c := range []struct {
		site, origin string
		want         int
	}{{"same-origin", "", 204}, {"cross-site", "", 403}, {"", "https://elsewhere.example", 403}, {"", "http://example.com", 204}, {"", "", 204}} {
		r := httptest.NewRequest(http.MethodPost, "http://example.com/", nil)
		for k, v := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin} {
			if v != "" {
				r.Header.Set(k, v)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: %d", c, w.Code)
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "connect-src 'self'") || w.Header().Get("Strict-Transport-Security") == "" {
			t.Errorf("headers %v", w.Header())
		}
	}
}

// TestRunFinishesWhatIsRunning: a request that is being answered when the server is told to end gets its answer.
func TestRunFinishesWhatIsRunning(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	begun, end := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- serve.Run(ctx, l, serve.Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-end
			fmt.Fprint(w, "whole")
		})))
	}()
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- string(b)
	}()
	<-begun
	cancel()
	close(end)
	if got := <-answer; got != "whole" {
		t.Errorf("the answer was %q", got)
	}
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
}
