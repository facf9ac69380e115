package deskweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// house is a Desk with one member, whose sessions live in memory.
type house struct {
	mu       sync.Mutex
	sessions map[string]bool
	locked   bool
	duty     map[string]bool
	roles    staff.Roles
	added    []deskweb.Newcomer
}

const phrase = "  correct horse "

func (h *house) signIn(_ context.Context, login, passphrase string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if login != "example" || passphrase != phrase {
		return "", fault.New(fault.Denied, "This text must not be shown: it might say which of the two was wrong.")
	}
	token := staff.NewToken().Cookie()
	h.sessions[token], h.locked = true, false
	return token, nil
}

func (h *house) actor(k deskweb.Cookie) func(*http.Request) (staff.Actor, error) {
	return func(r *http.Request) (staff.Actor, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !h.sessions[k.Read(r)] {
			return staff.Actor{}, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return staff.Actor{Member: staff.Member{ID: "member_x", Name: "Example Member", Roles: h.roles, Active: true}, Session: k.Read(r)}, nil
	}
}

func (h *house) lock(_ context.Context, a staff.Actor, all bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, a.Session)
	if all {
		clear(h.sessions)
		h.locked = true
	}
	return nil
}

func (h *house) setDuty(_ context.Context, _ staff.Actor, member string, on bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if member != "member_x" {
		return fault.Missing()
	}
	h.duty[member] = on
	return nil
}

func (h *house) add(_ context.Context, _ staff.Actor, n deskweb.Newcomer) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var c fault.Check
	c.Field(n.Login != "example", "login", "This name for signing in is taken. Choose another.")
	c.Field(len(n.Roles) > 0, "roles", "Choose at least one role.")
	h.added = append(h.added, n)
	return c.Err()
}

// visitor is a browser of one person.
type visitor struct {
	t    *testing.T
	base string
	*http.Client
}

func open(t *testing.T, roles ...staff.Role) (*house, func() visitor) {
	t.Helper()
	h := &house{sessions: map[string]bool{}, duty: map[string]bool{}, roles: roles, locked: true}
	k := deskweb.Cookie{}
	m := ui.NewMux(ui.Config{Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), deskweb.Locale())), Actor: h.actor(k)})
	err := deskweb.Routes(m, deskweb.Config{
		SignIn: h.signIn, Lock: h.lock, Duty: h.setDuty, Cookie: k,
		Add:     h.add,
		Locked:  func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.locked },
		Members: func(context.Context, staff.Actor) ([]staff.Member, error) { return nil, nil },
		Ledger:  func(context.Context, staff.Actor, int64) (deskweb.Log, error) { return deskweb.Log{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return h, func() visitor {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return visitor{t, s.URL, &http.Client{Jar: jar}}
	}
}

// at sends a form (or nothing) and gives status, final path and text.
func (v visitor) at(path string, form url.Values) (int, string, string) {
	v.t.Helper()
	var r *http.Response
	var err error
	if form == nil {
		r, err = v.Get(v.base + path)
	} else {
		r, err = v.PostForm(v.base+path, form)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return r.StatusCode, r.Request.URL.Path, string(b)
}

func TestDoors(t *testing.T) {
	t.Parallel()
	h, visit := open(t, staff.Security)
	me, other := visit(), visit()
	in := url.Values{"login": {"example"}, "passphrase": {phrase}}
	if _, path, text := me.at("/", nil); path != "/sign-in" || !strings.Contains(text, "The Desk is locked") {
		t.Fatalf("a stranger comes to %s", path)
	}
	for name, form := range map[string]url.Values{
		"wrong phrase":   {"login": {"example"}, "passphrase": {"correct horse"}}, // the space at its ends belongs to it
		"unknown member": {"login": {"nobody"}, "passphrase": {phrase}},
	} {
		status, path, text := me.at("/sign-in", form)
		if status != http.StatusUnprocessableEntity || path != "/sign-in" || !strings.Contains(text, "passphrase is not right") || strings.Contains(text, "must not be shown") || strings.Contains(text, "correct horse") {
			t.Errorf("%s: %d at %s", name, status, path)
		}
		if !strings.Contains(text, `value="`+form.Get("login")+`"`) {
			t.Errorf("%s: the name that was typed is lost", name)
		}
	}
	if status, _, text := me.at("/sign-in", url.Values{}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "Write your passphrase.") {
		t.Errorf("an empty form: %d", status)
	}
	if _, path, text := me.at("/sign-in", in); path != "/" || !strings.Contains(text, "Nothing waits for you") {
		t.Fatalf("signing in leads to %s", path)
	}
	if _, path, text := me.at("/members/member_x/duty", url.Values{"duty": {"on"}}); path != "/members" || !strings.Contains(text, "On duty now") || !h.duty["member_x"] {
		t.Errorf("duty: at %s", path)
	}
	newcomer := url.Values{"login": {"example"}, "name": {"New Example"}, "passphrase": {" four words and more "}}
	if status, _, text := me.at("/members", newcomer); status != http.StatusUnprocessableEntity || !strings.Contains(text, "is taken") || !strings.Contains(text, `value="New Example"`) || strings.Contains(text, "four words") {
		t.Errorf("a name that is taken: %d", status)
	}
	newcomer.Set("login", "new")
	newcomer["roles"] = []string{"editor", "analyst"}
	if _, path, text := me.at("/members", newcomer); path != "/members" || !strings.Contains(text, "can sign in now") {
		t.Errorf("adding a member leads to %s", path)
	}
	if n := h.added[len(h.added)-1]; n.Passphrase != " four words and more " || len(n.Roles) != 2 || n.Login != "new" {
		t.Errorf("added %+v", n)
	}
	other.at("/sign-in", in)
	if _, path, text := me.at("/lock", url.Values{}); path != "/locked" || !strings.Contains(text, "You are signed out") {
		t.Errorf("locking leads to %s", path)
	}
	if _, path, _ := me.at("/members", nil); path != "/sign-in" {
		t.Errorf("after locking, the members' page is %s", path)
	}
	if _, path, _ := other.at("/members", nil); path != "/members" {
		t.Errorf("my lock signed another person out: %s", path)
	}
	if _, path, text := other.at("/lock/all", url.Values{}); path != "/locked" || !strings.Contains(text, "Everybody is signed out") {
		t.Errorf("locking for all leads to %s", path)
	}
}

func TestOnlySecurityLocksEverybody(t *testing.T) {
	t.Parallel()
	h, visit := open(t, staff.Caseworker)
	me := visit()
	me.at("/sign-in", url.Values{"login": {"example"}, "passphrase": {phrase}})
	for _, path := range []string{"/lock/all", "/members/member_x/duty", "/members"} {
		if status, _, _ := me.at(path, url.Values{}); status != http.StatusForbidden {
			t.Errorf("%s answered %d", path, status)
		}
	}
	for _, path := range []string{"/members", "/members/new", "/ledger"} {
		if status, _, _ := me.at(path, nil); status != http.StatusForbidden {
			t.Errorf("%s answered %d", path, status)
		}
	}
	if h.locked || len(h.duty)+len(h.added) > 0 {
		t.Error("a caseworker locked the Desk or changed who is on duty")
	}
}
