package intake

import (
	"context"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

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
		Arrived: now, FirstRead: now, Reader: actor.ID, Assignee: actor.ID, LastIn: now, Since: now}
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

// Begin keeps a call from its first second on: a conversation in which Write puts
// down what is said, step by step. A call that ends at once is kept as well. The
// conversation's id comes with the form, so that a form that is sent twice is one
// call; it may be empty.
func (b *Inbox) Begin(ctx context.Context, actor staff.Actor, id, channel, lang string) (string, error) {
	if err := actor.Must(staff.Intake); err != nil {
		return "", err
	}
	if !ids.Valid("thread", id) {
		id = ids.New("thread")
	}
	now := b.Clock.Now()
	t := Thread{ID: id, Channel: channel, Lang: lang, Via: envelope.Phone, Arrived: now, FirstRead: now, Reader: actor.ID, Assignee: actor.ID, LastIn: now, Since: now}
	err := b.Within(ctx, func(s Store) error {
		switch old, err := s.Thread(ctx, id); {
		case err == nil && old.Via == envelope.Phone && old.Reader == actor.ID:
			return nil
		case err == nil:
			return fault.Missing()
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		if _, err := b.begin(ctx, s, actor, t.ID); err != nil {
			return err
		}
		if err := s.PutThread(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.phoned", Subject: t.ID, Scope: t.ID})
	})
	return t.ID, err
}

// Step is one step of a call that is written down while somebody talks.
type Step struct {
	ID      string // of the message it will be, made with the form: sent twice, it is one step; may be empty
	Words   string
	Urgency Urgency
	HungUp  bool
	Over    bool   // they said goodbye
	Number  string // where they want to be called back; empty: nothing is kept
	Wanted  bool   // they want to be called back: without it no number is kept
}

// Check answers what is wrong with a step.
func (step Step) Check() error {
	var c fault.Check
	c.Field(!blank(step.Words) || step.HungUp || step.Over || step.Wanted, "words", "Write what the caller said, or mark that the call broke off.")
	c.Field(step.Urgency.rank() >= 0, "urgency", "Choose one of the answers.")
	c.Field(blank(step.Number) || step.Wanted, "number", "A number is kept only when they want to be called back. Mark that, or leave it out.")
	c.Field(!step.Wanted || !blank(step.Number), "number", "Write the number, or take the mark away.")
	c.Field(len(step.Words) <= envelope.MaxText && len(step.Number) <= 200, "words", "The answer is too long. Send it in parts.")
	return c.Err()
}

// Write keeps one step of a call. What was kept before stays as it is.
func (b *Inbox) Write(ctx context.Context, actor staff.Actor, id string, step Step) error {
	if err := step.Check(); err != nil {
		return err
	}
	return b.change(ctx, actor, id, "thread.call-written", func(s Store, t *Thread, sf safe.Safe) error {
		if t.Via != envelope.Phone {
			return fault.New(fault.Conflict, "This conversation is no telephone call.")
		}
		m := envelope.Message{Kind: envelope.Report, Channel: t.Channel, Lang: t.Lang, Via: envelope.Phone, Text: strings.TrimSpace(step.Words)}
		if step.Wanted {
			m.Answers = append(m.Answers, envelope.Answer{Question: QuestionCallBack, Words: strings.TrimSpace(step.Number)})
		}
		switch {
		case step.HungUp:
			m.Answers = append(m.Answers, envelope.Answer{Question: QuestionCall, Values: []string{"broke-off"}})
		case step.Over:
			m.Answers = append(m.Answers, envelope.Answer{Question: QuestionCall, Values: []string{"over"}})
		}
		now := b.Clock.Now()
		if step.Urgency != Unstated {
			t.Urgency = step.Urgency
		}
		fresh, done, err := once(ctx, s, sf, id, step.ID, m)
		if err != nil || done {
			return err
		}
		t.comes(now, now)
		return put(ctx, s, sf, Message{ID: fresh, Thread: id, Direction: Phone, Author: actor.ID, At: now}, m)
	})
}

// What an operator notes about a call, as questions of no questionnaire.
const (
	QuestionCall     = "call"      // broke-off, over
	QuestionCallBack = "call-back" // the number, when the caller wants it
)
