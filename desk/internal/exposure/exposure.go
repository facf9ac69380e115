// Package exposure knows what must be done when something has become known to
// those from whom people hide: a place, a number or document, a colleague, a
// person who was taken.
//
// It is a table of rules: what was touched in which way asks for which steps, and
// how soon. Who and what was touched is found out by the room cases, which can
// open what it needs. The package keeps nothing, names nobody and imports nothing
// of the house.
package exposure

import (
	"maps"
	"slices"
	"time"
)

// Kind says what has become known.
type Kind string

// The kinds.
const (
	Place  Kind = "place"
	Number Kind = "number" // a telephone, an address, an account, a document's number
	Member Kind = "member" // somebody of the team, or their device
	Laptop Kind = "laptop" // a travel pack, with the machine on which it is
	Person Kind = "person" // somebody whom we help was taken, or their phone was
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Place, Number, Member, Person, Laptop} }

// How says in which way a case is touched.
type How string

// The ways.
const (
	Inside     How = "inside"     // somebody is in the place now
	Travelling How = "travelling" // on the way to it, or from it
	Heading    How = "heading"    // a leg to it, or from it, is planned
	Stayed     How = "stayed"     // was there since, and has left
	Reached    How = "reached"    // is reached by it, or named by it
	Known      How = "known"      // the member could open it
	Carried    How = "carried"    // it lies in the travel pack
	Self       How = "self"       // it is the person's own case
)

// Step is one thing to do.
type Step struct {
	What   string
	Within time.Duration
	How    How // the way that asks for it soonest
}

// The steps.
const (
	Move    = "move"    // out of the place
	Stop    = "stop"    // the leg: turn back, meet elsewhere
	Replan  = "replan"  // the leg
	Contact = "contact" // another way of reaching each other
	Signs   = "signs"   // other signs of life and of duress
	Warn    = "warn"    // tell the person what is known
	Risk    = "risk"    // assess again
	Rekey   = "rekey"   // take the member off, so that the keys change
	Rest    = "rest"    // nobody is sent to the place any more
)

// Steps lists what must be done for one thing that was touched in some ways, the
// soonest first.
func Steps(ways ...How) []Step {
	soonest := map[string]Step{}
	for _, h := range ways {
		for _, s := range steps[h] {
			if d, ok := soonest[s.What]; !ok || s.Within < d.Within {
				soonest[s.What] = Step{s.What, s.Within, h}
			}
		}
	}
	all := slices.Collect(maps.Values(soonest))
	slices.SortFunc(all, func(a, b Step) int {
		if a.Within != b.Within {
			return int((a.Within - b.Within) / time.Second)
		}
		return slices.Index(order, a.What) - slices.Index(order, b.What)
	})
	return all
}

var order = []string{Stop, Move, Rest, Rekey, Contact, Warn, Replan, Signs, Risk}

// In 2021 people were taken from a flat within minutes of the first sign.
var steps = map[How][]Step{
	Inside:     {{What: Move, Within: 30 * time.Minute}, {What: Warn, Within: 30 * time.Minute}, {What: Signs, Within: 6 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Travelling: {{What: Stop, Within: 15 * time.Minute}, {What: Warn, Within: 30 * time.Minute}, {What: Replan, Within: 3 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Heading:    {{What: Replan, Within: 3 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Stayed:     {{What: Warn, Within: 6 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Reached:    {{What: Contact, Within: time.Hour}, {What: Signs, Within: 6 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Known:      {{What: Rekey, Within: time.Hour}, {What: Warn, Within: 6 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Carried:    {{What: Contact, Within: time.Hour}, {What: Warn, Within: time.Hour}, {What: Replan, Within: 3 * time.Hour}, {What: Signs, Within: 3 * time.Hour}, {What: Risk, Within: 24 * time.Hour}},
	Self:       {{What: Contact, Within: time.Hour}, {What: Signs, Within: time.Hour}, {What: Risk, Within: 24 * time.Hour}},
}

// Grave reports whether lives depend on a step within the hour: it is shown as danger.
func (s Step) Grave() bool { return s.Within <= time.Hour }

// Grave reports whether a step by this name is one of those.
func Grave(what string) bool {
	return what == Move || what == Stop || what == Rest || what == Rekey || what == Contact
}
