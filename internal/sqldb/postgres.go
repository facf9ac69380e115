package sqldb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// SQLSTATE codes that something is done about.
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	diskFull             = "53100"
)

// OpenPostgres opens a database of a PostgreSQL server, or of any server that
// speaks its protocol and has serializable transactions. source is a URL or
// "key=value" words; it may hold a password, so it never appears in an error.
// readers is the number of reader connections; 0 means 4.
func OpenPostgres(ctx context.Context, source string, readers int) (*DB, error) {
	if readers == 0 {
		readers = 4
	}
	c, err := pgx.ParseConfig(source)
	if err != nil {
		return nil, errors.New("opening the database: its address is not one that PostgreSQL has: postgres://user@host/name")
	}
	// A commit must be on the server's disk when it is answered, whatever the server's default.
	c.RuntimeParams["synchronous_commit"] = "on"
	c.RuntimeParams["application_name"] = "waylight"
	d := &DB{write: stdlib.OpenDB(*c), read: stdlib.OpenDB(*c), dialect: postgres}
	d.write.SetMaxOpenConns(2) // the committer, and a posting beside it
	d.read.SetMaxOpenConns(readers)
	d.write.SetMaxIdleConns(2)
	d.read.SetMaxIdleConns(readers)
	if err := d.write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database: PostgreSQL does not answer or does not let us in (%s)", reason(err)), d.Close())
	}
	return d, nil
}

// reason is the server's own short code: the full error names host and user.
func reason(err error) string {
	if s := state(err); s != "" {
		return "SQLSTATE " + s
	}
	return "no connection"
}

// state is the SQLSTATE of an error of PostgreSQL, otherwise empty.
func state(err error) string {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

// retries bounds how often a transaction is run again. PostgreSQL lets at least
// one of those that meet go through, so this many in a row means a fault.
const retries = 50

// retry runs a transaction until no other one was in its way. Two that insert
// the same key at once may see a unique violation instead of a serialization
// failure: run again, the loser sees the winner's row.
func retry(ctx context.Context, once func() error) error {
	unique := 0
	for n := 0; ; n++ {
		err := once()
		switch state(err) {
		case serializationFailure, deadlockDetected:
		case uniqueViolation:
			if unique++; unique > 2 {
				return err
			}
		default:
			return err
		}
		if n == retries {
			return err
		}
		pause := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << min(n, 6))))
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
	}
}

// migrating is the name of the lock under which one process changes the schema.
const migrating = 0x7761796c // "wayl"

// alone waits until no other process changes the schema. The caller releases.
func (d *DB) alone(ctx context.Context) (release func(), err error) {
	if d.dialect != postgres {
		return func() {}, nil
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrating); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() {
		// When this fails the connection is broken and the server releases by itself.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrating)
		conn.Close()
	}, nil
}
