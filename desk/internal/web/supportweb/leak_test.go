package supportweb

import (
	"bytes"
	"strings"
	"testing"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// TestWhy: the page of a draft says why the guard found something, and nobody can agree
// while one finding stops it. What only asks or is allowed leaves the way open.
func TestWhy(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load(page.Locale(), ui.Locale(), Locale())
	if err != nil {
		t.Fatal(err)
	}
	set := ui.Must(ui.Parse(templates))
	show := func(hits ...publish.Hit) string {
		t.Helper()
		k := example()
		k.hits, k.me.ID = hits, "member_s"
		w := words.For("en")
		var b bytes.Buffer
		if err := set.Render(&b, "petition", petitionPage(ui.Example(w, "x", "/petitions"), k)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	stop := publish.Hit{Paragraph: 2, Level: guard.Block, Kind: guard.Name, Why: guard.Parts, Gap: 1, Words: "Zelimkhan (invented)"}
	ask := publish.Hit{Paragraph: 3, Level: guard.Ask, Kind: guard.Name, Why: guard.Shared}
	lifted := stop
	lifted.Lifted = true
	const agree = "/approve"
	got := show(stop, ask)
	for _, want := range []string{"The leak guard stops this text", "Paragraph 3 gives away", "stand side by side", "<mark>Zelimkhan (invented)</mark>", "Paragraph 4 may give away", "without another part near it"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page of a stopped draft lacks %q", want)
		}
	}
	if strings.Contains(got, agree) {
		t.Error("a stopped draft can be agreed to")
	}
	got = show(ask, lifted)
	if !strings.Contains(got, "The leak guard asks you to look") || !strings.Contains(got, "allowed") || !strings.Contains(got, agree) {
		t.Error("a draft that nothing stops cannot be agreed to, or its findings are missing")
	}
}
