package onion

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// DefaultControl is where Debian's tor listens for its controllers.
const DefaultControl = "unix:/run/tor/control"

// Refused is what tor answers when it does not do a thing. It holds tor's
// words and never the command, in which a key may stand.
type Refused struct {
	Code int
	Text string
}

func (r *Refused) Error() string { return fmt.Sprintf("tor refused (%d %s)", r.Code, r.Text) }

// ErrClosed means that tor ended the connection, as when it restarts.
var ErrClosed = errors.New("tor ended the control connection")

// Control is a connection to a tor daemon. Its methods may not run at the same time.
type Control struct {
	conn    net.Conn
	answers chan answer
	events  chan string
	closed  chan struct{}
}

type answer struct {
	code  int
	lines []string
}

// Dial connects to tor and proves by its cookie that we may give it orders.
// address is "unix:/path" or "host:port". The errors say what to do.
func Dial(ctx context.Context, address string) (*Control, error) {
	network, where := "tcp", address
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, where = "unix", path
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, where)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("tor's control socket %s may not be used by this program: put its user into the group debian-tor and start it again", address)
	}
	if err != nil {
		return nil, fmt.Errorf("tor does not answer at %s: install and start it (on Debian: apt-get install tor), or say with tor-control where it listens", address)
	}
	c := &Control{conn: conn, answers: make(chan answer, 1), events: make(chan string, 64), closed: make(chan struct{})}
	go c.read()
	if err := c.authenticate(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection; tor takes down what was published over it.
func (c *Control) Close() error { return c.conn.Close() }

// Closed is closed when the connection has ended, from either side.
func (c *Control) Closed() <-chan struct{} { return c.closed }

// read sorts what tor sends into answers and events until the line ends.
func (c *Control) read() {
	defer close(c.closed)
	lines := bufio.NewReaderSize(c.conn, 64<<10)
	var a answer
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return
		}
		text := strings.TrimRight(string(line), "\r\n")
		if len(text) < 4 {
			return
		}
		code, err := strconv.Atoi(text[:3])
		if err != nil {
			return
		}
		a.code = code
		a.lines = append(a.lines, text[4:])
		if text[3] == '+' {
			data, err := readData(lines)
			if err != nil {
				return
			}
			a.lines[len(a.lines)-1] += data
		}
		if text[3] != ' ' {
			continue
		}
		if code == 650 {
			select {
			case c.events <- a.lines[0]:
			default: // nobody listens; events are hints only
			}
		} else {
			select {
			case c.answers <- a:
			default:
				return // an answer to no order: this is not tor
			}
		}
		a = answer{}
	}
}

// readData reads the lines up to a single dot.
func readData(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for b.Len() < 1<<20 {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "." {
			return b.String(), nil
		}
		b.WriteString(strings.TrimPrefix(text, ".") + "\n")
	}
	return "", io.ErrShortBuffer
}

// patience is how long tor may take for one order.
const patience = 30 * time.Second

// call sends one order and returns the lines of tor's answer.
func (c *Control) call(ctx context.Context, order string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := io.WriteString(c.conn, order+"\r\n"); err != nil {
		return nil, ErrClosed
	}
	var a answer
	select {
	case a = <-c.answers:
	case <-c.closed:
		select {
		case a = <-c.answers: // its last words
		default:
			return nil, ErrClosed
		}
	case <-ctx.Done():
		c.Close() // a late answer must not be taken for the next order's
		return nil, errors.New("tor gives no answer on its control port")
	}
	if a.code/100 != 2 {
		return nil, &Refused{Code: a.code, Text: a.lines[0]}
	}
	return a.lines, nil
}

func (c *Control) authenticate(ctx context.Context) error {
	lines, err := c.call(ctx, "PROTOCOLINFO 1")
	if err != nil {
		return fmt.Errorf("is this tor's control port? %w", err)
	}
	methods, file := protocolInfo(lines)
	switch {
	case methods["NULL"]:
		_, err = c.call(ctx, "AUTHENTICATE")
		return err
	case !methods["SAFECOOKIE"] || file == "":
		return errors.New("tor offers no cookie on its control port: write \"CookieAuthentication 1\" into its torrc and restart it")
	}
	cookie, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("tor's cookie %s cannot be read: put this program's user into the group debian-tor, write \"CookieAuthFileGroupReadable 1\" into torrc, and start both again", file)
	}
	if len(cookie) != 32 {
		return fmt.Errorf("the file %s is not tor's cookie", file)
	}
	return c.safeCookie(ctx, cookie)
}

// safeCookie proves both sides without sending the cookie itself.
func (c *Control) safeCookie(ctx context.Context, cookie []byte) error {
	mine := make([]byte, 32)
	rand.Read(mine)
	lines, err := c.call(ctx, "AUTHCHALLENGE SAFECOOKIE "+hex.EncodeToString(mine))
	if err != nil {
		return err
	}
	var hash, theirs []byte
	for word := range strings.FieldsSeq(lines[0]) {
		if v, ok := strings.CutPrefix(word, "SERVERHASH="); ok {
			hash, _ = hex.DecodeString(v) // a wrong one does not match
		}
		if v, ok := strings.CutPrefix(word, "SERVERNONCE="); ok {
			theirs, _ = hex.DecodeString(v)
		}
	}
	proof := func(label string) []byte {
		h := hmac.New(sha256.New, []byte(label))
		h.Write(cookie)
		h.Write(mine)
		h.Write(theirs)
		return h.Sum(nil)
	}
	if !hmac.Equal(hash, proof("Tor safe cookie authentication server-to-controller hash")) {
		return errors.New("what answers on tor's control port does not know tor's cookie")
	}
	_, err = c.call(ctx, "AUTHENTICATE "+hex.EncodeToString(proof("Tor safe cookie authentication controller-to-server hash")))
	return err
}

// protocolInfo reads the ways to authenticate: AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/path".
func protocolInfo(lines []string) (methods map[string]bool, file string) {
	methods = map[string]bool{}
	for _, line := range lines {
		rest, ok := strings.CutPrefix(line, "AUTH METHODS=")
		if !ok {
			continue
		}
		names, rest, _ := strings.Cut(rest, " ")
		for name := range strings.SplitSeq(names, ",") {
			methods[name] = true
		}
		if quoted, ok := strings.CutPrefix(rest, "COOKIEFILE="); ok {
			if q, err := strconv.QuotedPrefix(quoted); err == nil {
				file, _ = strconv.Unquote(q) // QuotedPrefix has checked it
			}
		}
	}
	return methods, file
}

// Info asks one GETINFO question, such as "version".
func (c *Control) Info(ctx context.Context, key string) (string, error) {
	lines, err := c.call(ctx, "GETINFO "+key)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(lines[0], key+"="), nil
}

// Service is an onion service to be published on port 80.
type Service struct {
	Key     Key
	Target  string   // where tor brings visitors: "unix:/path" or "127.0.0.1:port"
	Clients []string // public client keys; nobody else gets in. Empty: open to all
	Work    bool     // in a flood visitors' tor proves work, so that people still get through
}

// Add publishes a service for as long as the connection lasts.
func (c *Control) Add(ctx context.Context, s Service) error {
	order := "ADD_ONION ED25519-V3:" + s.Key.expanded() + " Flags=DiscardPK"
	if len(s.Clients) > 0 {
		order += ",V3Auth"
	}
	if s.Work {
		order += " PoWDefensesEnabled=1"
	}
	order += " Port=80," + s.Target
	for _, client := range s.Clients {
		order += " ClientAuthV3=" + client
	}
	lines, err := c.call(ctx, order)
	if err != nil {
		return err
	}
	if name := strings.TrimPrefix(lines[0], "ServiceID="); name+Suffix != s.Key.Address() {
		return errors.New("tor published another address than the key's")
	}
	return nil
}

// Remove takes a service down.
func (c *Control) Remove(ctx context.Context, address string) error {
	_, err := c.call(ctx, "DEL_ONION "+strings.TrimSuffix(address, Suffix))
	return err
}

// Admit gives tor the key to a closed service until tor ends or Dismiss.
func (c *Control) Admit(ctx context.Context, address string, k ClientKey) error {
	_, err := c.call(ctx, "ONION_CLIENT_AUTH_ADD "+strings.TrimSuffix(address, Suffix)+" x25519:"+base64.StdEncoding.EncodeToString(k.private.Bytes()))
	return err
}

// Dismiss takes that key from tor again.
func (c *Control) Dismiss(ctx context.Context, address string) error {
	_, err := c.call(ctx, "ONION_CLIENT_AUTH_REMOVE "+strings.TrimSuffix(address, Suffix))
	return err
}

// Listen asks for events; they come from Events as tor writes them.
func (c *Control) Listen(ctx context.Context, kinds ...string) error {
	_, err := c.call(ctx, "SETEVENTS "+strings.Join(kinds, " "))
	return err
}

// Events are those that Listen asked for; some may be lost when nobody reads.
func (c *Control) Events() <-chan string { return c.events }
