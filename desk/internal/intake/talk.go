package intake

import (
	"context"
	"encoding/json"
	"strings"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Take is the moment at which a person reads a thread for the first time: the
// sender is told so, and the reader has it. Taking again changes nothing.
func (b *Inbox) Take(ctx context.Context, actor staff.Actor, id string) error {
	return b.change(ctx, actor, id, "thread.taken", func(s Store, t *Thread, sf safe.Safe) error {
		if !t.FirstRead.IsZero() {
			return nil
		}
		t.FirstRead, t.Reader = b.Clock.Now(), actor.ID
		if t.Assignee == "" {
			t.Assignee = actor.ID
		}
		return b.send(ctx, s, *t, sf, envelope.Message{Kind: envelope.ReadMark})
	})
}

// Open returns a thread and all that was said in it. The reading is in the ledger.
func (b *Inbox) Open(ctx context.Context, actor staff.Actor, id string) (Thread, []Opened, error) {
	var t Thread
	var out []Opened
	err := b.Within(ctx, func(s Store) error {
		out = nil
		sf, err := open(ctx, s, actor, id)
		if err != nil {
			return err
		}
		if t, err = s.Thread(ctx, id); err != nil {
			return err
		}
		messages, err := s.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			c, err := take(sf, m)
			if err != nil {
				return err
			}
			out = append(out, Opened{m, c})
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.read", Subject: id, Scope: id})
	})
	return t, out, err
}

// Glance returns a thread without what was said, for an actor who may open it.
func (b *Inbox) Glance(ctx context.Context, actor staff.Actor, id string) (Thread, error) {
	var t Thread
	err := b.Reading(ctx, func(s Store) error {
		if _, err := s.Grant(ctx, id, actor.ID); err != nil {
			return err
		}
		var err error
		t, err = s.Thread(ctx, id)
		return err
	})
	return t, err
}

func take(sf safe.Safe, m Message) (envelope.Message, error) {
	var c envelope.Message
	plain, err := sf.Take("thread.message/"+m.ID, m.Sealed)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c)
}

// Reply answers the sender. It is kept here and on its way when Reply returns.
// Meant says that what a case of the actor protects is told on purpose, to the
// person it is for: where to go, whom to meet.
func (b *Inbox) Reply(ctx context.Context, actor staff.Actor, id, text string, meant bool) error {
	var c fault.Check
	c.Field(!blank(text), "text", "Write the answer first.")
	c.Field(len(text) <= envelope.MaxText, "text", "The answer is too long. Send it in parts.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.change(ctx, actor, id, "thread.answered", func(s Store, t *Thread, sf safe.Safe) error {
		if t.Mailbox == "" {
			return fault.New(fault.Conflict, "This conversation came by phone: there is no mailbox to answer to. Write a note instead.")
		}
		if b.Gate == nil {
			return fault.New(fault.Conflict, "No answer can leave this Desk: the leak guard is not there.")
		}
		if err := b.Gate.PassReply(ctx, s, actor, id, text, meant); err != nil {
			return err
		}
		m := envelope.Message{Kind: envelope.Reply, Text: text, Lang: t.Lang, From: "team"}
		if err := b.send(ctx, s, *t, sf, m); err != nil {
			return err
		}
		t.LastOut = b.Clock.Now()
		if t.FirstRead.IsZero() {
			t.FirstRead, t.Reader = t.LastOut, actor.ID
		}
		return add(ctx, s, sf, Message{Thread: id, Direction: Out, Author: actor.ID, At: t.LastOut}, m)
	})
}

// send seals a message to the sender's mailbox and hands it to the courier.
func (b *Inbox) send(ctx context.Context, s Store, t Thread, sf safe.Safe, m envelope.Message) error {
	if t.Mailbox == "" {
		return nil
	}
	to, err := address(ctx, s, sf, t.ID)
	if err != nil {
		return err
	}
	now := b.Clock.Now()
	m.Channel, m.Day = t.Channel, clock.DayOf(now)
	p, err := m.Encode()
	if err != nil {
		return err
	}
	sealed, err := b.Crypto.Seal(to.Recipient, p)
	if err != nil {
		return err
	}
	r := Reply{ID: envelope.NewID(), Mailbox: t.Mailbox, Sealed: sealed, Expires: clock.DayOf(now.Add(replyKept))}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return s.Enqueue(ctx, jobs.Job{Kind: JobReply, Subject: r.ID, Body: body})
}

// address finds where replies go: in the sender's own first message.
func address(ctx context.Context, s Threads, sf safe.Safe, thread string) (*envelope.Mailbox, error) {
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
		if c.Mailbox != nil {
			return c.Mailbox, nil
		}
	}
	return nil, fault.New(fault.Conflict, "The sender left no mailbox to answer to.")
}

// Note writes a note that only colleagues see.
func (b *Inbox) Note(ctx context.Context, actor staff.Actor, id, text string) error {
	var c fault.Check
	c.Field(!blank(text), "note", "Write the note first.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.change(ctx, actor, id, "thread.noted", func(s Store, t *Thread, sf safe.Safe) error {
		return add(ctx, s, sf, Message{Thread: id, Direction: Note, Author: actor.ID, At: b.Clock.Now()}, envelope.Message{Text: text})
	})
}

// Call is what an operator writes down while somebody is on the phone.
type Call struct {
	Channel string
	Lang    string
	Urgency Urgency
	Words   string // the caller's, as near as possible
	HungUp  bool   // the caller was cut off or hung up
}

// LogCall makes a thread of a phone call. An empty call that broke off is kept too.
func (b *Inbox) LogCall(ctx context.Context, actor staff.Actor, call Call) (string, error) {
	if err := actor.Must(staff.Intake); err != nil {
		return "", err
	}
	var c fault.Check
	c.Field(!blank(call.Words) || call.HungUp, "words", "Write what the caller said, or mark that the call broke off.")
	c.Field(call.Urgency.rank() >= 0, "urgency", "Choose one of the answers.")
	if err := c.Err(); err != nil {
		return "", err
	}
	now := b.Clock.Now()
	t := Thread{ID: ids.New("thread"), Channel: call.Channel, Lang: call.Lang, Via: envelope.Phone, Urgency: call.Urgency,
		Arrived: now, FirstRead: now, Reader: actor.ID, Assignee: actor.ID, LastIn: now}
	err := b.Within(ctx, func(s Store) error {
		sf, err := b.begin(ctx, s, actor, t.ID)
		if err != nil {
			return err
		}
		if err := s.PutThread(ctx, t); err != nil {
			return err
		}
		m := envelope.Message{Kind: envelope.Report, Channel: call.Channel, Lang: call.Lang, Via: envelope.Phone, Text: strings.TrimSpace(call.Words)}
		if call.HungUp {
			m.Answers = []envelope.Answer{{Question: "call", Values: []string{"broke-off"}}}
		}
		if err := add(ctx, s, sf, Message{Thread: t.ID, Direction: Phone, Author: actor.ID, At: now}, m); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.phoned", Subject: t.ID, Scope: t.ID})
	})
	return t.ID, err
}

// Close marks a thread as finished; a later message opens it again.
func (b *Inbox) Close(ctx context.Context, actor staff.Actor, id string) error {
	return b.change(ctx, actor, id, "thread.closed", func(_ Store, t *Thread, _ safe.Safe) error {
		t.ClosedAt = b.Clock.Now()
		return nil
	})
}

// Erase destroys a conversation, by the sender's wish or when it may no longer
// be kept: words, keys and what the ledger says of it, and the mailbox at the
// Front. What was handed to the record or to a case stays there, under its own
// consent. It returns the uploads whose files the caller removes.
func (b *Inbox) Erase(ctx context.Context, actor staff.Actor, id string) (uploads []string, err error) {
	if err := actor.Must(staff.Intake, staff.Caseworker); err != nil {
		return nil, err
	}
	err = b.Within(ctx, func(s Store) error {
		uploads = nil
		sf, err := open(ctx, s, actor, id)
		if err != nil {
			return err
		}
		t, err := s.Thread(ctx, id)
		if err != nil {
			return err
		}
		messages, err := s.Messages(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range messages {
			c, err := take(sf, m)
			if err != nil {
				return err
			}
			for _, f := range c.Files {
				uploads = append(uploads, f.Upload)
			}
		}
		if t.Mailbox != "" {
			body, err := json.Marshal(t.Mailbox)
			if err != nil {
				return err
			}
			if err := s.Enqueue(ctx, jobs.Job{Kind: JobErase, Body: body}); err != nil {
				return err
			}
		}
		if err := s.EraseThread(ctx, id); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.erased"})
	})
	return uploads, err
}

// Share lets one more member open a thread, such as the caseworker who takes it over.
func (b *Inbox) Share(ctx context.Context, actor staff.Actor, id, member string) error {
	return b.change(ctx, actor, id, "thread.shared", func(s Store, t *Thread, sf safe.Safe) error {
		m, err := s.Member(ctx, member)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.New(fault.Conflict, "This member has left.")
		}
		g, err := sf.Share(m)
		if err != nil {
			return err
		}
		return s.PutGrant(ctx, g)
	})
}

// Link notes the case that was opened from a thread.
func (b *Inbox) Link(ctx context.Context, actor staff.Actor, id, caseID string) error {
	return b.change(ctx, actor, id, "thread.linked", func(_ Store, t *Thread, _ safe.Safe) error {
		if t.Case != "" && t.Case != caseID {
			return fault.New(fault.Conflict, "A case was opened from this conversation already.")
		}
		t.Case = caseID
		return nil
	})
}

// change loads a thread that the actor can open, changes and saves it, with its ledger entry.
func (b *Inbox) change(ctx context.Context, actor staff.Actor, id, action string, f func(Store, *Thread, safe.Safe) error) error {
	return b.Within(ctx, func(s Store) error {
		sf, err := open(ctx, s, actor, id)
		if err != nil {
			return err
		}
		t, err := s.Thread(ctx, id)
		if err != nil {
			return err
		}
		if err := f(s, &t, sf); err != nil {
			return err
		}
		if err := s.PutThread(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: id, Scope: id})
	})
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
