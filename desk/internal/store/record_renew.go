package store

import (
	"context"

	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
)

// SealedItems lists the items whose words lie in a safe.
func (t *Tx) SealedItems(ctx context.Context, id string) ([]record.Item, error) {
	return all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item WHERE safe = $1 AND safe <> '' AND length(sealed) > 0`, id)
}

// SealedClaims lists the claims whose words lie in a safe.
func (t *Tx) SealedClaims(ctx context.Context, id string) ([]record.Claim, error) {
	return all(ctx, t, scanClaim, `SELECT `+claimColumns+` FROM claim WHERE safe = $1 AND safe <> '' AND length(sealed) > 0`, id)
}

// ResealRecordItem replaces the sealed bytes of an item.
func (t *Tx) ResealRecordItem(ctx context.Context, id string, sealed safe.Sealed) error {
	return t.execOne(ctx, `UPDATE item SET sealed = $2 WHERE id = $1`, id, []byte(sealed))
}

// ResealClaim replaces the sealed bytes of a claim.
func (t *Tx) ResealClaim(ctx context.Context, id string, sealed safe.Sealed) error {
	return t.execOne(ctx, `UPDATE claim SET sealed = $2 WHERE id = $1`, id, []byte(sealed))
}
