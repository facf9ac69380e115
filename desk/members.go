package desk

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// addMember takes a new member in: a slot in the key file, a row, a ledger entry.
func (r *rooms) addMember(ctx context.Context, a staff.Actor, n deskweb.Newcomer) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	r.keys.Lock()
	defer r.keys.Unlock()
	_, err := admin.AddMember(ctx, r.db, r.cfg.Dir, r.deskKey, a.ID, admin.NewMember{Login: n.Login, Name: n.Name, Passphrase: n.Passphrase, Roles: n.Roles}, r.clock)
	return err
}

// removeMember is the one action when a member leaves or falls: out at once, and
// everything that they could open gets new keys. What the colleagues who are
// signed in cannot open waits for those who can.
func (r *rooms) removeMember(ctx context.Context, a staff.Actor, id string, abandon bool) error {
	if err := admin.RemoveMember(ctx, r.db, a, id, abandon, r.clock); err != nil {
		return err
	}
	r.forgetMember(id)
	// From here on the member is out. What fails now stays due and is tried at each sign-in.
	var failed error
	for _, one := range r.present(ctx) {
		failed = errors.Join(failed, r.renewSafes(ctx, one))
	}
	_, papers := r.settlePapers(ctx, "") // before the slot goes: what waits in it falls
	failed = errors.Join(failed, papers, r.replaceKeysOf(ctx, a, id), r.changeDeskKey(ctx))
	if failed != nil {
		r.cfg.Log.Warn("after a removal some keys could not be changed yet; it is tried again at the next sign-in", "kind", fault.KindOf(failed))
	}
	return nil
}

// changeRoles gives a member these roles and no others. What they lose gets new keys.
func (r *rooms) changeRoles(ctx context.Context, a staff.Actor, id string, roles staff.Roles) error {
	rekey, operator, err := admin.ChangeRoles(ctx, r.db, a, id, roles)
	if err != nil {
		return err
	}
	var failed error
	if rekey {
		for _, one := range r.present(ctx) {
			failed = errors.Join(failed, r.renewSafes(ctx, one))
		}
	}
	if operator {
		failed = errors.Join(failed, r.replaceKeys(ctx, a))
	}
	if failed != nil {
		r.cfg.Log.Warn("after a role was taken away some keys could not be changed yet; it is tried again at the next sign-in", "kind", fault.KindOf(failed))
	}
	return nil
}

// changePassphrase gives the actor's own keys a new passphrase and ends their other sessions.
func (r *rooms) changePassphrase(ctx context.Context, a staff.Actor, old, fresh string) error {
	r.keys.Lock()
	defer r.keys.Unlock()
	path := filepath.Join(r.cfg.Dir, admin.KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return err
	}
	if err := f.SetPassphrase(ctx, a.ID, old, fresh, r.clock.Now()); err != nil {
		return err
	}
	// The file comes before the row: a ledger that speaks of a change that was
	// never made would be worse than a change without its entry.
	if err := f.Write(path); err != nil {
		return err
	}
	r.forgetOthers(a)
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, entry(a, "member.passphrase-changed", a.ID))
	})
	return errors.Join(err, r.carryNotes(ctx, path, f))
}

// forgetOthers ends a member's sessions but the one that acts now.
func (r *rooms) forgetOthers(a staff.Actor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for hash, k := range r.live {
		if k.Member() == a.ID && staff.Keys(k) != a.Keys {
			k.Wipe()
			delete(r.live, hash)
		}
	}
}

// forgetMember wipes a member's keys and ends what they see.
func (r *rooms) forgetMember(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for hash, k := range r.live {
		if k.Member() == id {
			k.Wipe()
			delete(r.live, hash)
		}
	}
	r.book.Forget(id)
	r.archive.Forget(id)
	r.parties.Forget(id)
}

// settle does what a removal left to do and this actor can: it runs at each sign-in.
func (r *rooms) settle(ctx context.Context, a staff.Actor) error {
	return errors.Join(r.renewSafes(ctx, a), r.liaison.ShareKeys(ctx, a), r.changeDeskKey(ctx))
}

// renewSafes gives a new key to every safe that the actor can open and somebody
// who left could. One that cannot be renewed does not hold up the others.
func (r *rooms) renewSafes(ctx context.Context, a staff.Actor) error {
	var stale []string
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		stale, err = tx.StaleSafes(ctx, a.ID)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, id := range stale {
		kind, _, _ := strings.Cut(id, "_")
		renew := r.book.Renew
		switch kind {
		case "thread", "key":
			renew = r.inbox.Renew
		case "source", "item", "evidence":
			renew = r.archive.Renew
		case "party":
			renew = r.parties.Renew
		case "petition":
			renew = r.roll.Renew
		case "submission":
			renew = r.filing.Renew
		case "matter":
			renew = r.docket.Renew
		case "opinion":
			renew = r.surgery.Renew
		case "exchange":
			renew = r.liaison.Renew
		}
		failed = errors.Join(failed, renew(ctx, a, id))
	}
	return failed
}

// replaceKeysOf makes new intake keys when the member could open them.
func (r *rooms) replaceKeysOf(ctx context.Context, a staff.Actor, member string) error {
	var m staff.Member
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		m, err = tx.Member(ctx, member)
		return err
	}); err != nil || !m.Roles.Has(staff.Intake) {
		return err
	}
	return r.replaceKeys(ctx, a)
}

// replaceKeys makes a new intake key for every channel, and announces it.
func (r *rooms) replaceKeys(ctx context.Context, a staff.Actor) error {
	channels, err := r.channels(ctx)
	if err != nil {
		return err
	}
	now := r.clock.Now()
	for _, c := range channels {
		k, err := r.inbox.NewKey(ctx, a.ID, c.ID, clock.DayOf(now), clock.DayOf(now.Add(keyLife)))
		if err != nil {
			return err
		}
		if err := r.announce(ctx, c, k); err != nil {
			return err
		}
	}
	return nil
}

// changeDeskKey changes the desk key when a removal asks for it and no other
// program has the Desk open.
func (r *rooms) changeDeskKey(ctx context.Context) error {
	r.keys.Lock()
	defer r.keys.Unlock()
	var due bool
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = admin.RekeyDue(ctx, tx)
		return err
	}); err != nil || !due {
		return err
	}
	return r.hold.Alone(func() error {
		key, err := admin.ChangeDeskKey(ctx, r.db, r.cfg.Dir)
		if err == nil {
			r.deskKey = key
		}
		clear(key[:])
		return err
	})
}

// pending is what removals left to do.
func (r *rooms) pending(ctx context.Context, a staff.Actor) (p deskweb.Pending, err error) {
	if err := a.Must(staff.Security); err != nil {
		return p, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		stale, err := tx.StaleSafes(ctx, "")
		if err != nil {
			return err
		}
		p.Safes = len(stale)
		p.Desk, err = admin.RekeyDue(ctx, tx)
		return err
	})
	return p, err
}
