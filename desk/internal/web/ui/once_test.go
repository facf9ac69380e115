package ui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// TestFormSentTwiceIsOne: the same form of the same page is done once, also when it is
// sent many times at once; another page, other words, another member, a form that was
// refused, and one that is an hour old are another.
func TestFormSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	set := ui.Must(ui.Parse(fstest.MapFS{"templates/note.html": {Data: []byte(`{{template "desk" .}}{{define "main"}}<form method="post" action="/note"><input name="text"></form><form method="post" action="/file" enctype="multipart/form-data"></form><p title="a > b"></p>{{end}}`)}}))
	var done atomic.Int64
	slow, now := make(chan struct{}), clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))
	m := ui.NewMux(ui.Config{Clock: now, Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale())), Actor: func(r *http.Request) (staff.Actor, error) {
		return staff.Actor{Member: staff.Member{ID: r.Header.Get("Test-Member"), Name: "Example", Active: true}}, nil
	}})
	m.Get("/note", func(c *ui.Context) error { return c.Render(set, "note", noteView{Frame: c.Frame("Note")}) })
	m.Post("/note", func(c *ui.Context) error {
		switch text := c.Text("text"); {
		case text == "slow":
			<-slow
		case text == "refused" && done.Load()%2 == 0:
			done.Add(1)
			return fault.New(fault.Conflict, "Not now.")
		}
		c.W.Header().Set("Location", "/note?of="+url.QueryEscape(string(rune('a'+done.Add(1)))))
		c.W.WriteHeader(http.StatusSeeOther)
		return nil
	})
	field := regexp.MustCompile(`name="sending" value="([^"]+)"`)
	token := func() string {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/note", nil)
		r.Header.Set("Test-Member", "member_a")
		m.ServeHTTP(w, r)
		form := func(action string) string {
			_, after, _ := strings.Cut(w.Body.String(), `action="`+action+`"`)
			inside, _, _ := strings.Cut(after, "</form>")
			return inside
		}
		all := field.FindAllStringSubmatch(form("/note"), -1)
		if len(all) != 1 || strings.Contains(form("/file"), "sending") {
			t.Fatalf("tokens in the forms: %v\n%s", all, w.Body.String())
		}
		return all[0][1]
	}
	send := func(member, token, text string) (int, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/note", strings.NewReader(url.Values{"text": {text}, "sending": {token}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Test-Member", member)
		m.ServeHTTP(w, r)
		return w.Code, w.Header().Get("Location")
	}
	expect := func(what string, want int64, f func()) {
		t.Helper()
		before := done.Load()
		f()
		if got := done.Load() - before; got != want {
			t.Errorf("%s: done %d times, want %d", what, got, want)
		}
	}
	one := token()
	expect("the same again", 1, func() {
		_, first := send("member_a", one, "a note")
		code, second := send("member_a", one, "a note")
		if code != http.StatusSeeOther || second != first || first == "" {
			t.Errorf("%d: led to %q and then %q", code, first, second)
		}
	})
	expect("other words of the same page", 1, func() { send("member_a", one, "another note") })
	expect("the same words of another page", 1, func() { send("member_a", token(), "a note") })
	expect("another member", 1, func() { send("member_b", one, "a note") })
	expect("without a token", 2, func() { send("member_a", "", "a note"); send("member_a", "", "a note") })
	expect("many at once", 1, func() {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if code, to := send("member_a", one, "slow"); code != http.StatusSeeOther || to == "" {
					t.Errorf("%d %q", code, to)
				}
			})
		}
		close(slow)
		all.Wait()
	})
	if done.Load()%2 == 1 {
		done.Add(1)
	}
	expect("refused, then taken", 2, func() {
		if code, _ := send("member_a", one, "refused"); code == http.StatusSeeOther {
			t.Error("it was not refused")
		}
		if code, _ := send("member_a", one, "refused"); code != http.StatusSeeOther {
			t.Errorf("it was not taken then: %d", code)
		}
	})
	now.Advance(2 * time.Hour)
	expect("after two hours", 1, func() { send("member_a", one, "a note") })
}
