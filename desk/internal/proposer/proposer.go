// Package proposer finds places and legs for a party, and says why. It never
// decides: a person takes a proposal into a plan, changes it, and two people say
// go, as with every leg.
//
// The search is exact. Groups that stay together go from stop to stop; a bound from
// below on what is still to come (each group as if it were alone) lets most of the
// tree be left out. Only a count of steps can end it early, never a clock, so that
// the same question has the same answer everywhere; an answer that was cut short
// says so. It refuses names, addresses and storage: it knows ids and numbers. It
// imports nothing of the house.
package proposer

import (
	"math"
	"slices"
)

// Person is one traveller.
type Person struct {
	ID     string
	Group  string   // who has the same group stays together; empty: alone
	Needs  []string // what a place must offer
	Papers []string // what they hold
	Avoid  []string // ids of people whom they must not meet
}

// Point is roughly where something is.
type Point struct{ Lat, Lon float64 }

// Place is somewhere people can stay.
type Place struct {
	ID      string
	Usable  bool
	Free    int
	Offers  []string
	Asks    []string // papers
	Country string   // "": nobody noted
	At      *Point   // nil: nobody noted
	Night   int      // minor units for a person and night
	Stay    int      // days at most; 0: not bounded
	Inside  []string // ids of the people who are there now
	Known   int      // how many people ever knew it: exposure
}

// Way is a road between two places that must not be used.
type Way struct{ From, To string }

// Question is what is asked.
type Question struct {
	People  []Person
	Places  []Place
	Start   *Point // where they are; nil: nobody noted
	Stops   int    // how many places one after the other, the last included: 1 to 4
	Country string // where the last stop must be; "": anywhere
	Nights  int    // at each stop before the last, and at the last for the cost
	Hours   int    // from the first departure to the last arrival at most; 0: not bounded
	Reach   int    // kilometres of one leg at most; 0: not bounded
	Closed  []Way
	Best    int      // how many proposals are wanted
	Here    string   // the country in which they are; "": nobody noted
	Visas   []string // countries into which a visa is needed
	Speak   []string // languages of the party
	Escorts []Escort
}

// Rule is a hard rule: what breaks it is no proposal.
type Rule string

// The hard rules.
const (
	RuleUsable  Rule = "usable"  // the place can be used
	RuleRoom    Rule = "room"    // there is room, for all groups that are there at once
	RuleNeeds   Rule = "needs"   // it offers what each person needs
	RulePapers  Rule = "papers"  // each person holds the papers that are asked for
	RuleMeet    Rule = "meet"    // who must not meet does not
	RuleCountry Rule = "country" // the last stop is where it was asked for
	RuleStay    Rule = "stay"    // they may stay as long as is asked
	RuleReach   Rule = "reach"   // no leg is longer than was asked
	RuleWay     Rule = "way"     // no road is used that is closed
	RuleHours   Rule = "hours"   // everything fits into the time
)

// Rules lists them.
func Rules() []Rule {
	return []Rule{RuleUsable, RuleRoom, RuleNeeds, RulePapers, RuleMeet, RuleCountry, RuleStay, RuleReach, RuleWay, RuleHours}
}

// Assumed is what a distance counts that nobody can reckon, in kilometres.
const Assumed = 400

// What a proposal is weighed by. The less, the better: a place that many know
// weighs more than a road, a road more than money.
const (
	weightKnown = 200 // for each person who knows a place
	weightKm    = 4
	weightBlind = 300 // a distance that nobody can reckon
	weightMoney = 1   // for each 100 minor units
)

// kilometres gives a distance, and whether it could be reckoned.
func kilometres(a, b *Point) (int, bool) {
	if a == nil || b == nil {
		return Assumed, false
	}
	const rad, earth = math.Pi / 180, 6371
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return int(math.Round(2 * earth * math.Asin(math.Min(1, math.Sqrt(h))))), true
}

// hours is how long a leg takes: an hour to leave and to arrive, and the road.
func hours(km int) int { return 1 + (km+59)/60 }

// group is who stays together.
type group struct {
	people []Person
	name   string
}

// groups gathers the people, in the order of their first.
func (q Question) groups() []group {
	var all []group
	for _, p := range q.People {
		i := slices.IndexFunc(all, func(g group) bool { return p.Group != "" && g.name == p.Group })
		if i < 0 {
			all, i = append(all, group{name: p.Group}), len(all)
		}
		all[i].people = append(all[i].people, p)
	}
	return all
}

// Bar says which rule keeps whom from a place, and by how much.
type Bar struct {
	Place  string
	Rule   Rule
	Person string // whom it concerns; empty: all
	Lack   string // the need or paper that is missing
	Beds   int    // how many are missing
}

// bars lists what keeps a group from a place, whatever else is chosen.
func (q Question) bars(g group, p Place, last bool, without Rule) (all []Bar) {
	add := func(b Bar) {
		if b.Rule != without {
			b.Place = p.ID
			all = append(all, b)
		}
	}
	if !p.Usable {
		add(Bar{Rule: RuleUsable})
	}
	ids := map[string]bool{}
	new := 0
	for _, x := range g.people {
		ids[x.ID] = true
		if !slices.Contains(p.Inside, x.ID) {
			new++
		}
	}
	if new > p.Free {
		add(Bar{Rule: RuleRoom, Beds: new - p.Free})
	}
	for _, x := range g.people {
		for _, n := range x.Needs {
			if !slices.Contains(p.Offers, n) {
				add(Bar{Rule: RuleNeeds, Person: x.ID, Lack: n})
			}
		}
		for _, n := range p.Asks {
			if !slices.Contains(x.Papers, n) {
				add(Bar{Rule: RulePapers, Person: x.ID, Lack: n})
			}
		}
		for _, other := range x.Avoid {
			if slices.Contains(p.Inside, other) || ids[other] {
				add(Bar{Rule: RuleMeet, Person: x.ID})
			}
		}
	}
	if last && q.Country != "" && p.Country != q.Country {
		add(Bar{Rule: RuleCountry})
	}
	if p.Stay > 0 && q.Nights > p.Stay {
		add(Bar{Rule: RuleStay})
	}
	return all
}

// Leg is one stretch of a proposal.
type Leg struct {
	People   []string
	From, To string // place ids; From empty: where they are now
	Km       int
	Reckoned bool // the distance was reckoned, not assumed
	After    int  // hours after the first departure at which it begins at the earliest
	Hours    int
	Cross    bool   // it leads from one country into another
	Visa     bool   // there a visa is needed
	Rides    []Ride // how it can be travelled, the best first
	Escorts  []Pick // who can go along, the best first
}

// Reason speaks for a proposal or against it.
type Reason struct {
	What  string // "together", "few-know", "many-know", "short", "long", "free", "cost", "unknown-way", "unknown-country", "split", "room"
	Place string
	N     int
}

// Proposal is one way of doing it.
type Proposal struct {
	Legs         []Leg
	Score        int // the less, the better
	Km, Hours    int
	Cost         int // minor units for the nights
	Known        int // how many people know its places, added up
	For, Against []Reason
}

// Answer is everything that was found.
type Answer struct {
	Proposals []Proposal
	Bars      []Bar  // what keeps places out, place by place
	Would     []Rule // nothing was found; without one of these rules alone something would be
	Short     bool   // the search was cut short: a better proposal may exist
	Steps     int
}

// StepsAtMost bounds a search.
const StepsAtMost = 2_000_000

// Propose answers a question.
func Propose(q Question) Answer {
	q = q.proper()
	s := newSearch(q, "")
	s.run()
	a := Answer{Short: s.short, Steps: s.steps}
	for _, f := range s.found {
		p := s.tell(f)
		q.equip(&p)
		a.Proposals = append(a.Proposals, p)
	}
	for _, p := range q.Places {
		for _, g := range s.groups {
			for _, b := range q.bars(g, p, true, "") {
				if !slices.Contains(a.Bars, b) {
					a.Bars = append(a.Bars, b)
				}
			}
		}
	}
	if len(a.Proposals) == 0 && len(q.People) > 0 {
		for _, r := range Rules() {
			q.Best = 1
			if t := newSearch(q, r); t.run() {
				a.Would = append(a.Would, r)
			}
		}
	}
	return a
}

// proper puts a question into bounds and order, so that the same question has the
// same answer however its places were listed.
func (q Question) proper() Question {
	q.Stops, q.Best = min(max(q.Stops, 1), 4), min(max(q.Best, 1), 10)
	q.Places = slices.Clone(q.Places)
	slices.SortFunc(q.Places, func(a, b Place) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return q
}
