package cases

import (
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// CheckIn is what a check-in is about. It lies in the case's safe.
type CheckIn struct {
	Party   string // item id
	Channel string // phone, mailbox, proxy, other
	Contact string // how to reach the person, or they us
	Sign    string // what they say when all is well
	Duress  string // what they say when somebody forces them
}

func (c CheckIn) check(parties []Sheet[Party]) error {
	var k fault.Check
	_, known := find(parties, c.Party)
	k.Field(known, "party", "Choose the person.")
	k.Field(among(c.Channel, CheckInChannels()), "channel", "Choose how they report.")
	k.Field(c.Sign != "", "sign", "Agree on a sign that all is well.")
	k.Field(c.Duress != "", "duress", "Agree on a sign that they are being forced.")
	k.Field(c.Sign == "" || c.Sign != c.Duress, "duress", "The two signs must differ.")
	return k.Err()
}

// CheckInChannels lists the ways of reporting.
func CheckInChannels() []string { return []string{"phone", "mailbox", "proxy", "other"} }

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

// WatchState is where a check-in stands.
type WatchState string

// The states of a check-in.
const (
	Waiting WatchState = "waiting"
	OK      WatchState = "ok" // answered, and no further one is due
	Late    WatchState = "late"
	Missed  WatchState = "missed"
	Duress  WatchState = "duress"
	Stopped WatchState = "stopped"
)

// Alarmed reports whether the ladder is being climbed.
func (s WatchState) Alarmed() bool { return s == Missed || s == Duress }

// Watched is the plain clock of a check-in: times and a state, so that it runs
// while every safe is closed.
type Watched struct {
	ID    string // "checkin_…", also the item's id
	Case  string
	Due   time.Time
	Grace time.Duration
	Every time.Duration // 0: once
	Pace  Pace
	State WatchState
	Alarm time.Time // when the ladder began; zero: it did not
	Step  int       // the next rung
	Next  time.Time // when something happens by itself; zero: nothing will
}

// NewWatched gives a check-in that waits.
func NewWatched(id, file string, due time.Time, grace, every time.Duration, p Pace) (Watched, error) {
	var c fault.Check
	c.Field(!due.IsZero(), "due", "Say when the first sign of life is expected.")
	c.Field(grace >= 0 && grace <= 48*time.Hour, "grace", "The waiting time may be from 0 minutes to 48 hours.")
	c.Field(every == 0 || every >= 5*time.Minute, "every", "Leave at least 5 minutes between two check-ins, or choose once.")
	c.Field(p == Steady || p == Fast, "pace", "Choose how fast we act.")
	return Watched{ID: id, Case: file, Due: due, Grace: grace, Every: every, Pace: p, State: Waiting, Next: due}, c.Err()
}

// Advance moves a check-in to now and gives the alerts that became due on the
// way, each with the time at which it was due. A clock that was set back changes
// nothing; after a long sleep every rung that was passed is raised.
func Advance(w Watched, now time.Time) (Watched, []Alert) {
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
func Answer(w Watched, duress bool, now time.Time) (Watched, error) {
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
func Found(w Watched, now time.Time) (Watched, error) {
	if !w.State.Alarmed() && w.State != Late {
		return w, fault.New(fault.Conflict, "No alarm is running here.")
	}
	return again(w, now), nil
}

// again waits for the next round, or ends. The due time always grows, so that
// two rounds are never taken for one.
func again(w Watched, now time.Time) Watched {
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
	Done    string // what was done: one of AlertDone
	Ended   time.Time
	Reason  string // why it ended without that: answered, found, stopped, superseded
}

// Open reports whether somebody must still act.
func (a Alert) Open() bool { return a.Acked.IsZero() && a.Ended.IsZero() }

// AlertDone lists what a duty person can have done.
func AlertDone() []string {
	return []string{"reached", "no-answer", "handed-on", "filed", "published", "decided-not"}
}
