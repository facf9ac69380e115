package gazetteer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// mostPublic is how many incidents a public map counts at the most; with more there is
// no map, since its numbers would be wrong.
const mostPublic = 200_000

// largeTown is how many people a town has at the least that stands on a public map.
const largeTown = 20_000

// Areas gives the cells, of km kilometres or more, in which at least so many incidents
// were until a day, those with most first, and large towns among them. An incident whose
// time is not known counts. Cells with fewer are left out and told of by no number.
func (a *Atlas) Areas(ctx context.Context, by staff.Actor, km, least int, until clock.Day) (cells []Cell, towns []Place, err error) {
	if err := by.Must(record.Readers()...); err != nil {
		return nil, nil, err
	}
	err = a.Reading(ctx, func(tx Store) error {
		spots, err := tx.Spots(ctx, Box{}, "incident", mostPublic)
		if err != nil {
			return err
		}
		if len(spots) == mostPublic {
			return fault.New(fault.TooLarge, "There are too many incidents for one map.")
		}
		dots, err := describeAll(ctx, tx, spots)
		if err != nil {
			return err
		}
		dots = slices.DeleteFunc(dots, func(d Dot) bool {
			first, _ := d.Incident.Span.Span()
			return first > until
		})
		cells = slices.DeleteFunc(Blur(dots, km*1000), func(c Cell) bool { return c.N < least })
		slices.SortFunc(cells, func(x, y Cell) int {
			return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.South, y.South), cmp.Compare(x.West, y.West))
		})
		if len(cells) == 0 {
			return nil
		}
		box := Box{South: 90, North: -90, West: 180, East: -180}
		for _, c := range cells {
			box = Box{South: min(box.South, c.South), North: max(box.North, c.North), West: min(box.West, c.West), East: max(box.East, c.East)}
		}
		if towns, err = tx.Towns(ctx, box, 12); err != nil {
			return err
		}
		towns = slices.DeleteFunc(towns, func(p Place) bool { return p.Population < largeTown })
		return nil
	})
	return cells, towns, err
}

// Russian is the place's first name in Cyrillic letters, or its name where there is none.
func (p Place) Russian() string {
	for name := range strings.SplitSeq(p.Names, ",") {
		if name = strings.TrimSpace(name); name != "" && !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Cyrillic, r) }) {
			return name
		}
	}
	return p.Name
}
