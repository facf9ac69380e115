package signatures

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/petition"
	"waylight/internal/sqldb"
)

// Number is where a signature lies: 63 random bits that the supporter's device
// chose, so that sending it again changes nothing.
type Number int64

// ParseNumber reads 16 lower-case hexadecimal digits.
func ParseNumber(s string) (Number, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 8 || hex.EncodeToString(b) != s {
		return 0, false
	}
	return NumberOf(b), true
}

// ParseHeld reads a number as String writes it.
func ParseHeld(s string) (Number, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 8 || b[0] > 127 {
		return 0, false
	}
	return Number(binary.BigEndian.Uint64(b)), true
}

// NumberOf makes a number of eight bytes.
func NumberOf(b []byte) Number { return Number(binary.BigEndian.Uint64(b) >> 1) }

func (n Number) String() string { return fmt.Sprintf("%016x", int64(n)) }

// Signature is one as it waits for the Desk.
type Signature struct {
	Number   Number
	Petition string
	Day      clock.Day
	Sealed   []byte
}

// SealedSize is the length of every sealed signature.
func SealedSize() int { return envelope.SealedSize(petition.Size) }

// Take stores a sealed signature and returns once it is on the disk. The same
// again is stored already: fresh is false.
func (s *Store) Take(ctx context.Context, id string, n Number, sealed []byte) (fresh bool, err error) {
	if len(sealed) != SealedSize() || !bytes.HasPrefix(sealed, []byte("age-encryption.org/v1\n")) {
		return false, ErrSize
	}
	day := s.today()
	if p, ok := s.ByID(id); !ok || !p.Signable(day) {
		return false, ErrClosed
	}
	if err := s.room(); err != nil {
		return false, err
	}
	err = s.group.Do(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		added, err := tx.Exec(ctx, `INSERT INTO signature (number, petition, day, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, int64(n), id, string(day), sealed)
		if err != nil || added > 0 {
			fresh = added > 0
			return err
		}
		fresh = false
		var known []byte
		if err := tx.QueryRow(ctx, `SELECT sealed FROM signature WHERE number = $1`, int64(n)).Scan(&known); err != nil {
			return err
		}
		if !bytes.Equal(known, sealed) {
			return ErrConflict
		}
		return nil
	})
	return fresh && err == nil, full(err)
}

// Pull lists signatures of an organisation's petitions in the order of their
// numbers, above after.
func (s *Store) Pull(ctx context.Context, organisation string, after Number, limit int) (all []Signature, more bool, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		rows, err := q.Query(ctx, `SELECT s.number, s.petition, s.day, s.sealed FROM signature s JOIN statement p ON p.id = s.petition
			WHERE p.organisation = $1 AND s.number > $2 ORDER BY s.number LIMIT $3`, organisation, int64(after), limit+1)
		all, err = sqldb.Collect(rows, err, func(r *sql.Rows) (x Signature, err error) {
			err = r.Scan(&x.Number, &x.Petition, &x.Day, &x.Sealed)
			return x, err
		})
		return err
	})
	if len(all) > limit {
		return all[:limit], true, err
	}
	return all, false, err
}

// Forget removes signatures that the Desk holds durably, and presses that it knows.
func (s *Store) Forget(ctx context.Context, organisation string, numbers []Number, presses []Press) error {
	return full(s.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, n := range numbers {
			if _, err := tx.Exec(ctx, `DELETE FROM signature WHERE number = $1 AND petition IN (SELECT id FROM statement WHERE organisation = $2)`, int64(n), organisation); err != nil {
				return err
			}
		}
		for _, p := range presses {
			gone, err := tx.Exec(ctx, `DELETE FROM press WHERE hash = $1 AND what = $2 AND petition IN (SELECT id FROM statement WHERE organisation = $3)`, p.Hash[:], string(p.What), organisation)
			if err != nil {
				return err
			}
			if gone > 0 && (p.What == Erase || p.What == Never) {
				if _, err := tx.Exec(ctx, `DELETE FROM code WHERE hash = $1 AND state = 2`, p.Hash[:]); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// Waiting counts what waits for a Desk.
func (s *Store) Waiting(ctx context.Context, organisation string) (n int, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		return q.QueryRow(ctx, `SELECT count(*) FROM signature s JOIN statement p ON p.id = s.petition WHERE p.organisation = $1`, organisation).Scan(&n)
	})
	return n, err
}

// keptDays is how long a signature waits that no Desk fetches, and a code after its last day.
const keptDays = 180

// Sweep forgets what is too old to be of use.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.conf.Clock.Now()
	old := clock.DayOf(now.AddDate(0, 0, -keptDays))
	return full(s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM signature WHERE day < $1`, string(old)); err != nil {
			return err
		}
		// A code that was never pressed in its time is of no use to anybody; one that
		// was counts until its signature is erased.
		_, err := tx.Exec(ctx, `DELETE FROM code WHERE state = 0 AND until < $1`, string(clock.DayOf(now)))
		return err
	}))
}

// errNone is what a look-up of a code answers inside.
var errNone = errors.New("no such code")
