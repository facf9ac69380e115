package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// seenEvery is how often a session in use is noted: not at each request.
const seenEvery = time.Minute

// SignIn lets a member in, unlocking the Desk when it is locked, and returns the
// cookie's value. On a full disk it gives the last room free and tries again:
// somebody must be able to read and to answer an alarm.
func (d *Desk) SignIn(ctx context.Context, login, passphrase string) (string, error) {
	cookie, err := d.signIn(ctx, login, passphrase)
	if store.IsFull(err) {
		d.spare.drop()
		cookie, err = d.signIn(ctx, login, passphrase)
	}
	return cookie, err
}

func (d *Desk) signIn(ctx context.Context, login, passphrase string) (string, error) {
	f, err := d.readKeys()
	if err != nil {
		return "", err
	}
	keys, deskKey, err := f.SignIn(ctx, login, passphrase)
	if err != nil {
		return "", err
	}
	defer clear(deskKey[:])
	wasLocked := d.Locked()
	r, err := d.unlock(ctx, deskKey, admin.DatabaseOf(f))
	if err != nil {
		return "", err
	}
	if err := d.stillOpens(ctx, r, f, keys.Member()); err != nil {
		keys.Wipe()
		if wasLocked && len(r.hashes()) == 0 {
			err = errors.Join(err, d.Lock()) // as it was before
		}
		return "", err
	}
	now := r.clock.Now()
	token := staff.NewToken()
	session := staff.Session{Hash: token.Hash(), ID: ids.New("session"), Member: keys.Member(), Begun: now, Seen: now}
	var member staff.Member
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if member, err = tx.Member(ctx, keys.Member()); err != nil {
			return err
		}
		if !member.Active {
			return fault.New(fault.Denied, "This member has left.")
		}
		if err := tx.PutSession(ctx, session); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: member.ID, Action: "member.signed-in", Subject: member.ID})
	})
	if err != nil {
		keys.Wipe()
		return "", err
	}
	d.mu.Lock()
	r.live[session.Hash] = keys
	d.mu.Unlock()
	here := staff.Actor{Member: member, Session: session.ID, Keys: keys}
	if err := r.settle(ctx, here); err != nil {
		d.cfg.Log.Warn("some keys wait to be changed after a removal; it is tried again at the next sign-in", "kind", fault.KindOf(err))
	}
	r.wake(here)
	r.warm(here)
	return token.Cookie(), nil
}

// stillOpens settles papers now that the database is open, and refuses a passphrase that
// it knows to be over: one that two papers had set and that was stopped, in an older key
// file that was put in the place of the newer one.
func (d *Desk) stillOpens(ctx context.Context, r *rooms, opened *keyring.File, member string) error {
	f, failed := r.settlePapers(ctx, member)
	if failed != nil {
		// On a full disk somebody must come in all the same, with their own passphrase.
		d.cfg.Log.Warn("what papers led to is not settled; it is tried again within a minute", "kind", fault.KindOf(failed))
		var err error
		if f, err = keyring.ReadFile(filepath.Join(d.cfg.Dir, admin.KeyFile)); err != nil {
			return err
		}
	}
	if f.SamePassphrase(opened, member) {
		return nil
	}
	return cmp.Or[error](failed, keyring.ErrSignIn)
}

// Actor finds who makes a request.
func (d *Desk) Actor(req *http.Request) (staff.Actor, error) {
	return d.actorOf(req.Context(), d.cookie().Read(req))
}

// actor finds the live session of a token; used notes that its member is here now.
func (r *rooms) actor(ctx context.Context, hash [32]byte, used bool) (staff.Actor, error) {
	var a staff.Actor
	var s staff.Session
	now := r.clock.Now()
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		if s, err = tx.Session(ctx, hash); err != nil {
			return err
		}
		a.Member, err = tx.Member(ctx, s.Member)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return a, fault.New(fault.Denied, "Please sign in.")
	}
	if err != nil {
		return a, err
	}
	keys := r.keysOf(hash)
	if keys == nil || s.Alive(now) != nil || !a.Active {
		return a, fault.New(fault.Denied, "You were signed out. Sign in again; nothing was lost.")
	}
	if used && now.Sub(s.Seen) > seenEvery {
		s.Seen = now
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.PutSession(ctx, s) }); err != nil {
			return a, err
		}
	}
	a.Session, a.Keys = s.ID, keys
	return a, nil
}

// signOut ends one session.
func (r *rooms) signOut(ctx context.Context, a staff.Actor) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		for _, hash := range r.hashes() {
			s, err := tx.Session(ctx, hash)
			if err != nil {
				return err
			}
			if s.ID != a.Session {
				continue
			}
			r.forget(hash)
			s.Ended = r.clock.Now()
			if err := tx.PutSession(ctx, s); err != nil {
				return err
			}
		}
		return tx.Append(ctx, entry(a, "member.signed-out", a.ID))
	})
}

// endSessions ends everybody's sessions, for the whole Desk is to be locked.
func (r *rooms) endSessions(ctx context.Context, by string) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndSessions(ctx, "", r.clock.Now()); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by, Action: "desk.locked", Subject: "desk"})
	})
}

func (r *rooms) hashes() [][32]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([][32]byte, 0, len(r.live))
	for h := range r.live {
		out = append(out, h)
	}
	return out
}

// forget wipes a session's keys.
func (r *rooms) forget(hash [32]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.live[hash]
	if k == nil {
		return
	}
	delete(r.live, hash)
	for _, other := range r.live {
		if other.Member() == k.Member() {
			k.Wipe()
			return
		}
	}
	r.book.Forget(k.Member())
	r.archive.Forget(k.Member())
	r.parties.Forget(k.Member())
	k.Wipe()
}

// actorOf finds the actor of a cookie's value.
func (d *Desk) actorOf(ctx context.Context, cookie string) (staff.Actor, error) {
	r := d.rooms()
	if r == nil {
		return staff.Actor{}, fault.New(fault.Locked, "The Desk is locked. The first member to sign in unlocks it.")
	}
	token, ok := staff.ParseToken(cookie)
	if !ok {
		return staff.Actor{}, fault.New(fault.Denied, "Please sign in.")
	}
	return r.actor(ctx, token.Hash(), true)
}
