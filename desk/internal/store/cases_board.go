package store

import (
	"context"
	"time"

	"waylight/desk/internal/cases"
	"waylight/internal/clock"
)

// many is from how many cases on the board is read in its own order and each row
// asked for its grant, and not the other way round.
const many = 5000

// CountFiles counts the cases that a member can open.
func (t *Tx) CountFiles(ctx context.Context, member string) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM safe_grant WHERE member = $1 AND safe >= 'case_' AND safe < 'case`+"`"+`'`, member), scanCount)
}

func scanCount(s scanner) (n int, err error) { return n, s.Scan(&n) }

// FilesShown lists one page of the board, and one row more.
func (t *Tx) FilesShown(ctx context.Context, member string, f cases.Filter, now time.Time) ([]cases.File, error) {
	n, err := t.CountFiles(ctx, member)
	if err != nil {
		return nil, err
	}
	where := map[cases.Show]string{
		cases.ShowOpen: `over = 0`, cases.ShowAll: `1`,
		cases.ShowRisk:    `over = 0 AND (danger = 1 OR level IN ('high', 'extreme') OR state IN ('lost', 'taken') OR checkin_us > 0 AND checkin_us <= $2)`,
		cases.ShowWay:     `over = 0 AND state = 'moving'`,
		cases.ShowShelter: `over = 0 AND state IN ('sheltered', 'onward')`,
	}[f.Show]
	from := `safe_grant g CROSS JOIN case_file c ON c.id = g.safe WHERE g.member = $1 AND g.safe >= 'case_' AND g.safe < 'case` + "`" + `' AND $2 = $2 AND ` + where
	if n > many {
		from = `case_file c WHERE EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = c.id AND g.member = $1) AND $2 = $2 AND ` + where
	}
	return all(ctx, t, scanFile, `SELECT `+fileColumns+` FROM `+from+` ORDER BY over, rank_us LIMIT $3 OFFSET $4`, member, clock.Micros(now), cases.BoardPage+1, f.Page*cases.BoardPage)
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
	changed, err = all(ctx, t, scanText, `SELECT DISTINCT safe FROM case_item i WHERE seq > $2 AND safe >= 'case_' AND safe < 'case`+"`"+`'
		AND EXISTS (SELECT 1 FROM safe_grant g WHERE g.safe = i.safe AND g.member = $1)`, member, seq)
	return changed, last, err
}
