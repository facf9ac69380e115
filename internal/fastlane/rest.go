package fastlane

import (
	"errors"
	"net"
	"sync"
)

// rest is the listener of what the lane does not answer.
type rest struct {
	addr   net.Addr
	came   chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// Accept waits for the next connection.
func (r *rest) Accept() (net.Conn, error) {
	select {
	case c := <-r.came:
		return c, nil
	case <-r.closed:
		return nil, net.ErrClosed
	}
}

// Close lets Accept end.
func (r *rest) Close() error {
	r.once.Do(func() { close(r.closed) })
	return nil
}

// Addr is the address of the lane's listener.
func (r *rest) Addr() net.Addr { return r.addr }

// give hands c over; where nobody takes it any more it is closed, as net/http
// closes connections that have asked for nothing yet when it ends.
func (r *rest) give(c net.Conn) {
	select {
	case r.came <- c:
	case <-r.closed:
		_ = c.Close()
	}
}

// handed is a connection of which some bytes were read already.
type handed struct {
	net.Conn
	first []byte
}

// Read gives the bytes that were read before first, and forgets them.
func (h *handed) Read(p []byte) (int, error) {
	if len(h.first) == 0 {
		return h.Conn.Read(p)
	}
	n := copy(p, h.first)
	clear(h.first[:n])
	h.first = h.first[n:]
	return n, nil
}

// CloseWrite is what net/http calls so that a refusal is read before the line is cut.
func (h *handed) CloseWrite() error {
	if c, ok := h.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}
