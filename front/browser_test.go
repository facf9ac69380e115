package front_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/seize"
)

// recorder stands between browser and Front and keeps all that the browser sends.
type recorder struct {
	mu   sync.Mutex
	sent bytes.Buffer
}

func (r *recorder) serve(t *testing.T, front string) string {
	t.Helper()
	target, err := url.Parse(front)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		req.Header.Write(&r.sent)
		io.WriteString(&r.sent, req.URL.String()+"\n")
		r.sent.Write(body)
		r.mu.Unlock()
		req.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, req)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.sent.Bytes())
}

const written = "Нам угрожают, помогите 4d1e. Нас двое."

// The road of a person on a small screen, in Russian, once without the script
// and once with it: they write, keep the code, read the answer, write more, erase.
func TestJourney(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{false, true} {
		name := map[bool]string{false: "without the script", true: "with the script"}[script]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, r := startAt(t, time.Now()), &recorder{}
			base := r.serve(t, h.base)
			options := []browser.Option{browser.Phone, browser.Language("ru")}
			if !script {
				options = append(options, browser.NoScript)
			}
			p := browser.Start(t, options...)
			code := writes(t, p, base, script)
			e := h.pull(t)[0]
			m := h.open(t, e.Sealed)
			first := m
			checkMessage(t, h, m, script)
			h.answer(t, m.Mailbox.ID, m.Mailbox.Recipient, "Мы рядом. Вы сможете говорить вечером?")
			reads(t, p, base, code, script)
			follow := h.pull(t)
			if len(follow) != 2 {
				t.Fatalf("%d envelopes wait, want 2", len(follow))
			}
			for _, f := range follow {
				if f.ID == e.ID {
					continue
				}
				if m := h.open(t, f.Sealed); m.Kind != envelope.FollowUp || m.Text != "Да, после восьми." || f.Mailbox != first.Mailbox.ID {
					t.Errorf("the follow-up came as %s", m.Kind)
				}
			}
			if script {
				nothingUnsealed(t, r.bytes(), code)
			} else if found, err := seize.Bytes("sent", r.bytes(), seize.Text("the text", written)); err != nil || len(found) == 0 {
				t.Errorf("the control: without the script the text should be in what was sent: %v", err)
			}
			if s := h.log.String(); s != "" {
				t.Errorf("the log is not empty: %s", s)
			}
		})
	}
}

// writes goes through the questions one by one and returns the code.
func writes(t *testing.T, p *browser.Page, base string, script bool) receipt.Code {
	t.Helper()
	p.Go(base + "/")
	if !strings.Contains(p.Text("h1"), "Здесь вы можете нам написать") {
		t.Errorf("the first page speaks %q", p.Text("h1"))
	}
	p.Follow(`a[href="/ru/help"]`)
	road := map[bool]string{false: "простым способом", true: "надёжным способом"}[script]
	if script {
		p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	}
	if !strings.Contains(p.Text(".road"), road) {
		t.Errorf("the page says %q", p.Text(".road"))
	}
	visible := `[...document.querySelectorAll(".step")].filter(s => s.offsetParent !== null).map(s => s.id).join()`
	for _, step := range []struct{ id, choose, fill, words string }{
		{"q-danger", `input[name="q.danger"][value="days"]`, "", ""},
		{"q-text", "", `textarea[name="text"]`, written},
		{"q-for", `input[name="q.for"][value="me"]`, "", ""},
		{"q-people", `input[name="q.people"][value="2-5"]`, "", ""},
		{"q-place", `input[name="q.place.later"]`, "", ""},
		{"q-threat", "", "", ""},
		{"q-contact", "", `textarea[name="q.contact.words"]`, "Только вечером"},
	} {
		if got := browser.Eval[string](p, visible); got != step.id {
			t.Fatalf("shown: %q, want %q", got, step.id)
		}
		if step.choose != "" {
			p.Click("#" + step.id + " " + step.choose)
		}
		if step.fill != "" {
			p.Fill("#"+step.id+" "+step.fill, step.words)
		}
		p.Click("#" + step.id + " .actions a.button")
	}
	if got := browser.Eval[string](p, visible); got != "q-send" {
		t.Fatalf("shown at the end: %q", got)
	}
	if script {
		p.Click("#q-send button.primary")
		p.Wait(".receipt > .code")
	} else if status := p.Follow("#q-send button.primary"); status != http.StatusOK {
		t.Fatalf("status %d\n%s", status, p.Text("body"))
	}
	digits := browser.Eval[string](p, `[...document.querySelectorAll(".receipt > .code li")].map(l => l.textContent).join(" ")`)
	code, err := receipt.Parse(digits)
	if err != nil {
		t.Fatalf("no code on the page: %v\n%s", err, p.Text("body"))
	}
	if u := p.URL(); strings.ContainsAny(strings.TrimPrefix(u, base), "?0123456789") {
		t.Error("the address tells something")
	}
	if w := browser.Eval[int](p, "document.documentElement.scrollWidth"); w > 360 {
		t.Errorf("the page with the code is %d px wide", w)
	}
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		p.Picture(filepath.Join(dir, "journey", map[bool]string{false: "plain", true: "script"}[script]+"-code.png"))
	}
	return code
}

func checkMessage(t *testing.T, h *house, m envelope.Message, script bool) {
	t.Helper()
	via := map[bool]envelope.Via{false: envelope.PageForm, true: envelope.PageScript}[script]
	if m.Text != written || m.Via != via || m.Lang != "ru" || m.Channel != "help" || m.Form == nil || m.Form.ID != "help" || m.Form.Version != 2 {
		t.Errorf("the message came otherwise: via %s in %s, form %v", m.Via, m.Lang, m.Form)
	}
	got := map[string]envelope.Answer{}
	for _, a := range m.Answers {
		got[a.Question] = a
	}
	if len(got["danger"].Values) != 1 || got["danger"].Values[0] != "days" || got["people"].Values[0] != "2-5" || !got["place"].Later || got["contact"].Words != "Только вечером" {
		t.Errorf("answers: %+v", m.Answers)
	}
}

// reads opens the mailbox, finds the answer and writes more.
func reads(t *testing.T, p *browser.Page, base string, code receipt.Code, script bool) {
	t.Helper()
	p.Go(base + "/ru/mailbox")
	if script {
		p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	}
	p.Fill("textarea[name=code]", typed(code))
	if script {
		p.Click("form[data-mailbox] button.primary")
	} else {
		p.Follow("form[data-mailbox] button.primary")
	}
	p.Wait(".talk .said")
	if got := p.Text(".talk .when"); !strings.Contains(got, "Команда") || !strings.Contains(got, "9 апреля 2017") {
		t.Errorf("who and when: %q", got)
	}
	if got := p.Text(".talk .said"); got != "Мы рядом. Вы сможете говорить вечером?" {
		t.Errorf("the answer reads %q", got)
	}
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		p.Picture(filepath.Join(dir, "journey", map[bool]string{false: "plain", true: "script"}[script]+"-answer.png"))
	}
	if script {
		p.Fill("form[data-followup] textarea", "Да, после восьми.")
		p.Click("form[data-followup] button.primary")
		p.Until(`document.querySelector("form[data-followup] [data-status]").getAttribute("data-state") === "sent"`)
		return
	}
	p.Fill("textarea[name=text]", "Да, после восьми.")
	p.Follow(`form[action="/ru/mailbox/message"] button.primary`)
	p.Wait(".notice")
}

// nothingUnsealed looks for words, code and keys in all that left the browser.
func nothingUnsealed(t *testing.T, sent []byte, code receipt.Code) {
	t.Helper()
	found, err := seize.Bytes("what the browser sent", sent, seize.Text("the text", written), seize.Text("an answer", "Только вечером"),
		seize.Text("the follow-up", "Да, после восьми."), seize.Secret{Name: "the code", Value: code.Secret()}, seize.Text("the code in groups", typed(code)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// Enter in the middle of the questions sends nothing, and nothing typed is lost.
func TestEnterDoesNotSend(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, options := range map[string][]browser.Option{"without the script": {browser.NoScript}, "with the script": nil} {
		t.Run(name, func(t *testing.T) {
			p := browser.Start(t, append(options, browser.Phone)...)
			p.Go(h.base + "/en/help")
			if options == nil {
				p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
			}
			p.Click(`input[name="q.danger"][value="now"]`)
			p.Press("\r")
			if options != nil {
				p.Wait(".errors")
				if text := p.Text(".errors"); !strings.Contains(text, "Nothing was sent yet") {
					t.Errorf("the page says %q", text)
				}
			}
			if !browser.Eval[bool](p, `document.querySelector("input[name='q.danger'][value=now]").checked`) {
				t.Error("the choice is lost")
			}
			if options == nil {
				p.Click("#q-danger .actions a.button")
			}
			p.Wait("#q-text textarea")
		})
	}
	if n := len(h.pull(t)); n != 0 {
		t.Errorf("%d messages were sent by the Enter key", n)
	}
}

// The way out leads to a page that says nothing. With the script it takes the
// page's place, so that "back" does not lead to the form.
func TestWayOut(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, options := range map[string][]browser.Option{"without the script": {browser.NoScript}, "with the script": nil} {
		t.Run(name, func(t *testing.T) {
			p := browser.Start(t, append(options, browser.Phone)...)
			p.Go(h.base + "/en/")
			p.Go(h.base + "/en/help")
			if options == nil {
				p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
			}
			before := browser.Eval[int](p, "history.length")
			p.Follow("a.exit")
			if p.URL() != h.base+"/calendar" || strings.Contains(p.Text("body"), "help") {
				t.Errorf("the way out leads to %s", p.URL())
			}
			if after := browser.Eval[int](p, "history.length"); options == nil && after != before {
				t.Errorf("the form is still in the history: %d, then %d pages", before, after)
			}
		})
	}
}

// The ways in are large on a phone: each takes the whole line, and can be hit with a thumb.
func TestWaysInAreLarge(t *testing.T) {
	t.Parallel()
	h := start(t)
	p := browser.Start(t, browser.Phone)
	for _, lang := range []string{"en", "ru"} {
		p.Go(h.base + "/" + lang + "/")
		if got := browser.Eval[string](p, `[...document.querySelectorAll(".ways a")].map(a => a.offsetWidth >= a.closest("ul").clientWidth - 1 && a.offsetHeight >= 64).join()`); got != "true,true,true" {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// The first page is light and works without any script.
func TestFirstPageIsLight(t *testing.T) {
	t.Parallel()
	h := start(t)
	total := 0
	for _, path := range append([]string{"/ru/"}, assetsOf(t, h, "/ru/")...) {
		req, err := http.NewRequest("GET", h.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		status, b := body(t, res)
		if status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		total += len(b)
		t.Logf("%6d %s", len(b), path)
	}
	if total > 14<<10 {
		t.Errorf("the first page and all it needs is %d bytes, over 14 KiB", total)
	}
}
