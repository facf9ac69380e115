package gazetteer

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// WholeSpots are the rows of a whole export that say where things of the record are.
const WholeSpots record.Entity = "places"

// Placed keeps where things of the record are.
type Placed interface {
	Spots(ctx context.Context, b Box, kind string, limit int) ([]Spot, error)
	Spot(ctx context.Context, subject string) (Spot, error)
	PutSpot(ctx context.Context, s Spot) error
	ledger.Appender
}

type wholeSpot struct {
	Subject, Place, Name string
	Lat, Lon             float64
	Within               int
	By                   string
	At                   time.Time
}

// everySpot is more than there can be.
const everySpot = 1 << 30

// WholeIn adds every spot to a whole export.
func WholeIn(ctx context.Context, tx Placed, w record.Whole) error {
	all, err := tx.Spots(ctx, Box{}, "", everySpot)
	if err != nil {
		return err
	}
	for _, s := range all {
		if err := w.Add(WholeSpots, wholeSpot{s.Subject, s.Place, s.Name, s.Lat, s.Lon, s.Within, s.By, s.At}); err != nil {
			return err
		}
	}
	return nil
}

// TakeIn takes one row in that WholeIn gave, when what lies there is here.
func TakeIn(ctx context.Context, tx Placed, by staff.Actor, there func(subject string) error, raw json.RawMessage) error {
	var x wholeSpot
	if json.Unmarshal(raw, &x) != nil || !strings.Contains(x.Subject, "_") {
		return record.ErrShape
	}
	s := Spot{Subject: x.Subject, Version: 1, Place: x.Place, Name: x.Name, Lat: coarse(x.Lat), Lon: coarse(x.Lon), Within: x.Within, By: x.By, At: x.At} // no finer than what is written down here
	if err := s.check(); err != nil {
		return err
	}
	if err := there(s.Subject); err != nil {
		return record.ErrShape
	}
	if _, err := tx.Spot(ctx, s.Subject); err == nil {
		return record.ErrOther
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err := tx.PutSpot(ctx, s); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "place.put", Subject: s.Subject, Detail: struct{ Within int }{s.Within}})
}
