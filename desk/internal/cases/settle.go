package cases

import (
	"context"
	"slices"
)

// AsOf is the sheet as it was when it had so many editions: what a form that was
// made then was made from.
func (s Sheet[T]) AsOf(saw int) Sheet[T] {
	old := Sheet[T]{ID: s.ID}
	for _, e := range s.History[:min(max(saw, 0), len(s.History))] {
		old.add(e)
	}
	return old
}

// Apart lists the rivals that a person must look at: not those that the author of
// another rival had before them when they wrote it.
func (s Sheet[T]) Apart() []Edition[T] {
	return slices.DeleteFunc(slices.Clone(s.Rivals), func(e Edition[T]) bool {
		return slices.ContainsFunc(s.Rivals, func(r Edition[T]) bool { return r.Base >= e.Version })
	})
}

// Stand lists what counts until rivals are settled: the current content and that of each rival.
func (s Sheet[T]) Stand() []T {
	if !s.Exists() {
		return nil
	}
	all := []T{s.Current.Content}
	for _, r := range s.Rivals {
		all = append(all, r.Content)
	}
	return all
}

// known finds the same form once more: it needs no further edition.
func (s Sheet[T]) known(author string, saw int, content T) (Saved, bool) {
	if saw >= s.Saw() {
		return Saved{}, false
	}
	for _, e := range s.History {
		if e.Base == saw && e.Author == author && same(e.Content, content) {
			return Saved{ID: s.ID, Version: e.Version, Rival: slices.ContainsFunc(s.Rivals, func(r Edition[T]) bool { return r.Version == e.Version })}, true
		}
	}
	return Saved{}, false
}

// agrees reports whether somebody who had not seen the last edition wrote the very
// same: then there is nothing to settle, and both stand in the history.
func (s Sheet[T]) agrees(saw int, content T) bool {
	return saw < s.Saw() && len(s.Rivals) == 0 && same(s.Current.Content, content)
}

// rewrite keeps one edition of a sheet, once.
func rewrite[T any](ctx context.Context, o *open, k Kind, id string, saw int, s Sheet[T], content T) (Saved, error) {
	if done, ok := s.known(o.actor.ID, saw, content); ok {
		return done, o.log(ctx, "case.read", o.opened())
	}
	if s.agrees(saw, content) {
		saw = s.Saw()
	}
	return o.write(ctx, k, id, saw, s.Saw(), content)
}

// Danger is the level of the risk that counts: of assessments that nobody has
// settled yet, the highest. Two that were written in parallel hide one another as little as they can.
func (c *Case) Danger() Level {
	worst := LevelUnknown
	for _, r := range c.Risk.Stand() {
		if l := r.Level(); slices.Index(AllLevels(), l) > slices.Index(AllLevels(), worst) {
			worst = l
		}
	}
	return worst
}

// pressing is the triage that counts: of those that nobody has settled, the most pressing.
func (c *Case) pressing() Edition[Triage] {
	t := c.Triage.Current
	for _, r := range c.Triage.Rivals {
		if r.Content.Priority().Within() < t.Content.Priority().Within() {
			t = r
		}
	}
	return t
}

// shut takes the most careful of the statuses that were written at once: one that
// says "exposed" must not wait until somebody has settled the rest.
func (r *Refuge) shut() {
	order := []PlaceStatus{Available, Resting, Retired, Exposed}
	for _, p := range r.Sheet.Stand() {
		if slices.Index(order, p.Status) > slices.Index(order, r.Status) {
			r.Status, r.Reason = p.Status, p.Reason
		}
	}
}
