package front_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/front"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
)

// signer is a key in memory, as the Desk's keyring is one.
type signer ed25519.PrivateKey

func (s signer) Public() ed25519.PublicKey { return ed25519.PrivateKey(s).Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(s), message), nil
}

func newSigner(t testing.TB) signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer(private)
}

// desk is what an organisation holds: the test's other side of the hatch.
type desk struct {
	organisation, hatch signer
	intake              *age.HybridIdentity
	client              *hatchway.Client
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	intake, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{organisation: newSigner(t), hatch: newSigner(t), intake: intake}
}

// keyNotes signs the key bundles of both channels.
func (d *desk) keyNotes(t testing.TB, serial uint64) []string {
	t.Helper()
	var notes []string
	for _, channel := range []string{"help", "information"} {
		note, err := bundle.SignKeys(d.organisation, bundle.Keys{
			Name: map[string]string{"en": "Invented Harbour", "ru": "Выдуманная гавань"}, Channel: channel,
			Recipient: d.intake.Recipient().String(), From: "2017-04-01", Until: "2037-04-08", Serial: serial,
		})
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, string(note))
	}
	return notes
}

// open opens an envelope as the Desk does.
func (d *desk) open(t testing.TB, sealed []byte) envelope.Message {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), d.intake)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := envelope.Decode(plain)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pull takes everything that waits.
func (d *desk) pull(t testing.TB) []hatchway.Envelope {
	t.Helper()
	var all []hatchway.Envelope
	for after := ""; ; {
		got, err := d.client.Pull(context.Background(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got.Envelopes...)
		if !got.More {
			return all
		}
		after = all[len(all)-1].ID
	}
}

// house is a running Front with its Desk.
type house struct {
	*desk
	folder, base string
	front        *front.Front
	clock        *clock.Manual
	log          *syncBuffer
	stop         func()
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func config(d *desk, folder string) front.Config {
	return front.Config{
		Listen: "127.0.0.1:0", Folder: folder, MaxForm: 8 << 20,
		Organisations: []front.Organisation{{
			Name: "invented", Key: d.organisation.Public(), Hatch: d.hatch.Public(), Urgent: "call the invented number",
			Channels: []front.Channel{{ID: "help", Form: "help"}, {ID: "information", Form: "information"}},
			Ways:     []string{"The invented post box"},
		}},
	}
}

// start opens a Front in a fresh folder, posts its keys and serves it.
func start(t testing.TB) *house {
	t.Helper()
	return startAt(t, time.Date(2017, 4, 9, 13, 37, 42, 0, time.UTC))
}

func startAt(t testing.TB, at time.Time) *house {
	t.Helper()
	return startWith(t, at, func(*front.Config) {})
}

// startWith is startAt with a setting changed.
func startWith(t testing.TB, at time.Time, change func(*front.Config)) *house {
	t.Helper()
	d := newDesk(t)
	h := &house{desk: d, folder: filepath.Join(t.TempDir(), "data"), clock: clock.NewManual(at), log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(d, h.folder)
	change(&c)
	h.serveWith(t, c)
	h.postKeys(t, 1)
	return h
}

// postKeys posts both channels' keys with the signed state of the log, as a Desk does.
func (d *desk) postKeys(t testing.TB, serial uint64) {
	t.Helper()
	ctx, notes := context.Background(), d.keyNotes(t, serial)
	log, err := d.client.KeyLog(ctx)
	if err == nil {
		err = d.client.PostKeys(ctx, hatchway.Keys{Notes: notes, Checkpoint: d.checkpoint(t, append(log.Notes, notes...))})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) checkpoint(t testing.TB, notes []string) string {
	t.Helper()
	c, err := bundle.CheckpointOf(notes)
	if err != nil {
		t.Fatal(err)
	}
	text, err := bundle.SignCheckpoint(d.organisation, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// serve runs the Front of the house until the test ends or stop is called.
func (h *house) serve(t testing.TB) {
	t.Helper()
	h.serveWith(t, config(h.desk, h.folder))
}

func (h *house) serveWith(t testing.TB, c front.Config) {
	t.Helper()
	f, err := front.New(context.Background(), c, h.clock, slog.New(slog.NewTextHandler(h.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.stop)
	h.base, h.front = "http://"+f.Addr(), f
	if h.client, err = hatchway.Dial(h.base, h.hatch, h.clock, &http.Transport{DisableKeepAlives: true}); err != nil {
		t.Fatal(err)
	}
}
