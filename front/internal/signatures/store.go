// Package signatures keeps what the Front has of petitions: the statements that
// organisations signed, sealed signatures until the Desk has them, and hashes of
// the codes that the Desk sent by mail.
//
// It never learns a name or an address. It takes no signature for a petition
// without a key, counts a signature only when its code was pressed, and counts it
// once, whoever presses how often: the count is the number of such rows, so that
// nothing can disagree with it after a crash. A signature is acknowledged after its
// transaction was synced; those that wait share one. It lies in a database apart
// from people's messages, and leaves them the last room on the disk. It imports
// petition, bundle, envelope's sizes and sqldb.
package signatures

import (
	"context"
	"crypto/ed25519"
	"embed"
	"errors"
	"io/fs"
	"path/filepath"
	"sync/atomic"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The answers that a supporter or a Desk can act upon.
var (
	ErrClosed    = fault.New(fault.Conflict, "This petition cannot be signed now: there is no key to which a signature could be locked. Nothing was stored.")
	ErrConflict  = fault.New(fault.Conflict, "This number was used before, with other content.")
	ErrSize      = fault.New(fault.Invalid, "This is not a sealed signature.")
	ErrFull      = fault.New(fault.Busy, "This server cannot take more signatures at the moment. Nothing was stored. Please try again later.")
	ErrCode      = fault.New(fault.NotFound, "This code is not known here. It may be too old, or it was erased; or it is so new that it has not come here yet: then try again in some minutes.")
	ErrSignature = errors.New("the statement is not signed by the organisation key in the Front's configuration")
	ErrRollback  = errors.New("the serial is not above the last one")
	ErrContent   = errors.New("the posting does not fit together")
)

// Config says where the store lives.
type Config struct {
	Folder  string
	Source  string // PostgreSQL, as sqldb.OpenPostgres takes it; empty: SQLite in the folder
	Clock   clock.Clock
	Reserve uint64 // free bytes below which no signature is taken: the room is for messages
	Keys    []ed25519.PublicKey
}

// Store keeps the petitions of one Front.
type Store struct {
	db    *sqldb.DB
	group *sqldb.Group
	conf  Config
	shown atomic.Pointer[shown]
	tally tallies
}

// Open opens the store and loads the statements.
func Open(ctx context.Context, c Config) (*Store, error) {
	var db *sqldb.DB
	var err error
	if c.Source != "" {
		db, err = sqldb.OpenPostgres(ctx, c.Source, 0)
	} else {
		db, err = sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(c.Folder, "petitions.db")})
	}
	if err != nil {
		return nil, err
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = db.Migrate(ctx, sub)
	}
	s := &Store{db: db, conf: c}
	if err == nil {
		err = s.load(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.group = sqldb.NewGroup(db)
	return s, nil
}

// Close finishes what waits and closes the database.
func (s *Store) Close() error {
	s.group.Close()
	return s.db.Close()
}

func (s *Store) today() clock.Day { return clock.DayOf(s.conf.Clock.Now()) }

// full turns the errors of a full disk, and of a store that ends, into the fault that says so.
func full(err error) error {
	if sqldb.IsFull(err) || errors.Is(err, sqldb.ErrClosed) {
		return ErrFull
	}
	return err
}

// room refuses signatures long before the disk is full.
func (s *Store) room() error {
	if s.conf.Reserve == 0 || s.db.Shared() {
		return nil
	}
	free, err := sqldb.Room(s.conf.Folder)
	if err == nil && free < s.conf.Reserve {
		return ErrFull
	}
	return err
}

// owner is the key of an organisation of this Front, by its ID.
func (s *Store) owner(id string) (ed25519.PublicKey, bool) {
	for _, k := range s.conf.Keys {
		if bundle.ID(k) == id {
			return k, true
		}
	}
	return nil, false
}
