package storybook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/i18n"
)

// Valid fails for every error and warning of the W3C's validator in the HTML of a
// book's stories, in each language of people; its advice about headings is told.
func Valid(t *testing.T, b Book) {
	t.Helper()
	pages := map[string][]byte{}
	for _, s := range b.Stories {
		for _, l := range append(b.Catalogue.Langs(), i18n.Mirror) {
			if !wanted(s.Name) {
				continue
			}
			html, err := b.render(s, l)
			if err != nil {
				t.Fatalf("%s in %s: %v", s.Name, l, err)
			}
			pages[s.Name+"-"+string(l)] = html
		}
	}
	ValidPages(t, pages)
}

// finding is one message of the validator.
type finding struct {
	Type, SubType, URL, Message, Extract string
	LastLine                             int
}

// ValidPages does the same for whole pages by their names.
func ValidPages(t *testing.T, pages map[string][]byte) {
	t.Helper()
	java, jar := validator(t)
	dir := t.TempDir()
	for name, html := range pages {
		file := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_").Replace(strings.TrimSuffix(name, ".html"))+".html")
		if err := os.WriteFile(file, html, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range validate(t, java, jar, dir) {
		say := t.Errorf
		if f.Type == "info" && f.SubType != "warning" || strings.Contains(f.Message, "lacks heading") || strings.Contains(f.Message, "“dt” name") || strings.Contains(f.Message, "appears to be written in") {
			say = t.Logf // advice: a message in a conversation needs no heading of its own, two people have two names, and it guesses languages
		}
		say("%s, line %d: %s: %s\n\t%s", filepath.Base(f.URL), f.LastLine, f.Type, f.Message, strings.TrimSpace(f.Extract))
	}
}

// validate runs the validator over a folder. It says all on its error output.
func validate(t *testing.T, java, jar, dir string) []finding {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), java, "-Xss1m", "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", dir)
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("the validator failed: %v: %s", err, out.String())
	}
	var said struct{ Messages []finding }
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(fmt.Errorf("the validator said %q: %w", out.String(), err))
	}
	return said.Messages
}

// validator finds Java and the jar: VNU_JAR, or where scripts/install-test-tools puts it.
func validator(t *testing.T) (java, jar string) {
	t.Helper()
	jar = os.Getenv("VNU_JAR")
	if jar == "" {
		jar = filepath.Join(root(t), ".cache", "vnu", "node_modules", "vnu-jar", "build", "dist", "vnu.jar")
	}
	java, err := exec.LookPath("java")
	if _, missing := os.Stat(jar); err != nil || missing != nil {
		if os.Getenv("WAYLIGHT_VNU") == "required" {
			t.Fatal("no validator here, and WAYLIGHT_VNU=required")
		}
		t.Skip("no HTML validator here: it needs Java and vnu.jar; scripts/install-test-tools fetches it from npm, or set VNU_JAR")
	}
	return java, jar
}
