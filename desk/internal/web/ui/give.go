package ui

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Give answers with a file to be kept and never shown here: no browser keeps it in a
// cache, guesses its kind or runs what is in it. The length is said, so that a cut file does not look whole; that the person
// went away is no error. Whatever calls it lets something out, and stands in the list
// of exits.
func Give(w http.ResponseWriter, kind, name string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
	return nil
}

// disposition names a file. A name that somebody else chose is written so that no
// browser reads more than a name in it (RFC 6266, RFC 8187).
func disposition(name string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._- ", r)
	}
	if strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return `attachment; filename="` + name + `"`
	}
	return "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
