package store

import (
	"context"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// AddKinship adds what was decided about the origin of two sources.
func (t *Tx) AddKinship(ctx context.Context, k record.Kinship) error {
	_, err := t.exec(ctx, `INSERT INTO kinship (one, other, same, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`,
		k.A, k.B, truth(k.Same), k.Reason, k.By, clock.Micros(k.At))
	return err
}

// Kinships lists what was decided about origins, the oldest first.
func (t *Tx) Kinships(ctx context.Context) ([]record.Kinship, error) {
	return all(ctx, t, func(r scanner) (record.Kinship, error) {
		var k record.Kinship
		var at int64
		err := r.Scan(&k.A, &k.B, &k.Same, &k.Reason, &k.By, &at)
		k.At = clock.FromMicros(at)
		return k, err
	}, `SELECT one, other, same, reason, by_member, at_us FROM kinship ORDER BY seq`)
}
