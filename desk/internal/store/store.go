// Package store keeps everything the Desk knows, in one encrypted database.
//
// A Tx is one transaction; it implements the Store of every room, so that a
// business row, its job and its ledger entry commit together or not at all.
// Each room's part stands in a file of the room's name, its tables in a
// migration of that name. Only the wiring and admin import store.
package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is the Desk's database, open and migrated.
type DB struct {
	// OnFull is called when a write finds no room on the disk, to make some for
	// the next one. Set it before the first use; it may be nil.
	OnFull func()

	db    *sqldb.DB
	clock clock.Clock
}

// Tx is one transaction. In a reading one every change answers an error.
type Tx struct {
	q     sqldb.Queryer
	w     *sqldb.Tx // nil while reading
	clock clock.Clock
}

// Open opens the database at path with the desk key (32 bytes) and migrates it.
func Open(ctx context.Context, path string, key []byte, c clock.Clock) (*DB, error) {
	return OpenRoomy(ctx, path, key, c, 0)
}

// OpenRoomy is Open with so many MiB of pages in memory, for who writes very much at
// once; 0 for the usual.
func OpenRoomy(ctx context.Context, path string, key []byte, c clock.Clock, mib int) (*DB, error) {
	db, err := sqldb.Open(ctx, sqldb.Config{Path: path, Key: key, Extend: fts5.Register, Cache: mib})
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = db.Migrate(ctx, files)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	d := &DB{db: db, clock: c}
	if err := d.fill(ctx); err != nil {
		db.Close()
		return nil, err
	}
	if err := errors.Join(d.fillDated(ctx), d.remark(ctx)); err != nil {
		db.Close()
		return nil, err
	}
	return d, nil
}

// Close closes the database.
func (d *DB) Close() error { return d.db.Close() }

// Write runs f in the write transaction and commits when it returns nil. On a
// full disk it answers a Busy fault, and nothing of it is kept.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	err := d.db.Write(ctx, func(w *sqldb.Tx) error { return f(&Tx{q: w, w: w, clock: d.clock}) })
	if sqldb.IsFull(err) {
		if d.OnFull != nil {
			d.OnFull()
		}
		return Full()
	}
	return err
}

// Full is the answer when the disk has no room for what somebody wants to keep.
func Full() *fault.Error {
	return fault.New(fault.Busy, "There is no room left on the Desk's disk. This was not kept: go back with your browser, copy what you typed, and tell whoever runs the Desk. Everything that was kept before is safe.")
}

// IsFull reports whether err says that the disk is full: Full, or an error of opening.
func IsFull(err error) bool {
	var f *fault.Error
	return sqldb.IsFull(err) || errors.As(err, &f) && f.Message == Full().Message
}

// Read runs f on one snapshot.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	return d.db.Read(ctx, func(s *sqldb.Snapshot) error { return f(&Tx{q: s, clock: d.clock}) })
}

// Within gives a room its transaction function, of the room's own Store type:
//
//	cases.NewBook(store.Within(db, func(tx *store.Tx) cases.Store { return tx }), …)
func Within[S any](d *DB, as func(*Tx) S) func(context.Context, func(S) error) error {
	return func(ctx context.Context, f func(S) error) error {
		return d.Write(ctx, func(tx *Tx) error { return f(as(tx)) })
	}
}

// Reading is Within for reads: many run at once, and a change answers an error.
func Reading[S any](d *DB, as func(*Tx) S) func(context.Context, func(S) error) error {
	return func(ctx context.Context, f func(S) error) error {
		return d.Read(ctx, func(tx *Tx) error { return f(as(tx)) })
	}
}

// Copy writes a consistent copy of the database to a new file at path, under the same or another key.
func (d *DB) Copy(ctx context.Context, path string, key []byte) error {
	return d.db.Copy(ctx, path, key)
}

// Rekey moves the database to a new file under a new key; see sqldb.
func (d *DB) Rekey(ctx context.Context, path string, key []byte, commit func() error) error {
	return d.db.Rekey(ctx, path, key, commit)
}
