package bench

import (
	"io"
	"testing"
)

// The bench measures what is there: each question finds what was planted. How long
// it takes is for a quiet machine to say, not for a test.
func TestProtection(t *testing.T) {
	t.Parallel()
	const n = 400
	r, err := Protection(t.Context(), t.TempDir(), n, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"board, a caseworker": n / workers, "board, who is assigned to all": 100, "a case's page": 1, "list by code, who is assigned to all": 100, "proposer: 12 people, 200 places, 3 stops": 5, "sweep, nothing due": 0, "sweep, one minute's signs of life": 2,
		"who is touched by a number": 3, "who is touched by a place with 40 people": 4*perPlace + 1}
	seen := 0
	for _, x := range r.Results {
		if w, ok := want[x.What]; ok {
			seen++
			if x.N != w {
				t.Errorf("%s: %d, want %d", x.What, x.N, w)
			}
		}
		if x.Median <= 0 || x.Max < x.Median {
			t.Errorf("%+v", x)
		}
	}
	if seen != len(want) || r.Cases != n || r.Memory == 0 || r.Disk == 0 {
		t.Errorf("%+v", r)
	}
}

// TestRecord: each question to a synthetic record finds what was planted.
func TestRecord(t *testing.T) {
	t.Parallel()
	const n = 4000
	r, err := Record(t.Context(), t.TempDir(), n, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"search, a word that every text has": 50, "search, the first after signing in": 33, "all there is, with the numbers beside it": 50, "all of one kind: sources": 20,
		"the record's first page": n / 10, "home page: what waits in the record": n / 10, "items, the first page": 100, "statements, the first page": 8, "an item's page": perItem,
		"a figure with 400 claims": 400, "all figures, one of them with 400 claims": 1,
		"the timeline as a whole": 60, "the timeline, acts only": 60, "the timeline, two places that never meet": 0, "the timeline, of one place": 60,
		"the map as a whole": 400, "the map, incidents only": 400, "the map, acts only": 400, "the map, blurred to 25 km for the public": 400}
	seen := 0
	for _, x := range r.Results {
		if w, ok := want[x.What]; ok {
			seen++
			if x.N != w {
				t.Errorf("%s: %d, want %d", x.What, x.N, w)
			}
		}
		if x.Median <= 0 || x.P99 < x.Median || x.Max < x.P99 {
			t.Errorf("%+v", x)
		}
	}
	if seen != len(want) || r.Claims != n || r.Incidents != n/perIncident || r.Yardstick <= 0 || r.Memory == 0 || r.Disk == 0 {
		t.Errorf("%d of %d are there: %+v", seen, len(want), r)
	}
}
