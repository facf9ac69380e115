package store

import (
	"context"
	"time"

	"waylight/internal/clock"
)

// NextStep is the earliest time after now at which something that is watched becomes
// due: a check-in or a rung of its ladder, a decision on a request, a step after an
// exposure. Zero: nothing is.
func (t *Tx) NextStep(ctx context.Context, now time.Time) (time.Time, error) {
	us, err := one(t.q.QueryRow(ctx, `SELECT COALESCE(MIN(us), 0) FROM (
		SELECT MIN(next_us) AS us FROM case_checkin WHERE next_us > 0 AND next_us > $1
		UNION ALL SELECT MIN(decide_us) FROM case_file WHERE decide_us > 0 AND decide_us > $1
		UNION ALL SELECT MIN(due_us) FROM case_task WHERE done_us = 0 AND due_us > $1)`, clock.Micros(now)),
		func(s scanner) (int64, error) {
			var us int64
			err := s.Scan(&us)
			return us, err
		})
	return clock.FromMicros(us), err
}
