package pathways_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

type house struct {
	*desktest.Ground
	t                  *testing.T
	book               *cases.Book
	guide              *pathways.Guide
	gate               *publish.Gateway
	anna, boris, lena  staff.Actor
	file, adult, minor string
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	h := &house{Ground: g, t: t, anna: g.Member(t, "Anna (invented)", staff.Caseworker), boris: g.Member(t, "Boris (invented)", staff.Caseworker), lena: g.Member(t, "Lena (invented)", staff.Advocate)}
	h.begin()
	f, err := h.book.Open(t.Context(), h.anna, cases.Opening{Assign: []string{h.anna.ID}})
	must(t, err)
	h.file = f.ID
	for code, to := range map[string]*string{"A": &h.adult, "B": &h.minor} {
		s, err := h.book.KeepParty(t.Context(), h.anna, h.file, "", 0, cases.Party{Code: code, Name: "Somebody " + code + " Nesushchestvuev (invented)", Minor: code == "B", Interest: map[bool]string{true: "Stays with A."}[code == "B"]})
		must(t, err)
		*to = s.ID
	}
	return h
}

// begin makes the rooms, as a start does.
func (h *house) begin() {
	book, as, gate := func(tx *store.Tx) cases.Store { return tx }, func(tx *store.Tx) pathways.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	h.book = cases.NewBook(store.Within(h.DB, book), store.Reading(h.DB, book), h.Clock, cases.Options{Annexes: []cases.Annex{pathways.Annex{}}})
	h.gate = &publish.Gateway{Within: store.Within(h.DB, gate), Reading: store.Reading(h.DB, gate), Clock: h.Clock}
	h.guide = &pathways.Guide{Within: store.Within(h.DB, as), Reading: store.Reading(h.DB, as), Clock: h.Clock, Book: h.book, Gate: store.Gate{Gateway: h.gate}}
}

func (h *house) today() clock.Day { return clock.DayOf(h.Clock.Now()) }

func (h *house) way() pathways.Pathway {
	return pathways.Pathway{Country: "LT", Kind: "humanitarian", Title: "Visa on humanitarian grounds", From: []string{"GE"}, Door: "consulate", Minors: "with", Valid: 90,
		Papers: []pathways.Paper{{Kind: "passport", Must: true}, {Kind: "police"}}, Steps: []pathways.Step{{What: "We write to the ministry", Least: 2, Most: 5}, {What: "The consulate invites them", Least: 5, Most: 20}},
		Parts: map[string]pathways.Part{"qualifies": {Words: "Whoever is in danger for who they are.", Source: "an invented notice", Day: h.today()}}, Review: "2017-06-01"}
}

func (h *house) keepWay() string {
	h.t.Helper()
	id := ids.New("pathway")
	must(h.t, h.guide.KeepPathway(h.t.Context(), h.lena, id, 0, h.way()))
	return id
}

func (h *house) keepOffer(o pathways.Offer) string {
	h.t.Helper()
	id := ids.New("offer")
	must(h.t, h.guide.KeepOffer(h.t.Context(), h.lena, id, 0, o))
	return id
}

func (h *house) offer(id string) pathways.Offered {
	h.t.Helper()
	all, err := h.guide.Offers(h.t.Context(), h.anna)
	must(h.t, err)
	for _, o := range all {
		if o.ID == id {
			return o
		}
	}
	h.t.Fatal("the offer is not there")
	return pathways.Offered{}
}

func (h *house) journey(id string) pathways.Journey {
	h.t.Helper()
	l, err := h.guide.Look(h.t.Context(), h.anna, h.file)
	must(h.t, err)
	j, ok := l.Journey(id)
	if !ok {
		h.t.Fatal("the application is not there")
	}
	return j
}

func (h *house) waits(what string) (all []cases.Wait) {
	h.t.Helper()
	list, err := h.book.Waiting(h.t.Context(), h.anna)
	must(h.t, err)
	for _, w := range list {
		if w.What == what {
			all = append(all, w)
		}
	}
	return all
}

// TestApplicationTakesPlaces follows the places of an offer through an application:
// held, given back by a refusal, held again by the appeal, taken by the grant. A form
// sent twice takes nothing twice.
func TestApplicationTakesPlaces(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	offer := h.keepOffer(pathways.Offer{Country: "LT", Pathway: way, By: "An office (invented)", Places: 3, From: "2017-04-01", Given: []pathways.Share{{To: "a partner", N: 1}}})
	id := ids.New("application")
	p := pathways.Application{Parties: []string{h.adult, h.minor}, Pathway: way, Offer: offer, Reference: "LT-20417"}
	for range 2 {
		_, err := h.guide.Apply(ctx, h.anna, h.file, id, 0, p)
		must(t, err)
	}
	if o := h.offer(offer); o.Use != (pathways.Use{Held: 2}) || o.Left() != 0 {
		t.Fatalf("%+v, %d left", o.Use, o.Left())
	}
	j := h.journey(id)
	if j.State != pathways.Preparing || len(j.Steps) != 2 || j.Steps[0].Due != "2017-04-14" || j.Steps[1].Due != "2017-05-04" || j.Version != 1 {
		t.Fatalf("%+v", j)
	}
	if _, err := h.guide.Apply(ctx, h.anna, h.file, ids.New("application"), 0, p); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a place was taken that is not there: %v", err)
	}
	decide := func(item string, saw int, d pathways.Decision) {
		t.Helper()
		d.Application = id
		_, err := h.guide.Decide(ctx, h.anna, h.file, item, saw, d)
		must(t, err)
	}
	no := ids.New("decision")
	decide(no, 0, pathways.Decision{Outcome: pathways.Refused, Day: "2017-04-09", By: "2017-04-30"})
	decide(no, 0, pathways.Decision{Outcome: pathways.Refused, Day: "2017-04-09", By: "2017-04-30"})
	if o := h.offer(offer); o.Use != (pathways.Use{}) || h.journey(id).State != pathways.Failure {
		t.Fatalf("after the refusal: %+v", o.Use)
	}
	h.Clock.Advance(8 * 24 * time.Hour)
	if w := h.waits("deadline"); len(w) != 1 || w[0].Danger {
		t.Fatalf("the deadline: %+v", w)
	}
	decide(no, 1, pathways.Decision{Outcome: pathways.Refused, Day: "2017-04-09", By: "2017-04-30", Answered: "2017-04-17"})
	if o := h.offer(offer); o.Use != (pathways.Use{Held: 2}) || len(h.waits("deadline")) != 0 || h.journey(id).State != pathways.Appealed {
		t.Fatalf("after the appeal: %+v", o.Use)
	}
	decide(ids.New("decision"), 0, pathways.Decision{Outcome: pathways.Granted, Day: "2017-05-02"})
	if o := h.offer(offer); o.Use != (pathways.Use{Taken: 2}) || h.journey(id).State != pathways.Success {
		t.Fatalf("after the grant: %+v", o.Use)
	}
	// Fewer places than were taken cannot be said; the case's end leaves them taken.
	o := h.offer(offer)
	less := o.Offer
	less.Places = 2
	if err := h.guide.KeepOffer(ctx, h.lena, offer, o.Saw(), less); fault.KindOf(err) != fault.Invalid {
		t.Errorf("fewer places than are taken: %v", err)
	}
	must(t, h.book.Turn(ctx, h.anna, h.file, cases.Withdrawn, "invented"))
	must(t, h.book.Erase(ctx, h.anna, h.file))
	if o := h.offer(offer); o.Use != (pathways.Use{Taken: 2}) {
		t.Errorf("after the erasure: %+v", o.Use)
	}
	must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
		left, err := tx.RemindersOf(ctx, h.file)
		if len(left) != 0 {
			t.Errorf("%d reminders of an erased case", len(left))
		}
		return err
	}))
}

// TestErasedCaseGivesBack: what an erased case held is free again, and a case that
// came from another Desk, with an offer that is not here, can go on and be erased.
func TestErasedCaseGivesBack(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	offer := h.keepOffer(pathways.Offer{Country: "LT", Pathway: way, By: "An office (invented)", Places: 3, From: "2017-04-01"})
	id := ids.New("application")
	_, err := h.guide.Apply(ctx, h.anna, h.file, id, 0, pathways.Application{Parties: []string{h.adult, h.minor}, Pathway: way, Offer: offer})
	must(t, err)
	sealed, key := h.pack()
	must(t, h.book.Turn(ctx, h.anna, h.file, cases.Withdrawn, "invented"))
	must(t, h.book.Erase(ctx, h.anna, h.file))
	if o := h.offer(offer); o.Use != (pathways.Use{}) || o.Left() != 3 {
		t.Errorf("after the erasure: %+v", o.Use)
	}
	there := newHouse(t)
	_, err = there.book.Arrive(ctx, there.anna, sealed, key)
	must(t, err)
	_, err = there.guide.Decide(ctx, there.anna, h.file, ids.New("decision"), 0, pathways.Decision{Application: id, Outcome: pathways.Refused, Day: "2017-04-09"})
	must(t, err)
	must(t, there.book.Turn(ctx, there.anna, h.file, cases.Withdrawn, "invented"))
	must(t, there.book.Erase(ctx, there.anna, h.file))
}

// TestLastPlace: many who want the last place at once get one of it, and the rest are told why not.
func TestLastPlace(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	offer := h.keepOffer(pathways.Offer{Country: "LT", Pathway: way, By: "An office (invented)", Places: 1, From: "2017-04-01"})
	var wait sync.WaitGroup
	got := make(chan error, 8)
	for range 8 {
		wait.Go(func() {
			_, err := h.guide.Apply(ctx, h.anna, h.file, ids.New("application"), 0, pathways.Application{Parties: []string{h.adult}, Pathway: way, Offer: offer})
			got <- err
		})
	}
	wait.Wait()
	close(got)
	won := 0
	for err := range got {
		if err == nil {
			won++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Errorf("refused with %v", err)
		}
	}
	l, err := h.guide.Look(ctx, h.anna, h.file)
	must(t, err)
	if o := h.offer(offer); won != 1 || o.Use.Held != 1 || len(l.Journeys) != 1 {
		t.Errorf("%d won, %+v, %d applications", won, o.Use, len(l.Journeys))
	}
}

// TestAppointmentRings: an appointment waits before its time, is an alert when nobody
// says how it went, and whoever does not report afterwards is looked for on the
// ladder, also after a restart and while nobody is signed in.
func TestAppointmentRings(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	at := h.Clock.Now().Add(72 * time.Hour)
	p := pathways.Appointment{Parties: []string{h.adult}, At: at, Zone: "Europe/Vilnius", Where: "An office, 2nd floor", Remind: 24}
	after := pathways.After{Hours: 3, Channel: "phone", Sign: "the queue was short", Duress: "the queue was long", Pace: watch.Fast}
	id := ids.New("appointment")
	for range 2 {
		_, err := h.guide.Appoint(ctx, h.anna, h.file, id, 0, p, after)
		must(t, err)
	}
	c, err := h.book.Case(ctx, h.anna, h.file)
	must(t, err)
	if len(c.CheckIns) != 1 || !c.CheckIns[0].Due.Equal(at.Add(3*time.Hour)) {
		t.Fatalf("%d check-ins", len(c.CheckIns))
	}
	if len(h.waits("appointment")) != 0 {
		t.Error("it waits three days before")
	}
	h.Clock.Advance(49 * time.Hour)
	if w := h.waits("appointment"); len(w) != 1 || w[0].Danger {
		t.Errorf("the day before: %+v", w)
	}
	cal, err := h.book.Calendar(ctx, h.anna, cases.Span{From: h.Clock.Now(), Until: h.Clock.Now().Add(48 * time.Hour)})
	must(t, err)
	seen := false
	for _, d := range cal.Dates {
		seen = seen || d.Kind == cases.DateAppoint && d.At.Equal(at) && d.Text == p.Where
	}
	if !seen {
		t.Errorf("not in the calendar: %+v", cal.Dates)
	}
	h.Restart(t)
	h.begin()
	h.Clock.Advance(30 * time.Hour) // nobody reported
	_, err = h.book.Sweep(ctx)
	must(t, err)
	if w := h.waits("appointment"); len(w) != 1 || !w[0].Danger {
		t.Errorf("nobody said how it went: %+v", w)
	}
	if w := h.waits("alert"); len(w) < 2 {
		t.Errorf("the ladder did not climb: %+v", w)
	}
	// That it is cancelled now is no sign of life: the ladder goes on.
	p.State, p.Result = pathways.Cancelled, "The office was shut."
	_, err = h.guide.Appoint(ctx, h.anna, h.file, id, 1, p, pathways.After{})
	must(t, err)
	if len(h.waits("appointment")) != 0 || len(h.waits("alert")) < 2 {
		t.Error("a cancelled appointment ended an alarm, or waits still")
	}
	// One that is moved before its time ends its check-in quietly and needs new signs.
	next := ids.New("appointment")
	p.State, p.Result, p.At = pathways.Planned, "", h.Clock.Now().Add(48*time.Hour)
	_, err = h.guide.Appoint(ctx, h.anna, h.file, next, 0, p, after)
	must(t, err)
	p.At = p.At.Add(24 * time.Hour)
	_, err = h.guide.Appoint(ctx, h.anna, h.file, next, 1, p, after)
	must(t, err)
	c, err = h.book.Case(ctx, h.anna, h.file)
	must(t, err)
	stopped, waiting := 0, 0
	for _, w := range c.CheckIns {
		switch w.State {
		case watch.Stopped:
			stopped++
		case watch.Waiting:
			waiting++
		}
	}
	if stopped != 1 || waiting != 1 {
		t.Errorf("%d stopped, %d waiting", stopped, waiting)
	}
}

// TestPapersRunOut: a paper is told of 180, 90 and 30 days before its end and on the
// day, each time until it was seen; one that another outlives is not told of.
func TestPapersRunOut(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	end := clock.DayOf(h.Clock.Now().AddDate(0, 0, 200))
	s, err := h.book.KeepPaper(ctx, h.anna, h.file, "", 0, cases.Paper{Party: h.adult, Kind: "passport", Country: "XX", Status: cases.PaperHeld, Until: end})
	must(t, err)
	told := 0
	for range 202 {
		if n := len(h.waits("paper")); n > 0 {
			told++
			must(t, h.book.Heed(ctx, h.anna, h.file, s.ID))
			if len(h.waits("paper")) != 0 {
				t.Fatal("it was seen and waits still")
			}
		}
		h.Clock.Advance(24 * time.Hour)
	}
	if told != 4 {
		t.Errorf("told %d times", told)
	}
	// Replaced in time, nothing more is said.
	x, err := h.book.KeepPaper(ctx, h.anna, h.file, "", 0, cases.Paper{Party: h.minor, Kind: "passport", Country: "XX", Status: cases.PaperHeld, Until: clock.DayOf(h.Clock.Now().AddDate(0, 0, 10))})
	must(t, err)
	if len(h.waits("paper")) != 1 {
		t.Fatal("ten days before the end nothing waits")
	}
	_, err = h.book.KeepPaper(ctx, h.anna, h.file, "", 0, cases.Paper{Party: h.minor, Kind: "passport", Country: "XX", Status: cases.PaperHeld, Until: "2027-01-01"})
	must(t, err)
	if w := h.waits("paper"); len(w) != 0 {
		t.Errorf("%s waits, though another outlives it: %+v", x.ID, w)
	}
}

// TestConfidentialOfferNeverLeaves: the country and the places of a confidential
// offer cannot stand side by side in a text that leaves, in either language, nor can
// a name that belongs to it; other sentences about the country pass. Only a public
// offer that a second person confirmed comes on the scoreboard.
func TestConfidentialOfferNeverLeaves(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	o := pathways.Offer{Country: "LT", By: "An office (invented)", Places: 2, From: "2017-04-01", Hush: []string{"Consul Vardenis Nesantis", "quiet.desk@example.org"}}
	id := h.keepOffer(o)
	pass := func(text string) error {
		return h.DB.Write(ctx, func(tx *store.Tx) error {
			return h.gate.Pass(ctx, tx, h.lena.ID, "letter_x", "public", []string{text})
		})
	}
	leaks := []string{"Lithuania has quietly offered two visas.", "Two men got a visa from Lithuania.", "Литва готова принять двоих.", "По визам Литвы выехали двое.", "We thank Vardenis Nesantis.", "Write to quiet.desk@example.org."}
	for _, text := range leaks {
		if err := pass(text); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%q left: %v", text, err)
		}
	}
	for _, text := range []string{"Lithuania spoke on the matter at the Council.", "France accepts those who flee.", "Литва выступила в Совете."} {
		if err := pass(text); err != nil {
			t.Errorf("%q was stopped: %v", text, err)
		}
	}
	if err := h.guide.ConfirmOffer(ctx, h.boris, id, 1); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a confidential offer was confirmed as public: %v", err)
	}
	// Made public by one person, it stays hushed until another has looked.
	o.Public, o.Evidence, o.Hush = true, "https://example.org/notice", nil
	must(t, h.guide.KeepOffer(ctx, h.lena, id, 1, o))
	if err := pass(leaks[0]); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one person alone let it leave: %v", err)
	}
	if err := h.guide.ConfirmOffer(ctx, h.lena, id, 2); fault.KindOf(err) != fault.Denied {
		t.Errorf("who changed it confirmed it: %v", err)
	}
	must(t, h.guide.ConfirmOffer(ctx, h.boris, id, 2))
	if err := pass(leaks[0]); err != nil {
		t.Errorf("confirmed as public, and stopped: %v", err)
	}
	told := func() (n int) {
		must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
			all, err := tx.OffersTold(ctx)
			n = len(all)
			return err
		}))
		return n
	}
	if told() != 1 {
		t.Error("what was confirmed is not told")
	}
	// Any change takes it back.
	o.Places = 5
	must(t, h.guide.KeepOffer(ctx, h.lena, id, 2, o))
	if told() != 0 {
		t.Error("a number that nobody confirmed is told")
	}
}

// TestWhoSees: who is not assigned finds no application, an editor no offer; a
// pathway in which a protected name stands is refused, the country's own visas are not.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	offer := h.keepOffer(pathways.Offer{Country: "LT", Pathway: way, By: "An office (invented)", Places: 2, From: "2017-04-01"})
	if _, err := h.guide.Look(ctx, h.boris, h.file); fault.KindOf(err) != fault.NotFound {
		t.Errorf("who is not assigned: %v", err)
	}
	if _, err := h.guide.Apply(ctx, h.boris, h.file, ids.New("application"), 0, pathways.Application{Parties: []string{h.adult}, Pathway: way}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("who is not assigned applied: %v", err)
	}
	editor := h.Member(t, "Goran (invented)", staff.Editor)
	if _, err := h.guide.Offers(ctx, editor); fault.KindOf(err) != fault.Denied {
		t.Errorf("an editor: %v", err)
	}
	late := h.Member(t, "Clara (invented)", staff.Caseworker)
	if all, err := h.guide.Offers(ctx, late); err != nil || len(all) != 0 {
		t.Errorf("a newcomer before anybody showed it: %d, %v", len(all), err)
	}
	h.offer(offer) // Anna reads the offers: the newcomer is given them
	if all, err := h.guide.Offers(ctx, late); err != nil || len(all) != 1 {
		t.Errorf("a newcomer: %d, %v", len(all), err)
	}
	w := h.way()
	w.Title = "Visas of Lithuania" // inside, the confidential offer stops nothing
	must(t, h.guide.KeepPathway(ctx, h.lena, way, 1, w))
	w.Parts["contact"] = pathways.Part{Words: "Ask for Somebody A Nesushchestvuev", Source: "a colleague", Day: h.today()}
	if err := h.guide.KeepPathway(ctx, h.lena, way, 2, w); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "gives away") {
		t.Errorf("a protected name in a pathway: %v", err)
	}
	if err := h.guide.KeepPathway(ctx, h.lena, way, 1, h.way()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an edit that had not seen the last one: %v", err)
	}
	all, err := h.guide.Read(ctx, h.anna, way)
	if err != nil || len(all) != 2 || all[0].Title != "Visas of Lithuania" || all[1].Title != "Visa on humanitarian grounds" {
		t.Errorf("%d editions, %v", len(all), err)
	}
}

// TestCompareExplains: each thing that is known for or against is named, with whom it concerns.
func TestCompareExplains(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	ask := pathways.Ask{Parties: []string{h.adult, h.minor}, Here: "GE"}
	whats := func() (against, open, good string) {
		t.Helper()
		c, err := h.guide.Compare(ctx, h.anna, h.file, ask)
		must(t, err)
		if len(c.Fits) != 1 || c.Fits[0].ID != way || c.Fits[0].Least != 7 || c.Fits[0].Most != 25 {
			t.Fatalf("%+v", c.Fits)
		}
		say := func(all []pathways.Reason) (s string) {
			for _, r := range all {
				s += r.What + " "
			}
			return strings.TrimSpace(s)
		}
		return say(c.Fits[0].Against), say(c.Fits[0].Open), say(c.Fits[0].For)
	}
	if a, o, g := whats(); a != "paper paper" || o != "usual-paper usual-paper" || g != "minor from" {
		t.Errorf("without papers: %q, %q, %q", a, o, g)
	}
	for _, p := range []cases.Paper{{Party: h.adult, Kind: "passport", Status: cases.PaperHeld, Until: "2017-05-01"}, {Party: h.minor, Kind: "passport", Status: cases.PaperHeld}, {Party: h.adult, Kind: "police", Status: cases.PaperTaken}} {
		_, err := h.book.KeepPaper(ctx, h.anna, h.file, "", 0, p)
		must(t, err)
	}
	if a, _, g := whats(); a != "valid" || !strings.Contains(g, "paper") {
		t.Errorf("a passport that is too short: %q, %q", a, g)
	}
	h.keepOffer(pathways.Offer{Country: "LT", Pathway: way, By: "An office (invented)", Places: 1, From: "2017-04-01"})
	ask.Here, ask.Parties = "AM", []string{h.minor}
	if a, _, g := whats(); a != "minor-with from" || !strings.Contains(g, "places") {
		t.Errorf("a minor alone, elsewhere: %q, %q", a, g)
	}
	ask.Parties = []string{h.adult, h.minor}
	if a, _, _ := whats(); !strings.Contains(a, "no-places") {
		t.Errorf("two people, one place: %q", a)
	}
	h.Clock.Advance(60 * 24 * time.Hour)
	if _, o, _ := whats(); !strings.Contains(o, "stale") {
		t.Errorf("stale, and not said: %q", o)
	}
}

// TestWaysMove: what lies in a case goes with it to another Desk and is read there.
func TestWaysMove(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	way := h.keepWay()
	id := ids.New("application")
	_, err := h.guide.Apply(ctx, h.anna, h.file, id, 0, pathways.Application{Parties: []string{h.adult}, Pathway: way, Reference: "LT 2041 7733"})
	must(t, err)
	_, err = h.guide.Appoint(ctx, h.anna, h.file, ids.New("appointment"), 0, pathways.Appointment{Application: id, Parties: []string{h.adult}, At: h.Clock.Now().Add(time.Hour), Zone: "UTC", Where: "An office", Remind: 24}, pathways.After{})
	must(t, err)
	sealed, key := h.pack()
	there := newHouse(t)
	if _, err := there.book.Arrive(ctx, there.anna, sealed, key); err != nil {
		t.Fatal(err)
	}
	l, err := there.guide.Look(ctx, there.anna, h.file)
	must(t, err)
	if j, ok := l.Journey(id); !ok || j.Title != "Visa on humanitarian grounds" || len(j.Appointments) != 1 {
		t.Errorf("%+v", l.Ways)
	}
	if len(there.waits("appointment")) != 1 {
		t.Error("there it waits for nobody")
	}
	err = there.DB.Write(ctx, func(tx *store.Tx) error {
		return there.gate.Pass(ctx, tx, there.anna.ID, "letter_x", "public", []string{"Number LT 2041 7733."})
	})
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("the office's number left there: %v", err)
	}
	found, err := there.book.Search(ctx, there.anna, "2041 7733")
	if err != nil || len(found) != 1 {
		t.Errorf("not found by the office's number: %d, %v", len(found), err)
	}
}

// pack takes everything out, with a second person's yes; it gives the package and its key.
func (h *house) pack() (sealed []byte, key string) {
	h.t.Helper()
	id, err := age.GenerateX25519Identity()
	must(h.t, err)
	e := cases.Exit{ID: ids.New("exit"), Kind: cases.ExitAll, Reason: "invented", Recipient: id.Recipient().String()}
	must(h.t, h.book.AskExit(h.t.Context(), h.anna, e))
	must(h.t, h.book.AnswerExit(h.t.Context(), h.boris, e.ID, true))
	p, err := h.book.Fetch(h.t.Context(), h.anna, e.ID)
	must(h.t, err)
	return p.Bytes, id.String()
}

func TestSteps(t *testing.T) {
	t.Parallel()
	all, ok := pathways.ParseSteps("One; 5-20\n\nTwo\nThree; 3\n")
	if !ok || len(all) != 3 || all[0] != (pathways.Step{What: "One", Least: 5, Most: 20}) || all[1].What != "Two" || all[2] != (pathways.Step{What: "Three", Least: 3, Most: 3}) {
		t.Errorf("%+v", all)
	}
	for _, s := range all {
		if again, ok := pathways.ParseSteps(pathways.SayStep(s)); !ok || len(again) != 1 || again[0] != s {
			t.Errorf("%+v is read back as %+v", s, again)
		}
	}
	if _, ok := pathways.ParseSteps("One; soon"); ok {
		t.Error("no number was taken for one")
	}
}
