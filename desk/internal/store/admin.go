package store

import (
	"context"
	"time"

	"waylight/internal/clock"
)

// EachArrival gives the id and the time of every envelope that ever came, oldest first.
func (t *Tx) EachArrival(ctx context.Context, f func(id string, at time.Time)) error {
	rows, err := t.q.Query(ctx, `SELECT id, at_us FROM arrival ORDER BY at_us, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return err
		}
		f(id, clock.FromMicros(at))
	}
	return rows.Err()
}

// RaiseSerial sees to it that the next signed list of pages comes above floor.
func (t *Tx) RaiseSerial(ctx context.Context, floor uint64) error {
	_, err := t.exec(ctx, `INSERT INTO public_serial (one, serial) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET serial = max(serial, excluded.serial)`, int64(floor))
	return err
}
