package desk

import (
	"sync"
	"time"

	"waylight/desk/internal/courier"
	"waylight/desk/internal/web/deskweb"
	"waylight/internal/clock"
)

// unansweredCalls is after how many calls in a row without success people are told.
const unansweredCalls = 3

// fetching remembers how the calls at the Front go, while the Desk is unlocked.
type fetching struct {
	mu     sync.Mutex
	failed int
	since  time.Time // of the first in a row that failed
	last   courier.Trip
}

func (f *fetching) note(t courier.Trip, err error, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.failed, f.since, f.last = 0, time.Time{}, t
		return
	}
	// A full Front can hand out what it holds and be unable to forget it.
	f.last.Refuses = t.Refuses
	if f.failed++; f.failed == 1 {
		f.since = now
	}
}

// now is what the pages show.
func (f *fetching) now() deskweb.Fetch {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := deskweb.Fetch{Left: f.last.Left, Oldest: f.last.Oldest, Refuses: f.last.Refuses}
	if f.failed >= unansweredCalls {
		out.Failing = f.since
	}
	if at, err := time.Parse(time.DateOnly, string(f.last.Oldest)); err == nil && f.last.Kept > 0 {
		out.Until = clock.DayOf(at.AddDate(0, 0, f.last.Kept))
	}
	return out
}
