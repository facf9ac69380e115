package signatures

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"waylight/internal/bundle"
	"waylight/internal/petition"
	"waylight/internal/sqldb"
)

// Statement is a petition as it is shown, with the note that the organisation signed.
type Statement struct {
	petition.Statement
	Note string
	Key  ed25519.PublicKey // of the organisation
}

// shown is what is served at one moment. It is never changed, only replaced.
type shown struct {
	byID    map[string]Statement
	serials int64
}

// Post takes signed statements of an organisation, all of them or none. One that
// stands already is passed over.
func (s *Store) Post(ctx context.Context, org ed25519.PublicKey, notes []string) error {
	var all []Statement
	for _, note := range notes {
		p, err := petition.Open([]byte(note), org)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrSignature, err)
		}
		all = append(all, Statement{p, note, org})
	}
	err := s.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, p := range all {
			if err := s.post(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return full(err)
	}
	return s.load(ctx)
}

func (s *Store) post(ctx context.Context, tx *sqldb.Tx, p Statement) error {
	var owner, note string
	var serial int64
	err := tx.QueryRow(ctx, `SELECT organisation, serial, note FROM statement WHERE id = $1`, p.ID).Scan(&owner, &serial, &note)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err := tx.Exec(ctx, `INSERT INTO statement (id, organisation, slug, serial, note) VALUES ($1, $2, $3, $4, $5)`, p.ID, p.Organisation, p.Slug, int64(p.Serial), p.Note)
		return err
	case err != nil:
		return err
	case owner != p.Organisation:
		return ErrContent
	case note == p.Note:
		return nil
	case int64(p.Serial) <= serial:
		return ErrRollback
	}
	_, err = tx.Exec(ctx, `UPDATE statement SET slug = $2, serial = $3, note = $4 WHERE id = $1`, p.ID, p.Slug, int64(p.Serial), p.Note)
	return err
}

// load reads what is shown; notes are verified again, because the file may have
// been changed under us. What does not verify is not shown.
func (s *Store) load(ctx context.Context) error {
	next := &shown{byID: map[string]Statement{}}
	err := s.db.Read(ctx, func(q *sqldb.Snapshot) error {
		rows, err := q.Query(ctx, `SELECT organisation, note FROM statement`)
		type row struct{ owner, note string }
		all, err := sqldb.Collect(rows, err, func(r *sql.Rows) (x row, err error) {
			err = r.Scan(&x.owner, &x.note)
			return x, err
		})
		for _, x := range all {
			key, ok := s.owner(x.owner)
			if !ok {
				continue // an organisation that left this Front
			}
			p, err := petition.Open([]byte(x.note), key)
			if err != nil {
				return fmt.Errorf("a petition in the database is not signed by its organisation: %w", err)
			}
			next.byID[p.ID] = Statement{p, x.note, key}
			next.serials += int64(p.Serial) + 1
		}
		return err
	})
	if err != nil {
		return err
	}
	if now := s.shown.Load(); now == nil || !maps.EqualFunc(now.byID, next.byID, func(a, b Statement) bool { return a.Note == b.Note }) {
		s.shown.Store(next)
	}
	return nil
}

// Edition stands for the statements that are shown at this moment: it is another
// value, for ==, after each change, before it is acknowledged.
func (s *Store) Edition() any { return s.shown.Load() }

// Refresh shows what another Front on the same database has taken meanwhile.
func (s *Store) Refresh(ctx context.Context) error {
	if !s.db.Shared() {
		return nil
	}
	return s.load(ctx)
}

// ByID finds a petition of any organisation of this Front.
func (s *Store) ByID(id string) (Statement, bool) {
	p, ok := s.shown.Load().byID[id]
	return p, ok
}

// View is the part of a store that visitors of one address see.
type View struct {
	*Store
	keys []ed25519.PublicKey
}

// View shows the petitions of these organisations; without keys those of all.
func (s *Store) View(keys ...ed25519.PublicKey) *View {
	if len(keys) == 0 {
		keys = s.conf.Keys
	}
	return &View{s, keys}
}

// All lists the petitions that are public here, by their names.
func (v *View) All() []Statement {
	var all []Statement
	for _, p := range v.shown.Load().byID {
		if !p.Removed && v.sees(p) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Statement) int { return cmp.Or(cmp.Compare(a.Slug, b.Slug), cmp.Compare(a.ID, b.ID)) })
	return all
}

func (v *View) sees(p Statement) bool {
	return slices.ContainsFunc(v.keys, func(k ed25519.PublicKey) bool { return bundle.ID(k) == p.Organisation })
}

// Find finds a public petition by its name in addresses.
func (v *View) Find(slug string) (Statement, bool) {
	for _, p := range v.All() {
		if p.Slug == slug {
			return p, true
		}
	}
	return Statement{}, false
}
