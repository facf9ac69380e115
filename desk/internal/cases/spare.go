package cases

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Timed is a grant that ends.
type Timed struct {
	Safe, Member string
	Until        time.Time
}

// Times keeps which grants end, and when.
type Times interface {
	PutTimed(ctx context.Context, t Timed) error
	DropTimed(ctx context.Context, safe, member string) error
	// TimedIn lists the grants of a safe that end.
	TimedIn(ctx context.Context, safe string) ([]Timed, error)
	// TimedOut lists the grants whose time has come.
	TimedOut(ctx context.Context, now time.Time) ([]Timed, error)
	// MarkDue marks a safe that waits for a new key.
	MarkDue(ctx context.Context, safe string) error
}

// cover grants a safe to the spare key, when there is one and the safe has no grant of it yet.
func cover(ctx context.Context, tx Store, s safe.Safe) error {
	p, err := tx.Spare(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	g, err := tx.SpareGrant(ctx, s.ID())
	if err == nil && g.Member == p.ID || err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if g, err = s.GrantSpare(p); err != nil {
		return err
	}
	return tx.PutSpareGrant(ctx, g)
}

// renewFor gives a safe a new key for these members and the spare key.
func renewFor(ctx context.Context, tx Store, s safe.Safe, to []staff.Member) (safe.Safe, []safe.Grant, error) {
	p, err := tx.Spare(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return s.Renew(to...)
	}
	if err != nil {
		return s, nil, err
	}
	renewed, fresh, spare, err := s.RenewWith(p, to...)
	if err != nil {
		return s, nil, err
	}
	return renewed, fresh, tx.PutSpareGrant(ctx, spare)
}

// AdmitIn lets a member into a case until a time, by whoever opens its safes for
// once. Every safe gets a new key, so that what anybody kept from an earlier
// admission is worthless. It gives the ids of the safes.
func (b *Book) AdmitIn(ctx context.Context, tx Store, open func(safe.Grant) (safe.Safe, error), file string, m staff.Member, until time.Time) ([]string, error) {
	legs, err := tx.LegsOf(ctx, file)
	if err != nil {
		return nil, err
	}
	var opened []string
	admit := func(id string) (s safe.Safe, fresh bool, err error) {
		g, err := tx.SpareGrant(ctx, id)
		if err != nil {
			return s, false, err
		}
		if s, err = open(g); err != nil {
			return s, false, err
		}
		opened = append(opened, id)
		if s, err = rekey(ctx, tx, s, ""); err != nil {
			return s, false, err
		}
		if _, err := tx.Grant(ctx, id, m.ID); fault.KindOf(err) != fault.NotFound {
			return s, false, err // theirs by another way
		}
		if g, err = s.Share(m); err != nil {
			return s, false, err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return s, false, err
		}
		return s, true, tx.PutTimed(ctx, Timed{id, m.ID, until})
	}
	if _, _, err := admit(file); err != nil {
		return nil, err
	}
	places := map[string]bool{}
	for _, id := range legs {
		s, _, err := admit(id)
		if fault.KindOf(err) == fault.NotFound {
			continue // of before there was a spare key, and nobody opened it since
		}
		if err != nil {
			return nil, err
		}
		items, err := tx.Items(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if i.Kind == KindLeg {
				if err := take(s, i, func(e Edition[Leg]) { places[e.Content.From.Place], places[e.Content.To.Place] = true, true }); err != nil {
					return nil, err
				}
			}
		}
	}
	delete(places, "")
	for _, id := range sortedKeys(places) {
		s, fresh, err := admit(id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !fresh {
			continue
		}
		now := b.clock.Now()
		if _, err := put(ctx, tx, s, Item{ID: ids.New("known"), Kind: KindKnown, Author: m.ID, At: now}, 0, Known{m.ID, now}); err != nil {
			return nil, err
		}
		if err := logPlace(ctx, tx, staff.Actor{Member: m}, id, "place.shared", shareDetail{id, m.ID}); err != nil {
			return nil, err
		}
	}
	b.finder.changed(m.ID)
	return opened, nil
}

// EndTimed ends what was lent until a time that has come. When somebody is here who
// can open the safe, it gets its new key at once; otherwise the grant goes, and the
// next who opens the safe changes its key.
func (b *Book) EndTimed(ctx context.Context, present []staff.Actor) (n int, err error) {
	var due []Timed
	if err := b.reading(ctx, func(tx Store) (err error) {
		due, err = tx.TimedOut(ctx, b.clock.Now())
		return err
	}); err != nil {
		return 0, err
	}
	for _, t := range due {
		if err := b.within(ctx, func(tx Store) error { return b.endOne(ctx, tx, t, present) }); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (b *Book) endOne(ctx context.Context, tx Store, t Timed, present []staff.Actor) error {
	if err := tx.DropTimed(ctx, t.Safe, t.Member); err != nil {
		return err
	}
	if _, err := tx.Grant(ctx, t.Safe, t.Member); fault.KindOf(err) == fault.NotFound {
		return nil // taken away meanwhile
	}
	entry := ledger.Entry{Actor: ledger.Desk, Action: "safe.time-over", Subject: t.Safe, Scope: scopeOf(ctx, tx, t.Safe), Detail: shareDetail{t.Safe, t.Member}}
	b.finder.changed(t.Member)
	grants, err := tx.Grants(ctx, t.Safe)
	if err != nil {
		return err
	}
	if only, err := onlyKey(ctx, tx, t.Safe, grants); err != nil {
		return err
	} else if only { // its end would lose the case for ever
		entry.Action = "safe.time-kept"
		return tx.Append(ctx, entry)
	}
	_, spare := tx.Spare(ctx)
	for _, a := range present {
		s, err := unlock(ctx, tx, a, t.Safe)
		if err != nil || len(grants) == 1 && spare != nil {
			continue // not theirs, or signed out meanwhile
		}
		if _, err := rekey(ctx, tx, s, t.Member); err != nil {
			return err
		}
		return tx.Append(ctx, entry)
	}
	if err := tx.MarkDue(ctx, t.Safe); err != nil {
		return err
	}
	if err := tx.RemoveGrant(ctx, t.Safe, t.Member); err != nil {
		return err
	}
	return tx.Append(ctx, entry)
}

// lend lets a grant end at a time, or no more when there is none.
func lend(ctx context.Context, tx Store, id, member string, until time.Time) error {
	if until.IsZero() {
		return tx.DropTimed(ctx, id, member)
	}
	return tx.PutTimed(ctx, Timed{id, member, until})
}

// lentUntil is until when a member has what is lent; zero: for good.
func lentUntil(all []Timed, member string) time.Time {
	for _, t := range all {
		if t.Member == member {
			return t.Until
		}
	}
	return time.Time{}
}

// keepFor lets a grant that ends last until a later time, or for good.
func keepFor(ctx context.Context, tx Store, id, member string, until time.Time) error {
	timed, err := tx.TimedIn(ctx, id)
	if err != nil {
		return err
	}
	if old := lentUntil(timed, member); old.IsZero() || !until.IsZero() && !until.After(old) {
		return nil
	}
	return lend(ctx, tx, id, member, until)
}

// prolongPlaces lets the places that came with a loan end with it.
func (o *open) prolongPlaces(ctx context.Context, member string, until time.Time) error {
	for _, id := range sortedKeys(o.places) {
		timed, err := o.tx.TimedIn(ctx, id)
		if err != nil {
			return err
		}
		if old := lentUntil(timed, member); !old.IsZero() && old.Equal(o.Until[member]) {
			err = lend(ctx, o.tx, id, member, until)
		} else {
			err = keepFor(ctx, o.tx, id, member, until)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// prolong gives a member who is assigned for a time another time, or no end. Nobody
// does so for themselves.
func (o *open) prolong(ctx context.Context, member string, until time.Time) error {
	if err := lend(ctx, o.tx, o.ID, member, until); err != nil {
		return err
	}
	for _, l := range o.Legs {
		if _, err := o.tx.Grant(ctx, l.ID, member); fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err := lend(ctx, o.tx, l.ID, member, l.endFor(member, until)); err != nil {
			return err
		}
	}
	if err := o.prolongPlaces(ctx, member, until); err != nil {
		return err
	}
	return o.log(ctx, "case.assigned", assignDetail{shareDetail: shareDetail{o.ID, member}, Until: ends(until)})
}

// endFor is when a leg ends for a member to whom its case is lent until a time: whoever
// travels with the people keeps it to its end.
func (l Movement) endFor(member string, until time.Time) time.Time {
	if l.Escort == member && len(l.State.Next()) > 0 {
		return time.Time{}
	}
	return until
}
