package front_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/hatchway"
	"waylight/internal/lookout"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

// Two organisations on one Front, each with a path: its own pages with its own
// channels and words, its own published pages even where paths are the same, and
// a form that leads to its own Desk.
func TestOrganisationsApart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	first, second := newDesk(t), newDesk(t)
	h := &house{desk: first, folder: filepath.Join(t.TempDir(), "data"), clock: clock.NewManual(time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)), log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(first, h.folder)
	c.Organisations = append(c.Organisations, front.Organisation{
		Name: "second", Key: second.organisation.Public(), Hatch: second.hatch.Public(), Path: "lighthouse", Urgent: "call the other invented number",
		Channels: []front.Channel{{ID: "light-help", Form: "help"}, {ID: "light-information", Form: "information"}},
	})
	h.serveWith(t, c)
	var err error
	if second.client, err = hatchway.Dial(h.base, second.hatch, h.clock, nil); err != nil {
		t.Fatal(err)
	}
	first.postKeys(t, 1)
	var notes []string
	for _, channel := range []string{"light-help", "light-information"} {
		note, err := bundle.SignKeys(second.organisation, bundle.Keys{Name: map[string]string{"en": "Invented Lighthouse"}, Channel: channel,
			Recipient: second.intake.Recipient().String(), From: "2017-04-01", Until: "2037-04-08", Serial: 1})
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, string(note))
	}
	if err := second.client.PostKeys(ctx, hatchway.Keys{Notes: notes, Checkpoint: second.checkpoint(t, notes)}); err != nil {
		t.Fatal(err)
	}
	for i, d := range []*desk{first, second} {
		text := []string{"<!doctype html><title>Harbour's</title>", "<!doctype html><title>Lighthouse's</title>"}[i]
		sum := sha256.Sum256([]byte(text))
		list, err := bundle.SignPages(d.organisation, bundle.Pages{Serial: 1, Day: "2017-04-09", Pages: []bundle.Page{
			{Path: "report/index.html", Lang: "en", Type: "text/html; charset=utf-8", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.client.Publish(ctx, hatchway.Publication{Manifest: string(list), Pages: []hatchway.PageBody{{Path: "report/index.html", Body: []byte(text)}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []struct{ base, own, urgent, other string }{
		{"", "Invented Harbour", "call the invented number", "Lighthouse"}, {"/lighthouse", "Invented Lighthouse", "call the other invented number", "Harbour"},
	} {
		for _, path := range []string{"/en/", "/en/help", "/en/information", "/en/safety", "/en/mailbox"} {
			_, text := h.get(t, p.base+path)
			if strings.Contains(text, p.other) {
				t.Errorf("%s names the other organisation", p.base+path)
			}
			if p.base != "" {
				for _, wrong := range []string{`href="/en`, `href="/ru`, `action="/en`, `href="/p/`} {
					if strings.Contains(text, wrong) {
						t.Errorf("%s leads away: %s", p.base+path, wrong)
					}
				}
			}
		}
		if _, home := h.get(t, p.base+"/en/"); !strings.Contains(home, p.urgent) || !strings.Contains(home, p.base+"/p/report/index.html") {
			t.Errorf("%s/: %s", p.base, home)
		}
		if _, form := h.get(t, p.base+"/en/help"); !strings.Contains(form, p.own) {
			t.Errorf("%s/en/help does not say who reads", p.base)
		}
		if _, page := h.get(t, p.base+"/p/report/index.html"); strings.Contains(page, p.other) {
			t.Errorf("%s shows the other's page", p.base)
		}
		// A stranger who looks at this path alone finds all of it genuine.
		d := map[string]*desk{"": first, "/lighthouse": second}[p.base]
		f := &sender.Front{URL: h.base + p.base}
		e := lookout.Expected{Organisation: bundle.Fingerprint(d.organisation.Public()), Headers: f.Headers, Only: true}
		if s, err := lookout.Look(ctx, f.Get, e); err != nil || len(s.Findings) > 0 || s.Pages != 1 || len(s.Organisations) != 1 {
			t.Errorf("%s from outside: %+v, %v", p.base, s.Findings, err)
		}
	}
	var listed wire.Channels
	_, text := h.get(t, "/lighthouse/w/v1/channels")
	if err := json.Unmarshal([]byte(text), &listed); err != nil || len(listed.Channels) != 2 || listed.Channels[0].ID != "light-help" {
		t.Errorf("channels: %s", text)
	}
	for _, path := range []string{"/en/help", "/lighthouse/en/help", "/lighthouse/en/information"} {
		if status, page := h.postForm(t, path, map[string]string{"text": "x"}); status != 200 {
			t.Fatalf("%s: %d %s", path, status, page)
		}
	}
	if mine, theirs := first.pull(t), second.pull(t); len(mine) != 1 || len(theirs) != 2 || second.open(t, theirs[0].Sealed).Text != "x" {
		t.Errorf("%d and %d envelopes", len(mine), len(theirs))
	}
}
