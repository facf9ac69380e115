package ui_test

import (
	"mime"
	"net/http/httptest"
	"testing"

	"waylight/desk/internal/web/ui"
)

// TestGive: whatever somebody calls a file, a browser reads a name in it and nothing
// else, and it keeps, guesses and runs nothing.
func TestGive(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"report.pdf", "два слова.pdf", `a"; filename="b.html`, "a\r\nSet-Cookie: x=1", "100%.txt", ""} {
		w := httptest.NewRecorder()
		if err := ui.Give(w, "text/plain; charset=utf-8", name, []byte("words")); err != nil {
			t.Fatal(err)
		}
		h := w.Result().Header
		how, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if err != nil || how != "attachment" || params["filename"] != name || len(params) != 1 {
			t.Errorf("%q is sent as %q: %v %v", name, h.Get("Content-Disposition"), params, err)
		}
		if w.Body.String() != "words" || h.Get("Content-Length") != "5" || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" || h.Get("Set-Cookie") != "" {
			t.Errorf("%q: %v", name, h)
		}
	}
}
