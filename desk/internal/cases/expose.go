package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/exposure"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Breach is the plain row of something that has become known.
type Breach struct {
	ID   string
	Kind exposure.Kind
	By   string // member id
	At   time.Time
}

// Leak is what became known. It lies in the breach's safe.
type Leak struct {
	Kind   exposure.Kind
	Place  string // place id
	Number string // a telephone, an address, an account, a document's number
	Member string // member id
	Case   string // of the person
	Party  string // item id
	Pack   string `json:",omitempty"` // travel pack id
	Since  time.Time
	Words  string // what happened, how we know
}

// Task is one step that must be done about a case or a place. It is plain: it must
// count down while every safe is closed.
type Task struct {
	ID      string
	Breach  string
	Subject string // case or place id
	How     exposure.How
	What    string // exposure.Move …
	Due     time.Time
	Done    time.Time // zero: open
	Member  string    // who did it
}

// Breaches keeps what became known, and what must be done.
type Breaches interface {
	// CarriedIn lists the cases and places in a travel pack.
	CarriedIn(ctx context.Context, pack string) ([]string, error)
	AddBreach(ctx context.Context, i Breach) error
	Breach(ctx context.Context, id string) (Breach, error)
	AddTasks(ctx context.Context, list []Task) error // one for the same breach, subject and step stays as it is
	Task(ctx context.Context, id string) (Task, error)
	TasksOf(ctx context.Context, breach string) ([]Task, error)
	TasksFor(ctx context.Context, member string) ([]Task, error) // open, about what the member can open, if they were told
	DoneTask(ctx context.Context, id, member string, at time.Time) error
	BreachesOf(ctx context.Context, subject string) ([]string, error)
	DropTasks(ctx context.Context, subject string) error
	DropBreach(ctx context.Context, id string) error
}

// touches gathers in which ways each case is touched.
type touches struct {
	ways  map[string][]exposure.How // by case or place id
	order []string
	seen  map[string]bool // places that were followed already
}

func (t *touches) add(subject string, h exposure.How) {
	if _, known := t.ways[subject]; !known {
		t.order = append(t.order, subject)
	}
	if !slices.Contains(t.ways[subject], h) {
		t.ways[subject] = append(t.ways[subject], h)
	}
}

func (l Leak) check(now time.Time) error {
	var c fault.Check
	c.Field(slices.Contains(exposure.Kinds(), l.Kind), "kind", "Choose what has become known.")
	c.Field(l.Kind != exposure.Place || l.Place != "", "place", "Choose the place.")
	c.Field(l.Kind != exposure.Number || l.Number != "", "number", "Write the number, the address or the account.")
	c.Field(l.Kind != exposure.Member || l.Member != "", "member", "Choose the colleague.")
	c.Field(l.Kind != exposure.Laptop || ids.Valid("pack", l.Pack), "pack", "Choose the travel pack.")
	c.Field(!l.Since.IsZero() && !l.Since.After(now), "since", "Say since when: a time that has passed. When in doubt, the earlier one.")
	c.Field(l.Words != "", "words", "Say what happened and how we know.")
	return c.Err()
}

// Expose notes that something became known, finds at once every case that it
// touches, also those of colleagues, and sets what must be done and until when. A
// place becomes exposed. It returns the breach's id.
func (b *Book) Expose(ctx context.Context, actor staff.Actor, l Leak) (id string, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return "", err
	}
	now := b.clock.Now()
	if err := l.check(now); err != nil {
		return "", err
	}
	id = ids.New("leak")
	err = b.within(ctx, func(tx Store) error {
		if err := tx.AddBreach(ctx, Breach{id, l.Kind, actor.ID, now}); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "leak.noted", Subject: id, Scope: id}); err != nil {
			return err
		}
		t, err := b.trace(ctx, tx, actor, id, l)
		if err != nil {
			return err
		}
		s, grants, err := safe.Create(id, actor.Member)
		if err != nil {
			return err
		}
		colleagues, err := b.concerned(ctx, tx, actor, t, l.Member)
		if err != nil {
			return err
		}
		for _, m := range colleagues {
			g, err := s.Share(m)
			if err != nil {
				return err
			}
			grants = append(grants, g)
		}
		for _, g := range grants {
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
		}
		if err := cover(ctx, tx, s); err != nil {
			return err
		}
		if _, err := put(ctx, tx, s, Item{ID: id, Kind: KindLeak, Author: actor.ID, At: now}, 0, l); err != nil {
			return err
		}
		return setTasks(ctx, tx, id, t, now)
	})
	return id, err
}

// setTasks writes the steps for everything that was touched.
func setTasks(ctx context.Context, tx Store, breach string, t *touches, now time.Time) error {
	var list []Task
	for _, subject := range t.order {
		steps := exposure.Steps(t.ways[subject]...)
		if strings.HasPrefix(subject, "place_") {
			steps = []exposure.Step{{What: exposure.Rest, Within: 15 * time.Minute, How: t.ways[subject][0]}}
		}
		for _, s := range steps {
			list = append(list, Task{ID: ids.New("task"), Breach: breach, Subject: subject, How: s.How, What: s.What, Due: now.Add(s.Within)})
		}
	}
	return tx.AddTasks(ctx, list)
}

// concerned are the other members who can open what was touched: they must know
// what happened. A colleague who fell is not told: somebody else may hold the device.
func (b *Book) concerned(ctx context.Context, tx Store, actor staff.Actor, t *touches, fell string) ([]staff.Member, error) {
	seen := map[string]bool{actor.ID: true, fell: true}
	var all []staff.Member
	for _, subject := range t.order {
		grants, err := tx.Grants(ctx, subject)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			if seen[g.Member] {
				continue
			}
			seen[g.Member] = true
			m, err := tx.Member(ctx, g.Member)
			if err != nil {
				return nil, err
			}
			if m.Active {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// trace finds what is touched.
func (b *Book) trace(ctx context.Context, tx Store, actor staff.Actor, breach string, l Leak) (*touches, error) {
	t := &touches{ways: map[string][]exposure.How{}, seen: map[string]bool{}}
	switch l.Kind {
	case exposure.Place:
		return t, b.expose(ctx, tx, actor, breach, t, l)
	case exposure.Number:
		return t, numberTouches(ctx, tx, t, l.Number)
	case exposure.Member:
		return t, memberTouches(ctx, tx, t, l.Member)
	case exposure.Laptop:
		return t, packTouches(ctx, tx, t, l.Pack)
	}
	return t, b.personTouches(ctx, tx, actor, breach, t, l)
}

// expose marks a place as exposed and follows its history.
func (b *Book) expose(ctx context.Context, tx Store, actor staff.Actor, breach string, t *touches, l Leak) error {
	r, s, err := loadPlace(ctx, tx, actor, l.Place)
	if err != nil {
		return err
	}
	if r.Status != Exposed {
		p := r.Place
		p.Status, p.Reason = Exposed, l.Words
		if _, err := put(ctx, tx, s, Item{ID: r.ID, Kind: KindPlace, Base: r.Sheet.Saw(), Author: actor.ID, At: b.clock.Now()}, r.Sheet.Saw(), p); err != nil {
			return err
		}
	}
	return placeTouches(ctx, tx, actor, breach, t, r, l.Since)
}

// placeTouches follows who is in a place, was there since, or has a leg to or from
// it. The place's own safe holds that, so that it is known whoever may open the cases.
func placeTouches(ctx context.Context, tx Store, actor staff.Actor, breach string, t *touches, r Refuge, since time.Time) error {
	t.seen[r.ID] = true
	t.add(r.ID, exposure.Inside)
	files := map[string]string{} // of the legs: a stay and a way there are mostly of the same leg
	fileOf := func(leg string) (string, error) {
		if f, known := files[leg]; known {
			return f, nil
		}
		f, err := tx.CaseOfLeg(ctx, leg)
		if err == nil {
			files[leg] = f
		}
		return f, err
	}
	for _, s := range r.Stays {
		stay := s.Content()
		if !stay.To.IsZero() && stay.To.Before(since) {
			continue
		}
		file, err := fileOf(stay.Leg)
		if fault.KindOf(err) == fault.NotFound {
			continue // erased meanwhile
		}
		if err != nil {
			return err
		}
		if stay.To.IsZero() {
			t.add(file, exposure.Inside)
		} else {
			t.add(file, exposure.Stayed)
		}
	}
	for _, leg := range r.Legs {
		file, err := fileOf(leg)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		stage, err := tx.StageOf(ctx, leg)
		if err != nil {
			return err
		}
		switch stage {
		case StageOut:
			t.add(file, exposure.Travelling)
		case StageAhead:
			t.add(file, exposure.Heading)
		}
	}
	return logPlace(ctx, tx, actor, r.ID, "place.traced", shareDetail{Safe: breach})
}

// numberTouches finds who keeps a number, by the leak guard's fingerprints: also in
// cases that the asking member cannot open, and without opening any.
func numberTouches(ctx context.Context, tx Store, t *touches, number string) error {
	kinds := []string{"phone", "document"}
	if strings.ContainsAny(number, "@/") {
		kinds = []string{"email", "handle"}
	}
	for _, kind := range kinds {
		owners, err := tx.TermOwners(ctx, kind, number)
		if err != nil {
			return err
		}
		for _, o := range owners {
			safe, _, _ := strings.Cut(o, "/")
			switch {
			case strings.HasPrefix(safe, "case_"):
				t.add(safe, exposure.Reached)
			case strings.HasPrefix(safe, "place_"):
				t.add(safe, exposure.Reached)
			case strings.HasPrefix(safe, "leg_"): // in the words of a meeting point
				file, err := tx.CaseOfLeg(ctx, safe)
				if err != nil {
					return err
				}
				t.add(file, exposure.Reached)
			}
		}
	}
	return nil
}

// memberTouches lists what a colleague can open: all of it must count as known.
func memberTouches(ctx context.Context, tx Store, t *touches, member string) error {
	files, err := tx.SafesOf(ctx, "case", member)
	if err != nil {
		return err
	}
	for _, f := range files {
		t.add(f, exposure.Known)
	}
	legs, err := tx.SafesOf(ctx, "leg", member)
	if err != nil {
		return err
	}
	for _, l := range legs {
		file, err := tx.CaseOfLeg(ctx, l)
		if err != nil {
			return err
		}
		if stage, err := tx.StageOf(ctx, l); err != nil {
			return err
		} else if stage == StageOut {
			t.add(file, exposure.Travelling)
		} else if stage == StageAhead {
			t.add(file, exposure.Heading)
		}
	}
	places, err := tx.SafesOf(ctx, "place", member)
	for _, p := range places {
		t.add(p, exposure.Known)
	}
	return err
}

// personTouches follows a person: their own case, and everybody in the places that
// they have ever known.
func (b *Book) personTouches(ctx context.Context, tx Store, actor staff.Actor, breach string, t *touches, l Leak) error {
	o, err := b.load(ctx, tx, actor, l.Case)
	if err != nil {
		return err
	}
	if _, ok := find(o.Parties, l.Party); !ok {
		return fault.Bad("party", "Choose the person.")
	}
	if err := o.logDoors(ctx); err != nil {
		return err
	}
	t.add(l.Case, exposure.Self)
	for _, m := range o.Legs {
		if !among(l.Party, m.Parties) {
			continue
		}
		for _, spot := range []Spot{m.From, m.To} {
			r, known := o.places[spot.Place]
			if !known || t.seen[spot.Place] {
				continue
			}
			if err := placeTouches(ctx, tx, actor, breach, t, r, l.Since); err != nil {
				return err
			}
		}
	}
	return nil
}
