package purse

import (
	"context"
	"encoding/json"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Bill is a cost of the organisation itself: of no case and for no person.
type Bill struct {
	cases.Money
	Line    string
	What    string
	Day     clock.Day
	Country string
	Grant   string
	Price   cases.Price
	Takes   cases.Money
	Counter string // the bill that it takes back
}

func (b Bill) check() error {
	var c fault.Check
	c.Field(slices.Contains(Lines(), b.Line), "line", "Choose what it is for.")
	c.Field(b.What != "", "what", "Say in a few words what is paid.")
	c.Field(cases.ValidDay(b.Day), "day", "Give the day, as in 2017-04-09.")
	c.Field(b.Minor > 0 || b.Counter != "", "amount", "Give an amount above 0, such as 120.50.")
	c.Field(b.Country == "" || cases.ValidCountry(b.Country), "country", "Give the country as two letters, such as DE.")
	return c.Err()
}

func (b Bill) cost() cases.Cost {
	return cases.Cost{Money: b.Money, Line: b.Line, What: b.What, Day: b.Day, Country: b.Country, Price: b.Price}
}

func (b Bill) sum() cases.Spent {
	s := cases.Spent{Month: string(b.Day[:7]), Line: b.Line, Currency: b.Currency, Grant: b.Grant, Country: b.Country, Priced: b.Price.Known, Minor: b.Minor, Base: b.Price.Base.Minor, Granted: b.Takes.Minor, N: 1}
	if b.Counter != "" {
		s.N = 0
	}
	return s
}

// Paid is a bill with where it stands.
type Paid struct {
	Motion
	Bill
	Back bool // it was taken back, or that waits
}

// Pay keeps a bill; over the limit it waits for a second person.
func (k *Keeper) Pay(ctx context.Context, by staff.Actor, id string, b Bill) error {
	if err := by.Must(staff.Finance); err != nil {
		return err
	}
	b.Counter, b.Price, b.Takes = "", cases.Price{}, cases.Money{}
	if err := b.check(); err != nil {
		return err
	}
	return k.Within(ctx, func(tx Store) (err error) {
		if b.Price, err = k.PriceIn(ctx, tx, b.Money, b.Day); err != nil {
			return err
		}
		if b.Grant != "" {
			if b.Takes, err = k.GrantIn(ctx, tx, b.Grant, b.cost()); err != nil && !k.sent(ctx, tx, by, id) {
				return err
			}
		}
		return k.bill(ctx, tx, by, id, b)
	})
}

// sent reports whether a form came before: what it asks for is there.
func (k *Keeper) sent(ctx context.Context, tx Store, by staff.Actor, id string) bool {
	m, err := tx.Motion(ctx, id)
	return err == nil && m.By == by.ID
}

// bill keeps a checked bill or the counter-entry of one.
func (k *Keeper) bill(ctx context.Context, tx Store, by staff.Actor, id string, b Bill) error {
	if id == "" {
		id = ids.New("motion")
	}
	if !ids.Valid("motion", id) {
		return fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
	}
	if old, err := tx.Motion(ctx, id); err == nil {
		var was Bill
		if err := json.Unmarshal(old.Body, &was); err != nil {
			return err
		}
		was.Price, was.Takes, b.Price, b.Takes = cases.Price{}, cases.Money{}, cases.Price{}, cases.Money{}
		if old.By == by.ID && same(was, b) {
			return nil
		}
		return fault.New(fault.Conflict, "This was noted already, with other words. Look at it, and correct it there.")
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	limits, err := k.LimitsIn(ctx, tx)
	if err != nil {
		return err
	}
	top, listed := LimitFor(limits, by.Roles, b.Line, b.Currency)
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	m := Motion{ID: id, Kind: "bill", Body: body, By: by.ID, At: k.Clock.Now(), Second: !listed || max(b.Minor, -b.Minor) > top}
	if !m.Second {
		if err := tx.AddSums(ctx, []cases.Spent{b.sum()}); err != nil {
			return err
		}
	}
	if err := tx.AddMotion(ctx, m); err != nil {
		return err
	}
	return note(ctx, tx, by, "purse.bill", id)
}

// settleBill adds an approved bill to the sums, if its grant still can pay it.
func (k *Keeper) settleBill(ctx context.Context, tx Store, m Motion) error {
	var b Bill
	if err := json.Unmarshal(m.Body, &b); err != nil {
		return err
	}
	if b.Grant != "" && b.Counter == "" {
		if _, err := k.GrantIn(ctx, tx, b.Grant, b.cost()); err != nil {
			return err
		}
	}
	return tx.AddSums(ctx, []cases.Spent{b.sum()})
}

// TakeBackBill corrects a bill by a counter-entry of the whole.
func (k *Keeper) TakeBackBill(ctx context.Context, by staff.Actor, bill, id, why string) error {
	if err := by.Must(staff.Finance); err != nil {
		return err
	}
	if why == "" {
		return fault.Bad("why", "Say why it is taken back.")
	}
	return k.Within(ctx, func(tx Store) error {
		all, err := bills(ctx, tx)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(all, func(p Paid) bool { return p.ID == bill })
		if n < 0 {
			return fault.Missing()
		}
		p := all[n]
		if p.Counter != "" || !p.Holds() || p.Back && !k.sent(ctx, tx, by, id) {
			return fault.New(fault.Conflict, "Only a cost that counts can be taken back.")
		}
		b := p.Bill
		b.Counter, b.What, b.Day = bill, why, clock.DayOf(k.Clock.Now())
		b.Minor, b.Price.Base.Minor, b.Takes.Minor = -b.Minor, -b.Price.Base.Minor, -b.Takes.Minor
		return k.bill(ctx, tx, by, id, b)
	})
}

func bills(ctx context.Context, tx Store) (out []Paid, err error) {
	all, err := tx.Motions(ctx, "bill")
	if err != nil {
		return nil, err
	}
	back := map[string]bool{}
	for _, m := range all {
		p := Paid{Motion: m}
		if err := json.Unmarshal(m.Body, &p.Bill); err != nil {
			return nil, err
		}
		if p.Counter != "" && (p.Holds() || p.Waits()) {
			back[p.Counter] = true
		}
		out = append(out, p)
	}
	for n := range out {
		out[n].Back = back[out[n].ID]
	}
	return out, nil
}

// Bills lists the organisation's own bills, the newest first.
func (k *Keeper) Bills(ctx context.Context, by staff.Actor) (out []Paid, err error) {
	if err := by.Must(overseers()...); err != nil {
		return nil, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		out, err = bills(ctx, tx)
		return err
	})
	return out, err
}
