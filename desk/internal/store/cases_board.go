package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
)

// many is from how many cases on the board is read in its own order and each row
// asked for its grant, and not the other way round.
const many = 5000

// CountFiles counts the cases that a member can open. The number is kept up by
// triggers: to count a hundred thousand grants took longer than to read the board.
func (t *Tx) CountFiles(ctx context.Context, member string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COALESCE((SELECT n FROM case_held WHERE member = $1), 0)`, member), scanCount)
}

func scanCount(s scanner) (n int, err error) { return n, s.Scan(&n) }

// orders are the columns of each order; each has an index of its own.
func orders(f cases.Filter) string {
	by := map[cases.Sorting]string{
		cases.ByCode: `pseudonym`, cases.ByLevel: levelRank, cases.ByPeople: `people`, cases.BySign: `(checkin_us = 0)`, cases.ByOpened: `opened_day`, cases.ByReview: `(review_day = '')`,
	}[f.Order]
	if by == "" {
		return `over, rank_us`
	}
	down := ""
	if f.Desc {
		down = ` DESC`
	}
	switch f.Order {
	case cases.BySign: // without a sign of life: last, both ways
		return by + `, checkin_us` + down
	case cases.ByReview:
		return by + `, review_day` + down
	}
	return by + down
}

const levelRank = `(CASE level WHEN 'low' THEN 1 WHEN 'middle' THEN 2 WHEN 'high' THEN 3 WHEN 'extreme' THEN 4 ELSE 0 END)`

// FilesShown lists one page of the board, and one row more.
func (t *Tx) FilesShown(ctx context.Context, member string, f cases.Filter, now time.Time) ([]cases.File, error) {
	n, err := t.CountFiles(ctx, member)
	if err != nil {
		return nil, err
	}
	args := []any{member, clock.Micros(now), cases.BoardPage + 1, f.Page * cases.BoardPage}
	where := map[cases.Show]string{
		cases.ShowOpen: `over = 0`, cases.ShowAll: `1`,
		cases.ShowRisk:    `over = 0 AND (danger = 1 OR level IN ('high', 'extreme') OR state IN ('lost', 'taken') OR checkin_us > 0 AND checkin_us <= $2)`,
		cases.ShowWay:     `over = 0 AND state = 'moving'`,
		cases.ShowShelter: `over = 0 AND state IN ('sheltered', 'onward')`,
	}[f.Show]
	for _, x := range []struct{ column, value string }{{"state", string(f.State)}, {"level", string(f.Level)}, {"priority", string(f.Priority)}, {"todo", f.Todo}} {
		if x.value != "" {
			args = append(args, x.value)
			where += ` AND ` + x.column + ` = $` + strconv.Itoa(len(args))
		}
	}
	from := `safe_grant g CROSS JOIN case_file c ON c.id = g.safe WHERE g.member = $1 AND g.safe >= 'case_' AND g.safe < 'case` + "`" + `' AND $2 = $2 AND ` + where
	if n > many {
		from = `case_file c WHERE EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = c.id AND g.member = $1) AND $2 = $2 AND ` + where
	}
	return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM `+from+` ORDER BY `+orders(f)+` LIMIT $3 OFFSET $4`, args...)
}

// CheckInsUntil lists the running check-ins of a member's cases that are due before a time.
func (t *Tx) CheckInsUntil(ctx context.Context, member string, until time.Time, limit int) ([]watch.Clock, error) {
	n, err := t.CountFiles(ctx, member)
	if err != nil {
		return nil, err
	}
	from := `safe_grant g CROSS JOIN case_checkin k ON k.file = g.safe WHERE g.member = $1 AND g.safe >= 'case_' AND g.safe < 'case` + "`" + `'`
	if n > many {
		from = `case_checkin k INDEXED BY case_checkin_due WHERE EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = k.file AND g.member = $1)`
	}
	return all(ctx, t, scanWatched, `SELECT `+watchColumns+` FROM `+from+` AND state IN ('waiting', 'late', 'missed', 'duress') AND due_us < $2 ORDER BY due_us, id LIMIT $3`, member, clock.Micros(until), limit)
}

// FilesHeld lists those of the cases with these ids that a member can open.
func (t *Tx) FilesHeld(ctx context.Context, member string, ids []string) (held []cases.File, err error) {
	for part := range slices.Chunk(ids, 500) {
		args := []any{member}
		var marks strings.Builder
		for i, id := range part {
			args = append(args, id)
			if i > 0 {
				marks.WriteByte(',')
			}
			marks.WriteString("$" + strconv.Itoa(i+2))
		}
		files, err := all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM case_file c WHERE id IN (`+marks.String()+`)
			AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = c.id AND g.member = $1)`, args...)
		if err != nil {
			return nil, err
		}
		held = append(held, files...)
	}
	return held, nil
}

// NamesHeld gives the codes and states of those of the cases with these ids that a member can open.
func (t *Tx) NamesHeld(ctx context.Context, member string, ids []string) ([]cases.Named, error) {
	return all(ctx, t, func(s scanner) (n cases.Named, err error) { return n, s.Scan(&n.ID, &n.Pseudonym, &n.State) },
		`SELECT c.id, c.pseudonym, c.state FROM json_each($2) w CROSS JOIN case_file c ON c.id = w.value
		WHERE EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = c.id AND g.member = $1)`, member, among(ids))
}

// FilesDated lists a member's cases with a day in a span. Of a member with few cases
// these are looked through, otherwise all cases of the span.
func (t *Tx) FilesDated(ctx context.Context, member string, from, until time.Time, limit int) ([]cases.File, error) {
	n, err := t.CountFiles(ctx, member)
	if err != nil {
		return nil, err
	}
	held := `EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = c.id AND g.member = $1)`
	args := []any{member, clock.Micros(from), clock.Micros(until), string(clock.DayOf(from)), string(clock.DayOf(until)), limit}
	if n <= many {
		return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM safe_grant g CROSS JOIN case_file c ON c.id = g.safe
			WHERE g.member = $1 AND g.safe >= 'case_' AND g.safe < 'case`+"`"+`' AND (decide_us > 0 AND decide_us >= $2 AND decide_us < $3
			OR review_day <> '' AND over = 0 AND review_day >= $4 AND review_day <= $5
			OR erase_day <> '' AND erase_day >= $4 AND erase_day <= $5) ORDER BY id LIMIT $6`, args...)
	}
	return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM case_file c WHERE id IN (
		SELECT id FROM case_file c WHERE decide_us > 0 AND decide_us >= $2 AND decide_us < $3 AND `+held+`
		UNION SELECT id FROM case_file c WHERE review_day <> '' AND over = 0 AND review_day >= $4 AND review_day <= $5 AND `+held+`
		UNION SELECT id FROM case_file c WHERE erase_day <> '' AND erase_day >= $4 AND erase_day <= $5 AND `+held+`
		LIMIT $6) ORDER BY id`, args...)
}

// CountLate counts the late and missed check-ins of a member's cases.
func (t *Tx) CountLate(ctx context.Context, member string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM case_checkin k WHERE state IN ('late', 'missed', 'duress')
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = k.file AND g.member = $1)`, member), scanCount)
}

// ChangedSince lists the cases of a member with editions that came after a number, and gives the last number.
func (t *Tx) ChangedSince(ctx context.Context, member string, seq int64) (changed []string, last int64, err error) {
	if last, err = one(t.q.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM case_item`), func(s scanner) (n int64, err error) { return n, s.Scan(&n) }); err != nil || last == seq || member == "" {
		return nil, last, err
	}
	changed, err = all(ctx, t, scanText, `SELECT safe FROM case_item i WHERE seq > $2 AND safe >= 'case_' AND safe < 'case`+"`"+`'
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = i.safe AND g.member = $1)
		UNION SELECT l.file FROM case_item i JOIN case_leg l ON l.id = i.safe WHERE i.seq > $2 AND i.safe >= 'leg_' AND i.safe < 'leg`+"`"+`'
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = l.file AND g.member = $1)`, member, seq)
	return changed, last, err
}
