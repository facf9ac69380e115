package spool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"

	"waylight/internal/clock"
	"waylight/internal/sqldb"
)

// Reply is a sealed answer to a mailbox. It is served up to and including the
// day Expires, read or not: a person may need to read it twice. Only that day
// or the sender's wish removes it.
type Reply struct {
	ID      ID
	Mailbox ID
	Expires clock.Day
	Sealed  []byte
}

// PutReplies stores replies durably. The same reply again changes nothing; the
// same id with other content is ErrConflict. It returns the ids of replies whose
// mailbox is not here (its owner erased it), or is not of these channels: these
// were not stored.
func (s *Spool) PutReplies(ctx context.Context, channels []string, replies []Reply) (gone []ID, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		gone = nil
		fresh := make([]Reply, 0, len(replies))
		for _, r := range replies {
			sum := sha256.Sum256(r.Sealed)
			var digest []byte
			err := tx.QueryRow(ctx, `SELECT digest FROM reply WHERE id = $1`, r.ID[:]).Scan(&digest)
			switch {
			case err == nil && !bytes.Equal(digest, sum[:]):
				return ErrConflict // nothing of the call was written yet
			case err == nil:
				continue
			case !errors.Is(err, sql.ErrNoRows):
				return err
			}
			mine, err := theirs(ctx, tx, r.Mailbox, channels)
			if err != nil {
				return err
			}
			if !mine {
				gone = append(gone, r.ID)
				continue
			}
			fresh = append(fresh, r)
		}
		for _, r := range fresh {
			sum := sha256.Sum256(r.Sealed)
			_, err := tx.Exec(ctx, `INSERT INTO reply (id, mailbox, expires, digest, sealed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
				r.ID[:], r.Mailbox[:], string(r.Expires), sum[:], r.Sealed)
			if err != nil {
				return err
			}
			if err := s.revive(ctx, tx, r.Mailbox); err != nil {
				return err
			}
		}
		return nil
	})
	return gone, err
}

// SignKey returns the Ed25519 public key of a mailbox, or ErrNoMailbox.
func (s *Spool) SignKey(ctx context.Context, mailbox ID) (key [32]byte, err error) {
	err = s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		key, err = signKey(ctx, snap, mailbox)
		return err
	})
	return key, err
}

func signKey(ctx context.Context, q sqldb.Queryer, mailbox ID) ([32]byte, error) {
	var key []byte
	err := q.QueryRow(ctx, `SELECT sign_key FROM mailbox WHERE id = $1`, mailbox[:]).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return [32]byte{}, ErrNoMailbox
	}
	if err != nil {
		return [32]byte{}, err
	}
	return [32]byte(key), nil
}

// Replies returns what waits in a mailbox, in the order of ids; ErrNoMailbox
// when it was never used or was erased.
func (s *Spool) Replies(ctx context.Context, mailbox ID) (replies []Reply, err error) {
	err = s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		if _, err := signKey(ctx, snap, mailbox); err != nil {
			return err
		}
		rows, err := snap.Query(ctx, `SELECT id, expires, sealed FROM reply WHERE mailbox = $1 AND expires >= $2 ORDER BY id`, mailbox[:], string(s.today()))
		replies, err = sqldb.Collect(rows, err, func(r *sql.Rows) (Reply, error) {
			reply := Reply{Mailbox: mailbox}
			var id []byte
			err := r.Scan(&id, &reply.Expires, &reply.Sealed)
			if err == nil {
				reply.ID = ID(id)
			}
			return reply, err
		})
		return err
	})
	return replies, err
}

// Erase removes a mailbox with its replies. Envelopes that the Desk has not
// taken yet still go to it: erasing hides an answer from whoever finds the
// code, it does not call off help that was asked for. Again is no error.
func (s *Spool) Erase(ctx context.Context, mailbox ID) error {
	return s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM mailbox WHERE id = $1`, mailbox[:])
		return err
	})
}

// EraseOf erases a mailbox for a Desk, if it is one of its channels'.
func (s *Spool) EraseOf(ctx context.Context, channels []string, mailbox ID) error {
	return s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		mine, err := theirs(ctx, tx, mailbox, channels)
		if err != nil || !mine {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM mailbox WHERE id = $1`, mailbox[:])
		return err
	})
}
