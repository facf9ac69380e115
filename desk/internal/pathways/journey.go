package pathways

import (
	"context"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Look opens a case with what this room keeps in it, and the pathways and offers
// that its pages name.
type Look struct {
	Case *cases.Case
	Ways
	Unread int
}

// Look opens a case; the reading is in the ledger.
func (g *Guide) Look(ctx context.Context, a staff.Actor, id string) (Look, error) {
	if err := a.Must(staff.Caseworker); err != nil {
		return Look{}, err
	}
	c, err := g.Book.Case(ctx, a, id)
	if err != nil {
		return Look{}, err
	}
	l := Look{Case: c}
	l.Ways, l.Unread = Fold(c.Leaves)
	return l, nil
}

// beside changes what this room keeps in a case. What an application holds of an
// offer before and after is compared, so that the offer's count follows in the same
// transaction, and no place is taken that is not there.
func (g *Guide) beside(ctx context.Context, a staff.Actor, id, application string, f func(Store, cases.Beside, Ways) error) error {
	if err := a.Must(staff.Caseworker); err != nil {
		return err
	}
	return g.Within(ctx, func(tx Store) error {
		var before Journey
		if err := g.Book.BesideIn(ctx, tx, a, id, func(b cases.Beside) error {
			w, _ := Fold(b.Case().Leaves)
			before, _ = w.Journey(application)
			return f(tx, b, w)
		}); err != nil {
			return err
		}
		if application == "" {
			return nil
		}
		var after Journey
		if err := g.Book.BesideIn(ctx, tx, a, id, func(b cases.Beside) error {
			w, _ := Fold(b.Case().Leaves)
			after, _ = w.Journey(application)
			return nil
		}); err != nil {
			return err
		}
		return g.count(ctx, tx, a, before, after)
	})
}

// count tells an offer what an application holds of it now.
func (g *Guide) count(ctx context.Context, tx Store, a staff.Actor, before, after Journey) error {
	was, is := before.uses(), after.uses()
	if before.Offer == after.Offer && was == is {
		return nil
	}
	if before.Offer != "" && was != (Use{}) {
		have, err := tx.OfferUse(ctx, before.Offer)
		if err != nil {
			return err
		}
		if have.Held >= was.Held && have.Taken >= was.Taken { // otherwise it is an offer of another Desk, from which the case came
			if err := tx.AddOfferUse(ctx, before.Offer, -was.Held, -was.Taken); err != nil {
				return err
			}
		}
	}
	if after.Offer == "" || is == (Use{}) {
		return nil
	}
	o, err := g.openOffer(ctx, tx, a, after.Offer)
	if err != nil {
		return err
	}
	if more := is.Held + is.Taken; before.Offer != after.Offer || more > was.Held+was.Taken {
		switch {
		case !o.Holds(clock.DayOf(g.Clock.Now())):
			return fault.Bad("offer", "This offer does not hold any more.")
		case o.Left() < more:
			return fault.New(fault.Conflict, "This offer has %d places left; this needs %d.", o.Left(), more)
		}
	}
	return tx.AddOfferUse(ctx, after.Offer, is.Held, is.Taken)
}

// Apply begins an application (saw 0; its id comes from its form) or changes one.
// A new one takes its steps from the pathway, each with a day by its usual time.
func (g *Guide) Apply(ctx context.Context, a staff.Actor, id, item string, saw int, p Application) (s cases.Saved, err error) {
	p.Reference = strings.TrimSpace(p.Reference)
	err = g.beside(ctx, a, id, item, func(tx Store, b cases.Beside, w Ways) error {
		old, exists := w.Journey(item)
		if exists && saw > 0 {
			p.Pathway, p.Version, p.Title, p.Country = old.Pathway, old.Version, old.Title, old.Country
		} else if err := begin(ctx, tx, &p, clock.DayOf(b.Now())); err != nil {
			return err
		}
		if err := p.check(b.Case()); err != nil {
			return err
		}
		s, _, err = b.Keep(ctx, KindApplication, item, saw, p)
		return err
	})
	return s, err
}

// begin fills an application from its pathway.
func begin(ctx context.Context, tx Store, p *Application, today clock.Day) error {
	way, err := tx.Pathway(ctx, p.Pathway)
	if fault.KindOf(err) == fault.NotFound {
		return fault.Bad("pathway", "Choose a pathway of the list.")
	}
	if err != nil {
		return err
	}
	if way.Ended != "" {
		return fault.Bad("pathway", "Nobody can go this way any more. Look at the pathway.")
	}
	p.Version, p.Title, p.Country = way.Version, way.Title, way.Country
	if p.Steps == nil {
		day := today
		for _, s := range way.Steps {
			x := Stage{What: s.What}
			if most := max(s.Least, s.Most); most > 0 {
				day = plus(day, most)
				x.Due = day
			}
			p.Steps = append(p.Steps, x)
		}
	}
	return nil
}

// After is how somebody reports after an appointment.
type After struct {
	Hours   int // after the appointment; 0: nobody watches
	Channel string
	Contact string
	Sign    string
	Duress  string
	Pace    watch.Pace
}

// grace is how long after the agreed time the ladder begins.
const grace = 30 * time.Minute

// Appoint keeps an appointment (saw 0; its id comes from its form) or changes one.
// With After a check-in watches over it, on the same ladder as every other: somebody
// who went to an office and does not report is looked for.
func (g *Guide) Appoint(ctx context.Context, a staff.Actor, id, item string, saw int, p Appointment, after After) (s cases.Saved, err error) {
	err = g.beside(ctx, a, id, "", func(_ Store, b cases.Beside, w Ways) error {
		if err := p.check(b.Case()); err != nil {
			return err
		}
		if _, ok := w.Journey(p.Application); !ok && p.Application != "" {
			return fault.Bad("application", "Choose an application of this case.")
		}
		old, exists := w.Visit(item)
		p.CheckIn = old.CheckIn
		if exists && saw == 0 {
			if first := old.History[0].Content; same(without(first), without(p)) {
				return nil // the same form again: its check-in was planned then
			}
			return fault.New(fault.Conflict, "This was kept already, with other words. Open it and change it there.")
		}
		over := p.State != Planned || !p.At.Equal(old.At)
		if old.CheckIn != "" && over && p.State != Attended && p.State != Missed {
			if err := b.Quit(ctx, old.CheckIn, "The appointment was moved or cancelled."); err != nil {
				return err
			}
			p.CheckIn = ""
		}
		if after.Hours > 0 && p.State == Planned && p.CheckIn == "" {
			w, err := b.Watch(ctx, cases.CheckIn{Party: p.Parties[0], Channel: after.Channel, Contact: after.Contact, Sign: after.Sign, Duress: after.Duress},
				watch.Round{Due: p.At.Add(time.Duration(after.Hours) * time.Hour), Grace: grace, Pace: after.Pace})
			if err != nil {
				return err
			}
			p.CheckIn = w.ID
		}
		s, _, err = b.Keep(ctx, KindAppointment, item, saw, p)
		return err
	})
	return s, err
}

// without is an appointment as its form gave it.
func without(p Appointment) Appointment {
	p.CheckIn, p.At = "", p.At.UTC()
	return p
}

// Decide keeps a decision (saw 0; its id comes from its form) or changes one.
func (g *Guide) Decide(ctx context.Context, a staff.Actor, id, item string, saw int, d Decision) (s cases.Saved, err error) {
	err = g.beside(ctx, a, id, d.Application, func(_ Store, b cases.Beside, w Ways) error {
		if err := d.check(); err != nil {
			return err
		}
		if _, ok := w.Journey(d.Application); !ok {
			return fault.Bad("application", "Choose an application of this case.")
		}
		if saw > 0 {
			for _, j := range w.Journeys {
				for _, x := range j.Decisions {
					if x.ID == item && j.ID != d.Application {
						return fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
					}
				}
			}
		}
		s, _, err = b.Keep(ctx, KindDecision, item, saw, d)
		return err
	})
	return s, err
}

// NewItem makes the id of what a form will keep.
func NewItem(k cases.Kind) string { return ids.New(string(k)) }
