package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/purse"
	"waylight/internal/clock"
)

// AddSums adds a change to the cells of what was spent; a cell that holds nothing more goes.
func (t *Tx) AddSums(ctx context.Context, change []cases.Spent) error {
	for _, s := range change {
		if _, err := t.exec(ctx, `INSERT INTO purse_sum (month, line, currency, grant_id, country, priced, minor, base, granted, proven, n) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT DO UPDATE SET minor = minor + excluded.minor, base = base + excluded.base, granted = granted + excluded.granted, proven = proven + excluded.proven, n = n + excluded.n`,
			s.Month, s.Line, s.Currency, s.Grant, s.Country, truth(s.Priced), s.Minor, s.Base, s.Granted, s.Proven, s.N); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `DELETE FROM purse_sum WHERE minor = 0 AND base = 0 AND granted = 0 AND proven = 0 AND n = 0`)
	return err
}

// AddHeads adds a change to the cells of how many people.
func (t *Tx) AddHeads(ctx context.Context, change []cases.Head) error {
	for _, h := range change {
		if _, err := t.exec(ctx, `INSERT INTO purse_head (what, span, line, grant_id, n) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET n = n + excluded.n`,
			h.What, h.Span, h.Line, h.Grant, h.N); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `DELETE FROM purse_head WHERE n = 0`)
	return err
}

// ForgetBlob has a sealed file removed from the disk, by a job of this transaction.
func (t *Tx) ForgetBlob(ctx context.Context, blob string) error {
	body, err := json.Marshal(blob)
	if err != nil {
		return err
	}
	return t.Enqueue(ctx, jobs.Job{Kind: intake.JobForget, Subject: blob, Body: body})
}

// PurseSums lists the cells of what was spent.
func (t *Tx) PurseSums(ctx context.Context) ([]cases.Spent, error) {
	return all(ctx, t, func(r scanner) (s cases.Spent, err error) {
		return s, r.Scan(&s.Month, &s.Line, &s.Currency, &s.Grant, &s.Country, &s.Priced, &s.Minor, &s.Base, &s.Granted, &s.Proven, &s.N)
	}, `SELECT month, line, currency, grant_id, country, priced, minor, base, granted, proven, n FROM purse_sum ORDER BY month, line, currency, grant_id, country, priced`)
}

// PurseHeads lists the cells of how many people.
func (t *Tx) PurseHeads(ctx context.Context) ([]cases.Head, error) {
	return all(ctx, t, func(r scanner) (h cases.Head, err error) {
		return h, r.Scan(&h.What, &h.Span, &h.Line, &h.Grant, &h.N)
	}, `SELECT what, span, line, grant_id, n FROM purse_head ORDER BY what, span, line, grant_id`)
}

// AddRate appends a rate.
func (t *Tx) AddRate(ctx context.Context, r purse.Rate) error {
	return t.insert(ctx, "This rate was noted already.", `INSERT INTO purse_rate (id, currency, day, rate, source, by, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.Currency, string(r.Day), r.Rate, r.Source, r.By, clock.Micros(r.At))
}

func scanRate(s scanner) (purse.Rate, error) {
	var r purse.Rate
	var at int64
	err := s.Scan(&r.ID, &r.Currency, &r.Day, &r.Rate, &r.Source, &r.By, &at)
	r.At = clock.FromMicros(at)
	return r, err
}

const rateColumns = `id, currency, day, rate, source, by, at_us`

// Rates lists the newest rates, the latest day first.
func (t *Tx) Rates(ctx context.Context, limit int) ([]purse.Rate, error) {
	return all(ctx, t, scanRate, `SELECT `+rateColumns+` FROM purse_rate ORDER BY day DESC, currency, seq DESC LIMIT $1`, limit)
}

// RateOn gives the rate that holds on a day: the last one noted for it or for the nearest day before.
func (t *Tx) RateOn(ctx context.Context, currency string, day clock.Day) (purse.Rate, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+rateColumns+` FROM purse_rate WHERE currency = $1 AND day <= $2 ORDER BY day DESC, seq DESC LIMIT 1`, currency, string(day)), scanRate)
}

// PutGrantEdition appends an edition of a grant.
func (t *Tx) PutGrantEdition(ctx context.Context, g purse.Grant) error {
	body, err := json.Marshal(g.Terms)
	if err != nil {
		return err
	}
	return t.insert(ctx, "Somebody else changed this grant meanwhile. Load the page again.", `INSERT INTO purse_grant (id, version, body, by, at_us) VALUES ($1, $2, $3, $4, $5)`,
		g.ID, g.Version, string(body), g.By, clock.Micros(g.At))
}

func scanPurseGrant(s scanner) (purse.Grant, error) {
	var g purse.Grant
	var body string
	var at int64
	if err := s.Scan(&g.ID, &g.Version, &body, &g.By, &at); err != nil {
		return g, err
	}
	g.At = clock.FromMicros(at)
	return g, json.Unmarshal([]byte(body), &g.Terms)
}

// PurseGrants lists the grants as they stand.
func (t *Tx) PurseGrants(ctx context.Context) ([]purse.Grant, error) {
	return all(ctx, t, scanPurseGrant, `SELECT id, version, body, by, at_us FROM purse_grant g WHERE version = (SELECT MAX(version) FROM purse_grant WHERE id = g.id) ORDER BY id`)
}

// PurseGrant returns one grant as it stands.
func (t *Tx) PurseGrant(ctx context.Context, id string) (purse.Grant, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, version, body, by, at_us FROM purse_grant WHERE id = $1 ORDER BY version DESC LIMIT 1`, id), scanPurseGrant)
}

// AddMotion adds what waits for a second person, or what needs none.
func (t *Tx) AddMotion(ctx context.Context, m purse.Motion) error {
	return t.insert(ctx, "This was noted already.", `INSERT INTO purse_motion (id, kind, body, by, at_us, second, decided_by, decided_us, yes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.ID, m.Kind, string(m.Body), m.By, clock.Micros(m.At), truth(m.Second), m.DecidedBy, clock.Micros(m.Decided), truth(m.Yes))
}

// DecideMotion keeps a second person's word.
func (t *Tx) DecideMotion(ctx context.Context, m purse.Motion) error {
	return t.execOne(ctx, `UPDATE purse_motion SET decided_by = $2, decided_us = $3, yes = $4 WHERE id = $1 AND decided_by = ''`, m.ID, m.DecidedBy, clock.Micros(m.Decided), truth(m.Yes))
}

// Motions lists those of a kind, the newest first.
func (t *Tx) Motions(ctx context.Context, kind string) ([]purse.Motion, error) {
	return all(ctx, t, scanMotion, `SELECT id, kind, body, by, at_us, second, decided_by, decided_us, yes FROM purse_motion WHERE kind = $1 ORDER BY seq DESC`, kind)
}

// Motion returns one.
func (t *Tx) Motion(ctx context.Context, id string) (purse.Motion, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, kind, body, by, at_us, second, decided_by, decided_us, yes FROM purse_motion WHERE id = $1`, id), scanMotion)
}

func scanMotion(s scanner) (purse.Motion, error) {
	var m purse.Motion
	var at, decided int64
	var body string
	err := s.Scan(&m.ID, &m.Kind, &body, &m.By, &at, &m.Second, &m.DecidedBy, &decided, &m.Yes)
	m.Body, m.At, m.Decided = []byte(body), clock.FromMicros(at), clock.FromMicros(decided)
	return m, err
}

var _ purse.Store = (*Tx)(nil)
