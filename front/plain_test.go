package front_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waylight/front"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

// get fetches a page.
func (h *house) get(t testing.TB, path string) (int, string) {
	t.Helper()
	res, err := http.Get(h.base + path)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

func body(t testing.TB, res *http.Response) (int, string) {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

type attachment struct {
	name    string
	content []byte
}

// postForm posts a form as a browser without the script does.
func (h *house) postForm(t testing.TB, path string, fields map[string]string, files ...attachment) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(h.base+path, w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

var groups = regexp.MustCompile(`<li>(\d{4})</li>`)

// codeOn reads the code off a page.
func codeOn(t testing.TB, html string) receipt.Code {
	t.Helper()
	var digits strings.Builder
	for _, m := range groups.FindAllStringSubmatch(html, -1) {
		digits.WriteString(m[1])
	}
	c, err := receipt.Parse(digits.String())
	if err != nil {
		t.Fatalf("no code on the page: %v", err)
	}
	return c
}

func typed(c receipt.Code) string { g := c.Groups(); return strings.Join(g[:], " ") }

func TestPlainRoad(t *testing.T) {
	t.Parallel()
	h := start(t)
	long := bytes.Repeat([]byte("a picture that is longer than one piece "), 20_000) // over three chunks
	fields := map[string]string{
		"text": "Нам нужна помощь.\r\nСегодня.", "q.danger": "days", "q.people": "2-5", "q.people.words": "двое детей",
		"q.place.later": "1", "once": envelope.NewID(),
	}
	status, page := h.postForm(t, "/ru/help", fields, attachment{"a.jpg", long}, attachment{"пустой.txt", nil}, attachment{"b.txt", []byte("short")})
	if status != http.StatusOK {
		t.Fatalf("status %d:\n%s", status, page)
	}
	code := codeOn(t, page)

	waiting := h.pull(t)
	if len(waiting) != 1 {
		t.Fatalf("%d envelopes wait, want 1", len(waiting))
	}
	e := waiting[0]
	m := h.open(t, e.Sealed)
	if m.Text != "Нам нужна помощь.\nСегодня." || m.Via != envelope.PageForm || m.Kind != envelope.Report || m.Lang != "ru" || m.Channel != "help" || m.Form == nil || m.Form.ID != "help" {
		t.Errorf("the message came in another form: kind %s via %s lang %s", m.Kind, m.Via, m.Lang)
	}
	answers := map[string]envelope.Answer{}
	for _, a := range m.Answers {
		answers[a.Question] = a
	}
	if a := answers["people"]; len(a.Values) != 1 || a.Values[0] != "2-5" || a.Words != "двое детей" {
		t.Errorf("people: %+v", a)
	}
	if !answers["place"].Later || !answers["threat"].Skipped || answers["danger"].Values[0] != "days" {
		t.Errorf("answers: %+v", answers)
	}
	if len(m.Files) != 3 || len(e.Uploads) != 3 {
		t.Fatalf("%d files, %d uploads", len(m.Files), len(e.Uploads))
	}
	for i, want := range [][]byte{long, nil, []byte("short")} {
		if got := h.file(t, m.Files[i]); !bytes.Equal(got, want) {
			t.Errorf("file %d: %d bytes, want %d", i, len(got), len(want))
		}
	}
	if e.Day != "2017-04-09" {
		t.Errorf("day %s", e.Day)
	}

	// The Desk holds it; the Front forgets.
	ctx := context.Background()
	if err := h.client.Confirm(ctx, []string{e.ID}); err != nil {
		t.Fatal(err)
	}
	if left := h.pull(t); len(left) != 0 {
		t.Errorf("%d envelopes left after the confirmation", len(left))
	}
	if _, err := h.client.Chunk(ctx, e.Uploads[0].ID, 0); err == nil {
		t.Error("a chunk is left after the confirmation")
	}

	// Both ways.
	reply, err := envelope.Message{Kind: envelope.Reply, Channel: "help", Text: "Мы с вами. <b>", From: "команда", Day: "2017-04-09"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(m.Mailbox.Recipient, reply)
	if err != nil {
		t.Fatal(err)
	}
	r := hatchway.Reply{ID: envelope.NewID(), Mailbox: m.Mailbox.ID, Sealed: sealed, Expires: "2017-05-01"}
	for range 2 {
		if gone, err := h.client.Replies(ctx, []hatchway.Reply{r}); err != nil || len(gone) != 0 {
			t.Fatalf("gone %v, %v", gone, err)
		}
	}
	status, page = h.postForm(t, "/ru/mailbox", map[string]string{"code": typed(code)})
	if status != http.StatusOK || !strings.Contains(page, "Мы с вами. &lt;b&gt;") {
		t.Fatalf("status %d, the answer is not on the page:\n%s", status, page)
	}
	status, page = h.postForm(t, "/ru/mailbox/message", map[string]string{"code": typed(code), "text": "Спасибо", "once": envelope.NewID()}, attachment{"c.txt", []byte("c")})
	if status != http.StatusOK {
		t.Fatalf("follow-up: status %d\n%s", status, page)
	}
	waiting = h.pull(t)
	if len(waiting) != 1 || waiting[0].Mailbox != m.Mailbox.ID {
		t.Fatalf("the follow-up does not wait: %d", len(waiting))
	}
	if m := h.open(t, waiting[0].Sealed); m.Kind != envelope.FollowUp || m.Text != "Спасибо" || len(m.Files) != 1 {
		t.Errorf("follow-up came as %s with %d files", m.Kind, len(m.Files))
	}

	// Erased: the code opens nothing, the Desk is told.
	if status, _ = h.postForm(t, "/ru/mailbox/erase", map[string]string{"code": typed(code)}); status != http.StatusOK {
		t.Fatalf("erase: status %d", status)
	}
	if status, _ = h.postForm(t, "/ru/mailbox", map[string]string{"code": typed(code)}); status != http.StatusNotFound {
		t.Errorf("after erasing: status %d, want 404", status)
	}
	kinds := map[envelope.Kind]int{}
	for _, e := range h.pull(t) {
		kinds[h.open(t, e.Sealed).Kind]++
	}
	if kinds[envelope.Erased] != 1 || kinds[envelope.FollowUp] != 1 {
		t.Errorf("at the Desk: %v", kinds)
	}
	if gone, err := h.client.Replies(ctx, []hatchway.Reply{{ID: envelope.NewID(), Mailbox: m.Mailbox.ID, Sealed: sealed, Expires: "2017-05-01"}}); err != nil || len(gone) != 1 {
		t.Errorf("a reply to an erased mailbox: gone %v, %v", gone, err)
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
}

// file fetches and opens a file as the Desk does.
func (h *house) file(t testing.TB, f envelope.File) []byte {
	t.Helper()
	var all []byte
	for i := range f.Chunks {
		sealed, err := h.client.Chunk(context.Background(), f.Upload, i)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := f.OpenChunk(i, sealed)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, plain...)
	}
	return all
}

// A person who presses "reload" after a broken line has one message and one code.
func TestSameFormTwice(t *testing.T) {
	t.Parallel()
	h := start(t)
	fields := map[string]string{"text": "once only", "once": envelope.NewID()}
	file := attachment{"x", bytes.Repeat([]byte("x"), 300<<10)}
	_, first := h.postForm(t, "/en/help", fields, file)
	_, second := h.postForm(t, "/en/help", fields, file)
	if codeOn(t, first) != codeOn(t, second) {
		t.Error("two codes for one message")
	}
	if n := len(h.pull(t)); n != 1 {
		t.Errorf("%d envelopes, want 1", n)
	}
	h.again(t, func(*front.Config) {}) // it died in between, and nobody fetched the first
	if _, html := h.postForm(t, "/en/help", fields, file); codeOn(t, html) != codeOn(t, first) {
		t.Error("after a new start the same form has another code")
	}
	if n := len(h.pull(t)); n != 1 {
		t.Errorf("after a new start %d envelopes, want 1", n)
	}
	fields["text"] = "something else"
	_, third := h.postForm(t, "/en/help", fields, file)
	if codeOn(t, first) == codeOn(t, third) {
		t.Error("another message got the same code")
	}
}

func TestErrorsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := start(t)
	long := strings.Repeat("я", 200<<10)
	for _, c := range []struct {
		name, path string
		fields     map[string]string
		status     int
		want       []string
	}{
		{"nothing", "/en/help", map[string]string{"text": "  "}, 422, []string{"There is nothing in the message yet"}},
		{"bad choice", "/en/help", map[string]string{"text": "kept words", "q.danger": "<script>"}, 422, []string{"kept words", `href="#f-q-danger"`}},
		{"bad letters", "/en/help", map[string]string{"text": "kept words", "q.people.words": "\xff"}, 422, []string{"kept words", `href="#f-q-people-words"`}},
		{"too long", "/ru/information", map[string]string{"text": long}, 422, []string{`href="#f-text"`, long}},
		{"no code", "/en/mailbox", map[string]string{}, 422, []string{"Please type your code"}},
		{"short code", "/en/mailbox", map[string]string{"code": "1234 5"}, 422, []string{"Some are missing", "1234 5"}},
		{"wrong code", "/en/mailbox", map[string]string{"code": strings.Repeat("1", 32)}, 422, []string{"One digit is probably wrong"}},
		{"letters", "/en/mailbox", map[string]string{"code": "12ab"}, 422, []string{"digits only"}},
		{"unknown code", "/en/mailbox", map[string]string{"code": typed(receipt.New())}, 404, []string{"There is no mailbox for this code"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, page := h.postForm(t, c.path, c.fields)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			for _, w := range c.want {
				if !strings.Contains(page, w) {
					t.Errorf("the page lacks %.80q", w)
				}
			}
			if strings.Contains(page, "<script>") {
				t.Error("a value stands raw in the page")
			}
		})
	}
	if n := len(h.pull(t)); n != 0 {
		t.Errorf("%d envelopes were stored", n)
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	h := start(t)
	big := make([]byte, 9<<20)
	for _, c := range []struct {
		name, method, path, kind string
		body                     []byte
		status                   int
	}{
		{"no multipart", "POST", "/en/help", "text/plain", []byte("text=x"), 422},
		{"no boundary", "POST", "/en/help", "multipart/form-data", []byte("x"), 422},
		{"cut off", "POST", "/en/help", "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nabc"), 422},
		{"too large form", "POST", "/en/help", "multipart/form-data; boundary=x", append([]byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"), big...), 413},
		{"too large field", "POST", "/en/mailbox", "application/x-www-form-urlencoded", append([]byte("code="), big[:2<<20]...), 413},
		{"bad encoding", "POST", "/en/mailbox", "application/x-www-form-urlencoded", []byte("code=%zz"), 422},
		{"path trick", "PUT", "/w/v1/uploads/..%2f..%2f..%2fetc/0", "", big[:envelope.SealedChunkSize], 400},
		{"upper case id", "PUT", "/w/v1/uploads/" + strings.Repeat("A", 32) + "/0", "", big[:envelope.SealedChunkSize], 400},
		{"bad index", "PUT", "/w/v1/uploads/" + strings.Repeat("a", 32) + "/-1", "", big[:envelope.SealedChunkSize], 400},
		{"far index", "PUT", "/w/v1/uploads/" + strings.Repeat("a", 32) + "/99999", "", big[:envelope.SealedChunkSize], 413},
		{"short chunk", "PUT", "/w/v1/uploads/" + strings.Repeat("a", 32) + "/0", "", []byte("x"), 400},
		{"long chunk", "PUT", "/w/v1/uploads/" + strings.Repeat("a", 32) + "/0", "", big[:envelope.SealedChunkSize+1], 413},
		{"not json", "POST", "/w/v1/envelopes", "application/json", []byte("{"), 400},
		{"huge json", "POST", "/w/v1/envelopes", "application/json", big, 413},
		{"unknown channel", "POST", "/w/v1/envelopes", "application/json", []byte(`{"channel":"x"}`), 404},
		{"unsealed", "POST", "/w/v1/envelopes", "application/json", fmt.Appendf(nil, `{"channel":"help","id":"%032d","mailbox":"%032d","sign_key":"%s","sealed":"aGVsbG8="}`, 1, 1, strings.Repeat("A", 43)+"="), 400},
		{"unknown language", "GET", "/xx/help", "", nil, 404},
		{"unknown page", "GET", "/p/..%2fboard.db", "", nil, 404},
		{"hatch unsigned", "POST", "/hatch/v1/pull", "application/json", []byte(`{"max":1}`), 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, h.base+c.path, bytes.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", c.kind)
			req.Header.Set("User-Agent", "unique-agent-string")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if status, page := body(t, res); status != c.status {
				t.Errorf("status %d, want %d: %.200s", status, c.status, page)
			}
		})
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
	if n := len(h.pull(t)); n != 0 {
		t.Errorf("%d envelopes were stored", n)
	}
}

func TestPagesSayNothingToKeep(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, path := range []string{"/", "/en/", "/ru/", "/en/help", "/ru/help", "/en/information", "/ru/mailbox", "/en/safety", "/ru/safety", "/calendar", "/nothing"} {
		res, err := http.Get(h.base + path)
		if err != nil {
			t.Fatal(err)
		}
		status, html := body(t, res)
		if want := http.StatusOK; status != want && path != "/nothing" {
			t.Errorf("%s: status %d", path, status)
		}
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "Set-Cookie": "", "Server": "", "Date": "",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for _, bad := range []string{"http://", "https://", "style=", "onclick"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s contains %q", path, bad)
			}
		}
	}
	res, err := http.PostForm(h.base+"/en/mailbox", url.Values{"code": {typed(receipt.New())}})
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusNotFound {
		t.Errorf("a form from an old browser: status %d", status)
	}
	req, err := http.NewRequest("POST", h.base+"/en/mailbox/erase", strings.NewReader("code=1"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://elsewhere.example")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, err = http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	if status, _ := body(t, res); status != http.StatusForbidden {
		t.Errorf("a form from another site: status %d, want 403", status)
	}
}

var named = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// assetsOf lists the files that a page names.
func assetsOf(t testing.TB, h *house, path string) []string {
	t.Helper()
	_, html := h.get(t, path)
	if strings.Contains(html, "<script") {
		t.Errorf("%s has a script", path)
	}
	var all []string
	for _, m := range named.FindAllStringSubmatch(html, -1) {
		all = append(all, m[1])
	}
	return all
}
