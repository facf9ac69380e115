package intake

import (
	"context"
	"reflect"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/ids"
)

// once knows a form that was sent twice. The page gives each form the id that its
// message will have: when that message stands in the thread with these very words,
// done is true and nothing more is to be written. Other words under the same id are
// new ones (somebody went back and wrote on) and get an id of their own, so that
// nothing is swallowed.
func once(ctx context.Context, s Threads, sf safe.Safe, thread, id string, says envelope.Message) (fresh string, done bool, err error) {
	if !ids.Valid("message", id) {
		return ids.New("message"), false, nil
	}
	messages, err := s.Messages(ctx, thread)
	if err != nil {
		return "", false, err
	}
	for _, m := range messages {
		if m.ID != id {
			continue
		}
		c, err := take(sf, m)
		if err != nil {
			return "", false, err
		}
		return ids.New("message"), c.Text == says.Text && reflect.DeepEqual(c.Answers, says.Answers), nil
	}
	if used, err := s.HasMessage(ctx, id); err != nil || used { // of another conversation: a form that was altered
		return ids.New("message"), false, err
	}
	return id, false, nil
}

// sent reports whether an answer went already: its form was sent twice.
func (b *Inbox) sent(ctx context.Context, s Store, actor staff.Actor, family []Thread, a Answer) (fresh string, done bool, err error) {
	fresh = a.Once
	for _, t := range family {
		sf, err := open(ctx, s, actor, t.ID)
		if err != nil {
			return "", false, err
		}
		if fresh, done, err = once(ctx, s, sf, t.ID, a.Once, envelope.Message{Text: b.invited(t, a)}); err != nil || done || fresh != a.Once {
			return fresh, done, err
		}
	}
	return fresh, false, nil
}
