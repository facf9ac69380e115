package intake

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
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
	translations, err := s.Translations(ctx, thread)
	if err != nil {
		return nil, err
	}
	for _, t := range translations {
		cells = append(cells, safe.Cell{Label: "thread.translation/" + t.ID, Sealed: t.Sealed, Keep: func(to safe.Sealed) error {
			t.Sealed = to
			return s.ResealTranslation(ctx, t)
		}})
	}
	drafts, err := s.Drafts(ctx, thread)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		if d.Open() {
			cells = append(cells, safe.Cell{Label: "thread.draft/" + d.ID, Sealed: d.Sealed, Keep: func(to safe.Sealed) error {
				d.Sealed = to
				return s.PutDraft(ctx, d)
			}})
		}
	}
	card, err := s.Card(ctx, thread)
	if fault.KindOf(err) == fault.NotFound {
		return cells, nil
	}
	return append(cells, safe.Cell{Label: cardLabel(thread), Sealed: card.Sealed, Keep: func(to safe.Sealed) error {
		card.Sealed = to
		return s.PutCard(ctx, card)
	}}), err
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

// keyKept is how long a private half outlives the last day on which it was
// offered: a sender may have been offline, a line cut for days.
const keyKept = 14 * 24 * time.Hour

// DestroyKeys destroys the private halves that nothing needs any more: their
// last day is long past and no envelope of that time waits to be opened. What
// was received under them can then be opened from nowhere but its thread. The
// newest key of a channel stays, whatever its age. It returns how many went.
func (b *Inbox) DestroyKeys(ctx context.Context) (int, error) {
	gone := 0
	err := b.Within(ctx, func(s Store) error {
		gone = 0
		keys, err := s.IntakeKeys(ctx, "")
		if err != nil {
			return err
		}
		newest := map[string]bool{}
		for _, k := range keys { // newest first
			first := !newest[k.Channel]
			newest[k.Channel] = true
			until, err := time.Parse(time.DateOnly, string(k.Until))
			if err != nil {
				return err
			}
			last := until.Add(keyKept)
			if first || k.Gone() || clock.DayOf(b.Clock.Now()) <= clock.DayOf(last) {
				continue
			}
			waiting, err := s.WaitingOn(ctx, k.Channel, clock.DayOf(last))
			if err != nil {
				return err
			}
			if waiting > 0 {
				continue
			}
			if err := destroy(ctx, s, k); err != nil {
				return err
			}
			gone++
		}
		return nil
	})
	return gone, err
}

func destroy(ctx context.Context, s Store, k Key) error {
	grants, err := s.Grants(ctx, k.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := s.RemoveGrant(ctx, k.ID, g.Member); err != nil {
			return err
		}
	}
	k.Sealed = nil
	if err := s.ResealKey(ctx, k); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "intake-key.destroyed", Subject: k.ID})
}
