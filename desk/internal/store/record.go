package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Rows without a key of their own carry their id as key, so that UNIQUE holds.
func keyOr(key, id string) string { return cmp.Or(key, id) }

func keyBack(key, id string) string {
	if key == id {
		return ""
	}
	return key
}

const sourceColumns = `id, key, name, kind, place, reliability, origin, named, safe, received_us`

func scanSource(r scanner) (record.Source, error) {
	var s record.Source
	var received int64
	err := r.Scan(&s.ID, &s.Key, &s.Name, &s.Kind, &s.Place, &s.Reliability, &s.Group, &s.Named, &s.Safe, &received)
	s.Key, s.Received = keyBack(s.Key, s.ID), clock.FromMicros(received)
	return s, err
}

// AddSource adds a source.
func (t *Tx) AddSource(ctx context.Context, s record.Source) error {
	if err := t.insert(ctx, "There is a source with this key already.", `INSERT INTO source (`+sourceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.ID, keyOr(s.Key, s.ID), s.Name, s.Kind, s.Place, s.Reliability, s.Group, truth(s.Named), s.Safe, clock.Micros(s.Received)); err != nil {
		return err
	}
	return t.findSource(ctx, s)
}

// SaveSource replaces what people think of a source.
func (t *Tx) SaveSource(ctx context.Context, s record.Source) error {
	return t.execOne(ctx, `UPDATE source SET reliability = $2, origin = $3, named = $4 WHERE id = $1`, s.ID, s.Reliability, s.Group, truth(s.Named))
}

// Source returns one source.
func (t *Tx) Source(ctx context.Context, id string) (record.Source, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+sourceColumns+` FROM source WHERE id = $1`, id), scanSource)
}

// SourceByKey returns the source that an import calls by a key.
func (t *Tx) SourceByKey(ctx context.Context, key string) (record.Source, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+sourceColumns+` FROM source WHERE key = $1`, key), scanSource)
}

// Sources lists sources by name.
func (t *Tx) Sources(ctx context.Context) ([]record.Source, error) {
	return all(ctx, t, scanSource, `SELECT `+sourceColumns+` FROM source ORDER BY name, id`)
}

// SourcesAmong gives the sources with these ids.
func (t *Tx) SourcesAmong(ctx context.Context, ids []string) ([]record.Source, error) {
	return all(ctx, t, scanSource, `SELECT `+sourceColumns+` FROM source WHERE id IN (SELECT value FROM json_each($1))`, among(ids))
}

// SourcesOf lists the sources of one origin, by name.
func (t *Tx) SourcesOf(ctx context.Context, group string) ([]record.Source, error) {
	return all(ctx, t, scanSource, `SELECT `+sourceColumns+` FROM source WHERE origin = $1 ORDER BY name, id`, group)
}

const itemColumns = `id, source, title, material, language, dated, received_us, how, consent, words, safe, sealed, by_member`

func scanRecordItem(r scanner) (record.Item, error) {
	var i record.Item
	var received int64
	err := r.Scan(&i.ID, &i.Source, &i.Title, &i.Material, &i.Language, &i.Dated, &received, &i.How, &i.Consent, &i.Words, &i.Safe, (*[]byte)(&i.Sealed), &i.By)
	i.Received = clock.FromMicros(received)
	return i, err
}

// AddRecordItem adds an item.
func (t *Tx) AddRecordItem(ctx context.Context, i record.Item) error {
	if err := t.insert(ctx, "There is an item with this id already.", `INSERT INTO item (`+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		i.ID, i.Source, i.Title, i.Material, i.Language, i.Dated, clock.Micros(i.Received), i.How, i.Consent, i.Words, i.Safe, []byte(i.Sealed), i.By); err != nil {
		return err
	}
	return t.findItem(ctx, i)
}

// RecordItem returns one item.
func (t *Tx) RecordItem(ctx context.Context, id string) (record.Item, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+itemColumns+` FROM item WHERE id = $1`, id), scanRecordItem)
}

// RecordItems lists items, the newest first.
func (t *Tx) RecordItems(ctx context.Context, source string) ([]record.Item, error) {
	if source == "" {
		return all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item ORDER BY received_us DESC, dated DESC, id`)
	}
	return all(ctx, t, scanRecordItem, `SELECT `+itemColumns+` FROM item WHERE source = $1 ORDER BY received_us DESC, dated DESC, id`, source)
}

// RecordItemsFrom lists items without their words, the newest first, from one on. The
// paper that says who a source is is not among them.
func (t *Tx) RecordItemsFrom(ctx context.Context, source string, from, limit int) ([]record.Item, error) {
	const order = ` ORDER BY received_us DESC, dated DESC, id LIMIT $1 OFFSET $2`
	q, args := `SELECT rowid FROM item WHERE material <> 'identity'`+order, []any{limit, from}
	if source != "" {
		q, args = `SELECT rowid FROM item WHERE material <> 'identity' AND source = $3`+order, []any{limit, from, source}
	}
	return all(ctx, t, func(r scanner) (record.Item, error) {
		var i record.Item
		var received int64
		err := r.Scan(&i.ID, &i.Source, &i.Title, &i.Material, &i.Language, &i.Dated, &received, &i.How, &i.Consent, &i.Safe, &i.By)
		i.Received = clock.FromMicros(received)
		return i, err
	}, `SELECT id, source, title, material, language, dated, received_us, how, consent, safe, by_member FROM item WHERE rowid IN (`+q+`) ORDER BY received_us DESC, dated DESC, id`, args...)
}

// RecordCount gives a number that is kept ready: "items", "unjudged", "sealed".
func (t *Tx) RecordCount(ctx context.Context, what string) (n int64, err error) {
	err = t.q.QueryRow(ctx, `SELECT COALESCE((SELECT n FROM record_count WHERE what = $1), 0)`, what).Scan(&n)
	return n, err
}

const claimColumns = `id, key, item, source, incident, locator, status, act, counts, unit, bound, value, value_to, population,
	verbatim, translation, safe, sealed, hand, asserted, counted, perpetrator, motive, by_member, at_us`

func scanClaim(r scanner) (record.Claim, error) {
	var c record.Claim
	var at int64
	err := r.Scan(&c.ID, &c.Key, &c.Item, &c.Source, &c.Incident, &c.Locator, &c.Status, &c.Act, &c.Counts, &c.Unit, &c.Bound.Word, &c.Bound.Value, &c.Bound.To, &c.Population,
		&c.Verbatim, &c.Translation, &c.Safe, (*[]byte)(&c.Sealed), &c.Hand, &c.Asserted, &c.Counted, &c.Perpetrator, &c.Motive, &c.By, &at)
	c.Key, c.At = keyBack(c.Key, c.ID), clock.FromMicros(at)
	return c, err
}

// AddClaim adds a claim. There is no statement that changes one.
func (t *Tx) AddClaim(ctx context.Context, c record.Claim) error {
	if err := t.insert(ctx, "There is a claim with this key already.", `INSERT INTO claim (`+claimColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		c.ID, keyOr(c.Key, c.ID), c.Item, c.Source, c.Incident, c.Locator, c.Status, c.Act, truth(c.Counts), c.Unit, c.Bound.Word, c.Bound.Value, c.Bound.To, c.Population,
		c.Verbatim, c.Translation, c.Safe, []byte(c.Sealed), c.Hand, c.Asserted, c.Counted, c.Perpetrator, c.Motive, c.By, clock.Micros(c.At)); err != nil {
		return err
	}
	return t.findClaim(ctx, c)
}

// Claim returns one claim.
func (t *Tx) Claim(ctx context.Context, id string) (record.Claim, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+claimColumns+` FROM claim WHERE id = $1`, id), scanClaim)
}

// ClaimsAmong gives the claims with these ids, each once.
func (t *Tx) ClaimsAmong(ctx context.Context, ids []string) ([]record.Claim, error) {
	return all(ctx, t, scanClaim, `SELECT `+claimColumns+` FROM claim WHERE id IN (SELECT value FROM json_each($1)) ORDER BY asserted, at_us, rowid`, among(ids))
}

// ClaimsWhere lists claims in the order of assertion, then of entry. Each condition
// stands in the statement only when it narrows, so that its index is used.
func (t *Tx) ClaimsWhere(ctx context.Context, w record.Where) ([]record.Claim, error) {
	q, args := `SELECT `+claimColumns+` FROM claim WHERE 1`, []any(nil)
	and := func(cond, value string) {
		if value != "" {
			args = append(args, value)
			q += ` AND ` + cond + ` = $` + strconv.Itoa(len(args))
		}
	}
	and(`item`, w.Item)
	and(`source`, w.Source)
	and(`incident`, w.Incident)
	and(`act`, string(w.Act))
	and(`status`, string(w.Status))
	and(`unit`, string(w.Unit))
	if w.Items != nil {
		args = append(args, among(w.Items))
		q += ` AND item IN (SELECT value FROM json_each($` + strconv.Itoa(len(args)) + `))`
	}
	if w.Unjudged {
		order := `ORDER BY seq DESC`
		if w.Limit > 0 {
			order += ` LIMIT ` + strconv.Itoa(w.Limit)
		}
		q += ` AND id IN (SELECT claim FROM unjudged ` + order + `)`
	}
	q += ` ORDER BY asserted, at_us, rowid`
	if w.Limit > 0 {
		q += ` LIMIT ` + strconv.Itoa(w.Limit)
	}
	return all(ctx, t, scanClaim, q, args...)
}

// ClaimNumbers tells how many claims an incident has, by the act.
func (t *Tx) ClaimNumbers(ctx context.Context, incident string) (map[record.Act]int, error) {
	out := map[record.Act]int{}
	_, err := all(ctx, t, func(r scanner) (struct{}, error) {
		var act record.Act
		var n int
		err := r.Scan(&act, &n)
		out[act] = n
		return struct{}{}, err
	}, `SELECT act, COUNT(*) FROM claim WHERE incident = $1 GROUP BY act`, incident)
	return out, err
}

// AddLink ties two claims.
func (t *Tx) AddLink(ctx context.Context, l record.Link) error {
	return t.insert(ctx, "The two claims are tied like this already.", `INSERT INTO claim_link (claim, kind, target, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.From, l.Kind, l.To, l.Reason, l.By, clock.Micros(l.At))
}

// among is one parameter for any number of ids: FROM json_each($1).
func among(ids []string) string {
	b, err := json.Marshal(ids)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

// MaterialsOf gives the material of each item.
func (t *Tx) MaterialsOf(ctx context.Context, items ...string) (map[string]record.Material, error) {
	out := map[string]record.Material{}
	rows, err := all(ctx, t, func(r scanner) (record.Item, error) {
		var i record.Item
		err := r.Scan(&i.ID, &i.Material)
		return i, err
	}, `SELECT id, material FROM item WHERE id IN (SELECT value FROM json_each($1))`, among(items))
	for _, i := range rows {
		out[i.ID] = i.Material
	}
	return out, err
}

// LinksOf lists the links from and to any of the claims, the oldest first.
func (t *Tx) LinksOf(ctx context.Context, claims ...string) ([]record.Link, error) {
	return all(ctx, t, func(r scanner) (record.Link, error) {
		var l record.Link
		var at int64
		err := r.Scan(&l.From, &l.Kind, &l.To, &l.Reason, &l.By, &at)
		l.At = clock.FromMicros(at)
		return l, err
	}, `SELECT claim, kind, target, reason, by_member, at_us FROM claim_link WHERE claim IN (SELECT value FROM json_each($1)) OR target IN (SELECT value FROM json_each($1))
		ORDER BY at_us, claim, kind, target`, among(claims))
}

// AddJudgement adds what a member thinks of a claim.
func (t *Tx) AddJudgement(ctx context.Context, j record.Judgement) error {
	_, err := t.exec(ctx, `INSERT INTO judgement (claim, credibility, standing, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`,
		j.Claim, j.Credibility, j.Standing, j.Reason, j.By, clock.Micros(j.At))
	return err
}

// Judgements lists what was thought of any of the claims, the oldest first.
func (t *Tx) Judgements(ctx context.Context, claims ...string) ([]record.Judgement, error) {
	return all(ctx, t, func(r scanner) (record.Judgement, error) {
		var j record.Judgement
		var at int64
		err := r.Scan(&j.Claim, &j.Credibility, &j.Standing, &j.Reason, &j.By, &at)
		j.At = clock.FromMicros(at)
		return j, err
	}, `SELECT claim, credibility, standing, reason, by_member, at_us FROM judgement WHERE claim IN (SELECT value FROM json_each($1)) ORDER BY seq`, among(claims))
}

var _ record.Store = (*Tx)(nil)
