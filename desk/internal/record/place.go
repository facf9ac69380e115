package record

import (
	"context"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Place is where something of the record is found, without its content.
type Place struct {
	Incident Incident
	Act      Act // of a deed
}

// Where tells to which incident an id belongs that names an incident or a deed. It opens no safe.
func (a *Archive) Where(ctx context.Context, by staff.Actor, id string) (p Place, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		incident := id
		switch {
		case ids.Valid("deed", id):
			d, err := tx.Deed(ctx, id)
			if err != nil {
				return err
			}
			p.Act, incident = d.Act, d.Incident
		case !ids.Valid("incident", id):
			return fault.Missing()
		}
		p.Incident, err = tx.Incident(ctx, incident)
		return err
	})
	return p, err
}
