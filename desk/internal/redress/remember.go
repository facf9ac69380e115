package redress

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Remembered is somebody whose family agreed that the name stands in public, with
// the words that they chose.
type Remembered struct {
	ID             string
	Name           string
	Words, WordsRU string
}

// Remember lists those of a campaign's dead who may be named today. Unnamed is how
// many more lie in the Desk whom this member may open and whose family has not
// agreed; closed, how many this member cannot open. Each reading is in the ledger.
func (d *Docket) Remember(ctx context.Context, a staff.Actor, campaign string) (named []Remembered, unnamed, closed int, err error) {
	if err := a.Must(who...); err != nil {
		return nil, 0, 0, err
	}
	err = d.Within(ctx, func(s Store) error {
		named, unnamed, closed = nil, 0, 0
		all, err := s.Matters(ctx, campaign)
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Kind != Memorial {
				continue
			}
			_, x, _, err := unlock(ctx, s, a, m.ID)
			if fault.KindOf(err) == fault.NotFound {
				closed++
				continue
			}
			if err != nil {
				return err
			}
			if x.Agrees(ToPublic, d.today()) {
				named = append(named, Remembered{ID: m.ID, Name: x.Who, Words: x.Words, WordsRU: x.WordsRU})
			} else {
				unnamed++
			}
			if err := s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "redress.read", Subject: m.ID, Scope: m.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	return named, unnamed, closed, err
}

// Renew gives a matter's safe a new key when somebody who could open it has left.
func (d *Docket) Renew(ctx context.Context, a staff.Actor, id string) error {
	return d.Within(ctx, func(s Store) error {
		m, _, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		was := m.Revision
		changed, err := safe.Rekey(ctx, s, box, []safe.Cell{{Label: label(id), Sealed: m.Sealed, Keep: func(to safe.Sealed) error { m.Sealed = to; return nil }}})
		if err != nil || !changed {
			return err
		}
		m.Revision++
		if err := s.PutMatter(ctx, m, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "safe.renewed", Subject: id, Scope: id})
	})
}
