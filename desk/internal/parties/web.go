package parties

import (
	"context"
	"slices"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Bounds of a neighbourhood: what is beyond is said to be there, and not drawn.
const (
	MostNodes = 60
	MostEdges = 300
)

// Webbed finds what hangs together, a bounded number of rows at a time. Withdrawn
// ones are left out. On is the day on which it must have stood; "" any.
type Webbed interface {
	// PartIn lists the involvements of parties, by their roots, the newest act first.
	PartIn(ctx context.Context, roots []string, on clock.Day, limit int) ([]Involvement, error)
	// TakingPart lists the involvements in acts.
	TakingPart(ctx context.Context, acts []string, limit int) ([]Involvement, error)
	// TiesOf lists the relations of parties, by their roots.
	TiesOf(ctx context.Context, roots []string, on clock.Day, limit int) ([]Relation, error)
	// TiesAmong lists the relations that have both ends among parties, by their roots.
	TiesAmong(ctx context.Context, roots []string, on clock.Day, limit int) ([]Relation, error)
	// RootsOf gives the root of each party.
	RootsOf(ctx context.Context, parties []string) (map[string]string, error)
	ActsBy(ctx context.Context, ids []string) ([]Act, error)
	PartiesBy(ctx context.Context, ids []string) ([]Party, error)
	ActsOn(ctx context.Context, incident string, on clock.Day, limit int) ([]Act, error)
}

// Around says what a neighbourhood is of.
type Around struct {
	Party, Incident string // one of the two
	On              clock.Day
	Steps           int // 1 or 2
}

// Web is who did what to whom around something, and how they stand to one another.
// Parties that were found to be the same are one: ids of parties are roots.
type Web struct {
	Centre       string // the root of the party, or ""
	Parties      []Party
	Acts         []Act
	Involvements []Involvement
	Relations    []Relation
	More         bool // there is more than is shown
}

// Neighbourhood gathers what hangs together around a party or an incident: with one
// step the acts, who had a part in them and the relations of the party; with two
// also what these hang together with. It opens no safe and loads a bounded part.
func (r *Registry) Neighbourhood(ctx context.Context, by staff.Actor, a Around) (w Web, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		b := &weaver{tx: tx, ctx: ctx, on: a.On, web: &w, parties: map[string]bool{}, acts: map[string]bool{}, edges: map[string]bool{}}
		return b.weave(a)
	})
	return w, err
}

type weaver struct {
	tx                   Store
	ctx                  context.Context
	on                   clock.Day
	web                  *Web
	parties, acts, edges map[string]bool
}

func (b *weaver) weave(a Around) error {
	var fringe []string
	switch {
	case a.Party != "":
		p, err := b.tx.Party(b.ctx, a.Party)
		if err != nil {
			return err
		}
		b.web.Centre = p.Root
		fringe = b.newParties(p.Root)
	case a.Incident != "":
		if _, err := b.tx.Incident(b.ctx, a.Incident); err != nil {
			return err
		}
		acts, err := b.tx.ActsOn(b.ctx, a.Incident, a.On, MostNodes+1)
		if err != nil {
			return err
		}
		for _, x := range acts {
			b.newAct(x.ID)
		}
		if fringe, err = b.partakers(); err != nil {
			return err
		}
		a.Steps--
		if a.Steps < 1 { // the relations among those who are there
			return b.finish()
		}
	default:
		return fault.Missing()
	}
	for ; a.Steps > 0 && len(fringe) > 0; a.Steps-- {
		next, err := b.step(fringe)
		if err != nil {
			return err
		}
		fringe = next
	}
	return b.finish()
}

// step adds the acts and relations of parties, and whoever has a part in them.
func (b *weaver) step(fringe []string) (next []string, err error) {
	ties, err := b.tx.TiesOf(b.ctx, fringe, b.on, MostEdges+1)
	if err != nil {
		return nil, err
	}
	if next, err = b.tied(ties, true); err != nil {
		return nil, err
	}
	parts, err := b.tx.PartIn(b.ctx, fringe, b.on, MostEdges+1)
	if err != nil {
		return nil, err
	}
	for _, i := range parts {
		b.newAct(i.Act)
	}
	more, err := b.partakers()
	return append(next, more...), err
}

// partakers adds everybody who has a part in the acts that are there.
func (b *weaver) partakers() ([]string, error) {
	all, err := b.tx.TakingPart(b.ctx, keys(b.acts), MostEdges+1)
	if err != nil {
		return nil, err
	}
	roots, err := b.roots(all)
	if err != nil {
		return nil, err
	}
	var next []string
	for _, i := range all {
		i.Party = roots[i.Party]
		if b.edges[i.ID] {
			continue
		}
		if len(b.edges) >= MostEdges {
			b.web.More = true
			break
		}
		fresh := b.newParties(i.Party)
		if !b.parties[i.Party] {
			continue // no room for the party
		}
		b.edges[i.ID] = true
		b.web.Involvements = append(b.web.Involvements, i)
		next = append(next, fresh...)
	}
	return next, nil
}

func (b *weaver) roots(all []Involvement) (map[string]string, error) {
	var ids []string
	for _, i := range all {
		ids = append(ids, i.Party)
	}
	return b.tx.RootsOf(b.ctx, ids)
}

// tied adds relations; with grow also parties that are not there yet.
func (b *weaver) tied(ties []Relation, grow bool) (next []string, err error) {
	ids := make([]string, 0, 2*len(ties))
	for _, t := range ties {
		ids = append(ids, t.One, t.Other)
	}
	roots, err := b.tx.RootsOf(b.ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		t.One, t.Other = roots[t.One], roots[t.Other]
		next = append(next, b.tie(t, grow)...)
	}
	return next, nil
}

// tie adds a relation between roots.
func (b *weaver) tie(t Relation, grow bool) (next []string) {
	if b.edges[t.ID] || t.One == t.Other {
		return nil
	}
	if len(b.edges) >= MostEdges {
		b.web.More = true
		return nil
	}
	if grow {
		next = b.newParties(t.One, t.Other)
	}
	if b.parties[t.One] && b.parties[t.Other] {
		b.edges[t.ID] = true
		b.web.Relations = append(b.web.Relations, t)
	} else if grow {
		b.web.More = true
	}
	return next
}

func (b *weaver) full() bool {
	if len(b.parties)+len(b.acts) >= MostNodes {
		b.web.More = true
		return true
	}
	return false
}

func (b *weaver) newParties(roots ...string) (fresh []string) {
	for _, id := range roots {
		if !b.parties[id] && !b.full() {
			b.parties[id] = true
			fresh = append(fresh, id)
		}
	}
	return fresh
}

func (b *weaver) newAct(id string) {
	if !b.acts[id] && !b.full() {
		b.acts[id] = true
	}
}

// finish adds the relations among those who are there, and loads what is shown.
func (b *weaver) finish() error {
	among, err := b.tx.TiesAmong(b.ctx, keys(b.parties), b.on, MostEdges+1)
	if err != nil {
		return err
	}
	if _, err := b.tied(among, false); err != nil {
		return err
	}
	if b.web.Parties, err = b.tx.PartiesBy(b.ctx, keys(b.parties)); err != nil {
		return err
	}
	b.web.Acts, err = b.tx.ActsBy(b.ctx, keys(b.acts))
	return err
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
