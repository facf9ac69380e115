package safe

import (
	"context"

	"waylight/desk/internal/staff"
)

// Spare is a key that nobody has: its secret is split among several people, two of
// whom must act together. A safe that is granted to it is not lost when everybody
// who could open it is gone.
type Spare struct {
	ID        string // "glass_…"
	Recipient string
}

// as lets the spare key be granted like a member.
func (p Spare) as() staff.Member { return staff.Member{ID: p.ID, Recipient: p.Recipient} }

// Spares is what a store offers so that safes are granted to the spare key. Such
// grants lie apart from those of members: they make nobody assigned.
type Spares interface {
	// Spare is the newest spare key; a fault of kind NotFound when there is none.
	Spare(ctx context.Context) (Spare, error)
	// SpareGrant answers a fault of kind NotFound when the safe has none; its Member is the spare key's id.
	SpareGrant(ctx context.Context, safe string) (Grant, error)
	// PutSpareGrant replaces the one that the safe has.
	PutSpareGrant(ctx context.Context, g Grant) error
	RemoveSpareGrant(ctx context.Context, safe string) error
}

// GrantSpare makes the grant for a spare key.
func (s Safe) GrantSpare(p Spare) (Grant, error) { return s.Share(p.as()) }

// RenewWith is Renew for the members and a spare key; there may be no member at all.
func (s Safe) RenewWith(p Spare, to ...staff.Member) (Safe, []Grant, Grant, error) {
	renewed, grants, err := s.Renew(append(to, p.as())...)
	if err != nil {
		return s, nil, Grant{}, err
	}
	last := len(grants) - 1
	return renewed, grants[:last], grants[last], nil
}
