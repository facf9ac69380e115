package watch

import (
	"time"

	"waylight/internal/clock"
)

// Counts reports whether a sign of life that came on a day is the answer to the
// round that waits: not to one that lies ahead, which somebody who presses twice
// would lose, and not one that was long on its way.
func Counts(w Clock, came clock.Day, now time.Time) bool {
	if w.State == Duress {
		return false
	}
	lead := w.Every / 2
	if w.Every == 0 {
		lead = max(w.Grace, time.Hour)
	}
	from := w.Due.Add(-lead)
	return !now.Before(from) && came >= clock.DayOf(from)
}

// Call starts the ladder because the person asks for help. One that runs goes on.
func Call(w Clock, now time.Time) Clock {
	if w.State.Alarmed() {
		return w
	}
	w.State, w.Alarm, w.Step, w.Next = Missed, now, 0, now
	return w
}

// HeardInTime reports whether a sign that all is well, heard at a time and told
// later, answers the round that waits: no alarm runs, and it was heard when the
// round had begun. What cannot be (a time that is still to come) counts for nothing.
func HeardInTime(w Clock, at, now time.Time) bool {
	if w.State != Waiting && w.State != Late || at.After(now) {
		return false
	}
	lead := w.Every / 2
	if w.Every == 0 {
		lead = max(w.Grace, time.Hour)
	}
	return !at.Before(w.Due.Add(-lead))
}
