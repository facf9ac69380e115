package cases

import (
	"context"
	"encoding/json"
	"sync"

	"waylight/desk/internal/lookup"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// finder keeps, in memory only, one index for each member who has searched: of
// the cases that this member can open, and of nothing else. It dies with the
// member's last session and with the unlocked Desk.
type finder struct {
	mu    sync.Mutex
	held  map[string]*shelf             // by member id
	stale map[string]bool               // a member's grants have changed: look through all again
	kept  map[string][]View             // what the members keep in their drawers
	ahead map[string]context.CancelFunc // by member id: ends what is opened ahead of the first search
}

// shelf is one member's index.
type shelf struct {
	mu     sync.Mutex
	index  lookup.Index
	ways   map[string]ways // by case id: what the calendar and the map show of it
	last   int64           // the newest edition that is in it
	unsaid []opening       // opened, and not in the ledger yet: nothing is shown before
}

// put takes a case in.
func (s *shelf) put(id string, w ways, texts []string) {
	if s.ways == nil {
		s.ways = map[string]ways{}
	}
	s.ways[id] = w
	s.index.Put(id, texts...)
}

// drop takes out a case that the member cannot open any more.
func (s *shelf) drop(id string) {
	s.index.Remove(id)
	delete(s.ways, id)
}

func (f *finder) views(member string) ([]View, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, ok := f.kept[member]
	return v, ok
}

func (f *finder) keepViews(member string, all []View) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[string][]View{}
	}
	f.kept[member] = all
}

func (f *finder) dropViews(member string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.kept, member)
}

func (f *finder) shelf(member string) (s *shelf, stale bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil {
		f.held, f.stale = map[string]*shelf{}, map[string]bool{}
	}
	s, ok := f.held[member]
	if !ok {
		s = &shelf{}
		f.held[member] = s
	}
	stale = !ok || f.stale[member]
	delete(f.stale, member)
	return s, stale
}

// changed says that what a member can open may be something else now.
func (f *finder) changed(member string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held != nil {
		f.stale[member] = true
	}
}

// begin gives the context of what is opened ahead for a member: it ends with their last session.
func (f *finder) begin(ctx context.Context, member string) (context.Context, func()) {
	ctx, stop := context.WithCancel(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ahead == nil {
		f.ahead = map[string]context.CancelFunc{}
	}
	f.ahead[member] = stop
	return ctx, func() {
		stop()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.ahead, member)
	}
}

// Forget drops what the index knows for a member: they have signed out.
func (b *Book) Forget(member string) {
	b.finder.mu.Lock()
	defer b.finder.mu.Unlock()
	if stop := b.finder.ahead[member]; stop != nil {
		stop()
	}
	delete(b.finder.held, member)
	delete(b.finder.stale, member)
	delete(b.finder.kept, member)
}

// atOnce is how many cases are read at once for the index, and opened before the next.
// slowAtOnce is how many one transaction opens that writes new keys besides, so that
// an alarm never waits long for its turn to write.
const (
	atOnce     = 100
	slowAtOnce = 25
)

// Search finds cases of the actor by code, name, contact, papers or a word of a
// note, in any script and spelling, the nearest first. What the index does not
// hold yet is opened for it, and each opening is in the ledger.
func (b *Book) Search(ctx context.Context, actor staff.Actor, query string) (rows []Row, err error) {
	s, stale := b.finder.shelf(actor.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := b.fill(ctx, actor, s, stale); err != nil {
		b.finder.changed(actor.ID)
		return nil, err
	}
	hits := s.index.Find(query, BoardPage)
	err = b.reading(ctx, func(tx Store) error {
		for _, h := range hits {
			if _, err := tx.Grant(ctx, h.ID, actor.ID); fault.KindOf(err) == fault.NotFound {
				s.drop(h.ID) // taken off meanwhile
				continue
			} else if err != nil {
				return err
			}
			f, err := tx.File(ctx, h.ID)
			if err != nil {
				return err
			}
			r, err := b.row(ctx, tx, f)
			if err != nil {
				return err
			}
			rows = append(rows, r)
		}
		return nil
	})
	return rows, err
}

// fill brings a member's index up to date, and the ledger with it.
func (b *Book) fill(ctx context.Context, actor staff.Actor, s *shelf, stale bool) error {
	left, err := b.gather(ctx, actor, s, stale)
	for err == nil && len(left) > 0 {
		n := min(len(left), slowAtOnce)
		err = b.within(ctx, func(tx Store) error { return b.index(ctx, tx, actor, s, left[:n]) })
		left = left[n:]
	}
	if err != nil {
		return err
	}
	return b.say(ctx, actor, s)
}

// gather opens what the index lacks, and gives the cases that it left alone.
func (b *Book) gather(ctx context.Context, actor staff.Actor, s *shelf, stale bool) (left []string, err error) {
	open, last, err := b.lacks(ctx, actor, s, stale)
	for len(open) > 0 && err == nil {
		n := min(len(open), atOnce)
		var some []string
		some, err = b.shelve(ctx, actor, s, open[:n])
		open, left = open[n:], append(left, some...)
	}
	if err != nil {
		return nil, err
	}
	for _, id := range left {
		s.drop(id) // what it shows is old, and it is known by this that it lacks
	}
	s.last = last
	return left, nil
}

// lacks lists the cases that must be opened for the index, takes out those that the
// member cannot open any more, and gives the newest edition of all.
func (b *Book) lacks(ctx context.Context, actor staff.Actor, s *shelf, stale bool) (open []string, last int64, err error) {
	err = b.reading(ctx, func(tx Store) error {
		n, err := tx.CountFiles(ctx, actor.ID)
		if err != nil {
			return err
		}
		if !stale && n == s.index.Len() {
			open, last, err = tx.ChangedSince(ctx, actor.ID, s.last)
			return err
		}
		if _, last, err = tx.ChangedSince(ctx, "", s.last); err != nil {
			return err
		}
		mine, err := tx.SafesOf(ctx, "case", actor.ID)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, id := range mine {
			known[id] = true
		}
		for _, id := range s.index.IDs() {
			if !known[id] {
				s.drop(id)
			}
		}
		if s.index.Len() > 0 { // else all are opened anyway
			if open, _, err = tx.ChangedSince(ctx, actor.ID, s.last); err != nil {
				return err
			}
		}
		for _, id := range open {
			delete(known, id)
		}
		for id := range known {
			if !s.index.Has(id) {
				open = append(open, id)
			}
		}
		return nil
	})
	return open, last, err
}

// index opens cases where new keys can be written, and puts them into the index.
func (b *Book) index(ctx context.Context, tx Store, actor staff.Actor, s *shelf, list []string) error {
	for _, id := range list {
		k, err := unlock(ctx, tx, actor, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		f, err := tx.File(ctx, id)
		if err != nil {
			return err
		}
		items, err := tx.Items(ctx, id)
		if err != nil {
			return err
		}
		texts, err := b.wordsOf(k, items)
		if err != nil {
			return err
		}
		moves, legs, err := movesOf(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		w, err := b.waysOf(k, id, items, moves)
		if err != nil {
			return err
		}
		facts, err := factsOf(k, items)
		if err != nil {
			return err
		}
		s.put(id, w, append(texts, f.Pseudonym))
		s.unsaid = append(s.unsaid, opening{id, legs, facts})
	}
	return nil
}

// movesOf opens the legs of a case that the actor holds, and gives their ids.
func movesOf(ctx context.Context, tx Store, actor staff.Actor, file string) (moves []Movement, legs []string, err error) {
	list, err := tx.LegsOf(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range list {
		m, _, err := loadLeg(ctx, tx, actor, id)
		if fault.KindOf(err) == fault.NotFound {
			continue // kept from this member
		}
		if err != nil {
			return nil, nil, err
		}
		moves, legs = append(moves, m), append(legs, id)
	}
	return moves, legs, nil
}

// indexed names the legs that were opened together with a case.
type indexed struct {
	Legs []string `json:"legs,omitempty"`
}

// wordsOf gives what of a case is looked for: people, contacts, papers, notes.
// Every edition counts: who was once written down is found.
func (b *Book) wordsOf(s safe.Safe, items []Item) (texts []string, err error) {
	for _, i := range items {
		switch i.Kind {
		case KindParty:
			err = take(s, i, func(e Edition[Party]) {
				p := e.Content
				texts = append(texts, p.Name, p.Contact, p.Papers, p.Role, p.Medical, p.Other)
			})
		case KindCheckIn:
			err = take(s, i, func(e Edition[CheckIn]) { texts = append(texts, e.Content.Contact) })
		case KindPaper:
			err = take(s, i, func(e Edition[Paper]) { texts = append(texts, e.Content.Number, e.Content.Words) })
		case KindNote:
			err = take(s, i, func(e Edition[Note]) { texts = append(texts, e.Content.Words) })
		default:
			if a := b.annex(i.Kind); a != nil {
				var found []Secret
				err = take(s, i, func(e Edition[json.RawMessage]) { found, _ = a.Secrets(i.Kind, e.Content) })
				for _, x := range found {
					texts = append(texts, x.Term)
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}
