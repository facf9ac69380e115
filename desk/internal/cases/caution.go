package cases

import (
	"context"

	"waylight/desk/internal/safe"
	"waylight/internal/ids"
)

// Kinds in the leg's own safe.
const (
	KindCaution Kind = "caution" // a paper of a traveller runs out before the leg has ended
	KindWhy     Kind = "why"     // why somebody said go all the same
)

// Warning tells whoever holds a leg alone that a paper ends before the leg does: not
// whose, which, or when.
type Warning struct{ Stands bool }

// Why is why a member said go although a warning stood.
type Why struct {
	Version int // of the leg
	Words   string
}

// Reason finds why a member said go to the leg as it stands; empty: they gave none.
func (m Movement) Reason(member string) string {
	for i := len(m.Whys) - 1; i >= 0; i-- {
		if w := m.Whys[i]; w.Author == member && w.Content.Version == m.Sheet.Current.Version {
			return w.Content.Words
		}
	}
	return ""
}

// caution keeps in each leg that has not ended whether a warning stands: it follows from
// the papers, which the escort cannot open.
func (o *open) caution(ctx context.Context) error {
	for n := range o.Legs {
		m := &o.Legs[n]
		s, opens := o.legs[m.ID]
		if !opens || m.State.Stage() == StageOver {
			continue
		}
		stands := len(Cautions(o.Case, m.Leg)) > 0
		if stands == m.Warned {
			continue
		}
		items, err := o.tx.Items(ctx, m.ID)
		if err != nil {
			return err
		}
		have := 0
		for _, i := range items {
			if i.Kind == KindCaution {
				have = i.Version
			}
		}
		if _, err := put(ctx, o.tx, s, Item{ID: m.ID + ".caution", Kind: KindCaution, Base: have, Author: o.actor.ID, At: o.now}, have, Warning{stands}); err != nil {
			return err
		}
		if err := o.book.logLeg(ctx, o.tx, o.actor, m.ID, "leg.caution", nil); err != nil {
			return err
		}
		m.Warned = stands
	}
	return nil
}

// because keeps in the leg why its go was said all the same.
func (b *Book) because(ctx context.Context, tx Store, s safe.Safe, version int, author, words string) error {
	_, err := put(ctx, tx, s, Item{ID: ids.New(string(KindWhy)), Kind: KindWhy, Author: author, At: b.clock.Now()}, 0, Why{version, words})
	return err
}
