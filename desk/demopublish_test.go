package desk

import (
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/publish"
)

// The demo's Desk has two versions of the founding report on their way out, and
// every demand rests on frozen figures.
func TestDemoPublishes(t *testing.T) {
	t.Parallel()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	all, err := r.gateway.Editions(t.Context(), team["goran"])
	if err != nil {
		t.Fatal(err)
	}
	var states []publish.State
	for _, e := range all {
		states = append(states, e.State)
		if e.Report.By != r.id.Names["en"] {
			t.Errorf("%s publishes: nobody else's name may stand over what this organisation signs", e.Report.By)
		}
	}
	if !slices.Equal(states, []publish.State{publish.Published, publish.Superseded}) {
		t.Errorf("editions %v", states)
	}
	campaigns, err := r.board.Campaigns(t.Context(), team["freya"])
	if err != nil || len(campaigns) != 1 {
		t.Fatal(len(campaigns), err)
	}
	f, err := r.board.Open(t.Context(), team["freya"], campaigns[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, dem := range f.Demands {
		if len(dem.Basis) != 2 {
			t.Errorf("%s rests on %v", dem.Key, dem.Basis)
		}
	}
	// One of each of the rarer lists, invented.
	if said, _, err := r.heard.List(t.Context(), team["freya"]); err != nil || len(said) != 2 {
		t.Errorf("%d reactions, %v", len(said), err)
	}
	named, _, _, err := r.docket.Remember(t.Context(), team["freya"], campaigns[0].ID)
	if err != nil || len(named) != 1 || !strings.Contains(named[0].Words, "invented") {
		t.Errorf("the memorial: %+v, %v", named, err)
	}
	if len(f.Tasks) != 1 {
		t.Errorf("%d tasks", len(f.Tasks))
	}
	if moved, err := r.board.Moved(t.Context(), f); err != nil || len(moved) != 0 {
		t.Errorf("changed since: %v, %v", moved, err)
	}
}
