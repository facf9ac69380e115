package waylight_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/desk"
)

// between stands between the world and a Front and may change or swallow answers.
type between struct {
	mu     sync.Mutex
	front  *url.URL
	path   string // prefix of what is changed
	change func(string) string
	silent bool
}

func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.silent || b.front == nil {
		panic(http.ErrAbortHandler)
	}
	r.Header.Del("Accept-Encoding") // what is changed must be readable
	answer := httptest.NewRecorder()
	httputil.NewSingleHostReverseProxy(b.front).ServeHTTP(answer, r)
	body := answer.Body.String()
	if b.change != nil && strings.HasPrefix(r.URL.Path, b.path) {
		body = b.change(body)
	}
	for k, v := range answer.Header() {
		w.Header()[k] = v
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	io.WriteString(w, body)
}

func (b *between) set(path string, silent bool, change func(string) string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.path, b.silent, b.change = path, silent, change
}

// visit is a signed-in member without a browser.
type visit struct {
	*testing.T
	base string
	http *http.Client
}

func (v visit) read(res *http.Response, err error) string {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.Fatalf("status %d, %v: %s", res.StatusCode, err, text)
	}
	return string(text)
}

func (v visit) get(path string) string {
	v.Helper()
	return v.read(v.http.Get(v.base + path))
}

func (v visit) post(path string, form url.Values) string {
	v.Helper()
	return v.read(v.http.PostForm(v.base+path, form))
}

// TestDeskLooksFromOutside lets somebody between change what strangers are shown:
// the Desk finds it by itself, says it on the home page, keeps it in the ledger,
// and says so when all is right again.
func TestDeskLooksFromOutside(t *testing.T) {
	t.Parallel()
	b := &between{}
	seen := httptest.NewServer(b)
	var w *town
	defer func() {
		if t.Failed() {
			t.Log(w.log.String())
		}
	}()
	t.Cleanup(seen.Close)
	w = newTown(t, func(c *desk.Config) { c.Public, c.LookEvery = seen.URL, 200*time.Millisecond })
	front, err := url.Parse(w.front)
	if err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.front = front
	b.mu.Unlock()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := visit{t, w.desk, &http.Client{Jar: jar}}
	login := ""
	for name, a := range w.team {
		for _, r := range a.Roles {
			if r == "security" {
				login = name
			}
		}
	}
	v.post("/sign-in", url.Values{"login": {login}, "passphrase": {w.team[login].Passphrase}})
	// until waits for the Desk's own looks; nobody presses a button.
	until := func(what, path, text string) {
		t.Helper()
		body := ""
		for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if body = v.get(path); strings.Contains(body, text) {
				return
			}
		}
		t.Fatalf("%s: %s does not show %q: %s", what, path, text, body)
	}
	until("at first", "/outside", "as we signed it")
	for name, c := range map[string]struct {
		path   string
		change func(string) string
		want   string
	}{
		"a script altered": {"/static/waylight", func(s string) string { return s + ";fetch('/x')" }, "The script that seals on the senders&#39; devices has changed"},
		"a key replaced":   {"/w/v1/channels", func(s string) string { return strings.Replace(s, "age1pq1", "age1pq1q", 1) }, "Somebody else might read what is sent"},
		"a log cut off":    {"/w/v1/keylog/", func(string) string { return `{"notes":[]}` }, "The public log of keys is not the one that we signed"},
	} {
		b.set(c.path, false, c.change)
		until(name, "/outside", c.want)
		if home := v.get("/"); !strings.Contains(home, `href="/outside"`) {
			t.Errorf("%s: the home page says nothing", name)
		}
		b.set("", false, nil)
		until(name+", mended", "/outside", "as we signed it")
	}
	b.set("", true, nil)
	until("silent", "/", "does not answer")
	b.set("", false, nil)
	until("answers again", "/outside", "as we signed it")
	// A new release: the script is another one, and a security officer says so.
	b.set("/static/waylight", false, func(s string) string { return s + "\n// release" })
	until("a release", "/outside", "We changed this ourselves")
	v.post("/outside/accept", nil)
	until("accepted", "/outside", "as we signed it")
	if home := v.get("/"); strings.Contains(home, `href="/outside"`) {
		t.Error("the home page still alarms")
	}
	ledger := v.get("/ledger")
	for _, action := range []string{"outside.differs", "outside.silent", "outside.right", "outside.accepted"} {
		if !strings.Contains(ledger, action) {
			t.Errorf("the ledger says nothing of %s", action)
		}
	}
}
