package intake

import (
	"context"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// Take is the moment at which a person reads a conversation for the first time:
// the sender is told so, and the reader has it. Taking again changes nothing.
func (b *Inbox) Take(ctx context.Context, actor staff.Actor, id string) error {
	return b.Within(ctx, func(s Store) error {
		family, err := familyOf(ctx, s, actor, id)
		if err != nil {
			return err
		}
		for _, t := range family {
			if err := b.changeIn(ctx, s, actor, t.ID, "thread.taken", func(t *Thread, sf safe.Safe) error {
				if !t.FirstRead.IsZero() {
					return nil
				}
				t.FirstRead, t.Reader = b.Clock.Now(), actor.ID
				if t.Assignee == "" {
					t.Assignee = actor.ID
				}
				return b.send(ctx, s, *t, sf, envelope.Message{Kind: envelope.ReadMark})
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Open returns a conversation and all that was said in it, also under the
// person's other codes when threads were joined. The reading is in the ledger.
func (b *Inbox) Open(ctx context.Context, actor staff.Actor, id string) (Thread, []Opened, error) {
	var t Thread
	var out []Opened
	err := b.Within(ctx, func(s Store) error {
		out = nil
		family, err := familyOf(ctx, s, actor, id)
		if err != nil {
			return err
		}
		t = Gather(family)
		for _, f := range family {
			said, err := b.said(ctx, s, actor, f.ID)
			if err != nil {
				return err
			}
			out = append(out, said...)
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "thread.read", Subject: f.ID, Scope: f.ID}); err != nil {
				return err
			}
		}
		slices.SortStableFunc(out, func(a, b Opened) int { return a.At.Compare(b.At) })
		return nil
	})
	return t, out, err
}

// said opens the messages of one thread with what stands beside them.
func (b *Inbox) said(ctx context.Context, s Store, actor staff.Actor, id string) ([]Opened, error) {
	sf, err := open(ctx, s, actor, id)
	if err != nil {
		return nil, err
	}
	messages, err := s.Messages(ctx, id)
	if err != nil {
		return nil, err
	}
	translations, err := translated(ctx, s, sf, id)
	if err != nil {
		return nil, err
	}
	drafts, err := s.Drafts(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Opened, 0, len(messages))
	for _, m := range messages {
		c, err := take(sf, m)
		if err != nil {
			return nil, err
		}
		o := Opened{Message: m, Content: c, Translations: translations[m.ID]}
		for _, d := range drafts {
			if d.Message == m.ID {
				o.Approver = d.Approver
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// Glance returns a conversation without what was said, for an actor who may open it.
func (b *Inbox) Glance(ctx context.Context, actor staff.Actor, id string) (Thread, error) {
	var t Thread
	err := b.Reading(ctx, func(s Store) error {
		family, err := familyOf(ctx, s, actor, id)
		if err == nil {
			t = Gather(family)
		}
		return err
	})
	return t, err
}

// familyOf gives a thread and, when it leads, the threads of the same person
// that the actor can open too.
func familyOf(ctx context.Context, s Store, actor staff.Actor, id string) ([]Thread, error) {
	if _, err := s.Grant(ctx, id, actor.ID); err != nil {
		return nil, err
	}
	t, err := s.Thread(ctx, id)
	if err != nil {
		return nil, err
	}
	children, err := s.ThreadsInto(ctx, id)
	if err != nil {
		return nil, err
	}
	family := []Thread{t}
	for _, c := range children {
		_, err := s.Grant(ctx, c.ID, actor.ID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if err == nil {
			family = append(family, c)
		}
	}
	return family, nil
}
