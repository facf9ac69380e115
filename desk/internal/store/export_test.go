package store

import "context"

// Count runs a query for one number, for tests that look behind the verbs.
func (t *Tx) Count(ctx context.Context, query string) (n int, err error) {
	err = t.q.QueryRow(ctx, query).Scan(&n)
	return n, err
}
