package cases

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Stacks reads and writes for many safes in few statements.
type Stacks interface {
	// GrantsIn lists the member's grants of the safes with these ids, in no order.
	GrantsIn(ctx context.Context, member string, ids []string) ([]safe.Grant, error)
	// ItemsIn lists the editions in the safes with these ids, of each in the order in which they came.
	ItemsIn(ctx context.Context, ids []string) ([]Item, error)
	// LegsIn lists the legs of the cases with these ids, of each in the order in which they were planned.
	LegsIn(ctx context.Context, files []string) ([]Tied, error)
	// VoicesAmong lists the answers about what lies in these safes, the oldest first.
	VoicesAmong(ctx context.Context, ids []string) ([]Voice, error)
	// Unsettled lists which of these safes wait for a new key or for a grant to the spare key.
	Unsettled(ctx context.Context, ids []string) ([]string, error)
	// AppendAll writes ledger entries in their order.
	AppendAll(ctx context.Context, entries []ledger.Entry) error
}

// Tied is a leg and its case.
type Tied struct{ Leg, Case string }

// opening is a case that was opened for an index, with its legs.
type opening struct {
	file  string
	legs  []string
	facts []told // what the leak guard may not know yet
}

// closed is what the index needs of one case, read but not opened yet.
type closed struct {
	file   File
	grant  safe.Grant
	items  []Item
	legs   []Tied
	grants map[string]safe.Grant // of legs; one that is kept from the member is missing
	steps  map[string][]Item     // of legs
	voices map[string][]Voice    // of legs
}

// folio is what goes into the index of it.
type folio struct {
	texts []string
	ways  ways
	legs  []string
	facts []told
	err   error
}

// shelve opens cases for a member's index: they are read in few statements of one
// snapshot, nothing waits for the writer meanwhile, and their keys are opened on
// every core. It gives those that it left alone, because a leg of theirs waits for a
// new key: these are opened where that can be written. What was opened is not in the
// ledger yet: see say.
func (b *Book) shelve(ctx context.Context, actor staff.Actor, s *shelf, list []string) (left []string, err error) {
	var all []closed
	if err := b.reading(ctx, func(tx Store) error {
		all, left, err = stack(ctx, tx, actor, list)
		return err
	}); err != nil {
		return nil, err
	}
	done := make([]folio, len(all))
	next := make(chan int)
	var hands sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		hands.Go(func() {
			for i := range next {
				done[i] = b.openClosed(actor, all[i])
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	hands.Wait()
	for i, o := range done {
		id := all[i].file.ID
		switch {
		case fault.KindOf(o.err) == fault.NotFound:
			continue // the grant is another safe's
		case o.err != nil:
			return nil, o.err
		}
		s.put(id, o.ways, append(o.texts, all[i].file.Pseudonym))
		s.unsaid = append(s.unsaid, opening{id, o.legs, o.facts})
	}
	return left, nil
}

// stack reads what lies in cases. A case that is no longer the member's is passed over.
func stack(ctx context.Context, tx Store, actor staff.Actor, list []string) (all []closed, left []string, err error) {
	files, err := tx.FilesHeld(ctx, actor.ID, list)
	if err != nil {
		return nil, nil, err
	}
	at := map[string]int{}
	var safes []string
	for i, f := range files {
		all, safes, at[f.ID] = append(all, closed{file: f, grants: map[string]safe.Grant{}, steps: map[string][]Item{}, voices: map[string][]Voice{}}), append(safes, f.ID), i
	}
	ties, err := tx.LegsIn(ctx, safes)
	if err != nil {
		return nil, nil, err
	}
	caseOf := map[string]string{}
	var legs []string
	for _, t := range ties {
		legs, caseOf[t.Leg] = append(legs, t.Leg), t.Case
		all[at[t.Case]].legs = append(all[at[t.Case]].legs, t)
	}
	grants, err := tx.GrantsIn(ctx, actor.ID, slices.Concat(safes, legs))
	if err != nil {
		return nil, nil, err
	}
	var mine []string // legs
	for _, g := range grants {
		if f, leg := caseOf[g.Safe]; leg {
			all[at[f]].grants[g.Safe] = g
			mine = append(mine, g.Safe)
		} else {
			all[at[g.Safe]].grant = g
		}
	}
	items, err := tx.ItemsIn(ctx, slices.Concat(safes, mine))
	if err != nil {
		return nil, nil, err
	}
	for _, i := range items {
		if f, leg := caseOf[i.Safe]; leg {
			c := all[at[f]]
			c.steps[i.Safe] = append(c.steps[i.Safe], i)
		} else {
			c := &all[at[i.Safe]]
			c.items = append(c.items, i)
		}
	}
	voices, err := tx.VoicesAmong(ctx, mine)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range voices {
		c := all[at[caseOf[v.Safe]]]
		c.voices[v.Safe] = append(c.voices[v.Safe], v)
	}
	waiting, err := tx.Unsettled(ctx, mine)
	if err != nil {
		return nil, nil, err
	}
	for _, leg := range waiting {
		if !slices.Contains(left, caseOf[leg]) {
			left = append(left, caseOf[leg])
		}
	}
	return slices.DeleteFunc(all, func(c closed) bool { return slices.Contains(left, c.file.ID) }), left, nil
}

// openClosed opens one case and those of its legs that the member holds.
func (b *Book) openClosed(actor staff.Actor, c closed) (o folio) {
	s, err := safe.Open(actor.Keys, c.grant)
	if err != nil {
		return folio{err: err}
	}
	if o.texts, o.err = b.wordsOf(s, c.items); o.err != nil {
		return o
	}
	if o.facts, o.err = factsOf(s, c.items); o.err != nil {
		return o
	}
	var moves []Movement
	for _, t := range c.legs {
		g, ok := c.grants[t.Leg]
		if !ok {
			continue // kept from this member
		}
		k, err := safe.Open(actor.Keys, g)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return folio{err: err}
		}
		m := Movement{ID: t.Leg}
		if o.err = m.read(k, c.steps[t.Leg], c.voices[t.Leg]); o.err != nil {
			return o
		}
		moves, o.legs = append(moves, m), append(o.legs, t.Leg)
	}
	o.ways, o.err = b.waysOf(s, c.file.ID, c.items, moves)
	return o
}

// saidAtOnce is how many entries go into the ledger in one transaction.
const saidAtOnce = 250

// say puts into the ledger what was opened for the member's index, before anything
// of it is shown. A case that was erased or taken off meanwhile was shown to nobody:
// it goes out of the index, and nothing is noted under its name.
func (b *Book) say(ctx context.Context, actor staff.Actor, s *shelf) error {
	for len(s.unsaid) > 0 {
		part := s.unsaid[:min(len(s.unsaid), saidAtOnce)]
		held := map[string]bool{}
		if err := b.within(ctx, func(tx Store) error {
			var ids []string
			for _, o := range part {
				ids = append(ids, o.file)
			}
			slices.Sort(ids)
			files, err := tx.FilesHeld(ctx, actor.ID, slices.Compact(ids))
			if err != nil {
				return err
			}
			for _, f := range files {
				held[f.ID] = true
			}
			var entries []ledger.Entry
			var still []opening
			for _, o := range part {
				if held[o.file] {
					still = append(still, o)
					entries = append(entries, ledger.Entry{Actor: actor.ID, Action: "case.indexed", Subject: o.file, Scope: o.file, Detail: indexed{o.legs}})
				}
			}
			if err := tellFacts(ctx, tx, still); err != nil {
				return err
			}
			return tx.AppendAll(ctx, entries)
		}); err != nil {
			return err
		}
		for _, o := range part {
			if !held[o.file] {
				s.drop(o.file)
			}
		}
		s.unsaid = s.unsaid[len(part):]
	}
	return nil
}

// Warm opens the actor's cases for the index ahead of the first search, in memory
// and for nobody's eyes: it only reads, and the ledger hears of each case when the
// index is first used. It stops when ctx or the member's last session ends. Cases
// that wait for a new key are left to the first search; so is everything when there
// are more than SealedAtMost.
func (b *Book) Warm(ctx context.Context, actor staff.Actor) error {
	whole := ctx
	ctx, end := b.finder.begin(ctx, actor.ID)
	defer end()
	n := 0
	err := b.reading(ctx, func(tx Store) (err error) {
		n, err = tx.CountFiles(ctx, actor.ID)
		return err
	})
	if err != nil || n == 0 || n > SealedAtMost {
		return err
	}
	s, stale := b.finder.shelf(actor.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err = b.gather(ctx, actor, s, stale); err == nil {
		return nil
	}
	if fault.KindOf(err) == fault.Locked || ctx.Err() != nil && whole.Err() == nil {
		b.Forget(actor.ID) // signed out meanwhile: nothing of it stays
		return nil
	}
	b.finder.changed(actor.ID)
	return err
}
