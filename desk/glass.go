package desk

import (
	"context"
	"errors"
	"slices"

	"waylight/desk/internal/web/glassweb"
	"waylight/desk/internal/web/ui"
)

func (r *rooms) glassRoom() *glassweb.Room {
	return &glassweb.Room{Pane: r.pane, Names: r.names, Members: r.colleagues}
}

// bells are what rings on every page: people who wait, then cases that two opened.
func (r *rooms) bells(c ui.Ringing) ([]ui.Bell, error) {
	waits, err := r.intakeRoom().Bells(c)
	opened, failed := r.glassRoom().Bells(c)
	asked, broke := r.teamRoom().Bells(c)
	papers, torn := r.paperBells(c)
	return slices.Concat(waits, asked, opened, papers), errors.Join(err, failed, broke, torn)
}

// endLent ends what was lent until a time that has come, and the deposits that nobody
// answered. Whoever is signed in and can open a safe changes its key at once.
func (r *rooms) endLent(ctx context.Context) error {
	n, err := r.book.EndTimed(ctx, r.present(ctx))
	if n > 0 {
		for _, a := range r.present(ctx) {
			err = errors.Join(err, r.renewSafes(ctx, a))
		}
	}
	return errors.Join(err, r.pane.Sweep(ctx), r.team.Sweep(ctx))
}
