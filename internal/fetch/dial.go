package fetch

import (
	"context"
	"errors"
	"net"
	"net/url"

	"golang.org/x/net/proxy"
)

// Check refuses an address that can be refused by its words, before anything is asked.
func (f *Fetcher) Check(address string) (*url.URL, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	return u, f.check(u)
}

// Dial connects to the server of an address, under the same rules as Get, for a
// caller that speaks with it itself. TLS is the caller's part.
func (f *Fetcher) Dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	if err := f.check(u); err != nil {
		return nil, err
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	address := net.JoinHostPort(u.Hostname(), port)
	if f.cfg.Proxy == "" {
		return f.dialer.DialContext(ctx, "tcp", address)
	}
	way, err := url.Parse(f.cfg.Proxy)
	if err != nil {
		return nil, err
	}
	var who *proxy.Auth
	if way.User != nil {
		word, _ := way.User.Password()
		who = &proxy.Auth{User: way.User.Username(), Password: word}
	}
	d, err := proxy.SOCKS5("tcp", way.Host, who, &net.Dialer{Timeout: f.cfg.Timeout / 2}) // to the proxy itself, and to nothing else
	if err != nil {
		return nil, err
	}
	c, ok := d.(proxy.ContextDialer)
	if !ok {
		return nil, errors.New("fetch: the proxy cannot be asked") // never: x/net's does
	}
	return c.DialContext(ctx, "tcp", address) // the name itself, which the proxy looks up
}
