// Package watch holds the rules of signs of life: when one is late, when it is
// missed, and how the escalation ladder climbs from then on.
//
// A check-in has two halves. What it is about (who, which signs, which contact)
// lies in the safe of its case and is no business of this room. Its Clock is
// plain, so that it runs while every safe is closed: New begins one, Advance moves
// it to now and gives the alerts that became due, Answer and Found take what was
// heard. Raise and Sweep keep that in a transaction; each rung of a round is
// raised exactly once, whatever the machine or its clock did meanwhile.
//
// It refuses names, words and places, and every clock but ours. It imports staff,
// ledger and the ground.
package watch

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// Store is everything that the room needs of one transaction.
type Store interface {
	Clocks
	Alerts
	ledger.Appender
}

// Clocks keeps the plain clocks of check-ins.
type Clocks interface {
	AddWatch(ctx context.Context, w Clock) error
	SaveWatch(ctx context.Context, w Clock) error
	Watched(ctx context.Context, id string) (Clock, error)
	WatchOf(ctx context.Context, file string) ([]Clock, error)
	// WatchDue lists at most limit check-ins whose next moment is not after now, the oldest first.
	WatchDue(ctx context.Context, now time.Time, limit int) ([]Clock, error)
	// WatchUntil lists what is due or under alarm before a time, in safes that the member can open.
	WatchUntil(ctx context.Context, member string, until time.Time) ([]Clock, error)
}

// Alerts keeps what the ladder raised.
type Alerts interface {
	// RaiseAlert adds an alert; one that exists for the same check-in, round, step and kind stays as it is.
	RaiseAlert(ctx context.Context, a Alert) (added bool, err error)
	Alert(ctx context.Context, id string) (Alert, error)
	SaveAlert(ctx context.Context, a Alert) error
	AlertsOf(ctx context.Context, file string) ([]Alert, error)
	// AlertsOpen lists unanswered alerts, the oldest first.
	AlertsOpen(ctx context.Context) ([]Alert, error)
}

// Raise advances one check-in and keeps the alerts, each exactly once.
func Raise(ctx context.Context, tx Store, w Clock, now time.Time) (Clock, error) {
	moved, alerts := Advance(w, now)
	for _, a := range alerts {
		a.ID = ids.New("alert")
		added, err := tx.RaiseAlert(ctx, a)
		if err != nil {
			return w, err
		}
		if !added {
			continue
		}
		err = tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "alert.raised", Subject: a.Case, Scope: a.Case, Detail: Detail{a.ID, a.CheckIn, a.Rung}})
		if err != nil {
			return w, err
		}
	}
	return moved, nil
}

// Detail is what a ledger entry says of an alert.
type Detail struct {
	Alert   string `json:"alert"`
	CheckIn string `json:"checkin"`
	Rung    string `json:"rung"`
}

// sweepBatch bounds one transaction of a sweep.
const sweepBatch = 200

// Sweep moves every check-in that is due to now and raises what became due. It
// opens no safe. To run it twice, after a restart, or with a clock that was set
// back changes nothing more. It returns how many check-ins moved.
func Sweep(ctx context.Context, within func(context.Context, func(Store) error) error, c clock.Clock) (int, error) {
	total := 0
	for {
		n := 0
		err := within(ctx, func(tx Store) error {
			now := c.Now()
			due, err := tx.WatchDue(ctx, now, sweepBatch)
			if err != nil {
				return err
			}
			for _, w := range due {
				moved, err := Raise(ctx, tx, w, now)
				if err != nil {
					return err
				}
				if err := tx.SaveWatch(ctx, moved); err != nil {
					return err
				}
			}
			n = len(due)
			return nil
		})
		total += n
		if err != nil || n < sweepBatch {
			return total, err
		}
	}
}
