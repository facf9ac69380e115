package serve_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/internal/serve"
)

// Pages are squeezed for those who take it; an answer to a form, an error and
// what is no page never are.
func TestSqueeze(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A page for a slow line. ", 100)
	for name, c := range map[string]struct {
		method, accept, kind string
		status               int
		squeezed             bool
	}{
		"page":             {"GET", "gzip, br", "text/html; charset=utf-8", 200, true},
		"old browser":      {"GET", "", "text/html; charset=utf-8", 200, false},
		"answer to a form": {"POST", "gzip", "text/html; charset=utf-8", 200, false},
		"error":            {"GET", "gzip", "text/html; charset=utf-8", 404, false},
		"data":             {"GET", "gzip", "application/json", 200, false},
	} {
		h := serve.Squeeze(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			io.WriteString(w, long)
		}))
		r := httptest.NewRequest(c.method, "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body := io.Reader(w.Body)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.squeezed || w.Code != c.status {
			t.Errorf("%s: squeezed %v, status %d", name, got, w.Code)
		}
		if c.squeezed {
			if w.Body.Len() > len(long)/4 {
				t.Errorf("%s: %d bytes of %d", name, w.Body.Len(), len(long))
			}
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != long {
			t.Errorf("%s: the page changed on its way: %v", name, err)
		}
	}
}
