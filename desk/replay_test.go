package desk

import (
	"bytes"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/founding"
)

// TestReplay plays the published year with invented people by the verbs that
// members use, and reads the published totals from the dashboard, the donor report
// and the pages. The facts come from the founding scenario: change one there, and
// another year is played.
func TestReplay(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if b, err := os.ReadFile("../../shared/scenario/later.json"); err != nil {
		t.Log("the published facts beside the house are absent; the house's own copy is used")
	} else if !bytes.Equal(bytes.TrimSpace(b), bytes.TrimSpace(founding.Later())) {
		t.Error("the house's copy of the published facts is another one")
	}
	y, d, err := newReplay(ctx, filepath.Join(t.TempDir(), "desk"), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	if err := y.play(); err != nil {
		t.Fatal(err)
	}
	m := y.facts.Money
	irina := y.team["irina"]
	dash, err := y.r.purse.Dash(ctx, irina, "2017")
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range map[string][2]int{
		"asked":             {dash.Asked, 171}, // published: more than 170
		"evacuated":         {dash.Evacuated, 106},
		"left the country":  {dash.Left, 88},
		"contact lost":      {dash.Lost, 2},
		"safe":              {dash.Safe, 106},
		"support, mean":     {dash.Support.Mean, int(m.Months.Mean * 10)},
		"support, shortest": {dash.Support.Min, int(m.Months.Min * 10)},
		"support, longest":  {dash.Support.Max, int(m.Months.Max * 10)},
		"supported":         {dash.Support.People, 106},
	} {
		if n[0] != n[1] {
			t.Errorf("%s: %d, published %d", what, n[0], n[1])
		}
	}
	if dash.Spent != m.Raised*100 || dash.Raised != m.Raised*100 || len(dash.Unpriced) > 0 {
		t.Errorf("spent %d and raised %d cents, published %d euros", dash.Spent, dash.Raised, m.Raised)
	}
	if got := math.Round(float64(dash.PerPerson)/100/100) * 100; got != float64(m.Average) {
		t.Errorf("%d cents a person, published about %d euros", dash.PerPerson, m.Average)
	}
	for _, l := range dash.Lines {
		if l.Share != l.Published || l.Published != y.shares[l.Line] {
			t.Errorf("%s: %d, published %d tenths of a percent", l.Line, l.Share, l.Published)
		}
	}
	y.monthByMonth(t)
	y.reported(t)
	y.shown(t, d)
}

// monthByMonth holds what was published during the year against the cells.
func (y *replay) monthByMonth(t *testing.T) {
	t.Helper()
	var heads []cases.Head
	if err := y.r.db.Read(y.ctx, func(tx *store.Tx) (err error) { heads, err = tx.PurseHeads(y.ctx); return err }); err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for _, h := range heads {
		if first[h.What] == "" || h.Span < first[h.What] {
			first[h.What] = h.Span
		}
	}
	if first[cases.HeadAsked] != "2017-04" || first[cases.HeadEvacuated] != "2017-04" || first[cases.HeadLeft] != "2017-05" {
		t.Errorf("it begins with %v", first)
	}
	asked, out, away := map[clock.Day]int{}, map[clock.Day]int{}, map[clock.Day]int{}
	for _, s := range y.people() {
		day := func(n int) clock.Day { return clock.DayOf(y.first.AddDate(0, 0, n)) }
		asked[day(s.asks)]++
		if s.arrives >= 0 {
			out[day(s.arrives)]++
		}
		if s.leaves >= 0 {
			away[day(s.leaves)]++
		}
		if s.arrives >= 0 && (s.arrives <= s.asks || s.end < s.leaves || day(s.end) > "2017-12-31") {
			t.Errorf("invented person %d: %+v", s.n, s)
		}
	}
	until := func(by map[clock.Day]int, last clock.Day) (n int) {
		for d, k := range by {
			if d <= last {
				n += k
			}
		}
		return n
	}
	earliest := func(by map[clock.Day]int) clock.Day {
		var e clock.Day
		for d := range by {
			if e == "" || d < e {
				e = d
			}
		}
		return e
	}
	if earliest(asked) != "2017-04-02" || earliest(out) != "2017-04-07" || earliest(away) != "2017-05-26" {
		t.Errorf("first days %s, %s, %s", earliest(asked), earliest(out), earliest(away))
	}
	if until(asked, "2017-04-17") != 60 || until(out, "2017-05-11") < 40 {
		t.Errorf("%d asked by 17 April, %d were evacuated by 11 May", until(asked, "2017-04-17"), until(out, "2017-05-11"))
	}
}

// reported reads the donor report.
func (y *replay) reported(t *testing.T) {
	t.Helper()
	r, err := y.r.purse.Hand(y.ctx, y.team["irina"], purse.Ask{From: "2017-01", To: "2017-12"}, "csv")
	if err != nil {
		t.Fatal(err)
	}
	if r.Hidden() || r.Total != y.facts.Money.Raised*100 || len(r.Spans) != 4 {
		t.Fatalf("the report's total is %d", r.Total)
	}
	end := len(r.Spans)
	for i, l := range r.Lines {
		c := r.Spent[i][end]
		if c.Withheld || int(cases.Share(1000, c.Base, r.Total)) != y.shares[l] {
			t.Errorf("%s in the report: %+v, published %d tenths of a percent", l, c, y.shares[l])
		}
	}
}

// shown reads the pages as the treasurer sees them.
func (y *replay) shown(t *testing.T, d *Desk) {
	t.Helper()
	token, err := d.SignIn(y.ctx, "irina", y.phrase) // the sessions of the beginning have ended long ago
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		"/money?year=2017":                      {"171", "106", "88", "479064.00 EUR", "18.5 %", "14.5 %", "13.2 %", "10.8 %", "9.2 %", "6.5 %", "5.0 %", "4.0 %", "3.5"},
		"/money/report?from=2017-01&to=2017-12": {"479064.00 EUR", "18.5 %", "13.2 %", "2017-Q2"},
		"/money/grants":                         {"Invented foundations"},
	} {
		w := knock(t, d.rooms().pages, http.MethodGet, path, token)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
		for _, s := range want {
			if !strings.Contains(w.Body.String(), s) {
				t.Errorf("%s does not show %q", path, s)
			}
		}
	}
}
