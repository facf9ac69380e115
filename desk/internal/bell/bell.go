// Package bell decides when the Desk's outer bell rings: a program of the
// organisation's own that makes a noise, sends a text message or lights a lamp.
// It is for the hours in which nobody looks at the Desk's pages, and above all for
// those in which the Desk is locked: then it can fetch nothing, raise nothing and
// write to nobody, and somebody must come and unlock it.
//
// A ring says nothing but that somebody should look. What a locked Desk knows of
// the future is one time, kept outside the database (Due): when somebody would be
// called next. The room decides; running the program is the wiring's work. It
// refuses files, processes and every clock but the time it is given, and imports
// nothing of the house.
package bell

import (
	"errors"
	"strings"
	"time"
)

// Policy is what an organisation decided.
type Policy struct {
	// Locked is how long the Desk may stay locked in silence. A call that comes due
	// before does not wait for it.
	Locked time.Duration
	// Every is the shortest time between two rings. At least MinEvery.
	Every time.Duration
}

// MinEvery is the shortest time between two rings.
const MinEvery = time.Minute

// State is what is known at a moment.
type State struct {
	LockedSince time.Time // zero while the Desk is unlocked
	Due         time.Time // while it is locked: when somebody would be called next; zero: nothing is known
	Called      bool      // while it is unlocked: somebody is called now and nobody has taken it
	Last        time.Time // when it rang last; zero: never
}

// Rings decides whether the bell rings now. A clock that was set back does not silence it.
func (p Policy) Rings(s State, now time.Time) bool {
	wanted := s.Called
	if !s.LockedSince.IsZero() {
		long := now.Before(s.LockedSince) || now.Sub(s.LockedSince) >= p.Locked
		wanted = long || !s.Due.IsZero() && !now.Before(s.Due)
	}
	if !wanted {
		return false
	}
	return s.Last.IsZero() || now.Before(s.Last) || now.Sub(s.Last) >= max(p.Every, MinEvery)
}

// Due is what lies outside the database while the Desk is locked.
type Due struct {
	Noted time.Time // when it was written: the time had come by then
	Next  time.Time // when somebody would be called next; zero: nothing is known
}

// step is how coarse the time is that lies outside: whoever takes the machine
// learns no minute. It is rounded down, so that the bell is never late.
const step = 5 * time.Minute

const none = "none"

// Bytes is the form of d in a file: two lines, in UTC.
func (d Due) Bytes() []byte {
	next := none
	if !d.Next.IsZero() {
		next = d.Next.UTC().Truncate(step).Format(time.RFC3339)
	}
	return []byte("noted " + d.Noted.UTC().Truncate(time.Second).Format(time.RFC3339) + "\nnext " + next + "\n")
}

// errDue says that a file is not one of ours.
var errDue = errors.New(`not a file of the bell: there must be two lines, "noted TIME" and "next TIME"`)

// ParseDue reads what Bytes wrote.
func ParseDue(b []byte) (Due, error) {
	var d Due
	noted, next, ok := strings.Cut(strings.TrimSuffix(string(b), "\n"), "\n")
	noted, isNoted := strings.CutPrefix(noted, "noted ")
	next, isNext := strings.CutPrefix(next, "next ")
	if !ok || !isNoted || !isNext {
		return d, errDue
	}
	var err error
	if d.Noted, err = time.Parse(time.RFC3339, noted); err != nil {
		return Due{}, errDue
	}
	if next == none {
		return d, nil
	}
	if d.Next, err = time.Parse(time.RFC3339, next); err != nil {
		return Due{}, errDue
	}
	return d, nil
}
