package exchange

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"

	"filippo.io/age"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/agekey"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

func keyLabel(serial uint64) string { return "exchange.key/" + strconv.FormatUint(serial, 10) }

// MakeKey makes the first referral key, or the next one: what partners seal from
// then on is sealed to it, once they have the new card. Older keys still open what
// is on its way. Everybody who takes referrals in gets it. A second press within
// the same minute changes nothing.
func (l *Liaison) MakeKey(ctx context.Context, actor staff.Actor) error {
	if err := actor.Must(Carriers()...); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		keys, err := tx.ExchangeKeys(ctx)
		if err != nil {
			return err
		}
		if len(keys) > 0 && l.Clock.Now().Sub(keys[0].Made) < keyPause {
			return nil
		}
		var s safe.Safe
		if len(keys) > 0 {
			s, err = unlock(ctx, tx, actor, keys[0].Safe)
		} else {
			s, err = l.newSafe(ctx, tx)
		}
		if err != nil {
			return err
		}
		return l.addKey(ctx, tx, s, keys, actor.ID)
	})
}

const keyPause = 60_000_000_000 // a minute

func (l *Liaison) newSafe(ctx context.Context, tx Store) (safe.Safe, error) {
	members, err := tx.Members(ctx)
	if err != nil {
		return safe.Safe{}, err
	}
	s, err := safe.Make(ctx, tx, ids.New("exchange"), staff.With(members, Carriers()...)...)
	return s, err
}

func (l *Liaison) addKey(ctx context.Context, tx Store, s safe.Safe, have []Key, by string) error {
	var seed [agekey.SeedSize]byte
	rand.Read(seed[:])
	defer clear(seed[:])
	id, err := agekey.Identity(seed[:])
	if err != nil {
		return err
	}
	k := Key{Serial: 1, Safe: s.ID(), Recipient: id.Recipient().String(), Made: l.Clock.Now()}
	if len(have) > 0 {
		k.Serial = have[0].Serial + 1
	}
	k.Sealed = s.Put(keyLabel(k.Serial), seed[:])
	if err := tx.AddExchangeKey(ctx, k); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by, Action: "exchange.key-made", Subject: s.ID(), Detail: struct {
		Serial uint64 `json:"serial"`
	}{k.Serial}})
}

func unlock(ctx context.Context, tx Store, actor staff.Actor, id string) (safe.Safe, error) {
	g, err := tx.Grant(ctx, id, actor.ID)
	if fault.KindOf(err) == fault.NotFound {
		return safe.Safe{}, fault.New(fault.Denied, "You were not given the key for referrals yet. It comes by itself when a colleague who has it signs in.")
	}
	if err != nil {
		return safe.Safe{}, err
	}
	return safe.Open(actor.Keys, g)
}

// identities opens the referral keys with the actor's grant, the newest first.
func identities(ctx context.Context, tx Store, actor staff.Actor) ([]age.Identity, error) {
	keys, err := tx.ExchangeKeys(ctx)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Conflict, "This Desk has no card for partners yet. Make one first; nobody can have sealed anything to it.")
	}
	var out []age.Identity
	for _, k := range keys {
		s, err := unlock(ctx, tx, actor, k.Safe)
		if err != nil {
			return nil, err
		}
		seed, err := s.Take(keyLabel(k.Serial), k.Sealed)
		if err != nil {
			return nil, err
		}
		id, err := agekey.Identity(seed)
		clear(seed)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// ShareKeys gives the referral keys to colleagues who take referrals in and have
// none yet. It runs when somebody who has them signs in.
func (l *Liaison) ShareKeys(ctx context.Context, actor staff.Actor) error {
	return l.Within(ctx, func(tx Store) error {
		keys, err := tx.ExchangeKeys(ctx)
		if err != nil || len(keys) == 0 {
			return err
		}
		id := keys[0].Safe
		g, err := tx.Grant(ctx, id, actor.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		s, err := safe.Open(actor.Keys, g)
		if err != nil {
			return err
		}
		grants, err := tx.Grants(ctx, id)
		if err != nil {
			return err
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		for _, m := range staff.With(members, Carriers()...) {
			if slices.ContainsFunc(grants, func(g safe.Grant) bool { return g.Member == m.ID }) {
				continue
			}
			g, err := s.Share(m)
			if err != nil {
				return err
			}
			if err := errors.Join(tx.PutGrant(ctx, g), tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "exchange.key-shared", Subject: m.ID})); err != nil {
				return err
			}
		}
		return nil
	})
}

// Renew locks those out who have left or lost the role. The old seeds they may
// have kept, so a new key is made: partners must get the new card.
func (l *Liaison) Renew(ctx context.Context, actor staff.Actor, id string) error {
	return l.Within(ctx, func(tx Store) error {
		keys, err := tx.ExchangeKeys(ctx)
		if err != nil {
			return err
		}
		s, err := unlock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		var cells []safe.Cell
		for _, k := range keys {
			cells = append(cells, safe.Cell{Label: keyLabel(k.Serial), Sealed: k.Sealed, Keep: func(sealed safe.Sealed) error {
				k.Sealed = sealed
				return tx.ResealExchangeKey(ctx, k)
			}})
		}
		changed, err := safe.Rekey(ctx, tx, s, cells)
		if err != nil || !changed {
			return err
		}
		fresh, err := unlock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "safe.renewed", Subject: id}); err != nil {
			return err
		}
		return l.addKey(ctx, tx, fresh, keys, ledger.Desk)
	})
}

// Card is our own card as it is given to partners; NotFound while there is no key.
func (l *Liaison) Card(ctx context.Context) (text []byte, made clock.Day, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		keys, err := tx.ExchangeKeys(ctx)
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			return fault.Missing()
		}
		made = clock.DayOf(keys[0].Made)
		text, err = referral.SignCard(l.Signer, referral.Card{Name: l.Names, Recipient: keys[0].Recipient, Serial: keys[0].Serial, Day: made})
		return err
	})
	return text, made, err
}
