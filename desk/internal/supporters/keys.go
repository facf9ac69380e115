package supporters

import (
	"context"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
)

// ShareKeys lets every advocate open the petitions that the actor can open.
func (r *Roll) ShareKeys(ctx context.Context, a staff.Actor) error {
	if !a.Roles.Has(staff.Advocate) {
		return nil
	}
	return r.Within(ctx, func(s Store) error {
		all, err := s.Petitions(ctx)
		if err != nil {
			return err
		}
		members, err := s.Members(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			if err := r.share(ctx, s, a, p, staff.With(members, staff.Advocate)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *Roll) share(ctx context.Context, s Store, a staff.Actor, p Petition, to []staff.Member) error {
	grants, err := s.Grants(ctx, p.ID)
	has := func(id string) bool {
		return slices.ContainsFunc(grants, func(g safe.Grant) bool { return g.Member == id })
	}
	if err != nil || !has(a.ID) || !slices.ContainsFunc(to, func(m staff.Member) bool { return !has(m.ID) }) {
		return err
	}
	box, err := open(ctx, s, a, p.ID)
	if err != nil {
		return err
	}
	for _, m := range to {
		if has(m.ID) {
			continue
		}
		g, err := box.Share(m)
		if err != nil {
			return err
		}
		if err := s.PutGrant(ctx, g); err != nil {
			return err
		}
		if err := s.Append(ctx, entry(a, "petition.key-shared", p.ID, struct{ Member string }{m.ID})); err != nil {
			return err
		}
	}
	return nil
}

// Renew locks out those who have left or lost the role. The old seed they may have
// kept, so signatures are sealed to a new key from now on; the old one stays for
// those that are on their way.
func (r *Roll) Renew(ctx context.Context, a staff.Actor, id string) error {
	return r.Within(ctx, func(s Store) error {
		p, err := s.Petition(ctx, id)
		if err != nil {
			return err
		}
		box, err := open(ctx, s, a, id)
		if err != nil {
			return err
		}
		var cells []safe.Cell
		if len(p.Key) > 0 {
			cells = append(cells, safe.Cell{Label: keyLabel(id), Sealed: p.Key, Keep: func(to safe.Sealed) error { p.Key = to; return s.SavePetitionKey(ctx, p) }})
		}
		for after := ""; ; {
			some, err := s.SupportersOf(ctx, id, "", after, 1000)
			if err != nil {
				return err
			}
			for _, x := range some {
				after = x.ID
				if len(x.Sealed) == 0 {
					continue
				}
				cells = append(cells, safe.Cell{Label: supporterLabel(x.ID), Sealed: x.Sealed, Keep: func(to safe.Sealed) error { x.Sealed = to; return s.PutSupporter(ctx, x) }})
			}
			if len(some) < 1000 {
				break
			}
		}
		changed, err := safe.Rekey(ctx, s, box, cells)
		if err != nil || !changed {
			return err
		}
		fresh, err := open(ctx, s, a, id)
		if err != nil {
			return err
		}
		if p.State == Open {
			if err := r.newKey(fresh, &p); err != nil {
				return err
			}
			if err := r.announce(ctx, s, &p); err != nil {
				return err
			}
			if err := s.SavePetitionKey(ctx, p); err != nil {
				return err
			}
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "safe.renewed", Subject: id})
	})
}
