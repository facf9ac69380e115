package caseweb_test

import (
	"testing"

	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

func TestStories(t *testing.T) {
	t.Parallel()
	storybook.Check(t, storybook.Book{Stories: caseweb.Stories(), Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale()))})
}
