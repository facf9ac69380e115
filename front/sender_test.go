package front_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// one pulls, opens and confirms the single message that waits.
func (h *house) one(t testing.TB) envelope.Message {
	t.Helper()
	waiting := h.pull(t)
	if len(waiting) != 1 {
		t.Fatalf("%d envelopes wait, want 1", len(waiting))
	}
	return h.open(t, waiting[0].Sealed)
}

func (h *house) confirm(t testing.TB) {
	t.Helper()
	for _, e := range h.pull(t) {
		if err := h.client.Confirm(context.Background(), []string{e.ID}); err != nil {
			t.Fatal(err)
		}
	}
}

// The command's road: package sender against the real Front.
func TestSenderRoad(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx, day := context.Background(), clock.DayOf(h.clock.Now())
	f := &sender.Front{URL: h.base}
	content := bytes.Repeat([]byte("evidence "), 70_000)
	path := filepath.Join(t.TempDir(), "фото.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := sender.Attach(path)
	if err != nil {
		t.Fatal(err)
	}
	code := receipt.New()
	s, err := f.Prepare(ctx, "help", bundle.Fingerprint(h.organisation.Public()), code, envelope.Message{Kind: envelope.Report, Text: "Нас двое"}, []sender.Attachment{a})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Submit(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	m := h.one(t)
	if m.Text != "Нас двое" || m.Via != envelope.Command || !bytes.Equal(h.file(t, m.Files[0]), content) {
		t.Error("it did not arrive as it was")
	}
	h.confirm(t)
	if err := f.Submit(ctx, s); err != nil { // the answer was lost, the sender repeats late
		t.Errorf("repeated after the Desk took it: %v", err)
	}
	if left := h.pull(t); len(left) != 0 {
		t.Error("a late repetition made a second message")
	}

	h.answer(t, m.Mailbox.ID, m.Mailbox.Recipient, "Мы с вами")
	if got, err := f.Read(ctx, code, day); err != nil || len(got) != 1 || got[0].Message.Text != "Мы с вами" {
		t.Fatalf("%d answers, %v", len(got), err)
	}
	if err := f.Erase(ctx, "help", "", code, day); err != nil {
		t.Fatal(err)
	}
	if told := h.one(t); told.Kind != envelope.Erased {
		t.Errorf("the team was told %s", told.Kind)
	}
	if _, err := f.Read(ctx, code, day); err == nil {
		t.Error("the erased mailbox opens")
	}
}

// The script that is served is the one of the repository, under its own hash.
func TestServedScript(t *testing.T) {
	t.Parallel()
	h := start(t)
	want, err := os.ReadFile("internal/letterbox/static/waylight.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/ru/help", "/en/information", "/ru/mailbox"} {
		_, html := fetch(t, h.base+page)
		m := regexp.MustCompile(`<script src="(/static/waylight\.([0-9a-f]+)\.js)" defer></script>`).FindAllStringSubmatch(html, -1)
		if len(m) != 1 || strings.Count(html, "<script") != 1 {
			t.Errorf("%s has %d scripts, one of them ours", page, strings.Count(html, "<script"))
			continue
		}
		sum := sha256.Sum256(want)
		_, got := fetch(t, h.base+m[0][1])
		if got != string(want) || !strings.HasPrefix(hex.EncodeToString(sum[:]), m[0][2]) {
			t.Errorf("%s: the script is not the repository's, or its name is not its hash", page)
		}
	}
}

func fetch(t testing.TB, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

// The page's road: the real pages, script and Front in a phone-sized Chromium.
func TestScriptRoad(t *testing.T) {
	t.Parallel()
	h := start(t)
	// The page signs with the device's day, which a test cannot move.
	h.clock.Advance(clock.System().Now().Sub(h.clock.Now()))
	p := browser.Start(t, browser.Phone, browser.Language("ru"))
	p.Go(h.base + "/ru/information#q-send")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	content := bytes.Repeat([]byte("evidence "), 70_000)
	path := filepath.Join(t.TempDir(), "фото.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	browser.Eval[bool](p, `(() => { document.querySelector('[name="text"]').value = "Я видел это.\nСегодня."; return true })()`)
	browser.Eval[bool](p, `(() => { document.querySelector('[name="q.knowledge"][value="saw"]').checked = true; return true })()`)
	p.Upload(`form[data-seal] [name="file"]`, path)
	p.Click(`form[data-seal] #q-send button[type="submit"]`)
	p.Wait(`[data-group="8"]`)
	typedCode := browser.Eval[string](p, `Array.from(document.querySelectorAll("[data-group]"), (e) => e.textContent).join(" ")`)
	if _, err := receipt.Parse(typedCode); err != nil {
		t.Fatalf("the page shows no code: %v", err)
	}
	m := h.one(t)
	if m.Text != "Я видел это.\nСегодня." || m.Via != envelope.PageScript || m.Lang != "ru" || m.Form == nil || m.Form.ID != "information" || m.Form.Version == 0 {
		t.Errorf("it did not arrive as it was: via %s, lang %s", m.Via, m.Lang)
	}
	answers := map[string]envelope.Answer{}
	for _, a := range m.Answers {
		answers[a.Question] = a
	}
	if a := answers["knowledge"]; len(a.Values) != 1 || a.Values[0] != "saw" || !answers["when"].Skipped {
		t.Errorf("answers: %+v", answers)
	}
	if len(m.Files) != 1 || !bytes.Equal(h.file(t, m.Files[0]), content) {
		t.Error("the file did not arrive as it was")
	}

	h.answer(t, m.Mailbox.ID, m.Mailbox.Recipient, "Мы <b>с вами</b>.")
	p.Go(h.base + "/ru/mailbox")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	p.Set(`form[data-mailbox] [name="code"]`, typedCode)
	p.Click(`form[data-mailbox] button[type="submit"]`)
	p.Wait("[data-messages] [data-text]")
	if got := p.Text("[data-messages] [data-text]"); got != "Мы <b>с вами</b>." {
		t.Errorf("the page shows %q", got)
	}
	h.confirm(t)
	p.Set(`form[data-followup] [name="text"]`, "Спасибо")
	p.Click(`form[data-followup] button[type="submit"]`)
	p.Until(`document.querySelector("form[data-followup] [data-status]").getAttribute("data-state") === "sent"`)
	if f := h.one(t); f.Kind != envelope.FollowUp || f.Text != "Спасибо" || f.Mailbox.ID != m.Mailbox.ID {
		t.Errorf("the follow-up came as %s", f.Kind)
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
}
