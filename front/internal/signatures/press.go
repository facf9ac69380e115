package signatures

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/petition"
	"waylight/internal/sqldb"
)

// What says what a person pressed.
type What string

// What can be pressed.
const (
	Confirm What = "confirm"
	Stop    What = "stop"  // no more messages; the signature stays
	Erase   What = "erase" // the signature and everything with it
	Never   What = "never" // erase, and never write to this address again
)

// Press is what the Desk must learn. Hash is that of the code that confirms.
type Press struct {
	Hash     [32]byte
	What     What
	Petition string
}

// Registered is a code that the Desk sent by mail.
type Registered struct {
	Hash, Leaving [32]byte
	Petition      string
	Country       string
	Confirmed     bool // it was confirmed before, such as on another server
	Until         clock.Day
}

// Register takes codes of an organisation's petitions, and forgets those that the
// Desk takes back. The same again changes nothing.
func (s *Store) Register(ctx context.Context, organisation string, codes []Registered, withdrawn [][32]byte) error {
	return full(s.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, c := range codes {
			p, ok := s.ByID(c.Petition)
			if !ok || p.Organisation != organisation || !country.Is(c.Country) {
				return ErrContent
			}
			state := 0
			if c.Confirmed {
				state = 1
			}
			if _, err := tx.Exec(ctx, `INSERT INTO code (hash, leaving, petition, country, state, until) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
				c.Hash[:], c.Leaving[:], c.Petition, c.Country, state, string(c.Until)); err != nil {
				return err
			}
		}
		for _, h := range withdrawn {
			if _, err := tx.Exec(ctx, `DELETE FROM code WHERE hash = $1 AND petition IN (SELECT id FROM statement WHERE organisation = $2)`, h[:], organisation); err != nil {
				return err
			}
		}
		return nil
	}))
}

// State is where a code stands.
type State int

// The states.
const (
	Waits State = iota
	Confirmed
	Erased
)

// Code is what is known of a code.
type Code struct {
	Petition string
	State    State

	hash  [32]byte
	until clock.Day
}

// Look finds the code that confirms, or with leaving the one that stops. It changes nothing.
func (s *Store) Look(ctx context.Context, c petition.Code, leaving bool) (out Code, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		out, err = find(ctx, q, c, leaving)
		return err
	})
	if errors.Is(err, errNone) {
		err = ErrCode
	}
	return out, err
}

func find(ctx context.Context, q sqldb.Queryer, c petition.Code, leaving bool) (out Code, err error) {
	h := c.Hash()
	text := `SELECT hash, petition, state, until FROM code WHERE hash = $1`
	if leaving {
		text = `SELECT hash, petition, state, until FROM code WHERE leaving = $1`
	}
	var hash []byte
	err = q.QueryRow(ctx, text, h[:]).Scan(&hash, &out.Petition, &out.State, &out.until)
	if errors.Is(err, sql.ErrNoRows) {
		return out, errNone
	}
	copy(out.hash[:], hash)
	return out, err
}

// Press does what a person pressed and returns once it is on the disk. Pressed
// again it is the same.
func (s *Store) Press(ctx context.Context, c petition.Code, what What) (out Code, err error) {
	err = s.group.Do(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		var err error
		if out, err = find(ctx, tx, c, what != Confirm); errors.Is(err, errNone) {
			return ErrCode
		} else if err != nil {
			return err
		}
		next := out.State
		switch what {
		case Confirm:
			if out.State == Erased || out.State == Waits && out.until < s.today() {
				return ErrCode
			}
			next = Confirmed
		case Erase, Never:
			next = Erased
		}
		if next == out.State && what != Stop && what != Never {
			return nil
		}
		if next != out.State {
			if _, err := tx.Exec(ctx, `UPDATE code SET state = $2 WHERE hash = $1`, out.hash[:], int(next)); err != nil {
				return err
			}
		}
		out.State = next
		_, err = tx.Exec(ctx, `INSERT INTO press (hash, what, petition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, out.hash[:], string(what), out.Petition)
		return err
	})
	return out, full(err)
}

// Presses lists what was pressed for an organisation's petitions.
func (s *Store) Presses(ctx context.Context, organisation string, limit int) (all []Press, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		rows, err := q.Query(ctx, `SELECT x.hash, x.what, x.petition FROM press x JOIN statement p ON p.id = x.petition WHERE p.organisation = $1 ORDER BY x.hash, x.what LIMIT $2`, organisation, limit)
		all, err = sqldb.Collect(rows, err, func(r *sql.Rows) (p Press, err error) {
			var hash []byte
			err = r.Scan(&hash, &p.What, &p.Petition)
			copy(p.Hash[:], hash)
			return p, err
		})
		return err
	})
	return all, err
}

// Counts is how many have confirmed, by country, exactly: for the Desk alone.
func (s *Store) Counts(ctx context.Context, id string) (counts map[string]int, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		counts = map[string]int{}
		rows, err := q.Query(ctx, `SELECT country, count(*) FROM code WHERE petition = $1 AND state = 1 GROUP BY country`, id)
		_, err = sqldb.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
			var c string
			var n int
			err := r.Scan(&c, &n)
			counts[c] = n
			return struct{}{}, err
		})
		return err
	})
	return counts, err
}

// every is how often the public count is made anew: who watches it and the lines
// of the town cannot tell who has just signed.
const every = 10 * time.Minute

// tallies are the public counts as they are shown.
type tallies struct {
	mu   sync.Mutex
	made map[string]made
}

type made struct {
	at    time.Time
	tally petition.Tally
}

// Tally is the public count of a petition: without small numbers, and some minutes old.
func (s *Store) Tally(ctx context.Context, id string) (petition.Tally, error) {
	m, err := s.counted(ctx, id)
	return m.tally, err
}

// Counted is when the public count that is shown of a petition was made.
func (s *Store) Counted(ctx context.Context, id string) (time.Time, error) {
	m, err := s.counted(ctx, id)
	return m.at, err
}

func (s *Store) counted(ctx context.Context, id string) (made, error) {
	now := s.conf.Clock.Now()
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	if m, ok := s.tally.made[id]; ok && now.Sub(m.at) < every && !now.Before(m.at) {
		return m, nil
	}
	counts, err := s.Counts(ctx, id)
	if err != nil {
		return made{}, err
	}
	if s.tally.made == nil {
		s.tally.made = map[string]made{}
	}
	m := made{now, petition.Public(clock.DayOf(now), counts)}
	s.tally.made[id] = m
	return m, nil
}
