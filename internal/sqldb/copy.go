package sqldb

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// errCopy hides SQLite's own words, which may repeat the address with its key.
var errCopy = errors.New("sqldb: the database could not be copied; is there space on the disk?")

// Copy writes a consistent copy of the whole database, as of one moment, to a
// new file at path under key (32 bytes; nil: plain). Others may go on writing.
func (d *DB) Copy(ctx context.Context, path string, key []byte) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	c, err := d.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, `PRAGMA query_only=off`); err != nil { // the copy is written through it
		return err
	}
	err = vacuum(ctx, c, path, key)
	_, on := c.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only=on`)
	return errors.Join(err, on)
}

// execer is a connection, or a pool of them.
type execer interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
}

func vacuum(ctx context.Context, from execer, path string, key []byte) error {
	v := url.Values{}
	if key != nil {
		v.Set("hexkey", hex.EncodeToString(key))
	}
	if _, err := from.ExecContext(ctx, `VACUUM INTO ?1`, source(path, key != nil, v)); err != nil {
		return errors.Join(errCopy, ctx.Err())
	}
	return nil
}

// Rekey moves the database to a new file at path under a new key, calls commit,
// which makes the move final, and goes on there; transactions that run are
// waited for, later ones wait. When it fails, everything stays as it was and the
// new file is worthless. The caller sees to it that no other process has the
// database open, and removes the old file.
func (d *DB) Rekey(ctx context.Context, path string, key []byte, commit func() error) error {
	// Lock would let a transaction that a running one begins wait for ever, so it is tried again and again.
	for wait := time.NewTicker(5 * time.Millisecond); !d.gate.TryLock(); {
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
	}
	defer d.gate.Unlock()
	if err := vacuum(ctx, d.write, path, key); err != nil {
		return err
	}
	// VACUUM INTO leaves the flushing to the system; here the old file is about to go.
	if err := settle(path); err != nil {
		return err
	}
	w, r, err := pools(ctx, Config{Path: path, Key: key, Extend: d.extend})
	if err != nil {
		return err
	}
	if err := commit(); err != nil {
		return errors.Join(err, r.Close(), w.Close())
	}
	oldWrite, oldRead := d.write, d.read
	d.write, d.read = w, r
	return errors.Join(oldRead.Close(), oldWrite.Close())
}

// settle brings a file and its name to the disk.
func settle(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
