package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const settingGuardKey = "guard-key"

// GuardKey returns the key of the leak guard's fingerprints; NotFound while nothing is watched.
func (t *Tx) GuardKey(ctx context.Context) (guard.Key, error) {
	b, err := t.Setting(ctx, settingGuardKey)
	if err != nil {
		return guard.Key{}, err
	}
	if len(b) != len(guard.Key{}) {
		return guard.Key{}, errors.New("store: the guard key has a wrong length")
	}
	return guard.Key(b), nil
}

func (t *Tx) ensureGuardKey(ctx context.Context) (guard.Key, error) {
	k, err := t.GuardKey(ctx)
	if fault.KindOf(err) != fault.NotFound {
		return k, err
	}
	rand.Read(k[:])
	return k, t.PutSetting(ctx, settingGuardKey, k[:])
}

// WatchTerm tells the leak guard to protect a term: a name, phone, address, place
// or pseudonym, or what a text tells of a person (guard.Facts). Owner is the id of the safe that holds it, or safe and item with a slash between; kind is a guard.Kind.
// Nothing but fingerprints is kept. A term that is too short to be looked for, or
// is watched already, changes nothing; one that was marked by an earlier edition of
// the guard is marked anew. The rooms call it in their transactions.
func (t *Tx) WatchTerm(ctx context.Context, owner, kind, term string) error {
	if guard.Kind(kind) == guard.Facts {
		return t.WatchFacts(ctx, owner, term, t.clock.Now())
	}
	key, err := t.ensureGuardKey(ctx)
	if err != nil {
		return err
	}
	return t.keepTerm(ctx, owner, guard.Kind(kind), key.Whole(guard.Kind(kind), term), key.Marks(guard.Kind(kind), term))
}

// keepTerm keeps the fingerprints of a term, unless there are none or they are here.
func (t *Tx) keepTerm(ctx context.Context, owner string, kind guard.Kind, whole guard.Print, marks []guard.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	n, err := t.exec(ctx, `INSERT INTO guard_term (owner, kind, digest, forms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, owner, string(kind), whole[:], guard.Forms)
	if err != nil {
		return err
	}
	var id, forms int64
	if err := t.q.QueryRow(ctx, `SELECT id, forms FROM guard_term WHERE owner = $1 AND kind = $2 AND digest = $3`, owner, string(kind), whole[:]).Scan(&id, &forms); err != nil {
		return err
	}
	switch {
	case n > 0:
	case forms >= guard.Forms:
		return nil
	default:
		if err := t.unmark(ctx, id); err != nil {
			return err
		}
	}
	for _, m := range marks {
		if _, err := t.exec(ctx, `INSERT INTO guard_mark (term, part, strength, print) VALUES ($1, $2, $3, $4)`, id, m.Part, int64(m.Strength), m.Print[:]); err != nil {
			return err
		}
	}
	return nil
}

// unmark takes the marks of a term away, so that those of this edition take their place.
func (t *Tx) unmark(ctx context.Context, id int64) error {
	if _, err := t.exec(ctx, `DELETE FROM guard_mark WHERE term = $1`, id); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `UPDATE guard_term SET forms = $2 WHERE id = $1`, id, guard.Forms); err != nil {
		return err
	}
	return t.termsMoved(ctx)
}

// termsMoved says that an index made before is no longer what is kept.
func (t *Tx) termsMoved(ctx context.Context) error {
	_, err := t.exec(ctx, `INSERT INTO guard_removed (one, times) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET times = times + 1`)
	return err
}

// ForgetTerms removes all terms, consents and decisions of an owner and of its
// parts ("case_…/party_…"): with the erasure of a case nothing of it stays, not even fingerprints.
func (t *Tx) ForgetTerms(ctx context.Context, owner string) error {
	// Ids hold no '%' and no '_' but the one behind their kind, which LIKE would take for any sign: substr compares bytes.
	const mine = ` WHERE owner = $1 OR substr(owner, 1, length($1) + 1) = $1 || '/'`
	if _, err := t.exec(ctx, `DELETE FROM guard_decision WHERE term IN (SELECT id FROM guard_term`+mine+`)`, owner); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM guard_lack`+mine, owner); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM guard_consent`+mine, owner); err != nil {
		return err
	}
	n, err := t.exec(ctx, `DELETE FROM guard_term`+mine, owner)
	if err != nil || n == 0 {
		return err
	}
	return t.termsMoved(ctx)
}

// ConsentTerm notes that the owner's terms of a kind may be shown to a class of
// readers ("public", "government", "partner"), until a day or until withdrawn.
func (t *Tx) ConsentTerm(ctx context.Context, owner, kind, class, consent string, until clock.Day) error {
	_, err := t.exec(ctx, `INSERT INTO guard_consent (owner, kind, class, consent, until_day) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (owner, kind, class, consent) DO UPDATE SET until_day = excluded.until_day`, owner, kind, class, consent, string(until))
	return err
}

// ForgetDecisions takes back every decision that let an owner's terms stand in a text.
func (t *Tx) ForgetDecisions(ctx context.Context, owner string) (int64, error) {
	return t.exec(ctx, `DELETE FROM guard_decision WHERE term IN (SELECT id FROM guard_term WHERE owner = $1)`, owner)
}

// WithdrawTerm ends what a consent allowed.
func (t *Tx) WithdrawTerm(ctx context.Context, consent string) error {
	_, err := t.exec(ctx, `DELETE FROM guard_consent WHERE consent = $1`, consent)
	return err
}

// GuardState tells whether the terms have changed since somebody looked.
func (t *Tx) GuardState(ctx context.Context) (publish.Watch, error) {
	var w publish.Watch
	if err := t.q.QueryRow(ctx, `SELECT COALESCE((SELECT times FROM guard_removed), 0)`).Scan(&w.Removed); err != nil {
		return w, err
	}
	last, err := all(ctx, t, func(s scanner) (publish.Watch, error) {
		var id int64
		var owner, kind string
		var digest []byte
		err := s.Scan(&id, &owner, &kind, &digest)
		return publish.Watch{Last: id, Tip: tip(owner, kind, digest)}, err
	}, `SELECT id, owner, kind, digest FROM guard_term ORDER BY id DESC LIMIT 1`)
	if err == nil && len(last) == 1 {
		w.Last, w.Tip = last[0].Last, last[0].Tip
	}
	return w, err
}

func tip(owner, kind string, digest []byte) string {
	return owner + " " + kind + " " + hex.EncodeToString(digest)
}

// GuardTerms returns the terms with that id and above, in the order of their ids.
func (t *Tx) GuardTerms(ctx context.Context, from int64) ([]publish.Watched, error) {
	return t.guardTerms(ctx, `t.id >= $1`, from)
}

// GuardTermsOf returns the terms of one owner.
func (t *Tx) GuardTermsOf(ctx context.Context, owner string) ([]publish.Watched, error) {
	return t.guardTerms(ctx, `t.owner = $1`, owner)
}

func (t *Tx) guardTerms(ctx context.Context, which string, value any) ([]publish.Watched, error) {
	type row struct {
		w    publish.Watched
		mark guard.Mark
	}
	rows, err := all(ctx, t, func(s scanner) (row, error) {
		var r row
		var digest, print []byte
		err := s.Scan(&r.w.ID, &r.w.Owner, &r.w.Kind, &digest, &r.mark.Part, &r.mark.Strength, &print)
		if err == nil && len(print) != len(r.mark.Print) {
			err = errors.New("store: a guard fingerprint has a wrong length")
		}
		if err == nil {
			r.mark.Print = guard.Print(print)
			r.w.Tip = tip(r.w.Owner, string(r.w.Kind), digest)
		}
		return r, err
	}, `SELECT t.id, t.owner, t.kind, t.digest, m.part, m.strength, m.print FROM guard_term t JOIN guard_mark m ON m.term = t.id WHERE `+which+` ORDER BY t.id, m.rowid`, value)
	if err != nil {
		return nil, err
	}
	var out []publish.Watched
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != r.w.ID {
			out = append(out, r.w)
		}
		w := &out[len(out)-1]
		w.Marks = append(w.Marks, r.mark)
	}
	return out, nil
}

// Lifted tells whether a consent or a decision lifts a hit. A person's consent also
// lifts the same term where somebody wrote it into a note or a plan of the same case:
// it is the same telephone. It lifts nothing that is another person's as well.
func (t *Tx) Lifted(ctx context.Context, l publish.Lift) (bool, error) {
	var n int
	err := t.q.QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM guard_consent WHERE owner = $1 AND kind = $2 AND class = $3 AND (until_day = '' OR until_day >= $4)) +
		(SELECT COUNT(*) FROM guard_term loose JOIN guard_term person ON person.kind = loose.kind AND person.digest = loose.digest
			JOIN guard_consent c ON c.owner = person.owner AND c.kind = person.kind
			WHERE loose.id = $6 AND c.class = $3 AND (c.until_day = '' OR c.until_day >= $4) AND instr(loose.owner, '/') > 0
			AND person.owner >= substr(loose.owner, 1, instr(loose.owner, '/')) || 'party_' AND person.owner < substr(loose.owner, 1, instr(loose.owner, '/')) || 'party`+"`"+`'
			AND substr(loose.owner, instr(loose.owner, '/') + 1, 6) <> 'party_') +
		(SELECT COUNT(*) FROM guard_decision WHERE subject = $5 AND term = $6)`,
		l.Owner, string(l.Kind), l.Class, string(l.Now), l.Subject, l.Term).Scan(&n)
	return n > 0, err
}

// Decide notes a decision on one term in one text.
func (t *Tx) Decide(ctx context.Context, d publish.Decision) error {
	_, err := t.exec(ctx, `INSERT INTO guard_decision (subject, term, reason, by_whom, at_us) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (subject, term) DO UPDATE SET reason = excluded.reason, by_whom = excluded.by_whom, at_us = excluded.at_us`,
		d.Subject, d.Term, d.Reason, d.By, clock.Micros(t.clock.Now()))
	return err
}

// MayKnow tells whether a member can open the safe that owns a term, also when
// the owner is an item in it.
func (t *Tx) MayKnow(ctx context.Context, owner, member string) (bool, error) {
	safe, _, _ := strings.Cut(owner, "/")
	_, err := t.Grant(ctx, safe, member)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
