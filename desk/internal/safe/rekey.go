package safe

import (
	"context"
	"slices"

	"waylight/desk/internal/staff"
)

// Cell is one thing that lies in a safe: its label, and how it is kept again.
type Cell struct {
	Label  string
	Sealed Sealed
	Keep   func(Sealed) error
}

// Holders is what Rekey needs of a transaction.
type Holders interface {
	Store
	Members(ctx context.Context) ([]staff.Member, error)
}

// Rekey gives a safe a new key for those of its holders who have not left, and
// seals every cell again. It reports whether anybody had left or lost the role
// by which they could open it; when nobody had, nothing changes.
func Rekey(ctx context.Context, tx Holders, s Safe, cells []Cell) (changed bool, err error) {
	grants, err := tx.Grants(ctx, s.id)
	if err != nil {
		return false, err
	}
	members, err := tx.Members(ctx)
	if err != nil {
		return false, err
	}
	var to []staff.Member
	for _, m := range staff.With(members) {
		if slices.ContainsFunc(grants, func(g Grant) bool { return g.Member == m.ID }) {
			to = append(to, m)
		}
	}
	due, err := tx.RenewalDue(ctx, s.id)
	if err != nil || !due && len(to) == len(grants) {
		return false, err
	}
	renewed, fresh, err := s.Renew(to...)
	if err != nil {
		return false, err
	}
	for _, g := range grants {
		if err := tx.RemoveGrant(ctx, s.id, g.Member); err != nil {
			return false, err
		}
	}
	for _, g := range fresh {
		if err := tx.PutGrant(ctx, g); err != nil {
			return false, err
		}
	}
	for _, c := range cells {
		sealed, err := s.Move(renewed, c.Label, c.Sealed)
		if err != nil {
			return false, err
		}
		if err := c.Keep(sealed); err != nil {
			return false, err
		}
	}
	return true, nil
}
