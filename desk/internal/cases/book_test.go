package cases_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// office is a Desk's ground with a Book and three invented caseworkers.
type office struct {
	*desktest.Ground
	t                  testing.TB
	ctx                context.Context
	book               *cases.Book
	anna, boris, clara staff.Actor
	record             *record
}

// record stands where the room record will: it keeps what was handed over.
type record struct{ got []cases.Testimony }

func (r *record) Testify(_ context.Context, _ cases.Store, _ staff.Actor, t cases.Testimony) error {
	r.got = append(r.got, t)
	return nil
}

func newOffice(t testing.TB) *office {
	g := desktest.New(t)
	o := &office{Ground: g, t: t, ctx: context.Background(), record: &record{}}
	o.anna = g.Member(t, "Anna (invented)", staff.Caseworker)
	o.boris = g.Member(t, "Boris (invented)", staff.Caseworker)
	o.clara = g.Member(t, "Clara (invented)", staff.Caseworker)
	o.begin()
	return o
}

// begin makes the Book, as a restart does.
func (o *office) begin() { o.beginAt(o.Clock) }

func (o *office) beginAt(c clock.Clock) {
	as := func(tx *store.Tx) cases.Store { return tx }
	o.book = cases.NewBook(store.Within(o.DB, as), store.Reading(o.DB, as), c, cases.Options{Limits: map[string]int64{"EUR": 50_000}, Testimonies: o.record})
}

// must fails the test on an error and gives the value back.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(err error, kind fault.Kind, part string) {
	o.t.Helper()
	if fault.KindOf(err) != kind || err == nil || !strings.Contains(err.Error(), part) {
		o.t.Fatalf("got %v, want a fault of kind %d with %q", err, kind, part)
	}
}

func (o *office) state(id string, want cases.State) *cases.Case {
	o.t.Helper()
	c := must(o.book.Case(o.ctx, o.anna, id))(o.t)
	if c.State != want {
		o.t.Fatalf("the case is %q, want %q", c.State, want)
	}
	return c
}

func (o *office) open(assign ...staff.Actor) string {
	o.t.Helper()
	var list []string
	for _, a := range assign {
		list = append(list, a.ID)
	}
	return must(o.book.Open(o.ctx, o.anna, cases.Opening{Priority: cases.Hours, Assign: list}))(o.t).ID
}

func (o *office) party(id, code string) string {
	o.t.Helper()
	return must(o.book.KeepParty(o.ctx, o.anna, id, "", 0, cases.Party{Code: code, Name: "Ruslan Example " + code, Contact: "+7 200 000 00 01"}))(o.t).ID
}

func (o *office) leg(id, party string, final bool, to cases.Spot) string {
	o.t.Helper()
	return must(o.book.PlanLeg(o.ctx, o.anna, id, "", 0, cases.Leg{
		Parties: []string{party}, From: cases.Spot{Words: "the bench behind the old mill"}, To: to, Mode: "car",
		Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(24 * time.Hour), Final: final,
	}))(o.t).ID
}

func (o *office) travel(leg string) {
	o.t.Helper()
	o.ok(o.book.Go(o.ctx, o.anna, leg, 1, true))
	o.ok(o.book.Go(o.ctx, o.boris, leg, 1, true))
	o.ok(o.book.Step(o.ctx, o.anna, leg, cases.LegUnderWay, ""))
	o.ok(o.book.Step(o.ctx, o.anna, leg, cases.LegArrived, ""))
}

// TestRoad drives a case from request to erasure.
func TestRoad(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx, book := o.ctx, o.book
	f := must(book.Open(ctx, o.anna, cases.Opening{Thread: "thread_x", Priority: cases.Hours, Assign: []string{o.anna.ID, o.boris.ID}}))(t)
	id := f.ID
	_, err := book.Open(ctx, o.anna, cases.Opening{Thread: "thread_x", Assign: []string{o.anna.ID}})
	o.refused(err, fault.Conflict, "has a case already")
	o.state(id, cases.Received)

	must(book.Judge(ctx, o.anna, id, 0, cases.Triage{Imminence: 3, Severity: 3, Feasibility: 2, Decided: true, Words: "We act."}))(t)
	o.state(id, cases.Triaged)
	p := o.party(id, "A")
	must(book.Verify(ctx, o.anna, id, "", 0, cases.Credibility{Method: "A call with a partner", Verifier: "partner", Outcome: "credible"}))(t)
	o.state(id, cases.Verifying)
	must(book.Assess(ctx, o.boris, id, 0, cases.Risk{Threats: []cases.Threat{{By: "state", What: "search", Likelihood: 4, Impact: 5}}, Until: "2017-05-01"}))(t)
	o.state(id, cases.Assessed)
	consent := must(book.Agree(ctx, o.anna, id, "", 0, cases.Consent{Party: p, Purpose: cases.ForRecord, Recipient: "the record", Data: "what happened", How: "spoken", Language: "ru", Given: "2017-04-09"}))(t).ID

	must(book.Draft(ctx, o.anna, id, 0, cases.Plan{Goals: "Out of the region, then abroad."}))(t)
	o.refused(book.ApprovePlan(ctx, o.anna, id, 1, true), fault.Conflict, "cannot approve")
	o.ok(book.ApprovePlan(ctx, o.boris, id, 1, true))
	o.state(id, cases.Approved)

	place := must(book.KeepPlace(ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 1, Status: cases.Available}))(t).ID
	one := o.leg(id, p, false, cases.Spot{Place: place})
	two := o.leg(id, p, true, cases.Spot{Words: "the airport of another country"})
	o.refused(book.Step(ctx, o.anna, one, cases.LegUnderWay, ""), fault.Conflict, "two different people")
	o.ok(book.Go(ctx, o.anna, one, 1, true))
	o.ok(book.Go(ctx, o.anna, one, 1, true)) // one person, one voice
	o.refused(book.Step(ctx, o.anna, one, cases.LegUnderWay, ""), fault.Conflict, "two different people")
	o.ok(book.Go(ctx, o.boris, one, 1, true))
	o.ok(book.Step(ctx, o.anna, one, cases.LegUnderWay, ""))
	o.state(id, cases.Moving)
	o.ok(book.Go(ctx, o.anna, two, 1, true))
	o.ok(book.Go(ctx, o.boris, two, 1, true))
	o.refused(book.Step(ctx, o.anna, two, cases.LegUnderWay, ""), fault.Conflict, "another leg")
	o.ok(book.Step(ctx, o.anna, one, cases.LegArrived, ""))
	c := o.state(id, cases.Onward)
	if w := cases.WhereIs(c.Legs, p); w.At.Place != place || w.OnTheWay {
		t.Fatalf("the person is %+v", w)
	}
	if r := must(book.Place(ctx, o.boris, place))(t); r.Inside() != 1 || len(r.Known) != 2 {
		t.Fatalf("inside %d, known to %d", r.Inside(), len(r.Known))
	}

	o.ladder(id, p)
	book = o.book // the Desk was restarted

	o.ok(book.Step(ctx, o.anna, two, cases.LegUnderWay, "The flight was moved."))
	o.ok(book.Step(ctx, o.anna, two, cases.LegArrived, ""))
	o.state(id, cases.Relocated)
	must(book.FollowUp(ctx, o.anna, id, cases.FollowUp{Safe: true, Words: "Settled."}))(t)
	o.state(id, cases.Followed)

	o.refused(book.Testify(ctx, o.anna, id, consent, "They took Ruslana from the market.", "en"), fault.Invalid, "a name")
	o.ok(book.Testify(ctx, o.anna, id, consent, "They took three men from the market.", "en"))
	o.ok(book.Testify(ctx, o.boris, id, consent, "One came back.", "en"))
	if g := o.record.got; len(g) != 2 || g[0].Source != g[1].Source || strings.Contains(g[0].Source, id[5:]) {
		t.Fatalf("handed over: %+v", g)
	}
	o.ok(book.Withdraw(ctx, o.anna, id, consent, ""))
	o.refused(book.Testify(ctx, o.anna, id, consent, "More.", "en"), fault.Conflict, "No consent")

	must(book.Spend(ctx, o.anna, id, "", "", cases.Cost{Money: cases.Money{Minor: 12_050, Currency: "EUR"}, Line: "travel", What: "tickets", Day: "2017-04-09"}))(t)
	big := must(book.Spend(ctx, o.anna, id, "", "", cases.Cost{Money: cases.Money{Minor: 90_000, Currency: "EUR"}, Line: "housing", What: "rent", Day: "2017-04-09"}))(t).ID
	spent, waiting := cases.Totals(o.state(id, cases.Followed).Costs)
	if spent["EUR"] != 12_050 || waiting["EUR"] != 90_000 {
		t.Fatal(spent, waiting)
	}
	o.ok(book.ApproveCost(ctx, o.boris, id, big, 1, true))
	if spent, _ = cases.Totals(o.state(id, cases.Followed).Costs); spent["EUR"] != 102_050 {
		t.Fatal(spent)
	}

	must(book.Close(ctx, o.anna, id, 0, cases.Closure{Safe: true, Region: "Europe", Needs: "All met.", View: "Feels safe.", EraseBy: "2017-04-20"}))(t)
	o.state(id, cases.Closed)
	_, err = book.Note(ctx, o.anna, id, "late thought")
	o.refused(err, fault.Conflict, "closed")
	o.ok(book.Reopen(ctx, o.anna, id, "A new threat."))
	o.state(id, cases.Followed)
	must(book.Close(ctx, o.anna, id, 1, cases.Closure{Safe: true, Region: "Europe", Needs: "All met.", View: "Feels safe.", EraseBy: "2017-04-20"}))(t)
	o.state(id, cases.Closed)
}

// ladder lets a check-in be missed, climb, be acknowledged and end.
func (o *office) ladder(id, party string) {
	o.t.Helper()
	t, ctx, book := o.t, o.ctx, o.book
	in := must(book.Watch(ctx, o.anna, id, cases.CheckIn{Party: party, Channel: "phone", Contact: "+7 200 000 00 01", Sign: "all is quiet", Duress: "give my best to your aunt"},
		watch.Round{Due: o.Clock.Now().Add(time.Hour), Grace: 10 * time.Minute, Every: 12 * time.Hour, Pace: watch.Steady}))(t).ID
	sweep := func(after time.Duration, state watch.State, alerts int) *cases.Case {
		t.Helper()
		o.Clock.Advance(after)
		for range 2 { // the second sweep changes nothing
			must(book.Sweep(ctx))(t)
		}
		c := must(book.Case(ctx, o.anna, id))(t)
		if c.CheckIns[0].State != state || len(c.Alerts) != alerts {
			t.Fatalf("after %s: %s with %d alerts, want %s with %d", after, c.CheckIns[0].State, len(c.Alerts), state, alerts)
		}
		return c
	}
	sweep(59*time.Minute, watch.Waiting, 0)
	sweep(time.Minute, watch.Late, 0)
	c := sweep(10*time.Minute, watch.Missed, 1)
	o.ok(book.Acknowledge(ctx, o.boris, c.Alerts[0].ID, "no-answer", "Rang twice."))
	o.refused(book.Acknowledge(ctx, o.anna, c.Alerts[0].ID, "no-answer", ""), fault.Conflict, "already")
	sweep(-time.Hour, watch.Missed, 1)
	sweep(time.Hour+15*time.Minute, watch.Missed, 2)
	o.Restart(t)
	o.begin()
	book = o.book
	c = sweep(3*time.Hour, watch.Missed, 4)
	if c.Alerts[3].Rung != "missing" {
		t.Fatalf("the fourth rung is %s", c.Alerts[3].Rung)
	}
	o.ok(book.Find(ctx, o.anna, id, in, "A colleague met them."))
	c = sweep(0, watch.Waiting, 4)
	if c.Alerts[1].Open() || c.Alerts[1].Reason != "found" || !c.CheckIns[0].Due.After(o.Clock.Now()) {
		t.Fatalf("after they were found: %+v, due %s", c.Alerts[1], c.CheckIns[0].Due)
	}
	o.ok(book.Stop(ctx, o.anna, id, in, "They leave now."))
}

func TestUnassignedSeesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	none, err := "case_aaaaaaaaaaaaaaaaaaaaaaaaaa", error(nil)
	_, err = o.book.Case(o.ctx, o.clara, none)
	_, got := o.book.Case(o.ctx, o.clara, id)
	if err == nil || got == nil || err.Error() != got.Error() || fault.KindOf(got) != fault.NotFound {
		t.Fatalf("a case that is not hers: %v; one that does not exist: %v", got, err)
	}
	o.ok(o.book.Assign(o.ctx, o.anna, id, o.clara.ID))
	must(o.book.Case(o.ctx, o.clara, id))(t)
	o.refused(o.book.Assign(o.ctx, o.anna, id, o.clara.ID), fault.Conflict, "already")
	o.ok(o.book.Unassign(o.ctx, o.clara, id, o.anna.ID))
	_, err = o.book.Case(o.ctx, o.anna, id)
	o.refused(err, fault.NotFound, "nothing here")
	o.refused(o.book.Unassign(o.ctx, o.clara, id, o.clara.ID), fault.Conflict, "last")
}

func TestTwoEditsLoseNeither(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	risk := func(what string) cases.Risk {
		return cases.Risk{Threats: []cases.Threat{{By: "family", What: what, Likelihood: 3, Impact: 3}}, Until: "2017-05-01"}
	}
	must(o.book.Assess(o.ctx, o.anna, id, 0, risk("first")))(t)
	must(o.book.Assess(o.ctx, o.anna, id, 1, risk("Anna's")))(t)
	if s := must(o.book.Assess(o.ctx, o.boris, id, 1, risk("Boris's")))(t); !s.Rival {
		t.Fatal("the second edit was not seen as a rival")
	}
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	if c.Risk.Content().Threats[0].What != "Anna's" || len(c.Risk.Rivals) != 1 || c.Risk.Rivals[0].Content.Threats[0].What != "Boris's" {
		t.Fatalf("%+v", c.Risk)
	}
	must(o.book.Assess(o.ctx, o.anna, id, c.Risk.Saw(), risk("both")))(t)
	c = must(o.book.Case(o.ctx, o.anna, id))(t)
	if c.Risk.Content().Threats[0].What != "both" || len(c.Risk.Rivals) != 0 || len(c.Risk.History) != 4 {
		t.Fatalf("%+v", c.Risk)
	}
}

func TestEscortHoldsOneLeg(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	l := cases.Leg{Parties: []string{p}, From: cases.Spot{Words: "here"}, To: cases.Spot{Words: "there"}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(time.Hour), Escort: o.clara.ID}
	one := must(o.book.PlanLeg(o.ctx, o.anna, id, "", 0, l))(t).ID
	two := o.leg(id, p, true, cases.Spot{Words: "far away"})
	must(o.book.Leg(o.ctx, o.clara, one))(t)
	_, err := o.book.Leg(o.ctx, o.clara, two)
	o.refused(err, fault.NotFound, "nothing here")
	_, err = o.book.Case(o.ctx, o.clara, id)
	o.refused(err, fault.NotFound, "nothing here")
	o.ok(o.book.Go(o.ctx, o.anna, one, 1, true))
	o.ok(o.book.Go(o.ctx, o.clara, one, 1, true))
	o.ok(o.book.Step(o.ctx, o.clara, one, cases.LegUnderWay, ""))
	o.state(id, cases.Moving)
	o.ok(o.book.Step(o.ctx, o.clara, one, cases.LegArrived, ""))
	o.state(id, cases.Onward)
	l.Escort = ""
	_, err = o.book.PlanLeg(o.ctx, o.anna, id, one, 1, l)
	o.refused(err, fault.Conflict, "begun or ended")
	l.Escort = o.clara.ID
	must(o.book.PlanLeg(o.ctx, o.anna, id, two, 1, l))(t)
	must(o.book.Leg(o.ctx, o.clara, two))(t)
	l.Escort = ""
	must(o.book.PlanLeg(o.ctx, o.anna, id, two, 2, l))(t)
	_, err = o.book.Leg(o.ctx, o.clara, two)
	o.refused(err, fault.NotFound, "nothing here")
}

func TestChangedLegNeedsNewVoices(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	leg := o.leg(id, p, false, cases.Spot{Words: "there"})
	o.ok(o.book.Go(o.ctx, o.anna, leg, 1, true))
	o.ok(o.book.Go(o.ctx, o.boris, leg, 1, true))
	must(o.book.PlanLeg(o.ctx, o.anna, id, leg, 1, cases.Leg{Parties: []string{p}, From: cases.Spot{Words: "x"}, To: cases.Spot{Words: "y"}, Mode: "boat", Earliest: o.Clock.Now(), Latest: o.Clock.Now()}))(t)
	o.refused(o.book.Step(o.ctx, o.anna, leg, cases.LegUnderWay, ""), fault.Conflict, "two different people")
	o.refused(o.book.Go(o.ctx, o.anna, leg, 1, true), fault.Conflict, "changed meanwhile")
}

func TestDuressSkipsTheCall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna)
	p := o.party(id, "A")
	in := must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: p, Channel: "phone", Sign: "a", Duress: "b"}, watch.Round{Due: o.Clock.Now().Add(time.Hour), Grace: 0, Pace: watch.Fast}))(t).ID
	o.ok(o.book.Hear(o.ctx, o.anna, id, in, true, ""))
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	if len(c.Alerts) != 1 || c.Alerts[0].Rung != "colleague" || !c.Alerts[0].Duress {
		t.Fatalf("%+v", c.Alerts)
	}
	o.refused(o.book.Hear(o.ctx, o.anna, id, in, false, ""), fault.Conflict, "duress")
	w := must(o.book.Waiting(o.ctx, o.anna))(t)
	if len(w) == 0 || w[0].What != "alert" || !w[0].Danger {
		t.Fatalf("%+v", w)
	}
}

func TestEndedCaseBeginsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	ready := o.leg(id, p, false, cases.Spot{Words: "there"})
	o.ok(o.book.Go(o.ctx, o.anna, ready, 1, true))
	o.ok(o.book.Go(o.ctx, o.boris, ready, 1, true))
	asked := o.leg(id, p, false, cases.Spot{Words: "elsewhere"})
	must(o.book.Draft(o.ctx, o.anna, id, 0, cases.Plan{Goals: "out"}))(t)
	if w := must(o.book.Waiting(o.ctx, o.boris))(t); len(w) != 3 { // decide, go, plan
		t.Fatalf("%+v", w)
	}
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Withdrawn, "They stay."))
	if w := must(o.book.Waiting(o.ctx, o.boris))(t); len(w) != 0 {
		t.Fatalf("an ended case still asks: %+v", w)
	}
	o.refused(o.book.Step(o.ctx, o.anna, ready, cases.LegUnderWay, ""), fault.Conflict, "has ended")
	o.refused(o.book.Go(o.ctx, o.anna, asked, 1, true), fault.Conflict, "has ended")
	o.ok(o.book.Step(o.ctx, o.anna, ready, cases.LegAborted, "They stay."))
}

func TestEscortIsToldOfTheLeg(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	p := o.party(id, "A")
	leg := must(o.book.PlanLeg(o.ctx, o.anna, id, "", 0, cases.Leg{Parties: []string{p}, From: cases.Spot{Words: "x"}, To: cases.Spot{Words: "y"}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now(), Escort: o.clara.ID}))(t).ID
	told := func() (n int) {
		for _, w := range must(o.book.Waiting(o.ctx, o.clara))(t) {
			if w.What == "leg" && w.Item == leg && w.Case == "" && w.Pseudonym == "" {
				n++
			}
		}
		return n
	}
	if told() != 1 {
		t.Error("the escort is not told")
	}
	o.travel(leg)
	if told() != 0 {
		t.Error("a leg that is over still waits for its escort")
	}
}

func TestNextNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.open(o.anna, o.boris)
	next := func() (all []string) {
		for _, n := range cases.Next(must(o.book.Case(o.ctx, o.anna, id))(t), o.Clock.Now()) {
			all = append(all, n.What)
		}
		return all
	}
	want := func(when string, list ...string) {
		t.Helper()
		if got := strings.Join(next(), " "); got != strings.Join(list, " ") {
			t.Errorf("%s: %s, want %s", when, got, strings.Join(list, " "))
		}
	}
	want("new", "triage", "party", "risk", "consent", "plan")
	p := o.party(id, "A")
	must(o.book.Judge(o.ctx, o.anna, id, 0, cases.Triage{Imminence: 3, Severity: 3, Decided: true, Words: "Yes."}))(t)
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Capacity: 2, Status: cases.Available}))(t).ID
	leg := o.leg(id, p, false, cases.Spot{Place: place, Words: "the mill"})
	want("moved first, complete later", "go", "risk", "consent", "plan")
	o.travel(leg)
	want("in the place, unwatched", "risk", "consent", "plan", "watch")
	must(o.book.KeepPlace(o.ctx, o.anna, place, 1, cases.Place{Code: "Mill", Kind: "flat", Capacity: 2, Status: cases.Exposed, Reason: "asked about"}))(t)
	want("the place is exposed", "exposed", "risk", "consent", "plan", "watch")
	o.ok(o.book.Turn(o.ctx, o.anna, id, cases.Taken, "Neighbours saw it."))
	if got := next(); got[0] != "search" {
		t.Errorf("after they were taken: %v", got)
	}
}
