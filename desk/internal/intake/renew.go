package intake

import (
	"context"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
)

// Resealer keeps what was sealed again under a safe's new key.
type Resealer interface {
	ResealMessage(ctx context.Context, m Message) error
	ResealKey(ctx context.Context, k Key) error
}

// Renew gives a thread's or an intake key's safe a new key when somebody who
// could open it has left. When nobody has, nothing changes.
func (b *Inbox) Renew(ctx context.Context, actor staff.Actor, id string) error {
	return b.Within(ctx, func(s Store) error {
		sf, err := open(ctx, s, actor, id)
		if err != nil {
			return err
		}
		var cells []safe.Cell
		if strings.HasPrefix(id, "key_") {
			if cells, err = keyCells(ctx, s, id); err != nil {
				return err
			}
		} else if cells, err = messageCells(ctx, s, id); err != nil {
			return err
		}
		changed, err := safe.Rekey(ctx, s, sf, cells)
		if err != nil || !changed {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "safe.renewed", Subject: id, Scope: id})
	})
}

func messageCells(ctx context.Context, s Store, thread string) ([]safe.Cell, error) {
	messages, err := s.Messages(ctx, thread)
	if err != nil {
		return nil, err
	}
	cells := make([]safe.Cell, 0, len(messages))
	for _, m := range messages {
		cells = append(cells, safe.Cell{Label: "thread.message/" + m.ID, Sealed: m.Sealed, Keep: func(to safe.Sealed) error {
			m.Sealed = to
			return s.ResealMessage(ctx, m)
		}})
	}
	return cells, nil
}

func keyCells(ctx context.Context, s Store, id string) ([]safe.Cell, error) {
	keys, err := s.IntakeKeys(ctx, "")
	if err != nil {
		return nil, err
	}
	var cells []safe.Cell
	for _, k := range keys {
		if k.ID != id || k.Gone() {
			continue
		}
		cells = append(cells, safe.Cell{Label: "intake.key/" + k.ID, Sealed: k.Sealed, Keep: func(to safe.Sealed) error {
			k.Sealed = to
			return s.ResealKey(ctx, k)
		}})
	}
	return cells, nil
}
