package snare

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"waylight/internal/fetch"
)

// maxExchanges bounds how often one page may ask.
const maxExchanges = 1500

// maxHead bounds the head of an answer.
const maxHead = 256 << 10

var (
	errMuch = errors.New("snare: more than may come")
	errSlow = errors.New("snare: no answer in time")
)

// Exchange is one request and its answer, to the byte.
type Exchange struct {
	At       time.Time
	URL      *url.URL
	Server   string // number and port; of a proxy's far side it is empty
	Request  []byte
	Response []byte // as it came: packed in chunks where the server did so
	Cut      Note   // why the answer has no end, or ""
	TLS      string // version and cipher
	Chain    []*x509.Certificate

	tape *tape
}

// tape keeps what goes over a connection.
type tape struct {
	net.Conn
	v        *session
	in, out  bytes.Buffer
	most     int64
	overflow bool
}

func (t *tape) Read(p []byte) (int, error) {
	room := min(t.most-int64(t.in.Len()), t.v.left.Load())
	if room <= 0 {
		t.overflow = true
		return 0, errMuch
	}
	if int64(len(p)) > room {
		p = p[:room]
	}
	n, err := t.Conn.Read(p)
	t.in.Write(p[:n])
	t.v.left.Add(-int64(n))
	return n, err
}

func (t *tape) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	t.out.Write(p[:n])
	return n, err
}

// ask sends a request over a connection of its own and returns the answer as far as
// its head. Whoever asks reads the body and calls close.
func (v *session) ask(ctx context.Context, req *http.Request) (*Exchange, *http.Response, error) {
	v.mu.Lock()
	full := len(v.list) >= maxExchanges
	v.mu.Unlock()
	if full || v.left.Load() <= 0 {
		v.note(PartsCut)
		return nil, nil, errMuch
	}
	x := &Exchange{At: v.cfg.Clock.Now(), URL: req.URL}
	dial, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	conn, err := v.gate.Dial(dial, req.URL)
	if err != nil {
		if errors.Is(err, fetch.ErrPrivate) {
			v.turnAway(req.URL)
		}
		return nil, nil, slow(ctx, err)
	}
	if v.cfg.Fetch.Proxy == "" {
		x.Server = conn.RemoteAddr().String()
	}
	if req.URL.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: req.URL.Hostname(), RootCAs: v.cfg.Roots, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(dial); err != nil {
			return nil, nil, errors.Join(slow(ctx, err), conn.Close())
		}
		s := secure.ConnectionState()
		x.TLS, x.Chain = tls.VersionName(s.Version)+" "+tls.CipherSuiteName(s.CipherSuite), s.PeerCertificates
		conn = secure
	}
	x.tape = &tape{Conn: conn, v: v, most: v.cfg.Most}
	end := context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // it is given up
	res, err := x.send(req)
	if err != nil {
		end()
		return nil, nil, errors.Join(slow(ctx, err), conn.Close())
	}
	v.mu.Lock()
	v.list = append(v.list, x)
	v.mu.Unlock()
	res.Body = &ending{ReadCloser: res.Body, end: func() { end(); conn.Close() }} //nolint:errcheck // everything was read
	return x, res, nil
}

// slow tells a server that does not answer from other trouble.
func slow(ctx context.Context, err error) error {
	var n net.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &n) && n.Timeout():
		return errSlow
	}
	return err
}

type ending struct {
	io.ReadCloser
	end func()
}

func (e *ending) Close() error {
	e.end()
	return e.ReadCloser.Close()
}

// send writes a request as it is kept, and reads the head of the answer.
func (x *Exchange) send(req *http.Request) (*http.Response, error) {
	out := req.Clone(context.Background())
	for _, hop := range []string{"Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Upgrade", "Keep-Alive"} {
		out.Header.Del(hop)
	}
	out.Header.Set("Accept-Encoding", "identity") // as it is, so that it can be read as it was received
	out.Header.Set("Connection", "close")
	out.RequestURI = ""
	if err := out.Write(x.tape); err != nil {
		return nil, err
	}
	head := &io.LimitedReader{R: x.tape, N: maxHead}
	r := bufio.NewReader(head)
	for {
		res, err := http.ReadResponse(r, out)
		if err != nil {
			return nil, err
		}
		if res.StatusCode >= 200 {
			head.N = 1 << 62 // the tape has a bound of its own
			return res, nil
		}
	}
}

// drain reads a body to its end, and keeps why it had none.
func (v *session) drain(ctx context.Context, x *Exchange, body io.ReadCloser) {
	_, err := io.Copy(io.Discard, body)
	v.close(ctx, x, body, err)
}

// close ends an exchange.
func (v *session) close(ctx context.Context, x *Exchange, body io.Closer, err error) {
	body.Close() //nolint:errcheck // what came is on the tape
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case x.tape.overflow:
		x.Cut = CutLength
	case err == nil:
	case ctx.Err() != nil:
		x.Cut = CutTime
	default:
		x.Cut = Broken
	}
	x.Request, x.Response = bytes.Clone(x.tape.out.Bytes()), bytes.Clone(x.tape.in.Bytes())
}

// answer reads a kept answer again.
func (x *Exchange) answer() (head http.Header, status int, body []byte) {
	r := bufio.NewReader(bytes.NewReader(x.Response))
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: requestMethod(x.Request)})
		if err != nil {
			return nil, 0, nil
		}
		if res.StatusCode < 200 {
			continue
		}
		body, _ := io.ReadAll(res.Body) //nolint:errcheck // a cut one is kept as far as it came
		return res.Header, res.StatusCode, body
	}
}

func requestMethod(request []byte) string {
	m, _, _ := bytes.Cut(request, []byte(" "))
	return string(m)
}

// next is where a redirection leads, or nil.
func (x *Exchange) next() *url.URL {
	head, status, _ := x.answer()
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	to := head.Get("Location")
	if strings.TrimSpace(to) == "" {
		return nil
	}
	u, err := x.URL.Parse(to)
	if err != nil {
		return nil
	}
	u.Fragment, u.RawFragment = "", ""
	return u
}
