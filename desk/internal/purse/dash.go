package purse

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Dash is the whole on one page: totals only.
type Dash struct {
	Currency   string
	Year       string // of Lines and Raised
	Asked      int
	Evacuated  int
	Left       int
	Safe       int // in a safe place now
	Lost       int // contact is lost now
	Taken      int
	Wait       int // median days from the request to the first arrival; -1: nobody arrived yet
	Support    Months10
	Spent      int64
	Raised     int64 // grants whose period touches the year, in our currency
	RaisedMore []cases.Money
	PerPerson  int64 // Spent by the evacuated
	Lines      []LineShare
	Proven     int64
	Unpriced   []cases.Money
}

// Months10 is how long people were supported, in tenths of a month of 30 days.
type Months10 struct {
	Mean, Min, Max int
	People         int
}

// LineShare is a line's part of the money, in tenths of a percent.
type LineShare struct {
	Line      string
	Base      int64
	Share     int
	Published int // what was published or planned; -1: nothing
}

// Dashed reckons the page from the cells. Published may be nil.
func Dashed(own, year string, grants []Grant, published map[string]int, sums []cases.Spent, heads []cases.Head) Dash {
	d := Dash{Currency: own, Year: year, Wait: -1}
	waits, months := map[int]int{}, map[int]int{}
	for _, h := range heads {
		switch h.What {
		case cases.HeadAsked:
			d.Asked += h.N
		case cases.HeadEvacuated:
			d.Evacuated += h.N
		case cases.HeadLeft:
			d.Left += h.N
		case cases.HeadNow:
			switch h.Span {
			case "safe":
				d.Safe = h.N
			case "lost":
				d.Lost = h.N
			case "taken":
				d.Taken = h.N
			}
		case cases.HeadWait:
			add(waits, h)
		case cases.HeadSupport:
			add(months, h)
		}
	}
	d.Wait = median(waits)
	d.Support = support(months)
	spent, unpriced := map[string]int64{}, map[string]int64{}
	for _, s := range sums {
		if !strings.HasPrefix(s.Month, year) {
			continue
		}
		if !s.Priced {
			unpriced[s.Currency] += s.Minor
			continue
		}
		spent[s.Line] += s.Base
		d.Spent += s.Base
		d.Proven += s.Proven
	}
	for _, l := range Lines() {
		p, known := published[l]
		if !known {
			p = -1
		}
		if spent[l] != 0 || known {
			d.Lines = append(d.Lines, LineShare{l, spent[l], int(cases.Share(1000, spent[l], d.Spent)), p})
		}
	}
	d.Raised, d.RaisedMore = raised(own, year, grants)
	d.PerPerson = cases.Share(d.Spent, 1, int64(d.Evacuated))
	for c, n := range unpriced {
		if n != 0 {
			d.Unpriced = append(d.Unpriced, cases.Money{Minor: n, Currency: c})
		}
	}
	slices.SortFunc(d.Unpriced, func(a, b cases.Money) int { return strings.Compare(a.Currency, b.Currency) })
	return d
}

func raised(own, year string, grants []Grant) (total int64, more []cases.Money) {
	for _, g := range grants {
		switch {
		case string(g.From[:4]) > year || string(g.To[:4]) < year:
		case g.Amount.Currency == own:
			total += g.Amount.Minor
		default:
			more = append(more, g.Amount)
		}
	}
	return total, more
}

func add(by map[int]int, h cases.Head) {
	if n, err := strconv.Atoi(h.Span); err == nil {
		by[n] += h.N
	}
}

// median of days, the lower of two in the middle; -1 of nobody.
func median(by map[int]int) int {
	total := 0
	var days []int
	for d, n := range by {
		days = append(days, d)
		total += n
	}
	slices.Sort(days)
	seen := 0
	for _, d := range days {
		if seen += by[d]; seen*2 >= total {
			return d
		}
	}
	return -1
}

func support(by map[int]int) (m Months10) {
	sum := 0
	m.Min = 1 << 30
	for d, n := range by {
		sum, m.People = sum+d*n, m.People+n
		m.Min, m.Max = min(m.Min, tenths(d)), max(m.Max, tenths(d))
	}
	if m.People == 0 {
		return Months10{}
	}
	m.Mean = (sum*2 + 3*m.People) / (6 * m.People)
	return m
}

// tenths of a month of 30 days.
func tenths(days int) int { return (days*2 + 3) / 6 }

const sharesSetting = "purse.shares"

// Dash reckons the page for a year.
func (k *Keeper) Dash(ctx context.Context, by staff.Actor, year string) (d Dash, err error) {
	if err := by.Must(overseers()...); err != nil {
		return d, err
	}
	if year == "" {
		year = strconv.Itoa(k.Clock.Now().Year())
	}
	if n, err := strconv.Atoi(year); err != nil || n < 1990 || n > 2200 {
		return d, fault.Bad("year", "Give a year, such as 2017.")
	}
	err = k.Reading(ctx, func(tx Store) error {
		grants, err := tx.PurseGrants(ctx)
		if err != nil {
			return err
		}
		sums, err := tx.PurseSums(ctx)
		if err != nil {
			return err
		}
		heads, err := tx.PurseHeads(ctx)
		if err != nil {
			return err
		}
		published, err := sharesIn(ctx, tx)
		d = Dashed(k.Currency, year, grants, published[year], sums, heads)
		return err
	})
	return d, err
}

func sharesIn(ctx context.Context, tx Store) (map[string]map[string]int, error) {
	out := map[string]map[string]int{}
	raw, err := tx.Setting(ctx, sharesSetting)
	if fault.KindOf(err) == fault.NotFound {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(raw, &out)
}

// PublishShares keeps what was published or planned for a year, by line, in tenths of
// a percent: what is spent is shown beside it.
func (k *Keeper) PublishShares(ctx context.Context, by staff.Actor, year string, shares map[string]int) error {
	if err := by.Must(staff.Finance); err != nil {
		return err
	}
	var c fault.Check
	_, err := strconv.Atoi(year)
	c.Field(err == nil && len(year) == 4, "year", "Give a year, such as 2017.")
	total := 0
	for l, n := range shares {
		c.Field(slices.Contains(Lines(), l) && n >= 0, "shares", "Each share needs a line of the list.")
		total += n
	}
	c.Field(total <= 1000, "shares", "The shares are more than 100 percent together.")
	if err := c.Err(); err != nil {
		return err
	}
	return k.Within(ctx, func(tx Store) error {
		all, err := sharesIn(ctx, tx)
		if err != nil {
			return err
		}
		all[year] = shares
		raw, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, sharesSetting, raw); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse.shares", year)
	})
}
