package evidence

import (
	"context"
	"slices"

	"waylight/desk/internal/staff"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
)

// Enclosed is a signed edition of an expert's opinion that a package encloses.
type Enclosed struct {
	ID     string
	Number int
	Title  string // of its form, a sentence key
	Open   bool   `json:"-"` // to whoever looks at the package
}

// Experts knows the opinions of experts.
type Experts interface {
	// Newest gives the newest signed edition of an opinion; NotFound when there is none.
	Newest(ctx context.Context, tx Store, id string) (Enclosed, error)
	// Enclose opens an edition for whoever takes a package out, with its words for the
	// leak guard; or it says why the edition is left out.
	Enclose(ctx context.Context, tx Store, by staff.Actor, e Enclosed, why Purpose) (x exhibit.Opinion, signed []byte, words []string, err error)
}

// enclosed finds the editions that a package shall enclose. Nobody needs a key for that:
// what whoever takes the package out cannot open is left out then.
func (l *Locker) enclosed(ctx context.Context, tx Store, opinions []string) (out []Enclosed, err error) {
	slices.Sort(opinions)
	for _, id := range slices.Compact(opinions) {
		var e Enclosed
		if err = fault.Missing(); l.Experts != nil {
			e, err = l.Experts.Newest(ctx, tx, id)
		}
		if fault.KindOf(err) == fault.NotFound {
			return nil, fault.Bad("opinions", "There is no signed opinion with one of these numbers. Copy it from the opinion's page.")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// opinions encloses the opinions of a package, or names those that are left out.
func (g *gathering) opinions(ctx context.Context, p Package) error {
	g.signed = map[string][]byte{}
	for _, e := range p.Opinions {
		if g.l.Experts == nil {
			return fault.Missing()
		}
		o, signed, words, err := g.l.Experts.Enclose(ctx, g.tx, g.by, e, p.Purpose)
		if err != nil {
			return err
		}
		if g.m.Opinions, g.words = append(g.m.Opinions, o), append(g.words, words...); o.Left == "" {
			g.signed[o.Path], g.contents = signed, append(g.contents, exhibit.Bytes(o.Path, signed))
		}
	}
	return nil
}
