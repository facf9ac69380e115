package store

import (
	"context"
	"errors"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
)

const holdColumns = `id, file, until, by, at_us, second, ended_by, ended_us`

func scanHold(s scanner) (cases.HoldRow, error) {
	var h cases.HoldRow
	var at, ended int64
	err := s.Scan(&h.ID, &h.Case, &h.Until, &h.By, &at, &h.Second, &h.EndedBy, &ended)
	h.At, h.Ended = clock.FromMicros(at), clock.FromMicros(ended)
	return h, err
}

// AddHold adds what keeps a case from being erased.
func (t *Tx) AddHold(ctx context.Context, h cases.HoldRow) error {
	return t.insert(ctx, "This was kept already.", `INSERT INTO case_hold (`+holdColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		h.ID, h.Case, string(h.Until), h.By, clock.Micros(h.At), h.Second, h.EndedBy, clock.Micros(h.Ended))
}

// SaveHold keeps who agreed, and who ended it.
func (t *Tx) SaveHold(ctx context.Context, h cases.HoldRow) error {
	return t.execOne(ctx, `UPDATE case_hold SET second = $2, ended_by = $3, ended_us = $4 WHERE id = $1`, h.ID, h.Second, h.EndedBy, clock.Micros(h.Ended))
}

// HoldsOf lists the holds of a case, the oldest first.
func (t *Tx) HoldsOf(ctx context.Context, file string) ([]cases.HoldRow, error) {
	return all(ctx, t, scanHold, `SELECT `+holdColumns+` FROM case_hold WHERE file = $1 ORDER BY at_us, id`, file)
}

// FilesToErase lists every case that has a day of erasure, the earliest first.
func (t *Tx) FilesToErase(ctx context.Context, limit int) ([]cases.File, error) {
	return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM case_file WHERE erase_day <> '' ORDER BY erase_day, id LIMIT $1`, limit)
}

// CountParts counts what would go with a case, by kind.
func (t *Tx) CountParts(ctx context.Context, file string) (map[string]int, error) {
	type part struct {
		kind string
		n    int
	}
	rows, err := all(ctx, t, func(s scanner) (p part, err error) { return p, s.Scan(&p.kind, &p.n) }, `
		SELECT kind, COUNT(DISTINCT id) FROM case_item WHERE safe = $1 OR safe IN (SELECT id FROM case_leg WHERE file = $1) GROUP BY kind
		UNION ALL SELECT 'keys', COUNT(*) FROM safe_grant WHERE safe = $1 OR safe IN (SELECT id FROM case_leg WHERE file = $1)
		UNION ALL SELECT 'clocks', COUNT(*) FROM case_checkin WHERE file = $1
		UNION ALL SELECT 'alerts', COUNT(*) FROM case_alert WHERE file = $1
		UNION ALL SELECT 'entries', COUNT(*) FROM ledger WHERE scope = $1 AND scope <> ''`, file)
	out := map[string]int{}
	for _, p := range rows {
		if p.n > 0 {
			out[p.kind] = p.n
		}
	}
	return out, err
}

// AddRemnant adds an erased case to what stays of all of them.
func (t *Tx) AddRemnant(ctx context.Context, s cases.Remnant) error {
	_, err := t.exec(ctx, `INSERT INTO case_sum (year, state, safe, cases, people, minors) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (year, state, safe) DO UPDATE SET cases = cases + excluded.cases, people = people + excluded.people, minors = minors + excluded.minors`,
		s.Year, string(s.State), truth(s.Safe), s.Cases, s.People, s.Minors)
	return err
}

// Remnants lists what stays of erased cases.
func (t *Tx) Remnants(ctx context.Context) ([]cases.Remnant, error) {
	return all(ctx, t, func(s scanner) (x cases.Remnant, err error) {
		return x, s.Scan(&x.Year, &x.State, &x.Safe, &x.Cases, &x.People, &x.Minors)
	}, `SELECT year, state, safe, cases, people, minors FROM case_sum ORDER BY year, state, safe`)
}

// eraseKept removes the rows of a case that this file keeps.
func (t *Tx) eraseKept(ctx context.Context, file string) error {
	_, err := t.exec(ctx, `DELETE FROM case_hold WHERE file = $1`, file)
	_, other := t.exec(ctx, `DELETE FROM case_origin WHERE file = $1`, file)
	return errors.Join(err, other)
}
