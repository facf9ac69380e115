package figures

import (
	"context"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Paged keeps the pages of reckonings of very many claims, and knows which claims changed.
type Paged interface {
	// LastTouch is the number of the latest change of any claim.
	LastTouch(ctx context.Context) (int64, error)
	// Touched lists claims and sources of which something changed behind a number.
	Touched(ctx context.Context, w record.Where, since int64, limit int) (claims, sources []string, err error)
	// ClaimRows gives the place of each claim in the order of entry.
	ClaimRows(ctx context.Context, claims []string) (map[string]int64, error)
	AddPages(ctx context.Context, figure, reckoning string, p *Pages) error
	PagesOf(ctx context.Context, reckoning string) (p Pages, ok bool, err error)
	PageBody(ctx context.Context, page string) ([]Entry, error)
}

// mostSteps is how many claims may have changed for a figure to be reckoned from the
// pages of its last reckoning; of more, all are read anew.
const mostSteps = 2000

// body loads the entries of a page, once.
func body(ctx context.Context, tx Store) func(*Page) error {
	return func(p *Page) (err error) {
		if p.Body == nil {
			p.Body, err = tx.PageBody(ctx, p.ID)
		}
		return err
	}
}

// advance reckons a figure as of a day from the pages of an earlier reckoning and what
// changed since. It tells whether any use is another one; ok is false when it must be
// reckoned from all claims.
func advance(ctx context.Context, tx Store, f Figure, from Pages, k known, asOf clock.Day) (p Pages, r Reckoning, changed, ok bool, err error) {
	p = from
	if f.Running || len(p.List) == 0 || len(k.outs) < p.Out {
		return p, r, false, false, nil
	}
	load := body(ctx, tx)
	w := record.Where{Incident: f.Scope.Incident, Status: f.Status}
	touched, sources, err := tx.Touched(ctx, w, p.Touch, mostSteps+1)
	if err != nil {
		return p, r, false, false, err
	}
	for _, s := range sources {
		of := w
		of.Source, of.Limit = s, mostSteps+1
		claims, err := tx.ClaimsWhere(ctx, of)
		if err != nil {
			return p, r, false, false, err
		}
		for _, c := range claims {
			touched = append(touched, c.ID)
		}
		if len(touched) > mostSteps {
			return p, r, false, false, nil
		}
	}
	for _, x := range k.outs[p.Out:] {
		touched = append(touched, x.Claim)
	}
	for n := range p.List {
		if len(touched) > mostSteps {
			return p, r, false, false, nil
		}
		if p.List[n].Sum.holds(asOf) {
			continue
		}
		if err := load(&p.List[n]); err != nil {
			return p, r, false, false, err
		}
		for _, e := range p.List[n].Body {
			if !e.holds(asOf) {
				touched = append(touched, e.Claim)
			}
		}
	}
	entries, err := looks(ctx, tx, f, asOf, touched, k)
	if err != nil {
		return p, r, false, false, err
	}
	if changed, err = p.put(entries, UsesPage, load); err != nil {
		return p, r, false, false, err
	}
	if p.Touch, err = tx.LastTouch(ctx); err != nil {
		return p, r, false, false, err
	}
	p.Out = len(k.outs)
	r, err = p.reckoning(f, asOf, load)
	if e, has := on(k.estimates, asOf); has {
		r.rest(e)
	}
	return p, r, changed, err == nil, err
}

// looks evaluates claims by their ids, those of the figure alone.
func looks(ctx context.Context, tx Store, f Figure, asOf clock.Day, claims []string, k known) ([]Entry, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	list, err := tx.ClaimsAmong(ctx, claims)
	if err != nil {
		return nil, err
	}
	mine := list[:0]
	for _, c := range list {
		if belongs(f, c) {
			mine = append(mine, c)
		}
	}
	weighed, err := record.Weigh(ctx, tx, mine)
	if err != nil {
		return nil, err
	}
	return entries(ctx, tx, f, asOf, weighed, k)
}

func belongs(f Figure, c record.Claim) bool {
	return c.Status == f.Status && (f.Scope.Incident == "" || c.Incident == f.Scope.Incident)
}

// entries evaluates claims that are weighed; what took a claim's place may be another one.
func entries(ctx context.Context, tx Store, f Figure, asOf clock.Day, weighed []record.Weighed, k known) ([]Entry, error) {
	at, ids := map[string]*record.Weighed{}, make([]string, len(weighed))
	for n := range weighed {
		at[weighed[n].ID], ids[n] = &weighed[n], weighed[n].ID
	}
	rows, err := tx.ClaimRows(ctx, ids)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, c := range weighed {
		if by := c.Superseded(); by != "" && at[by] == nil {
			missing = append(missing, by)
		}
	}
	more, err := tx.ClaimsAmong(ctx, missing)
	if err != nil {
		return nil, err
	}
	for _, c := range more {
		if belongs(f, c) {
			at[c.ID] = &record.Weighed{Claim: c}
		}
	}
	out := make([]Entry, len(weighed))
	for n, c := range weighed {
		out[n] = look(f, asOf, c, at[c.Superseded()], k.out)
		out[n].Key.Row = rows[c.ID]
	}
	return out, nil
}

// pagesOf makes pages of all claims of a figure.
func pagesOf(ctx context.Context, tx Store, f Figure, asOf clock.Day, weighed []record.Weighed, k known) (p Pages, err error) {
	list, err := entries(ctx, tx, f, asOf, weighed, k)
	if err != nil {
		return p, err
	}
	p.List, p.Out = cut(list, UsesPage), len(k.outs)
	p.Touch, err = tx.LastTouch(ctx)
	return p, err
}
