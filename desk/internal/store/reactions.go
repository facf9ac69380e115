package store

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/reactions"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// micros keeps a time that may not have come yet.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return clock.Micros(t)
}

func sinceMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return clock.FromMicros(n)
}

// ReactionSources lists the feeds by name.
func (t *Tx) ReactionSources(ctx context.Context) ([]reactions.Source, error) {
	return all(ctx, t, func(s scanner) (reactions.Source, error) {
		var r reactions.Source
		var looked, at int64
		err := s.Scan(&r.ID, &r.Name, &r.URL, &r.Paused, &looked, &r.Trouble, &r.By, &at)
		r.Looked, r.At = sinceMicros(looked), clock.FromMicros(at)
		return r, err
	}, `SELECT id, name, url, paused, looked_us, trouble, by_whom, at_us FROM reaction_source ORDER BY name, id`)
}

// PutReactionSource adds a feed, or notes how it is.
func (t *Tx) PutReactionSource(ctx context.Context, r reactions.Source) error {
	return t.insert(ctx, "This feed is read already.", `INSERT INTO reaction_source (id, name, url, paused, looked_us, trouble, by_whom, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET paused = excluded.paused, looked_us = excluded.looked_us, trouble = excluded.trouble`,
		r.ID, r.Name, r.URL, truth(r.Paused), micros(r.Looked), r.Trouble, r.By, clock.Micros(r.At))
}

const reactionColumns = `id, source, key, way, url, title, words, speaker, day, at_us, by_whom, tone, harms, note, decision, reply, reader, read_us, revision`

func scanReaction(s scanner) (reactions.Reaction, error) {
	var r reactions.Reaction
	var at, read int64
	var harms string
	err := s.Scan(&r.ID, &r.Source, &r.Key, &r.Way, &r.URL, &r.Title, &r.Words, &r.Speaker, &r.Day, &at, &r.By, &r.Tone, &harms, &r.Note, &r.Decision, &r.Reply, &r.Reader, &read, &r.Revision)
	r.At, r.ReadAt = clock.FromMicros(at), sinceMicros(read)
	for h := range strings.SplitSeq(harms, ",") {
		if h != "" {
			r.Harms = append(r.Harms, reactions.Harm(h))
		}
	}
	return r, err
}

// Reactions lists all, the newest first.
func (t *Tx) Reactions(ctx context.Context) ([]reactions.Reaction, error) {
	return all(ctx, t, scanReaction, `SELECT `+reactionColumns+` FROM reaction ORDER BY day DESC, at_us DESC, id`)
}

// Reaction returns one.
func (t *Tx) Reaction(ctx context.Context, id string) (reactions.Reaction, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+reactionColumns+` FROM reaction WHERE id = $1`, id), scanReaction)
}

// AddReaction adds one; false: it is there already.
func (t *Tx) AddReaction(ctx context.Context, r reactions.Reaction) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO reaction (`+reactionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '', '', '', 0, $12) ON CONFLICT DO NOTHING`,
		r.ID, r.Source, r.Key, string(r.Way), r.URL, r.Title, r.Words, r.Speaker, string(r.Day), clock.Micros(r.At), r.By, r.Revision)
	return n == 1, err
}

// EraseReaction empties a statement; its key stays, so that a feed does not bring it back.
func (t *Tx) EraseReaction(ctx context.Context, id string) error {
	return t.execOne(ctx, `UPDATE reaction SET url = '', title = '', words = '', speaker = '', note = '', reply = '', tone = 'aside', harms = '', decision = '', revision = revision + 1 WHERE id = $1`, id)
}

// StayHere lets words of a statement stay, unless they name somebody whom the Desk protects.
func (g Gate) StayHere(ctx context.Context, tx reactions.Store, actor, subject string, parts []string) error {
	s, ok := tx.(*Tx)
	if !ok {
		return errReading // never: every room's store is a Tx
	}
	return g.Gateway.PassInside(ctx, s, actor, subject, parts, "offer")
}

// ReadReaction notes what a member read of the revision that they saw.
func (t *Tx) ReadReaction(ctx context.Context, r reactions.Reaction, was int) error {
	var harms []string
	for _, h := range r.Harms {
		harms = append(harms, string(h))
	}
	n, err := t.exec(ctx, `UPDATE reaction SET tone = $3, harms = $4, note = $5, decision = $6, reply = $7, reader = $8, read_us = $9, revision = $10 WHERE id = $1 AND revision = $2`,
		r.ID, was, string(r.Tone), strings.Join(harms, ","), r.Note, string(r.Decision), r.Reply, r.Reader, micros(r.ReadAt), r.Revision)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody read this meanwhile. Look at what they wrote; yours still stands here.")
	}
	return err
}

var _ reactions.Store = (*Tx)(nil)
