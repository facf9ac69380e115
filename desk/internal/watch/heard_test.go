package watch

import (
	"testing"
	"time"

	"waylight/internal/clock"
)

// A tap that all is well answers the round that waits and no other: pressed too
// early, twice, or long on its way, it stops no watch.
func TestCounts(t *testing.T) {
	t.Parallel()
	due := time.Date(2017, 4, 10, 9, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, c := range []struct {
		name  string
		w     Clock
		came  clock.Day
		now   time.Time
		count bool
	}{
		{"on time", Clock{Due: due, Every: day, State: Waiting}, "2017-04-10", due.Add(-time.Hour), true},
		{"late", Clock{Due: due, Every: day, State: Late}, "2017-04-10", due.Add(time.Hour), true},
		{"missed", Clock{Due: due, Every: day, State: Missed}, "2017-04-10", due.Add(5 * time.Hour), true},
		{"pressed a second time", Clock{Due: due.Add(day), Every: day, State: Waiting}, "2017-04-10", due, false},
		{"once, a day too early", Clock{Due: due, State: Waiting}, "2017-04-09", due.Add(-day), false},
		{"once, within the hour", Clock{Due: due, State: Waiting}, "2017-04-10", due.Add(-30 * time.Minute), true},
		{"days on its way", Clock{Due: due, Every: day, State: Missed}, "2017-04-07", due.Add(2 * time.Hour), false},
		{"under duress", Clock{Due: due, Every: day, State: Duress}, "2017-04-10", due, false},
	} {
		if got := Counts(c.w, c.came, c.now); got != c.count {
			t.Errorf("%s: counts %v, want %v", c.name, got, c.count)
		}
	}
}

// A call for help begins the ladder at its first rung, once.
func TestCall(t *testing.T) {
	t.Parallel()
	now := time.Date(2017, 4, 10, 9, 0, 0, 0, time.UTC)
	w, raised := Advance(Call(Clock{Due: now.Add(time.Hour), Pace: Fast, State: Waiting}, now), now)
	if len(raised) != 1 || raised[0].Rung != "call" || w.State != Missed {
		t.Errorf("raised %+v, state %s", raised, w.State)
	}
	if again := Call(w, now.Add(time.Minute)); again != w {
		t.Error("a second call begins the ladder anew")
	}
}
