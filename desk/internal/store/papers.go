package store

import (
	"context"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// PutPaperSet keeps who has a member's papers; those of before are replaced.
func (t *Tx) PutPaperSet(ctx context.Context, p staff.PaperSet) error {
	_, err := t.exec(ctx, `INSERT INTO paper_set (member, made_us, keepers, one_us, two_us, three_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (member) DO UPDATE SET made_us = excluded.made_us, keepers = excluded.keepers, one_us = excluded.one_us, two_us = excluded.two_us, three_us = excluded.three_us`,
		p.Member, clock.Micros(p.Made), strings.Join(p.Keepers[:], ","), clock.Micros(p.Checked[0]), clock.Micros(p.Checked[1]), clock.Micros(p.Checked[2]))
	return err
}

// DropPaperSet forgets who has a member's papers.
func (t *Tx) DropPaperSet(ctx context.Context, member string) error {
	_, err := t.exec(ctx, `DELETE FROM paper_set WHERE member = $1`, member)
	return err
}

// PaperSets lists who keeps whose papers.
func (t *Tx) PaperSets(ctx context.Context) ([]staff.PaperSet, error) {
	return all(ctx, t, func(s scanner) (p staff.PaperSet, err error) {
		var made int64
		var at [3]int64
		var keepers string
		err = s.Scan(&p.Member, &made, &keepers, &at[0], &at[1], &at[2])
		p.Made = clock.FromMicros(made)
		copy(p.Keepers[:], strings.Split(keepers, ","))
		for i, us := range at {
			p.Checked[i] = clock.FromMicros(us)
		}
		return p, err
	}, `SELECT member, made_us, keepers, one_us, two_us, three_us FROM paper_set p WHERE EXISTS (SELECT 1 FROM member m WHERE m.id = p.member AND m.active = 1) ORDER BY member`)
}

// AddPaperUse notes that papers were used.
func (t *Tx) AddPaperUse(ctx context.Context, u staff.PaperUse) error {
	_, err := t.exec(ctx, `INSERT INTO paper_use (id, member, at_us) VALUES ($1, $2, $3)`, u.ID, u.Member, clock.Micros(u.At))
	return err
}

// PaperUses lists the uses that a member has not said to have seen: of all, or of their own papers alone.
func (t *Tx) PaperUses(ctx context.Context, member string, every bool) ([]staff.PaperUse, error) {
	return all(ctx, t, func(s scanner) (u staff.PaperUse, err error) {
		var at int64
		err = s.Scan(&u.ID, &u.Member, &at)
		u.At = clock.FromMicros(at)
		return u, err
	}, `SELECT id, member, at_us FROM paper_use u WHERE ($2 OR member = $1) AND NOT EXISTS (SELECT 1 FROM paper_seen s WHERE s.use = u.id AND s.by = $1) ORDER BY at_us, id`, member, truth(every))
}

// SeePaperUse notes that a member has seen a use.
func (t *Tx) SeePaperUse(ctx context.Context, use, by string) error {
	_, err := t.exec(ctx, `INSERT INTO paper_seen (use, by) VALUES ($1, $2) ON CONFLICT DO NOTHING`, use, by)
	return err
}
