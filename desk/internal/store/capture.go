package store

import (
	"context"

	"waylight/desk/internal/capture"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const captureColumns = `id, item, way, state, root, safe, sealed, by_member, at_us`

func scanCapture(s scanner) (c capture.Capture, err error) {
	var at int64
	err = s.Scan(&c.ID, &c.Item, &c.Way, &c.State, &c.Root, &c.Safe, (*[]byte)(&c.Sealed), &c.By, &at)
	c.At = clock.FromMicros(at)
	return c, err
}

// AddCapture adds a capture that begins.
func (t *Tx) AddCapture(ctx context.Context, c capture.Capture) error {
	return t.insert(ctx, "This form was sent before. Load the page again.", `INSERT INTO capture (`+captureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Item, string(c.Way), string(c.State), c.Root, c.Safe, []byte(c.Sealed), c.By, clock.Micros(c.At))
}

// Capture returns one.
func (t *Tx) Capture(ctx context.Context, id string) (capture.Capture, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+captureColumns+` FROM capture WHERE id = $1`, id), scanCapture)
}

// CapturesOf lists those of an item, the newest first.
func (t *Tx) CapturesOf(ctx context.Context, item string) ([]capture.Capture, error) {
	return all(ctx, t, scanCapture, `SELECT `+captureColumns+` FROM capture WHERE item = $1 ORDER BY at_us DESC, id`, item)
}

// EndCapture keeps what became of a capture, once.
func (t *Tx) EndCapture(ctx context.Context, c capture.Capture) error {
	n, err := t.exec(ctx, `UPDATE capture SET state = $2, root = $3, safe = $4, sealed = $5 WHERE id = $1 AND state = 'taking'`, c.ID, string(c.State), c.Root, c.Safe, []byte(c.Sealed))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "This capture has ended already. Load the page again.")
	}
	return err
}

var _ capture.Store = (*Tx)(nil)
