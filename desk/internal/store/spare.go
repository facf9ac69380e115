package store

import (
	"context"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

// Spare is the newest spare key.
func (t *Tx) Spare(ctx context.Context) (safe.Spare, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, recipient FROM glass_key ORDER BY rowid DESC LIMIT 1`), func(s scanner) (p safe.Spare, err error) {
		err = s.Scan(&p.ID, &p.Recipient)
		return p, err
	})
}

// SpareGrant returns a safe's grant to a spare key.
func (t *Tx) SpareGrant(ctx context.Context, id string) (safe.Grant, error) {
	return one(t.q.QueryRow(ctx, `SELECT safe, glass, sealed FROM spare_grant WHERE safe = $1`, id), scanGrant)
}

// PutSpareGrant adds or replaces a safe's grant to a spare key.
func (t *Tx) PutSpareGrant(ctx context.Context, g safe.Grant) error {
	_, err := t.exec(ctx, `INSERT INTO spare_grant (safe, glass, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (safe) DO UPDATE SET glass = excluded.glass, sealed = excluded.sealed`, g.Safe, g.Member, g.Sealed)
	return err
}

// RemoveSpareGrant takes a safe's grant to a spare key away; that there was none is no error.
func (t *Tx) RemoveSpareGrant(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM spare_grant WHERE safe = $1`, id)
	return err
}

// PutTimed lets a grant end at a time.
func (t *Tx) PutTimed(ctx context.Context, x cases.Timed) error {
	_, err := t.exec(ctx, `INSERT INTO safe_until (safe, member, until_us) VALUES ($1, $2, $3)
		ON CONFLICT (safe, member) DO UPDATE SET until_us = excluded.until_us`, x.Safe, x.Member, clock.Micros(x.Until))
	return err
}

// DropTimed forgets that a grant was to end.
func (t *Tx) DropTimed(ctx context.Context, id, member string) error {
	_, err := t.exec(ctx, `DELETE FROM safe_until WHERE safe = $1 AND member = $2`, id, member)
	return err
}

func scanTimed(s scanner) (x cases.Timed, err error) {
	var until int64
	err = s.Scan(&x.Safe, &x.Member, &until)
	x.Until = clock.FromMicros(until)
	return x, err
}

// TimedIn lists the grants of a safe that end.
func (t *Tx) TimedIn(ctx context.Context, id string) ([]cases.Timed, error) {
	return all(ctx, t, scanTimed, `SELECT u.safe, u.member, u.until_us FROM safe_until u JOIN safe_grant g ON g.safe = u.safe AND g.member = u.member WHERE u.safe = $1`, id)
}

// TimedOut lists the grants whose time has come.
func (t *Tx) TimedOut(ctx context.Context, now time.Time) ([]cases.Timed, error) {
	return all(ctx, t, scanTimed, `SELECT safe, member, until_us FROM safe_until WHERE until_us <= $1 ORDER BY until_us, safe, member`, clock.Micros(now))
}

// MarkDue marks a safe that waits for a new key.
func (t *Tx) MarkDue(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `INSERT INTO safe_due (safe) VALUES ($1) ON CONFLICT (safe) DO NOTHING`, id)
	return err
}

// AddGlass adds a spare key with its parts.
func (t *Tx) AddGlass(ctx context.Context, k glass.Key, parts []glass.Share) error {
	if _, err := t.exec(ctx, `INSERT INTO glass_key (id, recipient, by, at_us) VALUES ($1, $2, $3, $4)`, k.ID, k.Recipient, k.By, clock.Micros(k.At)); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := t.exec(ctx, `INSERT INTO glass_share (glass, member, sealed) VALUES ($1, $2, $3)`, k.ID, p.Member, p.Sealed); err != nil {
			return err
		}
	}
	return nil
}

// GlassKeys lists the spare keys, the newest first, with how many safes rest on each.
func (t *Tx) GlassKeys(ctx context.Context) ([]glass.Key, error) {
	return all(ctx, t, func(s scanner) (k glass.Key, err error) {
		var at int64
		err = s.Scan(&k.ID, &k.Recipient, &k.By, &at, &k.Safes)
		k.At = clock.FromMicros(at)
		return k, err
	}, `SELECT id, recipient, by, at_us, (SELECT COUNT(*) FROM spare_grant g WHERE g.glass = k.id) FROM glass_key k ORDER BY rowid DESC`)
}

// GlassShares lists the parts of a spare key.
func (t *Tx) GlassShares(ctx context.Context, id string) ([]glass.Share, error) {
	return all(ctx, t, func(s scanner) (p glass.Share, err error) {
		err = s.Scan(&p.Glass, &p.Member, &p.Sealed)
		return p, err
	}, `SELECT glass, member, sealed FROM glass_share WHERE glass = $1 ORDER BY member`, id)
}

// DropGlass destroys a spare key on which nothing rests any more.
func (t *Tx) DropGlass(ctx context.Context, id string) error {
	if _, err := t.exec(ctx, `DELETE FROM glass_share WHERE glass = $1`, id); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM glass_key WHERE id = $1`, id)
	return err
}

// FileNamed returns the case with a pseudonym.
func (t *Tx) FileNamed(ctx context.Context, pseudonym string) (cases.File, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+fileColumns+` FROM case_file WHERE pseudonym = $1`, pseudonym), scanFile)
}

// PutOpening adds or changes an opening.
func (t *Tx) PutOpening(ctx context.Context, o glass.Opening) error {
	_, err := t.exec(ctx, `INSERT INTO glass_opening (id, file, by, second, hours, reason, deposit, state, at_us, ended_us, until_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET deposit = excluded.deposit, state = excluded.state, ended_us = excluded.ended_us, until_us = excluded.until_us`,
		o.ID, o.File, o.By, o.Second, o.Hours, o.Reason, o.Deposit, string(o.State), clock.Micros(o.At), clock.Micros(o.Answered), clock.Micros(o.Until))
	return err
}

const openingRow = `SELECT o.id, o.file, f.pseudonym, o.by, o.second, o.hours, o.reason, o.deposit, o.state, o.at_us, o.ended_us, o.until_us FROM glass_opening o JOIN case_file f ON f.id = o.file`

func scanOpening(s scanner) (o glass.Opening, err error) {
	var at, ended, until int64
	err = s.Scan(&o.ID, &o.File, &o.Code, &o.By, &o.Second, &o.Hours, &o.Reason, &o.Deposit, &o.State, &at, &ended, &until)
	o.At, o.Answered, o.Until = clock.FromMicros(at), clock.FromMicros(ended), clock.FromMicros(until)
	return o, err
}

// Opening returns one opening.
func (t *Tx) Opening(ctx context.Context, id string) (glass.Opening, error) {
	return one(t.q.QueryRow(ctx, openingRow+` WHERE o.id = $1`, id), scanOpening)
}

// Openings lists the openings, the newest first: of a member's cases and those in
// which they take part, or all when member is "".
func (t *Tx) Openings(ctx context.Context, member string) ([]glass.Opening, error) {
	return all(ctx, t, scanOpening, openingRow+` WHERE $1 = '' OR o.by = $1 OR o.second = $1
		OR EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = o.file AND g.member = $1) ORDER BY o.at_us DESC, o.id LIMIT 200`, member)
}

// OpeningsUnseen lists those that a member has not said to have seen.
func (t *Tx) OpeningsUnseen(ctx context.Context, member string, all_ bool) ([]glass.Opening, error) {
	return all(ctx, t, scanOpening, openingRow+` WHERE NOT EXISTS (SELECT 1 FROM glass_seen s WHERE s.opening = o.id || '/' || o.state AND s.member = $1)
		AND ($2 OR o.second = $1 OR EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = o.file AND g.member = $1)) ORDER BY o.at_us, o.id LIMIT 50`, member, truth(all_))
}

// OpeningsOld lists the deposits that nobody answered before a time.
func (t *Tx) OpeningsOld(ctx context.Context, before time.Time) ([]glass.Opening, error) {
	return all(ctx, t, scanOpening, openingRow+` WHERE o.state = 'asked' AND o.at_us <= $1`, clock.Micros(before))
}

// MarkSeen notes that a member has seen an opening.
func (t *Tx) MarkSeen(ctx context.Context, opening, member string) error {
	_, err := t.exec(ctx, `INSERT INTO glass_seen (opening, member) VALUES ($1, $2) ON CONFLICT DO NOTHING`, opening, member)
	return err
}

var _ glass.Store = (*Tx)(nil)
