package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"9.9.9.9": true, "2620:fe::fe": true, "127.0.0.1": false, "127.8.9.1": false, "0.0.0.0": false, "10.0.0.1": false, "172.16.3.4": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "::": false, "fe80::1": false,
		"fd00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// Nothing of this machine's own network is reached, however it is written.
func TestRefuses(t *testing.T) {
	t.Parallel()
	reached := false
	own := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer own.Close()
	port := own.URL[strings.LastIndexByte(own.URL, ':'):]
	f, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	tor, err := New(Config{Proxy: "socks5h://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{own.URL, "http://localhost" + port, "http://localhost./", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://[::1]" + port, "http://[::ffff:127.0.0.1]/",
		"http://169.254.169.254/latest/meta-data/", "http://router.lan/", "http://printer/", "https://example.org:8443/", "http://db.internal/"} {
		for name, x := range map[string]*Fetcher{"directly": f, "by a proxy": tor} {
			if _, err := x.Get(t.Context(), address); !errors.Is(err, ErrPrivate) {
				t.Errorf("%s, %s: %v", address, name, err)
			}
		}
	}
	for _, address := range []string{"file:///etc/passwd", "gopher://example.org/", "https://user:word@example.org/", "https:///x", "javascript:alert(1)", "http://%zz"} {
		if _, err := f.Get(t.Context(), address); err == nil || errors.Is(err, ErrPrivate) && !strings.Contains(address, "example") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if reached {
		t.Error("a server of this machine was reached")
	}
	for _, p := range []string{"http://127.0.0.1:1", "127.0.0.1:9050", "socks5h://"} {
		if _, err := New(Config{Proxy: p}); err == nil {
			t.Errorf("the proxy %q", p)
		}
	}
}

// allow lets one test server through, and nothing else.
func allow(t *testing.T, address string) *Fetcher {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(Config{Most: 1000, Allow: func(a netip.AddrPort) bool { return a.String() == u.Host }})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A redirection into the own network, endless ones, what is too large also when it
// unpacks to that, and answers that are none are refused; a page comes without
// cookies and without telling where one was before.
func TestGet(t *testing.T) {
	t.Parallel()
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirection was followed") }))
	defer inner.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		switch r.URL.Path {
		case "/in":
			http.Redirect(w, r, inner.URL, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/large":
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1001))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<20))
			_ = z.Close()
		case "/page":
			if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
				t.Errorf("it tells %v", r.Header)
			}
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write([]byte("a page"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	f := allow(t, server.URL)
	p, err := f.Get(t.Context(), server.URL+"/once#part")
	if err != nil || string(p.Body) != "a page" || p.Type != "text/plain" || !strings.HasSuffix(p.URL, "/page") {
		t.Errorf("%+v, %v", p, err)
	}
	for _, path := range []string{"/in", "/round", "/large", "/bomb", "/none"} {
		if _, err := f.Get(t.Context(), server.URL+path); err == nil {
			t.Errorf("%s was taken", path)
		}
	}
}
