package watch

import (
	"time"

	"waylight/desk/internal/staff"
)

// Rung is one step of the escalation ladder.
type Rung struct {
	Name  string
	Role  staff.Role    // who is on duty for it
	After time.Duration // counted from the alarm
}

// Pace is how fast a ladder climbs.
type Pace string

// The paces.
const (
	Steady Pace = "steady"
	Fast   Pace = "fast"
)

// Ladder is the escalation ladder: who is called, and how long after the alarm.
// After the abductions of 2021, when people were taken from a flat within minutes,
// the fast pace reaches a lawyer in twenty minutes.
func Ladder(p Pace) []Rung {
	steady := []Rung{
		{"call", staff.Caseworker, 0},
		{"colleague", staff.Caseworker, 15 * time.Minute},
		{"lawyer", staff.Advocate, time.Hour},
		{"missing", staff.Advocate, 3 * time.Hour}, // missing-person filing
		{"interim", staff.Advocate, 6 * time.Hour}, // interim measures of a court
		{"public", staff.Editor, 24 * time.Hour},
	}
	if p != Fast {
		return steady
	}
	for i, after := range []time.Duration{0, 5 * time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour} {
		steady[i].After = after
	}
	return steady
}
