// Package post carries e-mail: it sends through an organisation's own account
// (SMTP) and fetches what came to it (IMAP), always with TLS, through a proxy
// such as Tor where one is set.
//
// What goes out waits in the outbox, put there in the transaction of the change
// that causes it, and is tried until the mail server has it. A mail that must not
// arrive twice is never sent again by itself when the line broke at the very
// moment of handing over: then a person decides. What comes in is deleted at the
// mail server only after the Desk holds it durably; the same bytes fetched again
// are the same mail. Nothing in a mail is trusted, opened or fetched from elsewhere.
//
// The mail server sees everything that goes this way. The package refuses pages
// and SQL; it knows nothing of threads, letters or members, only of mails.
package post

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Server is one mail server. TLS is spoken from the first byte, or after
// STARTTLS; without it nothing is said.
type Server struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	StartTLS bool   `json:"starttls,omitempty"`
}

// Account is the organisation's account at its mail server.
type Account struct {
	Address  string `json:"address"` // "help@example.org"
	Name     string `json:"name,omitempty"`
	SMTP     Server `json:"smtp"`
	IMAP     Server `json:"imap"`
	User     string `json:"user"`
	Password string `json:"password"`
	Proxy    string `json:"proxy,omitempty"`   // "socks5h://127.0.0.1:9050"; empty: directly
	Roots    string `json:"roots,omitempty"`   // PEM of the only roots to trust; empty: the machine's
	Channel  string `json:"channel,omitempty"` // of the inbox into which mail comes; empty: it stays at the server
	// PerHour is how many mails to supporters the server is given in any hour, as its
	// provider allows; 0: as many as it takes. The organisation's own account has no limit.
	PerHour int `json:"per_hour,omitempty"`
}

// Box says which account is meant. Many mails that look alike cost an account its good
// name with those who filter, and a provider may close it: those to supporters can have
// one of their own, so that letters and answers never depend on it.
type Box string

// The accounts, by the setting under which each lies.
const (
	Ours       Box = "post.account"
	Supporters Box = "post.account-supporters"
)

// fetched reports whether an account has a mailbox that is looked after.
func (a Account) fetched() bool { return a.IMAP.Host != "" && a.Channel != "" }

// Check tests an account's fields. That for supporters may be without a mailbox: then
// nobody hears of what comes back.
func (a Account) Check(b Box) error {
	var c fault.Check
	c.Field(a.PerHour >= 0 && a.PerHour <= 1_000_000, "per-hour", "Write a number, or nothing.")
	mailbox := b == Ours || a.IMAP.Host != ""
	c.Field(b == Ours || !mailbox || a.Channel != "", "channel", "Say where mail that comes goes: what supporters answer must not stay unread.")
	c.Field(IsAddress(a.Address), "address", "Write an e-mail address, such as help@example.org.")
	c.Field(a.SMTP.Host != "", "smtp-host", "Write the name of the server that sends.")
	c.Field(a.SMTP.Port > 0 && a.SMTP.Port < 1<<16, "smtp-port", "Write a number between 1 and 65535.")
	c.Field(!mailbox || a.IMAP.Host != "", "imap-host", "Write the name of the server that keeps the mailbox.")
	c.Field(!mailbox || a.IMAP.Port > 0 && a.IMAP.Port < 1<<16, "imap-port", "Write a number between 1 and 65535.")
	c.Field(a.User != "" && a.Password != "", "user", "Write the user name and the password.")
	c.Field(!strings.ContainsAny(a.Name+a.User+a.Password, "\r\n\x00"), "name", "This may not hold a line break.")
	if a.Proxy != "" {
		u, err := url.Parse(a.Proxy)
		c.Field(err == nil && (u.Scheme == "socks5h" || u.Scheme == "socks5") && u.Host != "", "proxy", "Write it as socks5h://127.0.0.1:9050.")
	}
	if a.Roots != "" {
		c.Field(x509.NewCertPool().AppendCertsFromPEM([]byte(a.Roots)), "roots", "This holds no certificate in PEM form.")
	}
	return c.Err()
}

// domain is the part of an address behind the at sign: all that a mail tells of
// the machine that wrote it.
func domain(address string) string {
	_, d, _ := strings.Cut(address, "@")
	return d
}

// IsAddress reports whether s is one bare address that can be written to.
func IsAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= 254 && !strings.ContainsAny(s, "\r\n<>\" ")
}

// State is where a mail of ours stands.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sending State = "sending" // begun; after a crash nobody knows
	Sent    State = "sent"    // the mail server has it
	Unsure  State = "unsure"  // the line broke at the handing over: a person decides
	Refused State = "refused" // the mail server will not take it
	Dropped State = "dropped" // a person decided not to send it again
	// Returned means that the mail server took it and the mailbox does not exist. Only
	// mails to supporters come to this: a person looks at all others.
	Returned State = "returned"
)

// Kind says what a mail is for.
type Kind string

// The kinds.
const (
	Reply     Kind = "reply"     // to somebody who wrote to us
	Letter    Kind = "letter"    // to a government; must not come twice
	Notice    Kind = "notice"    // to a member
	Supporter Kind = "supporter" // to somebody who signed a petition: goes when nothing else waits
)

// once reports whether a second copy is worse than a person's having to look.
func (k Kind) once() bool { return k == Letter }

// Out is one mail of ours on its way.
type Out struct {
	ID        string
	Kind      Kind
	Subject   string // what it belongs to: a thread, a letter, a member, a supporter
	MessageID string // without the brackets
	State     State
	Trouble   string // in which way it failed last; never words of a mail or an address
	Attempts  int
	At        time.Time // when it was asked for
	Due       time.Time
	Done      time.Time
	Sealed    []byte // the mail; nil when it is done
}

// Store is what the outbox needs of its transaction.
type Store interface {
	Setting(ctx context.Context, name string) ([]byte, error)
	PutSetting(ctx context.Context, name string, value []byte) error
	AddPost(ctx context.Context, o Out) (fresh bool, err error) // false: this subject's mail of an "once" kind stands already
	SavePost(ctx context.Context, o Out) error
	Post(ctx context.Context, id string) (Out, error)
	PostOf(ctx context.Context, subject string) ([]Out, error)      // oldest first, without the mail itself
	PostByMessage(ctx context.Context, ids []string) ([]Out, error) // by Message-ID
	// PostIn lists what is due by then, earliest first and at most 20: mails to supporters, or all others. A zero time means all.
	PostIn(ctx context.Context, s State, due time.Time, supporters bool) ([]Out, error)
	PostTally(ctx context.Context, handed, returned time.Time) (Tally, error)
	ledger.Appender
}

// Tally counts mails to supporters.
type Tally struct {
	Waiting  int
	Handed   int // handed over or refused since a time
	Returned int // came back, of those handed over since a time
}

// Office is the organisation's post room.
type Office struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil: directly, or through the account's proxy
}

// key is a secret of this Desk under which mails wait and addresses are named.
func key(ctx context.Context, s Store) ([32]byte, error) {
	var k [32]byte
	b, err := s.Setting(ctx, "post.key")
	if fault.KindOf(err) == fault.NotFound {
		rand.Read(k[:])
		return k, s.PutSetting(ctx, "post.key", k[:])
	}
	copy(k[:], b)
	return k, err
}

// named gives a name to something that must be recognised and not be read.
func named(k [32]byte, what, text string) string {
	m := hmac.New(sha256.New, k[:])
	m.Write([]byte(what + "\n" + text))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// Names gives the stable opaque names of a mail's bytes and of who wrote it. A
// mail without a sender's address is alone.
func (o *Office) Names(ctx context.Context, m Mail) (id, sender string, err error) {
	err = o.Within(ctx, func(s Store) error {
		k, err := key(ctx, s)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(m.Raw)
		id = named(k, "mail", string(sum[:]))
		sender = named(k, "sender", strings.ToLower(m.From))
		if m.From == "" {
			sender = named(k, "alone", id)
		}
		return nil
	})
	return id, sender, err
}

// messageID is a fresh one that tells nothing but the domain of our address.
func messageID(a Account) string {
	var b [20]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:]) + "@" + domain(a.Address)
}
