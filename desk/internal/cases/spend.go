package cases

import (
	"context"
	"encoding/json"
	"math/big"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Purse is the organisation's money as a case needs it, in the case's own
// transaction. It is told amounts, lines, days and countries, and nothing else.
type Purse interface {
	// Limit gives the largest amount in minor units that the actor may spend alone on
	// a line; none: a second person is always needed.
	Limit(ctx context.Context, tx Store, by staff.Actor, line, currency string) (minor int64, listed bool, err error)
	// Price converts by the rate of a day; not Known when there is no rate.
	Price(ctx context.Context, tx Store, m Money, day clock.Day) (Price, error)
	// Grant says what a cost takes from a grant, or a Conflict with the reason why the grant cannot pay it.
	Grant(ctx context.Context, tx Store, id string, c Cost) (Money, error)
}

// Price is an amount in the organisation's own currency, by the rate of its day.
type Price struct {
	Known  bool
	Base   Money
	Rate   string    // units of the own currency for one unit, as it was written
	Day    clock.Day // of the rate
	Source string
}

// Whom lists for whom a cost can be: as coarsely as donors ask.
func Whom() []string { return []string{"adult", "family", "minor"} }

// Cost is one thing paid or to be paid. Once noted it is never changed: it is
// corrected by a counter-entry.
type Cost struct {
	Money
	Line     string
	What     string
	Day      clock.Day
	Country  string `json:",omitempty"` // where it was spent: two letters (ISO 3166), or empty
	For      string `json:",omitempty"` // of Whom, or empty
	People   int    `json:",omitempty"` // how many it was for
	Need     string `json:",omitempty"` // item ids
	Delivery string `json:",omitempty"`
	Counter  string `json:",omitempty"` // the cost that it takes back, wholly or in part; the amount is below 0
	Second   string `json:",omitempty"` // "yes" or "no", by the limits of its day; empty: from before they were kept
	Price    Price
}

func (c Cost) check(o *open) error {
	var k fault.Check
	k.Field(among(c.Line, Lines()), "line", "Choose what it is for.")
	k.Field(c.What != "", "what", "Say in a few words what is paid.")
	k.Field(ValidDay(c.Day), "day", "Give the day, as in 2017-04-09.")
	k.Field(c.Minor > 0 || c.Counter != "", "amount", "Give an amount above 0, such as 120.50.")
	k.Field(c.Country == "" || ValidCountry(c.Country), "country", "Give the country as two letters, such as DE.")
	k.Field(c.For == "" || among(c.For, Whom()), "for", "Choose for whom it is.")
	k.Field(c.People >= 0 && c.People < 1000, "people", "Say how many people it is for.")
	_, ok := find(o.Needs, c.Need)
	k.Field(c.Need == "" || ok, "need", "Choose a need of this case.")
	_, ok = find(o.Given, c.Delivery)
	k.Field(c.Delivery == "" || ok, "delivery", "Choose a delivery of this case.")
	return k.Err()
}

// ValidCountry reports whether a text has the form of a country's two letters.
func ValidCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// second reports whether a second person must approve.
func (c Cost) second(o Options) bool {
	if c.Second == "" {
		return o.NeedsSecond(c.Money)
	}
	return c.Second == "yes"
}

// Allot says which grant pays a cost, and how much of it in the grant's currency.
type Allot struct {
	Cost  string
	Grant string // empty: none any more
	Takes Money
	Price Price // of the cost, when it had none on the day it was noted
}

// Spend is a cost, opened, with where its approval stands.
type Spend struct {
	Sheet[Cost]
	Needs    bool // a second person must approve
	Approval Approval
	Allot    Sheet[Allot]
	Receipts []Edition[Receipt]
	Back     int64 // minor units that counter-entries take back, those that wait too
}

// Counts reports whether the cost may be spent, and so belongs to the total.
func (s Spend) Counts() bool { return len(s.Approval.No) == 0 && (!s.Needs || s.Approval.Given()) }

// Price is the cost in the organisation's currency.
func (s Spend) Price() Price {
	if p := s.Content().Price; p.Known {
		return p
	}
	return s.Allot.Content().Price
}

// NeedsSecond reports whether an amount is over what one person may spend alone.
func (o Options) NeedsSecond(m Money) bool {
	limit, listed := o.Limits[m.Currency]
	return !listed || m.abs() > limit
}

func (m Money) abs() int64 { return max(m.Minor, -m.Minor) }

// Totals adds what may be spent, by currency; and what still waits for a second person.
func Totals(costs []Spend) (spent, waiting map[string]int64) {
	spent, waiting = map[string]int64{}, map[string]int64{}
	for _, c := range costs {
		m := c.Content().Money
		switch {
		case c.Counts():
			spent[m.Currency] += m.Minor
		default:
			waiting[m.Currency] += m.Minor
		}
	}
	return spent, waiting
}

func (o *open) foldCost(e Edition[Cost]) {
	for n := range o.Costs {
		if o.Costs[n].ID == e.ID {
			o.Costs[n].Sheet.add(e)
			return
		}
	}
	var s Spend
	s.Sheet.add(e)
	o.Costs = append(o.Costs, s)
}

func (o *open) foldAllot(e Edition[Allot]) {
	if s := o.cost(e.Content.Cost); s != nil {
		s.Allot.add(e)
	}
}

// cost finds a cost of the case.
func (o *open) cost(id string) *Spend {
	for n := range o.Costs {
		if o.Costs[n].ID == id {
			return &o.Costs[n]
		}
	}
	return nil
}

// settleCosts tells each cost what was taken back of it.
func (o *open) settleCosts() {
	for _, s := range o.Costs {
		if c := s.Content(); c.Counter != "" && len(s.Approval.No) == 0 {
			if of := o.cost(c.Counter); of != nil {
				of.Back -= c.Minor
			}
		}
	}
}

// Spend keeps a cost; over the limit it waits for a second person. The item is an
// id that the form was given when it was drawn (or empty): the same form sent
// again is the same cost.
func (b *Book) Spend(ctx context.Context, actor staff.Actor, id, item, grant string, c Cost) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		c.Counter, c.Second, c.Price = "", "", Price{}
		if c.People == 0 {
			c.People = max(1, len(o.Parties))
		}
		if err := c.check(o); err != nil {
			return Saved{}, err
		}
		return o.spend(ctx, item, grant, c)
	})
}

// spend keeps a checked cost or counter-entry.
func (o *open) spend(ctx context.Context, item, grant string, c Cost) (Saved, error) {
	if item == "" {
		item = ids.New(string(KindCost))
	}
	if !ids.Valid(string(KindCost), item) {
		return Saved{}, fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	if old := o.cost(item); old != nil {
		return noted(old.Sheet, c, func(c Cost) Cost { c.Second, c.Price = "", Price{}; return c }, o.actor.ID)
	}
	if err := o.weigh(ctx, &c); err != nil {
		return Saved{}, err
	}
	s, err := o.write(ctx, KindCost, item, 0, 0, c)
	if err != nil {
		return s, err
	}
	if grant != "" {
		if err := o.allot(ctx, item, c, Sheet[Allot]{}, grant); err != nil {
			return s, err
		}
	}
	if c.Second == "no" {
		return s, nil
	}
	return s, ask(ctx, o.tx, Ask{Safe: o.ID, Item: s.ID, Version: s.Version, Kind: "cost", By: o.actor.ID, At: o.now})
}

// noted answers a form that was sent again: as the first time, when it says the same.
func noted[T any](s Sheet[T], content T, plain func(T) T, actor string) (Saved, error) {
	if s.History[0].Author == actor && same(plain(s.History[0].Content), plain(content)) {
		return Saved{ID: s.ID, Version: 1}, nil
	}
	return Saved{}, fault.New(fault.Conflict, "This was noted already, with other words. Look at it, and correct it there.")
}

func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// weigh gives a cost its rate and says whether one person is enough.
func (o *open) weigh(ctx context.Context, c *Cost) error {
	p := o.book.options.Purse
	second := o.book.options.NeedsSecond(c.Money)
	if p != nil {
		limit, listed, err := p.Limit(ctx, o.tx, o.actor, c.Line, c.Currency)
		if err != nil {
			return err
		}
		second = !listed || c.abs() > limit
		if c.Counter == "" {
			if c.Price, err = p.Price(ctx, o.tx, c.Money, c.Day); err != nil {
				return err
			}
		}
	}
	c.Second = "no"
	if second {
		c.Second = "yes"
	}
	return nil
}

// Refund corrects a cost by a counter-entry: wholly, or by a part of it. What
// was noted stays. Its rate is the rate of what it takes back.
func (b *Book) Refund(ctx context.Context, actor staff.Actor, id, cost, item string, m Money, day clock.Day, why string) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		of := o.cost(cost)
		if of == nil {
			return Saved{}, fault.Missing()
		}
		was := of.Content()
		c := was
		c.Money, c.Counter, c.What, c.Day, c.Second, c.Price = Money{-m.Minor, m.Currency}, cost, why, day, "", Price{}
		back := of.Back
		if old := o.cost(item); old != nil {
			back += old.Content().Minor // the same form again
		}
		var k fault.Check
		k.Field(m.Currency == was.Currency, "currency", "Take it back in the currency in which it was noted.")
		k.Field(m.Minor > 0 && back+m.Minor <= was.Minor, "amount", "Take back an amount above 0, and not more than is left of the cost.")
		k.Field(why != "", "what", "Say why it is taken back.")
		if err := k.Err(); err != nil {
			return Saved{}, err
		}
		if was.Counter != "" || !of.Counts() {
			return Saved{}, fault.New(fault.Conflict, "Only a cost that counts can be taken back.")
		}
		if err := c.check(o); err != nil {
			return Saved{}, err
		}
		return o.spend(ctx, item, "", c)
	})
}

// ApproveCost is a second person's yes or no to a cost.
func (b *Book) ApproveCost(ctx context.Context, actor staff.Actor, id, item string, version int, yes bool) error {
	return b.change(ctx, actor, id, func(o *open) error {
		s := o.cost(item)
		if s == nil {
			return fault.Missing()
		}
		if err := settled(s.Sheet, version); err != nil {
			return err
		}
		if s.Current.Author == actor.ID {
			return fault.New(fault.Conflict, "Who wrote it cannot approve it. Ask a colleague.")
		}
		if !s.Needs {
			return fault.New(fault.Conflict, "This cost needs no second person.")
		}
		if !yes && s.Back > 0 {
			return fault.New(fault.Conflict, "Something was taken back of this cost already. Take back the rest instead.")
		}
		if a := s.Allot.Content(); yes && a.Grant != "" && o.book.options.Purse != nil {
			c := s.Content()
			c.Price = s.Price()
			if _, err := o.book.options.Purse.Grant(ctx, o.tx, a.Grant, c); err != nil {
				return err // others have used it up meanwhile
			}
		}
		return o.voice(ctx, item, version, yes)
	})
}

// PayFrom says which grant pays a cost, or none; a cost that had no rate gets one.
func (b *Book) PayFrom(ctx context.Context, actor staff.Actor, id, cost string, saw int, grant string) error {
	return b.change(ctx, actor, id, func(o *open) error {
		s := o.cost(cost)
		if s == nil || s.Content().Counter != "" {
			return fault.Missing()
		}
		if s.Allot.Saw() != saw {
			return fault.New(fault.Conflict, "Somebody else chose a grant meanwhile. Look at it again.")
		}
		if a := s.Allot.Content(); grant != "" && a.Grant == grant {
			return fault.New(fault.Conflict, "This grant pays it already.")
		}
		if s.Back > 0 {
			return fault.New(fault.Conflict, "Something was taken back of this cost. It stays where it was booked.")
		}
		return o.allot(ctx, cost, s.Content(), s.Allot, grant)
	})
}

func (o *open) allot(ctx context.Context, cost string, c Cost, have Sheet[Allot], grant string) error {
	p := o.book.options.Purse
	if p == nil {
		return fault.New(fault.Conflict, "There are no grants.")
	}
	a := Allot{Cost: cost, Grant: grant, Price: have.Content().Price}
	var err error
	if !c.Price.Known && !a.Price.Known {
		if a.Price, err = p.Price(ctx, o.tx, c.Money, c.Day); err != nil {
			return err
		}
	}
	if grant != "" {
		if !c.Price.Known {
			c.Price = a.Price
		}
		if a.Takes, err = p.Grant(ctx, o.tx, grant, c); err != nil {
			return err
		}
	}
	item := have.ID
	if item == "" {
		item = ids.New(string(KindAllot))
	}
	_, err = o.write(ctx, KindAllot, item, have.Saw(), have.Saw(), a)
	return err
}

// Share is the part of a whole that belongs to part of an amount: rounded half
// away from zero, so that a share and its opposite cancel.
func Share(whole, part, of int64) int64 {
	if of == 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(whole), big.NewInt(part))
	d := big.NewInt(of)
	sign := int64(n.Sign() * d.Sign())
	n.Abs(n).Lsh(n, 1)
	d.Abs(d)
	n.Add(n, d)
	return sign * n.Quo(n, d.Lsh(d, 1)).Int64()
}
