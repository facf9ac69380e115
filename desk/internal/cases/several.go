package cases

import (
	"context"
	"errors"
	"slices"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Deed is what can be done to several cases at once.
type Deed string

// The deeds.
const (
	DeedAssign Deed = "assign" // one more member on each
	DeedTake   Deed = "take"   // a member off each
	DeedNote   Deed = "note"   // the same note in each
)

// AllDeeds lists them.
func AllDeeds() []Deed { return []Deed{DeedAssign, DeedTake, DeedNote} }

// Act is a deed with what it needs.
type Act struct {
	Deed   Deed
	Member string
	Words  string
	ID     string // "note_…", made with the form: a form that is sent twice keeps one note
}

// Outcome is what became of one case.
type Outcome struct {
	Case, Pseudonym string
	Same            bool // it was so already
	Problem         *fault.Error
}

func (a Act) check() error {
	var c fault.Check
	c.Field(among(a.Deed, AllDeeds()), "deed", "Choose what is to be done.")
	c.Field(a.Deed == DeedNote || a.Deed == "" || a.Member != "", "member", "Choose the colleague.")
	c.Field(a.Deed != DeedNote || a.Words != "", "words", "Write the note.")
	c.Field(a.Deed != DeedNote || ids.Valid("note", a.ID), "deed", "This form is not from here. Load the page again.")
	return c.Err()
}

// Several does the same to several of the actor's cases. Each is a transaction of
// its own, so that an alarm never waits for all of them; what was refused for one
// is told for that one, and the others go on. To send it twice changes nothing more.
func (b *Book) Several(ctx context.Context, actor staff.Actor, list []string, act Act) (all []Outcome, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return nil, err
	}
	if err := act.check(); err != nil {
		return nil, err
	}
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	if len(list) == 0 {
		return nil, fault.Bad("case", "Choose at least one case.")
	}
	if len(list) > BoardPage {
		return nil, fault.Bad("case", "Choose at most 100 cases.")
	}
	for _, id := range list {
		o := Outcome{Case: id}
		err := b.reading(ctx, func(tx Store) error { // of a case of colleagues not even the pseudonym is told
			if _, err := tx.Grant(ctx, id, actor.ID); err != nil {
				return err
			}
			f, err := tx.File(ctx, id)
			o.Pseudonym = f.Pseudonym
			return err
		})
		if err == nil {
			o.Same, err = b.one(ctx, actor, id, act)
		}
		var problem *fault.Error
		switch {
		case errors.As(err, &problem) && problem.Kind != fault.Locked:
			o.Problem = problem
		case err != nil:
			return all, err
		}
		all = append(all, o)
	}
	return all, nil
}

// one does it to one case.
func (b *Book) one(ctx context.Context, actor staff.Actor, id string, act Act) (same bool, err error) {
	switch act.Deed {
	case DeedAssign, DeedTake:
		on := false
		if err := b.reading(ctx, func(tx Store) error {
			_, err := tx.Grant(ctx, id, act.Member)
			on = err == nil
			if fault.KindOf(err) == fault.NotFound {
				err = nil
			}
			return err
		}); err != nil {
			return false, err
		}
		if on == (act.Deed == DeedAssign) {
			return true, nil
		}
		if act.Deed == DeedAssign {
			return false, b.Assign(ctx, actor, id, act.Member)
		}
		return false, b.Unassign(ctx, actor, id, act.Member)
	}
	err = b.change(ctx, actor, id, func(o *open) error {
		if same = slices.ContainsFunc(o.Notes, func(e Edition[Note]) bool { return e.ID == act.ID }); same {
			return nil
		}
		_, err := o.write(ctx, KindNote, act.ID, 0, 0, Note{Words: act.Words})
		return err
	})
	return same, err
}
