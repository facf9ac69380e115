package front_test

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waylight/front"
	"waylight/internal/clock"
	"waylight/internal/envelope"
)

// On a full disk a person is told that nothing was stored, and what they typed
// is still in the page; files are refused before text is.
func TestFullDiskSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("no small file system can be mounted here (%v): run as root", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	d := newDesk(t)
	h := &house{desk: d, folder: filepath.Join(dir, "data"), clock: clock.NewManual(time.Date(2017, 4, 9, 0, 0, 0, 0, time.UTC)), log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(d, h.folder)
	c.Reserve = 4 << 20 // text goes on down to 512 KiB
	h.serveWith(t, c)
	if err := d.client.Keys(context.Background(), d.keyNotes(t, 1)...); err != nil {
		t.Fatal(err)
	}
	file := attachment{"f", bytes.Repeat([]byte("f"), 3<<20)}
	status, page := h.postForm(t, "/en/help", map[string]string{"text": "kept words", "once": envelope.NewID()}, file)
	if status != http.StatusServiceUnavailable || groups.MatchString(page) || !strings.Contains(page, "kept words") {
		t.Errorf("a file that does not fit: status %d", status)
	}
	if status, _ = h.postForm(t, "/en/help", map[string]string{"text": "text still fits"}); status != http.StatusOK {
		t.Errorf("text beside a full reserve: status %d", status)
	}
	acknowledged := 1
	for {
		status, page = h.postForm(t, "/en/help", map[string]string{"text": "kept words", "once": envelope.NewID()})
		if status != http.StatusOK {
			break
		}
		if acknowledged++; acknowledged > 2000 {
			t.Fatal("the disk was never full: the test shows nothing")
		}
	}
	if status != http.StatusServiceUnavailable || !strings.Contains(page, "Nothing was stored") || !strings.Contains(page, "kept words") {
		t.Errorf("status %d:\n%.2000s", status, page)
	}
	if n := len(h.pull(t)); n != acknowledged {
		t.Errorf("%d envelopes for %d codes that were shown", n, acknowledged)
	}
	for end := time.Now().Add(30 * time.Second); !strings.Contains(h.log.String(), "no message is taken") && time.Now().Before(end); {
		<-time.After(50 * time.Millisecond) // it looks every few seconds
	}
	if log := h.log.String(); !strings.Contains(log, "no message is taken, and people are told so") {
		t.Errorf("whoever runs the server is not told: %s", log)
	}
	if p, err := d.client.Pull(context.Background(), "", 1); err != nil || p.Refuses != "all" {
		t.Errorf("the Desk is told that the Front refuses %q, %v", p.Refuses, err)
	}
	if strings.Contains(h.log.String(), "kept words") {
		t.Error("the log repeats what was typed")
	}
}
