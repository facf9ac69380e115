// Package mailtest starts a real mail server for tests: exim takes mail over SMTP
// with TLS and a password, dovecot gives it out over IMAP with TLS. Both listen on
// the loopback only, keep everything in a temporary folder, and carry nothing to
// the outside: an address that the server does not know comes back as a bounce.
//
// Only tests import it. scripts/install-test-tools installs both programs.
// Without them the test is skipped with a message; with WAYLIGHT_MAIL=required it
// fails instead.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Password is every account's.
const Password = "password-of-tests-only"

// Server is a running mail server.
type Server struct {
	Host       string // of the certificate
	SMTP, IMAP int    // ports; TLS from the first byte
	Roots      []byte // PEM: trusts the server's certificate
	folder     string
	owner      *user.User
}

// Start starts a server with a mailbox for each address. It is stopped when the test ends.
func Start(t testing.TB, addresses ...string) *Server {
	t.Helper()
	exim, dovecot := find(t, "exim4", "exim"), find(t, "dovecot")
	folder, err := os.MkdirTemp("", "mail") // not t.TempDir: sockets need short names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &Server{Host: "127.0.0.1", folder: folder, owner: owner(t)}
	s.certificate(t)
	s.accounts(t, addresses)
	for range 5 { // another process may take a port meanwhile
		s.SMTP, s.IMAP = port(t), port(t)
		s.write(t, "exim.conf", fmt.Sprintf(eximConf, folder, s.owner.Username, group(t, s.owner), s.SMTP))
		s.write(t, "dovecot.conf", fmt.Sprintf(dovecotConf, folder, s.owner.Username, group(t, s.owner), s.IMAP, s.owner.Uid, s.owner.Gid))
		stopMail := s.run(t, exim, "-C", filepath.Join(folder, "exim.conf"), "-bdf", "-q5s", "-oX", "[127.0.0.1]:"+strconv.Itoa(s.SMTP))
		stopBox := s.run(t, dovecot, "-F", "-c", filepath.Join(folder, "dovecot.conf"))
		if s.answers(s.SMTP) && s.answers(s.IMAP) {
			t.Cleanup(func() { stopBox(); stopMail() })
			return s
		}
		stopBox()
		stopMail()
	}
	log, _ := os.ReadFile(filepath.Join(folder, "log"))
	box, _ := os.ReadFile(filepath.Join(folder, "dovecot.log"))
	t.Fatalf("the mail server does not start:\n%s\n%s", log, box)
	return nil
}

// Deliver puts a mail into an address's mailbox as it stands, as a delivery does.
func (s *Server) Deliver(t testing.TB, address string, raw []byte) {
	t.Helper()
	box := filepath.Join(s.folder, "mail", address)
	for _, d := range []string{"new", "cur", "tmp"} {
		s.mkdir(t, filepath.Join(box, d))
	}
	f, err := os.CreateTemp(filepath.Join(box, "tmp"), "1.")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s.own(t, f.Name())
	if err := os.Rename(f.Name(), filepath.Join(box, "new", filepath.Base(f.Name()))); err != nil {
		t.Fatal(err)
	}
}

// Mails reads what lies in an address's mailbox, in no order.
func (s *Server) Mails(t testing.TB, address string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, d := range []string{"new", "cur"} {
		names, _ := filepath.Glob(filepath.Join(s.folder, "mail", address, d, "*"))
		for _, n := range names {
			b, err := os.ReadFile(n)
			if os.IsNotExist(err) {
				continue // moved or expunged meanwhile
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, b)
		}
	}
	return out
}

func find(t testing.TB, names ...string) string {
	t.Helper()
	for _, n := range names {
		for _, p := range []string{n, "/usr/sbin/" + n} {
			if path, err := exec.LookPath(p); err == nil {
				return path
			}
		}
	}
	missing := names[0] + " is not on this machine; scripts/install-test-tools installs it"
	if os.Getenv("WAYLIGHT_MAIL") == "required" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// owner is whom the mail belongs to: ourselves, or nobody when we are root.
func owner(t testing.TB) *user.User {
	t.Helper()
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func group(t testing.TB, u *user.User) string {
	t.Helper()
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return g.Name
}

func (s *Server) own(t testing.TB, path string) {
	t.Helper()
	uid, _ := strconv.Atoi(s.owner.Uid)
	gid, _ := strconv.Atoi(s.owner.Gid)
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) mkdir(t testing.TB, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	for p := path; p != filepath.Dir(s.folder); p = filepath.Dir(p) {
		s.own(t, p)
	}
}

func (s *Server) write(t testing.TB, name, text string) {
	t.Helper()
	p := filepath.Join(s.folder, name)
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		return
	}
	if err := os.Chown(p, 0, 0); err != nil { // exim reads only root's own configuration
		t.Fatal(err)
	}
}

func (s *Server) certificate(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example.org"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.mkdir(t, s.folder)
	s.write(t, "crt", string(s.Roots))
	s.write(t, "key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs})))
}

func (s *Server) accounts(t testing.TB, addresses []string) {
	t.Helper()
	var keys, boxes bytes.Buffer
	for _, a := range addresses {
		fmt.Fprintf(&keys, "%s: %s\n", a, Password)
		fmt.Fprintf(&boxes, "%s:{PLAIN}%s\n", a, Password)
		s.mkdir(t, filepath.Join(s.folder, "mail", a))
	}
	s.write(t, "users", keys.String())
	s.write(t, "passwd", boxes.String())
	for _, d := range []string{"spool", "run", "home"} {
		s.mkdir(t, filepath.Join(s.folder, d))
	}
	s.write(t, "log", "")
	s.own(t, filepath.Join(s.folder, "log"))
}

func port(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// run starts a program in a process group of its own, so that its children end with it.
func (s *Server) run(t testing.TB, program string, args ...string) (stop func()) {
	t.Helper()
	c := exec.Command(program, args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		_ = c.Wait()
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // children that did not listen
		log.Close()
	}
}

// answers waits until a port answers with TLS and a greeting.
func (s *Server) answers(port int) bool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.Roots)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		c, err := tls.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)), &tls.Config{RootCAs: pool, ServerName: s.Host})
		if err != nil {
			continue
		}
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		b := make([]byte, 64)
		n, _ := c.Read(b)
		c.Close()
		if text := string(b[:n]); strings.HasPrefix(text, "220 ") || strings.HasPrefix(text, "* OK") {
			return true
		}
	}
	return false
}

// eximConf: folder, user, group, port.
const eximConf = `primary_hostname = mail.example.org
spool_directory = %[1]s/spool
log_file_path = %[1]s/spool/%%slog
pid_file_path = %[1]s/spool/pid
exim_user = %[2]s
exim_group = %[3]s
never_users =
keep_environment =
tls_advertise_hosts = *
tls_certificate = %[1]s/crt
tls_privatekey = %[1]s/key
tls_on_connect_ports = %[4]d
auth_advertise_hosts = *
host_lookup =
rfc1413_hosts =
message_size_limit = 60M
smtp_accept_max = 50
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  accept authenticated = *
  deny message = who are you
begin routers
known:
  driver = accept
  condition = ${lookup{${lc:$local_part@$domain}}lsearch{%[1]s/users}{yes}{no}}
  transport = box
begin transports
box:
  driver = appendfile
  maildir_format
  directory = %[1]s/mail/${lookup{${lc:$local_part@$domain}}lsearch,ret=key{%[1]s/users}}
  user = %[2]s
  group = %[3]s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if eq{$auth3}{${lookup{$auth2}lsearch{%[1]s/users}{$value}fail}}}
  server_set_id = $auth2
`

// dovecotConf: folder, user, group, port, uid, gid.
const dovecotConf = `protocols = imap
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_cert = <%[1]s/crt
ssl_key = <%[1]s/key
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:%[1]s/mail/%%u
passdb {
  driver = passwd-file
  args = %[1]s/passwd
}
userdb {
  driver = static
  args = uid=%[5]s gid=%[6]s home=%[1]s/home
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = %[4]d
    ssl = yes
  }
}
service anvil {
  chroot =
}
`
