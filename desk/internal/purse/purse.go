// Package purse keeps the organisation's money: exchange rates with their day and
// source, grants with what they may be spent on, the limits of what one person may
// spend alone, the organisation's own bills, and what donors are told.
//
// What a case spends lies in the case's safe; here stand cells of sums that name no
// case, no person and no day. Amounts are integers of minor units; rates are exact
// decimals; each conversion is rounded once, half away from zero, when the cost is
// noted, and sums are sums of what was rounded, so that they add up in every
// currency. A grant refuses what its terms forbid and says why. Limits change by
// two people. A donor report shows totals only; cells of few people are withheld,
// and with them as many others as are needed so that no withheld cell can be
// computed from the rest.
//
// It refuses HTTP, SQL, files and every clock but ours, and it opens no safe.
// It imports staff, ledger, cases and the ground.
package purse

import (
	"context"
	"encoding/json"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Store is what the room needs of one transaction.
type Store interface {
	cases.Sums
	PurseSums(ctx context.Context) ([]cases.Spent, error)
	PurseHeads(ctx context.Context) ([]cases.Head, error)
	AddRate(ctx context.Context, r Rate) error
	Rates(ctx context.Context, limit int) ([]Rate, error)
	RateOn(ctx context.Context, currency string, day clock.Day) (Rate, error)
	PutGrantEdition(ctx context.Context, g Grant) error
	PurseGrants(ctx context.Context) ([]Grant, error)
	PurseGrant(ctx context.Context, id string) (Grant, error)
	AddMotion(ctx context.Context, m Motion) error
	DecideMotion(ctx context.Context, m Motion) error
	Motions(ctx context.Context, kind string) ([]Motion, error)
	Motion(ctx context.Context, id string) (Motion, error)
	Setting(ctx context.Context, name string) ([]byte, error)
	PutSetting(ctx context.Context, name string, value []byte) error
	Append(ctx context.Context, e ledger.Entry) error
}

// Gate lets a report leave only when the leak guard stops nothing in its words.
type Gate interface {
	PassReport(ctx context.Context, tx Store, actor, id string, words []string) error
}

// Keeper carries the verbs of the room.
type Keeper struct {
	Within, Reading func(ctx context.Context, f func(Store) error) error
	Clock           clock.Clock
	Currency        string  // the organisation's own
	Limits          []Limit // until two people have set others
	Gate            Gate    // nil: no report leaves
}

// Motion is something that may need a second person.
type Motion struct {
	ID, Kind  string
	Body      json.RawMessage
	By        string
	At        time.Time
	Second    bool // needs a second person
	DecidedBy string
	Decided   time.Time
	Yes       bool
}

// Holds reports whether it is in force.
func (m Motion) Holds() bool { return !m.Second || m.Yes }

// Waits reports whether a second person must still speak.
func (m Motion) Waits() bool { return m.Second && m.DecidedBy == "" }

// overseers may see the organisation's money.
func overseers() []staff.Role { return []staff.Role{staff.Finance, staff.Security} }

// note keeps a ledger entry that says who changed what, without amounts.
func note(ctx context.Context, tx Store, by staff.Actor, action, subject string) error {
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: action, Subject: subject})
}

// Decide is a second person's yes or no to limits or to a bill.
func (k *Keeper) Decide(ctx context.Context, by staff.Actor, id string, yes bool) error {
	if err := by.Must(overseers()...); err != nil {
		return err
	}
	return k.Within(ctx, func(tx Store) error {
		m, err := tx.Motion(ctx, id)
		if err != nil {
			return err
		}
		if !m.Waits() {
			return fault.New(fault.Conflict, "This was decided already.")
		}
		if m.By == by.ID {
			return fault.New(fault.Conflict, "Who wrote it cannot approve it. Ask a colleague.")
		}
		m.DecidedBy, m.Decided, m.Yes = by.ID, k.Clock.Now(), yes
		if m.Kind == "bill" && yes {
			if err := k.settleBill(ctx, tx, m); err != nil {
				return err
			}
		}
		if err := tx.DecideMotion(ctx, m); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse."+m.Kind+map[bool]string{true: ".agreed", false: ".refused"}[yes], m.ID)
	})
}
