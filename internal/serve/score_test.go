package serve_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"waylight/internal/serve"
)

// score marks an answer over TLS as Mozilla's HTTP Observatory does ("Tests and
// scoring"): from 100 down for what is missing or open, up for what is better than
// asked. From 100 on it is the best mark.
func score(h http.Header) (points int, lost []string) {
	points = 100
	mark := func(n int, why string, when bool) {
		if when {
			points += n
			if n < 0 {
				lost = append(lost, why)
			}
		}
	}
	policy := map[string]string{}
	for part := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		policy[name] = value
	}
	open := regexp.MustCompile(`'unsafe|\*|https?:|data:`)
	anyOpen := false
	for _, v := range policy {
		anyOpen = anyOpen || open.MatchString(v)
	}
	mark(-25, "no policy of content", h.Get("Content-Security-Policy") == "")
	mark(-20, "an open policy of content", anyOpen)
	mark(-10, "base-uri is not closed", policy["base-uri"] != "'none'")
	mark(-10, "form-action is not closed", policy["form-action"] != "'self'")
	mark(10, "", policy["default-src"] == "'none'" && !anyOpen)
	age := regexp.MustCompile(`max-age=(\d+)`).FindStringSubmatch(h.Get("Strict-Transport-Security"))
	mark(-20, "no strict transport", age == nil)
	if age != nil {
		seconds, _ := strconv.Atoi(age[1])
		mark(-10, "strict transport for less than half a year", seconds < 15768000)
	}
	mark(-5, "sniffing of types", h.Get("X-Content-Type-Options") != "nosniff")
	mark(-20, "may be framed", policy["frame-ancestors"] != "'none'" && h.Get("X-Frame-Options") != "DENY")
	mark(5, "", policy["frame-ancestors"] == "'none'")
	mark(-5, "the referrer leaves", h.Get("Referrer-Policy") != "same-origin" && h.Get("Referrer-Policy") != "no-referrer")
	mark(5, "", h.Get("Referrer-Policy") == "same-origin" || h.Get("Referrer-Policy") == "no-referrer")
	mark(-50, "other sites may read", h.Get("Access-Control-Allow-Origin") != "")
	mark(-20, "a cookie", h.Get("Set-Cookie") != "")
	mark(10, "", h.Get("Cross-Origin-Resource-Policy") == "same-origin")
	return points, lost
}

// TestHeadersScoreFullMarks: nothing is lost, with a microphone and with sound too;
// the control shows that the marking notices what is missing.
func TestHeadersScoreFullMarks(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(http.Header){
		"a page": func(http.Header) {}, "a page that records": serve.AllowRecording, "a page with sound": func(h http.Header) { serve.AllowSound(h, "'self'") },
	} {
		w := httptest.NewRecorder()
		serve.Headers(serve.Policy{Connect: true, HTTPS: true}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { change(w.Header()) })).
			ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://example.com/", nil))
		if points, lost := score(w.Header()); points != 130 || len(lost) > 0 {
			t.Errorf("%s: %d points, lost for %v", name, points, lost)
		}
	}
	for _, gone := range []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy"} {
		w := httptest.NewRecorder()
		serve.Headers(serve.Policy{Connect: true, HTTPS: true}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Del(gone) })).
			ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://example.com/", nil))
		if _, lost := score(w.Header()); len(lost) == 0 {
			t.Errorf("without %s nothing is lost", gone)
		}
	}
}
