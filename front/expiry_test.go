package front_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/wire"
)

// What nobody fetched, and a mailbox that nobody used, have their end. The holder
// of the code is told so on both roads, in both languages, and can go on writing.
func TestExpiredConversationSaysSo(t *testing.T) {
	t.Parallel()
	h, ctx := startAt(t, clock.System().Now().Add(-760*24*time.Hour)), context.Background() // it ends today: the browser has the machine's date
	f := &sender.Front{URL: h.base}
	begin := func(text string) receipt.Code {
		code := receipt.New()
		s, err := f.Prepare(ctx, "help", "", code, envelope.Message{Kind: envelope.Report, Text: text}, nil)
		if err == nil {
			err = f.Submit(ctx, s)
		}
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	unused := begin("fetched")
	for _, e := range h.pull(t) {
		if err := h.client.Confirm(ctx, []string{e.ID}); err != nil {
			t.Fatal(err)
		}
	}
	h.clock.Advance(560 * 24 * time.Hour)
	lost := begin("never fetched")
	h.clock.Advance(200 * 24 * time.Hour)
	h.stop()
	h.serve(t) // it sweeps when it begins
	f.URL = h.base
	for deadline := time.Now().Add(2 * time.Minute); len(h.pull(t)) > 0; {
		if time.Now().After(deadline) {
			t.Fatal("what nobody fetched is still here")
		}
	}
	for _, c := range []struct {
		code receipt.Code
		kind string
		says map[string]string
	}{
		{unused, "unused", map[string]string{"en": "was not used for a long time", "ru": "ею долго не пользовались"}},
		{lost, "uncollected", map[string]string{"en": "nobody collected what you sent before", "ru": "никто не забрал"}},
	} {
		for lang, sentence := range c.says {
			status, page := h.postForm(t, "/"+lang+"/mailbox", map[string]string{"code": typed(c.code)})
			if status != http.StatusOK || !strings.Contains(page, sentence) {
				t.Errorf("%s, %s: status %d\n%.2000s", c.kind, lang, status, page)
			}
			p := browser.Start(t, browser.Phone)
			p.Go(h.base + "/" + lang + "/mailbox")
			p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
			p.Fill(`textarea[name="code"]`, typed(c.code))
			p.Click(`form[data-mailbox] button[type="submit"]`)
			p.Until(`document.querySelector("form[data-mailbox] [data-status]").textContent.includes(` + quoted(sentence) + `)`)
		}
		if got := h.readMailbox(t, c.code).Expired; got != c.kind {
			t.Errorf("the protocol says %q, want %q", got, c.kind)
		}
		more, err := f.Prepare(ctx, "help", "", c.code, envelope.Message{Kind: envelope.FollowUp, Text: "still here"}, nil)
		if err == nil {
			err = f.Submit(ctx, more)
		}
		if err != nil {
			t.Fatalf("%s: a further message: %v", c.kind, err)
		}
		if got := h.readMailbox(t, c.code).Expired; got != "" {
			t.Errorf("after a further message: %q", got)
		}
	}
	if n := len(h.pull(t)); n != 2 {
		t.Errorf("%d envelopes, want the two further messages", n)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always has a form in JSON
	return string(b)
}

// readMailbox reads with the protocol alone.
func (h *house) readMailbox(t *testing.T, code receipt.Code) (out wire.Replies) {
	t.Helper()
	keys := mailbox.Derive(code, h.salt(t))
	a := wire.Access{Day: clock.DayOf(h.clock.Now()), Nonce: envelope.NewID()}
	a.Signature = keys.Sign(mailbox.Read, wire.AccessParts(keys.ID().String(), a.Nonce, a.Day)...)
	body, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(h.base+strings.Replace(wire.PathRead, "{id}", keys.ID().String(), 1), "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
	return out
}
