package desk

import (
	"context"
	"fmt"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/founding"
)

// fill is the demo's content. Everybody in it is invented, except what the
// founding scenario reports of the public record.
func (r *rooms) fill(ctx context.Context, team map[string]staff.Actor) error {
	for _, text := range [][]byte{founding.Scenario(), founding.Later()} {
		if _, err := r.importScenario(ctx, team["emil"], text); err != nil {
			return fmt.Errorf("the founding scenario: %w", err)
		}
	}
	if err := r.fillPublic(ctx, team); err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	if err := r.fillSamples(ctx, team); err != nil {
		return fmt.Errorf("a sample: %w", err)
	}
	s := script{ctx: ctx, r: r, team: team, now: r.clock.Now()}
	for _, scene := range []func(*script){(*script).arriving, (*script).planning, (*script).sheltered, (*script).missing} {
		if scene(&s); s.err != nil {
			return fmt.Errorf("an invented case: %w", s.err)
		}
	}
	return nil
}

// script plays invented cases by the verbs that caseworkers use. The first error
// ends it.
type script struct {
	ctx  context.Context
	r    *rooms
	team map[string]staff.Actor
	now  time.Time
	err  error
}

// must keeps the first error and passes a value on.
func must[T any](s *script, v T, err error) T {
	if s.err == nil {
		s.err = err
	}
	return v
}

func (s *script) do(err error) { must(s, 0, err) }

func (s *script) open(p cases.Priority) string {
	f, err := s.r.book.Open(s.ctx, s.team["boris"], cases.Opening{Priority: p, Assign: []string{s.team["boris"].ID, s.team["clara"].ID}})
	return must(s, f, err).ID
}

// person adds an invented person and returns the item's id.
func (s *script) person(file, code string) string {
	v, err := s.r.book.KeepParty(s.ctx, s.team["boris"], file, "", 0, cases.Party{Code: code, Name: map[string]string{"A": "Ruslan Nebylitsyn", "B": "Timur Nebylitsyn"}[code], Contact: "by the mailbox", Role: "traveller", Other: "Invented for the demo."})
	return must(s, v, err).ID
}

// begun judges, assesses and asks for consent, as every case needs.
func (s *script) begun(file, person string, imminence int) {
	boris := s.team["boris"]
	_, err := s.r.book.Judge(s.ctx, boris, file, 0, cases.Triage{Imminence: imminence, Severity: 2, Feasibility: 2, Decided: true, Words: "Invented: we help."})
	s.do(err)
	_, err = s.r.book.Assess(s.ctx, boris, file, 0, cases.Risk{Until: clock.DayOf(s.now.AddDate(0, 0, 14)), Vulnerability: 2, Capacity: 1, Threats: []cases.Threat{
		{By: "state", What: "Invented: asked for at work.", Likelihood: 3, Impact: 5}, {By: "family", What: "Invented: pressed to come back.", Likelihood: 4, Impact: 4}}})
	s.do(err)
	_, err = s.r.book.Agree(s.ctx, boris, file, "", 0, cases.Consent{Party: person, Purpose: cases.ForHelp, Recipient: "Invented Harbour", Data: "name, journey", How: "in the conversation", Language: "ru", Given: clock.DayOf(s.now)})
	s.do(err)
}

// planned writes a plan that a second person approves.
func (s *script) planned(file string) {
	v, err := s.r.book.Draft(s.ctx, s.team["boris"], file, 0, cases.Plan{Goals: "Invented: out of reach within two days.", NoContact: "Wait six hours, then ask the friend.", Arrest: "Call the lawyer.", Device: "Leave the phone behind."})
	saved := must(s, v, err)
	s.do(s.r.book.ApprovePlan(s.ctx, s.team["clara"], file, saved.Version, true))
}

func (s *script) place(code string) string {
	v, err := s.r.book.KeepPlace(s.ctx, s.team["boris"], "", 0, cases.Place{Code: code, Kind: "flat", Address: "Invented Lane 7", Capacity: 3, Suitability: "Two rooms, no lift.", Status: cases.Available})
	saved := must(s, v, err)
	if s.err == nil {
		s.do(s.r.book.ShowPlace(s.ctx, s.team["boris"], saved.ID, s.team["clara"].ID))
	}
	return saved.ID
}

// leg plans a leg; the given members say go.
func (s *script) leg(file string, l cases.Leg, voices ...string) string {
	l.Mode, l.Latest = "car", s.now.Add(6*time.Hour)
	if l.Earliest.IsZero() {
		l.Earliest = s.now.Add(-time.Hour)
	}
	v, err := s.r.book.PlanLeg(s.ctx, s.team["boris"], file, "", 0, l)
	saved := must(s, v, err)
	for _, who := range voices {
		if s.err == nil {
			s.do(s.r.book.Go(s.ctx, s.team[who], saved.ID, saved.Version, true))
		}
	}
	return saved.ID
}

func (s *script) watch(file, person string, due time.Time, pace watch.Pace) {
	_, err := s.r.book.Watch(s.ctx, s.team["boris"], file, cases.CheckIn{Party: person, Channel: "mailbox", Sign: "the weather is fine", Duress: "the weather is mild"},
		watch.Round{Due: due, Grace: 10 * time.Minute, Every: 6 * time.Hour, Pace: pace})
	s.do(err)
}

// arriving: somebody whose danger was just judged; the plan is missing.
func (s *script) arriving() {
	file := s.open(cases.Hours)
	s.begun(file, s.person(file, "A"), 3)
}

// planning: two people whose journey waits for a second yes.
func (s *script) planning() {
	file := s.open(cases.Emergency)
	a, b := s.person(file, "A"), s.person(file, "B")
	s.begun(file, a, 2)
	s.planned(file)
	s.leg(file, cases.Leg{Parties: []string{a, b}, Names: "A and B", From: cases.Spot{Words: "the invented bus stop"}, To: cases.Spot{Words: "the invented station"}, Earliest: s.now.Add(3 * time.Hour), Contingency: "Turn back and call."}, "boris")
}

// sheltered: somebody in a safe place, who reports every six hours.
func (s *script) sheltered() {
	file := s.open(cases.Urgent)
	a := s.person(file, "A")
	s.begun(file, a, 1)
	s.planned(file)
	id := s.leg(file, cases.Leg{Parties: []string{a}, Names: "A", From: cases.Spot{Words: "the invented market"}, To: cases.Spot{Place: s.place("Mill")}}, "boris", "clara")
	for _, step := range []cases.LegState{cases.LegUnderWay, cases.LegArrived} {
		s.do(s.r.book.Step(s.ctx, s.team["boris"], id, step, ""))
	}
	s.watch(file, a, s.now.Add(45*time.Minute), watch.Steady)
	_, err := s.r.book.Spend(s.ctx, s.team["boris"], file, "", "", cases.Cost{Money: cases.Money{Minor: 42_00, Currency: "EUR"}, Line: "travel", What: "Invented: two bus tickets", Day: clock.DayOf(s.now)})
	s.do(err)
}

// missing: somebody on the way who has not reported. The alert is up.
func (s *script) missing() {
	file := s.open(cases.Hours)
	a := s.person(file, "A")
	s.begun(file, a, 3)
	s.planned(file)
	id := s.leg(file, cases.Leg{Parties: []string{a}, Names: "A", From: cases.Spot{Words: "the invented corner"}, To: cases.Spot{Words: "the invented border"}, Final: true}, "boris", "clara")
	s.do(s.r.book.Step(s.ctx, s.team["boris"], id, cases.LegUnderWay, ""))
	s.watch(file, a, s.now.Add(time.Minute), watch.Fast)
}
