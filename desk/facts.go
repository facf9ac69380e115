package desk

import (
	"context"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/ui"
)

// tellFacts tells the leak guard the facts that it lacks of what this actor can open:
// one case, party or source in a transaction, so that nobody waits long to write, and
// what was told stays told when it is cut short.
func (r *rooms) tellFacts(ctx context.Context, a staff.Actor) error {
	var lack []string
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		lack, err = tx.FactsLacking(ctx, a.ID)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, id := range lack {
		kind, _, _ := strings.Cut(id, "_")
		tell := r.book.TellFacts
		switch kind {
		case "party":
			tell = r.parties.TellFacts
		case "source":
			tell = r.archive.TellFacts
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// One that cannot be opened does not hold up the others: the page says how many are left.
		if err := tell(ctx, a, id); err != nil {
			failed = err
		}
	}
	return failed
}

// setFacts decides whether the leak guard keeps facts. Who is here tells it theirs anew.
func (r *rooms) setFacts(ctx context.Context, a staff.Actor, on bool) error {
	if err := r.gateway.SetFacts(ctx, a, on); err != nil || !on {
		return err
	}
	for _, b := range r.present(ctx) {
		r.warm(b)
	}
	return nil
}

// unchecked says on the pages of the leak guard how far texts are checked for facts.
func (r *rooms) unchecked(ctx context.Context) (ui.Unchecked, error) {
	w, err := r.gateway.Facts(ctx)
	return ui.Unchecked{Off: w.Off, Lack: w.Lack}, err
}
