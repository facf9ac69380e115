package parties

import (
	"context"
	"slices"

	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
)

// PartyPage is everything about one party that stands in plain.
type PartyPage struct {
	Party     Party
	Same      []Party // others that are read as this one
	Part      []Involvement
	Acts      map[string]Act
	Incidents map[string]record.Incident
	Ties      []Relation
	Others    map[string]Party // of the relations
	Claims    []record.Weighed // on which it rests, without words that are sealed
	Decided   []Decision
	Editions  []record.Edition
	Sealed    bool // there are names
	Gone      bool // they were destroyed
	More      bool
}

// Party opens one party. Its names stay closed.
func (r *Registry) Party(ctx context.Context, by staff.Actor, id string) (p PartyPage, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		if p.Party, err = tx.Party(ctx, id); err != nil {
			return err
		}
		same, err := tx.SameAs(ctx, p.Party.Root)
		if err != nil {
			return err
		}
		p.Same = slices.DeleteFunc(same, func(x Party) bool { return x.ID == id })
		if p.Part, err = tx.PartIn(ctx, []string{p.Party.Root}, "", MostEdges+1); err != nil {
			return err
		}
		if p.Ties, err = tx.TiesOf(ctx, []string{p.Party.Root}, "", MostEdges+1); err != nil {
			return err
		}
		p.More = len(p.Part) > MostEdges || len(p.Ties) > MostEdges
		if err := p.load(ctx, tx); err != nil {
			return err
		}
		if p.Decided, err = tx.DecisionsOn(ctx, id); err != nil {
			return err
		}
		if p.Editions, err = tx.EditionsOf(ctx, id); err != nil {
			return err
		}
		if p.Party.Safe == "" {
			return nil
		}
		names, err := tx.NamesOf(ctx, id)
		if err != nil {
			return err
		}
		grants, err := tx.Grants(ctx, p.Party.Safe)
		p.Sealed, p.Gone = len(names) > 0, len(grants) == 0
		return err
	})
	return p, err
}

// load gets the acts, incidents, other parties and claims of a page.
func (p *PartyPage) load(ctx context.Context, tx Store) error {
	var acts, others, claims []string
	for _, i := range p.Part {
		acts, claims = append(acts, i.Act), append(claims, i.Claims...)
	}
	for _, t := range p.Ties {
		others, claims = append(others, t.One, t.Other), append(claims, t.Claims...)
	}
	for _, d := range p.Decided {
		others = append(others, d.A, d.B)
	}
	list, err := tx.ActsBy(ctx, sorted(acts))
	if err != nil {
		return err
	}
	p.Acts, p.Incidents, p.Others = map[string]Act{}, map[string]record.Incident{}, map[string]Party{}
	for _, a := range list {
		p.Acts[a.ID] = a
		if _, ok := p.Incidents[a.Incident]; !ok {
			if p.Incidents[a.Incident], err = tx.Incident(ctx, a.Incident); err != nil {
				return err
			}
		}
	}
	known, err := tx.PartiesBy(ctx, sorted(others))
	if err != nil {
		return err
	}
	for _, o := range known {
		p.Others[o.ID] = o
	}
	p.Claims, err = weigh(ctx, tx, claims)
	return err
}

// weigh loads claims with what is known of them, a bounded number, and opens no safe.
func weigh(ctx context.Context, tx Store, claims []string) ([]record.Weighed, error) {
	claims = sorted(claims)
	var list []record.Claim
	for _, id := range claims[:min(len(claims), 100)] {
		c, err := tx.Claim(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return record.Weigh(ctx, tx, list)
}

// ActPage is everything about one act.
type ActPage struct {
	Act      Act
	Incident record.Incident
	Deed     string // of the incident, under which claims about such acts are graded; "" none yet
	Part     []Involvement
	Parties  map[string]Party
	Claims   []record.Weighed // on which the involvements rest
	Choice   []record.Weighed // of the incident, for new ones
	Editions []record.Edition
}

// Act opens one act.
func (r *Registry) Act(ctx context.Context, by staff.Actor, id string) (p ActPage, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		if p.Act, err = tx.Act(ctx, id); err != nil {
			return err
		}
		if p.Incident, err = tx.Incident(ctx, p.Act.Incident); err != nil {
			return err
		}
		deeds, err := tx.Deeds(ctx, p.Act.Incident)
		if err != nil {
			return err
		}
		for _, d := range deeds {
			if d.Act == p.Act.Short() {
				p.Deed = d.ID
			}
		}
		if p.Part, err = tx.TakingPart(ctx, []string{id}, MostEdges); err != nil {
			return err
		}
		var who, claims []string
		for _, i := range p.Part {
			who, claims = append(who, i.Party), append(claims, i.Claims...)
		}
		known, err := tx.PartiesBy(ctx, sorted(who))
		if err != nil {
			return err
		}
		p.Parties = map[string]Party{}
		for _, x := range known {
			p.Parties[x.ID] = x
		}
		if p.Claims, err = weigh(ctx, tx, claims); err != nil {
			return err
		}
		if p.Choice, err = r.choice(ctx, tx, p.Act.Incident); err != nil {
			return err
		}
		p.Editions, err = tx.EditionsOf(ctx, id)
		return err
	})
	return p, err
}

// choice lists claims of an incident on which something may rest, a bounded number.
func (r *Registry) choice(ctx context.Context, tx Store, incident string) ([]record.Weighed, error) {
	all, err := tx.ClaimsWhere(ctx, record.Where{Incident: incident, Limit: 200})
	if err != nil {
		return nil, err
	}
	return record.Weigh(ctx, tx, all)
}

// Acts lists the acts of an incident by date, a bounded number.
func (r *Registry) Acts(ctx context.Context, by staff.Actor, incident string) (out []Act, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		out, err = tx.ActsOf(ctx, incident, 200)
		return err
	})
	return out, err
}

// List lists parties, the newest first; more says that there is a further page.
func (r *Registry) List(ctx context.Context, by staff.Actor, q Asked) (out []Party, more bool, err error) {
	const size = 50
	q.Limit = size + 1
	err = r.read(ctx, by, func(tx Store) error {
		out, err = tx.Parties(ctx, q)
		return err
	})
	if len(out) > size {
		out, more = out[:size], true
	}
	return out, more, err
}

// Involvement and Relation give one of them with its editions, for its page.
func (r *Registry) Involvement(ctx context.Context, by staff.Actor, id string) (i Involvement, e []record.Edition, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		if i, err = tx.Involvement(ctx, id); err != nil {
			return err
		}
		e, err = tx.EditionsOf(ctx, id)
		return err
	})
	return i, e, err
}

// Relation gives one relation with its editions and the two parties.
func (r *Registry) Relation(ctx context.Context, by staff.Actor, id string) (t Relation, two []Party, e []record.Edition, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		if t, err = tx.Relation(ctx, id); err != nil {
			return err
		}
		if two, err = tx.PartiesBy(ctx, sorted([]string{t.One, t.Other})); err != nil {
			return err
		}
		e, err = tx.EditionsOf(ctx, id)
		return err
	})
	return t, two, e, err
}

// ClaimsAround lists claims on which a relation of a party may rest: those of the
// incidents in which it had a part, a bounded number.
func (r *Registry) ClaimsAround(ctx context.Context, by staff.Actor, party string) (out []record.Weighed, err error) {
	err = r.read(ctx, by, func(tx Store) error {
		p, err := tx.Party(ctx, party)
		if err != nil {
			return err
		}
		part, err := tx.PartIn(ctx, []string{p.Root}, "", 50)
		if err != nil {
			return err
		}
		var acts []string
		for _, i := range part {
			acts = append(acts, i.Act)
		}
		list, err := tx.ActsBy(ctx, sorted(acts))
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, a := range list {
			if seen[a.Incident] || len(out) >= 200 {
				continue
			}
			seen[a.Incident] = true
			more, err := r.choice(ctx, tx, a.Incident)
			if err != nil {
				return err
			}
			out = append(out, more...)
		}
		return nil
	})
	return out, err
}
