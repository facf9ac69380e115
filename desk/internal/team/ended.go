package team

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Decline refuses a case: the giver has it as before. The reason lies in the case.
func (b *Board) Decline(ctx context.Context, actor staff.Actor, id, why string) error {
	why = strings.TrimSpace(why)
	if why == "" || len(why) > maxWords {
		return fault.Bad("why", "Say why you cannot take it: your colleague must find somebody else.")
	}
	return b.onHanding(ctx, actor, id, func(tx Store, s *cases.Seat, h Handing) error {
		if h.Taker != actor.ID {
			return fault.Missing()
		}
		if h.State == Declined {
			return nil
		}
		if h.State != Offered {
			return fault.New(fault.Conflict, "This was answered, taken back, or its time is over.")
		}
		if _, err := s.Write(ctx, KindBack, h.ID, 0, Back{why}); err != nil {
			return err
		}
		return b.undo(ctx, tx, s, h, Declined)
	})
}

// Withdraw takes an offer back.
func (b *Board) Withdraw(ctx context.Context, actor staff.Actor, id string) error {
	return b.onHanding(ctx, actor, id, func(tx Store, s *cases.Seat, h Handing) error {
		if h.Giver != actor.ID {
			return fault.Missing()
		}
		if h.State == Withdrawn {
			return nil
		}
		if h.State != Offered {
			return fault.New(fault.Conflict, "This was answered, taken back, or its time is over.")
		}
		return b.undo(ctx, tx, s, h, Withdrawn)
	})
}

// undo ends an offer that came to nothing: what was lent for it ends, with new keys.
func (b *Board) undo(ctx context.Context, tx Store, s *cases.Seat, h Handing, to HandingState) error {
	h.State, h.Ended, h.Voices = to, s.Now(), []byte{}
	if err := tx.SaveHanding(ctx, h); err != nil {
		return err
	}
	if err := s.Log(ctx, "handing."+string(to), handingDetail{h.ID, h.Giver, h.Taker, h.Note}); err != nil {
		return err
	}
	c := s.Case()
	if !h.Lent || !slices.Contains(c.Assigned, h.Taker) || c.Until[h.Taker].IsZero() {
		return nil // theirs by another way, or assigned for good meanwhile
	}
	others := slices.ContainsFunc(c.Assigned, func(id string) bool { return id != h.Taker })
	if !others {
		return nil // everybody else is gone: the case must not be lost
	}
	return s.Release(ctx, h.Taker)
}

// Sweep ends the offers that nobody answered in time. What was lent ends at the same
// moment by its own clock.
func (b *Board) Sweep(ctx context.Context) error {
	now := b.Clock.Now()
	var over []Handing
	if err := b.Reading(ctx, func(tx Store) (err error) {
		over, err = tx.HandingsOver(ctx, now)
		return err
	}); err != nil || len(over) == 0 {
		return err
	}
	return b.Within(ctx, func(tx Store) error {
		for _, h := range over {
			h, err := tx.Handing(ctx, h.ID)
			if err != nil || h.State != Offered {
				continue // answered or erased meanwhile
			}
			h.State, h.Ended, h.Voices = Lapsed, now, []byte{}
			if err := tx.SaveHanding(ctx, h); err != nil {
				return err
			}
			if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "handing.lapsed", Subject: h.File, Scope: h.File, Detail: handingDetail{h.ID, h.Giver, h.Taker, h.Note}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Handings lists what the actor gives and takes. It opens nothing.
func (b *Board) Handings(ctx context.Context, actor staff.Actor) (all []Handing, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		all, err = tx.HandingsWith(ctx, actor.ID)
		return err
	})
	return all, err
}

// Handing opens one with the case and the note. The reading is in the ledger.
func (b *Board) Handing(ctx context.Context, actor staff.Actor, id string) (h Handing, w Work, err error) {
	err = b.Within(ctx, func(tx Store) error {
		if h, err = tx.Handing(ctx, id); err != nil {
			return err
		}
		w, err = b.work(ctx, tx, actor, h.File)
		return err
	})
	return h, w, err
}

// Unseen lists how the actor's offers ended, until the actor says to have seen it.
func (b *Board) Unseen(ctx context.Context, actor staff.Actor) (all []Handing, err error) {
	err = b.Reading(ctx, func(tx Store) error {
		all, err = tx.HandingsUnseen(ctx, actor.ID)
		return err
	})
	return all, err
}

// Saw notes that the giver has seen how an offer ended.
func (b *Board) Saw(ctx context.Context, actor staff.Actor, id string) error {
	return b.Within(ctx, func(tx Store) error {
		h, err := tx.Handing(ctx, id)
		if err != nil {
			return err
		}
		if h.Giver != actor.ID {
			return fault.Missing()
		}
		return tx.SeeHanding(ctx, id, actor.ID)
	})
}

type handingDetail struct {
	Handing string `json:"handing"`
	Giver   string `json:"giver"`
	Taker   string `json:"taker"`
	Note    int    `json:"note"`
}

func (b *Board) onHanding(ctx context.Context, actor staff.Actor, id string, f func(Store, *cases.Seat, Handing) error) error {
	return b.Within(ctx, func(tx Store) error {
		h, err := tx.Handing(ctx, id)
		if err != nil {
			return err
		}
		s, err := b.Book.SeatIn(ctx, tx, actor, h.File)
		if fault.KindOf(err) == fault.NotFound && h.Giver == actor.ID && h.State == Accepted {
			return fault.New(fault.Conflict, "This was answered, taken back, or its time is over.")
		}
		if err != nil {
			return err
		}
		return f(tx, s, h)
	})
}
