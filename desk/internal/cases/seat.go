package cases

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Seat is a case that another room opened in its own transaction: it keeps sealed
// editions of its own kinds in the case's safe, and lets members in and out.
type Seat struct{ o *open }

// SeatIn opens a case for another room, in the caller's transaction.
func (b *Book) SeatIn(ctx context.Context, tx Store, actor staff.Actor, id string) (*Seat, error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return nil, err
	}
	o, err := b.load(ctx, tx, actor, id)
	if err != nil {
		return nil, err
	}
	return &Seat{o}, o.logDoors(ctx)
}

// Case is the case as it was when it was opened.
func (s *Seat) Case() *Case { return s.o.Case }

// Now is the time of the transaction.
func (s *Seat) Now() time.Time { return s.o.now }

// Log notes what was done with the case.
func (s *Seat) Log(ctx context.Context, action string, detail any) error {
	return s.o.log(ctx, action, detail)
}

// Write keeps one edition, which had seen the editions up to saw, with its ledger entry.
func (s *Seat) Write(ctx context.Context, k Kind, id string, saw int, content any) (Saved, error) {
	items, err := s.o.tx.Items(ctx, s.o.ID)
	if err != nil {
		return Saved{}, err
	}
	have := 0
	for _, i := range items {
		if i.ID == id {
			have = i.Version
		}
	}
	return s.o.write(ctx, k, id, saw, have, content)
}

// SheetsIn opens the items of one kind in the case's safe.
func SheetsIn[T any](ctx context.Context, s *Seat, k Kind) (all []Sheet[T], err error) {
	items, err := s.o.tx.Items(ctx, s.o.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if i.Kind != k {
			continue
		}
		if err := take(s.o.safe, i, func(e Edition[T]) { all = sheets(all, e) }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Admit assigns one more member, until a time or, when it is zero, for good.
func (s *Seat) Admit(ctx context.Context, member string, until time.Time) error {
	return s.o.admit(ctx, member, until)
}

// Settle lets a member who was assigned for a time stay for good.
func (s *Seat) Settle(ctx context.Context, member string) error {
	return s.o.prolong(ctx, member, time.Time{})
}

// Prolong lets a member who is assigned for a time stay until a later one.
func (s *Seat) Prolong(ctx context.Context, member string, until time.Time) error {
	if _, err := withinOwn(ctx, s.o.tx, s.o.actor, s.o.ID, until, false); err != nil {
		return err
	}
	return s.o.prolong(ctx, member, until)
}

// Release takes the case from a member, with new keys. The last one stays.
func (s *Seat) Release(ctx context.Context, member string) error {
	return s.o.release(ctx, member)
}

// release is Unassign in a transaction that has begun.
func (o *open) release(ctx context.Context, member string) error {
	grants, err := o.tx.Grants(ctx, o.ID)
	if err != nil {
		return err
	}
	holds := false
	for _, g := range grants {
		holds = holds || g.Member == member
	}
	if !holds {
		return fault.New(fault.Conflict, "This member is not assigned.")
	}
	if len(grants) == 1 {
		return fault.New(fault.Conflict, "The last caseworker cannot be taken off: nobody could open the case. Assign another first.")
	}
	timed, err := o.tx.TimedIn(ctx, o.ID)
	if err != nil {
		return err
	}
	if stay := len(grants) - len(timed); stay == 1 && !slices.ContainsFunc(timed, func(t Timed) bool { return t.Member == member }) {
		return fault.New(fault.Conflict, "Everybody else has this case for a time only: nobody would be left when it is over. Assign another for good first.")
	}
	for _, l := range o.Legs {
		if l.Escort == member && len(l.State.Next()) > 0 {
			continue // still travels with them
		}
		if o.legs[l.ID], err = rekey(ctx, o.tx, o.legs[l.ID], member); err != nil {
			return err
		}
	}
	if o.safe, err = rekey(ctx, o.tx, o.safe, member); err != nil {
		return err
	}
	if err := lend(ctx, o.tx, o.ID, member, time.Time{}); err != nil {
		return err
	}
	o.book.finder.changed(member)
	return o.log(ctx, "case.unassigned", shareDetail{o.ID, member})
}

// PassAlerts gives the alerts on which one member acts to another: somebody must go
// on acting when a case changes hands. It counts them.
func (s *Seat) PassAlerts(ctx context.Context, from, to string) (n int, err error) {
	alerts, err := s.o.tx.AlertsOf(ctx, s.o.ID)
	if err != nil {
		return 0, err
	}
	for _, a := range alerts {
		if a.Member != from || !a.Ended.IsZero() {
			continue
		}
		a.Member = to
		if err := s.o.tx.SaveAlert(ctx, a); err != nil {
			return n, err
		}
		if err := s.o.tx.Append(ctx, ledger.Entry{Actor: s.o.actor.ID, Action: "alert.handed", Subject: s.o.ID, Scope: s.o.ID, Detail: shareDetail{a.ID, to}}); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// onlyKey reports whether a safe would be lost with the only member who can open it.
func onlyKey(ctx context.Context, tx Store, id string, grants []safe.Grant) (bool, error) {
	if len(grants) != 1 {
		return false, nil
	}
	_, err := tx.SpareGrant(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return true, nil
	}
	return false, err
}

// Contacting is content of another room in which a way to reach somebody stands; the
// leak guard is told of it.
type Contacting interface{ Contacts() string }
