package cases

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

func sheetOf[T any](content T) Sheet[T] {
	var s Sheet[T]
	s.add(Edition[T]{ID: "x", Seq: 5, Version: 1, Content: content})
	return s
}

func movement(s LegState, final bool) Movement {
	return Movement{State: s, Leg: Leg{Final: final}}
}

func TestDerive(t *testing.T) {
	t.Parallel()
	turn := func(seq int64, to State, reopen bool) Edition[Turn] {
		return Edition[Turn]{Seq: seq, Content: Turn{To: to, Reopen: reopen}}
	}
	given := Approval{Yes: []Voice{{Member: "b"}}}
	for _, c := range []struct {
		name string
		c    Case
		want State
	}{
		{"nothing known", Case{}, Received},
		{"judged", Case{Triage: sheetOf(Triage{})}, Triaged},
		{"a check began", Case{Triage: sheetOf(Triage{}), Checks: []Sheet[Credibility]{{}}}, Verifying},
		{"risk assessed", Case{Triage: sheetOf(Triage{}), Risk: sheetOf(Risk{})}, Assessed},
		{"plan without approval", Case{Risk: sheetOf(Risk{}), Plan: sheetOf(Plan{}), PlanGo: Approval{Missing: 1}}, Assessed},
		{"plan approved", Case{Risk: sheetOf(Risk{}), Plan: sheetOf(Plan{}), PlanGo: given}, Approved},
		{"a planned leg moves nobody", Case{Plan: sheetOf(Plan{}), PlanGo: given, Legs: []Movement{movement(LegReady, false)}}, Approved},
		{"under way, even without a plan", Case{Legs: []Movement{movement(LegUnderWay, false)}}, Moving},
		{"arrived", Case{Legs: []Movement{movement(LegArrived, false)}}, Sheltered},
		{"arrived, one more planned", Case{Legs: []Movement{movement(LegArrived, false), movement(LegPlanned, true)}}, Onward},
		{"arrived, the next under way", Case{Legs: []Movement{movement(LegArrived, false), movement(LegUnderWay, true)}}, Moving},
		{"given up", Case{Triage: sheetOf(Triage{}), Legs: []Movement{movement(LegAborted, false)}}, Triaged},
		{"journey ended", Case{Legs: []Movement{movement(LegArrived, true)}}, Relocated},
		{"followed up", Case{Legs: []Movement{movement(LegArrived, true)}, FollowUps: []Edition[FollowUp]{{}}}, Followed},
		{"closed", Case{Closure: sheetOf(Closure{})}, Closed},
		{"opened again", Case{Closure: sheetOf(Closure{}), Turns: []Edition[Turn]{turn(6, "", true)}}, Received},
		{"opened before it was closed again", Case{Closure: sheetOf(Closure{}), Turns: []Edition[Turn]{turn(4, "", true)}}, Closed},
		{"taken while moving", Case{Legs: []Movement{movement(LegUnderWay, false)}, Turns: []Edition[Turn]{turn(1, Taken, false)}}, Taken},
		{"lost and found", Case{Turns: []Edition[Turn]{turn(1, Lost, false), turn(2, "", false)}, Triage: sheetOf(Triage{})}, Triaged},
		{"deceased wins over closed", Case{Closure: sheetOf(Closure{}), Turns: []Edition[Turn]{turn(1, Deceased, false)}}, Deceased},
	} {
		if got := Derive(&c.c); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRank(t *testing.T) {
	t.Parallel()
	want := [4][4]Priority{ // by imminence, then severity
		{Normal, Normal, Normal, Normal},
		{Normal, Normal, Urgent, Urgent},
		{Urgent, Urgent, Emergency, Emergency},
		{Emergency, Emergency, Hours, Hours},
	}
	for i, row := range want {
		for s, p := range row {
			if got := Rank(i, s); got != p {
				t.Errorf("imminence %d, severity %d: %s, want %s", i, s, got, p)
			}
		}
	}
}

func TestRiskLevel(t *testing.T) {
	t.Parallel()
	threat := func(l, i int) Threat { return Threat{By: "state", Likelihood: l, Impact: i} }
	for _, c := range []struct {
		name string
		r    Risk
		want Level
		why  int
	}{
		{"nothing named", Risk{}, LevelUnknown, 1},
		{"small", Risk{Threats: []Threat{threat(1, 3)}}, LevelLow, 1},
		{"middle", Risk{Threats: []Threat{threat(2, 3)}}, LevelMiddle, 1},
		{"vulnerable makes it high", Risk{Threats: []Threat{threat(2, 4)}, Vulnerability: 2}, LevelHigh, 2},
		{"many serious ones", Risk{Threats: []Threat{threat(3, 3), threat(2, 5), threat(5, 2)}}, LevelHigh, 2},
		{"a device that can be read", Risk{Threats: []Threat{threat(3, 3)}, Exposed: true}, LevelHigh, 2},
		{"capacities help", Risk{Threats: []Threat{threat(3, 4)}, Capacity: 3}, LevelMiddle, 2},
		{"but never below a third", Risk{Threats: []Threat{threat(1, 4)}, Capacity: 3}, LevelLow, 2},
		{"life, almost certain", Risk{Threats: []Threat{threat(5, 5)}, Capacity: 2}, LevelExtreme, 2},
	} {
		got, why := c.r.Computed()
		if got != c.want || len(why) != c.why {
			t.Errorf("%s: %q with %v, want %q with %d reasons", c.name, got, why, c.want, c.why)
		}
	}
}

// A worse answer never gives a lower level.
func TestRiskGrowsWithDanger(t *testing.T) {
	t.Parallel()
	order := map[Level]int{LevelLow: 1, LevelMiddle: 2, LevelHigh: 3, LevelExtreme: 4}
	rapid.Check(t, func(t *rapid.T) {
		r := Risk{Threats: []Threat{{By: "state", Likelihood: rapid.IntRange(1, 5).Draw(t, "likelihood"), Impact: rapid.IntRange(1, 5).Draw(t, "impact")}},
			Vulnerability: rapid.IntRange(0, 2).Draw(t, "vulnerability"), Capacity: rapid.IntRange(1, 3).Draw(t, "capacity")}
		before, _ := r.Computed()
		worse := r
		worse.Threats = []Threat{r.Threats[0]}
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			worse.Threats[0].Likelihood = min(5, r.Threats[0].Likelihood+1)
		case 1:
			worse.Threats[0].Impact = min(5, r.Threats[0].Impact+1)
		case 2:
			worse.Vulnerability++
		case 3:
			worse.Capacity--
		case 4:
			worse.Exposed = true
		}
		after, _ := worse.Computed()
		if order[after] < order[before] {
			t.Fatalf("%+v is %s, the worse %+v is %s", r, before, worse, after)
		}
	})
}

// Whatever people say, edit and report in whatever order: no leg is under way
// unless two different people said go to the version that travels, and nobody no.
func TestNoLegWithoutTwo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var voices []Voice
		var steps []Edition[Step]
		version, now := 1, time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
		l := Leg{Earliest: now, Latest: now.Add(time.Hour)}
		t.Repeat(map[string]func(*rapid.T){
			"voice": func(t *rapid.T) {
				if len(steps) > 0 {
					t.Skip("it has begun")
				}
				voices = append(voices, Voice{Item: "leg", Version: rapid.IntRange(1, version).Draw(t, "version"), Member: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "member"), Yes: rapid.Bool().Draw(t, "yes")})
			},
			"edit": func(t *rapid.T) {
				if len(steps) > 0 {
					t.Skip("it has begun")
				}
				version++
			},
			"step": func(t *rapid.T) {
				step := Step{To: rapid.SampledFrom([]LegState{LegPlanned, LegReady, LegUnderWay, LegArrived, LegAborted, LegLost}).Draw(t, "to"), Reason: "because"}
				twice := Two(voices, "leg", version)
				if MayStep(l, StandOf(steps, twice), twice, step, false, now) == nil {
					steps = append(steps, Edition[Step]{Content: step})
				}
			},
			"": func(t *rapid.T) {
				for i, s := range steps {
					if s.Content.To != LegUnderWay && s.Content.To != LegArrived && s.Content.To != LegLost {
						continue
					}
					last := map[string]bool{} // counted here on its own, not by Two
					for _, v := range voices {
						if v.Version == version {
							last[v.Member] = v.Yes
						}
					}
					yes := 0
					for _, y := range last {
						if !y {
							t.Fatalf("step %d with a no", i)
						}
						yes++
					}
					if yes < 2 {
						t.Fatalf("step %d with %d voices", i, yes)
					}
				}
			},
		})
	})
}

func TestDepartureOutsideTheWindowNeedsAReason(t *testing.T) {
	t.Parallel()
	now := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	l := Leg{Earliest: now.Add(-2 * time.Hour), Latest: now.Add(-time.Hour)}
	twice := Approval{Yes: []Voice{{Member: "a"}, {Member: "b"}}}
	if err := MayStep(l, LegReady, twice, Step{To: LegUnderWay}, false, now); fault.KindOf(err) != fault.Invalid {
		t.Error("left late without a reason:", err)
	}
	if err := MayStep(l, LegReady, twice, Step{To: LegUnderWay, Reason: "They search the street."}, false, now); err != nil {
		t.Error("left late with a reason:", err)
	}
	if err := MayStep(l, LegUnderWay, twice, Step{To: LegLost}, false, now); fault.KindOf(err) != fault.Invalid {
		t.Error("lost without saying what happened:", err)
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, currency string
		want             string // empty: refused
	}{
		{"120.50", "EUR", "120.50 EUR"}, {"1 250,5", "eur", "1250.50 EUR"}, {"7", "JPY", "7 JPY"}, {"0.005", "KWD", "0.005 KWD"},
		{"7.5", "JPY", ""}, {"1.234", "EUR", ""}, {"0", "EUR", ""}, {"-5", "EUR", ""}, {"", "EUR", ""}, {"1e3", "EUR", ""}, {".5", "EUR", ""},
		{"5", "EURO", ""}, {"5", "", ""}, {"99999999999999999999", "EUR", ""}, {"+5", "EUR", ""},
	} {
		m, err := ParseMoney(c.amount, c.currency)
		if c.want == "" && fault.KindOf(err) != fault.Invalid || c.want != "" && (err != nil || m.String() != c.want) {
			t.Errorf("%q %q: %v, %v; want %q", c.amount, c.currency, m, err, c.want)
		}
	}
}

// Money adds up in every currency, and nothing is lost between spent and waiting.
func TestTotalsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var costs []Spend
		sum := map[string]int64{}
		for range rapid.IntRange(0, 20).Draw(t, "costs") {
			m := Money{Minor: rapid.Int64Range(1, 1_000_000).Draw(t, "minor"), Currency: rapid.SampledFrom([]string{"EUR", "RUB", "CAD"}).Draw(t, "currency")}
			s := Spend{Sheet: sheetOf(Cost{Money: m}), Needs: rapid.Bool().Draw(t, "needs")}
			if rapid.Bool().Draw(t, "approved") {
				s.Approval = Approval{Yes: []Voice{{Member: "b"}}}
			} else {
				s.Approval = Approval{Missing: 1}
			}
			costs = append(costs, s)
			sum[m.Currency] += m.Minor
		}
		spent, waiting := Totals(costs)
		for c, n := range sum {
			if spent[c]+waiting[c] != n {
				t.Fatalf("%s: %d + %d, want %d", c, spent[c], waiting[c], n)
			}
		}
	})
}

// However many write without having seen each other, every edition stays, the
// current one had seen all before it, and who has seen all settles.
func TestEditionsAreNeverLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s Sheet[int]
		for v := 1; v <= rapid.IntRange(1, 12).Draw(t, "editions"); v++ {
			s.add(Edition[int]{Version: v, Base: rapid.IntRange(0, v-1).Draw(t, "saw"), Content: v})
			if s.Saw() != v {
				t.Fatalf("%d editions after %d writes", s.Saw(), v)
			}
			last := s.History[v-1]
			if last.Base == v-1 && (s.Current.Version != v || len(s.Rivals) != 0) {
				t.Fatalf("who had seen all did not settle: %+v", s)
			}
			if last.Base != v-1 && s.Rivals[len(s.Rivals)-1].Version != v {
				t.Fatalf("a rival is not shown: %+v", s)
			}
		}
	})
}

func TestConsentHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		c    Consent
		on   clock.Day
		want bool
	}{
		{Consent{Given: "2017-04-09"}, "2027-01-01", true},
		{Consent{Given: "2017-04-09", Expires: "2017-05-01"}, "2017-05-01", true},
		{Consent{Given: "2017-04-09", Expires: "2017-05-01"}, "2017-05-02", false},
		{Consent{Given: "2017-04-09", Withdrawn: "2017-04-10"}, "2017-04-10", false},
	} {
		if got := c.c.Holds(c.on); got != c.want {
			t.Errorf("%+v on %s: %v", c.c, c.on, got)
		}
	}
}

func TestPlaceRefuses(t *testing.T) {
	t.Parallel()
	full := Refuge{Place: Place{Capacity: 1, Status: Available}, Stays: []Sheet[Stay]{sheetOf(Stay{Party: "a"})}}
	left := Refuge{Place: Place{Capacity: 1, Status: Available}, Stays: []Sheet[Stay]{sheetOf(Stay{Party: "a", To: time.Unix(1, 0)})}}
	for name, c := range map[string]struct {
		r  Refuge
		ok bool
	}{
		"full": {full, false}, "free again": {left, true}, "exposed": {Refuge{Place: Place{Capacity: 9, Status: Exposed}}, false}, "resting": {Refuge{Place: Place{Capacity: 9, Status: Resting}}, false},
	} {
		if err := c.r.MayHost(1); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPseudonym(t *testing.T) {
	t.Parallel()
	for range 1000 {
		p := NewPseudonym()
		if len(p) != 7 || p[2] != '-' || strings.Trim(p[:2], letters) != "" || strings.Trim(p[3:], "0123456789") != "" {
			t.Fatal(p)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for d, want := range map[clock.Day]bool{"2017-04-09": true, "2017-02-29": false, "2016-02-29": true, "": false, "9 April": false, "2017-4-9": false} {
		if ValidDay(d) != want {
			t.Errorf("%q: %v", d, !want)
		}
	}
}
