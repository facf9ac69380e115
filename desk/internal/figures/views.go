package figures

import (
	"context"
	"slices"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// Row is a figure in a list with its last reckoning.
type Row struct {
	Figure   Figure
	Incident record.Incident
	Last     Reckoning // zero when never reckoned
	Stale    bool      // the claims say something else now
	Shaken   Shaken    // what changed under the estimate that it rests on
}

// Shaken is what changed in a study since the run on which a figure rests.
type Shaken struct{ TakenBack, Added int }

// Any reports whether the estimate should be made again.
func (s Shaken) Any() bool { return s.TakenBack+s.Added > 0 }

// Sheet is everything about one figure.
type Sheet struct {
	Row
	Claims     []record.Weighed // every claim that the reckonings name, by assertion
	History    []Reckoning      // newest first
	Exclusions []Exclusion
	Denials    []record.Statement
	Estimates  []Estimated // analyses of lists that it rests on, oldest first
	// Of a figure with more than Long claims: Claims and the last reckoning's uses are
	// this part of so many. Parts is 0 when all is here.
	Part, Parts int
}

// Claim returns a claim of the sheet; zero when it is not there.
func (s Sheet) Claim(id string) record.Weighed {
	for _, c := range s.Claims {
		if c.ID == id {
			return c
		}
	}
	return record.Weighed{}
}

// List returns every figure with its last reckoning, harm first, then help.
func (t *Tally) List(ctx context.Context, by staff.Actor) (rows []Row, err error) {
	err = t.read(ctx, by, func(tx Store) error {
		all, err := tx.Figures(ctx)
		if err != nil {
			return err
		}
		rows = make([]Row, len(all))
		for i, f := range all {
			if rows[i], _, _, err = t.row(ctx, tx, f); err != nil {
				return err
			}
		}
		order := record.Statuses()
		slices.SortStableFunc(rows, func(a, b Row) int {
			return slices.Index(order, a.Figure.Status) - slices.Index(order, b.Figure.Status)
		})
		return nil
	})
	return rows, err
}

// Sheet returns one figure with its claims and history.
func (t *Tally) Sheet(ctx context.Context, by staff.Actor, id string) (s Sheet, err error) {
	err = t.read(ctx, by, func(tx Store) error {
		f, err := tx.Figure(ctx, id)
		if err != nil {
			return err
		}
		s, err = t.sheet(ctx, tx, f)
		return err
	})
	return s, err
}

func (t *Tally) sheet(ctx context.Context, tx Store, f Figure) (Sheet, error) {
	s := Sheet{Row: Row{Figure: f}}
	claims, k, err := evidence(ctx, tx, f)
	if err != nil {
		return s, err
	}
	s.Claims = claims
	if f.Scope.Incident != "" {
		if s.Incident, err = tx.Incident(ctx, f.Scope.Incident); err != nil {
			return s, err
		}
	}
	if s.Exclusions, err = tx.Exclusions(ctx, f.ID); err != nil {
		return s, err
	}
	if s.History, err = tx.Reckonings(ctx, f.ID); err != nil {
		return s, err
	}
	slices.Reverse(s.History)
	if len(s.History) == 0 {
		return s, nil
	}
	s.Last = s.History[0]
	s.Stale = t.stale(s, k)
	s.Estimates = k.estimates
	if e, ok := on(k.estimates, s.Last.AsOf); ok {
		s.Shaken = Shaken{e.TakenBack, e.Added}
	}
	return s, denials(ctx, tx, &s)
}

// stale reports whether the claims that exist now give another reckoning: for the
// same day, or, when a claim came in since, for today.
func (t *Tally) stale(s Sheet, k known) bool {
	if !same(s.Last, k.reckon(s.Figure, s.Last.AsOf, s.Claims)) {
		return true
	}
	now := k.reckon(s.Figure, clock.DayOf(t.clock.Now()), s.Claims)
	return now.Range != s.Last.Range
}

// Public returns the last reckoning of each figure as it may leave the Desk, in
// the order of List. It is for the publication's gateway; it opens no safe.
func (t *Tally) Public(ctx context.Context, by staff.Actor) (out []Public, err error) {
	err = t.read(ctx, by, func(tx Store) error {
		out, err = t.PublicIn(ctx, tx, "")
		return err
	})
	return out, err
}

// PublicIn is Public within a transaction of a room above. With a day it takes,
// of each figure, the last reckoning that was as of that day or before.
func (t *Tally) PublicIn(ctx context.Context, tx Store, until clock.Day) ([]Public, error) {
	all, err := tx.Figures(ctx)
	if err != nil {
		return nil, err
	}
	order := record.Statuses()
	slices.SortStableFunc(all, func(a, b Figure) int { return slices.Index(order, a.Status) - slices.Index(order, b.Status) })
	var out []Public
	var shown []Figure
	for _, f := range all {
		s, err := t.sheet(ctx, tx, f)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(s.History, func(r Reckoning) bool { return until == "" || r.AsOf <= until })
		if i >= 0 {
			out, shown = append(out, publish(f, s.History[i], s.Claims, s.Incident.Historical)), append(shown, f)
		}
	}
	withhold(shown, out)
	return out, nil
}

// OvertakenIn says, by version, how many decisions were taken back and lists came in
// under the estimate on which that version of a figure rests. Only those are in it.
func (t *Tally) OvertakenIn(ctx context.Context, tx Store) (map[string]int, error) {
	all, err := tx.Figures(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, f := range all {
		estimates, err := tx.Estimates(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		if len(estimates) == 0 {
			continue
		}
		history, err := tx.Reckonings(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range history {
			if e, ok := on(estimates, r.AsOf); ok && e.TakenBack+e.Added > 0 {
				out[r.ID] = e.TakenBack + e.Added
			}
		}
	}
	return out, nil
}

// Waiting counts what waits for a member: figures whose claims, or what lies
// under their estimate, changed, and
// reckonings of others that nobody has checked.
type Waiting struct{ Stale, Unreviewed int }

// Waiting tells what waits; zero for those who do not count.
func (t *Tally) Waiting(ctx context.Context, by staff.Actor) (Waiting, error) {
	var w Waiting
	if !by.Roles.Any(Counters()...) {
		return w, nil
	}
	rows, err := t.List(ctx, by)
	for _, r := range rows {
		if r.Stale || r.Shaken.Any() {
			w.Stale++
		}
		if r.Last.Reviewer == "" && r.Last.By != by.ID && r.Last.ID != "" {
			w.Unreviewed++
		}
	}
	return w, err
}
