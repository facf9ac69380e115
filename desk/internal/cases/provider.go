package cases

import (
	"context"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Provider is somebody outside who gives people what they need: a doctor, a
// host, a lawyer. Who they are can lead to those they help, so it lies in a safe
// of its own, which the caseworkers hold.
type Provider struct {
	Name    string
	Gives   []string // of NeedKinds
	Contact string
	Words   string
	Retired bool
}

func (p Provider) check() error {
	var k fault.Check
	k.Field(p.Name != "", "name", "Give the provider a name, or a word that colleagues understand.")
	k.Field(len(p.Gives) > 0, "gives", "Choose what they give.")
	for _, g := range p.Gives {
		k.Field(among(g, NeedKinds()), "gives", "Choose what they give.")
	}
	return k.Err()
}

// Helper is a provider, opened.
type Helper struct {
	Sheet[Provider]
	Open []string // member ids who can open it
}

func loadProvider(ctx context.Context, tx Store, actor staff.Actor, id string) (h Helper, s safe.Safe, err error) {
	if !ids.Valid("provider", id) {
		return h, s, fault.Missing()
	}
	if s, err = unlock(ctx, tx, actor, id); err != nil {
		return h, s, err
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return h, s, err
	}
	if s, grants, err = renew(ctx, tx, s, grants); err != nil {
		return h, s, err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return h, s, err
	}
	for _, i := range items {
		if err := take(s, i, h.Sheet.add); err != nil {
			return h, s, err
		}
	}
	for _, g := range grants {
		h.Open = append(h.Open, g.Member)
	}
	return h, s, nil
}

// KeepProvider adds a provider or changes one, and shows it to every caseworker
// who cannot open it yet. A new one's id comes from its form.
func (b *Book) KeepProvider(ctx context.Context, actor staff.Actor, id string, saw int, p Provider) (saved Saved, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return saved, err
	}
	if err := p.check(); err != nil {
		return saved, err
	}
	if id == "" {
		id = ids.New("provider")
	}
	err = b.within(ctx, func(tx Store) error {
		h, s, err := loadProvider(ctx, tx, actor, id)
		switch {
		case fault.KindOf(err) == fault.NotFound && saw == 0 && ids.Valid("provider", id):
			if _, taken := tx.Grants(ctx, id); taken != nil {
				return taken
			}
			if s, _, err = safe.Create(id, actor.Member); err != nil {
				return err
			}
		case err != nil:
			return err
		case saw == 0:
			saved, err = noted(h.Sheet, p, func(p Provider) Provider { return p }, actor.ID)
			return err
		}
		if done, ok := h.known(actor.ID, saw, p); ok {
			saved = done
			return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "provider.read", Subject: id, Scope: id})
		}
		if err := shareProvider(ctx, tx, actor, s, h.Open); err != nil {
			return err
		}
		if saved, err = put(ctx, tx, s, Item{ID: id, Kind: KindProvider, Base: saw, Author: actor.ID, At: b.clock.Now()}, h.Saw(), p); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "provider.kept", Subject: id, Scope: id, Detail: detail{KindProvider, id, saved.Version, saved.Rival}})
	})
	return saved, err
}

// shareProvider gives the safe to every active caseworker who has no grant of it.
func shareProvider(ctx context.Context, tx Store, actor staff.Actor, s safe.Safe, have []string) error {
	all, err := tx.Members(ctx)
	if err != nil {
		return err
	}
	for _, m := range staff.With(all, staff.Caseworker) {
		if slices.Contains(have, m.ID) {
			continue
		}
		g, err := s.Share(m)
		if err != nil {
			return err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if m.ID == actor.ID {
			continue
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "provider.shared", Subject: s.ID(), Scope: s.ID(), Detail: shareDetail{s.ID(), m.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// Providers opens every provider that the actor was given; the reading is in the ledger.
func (b *Book) Providers(ctx context.Context, actor staff.Actor) (all []Helper, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return nil, err
	}
	err = b.within(ctx, func(tx Store) error {
		list, err := tx.SafesOf(ctx, "provider", actor.ID)
		if err != nil {
			return err
		}
		for _, id := range list {
			h, _, err := loadProvider(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "provider.read", Subject: id, Scope: id}); err != nil {
				return err
			}
			all = append(all, h)
		}
		return nil
	})
	return all, err
}
