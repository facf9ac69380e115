package front_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// builtIn is the folder of the binary, once there is one.
var builtIn string

// built compiles the real binary once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "waylight-front")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "waylight-front")
	out, err := exec.Command("go", "build", "-o", path, "waylight/cmd/waylight-front").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	browser.Whole = true // "Leave this page" is held against its history
	status := m.Run()
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
	os.Exit(status)
}

// launched is a Front as its own process, which can be killed.
type launched struct {
	cmd  *exec.Cmd
	base string
}

func launch(t *testing.T, config string) *launched {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "run", "--config", config)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var base string
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "hatch: %s", &base); err == nil {
			return &launched{cmd, base}
		}
	}
	cmd.Wait()
	t.Fatalf("the Front did not start: %s", log.String())
	return nil
}

func (p *launched) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	p.cmd.Wait()
}

// submission makes a request with one file, as the page's script does.
func submission(t *testing.T, d *desk, salt mailbox.Salt) (wire.Envelope, []byte, []byte) {
	t.Helper()
	keys := mailbox.Derive(receipt.New(), salt)
	content := make([]byte, 1000)
	rand.Read(content)
	f := envelope.NewFile("a.bin", "", int64(len(content)))
	chunk, sum, err := envelope.SealChunk(f.Key, 0, 1, content)
	if err != nil {
		t.Fatal(err)
	}
	f.Chunks[0] = sum
	plain, err := envelope.Message{Kind: envelope.Report, Channel: "help", Text: "a message", Mailbox: keys.Address(), Files: []envelope.File{f}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(d.intake.Recipient().String(), plain)
	if err != nil {
		t.Fatal(err)
	}
	id := envelope.NewID()
	return wire.Envelope{
		ID: id, Channel: "help", Mailbox: keys.ID().String(), SignKey: keys.Public(), Sealed: sealed,
		Signature: keys.Sign(mailbox.FollowUp, wire.SubmissionParts(id, sealed)...), Uploads: []wire.UploadRef{{ID: f.Upload, Chunks: 1}},
	}, chunk, content
}

// insist repeats a request until it is answered, whatever happens to the Front.
func insist(ctx context.Context, method string, address func() string, body []byte) (int, error) {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, method, address(), bytes.NewReader(body))
		if err != nil {
			return 0, err
		}
		res, err := client.Do(req)
		if err == nil {
			res.Body.Close()
			return res.StatusCode, nil
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
}

// Eight senders retry while the Front is killed again and again: what was
// acknowledged is there exactly once, with its files.
func TestKilledFrontLosesNothing(t *testing.T) {
	t.Parallel()
	d, dir := newDesk(t), t.TempDir()
	c := config(d, filepath.Join(dir, "data"))
	c.Listen = freePort(t) // the same after each start
	path := filepath.Join(dir, "front.conf")
	var text bytes.Buffer
	if err := c.Write(&text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := front.Init(c.Folder); err != nil {
		t.Fatal(err)
	}
	p := launch(t, path)
	defer func() { p.kill() }()
	client, err := hatchway.Dial(p.base, d.hatch, clock.System(), nil)
	if err != nil {
		t.Fatal(err)
	}
	d.client = client
	if err := client.Keys(context.Background(), d.keyNotes(t, 1)...); err != nil {
		t.Fatal(err)
	}
	salt := (&house{folder: c.Folder}).salt(t)

	const senders, each = 8, 25
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	var mu sync.Mutex
	acknowledged := map[string][]byte{} // id to the file's content
	progress := make(chan struct{}, senders*each)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for range each {
				e, chunk, content := submission(t, d, salt)
				body, err := json.Marshal(e)
				if err != nil {
					t.Error(err)
					return
				}
				at := func(path string) func() string { return func() string { return p.base + path } }
				status, err := insist(ctx, http.MethodPut, at("/w/v1/uploads/"+e.Uploads[0].ID+"/0"), chunk)
				if err != nil || status != http.StatusNoContent {
					t.Errorf("chunk: %d, %v", status, err)
					return
				}
				status, err = insist(ctx, http.MethodPost, at("/w/v1/envelopes"), body)
				if err != nil || status != http.StatusCreated && status != http.StatusOK {
					t.Errorf("envelope: %d, %v", status, err)
					return
				}
				mu.Lock()
				acknowledged[e.ID] = content
				mu.Unlock()
				progress <- struct{}{}
			}
		})
	}
	// Kill after every 20th acknowledgement or so: at whatever the others are doing.
	kills := 0
	finished := make(chan struct{})
	go func() { all.Wait(); close(finished) }()
	for n, open := 0, true; open; {
		select {
		case <-progress:
			if n++; n%20 == 0 && n < senders*each {
				p.kill()
				kills++
				next := launch(t, path)
				if next.base != p.base {
					t.Fatalf("the address changed: %s", next.base)
				}
				p.cmd = next.cmd
			}
		case <-finished:
			open = false
		}
	}
	if kills < 5 {
		t.Errorf("killed %d times only", kills)
	}
	p.kill()
	p = launch(t, path)
	seen := map[string]int{}
	for _, e := range d.pull(t) {
		seen[e.ID]++
		m := d.open(t, e.Sealed)
		h := &house{desk: d}
		if got := h.file(t, m.Files[0]); !bytes.Equal(got, acknowledged[e.ID]) {
			t.Errorf("a file came back otherwise")
		}
	}
	if len(acknowledged) != senders*each {
		t.Errorf("%d of %d were acknowledged", len(acknowledged), senders*each)
	}
	for id := range acknowledged {
		if seen[id] != 1 {
			t.Errorf("an acknowledged envelope is there %d times", seen[id])
		}
	}
	if len(seen) != len(acknowledged) {
		t.Errorf("%d envelopes for %d acknowledgements", len(seen), len(acknowledged))
	}
}

// freePort finds a port that the system will keep for a moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// refusesToStart starts a Front that must end with a message, by itself.
func refusesToStart(t *testing.T, config, says string) {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "run", "--config", config).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte(says)) {
		t.Fatalf("it should end and say %q: %v\n%s", says, err, out)
	}
}
