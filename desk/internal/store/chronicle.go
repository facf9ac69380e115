package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
)

// reach is how many days what is of a class (migration 0353) may have begun before a
// day and still reach into it; -1: any number.
var reach = [...]int{0, 31, 93, 366, -1, -1}

// stream is where a part of a timeline stands in order.
type stream struct {
	facet, kind string
	class       int
}

// narrowed is one thing that a timeline is narrowed to: any of the facets. cond is the
// same over a row l, for when the rows come from elsewhere; what is narrowed to two words
// of a place has none, and covers both of them.
type narrowed struct {
	facets  []string
	streams []stream
	rows    int
	cond    string
	args    []any
	covers  []int // places in the list of what the query is narrowed to
}

// Timeline lists rows by their first day, from behind a row on. It reads, of what
// narrows most, a page of each kind and length in its order, and merges them.
func (t *Tx) Timeline(ctx context.Context, q chronicle.Query, limit int) ([]chronicle.Row, error) {
	sets, err := t.narrowings(ctx, q)
	if err != nil {
		return nil, err
	}
	lead := -1
	if q.Incident == "" {
		for n, s := range sets {
			if lead < 0 || s.rows < sets[lead].rows {
				lead = n
			}
		}
	}
	var rest strings.Builder
	args := []any{limit}
	and := func(condition string, more ...any) {
		marks := make([]any, len(more))
		for n := range more {
			marks[n] = fmt.Sprintf("$%d", len(args)+1+n)
		}
		fmt.Fprintf(&rest, " AND "+condition, marks...)
		args = append(args, more...)
	}
	for n, s := range sets {
		if s.cond != "" && (lead < 0 || !slices.Contains(sets[lead].covers, n)) {
			and(s.cond, s.args...)
		}
	}
	if q.From != "" {
		and("l.last >= %s", string(q.From))
	}
	if q.To != "" {
		and("l.first <= %s", string(q.To))
	}
	if first, subject, ok := strings.Cut(q.After, "/"); ok {
		and("(l.first, l.subject) > (%s, %s)", first, subject)
	}
	if q.Incident != "" {
		if q.Kind != "" {
			and("l.kind = %s", q.Kind)
		}
		and("l.incident = %s", q.Incident)
		return t.rows(ctx, `dated l WHERE l.first > ''`+rest.String(), args)
	}
	streams := []stream(nil)
	if lead >= 0 {
		streams = sets[lead].streams
	} else if streams, _, err = t.streams(ctx, []string{""}, q.Kind); err != nil {
		return nil, err
	}
	return t.merge(ctx, streams, rest.String(), args, q.From, limit)
}

// merge reads a page of each stream and puts them into one order.
func (t *Tx) merge(ctx context.Context, streams []stream, rest string, args []any, from clock.Day, limit int) (out []chronicle.Row, err error) {
	base := len(args)
	for _, s := range streams {
		q, more := fmt.Sprintf(`line l WHERE l.facet = $%d AND l.kind = $%d AND l.class = $%d`, base+1, base+2, base+3), []any{s.facet, s.kind, s.class}
		if days := reach[s.class]; from != "" && days >= 0 {
			q, more = q+fmt.Sprintf(` AND l.first >= date($%d, $%d)`, base+4, base+5), append(more, string(from), fmt.Sprintf("-%d days", days))
		}
		rows, err := t.rows(ctx, q+rest, append(args[:base:base], more...))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b chronicle.Row) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Subject, b.Subject))
	})
	out = slices.CompactFunc(out, func(a, b chronicle.Row) bool { return a.Subject == b.Subject }) // it can stand under two words that begin alike
	return out[:min(limit, len(out))], nil
}

func (t *Tx) rows(ctx context.Context, from string, args []any) ([]chronicle.Row, error) {
	return all(ctx, t, func(r scanner) (chronicle.Row, error) {
		var x chronicle.Row
		var first string
		err := r.Scan(&x.Subject, &x.Kind, &x.Incident, &x.Code, &first)
		x.First = clock.Day(first)
		return x, err
	}, `SELECT l.subject, l.kind, l.incident, l.code, l.first FROM `+from+` ORDER BY l.first, l.subject LIMIT $1`, args...)
}

// manyStreams is from when on it is quicker to look at each row for a code than to merge so many.
const manyStreams = 200

// narrowings are the words of a place and the codes that a query asks for, and each two
// of the words together, each with where it stands.
func (t *Tx) narrowings(ctx context.Context, q chronicle.Query) (sets []narrowed, err error) {
	words := stem.Words(q.Place)
	for n, w := range words[:min(len(words), 8)] {
		s := narrowed{facets: []string{"p" + w}}
		if n == len(words)-1 && len([]rune(w)) >= 3 { // it may be a beginning
			if s.facets, err = all(ctx, t, func(r scanner) (f string, err error) { return f, r.Scan(&f) }, `SELECT DISTINCT facet FROM line_tally WHERE facet >= $1 AND facet <= $2`, "p"+w, "p"+w+"\U0010FFFF"); err != nil {
				return nil, err
			}
		}
		s.cond = `EXISTS (SELECT 1 FROM line m WHERE m.facet IN (SELECT value FROM json_each(%s)) AND m.kind = l.kind AND m.class = l.class AND m.first = l.first AND m.subject = l.subject)`
		s.args = []any{among(s.facets)}
		s.covers = []int{n}
		sets = append(sets, s)
	}
	for n := range sets {
		for m := range n {
			sets = append(sets, narrowed{facets: together(sets[m].facets, sets[n].facets), covers: []int{m, n}})
		}
	}
	if len(q.Codes) > 0 {
		s := narrowed{cond: `(l.code IN (SELECT value FROM json_each(%[1]s)) OR l.incident IN (SELECT COALESCE((SELECT x.incident FROM deed x WHERE x.id = c.subject), c.subject) FROM coding c WHERE c.list = '4' AND c.code IN (SELECT value FROM json_each(%[1]s))))`, args: []any{among(q.Codes)}}
		for _, c := range q.Codes {
			s.facets = append(s.facets, "c"+c)
		}
		s.covers = []int{len(sets)}
		sets = append(sets, s)
	}
	for n := range sets {
		if sets[n].streams, sets[n].rows, err = t.streams(ctx, sets[n].facets, q.Kind); err != nil {
			return nil, err
		}
		if len(sets[n].streams) > manyStreams {
			sets[n].rows = 1 << 40
		}
	}
	return sets, nil
}

// together are the facets of what has a word of each list: of two words, or of one that
// both lists have.
func together(one, other []string) (out []string) {
	for _, a := range one {
		for _, b := range other {
			f := a
			if a != b {
				f = "q" + min(a, b)[1:] + " " + max(a, b)[1:]
			}
			out = append(out, f)
		}
	}
	return out
}

// streams lists where something stands under any of the facets, and how much it is.
func (t *Tx) streams(ctx context.Context, facets []string, kind chronicle.Kind) (out []stream, rows int, err error) {
	q, args := `SELECT facet, kind, class, n FROM line_tally WHERE facet IN (SELECT value FROM json_each($1))`, []any{among(facets)}
	if kind != "" {
		q, args = q+` AND kind = $2`, append(args, kind)
	}
	out, err = all(ctx, t, func(r scanner) (s stream, err error) {
		n := 0
		err = r.Scan(&s.facet, &s.kind, &s.class, &n)
		rows += n
		return s, err
	}, q, args...)
	return out, rows, err
}

// Undated counts what has no date, as far as 1000.
func (t *Tx) Undated(ctx context.Context, kind chronicle.Kind) (int, error) {
	q, args := `SELECT COUNT(*) FROM (SELECT 1 FROM dated WHERE first = '' LIMIT 1000)`, []any(nil)
	if kind != "" {
		q, args = `SELECT COUNT(*) FROM (SELECT 1 FROM dated WHERE first = '' AND kind = $1 LIMIT 1000)`, []any{kind}
	}
	return one(t.q.QueryRow(ctx, q, args...), func(r scanner) (n int, err error) { return n, r.Scan(&n) })
}

var _ chronicle.Store = (*Tx)(nil)
