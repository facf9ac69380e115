package desk

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

// ringer makes a program that counts how often it was rung, and says what it was told.
func ringer(t *testing.T) (program string, rung func() int, told string) {
	t.Helper()
	dir := t.TempDir()
	program, told = filepath.Join(dir, "ring"), filepath.Join(dir, "told")
	script := "#!/bin/sh\necho ring >>'" + dir + "/rings'\n{ echo \"$#\"; env; } >'" + told + "'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, func() int {
		b, err := os.ReadFile(filepath.Join(dir, "rings"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return bytes.Count(b, []byte("\n"))
	}, told
}

// TestBell: a Desk that stays locked rings, one at which somebody is called rings,
// and one that was locked rings at the time at which somebody would have been
// called, also after the machine was started anew with a clock that is wrong.
func TestBell(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	program, rung, told := ringer(t)
	c := clock.NewManual(time.Now().UTC())
	cfg := Config{Dir: smallDesk(t), Clock: c, Bell: program, PullEvery: time.Hour, WatchEvery: time.Hour, LookEvery: time.Hour}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { d.Lock() }()
	looks := func(want int, when string) {
		t.Helper()
		if err := d.bell.look(ctx, d.called); err != nil {
			t.Fatal(err)
		}
		if got := rung(); got != want {
			t.Fatalf("%s: rung %d times, not %d", when, got, want)
		}
	}
	looks(0, "just started")
	c.Advance(15 * time.Minute)
	looks(1, "locked for a quarter of an hour")
	c.Advance(5 * time.Minute)
	looks(1, "a moment later")
	c.Advance(10 * time.Minute)
	looks(2, "still locked")
	if b, err := os.ReadFile(told); err != nil || !strings.HasPrefix(string(b), "0\n") || strings.Contains(string(b), "HOME=") {
		t.Errorf("the program is told more than that it shall ring: %v", err)
	}

	olga := func() staff.Actor {
		t.Helper()
		token, err := d.SignIn(ctx, "olga", olgaPhrase)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.actorOf(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := olga()
	c.Advance(time.Hour)
	looks(2, "unlocked, nothing happens")
	book := d.rooms().book
	f, err := book.Open(ctx, a, cases.Opening{Assign: []string{a.ID}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := book.KeepParty(ctx, a, f.ID, "", 0, cases.Party{Code: "A"})
	if err != nil {
		t.Fatal(err)
	}
	due := book.Now().Add(2 * time.Hour)
	if _, err := book.Watch(ctx, a, f.ID, cases.CheckIn{Party: p.ID, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: due, Pace: watch.Fast}); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(cfg.Dir, admin.BellFile))
	if err != nil || bytes.Contains(text, []byte(f.ID)) || bytes.Contains(text, []byte(f.Pseudonym)) {
		t.Fatalf("%q, %v", text, err)
	}
	looks(2, "just locked")
	c.Advance(-5 * time.Hour) // the machine is started anew, with a clock that is wrong
	if d, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	c.Advance(5 * time.Minute)
	looks(2, "long before the check-in")
	d.bell.policy.Locked = 24 * time.Hour // silence is allowed; the check-in is not
	c.Advance(105 * time.Minute)
	looks(2, "before the check-in")
	c.Advance(11 * time.Minute)
	looks(3, "the check-in is due")

	a = olga()
	c.Advance(time.Hour)
	if err := d.rooms().watch(ctx); err != nil {
		t.Fatal(err)
	}
	looks(4, "unlocked, an alert calls somebody")
	wall, err := d.rooms().book.Wall(ctx, a)
	if err != nil || len(wall.Calls) == 0 {
		t.Fatalf("no alert: %v", err)
	}
	if err := d.Lock(); err != nil { // without having taken it
		t.Fatal(err)
	}
	c.Advance(15 * time.Minute)
	looks(5, "locked while somebody is called: it goes on")
}

// TestBellOfALoop runs the bell as the program does; one that fails is told of on
// the home page, and a program that is not there is refused at the start.
func TestBellOfALoop(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	program, rung, _ := ringer(t)
	c := clock.NewManual(time.Now().UTC())
	dir := smallDesk(t)
	if _, err := New(Config{Dir: dir, Bell: filepath.Join(dir, "nothing")}); err == nil || !strings.Contains(err.Error(), "bell") {
		t.Fatalf("a bell that is not there: %v", err)
	}
	d, err := New(Config{Dir: dir, Clock: c, Bell: program, PullEvery: time.Hour, WatchEvery: time.Millisecond, LookEvery: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	c.Advance(20 * time.Minute)
	stop := d.bell.watch(ctx, d.called)
	eventually(t, "the bell does not ring", func() bool { return rung() == 1 })
	stop()
	if !d.bell.broken().IsZero() {
		t.Fatal("it rang")
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	c.Advance(20 * time.Minute)
	if err := d.bell.look(ctx, d.called); err == nil {
		t.Fatal("a bell that fails is not noticed")
	}
	token, err := d.SignIn(ctx, "olga", olgaPhrase)
	if err != nil {
		t.Fatal(err)
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if body := knock(t, h, http.MethodGet, "/", token).Body.String(); !strings.Contains(body, "The outer bell could not be rung") {
		t.Error("the home page does not say that the bell failed")
	}
}
