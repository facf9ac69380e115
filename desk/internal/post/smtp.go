package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"time"

	"golang.org/x/net/proxy"
)

// patience is how long one whole visit at a mail server may take: a large mail
// through Tor is slow.
const patience = 15 * time.Minute

// ErrUnsure means that the line broke after the mail was handed over and before
// the server said that it has it: it may be on its way, or not.
var ErrUnsure = errors.New("post: nobody knows whether the mail server took the mail")

// RefusedError means that the server answered and will not take this mail. Code is SMTP's.
type RefusedError struct{ Code int }

// Error implements error. It says nothing of the mail.
func (r RefusedError) Error() string {
	return "the mail server refused it with code " + strconv.Itoa(r.Code)
}

// dial connects to a server and speaks TLS from the first byte unless STARTTLS is asked for.
func (o *Office) dial(ctx context.Context, a Account, s Server) (net.Conn, *tls.Config, error) {
	dial := o.Dial
	if dial == nil {
		d := net.Dialer{Timeout: time.Minute}
		dial = d.DialContext
		if a.Proxy != "" {
			u, err := url.Parse(a.Proxy)
			if err != nil {
				return nil, nil, errors.New("post: the proxy's address cannot be read")
			}
			p, err := proxy.FromURL(u, &d) // names are resolved by the proxy
			if err != nil {
				return nil, nil, errors.New("post: the proxy's address cannot be read")
			}
			dial = p.(proxy.ContextDialer).DialContext
		}
	}
	cfg := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if a.Roots != "" {
		cfg.RootCAs = x509.NewCertPool()
		cfg.RootCAs.AppendCertsFromPEM([]byte(a.Roots))
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return nil, nil, errors.New("post: no connection to the mail server")
	}
	context.AfterFunc(ctx, func() { conn.Close() }) // whoever visits gives a context that ends
	if !s.StartTLS {
		t := tls.Client(conn, cfg)
		if err := t.HandshakeContext(ctx); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("post: the mail server did not prove who it is: %w", err), conn.Close())
		}
		conn = t
	}
	return conn, cfg, nil
}

// greet opens a session that may send.
func (o *Office) greet(ctx context.Context, a Account) (*smtp.Client, error) {
	conn, cfg, err := o.dial(ctx, a, a.SMTP)
	if err != nil {
		return nil, err
	}
	c, err := smtp.NewClient(conn, a.SMTP.Host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := hello(c, cfg, a); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func hello(c *smtp.Client, cfg *tls.Config, a Account) error {
	if err := c.Hello(domain(a.Address)); err != nil { // not this machine's name
		return err
	}
	if a.SMTP.StartTLS {
		if err := c.StartTLS(cfg); err != nil {
			return err
		}
	}
	return c.Auth(&login{a.User, a.Password, 0})
}

// login is PLAIN, or LOGIN where a server knows no better; only over TLS.
type login struct {
	user, password string
	asked          int
}

// Start implements smtp.Auth.
func (l *login) Start(s *smtp.ServerInfo) (string, []byte, error) {
	if !s.TLS {
		return "", nil, errors.New("post: a password is said over TLS only")
	}
	if slices.Contains(s.Auth, "PLAIN") || !slices.Contains(s.Auth, "LOGIN") {
		return "PLAIN", []byte("\x00" + l.user + "\x00" + l.password), nil
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l *login) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	l.asked++
	switch l.asked {
	case 1:
		return []byte(l.user), nil
	case 2:
		return []byte(l.password), nil
	}
	return nil, errors.New("post: the mail server asks for more than a name and a password")
}

// send hands one mail over. nil: the server has it. RefusedError: it will never
// take it. ErrUnsure: nobody knows. Any other error: it has it not.
func (o *Office) send(ctx context.Context, a Account, to string, raw []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := o.greet(ctx, a)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail(a.Address); err != nil {
		return refusal(err)
	}
	if err := c.Rcpt(to); err != nil {
		return refusal(err)
	}
	w, err := c.Data()
	if err != nil {
		return refusal(err)
	}
	if _, err := w.Write(raw); err != nil {
		return err // the end mark was not sent: it is no mail yet
	}
	if err := w.Close(); err != nil {
		if r := refusal(err); r != err { //nolint:errorlint // the same error means that it was no answer
			return r
		}
		var said *textproto.Error
		if errors.As(err, &said) {
			return err // a temporary refusal
		}
		return ErrUnsure
	}
	_ = c.Quit() // it has the mail
	return nil
}

// refusal tells a lasting refusal from a passing one.
func refusal(err error) error {
	var said *textproto.Error
	if errors.As(err, &said) && said.Code >= 500 {
		return RefusedError{said.Code}
	}
	return err
}
