// Package s3test starts a real S3-compatible server for tests: versitygw, which
// keeps plain files in a temporary folder and listens on the loopback only.
//
// Only tests import it. scripts/install-test-tools builds the server into
// .cache/bin. Without it the test is skipped with a message; with
// WAYLIGHT_S3=required it fails instead.
package s3test

import (
	"crypto/rand"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The server's only account.
const (
	Key    = "waylight"
	Secret = "secret-of-tests-only"
)

// Server is a running server.
type Server struct {
	Endpoint string
	folder   string
}

// Start starts a server. It is stopped when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	program, ok := find()
	if !ok {
		const missing = "versitygw is not on this machine; scripts/install-test-tools builds it"
		if os.Getenv("WAYLIGHT_S3") == "required" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	s := &Server{folder: t.TempDir()}
	for _, f := range []string{"data", "meta"} { // meta: not every file system has attributes
		if err := os.Mkdir(filepath.Join(s.folder, f), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // another process may take the port meanwhile
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		l.Close()
		s.Endpoint = "http://" + address
		c := exec.Command(program, "--access", Key, "--secret", Secret, "--port", address, "--quiet", "posix", "--sidecar", filepath.Join(s.folder, "meta"), filepath.Join(s.folder, "data"))
		c.Env = append(os.Environ(), "VGW_REGION=us-east-1")
		if s.started(t, c) {
			return s
		}
	}
	t.Fatal("versitygw does not start")
	return nil
}

// started waits until the server answers or has ended.
func (s *Server) started(t testing.TB, c *exec.Cmd) bool {
	t.Helper()
	var log strings.Builder
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		if res, err := http.Get(s.Endpoint); err == nil {
			res.Body.Close()
			t.Cleanup(func() {
				_ = c.Process.Signal(syscall.SIGTERM)
				<-ended
			})
			return true
		}
		select {
		case <-ended:
			t.Logf("versitygw ended:\n%s", log.String())
			return false
		case <-late.C:
			_ = c.Process.Kill()
			<-ended
			return false
		case <-tick.C:
		}
	}
}

// Bucket makes an empty bucket and returns its name.
func (s *Server) Bucket(t testing.TB) string {
	t.Helper()
	name := "b" + strings.ToLower(rand.Text())
	if err := os.Mkdir(filepath.Join(s.folder, "data", name), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

// find looks in the repository's cache and on the path.
func find() (string, bool) {
	if _, here, _, ok := runtime.Caller(0); ok {
		cached := filepath.Join(filepath.Dir(here), "..", "..", ".cache", "bin", "versitygw")
		if _, err := os.Stat(cached); err == nil {
			return cached, true
		}
	}
	path, err := exec.LookPath("versitygw")
	return path, err == nil
}
