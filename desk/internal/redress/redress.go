// Package redress follows what was demanded to its end: who is free and who is
// not, which proceedings were opened against whom, what survivors and families
// asked for and received, and who of the dead may be remembered by name.
//
// A matter stands plainly with its kind, its stage, since when, and how many people
// it is about; who, where, against whom and in what words lies in the matter's own
// safe. What a stage rests on has evidence and counts when a second person has seen
// it. Nothing is asked for a person who has not agreed to it, and no name is made
// public without the family's consent, which ends the day it is taken back. The
// kinds of reparation are those of the Basic Principles that the United Nations'
// General Assembly adopted in 2005. The package refuses to rank losses and to say
// that anything was made good: it notes what was asked, granted and received. It
// imports record, safe, staff, ledger and the ground.
package redress

import (
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/safe"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Kind is what is followed.
type Kind string

// The kinds.
const (
	Release    Kind = "release"
	Proceeding Kind = "proceeding"
	Reparation Kind = "reparation"
	Memorial   Kind = "memorial"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Release, Proceeding, Reparation, Memorial} }

// Form is a kind of reparation, by the Basic Principles of 2005.
type Form string

// The forms (principles 19 to 23).
const (
	Restitution   Form = "restitution"
	Compensation  Form = "compensation"
	Rehabilitate  Form = "rehabilitation"
	Satisfaction  Form = "satisfaction"
	NonRepetition Form = "non-repetition"
)

// Forms lists the forms in the order of the Principles.
func Forms() []Form {
	return []Form{Restitution, Compensation, Rehabilitate, Satisfaction, NonRepetition}
}

// Stage is where a matter stands.
type Stage string

// Stages lists the stages of a kind in their usual order; a matter may skip some
// and go back.
func Stages(k Kind) []Stage {
	switch k {
	case Release:
		return []Stage{"detained", "unknown", "moved", "released", "died"}
	case Proceeding:
		return []Stage{"reported", "refused", "opened", "suspended", "charged", "on trial", "convicted", "acquitted", "closed"}
	case Reparation:
		return []Stage{"considered", "asked", "refused", "granted", "received in part", "received"}
	case Memorial:
		return []Stage{"remembered"}
	}
	return nil
}

// Reached reports whether a stage is what was demanded, or a part of it.
func (s Stage) Reached() bool {
	return slices.Contains([]Stage{"released", "opened", "charged", "on trial", "convicted", "granted", "received in part", "received"}, s)
}

// asks are the stages of a claim that are taken in a person's name.
func (s Stage) asks() bool { return s != "considered" }

// Matter is one thing that is followed.
type Matter struct {
	ID, Campaign string
	Kind         Kind
	Form         Form   // of a reparation
	Incident     string // of the record; "" for none
	People       int    // how many it is about; 0: not known
	Stage        Stage
	Since        clock.Day
	Confirmed    bool // the stage has evidence and a second person has seen it
	Author       string
	At           time.Time
	Revision     int
	Sealed       safe.Sealed // Details
	Shut         bool        // to whoever lists it: they hold no grant; not kept
}

// Details is what lies in the matter's safe.
type Details struct {
	Who      string    `json:"who"`   // a name, or a group in words
	Named    bool      `json:"named"` // Who is a person's name
	Where    string    `json:"where"` // of detention; before which body
	Against  string    `json:"against"`
	Words    string    `json:"words"`    // of a memorial, as the family chose them, in English
	WordsRU  string    `json:"words_ru"` // the same in Russian
	Consents []Consent `json:"consents"`
	Events   []Event   `json:"events"`
}

// Scope is what somebody agreed to.
type Scope string

// The scopes. Each is asked for by itself.
const (
	ToAsk    Scope = "ask"    // that reparation is asked for in their name
	ToPublic Scope = "public" // that the name stands on the memorial, for everybody
)

// ScopeOf is the consent that a kind needs; "" for none.
func ScopeOf(k Kind) Scope {
	switch k {
	case Reparation:
		return ToAsk
	case Memorial:
		return ToPublic
	}
	return ""
}

// Consent is a yes of a person, or of the family of somebody who died.
type Consent struct {
	ID        string    `json:"id"`
	Scope     Scope     `json:"scope"`
	Given     clock.Day `json:"given"`
	Until     clock.Day `json:"until"`
	How       string    `json:"how"` // who asked, how, and who answered
	Withdrawn clock.Day `json:"withdrawn"`
	By        string    `json:"by"`
}

// Event is one thing that happened in a matter. It is never changed.
type Event struct {
	ID       string    `json:"id"`
	Stage    Stage     `json:"stage"`
	Day      clock.Day `json:"day"`
	Words    string    `json:"words"`
	Evidence string    `json:"evidence"`
	By       string    `json:"by"`
	Second   string    `json:"second"` // who has seen the evidence
	At       time.Time `json:"at"`
}

// Agrees reports whether a consent to a scope holds on a day.
func (d Details) Agrees(s Scope, on clock.Day) bool {
	return slices.ContainsFunc(d.Consents, func(c Consent) bool {
		return c.Scope == s && c.Withdrawn == "" && c.Given <= on && (c.Until == "" || on <= c.Until)
	})
}

// Last is the event that says where the matter stands: the latest by its day, of one
// day the one that was noted last.
func (d Details) Last() (Event, bool) {
	var last Event
	for _, e := range d.Events {
		if e.Day >= last.Day {
			last = e
		}
	}
	return last, len(d.Events) > 0
}

// follow sets what stands plainly of what happened.
func (m *Matter) follow(d Details) {
	if e, ok := d.Last(); ok {
		m.Stage, m.Since, m.Confirmed = e.Stage, e.Day, e.Evidence != "" && e.Second != ""
	}
}

// may reports whether a stage can be noted: nothing is asked in the name of a person
// who has not agreed.
func may(m Matter, d Details, s Stage, today clock.Day) error {
	if !slices.Contains(Stages(m.Kind), s) {
		return fault.Bad("stage", "Choose what happened.")
	}
	if m.Kind == Reparation && d.Named && s.asks() && !d.Agrees(ToAsk, today) {
		return fault.New(fault.Conflict, "This person has not agreed that reparation is asked for in their name, or has taken it back. Note their consent first.")
	}
	return nil
}

func (m Matter) check() error {
	var k fault.Check
	k.Field(slices.Contains(Kinds(), m.Kind), "kind", "Choose what is followed.")
	k.Field(m.Kind != Reparation || slices.Contains(Forms(), m.Form), "form", "Choose which kind of reparation it is.")
	k.Field(m.People >= 0, "people", "Write how many people it is about, or leave it empty.")
	return k.Err()
}

func (d Details) check(m Matter) error {
	var k fault.Check
	k.Field(strings.TrimSpace(d.Who) != "", "who", "Say who it is about: a name, or a group in words.")
	k.Field(m.Kind != Memorial || d.Named, "who", "The memorial holds names. Those without one are counted in the figures.")
	k.Field(m.Kind != Proceeding || strings.TrimSpace(d.Against) != "", "against", "Say against whom: a person in office, a force, or unknown.")
	return k.Err()
}

// Tally counts matters by what they reached.
type Tally struct {
	Detained, Released     int // matters
	PeopleFree, PeopleHeld int // as far as their number is known
	Opened, Convicted      int
	Asked, Granted, Paid   int // reparations
	Unconfirmed            int
	ByForm                 map[Form]Claims // reparations by their kind
}

// Claims count the claims of one kind of reparation: what was granted is among what
// was asked, what was received at least in part among what was granted.
type Claims struct{ Asked, Granted, Received int }

// Reckon counts. Only what a second person has seen counts as reached; what was asked
// for counts as asked until then.
func Reckon(all []Matter) Tally {
	t := Tally{ByForm: map[Form]Claims{}}
	for _, m := range all {
		if m.Kind == Memorial {
			continue
		}
		if m.Kind == Reparation && m.Stage.asks() {
			t.claim(m)
		}
		if m.Stage.Reached() && !m.Confirmed {
			t.Unconfirmed++
			continue
		}
		switch {
		case m.Kind == Release && m.Stage == "released":
			t.Released++
			t.PeopleFree += m.People
		case m.Kind == Release && m.Stage != "died":
			t.Detained++
			t.PeopleHeld += m.People
		case m.Kind == Proceeding && m.Stage.Reached():
			t.Opened++
			if m.Stage == "convicted" {
				t.Convicted++
			}
		}
	}
	return t
}

// claim counts a claim of reparation that was asked for.
func (t *Tally) claim(m Matter) {
	c := t.ByForm[m.Form]
	c.Asked++
	t.Asked++
	if m.Stage.Reached() && m.Confirmed {
		c.Granted++
		t.Granted++
		if m.Stage == "received" || m.Stage == "received in part" {
			c.Received++
			t.Paid++
		}
	}
	t.ByForm[m.Form] = c
}
