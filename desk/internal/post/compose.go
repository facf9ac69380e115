package post

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Draft is a mail before it is written.
type Draft struct {
	To        string        `json:"to"`
	Subject   string        `json:"subject"`
	Text      string        `json:"text"`
	InReplyTo string        `json:"in_reply_to,omitempty"` // a Message-ID without its brackets
	Files     []Attachment  `json:"files,omitempty"`
	Auto      bool          `json:"auto,omitempty"`  // written by a machine: nobody's holiday notice answers it
	Leave     string        `json:"leave,omitempty"` // address at which one press stops such mails (RFC 8058)
	After     time.Duration `json:"-"`               // how long it waits first
}

// Attachment is a file of a draft.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Body []byte `json:"body"`
}

// Write writes the mail: nothing in it tells the program, the machine or its time
// zone, and the time is cut to the minute. The same draft gives the same bytes.
func (d Draft) Write(from Account, messageID string, at time.Time) ([]byte, error) {
	if !IsAddress(d.To) || !IsAddress(from.Address) {
		return nil, errors.New("post: an address that cannot be written to")
	}
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	line("From", (&mail.Address{Name: from.Name, Address: from.Address}).String())
	line("To", "<"+d.To+">")
	line("Subject", mime.QEncoding.Encode("utf-8", strings.Join(strings.Fields(d.Subject), " ")))
	line("Date", at.UTC().Truncate(time.Minute).Format("Mon, 02 Jan 2006 15:04:05 -0000"))
	line("Message-ID", "<"+messageID+">")
	if plainID(d.InReplyTo) {
		line("In-Reply-To", "<"+d.InReplyTo+">")
		line("References", "<"+d.InReplyTo+">")
	}
	if d.Auto {
		line("Auto-Submitted", "auto-generated")
	}
	if plainAddress(d.Leave) {
		line("List-Unsubscribe", "<"+d.Leave+">")
		line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	line("MIME-Version", "1.0")
	if len(d.Files) == 0 {
		line("Content-Type", "text/plain; charset=utf-8")
		line("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		if err := quote(&b, d.Text); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	}
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("=_" + strings.NewReplacer("@", "", ".", "").Replace(messageID)[:32]); err != nil {
		return nil, err
	}
	line("Content-Type", "multipart/mixed; boundary=\""+w.Boundary()+"\"")
	b.WriteString("\r\n")
	if err := d.parts(w); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (d Draft) parts(w *multipart.Writer) error {
	p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"text/plain; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := quote(&text, d.Text); err != nil {
		return err
	}
	if _, err := p.Write(text.Bytes()); err != nil {
		return err
	}
	for _, f := range d.Files {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {f.Type}, "Content-Transfer-Encoding": {"base64"},
			"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})}})
		if err != nil {
			return err
		}
		for text := base64.StdEncoding.EncodeToString(f.Body); text != ""; {
			n := min(76, len(text))
			if _, err := p.Write([]byte(text[:n] + "\r\n")); err != nil {
				return err
			}
			text = text[n:]
		}
	}
	return w.Close()
}

func quote(b *bytes.Buffer, text string) error {
	q := quotedprintable.NewWriter(b)
	if _, err := q.Write([]byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"))); err != nil {
		return err
	}
	if err := q.Close(); err != nil {
		return err
	}
	b.WriteString("\r\n")
	return nil
}

// plainID reports whether a Message-ID of a stranger may stand in a header of ours.
func plainID(id string) bool {
	if id == "" || len(id) > 250 || !strings.Contains(id, "@") {
		return false
	}
	for _, r := range id {
		if r <= ' ' || r > '~' || r == '<' || r == '>' {
			return false
		}
	}
	return true
}

// plainAddress reports whether the address of a page may stand in a header.
func plainAddress(u string) bool {
	return (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")) && len(u) < 500 && !strings.ContainsFunc(u, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// close seals a draft while it waits: a look at the tables shows no address.
func (d Draft) close(k [32]byte, id string) ([]byte, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	a, err := aead(k)
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nil, plain, []byte(id)), nil
}

func openDraft(k [32]byte, id string, sealed []byte) (Draft, error) {
	var d Draft
	a, err := aead(k)
	if err != nil {
		return d, err
	}
	plain, err := a.Open(nil, nil, sealed, []byte(id))
	if err != nil {
		return d, errors.New("post: a mail in the outbox was altered")
	}
	return d, json.Unmarshal(plain, &d)
}

func aead(k [32]byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}
