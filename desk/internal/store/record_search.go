package store

import (
	"context"
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
	_, err = t.exec(ctx, `INSERT INTO found_words (rowid, words) SELECT doc, $2 FROM found WHERE subject = $1`, d.ID, strings.Join(stem.Words(strings.Join(texts, "\n")), " "))
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
	return t.find(ctx, record.Doc{ID: i.ID, Kind: record.FoundItem, Source: i.Source, Dated: i.Dated}, i.Title, i.Words, i.How)
}

func (t *Tx) findClaim(ctx context.Context, c record.Claim) error {
	return t.find(ctx, record.Doc{ID: c.ID, Kind: record.FoundClaim, Incident: c.Incident, Act: c.Act, Source: c.Source, Dated: c.Asserted}, c.Verbatim, c.Translation, c.Population, c.Perpetrator, c.Motive)
}

func (t *Tx) findIncident(ctx context.Context, i record.Incident) error {
	if err := t.lookIncident(ctx, i); err != nil {
		return err
	}
	return t.find(ctx, record.Doc{ID: i.ID, Kind: record.FoundIncident, Incident: i.ID, Dated: i.Span}, i.Title, i.Place, i.Wave, i.Narrative)
}

func (t *Tx) findStatement(ctx context.Context, s record.Statement) error {
	if err := t.lookStatement(ctx, s); err != nil {
		return err
	}
	return t.find(ctx, record.Doc{ID: s.ID, Kind: record.FoundStatement, Incident: s.Incident, Source: s.Source, Dated: s.Dated}, s.Speaker, s.Quote, s.Summary, strings.Join(s.Also, "\n"))
}

func (t *Tx) findSource(ctx context.Context, s record.Source) error {
	return t.find(ctx, record.Doc{ID: s.ID, Kind: record.FoundSource, Source: s.ID}, s.Name, s.Place)
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

// narrowed is the condition that a query's facets make, over found f; its parameters are $1 to $8.
const narrowed = ` WHERE ($1 = '' OR f.doc IN (SELECT rowid FROM found_words WHERE found_words MATCH $1) OR f.subject IN (SELECT value FROM json_each($8)))
	AND ($2 = '' OR f.kind = $2) AND ($3 = '' OR f.act = $3) AND ($4 = '' OR f.year = $4) AND ($5 = '' OR f.incident = $5)
	AND ($6 = 0 OR f.act <> '' AND f.act IN (SELECT value FROM json_each($9)) OR f.incident <> '' AND f.incident IN
		(SELECT COALESCE((SELECT d.incident FROM deed d WHERE d.id = c.subject), c.subject) FROM coding c WHERE c.list = '4' AND c.code IN (SELECT value FROM json_each($7))))`

func narrowing(q record.Query) []any {
	return []any{match(q.Text), q.Kind, q.Act, q.Year, q.Incident, truth(len(q.Codes) > 0), among(q.Codes), among(q.Sealed), among(q.Acts)}
}

// match is the query in FTS5's language: every word must stand there, those
// between quotation marks beside one another; the last may be a beginning.
func match(text string) string {
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
	if n := len(parts); n > 0 && len([]rune(parts[n-1])) >= 5 && !strings.HasSuffix(strings.TrimSpace(text), `"`) {
		parts[n-1] += "*"
	}
	return strings.Join(parts, " AND ")
}

// Found lists what a query finds, the nearest first, at most limit.
func (t *Tx) Found(ctx context.Context, q record.Query, limit int) ([]record.Doc, error) {
	order := ` ORDER BY f.doc DESC`
	return all(ctx, t, func(r scanner) (record.Doc, error) {
		var d record.Doc
		err := r.Scan(&d.ID, &d.Kind, &d.Incident, &d.Act, &d.Source)
		return d, err
	}, `SELECT f.subject, f.kind, f.incident, f.act, f.source FROM found f`+narrowed+order+` LIMIT $10`, append(narrowing(q), limit)...)
}

// Facets counts what a query finds: by kind, act and year.
func (t *Tx) Facets(ctx context.Context, q record.Query) (map[string][]record.Facet, error) {
	out := map[string][]record.Facet{}
	for _, column := range []string{"kind", "act", "year"} { // names of columns, none from outside
		rows, err := all(ctx, t, func(r scanner) (record.Facet, error) {
			var f record.Facet
			err := r.Scan(&f.Value, &f.N)
			return f, err
		}, `SELECT f.`+column+`, COUNT(*) FROM found f`+narrowed+` AND f.`+column+` <> '' GROUP BY f.`+column+` ORDER BY COUNT(*) DESC, f.`+column, narrowing(q)...)
		if err != nil {
			return nil, err
		}
		out[column] = rows
	}
	return out, nil
}

// SealedFor lists the items and claims whose words a member has a key to.
func (t *Tx) SealedFor(ctx context.Context, member string) (items, claims []string, err error) {
	id := func(r scanner) (string, error) {
		var s string
		err := r.Scan(&s)
		return s, err
	}
	if items, err = all(ctx, t, id, `SELECT i.id FROM item i JOIN safe_grant g ON g.safe = i.safe AND g.member = $1 WHERE i.material <> 'identity' ORDER BY i.id`, member); err != nil {
		return nil, nil, err
	}
	claims, err = all(ctx, t, id, `SELECT c.id FROM claim c JOIN safe_grant g ON g.safe = c.safe AND g.member = $1 ORDER BY c.id`, member)
	return items, claims, err
}
