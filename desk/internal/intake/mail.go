package intake

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// What a mail says of itself, as questions of no questionnaire.
const (
	QuestionMailFrom    = "mail-from"    // Words: the address; nobody has proved it
	QuestionMailSubject = "mail-subject" // Words
	QuestionMailID      = "mail-id"      // Words: its Message-ID
	QuestionMail        = "mail"         // Values: html, cut, trouble, auto, bounce, other-address
)

// mailPrefix begins the mailbox of a conversation by e-mail. No mailbox of the
// Front has it: those are 32 hex digits.
const mailPrefix = "mail-"

// IsMail reports whether the conversation is held by e-mail, which others may read on the way.
func (t Thread) IsMail() bool { return strings.HasPrefix(t.Mailbox, mailPrefix) }

// Mailed is a mail that came, ready to be sealed.
type Mailed struct {
	ID      string // stable: the same mail fetched again has the same
	Sender  string // stable opaque name of the address
	Channel string
	Content envelope.Message // kind, channel, mailbox and via are set here
	Uploads []Upload         // sealed parts of its files, durable already
	Thread  string           // the conversation that it answers by reference; empty: by its sender
}

// MailReply is an answer on its way by e-mail.
type MailReply struct {
	Thread, To, Subject, Text, InReplyTo string
}

// Mailer puts an answer into the outbox, in the transaction of the answering.
type Mailer interface {
	MailReply(ctx context.Context, tx Store, r MailReply) error
}

// MailKnown reports whether a mail is held already, so that its files are not kept twice.
func (b *Inbox) MailKnown(ctx context.Context, id string) (known bool, err error) {
	err = b.Reading(ctx, func(s Store) (err error) {
		known, err = s.ArrivalKnown(ctx, id)
		return err
	})
	return known, err
}

// ReceiveMail seals a mail to the newest key of its channel, as the Front's page
// would have, and keeps it durably: who is on duty opens it like any arrival.
func (b *Inbox) ReceiveMail(ctx context.Context, m Mailed) error {
	c := m.Content
	c.Kind, c.Channel, c.Via, c.Mailbox, c.Second = envelope.Report, m.Channel, envelope.Email, nil, nil
	plain, err := c.Encode()
	if err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		keys, err := s.IntakeKeys(ctx, m.Channel)
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			return fault.New(fault.Conflict, "This channel has no key to which a mail could be sealed.")
		}
		sealed, err := b.Crypto.Seal(keys[0].Recipient, plain)
		if err != nil {
			return err
		}
		a := Arrival{ID: m.ID, Channel: m.Channel, Mailbox: mailPrefix + m.Sender, SignKey: []byte{}, Sealed: sealed, Uploads: m.Uploads, At: b.Clock.Now()}
		a.Day, a.Since = clock.DayOf(a.At), a.At
		if t, err := s.Thread(ctx, m.Thread); err == nil && t.IsMail() {
			a.Mailbox = t.Mailbox
		} else if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		fresh, err := s.PutArrival(ctx, a)
		if err != nil || !fresh {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "arrival.received", Subject: a.ID})
	})
}

// fromFront keeps a Front from passing something off as a mail.
func fromFront(a Arrival) Arrival {
	if strings.HasPrefix(a.Mailbox, mailPrefix) {
		a.Mailbox = "front-" + a.Mailbox
	}
	return a
}

// isMail reports whether an arrival is a mail that ReceiveMail sealed.
func isMail(a Arrival) bool { return strings.HasPrefix(a.Mailbox, mailPrefix) }

// mail answers by e-mail: to the address from which the conversation began, so
// that a forged later mail cannot lead an answer elsewhere. That somebody has read
// it is not told by mail.
func (b *Inbox) mail(ctx context.Context, s Store, t Thread, sf safe.Safe, m envelope.Message) error {
	if m.Kind != envelope.Reply {
		return nil
	}
	if b.Mail == nil {
		return fault.New(fault.Conflict, "No e-mail can leave: the security officer has set no account.")
	}
	r := MailReply{Thread: t.ID, Subject: mailSubject[lang(t.Lang)], Text: m.Text}
	messages, err := s.Messages(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, x := range messages {
		if x.Direction != In {
			continue
		}
		c, err := take(sf, x)
		if err != nil {
			return err
		}
		if r.To == "" {
			r.To = words(c, QuestionMailFrom)
		}
		if strings.EqualFold(words(c, QuestionMailFrom), r.To) {
			r.InReplyTo = words(c, QuestionMailID)
		}
	}
	if r.To == "" {
		return fault.New(fault.Conflict, "This mail has no sender's address to answer to.")
	}
	return b.Mail.MailReply(ctx, s, r)
}

// mailSubject says nothing, and is the same for everybody.
var mailSubject = map[string]string{"en": "Your message", "ru": "Ваше сообщение"}

func lang(tag string) string {
	if tag == "ru" {
		return "ru"
	}
	return "en"
}

func words(m envelope.Message, question string) string {
	i := slices.IndexFunc(m.Answers, func(a envelope.Answer) bool { return a.Question == question })
	if i < 0 {
		return ""
	}
	return m.Answers[i].Words
}

// invited is the text of an answer with the address of the page, where it was asked for.
func (b *Inbox) invited(t Thread, a Answer) string {
	if !a.Invite || !t.IsMail() || b.Page == nil {
		return a.Text
	}
	address := b.Page(lang(t.Lang))
	if address == "" {
		return a.Text
	}
	return a.Text + "\n\n" + map[string]string{"en": "You can also write here: ", "ru": "Написать можно и здесь: "}[lang(t.Lang)] + address
}
