package cases

import (
	"context"
	"encoding/hex"

	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Receipt is a file that proves a cost. The file lies in the vault, sealed under
// a key of its own; the key and all that tells of it lie in the case's safe, so
// that nobody can open it once the case is erased.
type Receipt struct {
	Cost   string
	Name   string
	Type   string
	Size   int64
	SHA256 [32]byte // at receipt
	Blob   string
	Key    [32]byte
	Sums   []byte
}

// Hash is the file's SHA-256, to be compared.
func (r Receipt) Hash() string { return hex.EncodeToString(r.SHA256[:]) }

func (o *open) foldReceipt(e Edition[Receipt]) {
	if s := o.cost(e.Content.Cost); s != nil {
		s.Receipts = append(s.Receipts, e)
	}
}

// Prove keeps a receipt of a cost. The same file twice is one receipt: fresh is
// false then, and the sealed bytes that were brought are not needed.
func (b *Book) Prove(ctx context.Context, actor staff.Actor, id, cost string, r Receipt) (fresh bool, err error) {
	err = b.change(ctx, actor, id, func(o *open) error {
		s := o.cost(cost)
		if s == nil {
			return fault.Missing()
		}
		if r.Size == 0 {
			return fault.Bad("file", "The file is empty, or none was chosen.")
		}
		for _, old := range s.Receipts {
			if old.Content.SHA256 == r.SHA256 {
				return nil
			}
		}
		r.Cost = cost
		fresh = true
		_, err := o.write(ctx, KindReceipt, ids.New("receipt"), 0, 0, r)
		return err
	})
	return fresh && err == nil, err
}

// Receipt opens what is known of a receipt, to read its file; that is in the ledger.
func (b *Book) Receipt(ctx context.Context, actor staff.Actor, id, receipt string) (r Receipt, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return r, err
	}
	err = b.within(ctx, func(tx Store) error {
		o, err := b.load(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		for _, s := range o.Costs {
			for _, e := range s.Receipts {
				if e.ID == receipt {
					r = e.Content
					return o.log(ctx, "receipt.read", detail{KindReceipt, receipt, 1, false})
				}
			}
		}
		return fault.Missing()
	})
	return r, err
}

// forgetReceipts has the sealed files of a case removed from the disk.
func (o *open) forgetReceipts(ctx context.Context) error {
	for _, s := range o.Costs {
		for _, e := range s.Receipts {
			if err := o.tx.ForgetBlob(ctx, e.Content.Blob); err != nil {
				return err
			}
		}
	}
	return nil
}
