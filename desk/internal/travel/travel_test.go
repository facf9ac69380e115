package travel_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/exposure"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

const phrase = "kettle over northern bricks" // of a test

type trip struct {
	*testing.T
	ctx                 context.Context
	ground              *desktest.Ground
	book                *cases.Book
	luggage             *travel.Luggage
	anna, boris, gleb   staff.Actor
	file, party, second string
}

func newTrip(t *testing.T) *trip {
	t.Helper()
	g := desktest.New(t)
	as := func(tx *store.Tx) cases.Store { return tx }
	at := func(tx *store.Tx) travel.Store { return tx }
	o := &trip{T: t, ctx: context.Background(), ground: g, book: cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})}
	o.luggage = &travel.Luggage{Within: store.Within(g.DB, at), Reading: store.Reading(g.DB, at), Clock: g.Clock, Book: o.book, Organisation: "Example (invented)"}
	o.anna, o.boris = g.Member(t, "Anna (invented)", staff.Caseworker), g.Member(t, "Boris (invented)", staff.Caseworker)
	o.gleb = g.Member(t, "Gleb (invented)", staff.Security)
	o.file, o.party = o.open(2)
	o.second, _ = o.open(2)
	return o
}

func (o *trip) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func risk(level int, digital string) cases.Risk {
	return cases.Risk{Threats: []cases.Threat{{By: "state", What: "A search", Likelihood: level, Impact: level}}, Digital: digital, Until: "2017-05-09"}
}

func (o *trip) open(level int) (file, party string) {
	o.Helper()
	f, err := o.book.Open(o.ctx, o.anna, cases.Opening{Priority: cases.Urgent, Assign: []string{o.anna.ID, o.boris.ID}})
	o.must(err)
	p, err := o.book.KeepParty(o.ctx, o.anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example (invented)"})
	o.must(err)
	_, err = o.book.Assess(o.ctx, o.anna, f.ID, 0, risk(level, ""))
	o.must(err)
	return f.ID, p.ID
}

func (o *trip) checkin(due, every time.Duration) string {
	o.Helper()
	s, err := o.book.Watch(o.ctx, o.anna, o.file, cases.CheckIn{Party: o.party, Channel: "phone", Sign: "all is quiet", Duress: "greet your aunt"}, watch.Round{Due: o.ground.Clock.Now().Add(due), Grace: 10 * time.Minute, Every: every, Pace: watch.Steady})
	o.must(err)
	return s.ID
}

// take asks for a pack and downloads it.
func (o *trip) take(files ...string) (string, *travel.Bag, travelpack.Key) {
	o.Helper()
	id := ids.New("pack")
	o.must(o.luggage.Ask(o.ctx, o.anna, travel.Wish{ID: id, Cases: files, Reason: "A visit to the coast", Until: o.ground.Clock.Now().Add(48 * time.Hour)}))
	return o.fetch(id)
}

func (o *trip) fetch(id string) (string, *travel.Bag, travelpack.Key) {
	o.Helper()
	p, err := o.luggage.Fetch(o.ctx, o.anna, id, phrase, phrase)
	o.must(err)
	if strings.Contains(string(p.Bytes), "Ruslan") {
		o.Fatal("the pack is open")
	}
	pack, key, err := travelpack.Open(p.Bytes, phrase, o.ground.Clock, time.Time{})
	o.must(err)
	bag, err := travel.Unpack(pack, nil)
	o.must(err)
	return id, bag, key
}

// journal writes entries, each a minute after the other.
func (o *trip) journal(pack string, key travelpack.Key, entries ...any) []byte {
	o.Helper()
	path := filepath.Join(o.TempDir(), "x.journal")
	j, _, err := travelpack.OpenJournal(path, pack, key.Journal())
	o.must(err)
	defer j.Close()
	for i := 0; i < len(entries); i += 2 {
		e := entries[i+1].(travel.Entry)
		e.Form = ids.New("form")
		body, err := json.Marshal(e)
		o.must(err)
		o.must(j.Append(travelpack.Entry{At: o.ground.Clock.Now().Add(time.Duration(i/2) * time.Second), Kind: entries[i].(string), Body: body}))
	}
	return readFile(o.T, path)
}

func (o *trip) outcomes(pack string) string {
	o.Helper()
	v, err := o.luggage.Look(o.ctx, o.anna, pack)
	o.must(err)
	var out []string
	for _, r := range v.Rows {
		out = append(out, r.Kind+":"+string(r.Outcome))
	}
	return strings.Join(out, " ")
}

func (o *trip) the(file string) *cases.Case {
	o.Helper()
	c, err := o.book.Case(o.ctx, o.anna, file)
	o.must(err)
	return c
}

// A day: taken along, written, home; the same journal again changes nothing; a
// colleague's risk and the one from the way stand beside each other.
func TestADay(t *testing.T) {
	t.Parallel()
	o := newTrip(t)
	in := o.checkin(2*time.Hour, 0)
	id, bag, key := o.take(o.file)
	c, err := bag.Case(o.file)
	o.must(err)
	if len(bag.Load.Cases) != 1 || c.People[0].Name != "Ruslan Example (invented)" || c.CheckIns[0].Sign != "all is quiet" || c.CheckIns[0].Duress != "greet your aunt" {
		t.Fatalf("%+v", c)
	}
	mine := risk(2, "The old phone was read")
	o.ground.Clock.Advance(100 * time.Minute)
	first := o.journal(id, key, travel.Opened, travel.Entry{}, travel.Noted, travel.Entry{Case: o.file, Words: "B asks about school."},
		travel.Judged, travel.Entry{Case: o.file, Saw: c.RiskSaw, Risk: &cases.Risk{Threats: mine.Threats, Until: mine.Until, Digital: "first words"}},
		travel.Judged, travel.Entry{Case: o.file, Saw: c.RiskSaw, Risk: &mine}, travel.Heard, travel.Entry{Case: o.file, Item: in, What: "ok", Words: "They rang."})
	_, err = o.book.Assess(o.ctx, o.boris, o.file, 1, risk(3, "A new phone"))
	o.must(err)
	o.ground.Clock.Advance(time.Minute)
	r, err := o.luggage.Home(o.ctx, o.anna, id, first)
	if err != nil || r.New != 5 || r.Same != 0 || r.Waits != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	if got := o.outcomes(id); got != "opened:kept note:kept risk:replaced risk:rival heard:kept" {
		t.Fatal(got)
	}
	k := o.the(o.file)
	if len(k.Notes) != 1 || k.Notes[0].Content.Away.IsZero() || len(k.Risk.Rivals) != 1 || k.Risk.Rivals[0].Content.Digital != mine.Digital || k.CheckIns[0].State != watch.OK {
		t.Fatalf("%+v %+v %+v", k.Notes, k.Risk, k.CheckIns)
	}
	seq := k.Timeline[0].Seq
	if r, err := o.luggage.Home(o.ctx, o.anna, id, first); err != nil || r.New != 0 || r.Same != 5 {
		t.Fatalf("the same journal again: %+v %v", r, err)
	}
	if k = o.the(o.file); k.Timeline[0].Seq != seq || len(k.Notes) != 1 || k.Risk.Saw() != 3 {
		t.Fatal("the same journal again changed something")
	}
	if _, err := o.luggage.Home(o.ctx, o.boris, id, first); fault.KindOf(err) != fault.NotFound {
		t.Error("a colleague brings home what is not theirs:", err)
	}
}

// The Desk goes on escalating: a sign of life that comes home when the alarm runs
// ends nothing, and is told to those who act; one for another round counts for
// nothing; a sign of duress acts at once.
func TestSignsThatComeHomeLate(t *testing.T) {
	t.Parallel()
	o := newTrip(t)
	in := o.checkin(time.Hour, 0)
	far := o.checkin(30*time.Hour, 24*time.Hour)
	id, _, key := o.take(o.file)
	o.ground.Clock.Advance(55 * time.Minute)
	j := o.journal(id, key, travel.Heard, travel.Entry{Case: o.file, Item: in, What: "ok"}, travel.Heard, travel.Entry{Case: o.file, Item: far, What: "ok"})
	o.ground.Clock.Advance(3 * time.Hour)
	_, err := o.book.Sweep(o.ctx)
	o.must(err)
	before := len(o.the(o.file).Alerts)
	if before == 0 {
		t.Fatal("nobody was alarmed while the pack was away")
	}
	_, err = o.luggage.Home(o.ctx, o.anna, id, j)
	o.must(err)
	k := o.the(o.file)
	if k.CheckIns[0].State != watch.Missed || k.CheckIns[1].State != watch.Waiting || len(k.Contacts) != 2 || k.Contacts[0].Content.What != "heard" {
		t.Fatalf("%+v %+v", k.CheckIns, k.Contacts)
	}
	for _, a := range k.Alerts {
		if !a.Ended.IsZero() {
			t.Error("an alert was ended by a sign from the way")
		}
	}
	if got := o.outcomes(id); got != "heard:told heard:told" {
		t.Fatal(got)
	}
	id, _, key = o.take(o.file)
	_, err = o.luggage.Home(o.ctx, o.anna, id, o.journal(id, key, travel.Heard, travel.Entry{Case: o.file, Item: far, What: "duress", Words: "They greeted the aunt."}))
	o.must(err)
	if k = o.the(o.file); k.CheckIns[1].State != watch.Duress {
		t.Fatalf("%+v", k.CheckIns[1].Clock)
	}
}

// What cannot go in waits for a person: of a case that was erased, closed or taken
// away, and everything of a pack that is lost.
func TestWhatCannotGoInWaits(t *testing.T) {
	t.Parallel()
	o := newTrip(t)
	third, _ := o.open(2)
	id, _, key := o.take(o.file, o.second, third)
	j := o.journal(id, key, travel.Noted, travel.Entry{Case: o.file, Words: "of an erased one"}, travel.Noted, travel.Entry{Case: o.second, Words: "of one taken away"}, travel.Noted, travel.Entry{Case: third, Words: "good"})
	_, err := o.book.Close(o.ctx, o.anna, o.file, 0, cases.Closure{Safe: true, Needs: "x", View: "x", EraseBy: "2017-05-01"})
	o.must(err)
	o.must(o.book.Erase(o.ctx, o.anna, o.file))
	o.must(o.book.Unassign(o.ctx, o.boris, o.second, o.anna.ID))
	r, err := o.luggage.Home(o.ctx, o.anna, id, j)
	if err != nil || r.Waits != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	v, err := o.luggage.Look(o.ctx, o.anna, id)
	o.must(err)
	if v.Erased != 1 || len(v.Files) != 1 || v.Others != 1 || v.Rows[0].File != "" || v.Waiting[v.Rows[0].ID].Words != "of an erased one" || v.Waiting[v.Rows[1].ID].Words != "of one taken away" {
		t.Fatalf("%+v", v)
	}
	o.must(o.luggage.AsNote(o.ctx, o.anna, v.Rows[1].ID, third, "kept elsewhere"))
	o.must(o.luggage.AsNote(o.ctx, o.anna, v.Rows[1].ID, third, "kept elsewhere"))
	o.must(o.luggage.Drop(o.ctx, o.anna, v.Rows[0].ID))
	if k := o.the(third); len(k.Notes) != 2 {
		t.Fatalf("%+v", k.Notes)
	}
	if v, err = o.luggage.Look(o.ctx, o.anna, id); err != nil || len(v.Waiting) != 0 || v.Rows[0].Outcome != travel.Dropped || v.Rows[1].Outcome != travel.AsNote {
		t.Fatalf("%+v %v", v, err)
	}

	lost, _, key := o.take(third)
	j = o.journal(lost, key, travel.Noted, travel.Entry{Case: third, Words: "who wrote this?"})
	o.must(o.luggage.End(o.ctx, o.anna, lost, travel.EndLost))
	if r, err := o.luggage.Home(o.ctx, o.anna, lost, j); err != nil || r.Waits != 1 {
		t.Fatalf("a lost pack's journal went in by itself: %+v %v", r, err)
	}
	// A case whose entry waits is erased: the entry goes with it.
	_, err = o.book.Close(o.ctx, o.anna, third, 0, cases.Closure{Safe: true, Needs: "x", View: "x", EraseBy: "2017-05-01"})
	o.must(err)
	o.must(o.book.Erase(o.ctx, o.anna, third))
	if v, err = o.luggage.Look(o.ctx, o.anna, lost); err != nil || len(v.Rows) != 0 || len(v.Waiting) != 0 {
		t.Fatalf("%+v %v", v, err)
	}
}

// A second person is asked where the danger is extreme, also when it became so afterwards.
func TestSecondPerson(t *testing.T) {
	t.Parallel()
	o := newTrip(t)
	extreme, _ := o.open(5)
	stranger := o.ground.Member(t, "Stranger (invented)", staff.Caseworker)
	id := ids.New("pack")
	w := travel.Wish{ID: id, Cases: []string{extreme}, Reason: "x", Until: o.ground.Clock.Now().Add(time.Hour)}
	if err := o.luggage.Ask(o.ctx, stranger, w); fault.KindOf(err) != fault.NotFound {
		t.Fatal("a stranger takes a case along:", err)
	}
	o.must(o.luggage.Ask(o.ctx, o.anna, w))
	o.must(o.luggage.Ask(o.ctx, o.anna, w))
	if _, err := o.luggage.Fetch(o.ctx, o.anna, id, phrase, phrase); fault.KindOf(err) != fault.Conflict {
		t.Fatal("taken without a second person:", err)
	}
	for _, who := range []staff.Actor{o.anna, stranger} {
		if err := o.luggage.Answer(o.ctx, who, id, true); err == nil {
			t.Fatal(who.Name, "agreed")
		}
	}
	if _, asked, _, err := o.luggage.Packs(o.ctx, o.boris); err != nil || len(asked) != 1 {
		t.Fatal(asked, err)
	}
	o.must(o.luggage.Answer(o.ctx, o.boris, id, true))
	o.fetch(id)
	// Asked for while the danger was middling; extreme when it is downloaded.
	id = ids.New("pack")
	w.ID, w.Cases = id, []string{o.file}
	o.must(o.luggage.Ask(o.ctx, o.anna, w))
	_, err := o.book.Assess(o.ctx, o.boris, o.file, 1, risk(5, ""))
	o.must(err)
	if _, err := o.luggage.Fetch(o.ctx, o.anna, id, phrase, phrase); fault.KindOf(err) != fault.Conflict {
		t.Fatal("taken without a second person:", err)
	}
	o.must(o.luggage.Answer(o.ctx, o.gleb, id, true))
	o.fetch(id)
	for _, bad := range []string{"", "short", "aaaaaaaaaaaaaaaaaaaa"} {
		if _, err := o.luggage.Fetch(o.ctx, o.anna, id, bad, bad); fault.KindOf(err) != fault.Invalid {
			t.Error("a weak passphrase was taken:", bad)
		}
	}
	if _, err := o.luggage.Fetch(o.ctx, o.boris, id, phrase, phrase); fault.KindOf(err) != fault.NotFound {
		t.Error("a colleague downloads it:", err)
	}
	o.ground.Clock.Advance(2 * time.Hour)
	if _, err := o.luggage.Fetch(o.ctx, o.anna, id, phrase, phrase); fault.KindOf(err) != fault.Conflict {
		t.Error("downloaded after its end:", err)
	}
}

// A lost laptop gives everybody whose case lies in the pack their steps, and nobody else.
func TestLostLaptopTouches(t *testing.T) {
	t.Parallel()
	o := newTrip(t)
	place, err := o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "x", Capacity: 2, Status: cases.Available})
	o.must(err)
	now := o.ground.Clock.Now()
	_, err = o.book.PlanLeg(o.ctx, o.anna, o.file, "", 0, cases.Leg{Parties: []string{o.party}, From: cases.Spot{Words: "the mill"}, To: cases.Spot{Place: place.ID}, Mode: "car", Earliest: now, Latest: now.Add(time.Hour)})
	o.must(err)
	id, _, _ := o.take(o.file)
	leak, err := o.book.Expose(o.ctx, o.anna, cases.Leak{Kind: exposure.Laptop, Pack: id, Since: now, Words: "Taken at a checkpoint (invented)."})
	o.must(err)
	r, err := o.book.ExposureReport(o.ctx, o.anna, leak)
	o.must(err)
	touched := map[string]bool{}
	for _, s := range r.Steps {
		touched[s.Subject] = true
	}
	if !touched[o.file] || !touched[place.ID] || touched[o.second] {
		t.Fatalf("%+v", r.Steps)
	}
}
