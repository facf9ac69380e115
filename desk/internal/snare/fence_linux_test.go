package snare

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestFence: behind it a program reads nothing of anybody's, writes into its folder
// alone and connects to one port alone.
func TestFence(t *testing.T) {
	t.Parallel()
	if err := Fenced(); err != nil {
		t.Skip(err)
	}
	room := func() string { // not t.TempDir: whoever the child becomes must be able to walk there
		dir, err := os.MkdirTemp("", "fence")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	folder, other := room(), room()
	if err := os.Chmod(other, 0o777); err != nil { // the fence keeps it, not the file's mode
		t.Fatal(err)
	}
	if err := os.WriteFile(other+"/desk.db", []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := netip.MustParseAddrPort(l.Addr().String()).Port()
	run := func(script string, to uint16) (string, error) {
		var out bytes.Buffer
		sh, err := exec.LookPath("bash")
		if err != nil {
			t.Skip("no bash here")
		}
		c := exec.Command(sh, "-c", script)
		c.Dir, c.Stdout, c.Stderr, c.Env = folder, &out, &out, []string{"PATH=/usr/bin:/bin"}
		wait, err := start(c, folder, to)
		if err != nil {
			t.Fatal(err)
		}
		err = wait()
		return out.String(), err
	}
	if out, err := run("echo hello > mine && cat mine", port); err != nil || out != "hello\n" {
		t.Errorf("its own folder: %q %v", out, err)
	}
	for _, script := range []string{"cat " + other + "/desk.db", "ls " + other, "echo x > " + other + "/new", "cat /etc/hostname"} {
		if out, err := run(script, port); err == nil || strings.Contains(out, "secret") {
			t.Errorf("%s: %q", script, out)
		}
	}
	dial := fmt.Sprintf("exec 3<>/dev/tcp/127.0.0.1/%d", port)
	if out, err := run(dial, port); err != nil {
		t.Errorf("the relay cannot be reached: %s", out)
	}
	if version() >= 4 {
		if out, err := run(dial, port+1); err == nil {
			t.Errorf("another port was reached: %s", out)
		}
	}
	var gone *exec.ExitError
	if _, err := run("kill -9 $$", port); !errors.As(err, &gone) {
		t.Errorf("killed: %v", err)
	}
}
