package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

const packPhrase = "kettle over northern bricks" // of a test

// invented makes a pack with one invented case.
func inventedPack(t *testing.T, c clock.Clock, until time.Duration) (path string, load travel.Load) {
	t.Helper()
	load = travel.Load{Format: 1, Organisation: "Example (invented)", Member: ids.New("member"), Name: "Anna (invented)", Cases: []travel.Carried{{
		ID: ids.New("case"), Pseudonym: "RJ-4071", Level: cases.LevelHigh, RiskSaw: 1, Risk: cases.Risk{Threats: []cases.Threat{{By: "state", What: "A search", Likelihood: 3, Impact: 4}}, Until: "2030-01-01"},
		People:   []travel.Person{{ID: ids.New("party"), Party: cases.Party{Code: "A", Name: "Ruslan Example (invented)"}}},
		CheckIns: []travel.Due{{ID: ids.New("checkin"), CheckIn: cases.CheckIn{Channel: "phone", Sign: "The kettle is on", Duress: "Greet your aunt"}, Due: c.Now().Add(time.Hour), State: watch.Waiting}},
		Legs:     []travel.Leg{{ID: ids.New("leg"), Leg: cases.Leg{Number: 1, From: cases.Spot{Words: "the mill"}, To: cases.Spot{Words: "a flat"}}, State: cases.LegUnderWay}},
	}}}
	body, err := json.Marshal(load)
	if err != nil {
		t.Fatal(err)
	}
	sealed, _, err := travelpack.Seal(travelpack.Pack{ID: ids.New("pack"), Until: c.Now().Add(until), Body: body}, packPhrase, c)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "x.pack")
	if err := os.WriteFile(path, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, load
}

// lap is a reader with a browser that has come by the terminal's address.
type lap struct {
	*testing.T
	r      *reader
	h      http.Handler
	out    *bytes.Buffer
	cookie string
	shut   bool
}

func openLap(t *testing.T, path string, c clock.Clock) *lap {
	t.Helper()
	r, err := openPack(path, packPhrase, c)
	if err != nil {
		t.Fatal(err)
	}
	l := &lap{T: t, r: r, out: &bytes.Buffer{}}
	if l.h, err = r.handler(func() { l.shut = true }, "http://127.0.0.1:9", l.out); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lap) do(method, path, host string, form url.Values) *httptest.ResponseRecorder {
	l.Helper()
	q := httptest.NewRequest(method, "http://"+host+path, strings.NewReader(form.Encode()))
	if method == "POST" {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if l.cookie != "" {
		q.Header.Set("Cookie", awayCookie+"="+l.cookie)
	}
	w := httptest.NewRecorder()
	l.h.ServeHTTP(w, q)
	return w
}

func (l *lap) enter() {
	l.Helper()
	all := regexp.MustCompile(`/open/([0-9a-f]{64})`).FindAllStringSubmatch(l.out.String(), -1)
	w := l.do("GET", all[len(all)-1][0], "127.0.0.1:9", nil)
	if w.Code != http.StatusOK || len(w.Result().Cookies()) != 1 {
		l.Fatal(w.Code, w.Body)
	}
	c := w.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		l.Fatalf("%+v", c)
	}
	l.cookie = c.Value
}

func (l *lap) page(path string, want ...string) string {
	l.Helper()
	w := l.do("GET", path, "127.0.0.1:9", nil)
	text := html.UnescapeString(w.Body.String())
	if w.Code != http.StatusOK {
		l.Fatal(path, w.Code, text)
	}
	for _, s := range want {
		if !strings.Contains(text, s) {
			l.Errorf("%s does not show %q", path, s)
		}
	}
	return text
}

// The pack is shown to whoever came by the terminal's address, on this machine
// only; what is written is in the journal before the page says so, once; a closed
// pack goes on where it was.
func TestReader(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC))
	path, load := inventedPack(t, c, 24*time.Hour)
	if _, err := openPack(path, "another phrase of words", c); err == nil || !strings.Contains(err.Error(), "passphrase") {
		t.Fatal(err)
	}
	l := openLap(t, path, c)
	for _, p := range []string{"/", "/cases/" + load.Cases[0].ID} {
		if w := l.do("GET", p, "127.0.0.1:9", nil); w.Code != http.StatusForbidden {
			t.Fatal("without the cookie:", w.Code)
		}
	}
	first := regexp.MustCompile(`/open/[0-9a-f]{64}`).FindString(l.out.String())
	l.enter()
	if w := l.do("GET", first, "127.0.0.1:9", nil); w.Code != http.StatusForbidden {
		t.Error("the address opens twice:", w.Code)
	}
	if w := l.do("GET", "/", "evil.example:9", nil); w.Code != http.StatusForbidden {
		t.Error("it answers to another name:", w.Code)
	}
	x := load.Cases[0]
	at := "/cases/" + x.ID
	l.page("/", "RJ-4071", "Example (invented)", "The Desk goes on watching")
	text := l.page(at, "Ruslan Example (invented)", "The kettle is on", "Greet your aunt", "the mill", "A search")
	if strings.Contains(text, "http://") || strings.Contains(text, "https://") {
		t.Error("a page leads outside")
	}
	form := url.Values{"form": {ids.New("form")}, "words": {"The inhaler is nearly empty."}}
	for range 2 {
		if w := l.do("POST", at+"/note", "127.0.0.1:9", form); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code, w.Body)
		}
	}
	if n := strings.Count(l.page(at), "The inhaler is nearly empty."); n != 1 {
		t.Error("the note stands there", n, "times")
	}
	for path, f := range map[string]url.Values{
		at + "/heard/" + x.CheckIns[0].ID: {"what": {"ok"}, "words": {"They rang."}},
		at + "/legs/" + x.Legs[0].ID:      {"what": {"arrived"}},
		at + "/risk":                      {"what-state": {"A search tonight"}, "likely-state": {"5"}, "impact-state": {"5"}, "vulnerability": {"0"}, "capacity": {"0"}, "until": {"2017-05-01"}},
	} {
		f.Set("form", ids.New("form"))
		if w := l.do("POST", path, "127.0.0.1:9", f); w.Code != http.StatusSeeOther {
			t.Fatal(path, w.Code, w.Body)
		}
	}
	if w := l.do("POST", at+"/legs/"+x.Legs[0].ID, "127.0.0.1:9", url.Values{"form": {ids.New("form")}, "what": {"underway"}}); w.Code != http.StatusUnprocessableEntity {
		t.Error("a leg that has arrived set out:", w.Code)
	}
	l.page(at, "A search tonight", "Extreme risk", "They arrived")
	if _, err := openPack(path, packPhrase, c); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Error("two programs have the pack open:", err)
	}
	if w := l.do("POST", "/shut", "127.0.0.1:9", url.Values{}); w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	if err := l.r.close(); err != nil {
		t.Fatal(err)
	}
	l = openLap(t, path, c)
	l.enter()
	l.page(at, "A search tonight", "They rang.", "They arrived", "The inhaler is nearly empty.")
	if err := l.r.close(); err != nil {
		t.Fatal(err)
	}
}

// At its end the pack is deleted and the journal stays, also when the clock was set back.
func TestReaderEnds(t *testing.T) {
	t.Parallel()
	start := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
	c := clock.NewManual(start)
	path, load := inventedPack(t, c, 2*time.Hour)
	l := openLap(t, path, c)
	l.enter()
	c.Advance(90 * time.Minute)
	at := "/cases/" + load.Cases[0].ID
	if w := l.do("POST", at+"/note", "127.0.0.1:9", url.Values{"form": {ids.New("form")}, "words": {"late"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if err := l.r.close(); err != nil {
		t.Fatal(err)
	}
	// Set back by an hour: what was written says that it is later.
	back := clock.NewManual(start.Add(30 * time.Minute))
	l = openLap(t, path, back)
	l.enter()
	back.Advance(29 * time.Minute)
	l.page("/")
	back.Advance(2 * time.Minute)
	if w := l.do("GET", "/", "127.0.0.1:9", nil); w.Code != http.StatusGone || strings.Contains(w.Body.String(), "RJ-4071") || !l.shut {
		t.Fatal("the pack is shown after its end:", w.Code)
	}
	if err := l.r.close(); err != nil {
		t.Fatal(err)
	}
	if err := l.r.end(io.Discard); err == nil || !strings.Contains(err.Error(), "it was deleted") {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the pack is still there")
	}
	if b, err := os.ReadFile(journalOf(path)); err != nil || len(b) < 100 {
		t.Error("the journal is gone:", err)
	}
	path, _ = inventedPack(t, c, time.Minute)
	late := clock.NewManual(c.Now().Add(time.Hour))
	if _, err := openPack(path, packPhrase, late); err == nil || !strings.Contains(err.Error(), "it was deleted") {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the pack is still there")
	}
}

// The verb asks for nothing else than the passphrase, listens on this machine only, and ends when it is told.
func TestTravelVerb(t *testing.T) {
	t.Parallel()
	path, _ := inventedPack(t, clock.System(), time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	out := &lines{found: make(chan string, 8)}
	done := make(chan int, 1)
	go func() {
		done <- Main(ctx, []string{"travel", path, "--passphrase-file", "-"}, strings.NewReader(packPhrase+"\n"), out, io.Discard)
	}()
	first := <-out.found
	if !strings.HasPrefix(first, "travel: http://127.0.0.1:") {
		t.Fatal(first)
	}
	res, err := http.Get(strings.TrimSpace(strings.TrimPrefix(first, "travel: ")))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Error(res.StatusCode)
	}
	cancel()
	if n := <-done; n != 0 {
		t.Error("status", n)
	}
	if n := Main(t.Context(), []string{"travel", path, "--passphrase-file", "-"}, strings.NewReader("wrong\n"), io.Discard, io.Discard); n != 1 {
		t.Error("a wrong passphrase: status", n)
	}
}

// lines tells of each write.
type lines struct{ found chan string }

func (l *lines) Write(b []byte) (int, error) {
	l.found <- string(b)
	return len(b), nil
}
