package evidence

import (
	"context"
	"errors"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/exhibit"
)

// CheckEvery is how often the sealed bytes of every file are looked at.
const CheckEvery = 7 * 24 * time.Hour

// Tend looks after the vault while every safe is closed: it checks some of the
// sealed bytes that were not checked for a week, removes those that nobody can
// open any more, and ends views. It returns how many were found altered or missing.
func (l *Locker) Tend(ctx context.Context) (wrong int, err error) {
	now := l.Clock.Now()
	var due []Blob
	var orphans, ended []string
	if err := l.Reading(ctx, func(tx Store) (err error) {
		if due, err = tx.BlobsDue(ctx, now.Add(-CheckEvery), 1); err != nil { // one at a time: nothing waits for it
			return err
		}
		if orphans, err = tx.Orphans(ctx); err != nil {
			return err
		}
		ended, err = tx.EndedViews(ctx, now)
		return err
	}); err != nil {
		return 0, err
	}
	if len(ended) > 0 {
		if err := l.Within(ctx, func(tx Store) error { return tx.DropViews(ctx, now) }); err != nil {
			return 0, err
		}
	}
	for _, id := range orphans {
		if err := l.sweep(ctx, id); err != nil {
			return 0, err
		}
	}
	for _, b := range due {
		state := Good
		switch err := l.Vault.Check(b.ID, b.Sums); {
		case errors.Is(err, vault.ErrMissing):
			state = Missing
		case errors.Is(err, vault.ErrAltered):
			state = Altered
		case err != nil:
			return wrong, err
		}
		if state != Good {
			wrong++
		}
		if err := l.Within(ctx, func(tx Store) error { return found(ctx, tx, b, state, now) }); err != nil {
			return wrong, err
		}
	}
	return wrong, nil
}

// found notes what a check showed. The alarm is raised once; it stays until the bytes are good again.
func found(ctx context.Context, tx Store, b Blob, s State, now time.Time) error {
	if err := tx.BlobChecked(ctx, b.ID, s, now); err != nil {
		return err
	}
	files, err := tx.FilesOfBlob(ctx, b.ID)
	if err != nil || s == Good && b.State == Good {
		return err
	}
	if s == b.State {
		return nil
	}
	action := "evidence.altered"
	if s == Good {
		action = "evidence.rehashed" // it was put back from a backup
	}
	for _, f := range files {
		if err := note(ctx, tx, ledger.Desk, f, action, exhibit.Detail{}); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes the sealed bytes of what was destroyed: the row first, so that
// nothing points to bytes that are gone.
func (l *Locker) sweep(ctx context.Context, id string) error {
	if err := l.Within(ctx, func(tx Store) error { return tx.DropBlob(ctx, id) }); err != nil {
		return err
	}
	return l.Vault.Remove(id)
}

// Alarms lists the files whose sealed bytes are altered or missing, for those
// who can do something about it; for others there are none.
func (l *Locker) Alarms(ctx context.Context, by staff.Actor) (files []File, err error) {
	if !by.Roles.Any(staff.Documenter, staff.Security) {
		return nil, nil
	}
	return files, l.Reading(ctx, func(tx Store) error {
		files = nil
		wrong, err := tx.BlobsWrong(ctx)
		if err != nil {
			return err
		}
		for _, b := range wrong {
			of, err := tx.FilesOfBlob(ctx, b.ID)
			if err != nil {
				return err
			}
			files = append(files, of...)
		}
		return nil
	})
}
