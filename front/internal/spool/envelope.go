package spool

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"

	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/sqldb"
)

// MaxUploads is the most files of one envelope.
const MaxUploads = envelope.MaxFiles

// Upload names the chunks of one file: 0 to Chunks-1.
type Upload struct {
	ID     ID
	Chunks int
}

// Envelope is one sealed message as the Front holds it.
type Envelope struct {
	ID      ID
	Channel string
	Mailbox ID
	SignKey [32]byte  // Ed25519 public key that signs for the mailbox
	Day     clock.Day // set by the spool
	Class   int       // size class of Sealed in bytes, set by the spool
	Sealed  []byte
	Uploads []Upload
	Beside  *Beside
	Known   bool // from the holder of a mailbox that is here: stored before strangers
}

// Beside is the other mailbox that a conversation's first envelope registers.
type Beside struct {
	Mailbox ID
	SignKey [32]byte
}

// Submit stores an envelope and returns once it is on the disk with all its
// chunks. The same envelope again is stored already, also after the Desk took
// it: fresh is false and there is no error. The same id with other content is ErrConflict. The first
// envelope of a mailbox registers its key; for a mailbox that exists, proved
// must say that the sender signed with that key. A mailbox beside is registered
// in the same way; the caller has checked its signature.
func (s *Spool) Submit(ctx context.Context, e Envelope, proved bool) (fresh bool, err error) {
	if len(e.Sealed) > envelope.MaxSealed || len(e.Uploads) > MaxUploads {
		return false, ErrTooLarge
	}
	var padded bool
	if e.Class, padded = envelope.Class(len(e.Sealed)); !padded {
		return false, ErrUnpadded
	}
	digest := digestOf(e)
	s.sweeping.RLock() // chunks that were seen must still be there at the commit
	defer s.sweeping.RUnlock()
	complete := s.complete(e.Uploads)
	lane := s.queue
	if e.Known {
		lane = s.first
	}
	err = s.writeIn(ctx, lane, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		fresh, err = s.submit(ctx, tx, e, digest, proved, complete)
		return err
	})
	return fresh && err == nil, err
}

// submit decides and stores; complete is what is wrong with the chunks.
func (s *Spool) submit(ctx context.Context, tx *sqldb.Tx, e Envelope, digest [32]byte, proved bool, complete error) (fresh bool, err error) {
	if known, err := stored(ctx, tx, e.ID, digest); known || err != nil {
		return false, err
	}
	if complete != nil {
		return false, complete
	}
	if err := undropped(ctx, tx, e.Uploads); err != nil {
		return false, err
	}
	for _, u := range e.Uploads {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM upload WHERE id = $1`, u.ID[:]).Scan(&n); err != nil {
			return false, err
		}
		if n > 0 {
			return false, ErrConflict // one file belongs to one envelope
		}
	}
	if err := s.room(ctx, tx); err != nil {
		return false, err
	}
	if err := s.share(ctx, tx, e.Channel, chunksOf(e.Uploads)); err != nil {
		return false, err
	}
	if err := s.register(ctx, tx, e, proved); err != nil {
		return false, err
	}
	return true, insert(ctx, tx, e, digest, s.today())
}

// register makes the mailbox, or compares its key when it is there. It is the
// last thing that can refuse a submission, and it changes nothing then.
func (s *Spool) register(ctx context.Context, tx *sqldb.Tx, e Envelope, proved bool) error {
	if b := e.Beside; b != nil {
		if key, err := signKey(ctx, tx, b.Mailbox); err == nil && key != b.SignKey {
			return ErrConflict
		} else if err != nil && !errors.Is(err, ErrNoMailbox) {
			return err
		}
	}
	n, err := tx.Exec(ctx, newMailbox, e.Mailbox[:], e.SignKey[:], e.Channel, s.month())
	if err != nil {
		return err
	}
	if n > 0 {
		return s.besides(ctx, tx, e)
	}
	key, err := signKey(ctx, tx, e.Mailbox)
	switch {
	case err != nil:
		return err
	case key != e.SignKey:
		return ErrConflict
	case !proved:
		return ErrUnsigned
	}
	if err := s.revive(ctx, tx, e.Mailbox); err != nil {
		return err
	}
	if mine, err := theirs(ctx, tx, e.Mailbox, []string{e.Channel}); err != nil {
		return err
	} else if !mine {
		if _, err := tx.Exec(ctx, `INSERT INTO also (mailbox, channel) VALUES ($1, $2)`, e.Mailbox[:], e.Channel); err != nil {
			return err
		}
	}
	return s.besides(ctx, tx, e)
}

const newMailbox = `INSERT INTO mailbox (id, sign_key, channel, used) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

// besides makes the other mailbox of a conversation, when there is one.
func (s *Spool) besides(ctx context.Context, tx *sqldb.Tx, e Envelope) error {
	if e.Beside == nil {
		return nil
	}
	_, err := tx.Exec(ctx, newMailbox, e.Beside.Mailbox[:], e.Beside.SignKey[:], e.Channel, s.month())
	return err
}

// undropped refuses uploads that a sweep, perhaps of another Front, removed
// after this submission had seen their chunks.
func undropped(ctx context.Context, tx *sqldb.Tx, uploads []Upload) error {
	var missing error
	for _, u := range uploads {
		var done int
		err := tx.QueryRow(ctx, `SELECT done FROM dropped WHERE id = $1`, u.ID[:]).Scan(&done)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return err
		case done == 0:
			return ErrFull // the sweep is at it; the sender asks again
		}
		// The next try sees what is there now.
		if _, err := tx.Exec(ctx, `DELETE FROM dropped WHERE id = $1`, u.ID[:]); err != nil {
			return err
		}
		missing = ErrMissing
	}
	return missing
}

// room refuses text when the disk is nearly full: to delete a row needs a little
// space too. Pages that the database has free inside count as room.
func (s *Spool) room(ctx context.Context, tx *sqldb.Tx) error {
	free, err := s.chunks.Free()
	if err != nil || free >= s.least || s.db.Shared() {
		return err // a database server tells by itself when it is full
	}
	var pages, size uint64
	if err := tx.QueryRow(ctx, `SELECT f.freelist_count, p.page_size FROM pragma_freelist_count AS f, pragma_page_size AS p`).Scan(&pages, &size); err != nil {
		return err
	}
	if free+pages*size < s.least {
		return ErrFull
	}
	return nil
}

// stored reports whether the envelope is here or at the Desk already.
func stored(ctx context.Context, tx *sqldb.Tx, id ID, digest [32]byte) (bool, error) {
	var known []byte
	err := tx.QueryRow(ctx, `SELECT digest FROM envelope WHERE id = $1 UNION ALL SELECT digest FROM held WHERE id = $1`, id[:]).Scan(&known)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case !bytes.Equal(known, digest[:]):
		return false, ErrConflict
	}
	return true, nil
}

func insert(ctx context.Context, tx *sqldb.Tx, e Envelope, digest [32]byte, day clock.Day) error {
	number := bodyNumber()
	var other []byte
	if e.Beside != nil {
		other = e.Beside.Mailbox[:]
	}
	_, err := tx.Exec(ctx, `INSERT INTO envelope (id, channel, mailbox, sign_key, day, class, digest, sealed, body, beside) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID[:], e.Channel, e.Mailbox[:], e.SignKey[:], string(day), e.Class, digest[:], []byte{}, number, other)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO body (number, sealed) VALUES ($1, $2)`, number, e.Sealed); err != nil {
		return err
	}
	for _, u := range e.Uploads {
		if _, err := tx.Exec(ctx, `INSERT INTO upload (id, envelope, chunks) VALUES ($1, $2, $3)`, u.ID[:], e.ID[:], u.Chunks); err != nil {
			return err
		}
	}
	return nil
}

// bodyNumber chooses at random where the sealed bytes lie: two will not meet, and
// the numbers of a table tell no order.
func bodyNumber() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

func chunksOf(uploads []Upload) (n int) {
	for _, u := range uploads {
		n += u.Chunks
	}
	return n
}

// complete reports ErrMissing unless every chunk of every upload is on the disk.
func (s *Spool) complete(uploads []Upload) error {
	seen := make(map[ID]bool)
	for _, u := range uploads {
		if u.Chunks < 1 || u.Chunks > MaxChunks || seen[u.ID] {
			return fault.New(fault.Invalid, "The list of files is not well formed.")
		}
		seen[u.ID] = true
		have, err := s.chunks.Have(u.ID)
		if err != nil {
			return err
		}
		for i := range u.Chunks {
			if _, ok := slices.BinarySearch(have, i); !ok {
				return ErrMissing
			}
		}
	}
	return nil
}

// digestOf covers all that makes two submissions the same.
func digestOf(e Envelope) [32]byte {
	h := sha256.New()
	h.Write(e.Mailbox[:])
	h.Write(e.SignKey[:])
	if e.Beside != nil {
		h.Write(e.Beside.Mailbox[:])
		h.Write(e.Beside.SignKey[:])
	}
	sum := sha256.Sum256([]byte(e.Channel))
	h.Write(sum[:])
	sum = sha256.Sum256(e.Sealed)
	h.Write(sum[:])
	for _, u := range e.Uploads {
		h.Write(u.ID[:])
		h.Write([]byte{byte(u.Chunks >> 16), byte(u.Chunks >> 8), byte(u.Chunks)})
	}
	return [32]byte(h.Sum(nil))
}

// maxPull bounds the bytes of one Pull, so that neither side holds much at once.
const maxPull = 8 << 20

// Pull returns up to limit envelopes of the channels with ids above after, in
// the order of their ids, and whether there are more.
func (s *Spool) Pull(ctx context.Context, channels []string, after ID, limit int) (batch []Envelope, more bool, err error) {
	err = s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		var numbers []sql.NullInt64
		if batch, numbers, err = heads(ctx, snap, channels, after, limit+1); err != nil {
			return err
		}
		size := 0
		for i := range batch {
			e := &batch[i]
			if numbers[i].Valid {
				if err := snap.QueryRow(ctx, `SELECT sealed FROM body WHERE number = $1`, numbers[i].Int64).Scan(&e.Sealed); err != nil {
					return err
				}
			}
			size += len(e.Sealed)
			if i == limit || i > 0 && size > maxPull {
				batch, more = batch[:i], true
				break
			}
			if e.Uploads, err = uploadsOf(ctx, snap, e.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return batch, more, err
}

// heads reads up to limit rows of the channels, without the bytes that lie apart.
func heads(ctx context.Context, snap *sqldb.Snapshot, channels []string, after ID, limit int) (batch []Envelope, numbers []sql.NullInt64, err error) {
	rows, err := snap.Query(ctx, `SELECT id, channel, mailbox, sign_key, day, class, sealed, body FROM envelope WHERE id > $1 ORDER BY id`, after[:])
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for len(batch) < limit && rows.Next() {
		e, number, err := scanEnvelope(rows)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(channels, e.Channel) {
			batch, numbers = append(batch, e), append(numbers, number)
		}
	}
	return batch, numbers, rows.Err()
}

// scanEnvelope reads a row; number says where its sealed bytes lie, unless it has
// them itself.
func scanEnvelope(rows *sql.Rows) (e Envelope, number sql.NullInt64, err error) {
	var id, box, key []byte
	if err := rows.Scan(&id, &e.Channel, &box, &key, &e.Day, &e.Class, &e.Sealed, &number); err != nil {
		return e, number, err
	}
	e.ID, e.Mailbox, e.SignKey = ID(id), ID(box), [32]byte(key)
	return e, number, nil
}

func uploadsOf(ctx context.Context, q sqldb.Queryer, envelope ID) ([]Upload, error) {
	rows, err := q.Query(ctx, `SELECT id, chunks FROM upload WHERE envelope = $1 ORDER BY id`, envelope[:])
	return sqldb.Collect(rows, err, func(r *sql.Rows) (Upload, error) {
		var u Upload
		var id []byte
		err := r.Scan(&id, &u.Chunks)
		if err == nil {
			u.ID = ID(id)
		}
		return u, err
	})
}

// Belongs reports whether the upload is part of an envelope of the channels.
func (s *Spool) Belongs(ctx context.Context, channels []string, upload ID) (bool, error) {
	var channel string
	err := s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		return snap.QueryRow(ctx, `SELECT e.channel FROM upload u JOIN envelope e ON e.id = u.envelope WHERE u.id = $1`, upload[:]).Scan(&channel)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return slices.Contains(channels, channel), err
}

// Confirm forgets the envelopes of the channels and their chunks, because the
// Desk holds them. Ids that are not here are passed over: a repeated
// confirmation does nothing.
func (s *Spool) Confirm(ctx context.Context, channels []string, envelopes []ID) error {
	var gone []Upload
	err := s.write(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		gone = nil
		for _, id := range envelopes {
			var channel string
			var digest []byte
			var number sql.NullInt64
			err := tx.QueryRow(ctx, `SELECT channel, digest, body FROM envelope WHERE id = $1`, id[:]).Scan(&channel, &digest, &number)
			if errors.Is(err, sql.ErrNoRows) || err == nil && !slices.Contains(channels, channel) {
				continue
			}
			if err != nil {
				return err
			}
			uploads, err := uploadsOf(ctx, tx, id)
			if err != nil {
				return err
			}
			gone = append(gone, uploads...)
			if _, err := tx.Exec(ctx, `INSERT INTO held (id, digest, day) VALUES ($1, $2, $3)`, id[:], digest, string(s.today())); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `DELETE FROM envelope WHERE id = $1`, id[:]); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `DELETE FROM body WHERE number = $1`, number); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// A crash here leaves chunks that no row names: Sweep takes them.
	for _, u := range gone {
		err = errors.Join(err, s.chunks.Delete(u.ID))
	}
	return err
}

// Waiting counts the envelopes of each of the channels.
func (s *Spool) Waiting(ctx context.Context, channels []string) (map[string]int, error) {
	count := make(map[string]int, len(channels))
	err := s.db.Read(ctx, func(snap *sqldb.Snapshot) error {
		for _, c := range channels {
			var n int
			if err := snap.QueryRow(ctx, `SELECT count(*) FROM envelope WHERE channel = $1`, c).Scan(&n); err != nil {
				return err
			}
			count[c] = n
		}
		return nil
	})
	return count, err
}
