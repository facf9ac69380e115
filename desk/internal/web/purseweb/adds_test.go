package purseweb_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// entry is what the test itself remembers of a cost or a bill.
type entry struct {
	file, id       string // file empty: a bill
	minor          int64
	currency, line string
	by             staff.Actor
	second         bool
	yes, no        bool
	grant          string
	of             *entry // what it takes back
}

func (e *entry) counts() bool { return !e.no && (!e.second || e.yes) }

// sums is the machine of the property: the room's verbs beside a plain memory.
type sums struct {
	*house
	outer   *testing.T
	t       *rapid.T
	files   []string
	entries []*entry
	grants  []string
	erased  map[string]int64 // by currency: what cases left behind
}

// TestMoneyAddsUp plays random costs, counter-entries, refusals, grants, rates,
// forms sent twice, erasures and restarts, and holds after each step that the
// cells add up in every currency to what the test itself remembers, that no grant
// is overspent, and that each amount in our own currency is a sum of what was
// rounded once.
func TestMoneyAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		m := &sums{house: newHouse(t), outer: t, t: r, erased: map[string]int64{}}
		m.begin()
		for range 25 {
			m.step()
			m.holds()
		}
	})
}

func (m *sums) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *sums) begin() {
	ctx := m.ctx()
	for range 2 {
		f, err := m.book.Open(ctx, m.anna, cases.Opening{Assign: []string{m.anna.ID, m.boris.ID}})
		m.ok(err)
		m.files = append(m.files, f.ID)
	}
	m.ok(m.keeper.NoteRate(ctx, m.tamara, purse.Rate{Currency: "RUB", Day: "2017-04-01", Rate: "0.0163", Source: "invented"}))
	m.ok(m.keeper.NoteRate(ctx, m.tamara, purse.Rate{Currency: "JPY", Day: "2017-04-01", Rate: "0.0083", Source: "invented"}))
	for _, c := range []string{"EUR", "RUB"} {
		id, err := m.keeper.KeepGrant(ctx, m.tamara, "", 0, purse.Terms{Donor: "Invented " + c, Title: "Invented " + c, Amount: cases.Money{Minor: 150_000, Currency: c}, From: "2017-04-01", To: "2017-12-31"})
		m.ok(err)
		m.grants = append(m.grants, id)
	}
}

func (m *sums) step() {
	switch rapid.SampledFrom([]string{"spend", "spend", "spend", "voice", "voice", "back", "grant", "bill", "rate", "restart", "erase"}).Draw(m.t, "step") {
	case "spend":
		m.spend()
	case "voice":
		m.voice()
	case "back":
		m.back()
	case "grant":
		m.regrant()
	case "bill":
		m.bill()
	case "rate":
		rate := fmt.Sprintf("0.0%d", rapid.IntRange(100, 250).Draw(m.t, "rate"))
		m.ok(m.keeper.NoteRate(m.ctx(), m.tamara, purse.Rate{Currency: "RUB", Day: "2017-04-09", Rate: rate, Source: "invented"}))
	case "restart":
		m.Restart(m.outer)
		m.house.begin(m.outer)
	case "erase":
		m.erase()
	}
}

func (m *sums) spend() {
	e := &entry{file: rapid.SampledFrom(m.files).Draw(m.t, "file"), id: ids.New("cost"), minor: rapid.Int64Range(1, 120_000).Draw(m.t, "minor"),
		currency: rapid.SampledFrom([]string{"EUR", "RUB", "JPY", "GEL"}).Draw(m.t, "currency"), line: rapid.SampledFrom(cases.Lines()).Draw(m.t, "line"), by: m.who(),
		grant: rapid.SampledFrom(append([]string{""}, m.grants...)).Draw(m.t, "grant")}
	e.second = e.currency != "EUR" || e.minor > 50_000
	c := cases.Cost{Money: cases.Money{Minor: e.minor, Currency: e.currency}, Line: e.line, What: "x", Day: "2017-04-09", Country: "DE"}
	for range rapid.IntRange(1, 3).Draw(m.t, "times") { // the same form again and again
		if _, err := m.book.Spend(m.ctx(), e.by, e.file, e.id, e.grant, c); err != nil {
			return // a grant refused it: nothing may be kept
		}
	}
	m.entries = append(m.entries, e)
}

func (m *sums) who() staff.Actor {
	return rapid.SampledFrom([]staff.Actor{m.anna, m.boris}).Draw(m.t, "who")
}

func (m *sums) pick(name string) *entry {
	if len(m.entries) == 0 {
		return nil
	}
	return rapid.SampledFrom(m.entries).Draw(m.t, name)
}

func (m *sums) voice() {
	e := m.pick("entry")
	if e == nil {
		return
	}
	yes := rapid.Bool().Draw(m.t, "yes")
	if e.file == "" {
		if m.keeper.Decide(m.ctx(), m.sonya, e.id, yes) == nil {
			e.yes, e.no = yes, !yes
		}
		return
	}
	a := m.who()
	err := m.book.ApproveCost(m.ctx(), a, e.file, e.id, 1, yes)
	if (a.ID == e.by.ID || !e.second) && err == nil {
		m.t.Fatal("who wrote it approved it, or nobody needed to")
	}
	if err == nil {
		e.yes, e.no = yes, !yes
	}
}

func (m *sums) back() {
	e := m.pick("entry")
	if e == nil || e.of != nil {
		return
	}
	b := &entry{file: e.file, currency: e.currency, line: e.line, by: m.who(), of: e}
	if e.file == "" {
		b.id, b.minor, b.by = ids.New("motion"), -e.minor, m.tamara
		b.second = e.second
		for range 2 {
			if m.keeper.TakeBackBill(m.ctx(), m.tamara, e.id, b.id, "wrong") != nil {
				return
			}
		}
	} else {
		b.id, b.minor = ids.New("cost"), -rapid.Int64Range(1, e.minor).Draw(m.t, "part")
		b.second = b.currency != "EUR" || -b.minor > 50_000
		for range 2 {
			if _, err := m.book.Refund(m.ctx(), b.by, e.file, e.id, b.id, cases.Money{Minor: -b.minor, Currency: e.currency}, "2017-05-02", "wrong"); err != nil {
				return
			}
		}
	}
	if !e.counts() {
		m.t.Fatal("what does not count was taken back")
	}
	m.entries = append(m.entries, b)
}

func (m *sums) regrant() {
	e := m.pick("entry")
	if e == nil || e.file == "" || e.of != nil {
		return
	}
	c, err := m.book.Case(m.ctx(), m.anna, e.file)
	m.ok(err)
	for _, s := range c.Costs {
		if s.ID == e.id {
			_ = m.book.PayFrom(m.ctx(), m.anna, e.file, e.id, s.Allot.Saw(), rapid.SampledFrom(append([]string{""}, m.grants...)).Draw(m.t, "grant")) // a refusal is fine
		}
	}
}

func (m *sums) bill() {
	e := &entry{id: ids.New("motion"), minor: rapid.Int64Range(1, 90_000).Draw(m.t, "minor"), currency: rapid.SampledFrom([]string{"EUR", "JPY"}).Draw(m.t, "currency"), line: "advocacy", by: m.tamara}
	e.second = e.currency != "EUR" || e.minor > 50_000
	for range 2 {
		m.ok(m.keeper.Pay(m.ctx(), m.tamara, e.id, purse.Bill{Money: cases.Money{Minor: e.minor, Currency: e.currency}, Line: e.line, What: "x", Day: "2017-04-09"}))
	}
	m.entries = append(m.entries, e)
}

func (m *sums) erase() {
	f := rapid.SampledFrom(m.files).Draw(m.t, "file")
	if rapid.IntRange(0, 3).Draw(m.t, "really") > 0 {
		return
	}
	m.ok(m.book.Turn(m.ctx(), m.anna, f, cases.Withdrawn, "x"))
	m.ok(m.book.Erase(m.ctx(), m.anna, f))
	m.entries = slices.DeleteFunc(m.entries, func(e *entry) bool {
		if e.file == f && e.counts() {
			m.erased[e.currency] += e.minor
		}
		return e.file == f
	})
	n, err := m.book.Open(m.ctx(), m.anna, cases.Opening{Assign: []string{m.anna.ID, m.boris.ID}})
	m.ok(err)
	m.files[slices.Index(m.files, f)] = n.ID
}

// holds checks the invariants.
func (m *sums) holds() {
	var cells []cases.Spent
	m.ok(m.DB.Read(m.ctx(), func(tx *store.Tx) (err error) { cells, err = tx.PurseSums(m.ctx()); return err }))
	want, got, used := maps.Clone(m.erased), map[string]int64{}, map[string]int64{}
	for _, e := range m.entries {
		if e.counts() {
			want[e.currency] += e.minor
		}
	}
	for _, s := range cells {
		got[s.Currency] += s.Minor
		used[s.Grant] += s.Granted
		if s.Currency == "EUR" && s.Base != s.Minor {
			m.t.Fatalf("our own currency was converted: %+v", s)
		}
		if s.Priced == (s.Currency == "GEL") || !s.Priced && s.Base != 0 || s.Grant == "" && s.Granted != 0 {
			m.t.Fatalf("a cell that cannot be: %+v", s)
		}
	}
	for _, of := range []map[string]int64{want, got} {
		maps.DeleteFunc(of, func(_ string, n int64) bool { return n == 0 })
	}
	if !maps.Equal(want, got) {
		m.t.Fatalf("the cells add up to %v, what was noted to %v", got, want)
	}
	for _, g := range m.grants {
		if used[g] > 150_000 || used[g] < 0 {
			m.t.Fatalf("a grant of 150000 was used for %d", used[g])
		}
	}
	m.own(cells)
}

// own: what cases hold now, converted cost by cost, is what their cells say, as long as none was erased.
func (m *sums) own(cells []cases.Spent) {
	if len(m.erased) > 0 {
		return
	}
	cased, have := int64(0), int64(0)
	for _, f := range m.files {
		c, err := m.book.Case(m.ctx(), m.boris, f)
		m.ok(err)
		net := map[string]int64{}
		for _, s := range c.Costs {
			if of := s.Content().Counter; of != "" && s.Counts() {
				net[of] -= s.Content().Minor
			}
		}
		for _, s := range c.Costs {
			if k := s.Content(); k.Counter == "" && s.Counts() {
				cased += s.Price().Base.Minor - cases.Share(s.Price().Base.Minor, net[s.ID], k.Minor)
			}
		}
	}
	for _, s := range cells {
		if s.Line != "advocacy" {
			have += s.Base
		}
	}
	if cased != have {
		m.t.Fatalf("in our own currency the cases hold %d and the cells %d", cased, have)
	}
}

// TestConvert: exact, rounded half away from zero, the same both ways of a sign.
func TestConvert(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor      int64
		from, rate string
		to         string
		want       int64
	}{
		{100, "RUB", "0.015", "EUR", 2}, {-100, "RUB", "0.015", "EUR", -2}, {99, "RUB", "0.015", "EUR", 1}, {1, "JPY", "0.005", "EUR", 1},
		{1, "JPY", "0.00499", "EUR", 0}, {1_000, "KWD", "3.1", "EUR", 310}, {1, "KWD", "3.1", "EUR", 0}, {2, "KWD", "3.1", "EUR", 1},
	} {
		rate, ok := purse.ParseRate(c.rate)
		one, _ := purse.ParseRate("1")
		got, fits := purse.Convert(cases.Money{Minor: c.minor, Currency: c.from}, rate, c.to, one)
		if !ok || !fits || got.Minor != c.want {
			t.Errorf("%+v gives %d", c, got.Minor)
		}
	}
	for _, s := range []string{"", "-1", "1e3", "0", "0.0000", "1.", "1234567890", "0.1234567890123", "1/3", "٣"} {
		if _, ok := purse.ParseRate(s); ok {
			t.Errorf("%q was taken for a rate", s)
		}
	}
	if _, fits := purse.Convert(cases.Money{Minor: cases.MostMinor, Currency: "EUR"}, rat(t, "999999999"), "EUR", rat(t, "1")); fits {
		t.Error("an amount that cannot be kept fits")
	}
	if d := clock.Day("2017-12-01"); cases.Quarter(string(d[:7])) != "2017-Q4" || cases.Quarter("2018-01") != "2018-Q1" {
		t.Error("the quarters are wrong")
	}
}
