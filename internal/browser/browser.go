// Package browser drives a real Chromium in tests: one process for all tests of a
// package, a fresh and isolated tab for each.
//
// It is test support: only tests import it. Without Chromium a test is skipped
// with a message, unless WAYLIGHT_BROWSER=required makes that a failure (CI);
// WAYLIGHT_BROWSER=none skips it where one is at hand.
// Every step waits for what it needs, up to a limit, and ends the test with the
// page's own text when it fails; there is nothing to sleep for.
package browser

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// limit is how long one step may take. The machine may be busy with other tests.
const limit = 60 * time.Second

// Option sets how a tab looks and behaves.
type Option func(*settings)

type settings struct {
	width, height int64
	script, dark  bool
	lang          string
}

// Phone is a small screen, 360 by 740.
func Phone(s *settings) { s.width, s.height = 360, 740 }

// Desktop is a screen of 1280 by 800; it is the default.
func Desktop(s *settings) { s.width, s.height = 1280, 800 }

// NoScript switches the page's scripts off.
func NoScript(s *settings) { s.script = false }

// Dark prefers dark colours.
func Dark(s *settings) { s.dark = true }

// Language sets the Accept-Language header: "ru".
func Language(tag string) Option { return func(s *settings) { s.lang = tag } }

// process is the shared Chromium; it lives while tabs are open.
type process struct {
	mu   sync.Mutex
	tabs int
	ctx  context.Context //nolint:containedctx // chromedp keeps the browser in it
	end  func()
}

var shared process

// Whole asks for a whole browser. Tests that hold a page against a browser's history
// set it before the first tab: the headless shell draws and runs pages with the same
// engine for half the processor time, but goes back and forward in its own way.
var Whole bool

// Executable finds Chromium; empty when there is none.
func Executable() string {
	if p := os.Getenv("WAYLIGHT_CHROMIUM"); p != "" {
		return p
	}
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if !Whole {
		names = append([]string{"chromium-headless-shell"}, names...)
	}
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// Page is one tab. Its methods end the test when they fail.
type Page struct {
	t    testing.TB
	ctx  context.Context //nolint:containedctx // chromedp keeps the tab in it
	dark bool
}

// Start opens a tab for the test and closes it at its end.
func Start(t testing.TB, options ...Option) *Page {
	t.Helper()
	if os.Getenv("WAYLIGHT_BROWSER") == "none" {
		t.Skip("WAYLIGHT_BROWSER=none: left to a run with a browser")
	}
	bin := Executable()
	if bin == "" {
		if os.Getenv("WAYLIGHT_BROWSER") == "required" {
			t.Fatal("no Chromium here, and WAYLIGHT_BROWSER=required")
		}
		t.Skip("no Chromium here: scripts/install-test-tools installs it")
	}
	s := settings{width: 1280, height: 800, script: true}
	for _, o := range options {
		o(&s)
	}
	parent := shared.take(t, bin)
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(func() { cancel(); shared.release() })
	p := &Page{t: t, ctx: ctx, dark: s.dark}
	if err := chromedp.Do(ctx); err != nil { // opens the tab, for as long as ctx lives
		t.Fatalf("browser: opening a tab: %v", err)
	}
	p.do("setting up", s.apply())
	return p
}

func (s settings) apply() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		scheme := "light"
		if s.dark {
			scheme = "dark"
		}
		if _, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}); err != nil {
			return err
		}
		if s.lang != "" {
			ua, err := chromedp.Evaluate[string]("navigator.userAgent")(ctx, t)
			if err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, t, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: ua, AcceptLanguage: s.lang}); err != nil {
				return err
			}
		}
		if !s.script {
			if err := scripts(ctx, t, false); err != nil {
				return err
			}
		}
		_, err := chromedp.EmulateViewport(s.width, s.height)(ctx, t)
		return err
	})
}

func (p *process) take(t testing.TB, bin string) context.Context {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tabs == 0 {
		dir, err := os.MkdirTemp("", "browser")
		if err != nil {
			t.Fatal(err)
		}
		alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(bin), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(dir),
			chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true), // a microphone that beeps
			chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-features", "LocalNetworkAccessChecks,Translate"))...)
		ctx, cancel := chromedp.NewContext(alloc)
		if err := chromedp.Do(ctx); err != nil {
			cancel()
			stop()
			os.RemoveAll(dir) //nolint:errcheck // a temporary folder
			t.Fatalf("browser: starting %s: %v", bin, err)
		}
		p.ctx = ctx
		p.end = func() { cancel(); stop(); os.RemoveAll(dir) } //nolint:errcheck // a temporary folder
	}
	p.tabs++
	return p.ctx
}

func (p *process) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tabs--
	if p.tabs == 0 {
		p.end()
	}
}

// do runs one step under the limit.
func (p *Page) do(what string, a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	run(p, what, a)
}

func run[T any](p *Page, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	for giving(err) && ctx.Err() == nil { // one page gave way to the next in the middle of the step
		v, err = chromedp.Run(ctx, a)
	}
	if err != nil {
		p.t.Fatalf("browser: %s: %v\n%s", what, err, p.state())
	}
	return v
}

// giving reports whether a step failed because what it had found went away with its
// page before it was done; such a step has done nothing.
func giving(err error) bool {
	if err == nil {
		return false
	}
	s := err.Error()
	return strings.Contains(s, "No node with given id found") || strings.Contains(s, "Could not find node with given id")
}

// state describes the page for a failure's message.
func (p *Page) state() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.pathname + '\\n' + document.body.innerText.slice(0, 1500)"))
	if err != nil {
		return "(the page cannot be read: " + err.Error() + ")"
	}
	return s
}

// Go opens an address and returns the answer's status.
func (p *Page) Go(url string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, chromedp.Navigate(url))
	if err != nil {
		p.t.Fatalf("browser: going to %s: %v", url, err)
	}
	if r == nil {
		return http.StatusOK
	}
	return int(r.Status)
}

// Click clicks on what the CSS selector finds, and does not wait for what follows.
func (p *Page) Click(sel string) {
	p.t.Helper()
	p.do("clicking "+sel, chromedp.Click(chromedp.CSS(sel)))
}

// Follow clicks on a link or button and waits for the page that it leads to; it
// returns its status. It knows the new page by a mark that only the old one has:
// the browser's own news of a navigation may be of an earlier step inside the page.
func (p *Page) Follow(sel string) int {
	p.t.Helper()
	Eval[bool](p, "window.waylightLeft = true")
	p.Click(sel)
	const there = `window.waylightLeft === undefined && document.readyState === "complete"`
	for end := time.Now().Add(limit); ; {
		ctx, cancel := context.WithTimeout(p.ctx, limit)
		ready, err := chromedp.Run(ctx, chromedp.Evaluate[bool](there)) // fails while one page gives way to the next
		cancel()
		if err == nil && ready {
			break
		}
		if time.Now().After(end) {
			p.t.Fatalf("browser: following %s led nowhere\n%s", sel, p.state())
		}
		runtime.Gosched()
	}
	return Eval[int](p, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// Fill replaces the text of a field by typing.
func (p *Page) Fill(sel, text string) {
	p.t.Helper()
	p.Wait(sel)
	p.assign(sel, "")
	p.do("filling "+sel, chromedp.SendKeys(chromedp.CSS(sel), text))
}

// Set gives a field a value at once, also in a closed fold: for dates, selects and long texts.
func (p *Page) Set(sel, value string) {
	p.t.Helper()
	p.do("waiting for "+sel, chromedp.WaitVisible(chromedp.CSS(sel)))
	p.assign(sel, value)
}

func (p *Page) assign(sel, value string) {
	p.t.Helper()
	Eval[bool](p, `(() => { const f = document.querySelector(`+quote(sel)+`); f.value = `+quote(value)+`;
		f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
}

// Upload puts files into a file field.
func (p *Page) Upload(sel string, files ...string) {
	p.t.Helper()
	p.do("choosing files for "+sel, chromedp.SetUploadFiles(chromedp.CSS(sel), files))
}

// Press sends keys to the page: "j", "\r", "\t".
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.do("pressing keys", chromedp.KeyEvent(keys))
}

// Wait waits until what the selector finds can be seen. What lies in a closed fold has
// a size and cannot be seen.
func (p *Page) Wait(sel string) {
	p.t.Helper()
	p.Until("document.querySelector(" + quote(sel) + ")?.checkVisibility() === true")
}

// Gone waits until nothing matches the selector.
func (p *Page) Gone(sel string) {
	p.t.Helper()
	p.do("waiting for the end of "+sel, chromedp.WaitNotPresent(chromedp.CSS(sel)))
}

// Text is the visible text of the first match.
func (p *Page) Text(sel string) string {
	p.t.Helper()
	return run(p, "reading "+sel, chromedp.Text(chromedp.CSS(sel)))
}

// Value is what stands in a field.
func (p *Page) Value(sel string) string {
	p.t.Helper()
	return run(p, "reading "+sel, chromedp.Value(chromedp.CSS(sel)))
}

// HTML is the whole document as it stands now.
func (p *Page) HTML() string {
	p.t.Helper()
	return run(p, "reading the page", chromedp.OuterHTML(chromedp.CSS("html")))
}

// URL is the tab's address.
func (p *Page) URL() string {
	p.t.Helper()
	return run(p, "reading the address", chromedp.Location())
}

// Count is the number of matches now.
func (p *Page) Count(sel string) int {
	p.t.Helper()
	return Eval[int](p, "document.querySelectorAll("+quote(sel)+").length")
}

// Eval evaluates an expression in the page, also where its own scripts are off.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return run(p, "evaluating", chromedp.Evaluate[T](expression))
}

// Await is Eval for a promise.
func Await[T any](p *Page, expression string) T {
	p.t.Helper()
	return run(p, "evaluating", chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Until waits until an expression is true, also across a change of page, and
// where the page's own scripts and timers are off: it asks again from here.
func (p *Page) Until(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("browser: waiting until %s: %v\n%s", expression, err, p.state())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Picture writes a PNG of the whole page and returns it.
func (p *Page) Picture(file string) []byte {
	p.t.Helper()
	whole := func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true), FromSurface: new(true)})
		return r.Data, err
	}
	b := run(p, "taking a picture", chromedp.Action[[]byte](whole))
	if file != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
	return b
}

// Paper shows the page as it is printed on A4; Size leads back to the screen.
func (p *Page) Paper() {
	p.t.Helper()
	p.do("turning to paper", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
			return err
		}
		_, err := chromedp.EmulateViewport(794, 1123)(ctx, t)
		return err
	}))
}

// Slow makes the page's processor that many times slower.
func (p *Page) Slow(times float64) {
	p.t.Helper()
	p.do("slow", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
		return err
	}))
}

// For gives the tab to a part of the test: what fails there ends that part.
func (p *Page) For(t testing.TB) *Page {
	one := *p
	one.t = t
	return &one
}

// Scripts switches scripts on or off for what follows. A page that was loaded
// without them stays as it is; a checker put into it then has timers.
func (p *Page) Scripts(on bool) {
	p.t.Helper()
	p.do("switching scripts", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { return scripts(ctx, t, on) }))
}

func scripts(ctx context.Context, t *chromedp.Target, on bool) error {
	_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	return err
}

// Size changes the viewport, and the colours between light and dark.
func (p *Page) Size(width, height int, dark bool) {
	p.t.Helper()
	p.do("resizing", settings{width: int64(width), height: int64(height), script: true, dark: dark}.apply())
}
