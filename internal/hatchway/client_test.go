package hatchway_test

import (
	"context"
	"crypto/ed25519"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"waylight/internal/clock"
	"waylight/internal/hatchway"
)

type signer ed25519.PrivateKey

func (s signer) Public() ed25519.PublicKey { return ed25519.PrivateKey(s).Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(s), message), nil
}

// socks takes one visitor and answers that the host is unreachable, as tor does.
func socks(t *testing.T) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 512)
			if _, err := c.Read(b); err == nil {
				_, _ = c.Write([]byte{5, 0})
			}
			if _, err := c.Read(b); err == nil {
				_, _ = c.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0})
			}
			c.Close()
		}
	}()
	return &url.URL{Scheme: "socks5h", Host: l.Addr().String()}
}

// What goes wrong on the way is told without the Front's address: it ends in the Desk's log.
func TestErrorsDoNotNameTheFront(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	const hidden = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid"
	for base, c := range map[string]struct {
		transport http.RoundTripper
		name      string
		want      string
	}{
		"http://" + hidden + ".onion":      {&http.Transport{Proxy: http.ProxyURL(socks(t))}, hidden, "host unreachable"},
		"http://" + closed.Addr().String(): {&http.Transport{}, closed.Addr().String(), "refused"},
		"http://hidden-front.invalid": {&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { // no name server is asked in a test
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "hidden-front.invalid"}}
		}}, "hidden-front", "its name is not known"},
	} {
		client, err := hatchway.Dial(base, signer(ed25519.NewKeyFromSeed(make([]byte, 32))), clock.System(), c.transport)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Status(t.Context())
		if err == nil || strings.Contains(err.Error(), c.name) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
