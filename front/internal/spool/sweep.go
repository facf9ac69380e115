package spool

import (
	"context"
	"errors"
	"time"

	"waylight/internal/clock"
	"waylight/internal/sqldb"
)

type snapshot = sqldb.Snapshot

// heldFor is for how many days the ids of envelopes at the Desk are kept: a sender
// may still ask again.
const heldFor = 14

// Sweep removes replies after their last day, ids of envelopes that the Desk
// took long ago, chunks that no envelope names, envelopes that no Desk fetches,
// closes mailboxes that nobody uses (Keep) and destroys old secrets of forms. It is safe at any time.
func (s *Spool) Sweep(ctx context.Context) error {
	now := s.clock.Now()
	before := func(days int) string { return string(clock.DayOf(now.Add(-time.Duration(days) * 24 * time.Hour))) }
	var gone []Upload
	err := s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if _, err := tx.Exec(ctx, `DELETE FROM reply WHERE expires < $1`, before(0)); err != nil {
			return err
		}
		if gone, err = s.expire(ctx, tx); err != nil {
			return err
		}
		if err := s.forget(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM dropped WHERE done = 1 AND day < $1`, before(s.keep.Parts)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM held WHERE day < $1`, before(heldFor))
		return err
	})
	if err != nil {
		return err
	}
	for _, u := range gone {
		err = errors.Join(err, s.chunks.Delete(u.ID))
	}
	if err != nil {
		return err
	}
	days, err := s.chunks.Days()
	if err != nil {
		return err
	}
	for id, day := range days {
		if string(day) >= before(s.keep.Parts) {
			continue
		}
		err = errors.Join(err, s.drop(ctx, id))
	}
	return err
}

// drop removes abandoned chunks. It says so in the database before and after,
// because another Front may be storing an envelope that names them.
func (s *Spool) drop(ctx context.Context, upload ID) error {
	s.sweeping.Lock() // no submission here may be naming it at this moment
	defer s.sweeping.Unlock()
	var named int
	err := s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		err := tx.QueryRow(ctx, `SELECT count(*) FROM upload WHERE id = $1`, upload[:]).Scan(&named)
		if err != nil || named > 0 {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO dropped (id, day, done) VALUES ($1, $2, 0) ON CONFLICT (id) DO UPDATE SET done = 0`, upload[:], string(s.today()))
		return err
	})
	if err != nil || named > 0 {
		return err
	}
	if err := s.chunks.Delete(upload); err != nil {
		return err // the next sweep goes on
	}
	return s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE dropped SET done = 1 WHERE id = $1`, upload[:])
		return err
	})
}
