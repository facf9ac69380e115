package store

import (
	"context"

	"waylight/desk/internal/takeout"
	"waylight/internal/clock"
)

const takeoutColumns = `id, by_member, at_us, sealed, reason, recipient, second, answered_us, yes, fetched`

func scanTakeout(r scanner) (takeout.Wish, error) {
	var w takeout.Wish
	var at, answered int64
	err := r.Scan(&w.ID, &w.By, &at, &w.Sealed, &w.Reason, &w.Recipient, &w.Second, &answered, &w.Yes, &w.Fetched)
	w.At, w.Answered = clock.FromMicros(at), clock.FromMicros(answered)
	return w, err
}

// AddTakeout adds a wish.
func (t *Tx) AddTakeout(ctx context.Context, w takeout.Wish) error {
	return t.insert(ctx, "This was asked already. Load the page again.", `INSERT INTO takeout (`+takeoutColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		w.ID, w.By, clock.Micros(w.At), truth(w.Sealed), w.Reason, w.Recipient, w.Second, clock.Micros(w.Answered), truth(w.Yes), w.Fetched)
}

// Takeout returns one wish.
func (t *Tx) Takeout(ctx context.Context, id string) (takeout.Wish, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+takeoutColumns+` FROM takeout WHERE id = $1`, id), scanTakeout)
}

// Takeouts lists the newest.
func (t *Tx) Takeouts(ctx context.Context, limit int) ([]takeout.Wish, error) {
	return all(ctx, t, scanTakeout, `SELECT `+takeoutColumns+` FROM takeout ORDER BY at_us DESC, id LIMIT $1`, limit)
}

// SaveTakeout keeps the answer to a wish, and that it was fetched.
func (t *Tx) SaveTakeout(ctx context.Context, w takeout.Wish) error {
	return t.execOne(ctx, `UPDATE takeout SET second = $2, answered_us = $3, yes = $4, fetched = $5 WHERE id = $1`, w.ID, w.Second, clock.Micros(w.Answered), truth(w.Yes), w.Fetched)
}
