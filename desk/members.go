package desk

import (
	"context"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/deskweb"
)

// addMember takes a new member in: a slot in the key file, a row, a ledger entry.
func (r *rooms) addMember(ctx context.Context, a staff.Actor, n deskweb.Newcomer) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	_, err := admin.AddMember(ctx, r.db, r.cfg.Dir, r.deskKey, a.ID, admin.NewMember{Login: n.Login, Name: n.Name, Passphrase: n.Passphrase, Roles: n.Roles}, r.clock)
	return err
}
