package waylight_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"waylight/desk"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// build makes the three programs, as a person would.
func build(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	c := exec.Command("go", "build", "-o", bin, "./cmd/...")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return bin
}

// process is one of the programs, which can be killed and started again.
type process struct {
	path  string
	args  []string
	mu    sync.Mutex
	cmd   *exec.Cmd
	heard heard // by every start of it
}

// heard keeps the end of what a program writes: it is shown when a test failed.
type heard struct {
	mu   sync.Mutex
	text []byte
}

func (s *heard) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text = append(s.text, p...); len(s.text) > 64<<10 {
		s.text = append([]byte(nil), s.text[len(s.text)-32<<10:]...)
	}
	return len(p), nil
}

// show tells what the program said last, if the test failed: where it stands is the
// last of it.
func (p *process) show(t *testing.T) {
	p.mu.Lock()
	if t.Failed() && p.cmd != nil {
		p.cmd.Process.Signal(syscall.SIGQUIT) // Go's runtime prints what each goroutine waits for
		p.cmd.Wait()                          // it ends with that
	}
	p.mu.Unlock()
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	if t.Failed() {
		t.Logf("%s said:\n%s", filepath.Base(p.path), p.heard.text)
	}
}

func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = &p.heard, &p.heard
	return p.cmd.Start()
}

// kill ends it as a power cut would: SIGKILL, nothing is flushed or said.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil && p.cmd.Process != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait() // its error is the kill
		p.cmd = nil
	}
}

// client is a member's browser without a picture.
type client struct {
	base string
	http *http.Client
}

func (c *client) post(ctx context.Context, path string, form url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(req)
}

func (c *client) get(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return "", err
	}
	return c.do(req)
}

func (c *client) do(req *http.Request) (string, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: status %d", req.Method, req.URL.Path, res.StatusCode)
	}
	return string(b), err
}

// signIn makes a signed-in client, trying until the Desk answers.
func signIn(ctx context.Context, base string, a desk.Account) (*client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &client{base: base, http: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	for {
		_, err := c.post(ctx, "/sign-in", url.Values{"login": {a.Login}, "passphrase": {a.Passphrase}})
		if err == nil {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// TestKilledAtRandom kills Front and Desk at random moments while 8 senders send
// 200 requests and try again as a person would: whoever was shown a code finds
// the report at the Desk, exactly once.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	const senders, each = 8, 25
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	bin, dir := build(t), t.TempDir()
	frontAddr, deskAddr := freeAddress(t), freeAddress(t)
	frontURL, deskURL := "http://"+frontAddr, "http://"+deskAddr
	accounts := filepath.Join(dir, "accounts.json")
	must := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(filepath.Join(bin, name), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	must("waylight-desk", "init", "--demo", "--dir", filepath.Join(dir, "desk"), "--front", frontURL, "--listen", deskAddr, "--accounts", accounts)
	b, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var cast desk.Accounts
	if err := json.Unmarshal(b, &cast); err != nil {
		t.Fatal(err)
	}
	must("waylight-front", "init", "--dir", filepath.Join(dir, "front"), "--listen", frontAddr, "--organisation", "Invented Harbour",
		"--organisation-key", cast.OrganisationKey, "--hatch-key", cast.HatchKey)
	front := &process{path: filepath.Join(bin, "waylight-front"), args: []string{"run", "--config", filepath.Join(dir, "front", "front.conf")}}
	office := &process{path: filepath.Join(bin, "waylight-desk"), args: []string{"run", "--dir", filepath.Join(dir, "desk"), "--pull-every", "50ms"}}
	anna := cast.Accounts[0]
	for _, p := range []*process{front, office} {
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			p.show(t)
			p.kill()
		})
	}
	if _, err := signIn(ctx, deskURL, anna); err != nil {
		t.Fatal(err)
	}

	ready := &sender.Front{URL: frontURL, Patience: 30 * time.Second}
	for { // the Desk brings its keys first
		c, err := ready.Channels(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Channels) == 2 && c.Channels[0].Keys != "" && c.Channels[1].Keys != "" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	stop := make(chan struct{})
	var killing sync.WaitGroup
	var kills atomic.Int32
	killing.Go(func() {
		dice := rand.New(rand.NewPCG(seed, 1))
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(100+dice.IntN(500)) * time.Millisecond):
			}
			p := []*process{front, office}[dice.IntN(2)]
			p.kill()
			kills.Add(1)
			time.Sleep(time.Duration(dice.IntN(150)) * time.Millisecond) // the machine is down for a while
			if err := p.start(); err != nil {
				t.Error(err)
				return
			}
			if p == office { // it starts locked: somebody must come in
				if _, err := signIn(ctx, deskURL, anna); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		}
	})

	var shown sync.Map // text of each report whose code was shown
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			f := &sender.Front{URL: frontURL, Patience: time.Minute}
			pace := rand.New(rand.NewPCG(seed, uint64(100+s)))
			for i := 0; i < each || kills.Load() < 5 && i < 20*each; i++ { // on a busy machine a restart takes long: go on until it was killed often
				time.Sleep(time.Duration(pace.IntN(600)) * time.Millisecond) // people type: the sending must outlast many kills
				text := fmt.Sprintf("Invented report <%d-%d>", s, i)
				sub, err := f.Prepare(ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Lang: "en", Via: envelope.Command, Text: text}, nil)
				if err == nil {
					err = f.Submit(ctx, sub)
				}
				if err != nil {
					t.Errorf("sender %d: %v", s, err)
					continue
				}
				shown.Store(text, true)
			}
		})
	}
	sending.Wait()
	close(stop)
	killing.Wait()
	t.Logf("killed %d times", kills.Load())
	if kills.Load() < 5 {
		t.Errorf("only %d kills: the test did not try hard enough", kills.Load())
	}
	count := func(found map[string]int) (missing int) {
		shown.Range(func(k, _ any) bool {
			if found[k.(string)] == 0 {
				missing++
			}
			return true
		})
		return missing
	}
	c, err := signIn(ctx, deskURL, anna)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for seen := map[string]bool{}; ; {
		if err := collect(ctx, c, seen, found); err != nil {
			t.Fatal(err)
		}
		if count(found) == 0 {
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d reports whose code was shown did not reach the Desk", count(found))
		case <-time.After(200 * time.Millisecond):
		}
	}
	for text, n := range found {
		if n != 1 {
			t.Errorf("%s arrived %d times", text, n)
		}
	}
}

var (
	threadLink = regexp.MustCompile(`/requests/thread_[a-z2-7]+`)
	reportText = regexp.MustCompile(`Invented report &lt;\d+-\d+&gt;`)
)

// collect reads every conversation that was not read before.
func collect(ctx context.Context, c *client, seen map[string]bool, found map[string]int) error {
	page, err := c.get(ctx, "/requests")
	if err != nil {
		return err
	}
	for _, path := range threadLink.FindAllString(page, -1) {
		if seen[path] {
			continue
		}
		seen[path] = true
		body, err := c.post(ctx, path+"/take", nil)
		if err != nil {
			return err
		}
		for _, text := range reportText.FindAllString(body, -1) {
			found[strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(text)]++
		}
	}
	return nil
}
