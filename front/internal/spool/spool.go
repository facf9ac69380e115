// Package spool keeps what waits on the Front: sealed envelopes and their
// chunks until the Desk holds them, sealed replies until their last day.
//
// It knows opaque ids, channels, size classes, days, mailboxes and the public
// keys that sign for them; nothing that it keeps can be opened here. It stores
// no address, no time finer than a day and no order of arrival: its tables have
// no rowid, its readers go in the order of random keys, files carry the day as
// their time. (A forensic reader of the disk may still guess at an order from
// page numbers and from the change times that the file system alone sets.)
//
// A submission is acknowledged only after its transaction was synced to disk;
// concurrent submitters share one such transaction. It imports sqldb and
// envelope's size classes, never what opens or seals.
//
// On PostgreSQL several Fronts may share one spool. PostgreSQL itself notes in
// which order rows came (transaction numbers, its journal): who seizes that
// server learns an order and times, which SQLite's files do not tell.
package spool

import (
	"context"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ID names an envelope, a mailbox, an upload or a reply: 16 random bytes.
type ID [16]byte

// String is the id as 32 lower-case hexadecimal digits.
func (i ID) String() string { return hex.EncodeToString(i[:]) }

// ParseID reads 32 lower-case hexadecimal digits and nothing else, so that an
// id is also a safe file name.
func ParseID(s string) (ID, error) {
	var id ID
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) || hex.EncodeToString(b) != s {
		return ID{}, fault.New(fault.Invalid, "An id has 32 hexadecimal digits.")
	}
	return ID(b), nil
}

// The answers of the spool that a sender or a Desk can act upon.
var (
	ErrConflict  = fault.New(fault.Conflict, "This id was used before, with other content.")
	ErrUnsigned  = fault.New(fault.Denied, "A message to an existing mailbox must be signed with its key.")
	ErrNoMailbox = fault.New(fault.NotFound, "There is no mailbox for this code.")
	ErrMissing   = fault.New(fault.Invalid, "Some parts of a file have not arrived yet. Please send them again.")
	ErrUnpadded  = fault.New(fault.Invalid, "This is not a sealed envelope of one of the sizes.")
	ErrFull      = fault.New(fault.Busy, "This server cannot take more at the moment. Nothing was stored. Please try again, or use another way.")
	ErrTooLarge  = fault.New(fault.TooLarge, "This is larger than this server can take.")
)

// Config says where the spool lives.
type Config struct {
	Folder  string      // made when absent, readable by the owner only
	Source  string      // PostgreSQL, as sqldb.OpenPostgres takes it; empty: SQLite in the folder
	Chunks  Chunks      // nil: in the folder
	Clock   clock.Clock // nil: the machine's
	Reserve uint64      // free bytes below which no new chunks are taken, so that text still fits; below an eighth of it no text, so that the Desk can still take things away
	Keep    Keep
	Quotas  []Quota
}

// Spool is the store of one Front.
type Spool struct {
	db     *sqldb.DB
	chunks Chunks
	clock  clock.Clock
	least  uint64 // free bytes below which no text is taken
	keep   Keep
	quotas []Quota

	queue chan *work    // strangers
	first chan *work    // known mailboxes and the Desk
	parts chan struct{} // places for those who write a part of a file to the disk
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once

	sweeping sync.RWMutex // held for writing while abandoned chunks are removed

	undropped    sync.Mutex
	undroppedIDs map[ID]bool // chunks that could not be removed; nil: nobody tries

	forms       sync.Mutex
	formSecrets map[clock.Day][32]byte // those that were asked for lately
}

// Open opens the spool and starts its committer.
func Open(ctx context.Context, c Config) (*Spool, error) {
	if c.Clock == nil {
		c.Clock = clock.System()
	}
	if err := os.MkdirAll(c.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("the spool's folder: %w", err)
	}
	if c.Chunks == nil {
		folder, err := openFolder(filepath.Join(c.Folder, "chunks"), c.Clock, c.Reserve)
		if err != nil {
			return nil, err
		}
		c.Chunks = folder
	}
	var db *sqldb.DB
	var err error
	if c.Source != "" {
		db, err = sqldb.OpenPostgres(ctx, c.Source, 0)
	} else {
		db, err = sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(c.Folder, "spool.db")})
	}
	if err != nil {
		return nil, err
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = db.Migrate(ctx, sub)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Spool{
		db: db, chunks: c.Chunks, clock: c.Clock, least: c.Reserve / 8, keep: c.Keep.orDefault(), quotas: c.Quotas,
		queue: make(chan *work, maxBatch), first: make(chan *work, maxBatch), parts: make(chan struct{}, 8), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go s.commit()
	return s, nil
}

// Close finishes what waits and closes the database.
func (s *Spool) Close() error {
	s.once.Do(func() { close(s.stop) })
	<-s.done
	return s.db.Close()
}

func (s *Spool) today() clock.Day { return clock.DayOf(s.clock.Now()) }

// Shared reports whether several Fronts may use this spool.
func (s *Spool) Shared() bool { return s.db.Shared() }

// Once reports whether a request's nonce is seen here for the first time, by
// whichever Front. at is the request's own time in Unix seconds; nonces of
// requests from before are forgotten, because nobody takes those any more.
func (s *Spool) Once(ctx context.Context, nonce []byte, at, before int64) (first bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM nonce WHERE at < $1`, before); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `INSERT INTO nonce (nonce, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, nonce, at)
		first = n > 0
		return err
	})
	return first, err
}

// Agree keeps a value that all Fronts with this store must share: it stores
// mine under name when there is none yet, and returns the one that stands.
func (s *Spool) Agree(ctx context.Context, name string, mine []byte) (stands []byte, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO agreed (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, mine); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT value FROM agreed WHERE name = $1`, name).Scan(&stands)
	})
	return stands, err
}
