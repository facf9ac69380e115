package store

import (
	"context"
	"encoding/json"

	"waylight/desk/internal/parties"
	"waylight/internal/clock"
)

const actColumns = `id, version, incident, code, title, dated, place, method, status, motive, withdrawn, by_member, at_us`

func scanAct(r scanner) (parties.Act, error) {
	var a parties.Act
	var at int64
	err := r.Scan(&a.ID, &a.Version, &a.Incident, &a.Code, &a.Title, &a.Dated, &a.Place, &a.Method, &a.Status, &a.Motive, &a.Withdrawn, &a.By, &at)
	a.At = clock.FromMicros(at)
	return a, err
}

// AddAct adds an act.
func (t *Tx) AddAct(ctx context.Context, a parties.Act) error {
	first, last := a.Dated.Span()
	if err := t.insert(ctx, "This was kept already. Load the page again.", `INSERT INTO act (`+actColumns+`, first, last) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, a.Version, a.Incident, a.Code, a.Title, a.Dated, a.Place, a.Method, a.Status, a.Motive, truth(a.Withdrawn), a.By, clock.Micros(a.At), string(first), string(last)); err != nil {
		return err
	}
	return t.lookAct(ctx, a)
}

// SaveAct replaces the newest state of an act.
func (t *Tx) SaveAct(ctx context.Context, a parties.Act) error {
	first, last := a.Dated.Span()
	if err := t.execOne(ctx, `UPDATE act SET version = $2, code = $3, title = $4, dated = $5, place = $6, method = $7, status = $8, motive = $9, withdrawn = $10, first = $11, last = $12 WHERE id = $1`,
		a.ID, a.Version, a.Code, a.Title, a.Dated, a.Place, a.Method, a.Status, a.Motive, truth(a.Withdrawn), string(first), string(last)); err != nil {
		return err
	}
	return t.lookAct(ctx, a)
}

// Act returns one act.
func (t *Tx) Act(ctx context.Context, id string) (parties.Act, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+actColumns+` FROM act WHERE id = $1`, id), scanAct)
}

// ActsAmong lists those of some acts that there are, in no order.
func (t *Tx) ActsAmong(ctx context.Context, ids []string) ([]parties.Act, error) {
	return all(ctx, t, scanAct, `SELECT `+actColumns+` FROM act WHERE id IN (SELECT value FROM json_each($1))`, among(ids))
}

// ActsOf lists the acts of an incident by date, withdrawn ones too.
func (t *Tx) ActsOf(ctx context.Context, incident string, limit int) ([]parties.Act, error) {
	return all(ctx, t, scanAct, `SELECT `+actColumns+` FROM act WHERE incident = $1 ORDER BY first, id LIMIT $2`, incident, limit)
}

// ActsOn lists the acts of an incident that may have been done by a day.
func (t *Tx) ActsOn(ctx context.Context, incident string, on clock.Day, limit int) ([]parties.Act, error) {
	return all(ctx, t, scanAct, `SELECT `+actColumns+` FROM act WHERE incident = $1 AND withdrawn = 0 AND ($2 = '' OR first <= $2) ORDER BY first, id LIMIT $3`, incident, string(on), limit)
}

// ActsBy lists acts by their ids, by date.
func (t *Tx) ActsBy(ctx context.Context, ids []string) ([]parties.Act, error) {
	return all(ctx, t, scanAct, `SELECT `+actColumns+` FROM act WHERE id IN (SELECT value FROM json_each($1)) ORDER BY first, id`, among(ids))
}

const involvementColumns = `i.id, i.version, i.act, i.party, i.role, i.degree, i.capacity, i.claims, i.withdrawn, i.by_member, i.at_us`

func scanInvolvement(r scanner) (parties.Involvement, error) {
	var i parties.Involvement
	var claims string
	var at int64
	if err := r.Scan(&i.ID, &i.Version, &i.Act, &i.Party, &i.Role, &i.Degree, &i.Capacity, &claims, &i.Withdrawn, &i.By, &at); err != nil {
		return i, err
	}
	i.At = clock.FromMicros(at)
	return i, json.Unmarshal([]byte(claims), &i.Claims)
}

// AddInvolvement adds the part of a party in an act.
func (t *Tx) AddInvolvement(ctx context.Context, i parties.Involvement) error {
	return t.insert(ctx, "This was kept already. Load the page again.", `INSERT INTO involvement (id, version, act, party, role, degree, capacity, claims, withdrawn, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		i.ID, i.Version, i.Act, i.Party, i.Role, i.Degree, i.Capacity, among(i.Claims), truth(i.Withdrawn), i.By, clock.Micros(i.At))
}

// SaveInvolvement replaces the newest state of an involvement.
func (t *Tx) SaveInvolvement(ctx context.Context, i parties.Involvement) error {
	return t.execOne(ctx, `UPDATE involvement SET version = $2, role = $3, degree = $4, capacity = $5, claims = $6, withdrawn = $7 WHERE id = $1`, i.ID, i.Version, i.Role, i.Degree, i.Capacity, among(i.Claims), truth(i.Withdrawn))
}

// Involvement returns one involvement.
func (t *Tx) Involvement(ctx context.Context, id string) (parties.Involvement, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+involvementColumns+` FROM involvement i WHERE i.id = $1`, id), scanInvolvement)
}

// TakingPart lists the involvements in acts, in the order of entry.
func (t *Tx) TakingPart(ctx context.Context, acts []string, limit int) ([]parties.Involvement, error) {
	return all(ctx, t, scanInvolvement, `SELECT `+involvementColumns+` FROM involvement i WHERE i.act IN (SELECT value FROM json_each($1)) AND i.withdrawn = 0 ORDER BY i.at_us, i.id LIMIT $2`, among(acts), limit)
}

const relationColumns = `r.id, r.version, r.one, r.kind, r.other, r.since, r.until, r.capacity, r.claims, r.withdrawn, r.by_member, r.at_us`

func scanRelation(r scanner) (parties.Relation, error) {
	var x parties.Relation
	var claims string
	var at int64
	if err := r.Scan(&x.ID, &x.Version, &x.One, &x.Tie, &x.Other, &x.Since, &x.Until, &x.Capacity, &claims, &x.Withdrawn, &x.By, &at); err != nil {
		return x, err
	}
	x.At = clock.FromMicros(at)
	return x, json.Unmarshal([]byte(claims), &x.Claims)
}

// AddRelation adds how one party stood to another.
func (t *Tx) AddRelation(ctx context.Context, r parties.Relation) error {
	first, last := r.Lies()
	return t.insert(ctx, "This was kept already. Load the page again.", `INSERT INTO relation (id, version, one, kind, other, since, until, capacity, claims, withdrawn, by_member, at_us, first, last) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		r.ID, r.Version, r.One, r.Tie, r.Other, r.Since, r.Until, r.Capacity, among(r.Claims), truth(r.Withdrawn), r.By, clock.Micros(r.At), string(first), string(last))
}

// SaveRelation replaces the newest state of a relation.
func (t *Tx) SaveRelation(ctx context.Context, r parties.Relation) error {
	first, last := r.Lies()
	return t.execOne(ctx, `UPDATE relation SET version = $2, kind = $3, since = $4, until = $5, capacity = $6, claims = $7, withdrawn = $8, first = $9, last = $10 WHERE id = $1`,
		r.ID, r.Version, r.Tie, r.Since, r.Until, r.Capacity, among(r.Claims), truth(r.Withdrawn), string(first), string(last))
}

// Relation returns one relation.
func (t *Tx) Relation(ctx context.Context, id string) (parties.Relation, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+relationColumns+` FROM relation r WHERE r.id = $1`, id), scanRelation)
}
