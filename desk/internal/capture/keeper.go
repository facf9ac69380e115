package capture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Order is what a person asks for.
type Order struct {
	ID, Item           string
	Address            string
	Way                Way
	Description        string
	Graphic, Sensitive bool
	Sure               bool // that the site may learn of it
}

func (k *Keeper) check(o Order) error {
	var c fault.Check
	c.Field(ids.Valid("capture", o.ID), "", "This form is not from here. Load the page again.")
	c.Field(slices.Contains(k.Ways(), o.Way), "way", "Choose how the page is taken.")
	c.Field(strings.TrimSpace(o.Description) != "", "description", "Say what it shows. A colleague must be able to decide whether to look.")
	c.Field(o.Sure, "sure", "Say that the site may learn of it, or bring a capture made elsewhere.")
	if err := c.Err(); err != nil {
		return err
	}
	return k.Snare.Check(o.Address)
}

var hows = map[Way]snare.How{Plain: snare.Alone, Still: snare.Still, Browser: snare.Running}

// Take visits a page once and keeps what came. The same order again visits nothing:
// it answers with what became of the first.
func (k *Keeper) Take(ctx context.Context, by staff.Actor, o Order) (c Capture, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return c, err
	}
	if k.Snare == nil {
		return c, fault.New(fault.Conflict, "Pages are not taken here. The administrator can allow it; bring a capture made elsewhere.")
	}
	if err := k.check(o); err != nil {
		return c, err
	}
	c, fresh, err := k.begin(ctx, by, Capture{ID: o.ID, Item: o.Item, Way: o.Way, State: Taking})
	if err != nil || !fresh {
		return c, err
	}
	taken, err := k.Snare.Take(ctx, o.Address, hows[o.Way])
	if err != nil {
		return c, errors.Join(err, k.fail(ctx, by, c))
	}
	pieces := piecesOf(o, taken)
	done, err := k.keep(ctx, by, c, pieces, func(tx Store, x *Facts) error {
		x.of(taken)
		return k.compare(ctx, tx, by, c, x, taken)
	})
	if err != nil {
		return c, errors.Join(err, k.fail(ctx, by, c))
	}
	return done, nil
}

// begin notes that a page is being taken, so that the same form visits it once.
func (k *Keeper) begin(ctx context.Context, by staff.Actor, c Capture) (_ Capture, fresh bool, err error) {
	c.By, c.At = by.ID, k.Clock.Now()
	return c, fresh, k.Within(ctx, func(tx Store) error {
		was, err := tx.Capture(ctx, c.ID)
		switch {
		case err == nil && (was.By != by.ID || was.Item != c.Item):
			return fault.Missing()
		case err == nil && was.State == Failed:
			return fault.New(fault.Conflict, "This form was sent before, and nothing could be kept. Load the page again.")
		case err == nil:
			c = was
			return nil
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		if err := mayAdd(ctx, tx, by, c.Item); err != nil {
			return err
		}
		fresh = true
		if err := tx.AddCapture(ctx, c); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "capture.begun", Subject: c.ID, Detail: struct{ Way Way }{c.Way}})
	})
}

func mayAdd(ctx context.Context, tx Store, by staff.Actor, item string) error {
	i, err := tx.RecordItem(ctx, item)
	if err != nil || i.Safe == "" {
		return err
	}
	_, err = safe.For(ctx, tx, by, i.Safe)
	return err
}

// fail notes that nothing was kept. Why is told to who asked and stands nowhere: it
// could tell of the address.
func (k *Keeper) fail(ctx context.Context, by staff.Actor, c Capture) error {
	c.State = Failed
	return k.Within(context.WithoutCancel(ctx), func(tx Store) error {
		if err := tx.EndCapture(ctx, c); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "capture.failed", Subject: c.ID})
	})
}

// piece is one file to be kept.
type piece struct {
	kind Kind
	step evidence.Step
	from Kind
	in   evidence.In
	body io.Reader
}

// piecesOf puts what came into files, each after the one that it is made from.
func piecesOf(o Order, t *snare.Taken) []piece {
	about := func(name, kind, how string) evidence.In {
		return evidence.In{Name: name, Type: kind, Description: o.Description, Graphic: o.Graphic, Sensitive: o.Sensitive, URL: t.Final, How: how + " (" + t.Tool + ")"}
	}
	all := []piece{
		{Traffic, evidence.None, "", about("traffic.warc", "application/warc", "every request and answer of one visit"), bytes.NewReader(t.Traffic)},
		{Page, evidence.Body, Traffic, about("page"+evidence.Extension(t.Type), plainType(t.Type), "the body of the answer"), bytes.NewReader(t.Page)},
		{Heads, evidence.Heads, Traffic, about("heads.txt", "text/plain; charset=utf-8", "what was asked and answered, and the certificates"), bytes.NewReader(t.Heads)},
	}
	if len(t.Picture) > 0 {
		all = append(all, piece{Picture, evidence.Drawn, Page, about("page.png", "image/png", "drawn by a browser"), bytes.NewReader(t.Picture)})
	}
	if len(t.Single) > 0 {
		all = append(all, piece{Single, evidence.Whole, Page, about("page.mhtml", "multipart/related", "written by a browser"), bytes.NewReader(t.Single)})
	}
	return all
}

// plainType is the type that a server says, if it is one.
func plainType(t string) string {
	if t = strings.TrimSpace(t); t == "" || len(t) > 100 || strings.ContainsFunc(t, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "application/octet-stream"
	}
	return t
}

// keep seals the pieces first, which may take long, and takes all of them in at once.
func (k *Keeper) keep(ctx context.Context, by staff.Actor, c Capture, pieces []piece, say func(Store, *Facts) error) (_ Capture, err error) {
	held := make([]vault.Blob, 0, len(pieces))
	used := map[string]bool{}
	defer func() {
		for _, b := range held {
			if err != nil || !used[b.ID] {
				err = errors.Join(err, k.Locker.Vault.Remove(b.ID)) // refused, or the same content is here already
			}
		}
	}()
	for _, p := range pieces {
		b, err := k.Locker.Hold(p.body)
		if err != nil {
			return c, err
		}
		held = append(held, b)
	}
	err = k.Within(ctx, func(tx Store) error {
		var x Facts
		clear(used)
		files := map[Kind]evidence.File{}
		for i, p := range pieces {
			h := evidence.Held{In: p.in, Blob: held[i], Step: p.step, From: files[p.from].ID}
			f, fresh, err := k.Locker.ReceiveIn(ctx, tx, by, c.Item, h)
			if err != nil {
				return err
			}
			used[held[i].ID] = fresh
			files[p.kind] = f
			x.Parts = append(x.Parts, Part{p.kind, f.ID})
		}
		if err := say(tx, &x); err != nil {
			return err
		}
		return k.end(ctx, tx, by, &c, files[pieces[0].kind], x)
	})
	if err == nil && k.Kept != nil {
		k.Kept()
	}
	return c, err
}

// end seals what is known into the safe of the file from which the others were made.
func (k *Keeper) end(ctx context.Context, tx Store, by staff.Actor, c *Capture, root evidence.File, x Facts) error {
	box, err := safe.For(ctx, tx, by, root.Safe)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(x)
	if err != nil {
		return err
	}
	c.State, c.Root, c.Safe, c.Sealed = Kept, root.ID, root.Safe, box.Put(Label(c.ID), plain)
	if err := tx.EndCapture(ctx, *c); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "capture.kept", Subject: c.ID, Scope: c.Safe})
}

// Label says where a capture's facts lie in their safe.
func Label(id string) string { return "capture/" + id }

func (x *Facts) of(t *snare.Taken) {
	x.Asked, x.Final, x.Title, x.Status, x.Server, x.Tool, x.Started, x.Ended = t.Asked, t.Final, t.Title, t.Status, t.Server, t.Tool, t.Started, t.Ended
	x.Hops, x.Certificates, x.Exchanges, x.Notes, x.Turned, x.Type = t.Hops, t.Certificates, t.Exchanges, t.Notes, t.Turned, t.Type
}

// open opens a capture's facts, as far as the actor may know them.
func (k *Keeper) open(ctx context.Context, tx Store, by staff.Actor, c Capture) (o Opened, err error) {
	o.Capture = c
	o.Dead = c.State == Taking && k.Clock.Now().Sub(c.At) > CutShort
	if c.State != Kept {
		return o, nil
	}
	box, err := safe.For(ctx, tx, by, c.Safe)
	if fault.KindOf(err) == fault.NotFound {
		grants, err := tx.Grants(ctx, c.Safe)
		o.Gone = len(grants) == 0
		return o, err
	}
	if err != nil {
		return o, err
	}
	plain, err := box.Take(Label(c.ID), c.Sealed)
	if err != nil {
		return o, err
	}
	o.Open = true
	return o, json.Unmarshal(plain, &o.Facts)
}

// List gives the captures of an item, the newest first. That their addresses were
// read goes into the ledger.
func (k *Keeper) List(ctx context.Context, by staff.Actor, item string) (i record.Item, out []Opened, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return i, nil, err
	}
	return i, out, k.Within(ctx, func(tx Store) error {
		if i, err = tx.RecordItem(ctx, item); err != nil {
			return err
		}
		all, err := tx.CapturesOf(ctx, item)
		if err != nil {
			return err
		}
		read := false
		out = nil
		for _, c := range all {
			o, err := k.open(ctx, tx, by, c)
			if err != nil {
				return err
			}
			out, read = append(out, o), read || o.Open
		}
		if !read {
			return nil
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "capture.listed", Subject: item, Scope: i.Safe})
	})
}

// Page gives one capture.
func (k *Keeper) Page(ctx context.Context, by staff.Actor, id string) (o Opened, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return o, err
	}
	return o, k.Within(ctx, func(tx Store) error {
		c, err := tx.Capture(ctx, id)
		if err != nil {
			return err
		}
		if o, err = k.open(ctx, tx, by, c); err != nil || !o.Open {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "capture.read", Subject: id, Scope: c.Safe})
	})
}
