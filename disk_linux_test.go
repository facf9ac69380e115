package waylight_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"waylight/desk"
)

var caseLink = regexp.MustCompile(`/cases/case_[a-z2-7]+`)

// TestFullDiskOfTheDesk writes notes into a case until the disk has no byte left.
// Who writes is told that this one is not kept; what was kept before stays,
// somebody can still come in and read, and when there is room again the Desk
// goes on without being started anew.
func TestFullDiskOfTheDesk(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=48m"); err != nil {
		t.Skipf("no small file system can be mounted here (%v): run as root", err)
	}
	t.Cleanup(func() { syscall.Unmount(small, syscall.MNT_DETACH) })
	bin, dir, addr := build(t), filepath.Join(small, "desk"), freeAddress(t)
	accounts := filepath.Join(t.TempDir(), "accounts.json")
	if out, err := exec.Command(filepath.Join(bin, "waylight-desk"), "init", "--demo", "--dir", dir, "--front", "http://127.0.0.1:1", "--listen", addr, "--accounts", accounts).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var cast desk.Accounts
	if err := json.Unmarshal(b, &cast); err != nil {
		t.Fatal(err)
	}
	who := map[string]desk.Account{}
	for _, a := range cast.Accounts {
		who[a.Login] = a
	}
	office := &process{path: filepath.Join(bin, "waylight-desk"), args: []string{"run", "--dir", dir}}
	if err := office.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(office.kill)
	boris, err := signIn(ctx, "http://"+addr, who["boris"])
	if err != nil {
		t.Fatal(err)
	}
	home, err := boris.get(ctx, "/cases")
	if err != nil {
		t.Fatal(err)
	}
	file := caseLink.FindString(home)
	if file == "" {
		t.Fatal("no case to write into")
	}

	filler := filepath.Join(small, "filler") // another program takes the room
	if err := fillDisk(filler, 1<<20); err != nil {
		t.Fatal(err)
	}
	kept := 0
	note := func(n int) string {
		return fmt.Sprintf("Invented note <%d>. %s", n, strings.Repeat("Words that take room. ", 200))
	}
	for {
		status, page := boris.try(ctx, file+"/note", url.Values{"words": {note(kept)}})
		if status == http.StatusOK {
			if kept++; kept > 5000 {
				t.Fatal("the disk was never full: the test shows nothing")
			}
			continue
		}
		if status != http.StatusServiceUnavailable || !strings.Contains(page, "no room left") {
			t.Errorf("on a full disk: status %d\n%.3000s", status, page)
		}
		break
	}
	t.Logf("%d notes were kept", kept)
	for range 3 { // the last room is not for this
		if status, _ := boris.try(ctx, file+"/note", url.Values{"words": {"one that is not kept"}}); status != http.StatusServiceUnavailable {
			t.Errorf("with the last room given free: status %d", status)
		}
	}
	// Somebody who must read now still can.
	clara, err := signIn(ctx, "http://"+addr, who["clara"])
	if err != nil {
		t.Fatalf("nobody can come in any more: %v", err)
	}
	readNotes(t, ctx, clara, file, kept)

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if status, page := boris.try(ctx, file+"/note", url.Values{"words": {note(kept)}}); status != http.StatusOK {
		t.Errorf("with room again: status %d\n%.2000s", status, page)
	}
	kept++
	office.kill()
	if err := office.start(); err != nil {
		t.Fatal(err)
	}
	if boris, err = signIn(ctx, "http://"+addr, who["boris"]); err != nil {
		t.Fatal(err)
	}
	readNotes(t, ctx, boris, file, kept)
}

// readNotes finds every note that was kept, once, and none that was not.
func readNotes(t *testing.T, ctx context.Context, c *client, file string, kept int) {
	t.Helper()
	page, err := c.get(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	for n := range kept {
		if got := strings.Count(page, fmt.Sprintf("Invented note &lt;%d&gt;", n)); got != 1 {
			t.Fatalf("note %d of %d stands there %d times", n, kept, got)
		}
	}
	if strings.Contains(page, fmt.Sprintf("Invented note &lt;%d&gt;", kept)) || strings.Contains(page, "one that is not kept") {
		t.Error("a note is there that was said not to be kept")
	}
}

// try posts a form and answers status and page.
func (c *client) try(ctx context.Context, path string, form url.Values) (int, string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.http.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

// fillDisk writes to a file until so many bytes are left on its disk.
func fillDisk(path string, leave int64) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		var s syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(path), &s); err != nil {
			return err
		}
		room := int64(s.Bavail)*s.Bsize - leave
		if room <= 0 {
			return nil
		}
		if _, err := io.Copy(f, bytes.NewReader(make([]byte, min(room, 1<<20)))); err != nil {
			return err
		}
	}
}
