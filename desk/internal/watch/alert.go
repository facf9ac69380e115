package watch

import (
	"time"

	"waylight/desk/internal/staff"
)

// Alert calls a duty role to act. It is plain: it must be raised while every safe is closed.
type Alert struct {
	ID      string
	Case    string
	CheckIn string
	Due     time.Time // of the round it belongs to
	Step    int
	Rung    string
	Role    staff.Role
	Since   time.Time // when it was due
	Raised  time.Time // when the sweep came by
	Duress  bool
	Member  string // who acknowledged it
	Acked   time.Time
	Done    string // what was done: one of AllDone
	Ended   time.Time
	Reason  string // why it ended without that: answered, found, stopped, superseded
}

// Open reports whether somebody must still act.
func (a Alert) Open() bool { return a.Acked.IsZero() && a.Ended.IsZero() }

// AllDone lists what a duty person can have done.
func AllDone() []string {
	return []string{"reached", "no-answer", "handed-on", "filed", "published", "decided-not"}
}
