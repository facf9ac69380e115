package cases

import (
	"crypto/rand"
	"fmt"
	"time"

	"waylight/internal/clock"
)

// File is the plain row of a case: nothing in it tells who the person is.
type File struct {
	ID        string // "case_…", also the id of its safe
	Pseudonym string // from NewPseudonym
	State     State  // derived; may lag behind a step that an escort took
	Priority  Priority
	DecideBy  time.Time // zero once decided
	CheckIn   time.Time // when the next check-in is due; zero: none
	Thread    string    // the conversation it came from; empty: opened by hand
	Opened    clock.Day
	EraseBy   clock.Day // empty until closure
	Card
}

// Card is what the board shows of a case: derived, and nothing of who or where.
type Card struct {
	Level   Level
	People  int
	Review  clock.Day // until when the risk assessment holds; empty: there is none
	Todo    string    // what it waits for first, as Todo.What; "approve-plan" and "approve-cost" for "approve"
	Missing int       // of that Todo
	Todos   int
	Due     time.Time // of that Todo; zero: no clock runs
	Danger  bool
	Rank    time.Time // when it next needs somebody
}

// CardOf derives the board's row of a case. What only time changes (a sign of life
// that is late, an assessment that runs out) is seen by the plain clocks instead.
func CardOf(c *Case, now time.Time) Card {
	k := Card{People: len(c.Parties)}
	if c.Risk.Exists() {
		k.Level, k.Review = c.Danger(), c.Risk.Content().Until
	}
	next := Next(c, now)
	if k.Todos = len(next); k.Todos > 0 {
		k.Todo, k.Missing, k.Due, k.Danger = next[0].What, next[0].Missing, next[0].Due, next[0].Danger
		if k.Todo == "approve" && next[0].Item == "plan" {
			k.Todo = "approve-plan"
		}
	}
	far := clock.FromMicros(1 << 60)
	k.Rank = far
	for _, t := range []time.Time{c.DecideBy, c.CheckIn, k.Due} {
		if !t.IsZero() && t.Before(k.Rank) {
			k.Rank = t
		}
	}
	if k.Danger {
		k.Rank = clock.FromMicros(1)
	} else if k.Rank == far && k.Todos > 0 {
		k.Rank = clock.FromMicros(1 << 59) // waits, and nobody said until when
	}
	return k
}

// letters are those that Latin and Cyrillic do not both have in the same shape,
// and that are not mistaken for digits.
const letters = "DFGJLNQRSUVWZ"

// NewPseudonym gives a code such as "RJ-4071": sayable in every language, and
// with nothing in it of the person.
func NewPseudonym() string {
	var b [4]byte
	rand.Read(b[:])
	n := (int(b[2])<<8 | int(b[3])) % 10_000
	return fmt.Sprintf("%c%c-%04d", letters[int(b[0])%len(letters)], letters[int(b[1])%len(letters)], n)
}

// State is where a case stands. It follows from what is known.
type State string

// The states, in the order of the road.
const (
	Received  State = "received"
	Triaged   State = "triaged"
	Verifying State = "verifying"
	Assessed  State = "assessed"
	Approved  State = "approved" // the plan is
	Moving    State = "moving"
	Sheltered State = "sheltered"
	Onward    State = "onward" // sheltered, with a further leg planned
	Relocated State = "relocated"
	Followed  State = "followed"
	Closed    State = "closed"
)

// The side states, set by a person with a reason and left the same way.
const (
	Declined  State = "declined"
	Referred  State = "referred"
	Suspended State = "suspended"
	Lost      State = "lost"  // contact is
	Taken     State = "taken" // by those the person fled from
	Withdrawn State = "withdrawn"
	Deceased  State = "deceased"
)

// AllStates lists the states in the order of the road, the side states last.
func AllStates() []State { return append(roadStates(), SideStates()...) }

func roadStates() []State {
	return []State{Received, Triaged, Verifying, Assessed, Approved, Moving, Sheltered, Onward, Relocated, Followed, Closed}
}

// SideStates lists the states that a person sets.
func SideStates() []State {
	return []State{Declined, Referred, Suspended, Lost, Taken, Withdrawn, Deceased}
}

// Alarming reports whether the person is in danger as far as we know.
func (s State) Alarming() bool { return s == Lost || s == Taken }

// Over reports whether nothing more is expected to happen.
func (s State) Over() bool {
	return s == Closed || s == Declined || s == Referred || s == Withdrawn || s == Deceased
}

// Derive gives the state of a case from what is known of it.
func Derive(c *Case) State {
	turn := c.turned()
	if turn != "" {
		return turn
	}
	if c.Closure.Exists() && !c.reopened() {
		return Closed
	}
	moving, arrived, pending, final := false, false, false, false
	for _, l := range c.Legs {
		switch l.State {
		case LegUnderWay:
			moving = true
		case LegArrived:
			arrived = true
			final = final || l.Final
		case LegPlanned, LegReady:
			pending = true
		}
	}
	switch {
	case moving:
		return Moving
	case final && !pending && len(c.FollowUps) > 0:
		return Followed
	case final && !pending:
		return Relocated
	case arrived && pending:
		return Onward
	case arrived:
		return Sheltered
	case c.Plan.Exists() && c.PlanGo.Given():
		return Approved
	case c.Risk.Exists():
		return Assessed
	case len(c.Checks) > 0:
		return Verifying
	case c.Triage.Exists():
		return Triaged
	}
	return Received
}

// turned gives the side state that holds, or "".
func (c *Case) turned() State {
	if len(c.Turns) == 0 {
		return ""
	}
	if s := c.Turns[len(c.Turns)-1].Content.To; s != Closed {
		return s
	}
	return ""
}

// reopened reports whether the case was reopened after its last closure.
func (c *Case) reopened() bool {
	for i := len(c.Turns) - 1; i >= 0; i-- {
		t := c.Turns[i]
		if t.Content.Reopen && t.Seq > c.Closure.Current.Seq {
			return true
		}
	}
	return false
}
