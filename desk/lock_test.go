package desk

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
)

const olgaPhrase = "a passphrase of nine words"

// smallDesk makes a Desk with one member, olga, who holds every role.
func smallDesk(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	done(t, olgaPhrase, "init", "--dir", dir, "--name", "Small (invented)", "--front", "http://127.0.0.1:1", "--login", "olga", "--passphrase-file", "-")
	return dir
}

// eventually waits until ok, for what another goroutine or process does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	for tick := time.NewTicker(5 * time.Millisecond); !ok(); {
		select {
		case <-ctx.Done():
			tick.Stop()
			t.Fatal(what)
		case <-tick.C:
		}
	}
}

// TestLockAfter moves the clock: while somebody is signed in the Desk stays
// open, then it locks when nobody was for the set time.
func TestLockAfter(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := clock.NewManual(time.Now().UTC())
	d, err := New(Config{Dir: smallDesk(t), Idle: true, Clock: c, LockAfter: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	token, err := d.SignIn(ctx, "olga", olgaPhrase)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 { // three hours of work
		c.Advance(staff.IdleEnd - time.Minute)
		if _, err := d.actorOf(ctx, token); err != nil {
			t.Fatal(err)
		}
		if err := d.rooms().watch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	r := d.rooms()
	c.Advance(59 * time.Minute)
	if err := r.watch(ctx); err != nil {
		t.Fatal(err)
	}
	if d.Locked() {
		t.Fatal("locked before the time")
	}
	c.Advance(time.Minute)
	if err := r.watch(ctx); err != nil {
		t.Fatal(err)
	}
	eventually(t, "not locked after the time", d.Locked)
}

// TestLockSignal locks a running Desk by SIGUSR1; it goes on running, and opens again.
func TestLockSignal(t *testing.T) {
	t.Parallel()
	dir := smallDesk(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"run", "--dir", dir, "--listen", "127.0.0.1:0"}, nil, in, io.Discard)
	}()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "desk: "))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	web := http.Client{Jar: jar}
	page := func() string {
		res, err := web.Get(base + "/sign-in")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const locked = "The Desk is locked"
	for round := range 2 {
		if !strings.Contains(page(), locked) {
			t.Fatalf("round %d: not locked at the start", round)
		}
		res, err := web.PostForm(base+"/sign-in", url.Values{"login": {"olga"}, "passphrase": {olgaPhrase}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if strings.Contains(page(), locked) {
			t.Fatalf("round %d: not open after signing in", round)
		}
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the signal did not lock", func() bool { return strings.Contains(page(), locked) })
	}
	stop()
	if n := <-ended; n != 0 {
		t.Errorf("the program ended with %d", n)
	}
}

// TestKeysLookedAfter lets a Desk run for seven weeks without a restart: every
// week a new intake key, and of the old private halves only those are left that
// an envelope may still need.
func TestKeysLookedAfter(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC))
	d, err := New(Config{Dir: smallDesk(t), Idle: true, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	if _, err := d.SignIn(ctx, "olga", olgaPhrase); err != nil {
		t.Fatal(err)
	}
	r := d.rooms()
	for range 7 * 7 {
		c.Advance(24 * time.Hour)
		if err := r.openArrivals(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		keys, err := tx.IntakeKeys(ctx, "help")
		left := 0
		for _, k := range keys {
			grants, err := tx.Grants(ctx, k.ID)
			if err != nil {
				return err
			}
			if k.Gone() != (len(grants) == 0) {
				t.Errorf("key %d: half destroyed", k.Serial)
			}
			if !k.Gone() {
				left++
			}
		}
		if len(keys) < 7 || len(keys) > 9 || left < 3 || left > 5 {
			t.Errorf("%d keys, %d private halves after seven weeks", len(keys), left)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
