package purse

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Terms are what a donor gives, and what for.
type Terms struct {
	Donor     string
	Title     string
	Amount    cases.Money
	From, To  clock.Day
	Lines     []string         // empty: any
	Countries []string         // where it may be spent; empty: anywhere
	Whom      []string         // of cases.Whom; empty: anybody
	Ceilings  map[string]int64 // by line, minor units of the grant
	Ended     bool             // pays nothing new
}

// Grant is one edition of a grant.
type Grant struct {
	ID      string
	Version int
	By      string
	At      time.Time
	Terms
}

func (t Terms) check() error {
	var c fault.Check
	c.Field(t.Donor != "", "donor", "Say who gives it.")
	c.Field(t.Title != "", "title", "Give the grant a name.")
	c.Field(t.Amount.Minor > 0 && cases.ValidCurrency(t.Amount.Currency), "amount", "Give an amount above 0, such as 120.50.")
	c.Field(cases.ValidDay(t.From), "from", "Give the first day, as in 2017-04-09.")
	c.Field(cases.ValidDay(t.To) && t.To >= t.From, "to", "Give the last day: not before the first.")
	for _, l := range t.Lines {
		c.Field(slices.Contains(Lines(), l), "lines", "Choose lines of the list.")
	}
	for _, l := range t.Countries {
		c.Field(cases.ValidCountry(l), "countries", "Give countries as two letters each, such as DE, FR.")
	}
	for _, l := range t.Whom {
		c.Field(slices.Contains(cases.Whom(), l), "whom", "Choose from the list.")
	}
	for l, n := range t.Ceilings {
		c.Field(slices.Contains(Lines(), l) && n >= 0, "ceilings", "A ceiling needs a line and an amount.")
	}
	return c.Err()
}

// Refuses says why a grant cannot pay a cost that would take so much of it, or nil.
// Used is what it has paid, by line.
func (t Terms) Refuses(c cases.Cost, takes int64, used map[string]int64) error {
	total := int64(0)
	for _, n := range used {
		total += n
	}
	switch {
	case t.Ended:
		return fault.New(fault.Conflict, "The grant “%s” has ended.", t.Title)
	case c.Day < t.From || c.Day > t.To:
		return fault.New(fault.Conflict, "The grant “%s” pays from %s to %s; the cost is of %s.", t.Title, string(t.From), string(t.To), string(c.Day))
	case len(t.Lines) > 0 && !slices.Contains(t.Lines, c.Line):
		return fault.New(fault.Conflict, "The grant “%s” does not pay for this line.", t.Title)
	case len(t.Countries) > 0 && c.Country == "":
		return fault.New(fault.Conflict, "The grant “%s” pays in certain countries only. Note where the cost was spent.", t.Title)
	case len(t.Countries) > 0 && !slices.Contains(t.Countries, c.Country):
		return fault.New(fault.Conflict, "The grant “%s” pays nothing in %s.", t.Title, c.Country)
	case len(t.Whom) > 0 && c.For == "":
		return fault.New(fault.Conflict, "The grant “%s” pays for certain people only. Note for whom the cost is.", t.Title)
	case len(t.Whom) > 0 && !slices.Contains(t.Whom, c.For):
		return fault.New(fault.Conflict, "The grant “%s” does not pay for these people.", t.Title)
	}
	if top, listed := t.Ceilings[c.Line]; listed && used[c.Line]+takes > top {
		return fault.New(fault.Conflict, "The grant “%s” has %s left for this line; this would take %s.", t.Title, t.money(max(0, top-used[c.Line])), t.money(takes))
	}
	if total+takes > t.Amount.Minor {
		return fault.New(fault.Conflict, "The grant “%s” has %s left; this would take %s.", t.Title, t.money(max(0, t.Amount.Minor-total)), t.money(takes))
	}
	return nil
}

func (t Terms) money(minor int64) string {
	return cases.Money{Minor: minor, Currency: t.Amount.Currency}.String()
}

// GrantIn says what a cost takes from a grant, or why it cannot.
func (k *Keeper) GrantIn(ctx context.Context, tx Store, id string, c cases.Cost) (cases.Money, error) {
	g, err := tx.PurseGrant(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return cases.Money{}, fault.Bad("grant", "Choose a grant of the list.")
	}
	if err != nil {
		return cases.Money{}, err
	}
	takes, err := k.inGrant(ctx, tx, c, g.Amount.Currency)
	if err != nil {
		return takes, err
	}
	sums, err := tx.PurseSums(ctx)
	if err != nil {
		return takes, err
	}
	return takes, g.Refuses(c, takes.Minor, usedByLine(sums, id))
}

func usedByLine(sums []cases.Spent, grant string) map[string]int64 {
	used := map[string]int64{}
	for _, s := range sums {
		if s.Grant == grant {
			used[s.Line] += s.Granted
		}
	}
	return used
}

// KeepGrant adds a grant (saw 0; the id comes from the form) or another edition of one.
func (k *Keeper) KeepGrant(ctx context.Context, by staff.Actor, id string, saw int, t Terms) (string, error) {
	if err := by.Must(staff.Finance); err != nil {
		return "", err
	}
	if err := t.check(); err != nil {
		return "", err
	}
	if id == "" {
		id = ids.New("grant")
	}
	if !ids.Valid("grant", id) {
		return "", fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	return id, k.Within(ctx, func(tx Store) error {
		old, err := tx.PurseGrant(ctx, id)
		switch {
		case fault.KindOf(err) == fault.NotFound && saw == 0:
		case err != nil:
			return err
		case saw == 0 && old.By == by.ID && same(old.Terms, t):
			return nil // the same form again
		case old.Version != saw:
			return fault.New(fault.Conflict, "Somebody else changed this grant meanwhile. Load the page again.")
		case old.Amount.Currency != t.Amount.Currency:
			return fault.Bad("currency", "The currency of a grant stays. Begin another grant.")
		}
		if err := tx.PutGrantEdition(ctx, Grant{ID: id, Version: saw + 1, By: by.ID, At: k.Clock.Now(), Terms: t}); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse.grant", id)
	})
}

func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// Grants lists the grants with how far each is spent.
func (k *Keeper) Grants(ctx context.Context, by staff.Actor) (all []Burn, err error) {
	if err := by.Must(overseers()...); err != nil {
		return nil, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		grants, err := tx.PurseGrants(ctx)
		if err != nil {
			return err
		}
		sums, err := tx.PurseSums(ctx)
		for _, g := range grants {
			all = append(all, BurnOf(g, sums, clock.DayOf(k.Clock.Now())))
		}
		return err
	})
	return all, err
}

// Choices lists the grants that may pay, for whoever notes a cost.
func (k *Keeper) Choices(ctx context.Context, by staff.Actor) (all []Grant, err error) {
	if err := by.Must(staff.Caseworker, staff.Finance); err != nil {
		return nil, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		grants, err := tx.PurseGrants(ctx)
		for _, g := range grants {
			if !g.Ended {
				all = append(all, g)
			}
		}
		return err
	})
	return all, err
}

// Burn is how a grant is used up over time.
type Burn struct {
	Grant
	Used    map[string]int64 // by line
	Months  []BurnMonth      // from the first to the last, as far as they have come
	Left    int64
	Span    int    // months of the whole period
	Out     string // the month in which it will be used up at this pace, before its end; empty: it will not
	Under   int64  // what will be left at its end at this pace, when it is more than a tenth
	Overrun bool   // more was spent than it has
}

// BurnMonth is one month.
type BurnMonth struct {
	Month      string
	Used, Left int64
	Plan       int64 // what would be left if it were used evenly
}

// BurnOf derives the burn-down. The pace is that of the last three months that are over.
func BurnOf(g Grant, sums []cases.Spent, today clock.Day) Burn {
	b := Burn{Grant: g, Used: usedByLine(sums, g.ID), Left: g.Amount.Minor}
	by := map[string]int64{}
	for _, s := range sums {
		if s.Grant == g.ID {
			by[s.Month] += s.Granted
		}
	}
	months := Months(string(g.From[:7]), string(g.To[:7]))
	b.Span = len(months)
	past := []int64{}
	now := string(today[:7])
	for n, m := range months {
		b.Left -= by[m]
		delete(by, m)
		if m > now {
			continue
		}
		b.Months = append(b.Months, BurnMonth{Month: m, Used: g.Amount.Minor - b.Left - usedBefore(b.Months), Left: b.Left, Plan: g.Amount.Minor - cases.Share(g.Amount.Minor, int64(n+1), int64(len(months)))})
		if m < now {
			past = append(past, b.Months[len(b.Months)-1].Used)
		}
	}
	for _, n := range by { // taken back after its end
		b.Left -= n
	}
	b.Overrun = b.Left < 0
	b.forecast(months, past, now)
	return b
}

func usedBefore(all []BurnMonth) (n int64) {
	for _, m := range all {
		n += m.Used
	}
	return n
}

func (b *Burn) forecast(months []string, past []int64, now string) {
	if len(past) == 0 || b.Ended {
		return
	}
	past = past[max(0, len(past)-3):]
	sum := int64(0)
	for _, n := range past {
		sum += n
	}
	pace, left := max(0, cases.Share(sum, 1, int64(len(past)))), b.Left
	if len(b.Months) > 0 && b.Months[len(b.Months)-1].Month == now {
		left += b.Months[len(b.Months)-1].Used // this month is not over: reckon it at the pace
	}
	for _, m := range months {
		if m < now {
			continue
		}
		if left -= pace; left < 0 && b.Out == "" {
			b.Out = m
		}
	}
	if left > b.Amount.Minor/10 {
		b.Under = left
	}
}

// Months lists months from one to another.
func Months(from, to string) (out []string) {
	at, err := time.Parse("2006-01", from)
	if err != nil {
		return nil
	}
	for m := from; m <= to && len(out) < 600; m = at.Format("2006-01") {
		out = append(out, m)
		at = at.AddDate(0, 1, 0)
	}
	return out
}
