package store

import (
	"context"
	"fmt"
	"strings"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
)

// Timeline lists rows by their first day, from behind a row on. Each condition goes by
// an index; what a query does not narrow is not in its SQL.
func (t *Tx) Timeline(ctx context.Context, q chronicle.Query, limit int) ([]chronicle.Row, error) {
	var b strings.Builder
	args := []any{limit}
	where := func(condition string, more ...any) {
		marks := make([]any, len(more))
		for n := range more {
			marks[n] = fmt.Sprintf("$%d", len(args)+1+n)
		}
		fmt.Fprintf(&b, " AND "+condition, marks...)
		args = append(args, more...)
	}
	where("d.first > ''")
	if q.Kind != "" {
		where("d.kind = %s", q.Kind)
	}
	if q.Incident != "" {
		where("d.incident = %s", q.Incident)
	}
	if q.From != "" {
		where("d.last >= %s", string(q.From))
	}
	if q.To != "" {
		where("d.first <= %s", string(q.To))
	}
	if len(q.Codes) > 0 {
		where(`(d.code IN (SELECT value FROM json_each(%[1]s)) OR d.incident IN (SELECT COALESCE((SELECT x.incident FROM deed x WHERE x.id = c.subject), c.subject) FROM coding c WHERE c.list = '4' AND c.code IN (SELECT value FROM json_each(%[1]s))))`, among(q.Codes))
	}
	words := stem.Words(q.Place)
	for n, w := range words[:min(len(words), 8)] {
		end := w
		if n == len(words)-1 && len([]rune(w)) >= 3 {
			end = w + "\U0010FFFF"
		}
		const at = `SELECT subject FROM look_word WHERE kind IN ('place', 'spot') AND word >= %[1]s AND word <= %[2]s`
		where(`(d.subject IN (`+at+`) OR d.incident IN (`+at+`))`, w, end)
	}
	if first, subject, ok := strings.Cut(q.After, "/"); ok {
		where("(d.first, d.subject) > (%s, %s)", first, subject)
	}
	return all(ctx, t, func(r scanner) (chronicle.Row, error) {
		var x chronicle.Row
		var first string
		err := r.Scan(&x.Subject, &x.Kind, &x.Incident, &x.Code, &first)
		x.First = clock.Day(first)
		return x, err
	}, `SELECT d.subject, d.kind, d.incident, d.code, d.first FROM dated d WHERE 1`+b.String()+` ORDER BY d.first, d.subject LIMIT $1`, args...)
}

// Undated counts what has no date, as far as 1000.
func (t *Tx) Undated(ctx context.Context, kind chronicle.Kind) (int, error) {
	return one(t.q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM dated WHERE first = '' AND ($1 = '' OR kind = $1) LIMIT 1000)`, kind), func(r scanner) (n int, err error) {
		return n, r.Scan(&n)
	})
}

var _ chronicle.Store = (*Tx)(nil)
