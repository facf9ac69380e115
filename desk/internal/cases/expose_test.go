package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// through brings a party of a case through a leg to a place, by two of the case's people.
func (o *office) through(a, b staff.Actor, id, party string, from, to cases.Spot) string {
	o.t.Helper()
	leg := must(o.book.PlanLeg(o.ctx, a, id, "", 0, cases.Leg{Parties: []string{party}, From: from, To: to, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(24 * time.Hour)}))(o.t).ID
	o.ok(o.book.Go(o.ctx, a, leg, 1, true))
	o.ok(o.book.Go(o.ctx, b, leg, 1, true))
	o.ok(o.book.Step(o.ctx, a, leg, cases.LegUnderWay, ""))
	o.ok(o.book.Step(o.ctx, a, leg, cases.LegArrived, ""))
	return leg
}

// TestAPlaceCompromised has four people in its history: one is inside, one has
// left since, one is on the way, one left long before; the cases are of different
// people. Everyone whose case is touched is called, with a time; nobody else is.
func TestAPlaceCompromised(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mill := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 5, Status: cases.Available}))(t).ID
	at, away := cases.Spot{Place: mill}, cases.Spot{Words: "the bus station"}
	four := make([]string, 4)
	parties := make([]string, 4)
	for i := range four {
		with := []staff.Actor{o.anna, o.boris}
		four[i] = o.open(with...)
		parties[i] = o.party(four[i], "A")
	}
	o.through(o.anna, o.boris, four[3], parties[3], away, at)
	o.through(o.anna, o.boris, four[3], parties[3], at, away) // left long before
	o.Clock.Advance(48 * time.Hour)
	since := o.Clock.Now()
	o.Clock.Advance(time.Hour)
	o.through(o.anna, o.boris, four[0], parties[0], away, at) // inside
	o.through(o.anna, o.boris, four[1], parties[1], away, at)
	o.Clock.Advance(time.Hour)
	o.through(o.anna, o.boris, four[1], parties[1], at, away) // has left since
	third := must(o.book.PlanLeg(o.ctx, o.anna, four[2], "", 0, cases.Leg{Parties: []string{parties[2]}, From: away, To: at, Mode: "bus", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(time.Hour)}))(t).ID
	o.ok(o.book.Go(o.ctx, o.anna, third, 1, true))
	o.ok(o.book.Go(o.ctx, o.boris, third, 1, true))
	o.ok(o.book.Step(o.ctx, o.anna, third, cases.LegUnderWay, "")) // on the way
	o.ok(o.book.Assign(o.ctx, o.anna, four[0], o.clara.ID))
	o.ok(o.book.Unassign(o.ctx, o.clara, four[0], o.anna.ID))
	o.ok(o.book.Unassign(o.ctx, o.clara, four[0], o.boris.ID)) // the one inside is Clara's alone now

	_, err := o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Place, Place: mill, Since: o.Clock.Now().Add(time.Hour), Words: "x"})
	o.refused(err, fault.Invalid, "since")
	id := must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Place, Place: mill, Since: since, Words: "A neighbour was asked about the tenants."}))(t)
	steps := func(a staff.Actor) map[string][]string {
		r := must(o.book.ExposureReport(o.ctx, a, id))(t)
		all := map[string][]string{}
		for _, s := range r.Steps {
			all[s.Subject] = append(all[s.Subject], s.What)
		}
		return all
	}
	annas, claras := steps(o.anna), steps(o.clara)
	if got := claras[four[0]]; !slices.Equal(got, []string{"move", "warn", "signs", "risk"}) {
		t.Error("the one inside:", got)
	}
	if got := annas[four[1]]; !slices.Equal(got, []string{"warn", "risk"}) {
		t.Error("the one who left:", got)
	}
	if got := annas[four[2]]; !slices.Equal(got, []string{"stop", "warn", "replan", "risk"}) {
		t.Error("the one on the way:", got)
	}
	if annas[four[3]] != nil || claras[four[3]] != nil || annas[four[0]] != nil || len(annas[mill]) != 1 {
		t.Error("others:", annas, claras)
	}
	if r := must(o.book.ExposureReport(o.ctx, o.anna, id))(t); r.Others != 1 || r.PlaceCode != "Mill" || !slices.Contains(r.Knew, o.clara.ID) {
		t.Errorf("%+v", r)
	}
	if p := must(o.book.Place(o.ctx, o.anna, mill))(t); p.Status != cases.Exposed {
		t.Error("the place is", p.Status)
	}
	waits := func(a staff.Actor) (n, grave int) {
		for _, w := range must(o.book.Waiting(o.ctx, a))(t) {
			if len(w.What) > 5 && w.What[:5] == "step-" {
				n++
				if w.Danger {
					grave++
				}
			}
		}
		return n, grave
	}
	if n, grave := waits(o.clara); n != 5 || grave != 2 { // her case's four, and to rest the place
		t.Error(n, grave)
	}
	r := must(o.book.ExposureReport(o.ctx, o.clara, id))(t)
	move := r.Steps[slices.IndexFunc(r.Steps, func(s cases.Told) bool { return s.What == "move" })]
	if !move.Due.Equal(o.Clock.Now().Add(30 * time.Minute)) {
		t.Error(move.Due)
	}
	_, err = o.book.DoStep(o.ctx, o.anna, move.ID, "moved")
	o.refused(err, fault.NotFound, "nothing here")
	_, err = o.book.DoStep(o.ctx, o.clara, move.ID, "")
	o.refused(err, fault.Invalid, "words")
	must(o.book.DoStep(o.ctx, o.clara, move.ID, "They are at the second place."))(t)
	_, err = o.book.DoStep(o.ctx, o.clara, move.ID, "again")
	o.refused(err, fault.Conflict, "done this already")
	if n, _ := waits(o.clara); n != 4 {
		t.Error(n)
	}
	if where := found(o.dump(), "neighbour was asked"); where != "" {
		t.Errorf("what happened lies open in %.40s", where)
	}
}

// TestANumberCompromised finds it in every spelling, in cases of others too, and opens none.
func TestANumberCompromised(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hers := o.open(o.clara)
	must(o.book.KeepParty(o.ctx, o.clara, hers, "", 0, cases.Party{Code: "A", Contact: "8 200 555-00-31", Papers: "passport 0000 471100"}))(t)
	other := o.open(o.clara)
	must(o.book.KeepParty(o.ctx, o.clara, other, "", 0, cases.Party{Code: "A", Contact: "+7 200 555 00 32"}))(t)
	o.open(o.anna)
	for _, number := range []string{"+7 (200) 5550031", "0000471100"} {
		id := must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Number, Number: number, Since: o.Clock.Now(), Words: "The phone was taken at a checkpoint."}))(t)
		r := must(o.book.ExposureReport(o.ctx, o.anna, id))(t)
		if r.Others != 1 || len(r.Steps) != 0 || r.Open != 3 {
			t.Errorf("%s: %+v", number, r)
		}
		r = must(o.book.ExposureReport(o.ctx, o.clara, id))(t)
		if len(r.Steps) != 3 || r.Steps[0].Subject != hers || r.Steps[0].What != exposure.Contact {
			t.Errorf("%s: %+v", number, r.Steps)
		}
	}
	none := must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Number, Number: "+7 200 999 99 99", Since: o.Clock.Now(), Words: "x"}))(t)
	if r := must(o.book.ExposureReport(o.ctx, o.anna, none))(t); r.Open != 0 || r.Others != 0 {
		t.Errorf("%+v", r)
	}
	// Erasure takes what was known by the number with it.
	o.ok(o.book.Turn(o.ctx, o.clara, hers, cases.Withdrawn, "They asked us to."))
	o.ok(o.book.Erase(o.ctx, o.clara, hers))
	if where := found(o.dump(), hers); where != "" {
		t.Errorf("the erased case is still in %.40s", where)
	}
	if n := len(must(o.book.Breaches(o.ctx, o.clara))(t)); n != 0 {
		t.Errorf("%d breaches are left", n)
	}
}

// TestAColleagueCompromised and the person who was taken: everything that they knew.
func TestAColleagueCompromised(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one, two := o.open(o.anna, o.boris), o.open(o.anna)
	p := o.party(one, "A")
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Capacity: 5, Status: cases.Available}))(t).ID
	o.through(o.anna, o.boris, one, p, cases.Spot{Words: "x"}, cases.Spot{Place: place})
	id := must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Member, Member: o.boris.ID, Since: o.Clock.Now(), Words: "His laptop was taken."}))(t)
	r := must(o.book.ExposureReport(o.ctx, o.anna, id))(t)
	subjects := map[string]int{}
	for _, s := range r.Steps {
		subjects[s.Subject]++
	}
	if subjects[one] != 3 || subjects[place] != 1 || subjects[two] != 0 {
		t.Error(subjects)
	}
	// Whoever holds his device learns nothing of it.
	if _, err := o.book.ExposureReport(o.ctx, o.boris, id); fault.KindOf(err) != fault.NotFound {
		t.Error("the colleague who fell reads it:", err)
	}
	for _, w := range must(o.book.Waiting(o.ctx, o.boris))(t) {
		if strings.HasPrefix(w.What, "step-") {
			t.Error("the colleague who fell is told", w.What)
		}
	}
	// Somebody who is assigned later is told, the one who fell is not.
	o.ok(o.book.Unassign(o.ctx, o.anna, one, o.boris.ID))
	o.ok(o.book.Assign(o.ctx, o.anna, one, o.clara.ID))
	if r := must(o.book.ExposureReport(o.ctx, o.clara, id))(t); len(r.Steps) == 0 {
		t.Error("the new caseworker has no steps")
	}
	o.ok(o.book.Assign(o.ctx, o.anna, one, o.boris.ID))
	if _, err := o.book.ExposureReport(o.ctx, o.boris, id); fault.KindOf(err) != fault.NotFound {
		t.Error("the colleague who fell reads it after all:", err)
	}
	// Somebody else is in the same place: when the first is taken, they are in danger.
	third := o.open(o.anna, o.clara)
	q := o.party(third, "A")
	o.through(o.anna, o.clara, third, q, cases.Spot{Words: "x"}, cases.Spot{Place: place})
	id = must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Person, Case: one, Party: p, Since: o.Clock.Now(), Words: "Taken from the street."}))(t)
	ways := map[string]bool{}
	for _, s := range must(o.book.ExposureReport(o.ctx, o.clara, id))(t).Steps {
		ways[s.Subject+" "+s.What] = true
	}
	if !ways[third+" move"] || !ways[place+" rest"] {
		t.Error(ways)
	}
}

// TestANumberInWords: a number that somebody wrote into a note, or into a meeting
// point, is found as one in the field for contacts is, and the guard keeps it in.
func TestANumberInWords(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	noted, met, other := o.open(o.anna), o.open(o.boris), o.open(o.anna)
	must(o.book.Note(o.ctx, o.anna, noted, "The aunt can be reached at +7 (200) 000-00-77 after nine."))(t)
	a := must(o.book.KeepParty(o.ctx, o.boris, met, "", 0, cases.Party{Code: "A"}))(t).ID
	must(o.book.PlanLeg(o.ctx, o.boris, met, "", 0, cases.Leg{Parties: []string{a}, From: cases.Spot{Words: "the kiosk; ring 8 200 000 00 77 once"}, To: cases.Spot{Words: "the next town"}, Mode: "car", Earliest: o.Clock.Now(), Latest: o.Clock.Now().Add(time.Hour)}))(t)
	id := must(o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Number, Number: "+72000000077", Since: o.Clock.Now(), Words: "The telephone was taken (invented)."}))(t)
	r := must(o.book.ExposureReport(o.ctx, o.anna, id))(t)
	if len(r.Steps) == 0 || r.Others != 1 || slices.ContainsFunc(r.Steps, func(s cases.Told) bool { return s.Subject != noted || s.Subject == other }) {
		t.Errorf("%d others, %v", r.Others, r.Steps)
	}
}
