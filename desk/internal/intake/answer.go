package intake

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Answer is what somebody wants to say to a sender.
type Answer struct {
	// Once is the id of the message it will be, made with the form: a form that is sent
	// twice is one answer. It may be empty.
	Once string `json:"-"`
	Text string `json:"text"`
	// Ours is the same in the team's own language, for colleagues; it never leaves.
	Ours     string `json:"ours,omitempty"`
	OursLang string `json:"ours_lang,omitempty"`
	// Meant says that what a case of the actor protects is told on purpose, to
	// the person it is for: where to go, whom to meet.
	Meant bool `json:"meant,omitempty"`
	// To are the threads whose mailboxes get it, when a person has several; empty: the one that wrote last.
	To []string `json:"to,omitempty"`
	// Invite says that the address of the page is put under an answer by e-mail.
	Invite bool `json:"invite,omitempty"`
	// Saw is the number of messages that the author had before them; 0: not checked.
	Saw int `json:"saw,omitempty"`
}

func (a Answer) check() error {
	var c fault.Check
	c.Field(!blank(a.Text), "text", "Write the answer first.")
	c.Field(len(a.Text) <= envelope.MaxText && len(a.Ours) <= envelope.MaxText, "text", "The answer is too long. Send it in parts.")
	return c.Err()
}

// Reply answers the sender; see Send.
func (b *Inbox) Reply(ctx context.Context, actor staff.Actor, id, text string, meant bool) error {
	return b.Send(ctx, actor, id, Answer{Text: text, Meant: meant})
}

// Send answers the sender. The answer is kept here and on its way when Send
// returns. It is refused when somebody wrote since the author looked, so that two
// people never answer at once, and where a second person must agree first.
func (b *Inbox) Send(ctx context.Context, actor staff.Actor, id string, a Answer) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		family, err := familyOf(ctx, s, actor, id)
		if err != nil {
			return err
		}
		a := a // the transaction may run again
		var done bool
		if a.Once, done, err = b.sent(ctx, s, actor, family, a); err != nil || done {
			return err
		}
		needed, err := needsSecond(ctx, s, id)
		if err != nil {
			return err
		}
		if needed {
			return fault.New(fault.Conflict, "Here a second person must agree to every answer. Keep yours as a draft and ask for that.")
		}
		_, err = b.sendIn(ctx, s, actor, actor.ID, id, a)
		return err
	})
}

// errNews is the refusal of an answer whose author had not seen everything.
func errNews() error {
	return fault.New(fault.Conflict, "Somebody wrote in this conversation meanwhile. Read it, then send or change your answer; it is still here.")
}

// sendIn sends an answer by its author, while the actor acts, and returns the first message's id.
func (b *Inbox) sendIn(ctx context.Context, s Store, actor staff.Actor, author, id string, a Answer) (string, error) {
	family, err := familyOf(ctx, s, actor, id)
	if err != nil {
		return "", err
	}
	if err := current(ctx, s, family, a.Saw); err != nil {
		return "", err
	}
	first := ""
	for _, to := range recipients(family, a.To) {
		if to.Mailbox == "" {
			return "", fault.New(fault.Conflict, "This conversation came by phone: there is no mailbox to answer to. Write a note instead.")
		}
		if b.Gate == nil {
			return "", fault.New(fault.Conflict, "No answer can leave this Desk: the leak guard is not there.")
		}
		if err := b.Gate.PassReply(ctx, s, actor, to.ID, a.Text, a.Meant); err != nil {
			return "", err
		}
		message := a.Once
		if first != "" || message == "" {
			message = ids.New("message")
		}
		if first == "" {
			first = message
		}
		if err := b.changeIn(ctx, s, actor, to.ID, "thread.answered", func(t *Thread, sf safe.Safe) error {
			if err := b.mayAnswer(ctx, s, actor, sf, *t); err != nil {
				return err
			}
			m := envelope.Message{Kind: envelope.Reply, Text: b.invited(*t, a), Lang: t.Lang, From: "team"}
			if err := b.send(ctx, s, *t, sf, m); err != nil {
				return err
			}
			if err := put(ctx, s, sf, Message{ID: message, Thread: t.ID, Direction: Out, Author: author, At: b.Clock.Now()}, m); err != nil {
				return err
			}
			if blank(a.Ours) {
				return nil
			}
			return b.translateIn(ctx, s, sf, author, Translation{Thread: t.ID, Message: message, Lang: a.OursLang}, a.Ours)
		}); err != nil {
			return "", err
		}
	}
	return first, b.answered(ctx, s, actor, family)
}

// answered notes in every thread of the person that it is their turn.
func (b *Inbox) answered(ctx context.Context, s Store, actor staff.Actor, family []Thread) error {
	now := b.Clock.Now()
	for _, f := range family {
		t, err := s.Thread(ctx, f.ID)
		if err != nil {
			return err
		}
		t.LastOut, t.Since = now, now
		if !t.LastOut.After(t.LastIn) {
			t.LastOut = t.LastIn.Add(1000) // a clock that was set back must not make it our turn again
		}
		if t.FirstRead.IsZero() {
			t.FirstRead, t.Reader = now, actor.ID
		}
		if err := s.PutThread(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// current refuses when the family has more messages than the author saw, notes apart.
func current(ctx context.Context, s Threads, family []Thread, saw int) error {
	if saw == 0 {
		return nil
	}
	n := 0
	for _, t := range family {
		messages, err := s.Messages(ctx, t.ID)
		if err != nil {
			return err
		}
		n += Spoken(messages)
	}
	if n != saw {
		return errNews()
	}
	return nil
}

// Spoken counts the messages between the sender and us, without notes: what Answer.Saw compares.
func Spoken(messages []Message) int {
	n := 0
	for _, m := range messages {
		if m.Direction != Note {
			n++
		}
	}
	return n
}

// recipients are the threads that an answer goes to: those that were chosen, else the one that wrote last.
func recipients(family []Thread, chosen []string) []Thread {
	var out []Thread
	for _, t := range family {
		for _, c := range chosen {
			if t.ID == c {
				out = append(out, t)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	last := family[0]
	for _, t := range family[1:] {
		if t.Mailbox != "" && (last.Mailbox == "" || t.LastIn.After(last.LastIn)) {
			last = t
		}
	}
	return []Thread{last}
}

// send seals a message to the sender's mailbox and hands it to the courier.
func (b *Inbox) send(ctx context.Context, s Store, t Thread, sf safe.Safe, m envelope.Message) error {
	if t.Mailbox == "" {
		return nil
	}
	if t.IsMail() {
		return b.mail(ctx, s, t, sf, m)
	}
	to, err := address(ctx, s, sf, t.ID)
	if err != nil {
		return err
	}
	now := b.Clock.Now()
	m.Channel, m.Day = t.Channel, clock.DayOf(now)
	parts := []part{{t.Mailbox, to.Recipient, m}}
	if parts, err = b.mirrored(ctx, s, t, sf, parts); err != nil {
		return err
	}
	replies, err := b.sealAlike(parts, clock.DayOf(now.Add(replyKept)))
	if err != nil {
		return err
	}
	body, err := json.Marshal(replies)
	if err != nil {
		return err
	}
	return s.Enqueue(ctx, jobs.Job{Kind: JobReplies, Subject: replies[0].ID, Body: body})
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
