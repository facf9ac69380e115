package publish

import (
	"math"

	"waylight/internal/fault"
)

// Map says in which areas incidents were, as coarsely as was chosen, frozen. Only areas
// with enough incidents stand on it, and it has no total: what is left out cannot be
// reckoned from it.
type Map struct {
	Km    int    `json:"km"`    // the shortest side of an area
	Least int    `json:"least"` // incidents that an area has at the least
	Areas []Area `json:"areas"` // those with most incidents first
	Towns []Town `json:"towns"` // large ones, by which a reader finds the way
}

// Area is a part of the world with how many incidents were in it; degrees.
type Area struct {
	South     float64 `json:"south"`
	North     float64 `json:"north"`
	West      float64 `json:"west"`
	East      float64 `json:"east"`
	Incidents int     `json:"incidents"`
	Town      Text    `json:"town,omitzero"` // the largest in it
}

// Town is a large town; degrees.
type Town struct {
	Name Text    `json:"name"`
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"`
}

// How coarse a published map must be.
const (
	FinestArea  = 25 // km
	LeastInArea = 5  // incidents
)

// AreaSizes are the sizes among which an editor chooses, in km.
func AreaSizes() []int { return []int{FinestArea, 50, 100} }

// Holds reports whether a place lies in the area.
func (a Area) Holds(lat, lon float64) bool {
	return lat >= a.South && lat < a.North && lon >= a.West && lon < a.East
}

// check refuses a map that is finer, or has less in an area, than a public one may.
func (m *Map) check(c *fault.Check) {
	if m == nil {
		return
	}
	ok := m.Km >= FinestArea
	for _, a := range m.Areas {
		tall := (a.North - a.South) * 111.32
		ok = ok && a.Incidents >= LeastInArea && a.Incidents >= m.Least && math.Round(tall) >= FinestArea
	}
	c.Field(ok, "map", "The map is finer than a public one may be, or shows an area with very few incidents.")
}

func (m *Map) texts() (out []Text) {
	if m == nil {
		return nil
	}
	for _, a := range m.Areas {
		out = append(out, a.Town)
	}
	for _, t := range m.Towns {
		out = append(out, t.Name)
	}
	return out
}
