package caseweb_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// desk serves the room over real storage; who acts is named by a header of the test.
type desk struct {
	t      *testing.T
	ground *desktest.Ground
	book   *cases.Book
	mux    http.Handler
	actors map[string]staff.Actor
	linked []string
	atlas  *gazetteer.Atlas
}

func newDesk(t *testing.T) *desk {
	g := desktest.New(t)
	as := func(tx *store.Tx) cases.Store { return tx }
	d := &desk{t: t, ground: g, actors: map[string]staff.Actor{}}
	d.book = cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{Limits: map[string]int64{"EUR": 50_000}, Testimonies: shelf{}})
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(r *http.Request) (staff.Actor, error) {
		a, ok := d.actors[r.Header.Get("Test-Actor")]
		if !ok {
			return a, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return a, nil
	}})
	room := &caseweb.Room{Book: d.book, Link: func(_ context.Context, _ staff.Actor, thread, file string) error {
		d.linked = append(d.linked, thread, file)
		return nil
	}}
	asAtlas := func(tx *store.Tx) gazetteer.Store { return tx }
	d.atlas = &gazetteer.Atlas{Within: store.Within(g.DB, asAtlas), Reading: store.Reading(g.DB, asAtlas), Clock: g.Clock}
	room.Towns = func(c *ui.Context, name string) (out []caseweb.Town, err error) {
		all, err := d.atlas.Find(c.Context(), c.Actor, name, 100)
		for _, p := range all {
			out = append(out, caseweb.Town{Name: p.Name, Names: strings.Split(p.Names, ","), Country: p.Country, Point: cases.Point{Lat: p.Lat, Lon: p.Lon, Within: p.Reach / 1000}})
		}
		return out, err
	}
	room.Register(m)
	d.mux = m
	for _, name := range []string{"anna", "boris"} {
		d.actors[name] = g.Member(t, name+" (invented)", staff.Caseworker)
	}
	d.actors["olga"] = g.Member(t, "olga (invented)", staff.Intake)
	d.actors["lena"] = g.Member(t, "lena (invented)", staff.Advocate)
	return d
}

// shelf stands where the record will.
type shelf struct{}

func (shelf) Testify(context.Context, cases.Store, staff.Actor, cases.Testimony) error { return nil }

func (d *desk) do(actor, method, path string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Test-Actor", actor)
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

// page gets a page and checks that it shows each of want.
func (d *desk) page(actor, path string, want ...string) string {
	d.t.Helper()
	w := d.do(actor, "GET", path, nil)
	text := html.UnescapeString(w.Body.String())
	if w.Code != http.StatusOK {
		d.t.Fatalf("GET %s as %s: %d %s", path, actor, w.Code, text)
	}
	for _, s := range want {
		if !strings.Contains(text, s) {
			d.t.Errorf("GET %s as %s does not show %q", path, actor, s)
		}
	}
	return text
}

// send posts a form, with the hidden fields of its page, and gives the place where it leads.
func (d *desk) send(actor, from, path string, fields ...string) string {
	d.t.Helper()
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(d.page(actor, from), -1) {
		if m[1] == "saw" || m[1] == "version" || m[1] == "actions" || m[1] == "thread" || m[1] == "id" {
			form.Set(m[1], m[2])
		}
	}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	w := d.do(actor, "POST", path, form)
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("POST %s as %s: %d %s", path, actor, w.Code, html.UnescapeString(w.Body.String()))
	}
	return strings.SplitN(w.Header().Get("Location"), "?", 2)[0]
}

func (d *desk) form(actor, path string, fields ...string) string {
	d.t.Helper()
	return d.send(actor, path, path, fields...)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// first finds the first id of a kind that a page links to or offers.
func (d *desk) first(text, kind string) string {
	d.t.Helper()
	id := regexp.MustCompile(kind + `_[a-z2-7]{26}`).FindString(text)
	if id == "" {
		d.t.Fatalf("no %s on the page", kind)
	}
	return id
}

// TestRoad plays request → triage → risk → consent → plan with two legs and a
// place → two approvals → under way → arrived → missed check-in → escalation →
// acknowledged → closure → erasure, through the handlers alone.
func TestRoad(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, boris := d.actors["anna"].ID, d.actors["boris"].ID
	at := func(after time.Duration) string { return d.ground.Clock.Now().Add(after).Format("2006-01-02T15:04") }

	d.page("olga", "/cases/new?thread=thread_x", "From a request")
	if to := d.send("olga", "/cases/new?thread=thread_x", "/cases", "assign", anna, "assign", boris, "priority", "hours"); to != "/requests" {
		t.Fatal("an operator who is not assigned is sent to", to)
	}
	if len(d.linked) != 2 || d.linked[0] != "thread_x" {
		t.Fatal("the conversation was not linked:", d.linked)
	}
	c := "/cases/" + d.first(d.page("anna", "/cases", "Received", "Judge how near"), "case")
	if w := d.do("lena", "GET", c, nil); w.Code != http.StatusForbidden {
		t.Fatal("an advocate on the case page:", w.Code)
	}
	d.form("anna", c+"/triage", "imminence", "3", "severity", "3", "feasibility", "2", "decided", "yes", "words", "We act tonight.")
	d.page("anna", c, "We act tonight.", "Triaged", "Within hours")
	d.form("anna", c+"/people/new", "code", "A", "name", "Ruslan Example", "contact", "+7 200 000 00 01")
	party := d.first(d.page("anna", c+"/people", "Ruslan Example"), "party")
	d.form("boris", c+"/risk", "what-state", "A search at home", "likely-state", "5", "impact-state", "5", "vulnerability", "1", "capacity", "0", "until", "2017-05-09")
	d.page("boris", c+"/people", "Extreme risk", "worst threat 25 of 25")
	d.form("anna", c+"/consent/new", "party", party, "purpose", "record", "recipient", "the record", "data", "what happened", "how", "spoken", "given", "2017-04-09")
	consent := d.first(d.page("anna", c+"/consent", "In force"), "consent")
	d.form("anna", c+"/plan/edit", "goals", "To a safe flat, then abroad.", "what-0", "Ask for a visa", "owner-0", boris)
	d.page("anna", c+"/plan", "somebody else must agree", "1 more person")
	d.send("boris", c+"/plan", c+"/plan/approve", "yes", "yes")
	d.page("boris", c, "Plan approved")

	place := d.first(d.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "12 Invented Street", "capacity", "2", "status", "available"), "place")
	d.form("anna", c+"/legs/new", "parties", party, "from", "the old mill", "to-place", place, "mode", "car", "earliest", at(0), "latest", at(8*time.Hour))
	one := "/legs/" + d.first(d.page("anna", c+"/plan", "12 Invented Street"), "leg")
	if w := d.do("anna", "POST", one+"/step", url.Values{"to": {"underway"}}); w.Code != http.StatusConflict {
		t.Fatal("a leg without two voices began:", w.Code)
	}
	d.page("boris", "/places", "Mill", "2 members")
	for _, who := range []string{"anna", "boris"} {
		d.send(who, one, one+"/go", "yes", "yes")
	}
	d.send("anna", one, one+"/step", "to", "underway")
	d.page("anna", c, "On the way", "Nobody watches them")
	d.form("anna", c+"/watch/new", "party", party, "channel", "phone", "sign", "all is quiet", "duress", "greet your aunt", "due", at(time.Hour), "grace", "10", "every", "0", "pace", "steady")
	d.send("boris", one, one+"/step", "to", "arrived")
	d.page("anna", c, "Sheltered", "12 Invented Street")
	d.escalate(c)

	d.form("anna", c+"/legs/new", "parties", party, "from-place", place, "to", "another country", "mode", "plane", "earliest", at(0), "latest", at(8*time.Hour), "final", "yes")
	text := d.page("anna", c+"/plan")
	two := "/legs/" + regexp.MustCompile(`leg_[a-z2-7]{26}`).FindAllString(text, -1)[1]
	for _, who := range []string{"anna", "boris"} {
		d.send(who, two, two+"/go", "yes", "yes")
	}
	d.send("anna", two, two+"/step", "to", "underway")
	d.send("anna", two, two+"/step", "to", "arrived")
	d.page("anna", c, "Relocated", "another country")
	d.page("anna", "/places/"+place, "0 of 2")

	d.form("anna", c+"/consent/"+consent+"/testify", "words", "They took three men from the market.", "language", "en")
	d.send("anna", c+"/consent", c+"/consent/"+consent+"/cut", "party", party)
	d.form("anna", c+"/money/new", "amount", "900.00", "currency", "eur", "day", "2017-04-09", "line", "travel", "what", "Flight")
	d.page("anna", c+"/money", "900.00 EUR", "Waits")
	d.send("boris", c+"/money", c+"/money/"+d.first(d.page("boris", c+"/money"), "cost")+"/approve", "yes", "no")
	d.page("anna", c+"/money", "boris (invented) said no")
	d.send("boris", c+"/money", c+"/money/"+d.first(d.page("boris", c+"/money"), "cost")+"/approve", "yes", "yes")
	d.page("anna", c+"/money", "Counted")
	d.form("anna", c+"/close", "safe", "yes", "region", "Europe", "needs", "All.", "view", "Feels safe.", "erase", "2017-05-09")
	d.page("anna", c, "Closed", "9 May 2017", "Feels safe.", "How it ended")
	if w := d.do("anna", "POST", c+"/erase", url.Values{"code": {"wrong"}}); w.Code != http.StatusUnprocessableEntity {
		t.Fatal("erased with a wrong code:", w.Code)
	}
	code := regexp.MustCompile(`[A-Z]{2}-[0-9]{4}`).FindString(d.page("anna", c))
	d.form("anna", c+"/erase", "code", code)
	if w := d.do("anna", "GET", c, nil); w.Code != http.StatusNotFound {
		t.Fatal("an erased case answers", w.Code)
	}
}

// escalate lets the check-in be missed, climb two rungs, be answered by duty people, and end.
func (d *desk) escalate(c string) {
	d.t.Helper()
	d.ground.Clock.Advance(time.Hour + 11*time.Minute)
	if _, err := d.book.Sweep(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	d.page("anna", c, "no sign of life. The ladder runs.")
	d.page("boris", c+"/watch", "Missed", "Call again", "Nobody yet", "Call the lawyer")
	alert := "/alerts/" + d.first(d.page("boris", "/alerts", "Call again"), "alert")
	d.form("boris", alert, "done", "no-answer", "words", "Rang twice.")
	d.page("boris", c+"/watch", "I tried, there was no answer", "Rang twice.")
	d.ground.Clock.Advance(time.Hour)
	if _, err := d.book.Sweep(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	lawyer := "/alerts/" + d.first(d.page("lena", "/alerts", "Call the lawyer"), "alert")
	if w := d.do("lena", "POST", lawyer, url.Values{"done": {"filed"}, "words": {"words"}}); w.Code != http.StatusUnprocessableEntity {
		d.t.Fatal("an unassigned member wrote into the case:", w.Code)
	}
	if w := d.do("lena", "POST", lawyer, url.Values{}); w.Code != http.StatusUnprocessableEntity {
		d.t.Fatal("an answer without what was done:", w.Code)
	}
	d.form("lena", lawyer, "done", "filed")
	in := d.first(d.page("anna", c+"/watch", "It was filed"), "checkin")
	if w := d.do("anna", "POST", c+"/watch/"+in+"/answer", url.Values{"what": {"found"}}); w.Code != http.StatusUnprocessableEntity {
		d.t.Fatal("found without saying how we know:", w.Code)
	}
	d.form("anna", c+"/watch/"+in+"/answer", "what", "found", "words", "A neighbour drove over.")
	d.page("anna", c+"/watch", "All is well", "A neighbour drove over.")
	d.page("lena", "/alerts", "No alarm is open.")
}

func TestWrongFormsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	w := d.do("anna", "POST", "/cases", url.Values{"priority": {"hours"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "at least one caseworker") {
		t.Fatal(w.Code, w.Body)
	}
}

// A rule that refuses a long form shows it again as it was typed.
func TestRefusedLegKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "priority", "urgent")
	d.form("anna", c+"/people/new", "code", "A")
	party := d.first(d.page("anna", c+"/people"), "party")
	place := d.first(d.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "12 Invented Street", "capacity", "1", "status", "resting"), "place")
	w := d.do("anna", "POST", c+"/legs/new", url.Values{"parties": {party}, "from": {"the old mill"}, "to-place": {place}, "mode": {"car"}, "earliest": {"2017-04-09T13:00"}, "latest": {"2017-04-09T15:00"}})
	text := html.UnescapeString(w.Body.String())
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(text, "This place cannot be used now.") || !strings.Contains(text, "the old mill") {
		t.Fatal(w.Code, text)
	}
}

// A place is put on the map by the name of a town in the gazetteer, in any script; a name
// that several have, or none, is asked for again with what was typed.
func TestPlaceByTown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.actors["dora"] = d.ground.Member(t, "dora (invented)", staff.Documenter)
	if _, err := d.atlas.Load(t.Context(), d.actors["dora"], []gazetteer.Place{
		{Key: "x:1", Name: "Exampleville", Names: "Примерск,مثال", Country: "XA", Kind: "P.PPL", Lat: 50.0878, Lon: 14.4205, Population: 1_000_000, Reach: 9_000},
		{Key: "x:2", Name: "Twinford", Country: "XA", Kind: "P.PPL", Lat: 10, Lon: 20, Population: 5_000, Reach: 500},
		{Key: "x:3", Name: "Twinford", Country: "XB", Kind: "P.PPL", Lat: 11, Lon: 21, Population: 4_000, Reach: 500},
		{Key: "x:4", Name: "Exampleville Hills", Country: "XA", Kind: "P.PPL", Lat: 51, Lon: 15, Population: 700, Reach: 500},
	}); err != nil {
		t.Fatal(err)
	}
	add := func(code, point string) (int, string) {
		w := d.do("anna", "POST", "/places/new", url.Values{"code": {code}, "kind": {"flat"}, "address": {"12 Invented Street"}, "capacity": {"2"}, "status": {"available"}, "point": {point}})
		return w.Code, html.UnescapeString(w.Body.String())
	}
	for n, x := range []struct{ typed, kept string }{{"Exampleville", "50.1, 14.4, 20"}, {" примерск ", "50.1, 14.4, 20"}, {"مثال", "50.1, 14.4, 20"}, {"Twinford, XB", "11, 21, 20"}, {"twinford, xa", "10, 20, 20"}, {"42.5, 13.25, 7", "42.5, 13.25, 7"}} {
		place := d.first(d.form("anna", "/places/new", "code", fmt.Sprintf("P%d", n), "kind", "flat", "address", "x", "capacity", "2", "status", "available", "point", x.typed), "place")
		if page := d.page("anna", "/places/"+place+"/edit"); !strings.Contains(page, `value="`+x.kept+`"`) {
			t.Errorf("%q: not at %s", x.typed, x.kept)
		}
	}
	for typed, want := range map[string]string{"Twinford": "Several places have this name.", "Nowhere": "The gazetteer has no place of this name.", "Twinford, XC": "The gazetteer has no place of this name.", "1, 2, 3, 4": "Write degrees north and east, such as 50.1, 14.4."} {
		if code, page := add("Q", typed); code != http.StatusUnprocessableEntity || !strings.Contains(page, want) || !strings.Contains(page, `value="`+typed+`"`) {
			t.Errorf("%q: %d, want %q", typed, code, want)
		}
	}
}

// Every page of a case opens, in both languages, and changes nothing by being opened.
func TestEveryPageOpens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "priority", "urgent")
	d.form("anna", c+"/people/new", "code", "A")
	party := d.first(d.page("anna", c+"/people"), "party")
	d.form("anna", c+"/consent/new", "party", party, "purpose", "record", "recipient", "r", "data", "d", "how", "h", "given", "2017-04-09")
	consent := d.first(d.page("anna", c+"/consent"), "consent")
	d.form("anna", c+"/watch/new", "party", party, "channel", "phone", "sign", "a", "duress", "b", "due", "2017-04-09T14:00", "grace", "10", "every", "60", "pace", "fast")
	in := d.first(d.page("anna", c+"/watch"), "checkin")
	d.form("anna", c+"/legs/new", "parties", party, "from", "x", "to", "y", "mode", "car", "earliest", "2017-04-09T13:00", "latest", "2017-04-09T15:00")
	leg := d.first(d.page("anna", c+"/plan"), "leg")
	place := d.first(d.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "x", "capacity", "2", "status", "available"), "place")
	paths := []string{"/cases", "/cases?show=risk", "/cases?show=all", "/cases/new", "/legs", "/legs/" + leg, "/alerts", "/places", "/places/new", "/places/" + place, "/places/" + place + "/edit"}
	for _, p := range []string{"", "/people", "/plan", "/watch", "/consent", "/money", "/log", "/triage", "/check", "/risk", "/people/new", "/people/" + party + "/edit", "/consent/new", "/consent/" + consent + "/testify",
		"/plan/edit", "/legs/new", "/legs/" + leg + "/edit", "/watch/new", "/watch/" + in + "/answer", "/money/new", "/state", "/follow", "/team", "/close", "/reopen", "/erase"} {
		paths = append(paths, c+p)
	}
	for _, p := range paths {
		for _, lang := range []string{"en", "ru"} {
			r := httptest.NewRequest("GET", p, nil)
			r.Header.Set("Test-Actor", "anna")
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			d.mux.ServeHTTP(w, r)
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `lang="`+lang+`"`) || strings.Contains(w.Body.String(), "%!") {
				t.Errorf("GET %s in %s: %d", p, lang, w.Code)
			}
		}
		if w := d.do("boris", "GET", p, nil); strings.HasPrefix(p, c) && w.Code != http.StatusNotFound {
			t.Errorf("GET %s by a caseworker who is not assigned: %d", p, w.Code)
		}
	}
	d.page("anna", c, "Received", "Judge how near")
}

var anyHidden = regexp.MustCompile(`<input type="hidden" name="([a-z0-9-]+)" value="([^"]*)">`)
