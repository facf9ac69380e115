package cases

import (
	"time"

	"waylight/internal/fault"
)

// PlaceStatus says whether a place may be used.
type PlaceStatus string

// The statuses of a place.
const (
	Available PlaceStatus = "available"
	Resting   PlaceStatus = "resting"
	Exposed   PlaceStatus = "exposed" // somebody who must not know it does
	Retired   PlaceStatus = "retired"
)

// AllPlaceStatuses lists the statuses.
func AllPlaceStatuses() []PlaceStatus { return []PlaceStatus{Available, Resting, Exposed, Retired} }

// PlaceKinds lists the kinds of places.
func PlaceKinds() []string { return []string{"flat", "house", "host", "hotel", "institution", "other"} }

// Place is somewhere a person can stay. It lies in a safe of its own.
type Place struct {
	Code        string // what colleagues call it; never the address
	Kind        string
	Address     string
	Capacity    int
	Suitability string
	Rules       string
	Contact     string
	Status      PlaceStatus
	Reason      string // of the status
	Point       *Point `json:",omitempty"` // roughly where it is; nil: not on the map
	Trait
}

func (p Place) check() error {
	var c fault.Check
	c.Field(p.Code != "", "code", "Give the place a code that does not tell where it is.")
	c.Field(among(p.Kind, PlaceKinds()), "kind", "Choose what kind of place it is.")
	c.Field(p.Capacity > 0 && p.Capacity < 1000, "capacity", "Say how many people can stay: 1 or more.")
	c.Field(among(p.Status, AllPlaceStatuses()), "status", "Choose whether it can be used.")
	p.Point.check(&c, "point")
	p.Trait.check(&c)
	c.Field(p.Status != Exposed || p.Reason != "", "reason", "Say what happened.")
	return c.Err()
}

// Stay is one person in a place: a party's opaque id and no more.
type Stay struct {
	Party string
	Leg   string // the leg that brought them
	From  time.Time
	To    time.Time // zero: still there
}

// Known notes that a member learnt of a place.
type Known struct {
	Member string
	Since  time.Time
}

// Route notes that a leg leads to a place or from it.
type Route struct{ Leg string }

// Refuge is a place, opened.
type Refuge struct {
	Sheet Sheet[Place]
	Place
	ID     string
	Stays  []Sheet[Stay]
	Legs   []string // ids of the legs that were ever planned to it or from it
	routes []Edition[Route]
	Known  []Edition[Known] // everyone who ever knew it, the first first
	Open   []string         // member ids who can open it now
}

// Inside is how many people are there now.
func (r Refuge) Inside() int {
	n := 0
	for _, s := range r.Stays {
		if s.Content().To.IsZero() {
			n++
		}
	}
	return n
}

// MayHost says why people cannot be sent to a place, or nil.
func (r Refuge) MayHost(people int) error {
	switch {
	case r.Status == Exposed:
		return fault.New(fault.Conflict, "This place is exposed. Nobody may be sent there.")
	case r.Status != Available:
		return fault.New(fault.Conflict, "This place cannot be used now.")
	case r.Inside()+people > r.Capacity:
		return fault.New(fault.Conflict, "This place has room for %d more. Choose another, or move somebody first.", max(0, r.Capacity-r.Inside()))
	}
	return nil
}
