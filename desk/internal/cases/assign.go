package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Assign gives a case, its legs and the places on them to one more member.
func (b *Book) Assign(ctx context.Context, actor staff.Actor, id, member string) error {
	return b.AssignUntil(ctx, actor, id, member, time.Time{})
}

// AssignUntil is Assign for a time: when it is over, the case, its legs and the places
// that were shared with it get new keys without the member. Who has the case for a time
// gives it no longer than that, unless nobody who is here has it for good.
func (b *Book) AssignUntil(ctx context.Context, actor staff.Actor, id, member string, until time.Time) error {
	return b.change(ctx, actor, id, func(o *open) error {
		if !o.Until[member].IsZero() && member != actor.ID && (until.IsZero() || until.After(o.now)) {
			if _, err := withinOwn(ctx, o.tx, o.actor, id, until, false); err != nil {
				return err
			}
			return o.prolong(ctx, member, until)
		}
		return o.admit(ctx, member, until)
	})
}

// admit gives the case, its legs and the places on them to one more member.
func (o *open) admit(ctx context.Context, member string, until time.Time) error {
	if !until.IsZero() && !until.After(o.now) {
		return fault.Bad("until", "This time is over. Write a later one, or none.")
	}
	if among(member, o.Assigned) {
		return fault.New(fault.Conflict, "This member is assigned already.")
	}
	m, err := assignable(ctx, o.tx, member)
	if err != nil {
		return err
	}
	beyond, err := withinOwn(ctx, o.tx, o.actor, o.ID, until, true)
	if err != nil {
		return err
	}
	give := func(s safe.Safe, until time.Time) error {
		g, err := s.Share(m)
		if err != nil {
			return err
		}
		if err := o.tx.PutGrant(ctx, g); err != nil {
			return err
		}
		return lend(ctx, o.tx, s.ID(), member, until)
	}
	if err := give(o.safe, until); err != nil {
		return err
	}
	for _, l := range o.Legs {
		if err := give(o.legs[l.ID], l.endFor(member, until)); err != nil {
			return err
		}
	}
	if err := o.sharePlaces(ctx, member, until); err != nil {
		return err
	}
	if err := o.shareBreaches(ctx, m); err != nil {
		return err
	}
	o.book.finder.changed(member)
	return o.log(ctx, "case.assigned", assignDetail{shareDetail{o.ID, member}, ends(until), beyond})
}

// assignDetail is an assignment as the ledger keeps it.
type assignDetail struct {
	shareDetail
	Until  string `json:"until,omitempty"`  // empty: for good
	Beyond bool   `json:"beyond,omitempty"` // longer than whoever gave it has it: nobody had it for good
}

func ends(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return until.UTC().Format(time.RFC3339)
}

// shareBreaches tells a new member what became known, as far as the actor was told
// and it is not about the new member.
func (o *open) shareBreaches(ctx context.Context, m staff.Member) error {
	list, err := o.tx.BreachesOf(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, id := range list {
		s, err := unlock(ctx, o.tx, o.actor, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		l, err := leakIn(ctx, o.tx, s)
		if err != nil {
			return err
		}
		if l.Member == m.ID {
			continue
		}
		g, err := s.Share(m)
		if err != nil {
			return err
		}
		if err := o.tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if err := o.tx.Append(ctx, ledger.Entry{Actor: o.actor.ID, Action: "leak.shared", Subject: id, Scope: id, Detail: shareDetail{id, m.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// sharePlaces shows a new member the places of the legs that are not over: to whom
// the case is lent, as long as the leg.
func (o *open) sharePlaces(ctx context.Context, member string, until time.Time) error {
	for _, l := range o.Legs {
		if l.State == LegAborted {
			continue
		}
		for _, place := range []string{l.From.Place, l.To.Place} {
			if place == "" {
				continue
			}
			r, s, err := loadPlace(ctx, o.tx, o.actor, place)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if err := share(ctx, o.tx, o.actor, r, s, Known{member, o.now}, l.endFor(member, until)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Unassign takes a case from a member and changes its keys, so that what the
// member may have kept opens nothing that is written from now on, nor the rows
// as they stand. The last member cannot be taken off.
func (b *Book) Unassign(ctx context.Context, actor staff.Actor, id, member string) error {
	return b.within(ctx, func(tx Store) error {
		if err := actor.Must(staff.Caseworker); err != nil {
			return err
		}
		o, err := b.load(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := o.release(ctx, member); err != nil {
			return err
		}
		return o.logDoors(ctx)
	})
}

// renew changes the key of a safe when somebody who could open it has left: the
// first colleague who opens it after that makes what the leaver kept worthless.
func renew(ctx context.Context, tx Store, s safe.Safe, grants []safe.Grant) (safe.Safe, []safe.Grant, error) {
	due, err := tx.RenewalDue(ctx, s.ID())
	if err != nil {
		return s, nil, err
	}
	without := ""
	for _, g := range grants {
		m, err := tx.Member(ctx, g.Member)
		if err != nil {
			return s, nil, err
		}
		if !m.Active {
			due, without = true, g.Member
		}
	}
	if !due {
		return s, grants, cover(ctx, tx, s)
	}
	if s, err = rekey(ctx, tx, s, without); err != nil {
		return s, nil, err
	}
	err = tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "safe.renewed", Subject: s.ID(), Scope: scopeOf(ctx, tx, s.ID()), Detail: shareDetail{s.ID(), without}})
	if err != nil {
		return s, nil, err
	}
	grants, err = tx.Grants(ctx, s.ID())
	return s, grants, err
}

// Renew gives the safe of a case, a leg or a place a new key when somebody who
// could open it has left. When nobody has, nothing changes.
func (b *Book) Renew(ctx context.Context, actor staff.Actor, id string) error {
	return b.within(ctx, func(tx Store) error {
		s, err := unlock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		grants, err := tx.Grants(ctx, id)
		if err != nil {
			return err
		}
		_, _, err = renew(ctx, tx, s, grants)
		return err
	})
}

// scopeOf is what the ledger's words about a safe die with.
func scopeOf(ctx context.Context, tx Store, id string) string {
	if file, err := tx.CaseOfLeg(ctx, id); err == nil {
		return file
	}
	return id
}

// rekey gives a safe a new key for all but one member and those who left, and seals everything in it again.
func rekey(ctx context.Context, tx Store, s safe.Safe, without string) (safe.Safe, error) {
	grants, err := tx.Grants(ctx, s.ID())
	if err != nil {
		return s, err
	}
	var to []staff.Member
	for _, g := range grants {
		if err := tx.RemoveGrant(ctx, s.ID(), g.Member); err != nil {
			return s, err
		}
		m, err := tx.Member(ctx, g.Member)
		if err != nil {
			return s, err
		}
		if g.Member == without || !m.Active {
			continue
		}
		to = append(to, m)
	}
	renewed, fresh, err := renewFor(ctx, tx, s, to)
	if err != nil {
		return s, err
	}
	for _, g := range fresh {
		if err := tx.PutGrant(ctx, g); err != nil {
			return s, err
		}
	}
	items, err := tx.Items(ctx, s.ID())
	if err != nil {
		return s, err
	}
	for _, i := range items {
		if i.Sealed, err = s.Move(renewed, i.label(), i.Sealed); err != nil {
			return s, err
		}
		if err := tx.Reseal(ctx, i); err != nil {
			return s, err
		}
	}
	return renewed, nil
}
