package purse

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Few is how many people a cell must be about to be told.
const Few = 5

// Ask says what a donor report is to tell.
type Ask struct {
	Grant    string // empty: all money
	From, To string // months
	Months   bool   // columns are months; else quarters
}

// Cell is one number of a report; Withheld cells are not told.
type Cell struct {
	Base     int64
	People   int
	Withheld bool
}

// Report is what donors are told: totals only.
type Report struct {
	Ask
	Currency  string // of the amounts
	Donor     string
	Title     string
	Granted   int64    // of the grant
	Lines     []string // rows of Spent
	Spans     []string // columns of Spent
	Spent     Table
	Countries []string // in the order of Country's rows; "" is not said
	Country   Table    // one column
	People    []Band   // by span, and the last for the whole
	Proven    int64    // of Total: with a receipt
	Total     int64
	Unpriced  []cases.Money // spent, and no rate was known: in no total
}

// Table is numbers in rows and columns. The last row and the last column are totals.
type Table [][]Cell

// Band says how many people, roughly.
type Band struct {
	Span     string
	From, To int // To 0: no upper end
}

// BandOf puts a number of people into a band.
func BandOf(n int) (from, to int) {
	edges := []int{0, 1, Few, 10, 20, 50, 100, 200, 500, 1000}
	if n == 0 {
		return 0, 0
	}
	for i := 1; i+1 < len(edges); i++ {
		if n < edges[i+1] {
			return edges[i], edges[i+1] - 1
		}
	}
	return edges[len(edges)-1], 0
}

// Reckon makes a report of the cells. It is a plain function: the same cells, the
// same report. In a grant's report amounts are in the grant's currency.
func Reckon(a Ask, g Grant, own string, sums []cases.Spent, heads []cases.Head) Report {
	r := Report{Ask: a, Currency: own, Donor: g.Donor, Title: g.Title, Granted: g.Amount.Minor}
	if a.Grant != "" {
		r.Currency = g.Amount.Currency
	}
	spans := map[string]bool{}
	for _, m := range Months(a.From, a.To) {
		spans[r.span(m)] = true
	}
	r.Spans = slices.Sorted(maps.Keys(spans))
	amount := map[[2]string]int64{}
	country, lines, unpriced := map[string]int64{}, map[string]bool{}, map[string]int64{}
	for _, s := range sums {
		if s.Month < a.From || s.Month > a.To || a.Grant != "" && s.Grant != a.Grant {
			continue
		}
		n := s.Base
		if a.Grant != "" {
			n = s.Granted
		} else if !s.Priced {
			unpriced[s.Currency] += s.Minor
			continue
		}
		amount[[2]string{s.Line, r.span(s.Month)}] += n
		country[s.Country] += n
		lines[s.Line] = true
		r.Total += n
		r.Proven += cases.Share(n, s.Proven, s.Base)
	}
	r.Lines = inOrder(lines)
	people, where := map[[2]string]int{}, map[string]int{}
	for _, h := range heads {
		switch {
		case h.Grant != a.Grant || !spans[h.Span]:
		case h.What == cases.HeadHelped:
			people[[2]string{h.Line, h.Span}] = h.N
		case h.What == cases.HeadWhere:
			where[h.Line] = max(where[h.Line], h.N) // at least so many in the whole time
		}
	}
	r.Spent = r.spent(amount, people)
	r.Country, r.Countries = byCountry(country, where)
	for _, s := range r.Spans {
		from, to := BandOf(people[[2]string{"", s}])
		r.People = append(r.People, Band{s, from, to})
	}
	for _, c := range slices.Sorted(maps.Keys(unpriced)) {
		if unpriced[c] != 0 {
			r.Unpriced = append(r.Unpriced, cases.Money{Minor: unpriced[c], Currency: c})
		}
	}
	return r
}

func (r Report) span(month string) string {
	if r.Months {
		return month
	}
	return cases.Quarter(month)
}

func inOrder(lines map[string]bool) (out []string) {
	for _, l := range Lines() {
		if lines[l] {
			out = append(out, l)
		}
	}
	return out
}

// spent makes the table of lines by spans with its totals, and withholds what is about few.
func (r Report) spent(amount map[[2]string]int64, people map[[2]string]int) Table {
	t := make(Table, len(r.Lines)+1)
	for i := range t {
		t[i] = make([]Cell, len(r.Spans)+1)
	}
	last, end := len(r.Lines), len(r.Spans)
	for i, l := range r.Lines {
		for j, s := range r.Spans {
			c := Cell{Base: amount[[2]string{l, s}], People: people[[2]string{l, s}]}
			// What the organisation itself spends is about nobody.
			c.Withheld = c.Base != 0 && c.People < Few && slices.Contains(cases.Lines(), l)
			t[i][j] = c
			t[i][end].Base += c.Base
			t[last][j].Base += c.Base
			t[last][end].Base += c.Base
		}
	}
	for j, s := range r.Spans {
		c := &t[last][j]
		c.People = people[[2]string{"", s}]
		c.Withheld = c.Base != 0 && c.People < Few && slices.ContainsFunc(t[:last], func(row []Cell) bool { return row[j].Withheld })
	}
	for i := range r.Lines { // all of it is about few: so may be the whole
		told := slices.ContainsFunc(t[i][:end], func(c Cell) bool { return c.Base != 0 && !c.Withheld })
		t[i][end].Withheld = t[i][end].Base != 0 && !told
	}
	t.Protect()
	return t
}

// byCountry makes the table of countries. One in which few were helped goes in with
// the others; when only one would be among those, the smallest that is told joins it.
func byCountry(country map[string]int64, people map[string]int) (Table, []string) {
	total, other, few := int64(0), int64(0), 0
	var names []string
	for c, n := range country {
		switch {
		case n == 0:
		case people[c] < Few:
			other, few = other+n, few+1
		default:
			names = append(names, c)
		}
		total += n
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(country[b], country[a]), cmp.Compare(a, b)) })
	if few == 1 && len(names) > 0 {
		other += country[names[len(names)-1]]
		names = names[:len(names)-1]
	}
	var t Table
	for _, c := range names {
		t = append(t, []Cell{{Base: country[c]}})
	}
	if few > 0 {
		names = append(names, Others)
		t = append(t, []Cell{{Base: other}})
	}
	return append(t, []Cell{{Base: total}}), names
}

// Others stands for countries that are not told one by one.
const Others = "others"

// Hidden reports whether even the total of all cannot be told.
func (r Report) Hidden() bool {
	row := r.Spent[len(r.Spent)-1]
	return row[len(row)-1].Withheld
}

// Any reports whether something is withheld.
func (r Report) Any() bool {
	return slices.ContainsFunc(r.Spent, func(row []Cell) bool {
		return slices.ContainsFunc(row, func(c Cell) bool { return c.Withheld })
	})
}

// DonorReport reckons a report for a member to look at.
func (k *Keeper) DonorReport(ctx context.Context, by staff.Actor, a Ask) (r Report, err error) {
	if err := by.Must(overseers()...); err != nil {
		return r, err
	}
	if err := a.check(); err != nil {
		return r, err
	}
	err = k.Reading(ctx, func(tx Store) error {
		r, err = k.reportIn(ctx, tx, a)
		return err
	})
	return r, err
}

func (a Ask) check() error {
	var c fault.Check
	c.Field(len(Months(a.From, a.From)) == 1, "from", "Give the first month, as in 2017-04.")
	c.Field(len(Months(a.To, a.To)) == 1 && a.To >= a.From, "to", "Give the last month: not before the first.")
	c.Field(len(Months(a.From, a.To)) <= 60, "to", "A report spans at most five years.")
	if !a.Months && c.Err() == nil {
		first := strings.Contains("01 04 07 10", a.From[5:]) && strings.Contains("03 06 09 12", a.To[5:])
		c.Field(first, "from", "A report by quarters begins with the first month of a quarter and ends with the last of one.")
	}
	return c.Err()
}

func (k *Keeper) reportIn(ctx context.Context, tx Store, a Ask) (Report, error) {
	var g Grant
	var err error
	if a.Grant != "" {
		if g, err = tx.PurseGrant(ctx, a.Grant); err != nil {
			return Report{}, err
		}
	}
	sums, err := tx.PurseSums(ctx)
	if err != nil {
		return Report{}, err
	}
	heads, err := tx.PurseHeads(ctx)
	return Reckon(a, g, k.Currency, sums, heads), err
}

// Hand lets a report leave: its words pass the gate, and the ledger says that it left.
func (k *Keeper) Hand(ctx context.Context, by staff.Actor, a Ask, form string) (r Report, err error) {
	if err := by.Must(staff.Finance); err != nil {
		return r, err
	}
	if err := a.check(); err != nil {
		return r, err
	}
	if k.Gate == nil {
		return r, fault.New(fault.Conflict, "Nothing can leave this Desk.")
	}
	err = k.Within(ctx, func(tx Store) error {
		if r, err = k.reportIn(ctx, tx, a); err != nil {
			return err
		}
		subject := a.Grant
		if subject == "" {
			subject = "purse"
		}
		if err := k.Gate.PassReport(ctx, tx, by.ID, subject, r.words()); err != nil {
			return err
		}
		return note(ctx, tx, by, "purse.handed."+form, subject)
	})
	return r, err
}

// words are those that somebody typed; all else in a report is numbers and our own words.
func (r Report) words() []string {
	return append([]string{r.Donor, r.Title}, r.Countries...)
}
