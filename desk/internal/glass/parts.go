package glass

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"filippo.io/age"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/agekey"
	"waylight/internal/fault"
	"waylight/internal/shamir"
)

// held gives the sealed parts of a member, by key.
func held(ctx context.Context, tx Store, member string) (map[string][]byte, error) {
	keys, err := tx.GlassKeys(ctx)
	out := map[string][]byte{}
	for _, k := range keys {
		if err != nil {
			return nil, err
		}
		var parts []Share
		parts, err = tx.GlassShares(ctx, k.ID)
		for _, s := range parts {
			if s.Member == member {
				out[k.ID] = s.Sealed
			}
		}
	}
	return out, err
}

// gather opens the actor's own parts, by key.
func gather(ctx context.Context, tx Store, actor staff.Actor) (map[string][]byte, error) {
	sealed, err := held(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for id, s := range sealed {
		if out[id], err = actor.Keys.Unwrap(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// together gives what opens the grants of spare keys, of the deposit and the second's own parts.
func together(ctx context.Context, tx Store, second staff.Actor, deposit []byte) (func(safe.Grant) (safe.Safe, error), error) {
	plain, err := second.Keys.Unwrap(deposit)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	var first map[string][]byte
	if err := json.Unmarshal(plain, &first); err != nil {
		return nil, errors.New("glass: a deposit cannot be read")
	}
	own, err := gather(ctx, tx, second)
	if err != nil {
		return nil, err
	}
	keys, err := tx.GlassKeys(ctx)
	if err != nil {
		return nil, err
	}
	whole := map[string]identity{}
	for _, k := range keys {
		a, b := first[k.ID], own[k.ID]
		if len(a) < 2 || len(b) < 2 {
			continue
		}
		seed, err := shamir.Combine(shamir.Part{X: a[0], Y: a[1:]}, shamir.Part{X: b[0], Y: b[1:]})
		clear(a)
		clear(b)
		if err != nil {
			return nil, err
		}
		id, err := agekey.Identity(seed)
		clear(seed)
		if err != nil || id.Recipient().String() != k.Recipient {
			return nil, errors.New("glass: two parts do not give their key")
		}
		whole[k.ID] = identity{id}
	}
	return func(g safe.Grant) (safe.Safe, error) {
		id, ok := whole[g.Member]
		if !ok {
			return safe.Safe{}, fault.New(fault.Conflict, "You two hold no parts of the same key to this case. Two who held parts when it was opened last must act.")
		}
		return safe.Open(id, g)
	}, nil
}

func sealJSON(v any, to ...staff.Member) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return sealTo(plain, to...)
}

func sealTo(plain []byte, to ...staff.Member) ([]byte, error) {
	var recipients []age.Recipient
	for _, m := range to {
		r, err := age.ParseHybridRecipient(m.Recipient)
		if err != nil {
			return nil, err
		}
		recipients = append(recipients, r)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
