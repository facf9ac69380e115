package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// settingRekey stands while the desk key waits to be changed.
const settingRekey = "desk.rekey"

// errAlone asks to hand over first what nobody else could open.
func errAlone(n int) error {
	return fault.New(fault.Conflict, "Nobody else can open %d of the conversations, cases or sources of this member. Let them share these first; or remove the member and give these up for ever.", n)
}

// RemoveMember takes a member out: row, sessions, ledger entry. From then on
// every safe that the member could open waits for a new key, and so does the
// database. With abandon also what nobody else can open is given up.
func RemoveMember(ctx context.Context, db *store.DB, actor staff.Actor, id string, abandon bool, c clock.Clock) error {
	if err := actor.Must(staff.Security); err != nil {
		return err
	}
	if id == actor.ID {
		return fault.New(fault.Conflict, "You cannot remove yourself. Ask another security officer.")
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.New(fault.Conflict, "This member has left.")
		}
		if err := replaceable(ctx, tx, m); err != nil {
			return err
		}
		alone, err := tx.HeldAlone(ctx, id)
		if err != nil {
			return err
		}
		if len(alone) > 0 && !abandon {
			return errAlone(len(alone))
		}
		m.Active, m.OnDuty, m.Left = false, false, c.Now()
		if err := tx.PutMember(ctx, m); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, id, c.Now()); err != nil {
			return err
		}
		// Nobody could give these a new key: without grants they are destroyed.
		for _, s := range alone {
			if err := tx.RemoveGrant(ctx, s, id); err != nil {
				return err
			}
		}
		if err := tx.DropDrawer(ctx, id); err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, settingRekey, []byte{1}); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "member.removed", Subject: id, Detail: struct {
			Abandoned int `json:"abandoned"`
		}{len(alone)}})
	})
}

// replaceable refuses to remove the last of a role without which nothing is received.
func replaceable(ctx context.Context, tx *store.Tx, m staff.Member) error {
	all, err := tx.Members(ctx)
	if err != nil {
		return err
	}
	if m.Roles.Has(staff.Intake) && len(staff.With(all, staff.Intake)) == 1 {
		return fault.New(fault.Conflict, "This is the last intake operator: nobody could open new messages. Add another one first.")
	}
	return nil
}

// RekeyDue reports whether the desk key waits to be changed.
func RekeyDue(ctx context.Context, tx *store.Tx) (bool, error) {
	_, err := tx.Setting(ctx, settingRekey)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// ChangeDeskKey moves the database under a fresh desk key that is sealed to
// those who are members now. It is final at the moment at which the key file is
// replaced; before that everything is as it was. The caller holds the folder
// alone and takes the key over.
func ChangeDeskKey(ctx context.Context, db *store.DB, dir string) (key [32]byte, err error) {
	path := filepath.Join(dir, KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return key, err
	}
	old := DatabaseOf(f)
	if err := removeStray(dir, old); err != nil {
		return key, err
	}
	var active []string
	if err := db.Read(ctx, func(tx *store.Tx) error {
		return eachActive(ctx, tx, func(m staff.Member) { active = append(active, m.ID) })
	}); err != nil {
		return key, err
	}
	rand.Read(key[:])
	_, tail, _ := strings.Cut(ids.New("desk"), "_")
	f.Database = "desk-" + tail + ".db"
	if err := f.Rekey(key, active); err != nil {
		return key, err
	}
	err = db.Rekey(ctx, filepath.Join(dir, f.Database), key[:], func() error {
		err := f.Write(path)
		if err != nil {
			// The name may have changed before the error: then there is no way back.
			if now, again := keyring.ReadFile(path); again == nil && now.Database == f.Database {
				return nil
			}
		}
		return err
	})
	if err != nil {
		removeDatabase(filepath.Join(dir, f.Database))
		return key, err
	}
	removeDatabase(filepath.Join(dir, old))
	err = db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropSetting(ctx, settingRekey); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "desk.rekeyed", Subject: "desk"})
	})
	return key, err
}

// removeStray removes databases that a change of the key left when it was cut off.
func removeStray(dir, keep string) error {
	all, err := filepath.Glob(filepath.Join(dir, "desk*.db"))
	for _, path := range all {
		if filepath.Base(path) != keep && validName(filepath.Base(path)) {
			removeDatabase(path)
		}
	}
	return err
}

// Generate makes a passphrase for somebody who cannot type one now: 80 random
// bits in groups of four. It is to be replaced.
func Generate() string {
	_, s, _ := strings.Cut(ids.New("x"), "_")
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:16]}, "-")
}

// FindMember finds the member that an operator means: by id, by the name that
// colleagues see, or by the name for signing in.
func FindMember(ctx context.Context, db *store.DB, dir, who string) (m staff.Member, err error) {
	f, err := keyring.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		return m, err
	}
	login := f.MemberOf(who)
	found := 0
	err = db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Members(ctx)
		for _, one := range all {
			if one.ID == who || one.ID == login {
				m, found = one, 1
				return err
			}
			if one.Active && one.Name == who {
				m = one
				found++
			}
		}
		return err
	})
	switch {
	case err != nil:
		return m, err
	case found == 0:
		return m, fmt.Errorf("there is no member %q; see: waylight-desk members list", who)
	case found > 1:
		return m, errors.New("several members have this name; give the id that waylight-desk members list shows")
	}
	return m, nil
}
