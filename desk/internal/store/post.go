package store

import (
	"context"
	"time"

	"waylight/desk/internal/post"
	"waylight/internal/clock"
)

const postColumns = `id, kind, subject, message_id, state, trouble, attempts, at_us, due_us, done_us, `

func scanPost(s scanner) (post.Out, error) {
	var o post.Out
	var at, due, done int64
	err := s.Scan(&o.ID, &o.Kind, &o.Subject, &o.MessageID, &o.State, &o.Trouble, &o.Attempts, &at, &due, &done, &o.Sealed)
	o.At, o.Due, o.Done = clock.FromMicros(at), clock.FromMicros(due), clock.FromMicros(done)
	return o, err
}

// AddPost puts a mail into the outbox; a letter's second one is not added.
func (t *Tx) AddPost(ctx context.Context, o post.Out) (fresh bool, err error) {
	n, err := t.exec(ctx, `INSERT INTO post_out (`+postColumns+`sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		o.ID, string(o.Kind), o.Subject, o.MessageID, string(o.State), o.Trouble, o.Attempts, clock.Micros(o.At), clock.Micros(o.Due), clock.Micros(o.Done), o.Sealed)
	return n == 1, err
}

// SavePost keeps where a mail stands.
func (t *Tx) SavePost(ctx context.Context, o post.Out) error {
	return t.execOne(ctx, `UPDATE post_out SET state = $2, trouble = $3, attempts = $4, due_us = $5, done_us = $6, sealed = $7 WHERE id = $1`,
		o.ID, string(o.State), o.Trouble, o.Attempts, clock.Micros(o.Due), clock.Micros(o.Done), o.Sealed)
}

// Post returns one mail.
func (t *Tx) Post(ctx context.Context, id string) (post.Out, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+postColumns+`sealed FROM post_out WHERE id = $1`, id), scanPost)
}

// PostOf lists the mails of a subject without what they say.
func (t *Tx) PostOf(ctx context.Context, subject string) ([]post.Out, error) {
	return all(ctx, t, scanPost, `SELECT `+postColumns+`NULL FROM post_out WHERE subject = $1 ORDER BY at_us, id`, subject)
}

// PostByMessage finds mails by their Message-ID.
func (t *Tx) PostByMessage(ctx context.Context, ids []string) ([]post.Out, error) {
	var out []post.Out
	for _, id := range ids {
		found, err := all(ctx, t, scanPost, `SELECT `+postColumns+`NULL FROM post_out WHERE message_id = $1`, id)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// PostIn lists the mails in a state that are due, to supporters or to all others; a zero time means all of them.
func (t *Tx) PostIn(ctx context.Context, s post.State, due time.Time, supporters bool) ([]post.Out, error) {
	whose := `kind <> 'supporter'` // as the indexes have it
	if supporters {
		whose = `kind = 'supporter'`
	}
	return all(ctx, t, scanPost, `SELECT `+postColumns+`sealed FROM post_out WHERE id IN (SELECT id FROM post_out WHERE `+whose+` AND state = $1 AND ($2 = 0 OR due_us <= $2)
		ORDER BY due_us, id LIMIT CASE WHEN $2 = 0 THEN 100000 ELSE 20 END) ORDER BY due_us, id`, string(s), clock.Micros(due))
}

// PostTally counts mails to supporters: those that wait, those that were handed over or
// refused since a time, and those that came back of what was handed over since another.
func (t *Tx) PostTally(ctx context.Context, handed, returned time.Time) (n post.Tally, err error) {
	err = t.q.QueryRow(ctx, `SELECT (SELECT count(*) FROM post_out WHERE kind = 'supporter' AND state IN ('waiting', 'sending')),
		(SELECT count(*) FROM post_out WHERE kind = 'supporter' AND done_us > $1 AND state IN ('sent', 'returned', 'refused')),
		(SELECT count(*) FROM post_out WHERE kind = 'supporter' AND done_us > $2 AND state = 'returned')`, clock.Micros(handed), clock.Micros(returned)).Scan(&n.Waiting, &n.Handed, &n.Returned)
	return n, err
}

var _ post.Store = (*Tx)(nil)
