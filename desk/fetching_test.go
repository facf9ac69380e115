package desk

import (
	"errors"
	"testing"
	"time"

	"waylight/desk/internal/courier"
	"waylight/desk/internal/web/deskweb"
)

// People are told after three calls that failed, since the first of them, and at
// once of what stays at the Front with its last day there.
func TestFetchingTellsInTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	left := courier.Trip{Left: 2, Oldest: "2017-04-01", Kept: 180}
	stays := deskweb.Fetch{Left: 2, Oldest: "2017-04-01", Until: "2017-09-28"}
	failing := stays
	failing.Failing = at.Add(2 * time.Minute)
	failed := errors.New("no answer")
	var f fetching
	for i, step := range []struct {
		trip courier.Trip
		err  error
		want deskweb.Fetch
	}{
		{courier.Trip{Fresh: 1, Kept: 180}, nil, deskweb.Fetch{}},
		{left, nil, stays},
		{courier.Trip{}, failed, stays}, {courier.Trip{}, failed, stays}, {courier.Trip{}, failed, failing}, {courier.Trip{}, failed, failing},
		{courier.Trip{Kept: 180}, nil, deskweb.Fetch{}},
		{courier.Trip{Kept: 180, Refuses: "files"}, nil, deskweb.Fetch{Refuses: "files"}},
		{courier.Trip{Kept: 180, Refuses: "all"}, failed, deskweb.Fetch{Refuses: "all"}}, // it cannot forget what we have
		{courier.Trip{}, failed, deskweb.Fetch{}},
		{courier.Trip{Kept: 180}, nil, deskweb.Fetch{}},
	} {
		f.note(step.trip, step.err, at.Add(time.Duration(i)*time.Minute))
		if got := f.now(); got != step.want {
			t.Errorf("step %d: %+v, want %+v", i, got, step.want)
		}
	}
}
