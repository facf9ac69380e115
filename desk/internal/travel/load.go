package travel

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

// Load is what lies in a pack.
type Load struct {
	Format       int
	Organisation string
	Member       string            // id
	Name         string            // theirs
	Names        map[string]string // of colleagues, by id
	Cases        []Carried
}

// loadFormat is the version of a load that this program writes and reads.
const loadFormat = 1

// Carried is one case in a pack: what helps on the way, and nothing of money, checks, consents or the conversation.
type Carried struct {
	ID        string
	Pseudonym string
	State     cases.State
	Priority  cases.Priority
	Level     cases.Level
	People    []Person
	Risk      cases.Risk
	RiskSaw   int // the version that a risk written on the way has seen
	Plan      *cases.Plan
	Legs      []Leg
	CheckIns  []Due
	Notes     []Said
}

// Person is one person of a case.
type Person struct {
	ID string
	cases.Party
}

// Leg is one leg of a case.
type Leg struct {
	ID string
	cases.Leg
	State cases.LegState
}

// Due is one check-in with its clock as it was when the pack was taken.
type Due struct {
	ID string
	cases.CheckIn
	Due   time.Time
	Grace time.Duration
	Every time.Duration
	State watch.State
}

// Said is a note of the case.
type Said struct {
	At    time.Time
	By    string // member id
	Words string
}

// notesAtMost is how many notes of a case lie in a pack, the newest.
const notesAtMost = 20

// carry takes from an opened case what lies in a pack.
func carry(c *cases.Case) Carried {
	out := Carried{ID: c.ID, Pseudonym: c.Pseudonym, State: c.State, Priority: c.Priority, Level: c.Danger(), Risk: c.Risk.Content(), RiskSaw: c.Risk.Saw()}
	for _, p := range c.Parties {
		out.People = append(out.People, Person{p.ID, p.Content()})
	}
	if c.Plan.Exists() {
		p := c.Plan.Content()
		out.Plan = &p
	}
	for _, l := range c.Legs {
		out.Legs = append(out.Legs, Leg{l.ID, l.Leg, l.State})
	}
	for _, w := range c.CheckIns {
		if w.State != watch.OK && w.State != watch.Stopped {
			out.CheckIns = append(out.CheckIns, Due{w.Clock.ID, w.Content(), w.Due, w.Grace, w.Every, w.State})
		}
	}
	for _, n := range c.Notes[max(0, len(c.Notes)-notesAtMost):] {
		out.Notes = append(out.Notes, Said{n.At, n.Author, n.Content.Words})
	}
	return out
}

// places lists the places to which a case's legs lead or from which they begin.
func places(c *cases.Case) (all []string) {
	for _, l := range c.Legs {
		for _, id := range []string{l.From.Place, l.To.Place} {
			if id != "" && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// Parcel is a sealed pack as a file.
type Parcel struct {
	Name  string
	Bytes []byte
}

// fetchAtMost is how often one pack may be downloaded, for instance when a download broke off.
const fetchAtMost = 5

// Fetch seals the pack under a passphrase, with the cases as they are now. The
// passphrase is not kept; the key of the journal is, in the pack's safe.
func (l *Luggage) Fetch(ctx context.Context, actor staff.Actor, id, passphrase, again string) (Parcel, error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return Parcel{}, err
	}
	if err := checkPassphrase(passphrase, again); err != nil {
		return Parcel{}, err
	}
	p, files, err := l.ready(ctx, actor, id)
	if err != nil {
		return Parcel{}, err
	}
	load := Load{Format: loadFormat, Organisation: l.Organisation, Member: actor.ID, Name: actor.Name, Names: map[string]string{}}
	members, err := l.Book.Colleagues(ctx)
	if err != nil {
		return Parcel{}, err
	}
	for _, m := range members {
		load.Names[m.ID] = m.Name
	}
	carried := slices.Clone(files)
	for _, f := range files {
		c, err := l.Book.Case(ctx, actor, f)
		if err != nil {
			return Parcel{}, err
		}
		if c.Danger() == cases.LevelExtreme && !p.Yes {
			return Parcel{}, l.askSecond(ctx, actor, id)
		}
		load.Cases = append(load.Cases, carry(c))
		for _, place := range places(c) {
			if !slices.Contains(carried, place) {
				carried = append(carried, place)
			}
		}
	}
	body, err := json.Marshal(load)
	if err != nil {
		return Parcel{}, err
	}
	defer clear(body)
	sealed, key, err := travelpack.Seal(travelpack.Pack{ID: id, Until: p.Until, Body: body}, passphrase, l.Clock)
	if err != nil {
		return Parcel{}, fault.New(fault.Conflict, "The pack is too large, or its time is over. Take fewer cases along.")
	}
	journal := [32]byte(key.Journal())
	err = l.Within(ctx, func(tx Store) error {
		p, err := tx.Pack(ctx, id)
		if err != nil {
			return err
		}
		if s := p.Stand(l.Clock.Now()); s != Ready && s != Away {
			return fault.New(fault.Conflict, "This pack cannot be downloaded now.")
		}
		s, err := cases.UnlockIn(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		p.Fetched++
		if err := cases.PutIn(ctx, tx, s, cases.Item{ID: ids.New("pack"), Kind: cases.KindPack, Author: actor.ID, At: l.Clock.Now()}, secret{Key: &journal, Fetch: p.Fetched}); err != nil {
			return err
		}
		if err := tx.SavePack(ctx, p); err != nil {
			return err
		}
		if err := tx.Carry(ctx, id, carried); err != nil {
			return err
		}
		return note(ctx, tx, actor, id, "pack.fetched", packDetail{Cases: files})
	})
	if err != nil {
		return Parcel{}, err
	}
	return Parcel{Name: "waylight-" + id + ".pack", Bytes: sealed}, nil
}

// ready finds a pack that its member may download, and its cases that still can be opened.
func (l *Luggage) ready(ctx context.Context, actor staff.Actor, id string) (p Pack, files []string, err error) {
	err = l.Within(ctx, func(tx Store) error {
		if p, err = tx.Pack(ctx, id); err != nil {
			return err
		}
		if p.Member != actor.ID {
			return fault.Missing()
		}
		switch s := p.Stand(l.Clock.Now()); {
		case s == Asked:
			return fault.New(fault.Conflict, "A second person must agree first: somebody in it is in extreme danger.")
		case s != Ready && s != Away:
			return fault.New(fault.Conflict, "This pack cannot be downloaded now.")
		case p.Fetched >= fetchAtMost:
			return fault.New(fault.Conflict, "This pack was downloaded too often. Take a new one.")
		}
		carried, err := tx.CarriedIn(ctx, id)
		if err != nil {
			return err
		}
		for _, c := range carried {
			if !ids.Valid("case", c) {
				continue
			}
			_, err := own(ctx, tx, actor, c, p.Until)
			if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Invalid) {
				continue // taken away, ended or lent for a shorter time since it was asked for
			}
			if err != nil {
				return err
			}
			files = append(files, c)
		}
		if len(files) == 0 {
			return fault.New(fault.Conflict, "None of its cases can be opened any more.")
		}
		return nil
	})
	return p, files, err
}

// askSecond is for a case whose danger became extreme after the pack was asked for.
func (l *Luggage) askSecond(ctx context.Context, actor staff.Actor, id string) error {
	err := l.Within(ctx, func(tx Store) error {
		p, err := tx.Pack(ctx, id)
		if err != nil {
			return err
		}
		p.Needs = true
		if err := tx.SavePack(ctx, p); err != nil {
			return err
		}
		return note(ctx, tx, actor, id, "pack.asked", packDetail{Second: true})
	})
	if err == nil {
		err = fault.New(fault.Conflict, "Somebody in it is in extreme danger by now: a second person must agree first.")
	}
	return err
}
