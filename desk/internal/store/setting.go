package store

import "context"

// Setting returns a named setting; none is a fault of kind NotFound.
func (t *Tx) Setting(ctx context.Context, name string) ([]byte, error) {
	return one(t.q.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, name), func(s scanner) ([]byte, error) {
		var b []byte
		err := s.Scan(&b)
		return b, err
	})
}

// PutSetting sets a named setting.
func (t *Tx) PutSetting(ctx context.Context, name string, value []byte) error {
	_, err := t.exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}
