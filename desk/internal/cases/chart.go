package cases

import (
	"context"
	"math"
	"slices"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Point is roughly where something is. It lies in the safe of its place or leg.
type Point struct {
	Lat, Lon float64
	Within   int // kilometres: how exact it is; at least 1
}

func (p *Point) check(c *fault.Check, field string) {
	if p == nil {
		return
	}
	c.Field(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180, field, "Write degrees north and east, such as 50.1, 14.4.")
	c.Field(p.Within >= 1 && p.Within <= 500, field, "Say how exact it is: within 1 to 500 kilometres.")
}

// earth is the mean radius in kilometres.
const earth = 6371.0

// Kilometres is the distance over ground as the crow flies.
func (p Point) Kilometres(q Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (q.Lat-p.Lat)*rad, (q.Lon-p.Lon)*rad
	a := math.Pow(math.Sin(dLat/2), 2) + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(a)))
}

// Chart is the actor's cases on a map: the places that the actor knows, and the
// legs of the actor's cases.
type Chart struct {
	Places []Refuge
	Legs   []Stretch
	People int  // in the cases that are not over
	Way    int  // of them on the way
	Lost   int  // of them lost on the way
	Inside int  // of them in a place that we keep
	Other  int  // of them elsewhere, or nobody noted where
	Plain  bool // so many cases that legs were left out
}

// Chart gathers what the map shows. Every place that it opens is in the ledger.
func (b *Book) Chart(ctx context.Context, actor staff.Actor) (c Chart, err error) {
	if c.Places, err = b.Places(ctx, actor); err != nil {
		return c, err
	}
	slices.SortFunc(c.Places, func(a, b Refuge) int { return strings.Compare(a.Code+a.ID, b.Code+b.ID) })
	n := 0
	if err := b.reading(ctx, func(tx Store) error {
		n, err = tx.CountFiles(ctx, actor.ID)
		return err
	}); err != nil {
		return c, err
	}
	if c.Plain = n > SealedAtMost; c.Plain || !actor.Roles.Has(staff.Caseworker) {
		return c, nil
	}
	s, stale := b.finder.shelf(actor.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := b.fill(ctx, actor, s, stale); err != nil {
		b.finder.changed(actor.ID)
		return c, err
	}
	err = b.reading(ctx, func(tx Store) error {
		held, err := tx.NamesHeld(ctx, actor.ID, sortedKeys(s.ways))
		if err != nil {
			return err
		}
		for _, f := range held {
			if f.State.Over() {
				continue
			}
			w := s.ways[f.ID]
			c.count(w)
			for _, l := range w.legs {
				l.Pseudonym = f.Pseudonym
				c.Legs = append(c.Legs, l)
			}
		}
		return nil
	})
	slices.SortFunc(c.Legs, func(a, b Stretch) int {
		if n := strings.Compare(a.Pseudonym, b.Pseudonym); n != 0 {
			return n
		}
		return a.Number - b.Number
	})
	return c, err
}

func (c *Chart) count(w ways) {
	for _, p := range w.where {
		c.People++
		switch {
		case p.Lost:
			c.Lost++
		case p.OnTheWay:
			c.Way++
		case p.At.Place != "":
			c.Inside++
		default:
			c.Other++
		}
	}
}
