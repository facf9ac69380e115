// Package gazetteer keeps where places are, from a file that the team loads, and
// where incidents and acts were, as somebody put them on the map.
//
// Nothing is ever fetched. A point is kept with how exactly it is known, and no finer
// than a hundred metres; for the public it is blurred to the middle of a cell that is
// never smaller than a chosen distance. The package refuses addresses of people: what
// it keeps of an incident or act is a place. It imports record, parties, stem, staff,
// ledger and the ground.
package gazetteer

import (
	"context"
	"math"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Place is one place of the world.
type Place struct {
	Key        string
	Name       string
	Names      string // in other scripts and spellings, after commas
	Country    string
	Kind       string
	Lat, Lon   float64
	Population int64
	Reach      int // metres around the point that belong to it
}

// Spot is where an incident or an act was.
type Spot struct {
	Subject  string
	Version  int    `json:"-"`
	Place    string // key in the gazetteer, or ""
	Name     string
	Lat, Lon float64
	Within   int       // metres
	By       string    `json:"-"`
	At       time.Time `json:"-"`
}

// Dot is a spot with what is there.
type Dot struct {
	Spot
	Incident record.Incident
	Act      parties.Act // empty for the incident itself
}

// Box is a part of the world; the zero Box is all of it.
type Box struct{ South, North, West, East float64 }

// Most is how many dots a map has at most.
const Most = 400

// Store is what the room needs of one transaction.
type Store interface {
	PutPlaces(ctx context.Context, all []Place) (added, changed int, err error)
	CountPlaces(ctx context.Context) (int64, error)
	// FindPlaces lists places that hold every word, those with most people first.
	FindPlaces(ctx context.Context, text string, limit int) ([]Place, error)
	PlaceByKey(ctx context.Context, key string) (Place, error)
	// Towns lists places within a box, those with most people first.
	Towns(ctx context.Context, b Box, limit int) ([]Place, error)
	Spot(ctx context.Context, subject string) (Spot, error)
	PutSpot(ctx context.Context, s Spot) error
	Spots(ctx context.Context, b Box, kind string, limit int) ([]Spot, error)
	Incident(ctx context.Context, id string) (record.Incident, error)
	Act(ctx context.Context, id string) (parties.Act, error)
	Standing
	record.Corrector
}

// Standing gives what stands on a map, many at once and in no order.
type Standing interface {
	IncidentsAmong(ctx context.Context, ids []string) ([]record.Incident, error)
	ActsAmong(ctx context.Context, ids []string) ([]parties.Act, error)
}

// Within runs f in one transaction, which commits when f returns nil.
type Within func(ctx context.Context, f func(Store) error) error

// Atlas carries the verbs of the room.
type Atlas struct {
	Within, Reading Within
	Clock           clock.Clock
}

// Loaded says what a file did.
type Loaded struct{ Added, Changed, Same int }

// Load takes places in: all of them in one transaction, or none. A place with a key
// that is known is brought up to the file.
func (a *Atlas) Load(ctx context.Context, by staff.Actor, all []Place) (out Loaded, err error) {
	if err := by.Must(staff.Documenter, staff.Security); err != nil {
		return out, err
	}
	err = a.Within(ctx, func(tx Store) error {
		added, changed, err := tx.PutPlaces(ctx, all)
		if err != nil {
			return err
		}
		out = Loaded{Added: added, Changed: changed, Same: len(all) - added - changed}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "gazetteer.loaded", Detail: struct{ Added, Changed int }{added, changed}})
	})
	return out, err
}

// Find proposes places by their name, in any script that the file had.
func (a *Atlas) Find(ctx context.Context, by staff.Actor, text string, limit int) (out []Place, err error) {
	if err := by.Must(append(record.Readers(), staff.Caseworker)...); err != nil {
		return nil, err
	}
	err = a.Reading(ctx, func(tx Store) error {
		out, err = tx.FindPlaces(ctx, text, limit)
		return err
	})
	return out, err
}

// Towns lists the largest places within a box, to be written on a map.
func (a *Atlas) Towns(ctx context.Context, by staff.Actor, b Box, limit int) (out []Place, err error) {
	if err := by.Must(append(record.Readers(), staff.Caseworker)...); err != nil {
		return nil, err
	}
	err = a.Reading(ctx, func(tx Store) error {
		out, err = tx.Towns(ctx, b, limit)
		return err
	})
	return out, err
}

// Where gives where something was put on the map, with the earlier editions; the spot
// is empty when nobody has put it there.
func (a *Atlas) Where(ctx context.Context, by staff.Actor, subject string) (d Dot, e []record.Edition, known int64, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return d, nil, 0, err
	}
	err = a.Reading(ctx, func(tx Store) error {
		if d, err = describe(ctx, tx, Spot{Subject: subject}); err != nil {
			return err
		}
		if d.Spot, err = tx.Spot(ctx, subject); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		d.Subject = subject
		if known, err = tx.CountPlaces(ctx); err != nil {
			return err
		}
		e, err = tx.EditionsOf(ctx, editionOf(subject))
		return err
	})
	return d, e, known, err
}

func editionOf(subject string) string { return "spot/" + subject }

// describe loads what stands at a spot.
func describe(ctx context.Context, tx Store, s Spot) (d Dot, err error) {
	d.Spot = s
	incident := s.Subject
	if ids.Valid("act", s.Subject) {
		if d.Act, err = tx.Act(ctx, s.Subject); err != nil {
			return d, err
		}
		incident = d.Act.Incident
	} else if !ids.Valid("incident", s.Subject) {
		return d, fault.Missing()
	}
	d.Incident, err = tx.Incident(ctx, incident)
	return d, err
}

// describeAll loads what stands at many spots, but for what was withdrawn.
func describeAll(ctx context.Context, tx Store, spots []Spot) (out []Dot, err error) {
	acts, incidents := map[string]parties.Act{}, map[string]record.Incident{}
	var of, in []string
	for _, s := range spots {
		if ids.Valid("act", s.Subject) {
			of = append(of, s.Subject)
		} else {
			in = append(in, s.Subject)
		}
	}
	all, err := tx.ActsAmong(ctx, of)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		acts[a.ID], in = a, append(in, a.Incident)
	}
	list, err := tx.IncidentsAmong(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		incidents[i.ID] = i
	}
	for _, s := range spots {
		d, incident := Dot{Spot: s, Act: acts[s.Subject]}, s.Subject
		if ids.Valid("act", s.Subject) {
			incident = d.Act.Incident
		}
		if d.Incident = incidents[incident]; d.Incident.ID == "" {
			return nil, fault.Missing()
		}
		if !d.Act.Withdrawn {
			out = append(out, d)
		}
	}
	return out, nil
}

// Put says where an incident or an act was: a place of the gazetteer by its key, or a
// point with how exactly it is known. A second time is a correction, with its reason.
func (a *Atlas) Put(ctx context.Context, by staff.Actor, s Spot, seen int, reason string) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	return a.Within(ctx, func(tx Store) error {
		if _, err := describe(ctx, tx, s); err != nil {
			return err
		}
		if s.Place != "" {
			p, err := tx.PlaceByKey(ctx, s.Place)
			if err != nil {
				return fault.Bad("place", "There is no such place in the gazetteer.")
			}
			s.Name, s.Lat, s.Lon, s.Within = p.Name, p.Lat, p.Lon, max(s.Within, p.Reach)
		}
		if err := s.check(); err != nil {
			return err
		}
		s.Lat, s.Lon = coarse(s.Lat), coarse(s.Lon)
		was, err := tx.Spot(ctx, s.Subject)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			s.Version, s.By, s.At = 1, by.ID, a.Clock.Now()
		case err != nil:
			return err
		default:
			s.Version, s.By, s.At = was.Version, was.By, was.At
			save, err := record.Correct(ctx, tx, record.Edition{By: was.By, At: was.At}, record.Edition{Subject: editionOf(s.Subject), Reason: reason, By: by.ID, At: a.Clock.Now()}, seen, was, s)
			if err != nil || !save {
				return err
			}
			s.Version = seen + 1
		}
		if err := tx.PutSpot(ctx, s); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "place.put", Subject: s.Subject, Detail: struct{ Within int }{s.Within}})
	})
}

// Finest is the least distance, in metres, to which a place may be known.
const Finest = 100

func (s Spot) check() error {
	var k fault.Check
	k.Field(s.Place != "" || s.Lat != 0 || s.Lon != 0 || strings.TrimSpace(s.Name) != "", "place", "Choose a place, or write its coordinates.")
	k.Field(math.Abs(s.Lat) <= 90 && !math.IsNaN(s.Lat), "lat", "Write degrees north, such as 43.3.")
	k.Field(math.Abs(s.Lon) <= 180 && !math.IsNaN(s.Lon), "lon", "Write degrees east, such as 45.7.")
	k.Field(s.Within >= Finest && s.Within <= 2_000_000, "within", "Say how exactly the place is known: from 100 to 2000000 metres.")
	return k.Err()
}

func coarse(deg float64) float64 { return math.Round(deg*1000) / 1000 }

// Chart is what a map shows.
type Chart struct {
	Dots  []Dot
	Towns []Place
	More  bool
	Known int64 // places in the gazetteer
}

// Map gives what lies within a box, a bounded number, with the largest towns there.
// Kind is "incident", "act" or "".
func (a *Atlas) Map(ctx context.Context, by staff.Actor, b Box, kind string) (c Chart, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return c, err
	}
	err = a.Reading(ctx, func(tx Store) error {
		spots, err := tx.Spots(ctx, b, kind, Most+1)
		if err != nil {
			return err
		}
		if len(spots) > Most {
			spots, c.More = spots[:Most], true
		}
		if c.Dots, err = describeAll(ctx, tx, spots); err != nil {
			return err
		}
		if c.Known, err = tx.CountPlaces(ctx); err != nil || len(c.Dots) == 0 {
			return err
		}
		c.Towns, err = tx.Towns(ctx, Around(c.Dots), 14)
		return err
	})
	return c, err
}

// Around is the box that holds every dot with its ring.
func Around(dots []Dot) Box {
	b := Box{South: 90, North: -90, West: 180, East: -180}
	for _, d := range dots {
		tall := max(float64(d.Within), 5000) / metresPerDegree
		wide := tall / math.Max(0.05, math.Cos(d.Lat*math.Pi/180))
		b.South, b.North = math.Min(b.South, d.Lat-tall), math.Max(b.North, d.Lat+tall)
		b.West, b.East = math.Min(b.West, d.Lon-wide), math.Max(b.East, d.Lon+wide)
	}
	return b
}

const metresPerDegree = 111_320.0

// Cell is a part of the world that says where something was, and no closer.
type Cell struct {
	South, North, West, East float64
	N                        int // how many lie in it
}

// Blur puts dots into cells whose sides are at least radius metres, and at least as
// large as what the dots in them are known to. Cells lie on a grid of their own, so
// that the middle of one says nothing about where in it something was.
func Blur(dots []Dot, radius int) []Cell {
	radius = max(radius, Finest)
	type key struct {
		size     int
		row, col int
	}
	at, out := map[key]int{}, []Cell{}
	for _, d := range dots {
		size := radius
		for size < 2*d.Within { // a ring that is wider than a cell needs a wider one
			size *= 2
		}
		tall := float64(size) / metresPerDegree
		row := int(math.Floor(d.Lat / tall))
		// Seen from the end of the row that is nearer the pole, so that no cell is narrower.
		far := math.Max(math.Abs(float64(row)*tall), math.Abs(float64(row+1)*tall))
		wide := math.Min(360, tall/math.Max(0.001, math.Cos(math.Min(89.9, far)*math.Pi/180)))
		k := key{size, row, int(math.Floor(d.Lon / wide))}
		n, ok := at[k]
		if !ok {
			n = len(out)
			at[k] = n
			out = append(out, Cell{South: float64(row) * tall, North: float64(row+1) * tall, West: float64(k.col) * wide, East: float64(k.col+1) * wide})
		}
		out[n].N++
	}
	return out
}
