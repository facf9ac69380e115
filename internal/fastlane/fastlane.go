// Package fastlane answers plain requests for pages that lie ready, and takes small
// things that are put, before Go's HTTP server sees them, and hands every other
// connection over to that server.
//
// It is no second HTTP server. It knows one form of request: a whole head that
// arrives at once, GET or PUT, a plain path, HTTP/1.1, one Host, and no header but
// those that browsers and proxies send and that change no answer (see plain); with
// PUT a Content-Length, and a body that fits into the buffer with the head. Whatever
// else comes goes to net/http with every byte that was read, and stays there for
// the rest of the connection's life: strange input meets one parser only.
// A plain request for what is not ready, or with a header that an answer may depend
// on, is only lent: where it was one whole request, and nothing more came until
// net/http had answered it, the next one is looked at here again (see State). What
// was put and cannot be taken is put anew there, and that handler says why.
// The bytes of an answer are not made here: net/http made them once (Ask).
//
// It writes no log of requests, keeps nothing of them, and clears what it read.
// TLS is not for it: such connections may speak HTTP/2. It imports nothing of the house.
package fastlane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Answers finds the answer to a plain request and appends its bytes to out, in
// parts that nobody changes afterwards. With none, net/http answers. It is called
// by many goroutines at once.
type Answers func(r Request, out [][]byte) [][]byte

// Puts takes what is put. Putting the same again must change nothing: what Take does
// not answer is put again through net/http.
type Puts struct {
	Wants func(path []byte, size int) bool // from the head alone: whether the body is waited for
	Take  Answers
}

// Limits are the time limits of the server to which the rest is handed.
type Limits struct {
	Head  time.Duration // until a new connection has sent its first bytes; what is handed over has the server's own limit from then on
	Idle  time.Duration // between two requests, and a little more: see coarse
	Write time.Duration // until a reader has taken an answer, and as little more
	End   time.Duration // until running answers are cut off when the server ends
}

// coarse is how much later than said a limit may end: to set one costs about as
// much as to read a request, so it is set seldom.
func (l Limits) coarse() time.Duration { return l.Idle / 24 }

// Lane is the fast lane of one listener.
type Lane struct {
	in     net.Listener
	find   Answers
	puts   Puts
	limits Limits
	log    *slog.Logger
	rest   *rest

	mu     sync.Mutex
	held   map[net.Conn]struct{}
	ending atomic.Bool
	all    sync.WaitGroup
}

// New makes a lane that takes the connections of in. Run runs it; what it does
// not answer comes out of Rest. Without puts.Wants it answers GET alone.
func New(in net.Listener, find Answers, puts Puts, limits Limits, log *slog.Logger) *Lane {
	if puts.Wants == nil {
		puts.Wants = func([]byte, int) bool { return false }
	}
	return &Lane{in: in, find: find, puts: puts, limits: limits, log: log, held: map[net.Conn]struct{}{},
		rest: &rest{addr: in.Addr(), came: make(chan net.Conn), closed: make(chan struct{})}}
}

// Rest is a listener for net/http's server. Closing it does not end the lane.
func (l *Lane) Rest() net.Listener { return l.rest }

// Run serves until ctx ends or the listener fails. It then closes the listener and
// the connections that wait, and lets running answers finish.
func (l *Lane) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, l.end)
	defer stop()
	err := l.accept(ctx)
	l.end()
	l.drain()
	return err
}

// accept takes connections. Where the system has none to give at the moment
// (too many files are open) it waits a little, as net/http does.
func (l *Lane) accept(ctx context.Context) error {
	var wait time.Duration
	for {
		c, err := l.in.Accept()
		if err == nil {
			wait = 0
			if l.hold(c) {
				go l.serve(c)
			}
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		var passing interface{ Temporary() bool }
		if !errors.As(err, &passing) || !passing.Temporary() {
			return err
		}
		wait = min(max(2*wait, 5*time.Millisecond), time.Second)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// hold counts a connection in; while the lane ends it closes it.
func (l *Lane) hold(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending.Load() {
		_ = c.Close()
		return false
	}
	l.held[c] = struct{}{}
	l.all.Add(1)
	return true
}

// leave counts a connection out: it was closed, or is handed over.
func (l *Lane) leave(c net.Conn) {
	l.mu.Lock()
	delete(l.held, c)
	l.mu.Unlock()
	l.all.Done()
}

// past is a limit that has passed.
var past = time.Unix(1, 0)

// end takes nobody any more, and wakes the connections that wait.
func (l *Lane) end() {
	_ = l.in.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ending.Store(true)
	for c := range l.held {
		_ = c.SetReadDeadline(past)
	}
}

// drain waits for the running answers, and cuts off those that take too long.
func (l *Lane) drain() {
	done := make(chan struct{})
	go func() { l.all.Wait(); close(done) }()
	late := time.NewTimer(l.limits.End)
	defer late.Stop()
	select {
	case <-done:
		return
	case <-late.C:
	}
	l.mu.Lock()
	for c := range l.held {
		_ = c.Close()
	}
	l.mu.Unlock()
	<-done
}

// buffers hold what was read of a connection; they come back without it.
var buffers = sync.Pool{New: func() any { return new([most]byte) }}

// line is a connection in the lane.
type line struct {
	net.Conn
	lane    *Lane
	turn    turn // of a connection that net/http waits on; nil: it is the lane's alone
	parts   [][]byte
	out     net.Buffers
	renewed time.Time // when the limits were last set; zero: those that were set before stand
	asked   bool      // something was asked on it before: it may be idle
	short   bool      // what is left is the beginning of something that is put
	exact   bool      // what is left is one whole request that is plain but for its answer, and nothing more
}

// turn keeps a connection from being closed while an answer is made and sent.
type turn interface {
	begin() bool // false: it was closed
	done() bool
}

func (l *Lane) serve(c net.Conn) {
	at := &line{Conn: c, lane: l}
	_ = c.SetReadDeadline(time.Now().Add(l.limits.Head))
	if left, _ := at.hear(); len(left) > 0 {
		_ = c.SetDeadline(time.Time{})
		l.leave(c)
		l.rest.give(&handed{Conn: c, lane: l, first: left, exact: at.exact})
		return
	}
	_ = c.Close()
	l.leave(c)
}

// hear reads and answers until something is left for net/http, or the line ends:
// then nothing is left, and err says why. What was read is kept nowhere else.
func (at *line) hear() (left []byte, err error) {
	buf := buffers.Get().(*[most]byte)
	defer buffers.Put(buf)
	return at.hearIn(buf)
}

func (at *line) hearIn(buf *[most]byte) (left []byte, err error) {
	used := 0
	defer func() {
		if v := recover(); v != nil { // a fault of ours must not end the server
			at.lane.log.Error("a request could not be answered before the HTTP server", "type", fmt.Sprintf("%T", v))
			left, err = nil, net.ErrClosed
		}
		clear(buf[:used])
	}()
	for kept := 0; !at.lane.ending.Load(); {
		n, err := at.Read(buf[kept:])
		used = max(used, kept+n)
		left, ok := at.answerIn(buf[:kept+n])
		if !ok {
			return nil, net.ErrClosed
		}
		if kept = 0; at.waits(left) || at.short && err == nil {
			kept = copy(buf[:], left)
		} else if len(left) > 0 {
			return append([]byte(nil), left...), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, net.ErrClosed
}

// answerIn is answer in its turn.
func (at *line) answerIn(b []byte) (left []byte, ok bool) {
	if at.turn == nil || len(b) == 0 {
		return at.answer(b)
	}
	if !at.turn.begin() {
		return nil, false
	}
	defer func() { ok = at.turn.done() && ok }()
	return at.answer(b)
}

// answer answers the requests in b as long as they are plain and known, and
// returns what is left for net/http; ok is false when the reader went away.
func (at *line) answer(b []byte) (left []byte, ok bool) {
	at.short, at.exact = false, false
	for len(b) > 0 {
		r, n, ok := plain(b)
		if !ok {
			return b, true
		}
		find := at.lane.find
		if r.put {
			find = at.lane.puts.Take
			head := n
			if n += r.size; n > most || len(b) < n {
				at.short = n <= most && !r.ask && at.lane.puts.Wants(r.Path, r.size)
				return b, true
			}
			if r.Body = b[head:n]; !at.lane.puts.Wants(r.Path, r.size) {
				r.ask = true
			}
		}
		if at.parts = at.parts[:0]; !r.ask {
			at.parts = find(r, at.parts)
		}
		if len(at.parts) == 0 {
			at.exact = n == len(b)
			return b, true
		}
		b = b[n:]
		at.renew()
		if at.write() != nil {
			return nil, false
		}
		at.renew() // a slow reader has the whole time afterwards
	}
	return nil, true
}

// waits reports whether what is left is so little that net/http would not begin
// to read a further request: it waits for four bytes, and the line may be idle so long.
func (at *line) waits(left []byte) bool { return len(left) < 4 && at.asked }

// renew sets the limits of a connection that was answered.
func (at *line) renew() {
	at.asked = true
	now, coarse := time.Now(), at.lane.limits.coarse()
	if now.Sub(at.renewed) < coarse {
		return
	}
	at.renewed = now
	_ = at.SetReadDeadline(now.Add(at.lane.limits.Idle + coarse))
	_ = at.SetWriteDeadline(now.Add(at.lane.limits.Write + coarse))
}

func (at *line) write() error {
	if len(at.parts) == 1 {
		_, err := at.Conn.Write(at.parts[0])
		return err
	}
	at.out = net.Buffers(at.parts)
	_, err := at.out.WriteTo(at.Conn)
	return err
}
