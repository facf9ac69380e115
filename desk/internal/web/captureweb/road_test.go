package captureweb_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/capture"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/captureweb"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/fetch"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// archive is captures over real storage, with a site of the test's own.
type archive struct {
	*desktest.Ground
	keeper     *capture.Keeper
	locker     *evidence.Locker
	records    *record.Archive
	item       record.Item
	dora, anna staff.Actor // a documenter and an analyst
	me         atomic.Pointer[staff.Actor]
	server     *httptest.Server
	site       *httptest.Server
	said       atomic.Pointer[string]
	visits     atomic.Int64
	hold       chan struct{}
}

var ctx = context.Background()

func newArchive(t *testing.T, chromium string, sealed bool) *archive {
	t.Helper()
	a := &archive{Ground: desktest.New(t), hold: make(chan struct{})}
	a.dora, a.anna = a.Member(t, "Dora (invented)", staff.Documenter), a.Member(t, "Anna (invented)", staff.Analyst)
	a.me.Store(&a.dora)
	a.says("<p>Some were detained, says an invented spokesman.</p>")
	a.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/article" && r.URL.Path != "/slow" {
			http.NotFound(w, r)
			return
		}
		a.visits.Add(1)
		if r.URL.Path == "/slow" {
			<-a.hold
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>An invented paper</title><h1>An article</h1>", *a.said.Load(), "<script>document.body.append('drawn')</script>")
	}))
	t.Cleanup(a.site.Close)
	c, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	as, ar, ap := func(tx *store.Tx) evidence.Store { return tx }, func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	a.records = record.NewArchive(store.Within(a.DB, ar), store.Reading(a.DB, ar), a.Clock)
	a.locker = &evidence.Locker{Within: store.Within(a.DB, as), Reading: store.Reading(a.DB, as), Vault: c, Clock: a.Clock,
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(a.DB, ap), Reading: store.Reading(a.DB, ap), Clock: a.Clock}}}
	only := netip.MustParseAddrPort(a.site.Listener.Addr().String())
	n, err := snare.New(snare.Config{Clock: clock.System(), Browser: chromium, Fetch: fetch.Config{Allow: func(x netip.AddrPort) bool { return x == only }}})
	if err != nil {
		t.Fatal(err)
	}
	ac := func(tx *store.Tx) capture.Store { return tx }
	a.keeper = &capture.Keeper{Within: store.Within(a.DB, ac), Reading: store.Reading(a.DB, ac), Locker: a.locker, Clock: a.Clock, Snare: n}
	kind, words := record.Media, ""
	if sealed {
		kind, words = record.PersonSource, "They took my phone (invented)."
	}
	s, err := a.records.AddSource(ctx, a.dora, record.Source{Name: "A source (invented)", Kind: kind, Named: !sealed}, "")
	if err == nil {
		a.item, err = a.records.AddItem(ctx, a.dora, record.Item{Source: s.ID, Title: "A page of a paper (invented)", Material: record.Press, Words: words, Consent: "recorded consent"})
	}
	if err != nil {
		t.Fatal(err)
	}
	m := ui.NewMux(ui.Config{Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), captureweb.Locale(), evidenceweb.Locale(), binder.Locale())), Clock: a.Clock, Actor: func(*http.Request) (staff.Actor, error) { return *a.me.Load(), nil }})
	names := func(context.Context) (map[string]string, error) {
		return map[string]string{a.dora.ID: a.dora.Name}, nil
	}
	(&captureweb.Room{Keeper: a.keeper, Names: names}).Register(m)
	(&evidenceweb.Room{Evidence: a.locker, Names: names}).Register(m)
	a.server = httptest.NewServer(m)
	t.Cleanup(a.server.Close)
	return a
}

func (a *archive) says(html string) { a.said.Store(&html) }

func (a *archive) list() string { return a.server.URL + "/record/items/" + a.item.ID + "/captures" }

// client does not follow where it is sent.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (a *archive) order(address, way string) url.Values {
	return url.Values{"id": {ids.New("capture")}, "url": {address}, "way": {way}, "description": {"An article (invented)."}, "sure": {"yes"}}
}

func post(t *testing.T, address string, form url.Values) (status int, to, body string) {
	t.Helper()
	res, err := client.PostForm(address, form)
	if err != nil {
		t.Error(err)
		return 0, "", ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	to, _, _ = strings.Cut(res.Header.Get("Location"), "?")
	return res.StatusCode, to, string(b)
}

func (a *archive) bring(t *testing.T, name string, file []byte, parts ...string) (status int, to, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		if err := m.WriteField(parts[i], parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	p, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = p.Write(file)
	}
	if err != nil || m.Close() != nil {
		t.Fatal(err)
	}
	res, err := client.Post(a.list()+"/bring", m.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	to, _, _ = strings.Cut(res.Header.Get("Location"), "?")
	return res.StatusCode, to, string(out)
}

// TestCaptureRoad: a documenter takes a page with a browser, looks at its picture,
// takes it again after it was changed, and reads what is different. The pages of the
// Desk work without a script.
func TestCaptureRoad(t *testing.T) {
	t.Parallel()
	p := browser.Start(t, browser.Phone, browser.NoScript)
	if err := snare.Fenced(); err != nil {
		t.Skip(err)
	}
	a := newArchive(t, browser.Executable(), true)
	p.Go(a.server.URL + "/record/items/" + a.item.ID + "/evidence")
	p.Follow("a[href$='/captures']")
	if got := p.Text("main"); !strings.Contains(got, "The site sees the address of this Desk") || a.visits.Load() != 0 {
		t.Errorf("the danger is not told before:\n%s", got)
	}
	address := a.site.URL + "/article"
	p.Set("#f-url", address)
	p.Set("#f-description", "An article with an invented denial.")
	p.Follow("main form[action$='/captures'] button.primary")
	if got := p.Text("main"); !strings.Contains(got, "Say that the site may learn of it") || a.visits.Load() != 0 {
		t.Errorf("visited without a yes, %d times:\n%s", a.visits.Load(), got)
	}
	if got := p.Value("#f-url"); got != address {
		t.Errorf("what was typed is gone: %q", got)
	}
	p.Click("input[name=sure]")
	p.Follow("main form[action$='/captures'] button.primary")
	first := strings.Split(p.URL(), "?")[0]
	got := p.Text("main")
	for _, want := range []string{"An invented paper", address, "Picture of the page", "Everything that was sent", "With a browser"} {
		if !strings.Contains(got, want) {
			t.Errorf("the capture does not say %q:\n%s", want, got)
		}
	}
	if n := a.visits.Load(); n != 1 {
		t.Errorf("%d visits", n)
	}
	a.tree(t)
	a.says("<p>Nobody was ever detained, says an invented spokesman.</p>")
	a.Clock.Advance(time.Hour)
	p.Go(a.list())
	p.Set("#f-url", address)
	p.Click("input[name=way][value=plain]")
	p.Set("#f-description", "The same article, an hour later.")
	p.Click("input[name=sure]")
	p.Follow("main form[action$='/captures'] button.primary")
	got = p.Text("main")
	if !strings.Contains(got, "Its visible words differ.") || !strings.Contains(got, "Nobody was ever detained") || !strings.Contains(got, "Some were detained") || strings.Contains(got, "Picture of the page") {
		t.Errorf("the difference:\n%s", got)
	}
	if n := p.Count("a[href='" + strings.TrimPrefix(first, a.server.URL) + "']"); n != 1 {
		t.Error("the capture before is not linked")
	}
	a.Clock.Advance(time.Hour)
	if _, to, body := post(t, a.list(), a.order(address, "plain")); to == "" || !strings.Contains(a.body(t, to), "the same, to the byte") {
		t.Errorf("the third: %s", body)
	}
}

// tree: the files are made from one another, each has its custody, and the picture is one.
func (a *archive) tree(t *testing.T) {
	t.Helper()
	_, files, err := a.locker.List(ctx, a.dora, a.item.ID)
	if err != nil || len(files) != 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	by := map[evidence.Step]evidence.Opened{}
	for _, f := range files {
		by[f.Step] = f
		if good, err := a.locker.Rehash(ctx, a.dora, f.ID); err != nil || !good {
			t.Errorf("%s: %v", f.Step, err)
		}
		if f.Facts.URL == "" || f.Facts.SHA256 == [32]byte{} {
			t.Errorf("%s: %+v", f.Step, f.Facts)
		}
	}
	root := by[evidence.None].ID
	if by[evidence.Body].From != root || by[evidence.Heads].From != root || by[evidence.Drawn].From != by[evidence.Body].ID || by[evidence.Whole].From != by[evidence.Body].ID {
		t.Errorf("the tree: %+v", by)
	}
	p, err := a.locker.Page(ctx, a.dora, by[evidence.Body].ID)
	if err != nil || len(p.Events) < 3 || p.Events[0].Action != "evidence.derived" {
		t.Errorf("custody: %+v %v", p.Events, err)
	}
	v, err := a.locker.Look(ctx, a.dora, by[evidence.Drawn].ID, evidence.Examine)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := a.locker.Bytes(ctx, a.dora, by[evidence.Drawn].ID, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	head := make([]byte, 8)
	if _, err := io.ReadFull(c, head); err != nil || string(head) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("the picture: %q %v", head, err)
	}
}

// TestTwice: the same form sent many times at once visits the page once; what others
// may know of it is nothing.
func TestTwice(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "", true)
	o := a.order(a.site.URL+"/slow", "plain")
	var wait sync.WaitGroup
	var first atomic.Value
	for range 4 {
		wait.Go(func() {
			status, to, body := post(t, a.list(), o)
			if status != http.StatusSeeOther {
				t.Errorf("%d %s", status, body)
			}
			first.Store(to)
		})
	}
	for end := time.Now().Add(20 * time.Second); a.visits.Load() == 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	close(a.hold)
	wait.Wait()
	if n := a.visits.Load(); n != 1 {
		t.Errorf("%d visits", n)
	}
	_, all, err := a.keeper.List(ctx, a.dora, a.item.ID)
	if err != nil || len(all) != 1 || all[0].State != capture.Kept {
		t.Fatalf("%+v %v", all, err)
	}
	a.me.Store(&a.anna)
	res, err := client.Get(a.server.URL + first.Load().(string))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	if strings.Contains(string(b), a.site.URL) || !strings.Contains(string(b), "lies in a safe") {
		t.Errorf("without a grant: %s", b)
	}
	if status, _, _ := post(t, a.list(), a.order(a.site.URL+"/article", "plain")); status != http.StatusForbidden {
		t.Errorf("an analyst took a page: %d", status)
	}
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Capture(ctx, all[0].ID)
		if err == nil && (bytes.Contains(c.Sealed, []byte("slow")) || len(c.Sealed) == 0) {
			t.Error("the address lies open")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRefused: what may not be visited is not, what was typed stays, and a failed
// capture keeps nothing in the vault.
func TestRefused(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "", false)
	for address, want := range map[string]string{"http://127.0.0.1:1/x": "not of the public internet", "http://192.168.1.1/": "not of the public internet", "ftp://example.org/": "begins with https", "http://u:p@example.org/": "name or a password", "": "begins with https", a.site.URL + "/none/../../": ""} {
		o := a.order(address, "plain")
		status, to, body := post(t, a.list(), o)
		if want == "" { // a page that is not there is a page too: that it was gone is worth keeping
			if status != http.StatusSeeOther || !strings.Contains(a.body(t, to), "404") {
				t.Errorf("%s: %d", address, status)
			}
			continue
		}
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) || address != "" && !strings.Contains(body, regexp.QuoteMeta(address)[:8]) {
			t.Errorf("%s: %d\n%s", address, status, body)
		}
	}
	if status, _, body := post(t, a.list(), a.order(a.site.URL+"/article", "browser")); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose how the page is taken") {
		t.Errorf("a browser that is not allowed: %d", status)
	}
	o := a.order(a.site.URL+"/article", "plain")
	o.Set("id", "rubbish")
	if status, _, body := post(t, a.list(), o); status != http.StatusUnprocessableEntity || !strings.Contains(body, "not from here") {
		t.Errorf("a form from elsewhere: %d", status)
	}
	a.keeper.Snare = nil
	if status, _, body := post(t, a.list(), a.order(a.site.URL+"/article", "plain")); status != http.StatusUnprocessableEntity || !strings.Contains(body, "The administrator can allow it") {
		t.Errorf("not allowed here: %d", status)
	}
	if a.visits.Load() != 0 {
		t.Errorf("%d visits", a.visits.Load())
	}
}

func (a *archive) body(t *testing.T, path string) string {
	t.Helper()
	res, err := client.Get(a.server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func warcOf(body, digest string) []byte {
	return fmt.Appendf(nil, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://paper.example.org/\r\nWARC-Block-Digest: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", digest, len(body), body)
}

// TestBring: captures made elsewhere are known by how they begin, their own checksums
// are looked at, and what is none is refused with what was typed.
func TestBring(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "", true)
	sum1, sum2 := sha1.Sum([]byte("HTTP/1.1 200 OK\r\n\r\nx")), sha256.Sum256([]byte("inside"))
	good := warcOf("HTTP/1.1 200 OK\r\n\r\nx", "sha1:"+base32.StdEncoding.EncodeToString(sum1[:]))
	bad := warcOf("HTTP/1.1 200 OK\r\n\r\ny", "sha1:"+base32.StdEncoding.EncodeToString(sum1[:]))
	pack := func(hash string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, body := range map[string]string{"datapackage.json": `{"mainPageUrl":"https://paper.example.org/","resources":[{"path":"archive/data.warc","hash":"` + hash + `"}]}`, "archive/data.warc": "inside"} {
			w, err := z.Create(name)
			if err == nil {
				_, err = io.WriteString(w, body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	mhtml := []byte("From: <Saved by Blink>\r\nSnapshot-Content-Location: https://paper.example.org/\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n")
	for name, x := range map[string]struct {
		file []byte
		want []string
	}{
		"good.warc":  {good, []string{"(WARC)", "https://paper.example.org/", "1 checksum of its own holds"}},
		"bad.warc":   {bad, []string{"(WARC)", "Its own checksums do not hold"}},
		"cut.warc":   {good[:len(good)-8], []string{"(WARC)", "It ends in the middle"}},
		"good.wacz":  {pack(fmt.Sprintf("sha256:%x", sum2)), []string{"(WACZ)", "1 checksum of its own holds"}},
		"bad.wacz":   {pack(fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("other")))), []string{"(WACZ)", "Its own checksums do not hold"}},
		"page.mhtml": {mhtml, []string{"(MHTML)", "https://paper.example.org/"}},
		"page.html":  {[]byte("\xef\xbb\xbf\n<!DOCTYPE html><p>x"), []string{"The page as it was received"}},
	} {
		id := ids.New("capture")
		parts := []string{"id", id, "url", "https://paper.example.org/", "when", "2017-04-02", "tool", "A program", "description", "An article."}
		status, to, body := a.bring(t, name, x.file, parts...)
		if status != http.StatusSeeOther {
			t.Errorf("%s: %d\n%s", name, status, body)
			continue
		}
		html := a.body(t, to)
		for _, want := range x.want {
			if !strings.Contains(html, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, html)
			}
		}
		if status, again, _ := a.bring(t, name, x.file, parts...); status != http.StatusSeeOther || again != to {
			t.Errorf("%s, sent twice: %d %s", name, status, again)
		}
	}
	_, files, err := a.locker.List(ctx, a.dora, a.item.ID)
	if err != nil || len(files) != 7 {
		t.Errorf("%d files, %v", len(files), err)
	}
	for name, file := range map[string][]byte{"x.zip": []byte("PK\x03\x04 rubbish"), "x.pdf": []byte("%PDF-1.4"), "x.exe": []byte("MZ"), "empty": nil, "x.gz": []byte("\x1f\x8b rubbish")} {
		if status, _, body := a.bring(t, name, file, "id", ids.New("capture"), "tool", "My program", "description", "An article."); status != http.StatusUnprocessableEntity || !strings.Contains(body, "My program") {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _, _ := a.bring(t, "good.warc", good, "id", ids.New("capture"), "when", "yesterday", "description", "x"); status != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", status)
	}
}

// TestDestroyed: a capture dies with its item; a renewed safe still opens it.
func TestDestroyed(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "", true)
	_, to, _ := post(t, a.list(), a.order(a.site.URL+"/article", "plain"))
	if err := a.records.Renew(ctx, a.dora, a.item.ID); err != nil {
		t.Fatal(err)
	}
	if html := a.body(t, to); !strings.Contains(html, a.site.URL) {
		t.Errorf("after the safe was renewed:\n%s", html)
	}
	if err := a.records.Destroy(ctx, a.dora, a.item.ID, "consent was taken back", false); err != nil {
		t.Fatal(err)
	}
	if html := a.body(t, to); strings.Contains(html, a.site.URL) || !strings.Contains(html, "The capture was destroyed") {
		t.Errorf("after it was destroyed:\n%s", html)
	}
	if _, err := a.keeper.Page(ctx, a.dora, ids.New("capture")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("one that is not there: %v", err)
	}
}
