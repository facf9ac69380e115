package snare

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"waylight/internal/fault"
)

// How large a page is drawn, and for how long it may load.
const (
	wide, high   = 1280, 800
	tallest      = 16000 // pixels of the picture
	restAfter    = 8     // looks, a tenth of a second each, without anything on the way
	stillAfter   = 40    // looks without anything that begins or ends, whatever may be on the way
	drawWithin   = 20 * time.Second
	startsWithin = 20 * time.Second
)

// arguments of the browser: nothing by itself, nothing kept, nothing beside the relay.
func (v *session) arguments(profile string, r *relay) []string {
	relay := "127.0.0.1:" + strconv.Itoa(int(r.port()))
	all := []string{"--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + profile, "--no-first-run", "--no-default-browser-check",
		"--proxy-server=http://" + relay, "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--ignore-certificate-errors-spki-list=" + r.pin,
		"--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp", "--no-pings", "--dns-prefetch-disable",
		"--disable-extensions", "--disable-component-extensions-with-background-pages", "--disable-plugins", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync", "--disable-client-side-phishing-detection", "--disable-domain-reliability", "--disable-breakpad", "--disable-crash-reporter",
		"--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater,AutofillServerCommunication,HttpsUpgrades,LocalNetworkAccessChecks", "--deny-permission-prompts", "--disable-notifications", "--disable-speech-api", "--disable-file-system",
		"--mute-audio", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--password-store=basic", "--use-mock-keychain", "--disk-cache-size=1", "--lang=en-US", "--block-new-web-contents", "--noerrdialogs"}
	if v.how == Still {
		all = append(all, "--blink-settings=scriptEnabled=false") // besides what attach and watch say of each frame
	}
	return append(all, "about:blank")
}

const profilePrefix = "waylight-capture-"

// scratch is where profiles lie while a page is taken: in memory where the system
// has such a place, so that no disk keeps which page was visited.
func scratch() string {
	const memory = "/dev/shm"
	if s, err := os.Stat(memory); err == nil && s.IsDir() {
		return memory
	}
	return os.TempDir()
}

// sweep removes profiles that a killed Desk left behind.
func sweep(before time.Time) error {
	left, err := os.ReadDir(scratch())
	if err != nil {
		return err
	}
	for _, e := range left {
		if s, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), profilePrefix) && s.ModTime().Before(before) {
			if err := os.RemoveAll(filepath.Join(scratch(), e.Name())); err != nil && !errors.Is(err, os.ErrPermission) {
				return err // another user's stays
			}
		}
	}
	return nil
}

// browse takes a page with the browser.
func (v *session) browse(ctx context.Context, u *url.URL, t *Taken) (err error) {
	profile, err := os.MkdirTemp(scratch(), profilePrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile) //nolint:errcheck // a temporary folder
	r, err := v.openRelay(ctx)
	if err != nil {
		return err
	}
	defer r.close()
	b, err := v.launch(ctx, profile, r)
	if err != nil {
		return err
	}
	defer b.end()
	return b.take(ctx, u, t)
}

// tab is the browser with its one page.
type tab struct {
	v       *session
	r       *relay
	cdp     *cdp
	end     func()
	session string
	target  string

	mu     sync.Mutex
	loaded bool
	asked  map[string]bool // on the way
	quiet  int             // looks without anything on the way
	still  int             // looks since something began or ended
	dead   bool
}

func (v *session) launch(ctx context.Context, profile string, r *relay) (*tab, error) {
	bin, err := exec.LookPath(v.cfg.Browser)
	if err != nil {
		return nil, fault.New(fault.Conflict, "The browser that the administrator named is not there. Take the page without it, or ask the administrator.")
	}
	if bin, err = filepath.EvalSymlinks(bin); err != nil {
		return nil, err
	}
	from, to, err := os.Pipe() // what we say
	if err != nil {
		return nil, err
	}
	hear, say, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, from.Close(), to.Close())
	}
	c := exec.Command(bin, v.arguments(profile, r)...)
	c.Dir, c.ExtraFiles = profile, []*os.File{from, say}
	c.Env = []string{"HOME=" + profile, "TMPDIR=" + profile, "XDG_CONFIG_HOME=" + profile, "XDG_CACHE_HOME=" + profile, "XDG_RUNTIME_DIR=" + profile, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC"}
	wait, err := start(c, profile, r.port())
	from.Close() //nolint:errcheck // the child has it
	say.Close()  //nolint:errcheck // the child has it
	if err != nil {
		return nil, errors.Join(err, to.Close(), hear.Close())
	}
	b := &tab{v: v, r: r, cdp: &cdp{in: to, wait: map[int]chan message{}}, asked: map[string]bool{}}
	heard := make(chan struct{})
	go func() { defer close(heard); b.cdp.listen(hear, b.on) }()
	stop := context.AfterFunc(ctx, func() { kill(c) })
	b.end = func() {
		stop()
		kill(c)
		wait()       //nolint:errcheck // it was killed
		to.Close()   //nolint:errcheck // nobody listens any more
		hear.Close() //nolint:errcheck // nobody speaks any more
		<-heard
	}
	start, cancel := context.WithTimeout(ctx, startsWithin)
	defer cancel()
	if err := b.attach(start); err != nil {
		b.end()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fault.New(fault.Conflict, "The browser does not start behind its fence. Take the page without it, or ask the administrator.")
	}
	return b, nil
}

// attach opens the one page and says what it may not do.
func (b *tab) attach(ctx context.Context) error {
	var version struct {
		Product   string `json:"product"`
		UserAgent string `json:"userAgent"`
	}
	var made struct {
		TargetID string `json:"targetId"`
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	type m = map[string]any
	if err := b.cdp.call(ctx, "", "Browser.getVersion", none{}, &version); err != nil {
		return err
	}
	if err := b.cdp.call(ctx, "", "Target.createTarget", m{"url": "about:blank"}, &made); err != nil {
		return err
	}
	b.mu.Lock()
	b.target = made.TargetID
	b.mu.Unlock()
	if err := b.cdp.call(ctx, "", "Target.attachToTarget", m{"targetId": made.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	b.v.product(version.Product)
	for _, step := range []struct {
		session, method string
		params          any
	}{
		{"", "Browser.setDownloadBehavior", m{"behavior": "deny"}},
		{b.session, "Page.enable", none{}}, {b.session, "Network.enable", none{}},
		{b.session, "Network.setUserAgentOverride", m{"userAgent": strings.ReplaceAll(version.UserAgent, "HeadlessChrome", "Chrome"), "acceptLanguage": "en-US,en"}},
		{b.session, "Emulation.setDeviceMetricsOverride", m{"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": false}},
		{b.session, "Emulation.setScriptExecutionDisabled", m{"value": b.v.how == Still}},
		{b.session, "Target.setAutoAttach", m{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
		{b.session, "Fetch.enable", m{"handleAuthRequests": true, "patterns": []m{{"urlPattern": "*"}}}},
	} {
		if err := b.cdp.call(ctx, step.session, step.method, step.params, nil); err != nil {
			return err
		}
	}
	return nil
}

// watch sees to it that what a frame or worker asks for is known, and lets it go on.
func (b *tab) watch(session string) {
	type m = map[string]any
	for _, step := range []struct {
		method string
		params any
	}{{"Emulation.setScriptExecutionDisabled", m{"value": b.v.how == Still}}, {"Fetch.enable", m{"handleAuthRequests": true, "patterns": []m{{"urlPattern": "*"}}}}, {"Target.setAutoAttach", m{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}}, {"Runtime.runIfWaitingForDebugger", none{}}} {
		b.cdp.post(session, step.method, step.params) //nolint:errcheck // what some workers cannot do, the relay refuses for them
	}
}

// on hears what happens. It answers without waiting: what waits here hears nothing.
func (b *tab) on(e message) {
	var p struct {
		RequestID string `json:"requestId"`
		Request   struct {
			URL string `json:"url"`
		} `json:"request"`
		Session string `json:"sessionId"`
		Target  struct {
			ID   string `json:"targetId"`
			Type string `json:"type"`
		} `json:"targetInfo"`
	}
	json.Unmarshal(e.Params, &p) //nolint:errcheck // what has no such field has none
	b.mu.Lock()
	defer b.mu.Unlock()
	type m = map[string]any
	post := func(session, method string, params any) { b.cdp.post(session, method, params) } //nolint:errcheck // a browser that is gone needs no answer
	switch e.Method {
	case "Fetch.requestPaused":
		if web(p.Request.URL) {
			b.r.admit(p.Request.URL)
			post(e.Session, "Fetch.continueRequest", m{"requestId": p.RequestID})
		} else {
			post(e.Session, "Fetch.failRequest", m{"requestId": p.RequestID, "errorReason": "AccessDenied"})
		}
	case "Fetch.authRequired":
		answer := m{"response": "CancelAuth"}
		var a struct {
			Challenge struct {
				Source string `json:"source"`
			} `json:"authChallenge"`
		}
		if json.Unmarshal(e.Params, &a) == nil && a.Challenge.Source == "Proxy" {
			answer = m{"response": "ProvideCredentials", "username": "capture", "password": b.r.secret}
		}
		post(e.Session, "Fetch.continueWithAuth", m{"requestId": p.RequestID, "authChallengeResponse": answer})
	case "Network.requestWillBeSent":
		b.asked[p.RequestID], b.quiet, b.still = true, 0, 0
	case "Network.dataReceived":
		b.still = 0
	case "Network.loadingFinished", "Network.loadingFailed":
		delete(b.asked, p.RequestID)
		b.still = 0
	case "Page.loadEventFired":
		b.loaded = true
	case "Page.javascriptDialogOpening":
		post(e.Session, "Page.handleJavaScriptDialog", m{"accept": false})
	case "Target.attachedToTarget": // it stands still until it is told to go on
		if p.Target.ID == b.target {
			return
		}
		if p.Target.Type == "page" {
			post("", "Target.closeTarget", m{"targetId": p.Target.ID}) // a window that the page opened
			return
		}
		b.watch(p.Session)
	case "Inspector.targetCrashed":
		b.dead = true
	}
}

func web(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "blob:") || address == "about:blank"
}

// rest waits until the page has loaded and asks for nothing more, or until the time is over.
func (b *tab) rest(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		b.mu.Lock()
		if b.loaded && len(b.asked) == 0 {
			b.quiet++
		} else {
			b.quiet = 0
		}
		b.still++
		done := b.quiet >= restAfter || b.loaded && b.still >= stillAfter || b.dead
		b.mu.Unlock()
		if done {
			return true
		}
	}
}

func (b *tab) take(ctx context.Context, u *url.URL, t *Taken) error {
	t.Tool = b.v.tool
	type m = map[string]any
	var went struct {
		Error string `json:"errorText"`
	}
	limit, cancel := context.WithTimeout(ctx, b.v.cfg.Load)
	err := b.cdp.call(limit, b.session, "Page.navigate", m{"url": u.String()}, &went)
	cancel()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return errSlow
	case err != nil:
		return err
	case went.Error != "":
		if err := b.v.failed(); err != nil {
			return err
		}
		return fault.Bad("url", "The browser could not show the page. If it is a file to be downloaded, take it without the browser. Nothing was kept.")
	}
	if !b.rest(ctx, b.v.cfg.Load) {
		b.v.note(Restless)
		b.cdp.post(b.session, "Page.stopLoading", none{}) //nolint:errcheck // it is taken as it stands
	}
	b.draw(ctx, t)
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		return ctx.Err() // locked or stopped; what ran out of time is kept as far as it came
	}
	return nil
}

// draw asks for the page in one file and as a picture; each is left out when it does not come in time.
func (b *tab) draw(ctx context.Context, t *Taken) {
	type m = map[string]any
	var info struct {
		Target struct {
			Title string `json:"title"`
			URL   string `json:"url"`
		} `json:"targetInfo"`
	}
	var size struct {
		Content struct {
			Width, Height float64
		} `json:"cssContentSize"`
	}
	var picture struct {
		Data []byte `json:"data"` // base64 of the picture
	}
	var text struct {
		Data string `json:"data"`
	}
	call := func(method string, params, out any) error {
		limit, cancel := context.WithTimeout(ctx, drawWithin/2)
		defer cancel()
		return b.cdp.call(limit, b.session, method, params, out)
	}
	tall := float64(high)
	if call("Page.getLayoutMetrics", none{}, &size) == nil {
		tall = math.Ceil(size.Content.Height)
		// A tall window makes the page load what it would load when somebody scrolls.
		call("Emulation.setDeviceMetricsOverride", m{"width": wide, "height": int(min(max(tall, high), tallest)), "deviceScaleFactor": 1, "mobile": false}, nil) //nolint:errcheck // then the parts below are missing
		b.rest(ctx, 5*time.Second)
	}
	limit, cancel := context.WithTimeout(ctx, drawWithin/4)
	if b.cdp.call(limit, "", "Target.getTargetInfo", m{"targetId": b.target}, &info) == nil {
		t.Title, t.Final = info.Target.Title, info.Target.URL
	}
	cancel()
	if call("Page.captureSnapshot", m{"format": "mhtml"}, &text) == nil && text.Data != "" {
		t.Single = []byte(text.Data)
	} else {
		b.v.note(NoSingle)
	}
	if call("Page.getLayoutMetrics", none{}, &size) == nil {
		tall = math.Ceil(size.Content.Height)
	}
	if tall > tallest {
		b.v.note(PictureCut)
	}
	clip := m{"x": 0, "y": 0, "width": wide, "height": min(max(tall, 1), tallest), "scale": 1}
	if call("Page.captureScreenshot", m{"format": "png", "captureBeyondViewport": true, "clip": clip}, &picture) == nil && len(picture.Data) > 0 {
		t.Picture = picture.Data
	} else {
		b.v.note(NoPicture)
	}
}
