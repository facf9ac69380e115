package waylight_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"waylight/desk"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/tornet"
)

// said is what a program has written so far.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// find returns the first group of a pattern in what was written.
func (s *said) find(pattern string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := regexp.MustCompile(pattern).FindStringSubmatch(s.b.String())
	if m == nil {
		return "", errors.New("not said: " + pattern + "\n" + s.b.String())
	}
	return m[1], nil
}

// TestRoadThroughTor follows the operator's guide with the real programs: a
// Front that publishes itself, a Desk that is moved to its hidden hatch, and a
// person whose message comes to be read there.
func TestRoadThroughTor(t *testing.T) {
	t.Parallel()
	network := tornet.Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), tornet.Limit)
	defer cancel()
	bin, dir := build(t), t.TempDir()
	deskDir, accounts, passphrase := filepath.Join(dir, "desk"), filepath.Join(dir, "accounts.json"), filepath.Join(dir, "passphrase")
	must := func(name string, args ...string) *said {
		t.Helper()
		out := &said{}
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Stdout, c.Stderr = out, out
		if err := c.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out.b.String())
		}
		return out
	}
	serve := func(name string, args ...string) *said {
		t.Helper()
		out := &said{}
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Stdout, c.Stderr = out, out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		})
		return out
	}
	until := func(try func(context.Context) error) {
		t.Helper()
		if err := tornet.Until(ctx, try); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(s *said, pattern string) (heard string) {
		t.Helper()
		until(func(context.Context) (err error) { heard, err = s.find(pattern); return err })
		return heard
	}

	must("waylight-desk", "init", "--demo", "--dir", deskDir, "--front", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--accounts", accounts)
	var cast desk.Accounts
	if b, err := os.ReadFile(accounts); err != nil || json.Unmarshal(b, &cast) != nil {
		t.Fatal("no accounts:", err)
	}
	account := func(login string) desk.Account {
		return cast.Accounts[slices.IndexFunc(cast.Accounts, func(a desk.Account) bool { return a.Login == login })]
	}
	put := func(path, text string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString(text)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	put(passphrase, account("hanna").Passphrase+"\n")
	asHanna := []string{"front", "--dir", deskDir, "--login", "hanna", "--passphrase-file", passphrase}
	client := hear(must("waylight-desk", asHanna...), `hatch-client-auth = (\S+)`)

	sockets, err := os.MkdirTemp("", "onion") // short enough for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	must("waylight-front", "init", "--dir", filepath.Join(dir, "front"), "--listen", "127.0.0.1:0", "--organisation", "Invented Harbour",
		"--organisation-key", cast.OrganisationKey, "--hatch-key", cast.HatchKey)
	conf := filepath.Join(dir, "front", "front.conf")
	put(conf, "\nhatch-client-auth = "+client+"\ntor-control = "+network.Host.Control+"\nonion-sockets = "+sockets+"\n")
	front := serve("waylight-front", "run", "--onion", "--config", conf)
	public, hatch := hear(front, `(?m)^onion: (\S+)$`), hear(front, `(?m)^hatch by onion: (\S+)$`)

	must("waylight-desk", append(asHanna, "--address", hatch)...)
	put(filepath.Join(deskDir, "desk.conf"), "\nfront-proxy = "+network.Client.Proxy()+"\ntor-control = "+network.Client.Control+"\n")
	office := serve("waylight-desk", "run", "--dir", deskDir, "--pull-every", "500ms")
	anna, err := signIn(ctx, hear(office, `(?m)^desk: (\S+)$`), account("anna"))
	if err != nil {
		t.Fatal(err)
	}

	through, err := sender.Client(network.Stranger.Proxy())
	if err != nil {
		t.Fatal(err)
	}
	f := &sender.Front{URL: public, HTTP: through, Patience: tornet.Limit}
	var sub *sender.Submission
	until(func(ctx context.Context) (err error) { // the Desk brings its keys first
		sub, err = f.Prepare(ctx, "help", "", receipt.New(), envelope.Message{Kind: envelope.Report, Lang: "en", Via: envelope.Command, Text: "Invented report <7-7>"}, nil)
		return err
	})
	if err := f.Submit(ctx, sub); err != nil {
		t.Fatal(err)
	}
	found, seen := map[string]int{}, map[string]bool{}
	until(func(ctx context.Context) error {
		if err := collect(ctx, anna, seen, found); err != nil {
			return err
		}
		if found["Invented report <7-7>"] != 1 {
			return errors.New("the message did not reach the Desk")
		}
		return nil
	})
	for name, s := range map[string]*said{"Desk": office, "Front": front} {
		if _, err := s.find(`(?m)^time=.*(` + regexp.QuoteMeta(strings.TrimPrefix(hatch, "http://")) + `)`); err == nil {
			t.Errorf("the hatch's address stands in the log of the %s", name)
		}
	}
}
