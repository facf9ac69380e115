package noticeboard

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"

	"waylight/internal/bundle"
	"waylight/internal/sqldb"
)

// Log is an organisation's public log of key bundles, the oldest first, with the
// last checkpoint that the organisation signed. The Front holds no key, so it
// can append and show, but not vouch for it.
type Log struct {
	Notes      []string `json:"notes"`
	Checkpoint string   `json:"checkpoint"` // empty: none yet
}

// Log returns the log of an organisation.
func (b *Board) Log(ctx context.Context, org ed25519.PublicKey) (l Log, err error) {
	err = b.db.Read(ctx, func(s *sqldb.Snapshot) error {
		l, err = readLog(ctx, s, bundle.ID(org))
		return err
	})
	return l, err
}

func readLog(ctx context.Context, q sqldb.Queryer, id string) (l Log, err error) {
	rows, err := q.Query(ctx, `SELECT note FROM key_log WHERE organisation = $1 ORDER BY position`, id)
	l.Notes, err = sqldb.Collect(rows, err, func(r *sql.Rows) (note string, err error) {
		err = r.Scan(&note)
		return note, err
	})
	if err != nil {
		return l, err
	}
	if l.Notes == nil {
		l.Notes = []string{}
	}
	err = q.QueryRow(ctx, `SELECT note FROM key_checkpoint WHERE organisation = $1`, id).Scan(&l.Checkpoint)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return l, err
}

// appendLog adds notes behind what is there, and keeps the checkpoint when it is
// the organisation's own, of exactly this log, and not of a shorter one than before.
func appendLog(ctx context.Context, tx *sqldb.Tx, org ed25519.PublicKey, notes []string, checkpoint string) error {
	id := bundle.ID(org)
	l, err := readLog(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, n := range notes {
		if _, err := tx.Exec(ctx, `INSERT INTO key_log (organisation, position, note) VALUES ($1, $2, $3)`, id, int64(len(l.Notes)), n); err != nil {
			return err
		}
		l.Notes = append(l.Notes, n)
	}
	if checkpoint == "" {
		return nil
	}
	c, err := bundle.OpenCheckpoint(checkpoint, org)
	if err != nil {
		return ErrSignature
	}
	if !c.Covers(l.Notes) {
		return nil // of another state: the keys are taken all the same, and the Desk looks again
	}
	_, err = tx.Exec(ctx, `INSERT INTO key_checkpoint (organisation, size, note) VALUES ($1, $2, $3)
		ON CONFLICT (organisation) DO UPDATE SET size = excluded.size, note = excluded.note WHERE key_checkpoint.size <= excluded.size`, id, c.Size, checkpoint)
	return err
}

// adopt begins the log of each organisation with the keys from before there was one.
func (b *Board) adopt(ctx context.Context) error {
	return b.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, o := range b.organisations {
			l, err := readLog(ctx, tx, bundle.ID(o.Key))
			if err != nil {
				return err
			}
			if len(l.Notes) > 0 {
				continue
			}
			var old []string
			for _, c := range o.Channels {
				rows, err := tx.Query(ctx, `SELECT note FROM key_note WHERE channel = $1 ORDER BY serial`, c)
				notes, err := sqldb.Collect(rows, err, func(r *sql.Rows) (note string, err error) {
					err = r.Scan(&note)
					return note, err
				})
				if err != nil {
					return err
				}
				for _, n := range notes {
					if _, err := bundle.OpenKeys([]byte(n), o.Key); err == nil {
						old = append(old, n)
					}
				}
			}
			if err := appendLog(ctx, tx, o.Key, old, ""); err != nil {
				return err
			}
		}
		return nil
	})
}
