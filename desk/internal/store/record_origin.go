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

// OpenTexts lists the newest items whose words are not sealed, at most limit.
func (t *Tx) OpenTexts(ctx context.Context, limit int) ([]record.Item, error) {
	return all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item WHERE material <> 'identity' AND safe = '' AND words <> '' ORDER BY received_us DESC, dated DESC, id LIMIT $1`, limit)
}

// ItemsToCompare lists items of the sources whose words are not sealed: those named
// first, then the newest. Each source is asked for by its index, so that one with a
// hundred thousand items costs no more than one with a hundred.
func (t *Tx) ItemsToCompare(ctx context.Context, named, sources []string, limit int) ([]record.Item, error) {
	out, err := all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item WHERE id IN (SELECT value FROM json_each($1)) AND safe = '' AND words <> '' ORDER BY id LIMIT $2`, among(named), limit)
	seen := map[string]bool{}
	for _, i := range out {
		seen[i.ID] = true
	}
	each := (limit - len(out)) / max(1, len(sources))
	for _, s := range sources {
		if err != nil || each == 0 {
			break
		}
		var more []record.Item
		more, err = all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item WHERE source = $1 AND safe = '' AND words <> '' ORDER BY received_us DESC LIMIT $2`, s, each)
		for _, i := range more {
			if !seen[i.ID] {
				seen[i.ID] = true
				out = append(out, i)
			}
		}
	}
	return out, err
}
