package figures_test

import (
	"context"
	"strconv"
	"testing"

	"waylight/desk/internal/count"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

// BenchmarkSheet opens a figure that stands on 1,000 claims.
func BenchmarkSheet(b *testing.B) {
	g := desktest.New(b)
	ctx := context.Background()
	dora := g.Member(b, "Dora (invented)", staff.Documenter)
	asRecord, asFigures := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) figures.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, asRecord), store.Reading(g.DB, asRecord), g.Clock)
	tally := figures.NewTally(store.Within(g.DB, asFigures), store.Reading(g.DB, asFigures), g.Clock)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	i, err := archive.AddIncident(ctx, dora, record.Incident{Title: "An incident (invented)"})
	must(err)
	s, err := archive.AddSource(ctx, dora, record.Source{Name: "A paper (invented)", Kind: record.Media}, "")
	must(err)
	item, err := archive.AddItem(ctx, dora, record.Item{Source: s.ID, Title: "An article", Material: record.Press})
	must(err)
	must(g.DB.Write(ctx, func(tx *store.Tx) error {
		for n := range 1000 {
			c := record.Claim{ID: "claim_" + strconv.Itoa(n), Item: item.ID, Source: s.ID, Incident: i.ID, Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons,
				Bound: count.Bound{Word: count.AtLeast, Value: int64(n)}, Hand: record.Relayed, Asserted: "2017-04-01", By: dora.ID, At: g.Clock.Now()}
			if err := tx.AddClaim(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}))
	f, err := tally.Add(ctx, dora, figures.Figure{Status: record.Killed, Unit: record.Persons, Scope: figures.Scope{Incident: i.ID}})
	must(err)
	for b.Loop() {
		sheet, err := tally.SheetPart(ctx, dora, f.ID, 0)
		must(err)
		if n := sheet.Last.Used + sheet.Last.Left; n != 1000 || len(sheet.Claims) != figures.UsesPage {
			b.Fatal(n, len(sheet.Claims))
		}
	}
}
