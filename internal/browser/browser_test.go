package browser_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"testing"

	"waylight/internal/browser"
)

func site(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
		}
		fmt.Fprintf(w, `<!doctype html><title>t</title><body><p id=lang>%s</p><p id=said>%s</p><p id=script>off</p><script>document.getElementById("script").textContent="on"</script>
<form method=post action=/said><label>Say <input name=say></label><button>Send</button></form>`, html.EscapeString(r.Header.Get("Accept-Language")), html.EscapeString(r.PostFormValue("say")))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestFormWithAndWithoutScript(t *testing.T) {
	t.Parallel()
	url := site(t)
	for name, c := range map[string]struct {
		options []browser.Option
		script  string
	}{
		"script":    {[]browser.Option{browser.Phone, browser.Language("ru")}, "on"},
		"no script": {[]browser.Option{browser.NoScript, browser.Dark, browser.Language("ru")}, "off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := browser.Start(t, c.options...)
			if got := p.Go(url + "/gone"); got != http.StatusGone {
				t.Errorf("status %d, want 410", got)
			}
			p.Go(url)
			if got := p.Text("#script"); got != c.script {
				t.Errorf("script is %s, want %s", got, c.script)
			}
			if got := p.Text("#lang"); got != "ru" {
				t.Errorf("Accept-Language %q", got)
			}
			p.Fill("input[name=say]", "привет")
			if got := p.Follow("button"); got != http.StatusOK {
				t.Errorf("status %d", got)
			}
			if got := p.Text("#said"); got != "привет" {
				t.Errorf("the form sent %q", got)
			}
			if got := browser.Eval[bool](p, `matchMedia("(prefers-color-scheme: dark)").matches`); got != (c.script == "off") {
				t.Errorf("dark is %v", got)
			}
			if b := p.Picture(""); len(b) < 1000 {
				t.Errorf("a picture of %d bytes", len(b))
			}
		})
	}
}
