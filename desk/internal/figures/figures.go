// Package figures says how many, and nothing that its claims do not say.
//
// A Figure is what is counted; a Reckoning is what it was at one moment: low,
// best and high, the rule that gave each, every claim used or left out with the
// reason, and the denials beside them. Reckonings are added, never changed, so
// that it can be asked what was said on any day. Asked for help, detained,
// killed, evacuated never merge; only scopes that share nobody add.
//
// Rules are plain functions (Reckon, Sum, Say); the Tally carries the verbs. The
// package estimates nothing itself; an analysis of lists comes in by Attach, when
// Judge lets it. It refuses to fill in a missing bound, and to let a number
// out without its claims. It imports record, count, edtf,
// staff, ledger, estimate and the ground.
package figures

import (
	"context"

	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Within runs f in one transaction, which commits when f returns nil.
type Within func(ctx context.Context, f func(Store) error) error

// Store is everything that the room needs of one transaction.
type Store interface {
	record.Store
	Figures
}

// Figures keeps figures, their reckonings and what people left out.
type Figures interface {
	// AddFigure answers a Conflict when the key is taken.
	AddFigure(ctx context.Context, f Figure) error
	Figure(ctx context.Context, id string) (Figure, error)
	FigureByKey(ctx context.Context, key string) (Figure, error)
	Figures(ctx context.Context) ([]Figure, error)
	// AddReckoning answers a Conflict when the number is taken.
	AddReckoning(ctx context.Context, r Reckoning) error
	Reckonings(ctx context.Context, figure string) ([]Reckoning, error) // oldest first
	// ReckoningsShort is Reckonings without the uses of those that have more than Long; FillUses adds them.
	ReckoningsShort(ctx context.Context, figure string) ([]Reckoning, error)
	FillUses(ctx context.Context, r *Reckoning) error
	UsesPage(ctx context.Context, reckoning string, page int) ([]Use, error)
	// ClaimChanges gives how many claims there are and a number that is another after each change of them.
	ClaimChanges(ctx context.Context, incident string, status record.Status) (claims, changes int64, err error)
	Paged
	AddReckoningReview(ctx context.Context, reckoning, by string, at int64) error
	AddExclusion(ctx context.Context, x Exclusion) error
	Exclusions(ctx context.Context, figure string) ([]Exclusion, error) // oldest first
	// AddEstimate answers a Conflict when the figure rests on the run already.
	AddEstimate(ctx context.Context, e Estimated) error
	Estimates(ctx context.Context, figure string) ([]Estimated, error) // oldest first
}

// Tally carries the verbs of the room.
type Tally struct {
	within, reading Within
	clock           clock.Clock
	looked          looked
}

// NewTally returns the room's verbs over a store. Reading is used for what changes nothing.
func NewTally(within, reading Within, c clock.Clock) *Tally {
	return &Tally{within: within, reading: reading, clock: c}
}
