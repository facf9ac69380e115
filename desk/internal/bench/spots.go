package bench

import (
	"context"
	"fmt"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/store"
)

// The invented country on the map: acts lie south of all incidents, so that a map of
// incidents has every act before it.
const (
	south, north = 42.0, 46.0
	inGazetteer  = 3000
)

// gazetteer writes invented places with so many people in each.
func (b *archive) gazetteer(ctx context.Context, tx *store.Tx) error {
	var all []gazetteer.Place
	for i := range inGazetteer {
		all = append(all, gazetteer.Place{Key: fmt.Sprint("invented:", i), Name: fmt.Sprint(towns[i%len(towns)], " ", i), Kind: "P.PPL", Lat: south + float64(i%797)/100, Lon: 45 + float64(i%499)/100, Population: int64(1 + i*37%90_000), Reach: gazetteer.Finest})
	}
	_, _, err := tx.PutPlaces(ctx, all)
	return err
}

// spot puts the i-th thing on the map, near its town.
func (b *archive) spot(ctx context.Context, tx *store.Tx, subject string, i, town int, from float64) error {
	s := gazetteer.Spot{Subject: subject, Version: 1, Name: towns[town%len(towns)], Lat: from + float64(i*7919%3000)/1000, Lon: 45 + float64(i*104729%4000)/1000, Within: gazetteer.Finest * (1 + i%50), By: b.dora.ID, At: b.clock.Now()}
	return tx.PutSpot(ctx, s)
}

// chart asks for the map, as it is or blurred to cells of so many kilometres, and gives
// how many things lie on it.
func (b *archive) chart(ctx context.Context, kind string, km int) func(int) (int, error) {
	return func(int) (int, error) {
		m, err := b.atlas.Map(ctx, b.dora, gazetteer.Box{}, kind)
		if km == 0 {
			return len(m.Dots), err
		}
		n := 0
		for _, c := range gazetteer.Blur(m.Dots, km*1000) {
			n += c.N
		}
		return n, err
	}
}
