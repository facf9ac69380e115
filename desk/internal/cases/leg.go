package cases

import (
	"time"

	"waylight/internal/fault"
)

// Mode is how a leg is travelled.
type Mode string

// AllModes lists the modes.
func AllModes() []Mode {
	return []Mode{"foot", "car", "taxi", "bus", "train", "plane", "boat", "other"}
}

// LegState is where a leg stands.
type LegState string

// The states of a leg. Planned and ready follow from the voices; the rest from steps.
const (
	LegPlanned  LegState = "planned"
	LegReady    LegState = "ready" // two different people said go
	LegUnderWay LegState = "underway"
	LegArrived  LegState = "arrived"
	LegAborted  LegState = "aborted"
	LegLost     LegState = "lost" // contact was lost on the way
)

// Stage is how far a leg is: the plain column, so that an escort can be told of a
// leg, and a second departure refused, while the case is closed to them.
type Stage string

// The stages.
const (
	StageAhead Stage = "ahead"
	StageOut   Stage = "out"
	StageOver  Stage = "over"
)

// Stage is the stage of a state.
func (s LegState) Stage() Stage {
	switch s {
	case LegUnderWay, LegLost:
		return StageOut
	case LegArrived, LegAborted:
		return StageOver
	}
	return StageAhead
}

// Spot is where a leg begins or ends.
type Spot struct {
	Place string // a place's id; empty: a meeting point in words
	Words string // what the escort must know to find it
	Point *Point `json:",omitempty"` // roughly where, of a meeting point; nil: not on the map
}

// Leg is one stretch of a movement.
type Leg struct {
	Number      int
	Parties     []string // item ids
	People      int      // how many travel
	Names       string   // what the escort may know of them: codes, a sign
	From, To    Spot
	Mode        Mode
	Earliest    time.Time
	Latest      time.Time
	Escort      string // member id; empty: none
	Papers      string
	Contingency string
	Final       bool // the journey ends here: the person stays
	Abroad      bool // it leaves the country that they flee in
}

func (l Leg) check(parties []Sheet[Party]) error {
	var c fault.Check
	c.Field(len(l.Parties) > 0, "parties", "Choose who travels.")
	for _, p := range l.Parties {
		_, known := find(parties, p)
		c.Field(known, "parties", "Choose who travels.")
	}
	c.Field(l.From.Place != "" || l.From.Words != "", "from", "Say where it begins.")
	c.Field(l.To.Place != "" || l.To.Words != "", "to", "Say where it ends.")
	l.From.Point.check(&c, "from-point")
	l.To.Point.check(&c, "to-point")
	c.Field(among(l.Mode, AllModes()), "mode", "Choose how they travel.")
	c.Field(!l.Earliest.IsZero(), "earliest", "Say when it begins at the earliest.")
	c.Field(!l.Latest.Before(l.Earliest) && !l.Latest.IsZero(), "latest", "Say when it begins at the latest: not before the earliest.")
	return c.Err()
}

// Step is something that happened to a leg.
type Step struct {
	To     LegState
	Reason string
	Away   time.Time `json:",omitzero"` // when it happened, when it was noted without a line
}

// StandOf gives the state of a leg: its last step, or what the voices say.
// Editing a leg after two people said go makes it planned again.
func StandOf(steps []Edition[Step], go2 Approval) LegState {
	if len(steps) > 0 {
		return steps[len(steps)-1].Content.To
	}
	if go2.Given() {
		return LegReady
	}
	return LegPlanned
}

// next lists which steps may follow a state.
func next(s LegState) []LegState {
	switch s {
	case LegPlanned:
		return []LegState{LegAborted}
	case LegReady:
		return []LegState{LegUnderWay, LegAborted}
	case LegUnderWay:
		return []LegState{LegArrived, LegAborted, LegLost}
	case LegLost:
		return []LegState{LegUnderWay, LegArrived, LegAborted} // found again
	}
	return nil
}

// Next lists the steps that the rules allow from a state.
func (s LegState) Next() []LegState { return next(s) }

// MayStep says why a step is refused, or nil. Elsewhere tells that one of the
// travellers is under way on another leg.
func MayStep(l Leg, from LegState, go2 Approval, step Step, elsewhere bool, now time.Time) error {
	if step.To == LegUnderWay {
		switch {
		case len(go2.No) > 0:
			return fault.New(fault.Conflict, "Somebody said no to this leg. Talk to them, change the leg and ask again.")
		case !go2.Given():
			return fault.New(fault.Conflict, "This leg needs the go of two different people. %d is missing.", go2.Missing)
		case elsewhere:
			return fault.New(fault.Conflict, "One of the travellers is under way on another leg. End that leg first.")
		}
	}
	if !among(step.To, next(from)) {
		return fault.New(fault.Conflict, "This leg has moved on meanwhile. Look at it again.")
	}
	var c fault.Check
	off := step.To == LegUnderWay && from == LegReady && (now.Before(l.Earliest) || now.After(l.Latest))
	c.Field(!off || step.Reason != "", "reason", "It is outside the window that was agreed. Say why they leave now.")
	c.Field(step.To != LegAborted && step.To != LegLost || step.Reason != "", "reason", "Say what happened.")
	return c.Err()
}

// Movement is a leg, opened.
type Movement struct {
	Sheet Sheet[Leg]
	Leg
	ID    string
	Go    Approval
	Steps []Edition[Step]
	State LegState
	// Warned says that a paper of a traveller runs out before the leg has ended.
	Warned bool
	Whys   []Edition[Why] // why a go was said all the same
	Known  []string       // member ids: who can open this leg
}

// Elsewhere reports whether one of the parties is under way on another leg than this one.
func Elsewhere(legs []Movement, id string, parties []string) bool {
	for _, l := range legs {
		if l.ID == id || l.State != LegUnderWay && l.State != LegLost {
			continue
		}
		for _, p := range l.Parties {
			if among(p, parties) {
				return true
			}
		}
	}
	return false
}

// Whereabouts says where a party is, as far as the legs tell.
type Whereabouts struct {
	OnTheWay bool
	Lost     bool
	At       Spot   // the last place of arrival; empty: where they started
	Leg      string // the leg that says so
}

// WhereIs follows a party along its legs. A person is in one place or on one leg.
func WhereIs(legs []Movement, party string) Whereabouts {
	var w Whereabouts
	var last int64
	for _, l := range legs {
		if !among(party, l.Parties) || len(l.Steps) == 0 {
			continue
		}
		e := l.Steps[len(l.Steps)-1]
		if e.Seq < last || e.Content.To == LegAborted && !departed(l.Steps) {
			continue
		}
		last = e.Seq
		w.Leg = l.ID
		w.OnTheWay, w.Lost = e.Content.To == LegUnderWay, e.Content.To == LegLost
		switch e.Content.To {
		case LegArrived:
			w.At = l.To
		case LegAborted:
			w.At = l.From
		}
	}
	return w
}

func departed(steps []Edition[Step]) bool {
	for _, s := range steps {
		if s.Content.To == LegUnderWay {
			return true
		}
	}
	return false
}
