package travel

import (
	"context"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Sight is a pack as its page shows it.
type Sight struct {
	Pack
	Reason    string // empty to everybody but its member
	Files     []cases.File
	Others    int // cases that the asking member cannot open
	Rows      []Row
	Waiting   map[string]Written // what of the journal waits, or was replaced, by row
	MayAnswer bool
}

// Packs lists the actor's packs, or everybody's for a security officer; asked are
// those of colleagues that the actor may answer.
func (l *Luggage) Packs(ctx context.Context, actor staff.Actor) (mine, asked, all []Pack, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		if mine, err = tx.Packs(ctx, actor.ID, 20); err != nil {
			return err
		}
		lately, err := tx.Packs(ctx, "", 100)
		if err != nil {
			return err
		}
		for _, p := range lately {
			if p.Stand(l.Clock.Now()) != Asked {
				continue
			}
			ok, err := mayAnswer(ctx, tx, actor, p)
			if err != nil {
				return err
			}
			if ok {
				asked = append(asked, p)
			}
		}
		if actor.Roles.Has(staff.Security) {
			all = lately
		}
		return nil
	})
	return mine, asked, all, err
}

// Known lists the packs about which a member can say that they are lost: all that were downloaded lately.
func (l *Luggage) Known(ctx context.Context) (all []Pack, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		lately, err := tx.Packs(ctx, "", 100)
		all = slices.DeleteFunc(lately, func(p Pack) bool { return p.Fetched == 0 })
		return err
	})
	return all, err
}

// Look opens a pack's page: to its member whole, to others what they need to answer.
func (l *Luggage) Look(ctx context.Context, actor staff.Actor, id string) (v Sight, err error) {
	if !ids.Valid("pack", id) {
		return v, fault.Missing()
	}
	err = l.Within(ctx, func(tx Store) error {
		if v.Pack, err = tx.Pack(ctx, id); err != nil {
			return err
		}
		if v.MayAnswer, err = mayAnswer(ctx, tx, actor, v.Pack); err != nil {
			return err
		}
		v.MayAnswer = v.MayAnswer && v.Stand(l.Clock.Now()) == Asked
		if v.Member != actor.ID && !v.MayAnswer && !actor.Roles.Has(staff.Security) {
			return fault.Missing()
		}
		carried, err := tx.CarriedIn(ctx, id)
		if err != nil {
			return err
		}
		for _, c := range carried {
			if !ids.Valid("case", c) {
				continue
			}
			if _, err := tx.Grant(ctx, c, actor.ID); err != nil {
				v.Others++
				continue
			}
			f, err := tx.File(ctx, c)
			if err != nil {
				return err
			}
			v.Files = append(v.Files, f)
		}
		if v.Member != actor.ID {
			return nil
		}
		return l.inside(ctx, tx, actor, &v)
	})
	return v, err
}

// inside opens what lies in the pack's safe.
func (l *Luggage) inside(ctx context.Context, tx Store, actor staff.Actor, v *Sight) error {
	s, err := cases.UnlockIn(ctx, tx, actor, v.ID)
	if err != nil {
		return err
	}
	secrets, err := cases.ReadIn[secret](ctx, tx, s, cases.KindPack)
	if err != nil {
		return err
	}
	for _, x := range secrets {
		if x.Content.Reason != "" {
			v.Reason = x.Content.Reason
		}
	}
	entries, err := cases.ReadIn[Written](ctx, tx, s, cases.KindEntry)
	if err != nil {
		return err
	}
	v.Waiting = map[string]Written{}
	for _, e := range entries {
		v.Waiting[e.ID] = e.Content
	}
	if v.Rows, err = tx.RowsOf(ctx, v.ID); err != nil {
		return err
	}
	return note(ctx, tx, actor, v.ID, "pack.read", nil)
}

// Choices lists the cases that the actor can take along.
func (l *Luggage) Choices(ctx context.Context, actor staff.Actor) (all []cases.File, err error) {
	err = l.Reading(ctx, func(tx Store) error {
		list, err := tx.FilesOf(ctx, actor.ID)
		all = slices.DeleteFunc(list, func(f cases.File) bool { return f.State.Over() })
		return err
	})
	return all, err
}

// AsNote makes a note in a case of what waited; the words are the entry in the
// member's language. Drop throws it away instead.
func (l *Luggage) AsNote(ctx context.Context, actor staff.Actor, entry, file, words string) error {
	return l.deal(ctx, actor, entry, func(tx Store, row *Row) error {
		row.Outcome, row.File = AsNote, file
		_, err := l.Book.Inside(tx).NoteAway(ctx, actor, file, words, row.At)
		return err
	})
}

// Drop throws away what waited.
func (l *Luggage) Drop(ctx context.Context, actor staff.Actor, entry string) error {
	return l.deal(ctx, actor, entry, func(_ Store, row *Row) error {
		row.Outcome = Dropped
		return nil
	})
}

func (l *Luggage) deal(ctx context.Context, actor staff.Actor, entry string, do func(Store, *Row) error) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		row, err := tx.Row(ctx, entry)
		if err != nil {
			return err
		}
		p, err := tx.Pack(ctx, row.Pack)
		if err != nil {
			return err
		}
		if p.Member != actor.ID {
			return fault.Missing()
		}
		if row.Outcome == AsNote || row.Outcome == Dropped {
			return nil // the form sent twice
		}
		if row.Outcome != Waits {
			return fault.New(fault.Conflict, "This entry does not wait for anybody.")
		}
		if err := do(tx, &row); err != nil {
			return err
		}
		row.By = actor.ID
		if err := tx.SaveRow(ctx, row); err != nil {
			return err
		}
		if err := tx.DropItem(ctx, row.Pack, row.ID); err != nil {
			return err
		}
		return note(ctx, tx, actor, row.Pack, "pack.settled", struct {
			Entry   string
			Outcome Outcome
		}{row.ID, row.Outcome})
	})
}
