package store

import (
	"context"
	"strconv"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// PutPaperSet keeps who has a member's papers; those of before are replaced.
func (t *Tx) PutPaperSet(ctx context.Context, p staff.PaperSet) error {
	_, err := t.exec(ctx, `INSERT INTO paper_set (member, made_us, keepers, one_us, two_us, three_us, edition) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (member) DO UPDATE SET made_us = excluded.made_us, edition = excluded.edition, keepers = excluded.keepers, one_us = excluded.one_us, two_us = excluded.two_us, three_us = excluded.three_us`,
		p.Member, clock.Micros(p.Made), strings.Join(p.Keepers[:], ","), clock.Micros(p.Checked[0]), clock.Micros(p.Checked[1]), clock.Micros(p.Checked[2]), p.Edition)
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
		err = s.Scan(&p.Member, &made, &keepers, &at[0], &at[1], &at[2], &p.Edition)
		p.Made = clock.FromMicros(made)
		copy(p.Keepers[:], strings.Split(keepers, ","))
		for i, us := range at {
			p.Checked[i] = clock.FromMicros(us)
		}
		return p, err
	}, `SELECT member, made_us, keepers, one_us, two_us, three_us, edition FROM paper_set p WHERE EXISTS (SELECT 1 FROM member m WHERE m.id = p.member AND m.active = 1) ORDER BY member`)
}

// AddPaperUse notes what papers led to; known says that it was noted before.
func (t *Tx) AddPaperUse(ctx context.Context, u staff.PaperUse) (known bool, err error) {
	n, err := t.exec(ctx, `INSERT INTO paper_use (id, member, at_us, what, by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`, u.ID, u.Member, clock.Micros(u.At), u.What, u.By)
	return n == 0, err
}

// PaperUses lists what a member has not said to have seen: of all, or of their own papers alone.
func (t *Tx) PaperUses(ctx context.Context, member string, every bool) ([]staff.PaperUse, error) {
	return all(ctx, t, func(s scanner) (u staff.PaperUse, err error) {
		var at int64
		err = s.Scan(&u.ID, &u.Member, &at, &u.What, &u.By)
		u.At = clock.FromMicros(at)
		return u, err
	}, `SELECT id, member, at_us, what, by FROM paper_use u WHERE ($2 OR member = $1) AND NOT EXISTS (SELECT 1 FROM paper_seen s WHERE s.use = u.id AND s.by = $1) ORDER BY at_us, id`, member, truth(every))
}

// AddPaperWait notes that a passphrase waits. One that is known stays as it is.
func (t *Tx) AddPaperWait(ctx context.Context, w staff.PaperWait) error {
	var numbers []string
	for _, n := range w.Papers {
		numbers = append(numbers, strconv.Itoa(n))
	}
	_, err := t.exec(ctx, `INSERT INTO paper_wait (id, member, used_us, papers) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`, w.ID, w.Member, clock.Micros(w.Used), strings.Join(numbers, ","))
	return err
}

// LetPaperWait notes that the member said that it was they.
func (t *Tx) LetPaperWait(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `UPDATE paper_wait SET let = 1 WHERE id = $1`, id)
	return err
}

// EndPaperWait notes what became of one that waited; what is noted first stays.
func (t *Tx) EndPaperWait(ctx context.Context, id, what string) error {
	_, err := t.exec(ctx, `UPDATE paper_wait SET ended = $2 WHERE id = $1 AND ended = ''`, id, what)
	return err
}

// PaperWaits lists all that ever waited.
func (t *Tx) PaperWaits(ctx context.Context) ([]staff.PaperWait, error) {
	return all(ctx, t, func(s scanner) (w staff.PaperWait, err error) {
		var used, let int64
		var numbers string
		err = s.Scan(&w.ID, &w.Member, &used, &numbers, &let, &w.Ended)
		w.Used, w.Let = clock.FromMicros(used), let == 1
		for _, text := range strings.Split(numbers, ",") {
			if n, err := strconv.Atoi(text); err == nil {
				w.Papers = append(w.Papers, n)
			}
		}
		return w, err
	}, `SELECT id, member, used_us, papers, let, ended FROM paper_wait ORDER BY used_us, id`)
}

// SeePaperUse notes that a member has seen a use.
func (t *Tx) SeePaperUse(ctx context.Context, use, by string) error {
	_, err := t.exec(ctx, `INSERT INTO paper_seen (use, by) VALUES ($1, $2) ON CONFLICT DO NOTHING`, use, by)
	return err
}
