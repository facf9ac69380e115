package intake

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

func take(sf safe.Safe, m Message) (envelope.Message, error) {
	var c envelope.Message
	plain, err := sf.Take("thread.message/"+m.ID, m.Sealed)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c)
}

// Note writes a note that only colleagues see. Its message's id comes with the form,
// so that a form that is sent twice is one note; it may be empty.
func (b *Inbox) Note(ctx context.Context, actor staff.Actor, id, message, text string) error {
	var c fault.Check
	c.Field(!blank(text), "note", "Write the note first.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.change(ctx, actor, id, "thread.noted", func(s Store, t *Thread, sf safe.Safe) error {
		fresh, done, err := once(ctx, s, sf, id, message, envelope.Message{Text: text})
		if err != nil || done {
			return err
		}
		return put(ctx, s, sf, Message{ID: fresh, Thread: id, Direction: Note, Author: actor.ID, At: b.Clock.Now()}, envelope.Message{Text: text})
	})
}

// Close marks a thread as finished; a later message opens it again.
func (b *Inbox) Close(ctx context.Context, actor staff.Actor, id string) error {
	return b.change(ctx, actor, id, "thread.closed", func(_ Store, t *Thread, _ safe.Safe) error {
		t.ClosedAt = b.Clock.Now()
		return nil
	})
}

// Share lets one more member open a thread, such as the caseworker who takes it over.
func (b *Inbox) Share(ctx context.Context, actor staff.Actor, id, member string) error {
	return b.Within(ctx, func(s Store) error { return b.ShareIn(ctx, s, actor, id, member) })
}

// ShareIn is Share in a transaction that has begun. Whoever gets a conversation
// gets what the same person said under other codes.
func (b *Inbox) ShareIn(ctx context.Context, s Store, actor staff.Actor, id, member string) error {
	m, err := s.Member(ctx, member)
	if err != nil {
		return err
	}
	if !m.Active {
		return fault.New(fault.Conflict, "This member has left.")
	}
	family, err := familyOf(ctx, s, actor, id)
	if err != nil {
		return err
	}
	for _, t := range family {
		if err := b.changeIn(ctx, s, actor, t.ID, "thread.shared", func(_ *Thread, sf safe.Safe) error {
			g, err := sf.Share(m)
			if err != nil {
				return err
			}
			return s.PutGrant(ctx, g)
		}); err != nil {
			return err
		}
	}
	return nil
}

// Link notes the case that was opened from a thread.
func (b *Inbox) Link(ctx context.Context, actor staff.Actor, id, caseID string) error {
	return b.Within(ctx, func(s Store) error { return b.LinkIn(ctx, s, actor, id, caseID) })
}

// LinkIn is Link in a transaction that has begun. The case hears of the alarms that
// were raised before it was opened.
func (b *Inbox) LinkIn(ctx context.Context, s Store, actor staff.Actor, id, caseID string) error {
	var family []Thread
	if err := b.changeIn(ctx, s, actor, id, "thread.linked", func(t *Thread, _ safe.Safe) (err error) {
		if t.Case != "" && t.Case != caseID {
			return fault.New(fault.Conflict, "A case was opened from this conversation already.")
		}
		if family, err = kin(ctx, s, *t); caseOf(family) != "" {
			family = nil // the case has heard of it
		}
		t.Case = caseID
		return err
	}); err != nil {
		return err
	}
	return b.passOn(ctx, s, actor.ID, caseID, family)
}

// change loads a thread that the actor can open, changes and saves it, with its ledger entry.
func (b *Inbox) change(ctx context.Context, actor staff.Actor, id, action string, f func(Store, *Thread, safe.Safe) error) error {
	return b.Within(ctx, func(s Store) error {
		return b.changeIn(ctx, s, actor, id, action, func(t *Thread, sf safe.Safe) error { return f(s, t, sf) })
	})
}

// changeIn is change in a transaction that has begun.
func (b *Inbox) changeIn(ctx context.Context, s Store, actor staff.Actor, id, action string, f func(*Thread, safe.Safe) error) error {
	sf, err := open(ctx, s, actor, id)
	if err != nil {
		return err
	}
	t, err := s.Thread(ctx, id)
	if err != nil {
		return err
	}
	if err := f(&t, sf); err != nil {
		return err
	}
	if err := s.PutThread(ctx, t); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: id, Scope: id})
}

// File returns the manifest of a file that came with a message. The reading is in the ledger.
func (b *Inbox) File(ctx context.Context, actor staff.Actor, id, message string, index int) (envelope.File, error) {
	var f envelope.File
	err := b.Within(ctx, func(s Store) error {
		sf, err := open(ctx, s, actor, id)
		if err != nil {
			return err
		}
		messages, err := s.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.ID != message {
				continue
			}
			c, err := take(sf, m)
			if err != nil {
				return err
			}
			if index < 0 || index >= len(c.Files) {
				break
			}
			f = c.Files[index]
			return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.file-read", Subject: id, Scope: id})
		}
		return fault.Missing()
	})
	return f, err
}

// Testify hands the words of one message to the record, when the sender agreed.
// Conversation, mailbox and files stay here. It returns the record's item.
func (b *Inbox) Testify(ctx context.Context, actor staff.Actor, id, message string) (item string, err error) {
	if b.Record == nil {
		return "", fault.New(fault.Conflict, "This Desk has no record to hand it to.")
	}
	err = b.change(ctx, actor, id, "thread.testified", func(s Store, t *Thread, sf safe.Safe) error {
		messages, err := s.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.ID != message || m.Direction != In && m.Direction != Phone {
				continue
			}
			c, err := take(sf, m)
			if err != nil {
				return err
			}
			item, err = b.Record.Testify(ctx, s, actor, Testimony{Source: sf.Token("source"), Words: c.Text, Language: c.Lang, Day: clock.DayOf(m.At)})
			return err
		}
		return fault.Missing()
	})
	return item, err
}
