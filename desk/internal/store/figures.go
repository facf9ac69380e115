package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"waylight/desk/internal/count"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

const figureColumns = `id, key, status, unit, population, incident, area, span, running, basis, by_member, at_us`

func scanFigure(r scanner) (figures.Figure, error) {
	var f figures.Figure
	var at int64
	err := r.Scan(&f.ID, &f.Key, &f.Status, &f.Unit, &f.Population, &f.Scope.Incident, &f.Scope.Area, &f.Scope.Span, &f.Running, &f.Basis, &f.By, &at)
	f.At = clock.FromMicros(at)
	return f, err
}

// AddFigure adds a figure.
func (t *Tx) AddFigure(ctx context.Context, f figures.Figure) error {
	return t.insert(ctx, "There is a figure that counts this already.", `INSERT INTO figure (`+figureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		f.ID, f.Key, f.Status, f.Unit, f.Population, f.Scope.Incident, f.Scope.Area, f.Scope.Span, truth(f.Running), f.Basis, f.By, clock.Micros(f.At))
}

// Figure returns one figure.
func (t *Tx) Figure(ctx context.Context, id string) (figures.Figure, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+figureColumns+` FROM figure WHERE id = $1`, id), scanFigure)
}

// FigureByKey returns the figure of a key.
func (t *Tx) FigureByKey(ctx context.Context, key string) (figures.Figure, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+figureColumns+` FROM figure WHERE key = $1`, key), scanFigure)
}

// Figures lists figures in the order of their entry.
func (t *Tx) Figures(ctx context.Context) ([]figures.Figure, error) {
	return all(ctx, t, scanFigure, `SELECT `+figureColumns+` FROM figure ORDER BY rowid`)
}

// reckoningDetail is what is never asked for by SQL.
type reckoningDetail struct {
	Low, Best, High figures.Rule
	Uses            []figures.Use
	Denials         []string
	Estimate        string `json:",omitempty"`
	Used, Left      int    `json:",omitempty"` // when the uses stand in pages of their own
}

func nullable(n count.Number) sql.NullInt64 { return sql.NullInt64{Int64: n.N, Valid: n.Known} }

func counted(n sql.NullInt64) count.Number {
	if !n.Valid {
		return count.Number{}
	}
	return count.Of(n.Int64)
}

// AddReckoning adds what a figure was at one moment. Very many uses stand in pages of their own.
func (t *Tx) AddReckoning(ctx context.Context, r figures.Reckoning) error {
	d := reckoningDetail{Low: r.Low, Best: r.Best, High: r.High, Uses: r.Uses, Denials: r.Denials, Estimate: r.Estimate}
	paged := len(r.Uses) > figures.Long
	if paged || len(r.Uses) == 0 { // those of AddPages
		d.Uses, d.Used, d.Left = nil, r.Used, r.Left
	}
	detail, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := t.insert(ctx, "The figure was reckoned by somebody else meanwhile. Look at it again.", `INSERT INTO reckoning (id, figure, seq, as_of, low, best, high, basis, detail, by_member, at_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Figure, r.Seq, r.AsOf, nullable(r.Range.Low), nullable(r.Range.Best), nullable(r.Range.High), r.Basis, string(detail), r.By, clock.Micros(r.At)); err != nil || !paged {
		return err
	}
	n := 0
	for page := range slices.Chunk(r.Uses, figures.UsesPage) {
		body, err := json.Marshal(page)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO reckoning_uses (reckoning, page, body) VALUES ($1, $2, $3)`, r.ID, n, string(body)); err != nil {
			return err
		}
		n++
	}
	return nil
}

// UsesPage gives one page of the claims of a reckoning that has very many; none: there is no such page.
func (t *Tx) UsesPage(ctx context.Context, reckoning string, page int) ([]figures.Use, error) {
	p, ok, err := t.PagesOf(ctx, reckoning)
	if err != nil || ok && page >= len(p.List) {
		return nil, err
	}
	if ok {
		return t.pageUses(ctx, p.List[page:page+1])
	}
	return t.uses(ctx, `SELECT body FROM reckoning_uses WHERE reckoning = $1 AND page = $2`, reckoning, page)
}

func (t *Tx) uses(ctx context.Context, q string, args ...any) (out []figures.Use, err error) {
	_, err = all(ctx, t, func(s scanner) (struct{}, error) {
		var body string
		var page []figures.Use
		err := s.Scan(&body)
		if err == nil {
			err = json.Unmarshal([]byte(body), &page)
		}
		out = append(out, page...)
		return struct{}{}, err
	}, q, args...)
	return out, err
}

// ClaimChanges gives how many claims of a status there are, and a number that is another after each change of them.
func (t *Tx) ClaimChanges(ctx context.Context, incident string, status record.Status) (claims, changes int64, err error) {
	q, args := `SELECT COALESCE(SUM(claims), 0), COALESCE(SUM(n), 0) + (SELECT n FROM record_count WHERE what = 'rated') FROM claim_change WHERE status = $1`, []any{status}
	if incident != "" {
		q, args = q+` AND incident = $2`, append(args, incident)
	}
	err = t.q.QueryRow(ctx, q, args...).Scan(&claims, &changes)
	return claims, changes, err
}

// Reckonings lists what a figure was, with every use, the oldest first.
func (t *Tx) Reckonings(ctx context.Context, figure string) ([]figures.Reckoning, error) {
	list, err := t.ReckoningsShort(ctx, figure)
	for i := range list {
		if err == nil {
			err = t.FillUses(ctx, &list[i])
		}
	}
	return list, err
}

// FillUses adds the uses of a reckoning whose uses stand in pages of their own.
func (t *Tx) FillUses(ctx context.Context, r *figures.Reckoning) error {
	if len(r.Uses) > 0 || r.Used+r.Left == 0 {
		return nil
	}
	p, ok, err := t.PagesOf(ctx, r.ID)
	switch {
	case err != nil:
		return err
	case ok:
		r.Uses, err = t.pageUses(ctx, p.List)
	default:
		r.Uses, err = t.uses(ctx, `SELECT body FROM reckoning_uses WHERE reckoning = $1 ORDER BY page`, r.ID)
	}
	return err
}

// ReckoningsShort lists what a figure was, the oldest first, without the uses of those that have very many.
func (t *Tx) ReckoningsShort(ctx context.Context, figure string) ([]figures.Reckoning, error) {
	return all(ctx, t, func(s scanner) (figures.Reckoning, error) {
		var r figures.Reckoning
		var low, best, high sql.NullInt64
		var detail string
		var at, reviewed int64
		err := s.Scan(&r.ID, &r.Figure, &r.Seq, &r.AsOf, &low, &best, &high, &r.Basis, &detail, &r.By, &at, &r.Reviewer, &reviewed)
		if err != nil {
			return r, err
		}
		var d reckoningDetail
		err = json.Unmarshal([]byte(detail), &d)
		r.Low, r.Best, r.High, r.Uses, r.Denials, r.Estimate, r.Used, r.Left = d.Low, d.Best, d.High, d.Uses, d.Denials, d.Estimate, d.Used, d.Left
		if len(d.Uses) > 0 {
			r.Count()
		}
		r.Range = count.Range{Low: counted(low), Best: counted(best), High: counted(high)}
		r.At, r.Reviewed = clock.FromMicros(at), clock.FromMicros(reviewed)
		return r, err
	}, `SELECT k.id, k.figure, k.seq, k.as_of, k.low, k.best, k.high, k.basis, k.detail, k.by_member, k.at_us, COALESCE(v.by_member, ''), COALESCE(v.at_us, 0)
		FROM reckoning k LEFT JOIN reckoning_review v ON v.reckoning = k.id WHERE k.figure = $1 ORDER BY k.seq`, figure)
}

// AddReckoningReview notes a second look.
func (t *Tx) AddReckoningReview(ctx context.Context, reckoning, by string, at int64) error {
	return t.insert(ctx, "Somebody has checked this already.", `INSERT INTO reckoning_review (reckoning, by_member, at_us) VALUES ($1, $2, $3)`, reckoning, by, at)
}

// AddExclusion adds a decision to leave a claim out or take it in.
func (t *Tx) AddExclusion(ctx context.Context, x figures.Exclusion) error {
	_, err := t.exec(ctx, `INSERT INTO exclusion (figure, claim, out, reason, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`, x.Figure, x.Claim, truth(x.Out), x.Reason, x.By, clock.Micros(x.At))
	return err
}

// Exclusions lists those decisions, the oldest first.
func (t *Tx) Exclusions(ctx context.Context, figure string) ([]figures.Exclusion, error) {
	return all(ctx, t, func(s scanner) (figures.Exclusion, error) {
		var x figures.Exclusion
		var at int64
		err := s.Scan(&x.Figure, &x.Claim, &x.Out, &x.Reason, &x.By, &at)
		x.At = clock.FromMicros(at)
		return x, err
	}, `SELECT figure, claim, out, reason, by_member, at_us FROM exclusion WHERE figure = $1 ORDER BY seq`, figure)
}

// estimateDetail is what is never asked for by SQL.
type estimateDetail struct {
	Lists, Percent int
	Methods        []string
	Analysis       string
	Form           figures.Form // "" before there were floors: a range
}

// AddEstimate adds an analysis that a figure rests on.
func (t *Tx) AddEstimate(ctx context.Context, e figures.Estimated) error {
	detail, err := json.Marshal(estimateDetail{e.Lists, e.Percent, e.Methods, e.Analysis, e.Form})
	if err != nil {
		return err
	}
	return t.insert(ctx, "The figure rests on this analysis already.", `INSERT INTO figure_estimate (id, figure, study, run, low, high, named, detail, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Figure, e.Study, e.Run, e.Low, e.High, e.Named, string(detail), e.By, clock.Micros(e.At))
}

// estimatesQuery counts, of the run's study, the pairs whose answers the run knew
// and that were taken back since, and the lists that came, or of which something was said, later than the run.
const estimatesQuery = `SELECT id, figure, study, run, low, high, named, detail, by_member, at_us,
  (SELECT COUNT(DISTINCT d.pair) FROM study_decision d JOIN study_run r ON r.id = e.run WHERE d.study = e.study AND d.seq > r.until AND d.answer = 'undo'
    AND EXISTS (SELECT 1 FROM study_decision o WHERE o.study = d.study AND o.pair = d.pair AND o.seq <= r.until AND o.answer <> 'undo')),
  (SELECT COUNT(*) FROM study_list l JOIN study_run r ON r.id = e.run WHERE l.study = e.study AND l.at_us > r.at_us)
    + (SELECT COUNT(DISTINCT w.list) FROM study_word w JOIN study_run r ON r.id = e.run WHERE w.study = e.study AND w.at_us > r.at_us)
FROM figure_estimate e WHERE figure = $1 ORDER BY rowid`

// Estimates lists the analyses that a figure rests on, the oldest first.
func (t *Tx) Estimates(ctx context.Context, figure string) ([]figures.Estimated, error) {
	return all(ctx, t, func(s scanner) (figures.Estimated, error) {
		var e figures.Estimated
		var detail string
		var at int64
		if err := s.Scan(&e.ID, &e.Figure, &e.Study, &e.Run, &e.Low, &e.High, &e.Named, &detail, &e.By, &at, &e.TakenBack, &e.Added); err != nil {
			return e, err
		}
		var d estimateDetail
		err := json.Unmarshal([]byte(detail), &d)
		e.Lists, e.Percent, e.Methods, e.Analysis, e.Form, e.At = d.Lists, d.Percent, d.Methods, d.Analysis, cmp.Or(d.Form, figures.Whole), clock.FromMicros(at)
		return e, err
	}, estimatesQuery, figure)
}

var _ figures.Store = (*Tx)(nil)
