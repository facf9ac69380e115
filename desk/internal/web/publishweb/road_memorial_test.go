package publishweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/founding"
	"waylight/internal/ids"
)

func (n *newsroom) docket() *redress.Docket {
	as := func(tx *store.Tx) redress.Store { return tx }
	return &redress.Docket{Within: store.Within(n.ground.DB, as), Reading: store.Reading(n.ground.DB, as), Clock: n.ground.Clock,
		Unpublish: func(ctx context.Context, s redress.Store, by staff.Actor, matter, name string) error {
			_, err := n.gate.Retract(ctx, s.(*store.Tx), by.ID, publish.Person{Owner: matter, Names: []string{name}})
			return err
		}}
}

func kind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("%s: %v, want kind %d", what, err, want)
	}
}

// compose begins a report with those of the dead who may be named today.
func (n *newsroom) compose(d *redress.Docket, slug string) string {
	n.t.Helper()
	ctx := context.Background()
	f := n.open()
	all, err := n.public(ctx, "2018-12-31")
	must(n.t, err)
	r := n.setter.Compose(f, all, "2018-12-31")
	named, _, _, err := d.Remember(ctx, n.actors["editor"], n.file)
	must(n.t, err)
	for _, x := range named {
		r.Memorial = append(r.Memorial, publish.Remembered{Of: x.ID, Name: x.Name, Words: publish.Text{EN: x.Words, RU: x.WordsRU}})
	}
	id, err := n.gate.Begin(ctx, n.actors["editor"], slug, r)
	must(n.t, err)
	return id
}

// A name of the dead is public only with the family's yes, past the guard and two
// people; without it the person is counted. When the yes is taken back, the same
// words do not leave any more.
func TestMemorial(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, d := context.Background(), n.docket()
	editor, advocate := n.actors["editor"], n.actors["advocate"]
	const name = "Zelim Nesushchestvuev" // invented
	m := redress.Matter{ID: ids.New("matter"), Campaign: n.file, Kind: redress.Memorial}
	for range 2 { // a form sent twice
		must(t, d.Begin(ctx, editor, m, redress.Details{Who: name, Words: "He sang.", WordsRU: "Он пел."}))
	}
	all, _, err := d.List(ctx, advocate, n.file)
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("%d matters", len(all))
	}
	_, err = d.Open(ctx, advocate, m.ID)
	kind(t, "a colleague who was not let in", err, fault.NotFound)
	_, err = d.Open(ctx, n.actors["worker"], m.ID)
	kind(t, "a caseworker", err, fault.Denied)
	named, unnamed, closed, err := d.Remember(ctx, advocate, n.file)
	must(t, err)
	if len(named) != 0 || unnamed != 0 || closed != 1 {
		t.Errorf("the colleague sees %v, %d, %d", named, unnamed, closed)
	}

	// Without consent: not composed, and by hand it is stopped.
	id := n.compose(d, "memorial-a")
	p, err := n.gate.Open(ctx, editor, id)
	must(t, err)
	if len(p.Edition.Report.Memorial) != 0 {
		t.Fatal("named without the family's consent")
	}
	p.Edition.Report.Memorial = []publish.Remembered{{Name: name}}
	must(t, n.gate.Revise(ctx, editor, id, p.Edition.Report, p.Edition.Revision))
	p, err = n.gate.Open(ctx, editor, id)
	must(t, err)
	if !publish.Blocked(p.Hits) {
		t.Error("the guard lets a name pass to which nobody agreed")
	}

	// With it: composed, agreed to by two, public, on a page of its own.
	kind(t, "a consent of tomorrow", d.Agree(ctx, editor, m.ID, redress.Consent{Given: "2030-01-01", How: "x"}), fault.Invalid)
	must(t, d.Agree(ctx, editor, m.ID, redress.Consent{Given: "2017-04-01", How: "His sister, in writing (invented)"}))
	id = n.compose(d, "memorial-b")
	n.agree(id)
	must(t, n.gate.Publish(ctx, editor, id))
	_, files := n.out()
	if page := files["report/memorial-b.memorial.en.html"]; !strings.Contains(page, name) || !strings.Contains(page, "He sang.") {
		t.Errorf("the memorial: %q", page)
	}
	if strings.Contains(files["report/feed.en.atom"], name) || !strings.Contains(files["report/feed.en.atom"], "memorial-b.v1.en.html") {
		t.Error("the feed names somebody, or does not know the report")
	}

	// Taken back: the next version is stopped, and no report composes the name.
	must(t, d.TakeBack(ctx, editor, m.ID))
	id = n.compose(d, "memorial-c")
	p, err = n.gate.Open(ctx, editor, id)
	must(t, err)
	if len(p.Edition.Report.Memorial) != 0 {
		t.Error("named after the family took it back")
	}
	p.Edition.Report.Memorial = []publish.Remembered{{Name: name}}
	must(t, n.gate.Revise(ctx, editor, id, p.Edition.Report, p.Edition.Revision))
	if p, err = n.gate.Open(ctx, editor, id); err != nil || !publish.Blocked(p.Hits) {
		t.Errorf("the guard lets it pass after the consent was taken back: %v", err)
	}
}

func (n *newsroom) agree(id string) {
	n.t.Helper()
	ctx := context.Background()
	for _, who := range []string{"advocate", "security"} {
		p, err := n.gate.Open(ctx, n.actors[who], id)
		must(n.t, err)
		must(n.t, n.gate.Approve(ctx, n.actors[who], id, p.Edition.Digest))
	}
}

// Under an embargo nothing leaves, whatever is pressed; when it ends the report goes
// out by itself, unless the guard has learnt a name in between.
func TestEmbargo(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, d := context.Background(), n.docket()
	editor := n.actors["editor"]
	until := n.ground.Clock.Now().Add(30 * time.Hour).UTC().Truncate(time.Minute)
	ids := map[string]string{}
	for _, slug := range []string{"goes", "stays", "held"} {
		id := n.compose(d, slug)
		p, err := n.gate.Open(ctx, editor, id)
		must(t, err)
		r := p.Edition.Report
		r.NotBefore = until.Format(time.RFC3339)
		if slug == "stays" {
			r.Summary = append(r.Summary, publish.Text{EN: "Ruslan Nesushchestvuev is free.", RU: "Руслан Несуществуев на свободе."}) // invented
		}
		must(t, n.gate.Revise(ctx, editor, id, r, p.Edition.Revision))
		n.agree(id)
		_, to := n.post("editor", "/publish/"+id+"/publish", http.StatusSeeOther, nil)
		n.says(n.get("editor", to), "Waits for the end of the embargo")
		ids[slug] = id
	}
	if _, err := n.gate.Begin(ctx, editor, "goes", publish.Report{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second draft beside one that waits: %v", err)
	}
	n.post("security", "/publish/"+ids["held"]+"/hold", http.StatusSeeOther, nil)
	out, held, err := n.gate.Due(ctx)
	must(t, err)
	if _, files := n.out(); out != 0 || held != 0 || len(files) != 0 {
		t.Fatalf("%d went out and %d were held before the end, %d files", out, held, len(files))
	}
	must(t, n.ground.DB.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_b/party_b", "name", "Ruslan Nesushchestvuev") }))
	n.ground.Clock.Advance(31 * time.Hour)
	for range 2 { // the second time nothing is left to do
		o, h, err := n.gate.Due(ctx)
		must(t, err)
		out, held = out+o, held+h
	}
	if out != 1 || held != 1 {
		t.Errorf("%d went out, %d were held", out, held)
	}
	_, files := n.out()
	if files["report/goes.en.html"] == "" || files["report/stays.en.html"] != "" || files["report/held.en.html"] != "" {
		t.Error("another set of reports is public than two people and the guard let pass")
	}
	n.says(n.get("editor", "/publish/"+ids["stays"]), "The leak guard stops this text")
}

// What is followed: nothing is asked in the name of a person who has not agreed; what
// was reached counts when a second person has seen its evidence.
func TestRedress(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	ctx, d := context.Background(), n.docket()
	a, b := n.actors["editor"], n.actors["advocate"]
	_, known, err := d.List(ctx, a, n.file)
	must(t, err)
	if len(known) == 0 || known[0].Claims == 0 || known[0].Followed != 0 {
		t.Fatalf("the record's detained: %+v", known)
	}
	men := redress.Matter{ID: ids.New("matter"), Campaign: n.file, Kind: redress.Release, Incident: known[0].Incident, People: 30}
	must(t, d.Begin(ctx, a, men, redress.Details{Who: "thirty men of one town (invented)"}))
	one := redress.Matter{ID: ids.New("matter"), Campaign: n.file, Kind: redress.Reparation, Form: redress.Rehabilitate, People: 1}
	must(t, d.Begin(ctx, a, one, redress.Details{Who: "Zelim Nesushchestvuev", Named: true})) // invented
	kind(t, "a reparation of no kind", d.Begin(ctx, a, redress.Matter{ID: ids.New("matter"), Campaign: n.file, Kind: redress.Reparation}, redress.Details{Who: "x"}), fault.Invalid)

	day := n.ground.Clock.Now().Format(time.DateOnly)
	event := func(s redress.Stage, proof string) redress.Event {
		return redress.Event{ID: ids.New("event"), Stage: s, Day: clockDay(day), Evidence: proof}
	}
	kind(t, "asked without consent", d.Note(ctx, a, one.ID, event("asked", "letter 3")), fault.Conflict)
	must(t, d.Agree(ctx, a, one.ID, redress.Consent{Given: clockDay(day), How: "Asked on the telephone (invented)"}))
	must(t, d.Note(ctx, a, one.ID, event("granted", "their answer")))
	kind(t, "a stage of another kind", d.Note(ctx, a, one.ID, event("released", "x")), fault.Invalid)
	free := event("released", "the prosecutor's letter (invented)")
	must(t, d.Note(ctx, a, men.ID, free))
	must(t, d.Note(ctx, a, men.ID, free)) // the form sent twice
	all, _, err := d.List(ctx, b, n.file)
	must(t, err)
	if got := redress.Reckon(all); got.PeopleFree != 0 || got.Granted != 0 || got.Asked != 1 || got.Unconfirmed != 2 {
		t.Errorf("before a second person has seen it: %+v", got)
	}
	kind(t, "nobody confirms themselves", d.Confirm(ctx, a, men.ID, free.ID), fault.Denied)
	kind(t, "who was not let in confirms", d.Confirm(ctx, b, men.ID, free.ID), fault.NotFound)
	kind(t, "a caseworker is let in", d.Admit(ctx, a, men.ID, n.actors["worker"].ID), fault.Invalid)
	must(t, d.Admit(ctx, a, men.ID, b.ID))
	must(t, d.Confirm(ctx, b, men.ID, free.ID))
	o, err := d.Open(ctx, b, men.ID)
	must(t, err)
	if len(o.Events) != 1 || !o.Confirmed {
		t.Errorf("%+v", o)
	}
	all, _, err = d.List(ctx, b, n.file)
	must(t, err)
	if got := redress.Reckon(all); got.Released != 1 || got.PeopleFree != 30 || got.Unconfirmed != 1 {
		t.Errorf("after: %+v", got)
	}
	must(t, d.TakeBack(ctx, a, one.ID))
	kind(t, "asked after the consent was taken back", d.Note(ctx, a, one.ID, event("received", "receipt")), fault.Conflict)
	// Nobody agreed to another name; and whoever saw an older state is told.
	o, err = d.Open(ctx, a, one.ID)
	must(t, err)
	must(t, d.Agree(ctx, a, one.ID, redress.Consent{Given: clockDay(day), How: "Again (invented)"}))
	x := o.Details
	x.Who = "Somebody Else Invented"
	kind(t, "an older state", d.Correct(ctx, a, o.Matter, x, o.Revision), fault.Conflict)
	o, err = d.Open(ctx, a, one.ID)
	must(t, err)
	must(t, d.Correct(ctx, a, o.Matter, x, o.Revision))
	if o, err = d.Open(ctx, a, one.ID); err != nil || o.Agrees(redress.ToAsk, clockDay(day)) {
		t.Errorf("a consent holds for another name: %v", err)
	}
}

// The pages: a member who was not let in learns nothing from an address.
func TestRedressPages(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.take(founding.Scenario())
	who, id, list := "editor", ids.New("matter"), "/campaign/"+n.file+"/followed"
	n.says(n.get(who, list), "Known to the record: people detained or taken", "nobody follows it")
	body, _ := n.post(who, "/campaign/"+n.file+"/follow", http.StatusUnprocessableEntity, url.Values{"id": {id}, "kind": {"proceeding"}, "who": {"A case"}})
	n.says(body, "Say against whom", "A case", id)
	_, at := n.post(who, "/campaign/"+n.file+"/follow", http.StatusSeeOther, url.Values{"id": {id}, "kind": {"proceeding"}, "who": {"A case"}, "against": {"unknown officers"}, "people": {"2"}})
	n.says(n.get(who, at), "unknown officers", "Who can open it")
	if strings.Contains(n.get("advocate", list), "A case") {
		t.Error("the list tells who it is to somebody who was not let in")
	}
	for _, path := range []string{at, at + "/edit"} {
		if code, _, _ := n.ask("advocate", http.MethodGet, path, nil); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
		if code, _, _ := n.ask("worker", http.MethodGet, path, nil); code != http.StatusForbidden {
			t.Errorf("%s as a caseworker: %d", path, code)
		}
	}
	n.post(who, at+"/members", http.StatusSeeOther, url.Values{"member": {n.actors["advocate"].ID}})
	e := ids.New("event")
	n.post(who, at+"/events", http.StatusSeeOther, url.Values{"id": {e}, "stage": {"opened"}, "day": {n.ground.Clock.Now().Format(time.DateOnly)}, "evidence": {"file 7"}})
	n.says(n.get("advocate", at), "I have seen the evidence")
	n.post("advocate", at+"/events/"+e+"/confirm", http.StatusSeeOther, nil)
	n.says(n.get(who, at), "Seen by")
}
