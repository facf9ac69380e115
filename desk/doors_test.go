package desk

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/receipt"
)

// stranger is a member who is signed in and has no part in anything.
type stranger struct {
	roles  staff.Roles
	cookie string
}

// knock asks for an address of the Desk and gives the status.
func knock(t *testing.T, h http.Handler, method, path, cookie string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "waylight", Value: cookie})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// hire adds a member with these roles and signs them in.
func hire(t *testing.T, d *Desk, by staff.Actor, login string, roles ...staff.Role) stranger {
	t.Helper()
	const phrase = "five invented words for a test"
	if err := d.rooms().addMember(t.Context(), by, deskweb.Newcomer{Login: login, Name: login + " (invented)", Passphrase: phrase, Roles: roles}); err != nil {
		t.Fatal(err)
	}
	cookie, err := d.SignIn(t.Context(), login, phrase)
	if err != nil {
		t.Fatal(err)
	}
	return stranger{roles, cookie}
}

// things are the ids of what others work on, by the placeholder of an address.
func things(t *testing.T, r *rooms, team map[string]staff.Actor) map[string]string {
	t.Helper()
	ctx := t.Context()
	converse(t, r, team["anna"], receipt.New(), "A sentence of the first sender.", "An answer.")
	threads, err := r.inbox.List(ctx, team["anna"])
	if err != nil || len(threads) == 0 {
		t.Fatalf("%d conversations, %v", len(threads), err)
	}
	legs, err := r.book.Legs(ctx, team["boris"])
	if err != nil || len(legs) == 0 {
		t.Fatalf("%d legs, %v", len(legs), err)
	}
	files, err := r.book.Board(ctx, team["boris"], cases.Filter{})
	if err != nil || len(files.Rows) == 0 {
		t.Fatalf("%d cases, %v", len(files.Rows), err)
	}
	places, err := r.book.Places(ctx, team["boris"])
	if err != nil || len(places) == 0 {
		t.Fatalf("%d places, %v", len(places), err)
	}
	leak, err := r.book.Expose(ctx, team["boris"], cases.Leak{Kind: "member", Member: team["clara"].ID, Since: r.clock.Now(), Words: "A laptop was taken (invented)."})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := r.filing.Begin(ctx, team["freya"], "un-urgent", "", "en")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"submission": draft, "leak": leak, "thread": threads[0].ID, "leg": legs[0].ID, "case": files.Rows[0].ID, "place": places[0].ID, "message": "0", "index": "0"}
}

// TestDoors knocks at every address of the Desk: without a session, locked, as
// members without the role, and as a member with every role who is assigned to nothing.
func TestDoors(t *testing.T) {
	t.Parallel()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	ids := things(t, r, team)
	fill := func(pattern string) (string, bool) {
		theirs := false
		path := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllStringFunc(pattern, func(p string) string {
			name := strings.Trim(p, "{}$")
			if id := ids[name]; id != "" {
				theirs = theirs || name != "message" && name != "index"
				return id
			}
			if name == "" {
				return ""
			}
			return name + "_aaaaaaaaaaaaaaaaaaaaaaaaaa"
		})
		return path, theirs
	}
	var strangers []stranger
	for i, role := range staff.AllRoles() {
		strangers = append(strangers, hire(t, d, team["hanna"], "only-"+string('a'+rune(i)), role))
	}
	everything := hire(t, d, team["hanna"], "everything", staff.AllRoles()...)
	size := func() int64 { return ledgerSize(t, r) }
	before := size()
	doors := r.pages.(*ui.Mux).Doors()
	if len(doors) < 100 {
		t.Fatalf("only %d doors", len(doors))
	}
	for _, door := range doors {
		if door.Open {
			continue
		}
		path, theirs := fill(door.Pattern)
		for _, cookie := range []string{"", "x", staff.NewToken().Cookie()} {
			if w := knock(t, r.pages, door.Method, path, cookie); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in" {
				t.Errorf("%s %s without a session: %d to %q", door.Method, door.Pattern, w.Code, w.Header().Get("Location"))
			}
		}
		for _, s := range strangers {
			if len(door.Roles) == 0 || s.roles.Any(door.Roles...) {
				continue
			}
			if w := knock(t, r.pages, door.Method, path, s.cookie); w.Code != http.StatusForbidden {
				t.Errorf("%s %s as %v: %d", door.Method, door.Pattern, s.roles, w.Code)
			}
		}
		if !theirs {
			continue
		}
		for _, s := range append(slices.Clone(strangers), everything) {
			w := knock(t, r.pages, door.Method, path, s.cookie)
			if w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s %s of others as %v: %d to %q", door.Method, door.Pattern, s.roles, w.Code, w.Header().Get("Location"))
			}
		}
	}
	if after := size(); after != before {
		t.Errorf("strangers at the doors left %d entries in the ledger", after-before)
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	for _, door := range doors {
		path, _ := fill(door.Pattern)
		w := knock(t, h, door.Method, path, everything.cookie)
		if door.Open {
			continue
		}
		if to := w.Header().Get("Location"); w.Code != http.StatusNotFound && (w.Code != http.StatusSeeOther || to != "/sign-in") {
			t.Errorf("%s %s of a locked Desk: %d to %q", door.Method, door.Pattern, w.Code, to)
		}
	}
}

func ledgerSize(t *testing.T, r *rooms) (n int64) {
	t.Helper()
	if err := r.db.Read(t.Context(), func(tx *store.Tx) (err error) {
		_, n, err = tx.LedgerRoot(t.Context())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNothingDelaysAnAlarm: a Front that never answers holds up calls and jobs, not the clock.
func TestNothingDelaysAnAlarm(t *testing.T) {
	t.Parallel()
	first, dir, _, cast := demoDesk(t)
	if err := first.Lock(); err != nil {
		t.Fatal(err)
	}
	now, net := &clock.Shifted{}, &deadLine{called: make(chan struct{}, 64)}
	d, err := New(Config{Dir: dir, Clock: now, Transport: net, PullEvery: time.Hour, WatchEvery: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Lock() })
	boris := cast.Accounts[1]
	cookie, err := d.SignIn(t.Context(), boris.Login, boris.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.actorOf(t.Context(), cookie)
	if err != nil {
		t.Fatal(err)
	}
	<-net.called // the pull hangs
	<-net.called // and a job does
	now.Advance(20 * time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); ; <-tick.C {
		wall, err := d.rooms().book.Wall(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if len(wall.Calls) > 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("no alarm was raised while the Front did not answer")
		}
	}
}

// deadLine is a network on which nothing ever answers.
type deadLine struct{ called chan struct{} }

func (l *deadLine) RoundTrip(r *http.Request) (*http.Response, error) {
	l.called <- struct{}{}
	<-r.Context().Done()
	return nil, r.Context().Err()
}
