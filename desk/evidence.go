package desk

import "context"

// tendEvidence looks after the sealed files while every safe may be closed.
func (r *rooms) tendEvidence(ctx context.Context) error {
	wrong, err := r.locker.Tend(ctx)
	if wrong > 0 {
		r.cfg.Log.Error("a sealed file in the vault is altered or missing; the record's pages say which")
	}
	return err
}
