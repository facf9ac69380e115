package store

import (
	"context"
	"encoding/json"
	"time"

	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

const loadColumns = `id, by_member, kind, collection, at_us, blobs, sealed`

func scanLoad(r scanner) (harvest.Load, error) {
	var l harvest.Load
	var at int64
	var blobs string
	if err := r.Scan(&l.ID, &l.By, &l.Kind, &l.Collection, &at, &blobs, (*[]byte)(&l.Sealed)); err != nil {
		return l, err
	}
	l.At = clock.FromMicros(at)
	return l, json.Unmarshal([]byte(blobs), &l.Blobs)
}

// AddLoad adds what a member brought.
func (t *Tx) AddLoad(ctx context.Context, l harvest.Load) error {
	blobs, err := json.Marshal(l.Blobs)
	if err != nil {
		return err
	}
	return t.insert(ctx, "This was sent already.", `INSERT INTO harvest_load (`+loadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.ID, l.By, string(l.Kind), l.Collection, clock.Micros(l.At), string(blobs), []byte(l.Sealed))
}

// Load returns one.
func (t *Tx) Load(ctx context.Context, id string) (harvest.Load, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+loadColumns+` FROM harvest_load WHERE id = $1`, id), scanLoad)
}

// LoadsOf lists what a member brought, the newest first.
func (t *Tx) LoadsOf(ctx context.Context, member string) ([]harvest.Load, error) {
	return all(ctx, t, scanLoad, `SELECT `+loadColumns+` FROM harvest_load WHERE by_member = $1 ORDER BY at_us DESC, id`, member)
}

// LoadsBefore lists what waits since before a time.
func (t *Tx) LoadsBefore(ctx context.Context, at time.Time) ([]harvest.Load, error) {
	return all(ctx, t, scanLoad, `SELECT `+loadColumns+` FROM harvest_load WHERE at_us < $1 ORDER BY at_us, id`, clock.Micros(at))
}

// DropLoad forgets one.
func (t *Tx) DropLoad(ctx context.Context, id string) error {
	return t.execOne(ctx, `DELETE FROM harvest_load WHERE id = $1`, id)
}

// Mapping gives what was chosen for a collection; nothing when nobody chose.
func (t *Tx) Mapping(ctx context.Context, collection string) (foreign.Kind, []byte, error) {
	type kept struct {
		kind foreign.Kind
		body string
	}
	k, err := one(t.q.QueryRow(ctx, `SELECT kind, body FROM harvest_mapping WHERE collection = $1`, collection), func(r scanner) (k kept, err error) {
		err = r.Scan(&k.kind, &k.body)
		return k, err
	})
	if fault.KindOf(err) == fault.NotFound {
		return "", nil, nil
	}
	return k.kind, []byte(k.body), err
}

// PutMapping keeps what was chosen for a collection.
func (t *Tx) PutMapping(ctx context.Context, collection string, kind foreign.Kind, body []byte, by string, at time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO harvest_mapping (collection, kind, body, by_member, at_us) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (collection) DO UPDATE SET kind = $2, body = $3, by_member = $4, at_us = $5`, collection, string(kind), string(body), by, clock.Micros(at))
	return err
}

// KnownRow returns what came from a row before.
func (t *Tx) KnownRow(ctx context.Context, collection string, own []byte) (harvest.Known, error) {
	return one(t.q.QueryRow(ctx, `SELECT collection, own, content, item, incident, claim, at_us FROM harvest_row WHERE collection = $1 AND own = $2`, collection, own), func(r scanner) (harvest.Known, error) {
		var k harvest.Known
		var at int64
		err := r.Scan(&k.Collection, &k.Own, &k.Content, &k.Item, &k.Incident, &k.Claim, &at)
		k.At = clock.FromMicros(at)
		return k, err
	})
}

// PutKnownRow keeps what came from a row.
func (t *Tx) PutKnownRow(ctx context.Context, k harvest.Known) error {
	_, err := t.exec(ctx, `INSERT INTO harvest_row (collection, own, content, item, incident, claim, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (collection, own) DO UPDATE SET content = $3, item = $4, incident = $5, claim = $6, at_us = $7`, k.Collection, k.Own, k.Content, k.Item, k.Incident, k.Claim, clock.Micros(k.At))
	return err
}
