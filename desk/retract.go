package desk

import (
	"context"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
)

// retract takes a person out of everything that is public, in the transaction in which
// their consent ends, and returns how many publications that touched.
func (r *rooms) retract(ctx context.Context, tx *store.Tx, actor string, who publish.Person) (int, error) {
	n, err := r.gateway.Retract(ctx, tx, actor, who)
	if err != nil || r.roll == nil {
		return n, err
	}
	named, err := r.gateway.Seek(ctx, tx, who)
	if err != nil {
		return n, err
	}
	down, err := r.roll.Retract(ctx, tx, actor, named)
	if err != nil {
		return n, err
	}
	for _, id := range down {
		if err := r.gateway.Called(ctx, tx, actor, id); err != nil {
			return n, err
		}
	}
	return n + len(down), nil
}

// toPublic takes a person out of what is public when they take the consent to it back.
type toPublic struct{ r *rooms }

// TakenBack implements cases.Retractions.
func (p toPublic) TakenBack(ctx context.Context, tx cases.Store, by staff.Actor, t cases.TakenBack) ([]string, error) {
	if t.Purpose != cases.ForPublic {
		return []string{}, nil
	}
	n, err := p.r.retract(ctx, tx.(*store.Tx), by.ID, publish.Person{Owner: t.Case + "/" + t.Party, Names: t.Names})
	if err != nil || n == 0 {
		return nil, err
	}
	return []string{cases.ActPublic}, nil
}

// unpublish is the same for the family of somebody who was remembered by name.
func (r *rooms) unpublish(ctx context.Context, tx redress.Store, by staff.Actor, matter, name string) error {
	_, err := r.retract(ctx, tx.(*store.Tx), by.ID, publish.Person{Owner: matter, Names: []string{name}})
	return err
}

// endConsents takes those out of what is public whose consent is over by its own last day.
func (r *rooms) endConsents(ctx context.Context) error {
	today := clock.DayOf(r.clock.Now())
	var owners []string
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		owners, err = tx.LapsedConsents(ctx, today)
		return err
	})
	for _, o := range owners {
		if err := r.db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.ForgetLapsed(ctx, o, today); err != nil {
				return err
			}
			_, err := r.retract(ctx, tx, ledger.Desk, publish.Person{Owner: o})
			return err
		}); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	_, err = r.book.EndConsents(ctx, today, r.present(ctx))
	return err
}
