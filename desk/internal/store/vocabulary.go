package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/vocabulary"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Terms lists every term that was imported or added.
func (t *Tx) Terms(ctx context.Context) ([]vocabulary.Term, error) {
	return all(ctx, t, func(r scanner) (vocabulary.Term, error) {
		var v vocabulary.Term
		var names string
		err := r.Scan(&v.List, &v.Code, &v.Name, &v.Parent, &v.Layer, &names, &v.Order, &v.From, &v.Until)
		if err == nil {
			err = json.Unmarshal([]byte(names), &v.Names)
		}
		return v, err
	}, `SELECT list, code, name, parent, layer, names, place, since, until FROM term`)
}

// PutTerm adds a term or replaces what is known of its code.
func (t *Tx) PutTerm(ctx context.Context, v vocabulary.Term) error {
	names, err := json.Marshal(v.Names)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO term (list, code, name, parent, layer, names, place, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (list, code) DO UPDATE SET name = excluded.name, parent = excluded.parent, layer = excluded.layer, names = excluded.names,
		place = excluded.place, since = excluded.since, until = excluded.until`,
		v.List, v.Code, v.Name, v.Parent, v.Layer, string(names), v.Order, v.From, v.Until)
	return err
}

// AddCoding files an incident or a deed under a code.
func (t *Tx) AddCoding(ctx context.Context, c vocabulary.Coding) error {
	var n int
	if err := t.q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM incident WHERE id = $1) + (SELECT COUNT(*) FROM deed WHERE id = $1)`, c.Subject).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return fault.Missing()
	}
	return t.insert(ctx, "This code stands here already.", `INSERT INTO coding (subject, list, code, note, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.Subject, c.List, c.Code, c.Note, c.By, clock.Micros(c.At))
}

// RemoveCoding takes a code off.
func (t *Tx) RemoveCoding(ctx context.Context, subject, list, code string) error {
	return t.execOne(ctx, `DELETE FROM coding WHERE subject = $1 AND list = $2 AND code = $3`, subject, list, code)
}

// CodingsOf lists the codes of a subject.
func (t *Tx) CodingsOf(ctx context.Context, subject string) ([]vocabulary.Coding, error) {
	return all(ctx, t, scanCoding, `SELECT subject, list, code, note, by_member, at_us FROM coding WHERE subject = $1 ORDER BY list, code`, subject)
}

// CountCodings tells how many subjects stand under each code itself.
func (t *Tx) CountCodings(ctx context.Context) (map[[2]string]int, error) {
	out := map[[2]string]int{}
	type row struct {
		at [2]string
		n  int
	}
	rows, err := all(ctx, t, func(r scanner) (row, error) {
		var x row
		err := r.Scan(&x.at[0], &x.at[1], &x.n)
		return x, err
	}, `SELECT list, code, COUNT(*) FROM coding GROUP BY list, code`)
	for _, x := range rows {
		out[x.at] = x.n
	}
	return out, err
}

// Coded lists the subjects under any of the codes.
func (t *Tx) Coded(ctx context.Context, list string, codes []string) ([]string, error) {
	return all(ctx, t, func(r scanner) (string, error) {
		var id string
		err := r.Scan(&id)
		return id, err
	}, `SELECT DISTINCT subject FROM coding WHERE list = $1 AND code IN (SELECT value FROM json_each($2)) ORDER BY subject`, list, among(codes))
}

var _ vocabulary.Store = (*Tx)(nil)
