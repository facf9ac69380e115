package front_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/browser"
	"waylight/internal/bundle"
	"waylight/internal/envelope"
	"waylight/internal/fastlane"
	"waylight/internal/hatchway"
	"waylight/internal/petition"
	"waylight/internal/wire"
)

// publishAll replaces the organisation's pages by these.
func (d *desk) publishAll(t testing.TB, serial uint64, pages map[string]string) {
	t.Helper()
	m, out := bundle.Pages{Serial: serial, Day: "2017-04-09"}, hatchway.Publication{}
	for path, text := range pages {
		sum := sha256.Sum256([]byte(text))
		m.Pages = append(m.Pages, bundle.Page{Path: path, Lang: "en", Type: "text/html; charset=utf-8", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))})
		out.Pages = append(out.Pages, hatchway.PageBody{Path: path, Body: []byte(text)})
	}
	note, err := bundle.SignPages(d.organisation, m)
	if err != nil {
		t.Fatal(err)
	}
	out.Manifest = string(note)
	if err := d.client.Publish(context.Background(), out); err != nil {
		t.Fatal(err)
	}
}

// lane is a kept line to a Front, on which plain requests are made.
type lane struct {
	net.Conn
	in   *bufio.Reader
	host string
}

func (h *house) line(t testing.TB) *lane {
	t.Helper()
	host := strings.TrimPrefix(h.base, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &lane{c, bufio.NewReader(c), host}
}

// get asks plainly, with further headers, and gives the head as it came, without
// its end, and the page, unpacked.
func (l *lane) get(path, headers string) (head, page string, err error) {
	return l.ask("GET", path, headers, nil)
}

// ask is get with another method; a body has its length.
func (l *lane) ask(method, path, headers string, body []byte) (head, page string, err error) {
	if len(body) > 0 {
		headers += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	if _, err := fmt.Fprintf(l, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s", method, path, l.host, headers, body); err != nil {
		return "", "", err
	}
	var all bytes.Buffer
	tee := bufio.NewReaderSize(io.TeeReader(l.in, &all), 16) // reads no further answer: there is none
	res, err := http.ReadResponse(tee, nil)
	if err != nil {
		return "", "", err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return "", "", err
	}
	if res.Header.Get("Content-Encoding") == "gzip" {
		if got, err = fastlane.Unpack(got); err != nil {
			return "", "", err
		}
	}
	head, _, _ = strings.Cut(all.String(), "\r\n\r\n")
	return head, string(got), nil
}

var onceIn = regexp.MustCompile(`name="once" value="([0-9a-f]{32})"`)

// TestSignaturesBeforeTheServer: what the lane says of a signature is what net/http
// says, byte by byte; what it cannot take, that server refuses; and nothing is lost.
func TestSignaturesBeforeTheServer(t *testing.T) {
	t.Parallel()
	h := startWith(t, time.Date(2017, 4, 9, 13, 37, 42, 0, time.UTC), func(c *front.Config) {
		c.HTTPS, c.Mirror, c.OnionLocation = true, true, "http://inventedinventedinventedinventedinventedinventedinvented.onion"
	})
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	sealed := func(fill byte) []byte {
		return append([]byte("age-encryption.org/v1\n"), bytes.Repeat([]byte{fill}, envelope.SealedSize(petition.Size)-22)...)
	}
	browsers := "Connection: keep-alive\r\nUser-Agent: x\r\nContent-Type: application/octet-stream\r\nAccept: */*\r\nOrigin: " + h.base + "\r\nSec-Fetch-Site: same-origin\r\nReferer: " + h.base + "/\r\nAccept-Encoding: gzip, deflate, br\r\n"
	path := func(n string) string { return "/w/v1/petitions/" + petitionID + "/signatures/" + n }
	first, other := number(), number()
	for _, c := range []struct {
		what, path, headers string
		body                []byte
		status              int
	}{
		{"fresh", path(first), browsers, sealed(1), http.StatusCreated},
		{"the same again", path(first), browsers, sealed(1), http.StatusOK},
		{"the same again, through net/http", path(first), "Cookie: a=b\r\n", sealed(1), http.StatusOK},
		{"another with that number", path(first), browsers, sealed(2), http.StatusConflict},
		{"fresh, through net/http", path(other), "Cookie: a=b\r\n", sealed(3), http.StatusCreated},
		{"the same again, through the lane", path(other), "", sealed(3), http.StatusOK},
		{"with work that nobody asked for", path(other), wire.WorkHeader + ": a:b\r\n", sealed(3), http.StatusOK},
		{"of another size", path(number()), browsers, sealed(4)[1:], http.StatusBadRequest},
		{"not sealed", path(number()), browsers, bytes.Repeat([]byte("x"), envelope.SealedSize(petition.Size)), http.StatusBadRequest},
		{"an odd number", path("ABCDEF0123456789"), browsers, sealed(5), http.StatusBadRequest},
		{"an unknown petition", strings.Replace(path(number()), petitionID, strings.Repeat("0", 32), 1), browsers, sealed(6), http.StatusConflict},
	} {
		head, body, err := h.line(t).ask("PUT", c.path, c.headers, c.body)
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if status := strings.Fields(head)[1]; status != fmt.Sprint(c.status) {
			t.Errorf("%s: %s %s", c.what, status, body)
		}
		if took := h.front.TakenAt(c.path, c.body); took != (c.status < 300) {
			t.Errorf("%s: the lane took it: %v", c.what, took)
		}
		if c.status == http.StatusCreated {
			continue // it is known now
		}
		// The same once more, with a header that no plain request has.
		wantHead, wantBody, err := h.line(t).ask("PUT", c.path, c.headers+"X-Other: 1\r\n", c.body)
		if err != nil || head != wantHead || body != wantBody {
			t.Errorf("%s: the lane said\n%s\n%s\nnet/http\n%s\n%s\n%v", c.what, head, body, wantHead, wantBody, err)
		}
	}
	p, err := h.desk.client.Signed(context.Background(), "", hatchway.MaxPull)
	if err != nil || len(p.Signatures) != 2 {
		t.Fatalf("%d signatures, %v", len(p.Signatures), err)
	}
	for _, x := range p.Signatures {
		if !bytes.Equal(x.Sealed, sealed(1)) && !bytes.Equal(x.Sealed, sealed(3)) {
			t.Error("other bytes were stored")
		}
	}
}

// TestBrowserSignsPlainly: the request by which the script of a browser signs is one
// that the lane takes. The lane here stands before the Front, counts, and takes nothing.
func TestBrowserSignsPlainly(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	behind, err := url.Parse(h.base)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var plain atomic.Int64
	lane := fastlane.New(l, func(_ fastlane.Request, out [][]byte) [][]byte { return out }, fastlane.Puts{
		Wants: func(path []byte, size int) bool {
			return bytes.Contains(path, []byte("/signatures/")) && size == envelope.SealedSize(petition.Size)
		},
		Take: func(_ fastlane.Request, out [][]byte) [][]byte { plain.Add(1); return out },
	}, fastlane.Limits{Head: time.Minute, Idle: time.Minute, Write: time.Minute, End: time.Second}, slog.New(slog.DiscardHandler))
	proxy := &http.Server{Handler: httputil.NewSingleHostReverseProxy(behind), ReadHeaderTimeout: time.Minute, ConnState: lane.State}
	go func() { _ = lane.Run(t.Context()) }()
	go func() { _ = proxy.Serve(lane.Rest()) }()
	t.Cleanup(func() { _ = proxy.Close() })

	p := browser.Start(t, browser.Phone)
	// A request that comes in the moment in which net/http lets go of the line is answered there.
	for n := 0; n < 3 && plain.Load() == 0; n++ {
		p.Go("http://" + l.Addr().String() + "/en/petitions/safe-passage")
		p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
		p.Fill("#f-name", "Alice Vymyshlennaya")
		p.Fill("#f-email", fmt.Sprintf("alice%d@example.net", n))
		p.Set("#f-country", "DE")
		p.Click("#sign button.primary")
		p.Until(`document.body.innerText.includes("Your signature is stored")`)
	}
	if plain.Load() == 0 {
		t.Error("no request was plain")
	}
}

// TestReadyPages: what lies ready is what net/http gives, header by header and
// byte by byte, but for the random value in a form, which is new each time.
func TestReadyPages(t *testing.T) {
	t.Parallel()
	h := startWith(t, time.Date(2017, 4, 9, 13, 37, 42, 0, time.UTC), func(c *front.Config) {
		c.HTTPS, c.Mirror, c.OnionLocation = true, true, "http://inventedinventedinventedinventedinventedinventedinvented.onion"
	})
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	h.publishAll(t, 1, map[string]string{"report/index.html": "<!doctype html><title>A report</title>" + strings.Repeat("<p>Words.</p>", 4000), "short.html": "<p>Short."})
	for _, c := range []struct {
		path  string
		ready bool
	}{
		{"/p/report/index.html", true}, {"/p/short.html", true}, {"/en/", true}, {"/ru/", true}, {"/x-rtl/", true}, {"/en/safety", true}, {"/ru/lost", true},
		{"/en/petitions/safe-passage", true}, {"/ru/petitions/safe-passage", true},
		// What looks at who asks, or holds a value of a form that is bound to its day.
		{"/", false}, {"/help", false}, {"/en/help", false}, {"/ru/information", false}, {"/en/mailbox", false}, {"/calendar", false}, {"/en/petitions", false},
		{"/p/manifest", false}, {"/w/v1/keys", false}, {"/p/", false}, {"/p/nowhere", false}, {"/en", false}, {"/en/petitions/another", false},
	} {
		for _, packing := range []string{"", "Accept-Encoding: gzip, br\r\n"} {
			l, other := h.line(t), h.line(t)
			if got := len(h.front.ReadyAt(c.path, l.host, packing != "")) > 0; got != c.ready {
				t.Errorf("%s lies ready: %v", c.path, got)
			}
			if !c.ready {
				continue
			}
			// A cookie is no part of a plain request: this line goes to net/http.
			wantHead, wantPage, err := other.get(c.path, packing+"Cookie: a=b\r\n")
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, more := range []string{"", "Accept-Language: ru\r\nUser-Agent: x\r\n", "Connection: keep-alive\r\n"} {
				head, page, err := l.get(c.path, packing+more)
				if err != nil {
					t.Fatal(err)
				}
				if once := onceIn.FindStringSubmatch(page); once != nil {
					if seen[once[1]] {
						t.Errorf("%s: two readers have one value", c.path)
					}
					seen[once[1]] = true
				}
				if head != wantHead || onceIn.ReplaceAllString(page, "") != onceIn.ReplaceAllString(wantPage, "") || page == "" {
					t.Errorf("%s: %s\n%d bytes; net/http gave\n%s\n%d bytes", c.path, head, len(page), wantHead, len(wantPage))
				}
			}
			if form := strings.Contains(c.path, "/petitions/"); form != (len(seen) == 3) {
				t.Errorf("%s: %d random values", c.path, len(seen))
			}
			for _, must := range []string{"Content-Security-Policy: default-src 'none'", "Strict-Transport-Security: ", "Onion-Location: http://invented", "X-Content-Type-Options: nosniff"} {
				if !strings.Contains(wantHead, "\r\n"+must) {
					t.Errorf("%s: no %s", c.path, must)
				}
			}
		}
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
}

// TestReadyFollowsPosting: once a posting is acknowledged nobody is given what
// was there before, on no line, while many read.
func TestReadyFollowsPosting(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	var acknowledged atomic.Int64
	number := regexp.MustCompile(`edition (\d+)\.`)
	page := func(n int) map[string]string {
		return map[string]string{"r.html": fmt.Sprintf("<p>edition %d.", n) + strings.Repeat("x", 9000)}
	}
	h.publishAll(t, 1, page(1))
	acknowledged.Store(1)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 4 {
		l := h.line(t)
		all.Go(func() {
			for ctx.Err() == nil {
				least := acknowledged.Load()
				_, text, err := l.get("/p/r.html", "")
				if err != nil {
					t.Error(err)
					return
				}
				var n int64
				if m := number.FindStringSubmatch(text); m != nil {
					fmt.Sscan(m[1], &n)
				}
				if n < least {
					t.Errorf("edition %d was given after %d was acknowledged", n, least)
				}
			}
		})
	}
	l := h.line(t)
	for n := 2; n <= 60; n++ {
		h.publishAll(t, uint64(n), page(n))
		acknowledged.Store(int64(n))
		if _, text, err := l.get("/p/r.html", ""); err != nil || !strings.Contains(text, fmt.Sprintf("edition %d.", n)) {
			t.Fatalf("after edition %d: %.40q, %v", n, text, err)
		}
	}
	cancel()
	all.Wait()
	// First pages and petitions follow too.
	see := func(path, want string, there bool) {
		t.Helper()
		for _, packing := range []string{"", "Accept-Encoding: gzip\r\n"} {
			l := h.line(t)
			for range 2 {
				if _, text, err := l.get(path, packing); err != nil || strings.Contains(text, want) != there {
					t.Errorf("%s with %q: %v is wrong, %v", path, want, !there, err)
				}
			}
		}
	}
	see("/en/", "/p/r.html", true)
	h.publishAll(t, 61, map[string]string{})
	see("/p/r.html", "edition", false)
	see("/en/", "/p/r.html", false)
	see("/en/petitions/safe-passage", "An invented office", true)
	if err := h.petition(t, 2, func(p *petition.Statement) {
		p.Words = map[string]petition.Words{"en": {Title: "Corrected (invented)", To: "Another office", Paragraphs: []string{"Words."}}}
	}); err != nil {
		t.Fatal(err)
	}
	see("/en/petitions/safe-passage", "An invented office", false)
	see("/en/petitions/safe-passage", "Corrected (invented)", true)
	if err := h.petition(t, 3, func(p *petition.Statement) { p.Recipient, p.Removed, p.Words = "", true, nil }); err != nil {
		t.Fatal(err)
	}
	see("/en/petitions/safe-passage", "Corrected", false)
	see("/en/", "/en/petitions", false)
}

// TestReadyPetitionFollowsTime: the count that is shown is as old as before, and
// a petition closes on its day, though the page lies ready.
func TestReadyPetitionFollowsTime(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, func(p *petition.Statement) { p.Until = "2017-04-10" }); err != nil {
		t.Fatal(err)
	}
	const path = "/en/petitions/safe-passage"
	l := h.line(t)
	see := func(want string) {
		t.Helper()
		for _, packing := range []string{"", "Accept-Encoding: gzip\r\n"} {
			if _, text, err := l.get(path, packing); err != nil || !strings.Contains(text, want) {
				t.Errorf("no %q, %v", want, err)
			}
			if len(h.front.ReadyAt(path, l.host, packing != "")) == 0 {
				t.Error("it does not lie ready")
			}
		}
	}
	see("Fewer than")
	for _, c := range h.register(t, slices.Repeat([]string{"DE"}, petition.Least)...) {
		if status, _ := form(t, h.base+"/en/confirm", map[string][]string{"code": {string(c)}}); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	h.clock.Advance(9 * time.Minute)
	see("Fewer than")
	h.clock.Advance(2 * time.Minute)
	see(fmt.Sprintf("%d people have confirmed", petition.Least))
	see("It can be signed until")
	h.clock.Advance(48 * time.Hour)
	see("This petition cannot be signed any more.")
}

// TestReadyHosts: a petition's page names the address by which its reader came,
// and strangers who invent addresses make us keep no more than a few.
func TestReadyHosts(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	const path = "/en/petitions/safe-passage"
	kept := 0
	for n := range 50 {
		host := fmt.Sprintf("invented%d.example", n)
		if got := h.front.ReadyAt(path, host, false); len(got) > 0 {
			kept++
			if !bytes.Contains(got, []byte("http://"+host+path)) {
				t.Errorf("%s does not stand in its page", host)
			}
		}
		l := h.line(t)
		l.host = host
		if _, text, err := l.get(path, ""); err != nil || !strings.Contains(text, "http://"+host+path) || strings.Count(text, ".example/") != 1 {
			t.Errorf("%s: %v", host, err)
		}
	}
	if kept == 0 || kept > 16 {
		t.Errorf("%d pages were kept", kept)
	}
}

// TestReadyOnion: our onion address is told while it is up, and not a page longer.
func TestReadyOnion(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.stop()
	var up atomic.Bool
	h.front.OnionAt("http://invented.onion", &up)
	for n := range 6 {
		up.Store(n%2 == 1)
		for range 2 {
			got := h.front.ReadyAt("/en/", "x", false)
			if len(got) == 0 || bytes.Contains(got, []byte("\r\nOnion-Location: http://invented.onion/en/\r\n")) != up.Load() {
				t.Errorf("up %v: %.600s", up.Load(), got)
			}
		}
	}
}
