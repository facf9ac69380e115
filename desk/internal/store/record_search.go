package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/desk/internal/stem"
)

// find makes something of the record findable by its words. What is sealed has none here.
func (t *Tx) find(ctx context.Context, d record.Doc, texts ...string) error {
	_, err := t.exec(ctx, `INSERT INTO found (subject, kind, incident, act, source, year) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.ID, d.Kind, d.Incident, d.Act, d.Source, year(d.Dated))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO found_words (rowid, words) SELECT doc, $2 FROM found WHERE subject = $1`, d.ID, indexed(marksOf(d, year(d.Dated)), texts))
	return err
}

// year is the first year of a date, "" when it has none.
func year(d edtf.Date) string {
	if first, _ := d.Span(); len(first) >= 4 {
		return string(first[:4])
	}
	return ""
}

func (t *Tx) findItem(ctx context.Context, i record.Item) error {
	if !i.Public() {
		return nil
	}
	return t.find(ctx, record.Doc{ID: i.ID, Kind: record.FoundItem, Source: i.Source, Dated: i.Dated}, itemTexts(i)...)
}

func (t *Tx) findClaim(ctx context.Context, c record.Claim) error {
	return t.find(ctx, record.Doc{ID: c.ID, Kind: record.FoundClaim, Incident: c.Incident, Act: c.Act, Source: c.Source, Dated: c.Asserted}, claimTexts(c)...)
}

func (t *Tx) findIncident(ctx context.Context, i record.Incident) error {
	if err := t.lookIncident(ctx, i); err != nil {
		return err
	}
	return t.find(ctx, record.Doc{ID: i.ID, Kind: record.FoundIncident, Incident: i.ID, Dated: i.Span}, incidentTexts(i)...)
}

func (t *Tx) findStatement(ctx context.Context, s record.Statement) error {
	if err := t.lookStatement(ctx, s); err != nil {
		return err
	}
	return t.find(ctx, record.Doc{ID: s.ID, Kind: record.FoundStatement, Incident: s.Incident, Source: s.Source, Dated: s.Dated}, statementTexts(s)...)
}

func (t *Tx) findSource(ctx context.Context, s record.Source) error {
	return t.find(ctx, record.Doc{ID: s.ID, Kind: record.FoundSource, Source: s.ID}, sourceTexts(s)...)
}

// fill makes findable, once, what was kept before there was a search.
func (d *DB) fill(ctx context.Context) error {
	return d.Write(ctx, func(t *Tx) error {
		n, err := t.exec(ctx, `INSERT INTO found_filled (one) VALUES (1) ON CONFLICT DO NOTHING`)
		if err != nil || n == 0 {
			return err
		}
		sources, err := t.Sources(ctx)
		if err == nil {
			err = each(ctx, sources, t.findSource)
		}
		if err != nil {
			return err
		}
		items, err := t.RecordItems(ctx, "")
		if err == nil {
			err = each(ctx, items, t.findItem)
		}
		if err != nil {
			return err
		}
		claims, err := t.ClaimsWhere(ctx, record.Where{})
		if err == nil {
			err = each(ctx, claims, t.findClaim)
		}
		if err != nil {
			return err
		}
		incidents, err := t.Incidents(ctx)
		if err == nil {
			err = each(ctx, incidents, t.findIncident)
		}
		if err != nil {
			return err
		}
		statements, err := t.Statements(ctx)
		if err == nil {
			err = each(ctx, statements, t.findStatement)
		}
		return err
	})
}

func each[T any](ctx context.Context, all []T, f func(context.Context, T) error) error {
	for _, x := range all {
		if err := f(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// narrowing is a query as SQL: where it looks, and under which conditions. Each
// condition stands in the statement only when it narrows, so that its index is used.
type narrowing struct {
	from, where string
	args        []any
}

func (n *narrowing) and(cond string, args ...any) {
	for _, a := range args {
		n.args = append(n.args, a)
		cond = strings.Replace(cond, "?", "$"+strconv.Itoa(len(n.args)), 1)
	}
	n.where += " AND " + cond
}

// narrow makes the conditions of a query over found f; with words, over what matches
// them and the marks of what narrows, so that the rarest of them leads. What was found
// in sealed words is asked for apart.
func narrow(q record.Query, words string) narrowing {
	n := narrowing{from: `found f`, where: ` WHERE 1`}
	if words != "" {
		n.from = `found_words w CROSS JOIN found f ON f.doc = w.rowid`
		for _, m := range asked(q) {
			words += ` AND "` + m + `"`
		}
		n.and(`w.found_words MATCH ?`, words)
	} else {
		for column, value := range map[string]string{"kind": string(q.Kind), "act": string(q.Act), "year": q.Year, "incident": q.Incident} { // names of columns, none from outside
			if value != "" {
				n.and(`f.`+column+` = ?`, value)
			}
		}
	}
	if len(q.Codes) > 0 {
		n.and(`(f.act <> '' AND f.act IN (SELECT value FROM json_each(?)) OR f.incident <> '' AND f.incident IN
			(SELECT COALESCE((SELECT d.incident FROM deed d WHERE d.id = c.subject), c.subject) FROM coding c WHERE c.list = '4' AND c.code IN (SELECT value FROM json_each(?))))`, among(q.Acts), among(q.Codes))
	}
	return n
}

// sealedToo are the conditions of a query over what was found in sealed words. These
// lead: as a condition among others they lost to the index of a kind or year, and
// everything of that kind was read.
func sealedToo(q record.Query) narrowing {
	n := narrow(q, "")
	n.args = append(n.args, among(q.Sealed))
	n.from = `json_each($` + strconv.Itoa(len(n.args)) + `) s CROSS JOIN found f ON f.subject = s.value`
	return n
}

// match is the query in FTS5's language: every word must stand there, those
// between quotation marks beside one another. begun is the same with the last as a
// beginning, "" when it cannot be one.
func match(text string) (words, begun string) {
	var parts []string
	for i, piece := range strings.Split(strings.NewReplacer("“", `"`, "”", `"`, "«", `"`, "»", `"`).Replace(text), `"`) {
		words := stem.Words(piece)
		if len(words) == 0 {
			continue
		}
		if i%2 == 1 {
			parts = append(parts, `"`+strings.Join(words, " ")+`"`)
			continue
		}
		for _, w := range words {
			parts = append(parts, `"`+w+`"`)
		}
	}
	words = strings.Join(parts, " AND ")
	if n := len(parts); n > 0 && len([]rune(parts[n-1])) >= 5 && !strings.HasSuffix(strings.TrimSpace(text), `"`) {
		begun = words + "*"
	}
	return words, begun
}

// enough is so many texts with the last word whole that it is not taken as a
// beginning too: that would mean to gather every place of every word that begins so.
const enough = 50

// matching is the query of a text. Its last word is a beginning when few texts have it whole.
func (t *Tx) matching(ctx context.Context, text string) (string, error) {
	words, begun := match(text)
	if begun == "" {
		return words, nil
	}
	var n int
	err := t.q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM found_words WHERE found_words MATCH $1 LIMIT $2)`, words, enough).Scan(&n)
	if n < enough {
		words = begun
	}
	return words, err
}

// place is something that was found, with its number in the order of coming.
type place struct {
	doc int64
	record.Doc
}

func (t *Tx) places(ctx context.Context, n narrowing, newest string, limit int) ([]place, error) {
	return all(ctx, t, func(r scanner) (place, error) {
		var p place
		err := r.Scan(&p.doc, &p.ID, &p.Kind, &p.Incident, &p.Act, &p.Source)
		return p, err
	}, `SELECT f.doc, f.subject, f.kind, f.incident, f.act, f.source FROM `+n.from+n.where+` ORDER BY `+newest+` DESC LIMIT `+strconv.Itoa(limit), n.args...)
}

// Found lists what a query finds, what came last first, at most limit.
func (t *Tx) Found(ctx context.Context, q record.Query, limit int) ([]record.Doc, error) {
	newest := "f.doc"
	words, err := t.matching(ctx, q.Text)
	if err != nil {
		return nil, err
	}
	if words != "" {
		newest = "w.rowid"
	}
	list, err := t.places(ctx, narrow(q, words), newest, limit)
	if err == nil && len(q.Sealed) > 0 {
		var sealed []place
		sealed, err = t.places(ctx, sealedToo(q), "f.doc", limit)
		list = append(list, sealed...)
		slices.SortFunc(list, func(a, b place) int { return cmp.Compare(b.doc, a.doc) })
		list = slices.CompactFunc(list, func(a, b place) bool { return a.doc == b.doc }) // title and sealed words can both hold it
	}
	out := make([]record.Doc, min(limit, len(list)))
	for i := range out {
		out[i] = list[i].Doc
	}
	return out, err
}

// Facets counts what a query finds: by kind, act and year. Of a query with words it
// counts the newest that match, at most so many, and says when there are more.
func (t *Tx) Facets(ctx context.Context, q record.Query, most int) (map[string][]record.Facet, bool, error) {
	words, err := t.matching(ctx, q.Text)
	if err != nil {
		return nil, false, err
	}
	n := narrow(q, words)
	if words != "" && len(q.Sealed) > 0 { // what open and sealed words both hold is counted once
		n.and(`f.subject NOT IN (SELECT value FROM json_each(?))`, among(q.Sealed))
	}
	from, many := `SELECT f.kind, f.act, f.year, COUNT(*) FROM `+n.from+n.where, false
	switch {
	case words == "" && q.Incident == "" && len(q.Codes) == 0 && len(q.Sealed) == 0:
		from = strings.Replace(from, "COUNT(*) FROM found f", "SUM(f.n) FROM found_tally f", 1) // kept ready
	case words != "":
		inner := `SELECT w.rowid AS doc FROM ` + n.from + n.where
		if len(q.Codes) == 0 && len(q.Sealed) == 0 { // nothing is asked of found itself
			inner = `SELECT w.rowid AS doc FROM found_words w` + n.where
		}
		from = `SELECT f.kind, f.act, f.year, SUM(m.n) FROM (SELECT k.sort, COUNT(*) AS n FROM (` + inner + ` ORDER BY w.rowid DESC LIMIT ` + strconv.Itoa(most+1) + `) d CROSS JOIN found_mark k ON k.doc = d.doc GROUP BY k.sort) m CROSS JOIN found_sort f ON f.sort = m.sort`
	}
	sums, total := map[string]map[string]int{"kind": {}, "act": {}, "year": {}}, 0
	add := func(q string, args ...any) error {
		_, err := all(ctx, t, func(r scanner) (struct{}, error) {
			var kind, act, year string
			var n int
			err := r.Scan(&kind, &act, &year, &n)
			sums["kind"][kind] += n
			sums["act"][act] += n
			sums["year"][year] += n
			total += n
			return struct{}{}, err
		}, q+` GROUP BY f.kind, f.act, f.year`, args...)
		return err
	}
	err = add(from, n.args...)
	if err == nil && len(q.Sealed) > 0 {
		s := sealedToo(q)
		err = add(`SELECT f.kind, f.act, f.year, COUNT(*) FROM `+s.from+s.where, s.args...)
	}
	many = words != "" && total > most
	out := map[string][]record.Facet{}
	for name, of := range sums {
		for value, n := range of {
			if value != "" {
				out[name] = append(out[name], record.Facet{Value: value, N: n})
			}
		}
		slices.SortFunc(out[name], func(a, b record.Facet) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	}
	return out, many, err
}

// SealedFor lists the items and claims whose words a member has a key to, those of one safe together.
func (t *Tx) SealedFor(ctx context.Context, member string) (items, claims []string, err error) {
	id := func(r scanner) (string, error) {
		var s string
		err := r.Scan(&s)
		return s, err
	}
	if items, err = all(ctx, t, id, `SELECT i.id FROM item i JOIN safe_grant g ON g.safe = i.safe AND g.member = $1 WHERE i.safe <> '' AND i.material <> 'identity' ORDER BY i.safe, i.id`, member); err != nil {
		return nil, nil, err
	}
	claims, err = all(ctx, t, id, `SELECT c.id FROM claim c JOIN safe_grant g ON g.safe = c.safe AND g.member = $1 WHERE c.safe <> '' ORDER BY c.safe, c.id`, member)
	return items, claims, err
}
