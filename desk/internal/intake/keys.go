package intake

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// NewKey makes the next intake key of a channel, opened by the members on duty.
func (b *Inbox) NewKey(ctx context.Context, actor, channel string, from, until clock.Day) (Key, error) {
	var k Key
	err := b.Within(ctx, func(s Store) error {
		old, err := s.IntakeKeys(ctx, channel)
		if err != nil {
			return err
		}
		seed := make([]byte, 32)
		rand.Read(seed)
		defer clear(seed)
		k = Key{ID: ids.New("key"), Channel: channel, From: from, Until: until, Serial: 1}
		if len(old) > 0 {
			k.Serial = old[0].Serial + 1
		}
		k.Serial = max(k.Serial, b.Floor)
		if k.Recipient, err = b.Crypto.Generate(seed); err != nil {
			return err
		}
		readers, err := onDuty(ctx, s, b.Clock.Now())
		if err != nil {
			return err
		}
		sf, err := safe.Make(ctx, s, k.ID, readers...)
		if err != nil {
			return err
		}
		k.Sealed = sf.Put("intake.key/"+k.ID, seed)
		if err := s.PutIntakeKey(ctx, k); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor, Action: "intake-key.made", Subject: k.ID})
	})
	return k, err
}

// Rostered tells who is on the rota.
type Rostered interface {
	// RosteredBetween lists the members with a shift that touches a span.
	RosteredBetween(ctx context.Context, from, until time.Time) ([]string, error)
}

// rotaAhead is how far ahead the rota gives people what arrives: the next shift
// must be able to open what this one leaves.
const rotaAhead = 24 * time.Hour

// onDuty are the intake operators on duty or on the rota of the next day; all of
// them when none is; it is an error when there is no operator at all.
func onDuty(ctx context.Context, s Store, now time.Time) ([]staff.Member, error) {
	members, err := s.Members(ctx)
	if err != nil {
		return nil, err
	}
	rota, err := s.RosteredBetween(ctx, now, now.Add(rotaAhead))
	if err != nil {
		return nil, err
	}
	all := staff.With(members, staff.Intake)
	duty := slices.DeleteFunc(slices.Clone(all), func(m staff.Member) bool { return !m.OnDuty && !slices.Contains(rota, m.ID) })
	if len(duty) > 0 {
		return duty, nil
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, "Nobody is an intake operator. Give one member that role first.")
	}
	return all, nil
}

// seeds opens the intake keys that the actor can open, by channel, newest first.
func (b *Inbox) seeds(ctx context.Context, actor staff.Actor) (map[string][][]byte, error) {
	keys := map[string][][]byte{}
	err := b.Reading(ctx, func(s Store) error {
		clear(keys)
		all, err := s.IntakeKeys(ctx, "")
		if err != nil {
			return err
		}
		for _, k := range all {
			seed, err := openKey(ctx, s, actor, k)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			keys[k.Channel] = append(keys[k.Channel], seed)
		}
		return nil
	})
	return keys, err
}

// Seeds opens the seeds of all intake keys that the actor can open, for the
// seizure drill and for an export of test identities.
func (b *Inbox) Seeds(ctx context.Context, actor staff.Actor) ([][]byte, error) {
	byChannel, err := b.seeds(ctx, actor)
	var out [][]byte
	for _, seeds := range byChannel {
		out = append(out, seeds...)
	}
	return out, err
}

func openKey(ctx context.Context, s Store, actor staff.Actor, k Key) ([]byte, error) {
	sf, err := safe.For(ctx, s, actor, k.ID)
	if err != nil {
		return nil, err
	}
	return sf.Take("intake.key/"+k.ID, k.Sealed)
}

// ShareKeys lets every intake operator open the intake keys that the actor can
// open: somebody who joined after a key was made gets it from a colleague.
func (b *Inbox) ShareKeys(ctx context.Context, actor staff.Actor) error {
	if !actor.Roles.Has(staff.Intake) {
		return nil
	}
	type gap struct {
		key Key
		to  staff.Member
	}
	var gaps []gap
	if err := b.Reading(ctx, func(s Store) error {
		gaps = nil
		keys, err := s.IntakeKeys(ctx, "")
		if err != nil {
			return err
		}
		members, err := s.Members(ctx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			grants, err := s.Grants(ctx, k.ID)
			if err != nil {
				return err
			}
			has := func(id string) bool {
				return slices.ContainsFunc(grants, func(g safe.Grant) bool { return g.Member == id })
			}
			for _, m := range staff.With(members, staff.Intake) {
				if has(actor.ID) && !has(m.ID) {
					gaps = append(gaps, gap{k, m})
				}
			}
		}
		return nil
	}); err != nil || len(gaps) == 0 {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		for _, g := range gaps {
			sf, err := open(ctx, s, actor, g.key.ID)
			if err != nil {
				return err
			}
			grant, err := sf.Share(g.to)
			if err != nil {
				return err
			}
			if err := s.PutGrant(ctx, grant); err != nil {
				return err
			}
			if err := s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "intake-key.shared", Subject: g.key.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}
