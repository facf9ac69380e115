package store

import (
	"context"
	"time"

	"waylight/internal/clock"
)

// EachArrival gives the id and the time of every envelope that ever came, oldest first.
func (t *Tx) EachArrival(ctx context.Context, f func(id string, at time.Time)) error {
	rows, err := t.q.Query(ctx, `SELECT id, at_us FROM arrival ORDER BY at_us, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return err
		}
		f(id, clock.FromMicros(at))
	}
	return rows.Err()
}

// RaiseSerial sees to it that the next signed list of pages comes above floor.
func (t *Tx) RaiseSerial(ctx context.Context, floor uint64) error {
	_, err := t.exec(ctx, `INSERT INTO public_serial (one, serial) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET serial = max(serial, excluded.serial)`, int64(floor))
	return err
}

// HeldAlone lists the safes that a member can open and no other active
// member. The member's own drawer is not one of them: it was never to be shared.
func (t *Tx) HeldAlone(ctx context.Context, member string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT safe FROM safe_grant g WHERE member = $1 AND substr(safe, 1, 7) <> 'drawer_' AND NOT EXISTS
		(SELECT 1 FROM safe_grant o JOIN member m ON m.id = o.member WHERE o.safe = g.safe AND o.member <> $1 AND m.active = 1)
		ORDER BY safe`, member)
}

// StaleSafes lists the safes that wait for a new key because somebody who could
// open them has left or lost a role: those that a member can open, or all when member is "".
func (t *Tx) StaleSafes(ctx context.Context, member string) ([]string, error) {
	return all(ctx, t, scanText, `SELECT DISTINCT g.safe FROM safe_grant g JOIN member m ON m.id = g.member
		WHERE (m.active = 0 OR g.safe IN (SELECT safe FROM safe_due))
		AND ($1 = '' OR EXISTS (SELECT 1 FROM safe_grant o WHERE o.safe = g.safe AND o.member = $1)) ORDER BY g.safe`, member)
}

// WithdrawGrants takes away a member's grants of the safes of a kind ("thread")
// and marks these safes as due for a new key. It answers how many there were.
func (t *Tx) WithdrawGrants(ctx context.Context, member, kind string) (int64, error) {
	const mine = ` WHERE member = $1 AND substr(safe, 1, length($2) + 1) = $2 || '_'`
	if _, err := t.exec(ctx, `INSERT INTO safe_due (safe) SELECT safe FROM safe_grant`+mine+` ON CONFLICT (safe) DO NOTHING`, member, kind); err != nil {
		return 0, err
	}
	return t.exec(ctx, `DELETE FROM safe_grant`+mine, member, kind)
}

// DropDrawer destroys what a member kept for themselves: saved filters.
func (t *Tx) DropDrawer(ctx context.Context, member string) error {
	const own = `SELECT safe FROM safe_grant WHERE member = $1 AND substr(safe, 1, 7) = 'drawer_'`
	if _, err := t.exec(ctx, `DELETE FROM case_item WHERE safe IN (`+own+`)`, member); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM safe_grant WHERE safe IN (`+own+`)`, member)
	return err
}

// DropSetting removes a named setting; that it was not there is no error.
func (t *Tx) DropSetting(ctx context.Context, name string) error {
	_, err := t.exec(ctx, `DELETE FROM setting WHERE name = $1`, name)
	return err
}

// SafeCount says how many safes of a kind there are, and how many of them one member can open.
type SafeCount struct {
	Kind      string
	All, Mine int
}

// SafeCounts counts the safes by kind.
func (t *Tx) SafeCounts(ctx context.Context, member string) ([]SafeCount, error) {
	return all(ctx, t, func(s scanner) (SafeCount, error) {
		var c SafeCount
		err := s.Scan(&c.Kind, &c.All, &c.Mine)
		return c, err
	}, `SELECT substr(safe, 1, instr(safe, '_') - 1) AS kind, COUNT(DISTINCT safe), COUNT(DISTINCT CASE WHEN member = $1 THEN safe END)
		FROM safe_grant GROUP BY kind ORDER BY kind`, member)
}
