package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// published is what was published about the year, as the founding facts have it.
type published struct {
	Help   []struct{ Date, Event string }
	Counts []struct {
		Date, What, Bound string
		Value             int
	}
	Money struct {
		Currency   string
		Year       int
		Raised     int64
		OwnWebsite int64                            `json:"of_which_own_website"`
		Average    int64                            `json:"average_per_person"`
		Months     struct{ Mean, Min, Max float64 } `json:"support_months"`
		Shares     map[string]float64               `json:"shares_percent"`
	}
}

// lineOf gives our line for a published one.
func lineOf() map[string]string {
	return map[string]string{"social workers": "social", "travel inside the country": "travel", "visas and departure": "visa", "housing": "housing", "food": "food",
		"medical": "medical", "advocacy": "advocacy", "round-the-clock staff": "staff", "documents": "documents"}
}

func readPublished(text []byte) (p published, shares map[string]int, err error) {
	if err := json.Unmarshal(text, &p); err != nil {
		return p, nil, fmt.Errorf("the published facts: %w", err)
	}
	shares, rest := map[string]int{}, 1000
	for name, percent := range p.Money.Shares {
		line := lineOf()[name]
		if line == "" {
			return p, nil, fmt.Errorf("the published facts: no line for %q", name)
		}
		shares[line] = int(percent*10 + 0.5)
		rest -= shares[line]
	}
	shares["other"] = rest // not itemised in the copy used
	return p, shares, nil
}

// count is the published number of something on a day; 0 when there is none.
func (p published) count(day, what string) int {
	for _, c := range p.Counts {
		if c.Date == day && c.What == what {
			if c.Bound == "more than" {
				return c.Value + 1
			}
			return c.Value
		}
	}
	return 0
}

func (p published) day(event string) time.Time {
	for _, h := range p.Help {
		if strings.HasPrefix(h.Event, event) {
			if t, err := time.Parse(time.DateOnly, h.Date); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}

// soul is one invented person of the year, with the days on which something happens.
type soul struct {
	n                          int
	asks, arrives, leaves, end int // days since the first request; -1: never
	lost                       bool
	case_, party               string
	costs                      []cases.Cost
}

// replay plays an invented year on a Desk by the verbs that members use, with a
// clock that jumps from day to day. Nobody in it is real: only the totals are.
type replay struct {
	ctx    context.Context
	r      *rooms
	clock  *clock.Manual
	team   map[string]staff.Actor
	facts  published
	shares map[string]int
	first  time.Time // day 0
	grants map[string]string
	own    map[string]int64 // lines of the organisation itself
	phrase string           // of the treasurer
	tell   func(string, ...any)
}

// play runs the year to its last day.
func (y *replay) play() error {
	souls := y.people()
	y.spend(souls)
	if err := y.before(); err != nil {
		return err
	}
	last := 0
	for day := range 274 {
		y.move(day)
		for i := range souls {
			if err := y.today(&souls[i], day); err != nil {
				return fmt.Errorf("day %d, invented person %d: %w", day, i, err)
			}
		}
		if day-last >= 30 {
			last = day
			y.tell("%s\n", clock.DayOf(y.clock.Now()))
		}
	}
	return y.bills()
}

// move sets the clock to noon of a day and does what the Desk does every day.
func (y *replay) move(day int) {
	at := y.first.AddDate(0, 0, day).Add(12 * time.Hour)
	y.clock.Advance(at.Sub(y.clock.Now()))
}

// people invents everybody of the year, so that the published numbers of each
// published day come out. The days of support are pairs around their mean.
func (y *replay) people() []soul {
	const asked, saved, away = "people who asked for help", "people evacuated", "people who left the country"
	end := "2017-12-31"
	all, out, abroad := y.facts.count(end, asked), y.facts.count(end, saved), y.facts.count(end, away)
	early, earlyOut := y.facts.count("2017-04-17", asked), y.facts.count("2017-05-11", saved)
	lost := y.facts.count("2017-04-17", "people with whom contact was lost")
	since := func(event string) int { return int(y.facts.day(event).Sub(y.first).Hours() / 24) }
	firstOut, firstAway := since("first person evacuated"), since("first evacuated person leaves")
	m := y.facts.Money.Months
	days := func(months float64) int { return int(months*30 + 0.5) }
	rest := days(m.Mean)*out - days(m.Max) - days(m.Min)
	var souls []soul
	for i := range all {
		s := soul{n: i, arrives: -1, leaves: -1, end: -1}
		switch {
		case i < earlyOut: // those who came first
			s.asks, s.arrives = i*15/earlyOut, i*15/earlyOut+firstOut+i%9
		case i < out:
			s.asks = 29 + (i-earlyOut)*90/(out-earlyOut)
			s.arrives = s.asks + 4 + i%11
		case i < out+early-earlyOut: // asked early, and were not evacuated
			s.asks = 1 + (i-out)*14/(early-earlyOut)
			s.lost = i < out+lost
		default:
			s.asks = 20 + (i-out)*3
		}
		if i < out {
			length := 0
			switch {
			case i == 0:
				length = days(m.Max)
			case i == out-1:
				length = days(m.Min)
			default:
				length = rest / (out - 2)
				if i <= rest%(out-2) {
					length++
				}
				swing := (i - 1) / 2 % 48
				if i%2 == 0 {
					swing = -swing
				}
				length += swing
			}
			s.end = s.asks + length
		}
		if i < abroad {
			s.leaves = min(s.end, max(firstAway+1, s.arrives+14))
			if i == 0 {
				s.leaves = firstAway
			}
		}
		souls = append(souls, s)
	}
	return souls
}

// spend divides the published total among lines and people, to the cent.
func (y *replay) spend(souls []soul) {
	total, left := y.facts.Money.Raised*100, y.facts.Money.Raised*100
	amount := map[string]int64{}
	for _, l := range purse.Lines() {
		if l != "other" {
			amount[l] = cases.Share(total, int64(y.shares[l]), 1000)
			left -= amount[l]
		}
	}
	amount["other"] = left
	y.own = map[string]int64{"advocacy": amount["advocacy"], "staff": amount["staff"]}
	every := map[string]int{"travel": 1, "visa": 1, "housing": 2, "food": 2, "medical": 4, "documents": 3, "social": 3, "other": 5}
	for _, l := range cases.Lines() {
		var who []*soul
		for i := range souls {
			s := &souls[i]
			if s.arrives >= 0 && i%every[l] == 0 && (l != "visa" || s.leaves >= 0) {
				who = append(who, s)
			}
		}
		rest := amount[l]
		for i, s := range who {
			n := cases.Share(rest, 1, int64(len(who)-i))
			c := cases.Cost{Money: cases.Money{Minor: n, Currency: "EUR"}, Line: l, What: "Invented: " + l, Country: "RU", For: "adult", People: 1}
			if l == "food" && i < len(who)-1 {
				// Paid in roubles: the last one in euros takes what rounding leaves.
				rate, _ := purse.ParseRate(roubles)
				one, _ := purse.ParseRate("1")
				c.Money, _ = purse.Convert(c.Money, one, "RUB", rate)
				base, _ := purse.Convert(c.Money, rate, "EUR", one)
				n = base.Minor
			}
			rest -= n
			s.costs = append(s.costs, c)
		}
	}
}

// roubles is an invented rate, the same all year.
const roubles = "0.0154"

// before is what the treasurer notes when the help line opens.
func (y *replay) before() error {
	y.move(-4) // three days before the first request, the line opens
	t := y.team["irina"]
	k := y.r.purse
	if err := k.NoteRate(y.ctx, t, purse.Rate{Currency: "RUB", Day: clock.DayOf(y.clock.Now()), Rate: roubles, Source: "Invented for the replay"}); err != nil {
		return err
	}
	y.grants = map[string]string{}
	m := y.facts.Money
	for name, euros := range map[string]int64{"own": m.OwnWebsite, "all": m.Raised - m.OwnWebsite} {
		donor := map[string]string{"own": "Many, through our own page (invented)", "all": "Invented foundations"}[name]
		id, err := k.KeepGrant(y.ctx, t, "", 0, purse.Terms{Donor: donor, Title: donor, Amount: cases.Money{Minor: euros * 100, Currency: m.Currency}, From: "2017-03-01", To: "2017-12-31"})
		if err != nil {
			return err
		}
		y.grants[name] = id
	}
	return k.PublishShares(y.ctx, t, fmt.Sprint(m.Year), y.shares)
}

// today does what happens to one person on one day.
func (y *replay) today(s *soul, day int) error {
	steps := []struct {
		on int
		do func(*soul) error
	}{{s.asks, y.ask}, {s.arrives, y.evacuate}, {s.leaves, y.depart}, {s.end, y.close}}
	for _, x := range steps {
		if x.on == day {
			if err := x.do(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask: a message comes, is opened, becomes a case and is judged.
func (y *replay) ask(s *soul) error {
	if err := y.r.tend(y.ctx); err != nil {
		return err
	}
	anna, boris := y.team["anna"], y.team["boris"]
	mail := intake.Mailed{ID: ids.New("mail"), Sender: fmt.Sprintf("invented-%d", s.n), Channel: "help", Content: envelope.Message{Lang: "en", Text: fmt.Sprintf("Invented person %d asks for help.", s.n)}}
	if err := y.r.inbox.ReceiveMail(y.ctx, mail); err != nil {
		return err
	}
	if _, err := y.r.inbox.OpenArrivals(y.ctx, anna); err != nil {
		return err
	}
	threads, err := y.r.inbox.List(y.ctx, anna)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(threads, func(t intake.Thread) bool { return t.Case == "" })
	if n < 0 {
		return fmt.Errorf("the message did not arrive")
	}
	if _, err := y.r.openCase(y.ctx, anna, threads[n].ID, boris.ID); err != nil {
		return err
	}
	f, _, err := y.r.book.CaseOf(y.ctx, boris, threads[n].ID)
	if err != nil {
		return err
	}
	s.case_ = f.ID
	if err := y.r.book.Assign(y.ctx, boris, s.case_, y.team["clara"].ID); err != nil {
		return err
	}
	p, err := y.r.book.KeepParty(y.ctx, boris, s.case_, "", 0, cases.Party{Code: "A", Name: fmt.Sprintf("Nobody Nebylitsyn %d", s.n), Contact: "by the mailbox", Role: "traveller", Other: "Invented for the replay."})
	if err != nil {
		return err
	}
	s.party = p.ID
	if _, err := y.r.book.Judge(y.ctx, boris, s.case_, 0, cases.Triage{Imminence: 2, Severity: 2, Feasibility: 2, Decided: true, Words: "Invented."}); err != nil {
		return err
	}
	switch {
	case s.lost:
		return y.r.book.Turn(y.ctx, boris, s.case_, cases.Lost, "Invented: no answer any more.")
	case s.arrives < 0 && s.n%4 != 0:
		return y.r.book.Turn(y.ctx, boris, s.case_, cases.Referred, "Invented: helped where they are, by others.")
	}
	return nil
}

// evacuate: assessed, planned, approved by a second person, and brought to a safe place.
func (y *replay) evacuate(s *soul) error {
	boris, b := y.team["boris"], y.r.book
	if _, err := b.Assess(y.ctx, boris, s.case_, 0, cases.Risk{Until: clock.DayOf(y.clock.Now().AddDate(0, 0, 14)), Vulnerability: 2, Capacity: 1, Threats: []cases.Threat{{By: "state", What: "Invented.", Likelihood: 3, Impact: 5}}}); err != nil {
		return err
	}
	plan, err := b.Draft(y.ctx, boris, s.case_, 0, cases.Plan{Goals: "Invented: out of reach."})
	if err != nil {
		return err
	}
	if err := b.ApprovePlan(y.ctx, y.team["clara"], s.case_, plan.Version, true); err != nil {
		return err
	}
	if err := y.travel(s, cases.Leg{To: cases.Spot{Words: "an invented flat"}, Mode: "train"}); err != nil {
		return err
	}
	for _, c := range s.costs {
		if c.Line != "visa" {
			if err := y.pay(s, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// depart: a leg abroad, and what the visa cost.
func (y *replay) depart(s *soul) error {
	if err := y.travel(s, cases.Leg{From: cases.Spot{Words: "an invented flat"}, To: cases.Spot{Words: "an invented country"}, Mode: "plane", Abroad: true, Final: true}); err != nil {
		return err
	}
	for _, c := range s.costs {
		if c.Line == "visa" {
			if err := y.pay(s, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (y *replay) travel(s *soul, l cases.Leg) error {
	b, now := y.r.book, y.clock.Now()
	if l.From.Words == "" {
		l.From.Words = "an invented corner"
	}
	l.Parties, l.Names, l.Earliest, l.Latest = []string{s.party}, "A", now.Add(-time.Hour), now.Add(12*time.Hour)
	saved, err := b.PlanLeg(y.ctx, y.team["boris"], s.case_, "", 0, l)
	if err != nil {
		return err
	}
	for _, who := range []string{"boris", "clara"} {
		if err := b.Go(y.ctx, y.team[who], saved.ID, saved.Version, true); err != nil {
			return err
		}
	}
	for _, to := range []cases.LegState{cases.LegUnderWay, cases.LegArrived} {
		if err := b.Step(y.ctx, y.team["boris"], saved.ID, to, ""); err != nil {
			return err
		}
	}
	return nil
}

// pay notes a cost; over the limit the second person approves it.
func (y *replay) pay(s *soul, c cases.Cost) error {
	c.Day = clock.DayOf(y.clock.Now())
	saved, err := y.r.book.Spend(y.ctx, y.team["boris"], s.case_, "", y.grants["all"], c)
	if fault.KindOf(err) == fault.Conflict { // the grant is used up
		saved, err = y.r.book.Spend(y.ctx, y.team["boris"], s.case_, "", "", c)
	}
	if err != nil {
		return err
	}
	if limit, listed := purse.LimitFor(y.r.purse.Limits, y.team["boris"].Roles, c.Line, c.Currency); listed && c.Minor <= limit {
		return nil
	}
	return y.r.book.ApproveCost(y.ctx, y.team["clara"], s.case_, saved.ID, saved.Version, true)
}

func (y *replay) close(s *soul) error {
	_, err := y.r.book.Close(y.ctx, y.team["boris"], s.case_, 0, cases.Closure{Safe: true, Region: "Europe", Needs: "Invented: met.", View: "Invented: content.", EraseBy: clock.DayOf(y.clock.Now().AddDate(1, 0, 0))})
	return err
}

// bills are the organisation's own lines, noted by the treasurer and approved by the officer.
func (y *replay) bills() error {
	k := y.r.purse
	for _, l := range []string{"advocacy", "staff"} {
		// The money from our own page pays for them.
		for part := range int64(8) {
			n := cases.Share(y.own[l], part+1, 8) - cases.Share(y.own[l], part, 8)
			id := ids.New("motion")
			if err := k.Pay(y.ctx, y.team["irina"], id, purse.Bill{Money: cases.Money{Minor: n, Currency: "EUR"}, Line: l, What: "Invented: " + l, Day: clock.Day(fmt.Sprintf("2017-%02d-15", part+5)), Grant: y.grants["own"]}); err != nil {
				return err
			}
			if err := k.Decide(y.ctx, y.team["hanna"], id, true); err != nil {
				return err
			}
		}
	}
	return nil
}
