package cases

import (
	"context"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// withinOwn refuses that somebody who has a safe for a time gives it for longer than they
// have it: two of them could keep it for each other. When nobody who is here has it for
// good, a newcomer may be let in for longer, so that the people in it are not left alone;
// beyond says so, for the ledger.
func withinOwn(ctx context.Context, tx Store, actor staff.Actor, id string, until time.Time, newcomer bool) (beyond bool, err error) {
	timed, err := tx.TimedIn(ctx, id)
	if err != nil {
		return false, err
	}
	own := lentUntil(timed, actor.ID)
	if own.IsZero() || !until.IsZero() && !until.After(own) {
		return false, nil
	}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return false, err
	}
	stays := false
	for _, g := range grants {
		m, err := tx.Member(ctx, g.Member)
		if err != nil {
			return false, err
		}
		stays = stays || m.Active && lentUntil(timed, m.ID).IsZero()
	}
	if !stays && newcomer {
		return true, nil
	}
	return false, fault.Bad("until", "You have this for a time only, and cannot give it for longer. Write your own end or an earlier time, or ask a colleague who has it for good.")
}
