package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/internal/ids"
)

// LastTouch is the number of the latest change of any claim.
func (t *Tx) LastTouch(ctx context.Context) (n int64, err error) {
	err = t.q.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM claim_touch`).Scan(&n)
	return n, err
}

// Touched lists the claims of a status and incident ("": any) about which something
// changed behind a number, and the sources of which something changed; at most so many.
func (t *Tx) Touched(ctx context.Context, w record.Where, since int64, limit int) (claims, sources []string, err error) {
	q, args := `SELECT claim FROM claim_touch WHERE status = $1 AND seq > $2`, []any{w.Status, since}
	if w.Incident != "" {
		q, args = q+` AND incident = $3`, append(args, w.Incident)
	}
	id := func(r scanner) (s string, err error) { return s, r.Scan(&s) }
	if claims, err = all(ctx, t, id, q+` LIMIT `+strconv.Itoa(limit), args...); err != nil {
		return nil, nil, err
	}
	sources, err = all(ctx, t, id, `SELECT DISTINCT claim FROM claim_touch WHERE status = '' AND seq > $1 LIMIT $2`, since, limit)
	return claims, sources, err
}

// ClaimRows gives the place of each claim in the order of entry.
func (t *Tx) ClaimRows(ctx context.Context, claims []string) (map[string]int64, error) {
	out := make(map[string]int64, len(claims))
	_, err := all(ctx, t, func(r scanner) (struct{}, error) {
		var id string
		var row int64
		err := r.Scan(&id, &row)
		out[id] = row
		return struct{}{}, err
	}, `SELECT id, rowid FROM claim WHERE id IN (SELECT value FROM json_each($1))`, among(claims))
	return out, err
}

// AddPages keeps the pages of a reckoning; those that were kept already are kept once.
func (t *Tx) AddPages(ctx context.Context, figure, reckoning string, p *figures.Pages) error {
	for n := range p.List {
		if p.List[n].ID != "" {
			continue
		}
		p.List[n].ID = ids.New("page")
		body, err := json.Marshal(p.List[n].Body)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO use_page (id, figure, body) VALUES ($1, $2, $3)`, p.List[n].ID, figure, string(body)); err != nil {
			return err
		}
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO reckoning_pages (reckoning, body) VALUES ($1, $2)`, reckoning, string(body))
	return err
}

// PagesOf gives the pages of a reckoning without their entries; false: it has none.
func (t *Tx) PagesOf(ctx context.Context, reckoning string) (p figures.Pages, ok bool, err error) {
	var body string
	err = t.q.QueryRow(ctx, `SELECT body FROM reckoning_pages WHERE reckoning = $1`, reckoning).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &p)
	}
	return p, err == nil, err
}

// PageBody gives the entries of a page.
func (t *Tx) PageBody(ctx context.Context, page string) (out []figures.Entry, err error) {
	var body string
	if err = t.q.QueryRow(ctx, `SELECT body FROM use_page WHERE id = $1`, page).Scan(&body); err == nil {
		err = json.Unmarshal([]byte(body), &out)
	}
	return out, err
}

// pageUses gives the uses of some pages.
func (t *Tx) pageUses(ctx context.Context, pages []figures.Page) (out []figures.Use, err error) {
	for _, p := range pages {
		body, err := t.PageBody(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range body {
			out = append(out, e.Use)
		}
	}
	return out, nil
}
