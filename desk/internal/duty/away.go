package duty

import (
	"context"
)

// Away gives who is away now, with who stands in ("": nobody).
func (r *Rota) Away(ctx context.Context) (out map[string]string, err error) {
	err = r.Reading(ctx, func(tx Store) (err error) {
		out, err = tx.StandIns(ctx, r.Clock.Now())
		return err
	})
	return out, err
}
