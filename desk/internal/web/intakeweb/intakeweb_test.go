package intakeweb

import (
	"io/fs"
	"strings"
	"testing"

	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../intake", "../../duty", "../../wording"}, Keys: troubles(),
		Locale: locale, Shared: []fs.FS{page.Locale(), ui.Locale()}})
}

// troubles are the sentences of the inbox that travel as text.
func troubles() []string {
	return []string{
		"It was written for another channel than the one it came through.",
		"The mailbox inside is not the one it came for. It may have been tampered with on the way.",
		"No key of this channel opens it: it was damaged on the way, or sealed to a key that is gone.",
		"It claims to continue a conversation but was not signed by the same sender.",
	}
}

func TestStories(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(page.Locale(), ui.Locale(), locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Stories() {
		for _, l := range []i18n.Lang{i18n.English, i18n.Russian} {
			var b strings.Builder
			if err := s.Set.Render(&b, s.Template, s.View(c.For(l))); err != nil {
				t.Errorf("%s in %s: %v", s.Name, l, err)
			}
			if !strings.Contains(b.String(), "<h1") {
				t.Errorf("%s has no heading", s.Name)
			}
		}
	}
}
