package waylight_test

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
)

// A trap waits for one request on a line.
type trap struct {
	match  func(path string, body []byte) bool
	when   string // "before": it is not passed on; "held": it is passed on whole while the store cannot commit; "after": it was answered, and the answer is not passed on
	strike func() // what happens then; the line breaks in any case
	hold   func() (release func())
	struck chan struct{}
	answer func(body []byte) bool // with "after": the step is reached when the answer is like this; nil: whatever it is
}

// line stands between two programs, passes on what they say and can break.
type line struct {
	url, to string
	mu      sync.Mutex
	trap    *trap
	refused int // answers of 500 and above, and none at all
	pulls   int // times that the Desk asked what there is
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l := &line{to: to}
	l.url = serveLine(t, l)
	return l
}

func (l *line) set(tr *trap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trap, l.refused, l.pulls = tr, 0, 0
}

func (l *line) counts() (refused, pulls int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused, l.pulls
}

// sprung takes the trap away when this request is the one. One that waits for what
// is answered stays until then: another request may be on its way beside this.
func (l *line) sprung(path string, body []byte) *trap {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasSuffix(path, "/pull") {
		l.pulls++
	}
	tr := l.trap
	if tr == nil || !tr.match(path, body) {
		return nil
	}
	if tr.answer == nil {
		l.trap = nil
	}
	return tr
}

// taken takes the trap away when it waited for this answer and nothing else sprang it.
func (l *line) taken(tr *trap, answer []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trap != tr || !tr.answer(answer) {
		return false
	}
	l.trap = nil
	return true
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		panic(http.ErrAbortHandler)
	}
	tr := l.sprung(r.URL.Path, body.Bytes())
	if tr != nil && tr.when == "before" {
		tr.strike()
		close(tr.struck)
		panic(http.ErrAbortHandler)
	}
	written := make(chan struct{})
	var once sync.Once
	ctx := httptrace.WithClientTrace(context.WithoutCancel(r.Context()), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { once.Do(func() { close(written) }) }})
	out, err := http.NewRequestWithContext(ctx, r.Method, l.to+r.URL.RequestURI(), bytes.NewReader(body.Bytes()))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out.Header = r.Header.Clone()
	if tr != nil && tr.when == "held" {
		release := tr.hold()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if res, err := plainClient.Do(out); err == nil {
				res.Body.Close()
			}
		}()
		select { // a program that is not there takes nothing
		case <-written:
		case <-ended:
		}
		tr.strike()
		release()
		<-ended
		close(tr.struck)
		panic(http.ErrAbortHandler)
	}
	res, err := plainClient.Do(out)
	if err != nil || res.StatusCode >= 500 {
		l.mu.Lock()
		l.refused++
		l.mu.Unlock()
	}
	var answer bytes.Buffer
	if err == nil {
		_, err = answer.ReadFrom(res.Body)
		res.Body.Close()
	}
	switch {
	case tr == nil:
	case tr.answer != nil:
		if err != nil || !l.taken(tr, answer.Bytes()) {
			tr = nil // not yet
		}
	case err != nil:
		l.mu.Lock()
		l.trap = tr // not yet
		l.mu.Unlock()
		tr = nil
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tr != nil {
		tr.strike()
		close(tr.struck)
		panic(http.ErrAbortHandler)
	}
	for name, values := range res.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(res.StatusCode)
	if _, err := w.Write(answer.Bytes()); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// plainClient follows nothing and keeps no line: the programs behind it die.
var plainClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func serveLine(t *testing.T, l *line) string {
	t.Helper()
	s := httptest.NewServer(l)
	t.Cleanup(s.Close)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s.URL
}
