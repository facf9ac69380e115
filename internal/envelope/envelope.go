// Package envelope is the format of what travels sealed: the message inside, its
// padding to a size class, and the encrypted chunks of attached files.
//
// It parses, writes and checks. It closes no envelope (package seal does) and
// opens none (package mailbox for the sender, the Desk's own room for the
// organisation). Chunks are the exception that is none: their key travels inside
// the envelope. It imports only the standard library and package clock. The
// format is described in docs/formats/envelope.md.
package envelope

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"waylight/internal/clock"
)

// Version is the version of the message format that this package writes and reads.
const Version = 1

// Limits of one message. They bound memory; they are far above what people write.
const (
	MaxText    = 512 << 10 // bytes of Text, and of all answers' own words together
	MaxFiles   = 64
	MaxAnswers = 512
	MaxEncoded = 2 << 20 // bytes of the JSON form
)

// The errors of Encode and Decode. Decode's mean: this is not a message of ours,
// or of a newer version; keep the bytes, a person must look.
var (
	ErrTooLarge = errors.New("envelope: message too large")
	ErrText     = errors.New("envelope: text is not UTF-8")
	ErrVersion  = errors.New("envelope: unknown version")
	ErrKind     = errors.New("envelope: unknown kind of message")
	ErrPadding  = errors.New("envelope: wrong padding")
	ErrJSON     = errors.New("envelope: not a message")
	ErrFile     = errors.New("envelope: wrong file manifest")
)

// Sealed is an age file with exactly one hybrid recipient: safe to store and send.
type Sealed []byte

// Plaintext is an encoded and padded message. It does not print.
type Plaintext []byte

// Format keeps plaintext out of logs.
func (Plaintext) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(plaintext)") }

// Kind says what a message is.
type Kind string

// The kinds of message.
const (
	Report   Kind = "report"    // the first message of a sender
	FollowUp Kind = "follow-up" // a later one, under the same code
	Reply    Kind = "reply"     // from the organisation to the sender
	ReadMark Kind = "read-mark" // from the organisation: a person has read this
	Erased   Kind = "erased"    // the sender has erased the conversation from the Front
	Cover    Kind = "cover"     // from the organisation: says nothing and is never shown (docs/formats/second-code.md)
)

// Via says by which road a message came, because the roads protect differently.
type Via string

// The roads.
const (
	PageScript Via = "page-script" // sealed in the sender's own browser
	PageForm   Via = "page-form"   // sealed by the Front, without JavaScript
	Command    Via = "command"     // sealed by the command-line tool
	Phone      Via = "phone"       // written down by an operator
	Email      Via = "email"       // came by e-mail and was sealed by the Desk
)

// Message is the content of an envelope. Text and answers are the sender's own
// words and are never changed on the way.
type Message struct {
	Version int       `json:"v"`
	Kind    Kind      `json:"kind"`
	Channel string    `json:"channel"`
	Lang    string    `json:"lang,omitempty"` // BCP 47
	Via     Via       `json:"via,omitempty"`
	Text    string    `json:"text,omitempty"`
	Answers []Answer  `json:"answers,omitempty"`
	Form    *Form     `json:"form,omitempty"`    // the questionnaire that Answers belong to
	Mailbox *Mailbox  `json:"mailbox,omitempty"` // where a reply goes
	Second  *Second   `json:"second,omitempty"`  // the mailbox of the second code, in a report
	Files   []File    `json:"files,omitempty"`
	From    string    `json:"from,omitempty"` // display role of a reply's author, such as "team"
	Day     clock.Day `json:"day,omitempty"`  // the writer's day, as far as known
	Fill    string    `json:"fill,omitempty"` // says nothing: brings a message to a larger size class
}

// Answer is the answer to one question.
type Answer struct {
	Question string   `json:"q"`
	Values   []string `json:"values,omitempty"` // codes of chosen options, or typed short values
	Words    string   `json:"words,omitempty"`  // the sender's own words
	Skipped  bool     `json:"skipped,omitempty"`
	Later    bool     `json:"later,omitempty"` // "ask me later"
}

// Form names the questionnaire that was shown.
type Form struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// Mailbox is the sender's address: derived from the code, see package mailbox.
type Mailbox struct {
	ID        string `json:"id"`        // 32 lower-case hex digits
	Recipient string `json:"recipient"` // age1pq1…
	SignKey   []byte `json:"sign_key"`  // Ed25519 public key, 32 bytes
}

// Second is the mailbox of the second code, which shows harmless answers. The
// Desk writes them and holds the seed that opens them: nothing else is in there.
type Second struct {
	ID      string `json:"id"`       // 32 lower-case hex digits
	Seed    []byte `json:"seed"`     // 32 bytes, of the mailbox's age identity
	SignKey []byte `json:"sign_key"` // Ed25519 public key, 32 bytes
}

// Format keeps a second mailbox out of logs.
func (Second) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(second mailbox)") }

// Format keeps a message out of logs.
func (Message) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(message)") }

// Encode checks m, writes it as JSON and pads it to its size class. A zero
// Version is written as the current one.
func (m Message) Encode() (Plaintext, error) {
	if m.Version == 0 {
		m.Version = Version
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(make([]byte, prefix))
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, ErrJSON // the cause could quote the message
	}
	b.Truncate(b.Len() - 1) // Encoder's newline
	n := b.Len()
	if n-prefix > MaxEncoded {
		return nil, ErrTooLarge
	}
	p := make([]byte, SizeClass(n))
	copy(p, b.Bytes())
	binary.BigEndian.PutUint32(p, uint32(n-prefix))
	return p, nil
}

// Decode reads a padded message. It ignores fields that it does not know and
// refuses versions and kinds that it does not know. The limits of Encode do not
// bind it, and a wrong file manifest is found by File.OpenChunk: neither may
// keep a sender's words from being read.
func Decode(p Plaintext) (Message, error) {
	body, err := unpad(p)
	if err != nil {
		return Message{}, err
	}
	var v struct {
		Version int `json:"v"`
	}
	if !utf8.Valid(body) || json.Unmarshal(body, &v) != nil {
		return Message{}, ErrJSON
	}
	if v.Version != Version {
		return Message{}, ErrVersion
	}
	var m Message
	if json.Unmarshal(body, &m) != nil {
		return Message{}, ErrJSON
	}
	if !m.Kind.known() {
		return Message{}, ErrKind
	}
	return m, nil
}

func (k Kind) known() bool {
	switch k {
	case Report, FollowUp, Reply, ReadMark, Erased, Cover:
		return true
	}
	return false
}

func (m *Message) check() error {
	if m.Version != Version {
		return ErrVersion
	}
	if !m.Kind.known() {
		return ErrKind
	}
	if len(m.Files) > MaxFiles || len(m.Answers) > MaxAnswers || len(m.Text) > MaxText {
		return ErrTooLarge
	}
	if !utf8.ValidString(m.Text) {
		return ErrText
	}
	words := 0
	for _, a := range m.Answers {
		words += len(a.Words)
		for _, v := range a.Values {
			words += len(v)
			if !utf8.ValidString(v) {
				return ErrText
			}
		}
		if !utf8.ValidString(a.Words) {
			return ErrText
		}
	}
	if words > MaxText {
		return ErrTooLarge
	}
	for _, f := range m.Files {
		if err := errors.Join(f.check(), f.marks()); err != nil {
			return err
		}
	}
	return nil
}

// Key is the random key of one attached file. It does not print.
type Key [32]byte

// Format keeps the key out of logs.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(key)") }

// MarshalText writes the key in standard Base64.
func (k Key) MarshalText() ([]byte, error) { return encode32(k), nil }

// UnmarshalText is the inverse of MarshalText.
func (k *Key) UnmarshalText(b []byte) error { return decode32((*[32]byte)(k), b) }

// Hash is the SHA-256 of one sealed chunk.
type Hash [32]byte

// MarshalText writes the hash in standard Base64.
func (h Hash) MarshalText() ([]byte, error) { return encode32(h), nil }

// UnmarshalText is the inverse of MarshalText.
func (h *Hash) UnmarshalText(b []byte) error { return decode32((*[32]byte)(h), b) }

func encode32(b [32]byte) []byte {
	return base64.StdEncoding.AppendEncode(nil, b[:])
}

func decode32(dst *[32]byte, b []byte) error {
	raw, err := base64.StdEncoding.Strict().DecodeString(string(b))
	if err != nil || len(raw) != len(dst) {
		return ErrFile
	}
	copy(dst[:], raw)
	return nil
}
