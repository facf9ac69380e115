package store

import (
	"context"
	"fmt"
	"strings"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const placeColumns = `p.key, p.name, p.names, p.country, p.kind, p.lat, p.lon, p.population, p.reach`

func scanPlace(r scanner) (gazetteer.Place, error) {
	var p gazetteer.Place
	err := r.Scan(&p.Key, &p.Name, &p.Names, &p.Country, &p.Kind, &p.Lat, &p.Lon, &p.Population, &p.Reach)
	return p, err
}

// PutPlaces adds places, or brings up to date what is known of their keys.
func (t *Tx) PutPlaces(ctx context.Context, list []gazetteer.Place) (added, changed int, err error) {
	for _, p := range list {
		was, err := t.PlaceByKey(ctx, p.Key)
		switch {
		case err == nil && was == p:
			continue
		case err == nil:
			changed++
			if _, err := t.exec(ctx, `DELETE FROM place_word WHERE place = (SELECT id FROM place WHERE key = $1)`, p.Key); err != nil {
				return 0, 0, err
			}
		case fault.KindOf(err) == fault.NotFound:
			added++
		default:
			return 0, 0, err
		}
		if _, err := t.exec(ctx, `INSERT INTO place (key, name, names, country, kind, lat, lon, population, reach) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (key) DO UPDATE SET name = $2, names = $3, country = $4, kind = $5, lat = $6, lon = $7, population = $8, reach = $9`,
			p.Key, p.Name, p.Names, p.Country, p.Kind, p.Lat, p.Lon, p.Population, p.Reach); err != nil {
			return 0, 0, err
		}
		words, seen := stem.Words(p.Name+"\n"+p.Names), map[string]bool{}
		for _, w := range words {
			if seen[w] {
				continue
			}
			seen[w] = true
			if _, err := t.exec(ctx, `INSERT INTO place_word (word, place) SELECT $1, id FROM place WHERE key = $2`, w, p.Key); err != nil {
				return 0, 0, err
			}
		}
	}
	return added, changed, nil
}

// CountPlaces tells how many places the gazetteer has: none is ever removed.
func (t *Tx) CountPlaces(ctx context.Context) (int64, error) {
	return one(t.q.QueryRow(ctx, `SELECT COALESCE(MAX(id), 0) FROM place`), func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}

// PlaceByKey returns one place.
func (t *Tx) PlaceByKey(ctx context.Context, key string) (gazetteer.Place, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+placeColumns+` FROM place p WHERE p.key = $1`, key), scanPlace)
}

// FindPlaces lists places that hold every word, those with most people first.
func (t *Tx) FindPlaces(ctx context.Context, text string, limit int) ([]gazetteer.Place, error) {
	words := stem.Words(text)
	if len(words) == 0 {
		return nil, nil
	}
	var b strings.Builder
	args := []any{limit}
	for n, w := range words[:min(len(words), 8)] {
		end := w
		if n == len(words)-1 && len([]rune(w)) >= 3 {
			end = w + "\U0010FFFF"
		}
		fmt.Fprintf(&b, ` AND p.id IN (SELECT place FROM place_word WHERE word >= $%d AND word <= $%d)`, len(args)+1, len(args)+2)
		args = append(args, w, end)
	}
	return all(ctx, t, scanPlace, `SELECT `+placeColumns+` FROM place p WHERE 1`+b.String()+` ORDER BY p.population DESC, p.name, p.key LIMIT $1`, args...)
}

// Towns lists settlements within a box, those with most people first.
func (t *Tx) Towns(ctx context.Context, b gazetteer.Box, limit int) ([]gazetteer.Place, error) {
	return all(ctx, t, scanPlace, `SELECT `+placeColumns+` FROM place p INDEXED BY place_people WHERE p.population > 0 AND p.lat BETWEEN $1 AND $2 AND p.lon BETWEEN $3 AND $4 AND p.kind NOT LIKE 'A.%' ORDER BY p.population DESC LIMIT $5`, b.South, b.North, b.West, b.East, limit)
}

const spotColumns = `subject, version, place, name, lat, lon, within, by_member, at_us`

func scanSpot(r scanner) (gazetteer.Spot, error) {
	var s gazetteer.Spot
	var at int64
	err := r.Scan(&s.Subject, &s.Version, &s.Place, &s.Name, &s.Lat, &s.Lon, &s.Within, &s.By, &at)
	s.At = clock.FromMicros(at)
	return s, err
}

// Spot returns where something was put on the map.
func (t *Tx) Spot(ctx context.Context, subject string) (gazetteer.Spot, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+spotColumns+` FROM spot WHERE subject = $1`, subject), scanSpot)
}

// PutSpot puts something on the map, or elsewhere.
func (t *Tx) PutSpot(ctx context.Context, s gazetteer.Spot) error {
	if _, err := t.exec(ctx, `INSERT INTO spot (`+spotColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (subject) DO UPDATE SET version = $2, place = $3, name = $4, lat = $5, lon = $6, within = $7`, s.Subject, s.Version, s.Place, s.Name, s.Lat, s.Lon, s.Within, s.By, clock.Micros(s.At)); err != nil {
		return err
	}
	// By every name that the gazetteer has for the place, in any script.
	names := s.Name
	if p, err := t.PlaceByKey(ctx, s.Place); err == nil {
		names += "\n" + p.Names
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	return t.setWords(ctx, "spot", s.Subject, names)
}

// Spots lists what lies within a box; the zero box is the world.
func (t *Tx) Spots(ctx context.Context, b gazetteer.Box, kind string, limit int) ([]gazetteer.Spot, error) {
	if b == (gazetteer.Box{}) {
		b = gazetteer.Box{South: -90, North: 90, West: -180, East: 180}
	}
	of, args := ``, []any{b.South, b.North, b.West, b.East, limit}
	if kind != "" {
		of, args = ` AND substr(subject, 1, instr(subject, '_') - 1) = $6`, append(args, kind)
	}
	return all(ctx, t, scanSpot, `SELECT `+spotColumns+` FROM spot WHERE lat BETWEEN $1 AND $2 AND lon BETWEEN $3 AND $4`+of+` ORDER BY lat, lon, subject LIMIT $5`, args...)
}

var _ gazetteer.Store = (*Tx)(nil)
