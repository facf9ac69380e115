package record

import (
	"context"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Resealer keeps what was sealed again under a safe's new key; nothing else of
// an item or a claim ever changes.
type Resealer interface {
	SealedItems(ctx context.Context, safe string) ([]Item, error)
	SealedClaims(ctx context.Context, safe string) ([]Claim, error)
	ResealRecordItem(ctx context.Context, id string, sealed safe.Sealed) error
	ResealClaim(ctx context.Context, id string, sealed safe.Sealed) error
	EvidenceSafes(ctx context.Context, item string) ([]string, error)    // of files of an item that have safes of their own
	EvidenceCells(ctx context.Context, safe string) ([]safe.Cell, error) // what files of an item keep in its safe
}

// Renew gives a source's or an item's safe a new key when somebody who could
// open it has left. When nobody has, nothing changes.
func (a *Archive) Renew(ctx context.Context, by staff.Actor, id string) error {
	return a.within(ctx, func(tx Store) error {
		box, ok, err := open(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		items, err := tx.SealedItems(ctx, id)
		if err != nil {
			return err
		}
		claims, err := tx.SealedClaims(ctx, id)
		if err != nil {
			return err
		}
		cells, err := tx.EvidenceCells(ctx, id)
		if err != nil {
			return err
		}
		for _, i := range items {
			label := itemLabel(i.ID)
			if i.Material == identityPaper {
				label = identityLabel(i.Source)
			}
			cells = append(cells, safe.Cell{Label: label, Sealed: i.Sealed, Keep: func(to safe.Sealed) error { return tx.ResealRecordItem(ctx, i.ID, to) }})
		}
		for _, c := range claims {
			cells = append(cells, safe.Cell{Label: claimLabel(c.ID), Sealed: c.Sealed, Keep: func(to safe.Sealed) error { return tx.ResealClaim(ctx, c.ID, to) }})
		}
		changed, err := safe.Rekey(ctx, tx, box, cells)
		if err != nil || !changed {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "safe.renewed", Subject: id, Scope: id})
	})
}
