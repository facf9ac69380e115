package snare

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"waylight/internal/fetch"
)

// relay is the one way out for the browser: a proxy on this machine that knows a
// secret of one visit, opens TLS so that everything can be kept, checks the far
// side's certificate itself, and goes through the gate.
type relay struct {
	v        *session
	ctx      context.Context //nolint:containedctx // of the visit
	listener net.Listener
	secret   string
	key      *ecdsa.PrivateKey
	pin      string // of key: the only certificates that the browser takes without looking
	done     sync.WaitGroup

	mu    sync.Mutex
	certs map[string]*tls.Certificate
	conns map[net.Conn]bool
	hosts map[string]bool // of what the page asked for: the browser itself may call nobody
}

func (v *session) openRelay(ctx context.Context) (*relay, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	pin := sha256.Sum256(public)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{v: v, ctx: ctx, listener: l, secret: rand.Text(), key: key, pin: base64.StdEncoding.EncodeToString(pin[:]), certs: map[string]*tls.Certificate{}, conns: map[net.Conn]bool{}, hosts: map[string]bool{}}
	r.done.Go(r.accept)
	return r, nil
}

// admit lets the server of an address be asked, because the page asks for it.
func (r *relay) admit(address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[hostOf(u)] = true
}

func (r *relay) wanted(u *url.URL) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hosts[hostOf(u)]
}

// hostOf is host and port, as they are always written.
func hostOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "wss": "443"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// port is where the browser finds it.
func (r *relay) port() uint16 { return netip.MustParseAddrPort(r.listener.Addr().String()).Port() }

func (r *relay) accept() {
	for {
		c, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.conns[c] = true
		r.mu.Unlock()
		r.done.Go(func() {
			r.serve(c)
			c.Close() //nolint:errcheck // the browser sees the end
			r.mu.Lock()
			delete(r.conns, c)
			r.mu.Unlock()
		})
	}
}

// close ends every connection and waits until nothing is written any more.
func (r *relay) close() {
	r.listener.Close() //nolint:errcheck // nobody listens any more
	r.mu.Lock()
	for c := range r.conns {
		c.Close() //nolint:errcheck // given up
	}
	r.mu.Unlock()
	r.done.Wait()
}

func (r *relay) serve(c net.Conn) {
	in := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if !r.admitted(req) {
			io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"capture\"\r\nContent-Length: 0\r\n\r\n") //nolint:errcheck // the browser asks again
			continue
		}
		if req.Method != http.MethodConnect {
			if req.URL.Scheme == "http" && r.wanted(req.URL) {
				r.pass(c, req)
			}
			return
		}
		host := req.URL.Hostname()
		if host == "" {
			host, _, _ = net.SplitHostPort(req.Host) //nolint:errcheck // the gate refuses what is no name
		}
		r.open(c, req.Host, host)
		return
	}
}

func (r *relay) admitted(req *http.Request) bool {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("capture:"+r.secret))
	return subtle.ConstantTimeCompare([]byte(req.Header.Get("Proxy-Authorization")), []byte(want)) == 1
}

// open answers a CONNECT: the browser speaks TLS with us.
func (r *relay) open(c net.Conn, address, host string) {
	if !r.wanted(&url.URL{Scheme: "https", Host: address}) {
		io.WriteString(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") //nolint:errcheck // the browser sees the end
		return
	}
	if _, err := r.v.gate.Check("https://" + address); err != nil {
		r.refuse(c, &url.URL{Scheme: "https", Host: address}, err)
		return
	}
	cert, err := r.cert(host)
	if err != nil {
		return
	}
	if _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	secure := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*cert}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(r.ctx); err != nil {
		return
	}
	req, err := http.ReadRequest(bufio.NewReader(secure))
	if err != nil {
		return
	}
	req.URL.Scheme, req.URL.Host = "https", req.Host
	if req.Host != address && req.Host+":443" != address {
		return // one server was asked for, and another is spoken to
	}
	r.pass(secure, req)
	secure.Close() //nolint:errcheck // the browser sees the end
}

// pass sends one request on and the answer back, keeping both.
func (r *relay) pass(c net.Conn, req *http.Request) {
	if req.Header.Get("Upgrade") != "" {
		io.WriteString(c, "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") //nolint:errcheck // the browser sees the end
		r.v.note(PartsCut)
		return
	}
	u := *req.URL
	u.Fragment = ""
	out := &http.Request{Method: req.Method, URL: &u, Host: req.Host, Header: req.Header, Body: io.NopCloser(io.LimitReader(req.Body, 1<<20)), ContentLength: req.ContentLength}
	if req.ContentLength > 1<<20 || req.ContentLength < 0 {
		r.v.note(PartsCut)
		return // a page that sends that much from here gets nothing
	}
	x, res, err := r.v.ask(r.ctx, out)
	if err != nil {
		r.refuse(c, &u, err)
		return
	}
	res.Close, res.Header["Connection"] = true, []string{"close"}
	for _, h := range []string{"Alt-Svc", "Public-Key-Pins"} {
		res.Header.Del(h)
	}
	body := res.Body
	err = res.Write(c)
	if err != nil && x.tape != nil && r.ctx.Err() == nil {
		_, err = io.Copy(io.Discard, body) // the browser went away: what the server still sends is kept all the same, within the bounds
	}
	r.v.close(r.ctx, x, body, err)
}

func (r *relay) refuse(c net.Conn, u *url.URL, err error) {
	status := "502 Bad Gateway"
	if errors.Is(err, fetch.ErrPrivate) {
		r.v.turnAway(u)
		status = "403 Forbidden"
	} else {
		r.v.note(PartsCut)
	}
	r.v.fail(u, err)
	io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") //nolint:errcheck // the browser sees the end
}

// cert is a certificate of our own for a server's name, for this visit.
func (r *relay) cert(host string) (*tls.Certificate, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.certs[host]; c != nil {
		return c, nil
	}
	now := r.v.cfg.Clock.Now()
	t := &x509.Certificate{SerialNumber: big.NewInt(int64(len(r.certs) + 1)), Subject: pkix.Name{CommonName: "capture"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if a, err := netip.ParseAddr(host); err == nil {
		t.IPAddresses = []net.IP{a.AsSlice()}
	} else {
		t.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, r.key.Public(), r.key)
	if err != nil {
		return nil, err
	}
	c := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: r.key}
	r.certs[host] = c
	return c, nil
}
