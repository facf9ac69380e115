package store

import (
	"context"
	"database/sql"
	"errors"

	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// errReading says that a change was tried in a reading transaction: a fault of ours.
var errReading = errors.New("store: a change in a reading transaction")

// exec changes rows and returns how many.
func (t *Tx) exec(ctx context.Context, q string, args ...any) (int64, error) {
	if t.w == nil {
		return 0, errReading
	}
	return t.w.Exec(ctx, q, args...)
}

// execOne changes exactly one row; none is a fault of kind NotFound.
func (t *Tx) execOne(ctx context.Context, q string, args ...any) error {
	n, err := t.exec(ctx, q, args...)
	if err == nil && n == 0 {
		return fault.Missing()
	}
	return err
}

// insert adds a row; taken is the sentence for a row that exists already.
func (t *Tx) insert(ctx context.Context, taken, q string, args ...any) error {
	_, err := t.exec(ctx, q, args...)
	if sqldb.IsUnique(err) {
		return fault.New(fault.Conflict, taken)
	}
	return err
}

// one reads one row; none is a fault of kind NotFound.
func one[T any](row *sql.Row, scan func(scanner) (T, error)) (T, error) {
	v, err := scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing()
	}
	return v, err
}

// all reads every row of a query.
func all[T any](ctx context.Context, t *Tx, scan func(scanner) (T, error), q string, args ...any) ([]T, error) {
	rows, err := t.q.Query(ctx, q, args...)
	return sqldb.Collect(rows, err, func(r *sql.Rows) (T, error) { return scan(r) })
}

// A scanner is one row.
type scanner interface{ Scan(dest ...any) error }

// truth turns a bool into the store's 0 or 1.
func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
