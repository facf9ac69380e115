package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// ViewFor is how long one opening lasts.
const ViewFor = 30 * time.Minute

// Opened is a file with its facts, for who may know them.
type Opened struct {
	File
	Facts Facts
	Open  bool  // the facts may be known
	Gone  bool  // destroyed: nobody can know them
	State State // of the sealed bytes
}

// Page is everything about one file.
type Page struct {
	Opened
	Item   record.Item
	Parent Opened
	Made   []Opened // from it
	Events []Event
	Stamps []Batch
}

// facts opens a file's facts; ok is false without a grant.
func facts(ctx context.Context, tx Store, by staff.Actor, f File) (x Facts, ok bool, err error) {
	box, err := openSafe(ctx, tx, by, f.Safe)
	if fault.KindOf(err) == fault.NotFound {
		return x, false, nil
	}
	if err != nil {
		return x, false, err
	}
	plain, err := box.Take(Label(f.ID), f.Sealed)
	if err != nil {
		return x, false, err
	}
	return x, true, json.Unmarshal(plain, &x)
}

func opened(ctx context.Context, tx Store, by staff.Actor, f File) (o Opened, err error) {
	o.File = f
	if o.Facts, o.Open, err = facts(ctx, tx, by, f); err != nil {
		return o, err
	}
	if !o.Open {
		grants, err := tx.Grants(ctx, f.Safe)
		if err != nil {
			return o, err
		}
		o.Gone = len(grants) == 0
	}
	b, err := tx.Blob(ctx, f.Blob)
	if fault.KindOf(err) == fault.NotFound && o.Gone {
		return o, nil
	}
	o.State = b.State
	return o, err
}

// List gives the files of an item. That it was looked at goes into the ledger.
func (l *Locker) List(ctx context.Context, by staff.Actor, item string) (i record.Item, out []Opened, err error) {
	if err := reading(by); err != nil {
		return i, nil, err
	}
	return i, out, l.Within(ctx, func(tx Store) error {
		if i, err = tx.RecordItem(ctx, item); err != nil {
			return err
		}
		all, err := tx.EvidenceOf(ctx, item)
		if err != nil {
			return err
		}
		known := false
		out = nil
		for _, f := range all {
			o, err := opened(ctx, tx, by, f)
			if err != nil {
				return err
			}
			out, known = append(out, o), known || o.Open
		}
		if !known {
			return nil
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "evidence.listed", Subject: item, Scope: i.Safe})
	})
}

// Page gives all that is known about a file, without its content.
func (l *Locker) Page(ctx context.Context, by staff.Actor, id string) (p Page, err error) {
	if err := reading(by); err != nil {
		return p, err
	}
	return p, l.Within(ctx, func(tx Store) error {
		f, err := tx.Evidence(ctx, id)
		if err != nil {
			return err
		}
		if p.Opened, err = opened(ctx, tx, by, f); err != nil {
			return err
		}
		if p.Item, err = tx.RecordItem(ctx, f.Item); err != nil {
			return err
		}
		if err := p.family(ctx, tx, by); err != nil {
			return err
		}
		if p.Events, err = tx.Events(ctx, id); err != nil {
			return err
		}
		if p.Stamps, err = tx.BatchesOf(ctx, id); err != nil || !p.Open {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "evidence.described", Subject: id, Scope: f.Safe})
	})
}

func (p *Page) family(ctx context.Context, tx Store, by staff.Actor) error {
	if p.From != "" {
		f, err := tx.Evidence(ctx, p.From)
		if err != nil {
			return err
		}
		if p.Parent, err = opened(ctx, tx, by, f); err != nil {
			return err
		}
	}
	made, err := tx.EvidenceFrom(ctx, p.ID)
	if err != nil {
		return err
	}
	p.Made = nil
	for _, f := range made {
		o, err := opened(ctx, tx, by, f)
		if err != nil {
			return err
		}
		p.Made = append(p.Made, o)
	}
	return nil
}

// Look opens a file for half an hour, to be seen on a page. It is a custody event.
func (l *Locker) Look(ctx context.Context, by staff.Actor, id string, why Purpose) (v View, err error) {
	v = View{ID: ids.New("view"), File: id, Member: by.ID, Session: by.Session, Until: l.Clock.Now().Add(ViewFor)}
	return v, l.take(ctx, by, id, why, "evidence.viewed", func(tx Store, _ File, _ Facts) error { return tx.AddView(ctx, v) })
}

// take does something with a file's content, for a purpose, as a custody event.
func (l *Locker) take(ctx context.Context, by staff.Actor, id string, why Purpose, action string, do func(Store, File, Facts) error) error {
	if err := reading(by); err != nil {
		return err
	}
	if !slices.Contains(Purposes(), why) {
		return fault.Bad("purpose", "Say what you open it for.")
	}
	return l.Within(ctx, func(tx Store) error {
		f, err := tx.Evidence(ctx, id)
		if err != nil {
			return err
		}
		x, ok, err := facts(ctx, tx, by, f)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		if err := note(ctx, tx, by.ID, f, action, exhibit.Detail{Purpose: string(why)}); err != nil {
			return err
		}
		return do(tx, f, x)
	})
}

// Content is a file's content, open for reading.
type Content struct {
	*vault.Reader
	Facts Facts
	File  File
}

// Copy opens a file to be taken out of the Desk. It is a custody event.
func (l *Locker) Copy(ctx context.Context, by staff.Actor, id string, why Purpose) (c *Content, err error) {
	return c, l.take(ctx, by, id, why, "evidence.copied", func(tx Store, f File, x Facts) error {
		c, err = l.content(ctx, tx, f, x)
		return err
	})
}

func (l *Locker) content(ctx context.Context, tx Store, f File, x Facts) (*Content, error) {
	b, err := tx.Blob(ctx, f.Blob)
	if err != nil {
		return nil, err
	}
	r, err := l.Vault.Open(vault.Blob{ID: b.ID, Key: x.Key, Size: x.Size, Sums: b.Sums})
	if errors.Is(err, vault.ErrMissing) {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return &Content{Reader: r, Facts: x, File: f}, nil
}

var errGone = fault.New(fault.Conflict, "The sealed bytes of this file are not in the vault any more. Tell the security officer, and look for a backup.")

// OpenIn opens a file's content within a transaction of a room above, for a purpose,
// as a custody event.
func (l *Locker) OpenIn(ctx context.Context, tx Store, by staff.Actor, id string, why Purpose) (*Content, error) {
	if err := reading(by); err != nil {
		return nil, err
	}
	f, err := tx.Evidence(ctx, id)
	if err != nil {
		return nil, err
	}
	x, ok, err := facts(ctx, tx, by, f)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Missing()
	}
	if err := note(ctx, tx, by.ID, f, "evidence.viewed", exhibit.Detail{Purpose: string(why)}); err != nil {
		return nil, err
	}
	return l.content(ctx, tx, f, x)
}

// Bytes opens the content for a view that was granted to this very session and
// has not ended. The opening itself stands in the ledger already.
func (l *Locker) Bytes(ctx context.Context, by staff.Actor, file, view string) (c *Content, v View, err error) {
	if err := reading(by); err != nil {
		return nil, v, err
	}
	return c, v, l.Reading(ctx, func(tx Store) error {
		if v, err = tx.View(ctx, view); err != nil {
			return err
		}
		if v.File != file || v.Member != by.ID || v.Session != by.Session || !v.Until.After(l.Clock.Now()) {
			return fault.Missing()
		}
		f, err := tx.Evidence(ctx, file)
		if err != nil {
			return err
		}
		x, ok, err := facts(ctx, tx, by, f)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		c, err = l.content(ctx, tx, f, x)
		return err
	})
}

// Rehash reads a file to its end and compares its SHA-256 with that at receipt.
func (l *Locker) Rehash(ctx context.Context, by staff.Actor, id string) (good bool, err error) {
	if err := reading(by); err != nil {
		return false, err
	}
	var c *Content
	if err := l.Reading(ctx, func(tx Store) error {
		f, err := tx.Evidence(ctx, id)
		if err != nil {
			return err
		}
		x, ok, err := facts(ctx, tx, by, f)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Missing()
		}
		c, err = l.content(ctx, tx, f, x)
		return err
	}); err != nil {
		return false, err
	}
	defer c.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, c)
	if err != nil && !errors.Is(err, vault.ErrAltered) {
		return false, err
	}
	good = err == nil && [32]byte(sum.Sum(nil)) == c.Facts.SHA256
	action, state := "evidence.rehashed", Good
	if !good {
		action, state = "evidence.altered", Altered
	}
	return good, l.Within(ctx, func(tx Store) error {
		if err := tx.BlobChecked(ctx, c.File.Blob, state, l.Clock.Now()); err != nil {
			return err
		}
		return note(ctx, tx, by.ID, c.File, action, exhibit.Detail{})
	})
}
