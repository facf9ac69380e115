package store

import (
	"context"

	"waylight/desk/internal/redress"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const matterColumns = `id, campaign, kind, form, incident, people, stage, since, confirmed, author, at_us, revision, sealed`

func scanMatter(s scanner) (redress.Matter, error) {
	var m redress.Matter
	var at int64
	err := s.Scan(&m.ID, &m.Campaign, &m.Kind, &m.Form, &m.Incident, &m.People, &m.Stage, &m.Since, &m.Confirmed, &m.Author, &at, &m.Revision, (*[]byte)(&m.Sealed))
	m.At = clock.FromMicros(at)
	return m, err
}

// Matter returns one matter.
func (t *Tx) Matter(ctx context.Context, id string) (redress.Matter, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+matterColumns+` FROM redress_matter WHERE id = $1`, id), scanMatter)
}

// Matters lists what is followed in a campaign, by kind, then the newest.
func (t *Tx) Matters(ctx context.Context, campaign string) ([]redress.Matter, error) {
	return all(ctx, t, scanMatter, `SELECT `+matterColumns+` FROM redress_matter WHERE campaign = $1 ORDER BY kind, at_us DESC, id`, campaign)
}

// PutMatter adds a matter (was 0) or changes the revision that was seen.
func (t *Tx) PutMatter(ctx context.Context, m redress.Matter, was int) error {
	if was == 0 {
		return t.insert(ctx, "This is followed already.", `INSERT INTO redress_matter (`+matterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			m.ID, m.Campaign, string(m.Kind), string(m.Form), m.Incident, m.People, string(m.Stage), string(m.Since), truth(m.Confirmed), m.Author, clock.Micros(m.At), m.Revision, []byte(m.Sealed))
	}
	n, err := t.exec(ctx, `UPDATE redress_matter SET form = $3, incident = $4, people = $5, stage = $6, since = $7, confirmed = $8, revision = $9, sealed = $10 WHERE id = $1 AND revision = $2`,
		m.ID, was, string(m.Form), m.Incident, m.People, string(m.Stage), string(m.Since), truth(m.Confirmed), m.Revision, []byte(m.Sealed))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
	}
	return err
}

var _ redress.Store = (*Tx)(nil)
