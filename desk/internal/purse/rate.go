package purse

import (
	"context"
	"math/big"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Rate is what one unit of a currency was worth on a day, in units of the
// organisation's own. It is never changed; another of the same day takes its place
// for what is noted from then on.
type Rate struct {
	ID       string
	Currency string
	Day      clock.Day
	Rate     string // decimal, as it was written: "0.01593"
	Source   string
	By       string
	At       time.Time
}

// ParseRate reads a decimal above 0 with at most 9 digits before and 12 after the point.
func ParseRate(s string) (*big.Rat, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ",", ".")
	whole, part, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 9 || len(part) > 12 || strings.Trim(whole+part, "0123456789") != "" || strings.HasSuffix(s, ".") {
		return nil, false
	}
	r, ok := new(big.Rat).SetString(s)
	return r, ok && r.Sign() > 0
}

// Convert gives an amount in another currency, exactly, rounded once to its minor
// unit: half away from zero. From and to are units of one common currency for one
// unit of each. An amount that does not fit answers false.
func Convert(m cases.Money, from *big.Rat, currency string, to *big.Rat) (cases.Money, bool) {
	x := new(big.Rat).Mul(new(big.Rat).SetInt64(m.Minor), from)
	x.Quo(x, to)
	x.Mul(x, new(big.Rat).SetFrac(pow10(cases.Digits(currency)), pow10(cases.Digits(m.Currency))))
	n := new(big.Int).Abs(x.Num())
	d := x.Denom()
	n.Lsh(n, 1).Add(n, d).Quo(n, new(big.Int).Lsh(d, 1))
	if !n.IsInt64() || n.Int64() > cases.MostMinor {
		return cases.Money{}, false
	}
	return cases.Money{Minor: n.Int64() * int64(x.Sign()), Currency: currency}, true
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// NoteRate keeps a rate. The id comes from the form: sent twice it is one rate.
func (k *Keeper) NoteRate(ctx context.Context, by staff.Actor, r Rate) error {
	if err := by.Must(staff.Finance); err != nil {
		return err
	}
	r.Currency = strings.ToUpper(strings.TrimSpace(r.Currency))
	r.By, r.At = by.ID, k.Clock.Now()
	var c fault.Check
	c.Field(cases.ValidCurrency(r.Currency) && r.Currency != k.Currency, "currency", "Give another currency than our own, as three letters, such as RUB.")
	c.Field(cases.ValidDay(r.Day) && r.Day <= clock.DayOf(r.At), "day", "Give the day of the rate: today or before.")
	_, ok := ParseRate(r.Rate)
	c.Field(ok, "rate", "Give what one unit is worth, such as 0.01593.")
	c.Field(r.Source != "", "source", "Say where the rate comes from.")
	if err := c.Err(); err != nil {
		return err
	}
	return k.Within(ctx, func(tx Store) error {
		if r.ID == "" {
			r.ID = ids.New("rate")
		}
		if !ids.Valid("rate", r.ID) {
			return fault.New(fault.Invalid, "This form names something that cannot be. Load the page again.")
		}
		if err := tx.AddRate(ctx, r); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse.rate", r.ID)
	})
}

// Rates lists the newest rates.
func (k *Keeper) Rates(ctx context.Context, by staff.Actor) (all []Rate, err error) {
	if err := by.Must(overseers()...); err != nil {
		return nil, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		all, err = tx.Rates(ctx, 200)
		return err
	})
	return all, err
}

// worth is what one unit of a currency is worth on a day; found is false when nobody noted a rate.
func (k *Keeper) worth(ctx context.Context, tx Store, currency string, day clock.Day) (value *big.Rat, r Rate, found bool, err error) {
	if currency == k.Currency {
		return big.NewRat(1, 1), Rate{Rate: "1", Day: day}, true, nil
	}
	r, err = tx.RateOn(ctx, currency, day)
	if fault.KindOf(err) == fault.NotFound {
		return nil, r, false, nil
	}
	if err != nil {
		return nil, r, false, err
	}
	value, found = ParseRate(r.Rate)
	return value, r, found, nil
}

// PriceIn converts an amount by the rate of a day.
func (k *Keeper) PriceIn(ctx context.Context, tx Store, m cases.Money, day clock.Day) (cases.Price, error) {
	v, r, found, err := k.worth(ctx, tx, m.Currency, day)
	if err != nil || !found {
		return cases.Price{}, err
	}
	base, fits := Convert(m, v, k.Currency, big.NewRat(1, 1))
	if !fits {
		return cases.Price{}, nil
	}
	return cases.Price{Known: true, Base: base, Rate: r.Rate, Day: r.Day, Source: r.Source}, nil
}

// inGrant converts what a cost takes from a grant: unchanged in the cost's own
// currency, by its price in ours, and else by the two rates of the day.
func (k *Keeper) inGrant(ctx context.Context, tx Store, c cases.Cost, currency string) (cases.Money, error) {
	switch {
	case currency == c.Currency:
		return c.Money, nil
	case !c.Price.Known:
		return cases.Money{}, fault.New(fault.Conflict, "There is no rate for %s on %s. The treasurer must note one before this grant can pay it.", c.Currency, string(c.Day))
	case currency == c.Price.Base.Currency:
		return c.Price.Base, nil
	}
	from, ok := ParseRate(c.Price.Rate)
	to, _, found, err := k.worth(ctx, tx, currency, c.Day)
	if err != nil {
		return cases.Money{}, err
	}
	m, fits := cases.Money{}, false
	if ok && found {
		m, fits = Convert(c.Money, from, currency, to)
	}
	if !fits {
		return m, fault.New(fault.Conflict, "There is no rate for %s on %s. The treasurer must note one before this grant can pay it.", currency, string(c.Day))
	}
	return m, nil
}
