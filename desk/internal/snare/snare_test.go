package snare

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/fetch"
)

// chromium finds the browser; without one the test is skipped.
func chromium(t *testing.T) string {
	t.Helper()
	if os.Getenv("WAYLIGHT_BROWSER") == "none" {
		t.Skip("WAYLIGHT_BROWSER=none: left to a run with a browser")
	}
	if err := Fenced(); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("WAYLIGHT_BROWSER") == "required" {
		t.Fatal("no Chromium here, and WAYLIGHT_BROWSER=required")
	}
	t.Skip("no Chromium here")
	return ""
}

// site is a web server on 127.0.0.1, reached as site.test, beside one on 127.0.0.2
// that nobody may reach, under the same port.
type site struct {
	*httptest.Server
	secret *httptest.Server
	hits   atomic.Int64 // at the secret
	names  *names
	port   string
}

// names is a name server: it says of a name what the test wants, one answer after another.
type names struct {
	conn net.PacketConn
	say  func(name string, n int) [4]byte
	seen map[string]int
}

func newSite(t *testing.T, h http.Handler, secure bool) *site {
	t.Helper()
	s := &site{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	s.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	hidden, err := net.Listen("tcp", "127.0.0.2:"+s.port)
	if err != nil {
		t.Skip("no second loopback address here:", err)
	}
	s.secret = &httptest.Server{Listener: hidden, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.hits.Add(1)
		io.WriteString(w, "<p>the secret of this machine</p>") //nolint:errcheck // a test's server
	})}}
	s.secret.Start()
	t.Cleanup(s.secret.Close)
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s.names = &names{conn: conn, seen: map[string]int{}, say: func(string, int) [4]byte { return [4]byte{127, 0, 0, 1} }}
	go s.names.serve()
	return s
}

func (n *names) serve() {
	for buf := make([]byte, 1500); ; {
		size, from, err := n.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			name := q.Name.String()
			n.seen[name]++
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: n.say(name, n.seen[name])}}}
		}
		if out, err := m.Pack(); err == nil {
			n.conn.WriteTo(out, from) //nolint:errcheck // a test's server
		}
	}
}

// snare may reach 127.0.0.1 at the site's port and nothing else on this machine.
func (s *site) snare(t *testing.T, browser string, set func(*Config)) *Snare {
	t.Helper()
	only := netip.MustParseAddrPort("127.0.0.1:" + s.port)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", s.names.conn.LocalAddr().String())
	}
	cfg := Config{Clock: clock.System(), Browser: browser, Scripts: true, Fetch: fetch.Config{Allow: func(a netip.AddrPort) bool { return a == only }, Resolver: &net.Resolver{PreferGo: true, Dial: dial}}}
	if set != nil {
		set(&cfg)
	}
	n, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *site) at(host, path string) string { return "http://" + host + ":" + s.port + path }

func page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, body) //nolint:errcheck // a test's server
}

func has(t *Taken, n Note) bool {
	for _, x := range t.Notes {
		if x == n {
			return true
		}
	}
	return false
}

func TestWalk(t *testing.T) {
	t.Parallel()
	const body = "<!doctype html><title>A page (invented)</title><p>Three men were taken.</p>"
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		if r.Header.Get("Referer") != "" || len(r.Cookies()) > 0 {
			t.Error("it tells more than it should")
		}
		w.Header().Set("X-Of-The-Test", "yes")
		page(w, body)
	}), false)
	got, err := s.snare(t, "", nil).Take(t.Context(), s.at("site.test", "/old#part"), Alone)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Page) != body || got.Final != s.at("site.test", "/new") || len(got.Hops) != 2 || got.Hops[0].Status != 302 || got.Status != 200 || got.Server != "127.0.0.1:"+s.port || len(got.Notes) != 0 {
		t.Errorf("%q %+v %s %v", got.Page, got.Hops, got.Server, got.Notes)
	}
	if !bytes.Contains(got.Heads, []byte("X-Of-The-Test: yes")) || bytes.Contains(got.Heads, []byte("Three men")) {
		t.Errorf("the heads: %s", got.Heads)
	}
	if n := bytes.Count(got.Traffic, []byte("WARC/1.1\r\n")); n != 5 || !bytes.Contains(got.Traffic, []byte(body)) {
		t.Errorf("%d records", n)
	}
}

// TestCertificates: the chain is kept, and one that proves nothing is refused.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { page(w, "<p>secure") }), true)
	address := "https://example.com:" + s.port + "/"
	if _, err := s.snare(t, "", nil).Take(t.Context(), address, Alone); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v", err)
	}
	trusted := func(c *Config) {
		c.Roots = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	}
	got, err := s.snare(t, "", trusted).Take(t.Context(), address, Alone)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Certificates) != 1 || !bytes.Contains(got.Heads, []byte("BEGIN CERTIFICATE")) || !bytes.Contains(got.Traffic, []byte("BEGIN CERTIFICATE")) || !bytes.Contains(got.Heads, []byte("TLS 1.3")) {
		t.Errorf("%v\n%s", got.Certificates, got.Heads)
	}
	if _, err := s.snare(t, "", trusted).Take(t.Context(), "https://other.test:"+s.port+"/", Alone); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate of another name: %v", err)
	}
}

// TestInside: nothing leads to what is not of the public internet.
func TestInside(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	}), false)
	s.names.say = func(name string, n int) [4]byte {
		if strings.HasPrefix(name, "rebind") && n > 1 {
			return [4]byte{127, 0, 0, 2}
		}
		return [4]byte{127, 0, 0, 1}
	}
	n := s.snare(t, "", nil)
	for _, to := range []string{"http://127.0.0.2:" + s.port + "/", "http://127.1:" + s.port + "/", "http://0x7f000002:" + s.port + "/", "http://localhost:" + s.port + "/", "http://[::1]:" + s.port + "/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
		s.at("rebind.test", "/"), "file:///etc/passwd", "gopher://127.0.0.2/"} {
		host := "site.test"
		if strings.Contains(to, "rebind") {
			host = "rebind.test" // the same name, once allowed and then not
		}
		if got, err := n.Take(t.Context(), s.at(host, "/?to="+url.QueryEscape(to)), Alone); err == nil {
			t.Errorf("%s was reached: %s", to, got.Page)
		}
		if !strings.Contains(to, "rebind") {
			if got, err := n.Take(t.Context(), to, Alone); err == nil {
				t.Errorf("%s was reached: %s", to, got.Page)
			}
		}
	}
	if s.hits.Load() != 0 {
		t.Errorf("the secret was asked %d times", s.hits.Load())
	}
}

// TestBounds: what has no end, is too large or does not come is cut, and it is said.
func TestBounds(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			page(w, "<p>begin")
			w.(http.Flusher).Flush()
			for {
				if _, err := io.WriteString(w, "<p>and on"); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				select {
				case <-release:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		case "/huge":
			page(w, "")
			for chunk := bytes.Repeat([]byte("x"), 64<<10); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		case "/head":
			for i := range 3000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("y", 200))
			}
			page(w, "x")
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/hang":
			<-release
		case "/empty":
		}
	}), false)
	t.Cleanup(func() { close(release) })
	n := s.snare(t, "", func(c *Config) { c.Within, c.Most = 3*time.Second, 1<<20 })
	if got, err := n.Take(t.Context(), s.at("site.test", "/endless"), Alone); err != nil || !has(got, CutTime) || !bytes.HasPrefix(got.Page, []byte("<p>begin")) || !bytes.Contains(got.Traffic, []byte("WARC-Truncated: time")) {
		t.Errorf("endless: %v %+v", err, got)
	}
	if got, err := n.Take(t.Context(), s.at("site.test", "/huge"), Alone); err != nil || !has(got, CutLength) || len(got.Traffic) > 2<<20 {
		t.Errorf("huge: %v", err)
	}
	for path, want := range map[string]string{"/head": "could not be fetched", "/round": "leads on and on", "/hang": "did not answer in time", "/empty": "empty page"} {
		if _, err := n.Take(t.Context(), s.at("site.test", path), Alone); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	if _, err := n.Take(ctx, s.at("site.test", "/hang"), Alone); err == nil || !strings.Contains(err.Error(), "locked or stopped") {
		t.Errorf("locked meanwhile: %v", err)
	}
}

// TestBrowser: the page, its picture and the page in one file, with one visit.
func TestBrowser(t *testing.T) {
	t.Parallel()
	bin := chromium(t)
	var visits atomic.Int64
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			visits.Add(1)
			page(w, `<!doctype html><title>A page (invented)</title><link rel=stylesheet href=/style.css><p>Three men were taken.</p><p id=late></p><div style="height:3000px"></div><p>The end.</p><img src=/far.svg loading=lazy><script src=/late.js></script>`)
		case "/style.css":
			w.Header().Set("Content-Type", "text/css")
			io.WriteString(w, "body{background:#fc0}") //nolint:errcheck // a test's server
		case "/late.js":
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, `late.textContent = "written by a script, " + navigator.userAgent.includes("Headless")`) //nolint:errcheck // a test's server
		case "/far.svg":
			w.Header().Set("Content-Type", "image/svg+xml")
			io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`) //nolint:errcheck // a test's server
		default:
			http.NotFound(w, r)
		}
	}), true)
	n := s.snare(t, bin, func(c *Config) { c.Roots = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs })
	got, err := n.Take(t.Context(), "https://example.com:"+s.port+"/", Running)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "A page (invented)" || visits.Load() != 1 || !bytes.Contains(got.Page, []byte("Three men")) || len(got.Certificates) != 1 || len(got.Turned) != 0 {
		t.Errorf("%q, %d visits, %v %v", got.Title, visits.Load(), got.Notes, got.Turned)
	}
	if !bytes.Contains(got.Single, []byte("written by a script, false")) || !bytes.Contains(got.Single, []byte("Saved by Blink")) {
		t.Error("the page in one file is not what was seen")
	}
	m, err := png.Decode(bytes.NewReader(got.Picture))
	if err != nil || m.Bounds().Dx() != wide || m.Bounds().Dy() < 3000 {
		t.Fatalf("the picture: %v", err)
	}
	if r, g, b, _ := m.At(600, 2500).RGBA(); r>>8 != 0xff || g>>8 != 0xcc || b != 0 {
		t.Error("the picture has not the page's colours")
	}
	for _, part := range []string{"/style.css", "/late.js", "/far.svg"} {
		if !bytes.Contains(got.Traffic, []byte("WARC-Target-URI: https://example.com:"+s.port+part)) {
			t.Errorf("%s is not kept", part)
		}
	}
}

// TestBrowserInside: scripts, pictures, frames, workers, popups, downloads and other
// schemes lead nowhere that the gate does not allow.
func TestBrowserInside(t *testing.T) {
	t.Parallel()
	bin := chromium(t)
	var s *site
	var popped, loaded atomic.Int64
	s = newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := "http://127.0.0.2:" + s.port + "/"
		switch r.URL.Path {
		case "/":
			page(w, `<title>Hostile (invented)</title><img src="`+secret+`a"><iframe src="`+secret+`b"></iframe><iframe src="file:///etc/passwd"></iframe><img src="http://10.1.2.3/x"><img src="`+s.at("rebind.test", "/x")+`">
<p id=out>begin</p><script>alert(1); confirm(2); window.open("/popup"); onbeforeunload = () => "stay";
for (const u of ["`+secret+`c", "http://localhost:`+s.port+`/", "file:///etc/passwd", "`+s.at("rebind.test", "/y")+`"]) fetch(u, {mode: "no-cors"}).then(() => out.textContent += " reached:" + u, () => {});
new WebSocket("ws://127.0.0.2:`+s.port+`/ws"); navigator.sendBeacon("`+secret+`d", "x"); const a = document.createElement("a"); a.href = "/load"; a.download = "x.exe"; a.click();
try { new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.2:`+s.port+`"}]}).createOffer() } catch (e) {}</script>`)
		case "/popup":
			popped.Add(1)
		case "/load":
			loaded.Add(1)
			w.Header().Set("Content-Disposition", "attachment")
		default:
			page(w, "x")
		}
	}), false)
	s.names.say = func(name string, n int) [4]byte {
		if strings.HasPrefix(name, "rebind") {
			return [4]byte{127, 0, 0, 2}
		}
		return [4]byte{127, 0, 0, 1}
	}
	got, err := s.snare(t, bin, nil).Take(t.Context(), s.at("site.test", "/"), Running)
	if err != nil {
		t.Fatal(err)
	}
	if s.hits.Load() != 0 || bytes.Contains(got.Single, []byte("reached:file")) || bytes.Contains(got.Single, []byte("secret of")) || bytes.Contains(got.Single, []byte("root:x:")) {
		t.Errorf("the secret was asked %d times; %s", s.hits.Load(), got.Single)
	}
	if !has(got, Turned) || len(got.Turned) < 3 {
		t.Errorf("what was turned away is not said: %v", got.Turned)
	}
	if popped.Load() != 0 {
		t.Error("a popup was opened")
	}
	if len(got.Picture) == 0 {
		t.Errorf("no picture: %v", got.Notes)
	}
}

// TestBrowserStill: the page is drawn, and no script of it runs, whichever way it
// comes: in the page, from elsewhere, in an attribute, a frame of the same
// or another site, a picture, a worker. The control shows that they would.
func TestBrowserStill(t *testing.T) {
	t.Parallel()
	bin := chromium(t)
	var s *site
	var ran sync.Map
	s = newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tell := func(what string) string { return `new Image().src = "` + s.at("site.test", "/ran/"+what) + `";` }
		switch r.URL.Path {
		case "/":
			page(w, `<!doctype html><title>A page (invented)</title><body onload='`+tell("attribute")+`'><p id=out>as it was sent</p><script>out.textContent = "written by a script"; `+tell("inside")+`
navigator.serviceWorker && 0; new Worker(URL.createObjectURL(new Blob(['fetch("`+s.at("site.test", "/ran/worker")+`", {mode: "no-cors"})'])))</script>
<script src=/far.js></script><script type=module>`+tell("module")+`</script><noscript><img src=/without-scripts></noscript>
<iframe src=/frame></iframe><iframe src="`+s.at("other.test", "/frame")+`"></iframe><iframe srcdoc='<script>`+tell("srcdoc")+`</script>'></iframe>
<object data=/drawn.svg type="image/svg+xml"></object><img src=/none onerror='`+tell("error")+`'><div style="background:#fc0;height:900px"></div>`)
		case "/far.js":
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, tell("far")) //nolint:errcheck // a test's server
		case "/frame":
			page(w, `<script>`+tell("frame-"+strings.Split(r.Host, ".")[0])+`</script>`)
		case "/drawn.svg":
			w.Header().Set("Content-Type", "image/svg+xml")
			io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>`+tell("drawn")+`</script></svg>`) //nolint:errcheck // a test's server
		default:
			if what, ok := strings.CutPrefix(r.URL.Path, "/ran/"); ok {
				ran.Store(what, true)
			}
			http.NotFound(w, r)
		}
	}), false)
	all := func() (names []string) {
		ran.Range(func(k, _ any) bool { names = append(names, k.(string)); return true })
		slices.Sort(names)
		ran.Clear()
		return names
	}
	n := s.snare(t, bin, nil)
	got, err := n.Take(t.Context(), s.at("site.test", "/"), Still)
	if err != nil {
		t.Fatal(err)
	}
	if names := all(); len(names) > 0 || bytes.Contains(got.Single, []byte("written by a script")) {
		t.Errorf("scripts ran: %v", names)
	}
	if !bytes.Contains(got.Single, []byte("as it was sent")) || !bytes.Contains(got.Traffic, []byte("/without-scripts")) || !strings.HasSuffix(got.Tool, ", scripts not run") || got.Title != "A page (invented)" {
		t.Errorf("%q %q %s", got.Title, got.Tool, got.Single)
	}
	m, err := png.Decode(bytes.NewReader(got.Picture))
	if err != nil || m.Bounds().Dy() < 900 {
		t.Fatalf("the picture: %v", err)
	}
	if _, err := n.Take(t.Context(), s.at("site.test", "/"), Running); err != nil {
		t.Fatal(err)
	}
	if names := all(); strings.Join(names, " ") != "attribute drawn error far frame-other frame-site inside module srcdoc worker" {
		t.Errorf("the control does not show that each would run: %v", names)
	}
	without := s.snare(t, bin, func(c *Config) { c.Scripts = false })
	if _, err := without.Take(t.Context(), s.at("site.test", "/"), Running); err == nil || !strings.Contains(err.Error(), "do not run here") {
		t.Errorf("scripts that are not allowed: %v", err)
	}
}

// TestBrowserBounds: a page that never rests, one that hangs, one whose script never
// lets go, one that is very tall, and a lock in the middle.
func TestBrowserBounds(t *testing.T) {
	t.Parallel()
	bin := chromium(t)
	release := make(chan struct{})
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/restless":
			page(w, `<title>Restless</title><p>here</p><script>setInterval(() => fetch("/more"), 50)</script>`)
		case "/loop":
			page(w, `<title>Loop</title><p>here</p><script>setTimeout(() => { for (;;) {} }, 300)</script>`)
		case "/tall":
			page(w, `<title>Tall</title><div style="height:90000px">x</div>`)
		case "/hang":
			<-release
		default:
			page(w, "x")
		}
	}), false)
	t.Cleanup(func() { close(release) })
	n := s.snare(t, bin, func(c *Config) { c.Load = 8 * time.Second })
	if got, err := n.Take(t.Context(), s.at("site.test", "/tall"), Running); err != nil || !has(got, PictureCut) {
		t.Errorf("tall: %v %+v", err, got)
	}
	if got, err := n.Take(t.Context(), s.at("site.test", "/restless"), Running); err != nil || !has(got, Restless) || len(got.Picture) == 0 {
		t.Errorf("restless: %v", err)
	}
	if got, err := n.Take(t.Context(), s.at("site.test", "/loop"), Running); err != nil || !has(got, NoSingle) || !bytes.Contains(got.Page, []byte("here")) {
		t.Errorf("loop: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(3*time.Second, cancel)
	if _, err := n.Take(ctx, s.at("site.test", "/hang"), Running); err == nil || !strings.Contains(err.Error(), "locked or stopped") {
		t.Errorf("locked meanwhile: %v", err)
	}
}
