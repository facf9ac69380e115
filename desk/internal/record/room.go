package record

import (
	"cmp"
	"context"
	"slices"

	"waylight/desk/internal/staff"
)

// DeedView is an act with its claims, what they propose and what was found.
type DeedView struct {
	Deed     Deed
	Claims   []Weighed // those of the page, by date
	N        int       // how many there are
	Proposal Proposal  // from all of them
	Proposed bool      // false: there are too many to be weighed here; the act's own page does it
	Findings []Finding // oldest first
}

// More reports whether claims follow after a page.
func (d DeedView) More(page int) bool { return (max(0, page)+1)*deedClaims < d.N }

// Last is the finding that holds; zero when there is none.
func (d DeedView) Last() Finding {
	if n := len(d.Findings); n > 0 {
		return d.Findings[n-1]
	}
	return Finding{}
}

// Room is the reading room of one incident.
type Room struct {
	Incident   Incident
	Deeds      []DeedView
	Statements []Statement
	Milestones []Milestone
	Accounts   []Account
	Counts     []Weighed      // claims about help
	About      map[string]Act // of the claims that the statements speak to
}

// Of an act so many claims are shown at once; an incident with more than weighAtOnce
// is not weighed on its own page.
const (
	deedClaims  = 60
	weighAtOnce = 600
)

// Claim finds a claim in the room; zero when it is not there.
func (r Room) Claim(id string) Weighed {
	for _, d := range r.Deeds {
		for _, c := range d.Claims {
			if c.ID == id {
				return c
			}
		}
	}
	return Weighed{}
}

// Incident opens the reading room of one incident.
func (a *Archive) Incident(ctx context.Context, by staff.Actor, id string) (r Room, err error) {
	if err := by.Must(Readers()...); err != nil {
		return Room{}, err
	}
	err = a.within(ctx, func(tx Store) error {
		if r.Incident, err = tx.Incident(ctx, id); err != nil {
			return err
		}
		deeds, err := tx.Deeds(ctx, id)
		if err != nil {
			return err
		}
		for _, d := range deeds {
			v := DeedView{Deed: d}
			if v.Findings, err = tx.FindingsOf(ctx, d.ID); err != nil {
				return err
			}
			r.Deeds = append(r.Deeds, v)
		}
		if err := r.claims(ctx, tx, by); err != nil {
			return err
		}
		if r.Statements, err = tx.StatementsIn(ctx, id); err != nil {
			return err
		}
		if r.About, err = about(ctx, tx, r.Statements); err != nil {
			return err
		}
		if r.Milestones, err = tx.Milestones(ctx, id); err != nil {
			return err
		}
		r.Accounts, err = tx.Accounts(ctx, id)
		return err
	})
	return r, err
}

// claims puts the first claims of each act into the room, and what all of them propose.
func (r *Room) claims(ctx context.Context, tx Store, by staff.Actor) error {
	of, err := tx.ClaimNumbers(ctx, r.Incident.ID)
	if err != nil {
		return err
	}
	total := 0
	for _, n := range of {
		total += n
	}
	var all []Weighed
	var alike []Likeness
	few := total <= weighAtOnce
	if few {
		claims, err := tx.ClaimsWhere(ctx, Where{Incident: r.Incident.ID})
		if err != nil {
			return err
		}
		if all, err = Weigh(ctx, tx, claims); err != nil {
			return err
		}
		if alike, err = doubted(ctx, tx, all); err != nil {
			return err
		}
	}
	for i := range r.Deeds {
		d := &r.Deeds[i]
		if d.N, d.Proposed = of[d.Deed.Act], few; few {
			of := slices.DeleteFunc(slices.Clone(all), func(w Weighed) bool { return w.Act != d.Deed.Act })
			d.Proposal, d.Claims = Propose(of, alike...), of[:min(deedClaims, len(of))]
			err = unseal(ctx, tx, by, d.Claims)
		} else {
			d.Claims, err = weighed(ctx, tx, by, Where{Incident: r.Incident.ID, Act: d.Deed.Act, Limit: deedClaims})
		}
		if err != nil {
			return err
		}
	}
	for _, s := range Statuses() {
		if s.OfHelp() {
			more, err := weighed(ctx, tx, by, Where{Incident: r.Incident.ID, Status: s, Limit: deedClaims})
			if err != nil {
				return err
			}
			r.Counts = append(r.Counts, more...)
		}
	}
	slices.SortStableFunc(r.Counts, func(a, b Weighed) int { return cmp.Or(cmp.Compare(a.Asserted, b.Asserted), a.At.Compare(b.At)) })
	return nil
}

// about gives the acts of the claims that statements speak to.
func about(ctx context.Context, tx Store, all []Statement) (map[string]Act, error) {
	var ids []string
	for _, s := range all {
		ids = slices.Concat(ids, s.Contradicts, s.Supports)
	}
	claims, err := tx.ClaimsAmong(ctx, ids)
	out := map[string]Act{}
	for _, c := range claims {
		out[c.ID] = c.Act
	}
	return out, err
}

// Deed opens one act with a page of its claims, the first of which is 0, what all of them
// propose, its findings, and the incident it belongs to.
func (a *Archive) Deed(ctx context.Context, by staff.Actor, id string, page int) (v DeedView, i Incident, err error) {
	if err := by.Must(Readers()...); err != nil {
		return DeedView{}, Incident{}, err
	}
	return v, i, a.within(ctx, func(tx Store) error {
		if v.Deed, err = tx.Deed(ctx, id); err != nil {
			return err
		}
		claims, err := tx.ClaimsWhere(ctx, Where{Incident: v.Deed.Incident, Act: v.Deed.Act})
		if err != nil {
			return err
		}
		all, err := Weigh(ctx, tx, claims)
		if err != nil {
			return err
		}
		alike, err := doubted(ctx, tx, all)
		if err != nil {
			return err
		}
		v.N, v.Proposal, v.Proposed = len(all), Propose(all, alike...), true
		from := min(max(0, page)*deedClaims, len(all))
		v.Claims = all[from:min(from+deedClaims, len(all))]
		if err := unseal(ctx, tx, by, v.Claims); err != nil {
			return err
		}
		if v.Findings, err = tx.FindingsOf(ctx, id); err != nil {
			return err
		}
		i, err = tx.Incident(ctx, v.Deed.Incident)
		return err
	})
}
