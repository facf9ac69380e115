package front_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
)

func wantCode(t *testing.T, err error, want hatchway.Code) {
	t.Helper()
	var r *hatchway.Refusal
	if !errors.As(err, &r) || r.Code != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestHatchOpensToItsDeskOnly(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := context.Background()
	stranger, err := hatchway.Dial(h.base, newSigner(t), h.clock, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = stranger.Status(ctx)
	wantCode(t, err, hatchway.Unauthorized)
	// The organisation key is not the desk-front key.
	wrongKey, err := hatchway.Dial(h.base, h.organisation, h.clock, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = wrongKey.Status(ctx)
	wantCode(t, err, hatchway.Unauthorized)

	for _, off := range []time.Duration{11 * time.Minute, -11 * time.Minute} {
		late, err := hatchway.Dial(h.base, h.hatch, clock.NewManual(h.clock.Now().Add(off)), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = late.Status(ctx)
		wantCode(t, err, hatchway.Clock)
		if r := new(hatchway.Refusal); errors.As(err, &r) && r.Time != h.clock.Now().Unix() {
			t.Errorf("the Front's time is %d in the refusal", r.Time)
		}
	}
	near, err := hatchway.Dial(h.base, h.hatch, clock.NewManual(h.clock.Now().Add(9*time.Minute)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := near.Status(ctx); err != nil {
		t.Errorf("nine minutes apart: %v", err)
	}
}

func TestHatchRefusesWhatWasAltered(t *testing.T) {
	t.Parallel()
	h := start(t)
	request := []byte(`{"after":"","max":1}`)
	stamp := func(method, path string, body []byte) string {
		s, err := hatchway.Sign(h.hatch, method, path, body, h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	good := stamp("POST", hatchway.PathPull, request)
	for _, c := range []struct {
		name, method, path, stamp string
		body                      []byte
		status                    int
	}{
		{"as signed", "POST", hatchway.PathPull, good, request, 200},
		{"the same again", "POST", hatchway.PathPull, good, request, 401},
		{"another body", "POST", hatchway.PathPull, stamp("POST", hatchway.PathPull, request), []byte(`{"after":"","max":2}`), 401},
		{"another path", "POST", hatchway.PathDone, stamp("POST", hatchway.PathPull, request), request, 401},
		{"another method", "GET", hatchway.PathStatus, stamp("POST", hatchway.PathStatus, nil), nil, 401},
		{"no stamp", "GET", hatchway.PathStatus, "", nil, 401},
		{"rubbish", "GET", hatchway.PathStatus, strings.Repeat("A", 9000), nil, 401},
		{"bad limit", "POST", hatchway.PathPull, stamp("POST", hatchway.PathPull, []byte(`{"max":0}`)), []byte(`{"max":0}`), 400},
		{"not json", "POST", hatchway.PathPull, stamp("POST", hatchway.PathPull, []byte(`x`)), []byte(`x`), 400},
		{"bad id", "POST", hatchway.PathDone, stamp("POST", hatchway.PathDone, []byte(`{"ids":["../x"]}`)), []byte(`{"ids":["../x"]}`), 400},
		{"a reply for ever", "POST", hatchway.PathReply, stamp("POST", hatchway.PathReply, []byte(`{"replies":[{"id":"00000000000000000000000000000000","mailbox":"00000000000000000000000000000000","sealed":"AA=="}]}`)), []byte(`{"replies":[{"id":"00000000000000000000000000000000","mailbox":"00000000000000000000000000000000","sealed":"AA=="}]}`), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, h.base+c.path, bytes.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(hatchway.Header, c.stamp)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if status, text := body(t, res); status != c.status {
				t.Errorf("status %d, want %d: %s", status, c.status, text)
			}
		})
	}
}

func (h *house) pages(t *testing.T, s signer, serial uint64, pages map[string]string) hatchway.Publication {
	t.Helper()
	m := bundle.Pages{Serial: serial, Day: "2017-04-09"}
	var p hatchway.Publication
	for path, text := range pages {
		sum := sha256.Sum256([]byte(text))
		m.Pages = append(m.Pages, bundle.Page{Path: path, Lang: path[:2], Type: "text/html; charset=utf-8", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))})
		p.Pages = append(p.Pages, hatchway.PageBody{Path: path, Body: []byte(text)})
	}
	note, err := bundle.SignPages(s, m)
	if err != nil {
		t.Fatal(err)
	}
	p.Manifest = string(note)
	return p
}

func TestPublication(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := context.Background()
	if status, _ := h.get(t, "/p/manifest"); status != http.StatusNotFound {
		t.Errorf("a manifest before there is one: %d", status)
	}
	first := h.pages(t, h.organisation, 5, map[string]string{"en/situation": "<p>at least 101</p>", "ru/situation": "<p>не менее 101</p>"})
	for range 2 { // the same again is no error
		if err := h.client.Publish(ctx, first); err != nil {
			t.Fatal(err)
		}
	}
	if status, text := h.get(t, "/p/ru/situation"); status != 200 || text != "<p>не менее 101</p>" {
		t.Errorf("%d %q", status, text)
	}
	if _, text := h.get(t, "/ru/"); !strings.Contains(text, `href="/p/ru/situation"`) {
		t.Error("the first page does not lead to the report")
	}
	if _, text := h.get(t, "/p/manifest"); text != first.Manifest {
		t.Error("the manifest is not served as it was signed")
	}

	wantCode(t, h.client.Publish(ctx, h.pages(t, h.hatch, 6, map[string]string{"en/x": "x"})), hatchway.BadSignature)
	wantCode(t, h.client.Publish(ctx, h.pages(t, h.organisation, 5, map[string]string{"en/x": "x"})), hatchway.Rollback)
	wantCode(t, h.client.Publish(ctx, h.pages(t, h.organisation, 4, map[string]string{"en/x": "x"})), hatchway.Rollback)
	altered := h.pages(t, h.organisation, 6, map[string]string{"en/x": "as signed"})
	altered.Pages[0].Body = []byte("altered!!")
	wantCode(t, h.client.Publish(ctx, altered), hatchway.BadRequest)
	extra := h.pages(t, h.organisation, 6, map[string]string{"en/x": "x"})
	extra.Pages = append(extra.Pages, hatchway.PageBody{Path: "en/smuggled", Body: []byte("y")})
	wantCode(t, h.client.Publish(ctx, extra), hatchway.BadRequest)
	if status, _ := h.get(t, "/p/en/situation"); status != 200 {
		t.Error("a refused publication took the old one away")
	}

	if err := h.client.Publish(ctx, h.pages(t, h.organisation, 7, map[string]string{"en/situation": "second"})); err != nil {
		t.Fatal(err)
	}
	if status, _ := h.get(t, "/p/ru/situation"); status != http.StatusNotFound {
		t.Errorf("a page that the new manifest does not name: %d", status)
	}
	h.stop() // and after a restart
	h.serve(t)
	if _, text := h.get(t, "/p/en/situation"); text != "second" {
		t.Errorf("after a restart: %q", text)
	}
	s, err := h.client.Status(ctx)
	if err != nil || s.PagesSerial != 7 || s.KeySerials["help"] != 1 || s.Day != "2017-04-09" || len(s.Salt) != 32 {
		t.Errorf("status %+v, %v", s, err)
	}
}

func TestKeyNotes(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := context.Background()
	if err := h.client.Keys(ctx, h.keyNotes(t, 2)...); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.client.Keys(ctx, h.keyNotes(t, 1)...), hatchway.Rollback)
	other := newDesk(t)
	wantCode(t, h.client.Keys(ctx, other.keyNotes(t, 3)...), hatchway.BadSignature)
	note, err := bundle.SignKeys(h.organisation, bundle.Keys{Name: map[string]string{"en": "x"}, Channel: "another", Recipient: h.intake.Recipient().String(), From: "2017-04-01", Until: "2017-04-08", Serial: 9})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.client.Keys(ctx, string(note)), hatchway.BadRequest)
	_, text := h.get(t, "/w/v1/keylog")
	var log struct{ Notes []string }
	if err := json.Unmarshal([]byte(text), &log); err != nil || len(log.Notes) != 4 {
		t.Errorf("the log has %d notes, %v; want every one ever posted: 4", len(log.Notes), err)
	}
	for _, n := range log.Notes {
		if _, err := bundle.OpenKeys([]byte(n), h.organisation.Public()); err != nil {
			t.Error(err)
		}
	}
}

// Several organisations share a Front; none sees or takes away the others' letters.
func TestTwoOrganisations(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	first, second := newDesk(t), newDesk(t)
	h := &house{desk: first, folder: filepath.Join(t.TempDir(), "data"), clock: clock.NewManual(time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)), log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(first, h.folder)
	c.Organisations[0].Channels = c.Organisations[0].Channels[:1] // help
	c.Organisations = append(c.Organisations, front.Organisation{
		Name: "second", Key: second.organisation.Public(), Hatch: second.hatch.Public(), Channels: []front.Channel{{ID: "information", Form: "information"}},
	})
	h.serveWith(t, c)
	var err error
	if second.client, err = hatchway.Dial(h.base, second.hatch, h.clock, nil); err != nil {
		t.Fatal(err)
	}
	for i, d := range []*desk{first, second} {
		if err := d.client.Keys(ctx, d.keyNotes(t, 1)[i]); err != nil {
			t.Fatal(err)
		}
		wantCode(t, d.client.Keys(ctx, d.keyNotes(t, 2)[1-i]), hatchway.BadRequest)
	}
	for _, path := range []string{"/en/help", "/en/information"} {
		if status, page := h.postForm(t, path, map[string]string{"text": "x"}, attachment{"a", []byte("a")}); status != 200 {
			t.Fatalf("%s: %d %s", path, status, page)
		}
	}
	mine, theirs := first.pull(t), second.pull(t)
	if len(mine) != 1 || len(theirs) != 1 || mine[0].Channel != "help" || theirs[0].Channel != "information" {
		t.Fatalf("%d and %d envelopes", len(mine), len(theirs))
	}
	_, err = first.client.Chunk(ctx, theirs[0].Uploads[0].ID, 0)
	wantCode(t, err, hatchway.NotFound)
	if err := first.client.Confirm(ctx, []string{theirs[0].ID}); err != nil {
		t.Fatal(err)
	}
	if len(second.pull(t)) != 1 {
		t.Error("one Desk took another's letter away")
	}
	if s, err := first.client.Status(ctx); err != nil || len(s.Waiting) != 1 || s.Waiting["help"] != 1 {
		t.Errorf("status %v, %v", s.Waiting, err)
	}
}

func TestEraseMailboxByTheDesk(t *testing.T) {
	t.Parallel()
	h := start(t)
	if status, _ := h.postForm(t, "/en/help", map[string]string{"text": "x"}); status != 200 {
		t.Fatal(status)
	}
	e := h.pull(t)[0]
	if err := h.client.Erase(context.Background(), e.Mailbox); err != nil {
		t.Fatal(err)
	}
	gone, err := h.client.Replies(context.Background(), []hatchway.Reply{{ID: envelope.NewID(), Mailbox: e.Mailbox, Sealed: []byte("x"), Expires: "2017-05-01"}})
	if err != nil || len(gone) != 1 {
		t.Errorf("gone %v, %v", gone, err)
	}
}
