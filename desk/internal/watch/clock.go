package watch

import (
	"time"

	"waylight/internal/fault"
)

// State is where a check-in stands.
type State string

// The states of a check-in.
const (
	Waiting State = "waiting"
	OK      State = "ok" // answered, and no further one is due
	Late    State = "late"
	Missed  State = "missed"
	Duress  State = "duress"
	Stopped State = "stopped"
)

// Late reports whether a sign of life has not come in time.
func (s State) Late() bool { return s == Late || s.Alarmed() }

// Alarmed reports whether the ladder is being climbed.
func (s State) Alarmed() bool { return s == Missed || s == Duress }

// Clock is the plain clock of a check-in: times and a state, so that it runs
// while every safe is closed.
type Clock struct {
	ID    string // "checkin_…", also the item's id
	Case  string
	Due   time.Time
	Grace time.Duration
	Every time.Duration // 0: once
	Pace  Pace
	State State
	Alarm time.Time // when the ladder began; zero: it did not
	Step  int       // the next rung
	Next  time.Time // when something happens by itself; zero: nothing will
	// Mailbox says that a tap in the mailbox of the case's conversation answers it.
	Mailbox bool
}

// Round is when signs of life are expected.
type Round struct {
	Due   time.Time
	Grace time.Duration // how long we wait before the ladder begins
	Every time.Duration // 0: once
	Pace  Pace
}

// New gives a check-in that waits.
func New(id, file string, r Round) (Clock, error) {
	var c fault.Check
	c.Field(!r.Due.IsZero(), "due", "Say when the first sign of life is expected.")
	c.Field(r.Grace >= 0 && r.Grace <= 48*time.Hour, "grace", "The waiting time may be from 0 minutes to 48 hours.")
	c.Field(r.Every == 0 || r.Every >= 5*time.Minute, "every", "Leave at least 5 minutes between two check-ins, or choose once.")
	c.Field(r.Pace == Steady || r.Pace == Fast, "pace", "Choose how fast we act.")
	return Clock{ID: id, Case: file, Due: r.Due, Grace: r.Grace, Every: r.Every, Pace: r.Pace, State: Waiting, Next: r.Due}, c.Err()
}

// Advance moves a check-in to now and gives the alerts that became due on the
// way, each with the time at which it was due. A clock that was set back changes
// nothing; after a long sleep every rung that was passed is raised.
func Advance(w Clock, now time.Time) (Clock, []Alert) {
	var raised []Alert
	for !w.Next.IsZero() && !w.Next.After(now) {
		switch w.State {
		case Waiting:
			w.State, w.Next = Late, w.Due.Add(w.Grace)
			continue
		case Late:
			w.State, w.Alarm, w.Step = Missed, w.Due.Add(w.Grace), 0
		}
		ladder := Ladder(w.Pace)
		raised = append(raised, Alert{
			Case: w.Case, CheckIn: w.ID, Due: w.Due, Step: w.Step, Rung: ladder[w.Step].Name, Role: ladder[w.Step].Role,
			Since: w.Alarm.Add(ladder[w.Step].After), Raised: now, Duress: w.State == Duress,
		})
		w.Step++
		w.Next = time.Time{}
		if w.Step < len(ladder) {
			w.Next = w.Alarm.Add(ladder[w.Step].After)
		}
	}
	return w, raised
}

// Answer takes a sign of life. A duress sign starts the ladder at its second rung
// at once: to call again would tell whoever listens. Steps that a missed round had
// reached are raised anew, because now something else must be done.
func Answer(w Clock, duress bool, now time.Time) (Clock, error) {
	switch {
	case w.State == OK || w.State == Stopped:
		return w, fault.New(fault.Conflict, "This check-in has ended. Plan a new one.")
	case w.State == Duress:
		return w, fault.New(fault.Conflict, "A duress sign came before. Only a person who has found them safe can end this alarm.")
	case duress:
		alarm := now.Add(-Ladder(w.Pace)[1].After)
		if w.State != Missed || alarm.Before(w.Alarm) {
			w.Alarm = alarm
		} // a ladder that is further up already stays there
		w.State, w.Step, w.Next = Duress, 1, now
		return w, nil
	}
	return again(w, now), nil
}

// Found ends the ladder: the person is known to be well.
func Found(w Clock, now time.Time) (Clock, error) {
	if !w.State.Alarmed() && w.State != Late {
		return w, fault.New(fault.Conflict, "No alarm is running here.")
	}
	return again(w, now), nil
}

// again waits for the next round, or ends. The due time always grows, so that
// two rounds are never taken for one.
func again(w Clock, now time.Time) Clock {
	w.Alarm, w.Step = time.Time{}, 0
	if w.Every == 0 {
		w.State, w.Next = OK, time.Time{}
		return w
	}
	w.Due = w.Due.Add(w.Every)
	if behind := now.Sub(w.Due); behind >= 0 {
		w.Due = w.Due.Add((behind/w.Every + 1) * w.Every)
	}
	w.State, w.Next = Waiting, w.Due
	return w
}
