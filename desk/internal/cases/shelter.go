package cases

import (
	"context"
	"maps"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// loadPlace opens one place with the actor's own grant of it.
func loadPlace(ctx context.Context, tx Store, actor staff.Actor, id string) (Refuge, safe.Safe, error) {
	r := Refuge{ID: id}
	if !ids.Valid("place", id) {
		return r, safe.Safe{}, fault.Missing()
	}
	s, err := unlock(ctx, tx, actor, id)
	if err != nil {
		return r, s, err
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return r, s, err
	}
	if s, grants, err = renew(ctx, tx, s, grants); err != nil {
		return r, s, err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return r, s, err
	}
	for _, i := range items {
		switch i.Kind {
		case KindPlace:
			err = take(s, i, r.Sheet.add)
		case KindStay:
			err = take(s, i, func(e Edition[Stay]) { r.Stays = sheets(r.Stays, e) })
		case KindRoute:
			err = take(s, i, func(e Edition[Route]) { r.Legs, r.routes = append(r.Legs, e.Content.Leg), append(r.routes, e) })
		case KindKnown:
			err = take(s, i, func(e Edition[Known]) { r.Known = append(r.Known, e) })
		}
		if err != nil {
			return r, s, err
		}
	}
	for _, g := range grants {
		r.Open = append(r.Open, g.Member)
	}
	r.Place = r.Sheet.Content()
	r.shut()
	return r, s, nil
}

func logPlace(ctx context.Context, tx Store, actor staff.Actor, id, action string, d any) error {
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: action, Subject: id, Scope: id, Detail: d})
}

// KeepPlace adds a place (id empty), known to the actor alone, or changes one.
func (b *Book) KeepPlace(ctx context.Context, actor staff.Actor, id string, saw int, p Place) (Saved, error) {
	var saved Saved
	if err := actor.Must(staff.Caseworker); err != nil {
		return saved, err
	}
	if err := p.check(); err != nil {
		return saved, err
	}
	err := b.within(ctx, func(tx Store) error {
		now := b.clock.Now()
		var r Refuge
		var s safe.Safe
		var err error
		if id == "" {
			id = ids.New("place")
			var grants []safe.Grant
			if s, grants, err = safe.Create(id, actor.Member); err != nil {
				return err
			}
			if err := tx.PutGrant(ctx, grants[0]); err != nil {
				return err
			}
			if err := cover(ctx, tx, s); err != nil {
				return err
			}
			if _, err := put(ctx, tx, s, Item{ID: ids.New("known"), Kind: KindKnown, Author: actor.ID, At: now}, 0, Known{actor.ID, now}); err != nil {
				return err
			}
		} else if r, s, err = loadPlace(ctx, tx, actor, id); err != nil {
			return err
		}
		if done, ok := r.Sheet.known(actor.ID, saw, p); ok {
			saved = done
			return logPlace(ctx, tx, actor, id, "place.read", nil)
		}
		saved, err = put(ctx, tx, s, Item{ID: id, Kind: KindPlace, Base: saw, Author: actor.ID, At: now}, r.Sheet.Saw(), p)
		if err != nil {
			return err
		}
		return logPlace(ctx, tx, actor, id, "place.kept", detail{KindPlace, id, saved.Version, saved.Rival})
	})
	return saved, err
}

// Places opens every place that the actor was given.
func (b *Book) Places(ctx context.Context, actor staff.Actor) (all []Refuge, err error) {
	err = b.within(ctx, func(tx Store) error {
		list, err := tx.SafesOf(ctx, "place", actor.ID)
		if err != nil {
			return err
		}
		for _, id := range list {
			r, _, err := loadPlace(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if err := logPlace(ctx, tx, actor, id, "place.read", nil); err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	return all, err
}

// Place opens one place to be read.
func (b *Book) Place(ctx context.Context, actor staff.Actor, id string) (r Refuge, err error) {
	err = b.within(ctx, func(tx Store) error {
		if r, _, err = loadPlace(ctx, tx, actor, id); err != nil {
			return err
		}
		return logPlace(ctx, tx, actor, id, "place.read", nil)
	})
	return r, err
}

// ShowPlace lets one more member know a place. It cannot be unlearnt.
func (b *Book) ShowPlace(ctx context.Context, actor staff.Actor, id, member string) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		r, s, err := loadPlace(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		timed, err := tx.TimedIn(ctx, id)
		if err != nil {
			return err
		}
		if member == actor.ID && !lentUntil(timed, member).IsZero() {
			return fault.New(fault.Conflict, "You have this place for a time only, and cannot give it to yourself for longer. A colleague who has it can.")
		}
		own := lentUntil(timed, actor.ID)
		if _, err := withinOwn(ctx, tx, actor, id, time.Time{}, !among(member, r.Open)); err == nil {
			own = time.Time{}
		} else if fault.KindOf(err) != fault.Invalid {
			return err
		}
		return share(ctx, tx, actor, r, s, Known{member, b.clock.Now()}, own) // no longer than they know it themselves
	})
}

// share gives a place to a member, for good or until a time, and notes since when
// they know it. Who has it for a time keeps it until the later one.
func share(ctx context.Context, tx Store, actor staff.Actor, r Refuge, s safe.Safe, k Known, until time.Time) error {
	if among(k.Member, r.Open) {
		if k.Member == actor.ID {
			return nil // nobody lets themselves keep longer what they have for a time
		}
		return keepFor(ctx, tx, r.ID, k.Member, until)
	}
	member, now := k.Member, k.Since
	m, err := tx.Member(ctx, member)
	if err != nil {
		return err
	}
	if !m.Active {
		return fault.New(fault.Conflict, "This member has left.")
	}
	g, err := s.Share(m)
	if err != nil {
		return err
	}
	if err := tx.PutGrant(ctx, g); err != nil {
		return err
	}
	if err := lend(ctx, tx, r.ID, member, until); err != nil {
		return err
	}
	if _, err := put(ctx, tx, s, Item{ID: ids.New("known"), Kind: KindKnown, Author: actor.ID, At: now}, 0, k); err != nil {
		return err
	}
	return logPlace(ctx, tx, actor, r.ID, "place.shared", shareDetail{r.ID, member})
}

// comings are the differences between where a case's people are, by its legs, and
// who is noted in the places: who must be noted as come (In) and who as gone.
func comings(legs []Movement, parties []Sheet[Party], places map[string]Refuge) []coming {
	var all []coming
	for _, p := range parties {
		w := WhereIs(legs, p.ID)
		for _, id := range slices.Sorted(maps.Keys(places)) {
			here := !w.OnTheWay && !w.Lost && w.At.Place == id
			_, noted := places[id].staying(p.ID)
			if here != noted {
				all = append(all, coming{Place: id, Party: p.ID, Leg: w.Leg, In: here})
			}
		}
	}
	return all
}

type coming struct {
	Place, Party, Leg string
	In                bool
}

// staying finds the open stay of a party.
func (r Refuge) staying(party string) (Sheet[Stay], bool) {
	for _, s := range r.Stays {
		if s.Content().Party == party && s.Content().To.IsZero() {
			return s, true
		}
	}
	return Sheet[Stay]{}, false
}

// settleStays notes in the places who came and who left. An escort does so for
// one leg (Book.stays); here the whole case is looked at, so that nobody stays
// noted in two places.
func (o *open) settleStays(ctx context.Context) error {
	for _, c := range comings(o.Legs, o.Parties, o.places) {
		if err := note(ctx, o.tx, o.actor, o.places[c.Place], o.doors[c.Place], c, o.now); err != nil {
			return err
		}
	}
	return nil
}

// note keeps one coming or going in a place.
func note(ctx context.Context, tx Store, actor staff.Actor, r Refuge, s safe.Safe, c coming, now time.Time) error {
	here, noted := r.staying(c.Party)
	if noted == c.In {
		return nil
	}
	i := Item{ID: here.ID, Kind: KindStay, Base: here.Saw(), Author: actor.ID, At: now}
	next := here.Content()
	if c.In {
		i.ID, next = ids.New("stay"), Stay{Party: c.Party, Leg: c.Leg, From: now}
	} else {
		next.To = now
	}
	_, err := put(ctx, tx, s, i, here.Saw(), next)
	return err
}
