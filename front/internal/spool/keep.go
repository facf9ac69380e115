package spool

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// Keep says for how many days what nobody fetches or uses is kept; 0 is the
// default of each.
type Keep struct {
	Letters   int // sealed envelopes that no Desk fetches
	Parts     int // parts of files that no envelope names
	Mailboxes int // mailboxes that nobody uses; the month counts
}

// The defaults of Keep.
var DefaultKeep = Keep{Letters: 180, Parts: 3, Mailboxes: 730}

func (k Keep) orDefault() Keep {
	return Keep{cmp.Or(k.Letters, DefaultKeep.Letters), cmp.Or(k.Parts, DefaultKeep.Parts), cmp.Or(k.Mailboxes, DefaultKeep.Mailboxes)}
}

// Quota bounds the files of one organisation that wait here. Text has no bound.
type Quota struct {
	Channels []string
	Bytes    int64
}

// ErrNoRoom refuses files over an organisation's share of the disk. What is
// written without files is taken still.
var ErrNoRoom = fault.New(fault.TooLarge, "There is no room for files at the moment. Nothing was stored. Your words can go without files: please send them alone.")

// Expired says why a mailbox's conversation is over, for its holder.
type Expired string

// The reasons. A holder may go on writing in any case.
const (
	Unused      Expired = "unused"      // nobody used it for long
	Uncollected Expired = "uncollected" // what was sent was never fetched
)

var reasons = []Expired{"", Unused, Uncollected}

// monthOf is all that is noted of when a mailbox was used.
func monthOf(t time.Time) string { return string(clock.DayOf(t))[:len("2017-04")] }

func (s *Spool) month() string { return monthOf(s.clock.Now()) }

// Kept is how many days envelopes wait to be fetched.
func (s *Spool) Kept() int { return s.keep.Letters }

// touch notes that a mailbox is in use.
func (s *Spool) touch(ctx context.Context, tx *sqldb.Tx, mailbox ID) error {
	_, err := tx.Exec(ctx, `UPDATE mailbox SET used = $2 WHERE id = $1 AND used <> $2`, mailbox[:], s.month())
	return err
}

// revive notes that something new is in a mailbox.
func (s *Spool) revive(ctx context.Context, tx *sqldb.Tx, mailbox ID) error {
	_, err := tx.Exec(ctx, `UPDATE mailbox SET used = $2, expired = 0 WHERE id = $1 AND (used <> $2 OR expired <> 0)`, mailbox[:], s.month())
	return err
}

// Expired tells the holder of a mailbox that is here why its conversation is
// over; empty when it is not.
func (s *Spool) Expired(ctx context.Context, mailbox ID) (Expired, error) {
	var n int
	err := s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		return snap.QueryRow(ctx, `SELECT coalesce(max(expired), 0) FROM mailbox WHERE id = $1`, mailbox[:]).Scan(&n)
	})
	if err != nil || n < 0 || n >= len(reasons) {
		return "", err
	}
	return reasons[n], nil
}

// expire removes what was never fetched and closes mailboxes that nobody uses.
// It returns the uploads whose chunks can go.
func (s *Spool) expire(ctx context.Context, tx *sqldb.Tx) (gone []Upload, err error) {
	now := s.clock.Now()
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	type letter struct {
		id, box, beside []byte
		number          sql.NullInt64
	}
	rows, err := tx.Query(ctx, `SELECT id, mailbox, beside, body FROM envelope WHERE day < $1`, string(clock.DayOf(ago(s.keep.Letters))))
	letters, err := sqldb.Collect(rows, err, func(r *sql.Rows) (l letter, err error) {
		return l, r.Scan(&l.id, &l.box, &l.beside, &l.number)
	})
	if err != nil {
		return nil, err
	}
	for _, l := range letters {
		uploads, err := uploadsOf(ctx, tx, ID(l.id))
		if err != nil {
			return nil, err
		}
		gone = append(gone, uploads...)
		// No trace in held: who sends the same again is taken anew.
		for _, q := range []struct {
			text string
			arg  any
		}{
			{`DELETE FROM envelope WHERE id = $1`, l.id}, {`DELETE FROM body WHERE number = $1`, l.number},
			{`UPDATE mailbox SET expired = 2 WHERE id = $1`, l.box}, {`UPDATE mailbox SET expired = 2 WHERE id = $1`, l.beside},
		} {
			if _, err := tx.Exec(ctx, q.text, q.arg); err != nil {
				return nil, err
			}
		}
	}
	// Mailboxes from before the month was noted begin now.
	if _, err := tx.Exec(ctx, `UPDATE mailbox SET used = $1 WHERE used = ''`, monthOf(now)); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM mailbox WHERE expired <> 0 AND used < $1 AND NOT EXISTS (SELECT 1 FROM envelope e WHERE e.mailbox = mailbox.id)`, monthOf(ago(2*s.keep.Mailboxes))); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `UPDATE mailbox SET expired = 1 WHERE expired = 0 AND used < $1 AND NOT EXISTS (SELECT 1 FROM envelope e WHERE e.mailbox = mailbox.id) AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.mailbox = mailbox.id)`,
		monthOf(ago(s.keep.Mailboxes)))
	return gone, err
}

// share refuses more files than an organisation may keep waiting here.
func (s *Spool) share(ctx context.Context, q sqldb.Queryer, channel string, chunks int) error {
	i := slices.IndexFunc(s.quotas, func(q Quota) bool { return slices.Contains(q.Channels, channel) })
	if i < 0 || chunks == 0 {
		return nil
	}
	rows, err := q.Query(ctx, `SELECT e.channel, sum(u.chunks) FROM upload u JOIN envelope e ON e.id = u.envelope GROUP BY e.channel`)
	type waits struct {
		channel string
		chunks  int64
	}
	all, err := sqldb.Collect(rows, err, func(r *sql.Rows) (w waits, err error) { return w, r.Scan(&w.channel, &w.chunks) })
	if err != nil {
		return err
	}
	total := int64(chunks)
	for _, w := range all {
		if slices.Contains(s.quotas[i].Channels, w.channel) {
			total += w.chunks
		}
	}
	if total > s.quotas[i].Bytes/envelope.SealedChunkSize {
		return ErrNoRoom
	}
	return nil
}

// Room reports ErrNoRoom when the organisation of the channel may not keep a
// further part of a file here, so that nobody uploads in vain.
func (s *Spool) Room(ctx context.Context, channel string) error {
	return s.db.Read(ctx, func(snap *sqldb.Snapshot) error { return s.share(ctx, snap, channel, 1) })
}

// theirs reports whether a mailbox belongs to one of the channels, or was written
// from to one of them. One from before channels were noted belongs to all.
func theirs(ctx context.Context, q sqldb.Queryer, mailbox ID, channels []string) (bool, error) {
	rows, err := q.Query(ctx, `SELECT channel FROM mailbox WHERE id = $1 UNION SELECT channel FROM also WHERE mailbox = $1`, mailbox[:])
	all, err := sqldb.Collect(rows, err, func(r *sql.Rows) (c string, err error) { return c, r.Scan(&c) })
	return slices.ContainsFunc(all, func(c string) bool { return c == "" || slices.Contains(channels, c) }), err
}
