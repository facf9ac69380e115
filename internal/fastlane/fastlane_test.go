package fastlane_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/internal/fastlane"
)

var page = bytes.Repeat([]byte("A page that lies ready. "), 200)

// site answers like the Front: fixed headers, no date, a page of known length, one
// that is sent in chunks, and a place where what begins with "ok" is stored. Whatever else is asked for is told back, so that two
// parsers that understood it differently give different answers.
func site(asked *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		h := w.Header()
		h["Date"] = nil
		h.Set("Cache-Control", "no-store")
		switch r.URL.Path {
		case "/page":
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Length", fmt.Sprint(len(page)))
			w.Write(page)
		case "/en/":
			h.Set("Content-Type", "text/html; charset=utf-8")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				h.Set("X-Packed", "yes")
			}
			w.Write(page)
		default:
			body, err := io.ReadAll(r.Body)
			if r.Method == http.MethodPut && r.URL.Path == "/put" && bytes.HasPrefix(body, []byte("ok")) && err == nil {
				stored(w, r)
				return
			}
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, "%s %s %s %s %d %q %v", r.Method, r.Host, r.RequestURI, r.Proto, len(r.Header), body, err)
		}
	})
}

func stored(w http.ResponseWriter, _ *http.Request) {
	w.Header()["Date"] = nil
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, "stored")
}

// puts takes at once what site would store, and waits for no body elsewhere.
func puts(t testing.TB) fastlane.Puts {
	t.Helper()
	a, err := fastlane.Ask(http.HandlerFunc(stored), "/", "localhost", false)
	if err != nil {
		t.Fatal(err)
	}
	return fastlane.Puts{
		Wants: func(path []byte, size int) bool { return string(path) == "/put" && size != 13 },
		Take: func(r fastlane.Request, out [][]byte) [][]byte {
			if bytes.HasPrefix(r.Body, []byte("ok")) {
				return append(out, a.Head, a.Body)
			}
			return out
		},
	}
}

var generous = fastlane.Limits{Head: time.Minute, Idle: time.Minute, Write: time.Minute, End: time.Minute}

// ready keeps the answers of site that are the same for everybody.
func ready(t testing.TB, h http.Handler) fastlane.Answers {
	t.Helper()
	type key struct {
		path string
		gzip bool
	}
	all := map[key][2][]byte{}
	for _, k := range []key{{"/page", false}, {"/page", true}, {"/en/", false}, {"/en/", true}} {
		a, err := fastlane.Ask(h, k.path, "localhost", k.gzip)
		if err != nil || a.Status != http.StatusOK || !bytes.Equal(a.Content, page) {
			t.Fatalf("%v: %d %v", k, a.Status, err)
		}
		all[k] = [2][]byte{a.Head, a.Body}
	}
	return func(r fastlane.Request, out [][]byte) [][]byte {
		if a, ok := all[key{string(r.Path), r.Gzip}]; ok {
			return append(out, a[0], a[1])
		}
		return out
	}
}

// open serves h through a lane, and returns its address and what stops it.
func open(t testing.TB, h http.Handler, find fastlane.Answers, limits fastlane.Limits) (addr string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lane := fastlane.New(l, find, puts(t), limits, slog.New(slog.DiscardHandler))
	s := server(h)
	s.ConnState = lane.State
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		if err := lane.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	all.Go(func() {
		if err := s.Serve(lane.Rest()); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	stop = sync.OnceFunc(func() {
		cancel()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		all.Wait()
	})
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

func server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
}

// bare serves h by net/http alone.
func bare(t testing.TB, h http.Handler) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server(h)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return c.(*net.TCPConn)
}

// say sends first, and after it second, ends its side, and returns all that comes;
// cut is true when the other side broke the line.
func say(t testing.TB, addr string, first, second []byte) (answer []byte, cut bool) {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()
	for _, b := range [][]byte{first, second} {
		if _, err := c.Write(b); err != nil {
			cut = true // it was refused before all was said
			break
		}
	}
	_ = c.CloseWrite()
	answer, err := io.ReadAll(c)
	return answer, cut || err != nil
}

// plainly are requests that the lane answers itself.
var plainly = []string{
	"GET /page HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: front.example:8080\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: ru\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nhost:x\r\nACCEPT-ENCODING:  br\r\nConnection: Keep-Alive\r\nUser-Agent: a \"b\" (c)\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nVia: 1.1 x\r\nReferer: http://x/en/\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Site: cross-site\r\n\r\n",
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nok\r\n\r\nGE",
	"PUT /put HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nOrigin: http://x\r\nContent-Type: application/octet-stream\r\ncontent-length:  3000 \r\n\r\nok" + strings.Repeat("\x00\n", 1499),
}

// strangely are requests that it leaves to net/http, right and wrong ones.
var strangely = []string{
	"", "\r\n", "GET", "GET /page", "GET /page HTTP/1.1\r\nHost: x\r\n", "GET /page HTTP/1.1\nHost: x\n\n", "GET /page HTTP/1.1\r\nHost: x\n\r\n",
	"GET /page HTTP/1.0\r\nHost: x\r\n\r\n", "GET /page HTTP/1.1\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "GET /page HTTP/1.1\r\nHost:\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: a b\r\n\r\n", "GET /page HTTP/1.1\r\nHost: é\r\n\r\n", "GET /page HTTP/1.1\r\nHost : x\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\n a\r\n\r\n",
	"HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n", "get /page HTTP/1.1\r\nHost: x\r\n\r\n", "GET  /page HTTP/1.1\r\nHost: x\r\n\r\n", "GET /page  HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /page?a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%70age HTTP/1.1\r\nHost: x\r\n\r\n", "GET //page HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://x/page HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, x\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /page HTTP/1.1\r\nHost: x\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: what\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nExpect: what\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"a\"\r\n\r\n",
	"GET /page HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nAccept: \x00\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nAccept: a\rb\r\n\r\n", "GET /page HTTP/1.1\r\nHost: x\r\nAccept: a\tb\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
	"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nok", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "PUT /put HTTP/1.1\r\nHost: x\r\n\r\n",
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\nok nobody waits", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 03\r\n\r\nokk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nokk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nokk",
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nokk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nokkk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nokk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nWork: a\r\n\r\nokk", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nok" + strings.Repeat("a", 4998),
	"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nok", "PUT /page HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok", "GET /page HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n\r\n", "PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x00\x05hello", "GET /page HTTP/1.1\r\nHost: x\r\nAccept: " + strings.Repeat("a", 5000) + "\r\n\r\n",
}

// last shows whether the line was still open, and whether both understood where
// the requests before it ended.
const last = "GET /last HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n"

// date stands in what net/http says before a handler is asked: it may be a second later.
var date = regexp.MustCompile(`\r\nDate: [^\r]*`)

// alike sends the same to both addresses, whole and in two parts, with and without
// a last request, and compares the very bytes that come back.
func alike(t *testing.T, lane, bare string, sent []byte, at int) {
	t.Helper()
	for _, end := range []string{"", last} {
		all := append(bytes.Clone(sent), end...)
		at := at % (len(all) + 1)
		got, gotCut := say(t, lane, all[:at], all[at:])
		want, wantCut := say(t, bare, all[:at], all[at:])
		got, want = date.ReplaceAll(got, nil), date.ReplaceAll(want, nil)
		if gotCut || wantCut { // a line that is cut while something is unread may lose the end of the answer
			if !bytes.HasPrefix(got, want) && !bytes.HasPrefix(want, got) {
				t.Fatalf("%q: the lane said %.300q, net/http %.300q", all, got, want)
			}
			continue
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%q: the lane said %.300q, net/http %.300q", all, got, want)
		}
	}
}

// Whatever is sent, the answer has the bytes that net/http sends, and the line
// stays open or ends as there.
func TestLikeTheServer(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	lane, _ := open(t, h, ready(t, h), generous)
	alone := bare(t, h)
	for _, a := range append(append([]string(nil), plainly...), strangely...) {
		alike(t, lane, alone, []byte(a), 0)
		alike(t, lane, alone, []byte(a), len(a)/2)
		alike(t, lane, alone, []byte(plainly[0]+a), len(plainly[0])+1)
		alike(t, lane, alone, []byte(a+plainly[1]), len(a))
	}
}

// Plain requests do not come to net/http, also several in one piece; whatever
// else does, with what follows it.
func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	lane, _ := open(t, h, ready(t, h), generous)
	asked.Store(0)
	for n := range 4 {
		for _, a := range plainly {
			if got, _ := say(t, lane, []byte(strings.Repeat(a, n+1)), nil); bytes.Count(got, []byte("HTTP/1.1 20")) != n+1 {
				t.Errorf("%d times %q: %.200q", n+1, a, got)
			}
		}
	}
	for _, a := range plainly[4:] { // a browser sends a body after its head
		for at := strings.Index(a, "\r\n\r\n") + 4; at < len(a); at += 7 {
			c := dial(t, lane)
			io.WriteString(c, a[:at])
			time.Sleep(time.Millisecond)
			io.WriteString(c, a[at:])
			if res, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || res.StatusCode != http.StatusCreated {
				t.Fatalf("%q at %d: %v", a, at, err)
			}
			c.Close()
			if at > 400 {
				at += 400
			}
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times for what it need not be asked for", n)
	}
	for _, a := range strangely {
		if strings.Contains(a, " /page HTTP/1.1\r\n") && strings.HasSuffix(a, "Host: x\r\n\r\n") && strings.HasPrefix(a, "GET /page") {
			continue // two hosts: refused before a handler is asked
		}
		asked.Store(0)
		got, _ := say(t, lane, []byte(a), []byte(last))
		if bytes.HasPrefix(got, []byte("HTTP/1.1 20")) && asked.Load() == 0 {
			t.Errorf("%q was answered by the lane", a)
		}
	}
}

// A line on which net/http answered one whole plain request comes back to the lane;
// one on which it saw anything else never does.
func TestLentLinesComeBack(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	lane, _ := open(t, h, ready(t, h), generous)
	answer := func(c net.Conn, in *bufio.Reader, a string) {
		t.Helper()
		if _, err := io.WriteString(c, a); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		say  string
		lent bool
	}{
		{"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", true},
		{"GET /page?a=%20&b HTTP/1.1\r\nHost: x\r\n\r\n", true},
		{"GET /page HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\nIf-None-Match: \"a\"\r\n\r\n", true},
		{"PUT /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", true},
		{"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", true},
		{"GET /nowhere HTTP/1.1\r\nHost: x\r\nX-Other: 1\r\n\r\n", false},
		{"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", false},
		{"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + strings.Repeat("a", 5000), false},
	} {
		c := dial(t, lane)
		in := bufio.NewReader(c)
		for range 3 { // there and back, and again
			answer(c, in, plainly[0])
			answer(c, in, x.say)
			asked.Store(0)
			for _, a := range plainly {
				answer(c, in, a)
			}
			// One who asks again before net/http has let go of the line is answered there.
			if n := int(asked.Load()); (n < len(plainly)) != x.lent {
				t.Errorf("%.80q: the server was asked %d times afterwards", x.say, n)
			}
		}
	}
	// A second request that comes while the first is answered, or in pieces, goes where
	// the first went, and is understood as there.
	for _, say := range [][]string{
		{"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nA", plainly[0]},
		{"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", plainly[0]},
		{"PUT /put HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab", "cGET /page HTTP/1.1\r\nHost: x\r\n\r\n"},
	} {
		got, _ := say2(t, lane, say)
		want, _ := say2(t, bare(t, h), say)
		if got != want {
			t.Errorf("%q: the lane said %.300q, net/http %.300q", say, got, want)
		}
	}
}

// say2 is say with a pause between the parts.
func say2(t testing.TB, addr string, parts []string) (answer string, err error) {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()
	for _, a := range parts {
		if _, err := io.WriteString(c, a); err != nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	_ = c.CloseWrite()
	got, err := io.ReadAll(c)
	return date.ReplaceAllString(string(got), ""), err
}

// Nobody holds a line for nothing: one that says nothing, one that was answered
// and says nothing more, and one that does not take its answer are closed.
func TestLimits(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	short := 50 * time.Millisecond
	for name, c := range map[string]struct {
		limits fastlane.Limits
		say    string
	}{
		"silent": {fastlane.Limits{Head: short, Idle: time.Hour, Write: time.Hour, End: time.Hour}, ""},
		"idle":   {fastlane.Limits{Head: time.Hour, Idle: short, Write: time.Hour, End: time.Hour}, plainly[0]},
	} {
		addr, _ := open(t, h, ready(t, h), c.limits)
		conn := dial(t, addr)
		io.WriteString(conn, c.say)
		got, err := io.ReadAll(conn) // ends when the other side closes
		if err != nil || (len(got) > 0) != (c.say != "") {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	addr, _ := open(t, h, ready(t, h), fastlane.Limits{Head: time.Hour, Idle: time.Hour, Write: -time.Hour, End: time.Hour})
	if got, _ := say(t, addr, []byte(plainly[0]), nil); len(got) != 0 {
		t.Errorf("an answer of %d bytes was written after its time", len(got))
	}
	// A head that comes slowly is handed over, and has the server's own limit.
	addr, _ = open(t, h, ready(t, h), fastlane.Limits{Head: time.Hour, Idle: short, Write: time.Hour, End: time.Hour})
	conn := dial(t, addr)
	for _, b := range []byte(plainly[0]) {
		conn.Write([]byte{b})
	}
	if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("a slow head: %v", err)
	}
}

// When the server ends, lines that wait are closed at once, and an answer that is
// being written is finished.
func TestEnd(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	writing, go_on := make(chan struct{}), make(chan struct{})
	find := ready(t, h)
	slow := func(r fastlane.Request, out [][]byte) [][]byte {
		if string(r.Host) == "slow" {
			close(writing)
			<-go_on
		}
		return find(r, out)
	}
	addr, stop := open(t, h, slow, generous)
	idle, fresh, busy, rest := dial(t, addr), dial(t, addr), dial(t, addr), dial(t, addr)
	for c, a := range map[net.Conn]string{idle: plainly[0], rest: strangely[5]} {
		io.WriteString(c, a)
		if _, err := io.ReadFull(c, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	io.WriteString(busy, "GET /page HTTP/1.1\r\nHost: slow\r\n\r\n")
	<-writing
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	for _, c := range []net.Conn{idle, fresh} {
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("a line that waited: %v", err)
		}
	}
	if c, err := net.Dial("tcp", addr); err == nil {
		t.Error("somebody new was taken")
		c.Close()
	}
	close(go_on)
	if res, err := http.ReadResponse(bufio.NewReader(busy), nil); err != nil {
		t.Error(err)
	} else if got, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(got, page) {
		t.Errorf("the answer that was being written: %d bytes, %v", len(got), err)
	}
	<-stopped
}

// When the server ends, a line that came back is closed at once while it waits, and
// its answer is finished first while one is being made.
func TestEndOfALentLine(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	making, goOn := make(chan struct{}), make(chan struct{})
	find := ready(t, h)
	addr, stop := open(t, h, func(r fastlane.Request, out [][]byte) [][]byte {
		if string(r.Host) == "slow" {
			close(making)
			<-goOn
		}
		return find(r, out)
	}, generous)
	idle, busy := dial(t, addr), dial(t, addr)
	inBusy := bufio.NewReader(busy)
	for c, in := range map[net.Conn]*bufio.Reader{idle: bufio.NewReader(idle), busy: inBusy} {
		for say, before := "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", int64(-1); before != asked.Load(); say = plainly[0] { // until the line is back
			before = asked.Load()
			io.WriteString(c, say)
			res, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
		}
	}
	io.WriteString(busy, "GET /page HTTP/1.1\r\nHost: slow\r\n\r\n")
	<-making
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	if _, err := io.ReadAll(idle); err != nil {
		t.Errorf("a line that waited: %v", err)
	}
	time.Sleep(50 * time.Millisecond) // net/http closes what it holds for idle meanwhile
	select {
	case <-stopped:
		t.Error("it ended while an answer was being made")
	default:
	}
	close(goOn)
	if res, err := http.ReadResponse(inBusy, nil); err != nil {
		t.Error(err)
	} else if got, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(got, page) {
		t.Errorf("the answer that was being made: %d bytes, %v", len(got), err)
	}
	<-stopped
}

// A reader who takes nothing does not keep the server from ending.
func TestEndCutsOff(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("x"), 64<<20)
	find := func(_ fastlane.Request, out [][]byte) [][]byte { return append(out, big) }
	limits := generous
	limits.End = 50 * time.Millisecond
	addr, stop := open(t, http.NotFoundHandler(), find, limits)
	c := dial(t, addr)
	io.WriteString(c, plainly[0])
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	stop()
	if got, _ := io.ReadAll(c); len(got) >= len(big) {
		t.Error("all of it was sent")
	}
}

// A fault in what looks for pages costs its reader the line, and nobody else.
func TestFaultStaysWithItsLine(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h := site(&asked)
	find := ready(t, h)
	addr, _ := open(t, h, func(r fastlane.Request, out [][]byte) [][]byte {
		if string(r.Host) == "fault" {
			panic("an invented fault")
		}
		return find(r, out)
	}, generous)
	if got, _ := say(t, addr, []byte("GET /page HTTP/1.1\r\nHost: fault\r\n\r\n"), nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
	if got, _ := say(t, addr, []byte(plainly[0]), nil); !bytes.HasSuffix(got, page) {
		t.Errorf("%q", got)
	}
}

// A page with a hole has the new bytes in it, packed and not, and a reader's
// unpacking, which compares sums, takes it.
func TestHole(t *testing.T) {
	t.Parallel()
	for _, at := range []int{0, 1, 700, len(page) - 32} {
		for _, fresh := range []string{strings.Repeat("0", 32), "0123456789abcdef0123456789abcdef"} {
			want := append(append(bytes.Clone(page[:at]), fresh...), page[at+32:]...)
			if got := bytes.Join(fastlane.NewHole(page, at, at+32).Fill([]byte(fresh), nil), nil); !bytes.Equal(got, want) {
				t.Errorf("at %d: another page", at)
			}
			h, err := fastlane.NewPackedHole([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), page, at, at+32)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(bytes.Join(h.Fill([]byte(fresh), nil), nil))), nil)
			if err != nil {
				t.Fatal(err)
			}
			packed, err := io.ReadAll(res.Body)
			if err != nil || len(packed) > len(page)/4 {
				t.Errorf("at %d: %d bytes, %v", at, len(packed), err)
			}
			if got, err := fastlane.Unpack(packed); err != nil || !bytes.Equal(got, want) {
				t.Errorf("at %d: another page, %v", at, err)
			}
		}
	}
	if _, err := fastlane.NewPackedHole(nil, page, 5, 5); err == nil {
		t.Error("a hole of nothing")
	}
}
