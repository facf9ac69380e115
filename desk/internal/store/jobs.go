package store

import (
	"context"
	"time"

	"waylight/desk/internal/jobs"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// Enqueue adds a job or replaces the open one of the same kind and subject.
func (t *Tx) Enqueue(ctx context.Context, j jobs.Job) error {
	if j.ID == "" {
		j.ID = ids.New("job")
	}
	if j.Subject == "" {
		j.Subject = j.ID
	}
	if j.Due.IsZero() {
		j.Due = t.clock.Now()
	}
	if j.Body == nil {
		j.Body = []byte{}
	}
	_, err := t.exec(ctx, `INSERT INTO job (id, kind, subject, body, due_us, state) VALUES ($1, $2, $3, $4, $5, 'open')
		ON CONFLICT (kind, subject) WHERE state = 'open' DO UPDATE SET body = excluded.body, due_us = excluded.due_us, id = excluded.id, attempts = 0`,
		j.ID, j.Kind, j.Subject, j.Body, clock.Micros(j.Due))
	return err
}

// DueJobs lists open jobs that are due, earliest first.
func (t *Tx) DueJobs(ctx context.Context, now time.Time, limit int) ([]jobs.Job, error) {
	return all(ctx, t, func(s scanner) (jobs.Job, error) {
		var j jobs.Job
		var due int64
		err := s.Scan(&j.ID, &j.Kind, &j.Subject, &j.Body, &due, &j.Attempts)
		j.Due = clock.FromMicros(due)
		return j, err
	}, `SELECT id, kind, subject, body, due_us, attempts FROM job WHERE state = 'open' AND due_us <= $1 ORDER BY due_us, id LIMIT $2`, clock.Micros(now), limit)
}

// JobDone removes a job that was done. One that was replaced meanwhile has another id and stays.
func (t *Tx) JobDone(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM job WHERE id = $1`, id)
	return err
}

// JobFailed notes an attempt that failed; a zero time gives the job up.
func (t *Tx) JobFailed(ctx context.Context, id, trouble string, again time.Time) error {
	state := "open"
	if again.IsZero() {
		state = "given-up"
	}
	_, err := t.exec(ctx, `UPDATE job SET attempts = attempts + 1, trouble = $2, due_us = $3, state = $4 WHERE id = $1`, id, trouble, clock.Micros(again), state)
	return err
}

var _ jobs.Store = (*Tx)(nil)
