package desk_test

import (
	"path/filepath"
	"slices"
	"testing"

	"waylight/desk"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/awayweb"
	"waylight/desk/internal/web/boardweb"
	"waylight/desk/internal/web/campaignweb"
	"waylight/desk/internal/web/captureweb"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/exchangeweb"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/glassweb"
	"waylight/desk/internal/web/harvestweb"
	"waylight/desk/internal/web/intakeweb"
	"waylight/desk/internal/web/listsweb"
	"waylight/desk/internal/web/lookweb"
	"waylight/desk/internal/web/movingweb"
	"waylight/desk/internal/web/opinionweb"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/pathwayweb"
	"waylight/desk/internal/web/postweb"
	"waylight/desk/internal/web/proposeweb"
	"waylight/desk/internal/web/publishweb"
	"waylight/desk/internal/web/purseweb"
	"waylight/desk/internal/web/reactionweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/redressweb"
	"waylight/desk/internal/web/submissionweb"
	"waylight/desk/internal/web/supportweb"
	"waylight/desk/internal/web/teamweb"
	"waylight/desk/internal/web/travelweb"
	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/web/ui/uitest"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

// book holds the stories of every web room: add a room's Stories here.
func book() storybook.Book {
	return storybook.Book{
		Catalogue: i18n.Must(i18n.Load(desk.Locales()...)),
		Assets:    []*page.Assets{ui.Assets()},
		Stories:   slices.Concat(uitest.Stories(), ui.Stories(), deskweb.Stories(), intakeweb.Stories(), caseweb.Stories(), purseweb.Stories(), pathwayweb.Stories(), boardweb.Stories(), proposeweb.Stories(), movingweb.Stories(), travelweb.Stories(), awayweb.Stories(), exchangeweb.Stories(), glassweb.Stories(), teamweb.Stories(), recordweb.Stories(), archiveweb.Stories(), partyweb.Stories(), lookweb.Stories(), harvestweb.Stories(), evidenceweb.Stories(), captureweb.Stories(), opinionweb.Stories(), figureweb.Stories(), listsweb.Stories(), campaignweb.Stories(), redressweb.Stories(), reactionweb.Stories(), submissionweb.Stories(), supportweb.Stories(), publishweb.Stories(), postweb.Stories()),
	}
}

func TestStories(t *testing.T) {
	t.Parallel()
	storybook.Check(t, book())
}

// TestStoriesValid asks the W3C's validator.
func TestStoriesValid(t *testing.T) {
	t.Parallel()
	storybook.Valid(t, book())
}

func TestStoriesAccessible(t *testing.T) {
	t.Parallel()
	storybook.Accessible(t, book())
}

func TestStoriesPictures(t *testing.T) {
	t.Parallel()
	dir := storybook.PictureDir()
	if dir == "" {
		t.Skip("make screenshots draws the pictures")
	}
	storybook.Pictures(t, filepath.Join(dir, "desk"), book())
}
