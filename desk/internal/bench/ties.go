package bench

import (
	"context"
	"fmt"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/store"
	"waylight/internal/ids"
)

// Who had a part: a party for so many incidents, and one unit that had a part in each
// act of so many.
const (
	perParty = 5
	perUnit  = 10
)

// people writes parties and how they stand to one another.
func (b *archive) people(ctx context.Context, tx *store.Tx) error {
	for i := range max(4, b.n/perIncident/perParty) {
		p := parties.Party{ID: ids.New("party"), Version: 1, Kind: parties.Person, Called: fmt.Sprintf("Person %s %d (invented)", family[i%len(family)], i), By: b.dora.ID, At: b.clock.Now()}
		if i == 0 {
			p.Kind, p.Called = parties.Organisation, "The unit that nobody knows (invented)"
		}
		p.Root = p.ID
		if err := tx.AddParty(ctx, p); err != nil {
			return err
		}
		if b.parties = append(b.parties, p.ID); i == 0 {
			continue
		}
		r := parties.Relation{ID: ids.New("relation"), Version: 1, One: p.ID, Tie: parties.WorksWith, Other: b.parties[i*7919%i], By: b.dora.ID, At: b.clock.Now()}
		if i%perUnit == 1 {
			r.Tie, r.Other = parties.MemberOf, b.parties[0]
		}
		if err := tx.AddRelation(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// act writes the act of the i-th incident and who had a part in it.
func (b *archive) act(ctx context.Context, tx *store.Tx, i int, in record.Incident) error {
	a := parties.Act{ID: ids.New("act"), Version: 1, Incident: in.ID, Code: record.Acts()[i%4].HURIDOCS(), Dated: in.Span, Place: towns[i%len(towns)], By: b.dora.ID, At: b.clock.Now()}
	if err := tx.AddAct(ctx, a); err != nil {
		return err
	}
	if err := b.spot(ctx, tx, a.ID, i, i, south); err != nil {
		return err
	}
	took := []string{b.parties[1+i%(len(b.parties)-1)], b.parties[1+i*7919%(len(b.parties)-1)]}
	if i%perUnit == 0 {
		took = append(took, b.parties[0])
	}
	for n, p := range took {
		if err := tx.AddInvolvement(ctx, parties.Involvement{ID: ids.New("involvement"), Version: 1, Act: a.ID, Party: p, Role: []parties.Role{parties.Victim, parties.Witness, parties.Perpetrator}[n], By: b.dora.ID, At: b.clock.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// line asks the timeline for a page.
func (b *archive) line(ctx context.Context, of func(i int) chronicle.Query) func(int) (int, error) {
	return func(i int) (int, error) {
		p, err := b.chronicle.Timeline(ctx, b.dora, of(i))
		return len(p.Entries), err
	}
}

// around asks what hangs together around a party or an incident.
func (b *archive) around(ctx context.Context, of func(i int) parties.Around) func(int) (int, error) {
	return func(i int) (int, error) {
		w, err := b.registry.Neighbourhood(ctx, b.dora, of(i))
		return len(w.Parties) + len(w.Acts), err
	}
}
