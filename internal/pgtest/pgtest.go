// Package pgtest starts a PostgreSQL server for tests: Debian's, in a temporary
// folder, on a unix socket only, as a user without rights, stopped at the end.
//
// Only tests import it. Without PostgreSQL on the machine the test is skipped
// with a message; with WAYLIGHT_POSTGRES=required it fails instead.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"waylight/internal/sqldb"
)

// Server is a running server.
type Server struct {
	t       testing.TB
	folder  string
	command func() *exec.Cmd
	process *exec.Cmd
	ended   chan error
	log     *strings.Builder
}

// Start makes and starts a server. It is stopped and removed when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	bin, ok := find()
	if !ok {
		const missing = "PostgreSQL is not on this machine; on Debian: apt-get install postgresql"
		if os.Getenv("WAYLIGHT_POSTGRES") == "required" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	// Not t.TempDir: another user must be able to reach it, and a socket's path must be short.
	folder, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &Server{t: t, folder: folder}
	as := unprivileged(t, folder)
	data := filepath.Join(folder, "data")
	s.run(as, filepath.Join(bin, "initdb"), "-D", data, "-U", "waylight", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	s.command = func() *exec.Cmd {
		c := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", folder, "-h", "", "-c", "max_connections=60", "-c", "shared_buffers=32MB")
		c.Dir, c.SysProcAttr = folder, as
		return c
	}
	s.Resume()
	t.Cleanup(func() { s.end(syscall.SIGINT) }) // the fast way: connections are cut
	return s
}

// Stop ends the server as a crash would: connections break, nothing is finished.
// What was committed is there after Resume.
func (s *Server) Stop() { s.end(syscall.SIGQUIT) }

func (s *Server) end(how os.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(how)
	<-s.ended
	s.process = nil
}

// Resume starts the server, again after Stop, and waits until it answers.
func (s *Server) Resume() {
	s.t.Helper()
	s.process, s.ended, s.log = s.command(), make(chan error, 1), &strings.Builder{}
	s.process.Stderr = s.log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func(c *exec.Cmd, ended chan error) { ended <- c.Wait() }(s.process, s.ended)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		db, err := sqldb.OpenPostgres(ctx, s.source("postgres"), 1)
		if err == nil {
			db.Close()
			return
		}
		select {
		case err := <-s.ended:
			s.process = nil
			s.t.Fatalf("PostgreSQL ended: %v\n%s", err, s.log.String())
		case <-ctx.Done():
			s.t.Fatal("PostgreSQL does not answer")
		case <-tick.C:
		}
	}
}

// Database makes an empty database and returns its source for sqldb.OpenPostgres.
func (s *Server) Database() string {
	s.t.Helper()
	name := "t" + strings.ToLower(rand.Text())
	createdb, err := exec.Command("createdb", "-h", s.folder, "-U", "waylight", name).CombinedOutput()
	if err != nil {
		s.t.Fatalf("createdb: %v\n%s", err, createdb)
	}
	return s.source(name)
}

func (s *Server) source(database string) string {
	return fmt.Sprintf("host=%s user=waylight dbname=%s sslmode=disable", s.folder, database)
}

// find looks for the server's programs, which Debian keeps off the path.
func find() (bin string, ok bool) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(all) == 0 {
		path, err := exec.LookPath("initdb")
		return filepath.Dir(path), err == nil
	}
	return slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) }), true
}

func version(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

// unprivileged gives the folder to a user without rights when the test runs as
// root, because PostgreSQL refuses to run as root.
func unprivileged(t testing.TB, folder string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func (s *Server) run(as *syscall.SysProcAttr, name string, args ...string) {
	s.t.Helper()
	c := exec.Command(name, args...)
	c.Dir, c.SysProcAttr = s.folder, as
	if out, err := c.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
}
