package store

import (
	"context"

	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// EditionFiles returns what is public of one edition.
func (t *Tx) EditionFiles(ctx context.Context, edition string) ([]publish.File, error) {
	return all(ctx, t, func(s scanner) (publish.File, error) {
		var f publish.File
		err := s.Scan(&f.Path, &f.Lang, &f.Type, &f.Body)
		return f, err
	}, `SELECT path, lang, type, body FROM public_file WHERE edition = $1 ORDER BY place, path`, edition)
}

// PutTaken notes what was taken back from the public.
func (t *Tx) PutTaken(ctx context.Context, x publish.Taken) error {
	_, err := t.exec(ctx, `INSERT INTO taken_back (id, subject, what, at_us) VALUES ($1, $2, $3, $4)`, x.ID, x.Subject, x.What, clock.Micros(x.At))
	return err
}

// OpenTaken lists what was taken back and nobody has seen to, the newest first.
func (t *Tx) OpenTaken(ctx context.Context) ([]publish.Taken, error) {
	return all(ctx, t, func(s scanner) (publish.Taken, error) {
		var x publish.Taken
		var at int64
		err := s.Scan(&x.ID, &x.Subject, &x.What, &at)
		x.At = clock.FromMicros(at)
		return x, err
	}, `SELECT id, subject, what, at_us FROM taken_back WHERE seen_by = '' ORDER BY at_us DESC, id`)
}

// SeeTaken notes who has seen to it: once.
func (t *Tx) SeeTaken(ctx context.Context, id, member string) error {
	n, err := t.exec(ctx, `UPDATE taken_back SET seen_by = $2, seen_us = $3 WHERE id = $1 AND seen_by = ''`, id, member, clock.Micros(t.clock.Now()))
	if err != nil || n > 0 {
		return err
	}
	if err := t.q.QueryRow(ctx, `SELECT COUNT(*) FROM taken_back WHERE id = $1`, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return fault.Missing()
	}
	return fault.New(fault.Conflict, "Somebody has seen to this already.")
}

// LapsedConsents says whose consents to be named in public are over by their own last day, and who
// gave no other that holds.
func (t *Tx) LapsedConsents(ctx context.Context, today clock.Day) ([]string, error) {
	return all(ctx, t, func(s scanner) (owner string, err error) {
		err = s.Scan(&owner)
		return owner, err
	}, `SELECT DISTINCT owner FROM guard_consent WHERE class = 'public' AND until_day <> '' AND until_day < $1 AND NOT EXISTS (SELECT 1 FROM guard_consent o
		WHERE o.owner = guard_consent.owner AND o.class = 'public' AND (o.until_day = '' OR o.until_day >= $1)) ORDER BY owner`, string(today))
}

// ForgetLapsed takes away an owner's consents whose last day is over.
func (t *Tx) ForgetLapsed(ctx context.Context, owner string, today clock.Day) error {
	_, err := t.exec(ctx, `DELETE FROM guard_consent WHERE owner = $1 AND class = 'public' AND until_day <> '' AND until_day < $2`, owner, string(today))
	return err
}
