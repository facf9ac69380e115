package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/ncruces/go-sqlite3"
	sqlitedriver "github.com/ncruces/go-sqlite3/driver"
)

// keptStatements bounds how many prepared statements a connection keeps. The
// house has some hundreds of texts; what is above is prepared anew each time.
const keptStatements = 512

// keeping opens SQLite's connections so that each keeps the statements that it
// prepared: a fifth of the Front's time under load went into preparing the same
// few again.
type keeping struct {
	driver.Connector
	begin func(*sqlite3.Conn) error // on each new connection
}

// openKeeping opens name; begin is run on each new connection.
func openKeeping(name string, begin func(*sqlite3.Conn) error) (*sql.DB, error) {
	c, err := new(sqlitedriver.SQLite).OpenConnector(name)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{c, begin}), nil
}

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(opened)
	if !ok {
		return nil, errors.Join(errors.New("sqldb: the driver is another one than expected"), c.Close())
	}
	if err := k.begin(inner.Raw()); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &keeper{opened: inner, idle: map[string][]driver.Stmt{}}, nil
}

// opened is what SQLite's driver gives.
type opened interface {
	sqlitedriver.Conn
	driver.ExecerContext
	driver.NamedValueChecker
}

// keeper is a connection with the statements that nobody uses at the moment.
// database/sql lets one goroutine at a time use a connection and its statements.
type keeper struct {
	opened
	idle map[string][]driver.Stmt // by text; several when a query runs inside the same one
	kept int
}

// PrepareContext takes a kept statement, or prepares one.
func (k *keeper) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if idle := k.idle[query]; len(idle) > 0 {
		s := idle[len(idle)-1]
		k.idle[query] = idle[:len(idle)-1]
		k.kept--
		return &keptStmt{s, k, query}, nil
	}
	s, err := k.opened.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &keptStmt{s, k, query}, nil
}

// ExecContext is given texts without arguments only. They may change the
// schema, so nothing that was prepared before is used after them.
func (k *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		if err := k.drop(); err != nil {
			return nil, err
		}
	}
	return k.opened.ExecContext(ctx, query, args)
}

// drop forgets the kept statements.
func (k *keeper) drop() error {
	var errs []error
	for _, idle := range k.idle {
		for _, s := range idle {
			errs = append(errs, s.Close())
		}
	}
	clear(k.idle)
	k.kept = 0
	return errors.Join(errs...)
}

func (k *keeper) Close() error { return errors.Join(k.drop(), k.opened.Close()) }

// keptStmt goes back to its connection when it is closed. The driver resets it
// and clears its arguments after each use, so that none lies in memory longer.
type keptStmt struct {
	driver.Stmt
	home *keeper
	text string
}

func (s *keptStmt) Close() error {
	if s.home.kept >= keptStatements {
		return s.Stmt.Close()
	}
	s.home.kept++
	s.home.idle[s.text] = append(s.home.idle[s.text], s.Stmt)
	return nil
}

func (s *keptStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s *keptStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (s *keptStmt) CheckNamedValue(v *driver.NamedValue) error {
	return s.Stmt.(driver.NamedValueChecker).CheckNamedValue(v)
}
