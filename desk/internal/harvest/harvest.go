// Package harvest takes into the record what other programs hold: entities of
// Uwazi, submissions of KoboToolbox and ODK, features of GeoJSON.
//
// What a member brings is sealed first, for them alone. They say what each column
// is; what was chosen is kept for the collection. Trying it tells row by row what
// would happen and keeps nothing. Taking it in keeps everything in one
// transaction: each row becomes an item with its words as they stand, and, where
// the member says so, a source, an incident, a claim and files. A row is known
// again by its own id, of which only a keyed fingerprint is kept: the same row
// again changes nothing, a changed one becomes another item beside the old, and
// what was destroyed does not come back. The Barn carries the verbs. The package
// refuses HTTP, SQL and files; it imports foreign, evidence, record, vault, edtf,
// count, table, safe, staff, ledger and the ground.
package harvest

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Load is what a member brought and has not taken in or thrown away yet.
type Load struct {
	ID, By     string
	Kind       foreign.Kind
	Collection string // what it belongs to: rows of the same collection are known again
	At         time.Time
	Blobs      []string    // in the vault
	Sealed     safe.Sealed // parts: their keys and names
}

// Keep is for how long a load waits.
const Keep = 7 * 24 * time.Hour

// part is one file of a load.
type part struct {
	Name string     `json:"name"`
	Blob vault.Blob `json:"blob"`
}

// Known is what came from a row before.
type Known struct {
	Collection            string
	Own, Content          []byte // keyed fingerprints
	Item, Incident, Claim string
	At                    time.Time
}

// Loads keeps what waits, and what came in.
type Loads interface {
	AddLoad(ctx context.Context, l Load) error
	Load(ctx context.Context, id string) (Load, error)
	LoadsOf(ctx context.Context, member string) ([]Load, error)
	LoadsBefore(ctx context.Context, t time.Time) ([]Load, error)
	DropLoad(ctx context.Context, id string) error
	// Mapping gives what was chosen for a collection; none is empty.
	Mapping(ctx context.Context, collection string) (foreign.Kind, []byte, error)
	PutMapping(ctx context.Context, collection string, kind foreign.Kind, body []byte, by string, at time.Time) error
	KnownRow(ctx context.Context, collection string, own []byte) (Known, error)
	PutKnownRow(ctx context.Context, k Known) error
}

// Store is everything that the room needs of one transaction.
type Store interface {
	Loads
	evidence.Store
}

// Within runs f in one transaction.
type Within func(ctx context.Context, f func(Store) error) error

// Barn carries the verbs.
type Barn struct {
	Within, Reading Within
	Archive         *record.Archive
	Locker          *evidence.Locker
	Vault           evidence.Vault
	Clock           clock.Clock
}

// File is one file that a member brings.
type File struct {
	Name string
	R    io.Reader
}

// Bring keeps what a member brings, sealed for them alone. It is read first: what
// cannot be read is not kept. The id comes with the form.
func (b *Barn) Bring(ctx context.Context, by staff.Actor, id string, kind foreign.Kind, collection string, files []vault.Blob, names []string) (Load, []table.Wrong, error) {
	l := Load{ID: id, By: by.ID, Kind: kind, Collection: strings.Join(strings.Fields(collection), " "), At: b.Clock.Now()}
	err := by.Must(staff.Documenter)
	if err == nil {
		var k fault.Check
		k.Field(ids.Valid("load", id), "collection", "Load the page again.")
		k.Field(l.Collection != "", "collection", "Give the collection a name that names nobody.")
		k.Field(len(files) > 0, "file", "Choose a file.")
		err = k.Err()
	}
	var parts []part
	for i, f := range files {
		l.Blobs = append(l.Blobs, f.ID)
		parts = append(parts, part{names[i], f})
	}
	var bad []table.Wrong
	if err == nil {
		_, bad, err = b.read(kind, parts)
	}
	if err != nil || len(bad) > 0 {
		b.forget(l.Blobs)
		return Load{}, bad, err
	}
	err = b.Within(ctx, func(tx Store) error {
		if old, err := tx.Load(ctx, id); err == nil && old.By == by.ID {
			l = old
			return fault.New(fault.Conflict, "This was sent already.")
		}
		box, err := safe.Make(ctx, tx, id, by.Member)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(parts)
		if err != nil {
			return err
		}
		l.Sealed = box.Put(label(id), plain)
		if err := tx.AddLoad(ctx, l); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "harvest.brought", Subject: id, Scope: id, Detail: struct{ Kind foreign.Kind }{kind}})
	})
	if err != nil {
		var mine []string
		for _, f := range files {
			mine = append(mine, f.ID)
		}
		b.forget(mine)
	}
	if fault.KindOf(err) == fault.Conflict && l.Sealed != nil {
		err = nil // sent twice: the first stands
	}
	return l, nil, err
}

func label(id string) string { return "harvest/" + id }

// Hold seals a file as it comes, before anything is known of it.
func (b *Barn) Hold(r io.Reader) (vault.Blob, error) { return b.Locker.Hold(r) }

// Let removes what was held and is not brought.
func (b *Barn) Let(files []vault.Blob) {
	for _, f := range files {
		b.forget([]string{f.ID})
	}
}

func (b *Barn) forget(blobs []string) {
	for _, id := range blobs {
		_ = b.Vault.Remove(id) // sealed under a key that nobody has any more; the sweep of the folder finds it
	}
}

// read reads the parts of a load.
func (b *Barn) read(kind foreign.Kind, parts []part) (foreign.Sheet, []table.Wrong, error) {
	var all [2]foreign.Bytes
	for i, p := range parts {
		if i == len(all) {
			break
		}
		r, err := b.Vault.Open(p.Blob)
		if err != nil {
			return foreign.Sheet{}, nil, err
		}
		all[i] = foreign.Bytes{R: &window{r: r}, Size: p.Blob.Size}
	}
	s, bad := foreign.Read(kind, all[0], all[1])
	return s, bad, nil
}

// Waiting lists what a member brought.
func (b *Barn) Waiting(ctx context.Context, by staff.Actor) (all []Load, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return nil, err
	}
	err = b.Reading(ctx, func(tx Store) error {
		all, err = tx.LoadsOf(ctx, by.ID)
		return err
	})
	return all, err
}

// Opened is a load with its rows, and what was chosen for its collection.
type Opened struct {
	Load    Load
	Sheet   foreign.Sheet
	Mapping Mapping
	Kept    bool // the mapping was chosen by a person before
	Sources []record.Source
	Places  []record.Incident
}

// Open reads a load. Only who brought it can, and it stands in the ledger.
func (b *Barn) Open(ctx context.Context, by staff.Actor, id string) (o Opened, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return o, err
	}
	var parts []part
	err = b.Within(ctx, func(tx Store) error {
		if o.Load, parts, err = b.mine(ctx, tx, by, id); err != nil {
			return err
		}
		if o.Sources, err = tx.Sources(ctx); err != nil {
			return err
		}
		if o.Places, err = tx.Incidents(ctx); err != nil {
			return err
		}
		kind, body, err := tx.Mapping(ctx, o.Load.Collection)
		if err != nil {
			return err
		}
		if len(body) > 0 && kind == o.Load.Kind {
			o.Kept = json.Unmarshal(body, &o.Mapping) == nil
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "harvest.read", Subject: id, Scope: id})
	})
	if err != nil {
		return o, err
	}
	var bad []table.Wrong
	if o.Sheet, bad, err = b.read(o.Load.Kind, parts); err == nil && len(bad) > 0 {
		err = fault.New(fault.Conflict, bad[0].What)
	}
	if !o.Kept {
		o.Mapping = Propose(o.Sheet)
	} else {
		o.Mapping.complete(o.Sheet)
	}
	return o, err
}

func (b *Barn) mine(ctx context.Context, tx Store, by staff.Actor, id string) (l Load, parts []part, err error) {
	if l, err = tx.Load(ctx, id); err != nil {
		return l, nil, err
	}
	if l.By != by.ID {
		return l, nil, fault.Missing()
	}
	box, err := safe.For(ctx, tx, by, id)
	if err != nil {
		return l, nil, err
	}
	plain, err := box.Take(label(id), l.Sealed)
	if err != nil {
		return l, nil, err
	}
	return l, parts, json.Unmarshal(plain, &parts)
}

// Drop throws a load away.
func (b *Barn) Drop(ctx context.Context, by staff.Actor, id string) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	var l Load
	err := b.Within(ctx, func(tx Store) (err error) {
		if l, err = tx.Load(ctx, id); err != nil {
			return err
		}
		if l.By != by.ID {
			return fault.Missing()
		}
		return drop(ctx, tx, by.ID, l)
	})
	if err == nil {
		b.forget(l.Blobs)
	}
	return err
}

func drop(ctx context.Context, tx Store, actor string, l Load) error {
	if err := tx.DropLoad(ctx, l.ID); err != nil {
		return err
	}
	grants, err := tx.Grants(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := tx.RemoveGrant(ctx, g.Safe, g.Member); err != nil {
			return err
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: actor, Action: "harvest.dropped", Subject: l.ID})
}

// Tend throws away what waited too long.
func (b *Barn) Tend(ctx context.Context) error {
	var old []Load
	before := b.Clock.Now().Add(-Keep)
	if err := b.Reading(ctx, func(tx Store) (err error) {
		old, err = tx.LoadsBefore(ctx, before)
		return err
	}); err != nil || len(old) == 0 {
		return err
	}
	err := b.Within(ctx, func(tx Store) error {
		for _, l := range old {
			if err := drop(ctx, tx, ledger.Desk, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		for _, l := range old {
			b.forget(l.Blobs)
		}
	}
	return err
}
