package waylight_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo runs the demo as make demo does: it serves the public report and the
// Desk, writes the accounts, and ends cleanly on Ctrl-C with its children.
func TestDemo(t *testing.T) {
	t.Parallel()
	bin, dir := build(t), filepath.Join(t.TempDir(), "demo")
	front, office := freeAddress(t), freeAddress(t)
	var out bytes.Buffer
	c := exec.Command(filepath.Join(bin, "waylight"), "demo", "--dir", dir, "--front", front, "--desk", office)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() })
	report := "http://" + front + "/p/report/chechnya-april-2017.en.html"
	get := func(url string) string {
		res, err := http.Get(url)
		if err != nil {
			return ""
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			return ""
		}
		return string(b)
	}
	deadline := time.Now().Add(90 * time.Second)
	for !strings.Contains(get(report), "3 to 20") {
		if time.Now().After(deadline) {
			t.Fatalf("the report is not served:\n%s", out.String())
		}
		time.Sleep(100 * time.Millisecond)
	}
	if page := get("http://" + office + "/sign-in"); !strings.Contains(page, "passphrase") {
		t.Error("the Desk does not show its door")
	}
	b, err := os.ReadFile(filepath.Join(dir, "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var accounts struct {
		Front, Desk string
		Accounts    []struct{ Login, Passphrase string }
	}
	if err := json.Unmarshal(b, &accounts); err != nil || accounts.Front != "http://"+front || accounts.Desk != "http://"+office || len(accounts.Accounts) < 8 {
		t.Errorf("accounts.json: %v, front %q, desk %q, %d accounts", err, accounts.Front, accounts.Desk, len(accounts.Accounts))
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v:\n%s", err, out.String())
		}
	case <-time.After(30 * time.Second):
		c.Process.Signal(syscall.SIGQUIT)
		t.Fatal("Ctrl-C does not end it")
	}
	if get("http://"+front+"/") != "" {
		t.Error("the Front goes on without the demo")
	}
}
