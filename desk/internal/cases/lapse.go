package cases

import (
	"context"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// A consent to be named in public that ends by its own last day acts as one that is
// taken back: after that day nothing public may name the person. Whoever can open the
// case is told on their home page two weeks before, so that they can ask the person
// again, and for two weeks after it. The reminder's plain row carries the party's id
// and the day, so that it happens while every case is closed.

// What a reminder of a consent to be named says.
const (
	RemindConsent = "consent" // it ends on a day
	RemindLapsed  = "lapsed"  // it ended, and what was public was taken back
)

// ConsentAhead is how long before its last day a consent is told of, and for how long after it.
const ConsentAhead = 14 * 24 * time.Hour

// Lapses keeps which consents to be named come to their last day.
type Lapses interface {
	// ConsentsOver lists the reminders of consents whose last day is over at a time, the earliest first.
	ConsentsOver(ctx context.Context, at time.Time) ([]Reminder, error)
	// Lapse notes that a consent's end was acted on.
	Lapse(ctx context.Context, r Reminder) error
	// ConsentsUnclocked lists the cases of a member whose consents do not stand under the clock yet.
	ConsentsUnclocked(ctx context.Context, member string) ([]string, error)
	// ConsentsClocked notes that those of a case do.
	ConsentsClocked(ctx context.Context, file string) error
}

// ClockConsents brings the consents under the clock that were noted before their last
// days stood under it, as far as the actor can open their cases: one case in a
// transaction, so that nobody waits long to write, and what was done stays done when it is
// cut short. One case that does not open holds up no other. It counts them.
func (b *Book) ClockConsents(ctx context.Context, actor staff.Actor) (n int, err error) {
	var left []string
	if err := b.reading(ctx, func(tx Store) (err error) {
		left, err = tx.ConsentsUnclocked(ctx, actor.ID)
		return err
	}); err != nil {
		return 0, err
	}
	for _, id := range left {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		failed := b.within(ctx, func(tx Store) error {
			o, err := b.load(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if err := o.remind(ctx); err != nil {
				return err
			}
			if err := tx.ConsentsClocked(ctx, id); err != nil {
				return err
			}
			if err := o.logDoors(ctx); err != nil {
				return err
			}
			return o.log(ctx, "consent.clocked", nil)
		})
		if failed != nil {
			err = failed
			continue
		}
		n++
	}
	return n, err
}

// ConsentReminders says for each party how long the last of its consents to be named
// holds. Who has one without a last day needs no reminder. Have is what stands already:
// an end that was acted on is not acted on again.
func ConsentReminders(consents []Sheet[Consent], have []Reminder) (all []Reminder) {
	last := map[string]clock.Day{} // by party; empty: without an end
	for _, s := range consents {
		c := s.Content()
		if c.Purpose != ForPublic || c.Withdrawn != "" {
			continue
		}
		old, other := last[c.Party]
		if !other || old != "" && (c.Expires == "" || c.Expires > old) {
			last[c.Party] = c.Expires
		}
	}
	for _, party := range sortedKeys(last) {
		end := endOf(last[party])
		if end.IsZero() {
			continue
		}
		r := Reminder{Item: party, What: RemindConsent, From: end.Add(time.Second).AddDate(0, 0, -1).Add(-ConsentAhead), Due: end}
		if slices.ContainsFunc(have, func(h Reminder) bool {
			return h.Item == party && h.What == RemindLapsed && h.Due.Equal(end)
		}) {
			r.What = RemindLapsed
		}
		all = append(all, r)
	}
	return all
}

// ofConsent reports whether a reminder is of a consent to be named: it stays when the
// case is over, for what was published stays too.
func (r Reminder) ofConsent() bool { return r.What == RemindConsent || r.What == RemindLapsed }

// told reports whether a reminder still waits on a page.
func (r Reminder) told(now time.Time) bool {
	return r.What != RemindLapsed || now.Before(r.Due.Add(ConsentAhead))
}

// EndConsents acts on each consent to be named whose last day was before today: what let the
// person be named goes, and every room that relied on it hears of it, as when it is
// taken back. With somebody present who can open the case, the person's name is looked
// for in public letter by letter too. It counts them.
func (b *Book) EndConsents(ctx context.Context, today clock.Day, present []staff.Actor) (n int, err error) {
	var due []Reminder
	if err := b.reading(ctx, func(tx Store) (err error) {
		due, err = tx.ConsentsOver(ctx, endOf(today).Add(time.Second).AddDate(0, 0, -1))
		return err
	}); err != nil {
		return 0, err
	}
	for _, r := range due {
		if err := b.within(ctx, func(tx Store) error { return b.endConsent(ctx, tx, r, present) }); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (b *Book) endConsent(ctx context.Context, tx Store, r Reminder, present []staff.Actor) error {
	err := tx.Lapse(ctx, r)
	if fault.KindOf(err) == fault.NotFound {
		return nil // renewed, taken back or erased meanwhile
	}
	if err != nil {
		return err
	}
	names, err := nameOf(ctx, tx, present, r.Case, r.Item)
	if err != nil {
		return err
	}
	var acts []string
	let, err := tx.ForgetDecisions(ctx, r.Case+"/"+r.Item)
	if err != nil {
		return err
	}
	if let > 0 {
		acts = append(acts, ActGuard)
	}
	desk := staff.Actor{Member: staff.Member{ID: ledger.Desk}}
	for _, x := range b.options.Retractions {
		more, err := x.TakenBack(ctx, tx, desk, TakenBack{Case: r.Case, Party: r.Item, Purpose: ForPublic, Names: names})
		if err != nil {
			return err
		}
		acts = append(acts, more...)
	}
	return tx.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "consent.lapsed", Subject: r.Case, Scope: r.Case, Detail: struct {
		Party string   `json:"party"`
		Acts  []string `json:"acts,omitempty"`
	}{r.Item, acts}})
}

// nameOf reads a person's name as somebody who is here can; nobody: none. It is held in
// memory only.
func nameOf(ctx context.Context, tx Store, present []staff.Actor, file, party string) ([]string, error) {
	var s safe.Safe
	err := error(fault.Missing())
	for _, a := range present {
		if s, err = unlock(ctx, tx, a, file); err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil //nolint:nilerr // nobody here can open it: the guard's terms are looked for alone
	}
	items, err := tx.Items(ctx, file)
	if err != nil {
		return nil, err
	}
	var p Sheet[Party]
	for _, i := range items {
		if i.Kind == KindParty && i.ID == party {
			if err := take(s, i, p.add); err != nil {
				return nil, err
			}
		}
	}
	if name := p.Content().Name; name != "" {
		return []string{name}, nil
	}
	return nil, nil
}
