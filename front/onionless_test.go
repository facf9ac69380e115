package front_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/front"
	"waylight/internal/onion"
	"waylight/internal/tornet"
)

// Without tor the clear site serves as ever, says once what to do, and names no
// onion address; the address stays the same over restarts.
func TestOnionWithoutTor(t *testing.T) {
	t.Parallel()
	w := &onionTown{house: &house{desk: newDesk(t), folder: filepath.Join(t.TempDir(), "data"), clock: start(t).clock, log: &syncBuffer{}}}
	if err := front.Init(w.folder); err != nil {
		t.Fatal(err)
	}
	c := config(w.desk, w.folder)
	c.Onion, c.OnionLocation, c.TorControl = true, "yes", "unix:"+filepath.Join(t.TempDir(), "absent")
	second := config(newDesk(t), "").Organisations[0]
	second.Name, second.Channels, second.Client = "second", []front.Channel{{ID: "second-help", Form: "help"}}, strings.Repeat("A", 52)
	c.Organisations = append(c.Organisations, second)
	sockets, err := os.MkdirTemp("", "onion")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	c.OnionSockets = sockets

	var address string
	for range 2 {
		f, err := front.New(t.Context(), c, w.clock, slog.New(slog.NewTextHandler(w.log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		public, hatch := f.Onions()
		if _, err := onion.ParseAddress(public); err != nil || public == hatch || address != "" && address != public {
			t.Errorf("public %s, hatch %s, before %s: %v", public, hatch, address, err)
		}
		address = public
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		if err := tornet.Until(ctx, func(context.Context) error {
			if !strings.Contains(w.log.String(), "install and start it") {
				return errors.New("nothing is said")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		res, err := http.Get("http://" + f.Addr() + "/en/")
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := body(t, res); status != http.StatusOK || res.Header.Get("Onion-Location") != "" || f.OnionUp() {
			t.Errorf("status %d, Onion-Location %q", status, res.Header.Get("Onion-Location"))
		}
		// One of the two organisations does not come by onion: its hatch stays.
		if f.HatchAddr() != f.Addr() {
			t.Errorf("the hatch is at %q", f.HatchAddr())
		}
		cancel()
		if err := errors.Join(<-done, f.Close()); err != nil {
			t.Error(err)
		}
	}
}

// An onion service that the operator made otherwise is named as it is configured.
func TestOnionLocationOfAnotherService(t *testing.T) {
	t.Parallel()
	w := &house{desk: newDesk(t), folder: filepath.Join(t.TempDir(), "data"), clock: start(t).clock, log: &syncBuffer{}}
	if err := front.Init(w.folder); err != nil {
		t.Fatal(err)
	}
	c := config(w.desk, w.folder)
	c.OnionLocation = "http://25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"
	w.serveWith(t, c)
	res, err := http.Get(w.base + "/en/help")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusOK || res.Header.Get("Onion-Location") != c.OnionLocation+"/en/help" {
		t.Errorf("status %d, Onion-Location %q", status, res.Header.Get("Onion-Location"))
	}
}

func TestAddressesWithoutLanguage(t *testing.T) {
	t.Parallel()
	h := start(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/help", "/information", "/mailbox", "/safety"} {
		for accept, lang := range map[string]string{"": "en", "ru-RU,ru;q=0.9,en;q=0.5": "ru", "de": "en"} {
			req, err := http.NewRequest(http.MethodGet, h.base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Language", accept)
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			status, _ := body(t, res)
			if want := "/" + lang + path; status != http.StatusSeeOther || res.Header.Get("Location") != want || !strings.Contains(res.Header.Get("Vary"), "Accept-Language") {
				t.Errorf("%s for %q: status %d to %q, want %q", path, accept, status, res.Header.Get("Location"), want)
			}
			res, err = client.Get(h.base + res.Header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			if status, _ := body(t, res); status != http.StatusOK {
				t.Errorf("%s leads to status %d", path, status)
			}
		}
	}
}
