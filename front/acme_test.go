package front_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"waylight/front"
	"waylight/internal/lookout"
)

// ourName is what the Front is called in this test; our own name server knows it.
const ourName = "help.waylight.test"

// A Front with TLS of its own fetches its certificate from a real ACME server
// (Let's Encrypt's own test server), speaks HTTP/2, sends headers that get full
// marks, leads visitors without TLS to it, and answers under no other name.
func TestOwnTLS(t *testing.T) {
	t.Parallel()
	public, plain := freePort(t), freePort(t)
	directory, roots, issuer := startPebble(t, public, plain)
	d := newDesk(t)
	h := &house{desk: d, folder: filepath.Join(t.TempDir(), "data"), clock: nil, log: &syncBuffer{}}
	if err := front.Init(h.folder); err != nil {
		t.Fatal(err)
	}
	c := config(d, h.folder)
	c.Listen, c.PlainListen, c.HTTPS = public, plain, true
	c.ACME, c.ACMEDirectory, c.ACMERoots = []string{ourName}, directory, roots
	h.serveTLS(t, c)

	to := func(address string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	trusted := issuerRoots(t, issuer, roots)
	client := &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{DialContext: to(public), TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var res *http.Response
	var err error
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if res, err = client.Get("https://" + ourName + "/en/"); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatalf("no certificate: %v", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Errorf("status %d over %s", res.StatusCode, res.Proto)
	}
	if wrong := lookout.Headers(res.Header, true); len(wrong) > 0 {
		t.Errorf("headers: %q", wrong)
	}
	for _, name := range []string{"Server", "Date", "Set-Cookie"} {
		if v := res.Header.Get(name); v != "" {
			t.Errorf("%s is sent: %s", name, v)
		}
	}
	if err := res.TLS.PeerCertificates[0].VerifyHostname(ourName); err != nil {
		t.Error(err)
	}
	// Another name gets no certificate, and none is asked for.
	if res, err := client.Get("https://another.waylight.test/"); err == nil {
		res.Body.Close()
		t.Error("answered under another name")
	}
	client.Transport = &http.Transport{DialContext: to(plain)}
	res, err = client.Get("http://" + ourName + "/ru/help")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("Location"); got != "https://"+ourName+"/ru/help" {
		t.Errorf("led to %q", got)
	}
	if info, err := os.Stat(filepath.Join(h.folder, "acme")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of keys: %v, %v", info, err)
	}
	if log := h.log.String(); strings.Contains(log, "127.0.0.1") {
		t.Errorf("the log knows an address: %s", log)
	}
}

// serveTLS runs the Front until the test ends.
func (h *house) serveTLS(t *testing.T, c front.Config) {
	t.Helper()
	f, err := front.New(context.Background(), c, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		f.Close()
	})
	if f.Scheme() != "https" {
		t.Error("not over TLS")
	}
}

// startPebble starts a real ACME server that reaches the Front on its ports, and
// returns its directory's address, the file with the root that vouches for it,
// and where it tells the root of the certificates that it gives.
func startPebble(t *testing.T, public, plain string) (directory, roots, issuer string) {
	t.Helper()
	program, err := exec.LookPath("../.cache/bin/pebble")
	if err != nil {
		program, err = exec.LookPath("pebble")
	}
	if err != nil {
		const missing = "pebble is not on this machine; scripts/install-test-tools builds it"
		if os.Getenv("WAYLIGHT_ACME") == "required" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	address, management := freePort(t), freePort(t)
	port := func(a string) int {
		_, p, err := net.SplitHostPort(a)
		n, wrong := strconv.Atoi(p)
		if err != nil || wrong != nil {
			t.Fatal(err, wrong)
		}
		return n
	}
	text, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": address, "managementListenAddress": management, "certificate": cert, "privateKey": key,
		"httpPort": port(plain), "tlsPort": port(public), "profiles": map[string]any{"default": map[string]any{"description": "usual", "validityPeriod": 7776000}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-config", path, "-dnsserver", nameServer(t))
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	directory = "https://" + address + "/dir"
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(t, cert), MinVersion: tls.VersionTLS12}}}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		res, err := client.Get(directory)
		if err == nil {
			res.Body.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the ACME server did not start: %v", err)
		}
	}
	return directory, cert, "https://" + management + "/roots/0"
}

func issuerRoots(t *testing.T, issuer, vouches string) *x509.CertPool {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(t, vouches), MinVersion: tls.VersionTLS12}}}
	res, err := client.Get(issuer)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	p := x509.NewCertPool()
	if err != nil || !p.AppendCertsFromPEM(text) {
		t.Fatal("no root", err)
	}
	return p
}

func pool(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(path)
	p := x509.NewCertPool()
	if err != nil || !p.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	return p
}

func selfSigned(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// nameServer says of every name that it is this machine, over TCP.
func nameServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerNames(c)
		}
	}()
	return l.Addr().String()
}

// answerNames answers until the line ends; each message is led by its length.
func answerNames(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		b := make([]byte, binary.BigEndian.Uint16(size[:]))
		var m dnsmessage.Message
		if _, err := io.ReadFull(c, b); err != nil || m.Unpack(b) != nil || len(m.Questions) != 1 {
			return
		}
		q := m.Questions[0]
		answer := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}, Questions: m.Questions}
		if q.Type == dnsmessage.TypeA {
			answer.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
		}
		packed, err := answer.Pack()
		if err != nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)); err != nil {
			return
		}
	}
}
