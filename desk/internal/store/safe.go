package store

import (
	"context"

	"waylight/desk/internal/safe"
)

func scanGrant(s scanner) (safe.Grant, error) {
	var g safe.Grant
	err := s.Scan(&g.Safe, &g.Member, &g.Sealed)
	return g, err
}

// Grant returns the member's grant of a safe.
func (t *Tx) Grant(ctx context.Context, id, member string) (safe.Grant, error) {
	return one(t.q.QueryRow(ctx, `SELECT safe, member, sealed FROM safe_grant WHERE safe = $1 AND member = $2`, id, member), scanGrant)
}

// Grants lists who may open a safe.
func (t *Tx) Grants(ctx context.Context, id string) ([]safe.Grant, error) {
	return all(ctx, t, scanGrant, `SELECT safe, member, sealed FROM safe_grant WHERE safe = $1 ORDER BY member`, id)
}

// PutGrant adds or replaces a grant.
func (t *Tx) PutGrant(ctx context.Context, g safe.Grant) error {
	_, err := t.exec(ctx, `INSERT INTO safe_grant (safe, member, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (safe, member) DO UPDATE SET sealed = excluded.sealed`, g.Safe, g.Member, g.Sealed)
	return err
}

// RemoveGrant takes a member's grant away; that it was not there is no error.
func (t *Tx) RemoveGrant(ctx context.Context, id, member string) error {
	_, err := t.exec(ctx, `DELETE FROM safe_grant WHERE safe = $1 AND member = $2`, id, member)
	return err
}

// RenewalDue reports whether a safe waits for a new key because somebody lost a role.
func (t *Tx) RenewalDue(ctx context.Context, id string) (bool, error) {
	return one(t.q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM safe_due WHERE safe = $1)`, id), func(s scanner) (due bool, err error) {
		err = s.Scan(&due)
		return due, err
	})
}

var _ safe.Store = (*Tx)(nil)
