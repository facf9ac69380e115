package front_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/onion"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/sender"
	"waylight/internal/tornet"
)

// onionTown is a Front on a private Tor network, with its Desk's own tor.
type onionTown struct {
	*house
	net           *tornet.Net
	front         *front.Front
	public, hatch string // http://….onion
	client        onion.ClientKey
}

func newOnionTown(t *testing.T) *onionTown {
	t.Helper()
	w := &onionTown{house: &house{desk: newDesk(t), folder: filepath.Join(t.TempDir(), "data"), clock: clock.NewManual(time.Date(2017, 4, 9, 13, 37, 42, 0, time.UTC)), log: &syncBuffer{}}}
	var err error
	if w.client, err = onion.NewClientKey(onion.NewSeed()); err != nil {
		t.Fatal(err)
	}
	if err := front.Init(w.folder); err != nil {
		t.Fatal(err)
	}
	w.net = tornet.Start(t)
	w.serve(t)
	return w
}

// serve starts the Front.
func (w *onionTown) serve(t *testing.T) {
	t.Helper()
	sockets, err := os.MkdirTemp("", "onion") // short enough for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	c := config(w.desk, w.folder)
	c.Onion, c.TorControl, c.OnionSockets, c.OnionLocation = true, w.net.Host.Control, sockets, "yes"
	c.Organisations[0].Client = w.client.Public()
	if w.front, err = front.New(t.Context(), c, w.clock, slog.New(slog.NewTextHandler(w.log, nil))); err != nil {
		t.Fatal(err)
	}
	run(t, func(ctx context.Context) { // ends before the network does
		if err := errors.Join(w.front.Run(ctx), w.front.Close()); err != nil {
			t.Error(err)
		}
	})
	public, hatch := w.front.Onions()
	w.base, w.public, w.hatch = "http://"+w.front.Addr(), "http://"+public, "http://"+hatch
}

// run runs something until the test ends.
func run(t *testing.T, f func(context.Context)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

func through(t *testing.T, n *tornet.Node) *http.Client {
	t.Helper()
	c, err := sender.Client(n.Proxy())
	if err != nil {
		t.Fatal(err)
	}
	c.Timeout = 15 * time.Second // then a new try on a new circuit
	return c
}

// eventually tries again until it works; a network needs a moment to know of a service.
func eventually(t *testing.T, what string, try func(context.Context) error) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), tornet.Limit)
	defer cancel()
	if err := tornet.Until(ctx, try); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	t.Logf("%s: after %v", what, time.Since(began).Round(10*time.Millisecond))
}

// get fetches a page and wants one status.
func get(ctx context.Context, c *http.Client, address string, want int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != want {
		return fmt.Errorf("status %d at %s, want %d", res.StatusCode, address, want)
	}
	return nil
}

// The road through Tor: a Front that publishes itself, a person who writes and
// reads, a Desk that collects through a door that nobody else can even find.
func TestOnionRoad(t *testing.T) {
	t.Parallel()
	w := newOnionTown(t)
	ctx, day := t.Context(), clock.DayOf(w.clock.Now())
	person, office, stranger := through(t, w.net.Client), through(t, w.net.Client), through(t, w.net.Stranger)

	eventually(t, "the person sees the first page", func(ctx context.Context) error { return get(ctx, person, w.public+"/", http.StatusOK) })
	if !w.front.OnionUp() {
		t.Error("a page came through the onion service, and the Front holds it for down")
	}
	w.clearSite(t)

	var err error
	if w.house.client, err = hatchway.Dial(w.hatch, w.desk.hatch, w.clock, office.Transport); err != nil {
		t.Fatal(err)
	}
	run(t, (&onion.Visitor{Control: w.net.Client.Control, Address: strings.TrimPrefix(w.hatch, "http://"), Key: w.client, Log: slog.New(slog.NewTextHandler(w.log, nil))}).Run)
	eventually(t, "the Desk brings its keys", func(ctx context.Context) error { return w.house.client.Keys(ctx, w.keyNotes(t, 1)...) })

	f := &sender.Front{URL: w.public, HTTP: person, Patience: tornet.Limit}
	code, content := receipt.New(), bytes.Repeat([]byte("evidence "), 70_000)
	path := filepath.Join(t.TempDir(), "фото.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := sender.Attach(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Prepare(ctx, "help", bundle.Fingerprint(w.organisation.Public()), code, envelope.Message{Kind: envelope.Report, Text: "Нас двое"}, []sender.Attachment{a})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Submit(ctx, s); err != nil {
		t.Fatal(err)
	}
	m := w.one(t)
	if m.Text != "Нас двое" || !bytes.Equal(w.file(t, m.Files[0]), content) {
		t.Error("it did not arrive as it was")
	}
	w.answer(t, m, "Мы прочли")
	got, err := f.Read(ctx, code, day)
	if err != nil || len(got) != 1 || got[0].Err != nil || got[0].Message.Text != "Мы прочли" {
		t.Errorf("the answer: %d, %v", len(got), err)
	}
	w.form(t, person)
	w.closed(t, stranger)
	w.restart(t, person, office)
}

// clearSite: visitors of the clear address are told of the other one, and the
// hatch is at neither.
func (w *onionTown) clearSite(t *testing.T) {
	t.Helper()
	res, err := http.Get(w.base + "/ru/safety")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusOK || res.Header.Get("Onion-Location") != w.public+"/ru/safety" {
		t.Errorf("status %d, Onion-Location %q", status, res.Header.Get("Onion-Location"))
	}
	if err := get(t.Context(), http.DefaultClient, w.base+hatchway.PathStatus, http.StatusNotFound); err != nil {
		t.Errorf("the hatch is open at the clear address: %v", err)
	}
	if a := w.front.HatchAddr(); a != "" {
		t.Errorf("the hatch listens at %s", a)
	}
}

// form: a browser without the script may post at the onion address.
func (w *onionTown) form(t *testing.T, person *http.Client) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.public+"/en/mailbox", strings.NewReader(url.Values{"code": {"1234"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", w.public)
	res, err := person.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusUnprocessableEntity {
		t.Errorf("a form with a wrong code: status %d, want 422", status)
	}
	if h := res.Header.Get("Onion-Location"); h != "" {
		t.Errorf("the onion service names %s", h)
	}
}

// closed: a stranger who reaches the public address, and even knows the hatch's,
// gets no connection to it.
func (w *onionTown) closed(t *testing.T, stranger *http.Client) {
	t.Helper()
	eventually(t, "the stranger sees the first page", func(ctx context.Context) error { return get(ctx, stranger, w.public+"/", http.StatusOK) })
	if err := get(t.Context(), stranger, w.public+hatchway.PathStatus, http.StatusNotFound); err != nil {
		t.Errorf("the hatch at the public address: %v", err)
	}
	res, err := stranger.Get(w.hatch + hatchway.PathStatus)
	if err == nil {
		res.Body.Close()
		t.Fatalf("a stranger was let in: status %d", res.StatusCode)
	}
	// Tor's extended error F4: the service's descriptor does not open without client authorisation.
	if !strings.Contains(err.Error(), "unknown code: 244") {
		t.Errorf("it failed for another reason: %v", err)
	}
}

// restart: tor dies and comes back; the same addresses work again, nothing was lost.
func (w *onionTown) restart(t *testing.T, person, office *http.Client) {
	t.Helper()
	before := strings.Count(w.log.String(), "can be reached")
	w.net.Host.Stop()
	eventually(t, "the Front sees that tor is gone", func(context.Context) error {
		if w.front.OnionUp() {
			return errors.New("it holds the onion service for up")
		}
		return nil
	})
	res, err := http.Get(w.base + "/en/")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusOK || res.Header.Get("Onion-Location") != "" {
		t.Errorf("without tor the clear site answers %d and names %q", status, res.Header.Get("Onion-Location"))
	}
	w.net.Host.Start()
	eventually(t, "the Front is published again", func(context.Context) error {
		if strings.Count(w.log.String(), "can be reached") == before {
			return errors.New("not yet")
		}
		return nil
	})
	person.CloseIdleConnections()
	office.CloseIdleConnections()
	eventually(t, "the person sees the first page again", func(ctx context.Context) error { return get(ctx, person, w.public+"/", http.StatusOK) })
	eventually(t, "the Desk calls again", func(ctx context.Context) error { _, err := w.house.client.Status(ctx); return err })
	if n := len(w.pull(t)); n != 1 {
		t.Errorf("%d envelopes wait, want 1", n)
	}
	for _, secret := range []string{w.hatch, strings.TrimSuffix(strings.TrimPrefix(w.hatch, "http://"), onion.Suffix)} {
		if strings.Contains(w.log.String(), secret) {
			t.Error("the hatch's address stands in the log")
		}
	}
}

// answer pushes a reply to a message's mailbox.
func (w *onionTown) answer(t *testing.T, to envelope.Message, text string) {
	t.Helper()
	plain, err := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: text, From: "команда", Day: "2017-04-09"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(to.Mailbox.Recipient, plain)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := w.house.client.Replies(t.Context(), []hatchway.Reply{{ID: envelope.NewID(), Mailbox: to.Mailbox.ID, Sealed: sealed, Expires: clock.DayOf(w.clock.Now().AddDate(0, 0, 30))}})
	if err != nil || len(gone) != 0 {
		t.Fatalf("the reply: %v, gone %v", err, gone)
	}
}
