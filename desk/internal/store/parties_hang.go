package store

import (
	"cmp"
	"context"
	"slices"

	"waylight/desk/internal/parties"
	"waylight/internal/clock"
)

// hanging is one row of what hangs together around a party: an involvement or a relation.
type hanging struct{ first, id, other string }

func scanHanging(r scanner) (h hanging, err error) { return h, r.Scan(&h.first, &h.id, &h.other) }

// PartIn lists the involvements of parties, by their roots, the newest act first.
func (t *Tx) PartIn(ctx context.Context, roots []string, on clock.Day, limit int) ([]parties.Involvement, error) {
	newest := func(a, b hanging) int { return cmp.Or(cmp.Compare(b.first, a.first), cmp.Compare(a.id, b.id)) }
	var found []hanging
	for _, root := range roots {
		rows, err := all(ctx, t, scanHanging, `SELECT first, involvement, '' FROM part_line WHERE root = $1 AND ($2 = '' OR first <= $2) ORDER BY first DESC, involvement LIMIT $3`, root, string(on), limit)
		if err != nil {
			return nil, err
		}
		found = foremost(append(found, rows...), newest, limit)
	}
	return all(ctx, t, scanInvolvement, `SELECT `+involvementColumns+` FROM json_each($1) f CROSS JOIN involvement i ON i.id = f.value ORDER BY f.key`, among(idsOf(found)))
}

// TiesOf lists the relations of parties, by their roots, that may have held on a day.
func (t *Tx) TiesOf(ctx context.Context, roots []string, on clock.Day, limit int) ([]parties.Relation, error) {
	var found []hanging
	for _, root := range roots {
		rows, err := t.ties(ctx, root, "", on, limit)
		if err != nil {
			return nil, err
		}
		found = foremost(append(found, rows...), earliest, limit)
	}
	return t.relationsBy(ctx, idsOf(found))
}

// TiesAmong lists the relations that have both ends among parties, by their roots, and may have held on a
// day. A relation of one with very many is found from its other end; only among those with very many
// each pair is asked for.
func (t *Tx) TiesAmong(ctx context.Context, roots []string, on clock.Day, limit int) ([]parties.Relation, error) {
	here := map[string]bool{}
	for _, root := range roots {
		here[root] = true
	}
	var found []hanging
	var many []string
	for _, root := range roots {
		rows, err := t.ties(ctx, root, "", on, limit)
		if err != nil {
			return nil, err
		}
		if len(rows) == limit {
			many = append(many, root)
		}
		rows = slices.DeleteFunc(rows, func(h hanging) bool { return !here[h.other] })
		found = foremost(append(found, rows...), earliest, limit)
	}
	for n, one := range many {
		for _, other := range many[n:] {
			rows, err := t.ties(ctx, one, other, on, limit)
			if err != nil {
				return nil, err
			}
			found = foremost(append(found, rows...), earliest, limit)
		}
	}
	return t.relationsBy(ctx, idsOf(found))
}

func earliest(a, b hanging) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.id, b.id))
}

// ties lists the first relations of one party, with everybody or with one other.
func (t *Tx) ties(ctx context.Context, root, other string, on clock.Day, limit int) ([]hanging, error) {
	q := `SELECT first, relation, other FROM tie_line WHERE root = $1 AND ($2 = '' OR first <= $2 AND (last = '' OR last >= $2)) ORDER BY first, relation LIMIT $3` // '' is not known, and comes before every day
	args := []any{root, string(on), limit}
	if other != "" {
		q = `SELECT first, relation, other FROM tie_line INDEXED BY tie_line_pair WHERE root = $1 AND other = $4 AND ($2 = '' OR first <= $2 AND (last = '' OR last >= $2)) ORDER BY first, relation LIMIT $3`
		args = append(args, other)
	}
	return all(ctx, t, scanHanging, q, args...)
}

func (t *Tx) relationsBy(ctx context.Context, ids []string) ([]parties.Relation, error) {
	return all(ctx, t, scanRelation, `SELECT `+relationColumns+` FROM json_each($1) f CROSS JOIN relation r ON r.id = f.value ORDER BY f.key`, among(ids))
}

// foremost keeps the first of each thing, in order, at most limit.
func foremost(found []hanging, order func(a, b hanging) int, limit int) []hanging {
	slices.SortFunc(found, order)
	found = slices.CompactFunc(found, func(a, b hanging) bool { return a.id == b.id })
	return found[:min(limit, len(found))]
}

func idsOf(found []hanging) []string {
	out := make([]string, len(found))
	for n, h := range found {
		out[n] = h.id
	}
	return out
}
