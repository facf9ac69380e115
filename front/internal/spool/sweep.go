package spool

import (
	"context"
	"errors"
	"time"

	"waylight/internal/clock"
	"waylight/internal/sqldb"
)

type snapshot = sqldb.Snapshot

// How long what nobody needs any more is kept, in days.
const (
	abandonedAfter = 3  // chunks that no envelope names: a sender may still go on
	heldFor        = 14 // ids of envelopes at the Desk: a sender may still ask again
)

// Sweep removes replies after their last day, ids of envelopes that the Desk
// took long ago, and chunks that no envelope names. It is safe at any time.
func (s *Spool) Sweep(ctx context.Context) error {
	now := s.clock.Now()
	before := func(days int) string { return string(clock.DayOf(now.Add(-time.Duration(days) * 24 * time.Hour))) }
	err := s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM reply WHERE expires < $1`, before(0)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM held WHERE day < $1`, before(heldFor))
		return err
	})
	if err != nil {
		return err
	}
	days, err := s.chunks.Days()
	if err != nil {
		return err
	}
	for id, day := range days {
		if string(day) >= before(abandonedAfter) {
			continue
		}
		s.sweeping.Lock() // no submission may be naming it at this moment
		err = errors.Join(err, s.DropChunks(ctx, id))
		s.sweeping.Unlock()
	}
	return err
}
