package supporters

import (
	"context"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Erasure is what an erasure of all who signed takes away, and what stays.
type Erasure struct {
	Confirmed, Unconfirmed, Blocked int
	Unopened                        int // sealed signatures that nobody has opened, or that no key opens
	Packages                        int // that were handed over: they stay
	Signed                          int // the count that was signed last: it stays
}

// All is how many signatures go.
func (e Erasure) All() int { return e.Confirmed + e.Unconfirmed + e.Blocked + e.Unopened }

// EraseSigners erases everybody who signed a petition that was taken down: their
// signatures in every standing, those that are sealed still, what waits to be
// mailed to them, and the key that would open more. The count that was signed last
// and the packages that were handed over stay: they hold hashes, not people. With
// try nothing is changed, and the answer says what would be. A second time there is
// nothing left to erase.
func (r *Roll) EraseSigners(ctx context.Context, a staff.Actor, id string, try bool) (out Erasure, err error) {
	if err := a.Must(staff.Advocate, staff.Editor, staff.Security); err != nil {
		return out, err
	}
	look := r.Within
	if try {
		look = r.Reading
	}
	err = look(ctx, func(s Store) error {
		p, err := s.Petition(ctx, id)
		if err != nil {
			return err
		}
		if p.State != Removed {
			return fault.New(fault.Conflict, "Take the petition down first. Then those who signed can be erased.")
		}
		if out, err = erasureOf(ctx, s, p); err != nil || try {
			return err
		}
		if out.All() == 0 && len(p.Key) == 0 {
			return nil
		}
		if err := r.eraseAll(ctx, s, p); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.signers-erased", id, out))
	})
	return out, err
}

func erasureOf(ctx context.Context, s Store, p Petition) (Erasure, error) {
	st, err := s.Standings(ctx, p.ID)
	if err != nil {
		return Erasure{}, err
	}
	e := Erasure{Confirmed: st[Confirmed], Unconfirmed: st[Waiting] + st[Held], Blocked: st[Blocked]}
	waits, troubled, err := s.WaitingSignatures(ctx, p.Public)
	if err != nil {
		return e, err
	}
	e.Unopened = waits + troubled
	packages, err := s.DeliveriesOf(ctx, p.ID)
	e.Packages = len(packages)
	if p.Tally != nil {
		e.Signed = p.Tally.Total
	}
	return e, err
}

func (r *Roll) eraseAll(ctx context.Context, s Store, p Petition) error {
	if err := each(ctx, s, p.ID, "", func(x Supporter) error {
		if r.Mail != nil {
			if err := r.Mail.DropMails(ctx, s, x.ID); err != nil {
				return err
			}
		}
		return s.EraseSupporter(ctx, x.ID)
	}); err != nil {
		return err
	}
	if err := s.DropSignatureArrivals(ctx, p.Public); err != nil {
		return err
	}
	p.Key = nil
	return s.SavePetitionKey(ctx, p)
}

// erased reports a petition whose signers were erased: what is still on its way to
// it is not kept.
func (p Petition) erased() bool {
	return p.State == Removed && p.Recipient != "" && len(p.Key) == 0
}
