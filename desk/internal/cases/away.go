package cases

import (
	"context"
	"time"

	"waylight/desk/internal/exposure"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// What was written on a laptop without a line comes into the case later: with the
// time at which it was written there, and by the same rules as everything else.

// Inside gives the verbs in a transaction that has begun, so that a neighbour can
// keep its own row together with what a verb did, or neither.
func (b *Book) Inside(tx Store) *Book {
	within := func(ctx context.Context, f func(Store) error) error { return f(tx) }
	return &Book{within: within, reading: within, clock: b.clock, options: b.options, finder: b.finder}
}

// NoteAway keeps a note that was written elsewhere at a time.
func (b *Book) NoteAway(ctx context.Context, actor staff.Actor, id, words string, at time.Time) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		if words == "" {
			return Saved{}, fault.Bad("words", "Write the note first.")
		}
		return o.write(ctx, KindNote, ids.New("note"), 0, 0, Note{Words: words, Away: at})
	})
}

// HearAway takes what was heard of somebody on the way. A sign of duress acts at
// once. A sign that all is well counts only while no alarm runs, and only when it
// was heard in the round that waits now; a sign that comes home later ends no
// alarm: it is kept for those who act on it, and counted is false.
func (b *Book) HearAway(ctx context.Context, actor staff.Actor, id, item, what, words string, at time.Time) (counted bool, err error) {
	if what == "duress" {
		return true, b.signed(ctx, actor, id, item, Contact{About: item, What: what, Words: words, Away: at}, "superseded", func(w watch.Clock, now time.Time) (watch.Clock, error) { return watch.Answer(w, true, now) })
	}
	err = b.signed(ctx, actor, id, item, Contact{About: item, What: "ok", Words: words, Away: at}, "answered", func(w watch.Clock, now time.Time) (watch.Clock, error) {
		if what != "ok" || !watch.HeardInTime(w, at, now) {
			return w, errNotCounted
		}
		return watch.Answer(w, false, at)
	})
	if err != errNotCounted { //nolint:errorlint // our own, never wrapped
		return err == nil, err
	}
	if what == "ok" {
		what = "heard"
	}
	return false, b.change(ctx, actor, id, func(o *open) error {
		_, err := o.write(ctx, KindContact, ids.New("contact"), 0, 0, Contact{About: item, What: what, Words: words, Away: at})
		return err
	})
}

var errNotCounted = fault.New(fault.Conflict, "This does not count for the clock.")

// PutIn keeps one edition of a neighbour's item in a safe of its own.
func PutIn(ctx context.Context, tx Store, s safe.Safe, i Item, content any) error {
	_, err := put(ctx, tx, s, i, 0, content)
	return err
}

// ReadIn opens every item of a kind in a safe.
func ReadIn[T any](ctx context.Context, tx Store, s safe.Safe, k Kind) (all []Edition[T], err error) {
	items, err := tx.Items(ctx, s.ID())
	for _, i := range items {
		if err == nil && i.Kind == k {
			err = take(s, i, func(e Edition[T]) { all = append(all, e) })
		}
	}
	return all, err
}

// UnlockIn opens a neighbour's safe, with a new key when somebody who could open it has left.
func UnlockIn(ctx context.Context, tx Store, actor staff.Actor, id string) (safe.Safe, error) {
	s, err := unlock(ctx, tx, actor, id)
	if err != nil {
		return s, err
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return s, err
	}
	s, _, err = renew(ctx, tx, s, grants)
	return s, err
}

// StepAway is Step for what happened on the way at a time.
func (b *Book) StepAway(ctx context.Context, actor staff.Actor, id string, to LegState, reason string, at time.Time) error {
	return b.step(ctx, actor, id, Step{To: to, Reason: reason, Away: at})
}

// packTouches lists the cases and places that lie in a travel pack.
func packTouches(ctx context.Context, tx Store, t *touches, pack string) error {
	carried, err := tx.CarriedIn(ctx, pack)
	if err != nil {
		return err
	}
	for _, c := range carried {
		if !ids.Valid("case", c) {
			t.add(c, exposure.Carried)
			continue
		}
		t.add(c, exposure.Carried)
		legs, err := tx.LegsOf(ctx, c)
		if err != nil {
			return err
		}
		for _, l := range legs {
			switch stage, err := tx.StageOf(ctx, l); {
			case err != nil:
				return err
			case stage == StageOut:
				t.add(c, exposure.Travelling)
			case stage == StageAhead:
				t.add(c, exposure.Heading)
			}
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "pack.traced", Subject: pack})
}
