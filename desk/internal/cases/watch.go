package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Sweep moves every check-in that is due to now; see watch.Sweep.
func (b *Book) Sweep(ctx context.Context) (int, error) {
	return watch.Sweep(ctx, func(ctx context.Context, f func(watch.Store) error) error {
		return b.within(ctx, func(tx Store) error { return f(tx) })
	}, b.clock)
}

// Watch plans a check-in. Its clock runs from now on, whoever is signed in.
func (b *Book) Watch(ctx context.Context, actor staff.Actor, id string, c CheckIn, r watch.Round) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) { return o.watch(ctx, c, r) })
}

func (o *open) watch(ctx context.Context, c CheckIn, r watch.Round) (Saved, error) {
	if err := c.check(o.Parties); err != nil {
		return Saved{}, err
	}
	w, err := watch.New(ids.New("checkin"), o.ID, r)
	if err != nil {
		return Saved{}, err
	}
	w.Mailbox = c.Channel == "mailbox" && o.Thread != ""
	if err := o.tx.AddWatch(ctx, w); err != nil {
		return Saved{}, err
	}
	if err := putPhrases(ctx, o.tx, w.ID, c); err != nil {
		return Saved{}, err
	}
	o.CheckIns = append(o.CheckIns, Sign{Clock: w})
	return o.write(ctx, KindCheckIn, w.ID, 0, 0, c)
}

// Hear takes a sign of life, or a sign of duress.
func (b *Book) Hear(ctx context.Context, actor staff.Actor, id, item string, duress bool, words string) error {
	what, reason := "ok", "answered"
	if duress {
		what, reason = "duress", "superseded"
	}
	return b.sign(ctx, actor, id, item, what, reason, words, func(w watch.Clock, now time.Time) (watch.Clock, error) { return watch.Answer(w, duress, now) })
}

// Find ends an alarm: the person is known to be well. It needs words that say how we know.
func (b *Book) Find(ctx context.Context, actor staff.Actor, id, item, words string) error {
	if words == "" {
		return fault.Bad("words", "Say how we know that they are well.")
	}
	return b.sign(ctx, actor, id, item, "found", "found", words, watch.Found)
}

// Stop ends a check-in for good, with a reason.
func (b *Book) Stop(ctx context.Context, actor staff.Actor, id, item, words string) error {
	if words == "" {
		return fault.Bad("words", "Say why nobody needs to watch any more.")
	}
	return b.sign(ctx, actor, id, item, "stopped", "stopped", words, func(w watch.Clock, _ time.Time) (watch.Clock, error) {
		if w.State == watch.Stopped {
			return w, fault.New(fault.Conflict, "This check-in has ended. Plan a new one.")
		}
		w.State, w.Next = watch.Stopped, time.Time{}
		return w, nil
	})
}

// sign moves a check-in, keeps what was said, and ends the alerts of the round.
func (b *Book) sign(ctx context.Context, actor staff.Actor, id, item, what, reason, words string, move func(watch.Clock, time.Time) (watch.Clock, error)) error {
	return b.signed(ctx, actor, id, item, Contact{About: item, What: what, Words: words}, reason, move)
}

func (b *Book) signed(ctx context.Context, actor staff.Actor, id, item string, c Contact, reason string, move func(watch.Clock, time.Time) (watch.Clock, error)) error {
	return b.change(ctx, actor, id, func(o *open) error {
		w, err := o.tx.Watched(ctx, item)
		if err != nil {
			return err
		}
		if w.Case != id {
			return fault.Missing()
		}
		// What became due before the answer is raised first: it did happen.
		w, err = watch.Raise(ctx, o.tx, w, o.now)
		if err != nil {
			return err
		}
		if w, err = move(w, o.now); err != nil {
			return err
		}
		if err := o.endAlerts(ctx, item, reason); err != nil {
			return err
		}
		if w, err = watch.Raise(ctx, o.tx, w, o.now); err != nil { // a duress sign calls people at once
			return err
		}
		if err := o.tx.SaveWatch(ctx, w); err != nil {
			return err
		}
		_, err = o.write(ctx, KindContact, ids.New("contact"), 0, 0, c)
		return err
	})
}

func (o *open) endAlerts(ctx context.Context, checkin, reason string) error {
	return endAlerts(ctx, o.tx, o.ID, checkin, reason, o.now)
}

func endAlerts(ctx context.Context, tx Store, file, checkin, reason string, now time.Time) error {
	alerts, err := tx.AlertsOf(ctx, file)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		if a.CheckIn != checkin || !a.Ended.IsZero() {
			continue
		}
		a.Ended, a.Reason = now, reason
		if err := tx.SaveAlert(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// Acknowledge says that a member acts on an alert, and what was done. A member
// who is not assigned answers with one of AlertDone alone; words go into the
// case's safe and need the case. The ladder goes on until the person is found.
func (b *Book) Acknowledge(ctx context.Context, actor staff.Actor, id, done, words string) error {
	if !among(done, watch.AllDone()) {
		return fault.Bad("done", "Choose what was done.")
	}
	return b.within(ctx, func(tx Store) error {
		a, err := tx.Alert(ctx, id)
		if err != nil {
			return err
		}
		o, err := b.load(ctx, tx, actor, a.Case)
		assigned := err == nil
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if !assigned && !actor.Roles.Any(a.Role, staff.Security) {
			return fault.Missing()
		}
		if !assigned && words != "" {
			return fault.Bad("words", "Only assigned members can write into the case. Choose what was done, and leave this empty.")
		}
		if !a.Open() {
			return fault.New(fault.Conflict, "Somebody acts on this alert already.")
		}
		a.Member, a.Acked, a.Done = actor.ID, b.clock.Now(), done
		if err := tx.SaveAlert(ctx, a); err != nil {
			return err
		}
		if assigned {
			if err := o.logDoors(ctx); err != nil {
				return err
			}
			if _, err := o.write(ctx, KindContact, ids.New("contact"), 0, 0, Contact{About: id, What: "acknowledged", Words: words}); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "alert.acknowledged", Subject: a.Case, Scope: a.Case, Detail: watch.Detail{Alert: a.ID, CheckIn: a.CheckIn, Rung: done}})
	})
}
