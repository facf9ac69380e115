package front_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seize"
)

// process starts the real server as a process of its own and returns its id.
func process(t *testing.T) (*house, int) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "waylight-front")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/waylight-front").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	d := newDesk(t)
	folder := filepath.Join(dir, "front")
	public := func(s signer) string { return base64.StdEncoding.EncodeToString(s.Public()) }
	if out, err := exec.Command(program, "init", "--dir", folder, "--listen", "127.0.0.1:0", "--organisation", "invented",
		"--organisation-key", public(d.organisation), "--hatch-key", public(d.hatch)).CombinedOutput(); err != nil {
		t.Fatalf("init: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "run", "--config", filepath.Join(folder, "front.conf"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	h := &house{desk: d, folder: filepath.Join(folder, "data"), clock: clock.NewManual(clock.System().Now())}
	for h.base == "" && lines.Scan() {
		h.base, _ = strings.CutPrefix(lines.Text(), "front: ")
	}
	if h.client, err = hatchway.Dial(h.base, h.hatch, clock.System(), &http.Transport{DisableKeepAlives: true}); err != nil {
		t.Fatal(err)
	}
	if err := h.client.Keys(context.Background(), d.keyNotes(t, 1)...); err != nil {
		t.Fatal(err)
	}
	return h, cmd.Process.Pid
}

// memory looks for secrets in everything that a process may read of itself.
func memory(t *testing.T, pid int, secrets ...seize.Secret) []seize.Find {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if errors.Is(err, os.ErrPermission) {
		t.Skip("the server hides its memory from this user: run as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if errors.Is(err, os.ErrPermission) {
		t.Skip("the server hides its memory from this user: run as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	var found []seize.Find
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || mode[0] != 'r' || strings.Contains(line, "[v") {
			continue
		}
		region := make([]byte, to-from)
		n, _ := mem.ReadAt(region, from) // parts of a region may be gone meanwhile
		if region = region[:n]; len(bytes.Trim(region, "\x00")) == 0 {
			continue
		}
		finds, err := seize.Bytes(fmt.Sprintf("memory at %x", from), region, secrets...)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, finds...)
	}
	return found
}

// On the road with the script not even the server's memory holds words, code or
// keys: whoever has taken over the machine, and not the script, reads nothing.
func TestMemoryHoldsNothingOfTheScriptRoad(t *testing.T) {
	t.Parallel()
	const sentence = "This sentence stands nowhere else 3c9e, и по-русски тоже 3c9e"
	h, pid := process(t)
	p := browser.Start(t, browser.Phone)
	p.Go(h.base + "/en/information#q-send")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	content := bytes.Repeat([]byte("unique content of the file 88dd "), 20<<10)
	path := filepath.Join(t.TempDir(), "unique-name-of-a-file.jpg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	browser.Eval[bool](p, fmt.Sprintf(`(() => { document.querySelector('[name="text"]').value = %q; return true })()`, sentence))
	p.Upload(`form[data-seal] [name="file"]`, path)
	p.Click(`form[data-seal] #q-send button[type="submit"]`)
	p.Wait(`[data-group="8"]`)
	code := browser.Eval[string](p, `Array.from(document.querySelectorAll("[data-group]"), (e) => e.textContent).join(" ")`)
	c, err := receipt.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	waiting := h.pull(t)
	if len(waiting) != 1 {
		t.Fatalf("%d envelopes wait", len(waiting))
	}
	m := h.open(t, waiting[0].Sealed)
	if m.Text != sentence || m.Via != envelope.PageScript {
		t.Fatal("it did not arrive by the script")
	}
	keys := mailbox.Derive(c, h.salt(t))
	h.answer(t, m.Mailbox.ID, m.Mailbox.Recipient, sentence)
	p.Go(h.base + "/en/mailbox")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	p.Set(`form[data-mailbox] [name="code"]`, code)
	p.Click(`form[data-mailbox] button[type="submit"]`)
	p.Wait("[data-messages] [data-text]")

	found := memory(t, pid,
		seize.Text("the sentence", sentence), seize.Text("half of the sentence", "stands nowhere else 3c9e"), seize.Text("the file's name", "unique-name-of-a-file"),
		seize.Secret{Name: "the file's content", Value: content[:64]}, seize.Secret{Name: "the file's key", Value: m.Files[0].Key[:]},
		seize.Secret{Name: "the code", Value: c.Secret()}, seize.Text("the code in groups", code),
		seize.Text("the mailbox's recipient", keys.Recipient()[:200]),
		seize.Secret{Name: "the intake key", Value: []byte(h.intake.String())},
	)
	for _, f := range found {
		t.Errorf("%s", f)
	}
	// The control: what the server did receive is found by the same look.
	for _, f := range []seize.Secret{{Name: "the sealed bytes", Value: waiting[0].Sealed[2000:2064]}, seize.Text("the mailbox's id", m.Mailbox.ID)} {
		if len(memory(t, pid, f)) == 0 {
			t.Errorf("%s are not found in the memory of the server that received them: the look proves nothing", f.Name)
		}
	}
}
