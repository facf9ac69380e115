package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/desk/internal/web/ui"
	"waylight/desk/internal/web/ui/uitest"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// TestKeys walks through a list with the keyboard alone, in a real browser under
// the product's own content policy.
func TestKeys(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("GET "+page.Prefix, page.Serve(true, page.Ground(), ui.Assets()))
	mux.HandleFunc("GET /cases", func(w http.ResponseWriter, _ *http.Request) {
		s := uitest.Stories()[0]
		if err := s.Set.Render(w, s.Template, s.View(i18n.Words{})); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /cases/b", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(serve.Headers(serve.Policy{}, mux))
	t.Cleanup(server.Close)
	p := browser.Start(t)
	p.Go(server.URL + "/cases")
	focus := func() string {
		return browser.Eval[string](p, `document.activeElement.getAttribute("href") || document.activeElement.name || document.activeElement.id || ""`)
	}
	for _, step := range []struct{ key, want string }{{"j", "/cases/a"}, {"j", "/cases/b"}, {"j", "/cases/c"}, {"j", "/cases/c"}, {"k", "/cases/b"}, {"/", "q"}, {"j", "q"}} {
		p.Press(step.key)
		if got := focus(); got != step.want {
			t.Fatalf("after %q the focus is on %q, want %q", step.key, got, step.want)
		}
	}
	if got := p.Value("input[name=q]"); !strings.HasSuffix(got, "j") { // the driver types the "/" as well
		t.Errorf("a key typed into a field was taken: %q", got)
	}
	browser.Eval[bool](p, `document.activeElement.blur(); true`)
	p.Press("?")
	p.Wait("#keys[open]")
	p.Press("?")
	p.Until(`!document.querySelector("#keys").open`)
	p.Press("j")
	p.Press("j")
	p.Press("\r")
	p.Until(`location.pathname == "/cases/b"`)
}
