package lookout

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// halfYear is the shortest time, in seconds, for which browsers should remember
// to come over TLS only.
const halfYear = 15768000

// Headers lists what is wrong with the headers of a page, after the rules by
// which the Mozilla Observatory gives full marks, and ours: no cookie, nothing
// that makes a browser report to somebody. https says whether it came over TLS.
func Headers(h map[string][]string, https bool) []string {
	var wrong []string
	get := func(name string) string {
		for k, v := range h {
			if strings.EqualFold(k, name) {
				return strings.Join(v, ", ")
			}
		}
		return ""
	}
	is := func(name string, good ...string) {
		if v := get(name); !slices.Contains(good, strings.ToLower(v)) {
			wrong = append(wrong, name+" is "+strconv.Quote(v)+", not "+good[0])
		}
	}
	wrong = append(wrong, policy(get("Content-Security-Policy"))...)
	is("X-Content-Type-Options", "nosniff")
	is("X-Frame-Options", "deny")
	is("Referrer-Policy", "same-origin", "no-referrer")
	is("Cross-Origin-Resource-Policy", "same-origin")
	is("Cross-Origin-Opener-Policy", "same-origin")
	for _, name := range []string{"Set-Cookie", "Access-Control-Allow-Origin", "Report-To", "NEL"} {
		if v := get(name); v != "" {
			wrong = append(wrong, name+" is sent: "+strconv.Quote(v))
		}
	}
	if https {
		seconds := 0
		if m := maxAge.FindStringSubmatch(get("Strict-Transport-Security")); m != nil {
			seconds, _ = strconv.Atoi(m[1])
		}
		if seconds < halfYear {
			wrong = append(wrong, "Strict-Transport-Security does not hold for half a year")
		}
	}
	return wrong
}

var maxAge = regexp.MustCompile(`(?i)\bmax-age=([0-9]{1,10})\b`)

// policy checks a content security policy: nothing but what is named, and only
// from this server.
func policy(csp string) (wrong []string) {
	directives := map[string][]string{}
	for part := range strings.SplitSeq(csp, ";") {
		if words := strings.Fields(strings.ToLower(part)); len(words) > 0 {
			directives[words[0]] = words[1:]
		}
	}
	for _, name := range []string{"default-src", "base-uri", "frame-ancestors"} {
		if v := directives[name]; len(v) != 1 || v[0] != "'none'" {
			wrong = append(wrong, "Content-Security-Policy: "+name+" is not 'none'")
		}
	}
	if v := directives["form-action"]; len(v) != 1 || v[0] != "'self'" && v[0] != "'none'" {
		wrong = append(wrong, "Content-Security-Policy: form-action allows another server")
	}
	for name, sources := range directives {
		for _, s := range sources {
			made := s == "blob:" && (name == "media-src" || name == "img-src") // by this page: a recorded voice, a picture to be sent
			if s != "'self'" && s != "'none'" && !made {
				wrong = append(wrong, "Content-Security-Policy: "+name+" allows "+s)
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}
