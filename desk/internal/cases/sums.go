package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
)

// Spent is one cell of what was spent: no case, no person, no day.
type Spent struct {
	Month    string // "2017-04"
	Line     string
	Currency string
	Grant    string // empty: none
	Country  string // empty: not said
	Priced   bool   // there was a rate
	Minor    int64  // in the currency
	Base     int64  // in the organisation's own, by the rates of the days
	Granted  int64  // in the grant's
	Proven   int64  // of Base: what has a receipt
	N        int    // costs
}

func (s Spent) key() string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%t", s.Month, s.Line, s.Currency, s.Grant, s.Country, s.Priced)
}

func (s Spent) plus(o Spent, sign int64) Spent {
	s.Minor, s.Base, s.Granted, s.Proven = s.Minor+sign*o.Minor, s.Base+sign*o.Base, s.Granted+sign*o.Granted, s.Proven+sign*o.Proven
	s.N += int(sign) * o.N
	return s
}

// Head is one cell of how many people.
type Head struct {
	What  string // of the constants below
	Span  string // a month, a quarter, a year, or a number of days
	Line  string // of HeadHelped: empty for any
	Grant string // of HeadHelped: empty for any
	N     int
}

// What heads are counted.
const (
	HeadAsked     = "asked"     // by the month in which the case was opened
	HeadEvacuated = "evacuated" // by the month of a person's first arrival
	HeadLeft      = "left"      // by the month in which a leg that leads abroad arrived
	HeadMissed    = "missed"    // by the month in which contact was lost, whether or not they came back
	HeadNow       = "now"       // Span: "safe", "lost", "taken", "open", "ended"
	HeadWait      = "wait"      // Span: days from the opening to the first arrival
	HeadSupport   = "support"   // Span: days from the opening to the closure
	HeadWhere     = "where"     // likewise; Line is the country
	HeadHelped    = "helped"    // people for whom something was spent, by month, quarter and year
)

func (h Head) key() string { return h.What + "|" + h.Span + "|" + h.Line + "|" + h.Grant }

// Tally is what one case gives to the house's sums. It is kept in the case's safe,
// so that what changed can be told without a plain row that names the case.
type Tally struct {
	Sums  []Spent
	Heads []Head
}

// Sums keeps the house's sums. They lead to no case.
type Sums interface {
	AddSums(ctx context.Context, change []Spent) error
	AddHeads(ctx context.Context, change []Head) error
	// ForgetBlob has a sealed file removed from the vault once the transaction is kept.
	ForgetBlob(ctx context.Context, blob string) error
}

// minus is what must be added to b to make it t.
func (t Tally) minus(b Tally) Tally {
	sums, heads := map[string]Spent{}, map[string]Head{}
	for sign, of := range map[int64]Tally{1: t, -1: b} {
		for _, s := range of.Sums {
			was, seen := sums[s.key()]
			if !seen {
				was = Spent{Month: s.Month, Line: s.Line, Currency: s.Currency, Grant: s.Grant, Country: s.Country, Priced: s.Priced}
			}
			sums[s.key()] = was.plus(s, sign)
		}
		for _, h := range of.Heads {
			was := heads[h.key()]
			heads[h.key()] = Head{h.What, h.Span, h.Line, h.Grant, was.N + int(sign)*h.N}
		}
	}
	var d Tally
	for _, s := range sums {
		if s.Minor|s.Base|s.Granted|s.Proven|int64(s.N) != 0 {
			d.Sums = append(d.Sums, s)
		}
	}
	for _, h := range heads {
		if h.N != 0 {
			d.Heads = append(d.Heads, h)
		}
	}
	d.sort()
	return d
}

func (t *Tally) sort() {
	slices.SortFunc(t.Sums, func(a, b Spent) int { return cmp.Compare(a.key(), b.key()) })
	slices.SortFunc(t.Heads, func(a, b Head) int { return cmp.Compare(a.key(), b.key()) })
}

// TallyOf derives what a case gives to the house's sums.
func TallyOf(c *Case) Tally {
	var t Tally
	t.spent(c)
	t.people(c)
	t = t.minus(Tally{}) // one row a cell, in order
	return t
}

// spent adds what counts, and takes off what was taken back: each counter-entry
// takes its share of the price, and all of them together the whole price.
func (t *Tally) spent(c *Case) {
	helped := map[Head]int{}
	for _, s := range c.Costs {
		k := s.Content()
		if k.Counter != "" || !s.Counts() {
			continue
		}
		p, a := s.Price(), s.Allot.Content()
		row := Spent{Month: monthOf(k.Day), Line: k.Line, Currency: k.Currency, Grant: a.Grant, Country: k.Country, Priced: p.Known, Minor: k.Minor, Base: p.Base.Minor, Granted: a.Takes.Minor, N: 1}
		if a.Grant == "" {
			row.Granted = 0
		}
		if len(s.Receipts) > 0 {
			row.Proven = row.Base
		}
		t.Sums = append(t.Sums, row)
		back := int64(0)
		for _, x := range c.Costs {
			b := x.Content()
			if b.Counter != s.ID || !x.Counts() {
				continue
			}
			part := func(whole int64) int64 { return Share(whole, back, k.Minor) - Share(whole, back-b.Minor, k.Minor) }
			r := row
			r.Month, r.N = monthOf(b.Day), 0
			r.Minor, r.Base, r.Granted, r.Proven = b.Minor, part(row.Base), part(row.Granted), part(row.Proven)
			back -= b.Minor
			t.Sums = append(t.Sums, r)
		}
		if back >= k.Minor {
			continue // all of it was taken back: it helped nobody
		}
		for _, span := range Spans(k.Day) {
			for _, grant := range slices.Compact([]string{"", a.Grant}) {
				h := Head{What: HeadWhere, Span: span, Line: k.Country, Grant: grant}
				helped[h] = max(helped[h], k.People)
			}
			for _, line := range []string{"", k.Line} {
				for _, grant := range slices.Compact([]string{"", a.Grant}) {
					h := Head{What: HeadHelped, Span: span, Line: line, Grant: grant}
					helped[h] = max(helped[h], k.People)
				}
			}
		}
	}
	for h, n := range helped {
		h.N = n
		t.Heads = append(t.Heads, h)
	}
}

// Spans are the month, the quarter and the year of a day.
func Spans(d clock.Day) []string {
	month := monthOf(d)
	if len(month) < 7 {
		return nil
	}
	return []string{month, Quarter(month), month[:4]}
}

// monthOf is the month of a day: "2017-04".
func monthOf(d clock.Day) string {
	if len(d) < 7 {
		return ""
	}
	return string(d[:7])
}

// daysBetween counts whole days from one day to another.
func daysBetween(from, to clock.Day) (int, bool) {
	a, err1 := time.Parse(time.DateOnly, string(from))
	b, err2 := time.Parse(time.DateOnly, string(to))
	return int(b.Sub(a).Hours() / 24), err1 == nil && err2 == nil && !b.Before(a)
}

// Quarter is the quarter of a month: "2017-Q2" of "2017-04".
func Quarter(month string) string {
	n := int(month[5]-'0')*10 + int(month[6]-'0')
	return fmt.Sprintf("%s-Q%d", month[:4], (n+2)/3)
}

// people counts heads by what became of them.
func (t *Tally) people(c *Case) {
	all := max(1, len(c.Parties))
	add := func(what, span string, n int) { t.Heads = append(t.Heads, Head{What: what, Span: span, N: n}) }
	add(HeadAsked, monthOf(c.Opened), all)
	for _, p := range c.Parties {
		first, abroad := clock.Day(""), clock.Day("")
		for _, l := range c.Legs {
			if l.State != LegArrived || !among(p.ID, l.Parties) {
				continue
			}
			on := clock.DayOf(l.Steps[len(l.Steps)-1].At)
			if first == "" || on < first {
				first = on
			}
			if l.Abroad && (abroad == "" || on < abroad) {
				abroad = on
			}
		}
		if first != "" {
			add(HeadEvacuated, monthOf(first), 1)
			if n, ok := daysBetween(c.Opened, first); ok {
				add(HeadWait, fmt.Sprintf("%04d", n), 1)
			}
		}
		if abroad != "" {
			add(HeadLeft, monthOf(abroad), 1)
		}
	}
	for _, e := range c.Turns {
		if e.Content.To == Lost {
			add(HeadMissed, monthOf(clock.DayOf(e.At)), all)
			break
		}
	}
	if c.Closure.Exists() && !c.reopened() {
		if n, ok := daysBetween(c.Opened, clock.DayOf(c.Closure.Current.At)); ok {
			add(HeadSupport, fmt.Sprintf("%04d", n), all)
		}
	}
	add(HeadNow, nowOf(c), all)
}

func nowOf(c *Case) string {
	switch s := Derive(c); {
	case s == Lost, s == Taken:
		return string(s)
	case s == Sheltered, s == Onward, s == Relocated, s == Followed, s == Closed && c.Closure.Content().Safe:
		return "safe"
	case s.Over():
		return "ended"
	}
	return "open"
}

// count tells the house's sums what changed since they were told last, in the
// same transaction. What a leg says counts only for whoever can open every leg.
func (o *open) count(ctx context.Context) error {
	t := TallyOf(o.Case)
	if o.kept {
		t.Heads = o.tally.Heads
	}
	d := t.minus(o.tally)
	if len(d.Sums) == 0 && len(d.Heads) == 0 {
		return nil
	}
	o.tally = t
	return post(ctx, o.tx, o.safe, o.actor, Item{At: o.now}, t, d)
}

func (b *Book) countNew(ctx context.Context, tx Store, actor staff.Actor, s safe.Safe, f File) error {
	t := TallyOf(&Case{File: f})
	return post(ctx, tx, s, actor, Item{At: b.clock.Now()}, t, t)
}

// post keeps the tally, instead of the one before, and adds the change to the sums.
func post(ctx context.Context, tx Store, s safe.Safe, actor staff.Actor, i Item, t, change Tally) error {
	i.ID, i.Kind, i.Author = "tally", KindTally, actor.ID
	if err := tx.DropItem(ctx, s.ID(), i.ID); err != nil {
		return err
	}
	if _, err := put(ctx, tx, s, i, 0, t); err != nil {
		return err
	}
	if err := tx.AddSums(ctx, change.Sums); err != nil {
		return err
	}
	return tx.AddHeads(ctx, change.Heads)
}
