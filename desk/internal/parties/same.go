package parties

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/lookup"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Likeness is a pair of parties that may be the same, with what points there.
type Likeness struct {
	A, B   Party
	Sealed bool // it is the sealed names that are alike
	Other  bool // a telephone, an address or the like is the same
}

const mostCompared = 2000

// Likely proposes which parties may be the same: by their plain names, and by the
// sealed ones to which the member has a key. Opening those goes into the ledger, once
// for each until the member signs out. It decides nothing, and says which pair, not
// by which name: the names stay sealed.
func (r *Registry) Likely(ctx context.Context, by staff.Actor) (out []Likeness, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return nil, err
	}
	names, err := r.compare(ctx, by)
	if err != nil {
		return nil, err
	}
	err = r.Reading(ctx, func(tx Store) error {
		all, err := tx.Parties(ctx, Asked{Limit: mostCompared})
		if err != nil {
			return err
		}
		decided := map[[2]string]bool{}
		for _, p := range all {
			list, err := tx.DecisionsOn(ctx, p.ID)
			if err != nil {
				return err
			}
			for _, d := range list {
				decided[[2]string{d.A, d.B}] = true
			}
		}
		out = likenesses(all, names, decided)
		return nil
	})
	return out, err
}

// likenesses compares parties of a kind; pairs that were decided or are one already are left out.
func likenesses(all []Party, names map[string]Identity, decided map[[2]string]bool) []Likeness {
	var plain, sealed lookup.Index
	byID, other := map[string]Party{}, map[string][]string{}
	for _, p := range all {
		byID[p.ID] = p
		plain.Put(p.ID, append([]string{p.Called, p.Published}, p.Names...)...)
		who := names[p.ID]
		sealed.Put(p.ID, who.Names...)
		for _, o := range who.Other {
			key := strings.ToLower(strings.Join(strings.Fields(o), ""))
			other[key] = append(other[key], p.ID)
		}
	}
	found := map[[2]string]Likeness{}
	note := func(x, y string, how func(*Likeness)) {
		if x == y {
			return
		}
		if x > y {
			x, y = y, x
		}
		a, b := byID[x], byID[y]
		if a.Root == b.Root || a.Human() != b.Human() || decided[[2]string{x, y}] {
			return
		}
		l := found[[2]string{x, y}]
		l.A, l.B = a, b
		how(&l)
		found[[2]string{x, y}] = l
	}
	for _, p := range all {
		if !p.Human() {
			for _, n := range append([]string{p.Called}, p.Names...) {
				for _, h := range plain.Find(n, 5) {
					note(p.ID, h.ID, func(*Likeness) {})
				}
			}
		}
		if p.Published != "" {
			for _, h := range sealed.Find(p.Published, 5) {
				note(p.ID, h.ID, func(l *Likeness) { l.Sealed = true })
			}
		}
		for _, n := range names[p.ID].Names {
			if len(strings.Fields(n)) < 2 {
				continue // a first name alone says nothing
			}
			for _, h := range sealed.Find(n, 5) {
				note(p.ID, h.ID, func(l *Likeness) { l.Sealed = true })
			}
		}
	}
	for _, group := range other {
		for _, x := range group {
			for _, y := range group {
				note(x, y, func(l *Likeness) { l.Other = true })
			}
		}
	}
	out := make([]Likeness, 0, len(found))
	for _, l := range found {
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y Likeness) int {
		return strings.Compare(x.A.Called+x.A.ID+x.B.Called+x.B.ID, y.A.Called+y.A.ID+y.B.Called+y.B.ID)
	})
	return out[:min(len(out), 50)]
}

// compare opens the names that the member has keys to, some hundred in a transaction.
func (r *Registry) compare(ctx context.Context, by staff.Actor) (map[string]Identity, error) {
	var open []string
	if err := r.Reading(ctx, func(tx Store) (err error) {
		open, err = tx.NamedFor(ctx, by.ID, mostCompared)
		return err
	}); err != nil {
		return nil, err
	}
	r.mu.Lock()
	had := r.held[by.ID]
	r.mu.Unlock()
	out := map[string]Identity{}
	var fresh []string
	for _, id := range open {
		if who, ok := had[id]; ok {
			out[id] = who
		} else {
			fresh = append(fresh, id)
		}
	}
	for part := range slices.Chunk(fresh, 200) {
		if err := r.Within(ctx, func(tx Store) error { return compareSome(ctx, tx, by, part, out) }); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		r.held = map[string]map[string]Identity{}
	}
	r.held[by.ID] = out
	return out, nil
}

func compareSome(ctx context.Context, tx Store, by staff.Actor, part []string, out map[string]Identity) error {
	for _, id := range part {
		p, err := tx.Party(ctx, id)
		if err != nil {
			return err
		}
		box, err := open(ctx, tx, by, p)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if out[id], _, err = newest(ctx, tx, box, id); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.names-compared", Subject: id, Scope: p.Safe}); err != nil {
			return err
		}
	}
	return nil
}

// Forget drops what is held for a member: they have signed out.
func (r *Registry) Forget(member string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, member)
}

func (r *Registry) forgetParty(party string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.held {
		delete(m, party)
	}
}

// Decide keeps what a member decided about two parties: they are the same, or they
// are not. Those that are the same are read as one from then on; nothing of them is
// changed, and a later "no" takes it back exactly.
func (r *Registry) Decide(ctx context.Context, by staff.Actor, d Decision) error {
	if d.A > d.B {
		d.A, d.B = d.B, d.A
	}
	d.By, d.At = by.ID, r.Clock.Now()
	var k fault.Check
	k.Field(d.A != d.B, "other", "Choose another party.")
	k.Field(said(d.Reason), "reason", "Write why. Another person will read it.")
	if err := k.Err(); err != nil {
		return err
	}
	return r.write(ctx, by, func(tx Store) error {
		a, err := tx.Party(ctx, d.A)
		if err != nil {
			return err
		}
		b, err := tx.Party(ctx, d.B)
		if err != nil {
			return wrong("other", "Choose the party.")
		}
		if d.Same && a.Human() != b.Human() {
			return wrong("other", "A person and a group or organisation cannot be the same.")
		}
		past, err := tx.DecisionsOn(ctx, d.A)
		if err != nil {
			return err
		}
		if last, ok := lastOn(past, d.A, d.B); ok && last.Same == d.Same {
			return nil // a form that was sent twice
		}
		if err := tx.AddDecision(ctx, d); err != nil {
			return err
		}
		for _, id := range []string{d.A, d.B} {
			if err := reroot(ctx, tx, id); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "party.decided-same", Subject: d.A, Detail: struct {
			Other string
			Same  bool
		}{d.B, d.Same}})
	})
}

func lastOn(all []Decision, a, b string) (Decision, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].A == a && all[i].B == b {
			return all[i], true
		}
	}
	return Decision{}, false
}

// reroot finds everything that is the same as a party, over others too, and reads it
// under the first of them.
func reroot(ctx context.Context, tx Store, id string) error {
	seen, queue := map[string]bool{id: true}, []string{id}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		all, err := tx.DecisionsOn(ctx, at)
		if err != nil {
			return err
		}
		for i, d := range all {
			if last, _ := lastOn(all, d.A, d.B); !d.Same || last != all[i] {
				continue
			}
			for _, o := range []string{d.A, d.B} {
				if !seen[o] {
					seen[o] = true
					queue = append(queue, o)
				}
			}
		}
	}
	root, first := id, Party{}
	for _, o := range keys(seen) {
		p, err := tx.Party(ctx, o)
		if err != nil {
			return err
		}
		if first.ID == "" || p.At.Before(first.At) {
			root, first = p.ID, p
		}
	}
	for o := range seen {
		if err := tx.SetRoot(ctx, o, root); err != nil {
			return err
		}
	}
	return nil
}
