package front_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"waylight/front"
	"waylight/internal/hatchway"
)

// A message that is on its way in when the Front is asked to stop is stored and
// its code is shown.
func TestStopLetsPeopleFinish(t *testing.T) {
	t.Parallel()
	h := start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const boundary = "b"
	form := "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nslow line\r\n--b--\r\n"
	half := len(form) / 2
	fmt.Fprintf(conn, "POST /en/help HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=%s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", boundary, len(form))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err) // from here on the request is being handled
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, form[:half])
	stopped := make(chan struct{})
	go func() { h.stop(); close(stopped) }()
	for { // the Front takes nobody new any more
		c, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
		if err != nil {
			break
		}
		c.Close()
	}
	io.WriteString(conn, form[half:])
	res, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	status, page := body(t, res)
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	codeOn(t, page)
	<-stopped
	h.serve(t)
	if n := len(h.pull(t)); n != 1 {
		t.Errorf("%d envelopes", n)
	}
}

// Behind a proxy or an onion service the Front needs no port at all, and the
// hatch can have a door of its own.
func TestSocketsInsteadOfPorts(t *testing.T) {
	t.Parallel()
	d, dir := newDesk(t), t.TempDir()
	c := config(d, filepath.Join(dir, "data"))
	public, desks := filepath.Join(dir, "public"), filepath.Join(dir, "desks")
	c.Listen, c.HatchListen = "unix:"+public, "unix:"+desks
	if err := front.Init(c.Folder); err != nil {
		t.Fatal(err)
	}
	through := func(path string) *http.Transport {
		return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}
	}
	clock := start(t).clock
	for range 2 { // also over the sockets that the first one left
		f, err := front.New(context.Background(), c, clock, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		client, err := hatchway.Dial("http://front", d.hatch, clock, through(desks))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Status(ctx); err != nil {
			t.Error(err)
		}
		res, err := (&http.Client{Transport: through(public)}).Get("http://front/hatch/v1/status")
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := body(t, res); status != http.StatusNotFound {
			t.Errorf("the hatch answers at the public door: %d", status)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}
