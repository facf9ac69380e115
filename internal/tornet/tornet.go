// Package tornet is a whole Tor network on this machine: three authorities, a
// relay, a host for onion services and two clients that know nothing of each other.
//
// It is test support: only tests import it. No packet leaves the machine: every
// node is told TestingTorNetwork and the loopback address only, and where the
// test runs as root on Linux the nodes live in a network namespace of their own
// that has nothing but a loopback. The test speaks with them over unix sockets.
// Without tor a test is skipped with a message, unless WAYLIGHT_TOR=required
// makes that a failure (CI). It imports onion.
package tornet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/internal/onion"
)

// Limit is how long the network may take to come up, and any one page to load.
const Limit = 2 * time.Minute

// Net is a running network.
type Net struct {
	Host, Client, Stranger *Node
	Alone                  bool // in a network namespace of its own
}

// Node is one tor daemon.
type Node struct {
	Control string // "unix:/path", for onion.Dial
	Socks   string // path of its socket

	name    string
	dir     string
	torrc   string
	orPort  int
	dirPort int
	line    string // DirAuthority line of an authority
	net     *network
	cmd     *exec.Cmd
}

// network is what the nodes share.
type network struct {
	t     testing.TB
	start func(*exec.Cmd) error // in the namespace, where there is one
	mu    sync.Mutex
	all   []*exec.Cmd
}

// Start brings a network up and waits until both ends can use it.
func Start(t testing.TB) *Net {
	t.Helper()
	for _, program := range []string{"tor", "tor-gencert"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("WAYLIGHT_TOR") == "required" {
				t.Fatalf("no %s here, and WAYLIGHT_TOR=required", program)
			}
			t.Skipf("no %s here: scripts/install-test-tools installs it", program)
		}
	}
	n := &network{t: t}
	var alone bool
	n.start, alone = namespace(t)
	t.Cleanup(n.stop)
	// The path of a socket has 107 bytes at most: a test's own folder can be too deep.
	dir, err := os.MkdirTemp("", "tornet")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })

	authorities := []*Node{n.node(dir, "a1"), n.node(dir, "a2"), n.node(dir, "a3")}
	others := []*Node{n.node(dir, "r1"), n.node(dir, "host"), n.node(dir, "client"), n.node(dir, "stranger")}
	var all sync.WaitGroup
	failed := make([]error, len(authorities))
	for i, a := range authorities {
		all.Go(func() { failed[i] = a.keys() })
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	common := ""
	for _, a := range authorities {
		common += a.line
	}
	for _, a := range authorities {
		a.run(common + fmt.Sprintf(authority, a.orPort, a.dirPort))
	}
	others[0].run(common + fmt.Sprintf("ORPort 127.0.0.1:%d\nExitRelay 0\nAssumeReachable 1\nSocksPort 0\n", others[0].orPort))
	for _, end := range others[1:] {
		end.run(common + "SocksPort unix:" + end.Socks + " ExtendedErrors\n")
	}
	for _, end := range others[1:] {
		end.Ready()
	}
	return &Net{Host: others[1], Client: others[2], Stranger: others[3], Alone: alone}
}

// every is in the torrc of each node: fill in nickname, folder and control socket.
const every = `TestingTorNetwork 1
Nickname %s
DataDirectory %s
ControlSocket %s
CookieAuthentication 1
Log notice file %s
PathsNeededToBuildCircuits 0.25
VanguardsLiteEnabled 0
ShutdownWaitLength 0
DisableDebuggerAttachment 0
GeoIPFile /dev/null
GeoIPv6File /dev/null
Address 127.0.0.1
`

const authority = `ORPort 127.0.0.1:%d
DirPort 127.0.0.1:%d
SocksPort 0
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo nobody@example.invalid
AssumeReachable 1
ExitRelay 0
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
MinUptimeHidServDirectoryV2 0
V3AuthNIntervalsValid 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingV3AuthInitialVotingInterval 5
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
`

func (n *network) node(root, name string) *Node {
	n.t.Helper()
	dir := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		n.t.Fatal(err)
	}
	return &Node{
		Control: "unix:" + filepath.Join(dir, "control"), Socks: filepath.Join(dir, "socks"),
		name: name, dir: dir, net: n, orPort: freePort(n.t), dirPort: freePort(n.t),
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (d *Node) write(more string) error {
	d.torrc = filepath.Join(d.dir, "torrc")
	text := fmt.Sprintf(every, d.name, d.dir, strings.TrimPrefix(d.Control, "unix:"), filepath.Join(d.dir, "log")) + more
	return os.WriteFile(d.torrc, []byte(text), 0o600)
}

var (
	identity    = regexp.MustCompile(`(?m)^fingerprint ([0-9A-F]{40})`)
	fingerprint = regexp.MustCompile(`(?m)^\S+ ([0-9A-F ]{49,})\s*$`)
)

// keys makes an authority's keys and its DirAuthority line.
func (d *Node) keys() error {
	files := filepath.Join(d.dir, "keys")
	gen := exec.Command("tor-gencert", "--create-identity-key", "-m", "12", "-a", fmt.Sprintf("127.0.0.1:%d", d.dirPort), "--passphrase-fd", "0",
		"-i", filepath.Join(files, "authority_identity_key"), "-s", filepath.Join(files, "authority_signing_key"), "-c", filepath.Join(files, "authority_certificate"))
	gen.Stdin = strings.NewReader("of a test\n")
	if out, err := gen.CombinedOutput(); err != nil {
		return fmt.Errorf("tor-gencert: %w: %s", err, out)
	}
	certificate, err := os.ReadFile(filepath.Join(files, "authority_certificate"))
	if err != nil {
		return err
	}
	v3 := identity.FindSubmatch(certificate)
	// Who is an authority must name one; its own line is not known yet.
	nobody := fmt.Sprintf("DirAuthority nobody orport=1 no-v2 v3ident=%s 127.0.0.1:1 %s\n", strings.Repeat("F", 40), strings.Repeat("F", 40))
	if err := d.write(nobody + fmt.Sprintf(authority, d.orPort, d.dirPort)); err != nil {
		return err
	}
	out, err := exec.Command("tor", "-f", d.torrc, "--defaults-torrc", "/dev/null", "--list-fingerprint").Output()
	own := fingerprint.FindSubmatch(out)
	if err != nil || v3 == nil || own == nil {
		return fmt.Errorf("tor --list-fingerprint: %w: %s", err, out)
	}
	d.line = fmt.Sprintf("DirAuthority %s orport=%d no-v2 v3ident=%s 127.0.0.1:%d %s\n", d.name, d.orPort, v3[1], d.dirPort, bytes.ReplaceAll(own[1], []byte(" "), nil))
	return nil
}

// run writes the torrc and starts the daemon.
func (d *Node) run(more string) {
	d.net.t.Helper()
	if err := d.write(more); err != nil {
		d.net.t.Fatal(err)
	}
	d.Start()
}

// Start starts a daemon that was stopped.
func (d *Node) Start() {
	d.net.t.Helper()
	d.cmd = exec.Command("tor", "-f", d.torrc, "--defaults-torrc", "/dev/null", "--quiet")
	if err := d.net.start(d.cmd); err != nil {
		d.net.t.Fatal(err)
	}
	d.net.mu.Lock()
	d.net.all = append(d.net.all, d.cmd)
	d.net.mu.Unlock()
}

// Stop ends a daemon at once, as when a machine loses its power.
func (d *Node) Stop() {
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait()
}

func (n *network) stop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.all {
		_ = c.Process.Kill() // fails for one that Stop has ended
	}
	for _, c := range n.all {
		_ = c.Wait()
	}
}

var progress = regexp.MustCompile(`PROGRESS=(\d+)`)

// Ready waits until the daemon can build circuits.
func (d *Node) Ready() {
	d.net.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Limit)
	defer cancel()
	last := ""
	err := Until(ctx, func(ctx context.Context) error {
		c, err := onion.Dial(ctx, d.Control)
		if err != nil {
			return err
		}
		defer c.Close()
		for {
			phase, err := c.Info(ctx, "status/bootstrap-phase")
			if err != nil {
				return err
			}
			if p := progress.FindStringSubmatch(phase); p != nil && p[1] == "100" {
				return nil
			}
			last = phase
			if err := pause(ctx); err != nil {
				return err
			}
		}
	})
	if err != nil {
		d.net.t.Fatalf("%s is not ready: %v; last: %s\n%s", d.name, err, last, d.tail())
	}
}

// tail is the end of the daemon's log.
func (d *Node) tail() []byte {
	b, err := os.ReadFile(filepath.Join(d.dir, "log"))
	if err != nil {
		return []byte(err.Error())
	}
	return b[max(0, len(b)-2000):]
}

func pause(ctx context.Context) error {
	t := time.NewTimer(200 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Until tries again until try succeeds or ctx ends: in a network, the first try
// often comes before the other side is known. It returns try's last error.
func Until(ctx context.Context, try func(context.Context) error) error {
	for {
		err := try(ctx)
		if err == nil || pause(ctx) != nil {
			return err
		}
	}
}

// Proxy serves the node's SOCKS socket on a TCP address of the loopback, as a
// tor on one's own machine has it, and returns that address: "socks5h://127.0.0.1:port".
func (d *Node) Proxy() string {
	d.net.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		d.net.t.Fatal(err)
	}
	d.net.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go splice(from, d.Socks)
		}
	}()
	return "socks5h://" + l.Addr().String()
}

func splice(from net.Conn, path string) {
	defer from.Close()
	to, err := net.Dial("unix", path)
	if err != nil {
		return
	}
	defer to.Close()
	var both sync.WaitGroup
	both.Go(func() { carry(to, from) })
	both.Go(func() { carry(from, to) })
	both.Wait()
}

// carry copies one direction; its end is the other side's end of reading.
func carry(to, from net.Conn) {
	_, _ = io.Copy(to, from) // a broken line is the end, as on a wire
	if c, ok := to.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
}
