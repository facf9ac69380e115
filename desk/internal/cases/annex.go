package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Annex is a room above this one that keeps things of its own in the safes of
// cases: they get new keys, move and are erased with the case. This room keeps
// them and does not read them; what follows from them it is told.
type Annex interface {
	// Kinds are the kinds of item that are its own.
	Kinds() []Kind
	// Tell says what follows from what lies in one case.
	Tell(in []Leaf, now time.Time) Upshot
	// Gone hears, in its transaction, that a case with these parts is erased.
	Gone(ctx context.Context, tx Store, in []Leaf) error
	// Secrets lists what of an item identifies somebody, for the leak guard and the search.
	Secrets(k Kind, content []byte) ([]Secret, error)
}

// Leaf is one edition of an annex, opened.
type Leaf struct {
	Kind Kind
	Edition[json.RawMessage]
}

// Upshot is what an annex says of a case.
type Upshot struct {
	Dates     []Date
	Reminders []Reminder
	Todos     []Todo
}

// Secret is a term that identifies somebody, with its kind as the leak guard calls it.
type Secret struct{ Kind, Term string }

// annex finds whose a kind of item is; nil: nobody's.
func (b *Book) annex(k Kind) Annex {
	for _, a := range b.options.Annexes {
		if slices.Contains(a.Kinds(), k) {
			return a
		}
	}
	return nil
}

// foldAnnex keeps what belongs to a room above; a kind of nobody comes from a
// newer version, and is kept and not shown.
func (o *open) foldAnnex(i Item) error {
	if o.book.annex(i.Kind) == nil {
		return nil
	}
	return take(o.safe, i, func(e Edition[json.RawMessage]) { o.Leaves = append(o.Leaves, Leaf{i.Kind, e}) })
}

// tell asks the annexes what follows from their parts of a case.
func (b *Book) tell(leaves []Leaf, now time.Time) (t Upshot) {
	if len(leaves) == 0 {
		return t
	}
	for _, a := range b.options.Annexes {
		var own []Leaf
		for _, l := range leaves {
			if slices.Contains(a.Kinds(), l.Kind) {
				own = append(own, l)
			}
		}
		x := a.Tell(own, now)
		t.Dates, t.Reminders, t.Todos = append(t.Dates, x.Dates...), append(t.Reminders, x.Reminders...), append(t.Todos, x.Todos...)
	}
	return t
}

// letGo tells the annexes that the case is erased.
func (o *open) letGo(ctx context.Context) error {
	for _, a := range o.book.options.Annexes {
		if err := a.Gone(ctx, o.tx, o.Leaves); err != nil {
			return err
		}
	}
	return nil
}

// Beside is a case, opened for a room above in one transaction.
type Beside struct{ o *open }

// BesideIn lets a room above change what it keeps in a case, in a transaction that
// has begun. A case that has ended is refused.
func (b *Book) BesideIn(ctx context.Context, tx Store, actor staff.Actor, id string, f func(Beside) error) error {
	return b.changeIn(ctx, tx, actor, id, func(o *open) error {
		if err := o.goesOn(); err != nil {
			return err
		}
		return f(Beside{o})
	})
}

// goesOn refuses what changes a case that has ended.
func (o *open) goesOn() error {
	if o.State.Over() && o.State != Closed {
		return fault.New(fault.Conflict, "This case has ended. Open it again first.")
	}
	if o.Closure.Exists() && !o.reopened() {
		return fault.New(fault.Conflict, "This case is closed. Open it again first.")
	}
	return nil
}

// Case is the case as it was before the change.
func (s Beside) Case() *Case { return s.o.Case }

// Now is the time of the change.
func (s Beside) Now() time.Time { return s.o.now }

// NotHeld refuses while the case is held: what goes with it may not go now.
func (s Beside) NotHeld(ctx context.Context) error {
	return notHeld(ctx, s.o.tx, s.o.ID, s.o.now)
}

// Keep keeps an edition of an item. A new item's id was made with its form: the
// same form sent again keeps nothing more. Fresh says that something was kept.
func (s Beside) Keep(ctx context.Context, k Kind, item string, saw int, content any) (saved Saved, fresh bool, err error) {
	if !ids.Valid(string(k), item) {
		return saved, false, fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	var have []Leaf
	for _, l := range s.o.Leaves {
		if l.ID == item {
			have = append(have, l)
		}
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return saved, false, err
	}
	defer clear(plain)
	if saw == 0 && len(have) > 0 {
		if bytes.Equal(have[0].Content, plain) {
			return Saved{ID: item, Version: 1}, false, nil
		}
		return saved, false, fault.New(fault.Conflict, "This was kept already, with other words. Open it and change it there.")
	}
	if saw > 0 && len(have) == 0 {
		return saved, false, fault.Missing()
	}
	for _, l := range have {
		if l.Base == saw && l.Author == s.o.actor.ID && saw < len(have) && bytes.Equal(l.Content, plain) {
			return Saved{ID: item, Version: l.Version}, false, nil // the same form once more
		}
	}
	secrets, err := s.o.book.annex(k).Secrets(k, plain)
	if err != nil {
		return saved, false, err
	}
	for _, x := range secrets {
		if err := s.o.tx.WatchTerm(ctx, s.o.ID+"/"+item, x.Kind, x.Term); err != nil {
			return saved, false, err
		}
	}
	saved, err = s.o.write(ctx, k, item, saw, len(have), content)
	return saved, err == nil, err
}

// Watch plans a check-in of the case.
func (s Beside) Watch(ctx context.Context, c CheckIn, r watch.Round) (Saved, error) {
	return s.o.watch(ctx, c, r)
}

// Quit ends a check-in that waits, with a reason. One under alarm goes on: that a
// plan changed is no sign that somebody is well.
func (s Beside) Quit(ctx context.Context, checkin, why string) error {
	w, err := s.o.tx.Watched(ctx, checkin)
	if err != nil || w.Case != s.o.ID || w.State != watch.Waiting {
		return err
	}
	w.State, w.Next = watch.Stopped, time.Time{}
	if err := s.o.tx.SaveWatch(ctx, w); err != nil {
		return err
	}
	_, err = s.o.write(ctx, KindContact, ids.New("contact"), 0, 0, Contact{About: checkin, What: "stopped", Words: why})
	return err
}

// Grow adds an edition to the sheet of its id, in order of appearance.
func Grow[T any](all []Sheet[T], e Edition[T]) []Sheet[T] { return sheets(all, e) }
