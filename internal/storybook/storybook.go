// Package storybook renders every state of every page from literals: for the
// eye, for the accessibility checker and for the check that no page can break.
//
// Each zone gives its rooms' stories from a test; the package knows no zone. It is
// test support: only tests import it.
package storybook

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// Book is the stories of one zone with what they need.
type Book struct {
	Stories   []page.Story
	Catalogue *i18n.Catalogue
	Assets    []*page.Assets // besides the ground's
}

// Langs are the languages in which every story must render.
func (b Book) langs() []i18n.Lang {
	return append(b.Catalogue.Langs(), i18n.Pseudo, i18n.Mirror)
}

func (b Book) render(s page.Story, l i18n.Lang) ([]byte, error) {
	var out bytes.Buffer
	err := s.Set.Render(&out, s.Template, s.View(b.Catalogue.For(l)))
	return out.Bytes(), err
}

// serve shows the stories under /{lang}/{name}, with the product's own headers.
func (b Book) serve(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET "+page.Prefix, page.Serve(true, append([]*page.Assets{page.Ground()}, b.Assets...)...))
	mux.HandleFunc("GET /{lang}/{name...}", func(w http.ResponseWriter, r *http.Request) {
		i := slices.IndexFunc(b.Stories, func(s page.Story) bool { return s.Name == r.PathValue("name") })
		if i < 0 {
			http.NotFound(w, r)
			return
		}
		html, err := b.render(b.Stories[i], i18n.Lang(r.PathValue("lang")))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(html) //nolint:errcheck // the test's browser went away
	})
	s := httptest.NewServer(serve.Headers(serve.Policy{}, mux))
	t.Cleanup(s.Close)
	return s.URL
}

// forbidden finds what the content policy would block or a page must not hold.
var forbidden = regexp.MustCompile(`(?i)<[^>]+\s(style|on[a-z]+)\s*=|<style\b|<script(?:\s+(?:defer|async|type="module"))*\s*>|javascript:|https?://[^"'\s<>]*\.(?:js|css|woff2?)\b|ZgotmplZ|%!`)

// Check renders every story in every language, compares each template with its
// view's type, and looks for what the content policy forbids.
func Check(t *testing.T, b Book) {
	t.Helper()
	if len(b.Stories) == 0 {
		t.Fatal("no stories")
	}
	seen := map[string]bool{}
	for _, s := range b.Stories {
		if seen[s.Name] {
			t.Errorf("two stories are named %s", s.Name)
		}
		seen[s.Name] = true
		tmpl, err := s.Set.Template(s.Template)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, s.View(i18n.Words{})); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		for _, l := range b.langs() {
			html, err := b.render(s, l)
			if err != nil {
				t.Errorf("%s in %s: %v", s.Name, l, err)
				continue
			}
			if bad := forbidden.Find(html); bad != nil {
				t.Errorf("%s in %s holds %q", s.Name, l, bad)
			}
		}
	}
}

// Pictures writes each story at 360 and 1280 px, light and dark, once from right to
// left and once as it is printed, as dir/{name}-{width}-{colours}.png.
func Pictures(t *testing.T, dir string, b Book) {
	t.Helper()
	url := b.serve(t)
	p := browser.Start(t)
	for _, v := range []struct {
		name  string
		width int
		dark  bool
		lang  i18n.Lang
	}{
		{"1280-light", 1280, false, i18n.English}, {"360-light", 360, false, i18n.English}, {"1280-dark", 1280, true, i18n.Russian},
		{"360-dark", 360, true, i18n.Russian}, {"1280-rtl", 1280, false, i18n.Mirror}, {"paper", 794, false, i18n.English},
	} {
		if p.Size(v.width, 800, v.dark); v.name == "paper" {
			p.Paper()
		}
		for _, s := range b.Stories {
			if !wanted(s.Name) {
				continue
			}
			p.Go(url + "/" + string(v.lang) + "/" + s.Name)
			p.Picture(filepath.Join(dir, strings.ReplaceAll(s.Name, "/", "-")+"-"+v.name+".png"))
		}
	}
}

// wanted lets WAYLIGHT_STORIES=prefix choose stories while a page is being drawn.
func wanted(name string) bool { return strings.HasPrefix(name, os.Getenv("WAYLIGHT_STORIES")) }

// violation is what axe-core finds.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
	r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 200) + " " + (n.any[0] ? n.any[0].message : ""))})))`

// widest names the elements that stick out.
const widest = `[...document.querySelectorAll("main *, header, footer *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1).slice(0, 5).map(e => e.outerHTML.slice(0, 90)).join(" | ")`

// Accessible fails for every violation of WCAG 2.0 to 2.2, A and AA, that axe-core
// finds, wide in light and narrow in dark colours, and for every page that is wider
// than its screen: also from right to left, and at 320 px with long words.
func Accessible(t *testing.T, b Book) {
	t.Helper()
	axe := axeScript(t)
	url := b.serve(t)
	for _, v := range []struct {
		width int
		dark  bool
		lang  i18n.Lang
		axe   string
	}{{1280, false, i18n.English, axe}, {360, true, i18n.Russian, axe}, {1280, true, i18n.Mirror, ""}, {320, false, i18n.Pseudo, ""}} {
		t.Run(fmt.Sprintf("%d-%s", v.width, v.lang), func(t *testing.T) {
			t.Parallel()
			p := browser.Start(t)
			p.Size(v.width, 800, v.dark)
			for _, s := range b.Stories {
				if wanted(s.Name) {
					p.Go(url + "/" + string(v.lang) + "/" + s.Name)
					check(t, p, s.Name, v.width, v.axe)
				}
			}
		})
	}
}

// CheckTab does the same for the page that stands in a tab, in the middle of a journey.
func CheckTab(t *testing.T, p *browser.Page, name string, width int) {
	t.Helper()
	check(t, p, name, width, axeScript(t))
}

// check looks at the page that stands in the tab.
func check(t *testing.T, p *browser.Page, name string, width int, axe string) {
	t.Helper()
	if w := browser.Eval[int](p, "document.documentElement.scrollWidth"); w > width {
		t.Errorf("%s is %d px wide on a screen of %d: %s", name, w, width, browser.Eval[string](p, widest))
	}
	if axe == "" {
		return
	}
	browser.Eval[bool](p, axe+"; true")
	for _, f := range browser.Await[[]violation](p, axeRun) {
		t.Errorf("%s at %d px: %s: %s\n\t%s", name, width, f.ID, f.Help, strings.Join(f.Nodes, "\n\t"))
	}
}

// axeScript finds axe-core: AXE_JS, or where scripts/install-test-tools puts it.
func axeScript(t *testing.T) string {
	t.Helper()
	file := os.Getenv("AXE_JS")
	if file == "" {
		file = filepath.Join(root(t), ".cache", "axe", "node_modules", "axe-core", "axe.min.js")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		if os.Getenv("WAYLIGHT_BROWSER") == "required" {
			t.Fatal("no axe-core here, and WAYLIGHT_BROWSER=required")
		}
		t.Skip("no axe-core here: scripts/install-test-tools fetches it from npm, or set AXE_JS")
	}
	return string(b)
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal(fmt.Errorf("no go.mod above %s", dir))
	return ""
}

// PictureDir is where make screenshots wants the pictures; empty in an ordinary test run.
func PictureDir() string { return os.Getenv("WAYLIGHT_SCREENSHOTS") }
