package store

import (
	"context"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/submission"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const submissionColumns = `id, procedure, edition, incident, author, last, at_us, revision, sealed, filed, filed_us, filed_by, due, digest, package, handed, halted, told, closed`

func scanSubmission(s scanner) (submission.Draft, error) {
	var d submission.Draft
	var at, filed int64
	err := s.Scan(&d.ID, &d.Procedure, &d.Edition, &d.Incident, &d.Author, &d.Last, &at, &d.Revision, (*[]byte)(&d.Sealed), &d.Filed, &filed, &d.FiledBy, &d.Due, &d.Digest, (*[]byte)(&d.Package), &d.Handed, &d.Halted, &d.Told, &d.Closed)
	d.At = clock.FromMicros(at)
	if d.Filed {
		d.FiledAt = clock.FromMicros(filed)
	}
	return d, err
}

// Submission returns one draft.
func (t *Tx) Submission(ctx context.Context, id string) (submission.Draft, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+submissionColumns+` FROM submission WHERE id = $1`, id), scanSubmission)
}

// Submissions lists all drafts, the newest first.
func (t *Tx) Submissions(ctx context.Context) ([]submission.Draft, error) {
	return all(ctx, t, scanSubmission, `SELECT `+submissionColumns+` FROM submission ORDER BY at_us DESC, id`)
}

// PutSubmission adds a draft (was 0) or changes the revision that was seen.
func (t *Tx) PutSubmission(ctx context.Context, d submission.Draft, was int) error {
	filed := int64(0)
	if d.Filed {
		filed = clock.Micros(d.FiledAt)
	}
	if was == 0 {
		return t.insert(ctx, "This submission exists already.", `INSERT INTO submission (`+submissionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', '', '')`,
			d.ID, d.Procedure, d.Edition, d.Incident, d.Author, d.Last, clock.Micros(d.At), d.Revision, []byte(d.Sealed), truth(d.Filed), filed, d.FiledBy, string(d.Due), d.Digest, []byte(d.Package))
	}
	n, err := t.exec(ctx, `UPDATE submission SET last = $3, revision = $4, sealed = $5, filed = $6, filed_us = $7, filed_by = $8, due = $9, digest = $10, package = $11 WHERE id = $1 AND revision = $2 AND filed = 0`,
		d.ID, was, d.Last, d.Revision, []byte(d.Sealed), truth(d.Filed), filed, d.FiledBy, string(d.Due), d.Digest, []byte(d.Package))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
	}
	return err
}

// ResealSubmission keeps what was sealed again under a new key.
func (t *Tx) ResealSubmission(ctx context.Context, id string, form, pack safe.Sealed) error {
	return t.execOne(ctx, `UPDATE submission SET sealed = $2, package = $3 WHERE id = $1`, id, []byte(form), []byte(pack))
}

// FollowSubmission keeps what happened after a submission was filed; what was filed stays.
func (t *Tx) FollowSubmission(ctx context.Context, d submission.Draft) error {
	return t.execOne(ctx, `UPDATE submission SET sealed = $2, due = $3, handed = $4, halted = $5, told = $6, closed = $7 WHERE id = $1 AND filed = 1`,
		d.ID, []byte(d.Sealed), string(d.Due), string(d.Handed), string(d.Halted), string(d.Told), string(d.Closed))
}

var _ submission.Store = (*Tx)(nil)
