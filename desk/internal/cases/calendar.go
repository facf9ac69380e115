package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// DateKind says what a date in the calendar is.
type DateKind string

// The kinds of dates.
const (
	DateCheckIn  DateKind = "checkin"     // a sign of life is due
	DateDecide   DateKind = "decide"      // a decision
	DateStep     DateKind = "step"        // a step after something became known
	DateLeg      DateKind = "leg"         // somebody travels
	DateAction   DateKind = "action"      // an action of a plan, an appointment
	DateConsent  DateKind = "consent"     // a consent runs out
	DateFollow   DateKind = "follow"      // ask again how they are
	DateReview   DateKind = "review"      // the assessment of the risk runs out
	DateErase    DateKind = "erase"       // everything is to be erased
	DateAppoint  DateKind = "appointment" // at a consulate or an office
	DateDeadline DateKind = "deadline"    // by which something must be handed in or appealed
	DatePaper    DateKind = "paper"       // somebody's paper runs out
)

// DateKinds lists them.
func DateKinds() []DateKind {
	return []DateKind{DateCheckIn, DateDecide, DateStep, DateLeg, DateAction, DateConsent, DateFollow, DateReview, DateErase, DateAppoint, DateDeadline, DatePaper}
}

// Date is one line of the calendar: at a time, or on a whole day.
type Date struct {
	Kind      DateKind
	At        time.Time // zero: a whole day
	Until     time.Time // of a leg: the latest departure
	Day       clock.Day // of a whole day
	Case      string
	Pseudonym string
	Item      string
	Text      string // of what lies sealed: an action's words, a leg's ends
	Member    string // of an action: whose it is
	Watch     watch.State
	Leg       LegState
	Expected  bool // a later round of a check-in that repeats
	Danger    bool
}

// begins is when a date stands in the calendar, in a zone.
func (d Date) begins(zone *time.Location) time.Time {
	if !d.At.IsZero() {
		return d.At
	}
	t, err := time.ParseInLocation(time.DateOnly, string(d.Day), zone)
	if err != nil {
		return time.Time{}
	}
	if t.Format(time.DateOnly) < string(d.Day) { // clocks that are put forward at midnight: the day begins an hour later
		t = t.Add(time.Hour)
	}
	return t
}

// Span is what of the calendar is wanted: from its first moment until before its
// last, in the zone of the member, by which whole days are placed.
type Span struct {
	From, Until time.Time
	Zone        *time.Location
}

// Named is of a case what a list of many needs.
type Named struct {
	ID, Pseudonym string
	State         State
}

// Calendar is what is due in a span.
type Calendar struct {
	Dates []Date
	More  bool // there is more than DatesAtMost: ask for a shorter span
	Plain bool // so many cases that what lies sealed was left out
}

// Bounds of a calendar.
const (
	DatesAtMost  = 2000
	SealedAtMost = 3000 // cases whose sealed dates are shown
	roundsAtMost = 100  // of one check-in
	spanAtMost   = 45 * 24 * time.Hour
)

// Calendar lists what is due in a span in the actor's cases. What lies sealed
// (legs, actions, consents) comes from the member's index, which opens what it does
// not hold yet, with an entry in the ledger for each.
func (b *Book) Calendar(ctx context.Context, actor staff.Actor, span Span) (c Calendar, err error) {
	if span.Zone == nil {
		span.Zone = time.UTC
	}
	if !span.From.Before(span.Until) || span.Until.Sub(span.From) > spanAtMost {
		return c, fault.New(fault.Invalid, "Choose a span of at most 45 days.")
	}
	n := 0
	if err := b.reading(ctx, func(tx Store) error {
		n, err = tx.CountFiles(ctx, actor.ID)
		return err
	}); err != nil {
		return c, err
	}
	if c.Plain = n > SealedAtMost; !c.Plain {
		s, stale := b.finder.shelf(actor.ID)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := b.fill(ctx, actor, s, stale); err != nil {
			b.finder.changed(actor.ID)
			return c, err
		}
		for _, w := range s.ways {
			c.Dates = append(c.Dates, w.dates...)
		}
	}
	err = b.reading(ctx, func(tx Store) error {
		if err := b.plainDates(ctx, tx, actor, span, &c); err != nil {
			return err
		}
		return nameDates(ctx, tx, actor, span, &c)
	})
	return c, err
}

// plainDates adds what is known without opening anything.
func (b *Book) plainDates(ctx context.Context, tx Store, actor staff.Actor, span Span, c *Calendar) error {
	clocks, err := tx.CheckInsUntil(ctx, actor.ID, span.Until, DatesAtMost+1)
	if err != nil {
		return err
	}
	for _, w := range clocks {
		c.Dates = rounds(c.Dates, w, span)
	}
	files, err := tx.FilesDated(ctx, actor.ID, span.From.AddDate(0, 0, -1), span.Until.AddDate(0, 0, 1), DatesAtMost+1)
	if err != nil {
		return err
	}
	c.More = c.More || len(clocks) > DatesAtMost || len(files) > DatesAtMost
	for _, f := range files {
		if !f.DecideBy.IsZero() {
			c.Dates = append(c.Dates, Date{Kind: DateDecide, At: f.DecideBy, Case: f.ID})
		}
		if f.Review != "" && !f.State.Over() {
			c.Dates = append(c.Dates, Date{Kind: DateReview, Day: f.Review, Case: f.ID})
		}
		if f.EraseBy != "" {
			c.Dates = append(c.Dates, Date{Kind: DateErase, Day: f.EraseBy, Case: f.ID})
		}
	}
	tasks, err := tx.TasksFor(ctx, actor.ID)
	for _, k := range tasks {
		d := Date{Kind: DateStep, At: k.Due, Item: k.Breach, Text: k.What, Danger: true}
		if _, err := tx.File(ctx, k.Subject); err == nil {
			d.Case = k.Subject
		}
		c.Dates = append(c.Dates, d)
	}
	return err
}

// rounds adds the times at which a check-in is due within a span: the one that runs,
// and those that follow if every sign comes.
func rounds(all []Date, w watch.Clock, span Span) []Date {
	most := len(all) + roundsAtMost
	at, expected := w.Due, false
	if w.Every > 0 && at.Before(span.From) {
		if at = at.Add(span.From.Sub(at) / w.Every * w.Every); at.Before(span.From) {
			at = at.Add(w.Every)
		}
		expected = true
		if w.State.Late() || w.State.Alarmed() {
			all = append(all, Date{Kind: DateCheckIn, At: w.Due, Case: w.Case, Item: w.ID, Watch: w.State, Danger: w.State.Alarmed()})
		}
	}
	for ; at.Before(span.Until) && len(all) < most; at = at.Add(w.Every) {
		d := Date{Kind: DateCheckIn, At: at, Case: w.Case, Item: w.ID, Watch: watch.Waiting, Expected: expected}
		if !expected {
			d.Watch, d.Danger = w.State, w.State.Alarmed()
		}
		all = append(all, d)
		if w.Every == 0 {
			break
		}
		expected = true
	}
	return all
}

// nameDates keeps what lies in the span, names the cases and sorts. A case that was
// taken off since the index was filled is not shown.
func nameDates(ctx context.Context, tx Store, actor staff.Actor, span Span, c *Calendar) error {
	type placed struct { // small, because thousands are sorted
		at   int64 // microseconds
		kind int32
		n    int32 // in c.Dates
	}
	kinds := map[DateKind]int32{}
	for i, k := range DateKinds() {
		kinds[k] = int32(i)
	}
	in := make([]placed, 0, len(c.Dates))
	var ids []string
	for i := range c.Dates {
		d := &c.Dates[i]
		at := d.begins(span.Zone)
		if at.Before(span.From) || !at.Before(span.Until) {
			continue
		}
		in = append(in, placed{clock.Micros(at), kinds[d.Kind], int32(i)})
		if d.Case != "" {
			ids = append(ids, d.Case)
		}
	}
	slices.Sort(ids)
	held, err := tx.NamesHeld(ctx, actor.ID, slices.Compact(ids))
	if err != nil {
		return err
	}
	files := make(map[string]Named, len(held))
	for _, f := range held {
		files[f.ID] = f
	}
	in = slices.DeleteFunc(in, func(p placed) bool {
		d := &c.Dates[p.n]
		f, ok := files[d.Case]
		return d.Case != "" && (!ok || f.State.Over() && d.Kind != DateErase && d.Kind != DateFollow)
	})
	slices.SortFunc(in, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.kind, b.kind), cmp.Compare(a.n, b.n))
	})
	if len(in) > DatesAtMost {
		in, c.More = in[:DatesAtMost], true
	}
	shown := make([]Date, len(in))
	for i, p := range in {
		shown[i] = c.Dates[p.n]
		shown[i].Pseudonym = files[shown[i].Case].Pseudonym
	}
	c.Dates = shown
	return nil
}
