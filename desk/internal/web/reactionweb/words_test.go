package reactionweb

import (
	"io/fs"
	"testing"

	"waylight/desk/internal/reactions"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	keys := append(reactions.Sentences(), "Somebody read this meanwhile. Look at what they wrote; yours still stands here.", "This feed is read already.", reactions.KeptBack)
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../reactions"}, Keys: keys, Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}
