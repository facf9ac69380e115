package desk

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

// TestClockSetBack sets the machine's clock back while a check-in waits, and over a
// restart: the alarm comes when it is due all the same, every page says what
// happened, and only a security officer can go by the machine's clock again.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := smallDesk(t)
	c := clock.NewManual(time.Now().UTC())
	d, err := New(Config{Dir: dir, Idle: true, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { d.Lock() }()
	signIn := func() (string, staff.Actor) {
		token, err := d.SignIn(ctx, "olga", olgaPhrase)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.actorOf(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		return token, a
	}
	_, olga := signIn()
	book := d.rooms().book
	f, err := book.Open(ctx, olga, cases.Opening{Assign: []string{olga.ID}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := book.KeepParty(ctx, olga, f.ID, "", 0, cases.Party{Code: "A"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Watch(ctx, olga, f.ID, cases.CheckIn{Party: p.ID, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: book.Now().Add(2 * time.Hour), Pace: watch.Fast}); err != nil {
		t.Fatal(err)
	}
	alerts := func() int {
		t.Helper()
		if err := d.rooms().watch(ctx); err != nil {
			t.Fatal(err)
		}
		wall, err := d.rooms().book.Wall(ctx, olga)
		if err != nil {
			t.Fatal(err)
		}
		return len(wall.Calls)
	}
	c.Advance(10 * time.Minute)
	if alerts() != 0 {
		t.Fatal("too early")
	}
	c.Advance(-5 * time.Hour)
	c.Advance(100 * time.Minute)
	if alerts() != 0 {
		t.Fatal("too early: 110 minutes passed")
	}
	if err := d.Lock(); err != nil { // the machine is restarted, its clock still wrong
		t.Fatal(err)
	}
	token, olga := signIn()
	c.Advance(11 * time.Minute)
	if alerts() != 1 {
		t.Fatal("two hours have passed, and the alarm waits for the machine's clock")
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	home := knock(t, h, http.MethodGet, "/", token)
	if !strings.Contains(home.Body.String(), "was set back by 300 minutes") {
		t.Fatal("the home page does not say that the clock was set back")
	}
	worker := hire(t, d, olga, "nobody", staff.Caseworker)
	if r := knock(t, h, http.MethodPost, "/clock", worker.cookie); r.Code != http.StatusForbidden {
		t.Fatal("a caseworker put the clock back:", r.Code)
	}
	if r := knock(t, h, http.MethodPost, "/clock", token); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code, r.Body.String())
	}
	if d.rooms().clock.Behind() != 0 || !d.rooms().clock.Now().Equal(c.Now()) {
		t.Fatal("the Desk does not go by the machine's clock")
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	token, _ = signIn()
	if r := knock(t, h, http.MethodGet, "/clock", token); d.rooms().clock.Behind() != 0 || !strings.Contains(r.Body.String(), "Both agree") {
		t.Fatal("what was accepted was forgotten over a restart")
	}
}
