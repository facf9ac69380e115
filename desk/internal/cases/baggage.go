package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// What moves to another Desk beside the editions: files that items name, holds, and
// the plain rows of rooms above.

// Rows are plain rows that a room above keeps of cases: they move with them.
type Rows interface {
	// Part is the name of their part of the package, such as "tasks".
	Part() string
	// Take gives the rows of a case.
	Take(ctx context.Context, tx Store, file string) ([]json.RawMessage, error)
	// Put keeps one of them for a case that has come in, or refuses it.
	Put(ctx context.Context, tx Store, file string, row json.RawMessage) error
}

type (
	holdLine struct {
		ID      string    `json:"id"`
		Case    string    `json:"case"`
		Until   clock.Day `json:"until"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
		Second  string    `json:"second,omitempty"`
		EndedBy string    `json:"ended_by,omitempty"`
		Ended   time.Time `json:"ended"`
	}
	rowLine struct {
		Case string          `json:"case"`
		Row  json.RawMessage `json:"row"`
	}
)

// packRows takes a case's plain rows along that do not follow from its editions.
func (b *Book) packRows(ctx context.Context, tx Store, id string, a *archive) error {
	holds, err := tx.HoldsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, h := range holds {
		a.holds = append(a.holds, holdLine{h.ID, h.Case, h.Until, h.By, h.At.UTC(), h.Second, h.EndedBy, h.Ended.UTC()})
	}
	for _, r := range b.options.Rows {
		all, err := r.Take(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, row := range all {
			a.rows[r.Part()] = append(a.rows[r.Part()], rowLine{id, row})
		}
	}
	return nil
}

// arriveRows keeps them on the Desk to which they came. What this Desk has no room for is refused.
func (b *Book) arriveRows(ctx context.Context, tx Store, a *arrival, kinds map[string]string) error {
	for _, h := range a.holds {
		if !ids.Valid("hold", h.ID) || kinds[h.Case] != "case" || !ValidDay(h.Until) {
			return fault.Bad("file", "What keeps a case of the package from being erased has another form than this Desk knows. Nothing was kept.")
		}
		if err := tx.AddHold(ctx, HoldRow(h)); err != nil {
			return err
		}
	}
	for _, r := range b.options.Rows {
		var all []rowLine
		if rows(r.Part()+".jsonl", a, &all) != nil {
			return fault.Bad("file", "This is no package of cases, or it is damaged. Nothing was kept.")
		}
		for _, x := range all {
			if kinds[x.Case] != "case" {
				return fault.Bad("file", "A row of the package belongs to no case in it. Nothing was kept.")
			}
			if err := r.Put(ctx, tx, x.Case, x.Row); err != nil {
				return err
			}
		}
	}
	return nil
}

// packFiles takes the file along that an item names, and its key and place out of the item.
func (b *Book) packFiles(k Kind, plain []byte, a *archive) ([]byte, error) {
	switch k {
	case KindForm:
		return b.packFile(plain, a)
	case KindReceipt:
		var r Receipt
		if err := json.Unmarshal(plain, &r); err != nil || r.Blob == "" {
			return plain, nil
		}
		raw, err := b.readSealed(r.scan())
		if err != nil {
			return nil, err
		}
		a.files[r.Hash()] = raw
		r.Blob, r.Key, r.Sums = "", [32]byte{}, nil
		return json.Marshal(r)
	}
	return plain, nil
}

// scan is a receipt's file as the cabinet knows it.
func (r Receipt) scan() Scan {
	return Scan{Name: r.Name, Type: r.Type, ID: r.Blob, Key: r.Key[:], Size: r.Size, SHA256: r.Hash(), Sums: r.Sums}
}

// readSealed reads a whole file of a case, or says that it cannot go along.
func (b *Book) readSealed(s Scan) (raw []byte, err error) {
	lost := fault.New(fault.Conflict, "A file of a case cannot be read from the disk, so nothing was given: it would be missing there. Look at the cases' papers and receipts; one of them does not open.")
	if b.options.Cabinet == nil {
		return nil, lost
	}
	r, err := b.options.Cabinet.Open(s)
	if err != nil {
		return nil, lost
	}
	defer r.Close()
	if raw, err = io.ReadAll(io.LimitReader(r, maxArrival)); err != nil {
		return nil, lost
	}
	return raw, nil
}

// unpackFiles keeps the file that came with an item, under a new key.
func (b *Book) unpackFiles(k Kind, plain []byte, a *arrival) ([]byte, error) {
	switch k {
	case KindForm:
		return b.unpackFile(plain, a)
	case KindReceipt:
		var r Receipt
		if err := json.Unmarshal(plain, &r); err != nil || r.Size == 0 {
			return plain, nil
		}
		r.Blob, r.Key, r.Sums = "", [32]byte{}, nil
		// A package from before receipts went along holds their words and no file.
		if raw, ok := a.files["files/"+r.Hash()]; ok && b.options.Cabinet != nil {
			s, err := b.options.Cabinet.Keep(bytes.NewReader(raw))
			if err != nil {
				return nil, err
			}
			a.kept = append(a.kept, s.ID)
			if s.SHA256 != r.Hash() || len(s.Key) != len(r.Key) {
				return nil, fault.Bad("file", "A file of the package is not what its receipt says. Nothing was kept.")
			}
			r.Blob, r.Key, r.Sums = s.ID, [32]byte(s.Key), s.Sums
		}
		return json.Marshal(r)
	}
	return plain, nil
}

// sharedSafe makes the safe of a place or a provider that came along, or opens the one
// that is here: a colleague's package may have brought it. Here lists what lies in it.
func sharedSafe(ctx context.Context, tx Store, actor staff.Actor, id string) (here map[string][]byte, err error) {
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return nil, err
	}
	here = map[string][]byte{}
	if len(grants) == 0 {
		_, err := grantAll(ctx, tx, id, actor.Member)
		return here, err
	}
	s, err := unlock(ctx, tx, actor, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.Conflict, "A place or provider of the package is here already, and you cannot open it. Ask the colleague who brought it to show it to you, then try again. Nothing was kept.")
	}
	if err != nil {
		return nil, err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if here[i.label()], err = s.Take(i.label(), i.Sealed); err != nil {
			return nil, err
		}
	}
	return here, nil
}

// sameThere compares an edition that came with the one that is here.
func sameThere(here []byte, there json.RawMessage) bool {
	var a, b any
	if json.Unmarshal(here, &a) != nil || json.Unmarshal(there, &b) != nil {
		return false
	}
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
