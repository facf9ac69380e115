package caseweb_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/watch"
)

// TestAPlaceBecomesKnown plays it through the pages: a place with somebody in it, a
// form sent with a fault, the steps on the pages of two people, one of them done.
func TestAPlaceBecomesKnown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, boris := d.actors["anna"].ID, d.actors["boris"].ID
	c := d.send("anna", "/cases/new", "/cases", "assign", anna, "assign", boris, "priority", "urgent")
	d.form("anna", c+"/people/new", "code", "A", "contact", "+7 200 000 00 31")
	party := d.first(d.page("anna", c+"/people", "They were taken, or their phone was"), "party")
	place := d.first(d.form("anna", "/places/new", "code", "Mill", "kind", "flat", "address", "12 Invented Street", "capacity", "2", "status", "available"), "place")
	d.form("anna", c+"/legs/new", "parties", party, "from", "the bus station", "to-place", place, "mode", "car", "earliest", "2017-04-09T11:00", "latest", "2017-04-09T15:00")
	leg := "/legs/" + d.first(d.page("anna", c+"/plan"), "leg")
	for _, who := range []string{"anna", "boris"} {
		d.send(who, leg, leg+"/go", "yes", "yes")
	}
	d.send("anna", leg, leg+"/step", "to", "underway")
	d.send("anna", leg, leg+"/step", "to", "arrived")

	d.page("anna", "/exposures", "Nothing was noted.")
	d.page("anna", "/places/"+place, "This place became known")
	d.page("anna", "/exposures/new?place="+place, "Something became known", "Mill")
	w := d.do("anna", "POST", "/exposures/new", url.Values{"kind": {"place"}, "place": {place}, "words": {"A neighbour asked."}, "since": {"2031-01-01T00:00"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "A neighbour asked.") {
		t.Fatal("a time that has not come:", w.Code)
	}
	e := d.form("anna", "/exposures/new", "kind", "place", "place", place, "since", "2017-04-08T12:00", "words", "A neighbour asked about the tenants.")
	text := d.page("boris", e, "Somebody is there now", "Move them out", "A neighbour asked about the tenants.", "Send nobody there", "steps cannot wait")
	d.page("boris", "/exposures", "A place became known")
	if w := d.do("lena", "GET", e, nil); w.Code == http.StatusOK {
		t.Fatal("an advocate who was not told reads it")
	}
	step := d.first(text[strings.Index(text, "Move them out"):], "task")
	if w := d.do("boris", "POST", e+"/step", url.Values{"task": {step}}); w.Code != http.StatusUnprocessableEntity {
		t.Fatal("done without a word:", w.Code)
	}
	d.send("boris", e, e+"/step", "task", step, "words", "They sleep at the second place tonight.")
	d.page("anna", e, "Done")
	d.page("anna", c, "They sleep at the second place tonight.")
	d.page("anna", "/places/"+place, "Exposed")

	// The person's phone: everything that they knew, beginning with their own case.
	d.page("anna", "/exposures/new?case="+strings.TrimPrefix(c, "/cases/")+"&party="+party, "A person was taken, or their phone was")
	e = d.form("anna", "/exposures/new", "kind", "person", "case", strings.TrimPrefix(c, "/cases/"), "party", party, "since", "2017-04-09T11:30", "words", "The phone was taken.")
	d.page("anna", e, "Use this contact no more", "The person's own case")
}

// The wall screen loads itself anew and names nobody; the ordinary page does not
// reload. An alert says what to do, and under duress not to call.
func TestWallScreenAndPlaybook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.send("anna", "/cases/new", "/cases", "assign", d.actors["anna"].ID, "priority", "urgent")
	d.form("anna", c+"/people/new", "code", "Ruslan", "name", "Ruslan Example")
	party := d.first(d.page("anna", c+"/people"), "party")
	d.form("anna", c+"/watch/new", "party", party, "channel", "phone", "contact", "+7 200 000 00 31", "sign", "kettle", "duress", "greet your aunt", "due", "2017-04-09T14:00", "grace", "10", "every", "60", "pace", "fast")
	wall := d.page("anna", "/wall", `http-equiv="refresh"`, "Next six hours")
	for _, secret := range []string{"Ruslan", "200 000", "kettle", "aunt"} {
		if strings.Contains(wall, secret) {
			t.Errorf("the wall shows %q", secret)
		}
	}
	if strings.Contains(d.page("anna", "/alerts"), `http-equiv="refresh"`) {
		t.Error("the ordinary page loads itself anew")
	}
	in := d.first(d.page("anna", c+"/watch"), "checkin")
	d.ground.Clock.Advance(watch.Ladder(watch.Fast)[2].After + 3*time.Hour)
	if _, err := d.book.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	d.page("anna", "/alerts/"+d.first(d.page("anna", "/alerts", "Call again"), "alert"), "Say nothing of the case to whoever answers")
	d.page("lena", "/alerts/"+d.first(d.page("lena", "/wall", "Call the lawyer"), "alert"), "Have the power of attorney")
	d.form("anna", c+"/watch/"+in+"/answer", "what", "duress")
	d.page("anna", "/alerts/"+d.first(d.page("anna", "/alerts"), "alert"), "Do not call, do not write, do not go there")
}
