package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// HeardSign is what came through the mailbox of a case's conversation.
type HeardSign string

// The signs.
const (
	SignFine   HeardSign = "fine"
	SignHelp   HeardSign = "help"
	SignDuress HeardSign = "duress"
)

// Heard is a sign of life, or of danger, that nobody had to read.
type Heard struct {
	Case string
	Sign HeardSign
	Day  clock.Day // on which it came; nothing finer is known
	By   string    // for the ledger
}

// HeardIn lets a sign from the mailbox count for the check-ins that are answered
// there, in the caller's transaction. It opens no safe. A sign of danger starts
// the ladder of each of them, and where there is none, one of its own. A sign
// that all is well answers only what it surely means: the one check-in of the
// mailbox, when its time has come. Everything else waits for a person.
func (b *Book) HeardIn(ctx context.Context, tx Store, h Heard) error {
	f, err := tx.File(ctx, h.Case)
	if err != nil || f.State == Closed {
		return err
	}
	all, err := tx.WatchOf(ctx, h.Case)
	if err != nil {
		return err
	}
	now := b.clock.Now()
	var mine []watch.Clock
	for _, w := range all {
		if w.Mailbox && w.State != watch.OK && w.State != watch.Stopped {
			mine = append(mine, w)
		}
	}
	if h.Sign == SignFine {
		if len(mine) != 1 || !watch.Counts(mine[0], h.Day, now) {
			return nil
		}
		return heard(ctx, tx, mine[0], h, "answered", now, func(w watch.Clock) (watch.Clock, error) { return watch.Answer(w, false, now) })
	}
	if len(mine) == 0 {
		w := watch.Clock{ID: ids.New("checkin"), Case: h.Case, Due: now, Pace: watch.Fast, State: watch.Waiting, Mailbox: true}
		if err := tx.AddWatch(ctx, w); err != nil {
			return err
		}
		mine = append(mine, w)
	}
	for _, w := range mine {
		move := func(w watch.Clock) (watch.Clock, error) { return watch.Call(w, now), nil }
		if h.Sign == SignDuress {
			if w.State == watch.Duress {
				continue // the ladder is being climbed already
			}
			move = func(w watch.Clock) (watch.Clock, error) { return watch.Answer(w, true, now) }
		}
		if err := heard(ctx, tx, w, h, "superseded", now, move); err != nil {
			return err
		}
	}
	return nil
}

// heard moves one check-in, ends the alerts of its round and calls who is next.
func heard(ctx context.Context, tx Store, w watch.Clock, h Heard, reason string, now time.Time, move func(watch.Clock) (watch.Clock, error)) error {
	w, err := watch.Raise(ctx, tx, w, now)
	if err != nil {
		return err
	}
	before := w.State
	if w, err = move(w); fault.KindOf(err) == fault.Conflict {
		return nil // it ended meanwhile
	} else if err != nil {
		return err
	}
	if reason == "answered" || before != w.State {
		if err := endAlerts(ctx, tx, h.Case, w.ID, reason, now); err != nil {
			return err
		}
	}
	if w, err = watch.Raise(ctx, tx, w, now); err != nil {
		return err
	}
	if err := tx.SaveWatch(ctx, w); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: h.By, Action: "checkin.heard", Subject: h.Case, Scope: h.Case, Detail: struct {
		CheckIn string    `json:"checkin"`
		Sign    HeardSign `json:"sign"`
	}{w.ID, h.Sign}})
}
