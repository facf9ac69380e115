package figures

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// Long is how many claims a figure may have before its page shows them in parts, of
// UsesPage each; what it says is the same.
const (
	Long     = 300
	UsesPage = 200
)

// looked remembers, in memory, of each figure what was last found out by reading all
// of its claims: whether they say something else now. It holds as long as nothing
// that it depends on has changed, and no longer than the day.
type looked struct {
	mu sync.Mutex
	of map[string]seen // by figure
}

type seen struct {
	at    string // what it depends on
	stale bool
}

// changed tells what the answer to "do the claims say something else now" depends on.
func (t *Tally) changed(ctx context.Context, tx Store, f Figure, last Reckoning) (at string, claims int64, err error) {
	claims, n, err := tx.ClaimChanges(ctx, f.Scope.Incident, f.Status)
	if err != nil {
		return "", 0, err
	}
	out, err := tx.Exclusions(ctx, f.ID)
	if err != nil {
		return "", 0, err
	}
	estimates, err := tx.Estimates(ctx, f.ID)
	return fmt.Sprint(n, last.ID, len(out), len(estimates), clock.DayOf(t.clock.Now())), claims, err
}

// old reports whether the claims say something else than a reckoning whose uses may
// not be loaded. It reads them only when something changed since it was last asked.
func (t *Tally) old(ctx context.Context, tx Store, f Figure, last Reckoning, at string) (bool, error) {
	t.looked.mu.Lock()
	s, ok := t.looked.of[f.ID]
	t.looked.mu.Unlock()
	if ok && s.at == at {
		return s.stale, nil
	}
	stale, err := t.differs(ctx, tx, f, last)
	if err != nil {
		return false, err
	}
	s = seen{at, stale}
	t.looked.mu.Lock()
	defer t.looked.mu.Unlock()
	if t.looked.of == nil {
		t.looked.of = map[string]seen{}
	}
	t.looked.of[f.ID] = s
	return s.stale, nil
}

// differs asks the claims: those that changed since, or all when it has no pages.
func (t *Tally) differs(ctx context.Context, tx Store, f Figure, last Reckoning) (bool, error) {
	p, ok, err := tx.PagesOf(ctx, last.ID)
	if err != nil {
		return false, err
	}
	if ok {
		stale, ok, err := t.steps(ctx, tx, f, last, p)
		if ok || err != nil {
			return stale, err
		}
	}
	claims, k, err := evidence(ctx, tx, f)
	if err != nil {
		return false, err
	}
	if err := tx.FillUses(ctx, &last); err != nil {
		return false, err
	}
	return t.stale(Sheet{Row: Row{Figure: f, Last: last}, Claims: claims}, k), nil
}

// steps is stale from the pages of a reckoning; ok is false when too much changed.
func (t *Tally) steps(ctx context.Context, tx Store, f Figure, last Reckoning, p Pages) (stale, ok bool, err error) {
	k, err := besides(ctx, tx, f)
	if err != nil {
		return false, false, err
	}
	p, r, changed, ok, err := advance(ctx, tx, f, p, k, last.AsOf)
	if err != nil || !ok {
		return false, false, err
	}
	if last.Uses = nil; changed || !same(last, r) {
		return true, true, nil
	}
	_, r, _, ok, err = advance(ctx, tx, f, p, k, clock.DayOf(t.clock.Now()))
	return r.Range != last.Range, ok, err
}

// row is a figure with its last reckoning, whose uses may not be loaded.
func (t *Tally) row(ctx context.Context, tx Store, f Figure) (r Row, history []Reckoning, claims int64, err error) {
	r.Figure = f
	if history, err = tx.ReckoningsShort(ctx, f.ID); err != nil {
		return r, nil, 0, err
	}
	slices.Reverse(history)
	if f.Scope.Incident != "" {
		if r.Incident, err = tx.Incident(ctx, f.Scope.Incident); err != nil {
			return r, nil, 0, err
		}
	}
	if len(history) > 0 {
		r.Last = history[0]
	}
	if f.Basis == Estimate && r.Last.ID != "" {
		estimates, err := tx.Estimates(ctx, f.ID)
		if err != nil {
			return r, nil, 0, err
		}
		if e, ok := on(estimates, r.Last.AsOf); ok {
			r.Shaken = Shaken{e.TakenBack, e.Added}
		}
	}
	at, claims, err := t.changed(ctx, tx, f, r.Last)
	if err == nil && r.Last.ID != "" {
		r.Stale, err = t.old(ctx, tx, f, r.Last, at)
	}
	return r, history, claims, err
}

// SheetPart is Sheet; of a figure with more than Long claims it holds one part of
// them, the first of which is 0, and says of how many.
func (t *Tally) SheetPart(ctx context.Context, by staff.Actor, id string, part int) (s Sheet, err error) {
	err = t.read(ctx, by, func(tx Store) error {
		f, err := tx.Figure(ctx, id)
		if err != nil {
			return err
		}
		row, history, claims, err := t.row(ctx, tx, f)
		if err != nil {
			return err
		}
		if claims <= Long && row.Last.Used+row.Last.Left <= Long {
			s, err = t.sheet(ctx, tx, f)
			return err
		}
		s, err = t.part(ctx, tx, row, history, max(0, part))
		return err
	})
	return s, err
}

func (t *Tally) part(ctx context.Context, tx Store, row Row, history []Reckoning, part int) (s Sheet, err error) {
	s = Sheet{Row: row, History: history, Part: part, Parts: (row.Last.Used + row.Last.Left + UsesPage - 1) / UsesPage}
	p, ok, err := tx.PagesOf(ctx, s.Last.ID)
	if err != nil {
		return s, err
	}
	switch {
	case ok:
		if s.Parts = len(p.List); part < s.Parts {
			err = body(ctx, tx)(&p.List[part])
			for _, e := range p.List[part].Body {
				s.Last.Uses = append(s.Last.Uses, e.Use)
			}
		}
	case len(s.Last.Uses) == 0:
		s.Last.Uses, err = tx.UsesPage(ctx, s.Last.ID, part)
	default: // reckoned when there were few
		s.Parts, s.Part = 1, 0
	}
	if err != nil {
		return s, err
	}
	ids := make([]string, len(s.Last.Uses))
	for i, u := range s.Last.Uses {
		ids[i] = u.Claim
	}
	claims, err := tx.ClaimsAmong(ctx, ids)
	if err != nil {
		return s, err
	}
	if s.Claims, err = record.Weigh(ctx, tx, claims); err != nil {
		return s, err
	}
	if s.Exclusions, err = tx.Exclusions(ctx, row.Figure.ID); err != nil {
		return s, err
	}
	if row.Figure.Basis == Estimate {
		if s.Estimates, err = tx.Estimates(ctx, row.Figure.ID); err != nil {
			return s, err
		}
	}
	return s, denials(ctx, tx, &s)
}

// denials loads the statements beside the last reckoning.
func denials(ctx context.Context, tx Store, s *Sheet) error {
	for _, id := range s.Last.Denials {
		st, err := tx.Statement(ctx, id)
		if err != nil {
			return err
		}
		s.Denials = append(s.Denials, st)
	}
	return nil
}
