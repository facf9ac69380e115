package publish

import (
	"testing"

	"waylight/desk/internal/campaign"
)

// TestPlacesOnTheBoard: what a target offered by the day stands in its line with its
// proofs, also when it was never asked; what came later does not.
func TestPlacesOnTheBoard(t *testing.T) {
	t.Parallel()
	f := campaign.File{Demands: []campaign.Demand{{ID: "d"}}, Targets: []campaign.Target{{ID: "a", Kind: campaign.Government, Name: campaign.Text{EN: "Arcadia"}}, {ID: "b", Kind: campaign.Government, Name: campaign.Text{EN: "Utopia"}}},
		Places: []campaign.Places{{Target: "a", N: 4, Since: "2017-04-02", Evidence: "x"}, {Target: "a", N: 3, Since: "2017-04-05", Evidence: "y"}, {Target: "a", N: 9, Since: "2017-05-01", Evidence: "z"}}}
	b := FreezeBoard(f, "2017-04-09")
	if len(b.Rows) != 1 || b.Rows[0].Places != 7 || len(b.Rows[0].Proofs) != 2 {
		t.Errorf("%+v", b.Rows)
	}
	if b := FreezeBoard(f, "2017-04-01"); len(b.Rows) != 0 {
		t.Errorf("before anything was offered: %+v", b.Rows)
	}
}
