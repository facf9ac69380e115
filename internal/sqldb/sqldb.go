// Package sqldb opens the databases of both zones and runs their migrations.
//
// SQL is written once, with $1, $2, …; times are int64 microseconds, truth is
// 0 or 1, text that is searched is folded by Go. A DB has one writer connection
// (BEGIN IMMEDIATE) and a few readers, because eight writers through eight
// connections gave tails of two seconds where one gave a tenth. On PostgreSQL
// (OpenPostgres) the same texts run: several processes may write, each
// transaction is serializable and is run again when another one was in its way,
// so what Write is given must be able to run more than once. It never logs a
// statement's arguments or the data source, which carries the key.
package sqldb

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // the encrypted file system
)

// Config says which database to open.
type Config struct {
	Path    string // file name
	Key     []byte // 32 bytes: the file is encrypted (Adiantum); nil: it is plain
	Readers int    // reader connections; 0 means 4
	Cache   int    // MiB of pages that each connection holds; 0 means 16
	// Extend is called on every new connection, to register extensions; it may be nil.
	Extend func(*sqlite3.Conn) error
}

// DB is an open database with one writer and several readers.
type DB struct {
	gate        sync.RWMutex // held for reading by each transaction, for writing by Rekey
	write, read *sql.DB
	dialect     dialect
	extend      func(*sqlite3.Conn) error
}

// Queryer reads: a reader's snapshot or a transaction.
type Queryer interface {
	Query(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, q string, args ...any) *sql.Row
}

// Tx is the one open write transaction.
type Tx struct {
	tx      *sql.Tx
	dialect dialect
}

// Snapshot is a read transaction: everything read through it is of one moment.
type Snapshot struct {
	tx      *sql.Tx
	dialect dialect
}

// Open opens the database, creating the file when it is absent.
func Open(ctx context.Context, c Config) (*DB, error) {
	calm()
	d := &DB{extend: c.Extend}
	var err error
	d.write, d.read, err = pools(ctx, c)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// source names a file for SQLite, without its key.
func source(path string, sealed bool, v url.Values) string {
	if sealed {
		v.Set("vfs", "adiantum")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

func pools(ctx context.Context, c Config) (w, r *sql.DB, err error) {
	if c.Key != nil && len(c.Key) != 32 {
		return nil, nil, errors.New("sqldb: the key must have 32 bytes")
	}
	if c.Readers == 0 {
		c.Readers = 4
	}
	if c.Cache == 0 {
		c.Cache = 16
	}
	// A copy: the caller may clear its own, and a pool opens connections later.
	key := hex.EncodeToString(c.Key)
	open := func(lock, more string) (*sql.DB, error) {
		return openKeeping(source(c.Path, key != "", url.Values{"_txlock": {lock}}), func(conn *sqlite3.Conn) error {
			// 16 MiB of pages: with the usual 2 a tenth of the time went into reading them again.
			// Key first: nothing can be read before it. Per connection, because a pool opens new ones.
			pragmas := "PRAGMA busy_timeout=10000; PRAGMA temp_store=memory; PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA foreign_keys=on; PRAGMA secure_delete=on; PRAGMA cache_size=-" + strconv.Itoa(c.Cache<<10) + more
			if key != "" {
				pragmas = "PRAGMA hexkey='" + key + "'; " + pragmas
			}
			if err := conn.Exec(pragmas); err != nil {
				return err
			}
			// A kept statement stays as it was planned: otherwise SQLite plans many of them anew
			// whenever an argument is another, which cost half of some answers.
			if _, err := conn.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
				return err
			}
			if c.Extend == nil {
				return nil
			}
			return c.Extend(conn)
		})
	}
	if w, err = open("immediate", ""); err != nil {
		return nil, nil, fmt.Errorf("opening the database: %w", err)
	}
	w.SetMaxOpenConns(1)
	if err := w.PingContext(ctx); err != nil {
		w.Close()
		return nil, nil, fmt.Errorf("opening the database: %w", err)
	}
	// Once for each connection: the driver would set it for each snapshot, and setting it has
	// SQLite plan every kept statement anew.
	if r, err = open("deferred", "; PRAGMA query_only=on"); err != nil {
		w.Close()
		return nil, nil, fmt.Errorf("opening the database: %w", err)
	}
	r.SetMaxOpenConns(c.Readers)
	r.SetMaxIdleConns(c.Readers) // a new connection reads the whole schema, and has no statements yet
	return w, r, nil
}

// Close closes every connection.
func (d *DB) Close() error { return errors.Join(d.read.Close(), d.write.Close()) }

// Write runs f in the write transaction and commits durably when f returns nil;
// otherwise, or when f panics, nothing of it remains. On PostgreSQL f is run
// again when another process was in the way. When the line to PostgreSQL breaks
// during the commit the outcome is unknown: the error is not nil, and whoever
// repeats must be idempotent.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if d.dialect == postgres {
		return retry(ctx, func() error { return d.writeOnce(ctx, f) })
	}
	return d.writeOnce(ctx, f)
}

func (d *DB) writeOnce(ctx context.Context, f func(*Tx) error) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	tx, err := d.write.BeginTx(ctx, d.dialect.writing())
	if err != nil {
		return err
	}
	defer tx.Rollback() // no effect after Commit
	if err := f(&Tx{tx, d.dialect}); err != nil {
		return err
	}
	return tx.Commit()
}

// Read runs f on one consistent snapshot.
func (d *DB) Read(ctx context.Context, f func(*Snapshot) error) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	tx, err := d.read.BeginTx(ctx, d.dialect.reading())
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return f(&Snapshot{tx, d.dialect})
}

// Shared reports whether other processes may write to the same database.
func (d *DB) Shared() bool { return d.dialect == postgres }

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(ctx, t.dialect.query(q), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs a query inside the transaction.
func (t *Tx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, t.dialect.query(q), args...)
}

// QueryRow runs a query for one row inside the transaction.
func (t *Tx) QueryRow(ctx context.Context, q string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, t.dialect.query(q), args...)
}

// Query runs a query on the snapshot.
func (s *Snapshot) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return s.tx.QueryContext(ctx, s.dialect.query(q), args...)
}

// QueryRow runs a query for one row on the snapshot.
func (s *Snapshot) QueryRow(ctx context.Context, q string, args ...any) *sql.Row {
	return s.tx.QueryRowContext(ctx, s.dialect.query(q), args...)
}

// Collect reads every row with scan and reports the first error, also one that ended the rows early.
func Collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// IsUnique reports whether err says that a row with this key exists already.
func IsUnique(err error) bool {
	return errors.Is(err, sqlite3.CONSTRAINT_UNIQUE) || errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY) || state(err) == uniqueViolation
}

// IsFull reports whether err says that the disk, or the server's disk, is full.
func IsFull(err error) bool {
	return errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.IOERR) || state(err) == diskFull
}

// Migrate applies, in the order of their names, the .sql files of fsys that were
// not applied yet, each in a transaction of its own. Files are never changed
// once released.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return err
	}
	slices.Sort(names)
	release, err := d.alone(ctx)
	if err != nil {
		return err
	}
	defer release()
	err = d.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)`)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		err = d.Write(ctx, func(tx *Tx) error {
			n, err := tx.Exec(ctx, `INSERT INTO migration (name) VALUES ($1) ON CONFLICT DO NOTHING`, name)
			if err != nil || n == 0 {
				return err
			}
			_, err = tx.tx.ExecContext(ctx, d.dialect.schema(string(text)))
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %s: %w", strings.TrimSuffix(name, ".sql"), err)
		}
	}
	return nil
}
