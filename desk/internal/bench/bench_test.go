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
