// Package fetch gets pages of the open web for a machine that stands among others
// which nobody outside may reach.
//
// It asks by GET alone, without cookies, without telling where it came from, and
// refuses every address that is not of the public internet: the check stands where
// the connection is made, so that a name which points somewhere else the second
// time, a redirection, or a number written in another way leads nowhere. What comes
// is bounded in size and time, also after it was unpacked. Through a proxy such as
// Tor names are not looked up here; numbers and names of this machine's own network
// are refused all the same. It imports fault, the standard library and, for Dial, the
// SOCKS client of golang.org/x/net.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"waylight/internal/fault"
)

// Config says how pages are fetched.
type Config struct {
	Proxy   string        // "socks5h://127.0.0.1:9050"; empty: directly
	Most    int64         // bytes of a page; 0: 4 MiB
	Timeout time.Duration // of one page with its redirections; 0: 30 s
	// Allow lets a test's own server be reached; nil: the public internet alone.
	Allow func(netip.AddrPort) bool
	// Resolver looks names up; nil: the machine's.
	Resolver *net.Resolver
}

// Fetcher gets pages.
type Fetcher struct {
	cfg    Config
	client *http.Client
	dialer *net.Dialer // checks the number, once it is known
}

// Page is what came.
type Page struct {
	URL  string // after redirections
	Type string // media type as the server says it
	Body []byte
}

// ErrPrivate says that an address is not of the public internet.
var ErrPrivate = errors.New("fetch: this address is not of the public internet")

// New makes a fetcher.
func New(cfg Config) (*Fetcher, error) {
	if cfg.Most == 0 {
		cfg.Most = 4 << 20
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	f := &Fetcher{cfg: cfg}
	dialer := &net.Dialer{Timeout: cfg.Timeout / 2, Resolver: cfg.Resolver, Control: func(_, address string, _ syscall.RawConn) error { return f.may(address) }}
	f.dialer = dialer
	t := &http.Transport{DialContext: dialer.DialContext, Proxy: nil, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10, ResponseHeaderTimeout: cfg.Timeout, TLSHandshakeTimeout: cfg.Timeout / 2, ForceAttemptHTTP2: true}
	if cfg.Proxy != "" {
		u, err := url.Parse(cfg.Proxy)
		if err != nil || u.Scheme != "socks5h" && u.Scheme != "socks5" || u.Host == "" {
			return nil, errors.New("fetch: a proxy is written as socks5h://127.0.0.1:9050")
		}
		t.Proxy = http.ProxyURL(u)
		t.DialContext = (&net.Dialer{Timeout: cfg.Timeout / 2}).DialContext // to the proxy itself, and to nothing else
	}
	f.client = &http.Client{Transport: t, Timeout: cfg.Timeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		r.Header.Del("Referer")
		if len(via) >= 5 {
			return errors.New("fetch: it leads on and on")
		}
		return f.check(r.URL)
	}}
	return f, nil
}

// may is asked with the number to which a connection is about to be made.
func (f *Fetcher) may(address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if f.cfg.Allow != nil && f.cfg.Allow(a) {
		return nil
	}
	if !Public(a.Addr()) || a.Port() != 80 && a.Port() != 443 {
		return ErrPrivate
	}
	return nil
}

// notPublic are ranges that netip's own words do not cover.
func notPublic() []string {
	return []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10"}
}

// Public reports whether a number is one of the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return false
	}
	return !slices.ContainsFunc(notPublic(), func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

// check refuses addresses that can be refused by their words.
func (f *Fetcher) check(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fault.Bad("url", "Write an address that begins with https:// or http://.")
	case u.User != nil:
		return fault.Bad("url", "The address holds a name or a password. Write it without.")
	case host == "":
		return fault.Bad("url", "The address names no server.")
	}
	if a, err := netip.ParseAddr(host); err == nil {
		port := u.Port()
		if f.cfg.Allow != nil && port != "" {
			if p, err := netip.ParseAddrPort(net.JoinHostPort(host, port)); err == nil && f.cfg.Allow(p) {
				return nil
			}
		}
		if !Public(a) {
			return ErrPrivate
		}
	}
	if f.cfg.Allow == nil && u.Port() != "" && u.Port() != "80" && u.Port() != "443" {
		return ErrPrivate
	}
	for _, own := range []string{"localhost", "local", "internal", "lan", "home", "intranet", "corp", "home.arpa", "in-addr.arpa", "ip6.arpa"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return ErrPrivate
		}
	}
	if !strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return ErrPrivate // a name of this network, or a number in one piece
	}
	if last := host[strings.LastIndexByte(host, '.')+1:]; strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		if _, err := netip.ParseAddr(host); err != nil {
			return ErrPrivate // a number in a way of writing that some systems read
		}
	}
	if strings.HasSuffix(host, ".onion") && f.cfg.Proxy == "" {
		return fault.Bad("url", "This is an onion address, and no proxy to Tor is set.")
	}
	return nil
}

func parse(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, fault.Bad("url", "This is no address of a page.")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// Get fetches one page.
func (f *Fetcher) Get(ctx context.Context, address string) (Page, error) {
	u, err := f.Check(address)
	if err != nil {
		return Page{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Page{}, fault.Bad("url", "This is no address of a page.")
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (compatible; feed reader)")
	req.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5")
	res, err := f.client.Do(req)
	if err != nil {
		return Page{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Page{}, fmt.Errorf("fetch: the server answers %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, f.cfg.Most+1))
	if err != nil {
		return Page{}, err
	}
	if int64(len(body)) > f.cfg.Most {
		return Page{}, fmt.Errorf("fetch: larger than %d bytes", f.cfg.Most)
	}
	return Page{URL: res.Request.URL.String(), Type: res.Header.Get("Content-Type"), Body: body}, nil
}
