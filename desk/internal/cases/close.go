package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Close ends the work on a case. Nobody may be on the way, and nobody watched:
// what is still running must be ended first, by name.
func (b *Book) Close(ctx context.Context, actor staff.Actor, id string, saw int, c Closure) (s Saved, err error) {
	err = b.change(ctx, actor, id, func(o *open) error {
		if o.Closure.Exists() && !o.reopened() {
			return fault.New(fault.Conflict, "This case is closed already.")
		}
		if err := c.check(o.today()); err != nil {
			return err
		}
		for _, l := range o.Legs {
			if l.State == LegUnderWay || l.State == LegLost {
				return fault.New(fault.Conflict, "Somebody is on the way. End the leg first.")
			}
		}
		if len(o.Late()) > 0 {
			return fault.New(fault.Conflict, "A check-in is late. Find the person before you close the case.")
		}
		for _, w := range o.CheckIns {
			if w.State != watch.Waiting {
				continue
			}
			w.State, w.Next = watch.Stopped, time.Time{}
			if err := o.tx.SaveWatch(ctx, w.Clock); err != nil {
				return err
			}
		}
		s, err = o.write(ctx, KindClosure, "closure", saw, o.Closure.Saw(), c)
		return err
	})
	return s, err
}

// Reopen opens a closed case again; the reason is kept.
func (b *Book) Reopen(ctx context.Context, actor staff.Actor, id, reason string) error {
	return b.change(ctx, actor, id, func(o *open) error {
		if !o.Closure.Exists() || o.reopened() {
			return fault.New(fault.Conflict, "This case is open.")
		}
		if reason == "" {
			return fault.Bad("reason", "Say why.")
		}
		_, err := o.write(ctx, KindTurn, ids.New("turn"), 0, 0, Turn{Reopen: true, Reason: reason})
		return err
	})
}

// Erase destroys a case: keys, items, clocks, alerts and what the ledger says of
// it. What stays in the ledger is that something existed and was not altered. It
// cannot be undone. Only a closed case, or one of a person who withdrew or was
// declined, can be erased.
func (b *Book) Erase(ctx context.Context, actor staff.Actor, id string) error {
	return b.erase(ctx, actor, id, actor.ID)
}

// erase is Erase with the name that stands in the ledger.
func (b *Book) erase(ctx context.Context, actor staff.Actor, id, by string) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		o, err := b.load(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if !Derive(o.Case).Over() {
			return fault.New(fault.Conflict, "Close the case first, then erase it.")
		}
		if err := notHeld(ctx, tx, id, o.now); err != nil {
			return err
		}
		if err := tx.AddRemnant(ctx, o.remnant()); err != nil {
			return err
		}
		if err := o.eraseStays(ctx); err != nil {
			return err
		}
		if err := o.letGo(ctx); err != nil {
			return err
		}
		if err := o.forgetScans(ctx); err != nil {
			return err
		}
		legs, err := tx.LegsOf(ctx, id)
		if err != nil {
			return err
		}
		if err := forgetBreaches(ctx, tx, id); err != nil {
			return err
		}
		if err := o.forgetReceipts(ctx); err != nil {
			return err
		}
		for _, s := range append(legs, id) {
			if err := destroy(ctx, tx, s); err != nil {
				return err
			}
		}
		if err := tx.EraseFile(ctx, id); err != nil {
			return err
		}
		if err := tx.ShredLedger(ctx, id); err != nil {
			return err
		}
		// The entry names neither the case nor the day on which it was opened.
		return tx.Append(ctx, ledger.Entry{Actor: by, Action: "case.erased"})
	})
}

func destroy(ctx context.Context, tx Store, id string) error {
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := tx.RemoveGrant(ctx, id, g.Member); err != nil {
			return err
		}
	}
	if err := tx.RemoveSpareGrant(ctx, id); err != nil {
		return err
	}
	if err := tx.ForgetTerms(ctx, id); err != nil {
		return err
	}
	return tx.DropItems(ctx, id)
}

// eraseStays removes the travellers from the places that the actor can open.
func (o *open) eraseStays(ctx context.Context) error {
	done := map[string]bool{}
	for _, l := range o.Legs {
		for _, place := range []string{l.From.Place, l.To.Place} {
			if place == "" || done[place] {
				continue
			}
			done[place] = true
			r, _, err := loadPlace(ctx, o.tx, o.actor, place)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			for _, e := range r.routes {
				if e.Content.Leg == l.ID {
					if err := o.tx.DropItem(ctx, place, e.ID); err != nil {
						return err
					}
				}
			}
			for _, s := range r.Stays {
				if _, mine := find(o.Parties, s.Content().Party); !mine {
					continue
				}
				if err := o.tx.DropItem(ctx, place, s.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// EraseDue lists the actor's cases whose erase-by day has come.
func (b *Book) EraseDue(ctx context.Context, actor staff.Actor) (due []File, err error) {
	today := clock.DayOf(b.clock.Now())
	err = b.reading(ctx, func(tx Store) error {
		all, err := tx.FilesOf(ctx, actor.ID)
		for _, f := range all {
			if f.EraseBy != "" && f.EraseBy <= today {
				due = append(due, f)
			}
		}
		return err
	})
	return due, err
}
