package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Wish is for what places and legs are asked.
type Wish struct {
	Parties  []string            // item ids
	Apart    []string            // of them: who may go another way than the rest; the others stay together
	Needs    map[string][]string // by party: of AllSuits
	Avoid    []string            // pairs of codes that must not meet: "A-B"
	From     Spot                // where they are; a place or a point
	Stops    int
	Nights   int
	Country  string
	Here     string   // the country in which they are
	Visas    []string // countries into which a visa is needed
	Speak    []string // codes of languages that they speak
	Without  []string // member ids: who must not escort them
	Reach    int
	Earliest time.Time
	Latest   time.Time // of the last arrival; zero: not bounded
}

func (w Wish) check(parties []Sheet[Party]) error {
	var c fault.Check
	c.Field(len(w.Parties) > 0, "parties", "Choose who travels.")
	c.Field(len(w.Parties) <= 12, "parties", "Choose at most 12 people.")
	for _, p := range w.Parties {
		_, known := find(parties, p)
		c.Field(known, "parties", "Choose who travels.")
	}
	c.Field(w.Stops >= 1 && w.Stops <= 4, "stops", "Choose between one and four stops.")
	c.Field(w.Nights >= 0 && w.Nights <= 60, "nights", "Write the number of nights: 0 to 60.")
	c.Field(w.Country == "" || IsCountry(w.Country), "country", "Write the code of the country in two letters, such as DE.")
	c.Field(w.Here == "" || IsCountry(w.Here), "here", "Write the code of the country in two letters, such as DE.")
	for _, v := range w.Visas {
		c.Field(IsCountry(v), "visas", "Give countries as two letters each, such as DE, FR.")
	}
	for _, s := range w.Speak {
		c.Field(Guide{Speaks: []string{s}}.check() == nil, "speak", "Write codes of languages, such as ru, ce, en.")
	}
	c.Field(!w.Earliest.IsZero(), "earliest", "Say when it begins at the earliest.")
	c.Field(w.Latest.IsZero() || w.Latest.After(w.Earliest), "latest", "The end must come after the beginning.")
	c.Field(w.Reach >= 0, "reach", "Write a number of kilometres, or nothing.")
	w.From.Point.check(&c, "from-point")
	for _, pair := range w.Avoid {
		_, _, ok := pairOf(pair, parties)
		c.Field(ok, "avoid", "Write pairs of codes of this case, such as A-B, with commas between.")
	}
	return c.Err()
}

// pairOf reads "A-B" as two parties.
func pairOf(pair string, parties []Sheet[Party]) (a, b string, ok bool) {
	one, other, cut := strings.Cut(pair, "-")
	for _, p := range parties {
		switch p.Content().Code {
		case strings.TrimSpace(one):
			a = p.ID
		case strings.TrimSpace(other):
			b = p.ID
		}
	}
	return a, b, cut && a != "" && b != "" && a != b
}

// Proposed is an answer with what its page needs to tell it.
type Proposed struct {
	proposer.Answer
	Case    *Case
	Places  map[string]Refuge
	Members []staff.Member
}

// Propose answers where a party could go, out of the places that the actor knows.
// It changes nothing; what it opened is in the ledger.
func (b *Book) Propose(ctx context.Context, actor staff.Actor, file string, w Wish) (p Proposed, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return p, err
	}
	c, err := b.Case(ctx, actor, file)
	if err != nil {
		return p, err
	}
	if err := w.check(c.Parties); err != nil {
		return p, err
	}
	all, err := b.Places(ctx, actor)
	if err != nil {
		return p, err
	}
	p.Case, p.Places = c, map[string]Refuge{}
	for _, r := range all {
		p.Places[r.ID] = r
	}
	said, err := b.Guides(ctx, actor)
	if err != nil {
		return p, err
	}
	legs, err := b.Legs(ctx, actor)
	if err != nil {
		return p, err
	}
	if p.Members, err = b.Colleagues(ctx); err != nil {
		return p, err
	}
	var away []Absence
	if err := b.reading(ctx, func(tx Store) error {
		away, err = tx.AbsencesAfter(ctx, b.clock.Now())
		return err
	}); err != nil {
		return p, err
	}
	q := questionOf(c, all, w)
	q.Escorts = escortsOf(c, p.Members, said, away, all, legs, w)
	p.Answer = proposer.Propose(q)
	return p, nil
}

// questionOf says of a case and of places what the proposer must know: ids and numbers.
func questionOf(c *Case, places []Refuge, w Wish) proposer.Question {
	q := proposer.Question{Stops: w.Stops, Country: w.Country, Nights: w.Nights, Reach: w.Reach, Best: 5, Start: pointOf(w.From.Point), Here: w.Here, Visas: w.Visas, Speak: w.Speak}
	if !w.Latest.IsZero() {
		q.Hours = max(1, int(w.Latest.Sub(w.Earliest)/time.Hour))
	}
	for _, id := range w.Parties {
		x := c.Party(id)
		p := proposer.Person{ID: id, Group: "household", Needs: slices.Clone(w.Needs[id])}
		if slices.Contains(w.Apart, id) {
			p.Group = ""
		}
		if x.Minor && !slices.Contains(p.Needs, "minor") {
			p.Needs = append(p.Needs, "minor")
		}
		for _, s := range c.Papers {
			if k := s.Content(); k.Party == id && k.Good(clock.DayOf(w.Earliest)) && !slices.Contains(p.Papers, k.Kind) {
				p.Papers = append(p.Papers, k.Kind)
			}
		}
		for _, pair := range w.Avoid {
			if a, b, ok := pairOf(pair, c.Parties); ok && a == id {
				p.Avoid = append(p.Avoid, b)
			} else if ok && b == id {
				p.Avoid = append(p.Avoid, a)
			}
		}
		q.People = append(q.People, p)
	}
	for _, r := range places {
		x := proposer.Place{ID: r.ID, Usable: r.Status == Available, Free: max(0, r.Capacity-r.Inside()), Offers: r.Suits, Asks: r.Trait.Papers, Country: r.Country, At: pointOf(r.Point), Night: r.Night, Stay: r.Stay, Known: len(r.Known)}
		for _, s := range r.Stays {
			if s.Content().To.IsZero() {
				x.Inside = append(x.Inside, s.Content().Party)
			}
		}
		if r.ID == w.From.Place {
			q.Start = x.At
			if q.Here == "" {
				q.Here = r.Country
			}
			q.Closed = append(q.Closed, proposer.Way{To: r.ID}) // they are there already
		}
		q.Places = append(q.Places, x)
	}
	for _, l := range c.Legs { // where contact was lost, nobody is sent again
		if l.State == LegLost {
			q.Closed = append(q.Closed, proposer.Way{From: l.From.Place, To: l.To.Place})
		}
	}
	return q
}

func pointOf(p *Point) *proposer.Point {
	if p == nil {
		return nil
	}
	return &proposer.Point{Lat: p.Lat, Lon: p.Lon}
}

// Draft is one leg that a person takes from a proposal: its id was made with the
// page, so that a form that is sent twice plans one leg.
type DraftLeg struct {
	ID string
	Leg
}

// Take puts legs of a proposal into the plan, as drafts: each waits for the go of two
// people, and can be changed before, like any other. All of them or none.
func (b *Book) Take(ctx context.Context, actor staff.Actor, file string, legs []DraftLeg) error {
	return b.change(ctx, actor, file, func(o *open) error {
		if o.State.Over() {
			return fault.New(fault.Conflict, "This case has ended. Open it again first.")
		}
		for _, d := range legs {
			if !ids.Valid("leg", d.ID) {
				return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
			}
			if slices.ContainsFunc(o.Legs, func(m Movement) bool { return m.ID == d.ID }) {
				continue
			}
			if _, err := o.tx.CaseOfLeg(ctx, d.ID); fault.KindOf(err) != fault.NotFound {
				return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
			}
			l := d.Leg
			if err := l.check(o.Parties); err != nil {
				return err
			}
			l.People, l.Number = len(l.Parties), len(o.Legs)+1
			if err := o.newLeg(ctx, d.ID); err != nil {
				return err
			}
			if err := o.escort(ctx, d.ID, "", l.Escort); err != nil {
				return err
			}
			if err := o.lead(ctx, d.ID, &l); err != nil {
				return err
			}
			s, err := put(ctx, o.tx, o.legs[d.ID], Item{ID: d.ID, Kind: KindLeg, Author: actor.ID, At: o.now}, 0, l)
			if err != nil {
				return err
			}
			o.Legs = append(o.Legs, Movement{ID: d.ID, Leg: l, State: LegPlanned})
			if err := o.log(ctx, "leg.planned", detail{KindLeg, d.ID, s.Version, false}); err != nil {
				return err
			}
			if err := ask(ctx, o.tx, Ask{Safe: d.ID, Item: d.ID, Version: s.Version, Kind: "leg", By: actor.ID, At: o.now}); err != nil {
				return err
			}
		}
		return o.tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "proposal.taken", Subject: file, Scope: file})
	})
}
