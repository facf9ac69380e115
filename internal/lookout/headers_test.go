package lookout_test

import (
	"maps"
	"strings"
	"testing"

	"waylight/internal/lookout"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	good := map[string][]string{
		"Content-Security-Policy": {"default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		"X-Content-Type-Options":  {"nosniff"}, "X-Frame-Options": {"DENY"}, "Referrer-Policy": {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"}, "Cross-Origin-Opener-Policy": {"same-origin"},
		"Strict-Transport-Security": {"max-age=31536000"},
	}
	if wrong := lookout.Headers(good, true); len(wrong) > 0 {
		t.Fatalf("%q", wrong)
	}
	for name, c := range map[string]struct{ header, value, want string }{
		"inline scripts":  {"Content-Security-Policy", strings.Replace(good["Content-Security-Policy"][0], "script-src 'self'", "script-src 'self' 'unsafe-inline'", 1), "script-src allows 'unsafe-inline'"},
		"another server":  {"Content-Security-Policy", strings.Replace(good["Content-Security-Policy"][0], "script-src 'self'", "script-src https:", 1), "script-src allows https:"},
		"no policy":       {"Content-Security-Policy", "", "default-src is not 'none'"},
		"forms elsewhere": {"Content-Security-Policy", strings.Replace(good["Content-Security-Policy"][0], "form-action 'self'", "form-action *", 1), "form-action allows another server"},
		"sniffing":        {"X-Content-Type-Options", "", "X-Content-Type-Options"},
		"framing":         {"X-Frame-Options", "SAMEORIGIN", "X-Frame-Options"},
		"referrers":       {"Referrer-Policy", "unsafe-url", "Referrer-Policy"},
		"a cookie":        {"Set-Cookie", "a=b", "Set-Cookie is sent"},
		"open to others":  {"Access-Control-Allow-Origin", "*", "Access-Control-Allow-Origin is sent"},
		"reports":         {"NEL", "{}", "NEL is sent"},
		"short TLS":       {"Strict-Transport-Security", "max-age=86400", "half a year"},
		"no TLS promise":  {"Strict-Transport-Security", "", "half a year"},
	} {
		h := maps.Clone(good)
		h[c.header] = []string{c.value}
		if text := strings.Join(lookout.Headers(h, true), "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%s: %q", name, text)
		}
	}
	delete(good, "Strict-Transport-Security")
	if wrong := lookout.Headers(good, false); len(wrong) > 0 {
		t.Errorf("without TLS: %q", wrong)
	}
}
