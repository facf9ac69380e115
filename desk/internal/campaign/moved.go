package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"waylight/desk/internal/staff"
)

// Shift is a basis that does not stand any more as it was frozen.
type Shift struct {
	Basis
	Now  Text // what it says now
	Gone bool // it was withdrawn, or may not be shown any more
	to   string
}

// shifts lists what of some bases does not stand as it was frozen.
func (b *Board) shifts(ctx context.Context, all ...[]Basis) ([][]Shift, error) {
	out := make([][]Shift, len(all))
	if b.Bases == nil {
		return out, nil
	}
	stand, err := b.Bases.Bases(ctx)
	if err != nil {
		return nil, fmt.Errorf("campaign: how the basis stands: %w", err)
	}
	now := map[[2]string]Basis{}
	for _, x := range stand {
		now[[2]string{x.Kind, x.Key}] = x
	}
	for i, frozen := range all {
		for _, x := range changed(frozen, func(kind, key string) string { return now[[2]string{kind, key}].Version }) {
			n, ok := now[[2]string{x.Kind, x.Key}]
			out[i] = append(out[i], Shift{Basis: x, Now: n.Says, Gone: !ok, to: n.Version})
		}
	}
	return out, nil
}

// changed lists the parts of a frozen basis that do not stand any more. now gives the
// present version of a key, or "" when it is gone.
func changed(frozen []Basis, now func(kind, key string) string) []Basis {
	var out []Basis
	for _, b := range frozen {
		if now(b.Kind, b.Key) != b.Version {
			out = append(out, b)
		}
	}
	return out
}

// Moved lists, by demand, what a demand rests on and has changed since.
func (b *Board) Moved(ctx context.Context, f File) (map[string][]Shift, error) {
	var all [][]Basis
	for _, d := range f.Demands {
		all = append(all, d.Basis)
	}
	shifts, err := b.shifts(ctx, all...)
	if err != nil {
		return nil, err
	}
	out := map[string][]Shift{}
	for i, d := range f.Demands {
		if len(shifts[i]) > 0 {
			out[d.ID] = shifts[i]
		}
	}
	return out, nil
}

// Stale lists, by letter, what the letters say and does not stand any more.
func (b *Board) Stale(ctx context.Context, a staff.Actor, letters ...Letter) (map[string][]Shift, error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	var all [][]Basis
	for _, l := range letters {
		all = append(all, l.Basis)
	}
	shifts, err := b.shifts(ctx, all...)
	if err != nil {
		return nil, err
	}
	out := map[string][]Shift{}
	for i, l := range letters {
		if len(shifts[i]) > 0 {
			out[l.ID] = shifts[i]
		}
	}
	return out, nil
}

// Looked names what has changed, so that a sending can say that its sender saw
// exactly this; "" when nothing has.
func Looked(all []Shift) string {
	if len(all) == 0 {
		return ""
	}
	h := sha256.New()
	for _, x := range all {
		fmt.Fprintf(h, "%q %q %q %q\n", x.Kind, x.Key, x.Version, x.to)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
