package intake

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// Second is the mailbox of a conversation's second code. Whoever forces a sender
// to open their mailbox is given that code: it shows harmless answers, looks the
// same to the Front, and tells us. docs/formats/second-code.md.
type Second struct {
	Thread  string
	Mailbox string // hex id
	SignKey []byte
	Shown   bool // the harmless answer was sent
}

// Look is a signed reading of a mailbox, as the Front handed it over.
type Look struct {
	Mailbox   string
	Day       clock.Day
	Nonce     string
	Signature []byte
}

// Seconds keeps the mailboxes of second codes.
type Seconds interface {
	PutSecond(ctx context.Context, s Second) error
	SecondOf(ctx context.Context, thread string) (Second, error)
	SecondBox(ctx context.Context, mailbox string) (Second, error)
	SecondShown(ctx context.Context, thread string) error
}

// Looked takes signed readings. One of a second code's mailbox raises an alarm;
// all others are forgotten here and now, and leave no trace: whether a sender
// has read our answer is nobody's business. It opens no safe, so it needs nobody
// who is signed in. It is durable when Looked returns.
func (b *Inbox) Looked(ctx context.Context, looks []Look) error {
	return b.Within(ctx, func(s Store) error {
		for _, l := range looks {
			second, err := s.SecondBox(ctx, l.Mailbox)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if !b.Crypto.Looked(second.SignKey, l) {
				continue // nobody but the holder of the code can sign one
			}
			if err := b.alarm(ctx, s, second.Thread, Watched, "look/"+l.Mailbox+"/"+l.Nonce, l.Day); err != nil {
				return err
			}
		}
		return nil
	})
}

// cameFor reports whether the mailbox inside a message is the one that its
// envelope names: of a first message, one of its two.
func cameFor(msg envelope.Message, a Arrival) bool {
	if msg.Mailbox.ID == a.Mailbox {
		return slices.Equal(msg.Mailbox.SignKey, a.SignKey)
	}
	second := msg.Second
	return msg.Kind == envelope.Report && second != nil && second.ID == a.Mailbox && slices.Equal(second.SignKey, a.SignKey)
}

// register notes the second mailbox that a first message names. One that is not
// well formed, or belongs to somebody else, is passed over: the message counts.
func register(ctx context.Context, s Store, t Thread, msg envelope.Message) error {
	x := msg.Second
	if x == nil || !envelope.ValidID(x.ID) || len(x.Seed) != 32 || len(x.SignKey) != 32 || x.ID == t.Mailbox {
		return nil
	}
	if _, err := s.ThreadOfMailbox(ctx, x.ID); fault.KindOf(err) != fault.NotFound {
		return err
	}
	if _, err := s.SecondOf(ctx, t.ID); fault.KindOf(err) != fault.NotFound {
		return err
	}
	err := s.PutSecond(ctx, Second{Thread: t.ID, Mailbox: x.ID, SignKey: x.SignKey})
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// fileForced puts what was written with the second code into its thread, marked.
func (b *Inbox) fileForced(ctx context.Context, s Store, actor staff.Actor, a Arrival, msg envelope.Message, second Second) error {
	if subtle.ConstantTimeCompare(second.SignKey, a.SignKey) != 1 {
		return s.ArrivalTrouble(ctx, a.ID, "It claims to continue a conversation but was not signed by the same sender.")
	}
	sf, err := open(ctx, s, actor, second.Thread)
	if fault.KindOf(err) == fault.NotFound {
		return errNotMine
	} else if err != nil {
		return err
	}
	t, err := s.Thread(ctx, second.Thread)
	if err != nil {
		return err
	}
	t.Files += len(msg.Files)
	if err := s.PutThread(ctx, t); err != nil {
		return err
	}
	if err := add(ctx, s, sf, Message{Thread: t.ID, Direction: Forced, At: a.At}, msg); err != nil {
		return err
	}
	if err := list(ctx, s, t.ID, msg); err != nil {
		return err
	}
	if err := b.alarm(ctx, s, t.ID, Written, a.ID, a.Day); err != nil {
		return err
	}
	if err := s.ArrivalOpened(ctx, a.ID); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "arrival.opened", Subject: t.ID, Scope: t.ID, Detail: struct {
		Arrival string `json:"arrival"`
	}{a.ID}})
}

// part is one message on its way to one mailbox.
type part struct {
	mailbox, recipient string
	message            envelope.Message
}

// mirrored adds to an answer one of the same size for the second mailbox, so that
// the Front sees both mailboxes of every conversation get the same: first the
// mark that somebody has read, then a harmless answer, then messages that are
// never shown. No answer of ours ever goes there.
func (b *Inbox) mirrored(ctx context.Context, s Store, t Thread, sf safe.Safe, parts []part) ([]part, error) {
	second, err := s.SecondOf(ctx, t.ID)
	if fault.KindOf(err) == fault.NotFound {
		return parts, nil
	}
	if err != nil {
		return nil, err
	}
	seed, err := seedOf(ctx, s, sf, t.ID, second.Mailbox)
	if err != nil {
		return nil, err
	}
	if seed == nil {
		return parts, nil
	}
	defer clear(seed)
	recipient, err := b.Crypto.Generate(seed)
	if err != nil {
		return nil, err
	}
	m := envelope.Message{Kind: envelope.Cover, Channel: t.Channel, Lang: t.Lang, Day: parts[0].message.Day}
	switch {
	case parts[0].message.Kind == envelope.ReadMark:
		m.Kind = envelope.ReadMark
	case !second.Shown:
		card, _, err := openCard(ctx, s, sf, t.ID)
		if err != nil {
			return nil, err
		}
		m.Kind, m.From, m.Text = envelope.Reply, "team", card.harmless(t.Lang)
		if err := s.SecondShown(ctx, t.ID); err != nil {
			return nil, err
		}
	}
	return append(parts, part{second.Mailbox, recipient, m}), nil
}

// seedOf finds the seed of the second mailbox in the sender's first message.
func seedOf(ctx context.Context, s Threads, sf safe.Safe, thread, mailbox string) ([]byte, error) {
	messages, err := s.Messages(ctx, thread)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		if m.Direction != In {
			continue
		}
		c, err := take(sf, m)
		if err != nil {
			return nil, err
		}
		if c.Second != nil && c.Second.ID == mailbox {
			return c.Second.Seed, nil
		}
	}
	return nil, nil
}

// sealAlike seals every part in one size class and in the order of the mailboxes,
// which says nothing.
func (b *Inbox) sealAlike(parts []part, expires clock.Day) ([]Reply, error) {
	class := 0
	for _, p := range parts {
		plain, err := p.message.Encode()
		if err != nil {
			return nil, err
		}
		class = max(class, len(plain))
	}
	var out []Reply
	for _, p := range parts {
		plain, err := p.message.EncodeAs(class)
		if err != nil {
			return nil, err
		}
		sealed, err := b.Crypto.Seal(p.recipient, plain)
		if err != nil {
			return nil, err
		}
		out = append(out, Reply{ID: envelope.NewID(), Mailbox: p.mailbox, Sealed: sealed, Expires: expires})
	}
	slices.SortFunc(out, func(x, y Reply) int { return strings.Compare(x.Mailbox, y.Mailbox) })
	return out, nil
}

// mailboxes are all mailboxes of a thread, in an order that says nothing.
func mailboxes(ctx context.Context, s Seconds, t Thread) ([]string, error) {
	all := []string{t.Mailbox}
	second, err := s.SecondOf(ctx, t.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return all, nil
	case err != nil:
		return nil, err
	}
	all = append(all, second.Mailbox)
	slices.Sort(all)
	return all, nil
}
