package desk

import (
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/desk/internal/store"
	"waylight/internal/browser"
)

// TestGuardReadsWhileTyping: an editor who types a protected name is told before anything
// is kept: at once by the script, and by a press on a telephone without it. What was typed
// stays in its fields, nothing of it is stored, and the advice speaks too.
func TestGuardReadsWhileTyping(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, cast := demoDesk(t)
	r, goran := d.rooms(), team["goran"]
	if err := r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.WatchTerm(ctx, "case_look", "name", "Zelimkhan Nesushchestvuev") // invented
	}); err != nil {
		t.Fatal(err)
	}
	all, err := r.board.Campaigns(ctx, goran)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	slug, report, err := r.compose(ctx, goran, all[0].ID, "2019-01-01", 0)
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.gateway.Begin(ctx, goran, slug, report)
	if err != nil {
		t.Fatal(err)
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	const stops, leaks = "The leak guard stops this text", "Zelimkhan was here. His friend Nesushchestvuev was proven right."
	for name, option := range map[string]browser.Option{"script": browser.Desktop, "no script": browser.NoScript} {
		before, err := r.gateway.Open(ctx, goran, id)
		if err != nil {
			t.Fatal(err)
		}
		p := browser.Start(t, browser.Phone, option)
		p.Go(s.URL + "/sign-in")
		p.Fill("input[name=login]", "goran")
		p.Fill("input[name=passphrase]", phrase(t, cast, "goran"))
		p.Follow("form[action='/sign-in'] button")
		p.Go(s.URL + "/publish/" + id + "/edit")
		p.Fill("textarea[name=limits]", leaks)
		if name == "script" {
			p.Until(`document.getElementById("look").textContent.includes("` + stops + `")`)
		} else {
			p.Follow("button[formaction]")
		}
		if got := p.Text("#look"); !strings.Contains(got, stops) || !strings.Contains(got, "What is unknown, in English") || !strings.Contains(got, "This says more than a range can carry") {
			t.Errorf("%s: the page says %q", name, got)
		}
		if got := p.Value("textarea[name=limits]"); got != leaks {
			t.Errorf("%s: what was typed became %q", name, got)
		}
		p.Fill("textarea[name=limits]", "Nobody knows the number.")
		if name == "script" {
			p.Until(`document.getElementById("look").textContent.includes("finds nobody")`)
		} else {
			p.Follow("button[formaction]")
			if got := p.Text("#look"); !strings.Contains(got, "finds nobody") {
				t.Errorf("%s: after it was mended the page says %q", name, got)
			}
		}
		kept, err := r.gateway.Open(ctx, goran, id)
		if err != nil || kept.Edition.Revision != before.Edition.Revision {
			t.Errorf("%s: looking kept something: revision %d, then %d, %v", name, before.Edition.Revision, kept.Edition.Revision, err)
		}
		p.Follow("form[data-look] button.primary")
		if !strings.Contains(p.Text("body"), "Kept.") {
			t.Errorf("%s: it was not kept after the look: %s", name, p.Text("body"))
		}
	}
}
