package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"waylight/desk/internal/count"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

const partyColumns = `id, version, kind, called, names, published, why, low, best, high, note, safe, root, by_member, at_us`

func scanParty(r scanner) (parties.Party, error) {
	var p parties.Party
	var names string
	var at int64
	var size [3]sql.NullInt64
	if err := r.Scan(&p.ID, &p.Version, &p.Kind, &p.Called, &names, &p.Published, &p.Why, &size[0], &size[1], &size[2], &p.Note, &p.Safe, &p.Root, &p.By, &at); err != nil {
		return p, err
	}
	for n, to := range []*count.Number{&p.Size.Low, &p.Size.Best, &p.Size.High} {
		*to = counted(size[n])
	}
	p.At = clock.FromMicros(at)
	return p, json.Unmarshal([]byte(names), &p.Names)
}

// AddParty adds a party.
func (t *Tx) AddParty(ctx context.Context, p parties.Party) error {
	names, err := json.Marshal(p.Names)
	if err != nil {
		return err
	}
	if err := t.insert(ctx, "This was kept already. Load the page again.", `INSERT INTO party (`+partyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		p.ID, p.Version, p.Kind, p.Called, string(names), p.Published, p.Why, nullable(p.Size.Low), nullable(p.Size.Best), nullable(p.Size.High), p.Note, p.Safe, p.Root, p.By, clock.Micros(p.At)); err != nil {
		return err
	}
	return t.wordParty(ctx, p)
}

// SaveParty replaces what stands in plain of a party.
func (t *Tx) SaveParty(ctx context.Context, p parties.Party) error {
	names, err := json.Marshal(p.Names)
	if err != nil {
		return err
	}
	if err := t.execOne(ctx, `UPDATE party SET version = $2, kind = $3, called = $4, names = $5, published = $6, why = $7, low = $8, best = $9, high = $10, note = $11 WHERE id = $1`,
		p.ID, p.Version, p.Kind, p.Called, string(names), p.Published, p.Why, nullable(p.Size.Low), nullable(p.Size.Best), nullable(p.Size.High), p.Note); err != nil {
		return err
	}
	return t.wordParty(ctx, p)
}

func (t *Tx) wordParty(ctx context.Context, p parties.Party) error {
	return t.setWords(ctx, "party", p.ID, append([]string{p.Called, p.Published}, p.Names...)...)
}

// Party returns one party.
func (t *Tx) Party(ctx context.Context, id string) (parties.Party, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+partyColumns+` FROM party WHERE id = $1`, id), scanParty)
}

// Parties lists parties that hold every word, the newest first.
func (t *Tx) Parties(ctx context.Context, q parties.Asked) ([]parties.Party, error) {
	from, args := `FROM party p WHERE ($2 = '' OR p.kind = $2) AND ($3 = '' OR (p.at_us, p.id) < (SELECT at_us, id FROM party WHERE id = $3))`, []any{q.Limit, q.Kind, q.After}
	words, more := wordsOf("party", "p.id", q.Text, len(args))
	return all(ctx, t, scanParty, `SELECT `+partyColumns+` `+from+words+` ORDER BY p.at_us DESC, p.id DESC LIMIT $1`, append(args, more...)...)
}

// SameAs lists the parties that are read under any of the roots.
func (t *Tx) SameAs(ctx context.Context, roots ...string) ([]parties.Party, error) {
	return all(ctx, t, scanParty, `SELECT `+partyColumns+` FROM party WHERE root IN (SELECT value FROM json_each($1)) ORDER BY at_us, id`, among(roots))
}

// SetRoot says under which party one is read.
func (t *Tx) SetRoot(ctx context.Context, party, root string) error {
	return t.execOne(ctx, `UPDATE party SET root = $2 WHERE id = $1`, party, root)
}

// RootsOf gives the root of each party.
func (t *Tx) RootsOf(ctx context.Context, ids []string) (map[string]string, error) {
	pairs, err := all(ctx, t, func(r scanner) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) }, `SELECT id, root FROM party WHERE id IN (SELECT value FROM json_each($1))`, among(ids))
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		out[p[0]] = p[1]
	}
	return out, err
}

// PartiesBy lists parties by their ids, by name.
func (t *Tx) PartiesBy(ctx context.Context, ids []string) ([]parties.Party, error) {
	return all(ctx, t, scanParty, `SELECT `+partyColumns+` FROM party WHERE id IN (SELECT value FROM json_each($1)) ORDER BY called, id`, among(ids))
}

// AddDecision keeps what was decided about two parties.
func (t *Tx) AddDecision(ctx context.Context, d parties.Decision) error {
	_, err := t.exec(ctx, `INSERT INTO party_same (one, other, same, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`, d.A, d.B, truth(d.Same), d.Reason, d.By, clock.Micros(d.At))
	return err
}

// DecisionsOn lists what was decided about a party and others, the oldest first.
func (t *Tx) DecisionsOn(ctx context.Context, party string) ([]parties.Decision, error) {
	return all(ctx, t, scanDecision, `SELECT one, other, same, reason, by_member, at_us FROM party_same WHERE one = $1 OR other = $1 ORDER BY seq`, party)
}

func scanDecision(r scanner) (d parties.Decision, err error) {
	var at int64
	err = r.Scan(&d.A, &d.B, &d.Same, &d.Reason, &d.By, &at)
	d.At = clock.FromMicros(at)
	return d, err
}

// AddNames keeps an edition of sealed names.
func (t *Tx) AddNames(ctx context.Context, s parties.Sealed) error {
	return t.insert(ctx, "Somebody else corrected this meanwhile. Load the page again.", `INSERT INTO party_name (party, version, sealed, by_member, at_us) VALUES ($1, $2, $3, $4, $5)`, s.Party, s.Version, []byte(s.Sealed), s.By, clock.Micros(s.At))
}

// NamesOf lists the editions of a party's sealed names, the oldest first.
func (t *Tx) NamesOf(ctx context.Context, party string) ([]parties.Sealed, error) {
	return all(ctx, t, func(r scanner) (parties.Sealed, error) {
		var s parties.Sealed
		var at int64
		err := r.Scan(&s.Party, &s.Version, (*[]byte)(&s.Sealed), &s.By, &at)
		s.At = clock.FromMicros(at)
		return s, err
	}, `SELECT party, version, sealed, by_member, at_us FROM party_name WHERE party = $1 ORDER BY version`, party)
}

// ResealNames keeps names under their safe's new key.
func (t *Tx) ResealNames(ctx context.Context, party string, version int, sealed safe.Sealed) error {
	return t.execOne(ctx, `UPDATE party_name SET sealed = $3 WHERE party = $1 AND version = $2`, party, version, []byte(sealed))
}

// NamedFor lists the parties whose names a member has a key to, the newest first.
func (t *Tx) NamedFor(ctx context.Context, member string, limit int) ([]string, error) {
	return all(ctx, t, func(r scanner) (id string, err error) { return id, r.Scan(&id) },
		`SELECT p.id FROM party p JOIN safe_grant g ON g.safe = p.safe AND g.member = $1 WHERE p.safe <> '' AND EXISTS (SELECT 1 FROM party_name n WHERE n.party = p.id) ORDER BY p.at_us DESC, p.id LIMIT $2`, member, limit)
}

var _ parties.Store = (*Tx)(nil)
