package storybook

import (
	"os"
	"path/filepath"
	"testing"
)

// The validator must see what is wrong.
func TestValidatorSees(t *testing.T) {
	t.Parallel()
	java, jar := validator(t)
	dir := t.TempDir()
	write := func(name, html string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.html", `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title></head><body><p>Good.</p></body></html>`)
	if got := validate(t, java, jar, dir); len(got) != 0 {
		t.Errorf("a good page: %+v", got)
	}
	write("bad.html", `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bad</title></head><body><ul><p>Bad.</p></ul></body></html>`)
	if got := validate(t, java, jar, dir); len(got) == 0 {
		t.Error("a paragraph in a list is not noticed")
	}
}
