package front_test

import (
	"path/filepath"
	"testing"

	"waylight/front/internal/letterbox"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

func book(t *testing.T) storybook.Book {
	t.Helper()
	stories, err := letterbox.Stories()
	if err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(page.Locale(), forms.Locale(), letterbox.Locale())
	if err != nil {
		t.Fatal(err)
	}
	assets, err := letterbox.Assets()
	if err != nil {
		t.Fatal(err)
	}
	return storybook.Book{Stories: stories, Catalogue: words, Assets: []*page.Assets{assets}}
}

func TestStories(t *testing.T) {
	t.Parallel()
	storybook.Check(t, book(t))
}

// TestStoriesValid asks the W3C's validator.
func TestStoriesValid(t *testing.T) {
	t.Parallel()
	storybook.Valid(t, book(t))
}

func TestStoriesAccessible(t *testing.T) {
	t.Parallel()
	storybook.Accessible(t, book(t))
}

func TestStoriesPictures(t *testing.T) {
	t.Parallel()
	dir := storybook.PictureDir()
	if dir == "" {
		t.Skip("make screenshots draws the pages")
	}
	storybook.Pictures(t, filepath.Join(dir, "front"), book(t))
}
