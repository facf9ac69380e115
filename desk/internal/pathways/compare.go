package pathways

import (
	"context"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/fault"
)

// Ask is for whom pathways are compared.
type Ask struct {
	Parties []string // item ids
	Here    string   // the country in which they are now; empty: nobody noted
	Left    bool     // they have left the country that they flee
}

// Reason speaks for a pathway, against it, or says what is not known.
type Reason struct {
	What  string // "paper", "usual-paper", "valid", "minor", "minor-with", "from", "outside", "places", "no-places", "stale", "minor-unknown"
	Party string // whom it concerns; empty: all
	Paper string // of cases.PaperKinds
	N     int
	Day   clock.Day
}

// Fit is one pathway as it stands for a party.
type Fit struct {
	Edition
	For, Against, Open []Reason
	Offers             []Offered // of this pathway, that hold today
	Least, Most        int
	Timed              bool
}

// Free is how many places are left in all its offers.
func (f Fit) Free() (n int) {
	for _, o := range f.Offers {
		n += o.Left()
	}
	return n
}

// Compared is an answer with what its page needs to tell it.
type Compared struct {
	Look
	Fits []Fit
}

// Compare says of each open pathway what is known for this party. It keeps the
// order of the list and ranks nothing: what weighs more, people judge.
func (g *Guide) Compare(ctx context.Context, a staff.Actor, id string, q Ask) (c Compared, err error) {
	if c.Look, err = g.Look(ctx, a, id); err != nil {
		return c, err
	}
	var k fault.Check
	k.Field(len(q.Parties) > 0, "parties", "Choose who goes.")
	for _, p := range q.Parties {
		k.Field(c.Case.Party(p).Code != "", "parties", "Choose people of this case.")
	}
	k.Field(q.Here == "" || country.Is(q.Here), "here", "Give the country as two letters, such as GE.")
	if err := k.Err(); err != nil {
		return c, err
	}
	all, err := g.List(ctx, a)
	if err != nil {
		return c, err
	}
	offers, err := g.Offers(ctx, a)
	if err != nil {
		return c, err
	}
	today := clock.DayOf(g.Clock.Now())
	for _, e := range all {
		if e.Ended == "" {
			c.Fits = append(c.Fits, fit(e, c.Case, q, offers, today))
		}
	}
	return c, nil
}

// fit explains one pathway.
func fit(e Edition, c *cases.Case, q Ask, offers []Offered, today clock.Day) Fit {
	f := Fit{Edition: e}
	f.Least, f.Most, f.Timed = e.Usual()
	f.papers(c, q, today)
	f.minors(c, q)
	switch {
	case len(e.From) > 0 && q.Here == "":
		f.Open = append(f.Open, Reason{What: "from"})
	case len(e.From) > 0 && !slices.Contains(e.From, q.Here):
		f.Against = append(f.Against, Reason{What: "from"})
	case len(e.From) > 0:
		f.For = append(f.For, Reason{What: "from"})
	}
	if e.Outside && !q.Left {
		f.Against = append(f.Against, Reason{What: "outside"})
	}
	for _, o := range offers {
		if o.Pathway == e.ID && o.Holds(today) {
			f.Offers = append(f.Offers, o)
		}
	}
	if len(f.Offers) > 0 {
		r := Reason{What: "places", N: f.Free()}
		if r.N >= len(q.Parties) {
			f.For = append(f.For, r)
		} else {
			r.What = "no-places"
			f.Against = append(f.Against, r)
		}
	}
	if e.Stale(today) {
		f.Open = append(f.Open, Reason{What: "stale", Day: e.Review})
	}
	return f
}

// papers compares what is asked for with what each person holds.
func (f *Fit) papers(c *cases.Case, q Ask, today clock.Day) {
	until := plus(today, f.Valid)
	for _, p := range q.Parties {
		for _, need := range f.Papers {
			held, good := false, false
			var end clock.Day
			for _, s := range c.Papers {
				if x := s.Content(); x.Party == p && x.Kind == need.Kind && x.Good(today) {
					held = true
					lasts := x.Until == "" || x.Until >= until || need.Kind != "passport"
					good = good || lasts
					end = max(end, x.Until)
				}
			}
			r := Reason{What: "paper", Party: p, Paper: need.Kind}
			switch {
			case good:
				f.For = append(f.For, r)
			case held:
				r.What, r.Day, r.N = "valid", end, f.Valid
				f.Against = append(f.Against, r)
			case need.Must:
				f.Against = append(f.Against, r)
			default:
				r.What = "usual-paper"
				f.Open = append(f.Open, r)
			}
		}
	}
}

// minors says whether the minors of the party can go this way.
func (f *Fit) minors(c *cases.Case, q Ask) {
	adult := slices.ContainsFunc(q.Parties, func(p string) bool { return !c.Party(p).Minor })
	for _, p := range q.Parties {
		if !c.Party(p).Minor {
			continue
		}
		r := Reason{What: "minor", Party: p}
		switch {
		case f.Minors == "no":
			f.Against = append(f.Against, r)
		case f.Minors == "with" && !adult:
			r.What = "minor-with"
			f.Against = append(f.Against, r)
		case f.Minors == "unknown":
			r.What = "minor-unknown"
			f.Open = append(f.Open, r)
		default:
			f.For = append(f.For, r)
		}
	}
}
