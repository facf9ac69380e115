package fastlane

import (
	"errors"
	"net"
	"net/http"
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

// handed is a connection that net/http serves.
type handed struct {
	net.Conn
	lane  *Lane
	first []byte // was read before
	exact bool   // first was one whole plain request, and nothing more was read since, but for ahead
	ahead []byte // the next one's first byte: net/http listens for one to learn whether the reader went away
	back  bool   // net/http answered it, and waits for the next

	mu      sync.Mutex
	busy    bool // an answer of the lane's is being made
	closing bool
}

// State is for http.Server.ConnState: a line whose plain request was answered is
// looked at by the lane again while net/http waits on it.
func (l *Lane) State(c net.Conn, s http.ConnState) {
	if h, ok := c.(*handed); ok && s == http.StateIdle {
		h.back = h.exact && len(h.first) == 0
	}
}

// Read gives the bytes that were read before first, and forgets them. Where
// net/http waits for a further request, what the lane can answer never comes to it.
func (h *handed) Read(p []byte) (int, error) {
	if h.back && len(h.ahead) == 0 {
		h.back = false
		at := &line{Conn: h.Conn, lane: h.lane, turn: h, asked: true}
		left, err := at.hear()
		if len(left) == 0 {
			return 0, err
		}
		h.first, h.exact = left, at.exact
	}
	if len(h.first) == 0 {
		return h.read(p)
	}
	n := copy(p, h.first)
	clear(h.first[:n])
	h.first = h.first[n:]
	return n, nil
}

// read gives what net/http must have from the line, and looks whether the line may
// come back after it.
func (h *handed) read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	switch {
	case n == 0 || !h.exact:
	case h.back: // net/http has the first byte of this one
		h.back, h.exact = false, whole(append(h.ahead, p[:n]...))
		clear(h.ahead)
		h.ahead = h.ahead[:0]
	case n == 1 && len(h.ahead) == 0:
		h.ahead = append(make([]byte, 0, 1), p[0])
	default:
		h.exact = false
	}
	return n, err
}

// whole reports whether b is one plain request and nothing more.
func whole(b []byte) bool {
	r, n, ok := plain(b)
	clear(b)
	return ok && n+r.size == len(b)
}

// begin makes Close wait for done, and the lane's end too.
func (h *handed) begin() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy = !h.closing && h.lane.hold(h.Conn)
	return h.busy
}

func (h *handed) done() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy = false
	h.lane.leave(h.Conn)
	if h.closing {
		_ = h.Conn.Close()
	}
	return !h.closing
}

// Close lets an answer that is being made be sent first.
func (h *handed) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing = true; h.busy {
		return nil
	}
	return h.Conn.Close()
}

// CloseWrite is what net/http calls so that a refusal is read before the line is cut.
func (h *handed) CloseWrite() error {
	if c, ok := h.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}
