package admin

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
)

// opens says by which roles one comes to hold safes of a kind. Who holds none of
// them any more loses these safes.
func opens() map[string]staff.Roles {
	handling, casework, recording := staff.Roles{staff.Intake, staff.Caseworker}, staff.Roles{staff.Caseworker}, staff.Roles{staff.Documenter}
	return map[string]staff.Roles{
		"submission": {staff.Advocate, staff.Editor}, "matter": {staff.Advocate, staff.Editor},
		"petition": {staff.Advocate},
		"key":      {staff.Intake}, "thread": handling, "exchange": handling,
		"case": casework, "leg": casework, "place": casework, "leak": casework, "provider": casework, "guide": casework,
		"offer":  {staff.Caseworker, staff.Advocate},
		"source": recording, "item": recording, "evidence": recording, "party": recording,
	}
}

// ChangeRoles gives a member these roles and no others, at once. The safes that
// came with a role that is lost are taken away and wait for a new key; it is
// refused while nobody else could open one of them. It reports whether keys wait
// to be changed, and whether the intake keys are among them.
func ChangeRoles(ctx context.Context, db *store.DB, actor staff.Actor, id string, roles staff.Roles) (rekey, intake bool, err error) {
	if err := actor.Must(staff.Security); err != nil {
		return false, false, err
	}
	fresh, err := ordered(roles)
	if err != nil {
		return false, false, err
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.New(fault.Conflict, "This member has left.")
		}
		was := m.Roles
		m.Roles = fresh
		if slices.Equal(was, fresh) {
			return nil
		}
		if err := mayLose(ctx, tx, actor, m, was); err != nil {
			return err
		}
		n, err := withdraw(ctx, tx, m, was)
		if err != nil {
			return err
		}
		rekey, intake = n > 0, was.Has(staff.Intake) && !fresh.Has(staff.Intake)
		if err := tx.PutMember(ctx, m); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "member.roles-changed", Subject: id, Detail: struct {
			From  staff.Roles `json:"from"`
			To    staff.Roles `json:"to"`
			Taken int64       `json:"taken"` // safes
		}{was, fresh, n}})
	})
	return rekey, intake, err
}

// ordered checks roles and puts them in the order of staff.AllRoles.
func ordered(roles staff.Roles) (staff.Roles, error) {
	var c fault.Check
	c.Field(len(roles) > 0, "roles", "Choose at least one role.")
	var out staff.Roles
	for _, r := range staff.AllRoles() {
		if roles.Has(r) {
			out = append(out, r)
		}
	}
	for _, r := range roles {
		c.Field(out.Has(r), "roles", "One of the roles does not exist.")
	}
	return out, c.Err()
}

// mayLose refuses a change that would leave the Desk without somebody it needs.
func mayLose(ctx context.Context, tx *store.Tx, actor staff.Actor, m staff.Member, was staff.Roles) error {
	lost := func(r staff.Role) bool { return was.Has(r) && !m.Roles.Has(r) }
	if m.ID == actor.ID && lost(staff.Security) {
		return fault.New(fault.Conflict, "You cannot take this role from yourself. Ask another security officer.")
	}
	if lost(staff.Intake) {
		return replaceable(ctx, tx, staff.Member{ID: m.ID, Roles: was})
	}
	return nil
}

// withdraw takes away the safes that came with the roles that m has no more.
func withdraw(ctx context.Context, tx *store.Tx, m staff.Member, was staff.Roles) (n int64, err error) {
	alone, err := tx.HeldAlone(ctx, m.ID)
	if err != nil {
		return 0, err
	}
	for kind, by := range opens() {
		if !was.Any(by...) || m.Roles.Any(by...) {
			continue
		}
		held := 0
		for _, id := range alone {
			if strings.HasPrefix(id, kind+"_") {
				held++
			}
		}
		if held > 0 {
			return 0, fault.New(fault.Conflict, "Nobody else can open %d of the conversations, cases or sources that this member would lose with the role. Let them share these with a colleague first.", held)
		}
		if kind == "case" {
			if err := tx.DropDrawer(ctx, m.ID); err != nil {
				return 0, err
			}
		}
		taken, err := tx.WithdrawGrants(ctx, m.ID, kind)
		if err != nil {
			return 0, err
		}
		n += taken
	}
	return n, nil
}
