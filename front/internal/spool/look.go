package spool

import (
	"context"
	"database/sql"
	"slices"

	"waylight/internal/clock"
	"waylight/internal/sqldb"
)

// Look is one signed reading of a mailbox: the signature under the tag "read"
// over the mailbox, the nonce and the day. The Desk checks it for itself.
type Look struct {
	Mailbox   ID
	Day       clock.Day
	Nonce     [16]byte
	Signature [64]byte
}

// maxLooks bounds one answer.
const maxLooks = 1000

// PutLook keeps a reading until the Desk has taken it. While one waits, another
// of the same mailbox adds nothing: there is at most one row for each mailbox.
// It is kept for every mailbox alike. It returns once it is on the disk.
func (s *Spool) PutLook(ctx context.Context, l Look) error {
	return s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := signKey(ctx, tx, l.Mailbox); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, l.Mailbox); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO look (mailbox, day, nonce, signature) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			l.Mailbox[:], string(l.Day), l.Nonce[:], l.Signature[:])
		return err
	})
}

// Looks returns the readings that wait for the Desk of these channels, in the
// order of mailboxes.
func (s *Spool) Looks(ctx context.Context, channels []string) (looks []Look, err error) {
	type row struct {
		Look
		channel string
	}
	err = s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		rows, err := snap.Query(ctx, `SELECT l.mailbox, l.day, l.nonce, l.signature, m.channel FROM look l JOIN mailbox m ON m.id = l.mailbox ORDER BY l.mailbox`)
		all, err := sqldb.Collect(rows, err, func(r *sql.Rows) (row, error) {
			var l row
			var id, nonce, signature []byte
			err := r.Scan(&id, &l.Day, &nonce, &signature, &l.channel)
			if err == nil {
				l.Mailbox, l.Nonce, l.Signature = ID(id), [16]byte(nonce), [64]byte(signature)
			}
			return l, err
		})
		looks = nil
		for _, l := range all {
			if slices.Contains(channels, l.channel) && len(looks) < maxLooks {
				looks = append(looks, l.Look)
			}
		}
		return err
	})
	return looks, err
}

// DropLooks forgets readings that the Desk has taken. A later one of the same
// mailbox has another nonce and stays.
func (s *Spool) DropLooks(ctx context.Context, looks []Look) error {
	if len(looks) == 0 {
		return nil
	}
	return s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, l := range looks {
			if _, err := tx.Exec(ctx, `DELETE FROM look WHERE mailbox = $1 AND nonce = $2`, l.Mailbox[:], l.Nonce[:]); err != nil {
				return err
			}
		}
		return nil
	})
}
