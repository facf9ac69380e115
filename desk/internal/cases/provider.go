package cases

import (
	"context"

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
type Helper = Folder[Provider]

func loadProvider(ctx context.Context, tx Store, actor staff.Actor, id string) (Helper, safe.Safe, error) {
	return LoadFolder[Provider](ctx, tx, actor, KindProvider, id)
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
		saved, _, err = KeepFolder(ctx, tx, actor, KindProvider, id, saw, p, b.clock.Now(), staff.Caseworker)
		return err
	})
	return saved, err
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
